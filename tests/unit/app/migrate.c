/* What CalDav Synchronizer's files say, as real versions of it write them, and torn as a power loss leaves them. */
#include "client/app/cds.h"
#include "client/app/app.h"
#include "client/base/buf.h"
#include "client/platform/platform.h"
#include "tests/unit/check.h"

#include <stdlib.h>

#define HEAD "<?xml version=\"1.0\" encoding=\"utf-16\"?>\r\n"
#define PROFILE                                                                                    \
    "<Options><Inactive>true</Inactive><Name>Team &amp; rooms</Name>"                              \
    "<Id>1f6b0a3e-0000-4000-8000-000000000001</Id><OutlookFolderEntryId>00AB01</"                  \
    "OutlookFolderEntryId>"                                                                        \
    "<OutlookFolderStoreId>00CD</OutlookFolderStoreId>"                                            \
    "<IgnoreSynchronizationTimeRange>false</IgnoreSynchronizationTimeRange>"                       \
    "<DaysToSynchronizeInThePast>60</DaysToSynchronizeInThePast>"                                  \
    "<DaysToSynchronizeInTheFuture>180</DaysToSynchronizeInTheFuture>"                             \
    "<SynchronizationMode>ReplicateServerIntoOutlook</SynchronizationMode>"                        \
    "<ConflictResolution>OutlookWins</ConflictResolution>"                                         \
    "<CalenderUrl>https://dav.example.org/dav/anna/team/</CalenderUrl><UserName>anna</UserName>"   \
    "<SynchronizationIntervalInMinutes>30</SynchronizationIntervalInMinutes><Salt>c2FsdA==</Salt>" \
    "<ProtectedPassword>c2VhbGVk</ProtectedPassword><ServerAdapterType>Default</"                  \
    "ServerAdapterType>"                                                                           \
    "<EnableChangeTriggeredSynchronization>true</EnableChangeTriggeredSynchronization>"            \
    "<MappingConfiguration xsi:type=\"EventMappingConfiguration\" "                                \
    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><Name>inner</Name>"                   \
    "</MappingConfiguration></Options>"

static void test_profiles(struct check *c)
{
    struct cds_profiles list CLEANUP_FINI(cds_profiles_fini) = {0};
    struct err err = ERR_INIT;
    if (check_case(c, "migrate/profile")) {
        const char text[] = HEAD "<ArrayOfOptions>" PROFILE "</ArrayOfOptions>";
        check_int(c, cds_profiles_read(text, strlen(text), &list, &err), RC_OK);
        check_int(c, (long)list.count, 1);
        const struct cds_profile *p = &list.items[0];
        check_str(c, p->name, "Team & rooms");
        check_str(c, p->id, "1f6b0a3e-0000-4000-8000-000000000001");
        check_str(c, p->url, "https://dav.example.org/dav/anna/team/");
        check_str(c, p->user, "anna");
        check_str(c, p->folder, "00AB01");
        check_str(c, p->secret, "c2VhbGVk");
        check_str(c, p->salt, "c2FsdA==");
        check_str(c, p->direction, "right-to-left");
        check_str(c, p->policy, "left");
        check_str(c, p->every, "30");
        check_str(c, p->past, "60");
        check_str(c, p->future, "180");
        check_true(c, !p->on && p->on_change && p->http);
        cds_profiles_fini(&list);
    }
    if (check_case(c, "migrate/profile-with-little")) {
        const char text[] =
            "\xEF\xBB\xBF" HEAD "<ArrayOfOptions><Options><IgnoreSynchronizationTimeRange>true"
            "</IgnoreSynchronizationTimeRange><DaysToSynchronizeInThePast>60"
            "</DaysToSynchronizeInThePast><SynchronizationIntervalInMinutes>0"
            "</SynchronizationIntervalInMinutes><ServerAdapterType>GoogleTaskApi"
            "</ServerAdapterType></Options><Options><SynchronizationIntervalInMinutes>2"
            "</SynchronizationIntervalInMinutes></Options><Options/></ArrayOfOptions>";
        check_int(c, cds_profiles_read(text, strlen(text), &list, &err), RC_OK);
        check_int(c, (long)list.count, 3);
        const struct cds_profile *p = &list.items[0];
        check_true(c, p->on && !p->on_change && !p->http && !p->past && !p->future);
        check_str(c, p->name, "");
        check_str(c, p->every, "hand");
        check_str(c, p->direction, "two-way");
        check_str(c, p->policy, "newest");
        check_str(c, list.items[1].every, "5");
        check_str(c, list.items[2].every, "default");
        cds_profiles_fini(&list);
    }
    if (check_case(c, "migrate/profile-of-another-kind-of-file")) {
        check_true(c, cds_profiles_read("not XML", 7, &list, &err) != RC_OK);
        check_int(c, cds_profiles_read("<html><body/></html>", 20, &list, &err), RC_OK);
        check_int(c, (long)list.count, 0);
    }
    err_fini(&err);
}

static enum rc note_pair(void *user, const char *entry, const char *path, struct err *err)
{
    (void)err;
    buf_addf(user, "%s=%s;", entry, path);
    return RC_OK;
}

static const char *pairs_of(struct buf *b, const char *text, enum rc *ret_rc)
{
    struct err err = ERR_INIT;
    buf_clear(b);
    *ret_rc = cds_pairs_read(text, strlen(text), note_pair, b, &err);
    err_fini(&err);
    return buf_str(b);
}

