/* See memory_store.h. */
#include "tests/engine/memory_store.h"

#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/item/shape.h"

#include <stdio.h>
#include <string.h>

struct memory_item {
    char *folder, *id, *stamp;
    struct json *doc;
    long serial; /* of the last change; its version */
    long before; /* the serial it had before that; 0: new */
    long hidden; /* what no document expresses */
    bool gone;   /* a tombstone */
};

struct memory_fault {
    char *id;
    enum rc rc;
    bool writes_only;
    long times; /* so often, 0: until further notice */
};

struct memory_store {
    struct store base;
    struct memory_options opt;
    struct memory_item **items; /* owned */
    size_t count, cap;
    long serial, epoch, next_id;
    bool lags;
    long lag_at; /* lags: listings show what was at this serial */
    struct memory_counts counts;
    long fail_in[MEMORY_CALLS];
    enum rc fail_rc[MEMORY_CALLS];
    struct memory_fault *faults; /* owned */
    size_t fault_count, fault_cap;
    char **hidden_ids; /* owned */
    size_t hidden_count, hidden_cap;
    enum rc creates_rc;
    bool list_nothing, lose_answer, folders_gone, twice;
    const char *telling; /* as whom; NULL: not */
    long folder_count;   /* to claim, plus one; 0: the truth */
    void (*before)(struct store *, void *);
    void (*after)(struct store *, void *);
    void *before_user, *after_user;
    struct memory_stop *stop;
    struct store_folders made; /* by make_folder */
};

static struct memory_store *memory_of(struct store *s)
{
    return (struct memory_store *)(void *)s;
}

/* ---- items ---- */

static struct memory_item *find(const struct memory_store *m, const char *folder, const char *id)
{
    for (size_t i = 0; i < m->count; i++) {
        struct memory_item *item = m->items[i];
        if (!item->gone && str_eq(item->folder, folder) && str_eq(item->id, id)) {
            return item;
        }
    }
    return NULL;
}

static void cut(struct json *object, const char *key, size_t n)
{
    const char *text = json_get_str(object, key);
    if (n && text && strlen(text) > n) {
        CLEANUP(mem_free) char *head = mem_strndup(text, n);
        json_set_str(object, key, head);
    }
}

static void recode(struct json *doc, const char *member)
{
    const char *text = member ? json_get_str(doc, member) : NULL;
    if (text && strncmp(text, "value-", 6) == 0) {
        CLEANUP(mem_free) char *code = str_printf("no. %s", text + 6);
        json_set_str(doc, member, code);
    }
}

/* The entries in reverse order under ids of the store's own making. */
static void own_ids(struct json *doc)
{
    for (struct json *m = json_first(doc); m; m = json_next(m)) {
        if (!shape_id_map(json_key(m)) || !json_is_object(m)) {
            continue;
        }
        size_t n = json_count(m);
        struct json **entries = mem_realloc(NULL, n + 1, sizeof *entries);
        for (size_t i = 0; i < n; i++) {
            CLEANUP(mem_free) char *key = mem_strdup(json_key(json_first(m)));
            entries[i] = json_detach(m, key);
        }
        for (size_t i = n; i-- > 0;) {
            CLEANUP(mem_free) char *key = str_printf("e%zu", n - i);
            json_set(m, key, entries[i]);
        }
        free(entries);
    }
}

/* All notes in one, with Outlook's line breaks. */
static void join_notes(struct json *doc)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (const struct json *e = json_first(json_get(doc, "notes")); e; e = json_next(e)) {
        buf_addf(&b, "%s%s", b.len ? "\r\n\r\n" : "", json_get_str(e, "note"));
    }
    CLEANUP(mem_free) char *text = buf_take(&b);
    json_remove(doc, "notes");
    if (*text) {
        json_set_str(json_need_object(json_need_object(doc, "notes"), "n1"), "note", text);
    }
}

