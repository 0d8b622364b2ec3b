/* The lens between a CalendarEvent and a document: what is read, what an edit sends, and that nothing
 * else is touched. Events as real servers gave them are among the samples. */
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/remote/jmap/event.h"
#include "tests/unit/check.h"

#include <stdlib.h>

static struct json *parse(const char *text)
{
    CLEANUP(mem_free) char *copy = mem_strdup(text);
    struct json *v = NULL;
    for (char *p = copy; *p; p++) {
        *p = *p == '\'' ? '"' : *p;
    }
    if (json_parse(copy, strlen(copy), &v, NULL) != RC_OK) {
        printf("not JSON: %s\n", text);
        abort();
    }
    return v;
}

static void check_json(struct check *c, const struct json *got, const char *want)
{
    CLEANUP(json_free) struct json *wanted = parse(want);
    CLEANUP(mem_free) char *a = json_print_canonical(got);
    CLEANUP(mem_free) char *b = json_print_canonical(wanted);
    check_str(c, a, b);
}

#define HEAD  "'@type':'Event','start':'2026-03-02T10:00:00',"
#define WEEKS "'recurrenceRules':[{'@type':'RecurrenceRule','frequency':'weekly','count':9}]"
#define FIVE  "{'@type':'Alert','trigger':{'@type':'OffsetTrigger','offset':'-PT5M'}}"
#define CALENDARS                                                                                  \
    "{'c':{'defaultAlertsWithTime':{'d':{'trigger':{'offset':'-PT20M','relativeTo':'start'},"      \
    "'action':'display'}}}}"

