/* Policy-free: what a member means is decided by the store. Members that are not there are read as
 * NULL and passed on. */
#include "shim/answer.h"

#include "client/base/buf.h"
#include "mapi/com/store.h"

#include <string.h>
#include <time.h>

enum { BATCH_MAX = 10000, LOG_MAX = 4 << 20, WATCH_MAX = 1000, WATCH_MS_MAX = 60000 };

/* ---- log lines of the call, for the caller's log ---- */

struct collect {
    struct json *lines; /* owned */
    size_t bytes;
};

static void collect_line(void *user, enum log_level level, const char *area, const char *line)
{
    struct collect *c = user;
    c->bytes += strlen(line) + 32;
    if (c->bytes <= LOG_MAX) {
        struct json *entry = json_object();
        json_set_str(entry, "level", log_level_name(level));
        json_set_str(entry, "area", area);
        json_set_str(entry, "text", line);
        json_append(c->lines, entry);
    }
}

static enum log_level level_from_name(const char *name)
{
    for (int level = LOG_LEVEL_TRACE; name && level >= 0; level--) {
        if (str_eq(name, log_level_name((enum log_level)level))) {
            return (enum log_level)level;
        }
    }
    return LOG_LEVEL_ERROR;
}

/* ---- one function a method; each fills `answer` ---- */

struct call {
    struct store *store;
    const struct json *request;
    struct json *answer;
    const char *folder;
    enum item_kind kind;
};

static enum rc answer_info(struct call *c, struct err *err)
{
    struct json *info;
    enum rc rc = mapi_store_info(c->store, &info, err);
    if (rc == RC_OK) {
        json_free(c->answer);
        c->answer = info;
    }
    return rc;
}

static struct json *folder_json(const struct store_folder *f)
{
    struct json *o = json_object();
    struct json *kinds = json_array();
    for (int kind = 0; kind < ITEM_KINDS; kind++) {
        if (f->kinds & (1u << kind)) {
            json_append(kinds, json_str(item_kind_name((enum item_kind)kind)));
        }
    }
    json_set_str(o, "id", f->id);
    json_set_str(o, "name", f->name);
    json_set_str(o, "path", f->path);
    json_set_str(o, "owner", f->owner);
    json_set(o, "kinds", kinds);
    json_set_bool(o, "writable", f->writable);
    json_set_bool(o, "default", f->is_default);
    json_set_int(o, "count", f->count);
    return o;
}

static enum rc answer_list_folders(struct call *c, struct err *err)
{
    struct store_folders folders = {NULL, 0, 0};
    enum rc rc = c->store->vtbl->list_folders(c->store, &folders, err);
    if (rc != RC_OK) {
        return rc;
    }
    struct json *list = json_array();
    for (size_t i = 0; i < folders.count; i++) {
        json_append(list, folder_json(&folders.items[i]));
    }
    json_set(c->answer, "folders", list);
    if (folders.own) {
        json_set(c->answer, "own", TAKE(folders.own));
    }
    store_folders_fini(&folders);
    return RC_OK;
}

static enum rc answer_changes(struct call *c, struct err *err)
{
    struct store_changes changes = {NULL, 0, 0, false, false, NULL};
    enum rc rc = c->store->vtbl->changes(
        c->store, c->folder, c->kind, json_get_str(c->request, "token"), &changes, err);
    if (rc != RC_OK) {
        return rc;
    }
    struct json *list = json_array();
    for (size_t i = 0; i < changes.count; i++) {
        struct json *o = json_object();
        json_set_str(o, "id", changes.items[i].id);
        json_set_str(o, "version", changes.items[i].version);
        if (changes.items[i].gone) {
            json_set_bool(o, "gone", true);
        }
        json_append(list, o);
    }
    json_set_bool(c->answer, "full", changes.full);
    json_set_bool(c->answer, "proven", changes.proven);
    json_set_str(c->answer, "token", changes.token);
    json_set(c->answer, "items", list);
    store_changes_fini(&changes);
    return RC_OK;
}

static struct json *item_json(struct store_item *item)
{
    struct json *o = json_object();
    json_set_str(o, "id", item->id);
    if (item->rc == RC_OK) {
        json_set_str(o, "version", item->version);
        json_set(o, "doc", TAKE(item->doc));
    } else {
        json_set_str(o, "rc", rc_name(item->rc));
        json_set_str(o, "error", item->error);
    }
    return o;
}

