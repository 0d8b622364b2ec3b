/* Scoring two items and finding the pairs among many: see match.h. What items are recognised by
 * comes from traits.c. */
#include "client/item/match.h"

#include "client/base/buf.h"
#include "client/base/map.h"
#include "client/item/doc.h"
#include "client/item/traits.h"

#include <string.h>

#define CROWD 8 /* of a key that many items share, so many are compared with each */
#define NAMED 3 /* doubtful pairs named an item */

static const struct {
    unsigned bit;
    const char *text;
} REASONS[] = {
    {MATCH_EMAIL, "same e-mail address"},
    {MATCH_PHONE, "same phone number"},
    {MATCH_NAME, "same name"},
    {MATCH_NAME_PART, "one name is part of the other"},
    {MATCH_COMPANY, "same company"},
    {MATCH_BIRTHDAY, "same birthday"},
    {MATCH_TITLE, "same title"},
    {MATCH_START, "same start"},
    {MATCH_END, "same end"},
    {MATCH_RULE, "repeated alike"},
    {MATCH_DUE, "same due date"},
    {MATCH_MEMBERS, "same members"},
    {MATCH_TEXT, "same text"},
    {MATCH_OTHER_NAME, "different names"},
    {MATCH_OTHER_BIRTHDAY, "different birthdays"},
    {MATCH_OTHER_EMAIL, "different e-mail addresses"},
    {MATCH_OTHER_PHONE, "different phone numbers"},
    {MATCH_OTHER_START, "different start"},
    {MATCH_OTHER_END, "different end"},
    {MATCH_OTHER_RULE, "repeated differently"},
    {MATCH_OTHER_DUE, "different due dates"},
    {MATCH_OTHER_MEMBERS, "different members"},
    {MATCH_OTHER_TEXT, "different texts"},
    {MATCH_SEVERAL, "others fit nearly as well"},
};

char *match_reasons_text(unsigned reasons)
{
    struct buf b = BUF_INIT(4096);
    bool against = false;
    for (size_t i = 0; i < ARRAY_LEN(REASONS); i++) {
        if (reasons & REASONS[i].bit) {
            bool first = REASONS[i].bit >= MATCH_OTHER_NAME && !against;
            against |= first;
            buf_addf(&b, "%s%s", !b.len ? "" : first ? "; but " : ", ", REASONS[i].text);
        }
    }
    return buf_take(&b);
}

/* ---- scores ---- */

/* How many words two names share; both lists are sorted. */
static size_t words_shared(const struct traits_list *a, const struct traits_list *b)
{
    size_t i = 0, k = 0, shared = 0;
    while (i < a->count && k < b->count) {
        int order = strcmp(a->items[i], b->items[k]);
        shared += order == 0;
        i += order <= 0;
        k += order >= 0;
    }
    return shared;
}

/* Father and son share everything but this. */
static bool has_generation(const struct traits_list *words)
{
    static const char *const marks[] = {"jr", "sr", "jun", "sen", "junior", "senior", "ii", "iii"};
    for (size_t i = 0; i < words->count; i++) {
        for (size_t k = 0; k < ARRAY_LEN(marks); k++) {
            if (str_eq(words->items[i], marks[k])) {
                return true;
            }
        }
    }
    return false;
}

static int score_names(const struct match_traits *a, const struct match_traits *b, unsigned *why)
{
    if (!a->name || !b->name || a->is_company != b->is_company) {
        return 0;
    }
    if (str_eq(a->name, b->name)) {
        *why |= a->is_company ? MATCH_COMPANY : MATCH_NAME;
        return 40;
    }
    size_t shared = words_shared(&a->words, &b->words);
    size_t fewer = a->words.count < b->words.count ? a->words.count : b->words.count;
    if (shared == fewer && has_generation(&a->words) == has_generation(&b->words)) {
        *why |= MATCH_NAME_PART;
        return 20;
    }
    *why |= MATCH_OTHER_NAME;
    return shared ? -20 : -50;
}

static bool share_email(const struct match_traits *a, const struct match_traits *b)
{
    for (size_t i = 0; i < a->emails.count; i++) {
        for (size_t k = 0; k < b->emails.count; k++) {
            if (str_eq(a->emails.items[i], b->emails.items[k])) {
                return true;
            }
        }
    }
    return false;
}

