/* Generated contacts through every form and back: nothing is lost, what is written again is the
 * same, and one changed member changes only what belongs to it.
 *
 *   generated [N [SEED]]    N contacts through each property, however long it takes
 *   generated               500 each; a property that needs more than 15 seconds stops early
 *
 * The seed is printed, and for each property how many contacts it saw: "500 contacts" means as many
 * as were asked for. A contact that fails is made smaller before it is shown. */
#include "tests/unit/contacts/make.h"

#include "client/base/buf.h"
#include "client/codec/lines.h"
#include "client/codec/vcard.h"
#include "client/item/doc.h"
#include "mapi/map/map.h"
#include "tests/unit/map/dump.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct map_env ENV = {"Europe/Vienna", 1700000000, NULL};

/* ---- saying what is wrong ---- */
static char *wrong(const char *what, const struct json *doc, const char *detail)
{
    CLEANUP(mem_free) char *shown = doc ? json_print(doc) : NULL;
    return str_printf("%s\n  document: %s\n  %s", what, shown ? shown : "-", detail);
}

static int component_order(const struct json *a, const struct json *b)
{
    int order = strcmp(json_get_str(a, "kind"), json_get_str(b, "kind"));
    return order ? order : strcmp(json_get_str(a, "value"), json_get_str(b, "value"));
}

/* A copy with the components of addresses sorted: their order is the form's, and doc_rekey finds
 * equal entries by their text. Caller frees. */
static struct json *sorted(const struct json *doc)
{
    struct json *copy = json_dup(doc);
    for (struct json *a = json_first(json_get(copy, "addresses")); a; a = json_next(a)) {
        CLEANUP(json_free) struct json *left = json_detach(a, "components");
        struct json *list = json_array();
        while (json_count(left)) {
            size_t least = 0;
            for (size_t i = 1; i < json_count(left); i++) {
                least = component_order(json_at(left, i), json_at(left, least)) < 0 ? i : least;
            }
            struct json *rest = json_array();
            for (size_t i = 0; i < json_count(left); i++) {
                json_append(i == least ? list : rest, json_dup(json_at(left, i)));
            }
            json_free(left);
            left = rest;
        }
        if (json_count(list)) {
            json_set(a, "components", list);
        } else {
            json_free(list);
        }
    }
    return copy;
}

/* What `after` does not have of `before`; NULL if it has all. Caller frees. */
static char *lost(const struct json *was, const struct json *after, bool exactly)
{
    CLEANUP(json_free) struct json *before = sorted(was), *again = sorted(after);
    CLEANUP(json_free) struct json *gone = json_object();
    doc_rekey(again, before);
    CLEANUP(json_free) struct json *patch = doc_diff(before, again);
    for (const struct json *p = json_first(patch); p; p = json_next(p)) {
        if (exactly || json_pointer(before, json_key(p))) {
            json_set(gone, json_key(p), json_dup(p));
        }
    }
    return json_count(gone) ? json_print(gone) : NULL;
}

/* ---- one member changed ---- */
static const struct member {
    const char *name,
        *lines; /* the vCard properties that may change with it, by their beginnings */
} members[] = {
    {"name", " N FN "},
    {"emails", " EMAIL X-ABLabel "},
    {"phones", " TEL X-MS-TEL X-ABLabel "},
    {"addresses", " ADR LABEL X-ABLabel X-MS-OL-DEFAULT-POSTAL-ADDRESS "},
    {"organizations", " ORG "},
    {"titles", " TITLE ROLE "},
    {"notes", " NOTE "},
    {"nicknames", " NICKNAME "},
    {"keywords", " CATEGORIES "},
    {"links", " URL X-ABLabel "},
    {"onlineServices",
        " IMPP X-MS-IMADDRESS X-AIM X-ICQ X-JABBER X-MSN X-SKYPE X-YAHOO X-ABLabel "},
    {"anniversaries", " BDAY ANNIVERSARY DEATHDATE X-ANNIVERSARY X-MS-ANNIVERSARY "},
    {"relatedTo", " RELATED X-MS-SPOUSE X-SPOUSE X-MS-CHILD "},
    {"kind", " KIND X-ADDRESSBOOKSERVER-KIND X-ABShowAs "},
    {"members", " MEMBER X-ADDRESSBOOKSERVER-MEMBER "},
};

