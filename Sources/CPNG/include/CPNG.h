#pragma once
// PNG reading and writing on libpng, for callers that a longjmp must not reach: every setjmp and longjmp stays
// inside these functions, nothing is printed, and nothing but memory is read.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { CPNG_MESSAGE_LENGTH = 256 };

// A PNG file being read. `bytes` must outlive it.
typedef struct cpng_reader cpng_reader;

typedef struct {
  uint32_t width;
  uint32_t height;
  // 3 (RGB) or 4 (RGB and straight alpha): what cpng_decode will write.
  int channels;
  // The eXIf chunk where it precedes the image; else NULL. It belongs to the reader.
  const uint8_t *exif;
  size_t exif_length;
} cpng_header;

// Reads the header. Grey, palettes, transparent colours, and depths other than 8 bits are all turned into 8-bit RGB or
// RGBA (16-bit samples by their high byte). Returns NULL, with the reason in `message`, where it cannot.
cpng_reader *cpng_open(const uint8_t *bytes, size_t length, cpng_header *header, char message[CPNG_MESSAGE_LENGTH]);

// Decodes into `samples`: width * height * channels bytes, top row first. Returns 0, or -1 with the reason in
// `message`.
int cpng_decode(cpng_reader *reader, uint8_t *samples, char message[CPNG_MESSAGE_LENGTH]);

// Frees the reader.
void cpng_close(cpng_reader *reader);

// Encodes interleaved 8-bit RGB. Returns a buffer of `*length` bytes to be given to cpng_free, or NULL with the reason
// in `message`.
uint8_t *cpng_encode(const uint8_t *samples, uint32_t width, uint32_t height, size_t *length,
                     char message[CPNG_MESSAGE_LENGTH]);

// Frees what cpng_encode returned.
void cpng_free(uint8_t *bytes);

#ifdef __cplusplus
}
#endif
