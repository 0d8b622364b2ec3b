/* Members of groups, which name other items: README.md, "Members of groups", tells the rules.
 *
 * Within the engine a member's key is one for both sides: the uid of the pair it is in, in one
 * spelling, or mailto: and an address. refs_enter makes that of a document as a store gave it,
 * refs_leave makes the store's spelling again. DOC_MEMBER_KEYS in the side's document remembers how
 * it spelled what, so that nothing changes there that nobody changed, whatever became of the item
 * meanwhile. */
#include "client/sync/internal.h"

#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/item/match.h"
#include "client/state/wait.h"

#define MAILTO "mailto:"

bool refs_is_group(const struct json *doc)
{
    return str_eq(json_get_str(doc, "kind"), "group");
}

static bool is_item(const char *key)
{
    return str_starts(key, DOC_MEMBER_ITEM);
}

static bool is_mailto(const char *key)
{
    return str_istarts(key, MAILTO);
}

static char *mailto_key(const char *address)
{
    CLEANUP(mem_free) char *lower = str_lower(address);
    return str_printf("%s%s", MAILTO, lower);
}

/* ---- which item a key means ---- */

void refs_index(struct run *r, struct entry *e, bool add)
{
    if (!r->by_ref || !e->pair.uid) {
        return;
    }
    CLEANUP(mem_free) char *key = match_uid_plain(e->pair.uid);
    if (add && !map_has(r->by_ref, key)) {
        map_put(r->by_ref, key, e);
    } else if (!add && map_get(r->by_ref, key) == e) {
        map_remove(r->by_ref, key);
    }
}

/* Most folders hold no group: the index is made when the first one is seen. */
static struct entry *entry_by_uid(struct run *r, const char *key)
{
    if (!r->by_ref) {
        r->by_ref = map_new();
        for (size_t i = 0; i < r->count; i++) {
            if (!r->entries[i]->dead) {
                refs_index(r, r->entries[i], true);
            }
        }
    }
    struct entry *e = map_get(r->by_ref, key);
    return e && !e->dead ? e : NULL;
}

static struct entry *entry_by_item(const struct run *r, enum side s, const char *key)
{
    struct entry *e = map_get(r->by_id[s], key + strlen(DOC_MEMBER_ITEM));
    return e && !e->dead ? e : NULL;
}

/* In step on both sides: whoever names it can be understood on the other. */
static bool entry_known(const struct entry *e)
{
    return e && !entry_half(e) && e->pair.has_base && e->pair.uid &&
           e->pair.side[SIDE_LEFT].look < PAIR_MISSING &&
           e->pair.side[SIDE_RIGHT].look < PAIR_MISSING;
}

/* Can it be named on both sides? A preview makes nothing, but knows what would be made. */
static bool can_name(const struct run *r, const struct entry *e)
{
    return entry_known(e) || (r->opt->preview && e && e->pair.uid && !e->held && !e->doubted);
}

/* ---- into the engine ---- */

/* The key of what `raw` names on that side. `known`: an earlier document of the same side, or
 * NULL. Caller frees. */
static char *key_of(
    struct run *r, enum side s, const char *raw, const struct json *known, const struct json *card)
{
    const char *before = json_get_str(json_get(known, DOC_MEMBER_KEYS), raw);
    if (before && !is_item(before)) {
        return mem_strdup(before);
    }
    if (is_mailto(raw)) {
        return mailto_key(raw + strlen(MAILTO));
    }
    if (!is_item(raw)) {
        return match_uid_plain(raw);
    }
    const struct entry *e = entry_by_item(r, s, raw);
    const char *email = json_get_str(card, "email");
    if (e && e->pair.uid) {
        return match_uid_plain(e->pair.uid);
    }
    /* Not of this folder: the other side can name it by address only. */
    return !e && !str_empty(email) ? mailto_key(email) : mem_strdup(raw);
}

/* Takes back an earlier refs_enter. */
static void spell_raw(struct json *doc)
{
    CLEANUP(json_free) struct json *keys = json_detach(doc, DOC_MEMBER_KEYS);
    CLEANUP(json_free) struct json *cards = json_detach(doc, DOC_MEMBER_CARDS);
    if (!keys) {
        if (cards) {
            json_set(doc, DOC_MEMBER_CARDS, TAKE(cards));
        }
        return;
    }
    struct json *members = json_object(), *raw_cards = json_object();
    for (const struct json *k = json_first(keys); k; k = json_next(k)) {
        const struct json *card = json_get(cards, json_str_value(k));
        if (json_get(json_get(doc, "members"), json_str_value(k))) {
            json_set_bool(members, json_key(k), true);
            if (card) {
                json_set(raw_cards, json_key(k), json_dup(card));
            }
        }
    }
    json_set(doc, "members", members);
    json_set(doc, DOC_MEMBER_CARDS, raw_cards);
}

