/* Turns calls of the store interface into the JSON requests of shim/README.md and the answers back.
 */
#include "client/outlook/outlook.h"

#include "client/base/buf.h"
#include "client/outlook/link.h"

#include <objbase.h>
#include <time.h>

struct outlook {
    struct store base;
    struct outlook_link *link; /* owned */
    char *zone;                /* owned */
    bool entered;              /* CoUninitialize is ours to call */
    bool lost; /* whether the last call may have been carried out, without an answer */
};

/* ---- one call ---- */

static void forward_log(const struct log *log, const struct json *answer)
{
    for (const struct json *line = json_first(json_get(answer, "log")); line;
         line = json_next(line)) {
        const char *name = json_get_str(line, "level"), *area = json_get_str(line, "area");
        const char *text = json_get_str(line, "text");
        enum log_level level = LOG_LEVEL_TRACE;
        while (level > LOG_LEVEL_ERROR && !str_eq(name, log_level_name(level))) {
            level--;
        }
        log_line(log, level, area ? area : "shim", "%s", text ? text : "");
    }
}

static const char *log_level_wanted(const struct log *log)
{
    for (int level = LOG_LEVEL_TRACE; level >= LOG_LEVEL_ERROR; level--) {
        if (log_wants(log, (enum log_level)level)) {
            return log_level_name((enum log_level)level);
        }
    }
    return NULL;
}

/* Sends a request and returns the answer, also one that says that the call failed: then with rc and
 * *err set. */
static enum rc outlook_ask(struct outlook *o, const char *name, enum frame_method method,
    struct json *request, struct json **ret, struct err *err)
{
    json_set_str(request, "zone", o->zone);
    json_set_int(request, "now", (int64_t)time(NULL));
    json_set(request, "own", o->base.own ? json_dup(o->base.own) : NULL);
    json_set_str(request, "log", log_level_wanted(o->base.log));
    CLEANUP(mem_free) char *text = json_print(request);
    CLEANUP(mem_free) char *answer_text = NULL;
    HRESULT hr = o->link->call(o->link, method, text, &answer_text);
    o->lost = FAILED(hr) && hr != E_INVALIDARG && hr != OUTLOOK_NOT_SENT;
    if (FAILED(hr)) {
        return err_set(err, hr == E_INVALIDARG ? RC_INTERNAL : RC_OFFLINE, hr, "%s: %s (0x%08lX)",
            name, str_empty(answer_text) ? "the connection to Outlook failed" : answer_text,
            (unsigned long)hr);
    }
    CLEANUP(json_free) struct json *answer = NULL;
    enum rc rc = json_parse(answer_text, strlen(answer_text), &answer, err);
    if (rc != RC_OK) {
        o->lost = true;
        return err_set(
            err, RC_INTERNAL, 0, "%s: the answer does not parse: %s", name, err_text(err));
    }
    forward_log(o->base.log, answer);
    const char *failed = json_get_str(answer, "rc");
    if (failed) {
        const char *why = json_get_str(answer, "error");
        rc = err_set(err, rc_from_name(failed), (long)json_get_int(answer, "native", 0), "%s",
            why ? why : failed);
    }
    *ret = TAKE(answer);
    return rc;
}

static struct json *folder_request(const char *folder, enum item_kind kind)
{
    struct json *request = json_object();
    json_set_str(request, "folder", folder);
    json_set_str(request, "kind", item_kind_name(kind));
    return request;
}

static char *copy_member(const struct json *o, const char *key)
{
    return mem_strdup(json_get_str(o, key));
}

/* ---- the store interface ---- */

static void folder_from_json(const struct json *o, struct store_folder *f)
{
    f->id = copy_member(o, "id");
    f->name = copy_member(o, "name");
    f->path = copy_member(o, "path");
    f->owner = copy_member(o, "owner");
    f->writable = json_get_bool(o, "writable", false);
    f->is_default = json_get_bool(o, "default", false);
    f->count = (long)json_get_int(o, "count", -1);
    for (const struct json *k = json_first(json_get(o, "kinds")); k; k = json_next(k)) {
        int kind = json_str_value(k) ? item_kind_from_name(json_str_value(k)) : -1;
        f->kinds |= kind >= 0 ? 1u << kind : 0;
    }
}

