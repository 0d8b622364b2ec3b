/* Walks the hierarchy tables from the top of each store. A kind is known by PR_CONTAINER_CLASS, the
 * default folders also by the entry ids that the inbox and the root carry ([MS-OXOSFLD]
 * section 2.2.3): a default folder may lack its class.
 *
 * Opening checks the way up to the top again instead of trusting an earlier listing: a user may
 * have dragged the folder into Deleted Items meanwhile, where its entry id can stay the same. */
#include "mapi/com/folder.h"

#include "client/base/buf.h"
#include "client/platform/win32/text.h"
#include "mapi/com/hresult.h"

enum { DEPTH_MAX = 32, FOLDERS_MAX = 20000 };

/* Where a default folder's entry id is found, by kind. */
static const ULONG default_tags[ITEM_KINDS] = {
    [ITEM_CONTACT] = PR_IPM_CONTACT_ENTRYID,
    [ITEM_EVENT] = PR_IPM_APPOINTMENT_ENTRYID,
    [ITEM_TASK] = PR_IPM_TASK_ENTRYID,
    [ITEM_NOTE] = PR_IPM_NOTE_ENTRYID,
};

struct defaults {
    struct mapi_id ids[ITEM_KINDS];
};

static void defaults_fini(struct defaults *d)
{
    for (int kind = 0; kind < ITEM_KINDS; kind++) {
        mapi_id_fini(&d->ids[kind]);
    }
}

static void defaults_from(struct mapi_session *s, IMAPIProp *object, struct defaults *ret)
{
    CLEANUP_FINI(mapi_values_fini) struct mapi_values values = {&s->api, NULL, 0};
    CLEANUP_FINI(err_fini)
    struct err ignored = ERR_INIT; /* a store without default folders is none of our business */
    enum rc rc = mapi_get_props(object, "IMAPIFolder::GetProps",
        MAPI_TAGS(PR_IPM_CONTACT_ENTRYID, PR_IPM_APPOINTMENT_ENTRYID, PR_IPM_TASK_ENTRYID,
            PR_IPM_NOTE_ENTRYID),
        &values, &ignored);
    for (int kind = 0; rc == RC_OK && kind < ITEM_KINDS; kind++) {
        if (ret->ids[kind].len == 0) {
            mapi_id_set(
                &ret->ids[kind], mapi_find_binary(values.items, values.count, default_tags[kind]));
        }
    }
}

/* The inbox has them in a mailbox, the root folder in a .pst file; asked in this order. */
static void defaults_read(struct mapi_session *s, struct mapi_box *box, struct defaults *ret)
{
    CLEANUP(mapi_release) IMAPIFolder *inbox = NULL;
    CLEANUP(mapi_release) IMAPIFolder *root = NULL;
    CLEANUP_FINI(err_fini) struct err ignored = ERR_INIT;
    ULONG len = 0;
    ENTRYID *id = NULL;
    if (mapi_check(s->api.log, "IMsgStore::GetReceiveFolder",
            box->store->lpVtbl->GetReceiveFolder(box->store, NULL, MAPI_UNICODE, &len, &id, NULL),
            &ignored) == RC_OK &&
        id) {
        if (mapi_box_open(s, box, id, len, MAPI_FOLDER, false, &inbox, &ignored) == RC_OK) {
            defaults_from(s, (IMAPIProp *)inbox, ret);
        }
        s->api.free_buffer(id);
    }
    if (mapi_box_open(s, box, NULL, 0, MAPI_FOLDER, false, &root, &ignored) == RC_OK) {
        defaults_from(s, (IMAPIProp *)root, ret);
    }
}

void folder_defaults(struct mapi_session *s, struct mapi_box *box, struct mapi_id ret[ITEM_KINDS])
{
    struct defaults d = {{{NULL, 0}}};
    defaults_read(s, box, &d);
    for (int kind = 0; kind < ITEM_KINDS; kind++) {
        ret[kind] = d.ids[kind]; /* handed over */
    }
}

/* ---- what one folder is ---- */

/* The properties that decide; the same as columns of a hierarchy table and on the folder itself. */
#define FOLDER_TAGS                                                                                \
    MAPI_TAGS(PR_ENTRYID, PR_DISPLAY_NAME_W, PR_CONTAINER_CLASS_W, PR_FOLDER_TYPE,                 \
        PR_CONTENT_COUNT, PR_SUBFOLDERS, PR_ACCESS, PR_PARENT_ENTRYID)

