/* The two dialects of vCard 2.1: what Outlook writes when it saves a contact, and what SyncML
 * servers list in their device information. They differ in the names of extensions; both are read
 * alike. */
#include "client/codec/vcard_private.h"

#include "client/item/doc.h"

/* The name the rows give and the one SyncML servers know (theirs come from Evolution and the phones
 * of its time). Both are read. */
static const struct {
    const char *ours, *syncml;
} names[] = {
    {"X-MS-ANNIVERSARY", "X-ANNIVERSARY"},
    {"X-MS-SPOUSE", "X-SPOUSE"},
    {"X-MS-MANAGER", "X-EVOLUTION-MANAGER"},
    {"X-MS-ASSISTANT", "X-EVOLUTION-ASSISTANT"},
};

static void rename_lines(const struct vcard *v)
{
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        for (struct line *l = lines_find(v->comp, names[i].ours); l;
             l = lines_find(v->comp, names[i].ours)) {
            str_replace(&l->name, names[i].syncml);
        }
    }
}

/* Both dialects say what kind of address an EMAIL is; without it old readers take it for another
 * mail system's. */
static void say_internet(const struct vcard *v)
{
    for (struct line *l = lines_find(v->comp, "EMAIL"); l;
         l = lines_find_next(v->comp, "EMAIL", l)) {
        line_type_add(l, "INTERNET", true);
    }
}

/* PidLidPostalAddressId of the preferred address: 1 home, 2 work, 3 other; NULL if none is. */
static const char *mailing_address(const struct json *card)
{
    for (const struct json *a = json_first(json_get(card, "addresses")); a; a = json_next(a)) {
        const struct json *contexts = json_get(a, "contexts");
        if (json_get_int(a, "pref", 0) == 1) {
            return json_get_bool(contexts, "work", false)      ? "2"
                   : json_get_bool(contexts, "private", false) ? "1"
                                                               : "3";
        }
    }
    return NULL;
}

void vcard_dialect_finish(const struct vcard *v, const struct json *before, const struct json *card,
    enum vcard_version dialect)
{
    static const char property[] = "X-MS-OL-DEFAULT-POSTAL-ADDRESS";
    struct line *line = lines_find(v->comp, property), *uid = lines_find(v->comp, "UID");
    const char *old = mailing_address(before), *now = mailing_address(card);
    if (line && before && !str_eq(old, now)) {
        line_set_value(line, now ? now : "0");
    }
    if (before) {
        return;
    }
    say_internet(v);
    if (dialect == VCARD_2_1) {
        rename_lines(v);
        return;
    }
    if (uid) {
        lines_remove(v->lines, uid);
    }
    if (now) {
        vcard_set_text(v, vcard_add(v, property), now);
    }
}
