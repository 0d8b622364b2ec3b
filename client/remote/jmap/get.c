/* ContactCard/get: cards as the server has them, in portions that it and we can take, and the texts
 * that a listing brought along for the fetch behind it. */
#include "client/remote/jmap/jmap_private.h"

#include "client/base/buf.h"
#include "client/base/sha256.h"

#include <string.h>

#define KEPT_MAX ((size_t)16 << 20)
#define TRIES    6

char *jmap_label(const char *id)
{
    return str_printf("contact %.80s", id);
}

/* Members in one order, so that a server which shuffles them gives the same version. */
char *jmap_version(const struct json *card)
{
    CLEANUP(mem_free) char *text = json_print_canonical(card);
    char hex[SHA256_HEX + 1];
    sha256_hex(text, strlen(text), hex);
    return mem_strndup(hex, 32);
}

/* ---- kept for a fetch ---- */
static char *kept_key(const char *account, const char *id)
{
    return str_printf("%s\n%s", account, id);
}

void jmap_forget_kept(struct jmap *j, const char *account, const char *id)
{
    CLEANUP(mem_free) char *key = kept_key(account, id);
    CLEANUP(mem_free) char *old = map_remove(j->kept, key);
    j->kept_size -= old ? strlen(old) : 0;
}

void jmap_keep(struct jmap *j, const char *account, const struct json *card)
{
    const char *id = json_get_str(card, "id");
    jmap_forget_kept(j, account, id);
    CLEANUP(mem_free) char *key = kept_key(account, id);
    CLEANUP(mem_free) char *text = json_print(card);
    if (j->kept_size + strlen(text) <= KEPT_MAX) {
        j->kept_size += strlen(text);
        map_put(j->kept, key, TAKE(text));
    }
}

struct json *jmap_take_kept(struct jmap *j, const char *account, const char *id)
{
    CLEANUP(mem_free) char *key = kept_key(account, id);
    CLEANUP(mem_free) char *text = map_remove(j->kept, key);
    struct json *card = NULL;
    if (text) {
        j->kept_size -= strlen(text);
        enum rc rc = json_parse(text, strlen(text), &card, NULL);
        (void)rc; /* printed by ourselves; if not, it is asked for again */
    }
    return card;
}

/* ---- getting ---- */
void jmap_cards_fini(struct jmap_cards *c)
{
    for (size_t i = 0; i < c->count; i++) {
        free(c->items[i].id);
        json_free(c->items[i].card);
        free(c->items[i].version);
        free(c->items[i].error);
    }
    free(c->items);
    free(c->state);
    memset(c, 0, sizeof *c);
}

struct getting {
    struct jmap *jmap;
    const char *account;
    struct map *open; /* owned; id -> struct jmap_card not answered yet */
    struct jmap_cards *cards;
    bool moved; /* the state is not the same in all answers */
};

static void take_state(struct getting *g, const struct json *answer)
{
    const char *state = json_get_str(answer, "state");
    if (!state || (g->cards->state && !str_eq(g->cards->state, state))) {
        g->moved = true;
    } else if (!g->cards->state) {
        g->cards->state = mem_strdup(state);
    }
}

static void take_list(struct getting *g, const struct json *answer)
{
    for (const struct json *v = json_first(json_get(answer, "list")); v; v = json_next(v)) {
        const char *id = json_get_str(v, "id");
        struct jmap_card *c = id ? map_remove(g->open, id) : NULL;
        if (c) { /* else it was not asked for, or is told twice */
            c->card = json_dup(v);
            c->rc = RC_OK;
        }
    }
    for (const struct json *v = json_first(json_get(answer, "notFound")); v; v = json_next(v)) {
        const char *id = json_str_value(v);
        struct jmap_card *c = id ? map_remove(g->open, id) : NULL;
        if (c) {
            CLEANUP(mem_free) char *label = jmap_label(id);
            c->rc = RC_NOT_FOUND;
            c->error = str_printf("%s: it is not there any more", label);
        }
    }
}