static bool is_search_folder(const SPropValue *items, ULONG count)
{
    const SPropValue *type = mapi_find(items, count, PR_FOLDER_TYPE);
    return type && type->Value.l == FOLDER_SEARCH;
}

/* The kind of a folder; -1 if it is none of ours. */
static int folder_kind(struct mapi_session *s, struct mapi_box *box,
    const struct defaults *defaults, const SPropValue *items, ULONG count)
{
    CLEANUP(mem_free) char *class = win32_utf8(mapi_find_text(items, count, PR_CONTAINER_CLASS_W));
    if (class && *class) {
        return map_kind_of_container(class);
    }
    const SBinary *id = mapi_find_binary(items, count, PR_ENTRYID);
    for (int kind = 0; id && kind < ITEM_KINDS; kind++) {
        if (mapi_box_same(s, box, &defaults->ids[kind], id->lpb, id->cb)) {
            return kind;
        }
    }
    return -1;
}

/* ---- listing ---- */

struct walk {
    struct mapi_session *s;
    struct mapi_box *box;
    const struct mapi_store_row *store;
    struct defaults defaults;
    struct store_folders *found;
};

static void walk_add(
    struct walk *w, enum item_kind kind, const SRow *row, const char *name, const char *path)
{
    const SPropValue *items = row->lpProps;
    const SBinary *id = mapi_find_binary(items, row->cValues, PR_ENTRYID);
    const SPropValue *count = mapi_find(items, row->cValues, PR_CONTENT_COUNT);
    const SPropValue *access = mapi_find(items, row->cValues, PR_ACCESS);
    CLEANUP(mem_free) char *hex = hex_encode(id->lpb, id->cb);
    struct store_folder *f = store_folders_add(w->found);
    f->id = str_printf("%s/%s", w->box->id, hex);
    f->name = mem_strdup(name);
    f->path = mem_strdup(path);
    f->owner = w->store->is_public || w->store->is_other ? mem_strdup(w->store->name) : NULL;
    f->kinds = 1u << kind;
    f->writable =
        !access || (access->Value.l & (MAPI_ACCESS_CREATE_CONTENTS | MAPI_ACCESS_MODIFY)) != 0;
    f->is_default = w->store->is_default &&
                    mapi_box_same(w->s, w->box, &w->defaults.ids[kind], id->lpb, id->cb);
    f->count = count ? count->Value.l : -1;
}

static enum rc walk_children(
    struct walk *w, const struct mapi_id *parent, const char *path, int depth, struct err *err);

static enum rc walk_row(
    struct walk *w, const SRow *row, const char *parent_path, int depth, struct err *err)
{
    const SPropValue *items = row->lpProps;
    const SBinary *id = mapi_find_binary(items, row->cValues, PR_ENTRYID);
    if (!id || is_search_folder(items, row->cValues) ||
        mapi_box_same(w->s, w->box, &w->box->deleted, id->lpb, id->cb)) {
        return RC_OK;
    }
    const wchar_t *wide = mapi_find_text(items, row->cValues, PR_DISPLAY_NAME_W);
    CLEANUP(mem_free) char *name = win32_utf8(wide ? wide : L"(no name)");
    CLEANUP(mem_free) char *path = str_printf("%s/%s", parent_path, name);
    int kind = folder_kind(w->s, w->box, &w->defaults, items, row->cValues);
    if (kind >= 0) {
        if (w->found->count >= FOLDERS_MAX) {
            return err_set(err, RC_TOO_BIG, 0, "there are more than %d folders", FOLDERS_MAX);
        }
        walk_add(w, (enum item_kind)kind, row, name, path);
    }
    const SPropValue *subfolders = mapi_find(items, row->cValues, PR_SUBFOLDERS);
    if (subfolders && !subfolders->Value.b) {
        return RC_OK;
    }
    struct mapi_id own = {NULL, 0};
    mapi_id_set(&own, id);
    enum rc rc = walk_children(w, &own, path, depth + 1, err);
    mapi_id_fini(&own);
    if (rc == RC_READONLY ||
        rc == RC_NOT_FOUND) { /* not ours to see, or deleted just now: the others count */
        log_line(w->s->api.log, LOG_LEVEL_INFO, "mapi", "a folder is left out: %s", err_text(err));
        return RC_OK;
    }
    return rc;
}

