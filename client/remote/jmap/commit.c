/* Writing items: Foo/set (RFC 8620 section 5.3) with patches of what differs, never a whole item, so
 * that what we do not understand stays as it is.
 *
 * JMAP has no precondition for an item, only ifInState for all items of the account. So the items
 * are looked at first; what is not as the op expects it is left alone; and the set goes through only
 * if nothing changed since. If something did, it is looked at again: most often it was another item.
 *
 * A create is never sent twice: not by libcurl (http_request.once), and if it was on the way all the same,
 * its repetition meets another state, and then its uid is looked for. */
#include "client/remote/jmap/commit_private.h"

#include "client/base/buf.h"

#include <stdarg.h>
#include <string.h>

#define TRIES 6
#define CHUNK 100

static void finish(struct writing *w, enum rc rc, const char *fmt, ...) PRINTF_LIKE(3, 4);
static void finish(struct writing *w, enum rc rc, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    w->op->rc = rc;
    free(w->op->error);
    w->op->error = str_vprintf(fmt, ap);
    va_end(ap);
    w->done = true;
}

static void finish_err(struct writing *w, struct err *err)
{
    finish(w, err->rc, "%s", err_text(err));
    err_fini(err);
}

/* `object`: what is there, of an update or a delete. */
static enum rc prepare(
    struct commit *c, struct writing *w, const struct jmap_object *there, struct err *err)
{
    struct err why = ERR_INIT;
    enum rc rc = RC_OK;
    json_free(TAKE(w->say));
    if (there && there->rc != RC_OK) {
        finish(w, there->rc, "%s", there->error);
        return RC_OK;
    }
    if (there && !jmap_place_has(&c->place, there->object)) {
        finish(w, RC_NOT_FOUND, "%s: it is in another %s now", w->label, c->place.type->place);
        return RC_OK;
    }
    if (there && !str_eq(there->version, w->op->version)) {
        finish(w, RC_CONFLICT, "%s: it was changed by somebody else meanwhile", w->label);
        return RC_OK;
    }
    if (w->op->kind == STORE_CREATE) {
        rc = jmap_say_create(c, w, &why);
    } else if (w->op->kind == STORE_UPDATE) {
        rc = jmap_say_update(c, w, there->object, &why);
    } else {
        jmap_say_delete(c, w, there->object);
    }
    if (rc_is_store_wide(rc)) {
        err_move(err, &why);
        return rc;
    }
    if (rc != RC_OK) {
        finish_err(w, &why);
    } else if (w->op->kind == STORE_UPDATE && !json_count(w->say)) {
        w->op->rc = RC_OK; /* nothing to write, so the item keeps its version */
        w->op->new_version = mem_strdup(w->op->version);
        w->done = true;
    }
    w->ready = !w->done;
    return RC_OK;
}

/* Looks at what is there and says what is to be done. *ret_state: NULL if it moved meanwhile. */
static enum rc look(struct commit *c, char **ret_state, struct err *err)
{
    struct jmap_objects objects CLEANUP_FINI(jmap_objects_fini) = {0};
    CLEANUP(mem_free) const char **ids = mem_alloc((c->count + 1) * sizeof *ids);
    size_t n = 0;
    for (size_t i = 0; i < c->count; i++) {
        c->items[i].ready = false;
        if (!c->items[i].done && c->items[i].op->kind != STORE_CREATE) {
            ids[n++] = c->items[i].op->id;
        }
    }
    enum rc rc = jmap_objects_get(c->jmap, c->place.type, c->place.account, ids, n, &objects, err);
    for (size_t i = 0, k = 0; rc == RC_OK && i < c->count; i++) {
        struct writing *w = &c->items[i];
        if (!w->done) {
            rc = prepare(c, w, w->op->kind == STORE_CREATE ? NULL : &objects.items[k++], err);
        }
    }
    if (rc == RC_OK) {
        *ret_state = TAKE(objects.state);
    }
    return rc;
}

/* ---- the set ---- */
static struct json *set_args(const struct commit *c, const char *state, size_t *ret_count)
{
    struct json *args = jmap_args(c->place.account), *destroy = json_array();
    json_set_str(args, "ifInState", state);
    if (jmap_type_is_event(c->place.type)) { /* never mail: also where that is the default */
        json_set_bool(args, "sendSchedulingMessages", false);
    }
    *ret_count = 0;
    for (size_t i = 0; i < c->count; i++) {
        const struct writing *w = &c->items[i];
        if (!w->ready) {
            continue;
        }
        ++*ret_count;
        if (w->op->kind == STORE_CREATE) {
            json_set(json_need_object(args, "create"), w->key, json_dup(w->say));
        } else if (w->say) {
            json_set(json_need_object(args, "update"), w->op->id, json_dup(w->say));
        } else {
            json_append(destroy, json_str(w->op->id));
        }
    }
    json_set(args, "destroy", json_count(destroy) ? destroy : NULL);
    if (!json_get(args, "destroy")) {
        json_free(destroy);
    }
    return args;
}

