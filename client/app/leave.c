/* The end of a link: what is known of its pairs goes, items stay. On demand also the marks that Lockstep
 * has put on items of a store that keeps them (Outlook), so that nothing of it is left there. */
#include "client/app/private.h"

#include "client/base/buf.h"

#define BATCH 100

struct leaving {
    const struct known *known;
    const struct state_link *link;
    int64_t cleaned, failed;
    char *why; /* owned; of the first that failed */
};

/* Marks are what another link of the folder finds its items by after a crash. */
static enum rc used_by_another(const struct leaving *l, enum side s, struct err *err)
{
    const struct state_link_side *own = &l->link->side[s];
    for (size_t i = 0; i < l->known->links.count; i++) {
        const struct state_link *other = &l->known->links.items[i];
        for (int t = SIDE_LEFT; t <= SIDE_RIGHT && other->id != l->link->id; t++) {
            if (other->side[t].account == own->account &&
                str_eq(other->side[t].folder, own->folder)) {
                return err_set(err, RC_CONFLICT, 0,
                    "the link '%s' needs the marks in %s: end it first, or leave them", other->name,
                    own->folder_name);
            }
        }
    }
    return RC_OK;
}

static void count(struct leaving *l, struct store_op *op)
{
    bool gone = op->rc == RC_NOT_FOUND; /* deleted meanwhile */
    l->cleaned += op->rc == RC_OK;
    l->failed += op->rc != RC_OK && !gone;
    if (op->rc != RC_OK && !gone && !l->why) {
        l->why = mem_strdup(op->error);
    }
    store_op_fini(op);
}

static enum rc clean_folder(
    struct leaving *l, struct store *store, const char *folder, struct err *err)
{
    struct store_changes all CLEANUP_FINI(store_changes_fini) = {0};
    enum rc rc = store->vtbl->changes(store, folder, l->link->kind, NULL, &all, err);
    for (size_t at = 0; at < all.count && rc == RC_OK; at += BATCH) {
        struct store_op ops[BATCH] = {{0}};
        size_t n = 0;
        for (; n < BATCH && at + n < all.count; n++) {
            ops[n] = (struct store_op){.kind = STORE_UNMARK, .id = all.items[at + n].id};
        }
        rc = store->vtbl->commit(store, folder, l->link->kind, ops, n, err);
        for (size_t i = 0; i < n; i++) {
            count(l, &ops[i]);
        }
    }
    return rc;
}

static enum rc clean_side(struct app *app, struct leaving *l, enum side s, struct err *err)
{
    const struct state_link_side *side = &l->link->side[s];
    struct state_account account CLEANUP_FINI(state_account_fini) = {0};
    struct store *store = NULL;
    enum rc rc =
        app_account_find(app, account_name_of(&l->known->accounts, side->account), &account, err);
    if (rc == RC_OK) {
        rc = app_store_open(app, &account, NULL, &store, err);
    }
    if (rc == RC_OK && store->vtbl->find_stamp) {
        rc = used_by_another(l, s, err);
        rc = rc == RC_OK ? clean_folder(l, store, side->folder, err) : rc;
    }
    store_free(store);
    return rc;
}

/* Both sides; what cannot be cleaned keeps the link, so that it can be said again. */
static enum rc clean(struct app *app, struct leaving *l, struct err *err)
{
    enum rc rc = clean_side(app, l, SIDE_LEFT, err);
    if (rc == RC_OK) {
        rc = clean_side(app, l, SIDE_RIGHT, err);
    }
    if (rc == RC_OK && l->failed) {
        rc = err_set(err, RC_REFUSED, 0,
            "the marks of %lld items could not be taken off, and the link stays: %s",
            (long long)l->failed, l->why ? l->why : "");
    }
    free(l->why);
    l->why = NULL;
    return rc;
}

enum rc app_link_remove(
    struct app *app, const char *name, bool marks, struct json **ret, struct err *err)
{
    struct known known CLEANUP_FINI(known_fini) = {0};
    struct state_link link CLEANUP_FINI(state_link_fini) = {0};
    struct leaving l = {&known, &link, 0, 0, NULL};
    enum rc rc = forbid_check(app, FORBID_LINKS, err);
    if (rc == RC_OK) {
        rc = known_load(app, &known, err);
    }
    if (rc == RC_OK) {
        rc = state_link_find(known.state, name, &link, err);
    }
    if (rc == RC_OK && marks) {
        rc = clean(app, &l, err);
    }
    if (rc == RC_OK) {
        rc = state_link_delete(known.state, link.id, err);
    }
    if (rc == RC_OK) {
        large_prune(app);
        *ret = json_object();
        json_set_str(*ret, "link", link.name);
        json_set_int(*ret, "unmarked", l.cleaned);
    }
    return rc;
}