/* ---- reading ---- */
static const struct reading {
    const char *name, *event, *doc; /* without HEAD */
} READINGS[] = {
    {"jmap/event/read/plain",
        "'id':'k','calendarIds':{'c':true},'uid':'u','title':'T','duration':'PT1H'",
        "'uid':'u','title':'T','duration':'PT1H'"},
    {"jmap/event/read/defaults",
        "'title':'','status':'confirmed','privacy':'public','freeBusyStatus':'busy','priority':0,"
        "'showWithoutTime':false,'duration':'PT0S','keywords':null,'timeZone':null,'locations':{},"
        "'isDraft':false,'sequence':0",
        "'sequence':0"},
    {"jmap/event/read/words",
        "'status':'cancelled','privacy':'secret','freeBusyStatus':'unavailable'",
        "'status':'cancelled','privacy':'secret','freeBusyStatus':'unavailable'"},
    {"jmap/event/read/words-of-later", "'status':'maybe','freeBusyStatus':'sleeping'",
        "'sequence':0"},
    {"jmap/event/read/all-day", "'showWithoutTime':true",
        "'showWithoutTime':true,'duration':'P1D'"},
    {"jmap/event/read/durations", "'duration':'PT90M'", "'duration':'PT1H30M'"},
    {"jmap/event/read/place-and-coordinates",
        "'locations':{'b':{'@type':'Location','name':'Room','description':'x'},'a':{'coordinates':"
        "'geo:1,2'},'c':{'name':'Other'}}",
        "'locations':{'b':{'@type':'Location','name':'Room'}}"},
    {"jmap/event/read/ends-elsewhere",
        "'timeZone':'Europe/Berlin','locations':{'e':{'name':'X','relativeTo':'end','timeZone':"
        "'Asia/Tokyo'}}",
        "'timeZone':'Europe/Berlin','endTimeZone':'Asia/Tokyo'"},
    {"jmap/event/read/ends-elsewhere-2.0", "'timeZone':'Europe/Berlin','endTimeZone':'Asia/Tokyo'",
        "'timeZone':'Europe/Berlin','endTimeZone':'Asia/Tokyo'"},
    {"jmap/event/read/custom-zone",
        "'timeZone':'/X','timeZones':{'/X':{'tzId':'X','standard':[]},'/Y':{'tzId':'Y'}}",
        "'timeZone':'/X','timeZones':{'/X':{'@type':'TimeZone','tzId':'X'}}"},
    {"jmap/event/read/people-1.0",
        "'replyTo':{'imip':'mailto:o@x'},'participants':{'1':{'sendTo':{'imip':'mailto:o@x'},'name'"
        ":'O','roles':{'owner':true},'participationStatus':'needs-action','expectReply':true},"
        "'2':{'sendTo':{'imip':'MAILTO:r@x'},'kind':'location','roles':{'informational':true}},"
        "'3':{'email':'g@x','sendTo':{'other':'urn:x'},'name':'urn','roles':{'attendee':true,"
        "'optional':true},'participationStatus':'accepted'},'4':{'name':'nobody'}}",
        "'participants':{'1':{'@type':'Participant','email':'o@x','name':'O','roles':{'owner':"
        "true}},'2':{'@type':'Participant','email':'r@x','kind':'location','roles':{'attendee':"
        "true}},'3':{'@type':'Participant','email':'g@x','name':'urn','roles':{'attendee':true,"
        "'optional':true},'participationStatus':'accepted'}}"},
    {"jmap/event/read/people-2.0",
        "'organizerCalendarAddress':'mailto:o@x','participants':{'1':{'calendarAddress':'mailto:g@"
        "x'}}",
        "'participants':{'1':{'@type':'Participant','email':'g@x','roles':{'attendee':true}},"
        "'organizer':{'@type':'Participant','email':'o@x','roles':{'owner':true}}}"},
    {"jmap/event/read/alerts",
        "'alerts':{'a':{'trigger':{'offset':'-PT300S','relativeTo':'start'},'action':'display',"
        "'acknowledged':'2026-01-01T00:00:00Z'},'b':{'trigger':{'@type':'AbsoluteTrigger','when':"
        "'2026-03-02T08:00:00Z'},'action':'email'},'c':{'trigger':{'@type':'UnknownTrigger'}}}",
        "'alerts':{'a':{'@type':'Alert','trigger':{'@type':'OffsetTrigger','offset':'-PT5M'},"
        "'acknowledged':'2026-01-01T00:00:00Z'},'b':{'@type':'Alert','trigger':{'@type':"
        "'AbsoluteTrigger','when':'2026-03-02T08:00:00Z'},'action':'email'}}"},
    {"jmap/event/read/default-alerts",
        "'calendarIds':{'c':true},'useDefaultAlerts':true,'alerts':{'a':" FIVE "}",
        "'alerts':{'d':{'@type':'Alert','trigger':{'@type':'OffsetTrigger','offset':'-PT20M'}}}"},
    {"jmap/event/read/default-alerts-all-day",
        "'calendarIds':{'c':true},'useDefaultAlerts':true,'showWithoutTime':true",
        "'showWithoutTime':true,'duration':'P1D'"},
    {"jmap/event/read/files",
        "'links':{'f':{'href':'data:text/plain;base64,aGVsbG8=','title':'a.txt','contentType':"
        "'text/plain'},'u':{'href':'http://x/','rel':'describedby'},'l':{'@type':'Link','href':"
        "'http://x/b','rel':'enclosure','size':5},'m':{'href':'jmap-blob:x'}}",
        "'links':{'f':{'@type':'Link','rel':'enclosure','href':'data:application/octet-stream;"
        "base64,aGVsbG8=','title':'a.txt','contentType':'text/plain'},'l':{'@type':'Link','rel':"
        "'enclosure','href':'http://x/b'}}"},
    {"jmap/event/read/blobs",
        "'links':{'b':{'blobId':'G1','href':'http://x/"
        "G1','rel':'enclosure','size':5},'c':{'blobId':"
        "'G2','size':5000000},'d':{'blobId':'G3','href':'data:,hello'},'e':{'blobId':'G4','rel':"
        "'icon'}}",
        "'links':{'b':{'@type':'Link','rel':'enclosure','href':'jmap-blob:G1'},'c':{'@type':'Link',"
        "'rel':'enclosure','href':'lockstep.kept:5000000'},'d':{'@type':'Link','rel':'enclosure',"
        "'href':'data:application/octet-stream;base64,aGVsbG8='}}"},
    {"jmap/event/read/online",
        "'virtualLocations':{'v':{'uri':'https://m/1','name':'J','features':{'video':true},"
        "'description':'x'},'w':{'name':'no address'}}",
        "'virtualLocations':{'v':{'@type':'VirtualLocation','uri':'https://m/1','name':'J',"
        "'features':{'video':true}}}"},
    {"jmap/event/read/rules",
        "'recurrenceRules':[{'@type':'RecurrenceRule','frequency':'monthly','interval':1,'rscale':"
        "'gregorian','skip':'omit','firstDayOfWeek':'mo','byDay':[{'day':'th','nthOfPeriod':1}],"
        "'byHour':[]}],'excludedRecurrenceRules':null",
        "'recurrenceRules':[{'@type':'RecurrenceRule','frequency':'monthly','byDay':[{'@type':"
        "'NDay','day':'th','nthOfPeriod':1}]}]"},
    {"jmap/event/read/rule-2.0", "'recurrenceRule':{'frequency':'weekly','count':9}", WEEKS},
    {"jmap/event/read/html",
        "'description':'<p>Hello <b>you</b></p>','descriptionContentType':'text/html'",
        "'description':'Hello you','lockstep.example:styledDescription':'<p>Hello "
        "<b>you</b></p>'"},
    {"jmap/event/read/ours", "'lockstep.example:billing':'b','example.com:x':1",
        "'lockstep.example:billing':'b'"},
    {"jmap/event/read/occurrences",
        WEEKS ",'title':'T','color':'red','alerts':{'a':" FIVE "},'locations':{'l':{'name':'R'}},"
              "'recurrenceOverrides':{'2026-03-09T10:00:00':{'title':'M','color':null,'alerts':"
              "null,'locations/l/name':'S','participants/p/participationStatus':'accepted'},"
              "'2026-03-16T10:00:00':{'excluded':true},'2026-03-17T10:00:00':{}},"
              "'participants':{'p':{'sendTo':{'imip':'mailto:g@x'}}}",
        WEEKS ",'title':'T','color':'red','alerts':{'a':" FIVE "},'locations':{'l':{'@type':"
              "'Location','name':'R'}},'participants':{'p':{'@type':'Participant','email':'g@x',"
              "'roles':{'attendee':true}}},'recurrenceOverrides':{'2026-03-09T10:00:00':{'title':"
              "'M','color':null,'alerts/a':null,'locations/l/name':'S'},'2026-03-16T10:00:00':"
              "{'excluded':true},'2026-03-17T10:00:00':{}}"},
};