static enum rc answer_fetch(struct call *c, struct err *err)
{
    const struct json *ids = json_get(c->request, "ids");
    size_t count = json_count(ids);
    if (!json_is_array(ids) || count > BATCH_MAX) {
        return err_set(err, RC_INVALID, 0, "\"ids\" must be an array of at most %d", BATCH_MAX);
    }
    CLEANUP(mem_free) const char **list = mem_alloc((count + 1) * sizeof(const char *));
    size_t n = 0;
    for (const struct json *id = json_first(ids); id; id = json_next(id)) {
        list[n] = json_str_value(id);
        if (!list[n++]) {
            return err_set(err, RC_INVALID, 0, "\"ids\" must hold strings");
        }
    }
    struct store_items items = {NULL, 0, 0};
    int64_t bytes = json_get_int(c->request, "bytes", 0);
    c->store->fetch_bytes = bytes > 0 && bytes < INT32_MAX ? (size_t)bytes : 0;
    enum rc rc = c->store->vtbl->fetch(c->store, c->folder, c->kind, list, n, &items, err);
    if (rc != RC_OK) {
        return rc;
    }
    struct json *answer = json_array();
    for (size_t i = 0; i < items.count; i++) {
        json_append(answer, item_json(&items.items[i]));
    }
    json_set(c->answer, "items", answer);
    store_items_fini(&items);
    return RC_OK;
}

static enum rc op_from_json(const struct json *o, struct store_op *op, struct err *err)
{
    const char *verb = json_get_str(o, "op");
    op->id = json_get_str(o, "id");
    op->version = json_get_str(o, "version");
    op->stamp = json_get_str(o, "stamp");
    op->doc = json_get(o, "doc");
    op->kind = str_eq(verb, "create")   ? STORE_CREATE
               : str_eq(verb, "update") ? STORE_UPDATE
               : str_eq(verb, "unmark") ? STORE_UNMARK
                                        : STORE_DELETE;
    if (op->kind == STORE_DELETE && !str_eq(verb, "delete")) {
        return err_set(err, RC_INVALID, 0, "\"op\" must be create, update, delete or unmark");
    }
    bool has_doc = op->kind == STORE_CREATE || op->kind == STORE_UPDATE;
    bool has_version = op->kind == STORE_UPDATE || op->kind == STORE_DELETE;
    if ((op->kind != STORE_CREATE && !op->id) || (has_version && !op->version) ||
        (has_doc && !json_is_object(op->doc))) {
        return err_set(err, RC_INVALID, 0, "\"%s\" lacks a member", verb);
    }
    return RC_OK;
}

static struct json *result_json(const struct store_op *op)
{
    struct json *o = json_object();
    json_set_str(o, "rc", rc_name(op->rc));
    json_set_str(o, "error", op->error);
    json_set_str(o, "id", op->new_id);
    json_set_str(o, "version", op->new_version);
    return o;
}

/* On a failure of the whole call the results are answered too: some ops may have been carried out
 * before it. */
static enum rc answer_commit(struct call *c, struct err *err)
{
    const struct json *list = json_get(c->request, "ops");
    size_t count = json_count(list), n = 0;
    if (!json_is_array(list) || count > BATCH_MAX) {
        return err_set(err, RC_INVALID, 0, "\"ops\" must be an array of at most %d", BATCH_MAX);
    }
    CLEANUP(mem_free) struct store_op *ops = mem_alloc((count + 1) * sizeof *ops);
    for (const struct json *o = json_first(list); o; o = json_next(o)) {
        enum rc rc = op_from_json(o, &ops[n++], err);
        if (rc != RC_OK) {
            return rc;
        }
    }
    enum rc rc = c->store->vtbl->commit(c->store, c->folder, c->kind, ops, count, err);
    struct json *results = json_array();
    for (size_t i = 0; i < count; i++) {
        json_append(results, result_json(&ops[i]));
        store_op_fini(&ops[i]);
    }
    json_set(c->answer, "results", results);
    return rc;
}

static enum rc answer_find_stamp(struct call *c, struct err *err)
{
    const char *stamp = json_get_str(c->request, "stamp");
    if (str_empty(stamp)) {
        return err_set(err, RC_INVALID, 0, "\"stamp\" is missing");
    }
    CLEANUP(mem_free) char *id = NULL;
    enum rc rc = c->store->vtbl->find_stamp(c->store, c->folder, c->kind, stamp, &id, err);
    if (rc == RC_OK) {
        json_set_str(c->answer, "id", id);
    }
    return rc;
}

static enum rc watch_from_json(const struct json *o, struct store_watch *ret, struct err *err)
{
    const char *kind_name = json_get_str(o, "kind");
    int kind = kind_name ? item_kind_from_name(kind_name) : -1;
    ret->folder = json_get_str(o, "folder");
    ret->kind = (enum item_kind)kind;
    return ret->folder && kind >= 0
               ? RC_OK
               : err_set(err, RC_INVALID, 0, "\"folder\" and \"kind\" must be given");
}

