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
    {"fits/meeting", "\"participants\":{\"1\":{\"email\":\"a\",\"roles\":{\"owner\":true}}}",
        "\"participants\":{\"1\":{\"email\":\"a\",\"roles\":{\"owner\":true,\"attendee\":true},"
        "\"participationStatus\":\"accepted\",\"sentBy\":\"s\"},\"2\":{\"sendTo\":{\"other\":\"u\"}"
        "}}",
        LINK_TWO_WAY,
        "(left participants/1/roles/attendee): that side does not tell this\n"
        "left participants/1/participationStatus: Outlook keeps yes, no or maybe of a guest, and "
        "nothing of the organizer\n"
        "left participants/1/sentBy: Outlook does not tell who sent the invitation for the "
        "organizer\n"
        "left participants/2: Outlook invites people by their e-mail address only\n",
        3},
    {"fits/online-meeting", "\"x\":null",
        "\"virtualLocations\":{\"1\":{\"@type\":\"VirtualLocation\",\"uri\":\"https://meet.example/"
        "1\"}}",
        LINK_TWO_WAY,
        "left virtualLocations/1: Outlook has no field for the link to an online meeting; what its "
        "place or text says of it is there\n",
        1},
    {"fits/colour", "\"x\":null", "\"color\":\"red\"", LINK_TWO_WAY,
        "left color: Outlook has colours of categories, which each mailbox chooses, and none of "
        "single items\n",
        1},
    {"fits/status", "\"x\":null", "\"status\":\"tentative\"", LINK_TWO_WAY,
        "left status: Outlook keeps of a meeting that it is cancelled, and nothing else of the "
        "kind\n",
        1},
    {"fits/unknown-member", "\"x\":null",
        "\"speakToAs\":{\"pronouns\":{\"1\":{\"pronouns\":\"she\"}}}", LINK_TWO_WAY,
        "left speakToAs: Outlook has no field for it\n", 1},
    {"fits/server-lacks", "\"lockstep.example:billing\":\"A1\"", "\"x\":null", LINK_TWO_WAY,
        "right lockstep.example:billing: the vCard there has no field for it\n", 1},
    {"fits/photo-over-limit", "\"x\":null",
        "\"media\":{\"1\":{\"kind\":\"photo\",\"uri\":\"lockstep.kept:r:abc:700000\"}}",
        LINK_TWO_WAY,
        "left media/1: the photo is larger than this link lets pass ('lockstep link set LINK "
        "--photo-limit KB' changes that)\n",
        1},
    {"fits/photo-over-limit-out",
        "\"media\":{\"photo\":{\"kind\":\"photo\",\"uri\":\"lockstep.kept:l:abc:700000\"}}",
        "\"x\":null", LINK_TWO_WAY,
        "right media/photo: the photo is larger than this link lets pass ('lockstep link set LINK "
        "--photo-limit KB' changes that)\n",
        1},
    {"fits/photo-over-limit-beside-another",
        "\"media\":{\"photo\":{\"kind\":\"photo\",\"uri\":\"lockstep.kept:l:abc:700000\"}}",
        "\"media\":{\"1\":{\"kind\":\"photo\",\"uri\":\"lockstep.blob:def:2000\"}}", LINK_TWO_WAY,
        "right media/photo/uri: the photo is larger than this link lets pass ('lockstep link set "
        "LINK "
        "--photo-limit KB' changes that)\n",
        1},
    {"fits/photo-too-large", "\"x\":null",
        "\"media\":{\"1\":{\"kind\":\"photo\",\"uri\":\"lockstep.kept:5000000\"}}", LINK_TWO_WAY,
        "left media/1: the photo is larger than 4 MB, and none so large passes\n", 1},
    {"fits/photo-link", "\"x\":null",
        "\"media\":{\"1\":{\"kind\":\"photo\",\"uri\":\"https://example.com/a.jpg\"}}",
        LINK_TWO_WAY, "left media/1: Outlook holds photos, but no links to photos\n", 1},
    {"fits/photo-refused",
        "\"media\":{\"photo\":{\"kind\":\"photo\",\"uri\":\"lockstep.blob:abc:2000\"}}",
        "\"x\":null", LINK_TWO_WAY,
        "right media/photo: the photo was refused there, or the vCard there has no field for it\n",
        1},
    {"fits/second-photo",
        "\"media\":{\"1\":{\"kind\":\"photo\",\"uri\":\"lockstep.blob:abc:2000\"}}",
        "\"media\":{\"1\":{\"kind\":\"photo\",\"uri\":\"lockstep.blob:abc:2000\"},"
        "\"2\":{\"kind\":\"photo\",\"uri\":\"lockstep.blob:def:2000\"}}",
        LINK_TWO_WAY, "left media/2: Outlook has room for one photo\n", 1},
    {"fits/member", "\"members\":{\"u1\":true}", "\"members\":{\"u1\":true,\"u2\":true}",
        LINK_TWO_WAY,
        "left members/u2: the contact is not in the folder there, or not in step yet\n", 1},
    {"fits/one-off-member", "\"members\":{\"mailto:a@b.example\":true}", "\"x\":null", LINK_TWO_WAY,
        "right members/mailto:a@b.example: the list there takes contacts of its folder only\n", 1},
    {"fits/second-language", "\"preferredLanguages\":{\"1\":{\"language\":\"de\"}}",
        "\"preferredLanguages\":{\"1\":{\"language\":\"de\"},\"2\":{\"language\":\"fr\"}}",
        LINK_TWO_WAY, "left preferredLanguages/2: Outlook has room for one language\n", 1},
    {"fits/key", "\"x\":null", "\"cryptoKeys\":{\"1\":{\"uri\":\"https://example.com/k.asc\"}}",
        LINK_TWO_WAY,
        "left cryptoKeys/1: Outlook has room for certificates, but not for other keys or links to "
        "them\n",
        1},
    {"fits/free-busy", "\"x\":null",
        "\"calendars\":{\"1\":{\"kind\":\"freeBusy\",\"uri\":\"https://example.com/fb\"}}",
        LINK_TWO_WAY, "left calendars/1: Outlook has room for one address of free and busy times\n",
        1},
    {"fits/date-beside-the-rule", "\"x\":null",
        "\"recurrenceOverrides\":{\"2026-01-14T10:00:00\":{},\"2026-01-15T10:00:00\":{\"excluded\":"
        "true}}",
        LINK_TWO_WAY,
        "left recurrenceOverrides/2026-01-14T10:00:00: Outlook has no dates beside the rule of a "
        "series, so this one is not shown\n"
        "left recurrenceOverrides/2026-01-15T10:00:00: there it is no date of the series\n",
        2},
    {"fits/part-of-an-occurrence",
        "\"color\":\"red\",\"locations\":{\"l1\":{\"name\":\"A\"}},"
        "\"recurrenceOverrides\":{\"2026-01-14T10:00:00\":{\"title\":\"x\",\"locations/l1/"
        "name\":\"B\"}}",
        "\"locations\":{\"1\":{\"name\":\"A\"}},"
        "\"recurrenceOverrides\":{\"2026-01-14T10:00:00\":{\"title\":\"x\",\"locations/1/"
        "name\":\"B\","
        "\"status\":\"tentative\",\"virtualLocations\":{\"1\":{\"uri\":\"u\"}}},"
        "\"2026-01-15T10:00:00\":{\"keywords/a\":true}}",
        LINK_TWO_WAY,
        "right color: the vCard there has no field for it\n"
        "left recurrenceOverrides/2026-01-14T10:00:00/status: Outlook keeps of a meeting that it "
        "is cancelled, and nothing else of the kind\n"
        "left recurrenceOverrides/2026-01-14T10:00:00/virtualLocations~11: Outlook has no field "
        "for the link to an online meeting; what its place or text says of it is there\n"
        "left recurrenceOverrides/2026-01-15T10:00:00/keywords~1a: Outlook has no field for it\n",
        4},
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
    {"fits/words/photo",
        "\"media\":{\"1\":{\"kind\":\"photo\",\"uri\":\"lockstep.blob:abc:2000\"}}", "photo",
        "a photo of 2 KB"},
    {"fits/words/photo-kept",
        "\"media\":{\"1\":{\"kind\":\"photo\",\"uri\":\"lockstep.kept:l:abc:700000\"}}", "photo",
        "a photo of 684 KB"},
    {"fits/words/photo-too-large",
        "\"media\":{\"1\":{\"kind\":\"photo\",\"uri\":\"lockstep.kept:5000000\"}}", "photo",
        "a photo of 4883 KB"},
    {"fits/words/photo-link",
        "\"media\":{\"1\":{\"kind\":\"photo\",\"uri\":\"https://example.com/a.jpg\"}}", "photo",
        "https://example.com/a.jpg"},
    {"fits/words/language", "\"preferredLanguages\":{\"1\":{\"language\":\"de\"}}", "language",
        "de"},
    {"fits/words/member", "\"members\":{\"mailto:a@b.example\":true}", "member",
        "mailto:a@b.example"},
    {"fits/words/certificate",
        "\"cryptoKeys\":{\"1\":{\"uri\":\"data:application/pkix-cert;base64,AAAA\"}}",
        "certificate", "a certificate or key of 3 bytes"},
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