/* The weight of the longest number in common; 0 if there is none. */
static int share_phone(const struct match_traits *a, const struct match_traits *b)
{
    int best = 0;
    for (size_t i = 0; i < a->phones.count && best < 40; i++) {
        for (size_t k = 0; k < b->phones.count; k++) {
            if (match_same_phone(a->phones.items[i], b->phones.items[k])) {
                char digits[32];
                bool full;
                best = traits_digits(a->phones.items[i], digits, &full) >= 7 ? 40
                       : best                                                ? best
                                                                             : 20;
            }
        }
    }
    return best;
}

#define MEMBERS_COMPARED 1000 /* of one list; more would not make it more certain */

static int score_groups(const struct match_traits *a, const struct match_traits *b, unsigned *why)
{
    if (!a->is_group || !b->is_group || !a->name || !str_eq(a->name, b->name)) {
        return 0;
    }
    *why |= MATCH_NAME;
    const bool swap = json_count(a->members) > json_count(b->members);
    const struct json *few = swap ? b->members : a->members, *many = swap ? a->members : b->members;
    size_t shared = 0, seen = 0, unknown = 0;
    for (const struct json *m = json_first(few); m && seen < MEMBERS_COMPARED; m = json_next(m)) {
        seen++;
        shared += json_get(many, json_key(m)) != NULL;
    }
    for (const struct json *m = json_first(a->members); m; m = json_next(m)) {
        unknown += str_starts(json_key(m), DOC_MEMBER_ITEM);
    }
    for (const struct json *m = json_first(b->members); m; m = json_next(m)) {
        unknown += str_starts(json_key(m), DOC_MEMBER_ITEM);
    }
    /* Both empty, or as many that cannot be compared, as lists of lists. */
    if (json_count(many) == json_count(few) && !shared && unknown == json_count(few)) {
        return 40 + 20;
    }
    *why |= shared ? MATCH_MEMBERS : MATCH_OTHER_MEMBERS;
    return 40 + (!shared ? -5 : 2 * shared >= seen ? 30 : 10);
}

static int score_contacts(const struct match_traits *a, const struct match_traits *b, unsigned *why)
{
    if (a->is_group || b->is_group) {
        return score_groups(a, b, why);
    }
    int score = score_names(a, b, why);
    if (share_email(a, b)) {
        *why |= MATCH_EMAIL;
        score += 60;
    } else if (a->emails.count && b->emails.count) {
        *why |= MATCH_OTHER_EMAIL;
        score -= 10;
    }
    int phone = share_phone(a, b);
    if (phone) {
        *why |= MATCH_PHONE;
        score += phone;
    } else if (a->phones.count && b->phones.count) {
        *why |= MATCH_OTHER_PHONE;
        score -= 10;
    }
    if (a->company && b->company && !a->is_company && !b->is_company &&
        str_eq(a->company, b->company)) {
        *why |= MATCH_COMPANY;
        score += 20;
    }
    if (a->birthday && b->birthday) {
        bool same = str_eq(a->birthday, b->birthday);
        *why |= same ? MATCH_BIRTHDAY : MATCH_OTHER_BIRTHDAY;
        score += same ? 30 : -40;
    }
    bool barred = *why & (MATCH_OTHER_NAME | MATCH_OTHER_BIRTHDAY);
    return barred && score >= MATCH_SURE ? MATCH_SURE - 1 : score;
}

static int score_rules(
    const struct match_traits *a, const struct match_traits *b, int lone, unsigned *why)
{
    if (!a->rule && !b->rule) {
        return 0;
    }
    bool same = str_eq(a->rule, b->rule);
    *why |= same ? MATCH_RULE : MATCH_OTHER_RULE;
    return same ? 10 : a->rule && b->rule ? -15 : lone;
}

static int score_starts(const struct match_traits *a, const struct match_traits *b, unsigned *why)
{
    bool instants = a->has_instant && b->has_instant;
    if (instants ? a->start_instant == b->start_instant : a->start_wall == b->start_wall) {
        *why |= MATCH_START;
        return instants || a->has_instant == b->has_instant ? 30 : 20;
    }
    *why |= MATCH_OTHER_START;
    return a->start_wall / 86400 == b->start_wall / 86400 ? -5 : -50;
}

static int score_events(const struct match_traits *a, const struct match_traits *b, unsigned *why)
{
    if (!a->has_start || !b->has_start || !str_eq(a->occurrence, b->occurrence)) {
        return 0;
    }
    int score = 40 + score_starts(a, b, why) + score_rules(a, b, -40, why);
    if (a->has_end && b->has_end) {
        bool same = a->length == b->length;
        *why |= same ? MATCH_END : MATCH_OTHER_END;
        score += same ? 10 : -15;
    }
    return score;
}

