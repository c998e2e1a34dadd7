#include "data/parquet-codec.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <snappy-c.h>
#include <zstd.h>

#include "data/data-error.h"

#define STEP (1 << 16) // by which the result grows at first

static const char *const names[]
    = { "UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW" };

gboolean
cz_parquet_codec_check (gint64 codec, GError **error)
{
  if (codec == CZ_PARQUET_UNCOMPRESSED || codec == CZ_PARQUET_SNAPPY || codec == CZ_PARQUET_GZIP
      || codec == CZ_PARQUET_ZSTD)
    return TRUE;
  if (codec >= 0 && codec < (gint64)G_N_ELEMENTS (names))
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_INVALID,
                 _ ("it is compressed with %s, which is not read here; write it anew with ZSTD, "
                    "SNAPPY or GZIP"),
                 names[codec]);
  else
    g_set_error_literal (error, CZ_DATA_ERROR, CZ_DATA_ERROR_DAMAGED,
                         _ ("nobody knows how it is compressed"));
  return FALSE;
}

// Makes room behind what has come out so far: as much again, so that a size that lies costs
// nothing.
static gsize
grow (GByteArray *out, gsize done, gsize size)
{
  gsize room = MIN (size - done, MAX (STEP, done));

  g_byte_array_set_size (out, (guint)(done + room));
  return room;
}

static gboolean
unpack_snappy (const guint8 *bytes, gsize length, gsize size, GByteArray *out)
{
  size_t told;

  // Its own length comes first; 64 bytes may come from three, and from no fewer.
  if (snappy_uncompressed_length ((const char *)bytes, length, &told) != SNAPPY_OK || told != size
      || size / 22 > length + 1)
    return FALSE;
  g_byte_array_set_size (out, (guint)size);
  return snappy_uncompress ((const char *)bytes, length, (char *)out->data, &told) == SNAPPY_OK
         && told == size;
}

static gboolean
unpack_zstd (const guint8 *bytes, gsize length, gsize size, GByteArray *out)
{
  ZSTD_DStream *stream = ZSTD_createDStream ();
  ZSTD_inBuffer in = { bytes, length, 0 };
  gsize done = 0, left = 1;

  ZSTD_DCtx_setParameter (stream, ZSTD_d_windowLogMax, 27);
  while (done < size && (in.pos < in.size || left > 0))
    {
      gsize room = grow (out, done, size);
      ZSTD_outBuffer into = { out->data + done, room, 0 };
      gsize before = in.pos;

      left = ZSTD_decompressStream (stream, &into, &in);
      if (ZSTD_isError (left) || (into.pos == 0 && in.pos == before))
        break;
      done += into.pos;
    }
  // An end without bytes may still have to be read.
  if (done == size && left > 0 && !ZSTD_isError (left))
    {
      guint8 more;
      ZSTD_outBuffer into = { &more, 1, 0 };

      left = ZSTD_decompressStream (stream, &into, &in);
      done += into.pos;
    }
  ZSTD_freeDStream (stream);
  return done == size && left == 0;
}

static gboolean
unpack_gzip (const guint8 *bytes, gsize length, gsize size, GByteArray *out)
{
  g_autoptr (GConverter) converter
      = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  gsize done = 0, at = 0;

  while (done < size)
    {
      gsize room = grow (out, done, size);
      gsize taken, given;
      GConverterResult result
          = g_converter_convert (converter, bytes + at, length - at, out->data + done, room,
                                 G_CONVERTER_INPUT_AT_END, &taken, &given, NULL);

      if (result == G_CONVERTER_ERROR)
        return FALSE;
      at += taken;
      done += given;
      if (result != G_CONVERTER_FINISHED)
        continue;
      // Several members may follow one another.
      if (at == length)
        break;
      g_converter_reset (converter);
    }
  return done == size;
}

gboolean
cz_parquet_codec_unpack (CzParquetCodec codec,
                         const guint8 *bytes,
                         gsize length,
                         gsize size,
                         GByteArray *out,
                         GError **error)
{
  gboolean ok;

  g_byte_array_set_size (out, 0);
  switch (codec)
    {
    case CZ_PARQUET_SNAPPY:
      ok = unpack_snappy (bytes, length, size, out);
      break;
    case CZ_PARQUET_GZIP:
      ok = unpack_gzip (bytes, length, size, out);
      break;
    case CZ_PARQUET_ZSTD:
      ok = unpack_zstd (bytes, length, size, out);
      break;
    default:
      ok = length == size;
      if (ok)
        g_byte_array_append (out, bytes, (guint)length);
    }
  if (!ok)
    g_set_error (error, CZ_DATA_ERROR, CZ_DATA_ERROR_DAMAGED, _ ("a page cannot be unpacked (%s)"),
                 names[codec]);
  return ok;
}