static enum rc answer_watch(struct call *c, struct err *err)
{
    const struct json *list = json_get(c->request, "folders");
    int64_t milliseconds = json_get_int(c->request, "milliseconds", 0);
    size_t count = json_count(list), n = 0;
    if (!json_is_array(list) || count > WATCH_MAX || milliseconds < 0 ||
        milliseconds > WATCH_MS_MAX) {
        return err_set(err, RC_INVALID, 0,
            "\"folders\" must be an array of at most %d, \"milliseconds\" at most %d", WATCH_MAX,
            WATCH_MS_MAX);
    }
    CLEANUP(mem_free) struct store_watch *folders = mem_alloc((count + 1) * sizeof *folders);
    CLEANUP(mem_free) bool *changed = mem_alloc((count + 1) * sizeof *changed);
    enum rc rc = RC_OK;
    for (const struct json *o = json_first(list); o && rc == RC_OK; o = json_next(o)) {
        rc = watch_from_json(o, &folders[n++], err);
    }
    bool began = false;
    if (rc == RC_OK) {
        rc = c->store->vtbl->watch(
            c->store, folders, count, (long)milliseconds, changed, &began, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    struct json *names = json_array();
    for (size_t i = 0; i < count; i++) {
        if (changed[i]) {
            json_append(names, json_str(folders[i].folder));
        }
    }
    json_set(c->answer, "changed", names);
    json_set_bool(c->answer, "began", began);
    return RC_OK;
}

static enum rc answer_make_folder(struct call *c, struct err *err)
{
    const char *name = json_get_str(c->request, "name");
    const char *kind_name = json_get_str(c->request, "kind");
    int kind = kind_name ? item_kind_from_name(kind_name) : -1;
    if (!name || kind < 0) {
        return err_set(err, RC_INVALID, 0, "\"name\" and \"kind\" must be given");
    }
    struct store_folder made CLEANUP_FINI(store_folder_fini) = {0};
    enum rc rc = store_make_folder(c->store, (enum item_kind)kind, name, &made, err);
    if (rc == RC_OK) {
        json_set(c->answer, "folder", folder_json(&made));
    }
    return rc;
}

/* ---- */

static const struct {
    enum rc (*run)(struct call *c, struct err *err);
    bool has_folder; /* the request names a folder and a kind */
} methods[] = {
    [ANSWER_INFO] = {answer_info, false},
    [ANSWER_LIST_FOLDERS] = {answer_list_folders, false},
    [ANSWER_CHANGES] = {answer_changes, true},
    [ANSWER_FETCH] = {answer_fetch, true},
    [ANSWER_COMMIT] = {answer_commit, true},
    [ANSWER_FIND_STAMP] = {answer_find_stamp, true},
    [ANSWER_WATCH] = {answer_watch, false},
    [ANSWER_MAKE_FOLDER] = {answer_make_folder, false},
};

static enum rc call_folder(struct call *c, struct err *err)
{
    const char *kind_name = json_get_str(c->request, "kind");
    int kind = kind_name ? item_kind_from_name(kind_name) : -1;
    c->folder = json_get_str(c->request, "folder");
    if (!c->folder || kind < 0) {
        return err_set(err, RC_INVALID, 0, "\"folder\" and \"kind\" must be given");
    }
    c->kind = (enum item_kind)kind;
    return RC_OK;
}

enum rc answer_make(struct store *store, enum answer_method method, const char *request,
    char **ret_answer, struct err *err)
{
    CLEANUP(json_free) struct json *parsed = NULL;
    CLEANUP_FINI(err_fini) struct err failure = ERR_INIT;
    struct call c = {.store = store, .kind = ITEM_CONTACT};
    enum rc rc = json_parse(request, strlen(request), &parsed, err);
    if (rc == RC_OK && !json_is_object(parsed)) {
        rc = err_set(err, RC_INVALID, 0, "it is not an object");
    }
    c.request = parsed;
    if (rc == RC_OK && methods[method].has_folder) {
        rc = call_folder(&c, err);
    }
    if (rc != RC_OK) {
        return err_prefix(err, "the request");
    }
    const char *level = json_get_str(parsed, "log");
    struct collect collect = {level ? json_array() : NULL, 0};
    struct log log = {.sink = collect_line, .user = &collect, .level = level_from_name(level)};
    store->log = level ? &log : NULL;
    mapi_store_set_env(
        store, json_get_str(parsed, "zone"), json_get_int(parsed, "now", (int64_t)time(NULL)));

    store->own = json_detach(parsed, "own");

    c.answer = json_object();
    rc = methods[method].run(&c, &failure);
    store->log = NULL;
    json_free(TAKE(store->own));
    if (rc != RC_OK) {
        json_set_str(c.answer, "rc", rc_name(rc));
        json_set_int(c.answer, "native", failure.native);
        json_set_str(c.answer, "error", err_text(&failure));
    }
    json_set(c.answer, "log", collect.lines);
    *ret_answer = json_print(c.answer);
    json_free(c.answer);
    return RC_OK;
}
