/* People a contact names: spouse, children, manager, assistant. JSContact keys them by name with
 * the relation inside (RFC 9555 section 2.9.3 puts a RELATED text there); it has no word for
 * manager and assistant, so these carry our prefix. */
#include "mapi/map/contact.h"

#include "client/item/doc.h"

#define CHILDREN_MAX 100

static const struct relation {
    const char *word;
    enum prop_key key;
} RELATIONS[] = {
    {"spouse", P_SPOUSE_NAME},
    {DOC_EXT "manager", P_MANAGER_NAME},
    {DOC_EXT "assistant", P_ASSISTANT},
};
#define CHILD "child"

static void relate(struct reader *r, const char *name, const char *word)
{
    if (!str_empty(name)) {
        struct json *person = json_need_object(json_need_object(r->doc, "relatedTo"), name);
        json_set_bool(json_need_object(person, "relation"), word, true);
    }
}

enum rc contact_related_read(struct reader *r, struct err *err)
{
    (void)err;
    for (size_t i = 0; i < ARRAY_LEN(RELATIONS); i++) {
        relate(r, get_text(r->item, RELATIONS[i].key), RELATIONS[i].word);
    }
    const struct prop_value *children = props_find(r->item, prop_name_of(P_CHILDRENS_NAMES));
    for (size_t i = 0; children && children->type == PROP_MV_UNICODE && i < children->v.multi.count;
         i++) {
        relate(r, children->v.multi.items[i].v.text, CHILD);
    }
    return RC_OK;
}

static bool is_related(const struct json *person, const char *word)
{
    return json_get_bool(json_get(person, "relation"), word, false);
}

/* The name with a relation; NULL if there is none. One that was there before is preferred, so that
 * a second spouse moves nothing. */
static const char *find_related(const struct writer *w, const char *word)
{
    const char *found = NULL;
    const struct json *base = json_get(w->base, "relatedTo");
    for (const struct json *p = json_first(json_get(w->want, "relatedTo")); p; p = json_next(p)) {
        if (is_related(p, word) && (!found || is_related(json_get(base, json_key(p)), word))) {
            found = json_key(p);
        }
    }
    return found;
}

enum rc contact_related_write(struct writer *w, struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(RELATIONS); i++) {
        put_text(w, RELATIONS[i].key, find_related(w, RELATIONS[i].word));
    }
    const char *children[CHILDREN_MAX];
    size_t count = 0;
    for (const struct json *p = json_first(json_get(w->want, "relatedTo")); p; p = json_next(p)) {
        if (is_related(p, CHILD)) {
            if (count == CHILDREN_MAX) {
                return err_set(err, RC_TOO_BIG, 0, "more than %d children", CHILDREN_MAX);
            }
            children[count++] = json_key(p);
        }
    }
    put_texts(w, P_CHILDRENS_NAMES, children, count);
    return RC_OK;
}
