/* Folder ids: which address book or calendar of which account. */
#include "client/remote/jmap/jmap_private.h"

#include "client/base/buf.h"

#include <string.h>

/* Ids may hold any character, whatever RFC 8620 section 1.2 says. */
char *jmap_place_id(const struct jmap_type *type, const char *account, const char *folder)
{
    CLEANUP(mem_free) char *a = url_segment_encode(account);
    CLEANUP(mem_free) char *f = url_segment_encode(folder);
    return str_printf("%s/%s/%s", type->folder, a, f);
}

void jmap_place_fini(struct jmap_place *p)
{
    free(p->account);
    free(p->folder);
    p->account = p->folder = NULL;
}

static const struct jmap_type *type_of(const char *folder, size_t len)
{
    for (size_t i = 0; i < JMAP_TYPES; i++) {
        const char *name = jmap_type_at(i)->folder;
        if (strlen(name) == len && strncmp(folder, name, len) == 0) {
            return jmap_type_at(i);
        }
    }
    return NULL;
}

enum rc jmap_place_parse(
    const char *folder, enum item_kind kind, struct jmap_place *ret, struct err *err)
{
    size_t head = strcspn(folder, "/");
    const struct jmap_type *type = folder[head] ? type_of(folder, head) : NULL;
    const char *account = type ? folder + head + 1 : NULL;
    const char *slash = account ? strchr(account, '/') : NULL;
    if (!slash || slash == account || !slash[1] || strchr(slash + 1, '/')) {
        return err_set(err, RC_INVALID, 0, "'%s' is not a folder of a JMAP account", folder);
    }
    if (type->kind != kind) {
        return err_set(
            err, RC_UNSUPPORTED, 0, "%s by JMAP hold %s alone", type->places, type->items);
    }
    ret->type = type;
    CLEANUP(mem_free) char *first = mem_strndup(account, (size_t)(slash - account));
    ret->account = url_path_name(first);
    ret->folder = url_path_name(slash + 1);
    return RC_OK;
}

bool jmap_place_has(const struct jmap_place *p, const struct json *object)
{
    return json_get_bool(json_get(object, p->type->folder_ids), p->folder, false);
}
