/* The contract of a store, case by case. Each case leaves the folder as it found it: empty. */
#include "tests/conformance/suite.h"

#include "client/base/buf.h"
#include "client/item/doc.h"
#include "tests/conformance/documents.h"

#include <stdlib.h>
#include <string.h>

/* What a case works on. */
struct bench {
    struct check *c;
    struct store *store;
    const char *folder;
    enum item_kind kind;
    const char *prefix;
    char name[128];
};

static bool open_case(struct bench *b, const char *name)
{
    snprintf(b->name, sizeof b->name, "%s/%s/%s", b->prefix, item_kind_name(b->kind), name);
    return check_case(b->c, b->name);
}

static struct store_changes list(struct bench *b, const char *token)
{
    struct store_changes changes = {0};
    struct err err = ERR_INIT;
    check_ok(
        b->c, b->store->vtbl->changes(b->store, b->folder, b->kind, token, &changes, &err), &err);
    err_fini(&err);
    return changes;
}

static const struct store_change *find(const struct store_changes *changes, const char *id)
{
    for (size_t i = 0; i < changes->count; i++) {
        if (str_eq(changes->items[i].id, id)) {
            return &changes->items[i];
        }
    }
    return NULL;
}

static enum rc commit(struct bench *b, struct store_op *op)
{
    struct err err = ERR_INIT;
    check_ok(b->c, b->store->vtbl->commit(b->store, b->folder, b->kind, op, 1, &err), &err);
    err_fini(&err);
    return op->rc;
}

static struct store_item fetch(struct bench *b, const char *id)
{
    struct store_items items = {0};
    struct err err = ERR_INIT;
    check_ok(b->c, b->store->vtbl->fetch(b->store, b->folder, b->kind, &id, 1, &items, &err), &err);
    err_fini(&err);
    struct store_item item = {0};
    check_int(b->c, items.count, 1);
    if (items.count) {
        item = items.items[0];
        memset(&items.items[0], 0, sizeof items.items[0]);
        check_str(b->c, item.id, id);
    }
    store_items_fini(&items);
    return item;
}

static char *choose_id(struct bench *b, const struct json *doc)
{
    return b->store->vtbl->choose_id
               ? b->store->vtbl->choose_id(b->store, b->folder, b->kind, json_get_str(doc, "uid"))
               : NULL;
}

/* Creates the n-th sample and returns its id; reads the version back when the store did not tell.
 */
static char *create(struct bench *b, int n, char **ret_version)
{
    CLEANUP(json_free) struct json *doc = document_sample(b->kind, n);
    CLEANUP(mem_free) char *id = choose_id(b, doc);
    struct store_op op = {.kind = STORE_CREATE, .id = id, .doc = doc};
    if (commit(b, &op) != RC_OK) {
        check_fail(b->c, "create: %s: %s", rc_name(op.rc), op.error ? op.error : "");
    }
    char *new_id = mem_strdup(op.new_id ? op.new_id : id);
    store_op_fini(&op);
    struct store_item item = fetch(b, new_id);
    if (ret_version) {
        *ret_version = mem_strdup(item.version);
    }
    store_item_fini(&item);
    return new_id;
}

static void erase(struct bench *b, const char *id)
{
    struct store_item item = fetch(b, id);
    struct store_op op = {.kind = STORE_DELETE, .id = id, .version = item.version};
    if (commit(b, &op) != RC_OK) {
        check_fail(b->c, "delete %s: %s", id, op.error ? op.error : "");
    }
    store_op_fini(&op);
    store_item_fini(&item);
}

static void test_empty(struct bench *b)
{
    if (!open_case(b, "empty")) {
        return;
    }
    struct store_changes changes = list(b, NULL);
    check_true(b->c, changes.full);
    check_int(b->c, changes.count, 0);
    store_changes_fini(&changes);
}

static void test_create(struct bench *b)
{
    if (!open_case(b, "create")) {
        return;
    }
    CLEANUP(json_free) struct json *want = document_sample(b->kind, 1);
    CLEANUP(mem_free) char *version = NULL;
    CLEANUP(mem_free) char *id = create(b, 1, &version);
    struct store_item item = fetch(b, id);
    check_int(b->c, item.rc, RC_OK);
    check_true(b->c, document_contains(item.doc, want));
    check_str(b->c, item.version, version);
    struct store_changes changes = list(b, NULL);
    const struct store_change *change = find(&changes, id);
    check_int(b->c, changes.count, 1);
    check_str(b->c, change ? change->version : NULL,
        version); /* reading and listing tell the same version */
    store_changes_fini(&changes);
    store_item_fini(&item);
    erase(b, id);
}

