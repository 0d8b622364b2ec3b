/* The rows of the main window, and what its button offers. */
#include "client/app/board.h"

#include "client/base/buf.h"

#include <string.h>

struct rows {
    struct board_row *items; /* owned */
    bool *standard;          /* owned; by row: the account's standard folder of its kind */
    const char **paths;      /* owned array; by row */
    size_t count, cap;
};

struct board {
    struct json *accounts, *folders, *status; /* owned; NULL: not known */
    struct rows sides[2];
    struct board_link *links; /* owned */
    size_t link_count, link_cap;
    struct json *groups; /* owned; paths of rows that are no folders */
    bool grouped;        /* the account at hand has such */
};

/* ---- trees ---- */

static struct board_row *add_row(struct rows *r, const char *path, bool standard)
{
    if (r->count == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 16;
        r->items = mem_realloc(r->items, r->cap, sizeof *r->items);
        r->standard = mem_realloc(r->standard, r->cap, sizeof *r->standard);
        r->paths = mem_realloc(r->paths, r->cap, sizeof *r->paths);
    }
    r->standard[r->count] = standard;
    r->paths[r->count] = path;
    r->items[r->count] = (struct board_row){.parent = BOARD_NONE, .count = -1};
    return &r->items[r->count++];
}

static bool is_outlook(const struct json *account)
{
    return str_eq(json_get_str(account, "type"), "outlook");
}

static enum board_side side_of(const struct board *b, const struct json *account)
{
    const struct json *all = json_get(b->accounts, "accounts");
    for (const struct json *a = json_first(all); a; a = json_next(a)) {
        if (is_outlook(a)) {
            return is_outlook(account) ? BOARD_LEFT : BOARD_RIGHT;
        }
    }
    return account == json_first(all) ? BOARD_LEFT : BOARD_RIGHT;
}

static const char *link_of_folder(const struct board *b, const char *account, const char *id)
{
    for (size_t i = 0; i < b->link_count; i++) {
        for (int s = 0; s < 2; s++) {
            if (str_eq(b->links[i].account[s], account) && str_eq(b->links[i].id[s], id)) {
                return b->links[i].name;
            }
        }
    }
    return NULL;
}

static size_t row_of_path(const struct rows *r, size_t account, const char *path, size_t len)
{
    for (size_t i = account + 1; i < r->count; i++) {
        if (r->paths[i] && strlen(r->paths[i]) == len && memcmp(r->paths[i], path, len) == 0) {
            return i;
        }
    }
    return BOARD_NONE;
}

/* The row above a folder. Of Outlook also those that are no folders of ours, as its stores: two of
 * them may each have "Contacts". */
static size_t parent_of(struct board *b, struct rows *r, size_t account, const char *path)
{
    const char *slash = strrchr(path, '/');
    while (slash && slash > path) {
        size_t len = (size_t)(slash - path), row = row_of_path(r, account, path, len);
        if (row != BOARD_NONE) {
            return row;
        }
        if (b->grouped) {
            char *group = mem_strndup(path, len); /* kept in b->groups */
            json_append(b->groups, json_str(group));
            free(group);
            const char *kept = json_str_value(json_at(b->groups, json_count(b->groups) - 1));
            size_t parent = parent_of(b, r, account, kept);
            const char *leaf = strrchr(kept, '/');
            row = r->count;
            *add_row(r, kept, false) = (struct board_row){.account = r->items[account].account,
                .name = leaf ? leaf + 1 : kept,
                .parent = parent,
                .count = -1};
            return row;
        }
        do {
            slash--;
        } while (slash > path && *slash != '/');
    }
    return account;
}

static unsigned kinds_of(const struct json *folder)
{
    unsigned kinds = 0;
    for (const struct json *k = json_first(json_get(folder, "kinds")); k; k = json_next(k)) {
        int kind = item_kind_from_name(json_str_value(k));
        kinds |= kind >= 0 ? 1u << kind : 0;
    }
    return kinds;
}

