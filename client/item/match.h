/* Which items of two folders are one and the same, when nothing but their contents says so: first
 * syncs, folders that another tool filled, lost state files. Pure; nothing is joined here.
 *
 * Two documents get a score from the table below. From MATCH_SURE on, and with a lead of MATCH_LEAD
 * over every other candidate of both, a pair is certain. From MATCH_MAYBE on it is doubtful: a
 * person has to look. What has no key (no name, no address, no title) matches nothing.
 *
 *   contact  same e-mail address                              +60
 *            same phone number, 7 digits or more              +40   (shorter: +20)
 *            same name (words in any order, case apart)       +40   (company, where both have no name)
 *            one name within the other                        +20
 *            names share a word only -20, nothing -50: then at most doubtful
 *            same company, beside names                       +20
 *            same birthday +30, another one -40: then at most doubtful
 *            only different e-mail addresses -10, phone numbers -10
 *   group    same name                                        +40   (else no match; people never)
 *            half the members of the shorter list in common   +30   (both empty, or as many unknown: +20)
 *            some members in common +10, none -5
 *   event    same title                                       +40   (else no match)
 *            same start as an instant +30, on the clock only +20; same day -5, another day -50
 *            same end +10, another end -15
 *            same rule +10, another rule -15, one is a series -40
 *   task     same title                                       +40   (else no match)
 *            same due date +25, both without dates +20, another one -25
 *            same start date +10
 *            one is a series -15 */
#ifndef LOCKSTEP_ITEM_MATCH_H
#define LOCKSTEP_ITEM_MATCH_H

#include "client/base/json.h"
#include "client/item/kind.h"

#include <stdint.h>

#define MATCH_SURE  60
#define MATCH_MAYBE 30
#define MATCH_LEAD  15

/* Why two documents look alike, and what speaks against it: bits. */
enum match_reason {
    MATCH_EMAIL = 1 << 0,
    MATCH_PHONE = 1 << 1,
    MATCH_NAME = 1 << 2,
    MATCH_NAME_PART = 1 << 3,
    MATCH_COMPANY = 1 << 4,
    MATCH_BIRTHDAY = 1 << 5,
    MATCH_TITLE = 1 << 6,
    MATCH_START = 1 << 7,
    MATCH_END = 1 << 8,
    MATCH_RULE = 1 << 9,
    MATCH_DUE = 1 << 10,
    MATCH_MEMBERS = 1 << 11,
    MATCH_TEXT = 1 << 12,
    MATCH_OTHER_NAME = 1 << 13, /* from here on: against */
    MATCH_OTHER_BIRTHDAY = 1 << 14,
    MATCH_OTHER_EMAIL = 1 << 15,
    MATCH_OTHER_PHONE = 1 << 16,
    MATCH_OTHER_START = 1 << 17,
    MATCH_OTHER_END = 1 << 18,
    MATCH_OTHER_RULE = 1 << 19,
    MATCH_OTHER_DUE = 1 << 20,
    MATCH_OTHER_MEMBERS = 1 << 21,
    MATCH_OTHER_TEXT = 1 << 22,
    MATCH_SEVERAL = 1 << 23, /* another item fits (nearly) as well */
};
/* "same e-mail address, same name; but another birthday". Caller frees. */
char *match_reasons_text(unsigned reasons);

/* The item in one line: name, company, addresses, numbers; title, time, place. Not redacted. Caller
 * frees. */
char *match_words(enum item_kind kind, const struct json *doc);

/* What two spellings of one uid have in common: without "urn:uuid:", hex in lower case, a
 * GlobalObjectId in hex ([MS-OXOCAL] section 2.2.1.27) without its occurrence date, or, where it
 * wraps a foreign uid ("vCal-Uid"), that uid. A lone occurrence is told apart from its series by
 * its recurrenceId. NULL if the document has no uid. Caller frees. */
char *match_uid_key(const struct json *doc);
/* The same of a uid that stands elsewhere, as a member of a group. Caller frees. */
char *match_uid_plain(const char *uid);

/* True if two spellings are one telephone number: the same digits, or a national number against the
 * same one with its country code. */
bool match_same_phone(const char *a, const char *b);

/* What a document is recognised by, in normal form. Opaque; made once an item. */
struct match_traits;
struct match_traits *match_traits_new(enum item_kind kind, const struct json *doc);
void match_traits_free(struct match_traits *t);

/* The score of two items of one kind, at most MATCH_SURE - 1 if something forbids certainty. */
int match_score(
    const struct match_traits *left, const struct match_traits *right, unsigned *ret_reasons);

struct match_pair {
    size_t left, right; /* indexes */
    int score;
    unsigned reasons;
    bool sure;
};
struct match_result {
    struct match_pair *pairs; /* owned; an item is in at most one sure pair and then in no other */
    size_t count, cap;
    size_t comparisons; /* how many pairs were scored */
};
void match_result_fini(struct match_result *r);

/* Finds the pairs among two lists of traits; NULL stands for an item that is not to be matched.
 * `apart` (may be NULL) says that a person has told two items to be different. Only items that
 * share a key are compared, and of a key that many share a bounded number with each: the work is
 * proportional to the number of items. Of doubtful pairs only the few best are named, but every
 * item of a crowded key that looks like another is in one. */
void match_find(struct match_traits *const *left, size_t left_count,
    struct match_traits *const *right, size_t right_count,
    bool (*apart)(void *user, size_t left, size_t right), void *user, struct match_result *ret);

#endif
