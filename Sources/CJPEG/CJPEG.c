#include "CJPEG.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

// More scans than any encoder writes; a file with thousands of them costs minutes (a known attack).
enum { MAX_SCANS = 500 };
enum { EXIF_MARKER = JPEG_APP0 + 1, EXIF_PREFIX_LENGTH = 6, MAX_MARKER_LENGTH = 0xFFFF };
enum { CMYK_CHANNELS = 4, RGB_CHANNELS = 3 };

typedef struct {
  struct jpeg_error_mgr base;  // Must be first: libjpeg hands back a pointer to it.
  jmp_buf escape;
  char *message;  // CJPEG_MESSAGE_LENGTH bytes.
  int warnings;
  int ran_dry;  // Entropy-coded data ended before the image did.
} error_state;

typedef struct {
  struct jpeg_source_mgr base;  // Must be first.
  int reached_end;
} memory_source;

struct cjpeg_reader {
  struct jpeg_decompress_struct jpeg;
  error_state error;
  memory_source source;
  struct jpeg_progress_mgr progress;
};

static const JOCTET end_of_image[2] = {0xFF, JPEG_EOI};

static void put_message(j_common_ptr jpeg, char *message) {
  char text[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, text);
  snprintf(message, CJPEG_MESSAGE_LENGTH, "%s", text);
}

static void fail(j_common_ptr jpeg) {
  error_state *error = (error_state *)jpeg->err;
  put_message(jpeg, error->message);
  longjmp(error->escape, 1);
}

static void fail_with(j_common_ptr jpeg, const char *reason) {
  error_state *error = (error_state *)jpeg->err;
  snprintf(error->message, CJPEG_MESSAGE_LENGTH, "%s", reason);
  longjmp(error->escape, 1);
}

static void collect_message(j_common_ptr jpeg, int level) {
  if (level >= 0) return;  // Trace messages.
  error_state *error = (error_state *)jpeg->err;
  if (jpeg->err->msg_code == JWRN_HIT_MARKER) error->ran_dry = 1;
  if (error->warnings++ == 0) put_message(jpeg, error->message);
}

static void print_nothing(j_common_ptr jpeg) { (void)jpeg; }

static void set_up_errors(error_state *error, char *message) {
  jpeg_std_error(&error->base);
  error->base.error_exit = fail;
  error->base.emit_message = collect_message;
  error->base.output_message = print_nothing;
  error->message = message;
  error->warnings = 0;
  error->ran_dry = 0;
  message[0] = '\0';
}

static void do_nothing(j_decompress_ptr jpeg) { (void)jpeg; }

// At the end of the bytes libjpeg is given an end-of-image marker once: a file that lacks only that is whole.
static boolean supply_end(j_decompress_ptr jpeg) {
  memory_source *source = (memory_source *)jpeg->src;
  if (source->reached_end) fail_with((j_common_ptr)jpeg, "the file is truncated");
  source->reached_end = 1;
  source->base.next_input_byte = end_of_image;
  source->base.bytes_in_buffer = sizeof end_of_image;
  return TRUE;
}

static void skip(j_decompress_ptr jpeg, long count) {
  struct jpeg_source_mgr *source = jpeg->src;
  if (count <= 0) return;
  if ((size_t)count > source->bytes_in_buffer) fail_with((j_common_ptr)jpeg, "the file is truncated");
  source->next_input_byte += count;
  source->bytes_in_buffer -= (size_t)count;
}

static void limit_scans(j_common_ptr jpeg) {
  if (jpeg->is_decompressor && ((j_decompress_ptr)jpeg)->input_scan_number > MAX_SCANS)
    fail_with(jpeg, "the file has more scans than an image can need");
}

static void find_exif(j_decompress_ptr jpeg, cjpeg_header *header) {
  for (jpeg_saved_marker_ptr marker = jpeg->marker_list; marker; marker = marker->next) {
    if (marker->marker == EXIF_MARKER && marker->data_length > EXIF_PREFIX_LENGTH &&
        memcmp(marker->data, "Exif\0\0", EXIF_PREFIX_LENGTH) == 0) {
      header->exif = marker->data + EXIF_PREFIX_LENGTH;
      header->exif_length = marker->data_length - EXIF_PREFIX_LENGTH;
      return;
    }
  }
}

cjpeg_reader *cjpeg_open(const uint8_t *bytes, size_t length, cjpeg_header *header,
                         char message[CJPEG_MESSAGE_LENGTH]) {
  cjpeg_reader *reader = calloc(1, sizeof *reader);
  memset(header, 0, sizeof *header);
  if (!reader) {
    snprintf(message, CJPEG_MESSAGE_LENGTH, "not enough memory");
    return NULL;
  }
  set_up_errors(&reader->error, message);
  reader->jpeg.err = &reader->error.base;
  if (setjmp(reader->error.escape)) {
    cjpeg_close(reader);
    return NULL;
  }
  jpeg_create_decompress(&reader->jpeg);
  reader->source.base.init_source = do_nothing;
  reader->source.base.fill_input_buffer = supply_end;
  reader->source.base.skip_input_data = skip;
  reader->source.base.resync_to_restart = jpeg_resync_to_restart;
  reader->source.base.term_source = do_nothing;
  reader->source.base.next_input_byte = bytes;
  reader->source.base.bytes_in_buffer = length;
  reader->jpeg.src = &reader->source.base;
  reader->progress.progress_monitor = limit_scans;
  reader->jpeg.progress = &reader->progress;
  jpeg_save_markers(&reader->jpeg, EXIF_MARKER, MAX_MARKER_LENGTH);
  jpeg_read_header(&reader->jpeg, TRUE);
  header->width = (int)reader->jpeg.image_width;
  header->height = (int)reader->jpeg.image_height;
  find_exif(&reader->jpeg, header);
  return reader;
}