static void test_create_twice(struct bench *b)
{
    if (!b->store->vtbl->choose_id || !open_case(b, "create-twice")) {
        return; /* a store that gives ids itself cannot be asked to repeat one */
    }
    CLEANUP(mem_free) char *id = create(b, 1, NULL);
    CLEANUP(json_free) struct json *doc = document_sample(b->kind, 1);
    document_edit(doc, b->kind, "second");
    struct store_op op = {.kind = STORE_CREATE, .id = id, .doc = doc};
    check_int(b->c, commit(b, &op), RC_CONFLICT);
    store_op_fini(&op);
    struct store_item item = fetch(b, id);
    check_true(b->c, !document_has_edit(item.doc, b->kind, "second"));
    store_item_fini(&item);
    erase(b, id);
}

static void test_update(struct bench *b)
{
    if (!open_case(b, "update")) {
        return;
    }
    CLEANUP(mem_free) char *version = NULL;
    CLEANUP(mem_free) char *id = create(b, 2, &version);
    struct store_item before = fetch(b, id);
    CLEANUP(json_free) struct json *doc = json_dup(before.doc);
    document_edit(doc, b->kind, "edited");
    struct store_op op = {
        .kind = STORE_UPDATE, .id = id, .version = version, .doc = doc, .native = before.native};
    if (commit(b, &op) != RC_OK) {
        check_fail(b->c, "update: %s", op.error);
    }
    CLEANUP(mem_free) char *now = mem_strdup(op.new_id ? op.new_id : id);
    store_op_fini(&op);
    struct store_item after = fetch(b, now);
    check_true(b->c, document_has_edit(after.doc, b->kind, "edited"));
    check_true(b->c, !str_eq(after.version, version));
    CLEANUP(json_free) struct json *rest = json_dup(after.doc);
    CLEANUP(json_free) struct json *want = json_dup(before.doc);
    document_edit(rest, b->kind, "same");
    document_edit(want, b->kind, "same");
    check_true(b->c, document_contains(rest, want)); /* nothing but the edited field changed */
    struct store_changes changes = list(b, NULL);
    check_int(b->c, changes.count, 1); /* an update is never a second item */
    store_changes_fini(&changes);
    store_item_fini(&before);
    store_item_fini(&after);
    erase(b, now);
}

static void test_update_without_native(struct bench *b)
{
    if (!open_case(b, "update-without-native")) {
        return;
    }
    CLEANUP(mem_free) char *version = NULL;
    CLEANUP(mem_free) char *id = create(b, 3, &version);
    CLEANUP(json_free) struct json *doc = document_sample(b->kind, 3);
    document_edit(doc, b->kind, "edited");
    struct store_op op = {.kind = STORE_UPDATE, .id = id, .version = version, .doc = doc};
    check_int(b->c, commit(b, &op), RC_OK);
    store_op_fini(&op);
    struct store_item after = fetch(b, id);
    check_true(b->c, document_has_edit(after.doc, b->kind, "edited"));
    store_item_fini(&after);
    erase(b, id);
}

static void test_stale(struct bench *b)
{
    if (!open_case(b, "stale-version")) {
        return;
    }
    CLEANUP(mem_free) char *old = NULL;
    CLEANUP(mem_free) char *id = create(b, 4, &old);
    CLEANUP(json_free) struct json *doc = document_sample(b->kind, 4);
    document_edit(doc, b->kind, "first");
    struct store_op first = {.kind = STORE_UPDATE, .id = id, .version = old, .doc = doc};
    check_int(b->c, commit(b, &first), RC_OK);
    store_op_fini(&first);
    document_edit(doc, b->kind, "second");
    struct store_op second = {.kind = STORE_UPDATE, .id = id, .version = old, .doc = doc};
    check_int(b->c, commit(b, &second), RC_CONFLICT);
    check_true(b->c, !str_empty(second.error));
    store_op_fini(&second);
    struct store_op gone = {.kind = STORE_DELETE, .id = id, .version = old};
    check_int(b->c, commit(b, &gone), RC_CONFLICT);
    store_op_fini(&gone);
    struct store_item item = fetch(b, id);
    check_true(b->c, document_has_edit(item.doc, b->kind, "first"));
    store_item_fini(&item);
    erase(b, id);
}

