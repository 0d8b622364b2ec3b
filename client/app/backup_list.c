/* Backups of items that are there: finding, reading and removing them; see backup_items.h. */
#include "client/app/backup_items.h"

#include "client/base/buf.h"
#include "client/platform/folder.h"
#include "client/platform/platform.h"
#include "client/remote/text_item.h"

#include <string.h>

#define INDEX_MAX ((size_t)16 << 20)
#define ITEM_MAX  ((size_t)64 << 20)
#define LINES_MAX ((size_t)512 << 20)

static char *backups_dir(const struct app *app)
{
    return platform_path_join(app->home, "backup");
}

char *backup_folder(const struct app *app, const char *name)
{
    CLEANUP(mem_free) char *dir = backups_dir(app);
    return platform_path_join(dir, name);
}

static enum rc read_json(const char *path, size_t max, struct json **ret, struct err *err)
{
    CLEANUP(mem_free) char *text = NULL;
    size_t len;
    enum rc rc = platform_file_read(path, max, &text, &len, err);
    return rc == RC_OK ? json_parse(text, len, ret, err) : rc;
}

/* RC_NOT_FOUND: there is none, or it is not complete. */
static enum rc read_index(
    const struct app *app, const char *name, struct json **ret, struct err *err)
{
    CLEANUP(mem_free) char *dir = backup_folder(app, name);
    CLEANUP(mem_free) char *path = platform_path_join(dir, "index.json");
    struct json *index = NULL;
    if (strpbrk(name, "/\\") || !platform_file_exists(path)) {
        return err_set(err, RC_NOT_FOUND, 0,
            "there is no backup '%s'; 'lockstep backup list' shows them", name);
    }
    enum rc rc = read_json(path, INDEX_MAX, &index, err);
    if (rc != RC_OK || json_get_int(index, "lockstep_backup", 0) != 1) {
        json_free(index);
        return err_set(err, RC_IO, 0, "the backup '%s' is damaged: its index cannot be read", name);
    }
    json_set_str(index, "name", name);
    *ret = index;
    return RC_OK;
}

/* ---- which there are ---- */

static int by_time(const void *a, const void *b)
{
    const struct json *x = *(const struct json *const *)a, *y = *(const struct json *const *)b;
    int64_t p = json_get_int(x, "time", 0), q = json_get_int(y, "time", 0);
    return p != q ? (p > q ? -1 : 1) : -strcmp(json_get_str(x, "name"), json_get_str(y, "name"));
}

enum rc backup_list(const struct app *app, struct json **ret, struct err *err)
{
    CLEANUP(mem_free) char *dir = backups_dir(app);
    struct file_list all CLEANUP_FINI(file_list_fini) = {0};
    struct json **found = NULL;
    size_t count = 0, cap = 0;
    enum rc rc = file_list_dir(dir, &all, err);
    if (rc != RC_OK && rc != RC_NOT_FOUND) {
        return rc;
    }
    for (size_t i = 0; i < all.count; i++) {
        struct json *index = NULL;
        if (all.items[i].info.is_dir && read_index(app, all.items[i].name, &index, NULL) == RC_OK) {
            ARRAY_RESERVE(found, count, cap);
            found[count++] = index;
        }
    }
    if (count) {
        qsort(found, count, sizeof(struct json *), by_time);
    }
    *ret = json_array();
    for (size_t i = 0; i < count; i++) {
        json_append(*ret, found[i]);
    }
    free(found);
    return RC_OK;
}

/* ---- removing ---- */

enum rc backup_remove(const struct app *app, const char *name, struct err *err)
{
    CLEANUP(mem_free) char *dir = backup_folder(app, name);
    CLEANUP(mem_free) char *index = platform_path_join(dir, "index.json");
    enum rc rc = platform_file_remove(index, err);
    return rc == RC_OK ? forget_folder(dir, 1, err) : rc;
}

void backup_sweep(const struct app *app)
{
    CLEANUP(mem_free) char *dir = backups_dir(app);
    struct file_list all CLEANUP_FINI(file_list_fini) = {0};
    enum rc rc = file_list_dir(dir, &all, NULL);
    for (size_t i = 0; i < all.count && rc == RC_OK; i++) {
        CLEANUP(mem_free) char *path = platform_path_join(dir, all.items[i].name);
        CLEANUP(mem_free) char *index = platform_path_join(path, "index.json");
        CLEANUP(mem_free) char *left = platform_path_join(path, "left");
        bool ours = all.items[i].info.is_dir && platform_dir_exists(left);
        if (ours && !platform_file_exists(index) &&
            backup_remove(app, all.items[i].name, NULL) != RC_OK) {
            log_line(app_log(app), LOG_LEVEL_WARN, "app", "an unfinished backup is still there");
        }
    }
}

void backup_prune(const struct app *app, const char *link, long keep)
{
    CLEANUP(json_free) struct json *all = NULL;
    long seen = 0;
    if (backup_list(app, &all, NULL) != RC_OK) {
        return;
    }
    for (struct json *b = json_first(all); b; b = json_next(b)) {
        if (str_eq(json_get_str(b, "link"), link) && ++seen > keep &&
            backup_remove(app, json_get_str(b, "name"), NULL) != RC_OK) {
            log_line(app_log(app), LOG_LEVEL_WARN, "app", "an old backup is still there");
        }
    }
}

/* ---- reading one ---- */