// a * b / 255, rounded.
static inline unsigned multiply(unsigned a, unsigned b) {
  unsigned product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

static inline uint8_t light_left(unsigned black, unsigned ink) {
  int light = 255 - (int)black - (int)multiply(ink, 255 - black);
  return (uint8_t)(light < 0 ? 0 : light);
}

// Adobe's convention, which every CMYK JPEG follows: samples are stored inverted.
static void convert_cmyk_row(const JSAMPLE *cmyk, uint8_t *rgb, JDIMENSION width) {
  for (JDIMENSION x = 0; x < width; x++, cmyk += CMYK_CHANNELS, rgb += RGB_CHANNELS) {
    unsigned black = 255u - cmyk[3];
    for (int channel = 0; channel < RGB_CHANNELS; channel++) rgb[channel] = light_left(black, 255u - cmyk[channel]);
  }
}

int cjpeg_decode(cjpeg_reader *reader, uint8_t *samples, int *warnings, char message[CJPEG_MESSAGE_LENGTH]) {
  struct jpeg_decompress_struct *jpeg = &reader->jpeg;
  reader->error.message = message;
  if (reader->error.warnings == 0) message[0] = '\0';
  if (setjmp(reader->error.escape)) return -1;
  int is_cmyk = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
  jpeg->out_color_space = is_cmyk ? JCS_CMYK : JCS_RGB;
  jpeg_start_decompress(jpeg);
  size_t stride = (size_t)jpeg->output_width * RGB_CHANNELS;
  JSAMPARRAY cmyk = NULL;
  if (is_cmyk) {
    cmyk = jpeg->mem->alloc_sarray((j_common_ptr)jpeg, JPOOL_IMAGE, jpeg->output_width * CMYK_CHANNELS, 1);
  }
  while (jpeg->output_scanline < jpeg->output_height) {
    uint8_t *row = samples + stride * jpeg->output_scanline;
    JSAMPROW target = row;
    jpeg_read_scanlines(jpeg, is_cmyk ? cmyk : &target, 1);
    if (is_cmyk) convert_cmyk_row(cmyk[0], row, jpeg->output_width);
  }
  // A file with several scans has them all only if its own end marker was seen.
  if (reader->source.reached_end && (reader->error.ran_dry || jpeg_has_multiple_scans(jpeg)))
    fail_with((j_common_ptr)jpeg, "the file is truncated");
  *warnings = reader->error.warnings;
  return 0;
}

void cjpeg_close(cjpeg_reader *reader) {
  if (!reader) return;
  jpeg_destroy_decompress(&reader->jpeg);
  free(reader);
}

// What the encoder owns; on the heap, because locals changed after setjmp are lost at longjmp.
typedef struct {
  struct jpeg_compress_struct jpeg;
  error_state error;
  unsigned char *bytes;
  unsigned long length;
} writer;

enum { FULL_COLOR_QUALITY = 90 };

uint8_t *cjpeg_encode(const uint8_t *samples, int width, int height, int quality, size_t *length,
                      char message[CJPEG_MESSAGE_LENGTH]) {
  *length = 0;
  writer *writer = calloc(1, sizeof *writer);
  if (!writer) {
    snprintf(message, CJPEG_MESSAGE_LENGTH, "not enough memory");
    return NULL;
  }
  set_up_errors(&writer->error, message);
  struct jpeg_compress_struct *jpeg = &writer->jpeg;
  jpeg->err = &writer->error.base;
  if (setjmp(writer->error.escape)) {
    jpeg_destroy_compress(jpeg);
    free(writer->bytes);
    free(writer);
    return NULL;
  }
  jpeg_create_compress(jpeg);
  jpeg_mem_dest(jpeg, &writer->bytes, &writer->length);
  jpeg->image_width = (JDIMENSION)width;
  jpeg->image_height = (JDIMENSION)height;
  jpeg->input_components = RGB_CHANNELS;
  jpeg->in_color_space = JCS_RGB;
  jpeg_set_defaults(jpeg);
  jpeg_set_quality(jpeg, quality, TRUE);
  if (quality >= FULL_COLOR_QUALITY) {
    jpeg->comp_info[0].h_samp_factor = 1;
    jpeg->comp_info[0].v_samp_factor = 1;
  }
  jpeg_start_compress(jpeg, TRUE);
  size_t stride = (size_t)width * RGB_CHANNELS;
  while (jpeg->next_scanline < jpeg->image_height) {
    JSAMPROW row = (JSAMPROW)(samples + stride * jpeg->next_scanline);
    jpeg_write_scanlines(jpeg, &row, 1);
  }
  jpeg_finish_compress(jpeg);
  jpeg_destroy_compress(jpeg);
  uint8_t *bytes = writer->bytes;
  *length = writer->length;
  free(writer);
  return bytes;
}

void cjpeg_free(uint8_t *bytes) { free(bytes); }
