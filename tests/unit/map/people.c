/* Meetings: who we are, whose answer counts, what a table of recipients as Outlook writes it says, and
 * that any guest list goes there and back. */
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/item/match.h"
#include "mapi/map/goid.h"
#include "mapi/map/names.h"
#include "tests/unit/check.h"
#include "tests/unit/map/dump.h"

#include <stdlib.h>
#include <time.h>

#define NOW 1700000000

static struct json *read(struct check *c, const struct props *item, const struct map_env *env)
{
    struct json *doc = NULL;
    struct err err = ERR_INIT;
    check_ok(c, map_read(ITEM_EVENT, item, env, &doc, &err), &err);
    err_fini(&err);
    return doc;
}

/* Names of what is written; applies it. Caller frees. */
static char *write(
    struct check *c, struct props *item, const struct json *doc, const struct map_env *env)
{
    struct map_change change = {0};
    struct err err = ERR_INIT;
    check_ok(c, map_write(ITEM_EVENT, item, doc, env, &change, &err), &err);
    char *names = dump_change_names(&change);
    dump_apply(item, &change);
    map_change_fini(&change);
    err_fini(&err);
    return names;
}

static void check_people(struct check *c, const struct json *doc, const char *want)
{
    const struct json *people = json_get(doc, "participants");
    CLEANUP(json_free) struct json *expected = want ? dump_parse(want) : NULL;
    CLEANUP(mem_free) char *got_text = people ? json_print_canonical(people) : NULL;
    CLEANUP(mem_free) char *want_text = expected ? json_print_canonical(expected) : NULL;
    check_str(c, got_text, want_text);
}

/* An invitation as Outlook keeps it when it came by mail: Exchange addresses, our own answer in the
 * item, the row of an uninvited guest hidden. */
static const char INVITATION[] =
    "{'properties':{'001A001F':'IPM.Appointment','0037001F':'Budget',"
    "'PSETID_Appointment:820D:0040':{'filetime':133540236000000000},"
    "'PSETID_Appointment:820E:0040':{'filetime':133540272000000000},"
    "'PSETID_Appointment:8217:0003':3,'PSETID_Appointment:8218:0003':3,"
    "'PSETID_Meeting:0003:0102':{'hex':'"
    "040000008200E00074C5B7101A82E00807E8030500000000000000000000"
    "00000000000000000000100000004D23FE4C391356C19AD5E297CD7F3041'},"
    "'PSETID_Meeting:0023:0102':{'hex':'"
    "040000008200E00074C5B7101A82E0080000000000000000000000000000"
    "00000000000000000000100000004D23FE4C391356C19AD5E297CD7F3041'},"
    "'0042001F':'Boss','0064001F':'EX','0065001F':'/o=X/cn=boss','5D02001F':'boss@example.com',"
    "'0076001F':'/o=X/cn=me','5D07001F':'Me@example.com'},"
    "'recipients':[{'0C150003':1,'3001001F':'Boss','3002001F':'EX','3003001F':'/o=X/cn=boss',"
    "'39FE001F':'boss@example.com','5FFD0003':3,'5FFF0003':0},"
    "{'0C150003':1,'3001001F':'Me','3002001F':'EX','3003001F':'/o=X/cn=me',"
    "'39FE001F':'me@example.com','5FFD0003':1,'5FFF0003':0},"
    "{'0C150003':2,'3001001F':'bob@example.com','3002001F':'SMTP','3003001F':'bob@example.com',"
    "'5FFD0003':513,'5FFF0003':0},"
    "{'0C150003':3,'3001001F':'Hall','3002001F':'EX','3003001F':'/o=X/cn=hall','39050003':7,"
    "'5FFD0003':1},"
    "{'0C150003':1,'3001001F':'Gone','3002001F':'SMTP','3003001F':'gone@example.com',"
    "'5FFD0003':33}]}";

static void load(const char *text, struct props *ret)
{
    CLEANUP(json_free) struct json *dump = dump_parse(text);
    dump_load(dump, ret);
}