/* What this store makes of a document. */
static struct json *normal_form(const struct memory_store *m, const struct json *doc)
{
    struct json *n = json_dup(doc);
    for (size_t i = 0; i < ARRAY_LEN(m->opt.drops) && m->opt.drops[i]; i++) {
        json_remove(n, m->opt.drops[i]);
    }
    cut(n, "title", m->opt.short_text);
    cut(json_get(n, "name"), "full", m->opt.short_text);
    recode(n, m->opt.recodes);
    if (m->opt.joins) {
        join_notes(n);
    }
    if (m->opt.own_ids) {
        own_ids(n);
    }
    return n;
}

/* What a store that knows items by id only must never be told: a uid, an item that is not there
 * (unless it was there when it became a member), the engine's own notes. */
static bool members_wrong(const struct memory_store *m, const char *folder,
    const struct json *before, const struct json *doc)
{
    bool wrong = json_get(doc, DOC_MEMBER_KEYS) != NULL;
    for (const struct json *k = json_first(json_get(doc, "members")); k; k = json_next(k)) {
        bool item = str_starts(json_key(k), DOC_MEMBER_ITEM);
        if (!m->opt.members_by_id) {
            wrong |= item;
        } else if (item) {
            wrong |= !json_get(json_get(before, "members"), json_key(k)) &&
                     !find(m, folder, json_key(k) + strlen(DOC_MEMBER_ITEM));
        } else {
            wrong |= !str_starts(json_key(k), "mailto:");
        }
    }
    return wrong;
}

static struct memory_item *find_anywhere(const struct memory_store *m, const char *id)
{
    static const char *const folders[ITEM_KINDS] = {
        MEMORY_CONTACTS, MEMORY_EVENTS, MEMORY_TASKS, MEMORY_NOTES};
    struct memory_item *item = NULL;
    for (size_t i = 0; i < ARRAY_LEN(folders) && !item; i++) {
        item = find(m, folders[i], id);
    }
    return item;
}

/* As Outlook shows members: by the names and addresses of the items, in whatever folder. */
static void add_cards(const struct memory_store *m, struct json *doc)
{
    for (const struct json *k = json_first(json_get(doc, "members")); k; k = json_next(k)) {
        const struct memory_item *item =
            str_starts(json_key(k), DOC_MEMBER_ITEM)
                ? find_anywhere(m, json_key(k) + strlen(DOC_MEMBER_ITEM))
                : NULL;
        const struct json *email = item ? json_first(json_get(item->doc, "emails")) : NULL;
        if (item) {
            struct json *card =
                json_need_object(json_need_object(doc, DOC_MEMBER_CARDS), json_key(k));
            json_set_str(card, "name", json_get_str(json_get(item->doc, "name"), "full"));
            json_set_str(card, "email", json_get_str(email, "address"));
        }
    }
}

static struct memory_item *add(
    struct memory_store *m, const char *folder, const char *id, const struct json *doc)
{
    struct memory_item *item = NEW(struct memory_item);
    item->folder = mem_strdup(folder);
    item->id = id ? mem_strdup(id) : str_printf("item-%ld", ++m->next_id);
    item->doc = normal_form(m, doc);
    item->serial = ++m->serial;
    item->hidden = item->serial;
    ARRAY_RESERVE(m->items, m->count, m->cap);
    m->items[m->count++] = item;
    return item;
}

static void moved(struct memory_store *m, struct memory_item *item)
{
    if (!m->lags || item->serial <= m->lag_at) {
        item->before = item->serial;
    }
    item->serial = ++m->serial;
}

static void remove_item(struct memory_store *m, struct memory_item *item)
{
    item->gone = true;
    moved(m, item);
}

static char *version_of(const struct memory_item *item)
{
    return str_printf("v%ld", item->serial);
}

static char *native_of(const struct memory_item *item)
{
    CLEANUP(mem_free) char *text = json_print(item->doc);
    return str_printf("%ld %s", item->hidden, text);
}