static int score_tasks(const struct match_traits *a, const struct match_traits *b, unsigned *why)
{
    int score = 40 + score_rules(a, b, -15, why);
    if (a->due && b->due) {
        bool same = str_eq(a->due, b->due);
        *why |= same ? MATCH_DUE : MATCH_OTHER_DUE;
        score += same ? 25 : -25;
    } else if (!a->due && !b->due) {
        score += 20;
    }
    if (a->start_day && str_eq(a->start_day, b->start_day)) {
        *why |= MATCH_START;
        score += 10;
    }
    return score;
}

/* A shopping list of this week and one of last week have the same title. */
static int score_notes(const struct match_traits *a, const struct match_traits *b, unsigned *why)
{
    bool same = str_eq(a->text, b->text);
    *why |= same ? MATCH_TEXT : MATCH_OTHER_TEXT;
    return same ? 70 : 35;
}

int match_score(const struct match_traits *a, const struct match_traits *b, unsigned *ret_reasons)
{
    unsigned why = 0;
    int score = 0;
    if (a->kind == ITEM_CONTACT) {
        score = score_contacts(a, b, &why);
    } else if (a->title && str_eq(a->title, b->title)) {
        why = MATCH_TITLE;
        score = a->kind == ITEM_EVENT  ? score_events(a, b, &why)
                : a->kind == ITEM_NOTE ? score_notes(a, b, &why)
                                       : score_tasks(a, b, &why);
    }
    *ret_reasons = why;
    return score;
}

/* ---- candidates ---- */

/* The items of both sides that have one key. */
struct block {
    size_t *items[2]; /* owned */
    size_t count[2], cap[2];
};

struct finder {
    struct match_traits *const *traits[2];
    struct map *blocks; /* key -> struct block, owned */
    int side;           /* being indexed */
    size_t item;
    struct match_pair *pairs; /* owned; candidates */
    size_t count, cap;
};

static void add_key(void *user, const char *key)
{
    struct finder *f = user;
    struct block *b = map_get(f->blocks, key);
    if (!b) {
        if (f->side == 1) {
            return; /* nothing on the left has it */
        }
        b = NEW(struct block);
        map_put(f->blocks, key, b);
    }
    int s = f->side;
    if (!b->count[s] || b->items[s][b->count[s] - 1] != f->item) {
        ARRAY_RESERVE(b->items[s], b->count[s], b->cap[s]);
        b->items[s][b->count[s]++] = f->item;
    }
}

/* Everybody with everybody in a small block; in a crowd each item of the longer list with its turn
 * of CROWD of the shorter. */
static void add_block(struct finder *f, const struct block *b)
{
    int longer = b->count[1] > b->count[0];
    size_t n = b->count[longer], m = b->count[!longer];
    for (size_t i = 0; m && i < n; i++) {
        for (size_t k = 0; k < m && k < CROWD; k++) {
            struct match_pair p = {0};
            size_t a = b->items[longer][i], z = b->items[!longer][(i + k) % m];
            p.left = longer ? z : a;
            p.right = longer ? a : z;
            ARRAY_RESERVE(f->pairs, f->count, f->cap);
            f->pairs[f->count++] = p;
        }
    }
}

static int compare_places(const void *a, const void *b)
{
    const struct match_pair *x = a, *y = b;
    if (x->left != y->left) {
        return x->left < y->left ? -1 : 1;
    }
    return (x->right > y->right) - (x->right < y->right);
}

static int compare_scores(const void *a, const void *b)
{
    const struct match_pair *x = a, *y = b;
    return x->score != y->score ? y->score - x->score : compare_places(a, b);
}

static void find_candidates(struct finder *f, const size_t count[2])
{
    f->blocks = map_new();
    for (f->side = 0; f->side < 2; f->side++) {
        for (f->item = 0; f->item < count[f->side]; f->item++) {
            if (f->traits[f->side][f->item]) {
                traits_keys(f->traits[f->side][f->item], add_key, f);
            }
        }
    }
    size_t cursor = 0;
    void *value;
    while (map_entry(f->blocks, &cursor, NULL, &value)) {
        struct block *b = value;
        add_block(f, b);
        free(b->items[0]);
        free(b->items[1]);
        free(b);
    }
    map_free(f->blocks);
    if (f->count) {
        qsort(f->pairs, f->count, sizeof *f->pairs, compare_places);
    }
}