static void test_reading(struct check *c)
{
    CLEANUP(json_free) struct json *calendars = parse(CALENDARS);
    for (size_t i = 0; i < ARRAY_LEN(READINGS); i++) {
        const struct reading *r = &READINGS[i];
        CLEANUP(mem_free) char *event = str_printf("{" HEAD "%s}", r->event);
        CLEANUP(mem_free) char *doc = str_printf("{" HEAD "%s}", r->doc);
        CLEANUP(json_free) struct json *native = parse(event);
        CLEANUP(json_free) struct json *got = NULL;
        CLEANUP(json_free) struct json *wanted = parse(doc);
        struct err err = ERR_INIT;
        if (!check_case(c, r->name)) {
            continue;
        }
        check_ok(c, event_read(native, calendars, &got, &err), &err);
        if (!json_get(native, "sequence")) {
            json_remove(wanted, "sequence");
        }
        CLEANUP(mem_free) char *text = json_print(wanted);
        check_json(c, got, text);
        err_fini(&err);
    }
}

static const struct {
    const char *name, *event;
} REFUSED[] = {
    {"jmap/event/refuse/type", "{'@type':'Task','start':'2026-03-02T10:00:00'}"},
    {"jmap/event/refuse/no-start", "{'@type':'Event'}"},
    {"jmap/event/refuse/title", "{" HEAD "'title':5}"},
    {"jmap/event/refuse/twice", "{" HEAD "'title':'a','title':'b'}"},
    {"jmap/event/refuse/entry", "{" HEAD "'alerts':{'a':5}}"},
    {"jmap/event/refuse/override-key", "{" HEAD "'recurrenceOverrides':{'x':{}}}"},
    {"jmap/event/refuse/override-value",
        "{" HEAD "'recurrenceOverrides':{'2026-03-09T10:00:00':{'title':5}}}"},
    {"jmap/event/refuse/override-path",
        "{" HEAD "'title':'x','recurrenceOverrides':{'2026-03-09T10:00:00':{'title/a"
        "':5}}}"},
};

