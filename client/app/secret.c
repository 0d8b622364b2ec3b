/* Passwords by account name, in secrets.json of the data folder: apart from the state file, so that
 * the state can be shown, copied and sent to support. How a password is protected is the platform's
 * business. */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/platform/platform.h"

#include <string.h>

#define SECRETS_MAX ((size_t)1 << 20)

static enum rc secrets_load(const char *path, struct json **ret, struct err *err)
{
    CLEANUP(platform_secret_free) char *text = NULL;
    size_t len;
    if (!platform_file_exists(path)) {
        *ret = json_object();
        return RC_OK;
    }
    enum rc rc = platform_file_read(path, SECRETS_MAX, &text, &len, err);
    if (rc == RC_OK && (rc = json_parse(text, len, ret, err)) != RC_OK) {
        err_prefix(err, "the passwords in %s", path);
        rc = RC_IO;
    }
    return rc;
}

static enum rc secrets_save(const char *path, const struct json *secrets, struct err *err)
{
    CLEANUP(platform_secret_free) char *text = json_print_pretty(secrets);
    return platform_file_write(path, text, strlen(text), err);
}

enum rc secret_save(const char *home, const char *account, const char *password, struct err *err)
{
    CLEANUP(mem_free) char *path = platform_path_join(home, "secrets.json");
    CLEANUP(json_free) struct json *secrets = NULL;
    CLEANUP(platform_secret_free) char *text = NULL;
    enum rc rc = secrets_load(path, &secrets, err);
    if (rc == RC_OK) {
        rc = platform_secret_protect(password, &text, err);
    }
    if (rc == RC_OK) {
        json_set_str(secrets, account, text);
        rc = secrets_save(path, secrets, err);
    }
    return rc;
}

enum rc secret_load(const char *home, const char *account, char **ret_password, struct err *err)
{
    CLEANUP(mem_free) char *path = platform_path_join(home, "secrets.json");
    CLEANUP(json_free) struct json *secrets = NULL;
    enum rc rc = secrets_load(path, &secrets, err);
    if (rc != RC_OK) {
        return rc;
    }
    const char *text = json_get_str(secrets, account);
    if (!text) {
        return err_set(err, RC_NOT_FOUND, 0, "no password is stored for the account '%s'", account);
    }
    rc = platform_secret_reveal(text, ret_password, err);
    if (rc != RC_OK) {
        err_prefix(err, "account '%s'", account);
    }
    return rc;
}

enum rc secret_forget(const char *home, const char *account, struct err *err)
{
    CLEANUP(mem_free) char *path = platform_path_join(home, "secrets.json");
    CLEANUP(json_free) struct json *secrets = NULL;
    enum rc rc = secrets_load(path, &secrets, err);
    if (rc == RC_OK && json_remove(secrets, account)) {
        rc = secrets_save(path, secrets, err);
    }
    return rc;
}