/* Scores each candidate once and keeps those that are at least doubtful, best first. */
static size_t score_candidates(
    struct finder *f, bool (*apart)(void *user, size_t left, size_t right), void *user)
{
    size_t kept = 0, comparisons = 0;
    for (size_t i = 0; i < f->count; i++) {
        struct match_pair p = f->pairs[i];
        if (i + 1 < f->count && compare_places(&p, &f->pairs[i + 1]) == 0) {
            continue;
        }
        comparisons++;
        p.score = match_score(f->traits[0][p.left], f->traits[1][p.right], &p.reasons);
        if (p.score >= MATCH_MAYBE && !(apart && apart(user, p.left, p.right))) {
            f->pairs[kept++] = p;
        }
    }
    f->count = kept;
    if (kept) {
        qsort(f->pairs, kept, sizeof *f->pairs, compare_scores);
    }
    return comparisons;
}

/* ---- choosing ---- */

struct best {
    int first, second; /* scores among the pairs still open */
    size_t named;
    bool taken;
};

static void rank(const struct finder *f, struct best *best[2], const size_t count[2])
{
    for (int s = 0; s < 2; s++) {
        for (size_t i = 0; i < count[s]; i++) {
            best[s][i].first = best[s][i].second = 0;
        }
    }
    for (size_t i = 0; i < f->count; i++) { /* best first */
        const struct match_pair *p = &f->pairs[i];
        struct best *two[2] = {&best[0][p->left], &best[1][p->right]};
        for (int s = 0; s < 2 && !two[0]->taken && !two[1]->taken; s++) {
            int *slot = two[s]->first ? &two[s]->second : &two[s]->first;
            *slot = *slot ? *slot : p->score;
        }
    }
}

static void keep(struct match_result *ret, const struct match_pair *p)
{
    ARRAY_RESERVE(ret->pairs, ret->count, ret->cap);
    ret->pairs[ret->count++] = *p;
}

/* Takes what is certain; what one choice frees of its rivals may make the next one certain, so it
 * repeats, at most as often as scores can lead one another. */
static void choose_sure(
    struct finder *f, struct best *best[2], const size_t count[2], struct match_result *ret)
{
    bool found = true;
    for (int round = 0; found && round < 10; round++) {
        found = false;
        rank(f, best, count);
        for (size_t i = 0; i < f->count; i++) {
            struct match_pair *p = &f->pairs[i];
            struct best *l = &best[0][p->left], *r = &best[1][p->right];
            if (l->taken || r->taken || p->score < MATCH_SURE || p->score < l->first ||
                p->score < r->first || p->score - l->second < MATCH_LEAD ||
                p->score - r->second < MATCH_LEAD) {
                continue;
            }
            p->sure = l->taken = r->taken = found = true;
            keep(ret, p);
        }
    }
}

/* An item is named with its best rivals; a pair is kept if either of its items still needs one. */
static void choose_doubtful(struct finder *f, struct best *best[2], struct match_result *ret)
{
    for (size_t i = 0; i < f->count; i++) {
        struct match_pair *p = &f->pairs[i];
        struct best *l = &best[0][p->left], *r = &best[1][p->right];
        if (l->taken || r->taken || (l->named >= NAMED && r->named >= 1) ||
            (r->named >= NAMED && l->named >= 1)) {
            continue;
        }
        l->named++;
        r->named++;
        if (l->second || r->second) {
            p->reasons |= MATCH_SEVERAL;
        }
        keep(ret, p);
    }
}

void match_find(struct match_traits *const *left, size_t left_count,
    struct match_traits *const *right, size_t right_count,
    bool (*apart)(void *user, size_t left, size_t right), void *user, struct match_result *ret)
{
    const size_t count[2] = {left_count, right_count};
    struct finder f = {.traits = {left, right}};
    struct best *best[2];
    struct match_result result = {0};
    for (int s = 0; s < 2; s++) {
        best[s] = mem_alloc((count[s] + 1) * sizeof **best);
    }
    find_candidates(&f, count);
    result.comparisons = score_candidates(&f, apart, user);
    choose_sure(&f, best, count, &result);
    rank(&f, best, count);
    choose_doubtful(&f, best, &result);
    free(f.pairs);
    free(best[0]);
    free(best[1]);
    *ret = result;
}

void match_result_fini(struct match_result *r)
{
    free(r->pairs);
    *r = (struct match_result){0};
}
