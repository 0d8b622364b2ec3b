/* Distribution lists: the first byte says which value the rest is. What was read is written and
 * read again as the same. */
#include "mapi/map/blob_list.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void violated(const char *what)
{
    fprintf(stderr, "violated: %s\n", what);
    abort();
}

static void stream(const uint8_t *data, size_t size)
{
    struct list_members m = {0}, again = {0};
    if (list_stream_read(data, size, &m, NULL) != RC_OK) {
        return;
    }
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    list_stream_write(&b, &m);
    if (list_stream_read(buf_str(&b), b.len, &again, NULL) != RC_OK || again.count != m.count ||
        list_checksum(&again) != list_checksum(&m)) {
        violated("a stream comes back as another");
    }
    for (size_t i = 0; i < m.count; i++) {
        if (m.items[i].one_off_len != again.items[i].one_off_len) {
            violated("a one-off changed its size");
        }
    }
    list_members_fini(&m);
    list_members_fini(&again);
    buf_fini(&b);
}

static void one_off(const uint8_t *data, size_t size)
{
    struct one_off o = {0}, again = {0};
    if (!one_off_read(data, size, &o)) {
        return;
    }
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    one_off_write(&b, o.name, o.type, o.address);
    if (!one_off_read(buf_str(&b), b.len, &again) || strcmp(o.name, again.name) != 0 ||
        strcmp(o.type, again.type) != 0 || strcmp(o.address, again.address) != 0) {
        violated("a one-off comes back as another");
    }
    one_off_fini(&o);
    one_off_fini(&again);
    buf_fini(&b);
}

static void wrapped(const uint8_t *data, size_t size)
{
    struct wrapped w;
    if (!wrapped_read(data, size, &w)) {
        return;
    }
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    wrapped_write(&b, w.type, w.id, w.len);
    /* Its flags are the only bytes that may differ. */
    if (b.len != size || memcmp(buf_str(&b) + 4, data + 4, size - 4) != 0) {
        violated("a wrapped entry id comes back as another");
    }
    buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const READERS[])(const uint8_t *, size_t) = {stream, one_off, wrapped};
    if (size) {
        READERS[*data % 3](data + 1, size - 1);
    }
    return 0;
}