/* ---- faults ---- */

/* One step of the program's life; RC_OFFLINE if it is dead. `ret_after`: die once the effect has
 * taken place. */
static bool alive(struct memory_store *m, bool *ret_after)
{
    struct memory_stop *stop = m->stop;
    *ret_after = false;
    if (!stop) {
        return true;
    }
    if (stop->stopped) {
        return false;
    }
    stop->step++;
    if (stop->at == 0 || stop->step != stop->at) {
        return true;
    }
    if (stop->after) {
        *ret_after = true;
        return true;
    }
    stop->stopped = true;
    stop->on_stop(stop->user);
    return false;
}

static bool die(struct memory_store *m, bool now)
{
    if (now) {
        m->stop->stopped = true;
        m->stop->on_stop(m->stop->user);
    }
    return now;
}

static enum rc call_fault(struct memory_store *m, enum memory_call call)
{
    m->counts.calls++;
    if (m->fail_in[call] && --m->fail_in[call] == 0) {
        return m->fail_rc[call];
    }
    return RC_OK;
}

static enum rc dead(struct err *err)
{
    return err_set(err, RC_OFFLINE, 0, "memory store: stopped");
}

static enum rc item_fault(struct memory_store *m, const char *id, bool write)
{
    for (size_t i = 0; i < m->fault_count; i++) {
        if (str_eq(m->faults[i].id, id) && (write || !m->faults[i].writes_only)) {
            enum rc rc = m->faults[i].rc;
            if (m->faults[i].times && --m->faults[i].times == 0) {
                m->faults[i].rc = RC_OK;
            }
            return rc;
        }
    }
    return RC_OK;
}

/* ---- the interface ---- */

static struct store_folder copy_folder(const struct store_folder *f)
{
    struct store_folder copy = *f;
    copy.id = mem_strdup(f->id);
    copy.name = mem_strdup(f->name);
    copy.path = mem_strdup(f->path);
    return copy;
}

static enum rc memory_list_folders(struct store *s, struct store_folders *ret, struct err *err)
{
    const struct memory_store *m = memory_of(s);
    (void)err;
    static const char *const ids[ITEM_KINDS] = {
        MEMORY_CONTACTS, MEMORY_EVENTS, MEMORY_TASKS, MEMORY_NOTES};
    for (int kind = 0; kind < ITEM_KINDS && !m->folders_gone; kind++) {
        struct store_folder *f = store_folders_add(ret);
        f->id = mem_strdup(ids[kind]);
        f->name = mem_strdup(item_kind_folder_name((enum item_kind)kind));
        f->path = mem_strdup(f->name);
        f->kinds = 1u << kind;
        f->writable = f->is_default = true;
        f->count = m->folder_count ? m->folder_count - 1 : (long)memory_count(s, f->id);
    }
    for (size_t i = 0; i < m->made.count && !m->folders_gone; i++) {
        *store_folders_add(ret) = copy_folder(&m->made.items[i]);
    }
    return RC_OK;
}

static enum rc memory_make_folder(struct store *s, enum item_kind kind, const char *name,
    struct store_folder *ret, struct err *err)
{
    struct memory_store *m = memory_of(s);
    struct store_folders all CLEANUP_FINI(store_folders_fini) = {0};
    enum rc rc = memory_list_folders(s, &all, err);
    for (size_t i = 0; rc == RC_OK && i < all.count; i++) {
        if (all.items[i].kinds == 1u << kind && str_ieq(all.items[i].name, name)) {
            rc = err_set(err, RC_CONFLICT, 0, "memory store: there is a folder '%s' already", name);
        }
    }
    if (rc == RC_OK && m->creates_rc != RC_OK) {
        rc = err_set(err, m->creates_rc, 0, "memory store: no folder '%s' on purpose", name);
    }
    if (rc != RC_OK) {
        return rc;
    }
    struct store_folder *f = store_folders_add(&m->made);
    f->id = str_printf("memory:made-%zu", m->made.count);
    f->name = mem_strdup(name);
    f->path = mem_strdup(name);
    f->kinds = 1u << kind;
    f->writable = true;
    f->count = 0;
    if (m->lose_answer) {
        m->lose_answer = false;
        return err_set(err, RC_OFFLINE, 0, "memory store: the answer was lost on purpose");
    }
    *ret = copy_folder(f);
    return RC_OK;
}

