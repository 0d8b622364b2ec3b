/* Items as both sides have them, and per link what one side cannot hold. All of it comes from the
 * bases in the state file (each side's document after the last pass); asks no server. */
#include "client/app/private.h"

#include "client/app/fits.h"
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/state/change.h"

#include <ctype.h>
#include <string.h>

#define ITEMS_MAX 20 /* shown for one name */

/* One link with what its items are shown with. */
struct view {
    struct state *state;
    const struct state_link *link;
    const char *account[2], *type[2];
    struct state_problems problems;
};

static void view_fini(struct view *v)
{
    state_problems_fini(&v->problems);
}

static enum rc view_init(struct view *v, struct state *state, const struct state_link *link,
    const struct state_accounts *accounts, struct err *err)
{
    *v = (struct view){.state = state, .link = link};
    for (int s = 0; s < 2; s++) {
        v->account[s] = v->type[s] = "?";
        for (size_t i = 0; i < accounts->count; i++) {
            if (accounts->items[i].id == link->side[s].account) {
                v->account[s] = accounts->items[i].name;
                v->type[s] = accounts->items[i].type;
            }
        }
    }
    return state_problems_load(state, link->id, &v->problems, err);
}

/* A pair with its documents, both NULL while it is on one side only. */
struct item {
    const struct state_pair *pair;
    struct state_body body;
    struct json *doc[2]; /* owned */
    char *title;         /* owned */
};

static void item_fini(struct item *item)
{
    state_body_fini(&item->body);
    json_free(item->doc[0]);
    json_free(item->doc[1]);
    free(item->title);
}

static enum rc item_load(
    const struct view *v, const struct state_pair *pair, struct item *ret, struct err *err)
{
    *ret = (struct item){.pair = pair};
    enum rc rc = pair->has_base ? state_body_load(v->state, pair->id, &ret->body, err) : RC_OK;
    for (int s = 0; s < 2 && pair->has_base && rc == RC_OK; s++) {
        rc = json_parse(ret->body.doc[s], strlen(ret->body.doc[s]), &ret->doc[s], err);
    }
    if (rc == RC_OK && pair->has_base) {
        doc_part(ret->doc[SIDE_LEFT], ret->doc[SIDE_RIGHT]); /* one text for several is no lack */
        doc_recognize(ret->doc[SIDE_RIGHT], ret->doc[SIDE_LEFT]);
        ret->title = doc_title(v->link->kind, ret->doc[SIDE_LEFT]);
    }
    return rc;
}

static struct json *rows_of(const struct view *v, const struct item *item)
{
    struct fits f = {.kind = v->link->kind, .direction = v->link->direction};
    for (int s = 0; s < 2; s++) {
        f.doc[s] = item->doc[s];
        f.account_type[s] = v->type[s];
    }
    return fits_rows(&f);
}

/* ---- one item ---- */
static const struct state_problem *problem_of(const struct view *v, int64_t pair)
{
    for (size_t i = 0; i < v->problems.count; i++) {
        if (v->problems.items[i].pair == pair) {
            return &v->problems.items[i];
        }
    }
    return NULL;
}

/* What the side keeps that is in no document, as lines to read. */
static struct json *unknown_lines(const struct view *v, const struct item *item, enum side s)
{
    CLEANUP(json_free) struct json *kept = kept_of(v->state, v->link->kind, item->body.native[s]);
    struct json *lines = json_array();
    for (const struct json *k = json_first(kept); k; k = json_next(k)) {
        CLEANUP(mem_free) char *shown = kept_line(k);
        json_append(lines, json_str(shown));
    }
    return lines;
}

static enum rc add_last(const struct view *v, int64_t pair, struct json *ret, struct err *err)
{
    struct state_changes changes CLEANUP_FINI(state_changes_fini) = {0};
    enum rc rc = state_changes_load(v->state, 0, pair, &changes, err);
    if (rc == RC_OK && changes.count) {
        struct json *last = json_need_object(ret, "last");
        json_set_int(last, "run", changes.items[0].run);
        json_set_int(last, "time", changes.items[0].time);
    }
    return rc;
}

static enum rc item_json(
    const struct view *v, const struct item *item, struct json **ret, struct err *err)
{
    CLEANUP(json_free) struct json *shown = json_object();
    json_set_str(shown, "link", v->link->name);
    json_set_str(shown, "kind", item_kind_name(v->link->kind));
    json_set_str(shown, "title", item->title);
    json_set_str(shown, "uid", item->pair->uid);
    for (int s = 0; s < 2; s++) {
        struct json *side = json_need_object(shown, side_name((enum side)s));
        json_set_str(side, "account", v->account[s]);
        json_set_str(side, "id", item->pair->side[s].id);
        struct json *unknown = unknown_lines(v, item, (enum side)s);
        json_set(side, "unknown", unknown);
    }
    const struct state_problem *problem = problem_of(v, item->pair->id);
    json_set_str(shown, "problem", problem ? problem->text : NULL);
    if (item->pair->has_base) {
        struct json *rows = rows_of(v, item);
        json_set(shown, "fields", rows);
        json_set_int(shown, "unfit", fits_count(rows));
    }
    enum rc rc = add_last(v, item->pair->id, shown, err);
    if (rc == RC_OK) {
        *ret = TAKE(shown);
    }
    return rc;
}

