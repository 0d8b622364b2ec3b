/* One member changed: exactly the properties that hang on it are written, for every member the maps
 * know. The item to be edited is one we made ourselves, so that this runs everywhere; items.c does
 * the same kind of check on real items. */
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "tests/unit/check.h"
#include "tests/unit/map/dump.h"

#define NOW 1700000000 /* 2023-11-14T22:13:20Z */

static struct map_env ENV = {"Europe/Berlin", NOW, "stamp-1", NULL}; /* own: set by main */

static const char CONTACT[] =
    "{'@type':'Card','version':'1.0','uid':'c-1','name':{'full':'Dr. Eva Maria Muster "
    "Jr.','components':["
    "{'kind':'surname','value':'Muster'},{'kind':'given','value':'Eva'},{'kind':'given2','value':'"
    "Maria'},"
    "{'kind':'title','value':'Dr.'},{'kind':'generation','value':'Jr.'}]},"
    "'nicknames':{'n1':{'name':'Evi'}},"
    "'organizations':{'o1':{'name':'Muster GmbH','units':[{'name':'Einkauf'}]}},"
    "'titles':{'t1':{'kind':'title','name':'Leiterin'},'t2':{'kind':'role','name':'Kauffrau'}},"
    "'emails':{'x':{'address':'eva@example.com'},'y':{'address':'em@example.org','pref':1}},"
    "'phones':{'p1':{'number':'1','contexts':{'work':true},'features':{'voice':true}},"
    "'p2':{'number':'2','features':{'mobile':true}},'p3':{'number':'3','contexts':{'work':true},'"
    "features':{'fax':true}}},"
    "'addresses':{'a':{'contexts':{'work':true},'components':[{'kind':'name','value':'Weg 1'},"
    "{'kind':'locality','value':'Berlin'},{'kind':'postcode','value':'10115'}],'countryCode':'DE'},"
    "'b':{'contexts':{'private':true},'components':[{'kind':'name','value':'Gasse "
    "2'},{'kind':'locality','value':'Köln'}]}},"
    "'onlineServices':{'s':{'user':'eva@im.example.com','vCardName':'impp'}},"
    "'links':{'l':{'uri':'https://example.com/','contexts':{'work':true}}},"
    "'anniversaries':{'d':{'kind':'birth','date':{'@type':'PartialDate','year':1980,'month':2,'day'"
    ":29}}},"
    "'relatedTo':{'Max Muster':{'relation':{'spouse':true}},'Mia':{'relation':{'child':true}}},"
    "'notes':{'n':{'note':'Zeile 1\\nZeile 2'}},'keywords':{'Kunde':true,'VIP':true}}";

static const char PHOTO_CONTACT[] =
    "{'@type':'Card','uid':'c-2','name':{'full':'Eva'},"
    "'media':{'x':{'kind':'photo','uri':'data:image/jpeg;base64,/9j/4EpGSUY='}}}";

static const char EVENT[] = "{'@type':'Event','uid':'e-1','title':'Besprechung','start':'2024-03-"
                            "05T10:00:00','timeZone':'Europe/Berlin',"
                            "'duration':'PT1H','locations':{'l':{'@type':'Location','name':'Raum "
                            "5'}},'description':'Themen',"
                            "'keywords':{'Arbeit':true},'alerts':{'a':{'@type':'Alert','trigger':{'"
                            "@type':'OffsetTrigger','offset':'-PT10M'}}}}";

static const char ALL_DAY[] =
    "{'@type':'Event','uid':'e-2','title':'Frei','start':'2024-03-05T00:00:00','duration':'P1D',"
    "'showWithoutTime':true,'freeBusyStatus':'free'}";

static const char SERIES[] =
    "{'@type':'Event','uid':'e-3','title':'Jour "
    "fixe','start':'2024-01-01T09:00:00','timeZone':'Europe/Berlin',"
    "'duration':'PT30M','recurrenceRules':[{'@type':'RecurrenceRule','frequency':'weekly',"
    "'byDay':[{'@type':'NDay','day':'mo'}],'count':10}],"
    "'recurrenceOverrides':{'2024-01-08T09:00:00':{'excluded':true}},"
    "'alerts':{'a':{'@type':'Alert','trigger':{'@type':'OffsetTrigger','offset':'-PT15M'}}}}";

