/* The vdir store. Formats belong to client/codec, files to client/platform. */
#include "client/remote/vdir/vdir.h"

#include "client/base/buf.h"
#include "client/platform/folder.h"
#include "client/remote/folder_name.h"
#include "client/remote/text_item.h"

#include <inttypes.h>
#include <string.h>

#define MAX_FILE  ((size_t)16 << 20)
#define NAME_FILE "displayname"

struct vdir_store {
    struct store base; /* first */
    char *root;        /* owned; without a slash at the end */
};

static struct vdir_store *impl(struct store *s)
{
    return (struct vdir_store *)s;
}

static char *folder_path(const struct vdir_store *v, const char *folder)
{
    return *folder ? str_printf("%s/%s", v->root, folder) : mem_strdup(v->root);
}

static char *item_path(const struct vdir_store *v, const char *folder, const char *id)
{
    CLEANUP(mem_free) char *dir = folder_path(v, folder);
    return str_printf("%s/%s", dir, id);
}

/* An id that leads out of its folder comes from a damaged state file or a hostile one. */
static enum rc check_id(const char *id, struct err *err)
{
    if (!*id || *id == '.' || strpbrk(id, "/\\:")) {
        return err_set(err, RC_INVALID, 0, "'%s' is not the name of an item file", id);
    }
    return RC_OK;
}

static bool is_item_name(const char *name, enum item_kind kind)
{
    return *name != '.' && str_ends(name, text_item_extension(kind));
}

static char *version_of(const struct file_info *info)
{
    return str_printf("%" PRId64 "-%" PRId64 "-%" PRIu64, info->mtime_ns, info->size, info->inode);
}

/* The short text file next to the items that vdir keeps a name or colour in; NULL if there is none.
 */
static char *read_note(const char *dir, const char *name)
{
    CLEANUP(mem_free) char *path = str_printf("%s/%s", dir, name);
    struct buf b = BUF_INIT(4096);
    struct err err = ERR_INIT;
    char *text = NULL;
    if (file_read(path, &b, &err) == RC_OK && b.len && str_utf8_valid(b.data, b.len)) {
        text = str_trim(buf_str(&b));
    }
    buf_fini(&b);
    err_fini(&err);
    return text;
}

/* Counts the items of each sort; an empty folder may hold any kind. */
static enum rc add_folder(
    struct vdir_store *v, const char *id, bool if_items, struct store_folders *ret, struct err *err)
{
    CLEANUP(mem_free) char *dir = folder_path(v, id);
    struct file_list list = {0};
    enum rc rc = file_list_dir(dir, &list, err);
    if (rc != RC_OK) {
        return rc;
    }
    long cards = 0, events = 0;
    for (size_t i = 0; i < list.count; i++) {
        cards += is_item_name(list.items[i].name, ITEM_CONTACT);
        events += is_item_name(list.items[i].name, ITEM_EVENT);
    }
    file_list_fini(&list);
    if (if_items && cards + events == 0) {
        return RC_OK;
    }
    unsigned contact = 1u << ITEM_CONTACT,
             calendar = 1u << ITEM_EVENT | 1u << ITEM_TASK | 1u << ITEM_NOTE;
    struct store_folder *f = store_folders_add(ret);
    const char *slash = strrchr(v->root, '/');
    f->id = mem_strdup(id);
    f->path = mem_strdup(*id ? id : slash ? slash + 1 : v->root);
    f->name = read_note(dir, NAME_FILE);
    if (str_empty(f->name)) {
        str_replace(&f->name, f->path);
    }
    f->color = read_note(dir, "color");
    f->kinds = cards && !events ? contact : events && !cards ? calendar : contact | calendar;
    f->writable = true;
    f->count = cards + events;
    return RC_OK;
}

