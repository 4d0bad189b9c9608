#pragma once
// JPEG reading and writing on libjpeg, for callers that a longjmp must not reach: every setjmp and longjmp
// stays inside these functions, nothing is printed, and nothing but memory is read.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { CJPEG_MESSAGE_LENGTH = 256 };

// A JPEG file being read. `bytes` must outlive it.
typedef struct cjpeg_reader cjpeg_reader;

typedef struct {
  int width;
  int height;
  // The payload of the first APP1 segment that starts with "Exif\0\0", after that prefix; else NULL.
  // It belongs to the reader.
  const uint8_t *exif;
  size_t exif_length;
} cjpeg_header;

// Reads the header. Returns NULL, with the reason in `message`, where it cannot.
cjpeg_reader *cjpeg_open(const uint8_t *bytes, size_t length, cjpeg_header *header,
                         char message[CJPEG_MESSAGE_LENGTH]);

// Decodes into `samples`: width * height * 3 bytes of interleaved RGB, top row first. Returns 0, or -1 with the
// reason in `message`. A file that ends before its image does is an error; other damage is concealed as libjpeg
// does, and counted in `*warnings`, the first of them put into `message`.
int cjpeg_decode(cjpeg_reader *reader, uint8_t *samples, int *warnings, char message[CJPEG_MESSAGE_LENGTH]);

// Frees the reader.
void cjpeg_close(cjpeg_reader *reader);

// Encodes interleaved RGB as baseline JPEG (quality 1...100, colour at half resolution below 90). Returns a buffer
// of `*length` bytes to be given to cjpeg_free, or NULL with the reason in `message`.
uint8_t *cjpeg_encode(const uint8_t *samples, int width, int height, int quality, size_t *length,
                      char message[CJPEG_MESSAGE_LENGTH]);

// Frees what cjpeg_encode returned.
void cjpeg_free(uint8_t *bytes);

#ifdef __cplusplus
}
#endif