static void test_delete(struct bench *b)
{
    if (!open_case(b, "delete")) {
        return;
    }
    CLEANUP(mem_free) char *id = create(b, 5, NULL);
    erase(b, id);
    struct store_item item = fetch(b, id);
    check_int(b->c, item.rc, RC_NOT_FOUND); /* the positive proof that the engine asks for */
    store_item_fini(&item);
    struct store_changes changes = list(b, NULL);
    check_int(b->c, changes.count, 0);
    store_changes_fini(&changes);
}

/* An item may be told of again as it was: SOGo counts in seconds. Also that one is gone. */
static bool is_news(const struct store_changes *before, const struct store_change *now)
{
    const struct store_change *then = now ? find(before, now->id) : NULL;
    return now && (then ? !str_eq(then->version, now->version) : !now->gone);
}

static int count_news(const struct store_changes *before, const struct store_changes *now)
{
    int n = 0;
    for (size_t i = 0; i < now->count; i++) {
        n += is_news(before, &now->items[i]);
    }
    return n;
}

static void test_token(struct bench *b)
{
    if (!open_case(b, "token")) {
        return;
    }
    CLEANUP(mem_free) char *kept = create(b, 6, NULL);
    CLEANUP(mem_free) char *doomed = create(b, 7, NULL);
    struct store_changes first = list(b, NULL);
    if (!first.token) {
        check_true(b->c, first.full);
        erase(b, kept);
        erase(b, doomed);
        store_changes_fini(&first);
        return;
    }
    struct store_changes nothing = list(b, first.token);
    check_true(b->c, !nothing.full || nothing.count == 2);
    check_int(b->c, nothing.full ? 0 : count_news(&first, &nothing), 0);
    CLEANUP(mem_free) char *added = create(b, 8, NULL);
    erase(b, doomed);
    struct store_changes later = list(b, first.token);
    const struct store_change *plus = find(&later, added), *minus = find(&later, doomed);
    check_true(b->c, plus && !plus->gone && plus->version);
    check_true(b->c, later.full ? !minus : minus && minus->gone);
    check_true(b->c, later.full || !is_news(&first, find(&later, kept)));
    store_changes_fini(&first);
    store_changes_fini(&nothing);
    store_changes_fini(&later);
    erase(b, kept);
    erase(b, added);
}

static void test_bad_token(struct bench *b)
{
    if (!open_case(b, "bad-token")) {
        return;
    }
    struct store_changes changes = {0};
    struct err err = ERR_INIT;
    enum rc rc = b->store->vtbl->changes(
        b->store, b->folder, b->kind, "http://lockstep.example/no-such-token", &changes, &err);
    check_true(b->c, rc == RC_TOKEN_INVALID || (rc == RC_OK && changes.full));
    store_changes_fini(&changes);
    err_fini(&err);
}

#define MANY 60

static void test_many(struct bench *b)
{
    if (!open_case(b, "many")) {
        return;
    }
    struct store_op ops[MANY] = {{0}};
    struct json *docs[MANY];
    char *ids[MANY];
    for (int i = 0; i < MANY; i++) {
        docs[i] = document_sample(b->kind, 100 + i);
        ids[i] = choose_id(b, docs[i]);
        ops[i] = (struct store_op){.kind = STORE_CREATE, .id = ids[i], .doc = docs[i]};
    }
    struct err err = ERR_INIT;
    check_ok(b->c, b->store->vtbl->commit(b->store, b->folder, b->kind, ops, MANY, &err), &err);
    const char *fetch_ids[MANY];
    for (int i = 0; i < MANY; i++) {
        check_int(b->c, ops[i].rc, RC_OK);
        fetch_ids[i] = ops[i].new_id ? ops[i].new_id : ids[i];
    }
    struct store_items items = {0};
    check_ok(b->c,
        b->store->vtbl->fetch(b->store, b->folder, b->kind, fetch_ids, MANY, &items, &err), &err);
    check_int(b->c, items.count, MANY);
    for (size_t i = 0; i < items.count; i++) {
        check_str(b->c, items.items[i].id, fetch_ids[i]); /* in the order asked for */
        check_true(b->c, items.items[i].doc && document_contains(items.items[i].doc, docs[i]));
    }
    struct store_changes changes = list(b, NULL);
    check_int(b->c, changes.count, MANY);
    store_changes_fini(&changes);
    struct store_op deletes[MANY] = {{0}};
    for (size_t i = 0; i < items.count; i++) {
        deletes[i] = (struct store_op){
            .kind = STORE_DELETE, .id = fetch_ids[i], .version = items.items[i].version};
    }
    check_ok(b->c, b->store->vtbl->commit(b->store, b->folder, b->kind, deletes, items.count, &err),
        &err);
    for (int i = 0; i < MANY; i++) {
        check_int(b->c, deletes[i].rc, RC_OK);
        store_op_fini(&deletes[i]);
        store_op_fini(&ops[i]);
        json_free(docs[i]);
        free(ids[i]);
    }
    store_items_fini(&items);
    err_fini(&err);
}