/* ---- finding items ---- */
static bool contains(const char *text, const char *part)
{
    size_t n = strlen(part);
    for (; text && *text; text++) {
        size_t i = 0;
        while (i < n && tolower((unsigned char)text[i]) == tolower((unsigned char)part[i])) {
            i++;
        }
        if (i == n) {
            return true;
        }
    }
    return false;
}

struct search {
    const char *what;
    bool exact;
    struct json *found;
};

static bool is_meant(const struct view *v, const struct search *search, const struct item *item)
{
    const struct state_pair *p = item->pair;
    if (str_eq(p->uid, search->what) || str_eq(p->side[SIDE_LEFT].id, search->what) ||
        str_eq(p->side[SIDE_RIGHT].id, search->what)) {
        return true;
    }
    const struct state_problem *problem = problem_of(v, p->id);
    const char *name = item->title ? item->title : problem ? problem->title : NULL;
    return search->exact ? str_ieq(name, search->what) : contains(name, search->what);
}

static enum rc search_link(const struct view *v, struct search *search, struct err *err)
{
    struct state_pairs pairs CLEANUP_FINI(state_pairs_fini) = {0};
    enum rc rc = state_pairs_load(v->state, v->link->id, &pairs, err);
    for (size_t i = 0; rc == RC_OK && i < pairs.count; i++) {
        struct item item CLEANUP_FINI(item_fini) = {0};
        struct json *shown = NULL;
        rc = item_load(v, &pairs.items[i], &item, err);
        if (rc == RC_OK && json_count(search->found) < ITEMS_MAX && is_meant(v, search, &item)) {
            rc = item_json(v, &item, &shown, err);
        }
        if (shown) {
            json_append(search->found, shown);
        }
    }
    return rc;
}

/* ---- what does not fit ---- */
/* Counts a reason once more. */
static void count_reason(struct json *reasons, const struct view *v, const struct json *lack)
{
    const char *side = json_get_str(lack, "side"), *field = json_get_str(lack, "field"),
               *why = json_get_str(lack, "why");
    struct json *r = json_first(reasons);
    while (
        r && !(str_eq(json_get_str(r, "side"), side) && str_eq(json_get_str(r, "field"), field) &&
                 str_eq(json_get_str(r, "why"), why))) {
        r = json_next(r);
    }
    if (!r) {
        r = json_object();
        json_set_str(r, "side", side);
        json_set_str(
            r, "account", v->account[str_eq(side, side_name(SIDE_RIGHT)) ? SIDE_RIGHT : SIDE_LEFT]);
        json_set_str(r, "field", field);
        json_set_str(r, "why", why);
        json_append(reasons, r);
    }
    json_set_int(r, "count", json_get_int(r, "count", 0) + 1);
}

static bool same_kept(const struct json *a, const struct json *b)
{
    const char *what = json_get_str(a, "what"), *other = json_get_str(b, "what");
    return what || other ? str_eq(what, other)
                         : str_ieq(json_get_str(a, "property"), json_get_str(b, "property"));
}

/* Counts what only stays where it is, by side and sort. */
static void count_extensions(const struct view *v, const struct item *item, struct json *extensions)
{
    for (int s = 0; s < 2; s++) {
        CLEANUP(json_free)
        struct json *kept = kept_of(v->state, v->link->kind, item->body.native[s]);
        for (const struct json *k = json_first(kept); k; k = json_next(k)) {
            struct json *e = json_first(extensions);
            while (e &&
                   !(str_eq(json_get_str(e, "side"), side_name((enum side)s)) && same_kept(e, k))) {
                e = json_next(e);
            }
            if (!e) {
                e = json_object();
                json_set_str(e, "side", side_name((enum side)s));
                json_set_str(e, "account", v->account[s]);
                json_set_str(e, "property", json_get_str(k, "property"));
                json_set_str(e, "what", json_get_str(k, "what"));
                json_set_bool(e, "unreadable", json_get_bool(k, "unreadable", false));
                json_append(extensions, e);
            }
            json_set_int(e, "count", json_get_int(e, "count", 0) + 1);
        }
    }
}

