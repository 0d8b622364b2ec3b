/* Foo/get: items as the server has them, in portions that it and we can take, and the texts that a
 * listing brought along for the fetch behind it. */
#include "client/remote/jmap/jmap_private.h"

#include "client/base/buf.h"
#include "client/base/sha256.h"

#include <string.h>

#define KEPT_MAX ((size_t)16 << 20)
#define TRIES    6

char *jmap_label(const struct jmap_type *type, const char *id)
{
    return str_printf("%s %.80s", type->item, id);
}

/* Members in one order, so that a server which shuffles them gives the same version. */
char *jmap_version(const struct json *object)
{
    CLEANUP(mem_free) char *text = json_print_canonical(object);
    char hex[SHA256_HEX + 1];
    sha256_hex(text, strlen(text), hex);
    return mem_strndup(hex, 32);
}

/* ---- kept for a fetch ---- */
static char *kept_key(const struct jmap_place *p, const char *id)
{
    return str_printf("%s\n%s\n%s", p->type->folder, p->account, id);
}

void jmap_forget_kept(struct jmap *j, const struct jmap_place *p, const char *id)
{
    CLEANUP(mem_free) char *key = kept_key(p, id);
    CLEANUP(mem_free) char *old = map_remove(j->kept, key);
    j->kept_size -= old ? strlen(old) : 0;
}

void jmap_keep(struct jmap *j, const struct jmap_place *p, const struct json *object)
{
    const char *id = json_get_str(object, "id");
    jmap_forget_kept(j, p, id);
    CLEANUP(mem_free) char *key = kept_key(p, id);
    CLEANUP(mem_free) char *text = json_print(object);
    if (j->kept_size + strlen(text) <= KEPT_MAX) {
        j->kept_size += strlen(text);
        map_put(j->kept, key, TAKE(text));
    }
}

struct json *jmap_take_kept(struct jmap *j, const struct jmap_place *p, const char *id)
{
    CLEANUP(mem_free) char *key = kept_key(p, id);
    CLEANUP(mem_free) char *text = map_remove(j->kept, key);
    struct json *object = NULL;
    if (text) {
        j->kept_size -= strlen(text);
        enum rc rc = json_parse(text, strlen(text), &object, NULL);
        (void)rc; /* printed by ourselves; if not, it is asked for again */
    }
    return object;
}

/* ---- getting ---- */
void jmap_objects_fini(struct jmap_objects *c)
{
    for (size_t i = 0; i < c->count; i++) {
        free(c->items[i].id);
        json_free(c->items[i].object);
        free(c->items[i].version);
        free(c->items[i].error);
    }
    free(c->items);
    free(c->state);
    memset(c, 0, sizeof *c);
}

struct getting {
    struct jmap *jmap;
    const struct jmap_type *type;
    const char *account;
    struct map *open; /* owned; id -> struct jmap_object not answered yet */
    struct jmap_objects *objects;
    bool moved; /* the state is not the same in all answers */
};

static void take_state(struct getting *g, const struct json *answer)
{
    const char *state = json_get_str(answer, "state");
    if (!state || (g->objects->state && !str_eq(g->objects->state, state))) {
        g->moved = true;
    } else if (!g->objects->state) {
        g->objects->state = mem_strdup(state);
    }
}

static void take_list(struct getting *g, const struct json *answer)
{
    for (const struct json *v = json_first(json_get(answer, "list")); v; v = json_next(v)) {
        const char *id = json_get_str(v, "id");
        struct jmap_object *c = id ? map_remove(g->open, id) : NULL;
        if (c) { /* else it was not asked for, or is told twice */
            c->object = json_dup(v);
            c->rc = RC_OK;
        }
    }
    for (const struct json *v = json_first(json_get(answer, "notFound")); v; v = json_next(v)) {
        const char *id = json_str_value(v);
        struct jmap_object *c = id ? map_remove(g->open, id) : NULL;
        if (c) {
            CLEANUP(mem_free) char *label = jmap_label(g->type, id);
            c->rc = RC_NOT_FOUND;
            c->error = str_printf("%s: it is not there any more", label);
        }
    }
}