static bool hidden(const struct memory_store *m, const char *id)
{
    for (size_t i = 0; i < m->hidden_count; i++) {
        if (str_eq(m->hidden_ids[i], id)) {
            return true;
        }
    }
    return false;
}

static void list_item(const struct memory_store *m, const struct memory_item *item,
    const char *folder, long since, struct store_changes *ret)
{
    bool late = m->lags && item->serial > m->lag_at; /* shown as it was before */
    long serial = late ? item->before : item->serial;
    if (!str_eq(item->folder, folder) || serial <= since) {
        return;
    }
    if (item->gone && !late) {
        if (!ret->full && !find(m, folder, item->id)) {
            store_changes_add(ret, item->id, NULL, true);
        }
    } else if (!hidden(m, item->id) && !(m->list_nothing && ret->full)) {
        CLEANUP(mem_free) char *version = str_printf("v%ld", serial);
        store_changes_add(ret, item->id, version, false);
    }
}

static enum rc memory_changes(struct store *s, const char *folder, enum item_kind kind,
    const char *token, struct store_changes *ret, struct err *err)
{
    (void)kind;
    struct memory_store *m = memory_of(s);
    bool after;
    if (!alive(m, &after)) {
        return dead(err);
    }
    enum rc rc = call_fault(m, MEMORY_CHANGES);
    if (rc != RC_OK) {
        return err_set(err, rc, 0, "memory store: listing failed on purpose");
    }
    long epoch, since = 0;
    if (token && (sscanf(token, "t%ld-%ld", &epoch, &since) != 2 || epoch != m->epoch)) {
        return err_set(err, RC_TOKEN_INVALID, 0, "memory store: unknown token");
    }
    ret->full = !token;
    ret->proven = !m->opt.unproven;
    for (size_t i = 0; i < m->count; i++) {
        list_item(m, m->items[i], folder, since, ret);
    }
    if (m->opt.tokens) {
        ret->token = str_printf("t%ld-%ld", m->epoch, m->lags ? m->lag_at : m->serial);
    }
    return die(m, after) ? dead(err) : RC_OK;
}

static void fetch_one(
    struct memory_store *m, const char *folder, const char *id, struct store_items *ret)
{
    struct store_item *out = store_items_add(ret, id);
    struct memory_item *item = find(m, folder, id);
    out->rc = item_fault(m, id, false); /* may also be of one that is gone */
    if (!item && out->rc == RC_OK) {
        out->rc = RC_NOT_FOUND;
    }
    if (out->rc != RC_OK) {
        out->error = str_printf("memory store: item %s: %s", id, rc_name(out->rc));
        return;
    }
    out->version = version_of(item);
    out->doc = json_dup(item->doc);
    if (m->opt.members_by_id) {
        add_cards(m, out->doc);
    }
    out->native = native_of(item);
}

static enum rc memory_fetch(struct store *s, const char *folder, enum item_kind kind,
    const char *const *ids, size_t count, struct store_items *ret, struct err *err)
{
    (void)kind;
    struct memory_store *m = memory_of(s);
    bool after;
    if (!alive(m, &after)) {
        return dead(err);
    }
    enum rc rc = call_fault(m, MEMORY_FETCH);
    if (rc != RC_OK) {
        return err_set(err, rc, 0, "memory store: fetch failed on purpose");
    }
    for (size_t i = 0; i < count; i++) {
        m->counts.misuse += !ids[i];
        fetch_one(m, folder, ids[i], ret);
    }
    return die(m, after) ? dead(err) : RC_OK;
}

