/* ZIP archives: each file deflated behind a header of its own, and all headers once more at the end
 * as the directory. Sections are those of PKWARE's APPNOTE.TXT 6.3.3. */
#include "client/base/zip.h"

#include "client/base/mem.h"

#include <string.h>
#include <zlib.h>

#define ZIP_MAX   ((size_t)64 << 20)
#define FILES_MAX 1000
#define VERSION   20        /* needed to extract: 2.0, deflate */
#define UTF8_NAME (1 << 11) /* general purpose flag, section 4.4.4 */

struct zip {
    struct buf out, directory;
    unsigned files;
    unsigned date, time; /* as MS-DOS has them, section 4.4.6 */
};

struct zip *zip_new(struct civil when)
{
    struct zip *z = NEW(struct zip);
    *z = (struct zip){.out = BUF_INIT(ZIP_MAX), .directory = BUF_INIT(ZIP_MAX)};
    z->date = (unsigned)((when.year - 1980) << 9 | when.month << 5 | when.day);
    z->time = (unsigned)(when.hour << 11 | when.minute << 5 | when.second / 2);
    return z;
}

void zip_free(struct zip *z)
{
    if (z) {
        buf_fini(&z->out);
        buf_fini(&z->directory);
        free(z);
    }
}

/* Little-endian, as all numbers in there. */
static void put(struct buf *b, size_t number, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        buf_addc(b, (char)(number >> (8 * i)));
    }
}

struct entry {
    const char *name;
    size_t packed, len;
    unsigned long crc;
};

/* What a local header (4.3.7) and a directory header (4.3.12) have in common. */
static void put_common(const struct zip *z, struct buf *b, const struct entry *e)
{
    put(b, VERSION, 2);
    put(b, UTF8_NAME, 2);
    put(b, Z_DEFLATED, 2);
    put(b, z->time, 2);
    put(b, z->date, 2);
    put(b, e->crc, 4);
    put(b, e->packed, 4);
    put(b, e->len, 4);
    put(b, strlen(e->name), 2);
    put(b, 0, 2); /* extra field */
}

static void put_directory(struct zip *z, const struct entry *e, size_t offset)
{
    struct buf *b = &z->directory;
    put(b, 0x02014b50, 4);
    put(b, VERSION, 2); /* made by */
    put_common(z, b, e);
    put(b, 0, 2); /* comment */
    put(b, 0, 2); /* disk */
    put(b, 0, 2); /* internal attributes */
    put(b, 0, 4); /* external attributes */
    put(b, offset, 4);
    buf_add(b, e->name, strlen(e->name));
}

/* Raw deflate: without the header that zlib would put before it. Caller frees. */
static unsigned char *deflated(const void *data, size_t len, size_t *ret_len)
{
    z_stream s = {0};
    if (deflateInit2(&s, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
        return NULL;
    }
    size_t room = deflateBound(&s, (uLong)len);
    unsigned char *out = mem_alloc(room);
    s.next_in = (Bytef *)(uintptr_t)data;
    s.avail_in = (uInt)len;
    s.next_out = out;
    s.avail_out = (uInt)room;
    int done = deflate(&s, Z_FINISH);
    *ret_len = s.total_out;
    deflateEnd(&s);
    if (done != Z_STREAM_END) {
        free(out);
        return NULL;
    }
    return out;
}

enum rc zip_add(struct zip *z, const char *name, const void *data, size_t len, struct err *err)
{
    struct entry e = {.name = name, .len = len};
    if (len > ZIP_MAX || z->files == FILES_MAX) {
        return err_set(err, RC_TOO_BIG, 0, "%s: the archive would be too big", name);
    }
    CLEANUP(mem_free) unsigned char *packed = deflated(data, len, &e.packed);
    if (!packed) {
        return err_set(err, RC_INTERNAL, 0, "%s: cannot be compressed", name);
    }
    e.crc = crc32(0, data, (uInt)len);
    size_t offset = z->out.len;
    put(&z->out, 0x04034b50, 4);
    put_common(z, &z->out, &e);
    buf_add(&z->out, name, strlen(name));
    buf_add(&z->out, (const char *)packed, e.packed);
    put_directory(z, &e, offset);
    z->files++;
    return z->out.overflow ? err_set(err, RC_TOO_BIG, 0, "%s: the archive would be too big", name)
                           : RC_OK;
}

enum rc zip_finish(struct zip *z, const struct buf **ret, struct err *err)
{
    size_t offset = z->out.len, len = z->directory.len;
    buf_add(&z->out, z->directory.data, len);
    put(&z->out, 0x06054b50, 4); /* end of the directory, 4.3.16 */
    put(&z->out, 0, 2);
    put(&z->out, 0, 2);
    put(&z->out, z->files, 2);
    put(&z->out, z->files, 2);
    put(&z->out, len, 4);
    put(&z->out, offset, 4);
    put(&z->out, 0, 2); /* comment */
    if (z->out.overflow || z->directory.overflow) {
        return err_set(err, RC_TOO_BIG, 0, "the archive would be too big");
    }
    *ret = &z->out;
    return RC_OK;
}
