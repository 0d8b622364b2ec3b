/* What the codec tests share: files, and the lines in which two texts differ. */
#ifndef LOCKSTEP_TESTS_UNIT_CODEC_TEST_H
#define LOCKSTEP_TESTS_UNIT_CODEC_TEST_H

#include "client/base/buf.h"
#include "client/base/json.h"
#include "client/item/doc.h"
#include "tests/unit/check.h"

#include <dirent.h>
#include <sys/stat.h>

/* NULL if there is no such file. Caller frees. */
static inline char *file_read(const char *folder, const char *name, size_t *ret_len)
{
    CLEANUP(mem_free) char *path = str_printf("%s/%s", folder, name);
    FILE *f = fopen(path, "rb");
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    char part[4096];
    size_t n;
    if (!f) {
        return NULL;
    }
    while ((n = fread(part, 1, sizeof part, f)) > 0) {
        buf_add(&b, part, n);
    }
    fclose(f);
    if (ret_len) {
        *ret_len = b.len;
    }
    return buf_take(&b);
}

/* Where real data lies, NULL if it does not. */
static inline const char *real_data(void)
{
    const char *folder = getenv("LOCKSTEP_OUTLOOK_DATA");
    struct stat st;
    folder = folder ? folder : SOURCE_ROOT "/../shared/outlook-data";
    return stat(folder, &st) == 0 ? folder : NULL;
}

static inline bool has_line(const char *text, const char *line, size_t n)
{
    for (const char *p = text; *p;) {
        size_t length = strcspn(p, "\n");
        if (length == n && memcmp(p, line, n) == 0) {
            return true;
        }
        p += length + (p[length] == '\n');
    }
    return false;
}

static inline void add_missing(struct buf *b, char sign, const char *from, const char *in)
{
    for (const char *p = from; *p;) {
        size_t n = strcspn(p, "\n");
        if (!has_line(in, p, n)) {
            buf_addc(b, sign);
            buf_add(b, p, n && p[n - 1] == '\r' ? n - 1 : n);
            buf_addc(b, '\n');
        }
        p += n + (p[n] == '\n');
    }
}

/* "-line\n" for each line that only `before` has, then "+line\n" for those that only `after` has.
 * Caller frees. */
static inline char *line_difference(const char *before, const char *after)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    add_missing(&b, '-', before, after);
    add_missing(&b, '+', after, before);
    return buf_take(&b);
}

/* A patch in JSON text applied to a document. */
static inline bool apply_text(struct json *doc, const char *patch_text, struct err *err)
{
    CLEANUP(json_free) struct json *patch = NULL;
    return json_parse(patch_text, strlen(patch_text), &patch, err) == RC_OK &&
           doc_apply(doc, patch, err) == RC_OK;
}

#endif