/* What the server shows only when asked by name (Cyrus): beside what it shows of itself. */
static void take_hidden(struct jmap_card *cards, size_t count, const struct json *answer)
{
    CLEANUP(map_free) struct map *by_id = map_new();
    for (const struct json *v = json_first(json_get(answer, "list")); v; v = json_next(v)) {
        if (json_get_str(v, "id")) {
            map_put(by_id, json_get_str(v, "id"), (void *)(uintptr_t)v);
        }
    }
    for (size_t i = 0; i < count; i++) {
        const struct json *more = map_get(by_id, cards[i].id);
        for (const char *const *name = card_vendor_names; cards[i].card && more && *name; name++) {
            const struct json *v = json_get(more, *name);
            if (v && !json_is_null(v)) {
                json_set(cards[i].card, *name, json_dup(v));
            }
        }
    }
}

static struct json *get_args(const struct getting *g, const struct jmap_card *cards, size_t count)
{
    struct json *args = jmap_args(g->account), *ids = json_array();
    for (size_t i = 0; i < count; i++) {
        json_append(ids, json_str(cards[i].id));
    }
    json_set(args, "ids", ids);
    return args;
}

static struct json *vendor_args(
    const struct getting *g, const struct jmap_card *cards, size_t count)
{
    struct json *args = get_args(g, cards, count), *names = json_array();
    json_append(names, json_str("id"));
    for (const char *const *name = card_vendor_names; *name; name++) {
        json_append(names, json_str(*name));
    }
    json_set(args, "properties", names);
    return args;
}

/* Both questions, in one request where the server takes two. RC_CONFLICT: they were answered in
 * different states. */
static enum rc ask(struct getting *g, struct jmap_card *cards, size_t count, struct err *err)
{
    struct jmap *j = g->jmap;
    bool hidden = count && j->hides_vendor;
    struct jmap_call calls[2] = {{.method = "ContactCard/get", .args = get_args(g, cards, count)},
        {.method = "ContactCard/get", .args = hidden ? vendor_args(g, cards, count) : NULL}};
    enum rc rc = jmap_calls(j, "reading contacts", calls, hidden ? 2 : 1, false, err);
    for (int i = 0; i <= hidden && rc == RC_OK; i++) {
        if (i && str_eq(calls[i].error, "invalidArguments")) {
            hidden = j->hides_vendor = false; /* it does not know such members at all */
        } else if (calls[i].rc != RC_OK) {
            /* Without what is hidden a card would look as if somebody had taken it away. */
            rc = err_set(err, calls[i].rc, calls[i].err.native, "%s", err_text(&calls[i].err));
        }
    }
    if (rc == RC_OK && hidden &&
        !str_eq(json_get_str(calls[0].ret, "state"), json_get_str(calls[1].ret, "state"))) {
        rc = RC_CONFLICT;
    }
    if (rc == RC_OK) {
        take_state(g, calls[0].ret);
        take_list(g, calls[0].ret);
    }
    if (rc == RC_OK && hidden) {
        take_hidden(cards, count, calls[1].ret);
    }
    jmap_call_fini(&calls[0]);
    jmap_call_fini(&calls[1]);
    return rc;
}

static enum rc get_some(struct getting *g, struct jmap_card *cards, size_t count, struct err *err)
{
    enum rc rc = RC_CONFLICT;
    for (int i = 0; i < TRIES && rc == RC_CONFLICT; i++) {
        rc = ask(g, cards, count, err);
    }
    return rc != RC_CONFLICT ? rc
                             : err_set(err, RC_SERVER, 0,
                                   "reading contacts: they are being changed all the time by "
                                   "somebody else; try again later");
}

/* An answer that is too large, or too deep, is asked for in halves, so that one bad card does not
 * hide the others. */