static enum rc create_op(struct memory_store *m, const char *folder, struct store_op *op)
{
    if (m->creates_rc != RC_OK) {
        return m->creates_rc;
    }
    const char *uid = json_get_str(op->doc, "uid");
    m->counts.misuse += m->opt.chosen_ids ? !op->id || !uid
                        : m->opt.by_uid   ? op->id || op->stamp || !uid
                                          : !op->stamp || op->id;
    if (op->id && find(m, folder, op->id)) {
        return RC_CONFLICT;
    }
    if (m->opt.unique_uids && uid && memory_id_by_uid(&m->base, folder, uid)) {
        return RC_CONFLICT;
    }
    m->counts.misuse += members_wrong(m, folder, NULL, op->doc);
    CLEANUP(mem_free) char *name = m->opt.own_names ? str_printf("own-%ld.item", m->serial) : NULL;
    struct memory_item *item = add(m, folder, name ? name : op->id, op->doc);
    item->stamp = mem_strdup(op->stamp);
    item->hidden = op->native ? strtol(op->native, NULL, 10) : item->hidden; /* native_of */
    if (m->opt.own_uids) {
        CLEANUP(mem_free) char *own = str_printf("made-here-%ld", item->serial);
        json_set_str(item->doc, "uid", own);
    }
    op->new_id = mem_strdup(item->id);
    op->new_version = m->opt.silent ? NULL : version_of(item);
    m->counts.creates++;
    return RC_OK;
}

static enum rc change_op(struct memory_store *m, const char *folder, struct store_op *op)
{
    struct memory_item *item = find(m, folder, op->id);
    if (!item) {
        return RC_NOT_FOUND;
    }
    CLEANUP(mem_free) char *version = version_of(item);
    if (!str_eq(version, op->version)) {
        return RC_CONFLICT;
    }
    if (op->kind == STORE_DELETE) {
        remove_item(m, item);
        m->counts.deletes++;
        return RC_OK;
    }
    CLEANUP(mem_free) char *native = native_of(item);
    m->counts.misuse += op->native && !str_eq(op->native, native);
    m->counts.misuse += members_wrong(m, folder, item->doc, op->doc);
    json_free(item->doc);
    item->doc = normal_form(m, op->doc);
    moved(m, item);
    op->new_version = m->opt.silent ? NULL : version_of(item);
    m->counts.updates++;
    return RC_OK;
}

static void commit_one(struct memory_store *m, const char *folder, struct store_op *op)
{
    enum rc rc = op->id ? item_fault(m, op->id, true) : RC_OK;
    if (rc == RC_OK) {
        rc = op->kind == STORE_CREATE ? create_op(m, folder, op) : change_op(m, folder, op);
    }
    op->rc = rc;
    if (rc != RC_OK) {
        op->error = str_printf("memory store: item %s: %s", op->id ? op->id : "(new)", rc_name(rc));
    }
    if (m->telling) {
        static const char *const kinds[] = {"create", "update", "delete"};
        CLEANUP(mem_free) char *doc = op->doc ? json_print(op->doc) : NULL;
        printf("      %s: %s %s: %s %s\n", m->telling, kinds[op->kind], op->id ? op->id : "",
            rc_name(rc), doc ? doc : "");
    }
}

static void run_hook(struct store *s, void (**f)(struct store *, void *), void *user)
{
    void (*hook)(struct store *, void *) = *f;
    *f = NULL;
    if (hook) {
        hook(s, user);
    }
}

