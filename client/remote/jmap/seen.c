/* What changed in all folders that a pass is going to ask about, asked for in one request: an account has one state
 * for all items of a type, so that links of one account mostly ask the same. What was changed is read once,
 * too, whichever folder it is in.
 *
 * An answer is as good as one that would be got later: it ends in a state of its own, and the next pass asks from
 * there. But it does not know of what we write, so all of it is forgotten when the store writes; and a folder that
 * asks again wants to know what has changed meanwhile, so each gets an answer once. Items go with their answers only: to a
 * newer one they may be too old, and the token that comes with it would hide that for good. */
#include "client/remote/jmap/jmap_private.h"

#include "client/base/buf.h"

#include <string.h>

#define IDS_MAX 500 /* changed items of one type that are read for all at once */

struct jmap_seen {
    struct map *answers; /* owned; "TYPE\nACCOUNT\nSTATE" -> owned JSON of Foo/changes */
    struct map *served;  /* owned; the same and "\nFOLDER": had its answer */
    struct map *objects; /* owned; "TYPE\nACCOUNT\nID" -> owned struct jmap_object */
    struct err failed;   /* the server was out of reach: for the first who asks */
};

static char *seen_key(const struct jmap_type *type, const char *account, const char *what)
{
    return str_printf("%s\n%s\n%s", type->data, account, what);
}

static void object_free(struct jmap_object *o)
{
    free(o->id);
    json_free(o->object);
    free(o->version);
    free(o->error);
    free(o);
}

void jmap_seen_free(struct jmap_seen *s)
{
    size_t cursor = 0;
    void *value;
    if (!s) {
        return;
    }
    while (map_entry(s->answers, &cursor, NULL, &value)) {
        json_free(value);
    }
    for (cursor = 0; map_entry(s->objects, &cursor, NULL, &value);) {
        object_free(value);
    }
    map_free(s->answers);
    map_free(s->served);
    map_free(s->objects);
    err_fini(&s->failed);
    free(s);
}

void jmap_seen_forget(struct jmap *j)
{
    jmap_seen_free(TAKE(j->seen));
}

/* ---- asking ---- */

struct question {
    struct jmap_place *places; /* owned; of the calls */
    struct jmap_call *calls;   /* owned */
    size_t count;
};

static void question_fini(struct question *q)
{
    for (size_t i = 0; i < q->count; i++) {
        jmap_call_fini(&q->calls[i]);
        jmap_place_fini(&q->places[i]);
    }
    free(q->calls);
    free(q->places);
}

/* Each type, account and state once. */
static void question_init(struct question *q, const struct store_expected *items, size_t count)
{
    CLEANUP(map_free) struct map *asked = map_new();
    *q = (struct question){.places = mem_alloc((count + 1) * sizeof *q->places),
        .calls = mem_alloc((count + 1) * sizeof *q->calls)};
    for (size_t i = 0; i < count; i++) {
        struct jmap_place place = {0};
        if (!items[i].token ||
            jmap_place_parse(items[i].folder, items[i].kind, &place, NULL) != RC_OK) {
            continue;
        }
        CLEANUP(mem_free) char *key = seen_key(place.type, place.account, items[i].token);
        if (map_has(asked, key)) {
            jmap_place_fini(&place);
            continue;
        }
        map_put(asked, key, q);
        struct json *args = jmap_args(place.account);
        json_set_str(args, "sinceState", items[i].token);
        q->calls[q->count] = (struct jmap_call){.method = place.type->changes, .args = args};
        q->places[q->count++] = place;
    }
}

static void add_ids(const char **ids, size_t *count, const struct json *list)
{
    for (const struct json *v = json_first(list); v; v = json_next(v)) {
        if (json_str_value(v) && *count <= IDS_MAX) {
            ids[(*count)++] = json_str_value(v);
        }
    }
}

