/* Never mail: which events would make a server write to people, and the text that keeps it quiet.
 */
#include "client/remote/dav/dav_private.h"
#include "client/remote/meeting.h"
#include "client/remote/mute.h"
#include "client/item/doc.h"
#include "client/remote/text_item.h"
#include <string.h>
#include "tests/unit/check.h"

#define EVENT(lines) "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" lines "END:VEVENT\r\nEND:VCALENDAR\r\n"

static void test_attendees(struct check *c)
{
    static const struct {
        const char *text;
        bool want;
    } CASES[] = {
        {EVENT("SUMMARY:ATTENDEE:mailto:x\r\n"), false},
        {EVENT("ORGANIZER:mailto:a@example.test\r\n"), false},
        {EVENT("ATTENDEE:mailto:b@example.test\r\n"), true},
        {EVENT("attendee;cn=B:mailto:b@example.test\r\n"), true},
        {EVENT("ATTENDEE;SCHEDULE-AGENT=CLIENT:mailto:b@example.test\r\n"), false},
        {EVENT("ATTENDEE;SCHEDULE-AGENT=NONE;CN=B:mailto:b@example.test\r\n"), false},
        {EVENT("ATTENDEE;SCHEDULE-AGENT=SERVER:mailto:b@example.test\r\n"), true},
        {EVENT("ATTENDEE;SCHEDULE-AG\r\n ENT=CLIENT:mailto:b@example.test\r\n"), false},
        {EVENT("ATTENDEE;SCHEDULE-AGENT=CLIENT:mailto:b@example.test\nATTENDEE:mailto:c@example."
               "test\n"),
            true},
        /* the reply of an attendee is sent unless the organizer's line says otherwise */
        {EVENT("ORGANIZER:mailto:a@example.test\r\n"
               "ATTENDEE;SCHEDULE-AGENT=CLIENT:mailto:b@example.test\r\n"),
            true},
        /* a name, or an address, is no parameter; nor is a word that only begins alike */
        {EVENT("ATTENDEE;CN=\"B;SCHEDULE-AGENT=CLIENT\":mailto:b@example.test\r\n"), true},
        {EVENT("ATTENDEE:mailto:b;SCHEDULE-AGENT=CLIENT@example.test\r\n"), true},
        {EVENT("ATTENDEE;SCHEDULE-AGENT=CLIENTS:mailto:b@example.test\r\n"), true},
        {EVENT("ATTENDEE;CN=\"a:b\";SCHEDULE-AGENT=\"NONE\":mailto:b@example.test\r\n"), false},
        {EVENT("ATTENDEE;SCHEDULE-AGENT=CLIENT;SCHEDULE-AGENT=SERVER:mailto:b@x.test\r\n"), true},
        {EVENT("ATTEN\r\n DEE:mailto:b@example.test\r\n"), true},
        {"", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        check_int(c, mute_wanted(CASES[i].text), CASES[i].want);
    }
}

static void test_mute(struct check *c)
{
    CLEANUP(mem_free)
    char *got = mute_people(EVENT("ORGANIZER;CN=A:mailto:a@example.test\r\n"
                                  "ATTENDEE:mailto:b@example.test\r\n"
                                  "ATTENDEE;SCHEDULE-AGENT=NONE:mailto:c@example.test\r\n"
                                  "SUMMARY:keep\r\n"));
    check_str(c, got,
        EVENT("ORGANIZER;SCHEDULE-AGENT=CLIENT\r\n ;CN=A:mailto:a@example.test\r\n"
              "ATTENDEE;SCHEDULE-AGENT=CLIENT\r\n :mailto:b@example.test\r\n"
              "ATTENDEE;SCHEDULE-AGENT=NONE:mailto:c@example.test\r\n"
              "SUMMARY:keep\r\n"));
    check_true(c, !mute_wanted(got));
}

/* Folds may be anywhere, and a name may look like the word. */
static void test_mute_hidden(struct check *c)
{
    CLEANUP(mem_free)
    char *got =
        mute_people(EVENT("ATTEN\r\n DEE;CN=\"B;SCHEDULE-AGENT=CLIENT\":mailto:b@x.test\r\n"));
    check_str(c, got,
        EVENT("ATTEN\r\n DEE;SCHEDULE-AGENT=CLIENT\r\n "
              ";CN=\"B;SCHEDULE-AGENT=CLIENT\":mailto:b@x.test\r\n"));
    check_true(c, !mute_wanted(got));
}

static void test_mute_organizer(struct check *c)
{
    CLEANUP(mem_free)
    char *got = mute_organizer(EVENT("ORGANIZER;CN=A:mailto:a@example.test\r\n"
                                     "ATTENDEE:mailto:b@example.test\r\n"));
    check_str(c, got,
        EVENT("ORGANIZER;SCHEDULE-AGENT=CLIENT\r\n ;CN=A:mailto:a@example.test\r\n"
              "ATTENDEE:mailto:b@example.test\r\n"));
    static const char SILENT[] = EVENT("ORGANIZER;SCHEDULE-AGENT=NONE:mailto:a@example.test\r\n");
    CLEANUP(mem_free) char *same = mute_organizer(SILENT);
    check_str(c, same, SILENT);
    check_true(c, !mute_organizer(EVENT("ORGANIZER;SCHEDULE-AGENT=SERVER:mailto:a@x.test\r\n")));
}

static struct json *event(struct check *c, const char *text)
{
    struct json *doc = NULL;
    struct err err = ERR_INIT;
    check_ok(c, text_item_read(ITEM_EVENT, text, strlen(text), &doc, &err), &err);
    err_fini(&err);
    return doc;
}

#define MEETING(title, more, reply)                                                                \
    EVENT("UID:m\r\nDTSTART:20270101T100000Z\r\nSUMMARY:" title "\r\n" more                        \
          "ORGANIZER:mailto:boss@example.test\r\n"                                                 \
          "ATTENDEE;PARTSTAT=" reply ":mailto:Me@example.test\r\n"                                 \
          "ATTENDEE;PARTSTAT=" reply ":mailto:you@example.test\r\n")

/* Of a meeting of somebody else our own reply travels and no other, and what only we see. */
static void test_own_part(struct check *c)
{
    CLEANUP(json_free) struct json *own = json_array();
    CLEANUP(json_free) struct json *now = event(c, MEETING("theirs", "", "NEEDS-ACTION"));
    check_true(c, !meeting_is_theirs(now, NULL) && !meeting_is_theirs(now, own));
    json_append(own, json_str("me@example.test"));
    check_true(c, meeting_is_theirs(now, own));
    CLEANUP(json_free)
    struct json *want =
        event(c, MEETING("mine",
                     "DESCRIPTION:note\r\nX-ALT-DESC;FMTTYPE=text/html:<b>note</b>\r\n"
                     "CATEGORIES:a\r\nTRANSP:TRANSPARENT\r\nLOCATION:x\r\n",
                     "ACCEPTED"));
    bool less = false;
    CLEANUP(json_free) struct json *part = meeting_own_part(now, want, own, &less);
    CLEANUP(json_free) struct json *diff = doc_diff(now, part);
    CLEANUP(mem_free) char *text = json_print_canonical(diff);
    check_str(c, text,
        "{\"description\":\"note\",\"freeBusyStatus\":\"free\",\"keywords/a\":true,"
        "\"" DOC_STYLED "\":\"<b>note</b>\",\"participants/2/participationStatus\":\"accepted\"}");
    check_true(c, less);
    CLEANUP(json_free) struct json *again = meeting_own_part(now, part, own, &less);
    check_true(c, !less && json_equal(again, part));
    json_append(own, json_str("boss@example.test"));
    check_true(c, !meeting_is_theirs(now, own));
}

/* Whoever stores a text that is new says who is not to write: also a folder of files, which another
 * program may carry to a server. */
static void test_new_text(struct check *c)
{
    struct err err = ERR_INIT;
    static const char LOUD[] = MEETING("m", "", "ACCEPTED");
    CLEANUP(json_free) struct json *doc = event(c, LOUD);
    CLEANUP(mem_free) char *made = NULL, *kept = NULL, *more = NULL;
    check_ok(c, text_item_write(ITEM_EVENT, NULL, doc, &made, &err), &err);
    check_true(c, strstr(made, "ATTENDEE") && !mute_wanted(made));
    check_ok(c, text_item_write(ITEM_EVENT, LOUD, doc, &kept, &err), &err);
    check_str(c, kept, LOUD);
    json_set_str(json_need_object(json_get(doc, "participants"), "x"), "email", "new@example.test");
    check_ok(c, text_item_write(ITEM_EVENT, made, doc, &more, &err), &err);
    check_true(c, strstr(more, "new@example.test") && !mute_wanted(more));
    check_true(c, !text_item_to_make_again(ITEM_EVENT, LOUD));
    check_true(c, text_item_to_make_again(ITEM_EVENT, made) == made);
    err_fini(&err);
}

/* An XML parser turns every line end into LF; the formats want CRLF. */
static void test_line_ends(struct check *c)
{
    static const char *const CASES[][2] = {{"a\nb\n", "a\r\nb\r\n"}, {"a\r\nb", "a\r\nb"},
        {"\n\n", "\r\n\r\n"}, {"", ""}, {"a\r\n\nb", "a\r\n\r\nb"}};
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        CLEANUP(mem_free) char *got = item_text_from_xml(CASES[i][0]);
        check_str(c, got, CASES[i][1]);
    }
}

static void test_components(struct check *c)
{
    check_true(c, text_item_is(EVENT(""), ITEM_EVENT) && !text_item_is(EVENT(""), ITEM_TASK));
    check_true(c, !text_item_is("DESCRIPTION:BEGIN:VTODO\r\n", ITEM_TASK));
    check_int(c, item_type_is("text/calendar; charset=utf-8; component=VTODO", ITEM_TASK), 1);
    check_int(c, item_type_is("text/calendar;charset=utf-8;component=vevent", ITEM_TASK), 0);
    check_int(c, item_type_is("text/calendar", ITEM_TASK), -1);
    check_int(c, item_type_is("", ITEM_EVENT), -1);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    static const struct {
        const char *name;
        void (*run)(struct check *c);
    } CASES[] = {{"schedule/attendees", test_attendees}, {"schedule/mute", test_mute},
        {"schedule/mute-hidden", test_mute_hidden},
        {"schedule/mute-organizer", test_mute_organizer}, {"meeting/own-part", test_own_part},
        {"mute/new-text", test_new_text}, {"item/line-ends", test_line_ends},
        {"item/components", test_components}};
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        if (check_case(&c, CASES[i].name)) {
            CASES[i].run(&c);
        }
    }
    return check_end(&c);
}