static enum rc memory_commit(struct store *s, const char *folder, enum item_kind kind,
    struct store_op *ops, size_t count, struct err *err)
{
    (void)kind;
    struct memory_store *m = memory_of(s);
    enum rc rc = call_fault(m, MEMORY_COMMIT);
    for (size_t i = 0; i < count; i++) {
        ops[i].rc = RC_CANCELLED;
    }
    if (rc != RC_OK) {
        return err_set(err, rc, 0, "memory store: commit failed on purpose");
    }
    run_hook(s, &m->before, m->before_user);
    for (size_t i = 0; i < count; i++) {
        bool after;
        if (!alive(m, &after)) {
            return dead(err);
        }
        commit_one(m, folder, &ops[i]);
        if (m->twice && m->opt.chosen_ids) {
            store_op_fini(&ops[i]);
            commit_one(m, folder, &ops[i]);
        }
        if (die(m, after)) {
            return dead(err);
        }
    }
    m->twice = false;
    run_hook(s, &m->after, m->after_user);
    if (m->lose_answer) {
        m->lose_answer = false;
        for (size_t i = 0; i < count; i++) {
            store_op_fini(&ops[i]);
            ops[i].rc = RC_OFFLINE;
        }
        return err_set(err, RC_OFFLINE, 0, "memory store: the answer was lost on purpose");
    }
    return RC_OK;
}

static char *memory_choose_id(
    struct store *s, const char *folder, enum item_kind kind, const char *uid)
{
    (void)s;
    (void)folder;
    (void)kind;
    return str_printf("%s.item", uid);
}

static enum rc memory_find_stamp(struct store *s, const char *folder, enum item_kind kind,
    const char *stamp, char **ret_id, struct err *err)
{
    (void)kind;
    struct memory_store *m = memory_of(s);
    bool after;
    if (!alive(m, &after)) {
        return dead(err);
    }
    enum rc rc = call_fault(m, MEMORY_FIND_STAMP);
    if (rc != RC_OK) {
        return err_set(err, rc, 0, "memory store: search failed on purpose");
    }
    for (size_t i = 0; i < m->count; i++) {
        const struct memory_item *item = m->items[i];
        if (!item->gone && str_eq(item->folder, folder) && item->stamp &&
            str_eq(item->stamp, stamp)) {
            *ret_id = mem_strdup(item->id);
            return die(m, after) ? dead(err) : RC_OK;
        }
    }
    return die(m, after) ? dead(err)
                         : err_set(err, RC_NOT_FOUND, 0, "memory store: no item with this stamp");
}

static enum rc memory_find_uid(struct store *s, const char *folder, enum item_kind kind,
    const char *uid, char **ret_id, struct err *err)
{
    (void)kind;
    struct memory_store *m = memory_of(s);
    bool after;
    if (!alive(m, &after)) {
        return dead(err);
    }
    enum rc rc = call_fault(m, MEMORY_FIND_STAMP);
    if (rc != RC_OK) {
        return err_set(err, rc, 0, "memory store: search failed on purpose");
    }
    const char *id = memory_id_by_uid(s, folder, uid);
    if (die(m, after)) {
        return dead(err);
    }
    if (!id) {
        return err_set(err, RC_NOT_FOUND, 0, "memory store: no item of this uid");
    }
    *ret_id = mem_strdup(id);
    return RC_OK;
}

static void memory_free(struct store *s)
{
    struct memory_store *m = memory_of(s);
    for (size_t i = 0; i < m->count; i++) {
        free(m->items[i]->folder);
        free(m->items[i]->id);
        free(m->items[i]->stamp);
        json_free(m->items[i]->doc);
        free(m->items[i]);
    }
    for (size_t i = 0; i < m->fault_count; i++) {
        free(m->faults[i].id);
    }
    for (size_t i = 0; i < m->hidden_count; i++) {
        free(m->hidden_ids[i]);
    }
    free(m->items);
    free(m->faults);
    free(m->hidden_ids);
    store_folders_fini(&m->made);
    free(m);
}