static void side_fini(struct backup_side *side)
{
    for (size_t i = 0; i < side->count; i++) {
        struct backup_file *f = &side->files[i];
        free(f->file);
        free(f->id);
        free(f->uid);
        free(f->title);
    }
    free(side->files);
    free(side->saved);
}

void backup_fini(struct backup *b)
{
    side_fini(&b->side[SIDE_LEFT]);
    side_fini(&b->side[SIDE_RIGHT]);
    json_free(b->index);
    free(b->dir);
    *b = (struct backup){0};
}

static bool is_wanted(const struct backup_file *f, const char *item)
{
    return !item || str_eq(item, f->title) || str_eq(item, f->uid) || str_eq(item, f->id);
}

static enum rc take_line(
    struct backup_side *side, const char *line, size_t len, const char *item, struct err *err)
{
    CLEANUP(json_free) struct json *v = NULL;
    enum rc rc = json_parse(line, len, &v, err);
    if (rc != RC_OK || !json_get_str(v, "file") || !json_get_str(v, "id")) {
        return err_set(err, RC_IO, 0, "the list of its items is damaged");
    }
    ARRAY_RESERVE(side->files, side->count, side->cap);
    struct backup_file *f = &side->files[side->count++];
    *f = (struct backup_file){
        .file = mem_strdup(json_get_str(v, "file")),
        .id = mem_strdup(json_get_str(v, "id")),
        .uid = mem_strdup(json_get_str(v, "uid")),
        .title = mem_strdup(json_get_str(v, "title")),
        .pair = json_get_int(v, "pair", 0),
    };
    if (!is_wanted(f, item)) {
        side->count--;
        free(f->file);
        free(f->id);
        free(f->uid);
        free(f->title);
    }
    return RC_OK;
}

static enum rc read_side(struct backup *b, enum side s, const char *item, struct err *err)
{
    struct backup_side *side = &b->side[s];
    CLEANUP(mem_free) char *name = str_printf("%s.items", side_name(s));
    CLEANUP(mem_free) char *path = platform_path_join(b->dir, name);
    struct buf text CLEANUP_FINI(buf_fini) = BUF_INIT(LINES_MAX);
    int64_t lines = 0;
    enum rc rc = file_read(path, &text, err);
    for (const char *p = text.data; rc == RC_OK && p && *p; lines++) {
        size_t len = strcspn(p, "\n");
        rc = take_line(side, p, len, item, err);
        p += len + (p[len] == '\n');
    }
    if (rc == RC_OK && lines != json_get_int(json_get(b->index, side_name(s)), "count", -1)) {
        rc = err_set(err, RC_IO, 0, "the list of its items is cut short");
    }
    side->saved = mem_alloc((side->count + 1) * sizeof *side->saved);
    for (size_t i = 0; i < side->count; i++) {
        const struct backup_file *f = &side->files[i];
        side->saved[i] = (struct sync_saved){f->id, f->uid, f->pair};
    }
    return rc;
}

enum rc backup_open(
    const struct app *app, const char *name, const char *item, struct backup *ret, struct err *err)
{
    struct backup b CLEANUP_FINI(backup_fini) = {.dir = backup_folder(app, name)};
    enum rc rc = read_index(app, name, &b.index, err);
    if (rc != RC_OK) {
        return rc;
    }
    int kind = item_kind_from_name(json_get_str(b.index, "kind"));
    rc = kind < 0 ? err_set(err, RC_IO, 0, "its index is damaged")
                  : read_side(&b, SIDE_LEFT, item, err);
    if (rc == RC_OK) {
        b.kind = (enum item_kind)kind;
        rc = read_side(&b, SIDE_RIGHT, item, err);
    }
    if (rc != RC_OK) {
        err_prefix(err, "the backup '%s'", name);
        return rc;
    }
    if (item && !b.side[SIDE_LEFT].count && !b.side[SIDE_RIGHT].count) {
        return err_set(err, RC_NOT_FOUND, 0, "there is no '%s' in the backup '%s'", item, name);
    }
    *ret = b;
    b = (struct backup){0};
    return RC_OK;
}

static enum rc load_beside(
    const char *path, struct json **ret_doc, char **ret_native, struct err *err)
{
    CLEANUP(json_free) struct json *v = NULL;
    enum rc rc = read_json(path, ITEM_MAX, &v, err);
    if (rc == RC_OK && !json_is_object(json_get(v, "doc"))) {
        rc = err_set(err, RC_IO, 0, "%s is damaged", path);
    }
    if (rc == RC_OK) {
        *ret_native = mem_strdup(json_get_str(v, "native"));
        *ret_doc = json_detach(v, "doc");
    }
    return rc;
}

enum rc backup_load(const struct backup *b, enum side s, size_t i, struct json **ret_doc,
    char **ret_native, struct err *err)
{
    CLEANUP(mem_free) char *dir = platform_path_join(b->dir, side_name(s));
    CLEANUP(mem_free) char *path = platform_path_join(dir, b->side[s].files[i].file);
    CLEANUP(mem_free) char *beside = str_printf("%s.json", path);
    CLEANUP(mem_free) char *text = NULL;
    size_t len;
    if (platform_file_exists(beside)) {
        return load_beside(beside, ret_doc, ret_native, err);
    }
    enum rc rc = platform_file_read(path, ITEM_MAX, &text, &len, err);
    if (rc == RC_OK) {
        rc = text_item_read(b->kind, text, len, ret_doc, err);
    }
    if (rc == RC_OK) {
        *ret_native = TAKE(text);
    }
    return rc == RC_OK ? RC_OK : err_prefix(err, "reading it from the backup");
}