static void add_folder(struct board *b, struct rows *r, size_t account, const struct json *folder)
{
    const char *path = json_get_str(folder, "path"), *name = json_get_str(folder, "name");
    size_t parent = path ? parent_of(b, r, account, path) : account;
    struct board_row *row = add_row(r, path, json_get_bool(folder, "default", false));
    row->account = r->items[account].account;
    row->name = name ? name : path;
    row->id = json_get_str(folder, "id");
    row->owner = json_get_str(folder, "owner");
    row->parent = parent;
    row->kinds = kinds_of(folder);
    row->count = json_get_int(folder, "count", -1);
    row->writable = json_get_bool(folder, "writable", true);
    row->link = link_of_folder(b, row->account, row->id);
}

static void add_account(struct board *b, const struct json *account)
{
    struct rows *r = &b->sides[side_of(b, account)];
    const char *name = json_get_str(account, "name");
    size_t at = r->count;
    struct board_row *row = add_row(r, NULL, false);
    row->account = row->name = name;
    b->grouped = is_outlook(account);
    for (const struct json *f = json_first(json_get(b->folders, "failed")); f; f = json_next(f)) {
        if (str_eq(json_get_str(f, "account"), name)) {
            row->error = json_get_str(f, "error");
        }
    }
    for (const struct json *f = json_first(json_get(b->folders, "folders")); f; f = json_next(f)) {
        if (str_eq(json_get_str(f, "account"), name)) {
            add_folder(b, r, at, f);
        }
    }
}

/* ---- links ---- */

static void add_link(struct board *b, const struct json *v)
{
    static const char *const SIDES[] = {"left", "right"};
    struct board_link link = {
        .name = json_get_str(v, "name"),
        .kind = json_get_str(v, "kind"),
        .direction = json_get_str(v, "direction"),
        .last = json_get_int(json_get(v, "last"), "time", 0),
        .rc = json_get_str(json_get(v, "last"), "rc"),
        .text = json_get_str(json_get(v, "last"), "text"),
        .pairs = json_get_int(v, "pairs", 0),
        .doubtful = json_get_int(v, "doubtful", 0),
        .conflicts = json_get_int(v, "conflicts", 0),
        .enabled = json_get_bool(v, "enabled", true),
    };
    for (int s = 0; s < 2; s++) {
        const struct json *side = json_get(v, SIDES[s]);
        link.account[s] = json_get_str(side, "account");
        link.folder[s] = json_get_str(side, "folder");
        link.id[s] = json_get_str(side, "id");
    }
    for (const struct json *p = json_first(json_get(v, "problems")); p; p = json_next(p)) {
        int64_t *sort = json_get_bool(p, "held", false) ? &link.held : &link.failed;
        ++*sort;
    }
    ARRAY_RESERVE(b->links, b->link_count, b->link_cap);
    b->links[b->link_count++] = link;
}

bool board_link_needs_user(const struct board_link *link)
{
    return link->failed || link->held || link->doubtful || link->conflicts ||
           (link->rc && !str_eq(link->rc, "ok"));
}

/* ---- the board ---- */

struct board *board_new(struct json *accounts, struct json *folders, struct json *status)
{
    struct board *b = NEW(struct board);
    *b = (struct board){
        .accounts = accounts, .folders = folders, .status = status, .groups = json_array()};
    for (const struct json *v = json_first(json_get(status, "links")); v; v = json_next(v)) {
        add_link(b, v);
    }
    const struct json *all = json_get(accounts, "accounts");
    for (const struct json *a = json_first(all); a; a = json_next(a)) {
        add_account(b, a);
    }
    return b;
}

void board_free(struct board *b)
{
    if (!b) {
        return;
    }
    json_free(b->accounts);
    json_free(b->folders);
    json_free(b->status);
    for (int s = 0; s < 2; s++) {
        free(b->sides[s].items);
        free(b->sides[s].standard);
        free(b->sides[s].paths);
    }
    json_free(b->groups);
    free(b->links);
    free(b);
}

size_t board_count(const struct board *b, enum board_side side)
{
    return b->sides[side].count;
}

const struct board_row *board_row(const struct board *b, enum board_side side, size_t row)
{
    return row < b->sides[side].count ? &b->sides[side].items[row] : NULL;
}

size_t board_link_count(const struct board *b)
{
    return b->link_count;
}

const struct board_link *board_link(const struct board *b, size_t link)
{
    return link < b->link_count ? &b->links[link] : NULL;
}

/* ---- what the button offers ---- */

static bool joins(
    const struct board_link *link, const struct board_row *a, const struct board_row *b, int first)
{
    return str_eq(link->account[first], a->account) && str_eq(link->id[first], a->id) &&
           str_eq(link->account[!first], b->account) && str_eq(link->id[!first], b->id);
}

