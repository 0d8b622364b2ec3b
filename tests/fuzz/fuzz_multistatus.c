/* WebDAV answers: any bytes may come, in any pieces, and the pieces make no difference. */
#include "client/base/buf.h"
#include "client/remote/dav/multistatus.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum rc print_resource(void *user, const struct dav_resource *r, struct err *err)
{
    CLEANUP(mem_free) char *etag = dav_prop_etag(r);
    (void)err;
    buf_addf(user, "%s %ld %s %s\n", r->href, r->status, etag ? etag : "-",
        xml_text(dav_prop(r, NS_CARDDAV, "address-data")));
    return RC_OK;
}

static char *read_in_pieces(const char *data, size_t size, size_t piece)
{
    struct buf out = BUF_INIT((size_t)64 << 20);
    CLEANUP(multistatus_free) struct multistatus *m = multistatus_new(print_resource, &out);
    enum rc rc = RC_OK;
    for (size_t i = 0; i < size && rc == RC_OK; i += piece) {
        rc = multistatus_feed(m, data + i, size - i < piece ? size - i : piece, NULL);
    }
    rc = rc == RC_OK ? multistatus_finish(m, NULL) : rc;
    if (rc == RC_OK) {
        buf_addf(&out, "token %s\n", multistatus_token(m) ? multistatus_token(m) : "-");
    } else { /* how far a broken answer was read may depend on the pieces */
        buf_clear(&out);
        buf_adds(&out, rc_name(rc));
    }
    return buf_take(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    CLEANUP(mem_free) char *whole = read_in_pieces(text, size, size ? size : 1);
    CLEANUP(mem_free) char *parts = read_in_pieces(text, size, 1 + size % 7);
    CLEANUP(mem_free) char *condition = dav_error_condition(text, size, NULL);
    if (strcmp(whole, parts) != 0) {
        fprintf(stderr, "violated: pieces make no difference\n%s\n%s\n", whole, parts);
        abort();
    }
    return 0;
}