static enum rc walk_children(
    struct walk *w, const struct mapi_id *parent, const char *path, int depth, struct err *err)
{
    struct mapi_session *s = w->s;
    CLEANUP(mapi_release) IMAPIFolder *folder = NULL;
    CLEANUP(mapi_release) IMAPITable *table = NULL;
    CLEANUP_FINI(mapi_rows_fini) struct mapi_rows rows = {&s->api, NULL};
    if (depth > DEPTH_MAX) {
        return err_set(err, RC_TOO_BIG, 0, "folders are nested deeper than %d", DEPTH_MAX);
    }
    enum rc rc =
        mapi_box_open(s, w->box, parent->data, parent->len, MAPI_FOLDER, false, &folder, err);
    if (rc == RC_OK) {
        rc = mapi_check(s->api.log, "IMAPIFolder::GetHierarchyTable",
            folder->lpVtbl->GetHierarchyTable(folder, MAPI_UNICODE, &table), err);
    }
    if (rc == RC_OK) {
        rc = mapi_check(s->api.log, "IMAPITable::SetColumns",
            table->lpVtbl->SetColumns(table, (SPropTagArray *)(uintptr_t)FOLDER_TAGS, 0), err);
    }
    while (rc == RC_OK) {
        rc = mapi_next_rows(table, 200, &rows, err);
        if (rc != RC_OK || rows.set->cRows == 0) {
            break;
        }
        for (ULONG i = 0; rc == RC_OK && i < rows.set->cRows; i++) {
            rc = walk_row(w, &rows.set->aRow[i], path, depth, err);
        }
    }
    if (rc != RC_OK && depth == 0) {
        return err_prefix(err, "listing the folders of \"%s\"", path);
    }
    return rc;
}

static enum rc list_store(struct mapi_session *s, const struct mapi_store_row *store,
    struct store_folders *ret, struct err *err)
{
    struct walk w = {.s = s, .store = store, .found = ret};
    enum rc rc = mapi_session_box(s, store->id, &w.box, err);
    if (rc != RC_OK) {
        return err_prefix(err, "\"%s\"", store->name);
    }
    if (w.box->top.len == 0) {
        return RC_OK; /* a store without folders for people */
    }
    defaults_read(s, w.box, &w.defaults);
    rc = walk_children(&w, &w.box->top, store->name, 0, err);
    defaults_fini(&w.defaults);
    return rc;
}

static void folders_move(struct store_folders *to, struct store_folders *from)
{
    for (size_t i = 0; i < from->count; i++) {
        *store_folders_add(to) = from->items[i];
    }
    from->count = 0;
}

enum rc folder_list(struct mapi_session *s, struct store_folders *ret, struct err *err)
{
    CLEANUP_FINI(mapi_store_rows_fini) struct mapi_store_rows stores = {NULL, 0, 0};
    enum rc rc = mapi_session_stores(s, &stores, err);
    if (rc != RC_OK) {
        return rc;
    }
    struct store_folders found = {NULL, 0, 0};
    for (size_t i = 0; rc == RC_OK && i < stores.count; i++) {
        struct store_folders part = {NULL, 0, 0}; /* all of a store or nothing */
        rc = list_store(s, &stores.items[i], &part, err);
        if (rc == RC_OK) {
            folders_move(&found, &part);
        } else if (!stores.items[i].is_default) {
            log_line(s->api.log, LOG_LEVEL_WARN, "mapi", "left out: %s", err_text(err));
            rc = RC_OK;
        }
        store_folders_fini(&part);
    }
    if (rc != RC_OK) {
        store_folders_fini(&found);
        return rc;
    }
    *ret = found;
    return RC_OK;
}

/* ---- opening one ---- */

void folder_fini(struct folder *f)
{
    if (f->object) {
        f->object->lpVtbl->Release(f->object);
        f->object = NULL;
    }
    mapi_id_fini(&f->id);
}