static const char *link_between(
    const struct board *b, const struct board_row *left, const struct board_row *right)
{
    for (size_t i = 0; i < b->link_count; i++) {
        if (joins(&b->links[i], left, right, 0) || joins(&b->links[i], left, right, 1)) {
            return b->links[i].name;
        }
    }
    return NULL;
}

struct board_offer board_offer(const struct board *b, size_t left, size_t right)
{
    const struct board_row *l = board_row(b, BOARD_LEFT, left);
    const struct board_row *r = board_row(b, BOARD_RIGHT, right);
    if (!l || !r || !l->id || !r->id) {
        return (struct board_offer){.action = BOARD_CHOOSE};
    }
    const char *link = link_between(b, l, r);
    if (link) {
        return (struct board_offer){.action = BOARD_CAN_UNLINK, .link = link};
    }
    if (!(l->kinds & r->kinds)) {
        return (struct board_offer){.action = BOARD_OTHER_KIND};
    }
    if (!l->writable && !r->writable) {
        return (struct board_offer){.action = BOARD_READ_ONLY};
    }
    return (struct board_offer){.action = BOARD_CAN_LINK, .kinds = l->kinds & r->kinds};
}

static enum item_kind first_kind(unsigned kinds)
{
    int k = 0;
    while (k + 1 < ITEM_KINDS && !(kinds & (1u << k))) {
        k++;
    }
    return (enum item_kind)k;
}

struct board_proposal board_propose(
    const struct board *b, enum board_side side, size_t left, size_t right)
{
    const struct board_row *l = board_row(b, BOARD_LEFT, left);
    const struct board_row *r = board_row(b, BOARD_RIGHT, right);
    const struct board_row *here = side == BOARD_LEFT ? l : r, *there = side == BOARD_LEFT ? r : l;
    const struct board_row *first = board_row(b, side, 0);
    const struct board_row *like = there && there->id ? there : here && here->id ? here : NULL;
    return (struct board_proposal){
        .account = here    ? here->account
                   : first ? first->account
                           : NULL,
        .name = there && there->id && !there->link ? there->name : NULL,
        .kind = like ? first_kind(like->kinds) : ITEM_CONTACT,
    };
}

/* ---- link all that match ---- */

static int only_kind(unsigned kinds)
{
    int only = -1;
    for (int k = 0; k < ITEM_KINDS; k++) {
        if (kinds & (1u << k)) {
            if (only >= 0) {
                return -1;
            }
            only = k;
        }
    }
    return only;
}

/* The kind both are about, if they belong together; -1 if not. */
static int match_kind(const struct board *b, size_t left, size_t right)
{
    const struct rows *ls = &b->sides[BOARD_LEFT], *rs = &b->sides[BOARD_RIGHT];
    const struct board_row *l = &ls->items[left], *r = &rs->items[right];
    bool free_pair = !l->link && !r->link && board_offer(b, left, right).action == BOARD_CAN_LINK;
    bool alike = str_ieq(l->name, r->name) || (ls->standard[left] && rs->standard[right]);
    return free_pair && alike ? only_kind(l->kinds & r->kinds) : -1;
}

/* Is there exactly this one that belongs to it? */
static bool only_match(const struct board *b, size_t left, size_t right)
{
    for (size_t i = 0; i < b->sides[BOARD_LEFT].count; i++) {
        if (i != left && match_kind(b, i, right) >= 0) {
            return false;
        }
    }
    for (size_t i = 0; i < b->sides[BOARD_RIGHT].count; i++) {
        if (i != right && match_kind(b, left, i) >= 0) {
            return false;
        }
    }
    return true;
}

size_t board_matches(const struct board *b, struct board_match *ret, size_t room)
{
    size_t found = 0;
    for (size_t l = 0; l < b->sides[BOARD_LEFT].count; l++) {
        for (size_t r = 0; r < b->sides[BOARD_RIGHT].count; r++) {
            int kind = match_kind(b, l, r);
            if (kind < 0 || !only_match(b, l, r)) {
                continue;
            }
            if (found < room) {
                ret[found] =
                    (struct board_match){.left = l, .right = r, .kind = (enum item_kind)kind};
            }
            found++;
        }
    }
    return found;
}
