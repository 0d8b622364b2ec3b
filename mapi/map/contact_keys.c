/* Certificates. Outlook keeps each in a wrapping of its own that nobody documents (mapping 1.3), so
 * they travel as they are, marked by a media type, and only what carries this mark comes back. Keys
 * of others (PGP, a plain certificate) stay on the other side. */
#include "mapi/map/contact.h"

#include "client/item/doc.h"

#include <string.h>

#define KEY_MAX   ((size_t)64 << 10)
#define KEYS_MAX  32
#define DATA_MARK "data:" DOC_OUTLOOK_CERTIFICATE ";base64,"

enum rc contact_keys_read(struct reader *r, struct err *err)
{
    (void)err;
    const struct prop_value *list = props_find(r->item, prop_name_of(P_CERTIFICATES));
    for (size_t i = 0; list && list->type == PROP_MV_BINARY && i < list->v.multi.count; i++) {
        const struct prop_value *one = &list->v.multi.items[i];
        if (!one->v.binary.len || one->v.binary.len > KEY_MAX) {
            continue;
        }
        CLEANUP(mem_free) char *text = base64_encode(one->v.binary.data, one->v.binary.len);
        CLEANUP(mem_free) char *uri = str_printf("%s%s", DATA_MARK, text);
        CLEANUP(mem_free) char *id = str_printf("c%zu", i + 1);
        json_set_str(json_need_object(json_need_object(r->doc, "cryptoKeys"), id), "uri", uri);
    }
    return RC_OK;
}

enum rc contact_keys_write(struct writer *w, struct err *err)
{
    unsigned char *data[KEYS_MAX];
    struct prop_bytes values[KEYS_MAX];
    size_t count = 0;
    for (const struct json *e = json_first(json_get(w->want, "cryptoKeys")); e; e = json_next(e)) {
        const char *uri = json_get_str(e, "uri");
        if (!uri || !str_starts(uri, DATA_MARK)) {
            continue;
        }
        if (count == KEYS_MAX) {
            for (size_t i = 0; i < count; i++) {
                free(data[i]);
            }
            return err_set(err, RC_TOO_BIG, 0, "more than %d certificates", KEYS_MAX);
        }
        data[count] = base64_decode(uri + strlen(DATA_MARK), KEY_MAX, &values[count].len);
        values[count].data = data[count];
        count += data[count] != NULL;
    }
    put_binaries(w, P_CERTIFICATES, values, count);
    for (size_t i = 0; i < count; i++) {
        free(data[i]);
    }
    return RC_OK;
}