static struct json *with_member(
    const struct json *card, const struct json *other, const struct member *m)
{
    struct json *changed = json_dup(card);
    const struct json *value = json_get(other, m->name);
    if (value) {
        json_set(changed, m->name, json_dup(value));
    } else {
        json_remove(changed, m->name);
    }
    return changed;
}

static size_t count_same(const struct lines *l, const struct line *like)
{
    size_t count = 0;
    for (const struct line *line = l->first; line; line = line->next) {
        count += line->raw_len == like->raw_len && memcmp(line->raw, like->raw, line->raw_len) == 0;
    }
    return count;
}

/* The first line that only one of the texts has and that is none of the member's; NULL if none.
 * Caller frees. */
static char *foreign_line(const char *before, const char *after, const struct member *m)
{
    CLEANUP(lines_free) struct lines *a = NULL, *b = NULL;
    if (lines_parse(before, strlen(before), &a, NULL) != RC_OK ||
        lines_parse(after, strlen(after), &b, NULL) != RC_OK) {
        return mem_strdup("it does not parse");
    }
    for (int side = 0; side < 2; side++) {
        const struct lines *from = side ? b : a, *other = side ? a : b;
        for (const struct line *line = from->first; line; line = line->next) {
            CLEANUP(mem_free) char *name = str_printf(" %s ", line->name);
            if (count_same(from, line) != count_same(other, line) && !strstr(m->lines, name)) {
                return str_printf("%c%.*s", side ? '+' : '-', (int)line->raw_len, line->raw);
            }
        }
    }
    return NULL;
}

/* ---- vCard ---- */
/* Exactly the same text again from `doc`; says what is wrong otherwise. */
static char *check_stable(const char *text, const struct json *doc, const char *what)
{
    CLEANUP(mem_free) char *again = NULL;
    struct err err = ERR_INIT;
    enum rc rc = vcard_write(text, doc, VCARD_3_0, &again, &err);
    char *result = rc != RC_OK            ? wrong(what, doc, err_text(&err))
                   : !str_eq(text, again) ? wrong(what, doc, again)
                                          : NULL;
    err_fini(&err);
    return result;
}

static char *check_patched(
    struct choices *c, const char *text, const struct json *card, const struct json *other)
{
    const struct member *m = &members[choose(c, ARRAY_LEN(members))];
    CLEANUP(json_free) struct json *changed = with_member(card, other, m), *again = NULL;
    CLEANUP(mem_free) char *out = NULL;
    struct err err = ERR_INIT;
    char *result = NULL;
    if (vcard_write(text, changed, VCARD_3_0, &out, &err) != RC_OK ||
        vcard_read(out, strlen(out), &again, &err) != RC_OK) {
        result = wrong("a changed member cannot be written", changed, err_text(&err));
    } else {
        CLEANUP(mem_free) char *gone = lost(changed, again, true);
        CLEANUP(mem_free) char *foreign = foreign_line(text, out, m);
        CLEANUP(mem_free)
        char *detail = str_printf("%s: %s\n%s->\n%s", m->name, gone ? gone : foreign, text, out);
        result = gone      ? wrong("a changed member reads differently", changed, detail)
                 : foreign ? wrong("a changed member touches other lines", changed, detail)
                           : NULL;
    }
    err_fini(&err);
    return result;
}

static char *check_vcard(struct choices *c, enum make_for form, enum vcard_version version)
{
    CLEANUP(json_free) struct json *card = make_card(c, form), *other = make_card(c, form);
    CLEANUP(json_free) struct json *again = NULL;
    CLEANUP(mem_free) char *text = NULL;
    struct err err = ERR_INIT;
    char *result = NULL;
    if (version == VCARD_2_1_OUTLOOK) {
        json_remove(card, "uid"); /* it has none there */
    }
    if (doc_check(ITEM_CONTACT, card, &err) != RC_OK ||
        vcard_write(NULL, card, version, &text, &err) != RC_OK ||
        vcard_read(text, strlen(text), &again, &err) != RC_OK) {
        result = wrong("a new card cannot be written", card, err_text(&err));
    }
    CLEANUP(mem_free) char *gone = result ? NULL : lost(card, again, true);
    if (gone) {
        CLEANUP(mem_free) char *detail = str_printf("%s\n%s", gone, text);
        result = wrong("a new card reads differently", card, detail);
    }
    result = result ? result : check_stable(text, again, "what was read is not the same text");
    result = result ? result : check_stable(text, card, "written twice it changes");
    result = result ? result : check_patched(c, text, again, other);
    err_fini(&err);
    return result;
}

