/* Making what documents are recognised by: names, addresses, numbers, titles and times in one
 * normal form each, uids in one spelling, and the keys under which candidates are looked for. */
#include "client/item/traits.h"

#include "client/base/buf.h"
#include "client/base/date.h"
#include "client/base/zone.h"

#include <stdio.h>
#include <string.h>

#define TEXT_MAX ((size_t)1 << 12)

char *traits_fold(const char *text)
{
    struct buf b = BUF_INIT(TEXT_MAX);
    bool gap = false;
    for (const unsigned char *p = (const unsigned char *)text; p && *p && !b.overflow; p++) {
        if (*p <= ' ') {
            gap = b.len > 0;
            continue;
        }
        if (gap) {
            buf_addc(&b, ' ');
            gap = false;
        }
        unsigned char c = *p;
        if (c >= 'A' && c <= 'Z') {
            c = (unsigned char)(c + 32);
        } else if (b.len && p[-1] == 0xc3 && c >= 0x80 && c <= 0x9e && c != 0x97) {
            c = (unsigned char)(c + 32); /* U+00C0..U+00DE: capital Latin-1 letters in UTF-8 */
        }
        buf_addc(&b, (char)c);
    }
    char *folded = b.len && !b.overflow ? mem_strdup(buf_str(&b)) : NULL;
    buf_fini(&b);
    return folded;
}

/* ---- lists ---- */

static void list_fini(struct traits_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i]);
    }
}

