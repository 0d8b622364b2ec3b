/* POSIX: what an administrator says, in a JSON file. */
#include "client/platform/platform.h"

#define POLICY_MAX ((size_t)1 << 20)

struct json *platform_policy(bool enforced)
{
    CLEANUP(mem_free) char *path = platform_env("LOCKSTEP_POLICY");
    CLEANUP(mem_free) char *text = NULL;
    CLEANUP(json_free) struct json *v = NULL;
    size_t len;
    struct err err = ERR_INIT;
    bool read = path && platform_file_read(path, POLICY_MAX, &text, &len, &err) == RC_OK &&
                json_parse(text, len, &v, &err) == RC_OK;
    err_fini(&err);
    const struct json *of = read ? json_get(v, enforced ? "enforced" : "defaults") : NULL;
    return json_is_object(of) ? json_dup(of) : json_object();
}