static void test_pairs(struct check *c)
{
    struct buf b CLEANUP_FINI(buf_fini) = BUF_INIT(4096);
    enum rc rc;
    if (check_case(c, "migrate/pairs")) {
        const char text[] =
            "<?xml "
            "version=\"1.0\"?>\r\n<ArrayOfOutlookContactRelationData><OutlookContactRelationData>"
            "<AtypeId>00FF0A</AtypeId><AtypeVersion>2026-11-01T10:00:00Z</AtypeVersion><BtypeId>"
            "<OriginalAbsolutePath>/dav/anna%40x/a.vcf</OriginalAbsolutePath><Id>/dav/anna@x/"
            "a.vcf</Id>"
            "</BtypeId><BtypeVersion>\"1&#x1;\"</BtypeVersion></OutlookContactRelationData>"
            "<OutlookEventRelationData><AtypeId><EntryId>00ff0b</EntryId><GlobalAppointmentId>0400"
            "</GlobalAppointmentId></AtypeId><BtypeId>/dav/b.ics</BtypeId></"
            "OutlookEventRelationData>"
            "</ArrayOfOutlookContactRelationData>";
        check_str(c, pairs_of(&b, text, &rc), "00ff0a=/dav/anna%40x/a.vcf;00ff0b=/dav/b.ics;");
        check_int(c, rc, RC_OK);
    }
    if (check_case(c, "migrate/pairs-that-are-none")) {
        check_str(c,
            pairs_of(&b,
                "<A><R><AtypeId>xyz</AtypeId><BtypeId>/a</BtypeId></R><R><AtypeId>00</AtypeId></R>"
                "<R><AtypeId>00</AtypeId><BtypeId>people/c1</BtypeId></R><R/></A>",
                &rc),
            "");
        check_int(c, rc, RC_OK);
    }
    if (check_case(c, "migrate/pairs-torn")) { /* what is whole counts, and the tear is told */
        check_str(c,
            pairs_of(
                &b, "<A><R><AtypeId>01</AtypeId><BtypeId>/a</BtypeId></R><R><AtypeId>02</Aty", &rc),
            "01=/a;");
        check_int(c, rc, RC_INVALID);
        check_str(c, pairs_of(&b, "", &rc), "");
        check_int(c, rc, RC_INVALID);
    }
}

static void put(const char *dir, const char *name, const char *text)
{
    struct err err = ERR_INIT;
    CLEANUP(mem_free) char *path = platform_path_join(dir, name);
    if (platform_dir_make(dir, &err) != RC_OK ||
        platform_file_write(path, text, strlen(text), &err) != RC_OK) {
        printf("# %s\n", err_text(&err));
    }
    err_fini(&err);
}

/* The folder as it is on a computer: two profiles of Outlook, one of them never used. */
static void test_list(struct check *c)
{
    char dir[] = "/tmp/lockstep-migrate-XXXXXX";
    struct err err = ERR_INIT;
    if (!mkdtemp(dir)) {
        return;
    }
    CLEANUP(mem_free) char *data = platform_path_join(dir, "d1");
    CLEANUP(mem_free)
    char *own = platform_path_join(data, "1f6b0a3e-0000-4000-8000-000000000001");
    if (check_case(c, "migrate/list")) {
        CLEANUP(json_free) struct json *v = NULL;
        put(dir, "profiles.xml",
            HEAD
            "<ArrayOfProfileEntry><ProfileEntry><ProfileName>Outlook</ProfileName><ConfigFileName>"
            "options.xml</ConfigFileName><DataDirectoryName>d1</DataDirectoryName></ProfileEntry>"
            "<ProfileEntry><ConfigFileName>options.xml</ConfigFileName><DataDirectoryName>d2"
            "</DataDirectoryName></ProfileEntry><ProfileEntry><ConfigFileName>../../options.xml"
            "</ConfigFileName></ProfileEntry></ArrayOfProfileEntry>");
        put(data, "options.xml",
            HEAD "<ArrayOfOptions>" PROFILE "<Options><Name>on</Name></Options></ArrayOfOptions>");
        put(own, "relations.xml", "<A><R><AtypeId>01</AtypeId><BtypeId>/a</BtypeId></R><R>");
        check_int(c, app_migrate_list(dir, &v, &err), RC_OK);
        const struct json *list = json_get(v, "profiles"), *p = json_first(list);
        check_int(c, (long)json_count(list), 2);
        check_str(c, json_get_str(p, "name"), "Team & rooms");
        check_int(c, (long)json_get_int(p, "pairs", 0), 1);
        check_str(c, json_get_str(p, "obstacle"), NULL);
        check_true(c, strstr(json_get_str(json_next(p), "obstacle"), "still on") != NULL);
        CLEANUP(mem_free) char *text = json_print(v);
        check_true(c, !strstr(text, "c2VhbGVk") && !strstr(text, "c2FsdA")); /* no secrets */
    }
    if (check_case(c, "migrate/list-names-the-broken-file")) {
        CLEANUP(json_free) struct json *v = NULL;
        put(data, "options.xml", "torn <");
        check_int(c, app_migrate_list(dir, &v, &err), RC_INVALID);
        check_true(c, strstr(err_text(&err), "options.xml") != NULL);
    }
    if (check_case(c, "migrate/never-used")) {
        CLEANUP(json_free) struct json *v = NULL;
        CLEANUP(mem_free) char *nowhere = platform_path_join(dir, "nowhere");
        setenv("LOCALAPPDATA", nowhere, 1);
        setenv("APPDATA", nowhere, 1);
        check_int(c, app_migrate_list(NULL, &v, &err), RC_NOT_FOUND);
        check_true(c, strstr(err_text(&err), "has not been used") != NULL);
        setenv("APPDATA", dir, 1);
    }
    CLEANUP(mem_free) char *remove = str_printf("rm -rf %s", dir);
    check_true(c, system(remove) == 0);
    err_fini(&err);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    test_profiles(&c);
    test_pairs(&c);
    test_list(&c);
    return check_end(&c);
}