static char *vcard_3(struct choices *c)
{
    return check_vcard(c, MAKE_VCARD_3, VCARD_3_0);
}

static char *vcard_4(struct choices *c)
{
    return check_vcard(c, MAKE_VCARD_4, VCARD_4_0);
}

static char *vcard_2_1(struct choices *c)
{
    return check_vcard(c, MAKE_VCARD_2_1, choose(c, 2) ? VCARD_2_1_OUTLOOK : VCARD_2_1);
}

/* A document beyond what the form can say: what it cannot say stays out of the way. */
static char *vcard_anything(struct choices *c)
{
    CLEANUP(json_free) struct json *card = make_card(c, MAKE_ANYTHING), *again = NULL;
    CLEANUP(mem_free) char *text = NULL;
    struct err err = ERR_INIT;
    char *result = NULL;
    if (vcard_write(NULL, card, (enum vcard_version)choose(c, 4), &text, &err) != RC_OK ||
        vcard_read(text, strlen(text), &again, &err) != RC_OK ||
        doc_check(ITEM_CONTACT, again, &err) != RC_OK) {
        result = wrong("a rich card cannot be written", card, err_text(&err));
    }
    result = result ? result : check_stable(text, again, "a rich card is not stable");
    err_fini(&err);
    return result;
}

/* ---- Outlook ---- */
static char *write_item(struct props *item, const struct json *doc, char **ret_names)
{
    struct map_change change = {0};
    struct err err = ERR_INIT;
    char *result = NULL;
    if (map_write(ITEM_CONTACT, item, doc, &ENV, &change, &err) != RC_OK) {
        result = wrong("Outlook does not take it", doc, err_text(&err));
    } else if (ret_names) {
        *ret_names = dump_change_text(&change);
    }
    dump_apply(item, &change);
    map_change_fini(&change);
    err_fini(&err);
    return result;
}

static struct json *read_item(const struct props *item)
{
    struct json *doc = NULL;
    return map_read(ITEM_CONTACT, item, &ENV, &doc, NULL) == RC_OK ? doc : json_object();
}

/* One member changed: it arrives, and all others stay. */
static char *check_item_patched(struct choices *c, struct props *item, const struct json *card)
{
    CLEANUP(json_free) struct json *other = make_card(c, MAKE_OUTLOOK);
    const struct member *m = &members[choose(c, ARRAY_LEN(members) - 2)];
    CLEANUP(json_free) struct json *changed = with_member(card, other, m);
    char *result = write_item(item, changed, NULL);
    CLEANUP(json_free) struct json *again = read_item(item);
    CLEANUP(mem_free) char *gone = result ? NULL : lost(changed, again, false);
    if (gone) {
        CLEANUP(mem_free) char *detail = str_printf("%s: %s", m->name, gone);
        result = wrong("a changed member does not stay in Outlook", changed, detail);
    }
    return result;
}

static char *outlook(struct choices *c)
{
    CLEANUP(json_free) struct json *card = make_card(c, MAKE_OUTLOOK);
    struct props item CLEANUP_FINI(props_fini) = {0};
    CLEANUP(mem_free) char *changes = NULL;
    char *result = write_item(&item, card, NULL);
    CLEANUP(json_free) struct json *again = read_item(&item);
    CLEANUP(mem_free) char *gone = result ? NULL : lost(card, again, false);
    if (gone) {
        result = wrong("Outlook loses something", card, gone);
    }
    result = result ? result : write_item(&item, again, &changes);
    if (!result && !str_empty(changes)) {
        result = wrong("what was read is written again", again, changes);
    }
    return result ? result : check_item_patched(c, &item, again);
}

/* vCard 2.1 and 3.0 have no place for these; they stay in Outlook. */
static bool is_known_loss(const char *path)
{
    return str_ends(path, "countryCode") || strstr(path, DOC_EXT);
}