static enum rc id_split(struct mapi_session *s, const char *id, struct folder *f, struct err *err)
{
    const char *slash = strchr(id, '/');
    CLEANUP(mem_free) char *store = slash ? mem_strndup(id, (size_t)(slash - id)) : NULL;
    f->id.data = slash ? hex_decode(slash + 1, &f->id.len) : NULL;
    if (!f->id.data || f->id.len == 0 || f->id.len > 0x10000) {
        return err_set(err, RC_INVALID, 0, "\"%.80s\" is not the id of an Outlook folder", id);
    }
    return mapi_session_box(s, store, &f->box, err);
}

/* Follows PR_PARENT_ENTRYID from a folder up to the top of its store. The root is its own parent
 * ([MS-OXCFOLD]). */
static enum rc check_place(
    struct mapi_session *s, struct mapi_box *box, const struct mapi_values *values, struct err *err)
{
    struct mapi_id at = {NULL, 0};
    mapi_id_set(&at, mapi_find_binary(values->items, values->count, PR_PARENT_ENTRYID));
    enum rc rc = RC_OK;
    for (int depth = 0; rc == RC_OK; depth++) {
        if (mapi_box_same(s, box, &box->top, at.data, at.len)) {
            break;
        }
        if (mapi_box_same(s, box, &box->deleted, at.data, at.len)) {
            rc = err_set(err, RC_NOT_FOUND, 0, "the folder lies in Deleted Items");
            break;
        }
        if (at.len == 0 || depth > DEPTH_MAX) {
            rc = err_set(err, RC_READONLY, 0, "the folder is not one of those shown in Outlook");
            break;
        }
        CLEANUP(mapi_release) IMAPIFolder *parent = NULL;
        CLEANUP_FINI(mapi_values_fini) struct mapi_values up = {&s->api, NULL, 0};
        rc = mapi_box_open(s, box, at.data, at.len, MAPI_FOLDER, false, &parent, err);
        if (rc == RC_NOT_FOUND) { /* says nothing of the folder itself */
            rc = err_set(err, RC_SERVER, err->native, "%s", err_text(err));
        }
        if (rc == RC_OK) {
            rc = mapi_get_props((IMAPIProp *)parent, "IMAPIFolder::GetProps",
                MAPI_TAGS(PR_PARENT_ENTRYID), &up, err);
        }
        if (rc == RC_OK) {
            const SBinary *next = mapi_find_binary(up.items, up.count, PR_PARENT_ENTRYID);
            bool root = next && next->cb == at.len && memcmp(next->lpb, at.data, at.len) == 0;
            mapi_id_set(&at, root ? NULL : next);
        }
    }
    mapi_id_fini(&at);
    return rc;
}

static enum rc check_folder(
    struct mapi_session *s, struct folder *f, enum item_kind kind, struct err *err)
{
    CLEANUP_FINI(mapi_values_fini) struct mapi_values values = {&s->api, NULL, 0};
    enum rc rc =
        mapi_get_props((IMAPIProp *)f->object, "IMAPIFolder::GetProps", FOLDER_TAGS, &values, err);
    if (rc != RC_OK) {
        return rc;
    }
    CLEANUP_FINI(defaults_fini) struct defaults defaults = {{{NULL, 0}}};
    if (!mapi_find(values.items, values.count, PR_CONTAINER_CLASS_W)) {
        defaults_read(s, f->box, &defaults);
    }
    if (is_search_folder(values.items, values.count) ||
        folder_kind(s, f->box, &defaults, values.items, values.count) != (int)kind) {
        return err_set(
            err, RC_READONLY, 0, "it is not a folder for %s items", item_kind_name(kind));
    }
    return check_place(s, f->box, &values, err);
}

enum rc folder_open(struct mapi_session *s, const char *id, enum item_kind kind, bool write,
    struct folder *ret, struct err *err)
{
    struct folder f = {NULL, {NULL, 0}, NULL};
    enum rc rc = id_split(s, id, &f, err);
    if (rc == RC_OK) {
        rc = mapi_box_open(s, f.box, f.id.data, f.id.len, MAPI_FOLDER, write, &f.object, err);
    }
    if (rc == RC_OK) {
        rc = check_folder(s, &f, kind, err);
    }
    if (rc != RC_OK) {
        folder_fini(&f);
        return err_prefix(err, "opening the Outlook folder");
    }
    *ret = f;
    return RC_OK;
}
