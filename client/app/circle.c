/* Links that lead in a circle. Two links may share a folder: what changes there goes on to both. But
 * if links lead from a folder back to itself, every change would travel round and come back as
 * somebody else's, so such a link is refused when it is made, and not run if folders became one
 * later (a folder of files replaced by a shortcut to another). Links are taken as if all went both
 * ways: a circle of one-way links is one too. A folder reached by DAV and by JMAP counts as two: no
 * server tells that it is one, and the UIDs keep its items single. */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/remote/dav/dav.h"
#include "client/remote/jmap/jmap.h"
#include "client/remote/vdir/vdir.h"

#include <string.h>

/* What a side of a link is, whichever account reaches it: "event outlook:00AB..". */
static char *side_identity(
    const struct state_accounts *accounts, const struct state_link *link, enum side s)
{
    const struct state_link_side *side = &link->side[s];
    const struct state_account *account = NULL;
    for (size_t i = 0; i < accounts->count && !account; i++) {
        account = accounts->items[i].id == side->account ? &accounts->items[i] : NULL;
    }
    CLEANUP(mem_free) char *folder = NULL;
    if (account && str_eq(account->type, "vdir")) {
        folder = vdir_folder_identity(account->url, side->folder);
    } else if (account && str_eq(account->type, "dav")) {
        folder = dav_folder_identity(account->url, side->folder);
    } else if (account && str_eq(account->type, "jmap")) {
        folder = jmap_folder_identity(account->url, side->folder);
    } else {
        folder = str_printf("%s:%s", account ? account->type : "?", side->folder);
    }
    return str_printf("%s %s", item_kind_name(link->kind), folder);
}

struct circle {
    const struct state_accounts *accounts;
    const struct state_links *links;
    char *(*side)[2]; /* owned, with the texts: the identity of each link's sides */
    size_t *via;      /* owned: by which link the search came to this one */
    bool *seen;       /* owned */
};

struct circle *circle_new(const struct state_accounts *accounts, const struct state_links *links)
{
    struct circle *c = NEW(struct circle);
    *c = (struct circle){accounts, links, mem_alloc(links->count * sizeof *c->side),
        mem_alloc(links->count * sizeof *c->via), mem_alloc(links->count * sizeof *c->seen)};
    for (size_t i = 0; i < links->count; i++) {
        for (int s = 0; s < 2; s++) {
            c->side[i][s] = side_identity(accounts, &links->items[i], (enum side)s);
        }
    }
    return c;
}

void circle_free(struct circle *c)
{
    if (!c) {
        return;
    }
    for (size_t i = 0; i < c->links->count; i++) {
        free(c->side[i][0]);
        free(c->side[i][1]);
    }
    free(c->side);
    free(c->via);
    free(c->seen);
    free(c);
}

static bool touches(const struct circle *c, size_t link, const char *folder)
{
    return str_eq(c->side[link][0], folder) || str_eq(c->side[link][1], folder);
}

/* The far end of a link that was come to from `from`. */
static const char *far_end(const struct circle *c, size_t link, const char *from)
{
    return c->side[link][str_eq(c->side[link][0], from) ? 1 : 0];
}

/* Breadth first among the first `n` links: *ret_last is the last of those that lead from one folder
 * to the other, `via` has those before it (the first names itself). */
static bool search(struct circle *c, size_t n, const char *from, const char *to, size_t *ret_last)
{
    size_t head = 0, tail = 0;
    memset(c->seen, 0, n * sizeof *c->seen);
    CLEANUP(mem_free) size_t *queue = mem_alloc((n + 1) * sizeof *queue);
    CLEANUP(mem_free) const char **end = mem_alloc((n + 1) * sizeof *end);
    const char *here = from;
    for (;;) {
        for (size_t i = 0; i < n; i++) {
            if (c->seen[i] || !touches(c, i, here)) {
                continue;
            }
            c->seen[i] = true;
            c->via[i] = head ? queue[head - 1] : i;
            end[tail] = far_end(c, i, here);
            queue[tail++] = i;
            if (str_eq(end[tail - 1], to)) {
                *ret_last = i;
                return true;
            }
        }
        if (head == tail) {
            return false;
        }
        here = end[head++];
    }
}

static char *names_of(const struct circle *c, size_t last)
{
    struct buf text CLEANUP_FINI(buf_fini) = BUF_INIT(16384);
    buf_addf(&text, "'%s'", c->links->items[last].name);
    while (c->via[last] != last) {
        last = c->via[last];
        buf_addf(&text, ", '%s'", c->links->items[last].name);
    }
    return buf_take(&text);
}

enum rc circle_check(
    struct circle *c, size_t before, const struct state_link *link, struct err *err)
{
    CLEANUP(mem_free) char *left = side_identity(c->accounts, link, SIDE_LEFT);
    CLEANUP(mem_free) char *right = side_identity(c->accounts, link, SIDE_RIGHT);
    const char *account[2], *folder[2];
    for (int s = 0; s < 2; s++) {
        account[s] = account_name_of(c->accounts, link->side[s].account);
        folder[s] = link->side[s].folder_name;
    }
    if (str_eq(left, right)) {
        return err_set(err, RC_INVALID, 0,
            "a folder cannot be linked with itself: %s:%s and %s:%s are the same folder",
            account[0], folder[0], account[1], folder[1]);
    }
    size_t last;
    if (!search(c, before, left, right, &last)) {
        return RC_OK;
    }
    if (c->via[last] == last) {
        return err_set(err, RC_CONFLICT, 0, "%s:%s and %s:%s are linked already, as '%s'",
            account[0], folder[0], account[1], folder[1], c->links->items[last].name);
    }
    CLEANUP(mem_free) char *names = names_of(c, last);
    return err_set(err, RC_CONFLICT, 0,
        "%s:%s and %s:%s are joined already by the links %s: one more would send every change "
        "round "
        "in a circle",
        account[0], folder[0], account[1], folder[1], names);
}

struct json *circle_shared(const struct circle *c, const struct state_link *link)
{
    struct json *names = json_array();
    for (int s = 0; s < 2; s++) {
        CLEANUP(mem_free) char *folder = side_identity(c->accounts, link, (enum side)s);
        for (size_t i = 0; i < c->links->count; i++) {
            if (touches(c, i, folder)) {
                json_append(names, json_str(c->links->items[i].name));
            }
        }
    }
    return names;
}
