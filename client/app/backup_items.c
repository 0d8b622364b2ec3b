/* Making a backup of items; see backup_items.h. */
#include "client/app/backup_items.h"

#include "client/base/buf.h"
#include "client/base/map.h"
#include "client/item/doc.h"
#include "client/platform/folder.h"
#include "client/platform/platform.h"
#include "client/remote/text_item.h"
#include "client/sync/store.h"

#include <string.h>

#define BATCH    100
#define PORTION  ((size_t)2 << 20) /* bytes read in one call of a store: photos come in whole */
#define SAME_MAX 99                /* backups of one link in one minute */

struct maker {
    struct app *app;
    const struct backup_request *request;
    char *name, *dir;   /* owned */
    struct json *index; /* owned */
    int64_t bytes;
};

static void maker_fini(struct maker *m)
{
    json_free(m->index);
    free(m->name);
    free(m->dir);
}

/* ---- names ---- */

/* Without what no file system takes, and what a shell or a person would stumble over. */
static char *safe_name(const char *text)
{
    char *name = mem_strdup(text);
    for (char *p = name; *p; p++) {
        if ((unsigned char)*p < ' ' || strchr("<>:\"/\\|?*%", *p)) {
            *p = '_';
        }
    }
    return name;
}

static void choose_name(struct maker *m, int64_t time)
{
    CLEANUP(mem_free) char *link = safe_name(m->request->link->name);
    struct civil t = platform_local_time(time);
    CLEANUP(mem_free)
    char *base = str_printf("%s %04d-%02d-%02d %02d%02d", link, (int)t.year, (int)t.month,
        (int)t.day, (int)t.hour, (int)t.minute);
    for (int n = 1; n <= SAME_MAX; n++) {
        free(m->name);
        free(m->dir);
        m->name = n == 1 ? mem_strdup(base) : str_printf("%s %d", base, n);
        m->dir = backup_folder(m->app, m->name);
        if (!platform_dir_exists(m->dir)) {
            return;
        }
    }
}

/* The last part of the id if that makes a file name, else a hash. */
static char *file_name(const struct maker *m, const char *dir, const char *id)
{
    enum item_kind kind = m->request->link->kind;
    const char *slash = strrchr(id, '/'), *last = slash && slash[1] ? slash + 1 : id;
    const char *extension = text_item_extension(kind);
    size_t len = strlen(last) - (str_ends(last, extension) ? strlen(extension) : 0);
    CLEANUP(mem_free) char *stem = mem_strndup(last, len);
    CLEANUP(mem_free) char *name = text_item_file_name(kind, stem);
    CLEANUP(mem_free) char *path = platform_path_join(dir, name);
    if (!platform_file_exists(path)) {
        return TAKE(name);
    }
    CLEANUP(mem_free) char *other = str_printf("%s/", id); /* never safe: a hash of all of it */
    return text_item_file_name(kind, other);
}

/* ---- one item ---- */

static enum rc write_file(struct maker *m, const char *path, const char *text, struct err *err)
{
    m->bytes += (int64_t)strlen(text);
    return platform_file_write(path, text, strlen(text), err);
}

static bool is_text(const char *native)
{
    return native && str_istarts(native, "BEGIN:");
}

/* For other programs: iCalendar wants a uid (RFC 5545 section 3.8.4.7), which a task of Outlook's has
 * only once it was made by us. The name of the file stands for it. */
static char *text_of(enum item_kind kind, const char *name, const struct json *doc)
{
    bool named = json_get_str(doc, "uid") != NULL;
    CLEANUP(json_free) struct json *with_uid = named ? NULL : json_dup(doc);
    char *text = NULL;
    if (with_uid) {
        json_set_str(with_uid, "uid", name);
    }
    enum rc rc = text_item_write(kind, NULL, named ? doc : with_uid, &text, NULL);
    return rc == RC_OK ? text : NULL;
}

/* Where the store has no text, what counts is the file beside it; the text is for other programs,
 * and an item that no text can express has none. */
static enum rc write_document(struct maker *m, const char *path, const char *name,
    const struct store_item *item, struct err *err)
{
    CLEANUP(json_free) struct json *beside = json_object();
    CLEANUP(mem_free) char *at = str_printf("%s.json", path);
    CLEANUP(mem_free) char *text = text_of(m->request->link->kind, name, item->doc);
    json_set(beside, "doc", json_dup(item->doc));
    json_set_str(beside, "native", item->native);
    CLEANUP(mem_free) char *printed = json_print(beside);
    enum rc rc = write_file(m, at, printed, err);
    return rc == RC_OK && text ? write_file(m, path, text, err) : rc;
}