static const char MEETING[] =
    "{'@type':'Event','uid':'e-4','title':'Budget','start':'2024-03-05T10:00:00','timeZone':"
    "'Europe/Berlin','duration':'PT1H','participants':{"
    "'1':{'@type':'Participant','name':'Anna','email':'anna@example.com','roles':{'owner':true}},"
    "'2':{'@type':'Participant','name':'Bob','email':'bob@example.com','roles':{'attendee':true}},"
    "'3':{'@type':'Participant','email':'carl@example.com','participationStatus':'accepted',"
    "'roles':{'attendee':true,'optional':true}},"
    "'4':{'@type':'Participant','name':'Hall','email':'hall@example.com','kind':'location',"
    "'roles':{'attendee':true}}}}";

/* The same, organized by somebody else. */
static const char INVITATION[] =
    "{'@type':'Event','uid':'e-5','title':'Budget','start':'2024-03-05T10:00:00','timeZone':"
    "'Europe/Berlin','duration':'PT1H','participants':{"
    "'1':{'@type':'Participant','email':'boss@example.com','roles':{'owner':true}},"
    "'2':{'@type':'Participant','name':'Anna','email':'anna@example.com','roles':{'attendee':true}},"
    "'3':{'@type':'Participant','email':'bob@example.com','roles':{'attendee':true}}}}";

static const char TASK[] =
    "{'@type':'Task','uid':'t-1','title':'Bericht','description':'Text','start':'2024-03-01T00:00:"
    "00',"
    "'due':'2024-03-08T00:00:00','showWithoutTime':true,'progress':'in-process','percentComplete':"
    "25,"
    "'keywords':{'Arbeit':true},'priority':1,'alerts':{'a':{'@type':'Alert','trigger':"
    "{'@type':'AbsoluteTrigger','when':'2024-03-07T08:00:00Z'}}}}";

static const struct edit {
    const char *name;
    enum item_kind kind;
    const char *item;
    const char *path;  /* of the item as it reads, JSON Pointer without the first slash */
    const char *value; /* JSON; NULL removes */
    const char *names; /* expected: properties written, or the error */
    bool lossy; /* Outlook cannot hold the value: it reads differently afterwards, and the other
                   side keeps it */
} EDITS[] = {
#include "tests/unit/map/edits.inc"
};

static void make(struct check *c, const struct edit *edit, struct props *ret)
{
    struct props none = {0};
    struct map_change change = {0};
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *doc = dump_parse(edit->item);
    check_ok(c, map_write(edit->kind, &none, doc, &ENV, &change, &err), &err);
    dump_apply(ret, &change);
    map_change_fini(&change);
    err_fini(&err);
}

static void check_edit(struct check *c, const struct edit *edit)
{
    struct props item = {0};
    struct map_change change = {0};
    struct err err = ERR_INIT;
    struct json *doc = NULL, *after = NULL;
    make(c, edit, &item);
    check_ok(c, map_read(edit->kind, &item, &ENV, &doc, &err), &err);
    check_ok(
        c, json_pointer_set(doc, edit->path, edit->value ? dump_parse(edit->value) : NULL, &err), &err);
    enum rc rc = map_write(edit->kind, &item, doc, &ENV, &change, &err);
    if (rc) {
        check_str(c, rc_name(rc), edit->names);
    } else {
        CLEANUP(mem_free) char *names = dump_change_names(&change);
        check_str(c, names, edit->names);
        dump_apply(&item, &change);
        check_ok(c, map_read(edit->kind, &item, &ENV, &after, &err), &err);
        if (doc_same(doc, after) == edit->lossy) {
            CLEANUP(mem_free)
            char *want = json_print_canonical(doc), *got = json_print_canonical(after);
            check_str(c, got, want);
        }
    }
    json_free(doc);
    json_free(after);
    map_change_fini(&change);
    props_fini(&item);
    err_fini(&err);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    CLEANUP(json_free) struct json *own = dump_parse("['me@example.com','Anna@example.com']");
    ENV.own = own;
    for (size_t i = 0; i < ARRAY_LEN(EDITS); i++) {
        if (check_case(&c, EDITS[i].name)) {
            check_edit(&c, &EDITS[i]);
        }
    }
    return check_end(&c);
}
