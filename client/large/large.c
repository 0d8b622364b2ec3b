/* The store in between: portions, and the second try without photo and files. What is cut out and put in is
 * ref.c. */
#include "client/large/private.h"

#include "client/base/buf.h"

#define FIRST_PORTION 8   /* items; grows as long as they turn out small */
#define BATCH         100 /* of an inner store that has no wish */

struct large {
    struct store base;
    struct store_vtbl vtbl; /* the inner store's, with our fetch and commit */
    struct store *inner;    /* borrowed */
    struct large_options opt;
    size_t portion; /* items to ask for at once */
};

static struct large *large_of(struct store *s)
{
    return (struct large *)s;
}

static enum rc large_list_folders(struct store *s, struct store_folders *ret, struct err *err)
{
    struct store *inner = large_of(s)->inner;
    return inner->vtbl->list_folders(inner, ret, err);
}

static enum rc large_changes(struct store *s, const char *folder, enum item_kind kind,
    const char *token, struct store_changes *ret, struct err *err)
{
    struct store *inner = large_of(s)->inner;
    enum rc rc = inner->vtbl->changes(inner, folder, kind, token, ret, err);
    s->members_by_id = inner->members_by_id; /* dav knows it only of a folder */
    return rc;
}

static char *large_choose_id(
    struct store *s, const char *folder, enum item_kind kind, const char *uid)
{
    struct store *inner = large_of(s)->inner;
    return inner->vtbl->choose_id(inner, folder, kind, uid);
}

static enum rc large_find_stamp(struct store *s, const char *folder, enum item_kind kind,
    const char *stamp, char **ret_id, struct err *err)
{
    struct store *inner = large_of(s)->inner;
    return inner->vtbl->find_stamp(inner, folder, kind, stamp, ret_id, err);
}

static enum rc large_find_uid(struct store *s, const char *folder, enum item_kind kind,
    const char *uid, char **ret_id, struct err *err)
{
    struct store *inner = large_of(s)->inner;
    return inner->vtbl->find_uid(inner, folder, kind, uid, ret_id, err);
}

/* ---- reading ---- */

static size_t portion_max(const struct large *l)
{
    return l->inner->batch ? l->inner->batch : BATCH;
}

static void portion_adapt(struct large *l, size_t bytes)
{
    if (bytes > LARGE_PORTION && l->portion > 1) {
        l->portion /= 2;
    } else if (bytes < LARGE_PORTION / 4 && l->portion < portion_max(l)) {
        l->portion = l->portion * 2 < portion_max(l) ? l->portion * 2 : portion_max(l);
    }
}

/* What was read goes to its place; what the store had no room for stays among the open ones. All of
 * it in one transaction: a photo each would be as many waits for the disk. */
static enum rc take(struct large *l, struct store_items *part, const size_t *place,
    struct store_items *all, size_t *open, size_t *ret_open, size_t *ret_bytes, struct err *err)
{
    bool any = false, own = !l->opt.preview && !state_in_transaction(l->opt.state);
    size_t left = 0;
    for (size_t i = 0; i < part->count; i++) {
        any = any || part->items[i].rc != RC_INCOMPLETE;
    }
    enum rc rc = own ? state_begin(l->opt.state, err) : RC_OK;
    for (size_t i = 0; i < part->count && rc == RC_OK; i++) {
        struct store_item *item = &part->items[i], *to = &all->items[place[i]];
        if (any && item->rc == RC_INCOMPLETE) {
            open[left++] = place[i];
            continue;
        }
        rc = large_cut(&l->opt, item, ret_bytes, err);
        store_item_fini(to);
        *to = *item;
        *item = (struct store_item){0};
    }
    if (own && rc == RC_OK) {
        rc = state_commit(l->opt.state, err);
    } else if (own) {
        state_rollback(l->opt.state);
    }
    *ret_open = left;
    return rc;
}

/* One call of the inner store for the first of the open places; the others move up behind those it
 * had no room for. */
static enum rc fetch_portion(struct large *l, const char *folder, enum item_kind kind,
    const char *const *ids, size_t *open, size_t *count, struct store_items *all, struct err *err)
{
    size_t n = *count < l->portion ? *count : l->portion, left = 0, bytes = 0;
    CLEANUP(mem_free) const char **some = mem_alloc(n * sizeof *some);
    CLEANUP(mem_free) size_t *place = mem_dup(open, n * sizeof *place);
    struct store_items part CLEANUP_FINI(store_items_fini) = {0};
    for (size_t i = 0; i < n; i++) {
        some[i] = ids[place[i]];
    }
    l->inner->fetch_bytes = LARGE_PORTION;
    enum rc rc = l->inner->vtbl->fetch(l->inner, folder, kind, some, n, &part, err);
    l->inner->fetch_bytes = 0;
    if (rc == RC_OK && part.count != n) {
        rc = err_set(err, RC_INTERNAL, 0, "asked for %zu items, got %zu", n, part.count);
    }
    if (rc == RC_OK) {
        rc = take(l, &part, place, all, open, &left, &bytes, err);
    }
    if (rc == RC_OK) {
        for (size_t i = n; i < *count; i++) {
            open[left + i - n] = open[i];
        }
        *count = left + *count - n;
        portion_adapt(l, bytes);
    }
    return rc;
}

