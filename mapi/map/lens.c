/* The engine of the lens: sections in, changes out. No knowledge of any single property. */
#include "mapi/map/lens.h"

#include "client/base/mem.h"
#include "client/item/doc.h"
#include "client/item/file.h"
#include "mapi/map/distlist.h"
#include "client/item/media.h"

#include <string.h>

void map_change_fini(struct map_change *c)
{
    props_fini(&c->set);
    free(c->remove);
    for (size_t i = 0; i < c->sub_count; i++) {
        props_fini(&c->subs[i].attach);
        map_change_fini(&c->subs[i].item);
    }
    free(c->subs);
    for (size_t i = 0; i < c->recipient_count; i++) {
        props_fini(&c->recipients[i].set);
    }
    free(c->recipients);
    for (size_t i = 0; i < c->file_count; i++) {
        props_fini(&c->files[i].set);
    }
    free(c->files);
    *c = (struct map_change){0};
}

bool map_change_empty(const struct map_change *c)
{
    return c->set.count == 0 && c->remove_count == 0 && c->sub_count == 0 &&
           c->recipient_count == 0 && c->file_count == 0;
}

const char *get_text(const struct props *p, enum prop_key key)
{
    return props_text(p, prop_name_of(key));
}

int64_t get_int(const struct props *p, enum prop_key key, int64_t fallback)
{
    return props_int(p, prop_name_of(key), fallback);
}

bool has(const struct props *p, enum prop_key key)
{
    return props_find(p, prop_name_of(key)) != NULL;
}

/* Forgets what an earlier section decided about a property: the last one to write it wins. */
static void forget(struct writer *w, struct prop_name name)
{
    struct map_change *c = w->out;
    props_remove(&c->set, name);
    for (size_t i = 0; i < c->remove_count; i++) {
        if (prop_name_equal(c->remove[i], name)) {
            memmove(
                &c->remove[i], &c->remove[i + 1], (c->remove_count - i - 1) * sizeof *c->remove);
            c->remove_count--;
            return;
        }
    }
}

/* Drops a value just set if the item holds it already. */
static void settle(struct writer *w, enum prop_key key)
{
    struct prop_name name = prop_name_of(key);
    const struct prop_value *now = props_find(w->now, name), *set = props_find(&w->out->set, name);
    if (now && set && prop_value_equal(now, set)) {
        props_remove(&w->out->set, name);
    }
}

void put_removed(struct writer *w, enum prop_key key)
{
    struct prop_name name = prop_name_of(key);
    forget(w, name);
    struct map_change *c = w->out;
    ARRAY_RESERVE(c->remove, c->remove_count, c->remove_cap);
    c->remove[c->remove_count++] = name;
}

static void remove_if_there(struct writer *w, enum prop_key key)
{
    forget(w, prop_name_of(key));
    if (has(w->now, key)) {
        put_removed(w, key);
    }
}

void put_text(struct writer *w, enum prop_key key, const char *text)
{
    forget(w, prop_name_of(key));
    if (!str_empty(text)) {
        props_set_text(&w->out->set, prop_name_of(key), text);
        settle(w, key);
    } else if (get_text(w->now, key)) {
        put_removed(w, key);
    }
}

void put_stated_text(struct writer *w, enum prop_key key, const char *text)
{
    forget(w, prop_name_of(key));
    props_set_text(&w->out->set, prop_name_of(key), text);
    settle(w, key);
}

void put_absent(struct writer *w, enum prop_key key)
{
    remove_if_there(w, key);
}

void put_int(struct writer *w, enum prop_key key, int64_t value)
{
    forget(w, prop_name_of(key));
    props_set_int(&w->out->set, prop_name_of(key), prop_type_of(key), value);
    settle(w, key);
}

void put_double(struct writer *w, enum prop_key key, double value)
{
    forget(w, prop_name_of(key));
    props_set_double(&w->out->set, prop_name_of(key), value);
    settle(w, key);
}

void put_binary(struct writer *w, enum prop_key key, const void *data, size_t len)
{
    if (!len) {
        remove_if_there(w, key);
        return;
    }
    forget(w, prop_name_of(key));
    props_set_binary(&w->out->set, prop_name_of(key), data, len);
    settle(w, key);
}

void put_texts(struct writer *w, enum prop_key key, const char *const *texts, size_t count)
{
    if (!count) {
        remove_if_there(w, key);
        return;
    }
    forget(w, prop_name_of(key));
    props_set_texts(&w->out->set, prop_name_of(key), texts, count);
    settle(w, key);
}

void put_longs(struct writer *w, enum prop_key key, const int32_t *values, size_t count)
{
    if (!count) {
        remove_if_there(w, key);
        return;
    }
    forget(w, prop_name_of(key));
    props_set_longs(&w->out->set, prop_name_of(key), values, count);
    settle(w, key);
}

void put_binaries(
    struct writer *w, enum prop_key key, const struct prop_bytes *values, size_t count)
{
    if (!count) {
        remove_if_there(w, key);
        return;
    }
    forget(w, prop_name_of(key));
    props_set_binaries(&w->out->set, prop_name_of(key), values, count);
    settle(w, key);
}

void put_copy(struct writer *w, enum prop_key key, int64_t value)
{
    if (w->is_new || has(w->now, key)) {
        put_int(w, key, value);
    }
}

static bool is_removed(const struct writer *w, enum prop_key key)
{
    for (size_t i = 0; i < w->out->remove_count; i++) {
        if (prop_name_equal(w->out->remove[i], prop_name_of(key))) {
            return true;
        }
    }
    return false;
}

const char *final_text(const struct writer *w, enum prop_key key)
{
    const char *set = get_text(&w->out->set, key);
    return set ? set : is_removed(w, key) ? NULL : get_text(w->now, key);
}

