/* The texts behind joined.h, taken apart. */
#include "client/item/joined.h"

#include "client/base/buf.h"

#include <string.h>

static const struct joined_map MAPS[] = {
    {"notes", "note", "\r\n"},
    {"nicknames", "name", ",;"},
};

const struct joined_map *joined_maps(size_t *ret_count)
{
    *ret_count = ARRAY_LEN(MAPS);
    return MAPS;
}

static void add_parts(struct buf *b, const struct joined_map *m, const char *text)
{
    while (*text) {
        size_t n = strcspn(text, m->separators);
        CLEANUP(mem_free) char *whole = mem_strndup(text, n);
        CLEANUP(mem_free) char *part = str_trim(whole);
        if (*part) {
            buf_addf(b, "%s%s\n", b->len ? "" : "\n", part);
        }
        text += n + (text[n] != '\0');
    }
}

char *joined_parts(const struct joined_map *m, const char *text)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    add_parts(&b, m, text);
    return buf_take(&b);
}

char *joined_parts_of_all(const struct joined_map *m, const struct json *doc)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (const struct json *e = json_first(json_get(doc, m->map)); e; e = json_next(e)) {
        const char *text = json_get_str(e, m->member);
        add_parts(&b, m, text ? text : "");
    }
    return buf_take(&b);
}