static enum rc outlook_list_folders(struct store *store, struct store_folders *ret, struct err *err)
{
    struct outlook *o = (struct outlook *)store;
    CLEANUP(json_free) struct json *request = json_object();
    CLEANUP(json_free) struct json *answer = NULL;
    struct store_folders folders = {NULL, 0, 0};
    enum rc rc = outlook_ask(o, "ListFolders", FRAME_LIST_FOLDERS, request, &answer, err);
    if (rc != RC_OK) {
        return rc;
    }
    for (const struct json *f = json_first(json_get(answer, "folders")); f; f = json_next(f)) {
        if (!json_get_str(f, "id") || !json_get_str(f, "name") || !json_get_str(f, "path")) {
            store_folders_fini(&folders);
            return err_set(
                err, RC_INTERNAL, 0, "ListFolders: a folder of the answer lacks a member");
        }
        folder_from_json(f, store_folders_add(&folders));
    }
    folders.own = json_detach(answer, "own");
    *ret = folders;
    return RC_OK;
}

static enum rc outlook_changes(struct store *store, const char *folder, enum item_kind kind,
    const char *token, struct store_changes *ret, struct err *err)
{
    struct outlook *o = (struct outlook *)store;
    CLEANUP(json_free) struct json *request = folder_request(folder, kind);
    CLEANUP(json_free) struct json *answer = NULL;
    struct store_changes changes = {NULL, 0, 0, false, false, NULL};
    json_set_str(request, "token", token);
    enum rc rc = outlook_ask(o, "Changes", FRAME_CHANGES, request, &answer, err);
    if (rc != RC_OK) {
        return rc;
    }
    for (const struct json *c = json_first(json_get(answer, "items")); c; c = json_next(c)) {
        const char *id = json_get_str(c, "id"), *version = json_get_str(c, "version");
        bool gone = json_get_bool(c, "gone", false);
        if (!id || (!version && !gone)) {
            store_changes_fini(&changes);
            return err_set(err, RC_INTERNAL, 0, "Changes: an item of the answer lacks a member");
        }
        store_changes_add(&changes, id, version, gone);
    }
    changes.full = json_get_bool(answer, "full", false);
    changes.proven = json_get_bool(answer, "proven", false);
    changes.token = copy_member(answer, "token");
    *ret = changes;
    return RC_OK;
}

static void item_from_json(struct json *o, struct store_item *item)
{
    const char *failed = json_get_str(o, "rc");
    item->version = copy_member(o, "version");
    item->doc = json_detach(o, "doc");
    item->error = copy_member(o, "error");
    if (failed) {
        item->rc = rc_from_name(failed);
    } else if (!item->doc || !item->version) {
        item->rc = RC_INTERNAL;
        str_replace(&item->error, "Fetch: an item of the answer lacks a member");
    }
}

static enum rc outlook_fetch(struct store *store, const char *folder, enum item_kind kind,
    const char *const *ids, size_t count, struct store_items *ret, struct err *err)
{
    struct outlook *o = (struct outlook *)store;
    CLEANUP(json_free) struct json *request = folder_request(folder, kind);
    CLEANUP(json_free) struct json *answer = NULL;
    struct json *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_append(list, json_str(ids[i]));
    }
    json_set(request, "ids", list);
    if (store->fetch_bytes) {
        json_set_int(request, "bytes", (int64_t)store->fetch_bytes);
    }
    enum rc rc = outlook_ask(o, "Fetch", FRAME_FETCH, request, &answer, err);
    if (rc != RC_OK) {
        return rc;
    }
    struct json *items = json_get(answer, "items");
    if (json_count(items) != count) {
        return err_set(err, RC_INTERNAL, 0, "Fetch: %zu items asked for, %zu answered", count,
            json_count(items));
    }
    struct store_items read = {NULL, 0, 0};
    struct json *item = json_first(items);
    for (size_t i = 0; i < count; i++, item = json_next(item)) {
        item_from_json(item, store_items_add(&read, ids[i]));
    }
    *ret = read;
    return RC_OK;
}