static enum rc write_item(struct maker *m, const char *dir, const struct store_item *item,
    int64_t pair, struct buf *lines, struct err *err)
{
    CLEANUP(mem_free) char *name = file_name(m, dir, item->id);
    CLEANUP(mem_free) char *path = platform_path_join(dir, name);
    CLEANUP(mem_free) char *title = doc_title(m->request->link->kind, item->doc);
    enum rc rc = is_text(item->native) ? write_file(m, path, item->native, err)
                                       : write_document(m, path, name, item, err);
    if (rc != RC_OK) {
        return rc;
    }
    CLEANUP(json_free) struct json *line = json_object();
    json_set_str(line, "file", name);
    json_set_str(line, "id", item->id);
    json_set_str(line, "uid", json_get_str(item->doc, "uid"));
    json_set_str(line, "title", title);
    json_set_int(line, "pair", pair);
    CLEANUP(mem_free) char *printed = json_print(line);
    buf_addf(lines, "%s\n", printed);
    return RC_OK;
}

/* ---- one side ---- */

struct side_maker {
    enum side side;
    char *dir;                       /* owned */
    struct platform_appender *lines; /* owned */
    struct map *pairs;               /* owned; item id -> pair id */
    struct json *unreadable;         /* borrowed from the index */
    size_t count;
};

static void side_maker_fini(struct side_maker *s)
{
    platform_appender_free(s->lines);
    map_free(s->pairs);
    free(s->dir);
}

static enum rc load_pairs(struct maker *m, struct side_maker *s, struct err *err)
{
    struct state_pairs pairs CLEANUP_FINI(state_pairs_fini) = {0};
    enum rc rc = state_pairs_load(m->app->state, m->request->link->id, &pairs, err);
    s->pairs = map_new();
    for (size_t i = 0; i < pairs.count && rc == RC_OK; i++) {
        const char *id = pairs.items[i].side[s->side].id;
        bool full = pairs.items[i].side[SIDE_LEFT].id && pairs.items[i].side[SIDE_RIGHT].id;
        if (full) {
            map_put(s->pairs, id, (void *)(intptr_t)pairs.items[i].id);
        }
    }
    return rc;
}

static void note_unreadable(struct side_maker *s, const struct store_item *item)
{
    struct json *v = json_object();
    json_set_str(v, "id", item->id);
    json_set_str(v, "rc", rc_name(item->rc));
    json_set_str(v, "text", item->error ? item->error : rc_name(item->rc));
    json_append(s->unreadable, v);
}

/* *ret_left: for how many of them the store had no room; their ids are the first in `ids` now. */
static enum rc write_batch(struct maker *m, struct side_maker *s, const struct store_items *items,
    const char **ids, size_t *ret_left, struct err *err)
{
    struct buf lines CLEANUP_FINI(buf_fini) = BUF_INIT(BUF_DEFAULT_MAX);
    enum rc rc = RC_OK;
    size_t left = 0;
    bool any = false;
    for (size_t i = 0; i < items->count; i++) {
        any = any || items->items[i].rc != RC_INCOMPLETE;
    }
    for (size_t i = 0; i < items->count && rc == RC_OK; i++) {
        const struct store_item *item = &items->items[i];
        if (item->rc == RC_OK && item->doc) {
            int64_t pair = (int64_t)(intptr_t)map_get(s->pairs, item->id);
            rc = write_item(m, s->dir, item, pair, &lines, err);
            s->count++;
        } else if (item->rc == RC_INCOMPLETE && any) {
            ids[left++] = ids[i];
        } else if (item->rc != RC_NOT_FOUND) { /* that one went away meanwhile */
            note_unreadable(s, item);
        }
    }
    if (rc == RC_OK && lines.len) {
        rc = platform_appender_write(s->lines, lines.data, lines.len, err);
    }
    m->bytes += (int64_t)lines.len;
    *ret_left = left;
    return rc;
}

/* Reads the items and writes those that the store had room for; likewise. */
static enum rc copy_batch(struct maker *m, struct side_maker *s, const char **ids, size_t count,
    size_t *ret_left, struct err *err)
{
    const struct backup_request *q = m->request;
    struct store *store = q->store[s->side];
    struct store_items items CLEANUP_FINI(store_items_fini) = {0};
    store->fetch_bytes = PORTION;
    enum rc rc = store->vtbl->fetch(
        store, q->link->side[s->side].folder, q->link->kind, ids, count, &items, err);
    store->fetch_bytes = 0;
    if (rc == RC_OK && items.count != count) {
        rc = err_set(err, RC_INTERNAL, 0, "asked for %zu items, got %zu", count, items.count);
    }
    return rc == RC_OK ? write_batch(m, s, &items, ids, ret_left, err) : rc;
}