static bool has_text(const struct json *list, const char *text)
{
    for (const struct json *v = json_first(list); v; v = json_next(v)) {
        if (str_eq(json_str_value(v), text)) {
            return true;
        }
    }
    return false;
}

static void settle(struct commit *c, struct writing *w, const struct json *answer)
{
    static const char *const REFUSED[] = {"notCreated", "notUpdated", "notDestroyed"};
    bool create = w->op->kind == STORE_CREATE, update = !create && w->say;
    const char *key = create ? w->key : w->op->id;
    const struct json *error = json_get(json_get(answer, REFUSED[create   ? 0
                                                                 : update ? 1
                                                                          : 2]),
        key);
    const struct json *made = json_get(json_get(answer, "created"), key);
    struct err err = ERR_INIT;
    if (error && jmap_say_less(c, w, error)) {
        return; /* still open */
    }
    if (error) {
        enum rc rc = jmap_set_error(c->place.type, w->label, error, &err);
        (void)rc; /* in err */
        finish_err(w, &err);
    } else if (create && json_get_str(made, "id")) {
        w->op->rc = RC_OK;
        w->op->new_id = mem_strdup(json_get_str(made, "id"));
        w->done = true;
    } else if (update ? json_get(json_get(answer, "updated"), key) != NULL
                      : !create && has_text(json_get(answer, "destroyed"), key)) {
        w->op->rc = RC_OK;
        w->done = true;
    } else {
        finish(w, RC_SERVER, "%s: the server did not say what became of it", w->label);
    }
}

/* After a state that was another: was a create carried out all the same, by a request that was sent
 * twice on its way? */
static enum rc look_for_creates(struct commit *c, struct err *err)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < c->count && rc == RC_OK; i++) {
        struct writing *w = &c->items[i];
        const char *uid = json_get_str(w->op->doc, "uid");
        CLEANUP(mem_free) char *id = NULL;
        if (!w->ready || w->op->kind != STORE_CREATE || str_empty(uid)) {
            continue;
        }
        struct err why CLEANUP_FINI(err_fini) = ERR_INIT;
        rc = jmap_find_uid(&c->jmap->store, c->folder, c->place.type->kind, uid, &id, &why);
        if (rc == RC_OK) {
            finish(w, RC_CONFLICT, "%s: the %s has it already", w->label, c->place.type->place);
        }
        rc = rc == RC_OK || rc == RC_NOT_FOUND ? RC_OK
                                               : err_set(err, rc, why.native, "%s", err_text(&why));
    }
    return rc;
}

/* Sends what is ready. *ret_again: something is still open. */
static enum rc send_set(struct commit *c, const char *state, bool *ret_again, struct err *err)
{
    size_t n = 0;
    struct jmap_call call = {.method = c->place.type->set, .args = set_args(c, state, &n)};
    *ret_again = false;
    if (!n) {
        jmap_call_fini(&call);
        return RC_OK;
    }
    struct err sent CLEANUP_FINI(err_fini) = ERR_INIT;
    CLEANUP(mem_free) char *what = str_printf("writing %s", c->place.type->items);
    enum rc rc = jmap_calls(c->jmap, what, &call, 1, true, &sent);
    const struct err *why = rc == RC_OK ? &call.err : &sent;
    enum rc outcome = rc == RC_OK ? call.rc : rc;
    rc = RC_OK;
    if (outcome == RC_OK) {
        str_replace(&c->state, json_get_str(call.ret, "newState"));
    } else if (str_eq(call.error, "stateMismatch")) {
        rc = look_for_creates(c, err);
        *ret_again = true;
    } else if (rc_is_store_wide(outcome)) {
        rc = err_set(err, outcome, why->native, "%s", err_text(why));
    }
    for (size_t i = 0; i < c->count && !*ret_again; i++) {
        struct writing *w = &c->items[i];
        if (w->ready && outcome == RC_OK) {
            settle(c, w, call.ret);
        } else if (w->ready) { /* after store-wide trouble nobody knows what became of it */
            finish(w, outcome, "%s: %s", w->label, err_text(why));
        }
    }
    for (size_t i = 0; i < c->count; i++) {
        *ret_again = *ret_again || !c->items[i].done;
    }
    jmap_call_fini(&call);
    return rc;
}