static struct json *op_json(const struct store_op *op)
{
    static const char *const verbs[] = {[STORE_CREATE] = "create",
        [STORE_UPDATE] = "update",
        [STORE_DELETE] = "delete",
        [STORE_UNMARK] = "unmark"};
    struct json *o = json_object();
    json_set_str(o, "op", verbs[op->kind]);
    if (op->kind == STORE_CREATE) {
        json_set_str(o, "stamp", op->stamp);
    } else {
        json_set_str(o, "id", op->id);
        json_set_str(o, "version", op->version);
    }
    if (op->kind == STORE_CREATE || op->kind == STORE_UPDATE) {
        json_set(o, "doc", json_dup(op->doc));
    }
    return o;
}

/* The results of an answer; ops without one were not tried, as far as anyone knows. */
static void results_from_json(const struct json *answer, struct store_op *ops, size_t count)
{
    const struct json *result = json_first(json_get(answer, "results"));
    for (size_t i = 0; i < count && result; i++, result = json_next(result)) {
        const char *name = json_get_str(result, "rc");
        ops[i].rc = name ? rc_from_name(name) : RC_INTERNAL;
        ops[i].error = copy_member(result, "error");
        ops[i].new_id = copy_member(result, "id");
        ops[i].new_version = copy_member(result, "version");
    }
}

/* Any of them may have been carried out: whoever asked has to look. */
static void results_lost(struct store_op *ops, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ops[i].rc = RC_OFFLINE;
        str_replace(
            &ops[i].error, "Outlook's answer was lost; the next run looks what became of it");
    }
}

static enum rc outlook_commit(struct store *store, const char *folder, enum item_kind kind,
    struct store_op *ops, size_t count, struct err *err)
{
    struct outlook *o = (struct outlook *)store;
    CLEANUP(json_free) struct json *request = folder_request(folder, kind);
    CLEANUP(json_free) struct json *answer = NULL;
    struct json *list = json_array();
    for (size_t i = 0; i < count; i++) {
        ops[i].rc = RC_CANCELLED;
        json_append(list, op_json(&ops[i]));
    }
    json_set(request, "ops", list);
    enum rc rc = outlook_ask(o, "Commit", FRAME_COMMIT, request, &answer, err);
    results_from_json(answer, ops, count);
    if (o->lost) {
        results_lost(ops, count);
    }
    if (rc == RC_OK && json_count(json_get(answer, "results")) != count) {
        rc = err_set(err, RC_INTERNAL, 0, "Commit: %zu operations sent, %zu answered", count,
            json_count(json_get(answer, "results")));
    }
    return rc;
}

static enum rc outlook_find_stamp(struct store *store, const char *folder, enum item_kind kind,
    const char *stamp, char **ret_id, struct err *err)
{
    struct outlook *o = (struct outlook *)store;
    CLEANUP(json_free) struct json *request = folder_request(folder, kind);
    CLEANUP(json_free) struct json *answer = NULL;
    json_set_str(request, "stamp", stamp);
    enum rc rc = outlook_ask(o, "FindStamp", FRAME_FIND_STAMP, request, &answer, err);
    if (rc == RC_OK && !json_get_str(answer, "id")) {
        rc = err_set(err, RC_INTERNAL, 0, "FindStamp: the answer lacks the id");
    }
    if (rc == RC_OK) {
        *ret_id = copy_member(answer, "id");
    }
    return rc;
}