static const struct store_vtbl vtbl_chosen = {
    .name = "memory",
    .list_folders = memory_list_folders,
    .changes = memory_changes,
    .fetch = memory_fetch,
    .commit = memory_commit,
    .choose_id = memory_choose_id,
    .make_folder = memory_make_folder,
    .free = memory_free,
};

static const struct store_vtbl vtbl_given = {
    .name = "memory",
    .list_folders = memory_list_folders,
    .changes = memory_changes,
    .fetch = memory_fetch,
    .commit = memory_commit,
    .find_stamp = memory_find_stamp,
    .make_folder = memory_make_folder,
    .free = memory_free,
};

static const struct store_vtbl vtbl_by_uid = {
    .name = "memory",
    .list_folders = memory_list_folders,
    .changes = memory_changes,
    .fetch = memory_fetch,
    .commit = memory_commit,
    .find_uid = memory_find_uid,
    .make_folder = memory_make_folder,
    .free = memory_free,
};

struct store *memory_store_new(const struct memory_options *options)
{
    struct memory_store *m = NEW(struct memory_store);
    m->base.vtbl = options->chosen_ids ? &vtbl_chosen
                   : options->by_uid   ? &vtbl_by_uid
                                       : &vtbl_given;
    m->base.members_by_id = options->members_by_id;
    m->opt = *options;
    return &m->base;
}

/* ---- the other hands ---- */

const char *memory_add(struct store *s, const char *folder, const char *id, struct json *doc)
{
    struct memory_item *item = add(memory_of(s), folder, id, doc);
    json_free(doc);
    return item->id;
}

bool memory_learn(
    struct store *s, const char *folder, const char *id, const char *path, struct json *v)
{
    struct memory_store *m = memory_of(s);
    struct memory_item *item = find(m, folder, id);
    struct err err = ERR_INIT;
    if (!item) {
        json_free(v);
        return false;
    }
    bool ok = json_pointer_set(item->doc, path, v, &err) == RC_OK;
    err_fini(&err);
    struct json *normal = normal_form(m, item->doc);
    json_free(item->doc);
    item->doc = normal;
    return ok;
}

bool memory_set(
    struct store *s, const char *folder, const char *id, const char *path, struct json *v)
{
    struct memory_item *item = find(memory_of(s), folder, id);
    bool ok = memory_learn(s, folder, id, path, v);
    if (item) {
        moved(memory_of(s), item);
    }
    return ok;
}

bool memory_remove(struct store *s, const char *folder, const char *id)
{
    struct memory_item *item = find(memory_of(s), folder, id);
    if (item) {
        remove_item(memory_of(s), item);
    }
    return item != NULL;
}

bool memory_touch(struct store *s, const char *folder, const char *id)
{
    struct memory_item *item = find(memory_of(s), folder, id);
    if (item) {
        moved(memory_of(s), item);
    }
    return item != NULL;
}

size_t memory_count(struct store *s, const char *folder)
{
    size_t n = 0;
    while (memory_id_at(s, folder, n)) {
        n++;
    }
    return n;
}

const char *memory_id_at(struct store *s, const char *folder, size_t i)
{
    struct memory_store *m = memory_of(s);
    for (size_t k = 0; k < m->count; k++) {
        if (!m->items[k]->gone && str_eq(m->items[k]->folder, folder) && i-- == 0) {
            return m->items[k]->id;
        }
    }
    return NULL;
}

const struct json *memory_doc(struct store *s, const char *folder, const char *id)
{
    const struct memory_item *item = find(memory_of(s), folder, id);
    return item ? item->doc : NULL;
}

long memory_hidden(struct store *s, const char *folder, const char *id)
{
    const struct memory_item *item = find(memory_of(s), folder, id);
    return item ? item->hidden : 0;
}

const char *memory_id_by_uid(struct store *s, const char *folder, const char *uid)
{
    const char *id;
    for (size_t i = 0; (id = memory_id_at(s, folder, i)); i++) {
        if (str_eq(json_get_str(memory_doc(s, folder, id), "uid"), uid)) {
            return id;
        }
    }
    return NULL;
}

