/* What a document is recognised by, in normal form: shared by traits.c, which makes it, and
 * match.c, which compares it. */
#ifndef LOCKSTEP_ITEM_TRAITS_H
#define LOCKSTEP_ITEM_TRAITS_H

#include "client/item/match.h"

#define TRAITS_LIST_MAX 16 /* e-mail addresses, numbers or words of a name that are looked at */

struct traits_list {
    char *items[TRAITS_LIST_MAX]; /* owned */
    size_t count;
};

struct match_traits {
    enum item_kind kind;
    /* contact */
    struct traits_list emails, phones; /* folded addresses; numbers as written */
    struct traits_list words;          /* of the name, folded and sorted */
    char *name;                        /* owned; the words joined; NULL: none */
    bool is_group;                     /* a list of people: `words` are its name's */
    struct json *members;              /* owned; of a group: its members as a set; NULL: none */
    bool is_company;                   /* there was no name: `words` are the company's */
    char *company, *birthday;          /* owned; NULL: none */
    /* event, task and note */
    char *title;      /* owned; folded; NULL: none */
    char *occurrence; /* owned; recurrenceId; NULL: none */
    char *rule;       /* owned; NULL: no series */
    bool has_start, has_instant, has_end;
    int64_t start_wall, start_instant; /* seconds; instant: in UTC, where the zone is known */
    int64_t length;                    /* seconds from start to end */
    char *due, *start_day;             /* owned; task: dates "2026-11-23"; NULL: none */
    char *text;                        /* owned; note: folded; NULL: none */
};

/* The digits that tell a number: without trunk zeros, "(0)" and extension. Writes at most 31 and a
 * NUL; *ret_full: it was written with a country code. Returns their count. */
size_t traits_digits(const char *number, char out[32], bool *ret_full);
/* Lower case (ASCII, Latin-1 and Greek/Cyrillic basics stay as they are), white space folded; NULL
 * for nothing. Caller frees. */
char *traits_fold(const char *text);
/* The text keys under which an item is looked for: calls `f` for each. */
void traits_keys(const struct match_traits *t, void (*f)(void *user, const char *key), void *user);

#endif