static enum rc outlook_watch(struct store *store, const struct store_watch *folders, size_t count,
    long milliseconds, bool *ret, bool *ret_began, struct err *err)
{
    struct outlook *o = (struct outlook *)store;
    CLEANUP(json_free) struct json *request = json_object();
    CLEANUP(json_free) struct json *answer = NULL;
    struct json *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_append(list, folder_request(folders[i].folder, folders[i].kind));
    }
    json_set(request, "folders", list);
    json_set_int(request, "milliseconds", milliseconds);
    enum rc rc = outlook_ask(o, "Watch", FRAME_WATCH, request, &answer, err);
    if (rc != RC_OK) {
        return rc;
    }
    for (size_t i = 0; i < count; i++) {
        ret[i] = false;
        for (const struct json *v = json_first(json_get(answer, "changed")); v; v = json_next(v)) {
            ret[i] = ret[i] || str_eq(json_str_value(v), folders[i].folder);
        }
    }
    *ret_began = json_get_bool(answer, "began", false);
    return RC_OK;
}

static enum rc outlook_make_folder(struct store *store, enum item_kind kind, const char *name,
    struct store_folder *ret, struct err *err)
{
    struct outlook *o = (struct outlook *)store;
    CLEANUP(json_free) struct json *request = json_object();
    CLEANUP(json_free) struct json *answer = NULL;
    json_set_str(request, "kind", item_kind_name(kind));
    json_set_str(request, "name", name);
    enum rc rc = outlook_ask(o, "MakeFolder", FRAME_MAKE_FOLDER, request, &answer, err);
    const struct json *folder = json_get(answer, "folder");
    if (rc == RC_OK && (!json_get_str(folder, "id") || !json_get_str(folder, "name"))) {
        rc = err_set(err, RC_INTERNAL, 0, "MakeFolder: the answer lacks the folder");
    }
    if (rc == RC_OK) {
        *ret = (struct store_folder){.count = -1};
        folder_from_json(folder, ret);
    }
    return rc;
}

enum rc outlook_store_info(struct store *store, struct json **ret, struct err *err)
{
    struct outlook *o = (struct outlook *)store;
    CLEANUP(json_free) struct json *request = json_object();
    CLEANUP(json_free) struct json *answer = NULL;
    enum rc rc = outlook_ask(o, "Info", FRAME_INFO, request, &answer, err);
    if (rc == RC_OK) {
        json_remove(answer, "log");
        *ret = TAKE(answer);
    }
    return rc;
}

/* ---- life ---- */

static void outlook_free(struct store *store)
{
    struct outlook *o = (struct outlook *)store;
    if (o->link) {
        o->link->free(o->link);
    }
    if (o->entered) {
        CoUninitialize();
    }
    free(o->zone);
    free(o);
}

struct outlook_way outlook_way(bool apart)
{
    struct outlook_way way = {.found = outlook_installed(), .bits = sizeof(void *) * 8};
    way.host = apart || (way.found.bits && way.found.bits != way.bits);
    way.bits = way.found.bits ? way.found.bits : way.bits;
    way.missing = way.host && !outlook_host_is_there(way.bits);
    return way;
}

enum rc outlook_store_new(
    const struct log *log, const char *zone_iana, bool apart, struct store **ret, struct err *err)
{
    static const struct store_vtbl vtbl = {
        .name = "outlook",
        .list_folders = outlook_list_folders,
        .changes = outlook_changes,
        .fetch = outlook_fetch,
        .commit = outlook_commit,
        .find_stamp = outlook_find_stamp,
        .watch = outlook_watch,
        .make_folder = outlook_make_folder,
        .free = outlook_free,
    };
    struct outlook *o = NEW(struct outlook);
    o->base = (struct store){.vtbl = &vtbl, .log = log, .members_by_id = true, .batch = 100};
    o->zone = mem_strdup(zone_iana ? zone_iana : "Etc/UTC");
    /* RPC_E_CHANGED_MODE: the thread is in a single-threaded apartment already, which serves as
     * well. */
    o->entered = SUCCEEDED(CoInitializeEx(NULL, COINIT_MULTITHREADED));
    struct outlook_way way = outlook_way(apart);
    enum rc rc = way.host ? outlook_link_host(way.bits, log, &o->link, err)
                          : outlook_link_inside(&o->link, err);
    if (rc != RC_OK) {
        outlook_free(&o->base);
        return rc;
    }
    *ret = &o->base;
    return RC_OK;
}