static void check_invitation(struct check *c)
{
    const struct map_env env = {"Etc/UTC", NOW, NULL, NULL};
    struct props item = {0};
    load(INVITATION, &item);
    CLEANUP(json_free) struct json *doc = read(c, &item, &env);
    check_people(c, doc,
        "{'r0':{'@type':'Participant','email':'boss@example.com','name':'Boss','roles':{'owner':"
        "true}},"
        "'r1':{'@type':'Participant','email':'me@example.com','name':'Me','participationStatus':"
        "'accepted','roles':{'attendee':true}},"
        "'r2':{'@type':'Participant','email':'bob@example.com','roles':{'attendee':true,'optional':"
        "true}},"
        "'r3':{'@type':'Participant','kind':'location','name':'Hall','roles':{'attendee':true}}}");
    CLEANUP(mem_free) char *nothing = write(c, &item, doc, &env);
    check_str(c, nothing, "");
    props_fini(&item);
}

/* The id of an invitation is that of the event on the server, whatever hex digits it is spelled
 * with there, and whichever of Outlook's two ids an item has. */
static void check_pairing(struct check *c)
{
    const struct map_env env = {"Etc/UTC", NOW, NULL, NULL};
    static const struct prop_name CLEAN = {SET_MEETING, 0x0023, NULL};
    struct props item = {0};
    load(INVITATION, &item);
    for (int clean = 1; clean >= 0; clean--) {
        if (!clean) { /* the other one has the date of an occurrence in it */
            props_remove(&item, CLEAN);
        }
        CLEANUP(json_free) struct json *doc = read(c, &item, &env);
        CLEANUP(mem_free) char *outlook = match_uid_plain(json_get_str(doc, "uid"));
        CLEANUP(mem_free)
        char *server = match_uid_plain("040000008200e00074c5b7101a82e008000000000000000000000000000"
                                       "00000000000000000000010000000"
                                       "4d23fe4c391356c19ad5e297cd7f3041");
        check_str(c, outlook, server);
    }
    props_fini(&item);
}

/* Every real appointment may have the row of its organizer: nobody is invited. When somebody is,
 * that row gives way to the organizer of the meeting. */
static void check_plain(struct check *c)
{
    CLEANUP(json_free) struct json *own = dump_parse("['me@example.com']");
    const struct map_env env = {"Etc/UTC", NOW, NULL, own};
    struct props item = {0};
    load(INVITATION, &item);
    load("{'properties':{'PSETID_Appointment:8217:0003':0,'PSETID_Appointment:8218:0003':0},"
         "'recipients':[{'0C150003':1,'3001001F':'Unknown','3002001F':'UNKNOWN','3003001F':'"
         "Unknown',"
         "'5FFD0003':3}]}",
        &item);
    CLEANUP(json_free) struct json *doc = read(c, &item, &env);
    check_people(c, doc, NULL);
    json_set(doc, "participants",
        dump_parse("{'1':{'email':'me@example.com','roles':{'owner':true}},"
              "'2':{'email':'bob@example.com','roles':{'attendee':true}}}"));
    CLEANUP(mem_free) char *names = write(c, &item, doc, &env);
    check_str(c, names,
        "003B 0041 0042 0064 0065 5D02 appt:8217 appt:8218 appt:8229 appt:8238 appt:823B to+ to+ "
        "to-");
    check_int(c, props_int(&item, prop_name_of(P_STATE_FLAGS), -1), 1);
    check_int(c, props_int(&item, prop_name_of(P_RESPONSE_STATUS), -1), 1);
    props_fini(&item);
}