static void test_refused(struct check *c)
{
    for (size_t i = 0; i < ARRAY_LEN(REFUSED); i++) {
        CLEANUP(json_free) struct json *native = parse(REFUSED[i].event);
        CLEANUP(json_free) struct json *got = NULL;
        struct err err = ERR_INIT;
        if (!check_case(c, REFUSED[i].name)) {
            continue;
        }
        check_int(c, event_read(native, NULL, &got, &err), RC_INVALID);
        check_true(c, !got && !str_empty(err_text(&err)));
        err_fini(&err);
    }
}

/* ---- writing ---- */
#define BLOB "'links':{'b':{'blobId':'G1','rel':'enclosure','size':5,'title':'b.txt'}}"

static const struct edit {
    const char *name, *event; /* without HEAD */
    const char *change;       /* a patch of its document */
    const char *patch;        /* what is sent */
    unsigned leave;
} EDITS[] = {
    {"jmap/event/edit/nothing", "'title':'T','relatedTo':{'x':{}}", "{}", "{}", 0},
    {"jmap/event/edit/title", "'title':'T','relatedTo':{'x':{}},'calendarIds':{'c':true}",
        "{'title':'U'}", "{'title':'U'}", 0},
    {"jmap/event/edit/default-again", "'status':'cancelled','privacy':'private'",
        "{'status':null,'privacy':null}", "{'status':'confirmed','privacy':'public'}", 0},
    {"jmap/event/edit/keyword", "'keywords':{'a':true}", "{'keywords/b':true}",
        "{'keywords/b':true}", 0},
    {"jmap/event/edit/keyword-of-none", "'keywords':null", "{'keywords/b':true}",
        "{'keywords':{'b':true}}", 0},
    {"jmap/event/edit/keywords-gone", "'keywords':{'a':true}", "{'keywords':null}",
        "{'keywords':null}", 0},
    {"jmap/event/edit/place", "'locations':{'l':{'name':'R','coordinates':'geo:1,2'}}",
        "{'locations/l/name':'S'}", "{'locations/l/name':'S'}", 0},
    {"jmap/event/edit/place-beside-one-unread", "'locations':{'1':{'coordinates':'geo:1,2'}}",
        "{'locations':{'1':{'@type':'Location','name':'S'}}}",
        "{'locations/n1':{'@type':'Location','name':'S'}}", 0},
    {"jmap/event/edit/alert-of-a-series",
        WEEKS ",'alerts':{'a':{'trigger':{'offset':'-PT5M'},'action':'display'}},"
              "'recurrenceOverrides':{'2026-03-09T10:00:00':{'title':'M'}}",
        "{'alerts/a/trigger':{'@type':'OffsetTrigger','offset':'-PT6M'}}",
        "{'alerts':{'a':{'trigger':{'@type':'OffsetTrigger','offset':'-PT6M'},'action':'display'}},"
        "'recurrenceOverrides':{'2026-03-09T10:00:00':{'title':'M'}}}",
        0},
    {"jmap/event/edit/default-alerts-edited", "'calendarIds':{'c':true},'useDefaultAlerts':true",
        "{'alerts/d':null}", "{'useDefaultAlerts':false}", 0},
    {"jmap/event/edit/default-alerts-kept",
        "'calendarIds':{'c':true},'useDefaultAlerts':true,'title':'T'", "{'title':'U'}",
        "{'title':'U'}", 0},
    {"jmap/event/edit/reply",
        "'participants':{'p':{'sendTo':{'imip':'mailto:g@x','web':'http://x'},'expectReply':true,"
        "'roles':{'attendee':true,'x-host':true}}}",
        "{'participants/p/participationStatus':'accepted'}",
        "{'participants/p/participationStatus':'accepted'}", 0},
    {"jmap/event/edit/role",
        "'participants':{'p':{'sendTo':{'imip':'mailto:g@x'},'roles':{'attendee':true,'x-host':"
        "true}}}",
        "{'participants/p/roles/optional':true}", "{'participants/p/roles/optional':true}", 0},
    {"jmap/event/edit/guest",
        "'replyTo':{'imip':'mailto:o@x'},'participants':{'p':{'sendTo':{'imip':'mailto:o@x'},"
        "'roles':{'owner':true}}}",
        "{'participants/q':{'@type':'Participant','email':'g@x','roles':{'attendee':true}}}",
        "{'participants/q':{'@type':'Participant','sendTo':{'imip':'mailto:g@x'},'roles':{"
        "'attendee':true},'scheduleAgent':'client'}}",
        0},
    {"jmap/event/edit/guest-2.0", "'version':'2.0'",
        "{'participants':{'q':{'@type':'Participant','email':'g@x','roles':{'owner':true}}}}",
        "{'organizerCalendarAddress':'mailto:g@x','participants':{'q':{'@type':'Participant',"
        "'calendarAddress':'mailto:g@x','roles':{'owner':true},'scheduleAgent':'client'}}}",
        0},
    {"jmap/event/edit/rule-keeps-others",
        "'recurrenceRules':[{'frequency':'weekly','example.com:x':1},{'frequency':'daily'}]",
        "{'recurrenceRules':[{'@type':'RecurrenceRule','frequency':'weekly'}]}",
        "{'recurrenceRules':[{'frequency':'weekly','example.com:x':1}]}", 0},
    {"jmap/event/edit/rule-2.0", "'version':'2.0','recurrenceRule':{'frequency':'weekly'}",
        "{'recurrenceRules':[{'@type':'RecurrenceRule','frequency':'daily'}]}",
        "{'recurrenceRule/@type':'RecurrenceRule','recurrenceRule/frequency':'daily'}", 0},
    {"jmap/event/edit/occurrence",
        WEEKS ",'title':'T','participants':{'p':{'sendTo':{'imip':'mailto:g@x'}}},"
              "'recurrenceOverrides':{'2026-03-09T10:00:00':{'title':'M','participants/p/"
              "participationStatus':'accepted'},'2026-03-16T10:00:00':{'title':'N'}}",
        "{'recurrenceOverrides/2026-03-09T10:00:00/title':'O'}",
        "{'recurrenceOverrides/2026-03-09T10:00:00':{'title':'O','participants/p/"
        "participationStatus':'accepted'}}",
        0},
    {"jmap/event/edit/occurrence-new", WEEKS ",'title':'T'",
        "{'recurrenceOverrides':{'2026-03-09T10:00:00':{'title':'O'},'2026-03-16T10:00:00':"
        "{'excluded':true}}}",
        "{'recurrenceOverrides':{'2026-03-09T10:00:00':{'title':'O'},'2026-03-16T10:00:00':"
        "{'excluded':true}}}",
        0},
    {"jmap/event/edit/occurrence-gone",
        WEEKS ",'recurrenceOverrides':{'2026-03-09T10:00:00':{'title':'M'},'2026-03-16T10:00:00':{"
              "'title':'N'}}",
        "{'recurrenceOverrides/2026-03-09T10:00:00':null}",
        "{'recurrenceOverrides/2026-03-09T10:00:00':null}", 0},
    {"jmap/event/edit/occurrence-without-text", WEEKS ",'title':'T','description':'d'",
        "{'recurrenceOverrides':{'2026-03-09T10:00:00':{'description':null}}}",
        "{'recurrenceOverrides':{'2026-03-09T10:00:00':{'description':''}}}", 0},
    {"jmap/event/edit/occurrence-without-its-ground",
        WEEKS ",'locations':{'l':{'name':'R'}},'recurrenceOverrides':{'2026-03-09T10:00:00':{"
              "'locations/l/name':'S'}}",
        "{'locations':null}",
        "{'locations':null,'recurrenceOverrides/2026-03-09T10:00:00':{'locations':{'l':{'name':'S'"
        "}}}}",
        0},
    {"jmap/event/edit/series-moved",
        WEEKS ",'participants':{'p':{'sendTo':{'imip':'mailto:g@x'}}},'recurrenceOverrides':{"
              "'2026-03-09T10:00:00':{'title':'M','participants/p/participationStatus':"
              "'accepted'}}",
        "{'start':'2026-03-02T11:00:00','recurrenceOverrides':{'2026-03-09T11:00:00':{'title':"
        "'M'}}}",
        "{'start':'2026-03-02T11:00:00','recurrenceOverrides/2026-03-09T10:00:00':null,"
        "'recurrenceOverrides/2026-03-09T11:00:00':{'title':'M','participants/p/"
        "participationStatus':'accepted'}}",
        0},
    {"jmap/event/edit/ends-elsewhere", "'timeZone':'Europe/Berlin'", "{'endTimeZone':'Asia/Tokyo'}",
        "{'locations':{'end':{'@type':'Location','relativeTo':'end','timeZone':'Asia/Tokyo'}}}", 0},
    {"jmap/event/edit/no-zone-any-more", "'timeZone':'Europe/Berlin'", "{'timeZone':null}",
        "{'timeZone':null}", 0},
    {"jmap/event/edit/html",
        "'description':'<p>Hello <b>you</b></p>','descriptionContentType':'text/html'",
        "{'description':'Hello all','lockstep.example:styledDescription':null}",
        "{'description':'<p>Hello <b>all</b></p>'}", 0},
    {"jmap/event/edit/html-of-another-text",
        "'description':'<p>Hello <b>you</b></p>','descriptionContentType':'text/html'",
        "{'description':'Quite different','lockstep.example:styledDescription':null}",
        "{'description':'Quite different','descriptionContentType':'text/plain'}", 0},
    {"jmap/event/edit/busy-as-it-is", "'freeBusyStatus':'free'", "{'freeBusyStatus':'unavailable'}",
        "{'freeBusyStatus':'unavailable'}", 0},
    {"jmap/event/edit/busy-refused", "'freeBusyStatus':'free'", "{'freeBusyStatus':'unavailable'}",
        "{'freeBusyStatus':'busy'}", EVENT_LEAVE_BUSY},
    {"jmap/event/edit/file-of-a-blob-renamed", BLOB, "{'links/b/title':'c.txt'}",
        "{'links/b/title':'c.txt'}", 0},
    {"jmap/event/edit/file-of-a-blob-given-whole", BLOB,
        "{'links/b':{'@type':'Link','rel':'enclosure','href':'jmap-blob:G1','title':'c.txt'}}",
        "{'links/b/title':'c.txt'}", 0},
    {"jmap/event/edit/file-of-a-blob-replaced", BLOB, "{'links/b/href':'data:,x'}",
        "{'links/b/href':'data:,x','links/b/blobId':null,'links/b/size':null}", 0},
    {"jmap/event/edit/file-of-bytes-and-a-blob-replaced",
        "'links':{'b':{'blobId':'G1','rel':'enclosure','href':'data:,a'}}",
        "{'links/b/href':'data:,x'}", "{'links/b/href':'data:,x','links/b/blobId':null}", 0},
    {"jmap/event/edit/file-of-a-blob-gone", BLOB, "{'links':null}", "{'links':null}", 0},
    {"jmap/event/edit/file-of-a-blob-beside-another", BLOB,
        "{'links/d':{'@type':'Link','rel':'enclosure','href':'data:,x'}}",
        "{'links/d':{'@type':'Link','rel':'enclosure','href':'data:,x'}}", 0},
    {"jmap/event/edit/ours", "'title':'T'",
        "{'lockstep.example:billing':'b','lockstep.example:doubtful':'x'}",
        "{'lockstep.example:billing':'b'}", 0},
    {"jmap/event/edit/ours-refused", "'title':'T'", "{'lockstep.example:billing':'b'}", "{}",
        EVENT_LEAVE_VENDOR},
};

