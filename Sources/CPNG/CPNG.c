#include "CPNG.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

enum { RGB_CHANNELS = 3 };

// Ancillary chunks that say nothing about samples as they are stored: never read, so that none can do harm.
static const png_byte ignored_chunks[] = "bKGD\0cHRM\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0"
                                         "sPLT\0sRGB\0sTER\0tEXt\0tIME\0zTXt";
enum { CHUNK_NAME_LENGTH = 5 };

struct cpng_reader {
  png_structp png;
  png_infop info;
  const uint8_t *next;
  size_t left;
  size_t stride;
  char *message;  // CPNG_MESSAGE_LENGTH bytes.
};

static void fail(png_structp png, png_const_charp reason) {
  char *message = *(char **)png_get_error_ptr(png);
  snprintf(message, CPNG_MESSAGE_LENGTH, "%s", reason);
  png_longjmp(png, 1);
}

static void ignore_warning(png_structp png, png_const_charp reason) {
  (void)png;
  (void)reason;
}

static void read_bytes(png_structp png, png_bytep target, size_t count) {
  cpng_reader *reader = png_get_io_ptr(png);
  if (count > reader->left) png_error(png, "the file is truncated");
  memcpy(target, reader->next, count);
  reader->next += count;
  reader->left -= count;
}

static void request_rgb(png_structp png, png_infop info) {
  png_set_expand(png);    // Palettes, fewer than 8 bits, transparent colours.
  png_set_strip_16(png);
  png_set_gray_to_rgb(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
}

cpng_reader *cpng_open(const uint8_t *bytes, size_t length, cpng_header *header, char message[CPNG_MESSAGE_LENGTH]) {
  memset(header, 0, sizeof *header);
  message[0] = '\0';
  cpng_reader *reader = calloc(1, sizeof *reader);
  if (!reader) {
    snprintf(message, CPNG_MESSAGE_LENGTH, "not enough memory");
    return NULL;
  }
  reader->message = message;
  reader->next = bytes;
  reader->left = length;
  reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader->message, fail, ignore_warning);
  if (reader->png) reader->info = png_create_info_struct(reader->png);
  if (!reader->info) {
    if (message[0] == '\0') snprintf(message, CPNG_MESSAGE_LENGTH, "not enough memory");
    cpng_close(reader);
    return NULL;
  }
  if (setjmp(png_jmpbuf(reader->png))) {
    cpng_close(reader);
    return NULL;
  }
  png_set_read_fn(reader->png, reader, read_bytes);
  png_set_keep_unknown_chunks(reader->png, PNG_HANDLE_CHUNK_NEVER, ignored_chunks,
                              (int)(sizeof ignored_chunks / CHUNK_NAME_LENGTH));
  png_read_info(reader->png, reader->info);
  header->width = png_get_image_width(reader->png, reader->info);
  header->height = png_get_image_height(reader->png, reader->info);
  png_bytep exif = NULL;
  png_uint_32 exif_length = 0;
  if (png_get_eXIf_1(reader->png, reader->info, &exif_length, &exif) && exif) {
    header->exif = exif;
    header->exif_length = exif_length;
  }
  request_rgb(reader->png, reader->info);
  header->channels = png_get_channels(reader->png, reader->info);
  reader->stride = png_get_rowbytes(reader->png, reader->info);
  if (reader->stride != (size_t)header->width * (size_t)header->channels) png_error(reader->png, "unsupported layout");
  return reader;
}

int cpng_decode(cpng_reader *reader, uint8_t *samples, char message[CPNG_MESSAGE_LENGTH]) {
  reader->message = message;
  message[0] = '\0';
  if (setjmp(png_jmpbuf(reader->png))) return -1;
  png_uint_32 height = png_get_image_height(reader->png, reader->info);
  int passes = png_get_interlace_type(reader->png, reader->info) == PNG_INTERLACE_ADAM7 ? PNG_INTERLACE_ADAM7_PASSES : 1;
  for (int pass = 0; pass < passes; pass++) {
    for (png_uint_32 y = 0; y < height; y++) png_read_row(reader->png, samples + reader->stride * y, NULL);
  }
  return 0;
}

void cpng_close(cpng_reader *reader) {
  if (!reader) return;
  png_destroy_read_struct(&reader->png, &reader->info, NULL);
  free(reader);
}

// What the encoder owns; on the heap, because locals changed after setjmp are lost at longjmp.
typedef struct {
  png_structp png;
  png_infop info;
  uint8_t *bytes;
  size_t length;
  size_t capacity;
  char *message;
} writer;

enum { FIRST_CAPACITY = 1 << 14 };

static void write_bytes(png_structp png, png_bytep source, size_t count) {
  writer *writer = png_get_io_ptr(png);
  if (count > writer->capacity - writer->length) {
    size_t capacity = writer->capacity ? writer->capacity : FIRST_CAPACITY;
    while (capacity - writer->length < count) {
      if (capacity > SIZE_MAX / 2) png_error(png, "not enough memory");
      capacity *= 2;
    }
    uint8_t *bytes = realloc(writer->bytes, capacity);
    if (!bytes) png_error(png, "not enough memory");
    writer->bytes = bytes;
    writer->capacity = capacity;
  }
  memcpy(writer->bytes + writer->length, source, count);
  writer->length += count;
}

static void flush_nothing(png_structp png) { (void)png; }

static void destroy_writer(writer *writer) {
  png_destroy_write_struct(&writer->png, &writer->info);
  free(writer);
}

uint8_t *cpng_encode(const uint8_t *samples, uint32_t width, uint32_t height, size_t *length,
                     char message[CPNG_MESSAGE_LENGTH]) {
  *length = 0;
  message[0] = '\0';
  writer *writer = calloc(1, sizeof *writer);
  if (!writer) {
    snprintf(message, CPNG_MESSAGE_LENGTH, "not enough memory");
    return NULL;
  }
  writer->message = message;
  writer->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &writer->message, fail, ignore_warning);
  if (writer->png) writer->info = png_create_info_struct(writer->png);
  if (!writer->info) {
    if (message[0] == '\0') snprintf(message, CPNG_MESSAGE_LENGTH, "not enough memory");
    destroy_writer(writer);
    return NULL;
  }
  if (setjmp(png_jmpbuf(writer->png))) {
    free(writer->bytes);
    destroy_writer(writer);
    return NULL;
  }
  png_set_write_fn(writer->png, writer, write_bytes, flush_nothing);
  png_set_IHDR(writer->png, writer->info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(writer->png, writer->info);
  size_t stride = (size_t)width * RGB_CHANNELS;
  for (uint32_t y = 0; y < height; y++) png_write_row(writer->png, samples + stride * y);
  png_write_end(writer->png, NULL);
  uint8_t *bytes = writer->bytes;
  *length = writer->length;
  destroy_writer(writer);
  return bytes;
}

void cpng_free(uint8_t *bytes) { free(bytes); }