static enum rc large_fetch(struct store *s, const char *folder, enum item_kind kind,
    const char *const *ids, size_t count, struct store_items *ret, struct err *err)
{
    struct large *l = large_of(s);
    struct store_items all = {0};
    CLEANUP(mem_free) size_t *open = mem_alloc((count + 1) * sizeof *open);
    for (size_t i = 0; i < count; i++) {
        (void)store_items_add(&all, ids[i]);
        open[i] = i;
    }
    enum rc rc = RC_OK;
    for (size_t left = count; left && rc == RC_OK;) {
        rc = fetch_portion(l, folder, kind, ids, open, &left, &all, err);
    }
    s->members_by_id = l->inner->members_by_id;
    if (rc != RC_OK) {
        store_items_fini(&all);
        return rc;
    }
    *ret = all;
    return RC_OK;
}

/* ---- writing ---- */

static void take_result(struct store_op *to, struct store_op *from)
{
    to->rc = from->rc;
    to->error = TAKE(from->error);
    to->note = TAKE(from->note);
    to->new_id = TAKE(from->new_id);
    to->new_version = TAKE(from->new_version);
}

/* The store said no for good, and nothing was written: it may be the photo or the files that it does
 * not like. */
static bool is_refusal(enum rc rc)
{
    return rc == RC_TOO_BIG || rc == RC_REFUSED || rc == RC_INVALID || rc == RC_UNSUPPORTED;
}

static enum rc try_without(
    struct large *l, const char *folder, enum item_kind kind, struct store_op *op, struct err *err)
{
    CLEANUP(json_free) struct json *doc = large_without(op->doc);
    struct store_op second = {.kind = op->kind,
        .id = op->id,
        .version = op->version,
        .doc = doc,
        .native = op->native,
        .stamp = op->stamp,
        .rc = RC_CANCELLED};
    enum rc rc = l->inner->vtbl->commit(l->inner, folder, kind, &second, 1, err);
    if (second.rc == RC_OK) {
        CLEANUP(mem_free) char *why = TAKE(op->error);
        take_result(op, &second);
        free(op->note);
        op->note = str_printf(kind == ITEM_CONTACT
                                  ? "its photo was left out, as it was refused, and stays on the "
                                    "other side (%s)"
                                  : "its attached files were left out, as they were refused, and "
                                    "stay on the other side (%s)",
            why ? why : "no reason given");
    }
    store_op_fini(&second);
    return rc;
}

static void note_kept(
    const struct large *l, enum item_kind kind, const struct large_whole *w, struct store_op *op)
{
    const char *name = w->kept_name;
    if (op->rc != RC_OK || op->note || !w->kept) {
        return;
    }
    CLEANUP(mem_free)
    char *what = kind == ITEM_CONTACT ? mem_strdup("its photo")
                 : name               ? str_printf("its attached file \"%.80s\"", name)
                                      : mem_strdup("a file attached to it");
    op->note = str_printf("%s (%zu KB) is larger than this link lets pass (%zu KB) and stays on "
                          "the other side",
        what, (w->kept + 1023) / 1024, l->opt.limit / 1024);
}

/* Ops up to about a portion of bytes; *ret_count: how many. */
static enum rc commit_portion(struct large *l, const char *folder, enum item_kind kind,
    struct store_op *ops, size_t count, size_t *ret_count, struct err *err)
{
    CLEANUP(mem_free) struct store_op *mine = mem_dup(ops, count * sizeof *mine);
    CLEANUP(mem_free) struct large_whole *whole = mem_alloc(count * sizeof *whole);
    size_t n = 0;
    enum rc rc = RC_OK;
    for (size_t bytes = 0; n < count && bytes < LARGE_PORTION && rc == RC_OK; n++) {
        rc = large_expand(&l->opt, &ops[n], &whole[n], err);
        mine[n].doc = whole[n].doc ? whole[n].doc : ops[n].doc;
        mine[n].native = whole[n].native ? whole[n].native : ops[n].native;
        bytes += whole[n].bytes;
    }
    if (rc == RC_OK) {
        rc = l->inner->vtbl->commit(l->inner, folder, kind, mine, n, err);
        for (size_t i = 0; i < n; i++) {
            if (rc == RC_OK && whole[i].large && is_refusal(mine[i].rc)) {
                rc = try_without(l, folder, kind, &mine[i], err);
            }
            note_kept(l, kind, &whole[i], &mine[i]);
            take_result(&ops[i], &mine[i]);
        }
    }
    for (size_t i = 0; i < n; i++) {
        large_whole_fini(&whole[i]);
    }
    *ret_count = n;
    return rc;
}

static enum rc large_commit(struct store *s, const char *folder, enum item_kind kind,
    struct store_op *ops, size_t count, struct err *err)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < count; i++) {
        ops[i].rc = RC_CANCELLED;
    }
    for (size_t done = 0; done < count && rc == RC_OK;) {
        size_t n = 0;
        rc = commit_portion(large_of(s), folder, kind, ops + done, count - done, &n, err);
        done += n;
    }
    return rc;
}

/* ---- */

static void large_free(struct store *s)
{
    free(s);
}

struct store *large_store_new(struct store *inner, const struct large_options *options)
{
    struct large *l = NEW(struct large);
    l->inner = inner;
    l->opt = *options;
    l->portion = FIRST_PORTION;
    l->vtbl = (struct store_vtbl){
        .name = inner->vtbl->name,
        .list_folders = large_list_folders,
        .changes = large_changes,
        .fetch = large_fetch,
        .commit = large_commit,
        .choose_id = inner->vtbl->choose_id ? large_choose_id : NULL,
        .find_stamp = inner->vtbl->find_stamp ? large_find_stamp : NULL,
        .find_uid = inner->vtbl->find_uid ? large_find_uid : NULL,
        .free = large_free,
    };
    l->base = (struct store){.vtbl = &l->vtbl,
        .log = inner->log,
        .members_by_id = inner->members_by_id,
        .batch = inner->batch};
    return &l->base;
}