static void test_edits(struct check *c)
{
    CLEANUP(json_free) struct json *calendars = parse(CALENDARS);
    for (size_t i = 0; i < ARRAY_LEN(EDITS); i++) {
        const struct edit *e = &EDITS[i];
        CLEANUP(mem_free) char *event = str_printf("{" HEAD "%s}", e->event);
        CLEANUP(json_free) struct json *native = parse(event);
        CLEANUP(json_free) struct json *change = parse(e->change);
        CLEANUP(json_free) struct json *now = NULL;
        CLEANUP(json_free) struct json *then = NULL;
        struct err err = ERR_INIT;
        if (!check_case(c, e->name)) {
            continue;
        }
        enum event_dialect told = event_dialect_of(native);
        struct event_how how = {
            told == EVENT_DIALECT_UNKNOWN ? EVENT_JSCALENDAR_1 : told, e->leave, calendars};
        check_ok(c, event_read(native, calendars, &now, &err), &err);
        CLEANUP(json_free) struct json *want = json_dup(now);
        check_ok(c, doc_apply(want, change, &err), &err);
        check_ok(c, event_apply(native, now, want, &how, &then, &err), &err);
        CLEANUP(json_free) struct json *patch = event_patch(native, then);
        check_json(c, patch, e->patch);
        err_fini(&err);
    }
}