void refs_enter(struct run *r, enum side s, struct json *doc, const struct json *known)
{
    if (!refs_is_group(doc)) {
        return;
    }
    spell_raw(doc);
    CLEANUP(json_free) struct json *raw = json_detach(doc, "members");
    CLEANUP(json_free) struct json *raw_cards = json_detach(doc, DOC_MEMBER_CARDS);
    struct json *members = json_object(), *keys = json_object(), *cards = json_object();
    for (const struct json *m = json_first(raw); m; m = json_next(m)) {
        const struct json *card = json_get(raw_cards, json_key(m));
        if (!json_bool_value(m, false) || str_empty(json_key(m))) {
            continue;
        }
        CLEANUP(mem_free) char *key = key_of(r, s, json_key(m), known, card);
        json_set_bool(members, key, true);
        json_set_str(keys, json_key(m), key);
        if (card && !json_get(cards, key)) {
            json_set(cards, key, json_dup(card));
        }
    }
    if (json_count(members)) {
        json_set(doc, "members", members);
        json_set(doc, DOC_MEMBER_KEYS, keys);
        json_set(doc, DOC_MEMBER_CARDS, cards);
    } else {
        json_free(members);
        json_free(keys);
        json_free(cards);
    }
}

/* ---- out of the engine ---- */

/* How a store is told of a member it does not have yet; NULL if it cannot be told (now). Caller
 * frees. */
static char *raw_for(struct run *r, enum side target, const char *key)
{
    if (is_mailto(key)) {
        return mem_strdup(key);
    }
    struct entry *e = is_item(key) ? NULL : entry_by_uid(r, key);
    if (r->store[target]->members_by_id) {
        const char *id = can_name(r, e) ? e->pair.side[target].id : NULL;
        return can_name(r, e) ? str_printf("%s%s", DOC_MEMBER_ITEM, id ? id : "") : NULL;
    }
    if (is_item(key) || (e && !can_name(r, e))) {
        return NULL;
    }
    return mem_strdup(e ? e->pair.uid : key);
}

static bool has_raw(const struct json *doc, const char *key)
{
    for (const struct json *k = json_first(json_get(doc, DOC_MEMBER_KEYS)); k; k = json_next(k)) {
        if (str_eq(json_str_value(k), key)) {
            return true;
        }
    }
    return false;
}

/* What to show for an item of the folder, from its document on that side. */
static struct json *card_of_item(struct run *r, enum side s, const struct entry *e)
{
    struct state_body body CLEANUP_FINI(state_body_fini) = {0};
    CLEANUP(json_free) struct json *doc = NULL;
    if (!e || !e->pair.has_base || state_body_load(r->state, e->pair.id, &body, NULL) != RC_OK ||
        json_parse(body.doc[s], strlen(body.doc[s]), &doc, NULL) != RC_OK) {
        return NULL;
    }
    struct json *card = json_object();
    CLEANUP(mem_free) char *title = doc_title(r->link.kind, doc);
    json_set_str(card, "name", title);
    json_set_str(card, "email", json_get_str(json_first(json_get(doc, "emails")), "address"));
    json_set_str(card, "kind", refs_is_group(doc) ? "group" : NULL);
    json_set_str(card, "uid", e->pair.uid);
    return card;
}

static void leave_member(struct run *r, enum side target, struct json *doc, const char *key,
    const char *raw, const struct json *names)
{
    json_set_bool(json_need_object(doc, "members"), raw, true);
    struct json *card = NULL;
    if (is_mailto(key) && json_get(names, key)) {
        card = json_dup(json_get(names, key));
    } else if (!is_mailto(key)) {
        card = card_of_item(
            r, target, is_item(key) ? entry_by_item(r, target, key) : entry_by_uid(r, key));
    }
    if (card) {
        json_set(json_need_object(doc, DOC_MEMBER_CARDS), raw, card);
    }
}

struct json *refs_leave(struct run *r, enum side target, bool create, const struct json *wanted,
    const struct json *other)
{
    struct json *doc = json_dup(wanted);
    CLEANUP(json_free) struct json *members = json_detach(doc, "members");
    CLEANUP(json_free) struct json *keys = json_detach(doc, DOC_MEMBER_KEYS);
    CLEANUP(json_free) struct json *names = json_detach(doc, DOC_MEMBER_CARDS);
    for (const struct json *k = json_first(keys); k; k = json_next(k)) {
        /* What a new item would name by an old id may have another by now. */
        if (json_get_bool(members, json_str_value(k), false) && !(create && is_item(json_key(k)))) {
            leave_member(r, target, doc, json_str_value(k), json_key(k), names);
            json_set_bool(members, json_str_value(k), false);
        }
    }
    for (const struct json *m = json_first(members); m; m = json_next(m)) {
        CLEANUP(mem_free)
        char *raw = json_bool_value(m, false) ? raw_for(r, target, json_key(m)) : NULL;
        if (raw) {
            leave_member(r, target, doc, json_key(m), raw, json_get(other, DOC_MEMBER_CARDS));
        }
    }
    return doc;
}

/* ---- what the target cannot hold (yet) ---- */