/* The lacks of an item that are values, as they are listed; NULL if there are none. */
static struct json *unfit_json(
    const struct view *v, const struct item *item, const struct json *rows, struct json *reasons)
{
    CLEANUP(json_free) struct json *missing = json_array();
    for (const struct json *r = json_first(rows); r; r = json_next(r)) {
        for (const struct json *l = json_first(json_get(r, "lacks")); l; l = json_next(l)) {
            if (json_get_bool(l, "mark", false)) {
                continue;
            }
            bool right = str_eq(json_get_str(l, "side"), side_name(SIDE_RIGHT));
            struct json *m = json_dup(l);
            json_remove(m, "mark");
            json_set_str(m, "account", v->account[right ? SIDE_RIGHT : SIDE_LEFT]);
            json_set_str(m, "value", json_get_str(r, side_name(right ? SIDE_LEFT : SIDE_RIGHT)));
            json_append(missing, m);
            count_reason(reasons, v, l);
        }
    }
    if (!json_count(missing)) {
        return NULL;
    }
    struct json *shown = json_object();
    json_set_str(shown, "title", item->title);
    json_set_str(shown, "uid", item->pair->uid);
    json_set(shown, "missing", TAKE(missing));
    return shown;
}

static enum rc unfit_of_link(const struct view *v, struct json *links, struct err *err)
{
    struct state_pairs pairs CLEANUP_FINI(state_pairs_fini) = {0};
    CLEANUP(json_free)
    struct json *items = json_array(), *reasons = json_array(), *extensions = json_array();
    long count = 0;
    enum rc rc = state_pairs_load(v->state, v->link->id, &pairs, err);
    for (size_t i = 0; rc == RC_OK && i < pairs.count; i++) {
        struct item item CLEANUP_FINI(item_fini) = {0};
        if (!pairs.items[i].has_base) {
            continue;
        }
        rc = item_load(v, &pairs.items[i], &item, err);
        CLEANUP(json_free) struct json *rows = rc == RC_OK ? rows_of(v, &item) : NULL;
        struct json *unfit = rows ? unfit_json(v, &item, rows, reasons) : NULL;
        if (unfit) {
            json_append(items, unfit);
        }
        count_extensions(v, &item, extensions);
        count++;
    }
    if (rc != RC_OK) {
        return rc;
    }
    struct json *link = json_object();
    json_set_str(link, "name", v->link->name);
    json_set_str(link, "kind", item_kind_name(v->link->kind));
    for (int s = 0; s < 2; s++) {
        struct json *side = json_need_object(link, side_name((enum side)s));
        json_set_str(side, "account", v->account[s]);
    }
    json_set_int(link, "pairs", count);
    json_set_int(link, "unfit", (int64_t)json_count(items));
    json_set(link, "reasons", TAKE(reasons));
    json_set(link, "items", TAKE(items));
    json_set(link, "extensions", TAKE(extensions));
    json_append(links, link);
    return RC_OK;
}

/* ---- over the links ---- */
/* Calls one of the two for each link, or for the one of that name. */
static enum rc each_link(
    struct app *app, const char *name, struct search *search, struct json *unfit, struct err *err)
{
    struct known k CLEANUP_FINI(known_fini) = {0};
    bool any = !name;
    enum rc rc = known_load(app, &k, err);
    for (size_t i = 0; rc == RC_OK && i < k.links.count; i++) {
        if (name && !str_eq(k.links.items[i].name, name)) {
            continue;
        }
        struct view view CLEANUP_FINI(view_fini) = {0};
        any = true;
        rc = view_init(&view, k.state, &k.links.items[i], &k.accounts, err);
        if (rc == RC_OK) {
            rc = search ? search_link(&view, search, err) : unfit_of_link(&view, unfit, err);
        }
    }
    return rc == RC_OK && !any ? err_set(err, RC_NOT_FOUND, 0, "there is no link '%s'", name) : rc;
}

enum rc app_item_show(
    struct app *app, const char *item, const char *link, struct json **ret, struct err *err)
{
    CLEANUP(json_free) struct json *found = json_array();
    struct search search = {.what = item, .exact = true, .found = found};
    enum rc rc = each_link(app, link, &search, NULL, err);
    if (rc == RC_OK && !json_count(found)) {
        search.exact = false;
        rc = each_link(app, link, &search, NULL, err);
    }
    if (rc == RC_OK && !json_count(found)) {
        return err_set(err, RC_NOT_FOUND, 0,
            "no item '%s' has been synced%s%s; give its name, or a part of it", item,
            link ? " in " : "", link ? link : "");
    }
    if (rc == RC_OK) {
        *ret = json_object();
        json_set(*ret, "items", TAKE(found));
    }
    return rc;
}

enum rc app_unfit_list(struct app *app, const char *link, struct json **ret, struct err *err)
{
    CLEANUP(json_free) struct json *list = json_array();
    enum rc rc = each_link(app, link, NULL, list, err);
    if (rc == RC_OK) {
        *ret = json_object();
        json_set(*ret, "links", TAKE(list));
    }
    return rc;
}