/* Our answer, given elsewhere, is Outlook's answer; somebody else's is not. */
static void check_reply(struct check *c)
{
    CLEANUP(json_free) struct json *own = dump_parse("['ME@example.com']");
    const struct map_env env = {"Etc/UTC", NOW, NULL, own};
    struct props item = {0};
    load(INVITATION, &item);
    props_remove(&item, prop_name_of(P_RECEIVED_BY_SMTP));
    CLEANUP(json_free) struct json *doc = read(c, &item, &env);
    json_set_str(json_pointer(doc, "participants/r1"), "participationStatus", "declined");
    CLEANUP(mem_free) char *names = write(c, &item, doc, &env);
    check_str(c, names, "appt:8218 to(5FFF)");
    check_int(c, props_int(&item, prop_name_of(P_RESPONSE_STATUS), -1), 4);
    json_set_str(json_pointer(doc, "participants/r2"), "participationStatus", "accepted");
    CLEANUP(mem_free) char *other = write(c, &item, doc, &env);
    check_str(c, other, "to(5FFF)");
    check_int(c, props_int(&item, prop_name_of(P_RESPONSE_STATUS), -1), 4);
    json_set_str(json_pointer(doc, "participants/r1"), "participationStatus", NULL);
    CLEANUP(mem_free) char *open = write(c, &item, doc, &env);
    check_str(c, open, "appt:8218 to(5FFF)");
    check_int(c, props_int(&item, prop_name_of(P_RESPONSE_STATUS), -1), 5);
    props_fini(&item);
}

/* A meeting is ours only if we know it: Outlook would offer to write to all guests. */
static void check_whose(struct check *c)
{
    static const struct {
        const char *own, *owner;
        int state, reply;
    } CASES[] = {
        {"['me@example.com']", "me@example.com", 1, 1},
        {"['me@example.com']", "ME@EXAMPLE.COM", 1, 1},
        {"['me@example.com']", "boss@example.com", 3, 5},
        {"[]", "me@example.com", 3, 5},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        CLEANUP(json_free) struct json *own = dump_parse(CASES[i].own);
        const struct map_env env = {"Etc/UTC", NOW, NULL, own};
        CLEANUP(json_free)
        struct json *doc =
            dump_parse("{'@type':'Event','uid':'u','title':'M','start':'2030-01-01T10:00:00',"
                  "'timeZone':'Etc/UTC','duration':'PT1H','participants':{"
                  "'1':{'roles':{'owner':true}},"
                  "'2':{'email':'bob@example.com','roles':{'attendee':true}}}}");
        json_set_str(json_pointer(doc, "participants/1"), "email", CASES[i].owner);
        struct props item = {0};
        free(write(c, &item, doc, &env));
        check_int(c, props_int(&item, prop_name_of(P_STATE_FLAGS), -1), CASES[i].state);
        check_int(c, props_int(&item, prop_name_of(P_RESPONSE_STATUS), -1), CASES[i].reply);
        check_int(c, props_int(&item, prop_name_of(P_INVITED), -1), 1);
        props_fini(&item);
    }
}

/* Outlook knows of meetings that they are cancelled. How sure an event is it does not know, and what it
 * means for one's own time is another matter; so nothing of the two ever changes the other. */
static void check_canceled(struct check *c)
{
    static const struct prop_name BUSY = {SET_APPOINTMENT, 0x8205, NULL};
    const struct map_env env = {"Etc/UTC", NOW, NULL, NULL};
    struct props item = {0};
    load(INVITATION, &item);
    load("{'properties':{'PSETID_Appointment:8217:0003':7,'PSETID_Appointment:8205:0003':1}}", &item);
    CLEANUP(json_free) struct json *doc = read(c, &item, &env);
    check_str(c, json_get_str(doc, "status"), "cancelled");
    check_str(c, json_get_str(doc, "freeBusyStatus"), "tentative");
    check_str(c, json_get_str(doc, "title"), "Budget");
    CLEANUP(mem_free) char *nothing = write(c, &item, doc, &env);
    check_str(c, nothing, "");
    json_set_str(doc, "status", NULL);
    CLEANUP(mem_free) char *on = write(c, &item, doc, &env);
    check_str(c, on, "appt:8217");
    check_int(c, props_int(&item, prop_name_of(P_STATE_FLAGS), -1), 3);
    json_set_str(doc, "status", "tentative");
    CLEANUP(mem_free) char *unsaid = write(c, &item, doc, &env);
    check_str(c, unsaid, "");
    json_set_str(doc, "status", "cancelled");
    CLEANUP(mem_free) char *off = write(c, &item, doc, &env);
    check_str(c, off, "appt:8217");
    check_int(c, props_int(&item, prop_name_of(P_STATE_FLAGS), -1), 7);
    check_int(c, props_int(&item, BUSY, -1), 1);
    json_remove(doc, "participants"); /* nobody is invited: no meeting, and nothing to cancel */
    free(write(c, &item, doc, &env));
    check_int(c, props_int(&item, prop_name_of(P_STATE_FLAGS), -1), 0);
    CLEANUP(json_free) struct json *plain = read(c, &item, &env);
    check_str(c, json_get_str(plain, "status"), NULL);
    free(write(c, &item, doc, &env)); /* it is still wanted, and still cannot be said */
    check_int(c, props_int(&item, prop_name_of(P_STATE_FLAGS), -1), 0);
    props_fini(&item);
}

