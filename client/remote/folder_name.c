/* See folder_name.h. */
#include "client/remote/folder_name.h"

#include "client/base/buf.h"
#include "client/base/sha256.h"

#include <string.h>

#define READABLE_MAX 40
#define HASH_DIGITS  8

char *folder_name_segment(enum item_kind kind, const char *name)
{
    CLEANUP(mem_free) char *hashed = str_printf("%s\n%s", item_kind_name(kind), name);
    char hash[SHA256_HEX + 1];
    struct buf b = BUF_INIT(READABLE_MAX + HASH_DIGITS + 2);
    sha256_hex(hashed, strlen(hashed), hash);
    for (const char *p = name; *p && b.len < READABLE_MAX; p++) {
        bool upper = *p >= 'A' && *p <= 'Z';
        if (upper || (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9')) {
            buf_addc(&b, (char)(upper ? *p - 'A' + 'a' : *p));
        } else if (b.len && b.data[b.len - 1] != '-') {
            buf_addc(&b, '-');
        }
    }
    buf_addf(&b, "%s%.*s", b.len && b.data[b.len - 1] != '-' ? "-" : "", HASH_DIGITS, hash);
    return buf_take(&b);
}
