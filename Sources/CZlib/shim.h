#ifndef REFEREE_CZLIB_SHIM_H
#define REFEREE_CZLIB_SHIM_H
#include <stdint.h>
#include <string.h>
#include <zlib.h>

/// Decompresses a raw DEFLATE stream that must give exactly `size` bytes. `inflateInit2` is a macro,
/// which Swift cannot call. Returns 1 for success.
static inline int referee_inflate(const unsigned char *input, size_t input_size,
                                  unsigned char *output, size_t size) {
  unsigned char spare;
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  if (input_size > UINT32_MAX || size > UINT32_MAX || inflateInit2(&stream, -15) != Z_OK) return 0;
  stream.next_in = (unsigned char *)input;
  stream.avail_in = (uInt)input_size;
  // Without room zlib would not look for the end of an empty stream.
  stream.next_out = size ? output : &spare;
  stream.avail_out = size ? (uInt)size : 1;
  int code = inflate(&stream, Z_FINISH);
  size_t written = (size_t)stream.total_out;
  inflateEnd(&stream);
  return code == Z_STREAM_END && written == size;
}
#endif
