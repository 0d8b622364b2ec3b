/* What an administrator has set up, as far as it goes without Outlook (tests/wine/preset.test goes on). */
#include "tests/unit/app/scene.h"

#include "client/app/app.h"
#include "client/base/buf.h"
#include "client/platform/platform.h"
#include "tests/unit/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void set_policy(struct scene *s, const char *text)
{
    scene_write(s, "policy.json", text);
    CLEANUP(mem_free) char *path = str_printf("%s/policy.json", s->root);
    setenv("LOCKSTEP_POLICY", path, 1);
}

static void check_preset(struct check *c, struct scene *s, const char *policy, const char *want)
{
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *v = NULL;
    set_policy(s, policy);
    check_ok(c, app_preset_get(s->app, &v, &err), &err);
    CLEANUP(mem_free) char *got = v ? json_print(v) : NULL;
    check_str(c, got, want);
    err_fini(&err);
}

static void check_refused(
    struct check *c, struct scene *s, const char *policy, enum rc rc, const char *text)
{
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *v = NULL;
    set_policy(s, policy);
    check_int(c, app_preset_get(s->app, &v, &err), rc);
    if (!strstr(err_text(&err), text)) {
        check_fail(c, "'%s' does not say %s", err_text(&err), text);
    }
    err_fini(&err);
}

static void test_get(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    scene_init(&s);
    setenv("LOCKSTEP_TEST_USER", "anna", 1);
    check_preset(c, &s,
        "{\"defaults\":{\"ServerUrl\":\"https://"
        "dav.example.org\",\"ServerUser\":\"%LOCKSTEP_TEST_USER%\"}}",
        "{\"account\":\"dav.example.org\",\"url\":\"https://dav.example.org\",\"user\":\"anna\","
        "\"sign_in\":\"password\",\"done\":false,\"links\":[\"contacts\",\"calendar\",\"tasks\"]}");
    check_preset(c, &s,
        "{\"defaults\":{\"ServerUrl\":\"https://old.example.org\",\"AccountName\":\"Office\"},"
        "\"enforced\":{\"ServerUrl\":\"https://new.example.org\",\"Links\":\"contacts, notes\","
        "\"ServerSignIn\":\"windows\"}}",
        "{\"account\":\"Office\",\"url\":\"https://"
        "new.example.org\",\"sign_in\":\"windows\",\"done\":"
        "false,"
        "\"links\":[\"contacts\",\"notes\"]}");
    check_preset(c, &s,
        "{\"defaults\":{\"ServerUrl\":\"%LOCKSTEP_TEST_USER%@example.org\",\"Links\":\"calendar\","
        "\"ServerUser\":\"100% %NOT_SET% %\"}}",
        "{\"account\":\"example.org\",\"url\":\"https://example.org\",\"user\":\"100% %NOT_SET% "
        "%\","
        "\"sign_in\":\"password\",\"done\":false,\"links\":[\"calendar\"]}");
}

static void test_refused(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    scene_init(&s);
    check_refused(c, &s, "{}", RC_NOT_FOUND, "no server has been set up");
    check_refused(c, &s, "no JSON", RC_NOT_FOUND, "no server has been set up");
    check_refused(c, &s, "{\"defaults\":{\"ServerUrl\":\"\"}}", RC_NOT_FOUND, "no server has been");
    check_refused(c, &s, "{\"defaults\":{\"ServerUrl\":\"ftp://example.org\"}}", RC_INVALID,
        "the server set up by your administrator: \"ftp://example.org\"");
    check_refused(c, &s,
        "{\"defaults\":{\"ServerUrl\":\"https://example.org\",\"Links\":\"contacts,mail\"}}",
        RC_INVALID, "'Links' set up by your administrator has 'mail'");
    check_refused(c, &s,
        "{\"defaults\":{\"ServerUrl\":\"https://example.org\",\"ServerSignIn\":\"smartcard\"}}",
        RC_INVALID,
        "'ServerSignIn' set up by your administrator: there is no way to sign in called");
}

/* Nothing is noted as done, and nothing half-made stays, while the server cannot be reached. */
static void test_out_of_reach(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    scene_init(&s);
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *v = NULL;
    set_policy(&s, "{\"defaults\":{\"ServerUrl\":\"http://127.0.0.1:9\",\"ServerUser\":\"anna\"}}");
    check_int(c, app_preset_apply(s.app, "secret", NULL, &v, &err), RC_OFFLINE);
    err_fini(&err);
    check_ok(c, app_preset_get(s.app, &v, &err), &err);
    check_true(c, !json_get_bool(v, "done", true));
    json_free(TAKE(v));
    check_ok(c, app_account_list(s.app, &v, &err), &err);
    check_int(c, json_count(json_get(v, "accounts")), 0);
    err_fini(&err);
}

/* An account of that name that leads elsewhere is the user's, and stays what it is. */
static void test_name_taken(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    scene_init(&s);
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *v = NULL;
    scene_vdir(&s, "Office");
    set_policy(
        &s, "{\"defaults\":{\"ServerUrl\":\"http://127.0.0.1:9\",\"AccountName\":\"Office\"}}");
    check_int(c, app_preset_apply(s.app, "secret", NULL, &v, &err), RC_CONFLICT);
    check_true(c, strstr(err_text(&err), "'Office' for another server already") != NULL);
    err_fini(&err);
}

int main(int argc, char **argv)
{
    static const struct check_entry tests[] = {
        {"preset/get", test_get},
        {"preset/refused", test_refused},
        {"preset/out-of-reach", test_out_of_reach},
        {"preset/name-taken", test_name_taken},
    };
    return check_main(argc, argv, tests, ARRAY_LEN(tests));
}