/* `wanted` as a document of its own. */
static void own_wanted(struct work_side *side)
{
    if (side->wanted_is_now) {
        side->wanted = json_dup(side->wanted);
        side->wanted_is_now = false;
    }
}

static void cancel_write(struct work_side *side)
{
    json_free(side->wanted);
    json_free(side->patch);
    side->wanted = side->patch = NULL;
    side->write = false;
}

static void drop_member(struct work *w, struct work_side *to, const char *key)
{
    CLEANUP(mem_free) char *escaped = json_pointer_escape(key);
    CLEANUP(mem_free) char *path = str_printf("members/%s", escaped);
    json_remove(json_get(to->wanted, "members"), key);
    json_remove(to->patch, path);
    w->waits = w->waits ? w->waits : json_object();
    json_set_bool(w->waits, key, true);
}

void refs_prune(struct run *r, struct work *w, enum side target)
{
    struct work_side *to = &w->side[target];
    if (!to->write || to->op == STATE_DELETE || !refs_is_group(to->wanted)) {
        return;
    }
    own_wanted(to);
    if (to->op == STATE_CREATE) {
        json_remove(to->wanted, DOC_MEMBER_KEYS); /* the other side's spelling, or an old one */
    }
    for (const struct json *m = json_first(json_get(to->wanted, "members")), *next; m; m = next) {
        next = json_next(m);
        CLEANUP(mem_free) char *key = mem_strdup(json_key(m));
        CLEANUP(mem_free)
        char *raw = has_raw(to->wanted, key) ? mem_strdup("") : raw_for(r, target, key);
        if (!raw) {
            drop_member(w, to, key);
        }
    }
    if (to->op == STATE_UPDATE && w->waits && doc_same(to->now, to->wanted)) {
        cancel_write(to);
    }
}

void refs_owe(const struct work *w, struct json *base)
{
    json_remove(base, DOC_MEMBER_CARDS);
    for (const struct json *m = json_first(w->waits); m; m = json_next(m)) {
        json_remove(json_get(base, "members"), json_key(m));
    }
}

struct json *refs_before(const struct entry *e, const struct json *base, const struct json *now)
{
    struct json *before = json_dup(base);
    for (const struct json *m = json_first(e->waits); m; m = json_next(m)) {
        if (json_get(json_get(now, "members"), json_key(m))) {
            json_set_bool(json_need_object(before, "members"), json_key(m), true);
        }
    }
    return before;
}

enum rc refs_settle(struct run *r, struct work *w, struct err *err)
{
    struct entry *e = w->entry;
    if (e->dead || (!e->waits && !w->waits)) {
        return RC_OK;
    }
    enum rc rc = state_wait_set(r->state, e->pair.id, w->waits, err);
    json_free(e->waits);
    e->waits = TAKE(w->waits);
    e->group = true;
    return rc;
}

/* ---- waking who waits ---- */

enum rc refs_load(struct run *r, struct err *err)
{
    struct state_waits waits = {0};
    enum rc rc = state_waits_load(r->state, r->link.id, &waits, err);
    size_t at = 0;
    for (size_t i = 0; rc == RC_OK && i < r->count && at < waits.count; i++) {
        if (r->entries[i]->pair.id == waits.items[at].pair) {
            r->entries[i]->waits = TAKE(waits.items[at].members);
            r->entries[i]->group = true;
            at++;
        }
    }
    state_waits_fini(&waits);
    return rc;
}

static bool has_come(struct run *r, const char *key)
{
    if (!is_item(key)) {
        return can_name(r, entry_by_uid(r, key));
    }
    return can_name(r, entry_by_item(r, SIDE_LEFT, key)) ||
           can_name(r, entry_by_item(r, SIDE_RIGHT, key));
}

static bool is_awake(struct run *r, const struct entry *e)
{
    for (const struct json *m = json_first(e->waits); m && !e->dead; m = json_next(m)) {
        if (has_come(r, json_key(m))) {
            return true;
        }
    }
    return false;
}

static enum rc wake(struct run *r, struct entry *e, struct err *err)
{
    for (int s = 0; s < 2; s++) {
        if (e->pair.side[s].look == PAIR_CLEAN) {
            e->pair.side[s].look = PAIR_LOOK;
        }
    }
    return run_entry_save(r, e, err);
}

enum rc refs_wake(struct run *r, bool *ret_any, struct err *err)
{
    enum rc rc = RC_OK;
    *ret_any = false;
    for (size_t i = 0; i < r->count && rc == RC_OK; i++) {
        struct entry *e = r->entries[i];
        if (!e->waits || e->held || e->failed || entry_half(e) || !is_awake(r, e)) {
            continue;
        }
        if (!*ret_any) {
            rc = state_begin(r->state, err);
            *ret_any = rc == RC_OK;
        }
        rc = rc == RC_OK ? wake(r, e, err) : rc;
    }
    if (!*ret_any) {
        return rc;
    }
    if (rc == RC_OK) {
        return state_commit(r->state, err);
    }
    state_rollback(r->state);
    return rc;
}