static enum rc get_range(struct getting *g, struct jmap_card *cards, size_t count, struct err *err)
{
    struct err why = ERR_INIT;
    enum rc rc = get_some(g, cards, count, &why);
    if (rc == RC_TOO_BIG && count > 1) {
        err_fini(&why);
        rc = get_range(g, cards, count / 2, err);
        return rc == RC_OK ? get_range(g, cards + count / 2, count - count / 2, err) : rc;
    }
    if (rc == RC_TOO_BIG && count == 1 && map_remove(g->open, cards[0].id)) {
        CLEANUP(mem_free) char *label = jmap_label(cards[0].id);
        cards[0].rc = RC_TOO_BIG;
        cards[0].error = str_printf("%s: %s", label, err_text(&why));
        rc = RC_OK;
    } else if (rc != RC_OK) {
        (void)err_set(err, rc, why.native, "%s", err_text(&why));
    }
    err_fini(&why);
    return rc;
}

/* As many ids as go into one request. */
static size_t portion(const struct jmap *j, const struct jmap_card *cards, size_t count)
{
    size_t bytes = 4096, n = 0;
    while (n < count && n < j->limits.get && (!n || bytes < j->limits.request / 2)) {
        bytes += 2 * strlen(cards[n++].id) + 8;
    }
    return n;
}

static void finish(struct jmap_card *c)
{
    if (c->rc == RC_OK) {
        c->version = jmap_version(c->card);
    } else if (!c->error) {
        CLEANUP(mem_free) char *label = jmap_label(c->id);
        c->rc = RC_SERVER;
        c->error = str_printf("%s: the server did not say whether it is there", label);
    }
}

/* An id asked for twice has one place among the open ones. */
static void answer_doubles(struct jmap_cards *cards)
{
    CLEANUP(map_free) struct map *first = map_new();
    for (size_t i = 0; i < cards->count; i++) {
        struct jmap_card *c = &cards->items[i];
        const struct jmap_card *other = map_get(first, c->id);
        if (other && !c->card && !c->error) {
            c->card = json_dup(other->card);
            c->rc = other->rc;
            c->error = mem_strdup(other->error);
        }
        if (!other) {
            map_put(first, c->id, c);
        }
    }
}

enum rc jmap_cards_get(struct jmap *j, const char *account, const char *const *ids, size_t count,
    struct jmap_cards *ret, struct err *err)
{
    struct jmap_cards cards = {
        .items = mem_alloc((count + 1) * sizeof *cards.items), .count = count};
    CLEANUP(map_free) struct map *open = map_new();
    struct getting g = {.jmap = j, .account = account, .open = open, .cards = &cards};
    for (size_t i = 0; i < count; i++) {
        cards.items[i] = (struct jmap_card){.id = mem_strdup(ids[i]), .rc = RC_CANCELLED};
        if (!map_has(open, ids[i])) {
            map_put(open, ids[i], &cards.items[i]);
        }
    }
    enum rc rc = jmap_session(j, err);
    for (size_t at = 0, n; rc == RC_OK && (at < count || (!at && !count)); at += n ? n : 1) {
        n = portion(j, cards.items + at, count - at);
        rc = get_range(&g, cards.items + at, n, err);
    }
    if (rc != RC_OK) {
        jmap_cards_fini(&cards);
        return rc;
    }
    answer_doubles(&cards);
    for (size_t i = 0; i < count; i++) {
        finish(&cards.items[i]);
    }
    if (g.moved) {
        str_replace(&cards.state, NULL);
    }
    *ret = cards;
    return RC_OK;
}

/* ---- by uid ---- */
enum rc jmap_query_uid(
    struct jmap *j, const struct jmap_place *p, const char *uid, struct json **ret, struct err *err)
{
    struct json *args = jmap_args(p->account), *filter = json_object();
    CLEANUP(json_free) struct json *answer = NULL;
    json_set_str(filter, "inAddressBook", p->book);
    json_set_str(filter, "uid", uid);
    json_set(args, "filter", filter);
    enum rc rc =
        jmap_call_one(j, "looking for a contact", "ContactCard/query", args, false, &answer, err);
    if (rc == RC_OK && !json_is_array(json_get(answer, "ids"))) {
        rc = err_set(
            err, RC_SERVER, 0, "looking for a contact: the server did not answer the question");
    }
    if (rc == RC_OK) {
        *ret = json_detach(answer, "ids");
    }
    return rc;
}