/* Reads what an answer says was changed. It is not missed if that fails. */
static void read_objects(struct jmap *j, const struct jmap_place *p, const struct json *answer)
{
    const char *ids[IDS_MAX + 1];
    size_t count = 0;
    struct jmap_objects objects CLEANUP_FINI(jmap_objects_fini) = {0};
    add_ids(ids, &count, json_get(answer, "created"));
    add_ids(ids, &count, json_get(answer, "updated"));
    if (!count || count > IDS_MAX ||
        jmap_objects_get(j, p->type, p->account, ids, count, &objects, NULL) != RC_OK) {
        return;
    }
    for (size_t i = 0; i < objects.count; i++) {
        CLEANUP(mem_free) char *key = seen_key(p->type, p->account, objects.items[i].id);
        if (!map_has(j->seen->objects, key)) {
            struct jmap_object *o = NEW(struct jmap_object);
            *o = objects.items[i];
            objects.items[i] = (struct jmap_object){0};
            map_put(j->seen->objects, key, o);
        }
    }
}

void jmap_expect(struct store *s, const struct store_expected *items, size_t count)
{
    struct jmap *j = (struct jmap *)s;
    struct question q CLEANUP_FINI(question_fini) = {0};
    jmap_seen_forget(j);
    question_init(&q, items, count);
    if (count < 2 || !q.count) {
        return;
    }
    j->seen = NEW(struct jmap_seen);
    j->seen->answers = map_new();
    j->seen->served = map_new();
    j->seen->objects = map_new();
    struct err err = ERR_INIT;
    enum rc rc = jmap_calls(j, "what changed", q.calls, q.count, false, &err);
    if (rc_is_store_wide(rc)) {
        err_move(&j->seen->failed, &err);
    }
    err_fini(&err);
    for (size_t i = 0; i < q.count; i++) {
        struct json *answer = TAKE(q.calls[i].ret);
        if (json_get_bool(answer, "hasMoreChanges", false)) { /* who asks goes through the pages */
            json_free(answer);
        } else if (answer) {
            const char *since = json_get_str(q.calls[i].args, "sinceState");
            CLEANUP(mem_free) char *key = seen_key(q.places[i].type, q.places[i].account, since);
            map_put(j->seen->answers, key, answer);
            read_objects(j, &q.places[i], answer);
        }
    }
}

/* ---- answering ---- */

enum rc jmap_seen_changes(struct jmap *j, const struct jmap_place *p, const char *since,
    struct json **ret, struct err *err)
{
    struct jmap_seen *s = j->seen;
    *ret = NULL;
    if (!s) {
        return RC_OK;
    }
    if (s->failed.rc != RC_OK) {
        enum rc rc = err_set(err, s->failed.rc, s->failed.native, "%s", err_text(&s->failed));
        jmap_seen_forget(j);
        return rc;
    }
    CLEANUP(mem_free) char *key = seen_key(p->type, p->account, since);
    CLEANUP(mem_free) char *mine = str_printf("%s\n%s", key, p->folder);
    if (!map_has(s->served, mine)) {
        map_put(s->served, mine, s);
        *ret = json_dup(map_get(s->answers, key));
    }
    return RC_OK;
}

bool jmap_seen_objects(struct jmap *j, const struct jmap_place *p, const char *const *ids,
    size_t count, struct jmap_objects *ret)
{
    struct jmap_objects objects = {.items = mem_alloc((count + 1) * sizeof *objects.items)};
    for (size_t i = 0; i < count && j->seen; i++) {
        CLEANUP(mem_free) char *key = seen_key(p->type, p->account, ids[i]);
        const struct jmap_object *o = map_get(j->seen->objects, key);
        if (!o) {
            break;
        }
        objects.items[objects.count++] = (struct jmap_object){.id = mem_strdup(o->id),
            .object = o->object ? json_dup(o->object) : NULL,
            .version = mem_strdup(o->version),
            .rc = o->rc,
            .error = mem_strdup(o->error)};
    }
    if (objects.count < count) {
        jmap_objects_fini(&objects);
        return false;
    }
    *ret = objects;
    return true;
}