static enum rc vdir_list_folders(struct store *s, struct store_folders *ret, struct err *err)
{
    struct vdir_store *v = impl(s);
    struct store_folders folders = {0};
    struct file_list list = {0};
    enum rc rc = file_list_dir(v->root, &list, err);
    if (rc == RC_OK) {
        rc = add_folder(v, "", true, &folders, err);
    }
    for (size_t i = 0; rc == RC_OK && i < list.count; i++) {
        if (list.items[i].info.is_dir && *list.items[i].name != '.') {
            rc = add_folder(v, list.items[i].name, false, &folders, err);
        }
    }
    file_list_fini(&list);
    if (rc != RC_OK) {
        store_folders_fini(&folders);
        return rc;
    }
    *ret = folders;
    return RC_OK;
}

/* Events, tasks and notes live in .ics files side by side. */
static bool is_of_another_kind(const char *text, enum item_kind kind)
{
    bool other = false;
    for (int k = 0; k < ITEM_KINDS; k++) {
        other = other || (k != ITEM_CONTACT && text_item_is(text, (enum item_kind)k));
    }
    return kind != ITEM_CONTACT && other && !text_item_is(text, kind);
}

/* A folder has no change log: every listing is a full one. It is proven, as the system reports a
 * listing cut short. */
static enum rc vdir_changes(struct store *s, const char *folder, enum item_kind kind,
    const char *token, struct store_changes *ret, struct err *err)
{
    (void)token;
    CLEANUP(mem_free) char *dir = folder_path(impl(s), folder);
    struct file_list list = {0};
    enum rc rc = file_list_dir(dir, &list, err);
    if (rc != RC_OK) {
        return rc;
    }
    struct store_changes changes = {.full = true, .proven = true};
    for (size_t i = 0; i < list.count; i++) {
        const struct file_entry *e = &list.items[i];
        if (!e->info.is_dir && is_item_name(e->name, kind)) {
            CLEANUP(mem_free) char *version = version_of(&e->info);
            store_changes_add(&changes, e->name, version, false);
        }
    }
    file_list_fini(&list);
    *ret = changes;
    return RC_OK;
}

static enum rc read_item(struct vdir_store *v, const char *folder, enum item_kind kind,
    struct store_item *item, struct err *err)
{
    enum rc rc = check_id(item->id, err);
    if (rc != RC_OK) {
        return rc;
    }
    CLEANUP(mem_free) char *path = item_path(v, folder, item->id);
    CLEANUP_FINI(buf_fini) struct buf text = BUF_INIT(MAX_FILE);
    struct file_info info;
    /* The version is taken first: a write in between makes it look old, and the item is looked at
     * again. */
    if ((rc = file_stat(path, &info, err)) != RC_OK ||
        (rc = file_read(path, &text, err)) != RC_OK) {
        return rc;
    }
    if (is_of_another_kind(buf_str(&text), kind)) { /* as far as this link goes, not here */
        return err_set(err, RC_NOT_FOUND, 0, "%s: holds no %s", item->id, item_kind_name(kind));
    }
    rc = text_item_read(kind, buf_str(&text), text.len, &item->doc, err);
    if (rc != RC_OK) {
        return err_prefix(err, "%s", item->id);
    }
    item->version = version_of(&info);
    item->native = buf_take(&text);
    return RC_OK;
}

static enum rc vdir_fetch(struct store *s, const char *folder, enum item_kind kind,
    const char *const *ids, size_t count, struct store_items *ret, struct err *err)
{
    size_t bytes = 0;
    (void)err;
    for (size_t i = 0; i < count; i++) {
        struct store_item *item = store_items_add(ret, ids[i]);
        struct err one = ERR_INIT;
        if (s->fetch_bytes && bytes >= s->fetch_bytes) {
            item->rc = RC_INCOMPLETE;
            continue;
        }
        item->rc = read_item(impl(s), folder, kind, item, &one);
        if (item->rc != RC_OK) {
            item->error = mem_strdup(err_text(&one));
        }
        bytes += item->native ? strlen(item->native) : 0;
        err_fini(&one);
    }
    return RC_OK;
}

