/* Folder ids: which address book of which account. */
#include "client/remote/jmap/jmap_private.h"

#include "client/base/buf.h"

#include <string.h>

#define KIND "AddressBook/"

/* Ids may hold any character, whatever RFC 8620 section 1.2 says. */
char *jmap_place_id(const char *account, const char *book)
{
    CLEANUP(mem_free) char *a = url_segment_encode(account);
    CLEANUP(mem_free) char *b = url_segment_encode(book);
    return str_printf(KIND "%s/%s", a, b);
}

void jmap_place_fini(struct jmap_place *p)
{
    free(p->account);
    free(p->book);
    p->account = p->book = NULL;
}

enum rc jmap_place_parse(const char *folder, struct jmap_place *ret, struct err *err)
{
    const char *account = str_starts(folder, KIND) ? folder + strlen(KIND) : NULL;
    const char *slash = account ? strchr(account, '/') : NULL;
    if (!slash || slash == account || !slash[1] || strchr(slash + 1, '/')) {
        return err_set(err, RC_INVALID, 0, "'%s' is not a folder of a JMAP account", folder);
    }
    CLEANUP(mem_free) char *first = mem_strndup(account, (size_t)(slash - account));
    ret->account = url_path_name(first);
    ret->book = url_path_name(slash + 1);
    return RC_OK;
}

bool jmap_place_has(const struct jmap_place *p, const struct json *card)
{
    return json_get_bool(json_get(card, "addressBookIds"), p->book, false);
}