static void test_one_bad(struct bench *b)
{
    if (!open_case(b, "one-bad-among-good")) {
        return;
    }
    CLEANUP(mem_free) char *id = create(b, 9, NULL);
    struct store_item item = fetch(b, id);
    CLEANUP(json_free) struct json *doc = json_dup(item.doc);
    document_edit(doc, b->kind, "good");
    struct store_op ops[2] = {
        {.kind = STORE_UPDATE, .id = id, .version = "no-such-version", .doc = doc},
        {.kind = STORE_UPDATE, .id = id, .version = item.version, .doc = doc}};
    struct err err = ERR_INIT;
    check_ok(b->c, b->store->vtbl->commit(b->store, b->folder, b->kind, ops, 2, &err), &err);
    check_int(b->c, ops[0].rc, RC_CONFLICT);
    check_int(b->c, ops[1].rc, RC_OK);
    store_op_fini(&ops[0]);
    store_op_fini(&ops[1]);
    store_item_fini(&item);
    err_fini(&err);
    erase(b, id);
}

static void test_stamp(struct bench *b)
{
    if (!b->store->vtbl->find_stamp || !open_case(b, "stamp")) {
        return;
    }
    CLEANUP(json_free) struct json *doc = document_sample(b->kind, 10);
    CLEANUP(mem_free) char *found = NULL;
    struct err err = ERR_INIT;
    struct store_op op = {.kind = STORE_CREATE, .doc = doc, .stamp = "stamp-4711"};
    check_int(b->c,
        b->store->vtbl->find_stamp(b->store, b->folder, b->kind, "stamp-4711", &found, &err),
        RC_NOT_FOUND);
    check_int(b->c, commit(b, &op), RC_OK);
    check_ok(b->c,
        b->store->vtbl->find_stamp(b->store, b->folder, b->kind, "stamp-4711", &found, &err), &err);
    check_str(b->c, found, op.new_id);
    erase(b, op.new_id);
    store_op_fini(&op);
    err_fini(&err);
}

static void test_find_uid(struct bench *b)
{
    if (!b->store->vtbl->find_uid || !open_case(b, "find-uid")) {
        return;
    }
    CLEANUP(json_free) struct json *doc = document_sample(b->kind, 11);
    CLEANUP(mem_free) char *found = NULL;
    const char *uid = json_get_str(doc, "uid");
    struct err err = ERR_INIT;
    struct store_op op = {.kind = STORE_CREATE, .doc = doc};
    check_int(b->c, b->store->vtbl->find_uid(b->store, b->folder, b->kind, uid, &found, &err),
        RC_NOT_FOUND);
    check_int(b->c, commit(b, &op), RC_OK);
    check_ok(b->c, b->store->vtbl->find_uid(b->store, b->folder, b->kind, uid, &found, &err), &err);
    check_str(b->c, found, op.new_id);
    erase(b, op.new_id);
    CLEANUP(mem_free) char *none = NULL;
    check_int(b->c, b->store->vtbl->find_uid(b->store, b->folder, b->kind, uid, &none, &err),
        RC_NOT_FOUND);
    store_op_fini(&op);
    err_fini(&err);
}