static enum rc create_item(struct vdir_store *v, const char *folder, enum item_kind kind,
    struct store_op *op, struct err *err)
{
    CLEANUP(mem_free)
    char *own = op->id ? NULL : text_item_file_name(kind, json_get_str(op->doc, "uid"));
    const char *id = op->id ? op->id : own;
    enum rc rc = check_id(id, err);
    if (rc != RC_OK) {
        return rc;
    }
    CLEANUP(mem_free) char *path = item_path(v, folder, id);
    CLEANUP(mem_free) char *text = NULL;
    if ((rc = text_item_write(
             kind, text_item_to_make_again(kind, op->native), op->doc, &text, err)) != RC_OK ||
        (rc = file_write(path, text, strlen(text), true, err)) != RC_OK) {
        return rc;
    }
    op->new_id = mem_strdup(id);
    struct file_info info;
    if (file_stat(path, &info, NULL) == RC_OK) {
        op->new_version = version_of(&info);
    }
    return RC_OK;
}

/* RC_CONFLICT unless the file still has the version the caller saw. */
static enum rc check_version(const char *path, const struct store_op *op, struct err *err)
{
    struct file_info info;
    enum rc rc = file_stat(path, &info, err);
    if (rc != RC_OK) {
        return rc == RC_NOT_FOUND ? err_set(err, RC_CONFLICT, 0, "'%s' is no longer there", op->id)
                                  : rc;
    }
    CLEANUP(mem_free) char *version = version_of(&info);
    if (op->version && !str_eq(version, op->version)) {
        return err_set(err, RC_CONFLICT, 0, "'%s' was changed by another program", op->id);
    }
    return RC_OK;
}

static enum rc change_item(struct vdir_store *v, const char *folder, enum item_kind kind,
    struct store_op *op, struct err *err)
{
    CLEANUP(mem_free) char *path = item_path(v, folder, op->id);
    enum rc rc = check_id(op->id, err);
    if (rc != RC_OK || (rc = check_version(path, op, err)) != RC_OK) {
        return rc;
    }
    if (op->kind == STORE_DELETE) {
        return file_remove(path, err);
    }
    CLEANUP_FINI(buf_fini) struct buf now = BUF_INIT(MAX_FILE);
    CLEANUP(mem_free) char *text = NULL;
    if ((rc = file_read(path, &now, err)) != RC_OK ||
        (rc = text_item_write(kind, buf_str(&now), op->doc, &text, err)) != RC_OK ||
        (rc = check_version(path, op, err)) != RC_OK ||
        (rc = file_write(path, text, strlen(text), false, err)) != RC_OK) {
        return rc;
    }
    struct file_info info;
    if (file_stat(path, &info, NULL) == RC_OK) {
        op->new_version = version_of(&info);
    }
    return RC_OK;
}

static enum rc vdir_commit(struct store *s, const char *folder, enum item_kind kind,
    struct store_op *ops, size_t count, struct err *err)
{
    (void)err;
    for (size_t i = 0; i < count; i++) {
        struct err one = ERR_INIT;
        ops[i].rc = ops[i].kind == STORE_CREATE ? create_item(impl(s), folder, kind, &ops[i], &one)
                                                : change_item(impl(s), folder, kind, &ops[i], &one);
        if (ops[i].rc != RC_OK) {
            ops[i].error = mem_strdup(err_text(&one));
        }
        err_fini(&one);
    }
    return RC_OK;
}

static char *vdir_choose_id(
    struct store *s, const char *folder, enum item_kind kind, const char *uid)
{
    (void)s;
    (void)folder;
    return text_item_file_name(kind, uid);
}

/* ---- a new folder ---- */

/* Can it be the name of a folder on every system as it is? Letters of any language, digits, blanks,
 * '-' and '_'; not the names that are devices to Windows. */
static bool is_plain(const char *name)
{
    static const char *const DEVICES[] = {"con", "prn", "aux", "nul", "com", "lpt"};
    for (const char *p = name; *p; p++) {
        bool letter = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p & 0x80);
        if (!letter && !(*p >= '0' && *p <= '9') && !strchr(" -_", *p)) {
            return false;
        }
    }
    size_t n = strlen(name);
    for (size_t i = 0; i < ARRAY_LEN(DEVICES); i++) {
        if (str_istarts(name, DEVICES[i]) && n <= 4) {
            return false;
        }
    }
    return true;
}