/* The versions of what was written, if nobody else wrote since; the texts are kept for the engine's
 * reading back. A failure here is none of the write. */
static void read_back(struct commit *c)
{
    struct jmap_objects objects CLEANUP_FINI(jmap_objects_fini) = {0};
    CLEANUP(mem_free) const char **ids = mem_alloc((c->count + 1) * sizeof *ids);
    CLEANUP(mem_free) struct store_op **of = mem_alloc((c->count + 1) * sizeof *of);
    size_t n = 0;
    for (size_t i = 0; i < c->count; i++) {
        struct store_op *op = c->items[i].op;
        if (op->rc == RC_OK && op->kind != STORE_DELETE && !op->new_version) {
            of[n] = op;
            ids[n++] = op->new_id ? op->new_id : op->id;
        }
    }
    if (!n || !c->state ||
        jmap_objects_get(c->jmap, c->place.type, c->place.account, ids, n, &objects, NULL) !=
            RC_OK ||
        !str_eq(objects.state, c->state)) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        if (objects.items[i].rc == RC_OK) {
            of[i]->new_version = mem_strdup(objects.items[i].version);
            jmap_keep(c->jmap, &c->place, objects.items[i].object);
        }
    }
}

static enum rc write_all(struct commit *c, struct err *err)
{
    bool again = true;
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && again && i < TRIES; i++) {
        CLEANUP(mem_free) char *state = NULL;
        rc = look(c, &state, err);
        if (rc == RC_OK && state) {
            rc = send_set(c, state, &again, err);
        }
    }
    if (rc == RC_OK && again) {
        rc = err_set(err, RC_SERVER, 0,
            "writing %s: they are being changed all the time by somebody else; try again "
            "later",
            c->place.type->items);
    }
    read_back(c);
    return rc;
}

/* ---- all of them ---- */
static enum rc commit_some(struct jmap *j, const char *folder, const struct jmap_place *place,
    struct store_op *ops, size_t count, struct err *err)
{
    CLEANUP(mem_free) struct writing *items = mem_alloc((count + 1) * sizeof *items);
    struct commit c = {
        .jmap = j, .folder = folder, .place = *place, .items = items, .count = count};
    for (size_t i = 0; i < count; i++) {
        const char *uid = json_get_str(ops[i].doc, "uid");
        items[i].op = &ops[i];
        items[i].label = jmap_label(place->type, ops[i].kind != STORE_CREATE ? ops[i].id
                                                 : uid                       ? uid
                                                                             : "(new)");
        items[i].key = str_printf("c%zu", i);
        if (ops[i].kind != STORE_CREATE) {
            jmap_forget_kept(j, place, ops[i].id);
        }
        if (ops[i].kind != STORE_CREATE && (!ops[i].id || !ops[i].version)) {
            finish(&items[i], RC_INTERNAL, "a write without id or version");
        }
    }
    enum rc rc = write_all(&c, err);
    for (size_t i = 0; i < count; i++) {
        json_free(items[i].say);
        free(items[i].label);
        free(items[i].key);
    }
    free(c.state);
    return rc;
}

/* How many of them go into one set: by the server's limits, and by bytes with room to spare. */
static size_t portion(const struct jmap *j, const struct store_op *ops, size_t count)
{
    size_t n = 0, bytes = 0, most = j->limits.set < CHUNK ? j->limits.set : CHUNK;
    while (n < count && n < most && (!n || bytes < j->limits.request / 2)) {
        CLEANUP(mem_free) char *text = ops[n].doc ? json_print(ops[n].doc) : NULL;
        size_t len = text ? strlen(text) : 64;
        if (n && bytes + len > j->limits.request / 2) {
            break;
        }
        bytes += len;
        n++;
    }
    return n;
}

enum rc jmap_commit(struct store *s, const char *folder, enum item_kind kind, struct store_op *ops,
    size_t count, struct err *err)
{
    struct jmap *j = (struct jmap *)s;
    struct jmap_place place CLEANUP_FINI(jmap_place_fini) = {0};
    for (size_t i = 0; i < count; i++) {
        ops[i].rc = RC_CANCELLED;
    }
    enum rc rc = jmap_place_parse(folder, kind, &place, err);
    jmap_seen_forget(j);
    rc = rc == RC_OK ? jmap_session(j, err) : rc;
    for (size_t at = 0, n; rc == RC_OK && at < count; at += n) {
        n = portion(j, ops + at, count - at);
        rc = commit_some(j, folder, &place, ops + at, n, err);
    }
    for (size_t i = 0; i < count; i++) {
        if (ops[i].rc == RC_CANCELLED && !ops[i].error) {
            ops[i].error = mem_strdup("an item: not tried");
        }
    }
    return rc;
}
