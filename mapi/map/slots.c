/* Assigning map entries to slots. */
#include "mapi/map/slots.h"

#include <string.h>

void slots_read(struct reader *r, const struct slot_group *group)
{
    for (size_t i = 0; i < group->count; i++) {
        const struct slot *slot = &group->slots[i];
        const char *text = get_text(r->item, slot->key);
        struct json *entry = NULL;
        if (text && json_parse(slot->role, strlen(slot->role), &entry, NULL) == RC_OK) {
            json_set_str(entry, group->value, text);
            json_set(json_need_object(r->doc, group->member), slot->id, entry);
        }
    }
}

static bool fits(const struct slot_group *group, const struct slot *slot, const struct json *entry)
{
    return !str_empty(json_get_str(entry, group->value)) &&
           str_eq(group->classify(entry), slot->class);
}

/* An entry the item has already: it carries the slot's id in both documents. */
static const struct json *staying(
    const struct writer *w, const struct slot_group *group, const struct slot *slot)
{
    const struct json *entry = json_get(json_get(w->want, group->member), slot->id);
    bool was_here = json_get(json_get(w->base, group->member), slot->id) != NULL;
    return was_here && fits(group, slot, entry) ? entry : NULL;
}

static bool is_taken(const struct json *entry, const struct json *const *taken, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (taken[i] == entry) {
            return true;
        }
    }
    return false;
}

void slots_write(struct writer *w, const struct slot_group *group)
{
    const struct json **holds = mem_alloc(group->count * sizeof *holds);
    for (size_t i = 0; i < group->count; i++) {
        holds[i] = staying(w, group, &group->slots[i]);
    }
    for (size_t i = 0; i < group->count; i++) {
        const struct json *e = json_first(json_get(w->want, group->member));
        for (; e && !holds[i]; e = json_next(e)) {
            if (!is_taken(e, holds, group->count) && fits(group, &group->slots[i], e)) {
                holds[i] = e;
            }
        }
        put_text(w, group->slots[i].key, json_get_str(holds[i], group->value));
    }
    free(holds);
}