static void list_add(struct traits_list *list, char *text /* owned */)
{
    if (text && list->count < TRAITS_LIST_MAX) {
        list->items[list->count++] = text;
    } else {
        free(text);
    }
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "Lovelace, Ada" -> "ada", "lovelace", sorted. */
static void list_add_words(struct traits_list *list, const char *text)
{
    CLEANUP(mem_free) char *folded = traits_fold(text);
    for (char *p = folded; p && *p;) {
        size_t n = strcspn(p, " ,;.()\"");
        if (n) {
            list_add(list, mem_strndup(p, n));
        }
        p += n + (p[n] != '\0');
    }
    qsort(list->items, list->count, sizeof *list->items, compare_texts);
}

static char *list_join(const struct traits_list *list)
{
    struct buf b = BUF_INIT(TEXT_MAX * 2);
    for (size_t i = 0; i < list->count; i++) {
        buf_addf(&b, "%s%s", i ? " " : "", list->items[i]);
    }
    char *joined = b.len && !b.overflow ? mem_strdup(buf_str(&b)) : NULL;
    buf_fini(&b);
    return joined;
}

/* ---- contacts ---- */

size_t traits_digits(const char *number, char out[32], bool *ret_full)
{
    size_t n = 0;
    bool full = false;
    if (str_istarts(number, "tel:")) {
        number += 4;
    }
    for (const char *p = number; p && *p && n < 31; p++) {
        if (strncmp(p, "(0)", 3) == 0) {
            p += 2;
        } else if (*p == '+' && n == 0) {
            full = true;
        } else if (*p >= '0' && *p <= '9') {
            out[n++] = *p;
        } else if (strchr("xX;,wWeE#", *p) && n) {
            break; /* an extension */
        }
    }
    size_t zeros = 0;
    while (zeros < n && out[zeros] == '0') {
        zeros++;
    }
    full = full || (zeros == 2 && n > 9);
    if (zeros < n) {
        memmove(out, out + zeros, n - zeros);
        n -= zeros;
    }
    out[n] = '\0';
    *ret_full = full;
    return n;
}

bool match_same_phone(const char *a, const char *b)
{
    char da[32], db[32];
    bool full_a, full_b;
    size_t na = traits_digits(a, da, &full_a), nb = traits_digits(b, db, &full_b);
    if (!na || !nb || na == nb) {
        return na && na == nb && strcmp(da, db) == 0;
    }
    const char *longer = na > nb ? da : db, *shorter = na > nb ? db : da;
    size_t n = na > nb ? nb : na, excess = (na > nb ? na : nb) - n;
    bool long_full = na > nb ? full_a : full_b, short_full = na > nb ? full_b : full_a;
    /* A country code has one to three digits; some countries keep the zero of the area code. */
    return n >= 7 && excess <= 4 && long_full && !short_full &&
           strcmp(longer + excess, shorter) == 0;
}

static void contact_name(struct match_traits *t, const struct json *doc)
{
    const struct json *name = json_get(doc, "name");
    struct buf b = BUF_INIT(TEXT_MAX);
    for (struct json *c = json_first(json_get(name, "components")); c; c = json_next(c)) {
        /* Titles ("Dr.") and separators do not tell people apart. */
        const char *kind = json_get_str(c, "kind");
        if (!str_eq(kind, "title") && !str_eq(kind, "separator") && json_get_str(c, "value")) {
            buf_addf(&b, " %s", json_get_str(c, "value"));
        }
    }
    list_add_words(&t->words, b.len ? buf_str(&b) : json_get_str(name, "full"));
    buf_fini(&b);
    for (struct json *o = json_first(json_get(doc, "organizations")); o && !t->company;
         o = json_next(o)) {
        t->company = traits_fold(json_get_str(o, "name"));
    }
    if (!t->words.count && t->company) {
        t->is_company = true;
        list_add_words(&t->words, t->company);
    }
    t->name = list_join(&t->words);
}

static void contact_birthday(struct match_traits *t, const struct json *doc)
{
    for (struct json *a = json_first(json_get(doc, "anniversaries")); a; a = json_next(a)) {
        const struct json *date = json_get(a, "date");
        const char *utc = json_get_str(date, "utc");
        if (!str_eq(json_get_str(a, "kind"), "birth") || t->birthday) {
            continue;
        }
        if (utc && strlen(utc) >= 10) {
            t->birthday = mem_strndup(utc, 10);
        } else if (json_get(date, "month") && json_get(date, "day") && json_get(date, "year")) {
            t->birthday = str_printf("%04d-%02d-%02d", (int)json_get_int(date, "year", 0),
                (int)json_get_int(date, "month", 0), (int)json_get_int(date, "day", 0));
        }
    }
}

static void group_traits(struct match_traits *t, const struct json *doc)
{
    const struct json *members = json_get(doc, "members");
    t->is_group = true;
    list_add_words(&t->words, json_get_str(json_get(doc, "name"), "full"));
    t->name = list_join(&t->words);
    t->members = json_count(members) ? json_dup(members) : NULL;
}

static void contact_traits(struct match_traits *t, const struct json *doc)
{
    if (str_eq(json_get_str(doc, "kind"), "group")) {
        group_traits(t, doc);
        return;
    }
    contact_name(t, doc);
    contact_birthday(t, doc);
    for (struct json *e = json_first(json_get(doc, "emails")); e; e = json_next(e)) {
        list_add(&t->emails, traits_fold(json_get_str(e, "address")));
    }
    for (struct json *p = json_first(json_get(doc, "phones")); p; p = json_next(p)) {
        char digits[32];
        bool full;
        const char *number = json_get_str(p, "number");
        if (number && traits_digits(number, digits, &full)) {
            list_add(&t->phones, mem_strdup(number));
        }
    }
}

/* ---- events and tasks ---- */

/* A rule without what stands for the default. NULL if the item is no series. Caller frees. */
static char *rule_text(const struct json *doc)
{
    const struct json *rules = json_get(doc, "recurrenceRules");
    if (!json_count(rules)) {
        return NULL;
    }
    CLEANUP(json_free) struct json *copy = json_dup(rules);
    for (struct json *r = json_first(copy); r; r = json_next(r)) {
        static const char *const defaults[] = {"@type", "rscale", "skip", "firstDayOfWeek"};
        for (size_t i = 0; i < ARRAY_LEN(defaults); i++) {
            json_remove(r, defaults[i]);
        }
        if (json_get_int(r, "interval", 0) == 1) {
            json_remove(r, "interval");
        }
        for (struct json *d = json_first(json_get(r, "byDay")); d; d = json_next(d)) {
            json_remove(d, "@type");
        }
    }
    return json_print_canonical(copy);
}

static void event_times(struct match_traits *t, const struct json *doc)
{
    struct civil start;
    bool utc = false;
    if (!json_get_str(doc, "start") || !civil_parse_iso(json_get_str(doc, "start"), &start, &utc)) {
        return;
    }
    t->has_start = true;
    t->start_wall = civil_seconds(&start);
    const char *name = json_get_str(doc, "timeZone");
    const struct zone *zone =
        name && !json_get_bool(doc, "showWithoutTime", false) ? zone_by_tzid(name) : NULL;
    if (utc || zone) {
        t->has_instant = true;
        t->start_instant = utc ? t->start_wall : zone_utc(zone, t->start_wall);
    }
    const char *duration = json_get_str(doc, "duration");
    t->has_end = duration && duration_parse(duration, &t->length);
}

static char *day_of(const struct json *doc, const char *member)
{
    const char *s = json_get_str(doc, member);
    return s && strlen(s) >= 10 ? mem_strndup(s, 10) : NULL;
}

struct match_traits *match_traits_new(enum item_kind kind, const struct json *doc)
{
    struct match_traits *t = NEW(struct match_traits);
    t->kind = kind;
    if (kind == ITEM_CONTACT) {
        contact_traits(t, doc);
        return t;
    }
    t->title = traits_fold(json_get_str(doc, "title"));
    t->occurrence = mem_strdup(json_get_str(doc, "recurrenceId"));
    t->rule = rule_text(doc);
    if (kind == ITEM_EVENT) {
        event_times(t, doc);
    } else if (kind == ITEM_NOTE) {
        t->text = traits_fold(json_get_str(doc, "description"));
    } else {
        t->due = day_of(doc, "due");
        t->start_day = day_of(doc, "start");
    }
    return t;
}

void match_traits_free(struct match_traits *t)
{
    if (!t) {
        return;
    }
    list_fini(&t->emails);
    list_fini(&t->phones);
    list_fini(&t->words);
    json_free(t->members);
    free(t->name);
    free(t->company);
    free(t->birthday);
    free(t->title);
    free(t->occurrence);
    free(t->rule);
    free(t->due);
    free(t->start_day);
    free(t->text);
    free(t);
}

/* ---- keys ---- */

static void key(void (*f)(void *user, const char *key), void *user, const char *what, const char *a,
    const char *b)
{
    CLEANUP(mem_free) char *text = str_printf("%s\x1f%s\x1f%s", what, a, b ? b : "");
    f(user, text);
}

static void contact_keys(
    const struct match_traits *t, void (*f)(void *user, const char *key), void *user)
{
    if (t->is_group) {
        if (t->name) {
            key(f, user, "group", t->name, NULL);
        }
        return;
    }
    if (t->name) {
        key(f, user, "name", t->name, NULL);
        if (t->company && !t->is_company) {
            key(f, user, "name+company", t->name, t->company);
        }
        if (t->birthday) {
            key(f, user, "name+birthday", t->name, t->birthday);
        }
    }
    for (size_t i = 0; i < t->emails.count; i++) {
        key(f, user, "email", t->emails.items[i], NULL);
        if (t->name) { /* many may share info@example.com */
            key(f, user, "email+name", t->emails.items[i], t->name);
        }
    }
    for (size_t i = 0; i < t->phones.count; i++) {
        char digits[32];
        bool full;
        size_t n = traits_digits(t->phones.items[i], digits, &full);
        const char *tail = n > 7 ? digits + n - 7 : digits;
        key(f, user, "phone", tail, NULL);
        if (t->name) {
            key(f, user, "phone+name", tail, t->name);
        }
    }
}

void traits_keys(const struct match_traits *t, void (*f)(void *user, const char *key), void *user)
{
    char number[32];
    if (t->kind == ITEM_CONTACT) {
        contact_keys(t, f, user);
        return;
    }
    if (!t->title) {
        return;
    }
    if (t->kind == ITEM_TASK || t->kind == ITEM_NOTE) {
        key(f, user, "title", t->title, NULL);
        key(f, user, "title+due", t->title, t->due);
        return;
    }
    if (!t->has_start) {
        return;
    }
    snprintf(number, sizeof number, "%lld", (long long)t->start_wall);
    key(f, user, "title+wall", t->title, number);
    snprintf(number, sizeof number, "%lld", (long long)(t->start_wall / 86400));
    key(f, user, "title+day", t->title, number);
    if (t->has_instant) {
        snprintf(number, sizeof number, "%lld", (long long)t->start_instant);
        key(f, user, "title+instant", t->title, number);
    }
}

/* ---- uids ---- */

#define GOID_HEAD "040000008200e00074c5b7101a82e008"

/* The uid wrapped in the data of a GlobalObjectId, or NULL. Caller frees. */
static char *goid_foreign(const unsigned char *bytes, size_t n)
{
    static const unsigned char mark[12] = {'v', 'C', 'a', 'l', '-', 'U', 'i', 'd', 1, 0, 0, 0};
    if (n <= 40 + sizeof mark || memcmp(bytes + 40, mark, sizeof mark) != 0) {
        return NULL;
    }
    const char *uid = (const char *)bytes + 40 + sizeof mark;
    size_t length = strnlen(uid, n - 40 - sizeof mark);
    return length && str_utf8_valid(uid, length) ? mem_strndup(uid, length) : NULL;
}

static char *goid_key(const char *lower)
{
    size_t n = 0;
    CLEANUP(mem_free) unsigned char *bytes = hex_decode(lower, &n);
    if (!bytes || n < 40) {
        return NULL;
    }
    char *foreign = goid_foreign(bytes, n);
    if (foreign) {
        return foreign;
    }
    memset(bytes + 16, 0, 4); /* the date of an occurrence */
    return hex_encode(bytes, n);
}

char *match_uid_plain(const char *uid)
{
    static const char *const heads[] = {"urn:uuid:", "uuid:"};
    for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
        if (str_istarts(uid, heads[i])) {
            uid += strlen(heads[i]);
        }
    }
    char *lower = str_lower(uid);
    char *goid = str_starts(lower, GOID_HEAD) ? goid_key(lower) : NULL;
    if (goid) {
        free(lower);
        if (str_starts(goid, GOID_HEAD)) {
            return goid;
        }
        char *foreign = match_uid_plain(goid); /* half as long: this ends */
        free(goid);
        return foreign;
    }
    /* Case counts, except in what is a number in hex. */
    if (*lower && strspn(lower, "0123456789abcdef-{}") == strlen(lower)) {
        return lower;
    }
    free(lower);
    return mem_strdup(uid);
}

char *match_uid_key(const struct json *doc)
{
    const char *uid = json_get_str(doc, "uid");
    if (str_empty(uid)) {
        return NULL;
    }
    CLEANUP(mem_free) char *plain = match_uid_plain(uid);
    const char *occurrence = json_get_str(doc, "recurrenceId");
    return str_printf("%s%s%s", plain, occurrence ? "\x1f" : "", occurrence ? occurrence : "");
}