static void add_member(
    const struct bench *b, struct json *doc, const char *id, const char *uid, const char *email)
{
    CLEANUP(mem_free) char *by_id = str_printf("%s%s", DOC_MEMBER_ITEM, id);
    const char *key = b->store->members_by_id ? by_id : uid;
    json_set_bool(json_need_object(doc, "members"), key, true);
    struct json *card = json_need_object(json_need_object(doc, DOC_MEMBER_CARDS), key);
    json_set_str(card, "email", email);
    json_set_str(card, "uid", uid);
}

/* Two people and an address; then one of the people goes, and the others stay. */
static void test_group(struct bench *b)
{
    if (b->kind != ITEM_CONTACT || !open_case(b, "group")) {
        return;
    }
    CLEANUP(mem_free) char *first = create(b, 1, NULL);
    CLEANUP(mem_free) char *second = create(b, 2, NULL);
    CLEANUP(json_free) struct json *doc = document_group();
    CLEANUP(mem_free) char *chosen = choose_id(b, doc);
    add_member(b, doc, first, "conf-1-5d0e", "jm1@example.test");
    add_member(b, doc, second, "conf-2-5d0e", "jm2@example.test");
    struct store_op op = {.kind = STORE_CREATE, .id = chosen, .doc = doc};
    check_int(b->c, commit(b, &op), RC_OK);
    CLEANUP(mem_free) char *id = mem_strdup(op.new_id ? op.new_id : chosen);
    store_op_fini(&op);
    struct store_changes changes = list(b, NULL);
    check_int(b->c, changes.count, 3); /* a list is listed */
    store_changes_fini(&changes);
    struct store_item item = fetch(b, id);
    check_str(b->c, json_get_str(item.doc, "kind"), "group");
    check_str(b->c, json_get_str(json_get(item.doc, "name"), "full"), "Verteiler Süd");
    check_int(b->c, json_count(json_get(item.doc, "members")), 3);
    CLEANUP(json_free) struct json *less = json_dup(item.doc);
    CLEANUP(mem_free) char *key = mem_strdup(json_key(json_first(json_get(less, "members"))));
    json_remove(json_get(less, "members"), key);
    op = (struct store_op){.kind = STORE_UPDATE,
        .id = id,
        .version = item.version,
        .doc = less,
        .native = item.native};
    check_int(b->c, commit(b, &op), RC_OK);
    store_op_fini(&op);
    store_item_fini(&item);
    item = fetch(b, id);
    check_int(b->c, json_count(json_get(item.doc, "members")), 2);
    check_true(b->c, !json_get(json_get(item.doc, "members"), key));
    check_true(b->c, doc_same(less, item.doc));
    store_item_fini(&item);
    erase(b, id);
    erase(b, first);
    erase(b, second);
}

void conformance_run(struct check *c, const char *prefix, struct store *store, const char *folder,
    enum item_kind kind)
{
    struct bench b = {.c = c, .store = store, .folder = folder, .kind = kind, .prefix = prefix};
    test_empty(&b);
    test_create(&b);
    test_create_twice(&b);
    test_update(&b);
    test_update_without_native(&b);
    test_stale(&b);
    test_delete(&b);
    test_token(&b);
    test_bad_token(&b);
    test_many(&b);
    test_one_bad(&b);
    test_find_uid(&b);
    test_stamp(&b);
    test_group(&b);
}

char *conformance_folder(
    struct check *c, struct store *store, enum item_kind kind, const char *want)
{
    struct store_folders folders = {0};
    struct err err = ERR_INIT;
    check_ok(c, store->vtbl->list_folders(store, &folders, &err), &err);
    const struct store_folder *found = NULL;
    for (size_t i = 0; i < folders.count; i++) {
        const struct store_folder *f = &folders.items[i];
        bool fits = (f->kinds & 1u << kind) && f->writable;
        if (want ? fits && (str_eq(f->name, want) || str_eq(f->path, want))
                 : fits && (f->is_default || !found)) {
            found = f;
            if (f->is_default) {
                break;
            }
        }
    }
    char *id = found ? mem_strdup(found->id) : NULL;
    if (!id) {
        check_fail(c, "no writable folder for %ss%s%s", item_kind_name(kind),
            want ? " called " : "", want ? want : "");
    }
    store_folders_fini(&folders);
    err_fini(&err);
    return id;
}