/* What the server shows only when asked by name (Cyrus): beside what it shows of itself. */
static void take_hidden(struct jmap_object *objects, size_t count, const struct json *answer)
{
    CLEANUP(map_free) struct map *by_id = map_new();
    for (const struct json *v = json_first(json_get(answer, "list")); v; v = json_next(v)) {
        if (json_get_str(v, "id")) {
            map_put(by_id, json_get_str(v, "id"), (void *)(uintptr_t)v);
        }
    }
    for (size_t i = 0; i < count; i++) {
        const struct json *more = map_get(by_id, objects[i].id);
        for (const char *const *name = card_vendor_names; objects[i].object && more && *name;
             name++) {
            const struct json *v = json_get(more, *name);
            if (v && !json_is_null(v)) {
                json_set(objects[i].object, *name, json_dup(v));
            }
        }
    }
}

static struct json *get_args(
    const struct getting *g, const struct jmap_object *objects, size_t count)
{
    struct json *args = jmap_args(g->account), *ids = json_array();
    for (size_t i = 0; i < count; i++) {
        json_append(ids, json_str(objects[i].id));
    }
    json_set(args, "ids", ids);
    return args;
}

static struct json *vendor_args(
    const struct getting *g, const struct jmap_object *objects, size_t count)
{
    struct json *args = get_args(g, objects, count), *names = json_array();
    json_append(names, json_str("id"));
    for (const char *const *name = card_vendor_names; *name; name++) {
        json_append(names, json_str(*name));
    }
    json_set(args, "properties", names);
    return args;
}

/* Both questions, in one request where the server takes two. RC_CONFLICT: they were answered in
 * different states. */
static enum rc ask(struct getting *g, struct jmap_object *objects, size_t count, struct err *err)
{
    struct jmap *j = g->jmap;
    bool hidden = count && j->hides_vendor && !jmap_type_is_event(g->type);
    struct jmap_call calls[2] = {{.method = g->type->get, .args = get_args(g, objects, count)},
        {.method = g->type->get, .args = hidden ? vendor_args(g, objects, count) : NULL}};
    CLEANUP(mem_free) char *what = str_printf("reading %s", g->type->items);
    enum rc rc = jmap_calls(j, what, calls, hidden ? 2 : 1, false, err);
    for (int i = 0; i <= hidden && rc == RC_OK; i++) {
        if (i && str_eq(calls[i].error, "invalidArguments")) {
            hidden = j->hides_vendor = false; /* it does not know such members at all */
        } else if (calls[i].rc != RC_OK) {
            /* Without what is hidden a object would look as if somebody had taken it away. */
            rc = err_set(err, calls[i].rc, calls[i].err.native, "%s", err_text(&calls[i].err));
        }
    }
    if (rc == RC_OK && hidden &&
        !str_eq(json_get_str(calls[0].ret, "state"), json_get_str(calls[1].ret, "state"))) {
        rc = RC_CONFLICT;
    }
    if (rc == RC_OK) {
        take_state(g, calls[0].ret);
        take_list(g, calls[0].ret);
    }
    if (rc == RC_OK && hidden) {
        take_hidden(objects, count, calls[1].ret);
    }
    jmap_call_fini(&calls[0]);
    jmap_call_fini(&calls[1]);
    return rc;
}

static enum rc get_some(
    struct getting *g, struct jmap_object *objects, size_t count, struct err *err)
{
    enum rc rc = RC_CONFLICT;
    for (int i = 0; i < TRIES && rc == RC_CONFLICT; i++) {
        rc = ask(g, objects, count, err);
    }
    return rc != RC_CONFLICT ? rc
                             : err_set(err, RC_SERVER, 0,
                                   "reading %s: they are being changed all the time by "
                                   "somebody else; try again later",
                                   g->type->items);
}

/* An answer that is too large, or too deep, is asked for in halves, so that one bad object does not
 * hide the others. */
static enum rc get_range(
    struct getting *g, struct jmap_object *objects, size_t count, struct err *err)
{
    struct err why = ERR_INIT;
    enum rc rc = get_some(g, objects, count, &why);
    if (rc == RC_TOO_BIG && count > 1) {
        err_fini(&why);
        rc = get_range(g, objects, count / 2, err);
        return rc == RC_OK ? get_range(g, objects + count / 2, count - count / 2, err) : rc;
    }
    if (rc == RC_TOO_BIG && count == 1 && map_remove(g->open, objects[0].id)) {
        CLEANUP(mem_free) char *label = jmap_label(g->type, objects[0].id);
        objects[0].rc = RC_TOO_BIG;
        objects[0].error = str_printf("%s: %s", label, err_text(&why));
        rc = RC_OK;
    } else if (rc != RC_OK) {
        (void)err_set(err, rc, why.native, "%s", err_text(&why));
    }
    err_fini(&why);
    return rc;
}