/* From Outlook into a vCard and back: Outlook has nothing to change. */
static char *across(struct choices *c)
{
    CLEANUP(json_free) struct json *card = make_card(c, MAKE_OUTLOOK), *back = NULL;
    struct props item CLEANUP_FINI(props_fini) = {0};
    CLEANUP(mem_free) char *text = NULL, *changes = NULL;
    char *result = write_item(&item, card, NULL);
    CLEANUP(json_free) struct json *doc = read_item(&item);
    if (!result &&
        (vcard_write(NULL, doc, (enum vcard_version)choose(c, 4), &text, NULL) != RC_OK ||
            vcard_read(text, strlen(text), &back, NULL) != RC_OK)) {
        result = wrong("it does not come back from a vCard", doc, text ? text : "");
    }
    if (result) {
        return result;
    }
    doc_rekey(back, doc);
    CLEANUP(json_free) struct json *patch = doc_diff(doc, back);
    for (const struct json *p = json_first(patch); p; p = json_next(p)) {
        const struct json *had = json_pointer(doc, json_key(p));
        if (had && is_known_loss(json_key(p)) &&
            json_pointer_set(back, json_key(p), json_dup(had), NULL) != RC_OK) {
            return wrong("cannot be put back", doc, json_key(p));
        }
    }
    result = write_item(&item, back, &changes);
    if (!result && !str_empty(changes)) {
        CLEANUP(mem_free) char *detail = str_printf("%s\n%s", changes, text);
        result = wrong("through a vCard it changes Outlook", doc, detail);
    }
    return result;
}

/* ---- running ---- */
enum { ORDINARY_COUNT = 500, ORDINARY_SECONDS = 15 };

static const struct {
    const char *name;
    choices_property *property;
} properties[] = {
    {"contacts/generated/vcard-3", vcard_3},
    {"contacts/generated/vcard-4", vcard_4},
    {"contacts/generated/vcard-2.1", vcard_2_1},
    {"contacts/generated/vcard-anything", vcard_anything},
    {"contacts/generated/outlook", outlook},
    {"contacts/generated/across", across},
};

static void show_failure(
    choices_property *property, struct choices *c, const char *name, uint64_t seed, long number)
{
    CLEANUP(mem_free) uint32_t *list = mem_alloc((c->count + 1) * sizeof *list);
    size_t count = c->count;
    memcpy(list, c->made, count * sizeof *list);
    uint32_t *shrunk = list;
    list = NULL;
    choices_shrink(property, &shrunk, &count, 3000);
    struct choices small = {.given = shrunk, .given_count = count};
    CLEANUP(mem_free) char *text = property(&small);
    printf("FAIL %s: contact %ld of seed %" PRIu64 ", made smaller:\n%s\n", name, number, seed,
        text ? text : "(did not fail again)");
    choices_fini(&small);
    free(shrunk);
}

/* The contacts of one property; false if one failed. */
static bool run(size_t which, long count, uint64_t seed, time_t until, long *ret_done)
{
    for (long i = 0; i < count && (!until || time(NULL) < until); i++) {
        struct choices c = {
            .dice = (seed + (uint64_t)i) * UINT64_C(0x9E3779B97F4A7C15) + which + 1};
        CLEANUP(mem_free) char *text = properties[which].property(&c);
        if (text) {
            show_failure(properties[which].property, &c, properties[which].name, seed, i);
        }
        choices_fini(&c);
        if (text) {
            return false;
        }
        (*ret_done)++;
    }
    return true;
}

int main(int argc, char **argv)
{
    bool ordinary = argc < 2;
    long count = ordinary ? ORDINARY_COUNT : atol(argv[1]);
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : (uint64_t)time(NULL);
    int passed = 0, failed = 0;
    printf("seed %" PRIu64 "\n", seed);
    fflush(stdout);
    for (size_t i = 0; i < ARRAY_LEN(properties); i++) {
        long done = 0;
        bool ok = run(i, count, seed, ordinary ? time(NULL) + ORDINARY_SECONDS : 0, &done);
        if (ok && done < count) {
            printf("ok %s   # only %ld of %ld contacts in %d seconds: this machine is loaded\n",
                properties[i].name, done, count, ORDINARY_SECONDS);
        } else if (ok) {
            printf("ok %s   # %ld contacts\n", properties[i].name, done);
        }
        fflush(stdout);
        passed += ok;
        failed += !ok;
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