struct memory_counts memory_counts(const struct store *s)
{
    return ((const struct memory_store *)(const void *)s)->counts;
}

void memory_fail_call(struct store *s, enum memory_call call, long n, enum rc rc)
{
    memory_of(s)->fail_in[call] = n;
    memory_of(s)->fail_rc[call] = rc;
}

void memory_fail_item(struct store *s, const char *id, enum rc rc, bool writes_only)
{
    struct memory_store *m = memory_of(s);
    for (size_t i = 0; i < m->fault_count; i++) {
        if (str_eq(m->faults[i].id, id)) {
            m->faults[i].rc = rc;
            m->faults[i].writes_only = writes_only;
            m->faults[i].times = 0;
            return;
        }
    }
    ARRAY_RESERVE(m->faults, m->fault_count, m->fault_cap);
    m->faults[m->fault_count++] = (struct memory_fault){mem_strdup(id), rc, writes_only, 0};
}

void memory_deny_item(struct store *s, const char *id, long times)
{
    struct memory_store *m = memory_of(s);
    memory_fail_item(s, id, RC_NOT_FOUND, false);
    for (size_t i = 0; i < m->fault_count; i++) {
        if (str_eq(m->faults[i].id, id)) {
            m->faults[i].times = times;
        }
    }
}

void memory_fail_creates(struct store *s, enum rc rc)
{
    memory_of(s)->creates_rc = rc;
}

void memory_hide(struct store *s, const char *id, bool hide)
{
    struct memory_store *m = memory_of(s);
    for (size_t i = 0; i < m->hidden_count; i++) {
        if (str_eq(m->hidden_ids[i], id)) {
            if (!hide) {
                free(m->hidden_ids[i]);
                m->hidden_ids[i] = m->hidden_ids[--m->hidden_count];
            }
            return;
        }
    }
    if (hide) {
        ARRAY_RESERVE(m->hidden_ids, m->hidden_count, m->hidden_cap);
        m->hidden_ids[m->hidden_count++] = mem_strdup(id);
    }
}

void memory_say_folders(struct store *s, bool gone, long count)
{
    memory_of(s)->folders_gone = gone;
    memory_of(s)->folder_count = count + 1;
}

void memory_lag(struct store *s, bool on)
{
    memory_of(s)->lags = on;
    memory_of(s)->lag_at = memory_of(s)->serial;
}

void memory_list_nothing(struct store *s, bool on)
{
    memory_of(s)->list_nothing = on;
}

void memory_list_unproven(struct store *s, bool on)
{
    memory_of(s)->opt.unproven = on;
}

void memory_forget_tokens(struct store *s)
{
    memory_of(s)->epoch++;
}

void memory_before_commit(struct store *s, void (*f)(struct store *s, void *user), void *user)
{
    memory_of(s)->before = f;
    memory_of(s)->before_user = user;
}

void memory_after_commit(struct store *s, void (*f)(struct store *s, void *user), void *user)
{
    memory_of(s)->after = f;
    memory_of(s)->after_user = user;
}

void memory_tell(struct store *s, const char *name)
{
    memory_of(s)->telling = name;
}

void memory_lose_answer(struct store *s)
{
    memory_of(s)->lose_answer = true;
}

void memory_send_twice(struct store *s)
{
    memory_of(s)->twice = true;
}

void memory_clear_faults(struct store *s)
{
    memory_of(s)->lose_answer = memory_of(s)->twice = false;
    memory_of(s)->before = memory_of(s)->after = NULL;
    for (int call = 0; call < MEMORY_CALLS; call++) {
        memory_of(s)->fail_in[call] = 0;
    }
}

void memory_set_stop(struct store *s, struct memory_stop *stop)
{
    memory_of(s)->stop = stop;
}
