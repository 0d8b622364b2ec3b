/* A report for support: one archive with what is needed to see what is wrong, and nothing of what
 * people would not show: no password, no item, not even its title. */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/base/zip.h"
#include "client/platform/platform.h"

#include <string.h>

#define LOGS_MAX     ((size_t)4 << 20) /* of one log file; it rotates at half of that */
#define LOGS_KEPT    5                 /* lockstep.log and the four before it */
#define SETTINGS_MAX ((size_t)1 << 20)

static void redact(struct json *v, const char *member, unsigned long salt)
{
    CLEANUP(mem_free) char *redacted = NULL;
    if (json_get_str(v, member)) {
        redacted = log_redact(json_get_str(v, member), salt);
        json_set_str(v, member, redacted);
    }
}

/* Titles name people and appointments, and what a store said of an item may quote it: what is left
 * tells two of them apart, as in the log. */
static void redact_problems(struct json *status, unsigned long salt)
{
    for (struct json *l = json_first(json_get(status, "links")); l; l = json_next(l)) {
        for (struct json *p = json_first(json_get(l, "problems")); p; p = json_next(p)) {
            redact(p, "title", salt);
            redact(p, "text", salt);
        }
    }
}

static enum rc add_json(struct zip *z, const char *name, const struct json *v, struct err *err)
{
    CLEANUP(mem_free) char *text = json_print_pretty(v);
    return zip_add(z, name, text, strlen(text), err);
}

/* A file that is not there is left out. */
static enum rc add_file(
    struct zip *z, const char *dir, const char *file, const char *as, size_t max, struct err *err)
{
    CLEANUP(mem_free) char *path = platform_path_join(dir, file);
    CLEANUP(mem_free) char *data = NULL;
    size_t len = 0;
    if (!platform_file_exists(path)) {
        return RC_OK;
    }
    enum rc rc = platform_file_read(path, max, &data, &len, err);
    return rc == RC_OK ? zip_add(z, as, data, len, err) : rc;
}

static enum rc add_logs(struct app *app, struct zip *z, struct err *err)
{
    enum rc rc = RC_OK;
    for (int i = 0; i < LOGS_KEPT && rc == RC_OK; i++) {
        CLEANUP(mem_free)
        char *file = i ? str_printf("lockstep.%d.log", i) : mem_strdup("lockstep.log");
        CLEANUP(mem_free) char *as = str_printf("log/%s", file);
        rc = add_file(z, app->log_dir, file, as, LOGS_MAX, err);
    }
    return rc;
}

static enum rc add_all(struct app *app, struct zip *z, struct err *err)
{
    CLEANUP(json_free) struct json *check = NULL;
    CLEANUP(json_free) struct json *status = NULL;
    CLEANUP(json_free) struct json *accounts = NULL;
    unsigned long salt;
    platform_random(&salt, sizeof salt);
    enum rc rc = app_check(app, &check, err);
    if (rc == RC_OK) {
        rc = add_json(z, "check.json", check, err);
    }
    /* With a damaged state file there is still the rest to tell. */
    if (rc == RC_OK && app_status(app, &status, NULL) == RC_OK) {
        redact_problems(status, salt);
        rc = add_json(z, "status.json", status, err);
    }
    if (rc == RC_OK && app_account_list(app, &accounts, NULL) == RC_OK) {
        rc = add_json(z, "accounts.json", accounts, err);
    }
    if (rc == RC_OK) {
        rc = add_file(z, app->home, "settings.json", "settings.json", SETTINGS_MAX, err);
    }
    return rc == RC_OK ? add_logs(app, z, err) : rc;
}

enum rc app_report(struct app *app, const char *path, struct json **ret, struct err *err)
{
    CLEANUP(zip_free) struct zip *z = zip_new(platform_local_time(platform_now()));
    const struct buf *data;
    enum rc rc = add_all(app, z, err);
    if (rc == RC_OK) {
        rc = zip_finish(z, &data, err);
    }
    if (rc == RC_OK) {
        rc = platform_file_write(path, data->data, data->len, err);
    }
    if (rc != RC_OK) {
        return err_prefix(err, "the report %s", path);
    }
    *ret = json_object();
    json_set_str(*ret, "path", path);
    json_set_int(*ret, "bytes", (int64_t)data->len);
    return RC_OK;
}
