/* What does not fit: for each line of the table of reasons a document that needs it, and what is
 * no reason to worry. */
#include "client/app/fits.h"

#include "client/base/buf.h"
#include "client/item/doc.h"
#include "tests/unit/check.h"

/* The lacks of the rows as "side path: why\n", marks in brackets. Caller frees. */
static char *lacks_text(const struct json *rows)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (const struct json *r = json_first(rows); r; r = json_next(r)) {
        for (const struct json *l = json_first(json_get(r, "lacks")); l; l = json_next(l)) {
            bool mark = json_get_bool(l, "mark", false);
            buf_addf(&b, "%s%s %s%s: %s\n", mark ? "(" : "", json_get_str(l, "side"),
                json_get_str(l, "path"), mark ? ")" : "", json_get_str(l, "why"));
        }
    }
    return buf_take(&b);
}

static const struct {
    const char *name, *left, *right; /* members; left is Outlook, right a server */
    enum link_direction direction;
    const char *lacks;
    long count;
} cases[] = {
    {"fits/same", "\"emails\":{\"1\":{\"address\":\"a\"}}",
        "\"emails\":{\"x\":{\"address\":\"a\"}}", LINK_TWO_WAY, "", 0},
    {"fits/fourth-email",
        "\"emails\":{\"1\":{\"address\":\"a\"},\"2\":{\"address\":\"b\"},\"3\":{\"address\":\"c\"}"
        "}",
        "\"emails\":{\"1\":{\"address\":\"a\"},\"2\":{\"address\":\"b\"},\"3\":{\"address\":\"c\"},"
        "\"4\":{\"address\":\"d\",\"label\":\"club\"}}",
        LINK_TWO_WAY, "left emails/4: Outlook has room for three e-mail addresses\n", 1},
    {"fits/label", "\"phones\":{\"1\":{\"number\":\"1\"}}",
        "\"phones\":{\"1\":{\"number\":\"1\",\"label\":\"boat\"}}", LINK_TWO_WAY,
        "left phones/1/label: Outlook has a fixed set of labels for phone numbers\n", 1},
    {"fits/mark", "\"emails\":{\"1\":{\"address\":\"a\"}}",
        "\"emails\":{\"1\":{\"address\":\"a\",\"pref\":1,\"contexts\":{\"work\":true}}}",
        LINK_TWO_WAY,
        "(left emails/1/pref): that side does not tell this\n"
        "(left emails/1/contexts): that side does not tell this\n",
        0},
    {"fits/second-spouse", "\"relatedTo\":{\"Eva\":{\"relation\":{\"spouse\":true}}}",
        "\"relatedTo\":{\"Eva\":{\"relation\":{\"spouse\":true}},\"Ada\":{\"relation\":{\"spouse\":"
        "true}}}",
        LINK_TWO_WAY,
        "left relatedTo/Ada: Outlook has room for children, one spouse, one manager and one "
        "assistant\n",
        1},
    {"fits/address-text",
        "\"addresses\":{\"1\":{\"components\":[{\"kind\":\"name\",\"value\":\"x\"}]}}",
        "\"addresses\":{\"1\":{\"components\":[{\"kind\":\"name\",\"value\":\"x\"}],\"full\":\"x "
        "y\"}}",
        LINK_TWO_WAY,
        "left addresses/1/full: Outlook makes the text of an address from its parts\n", 1},
    {"fits/unknown-member", "\"x\":null",
        "\"speakToAs\":{\"pronouns\":{\"1\":{\"pronouns\":\"she\"}}}", LINK_TWO_WAY,
        "left speakToAs: Outlook has no field for it\n", 1},
    {"fits/server-lacks", "\"lockstep.example:billing\":\"A1\"", "\"x\":null", LINK_TWO_WAY,
        "right lockstep.example:billing: the vCard there has no field for it\n", 1},
    {"fits/one-way", "\"notes\":{}", "\"notes\":{\"1\":{\"note\":\"n\"}}", LINK_LEFT_TO_RIGHT,
        "left notes/1: the link never writes to this side\n", 1},
};

static struct json *card(const char *members)
{
    CLEANUP(mem_free)
    char *text = str_printf("{\"@type\":\"Card\",\"version\":\"1.0\",\"uid\":\"u\",%s}", members);
    struct json *v = NULL;
    return json_parse(text, strlen(text), &v, NULL) == RC_OK ? (json_remove(v, "x"), v) : NULL;
}

static void test_lacks(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        if (!check_case(c, cases[i].name)) {
            continue;
        }
        CLEANUP(json_free) struct json *left = card(cases[i].left), *right = card(cases[i].right);
        doc_rekey(right, left);
        struct fits f = {ITEM_CONTACT, {left, right}, {"outlook", "dav"}, cases[i].direction};
        CLEANUP(json_free) struct json *rows = fits_rows(&f);
        CLEANUP(mem_free) char *got = lacks_text(rows);
        check_str(c, got, cases[i].lacks);
        check_int(c, fits_count(rows), cases[i].count);
    }
}

static const struct {
    const char *name, *members, *field, *words;
} words[] = {
    {"fits/words/phone",
        "\"phones\":{\"1\":{\"number\":\"+1\",\"contexts\":{\"private\":true},\"features\":{"
        "\"fax\":"
        "true},\"label\":\"boat\",\"pref\":1}}",
        "phone", "+1 (home, fax, boat, preferred)"},
    {"fits/words/address",
        "\"addresses\":{\"1\":{\"components\":[{\"kind\":\"name\",\"value\":\"Weg "
        "1\"},{\"kind\":\"separator\",\"value\":\",\"},{\"kind\":\"locality\",\"value\":\"Ulm\"}]}"
        "}",
        "address", "Weg 1, Ulm"},
    {"fits/words/company",
        "\"organizations\":{\"1\":{\"name\":\"F\",\"units\":[{\"name\":\"R&D\"}]}}", "company",
        "F, R&D"},
    {"fits/words/birthday",
        "\"anniversaries\":{\"1\":{\"kind\":\"birth\",\"date\":{\"year\":1980,\"month\":3,\"day\":"
        "22}}}",
        "date", "1980-03-22 (birth)"},
    {"fits/words/no-year",
        "\"anniversaries\":{\"1\":{\"kind\":\"birth\",\"date\":{\"month\":3,\"day\":22}}}", "date",
        "--03-22 (birth)"},
    {"fits/words/person",
        "\"relatedTo\":{\"Eva\":{\"relation\":{\"lockstep.example:manager\":true}}}",
        "related person", "Eva (manager)"},
    {"fits/words/category", "\"keywords\":{\"Red\":true}", "category", "Red"},
    {"fits/words/extension", "\"lockstep.example:fileAs\":\"Bell, Anna\"", "file as", "Bell, Anna"},
    {"fits/words/other", "\"speakToAs\":{\"a\":1}", "speak to as", "{\"a\":1}"},
};

static void test_words(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (!check_case(c, words[i].name)) {
            continue;
        }
        CLEANUP(json_free) struct json *left = card(words[i].members), *right = json_dup(left);
        struct fits f = {ITEM_CONTACT, {left, right}, {"outlook", "dav"}, LINK_TWO_WAY};
        CLEANUP(json_free) struct json *rows = fits_rows(&f);
        check_int(c, (int64_t)json_count(rows), 1);
        check_str(c, json_get_str(json_first(rows), "field"), words[i].field);
        check_str(c, json_get_str(json_first(rows), "left"), words[i].words);
        check_str(c, json_get_str(json_first(rows), "right"), words[i].words);
    }
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    test_lacks(&c);
    test_words(&c);
    return check_end(&c);
}
