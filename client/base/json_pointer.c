/* JSON Pointer (RFC 6901) over objects, as a PatchObject's keys use it (RFC 8620 section 5.3). */
#include "client/base/buf.h"
#include "client/base/json.h"

#include <string.h>

static void unescape(char *token)
{
    char *out = token;
    for (const char *in = token; *in; in++) {
        if (in[0] == '~' && (in[1] == '0' || in[1] == '1')) {
            *out++ = *++in == '0' ? '~' : '/';
        } else {
            *out++ = *in;
        }
    }
    *out = 0;
}

/* Takes the next reference token off *path, unescaped; NULL at the end. *path becomes NULL after
 * the last one. */
static char *next_token(const char **path)
{
    if (!*path) {
        return NULL;
    }
    const char *slash = strchr(*path, '/');
    char *token = slash ? mem_strndup(*path, (size_t)(slash - *path)) : mem_strdup(*path);
    *path = slash ? slash + 1 : NULL;
    unescape(token);
    return token;
}

struct json *json_pointer(const struct json *root, const char *path)
{
    struct json *at = NULL;
    const struct json *in = root;
    for (char *token; (token = next_token(&path)); free(token)) {
        at = json_get(in, token);
        in = at;
    }
    return at;
}

char *json_pointer_escape(const char *key)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (; *key; key++) {
        if (*key == '~') {
            buf_adds(&b, "~0");
        } else if (*key == '/') {
            buf_adds(&b, "~1");
        } else {
            buf_addc(&b, *key);
        }
    }
    return buf_take(&b);
}

char *json_pointer_unescape(const char *token)
{
    char *key = mem_strdup(token);
    unescape(key);
    return key;
}

enum rc json_pointer_set(struct json *root, const char *path, struct json *v, struct err *err)
{
    const char *rest = path;
    struct json *at = root;
    char *token = next_token(&rest);
    while (rest) {
        struct json *child = json_get(at, token);
        if (!child && !v) {
            free(token);
            return RC_OK;
        }
        if (!child) {
            child = json_object();
            json_set(at, token, child);
        }
        free(token);
        if (!json_is_object(child)) {
            json_free(v);
            return err_set(err, RC_INVALID, 0,
                "patch path '%s' leads through something that is no object", path);
        }
        at = child;
        token = next_token(&rest);
    }
    json_set(at, token, v);
    free(token);
    return RC_OK;
}