/* As many ids as go into one request. */
static size_t portion(const struct jmap *j, const struct jmap_object *objects, size_t count)
{
    size_t bytes = 4096, n = 0;
    while (n < count && n < j->limits.get && (!n || bytes < j->limits.request / 2)) {
        bytes += 2 * strlen(objects[n++].id) + 8;
    }
    return n;
}

static void finish(const struct jmap_type *type, struct jmap_object *c)
{
    if (c->rc == RC_OK) {
        c->version = jmap_version(c->object);
    } else if (!c->error) {
        CLEANUP(mem_free) char *label = jmap_label(type, c->id);
        c->rc = RC_SERVER;
        c->error = str_printf("%s: the server did not say whether it is there", label);
    }
}

/* An id asked for twice has one place among the open ones. */
static void answer_doubles(struct jmap_objects *objects)
{
    CLEANUP(map_free) struct map *first = map_new();
    for (size_t i = 0; i < objects->count; i++) {
        struct jmap_object *c = &objects->items[i];
        const struct jmap_object *other = map_get(first, c->id);
        if (other && !c->object && !c->error) {
            c->object = json_dup(other->object);
            c->rc = other->rc;
            c->error = mem_strdup(other->error);
        }
        if (!other) {
            map_put(first, c->id, c);
        }
    }
}

/* How the server spells events, and what one kind of server shows in the wrong place. */
static enum rc look_at_events(
    struct jmap *j, const char *account, struct jmap_objects *objects, struct err *err)
{
    CLEANUP(mem_free)
    struct json **events = mem_alloc((objects->count + 1) * sizeof *events);
    for (size_t i = 0; i < objects->count; i++) {
        events[i] = objects->items[i].object;
        if (events[i]) {
            jmap_calendars_learn(j, events[i]);
        }
    }
    enum rc rc = jmap_cyrus_colors(j, account, events, objects->count, err);
    for (size_t i = 0; rc == RC_OK && i < objects->count; i++) {
        struct jmap_object *o = &objects->items[i];
        if (o->object && !json_get_bool(o->object, JMAP_CYRUS_COLORS, true)) {
            CLEANUP(mem_free) char *label = jmap_label(jmap_type_of(ITEM_EVENT), o->id);
            json_free(TAKE(o->object));
            o->rc = RC_SERVER;
            o->error = str_printf("%s: its categories cannot be read now", label);
        }
    }
    return rc;
}

enum rc jmap_objects_get(struct jmap *j, const struct jmap_type *type, const char *account,
    const char *const *ids, size_t count, struct jmap_objects *ret, struct err *err)
{
    struct jmap_objects objects = {
        .items = mem_alloc((count + 1) * sizeof *objects.items), .count = count};
    CLEANUP(map_free) struct map *open = map_new();
    struct getting g = {
        .jmap = j, .type = type, .account = account, .open = open, .objects = &objects};
    for (size_t i = 0; i < count; i++) {
        objects.items[i] = (struct jmap_object){.id = mem_strdup(ids[i]), .rc = RC_CANCELLED};
        if (!map_has(open, ids[i])) {
            map_put(open, ids[i], &objects.items[i]);
        }
    }
    enum rc rc = jmap_session(j, err);
    for (size_t at = 0, n; rc == RC_OK && (at < count || (!at && !count)); at += n ? n : 1) {
        n = portion(j, objects.items + at, count - at);
        rc = get_range(&g, objects.items + at, n, err);
    }
    rc = rc == RC_OK && jmap_type_is_event(type) ? look_at_events(j, account, &objects, err) : rc;
    if (rc != RC_OK) {
        jmap_objects_fini(&objects);
        return rc;
    }
    answer_doubles(&objects);
    for (size_t i = 0; i < count; i++) {
        finish(type, &objects.items[i]);
    }
    if (g.moved) {
        str_replace(&objects.state, NULL);
    }
    *ret = objects;
    return RC_OK;
}