/* ---- new ones ---- */
static void test_new(struct check *c)
{
    struct err err = ERR_INIT;
    CLEANUP(json_free)
    struct json *want = parse(
        "{" HEAD "'uid':'u','title':'T','participants':{'1':{'@type':'Participant','email':'o@x',"
        "'roles':{'owner':true}}}," WEEKS "}");
    CLEANUP(json_free)
    struct json *old = parse(
        "{" HEAD "'id':'k','calendarIds':{'c':true},'title':'S','relatedTo':{'x':{}},'blobId':'G',"
        "'descriptionContentType':'text/plain','participants':{'p':{'sendTo':{'imip':'mailto:o@x'},"
        "'roles':{'owner':true},'expectReply':true}},'replyTo':{'imip':'mailto:o@x'}}");
    CLEANUP(json_free) struct json *one = NULL;
    CLEANUP(json_free) struct json *two = NULL;
    CLEANUP(json_free) struct json *again = NULL;
    struct event_how how = {EVENT_JSCALENDAR_1, 0, NULL};
    c->name = "jmap/event/new/1.0";
    check_ok(c, event_new(NULL, want, &how, &one, &err), &err);
    check_json(c, one,
        "{" HEAD "'uid':'u','title':'T','replyTo':{'imip':'mailto:o@x'},'participants':{'1':{"
        "'@type':'Participant','sendTo':{'imip':'mailto:o@x'},'roles':{'owner':true},"
        "'scheduleAgent':'client'}}," WEEKS "}");
    c->name = "jmap/event/new/made-again";
    check_ok(c, event_new(old, want, &how, &again, &err), &err);
    check_true(c, json_get(again, "relatedTo") && !json_get(again, "id") &&
                      !json_get(again, "calendarIds") && !json_get(again, "blobId"));
    const struct json *p = json_get(json_get(again, "participants"), "p");
    check_str(c, json_get_str(p, "scheduleAgent"), "client");
    check_true(c, json_get_bool(p, "expectReply", false));
    c->name = "jmap/event/new/2.0";
    how.dialect = EVENT_JSCALENDAR_2;
    check_ok(c, event_new(NULL, want, &how, &two, &err), &err);
    check_str(c, json_get_str(two, "version"), "2.0");
    check_true(c, json_get(two, "recurrenceRule") && !json_get(two, "recurrenceRules"));
    check_str(c, json_get_str(two, "organizerCalendarAddress"), "mailto:o@x");
    c->name = "jmap/event/new/2.0-several-rules";
    CLEANUP(json_free) struct json *rules = parse("[{'frequency':'daily'},{'frequency':'weekly'}]");
    CLEANUP(json_free) struct json *none = NULL;
    json_set(want, "recurrenceRules", TAKE(rules));
    check_int(c, event_new(NULL, want, &how, &none, &err), RC_UNSUPPORTED);
    err_fini(&err);
}

static void test_unread(struct check *c)
{
    CLEANUP(json_free)
    struct json *event = parse(
        "{" HEAD
        "'id':'k','isOrigin':true,'title':'T','relatedTo':{'x':{}},'locale':null,'locations':{'a':"
        "{'coordinates':'geo:1,2'},'b':{'name':'R'}},'example.com:x':1,'participants':{'p':{'name':"
        "'N'}}}");
    CLEANUP(json_free) struct json *unread = event_unread(event);
    check_json(c, unread,
        "{'relatedTo':{'x':{}},'locations/a':{'coordinates':'geo:1,2'},'example.com:x':1,"
        "'participants/p':{'name':'N'}}");
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    test_reading(&c);
    test_refused(&c);
    test_edits(&c);
    if (check_case(&c, "jmap/event/new")) {
        test_new(&c);
    }
    if (check_case(&c, "jmap/event/unread")) {
        test_unread(&c);
    }
    return check_end(&c);
}