int64_t final_int(const struct writer *w, enum prop_key key, int64_t fallback)
{
    int64_t now = is_removed(w, key) ? fallback : get_int(w->now, key, fallback);
    return get_int(&w->out->set, key, now);
}

/* An empty map means the same as none. */
static bool is_nothing(const struct json *v)
{
    return !v || json_is_null(v) || (json_is_object(v) && !json_count(v)) ||
           (json_is_array(v) && !json_count(v));
}

bool member_changed(const struct writer *w, const char *member)
{
    const struct json *base = json_get(w->base, member), *want = json_get(w->want, member);
    if (is_nothing(base) || is_nothing(want)) {
        return is_nothing(base) != is_nothing(want);
    }
    return !json_equal(base, want);
}

static bool section_changed(const struct writer *w, const struct section *section)
{
    if (!section->members[0]) {
        return true; /* it looks for itself */
    }
    for (size_t i = 0; i < SECTION_MEMBERS_MAX && section->members[i]; i++) {
        if (member_changed(w, section->members[i])) {
            return true;
        }
    }
    return false;
}

void put_fixed(struct writer *w, const struct fixed *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put_int(w, rows[i].key, rows[i].value);
    }
}

static const struct section *sections_of(enum item_kind kind, bool group)
{
    return group                  ? distlist_sections
           : kind == ITEM_CONTACT ? contact_sections
           : kind == ITEM_EVENT   ? event_sections
           : kind == ITEM_TASK    ? task_sections
                                  : note_sections;
}

#define CLASS_LIST "IPM.DistList"

static bool is_class(const char *name, const char *class)
{
    size_t n = strlen(class);
    return name && str_istarts(name, class) && (!name[n] || name[n] == '.');
}

/* Contacts folders hold two classes of item. */
static bool is_list(enum item_kind kind, const struct props *item)
{
    return kind == ITEM_CONTACT && is_class(get_text(item, P_MESSAGE_CLASS), CLASS_LIST);
}

static bool wants_list(enum item_kind kind, const struct json *doc)
{
    return kind == ITEM_CONTACT && str_eq(json_get_str(doc, "kind"), "group");
}

enum rc map_read(enum item_kind kind, const struct props *item, const struct map_env *env,
    struct json **ret_doc, struct err *err)
{
    static const char *const TYPES[ITEM_KINDS] = {"Card", "Event", "Task", DOC_NOTE};
    CLEANUP(json_free) struct json *doc = json_object();
    struct reader r = {item, env, doc};
    json_set_str(doc, "@type", TYPES[kind]);
    for (const struct section *s = sections_of(kind, is_list(kind, item)); s->read || s->write;
         s++) {
        enum rc rc = s->read ? s->read(&r, err) : RC_OK;
        if (rc) {
            return rc;
        }
    }
    *ret_doc = TAKE(doc);
    return RC_OK;
}

static enum rc write_sections(const struct section *s, struct writer *w, struct err *err)
{
    for (; s->read || s->write; s++) {
        if (s->write && (w->is_new || section_changed(w, s))) {
            enum rc rc = s->write(w, err);
            if (rc) {
                return rc;
            }
        }
    }
    return RC_OK;
}

enum rc map_write(enum item_kind kind, const struct props *now, const struct json *doc,
    const struct map_env *env, struct map_change *ret, struct err *err)
{
    CLEANUP(json_free) struct json *base = NULL, *want = json_dup(doc);
    bool group = now->count ? is_list(kind, now) : wants_list(kind, doc);
    if (now->count && !group && wants_list(kind, doc)) {
        return err_set(
            err, RC_UNSUPPORTED, 0, "a contact cannot become a distribution list in Outlook");
    }
    if (now->count) {
        enum rc rc = map_read(kind, now, env, &base, err);
        if (rc) {
            return rc;
        }
        doc_rekey(want, base);
    } else {
        base = json_object();
    }
    media_keep(want, base);
    file_keep(want, base);
    CLEANUP_FINI(map_change_fini) struct map_change change = {0};
    struct writer w = {now, env, base, want, !now->count, &change};
    if (w.is_new) {
        props_set_text(&change.set, prop_name_of(P_MESSAGE_CLASS),
            group ? CLASS_LIST : map_class_of_kind(kind));
        put_text(&w, P_LOCKSTEP_STAMP, env->stamp);
    }
    enum rc rc = write_sections(sections_of(kind, group), &w, err);
    if (!rc) {
        *ret = change;
        change = (struct map_change){0};
    }
    return rc;
}

static const char *const CLASSES[ITEM_KINDS] = {
    "IPM.Contact", "IPM.Appointment", "IPM.Task", "IPM.StickyNote"};
static const char *const CONTAINERS[ITEM_KINDS] = {
    "IPF.Contact", "IPF.Appointment", "IPF.Task", "IPF.StickyNote"};

/* Whole name, or followed by a dot. Outlook compares without case. */
static int find_class(const char *const *classes, const char *name)
{
    for (int kind = 0; kind < ITEM_KINDS; kind++) {
        if (is_class(name, classes[kind])) {
            return kind;
        }
    }
    return -1;
}

int map_kind_of_class(const char *message_class)
{
    return is_class(message_class, CLASS_LIST) ? ITEM_CONTACT : find_class(CLASSES, message_class);
}

const char *map_class_of_kind(enum item_kind kind)
{
    return CLASSES[kind];
}

const char *map_container_of_kind(enum item_kind kind)
{
    return CONTAINERS[kind];
}

int map_kind_of_container(const char *container_class)
{
    return find_class(CONTAINERS, container_class);
}