static enum rc write_items(
    struct maker *m, struct side_maker *s, const struct store_changes *all, struct err *err)
{
    const struct backup_request *q = m->request;
    size_t batch = q->store[s->side]->batch ? q->store[s->side]->batch : BATCH, left = 0;
    CLEANUP(mem_free) const char **ids = mem_realloc(NULL, batch, sizeof *ids);
    enum rc rc = RC_OK;
    for (size_t next = 0; (next < all->count || left) && rc == RC_OK;) {
        size_t n = left;
        while (n < batch && next < all->count) {
            ids[n++] = all->items[next++].id;
        }
        if (q->progress) {
            q->progress(q->user, "backup", next - n, all->count);
        }
        if (q->cancelled && q->cancelled(q->user)) {
            rc = err_set(err, RC_CANCELLED, 0, "stopped on request");
        }
        if (rc == RC_OK) {
            rc = copy_batch(m, s, ids, n, &left, err);
        }
    }
    return rc;
}

static enum rc prepare_side(struct maker *m, struct side_maker *s, struct err *err)
{
    int64_t size = 0;
    CLEANUP(mem_free) char *name = str_printf("%s.items", side_name(s->side));
    CLEANUP(mem_free) char *path = platform_path_join(m->dir, name);
    s->dir = platform_path_join(m->dir, side_name(s->side));
    enum rc rc = platform_dir_make(s->dir, err);
    if (rc == RC_OK) {
        rc = platform_appender_new(path, &s->lines, &size, err);
    }
    return rc == RC_OK ? load_pairs(m, s, err) : rc;
}

static enum rc make_side(struct maker *m, enum side side, struct err *err)
{
    const struct backup_request *q = m->request;
    const struct state_link_side *at = &q->link->side[side];
    struct side_maker s CLEANUP_FINI(side_maker_fini) = {.side = side};
    struct store_changes all CLEANUP_FINI(store_changes_fini) = {0};
    struct json *about = json_need_object(m->index, side_name(side));
    json_set_str(about, "account", q->account[side]);
    json_set_str(about, "folder", at->folder_name);
    json_set_str(about, "folder_id", at->folder);
    s.unreadable = json_array();
    json_set(about, "unreadable", s.unreadable);
    enum rc rc = prepare_side(m, &s, err);
    if (rc == RC_OK) {
        struct store *store = q->store[side];
        rc = store->vtbl->changes(store, at->folder, q->link->kind, NULL, &all, err);
        if (rc == RC_OK && !all.full) {
            rc = err_set(err, RC_INCOMPLETE, 0, "%s was not listed completely", at->folder_name);
        }
    }
    if (rc == RC_OK) {
        rc = write_items(m, &s, &all, err);
    }
    json_set_int(about, "count", (int64_t)s.count);
    return rc;
}

/* ---- all of it ---- */

static enum rc make(struct maker *m, struct err *err)
{
    const struct backup_request *q = m->request;
    int64_t time = platform_now();
    CLEANUP(mem_free) char *path = NULL;
    choose_name(m, time);
    m->index = json_object();
    json_set_int(m->index, "lockstep_backup", 1);
    json_set_str(m->index, "link", q->link->name);
    json_set_int(m->index, "link_id", q->link->id);
    json_set_str(m->index, "kind", item_kind_name(q->link->kind));
    json_set_int(m->index, "time", time);
    json_set_str(m->index, "reason", q->reason);
    enum rc rc = make_side(m, SIDE_LEFT, err);
    if (rc == RC_OK) {
        rc = make_side(m, SIDE_RIGHT, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    json_set_int(m->index, "bytes", m->bytes);
    path = platform_path_join(m->dir, "index.json");
    CLEANUP(mem_free) char *text = json_print_pretty(m->index);
    return platform_file_write(path, text, strlen(text), err);
}

enum rc backup_make(
    struct app *app, const struct backup_request *request, struct json **ret_index, struct err *err)
{
    struct maker m CLEANUP_FINI(maker_fini) = {.app = app, .request = request};
    backup_sweep(app);
    enum rc rc = make(&m, err);
    if (rc != RC_OK) {
        enum rc removed = backup_remove(app, m.name, NULL);
        (void)removed; /* without an index it goes the next time */
        return err_prefix(err, "making a backup of '%s'", request->link->name);
    }
    log_line(app_log(app), LOG_LEVEL_INFO, "app", "backup made, %lld bytes", (long long)m.bytes);
    json_set_str(m.index, "name", m.name);
    backup_prune(app, request->link->name, app_settings_get(app).backup_keep);
    *ret_index = TAKE(m.index);
    return RC_OK;
}