/* ---- any guest list ---- */
static const char *pick(const char *const *list, size_t count)
{
    return list[(size_t)rand() % count];
}

static struct json *random_people(void)
{
    static const char *const KINDS[] = {NULL, NULL, NULL, "group", "resource", "location"},
                             *const REPLIES[] = {NULL, "accepted", "declined", "tentative"},
                             *const NAMES[] = {
                                 NULL, "Anna", "Bob; B", "\xE6\xBC\xA2 \xF0\x9F\x98\x80"};
    struct json *people = json_object();
    int count = rand() % 12;
    for (int i = 0; i < count; i++) {
        CLEANUP(mem_free) char *id = str_printf("p%d", i);
        CLEANUP(mem_free) char *email = str_printf("g%d.%d@example.com", i, rand() % 1000);
        struct json *p = json_need_object(people, id), *roles = json_need_object(p, "roles");
        json_set_str(p, "@type", "Participant");
        json_set_str(p, "email", email);
        json_set_str(p, "name", pick(NAMES, ARRAY_LEN(NAMES)));
        json_set_bool(roles, i == 3 ? "owner" : "attendee", true);
        if (i != 3) {
            json_set_str(p, "kind", pick(KINDS, ARRAY_LEN(KINDS)));
            json_set_str(p, "participationStatus", pick(REPLIES, ARRAY_LEN(REPLIES)));
        }
        const char *kind = json_get_str(p, "kind");
        if (i != 3 && (!kind || str_eq(kind, "group")) && rand() % 2) {
            json_set_bool(roles, "optional", true);
        }
    }
    return people;
}

static void check_random(struct check *c)
{
    CLEANUP(json_free) struct json *own = dump_parse("['g0.1@example.com']");
    const struct map_env env = {"Etc/UTC", NOW, NULL, own};
    const char *given = getenv("LOCKSTEP_SEED");
    unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);
    printf("seed %u (LOCKSTEP_SEED repeats it)\n", seed);
    srand(seed);
    struct props item = {0};
    CLEANUP(json_free)
    struct json *doc = dump_parse("{'@type':'Event','uid':'u','title':'M','start':'2030-01-01T10:00:00',"
                             "'timeZone':'Etc/UTC','duration':'PT1H','freeBusyStatus':'free'}");
    for (int round = 0; round < 2000; round++) {
        CLEANUP(json_free) struct json *wanted = json_dup(doc);
        json_set(wanted, "participants", random_people());
        free(write(c, &item, wanted, &env)); /* onto what the round before left */
        CLEANUP(json_free) struct json *got = read(c, &item, &env);
        if (!doc_same(wanted, got)) {
            CLEANUP(mem_free)
            char *w = json_print_canonical(wanted),
                 *g = json_print_canonical(got);
            check_str(c, g, w);
            break;
        }
        CLEANUP(mem_free) char *nothing = write(c, &item, got, &env);
        check_str(c, nothing, "");
    }
    props_fini(&item);
}

int main(int argc, char **argv)
{
    static const struct check_entry CASES[] = {{"map/people/invitation", check_invitation}, {"map/people/pairing", check_pairing},
        {"map/people/plain appointment", check_plain}, {"map/people/reply", check_reply},
        {"map/people/whose", check_whose},
        {"map/people/cancelled", check_canceled}, {"map/people/random", check_random}};
    return check_main(argc, argv, CASES, ARRAY_LEN(CASES));
}