static bool has_path(const struct store_folders *folders, const char *id)
{
    for (size_t i = 0; i < folders->count; i++) {
        if (str_ieq(folders->items[i].id, id)) {
            return true;
        }
    }
    return false;
}

/* The name as it is, else one made of it. */
static char *new_id(const struct store_folders *folders, enum item_kind kind, const char *name)
{
    CLEANUP(mem_free)
    char *stem = is_plain(name) ? mem_strdup(name) : folder_name_segment(kind, name);
    char *id = mem_strdup(stem);
    for (int n = 2; has_path(folders, id); n++) {
        free(id);
        id = str_printf("%s-%d", stem, n);
    }
    return id;
}

/* An empty folder holds any kind, so a name is taken whatever is in the folder that has it. */
static enum rc check_free(const struct store_folders *folders, const char *name, struct err *err)
{
    for (size_t i = 0; i < folders->count; i++) {
        const struct store_folder *f = &folders->items[i];
        if (*f->id && (str_ieq(f->name, name) || str_ieq(f->path, name))) {
            return err_set(err, RC_CONFLICT, 0, "there is a folder '%s' already", f->name);
        }
    }
    return RC_OK;
}

static enum rc vdir_make_folder(struct store *s, enum item_kind kind, const char *name,
    struct store_folder *ret, struct err *err)
{
    struct vdir_store *v = impl(s);
    struct store_folders folders CLEANUP_FINI(store_folders_fini) = {0};
    struct store_folders made CLEANUP_FINI(store_folders_fini) = {0};
    enum rc rc = vdir_list_folders(s, &folders, err);
    if (rc != RC_OK || (rc = check_free(&folders, name, err)) != RC_OK) {
        return rc;
    }
    CLEANUP(mem_free) char *id = new_id(&folders, kind, name);
    CLEANUP(mem_free) char *dir = folder_path(v, id);
    CLEANUP(mem_free) char *note = str_printf("%s/%s", dir, NAME_FILE);
    if ((rc = file_make_new_dir(dir, err)) != RC_OK) {
        return rc;
    }
    rc = file_write(note, name, strlen(name), true, err);
    if (rc != RC_OK) { /* half of it would be a folder of another name */
        struct err ignored CLEANUP_FINI(err_fini) = ERR_INIT;
        return file_remove_dir(dir, &ignored) == RC_OK ? rc : err_prefix(err, "'%s'", dir);
    }
    rc = add_folder(v, id, false, &made, err);
    if (rc == RC_OK) {
        *ret = made.items[0];
        made.count = 0; /* handed over */
    }
    return rc;
}

static void vdir_free(struct store *s)
{
    free(impl(s)->root);
    free(s);
}

static const struct store_vtbl VDIR_VTBL = {
    .name = "vdir",
    .list_folders = vdir_list_folders,
    .changes = vdir_changes,
    .fetch = vdir_fetch,
    .commit = vdir_commit,
    .choose_id = vdir_choose_id,
    .make_folder = vdir_make_folder,
    .free = vdir_free,
};

char *vdir_folder_identity(const char *root, const char *id)
{
    CLEANUP(mem_free) char *path = *id ? str_printf("%s/%s", root, id) : mem_strdup(root);
    CLEANUP(mem_free) char *found = file_identity(path);
    return str_printf("vdir:%s", found ? found : path);
}

enum rc vdir_store_new(const char *path, const struct log *log, struct store **ret, struct err *err)
{
    struct file_info info;
    enum rc rc = file_stat(path, &info, err);
    if (rc != RC_OK) {
        return rc;
    }
    if (!info.is_dir) {
        return err_set(err, RC_INVALID, 0, "'%s' is a file, not a folder", path);
    }
    struct vdir_store *v = NEW(struct vdir_store);
    v->base.vtbl = &VDIR_VTBL;
    v->base.log = log;
    v->base.batch = 500;
    size_t n = strlen(path);
    while (n > 1 && (path[n - 1] == '/' || path[n - 1] == '\\')) {
        n--;
    }
    v->root = mem_strndup(path, n);
    *ret = &v->base;
    return RC_OK;
}
