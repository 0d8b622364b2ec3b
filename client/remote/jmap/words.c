/* What the errors of JMAP mean for us: a result code, and a line that a person can act on. */
#include "client/remote/jmap/jmap_private.h"

#include "client/base/buf.h"

#include <string.h>

struct meaning {
    const char *type;
    enum rc rc;
    const char *text;
};

static const struct meaning *find(const struct meaning *table, size_t count, const char *type)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(table[i].type, type)) {
            return &table[i];
        }
    }
    return NULL;
}

/* RFC 8620 sections 3.6.2, 5.1 to 5.6. */
static const struct meaning METHOD_ERRORS[] = {
    {"serverUnavailable", RC_SERVER, "the server is busy or closed for maintenance"},
    {"serverFail", RC_SERVER, "the server failed"},
    {"serverPartialFail", RC_SERVER, "the server failed in the middle of it"},
    {"unknownMethod", RC_UNSUPPORTED, "the server does not know this kind of request"},
    {"invalidArguments", RC_REFUSED, "the server does not understand the request"},
    {"invalidResultReference", RC_REFUSED, "the server does not understand the request"},
    {"forbidden", RC_READONLY, "the server does not allow it"},
    {"accountNotFound", RC_NOT_FOUND, "the account is not there, or not shared with you any more"},
    {"accountNotSupportedByMethod", RC_UNSUPPORTED, "the account has none of these"},
    {"accountReadOnly", RC_READONLY, "the account is read-only"},
    {"requestTooLarge", RC_TOO_BIG, "it is more at once than the server accepts"},
    {"stateMismatch", RC_CONFLICT, "it was changed by somebody else meanwhile"},
    {"cannotCalculateChanges", RC_TOKEN_INVALID, "the server cannot tell what changed since then"},
    {"tooManyChanges", RC_TOKEN_INVALID, "the server cannot tell what changed since then"},
    {"unsupportedFilter", RC_UNSUPPORTED, "the server cannot search that way"},
    {"unsupportedSort", RC_UNSUPPORTED, "the server cannot sort that way"},
};

/* The server's own words, short and on one line; "" if it has none. Caller frees. */
static char *description(const struct json *error, const char *member)
{
    const char *text = json_get_str(error, member);
    CLEANUP(mem_free) char *cut = mem_strndup(text ? text : "", text ? strnlen(text, 200) : 0);
    for (char *p = cut; *p; p++) {
        if ((unsigned char)*p < ' ') {
            *p = ' ';
        }
    }
    bool usable = *cut && str_utf8_valid(cut, strlen(cut));
    return usable ? str_printf(" (%s)", cut) : mem_strdup("");
}

enum rc jmap_method_error(const char *what, const struct json *error, struct err *err)
{
    const char *type = json_get_str(error, "type");
    const struct meaning *m = find(METHOD_ERRORS, ARRAY_LEN(METHOD_ERRORS), type);
    CLEANUP(mem_free) char *more = description(error, "description");
    if (!m) {
        CLEANUP(mem_free) char *word = description(error, "type");
        return err_set(err, RC_SERVER, 0, "%s: the server gave an error that is not known here%s%s",
            what, word, more);
    }
    return err_set(err, m->rc, 0, "%s: %s%s", what, m->text, more);
}

/* RFC 8620 section 3.6.1. */
#define URN "urn:ietf:params:jmap:error:"
static const struct meaning REQUEST_ERRORS[] = {
    {URN "unknownCapability", RC_UNSUPPORTED, "the server does not offer this by JMAP"},
    {URN "notJSON", RC_SERVER, "the server did not understand the request"},
    {URN "notRequest", RC_SERVER, "the server did not understand the request"},
    {URN "limit", RC_TOO_BIG, "it is more at once than the server accepts"},
};

enum rc jmap_request_error(const char *what, const struct http_response *r, struct err *err)
{
    struct json *problem = NULL;
    const struct meaning *m = NULL;
    if (r->rc == RC_OK && r->status >= 400 && r->body &&
        json_parse(r->body, r->body_len, &problem, NULL) == RC_OK) {
        m = find(REQUEST_ERRORS, ARRAY_LEN(REQUEST_ERRORS), json_get_str(problem, "type"));
    }
    if (!m) {
        json_free(problem);
        enum rc rc = http_check(r, what, err);
        return rc != RC_OK ? rc
                           : err_set(err, RC_SERVER, r->status,
                                 "%s: there is something else than JMAP", what);
    }
    CLEANUP(mem_free) char *more = description(problem, "limit");
    json_free(problem);
    return err_set(err, m->rc, r->status, "%s: %s%s", what, m->text, more);
}

/* RFC 8620 section 5.3, RFC 9610 section 2.3; those of JMAP Calendars are covered by them. */
static const struct meaning SET_ERRORS[] = {
    {"forbidden", RC_READONLY, "the server does not allow it"},
    {"accountReadOnly", RC_READONLY, "it is read-only"},
    {"overQuota", RC_REFUSED, "the server has no room left (quota)"},
    {"tooLarge", RC_TOO_BIG, "it is larger than the server accepts"},
    {"rateLimit", RC_SERVER, "the server asks us to come back later"},
    {"notFound", RC_NOT_FOUND, "it is not there any more"},
    {"invalidPatch", RC_REFUSED, "the server finds the change malformed"},
    {"willDestroy", RC_CONFLICT, "it is being deleted"},
    {"singleton", RC_REFUSED, "the server does not allow it"},
    {"alreadyExists", RC_CONFLICT, "the server has another one with the same UID"},
    {"stateMismatch", RC_CONFLICT, "it was changed by somebody else meanwhile"},
};

static bool names_only(const struct json *properties, const char *name)
{
    return json_count(properties) == 1 && str_eq(json_str_value(json_first(properties)), name);
}

/* "emails, phones", cut short. Caller frees. */
static char *list_of(const struct json *properties)
{
    struct buf b = BUF_INIT(1024);
    for (const struct json *p = json_first(properties); p; p = json_next(p)) {
        const char *name = json_str_value(p);
        if (name && b.len < 200) {
            buf_addf(&b, "%s%.60s", b.len ? ", " : "", name);
        }
    }
    return buf_take(&b);
}

enum rc jmap_set_error(
    const struct jmap_type *type, const char *label, const struct json *error, struct err *err)
{
    const char *word = json_get_str(error, "type");
    const struct json *properties = json_get(error, "properties");
    CLEANUP(mem_free) char *more = description(error, "description");
    if (str_eq(word, "invalidProperties")) {
        if (names_only(properties, "uid")) {
            return err_set(err, RC_CONFLICT, 0, "%s: the server has another %s with the same UID%s",
                label, type->item, more);
        }
        if (names_only(properties, type->folder_ids)) {
            return err_set(
                err, RC_READONLY, 0, "%s: the %s does not take it%s", label, type->place, more);
        }
        CLEANUP(mem_free) char *names = list_of(properties);
        return err_set(err, RC_REFUSED, 0, "%s: the server does not take%s%s%s", label,
            *names ? " its " : " it", names, more);
    }
    const struct meaning *m = find(SET_ERRORS, ARRAY_LEN(SET_ERRORS), word);
    if (!m) {
        CLEANUP(mem_free) char *unknown = description(error, "type");
        return err_set(err, RC_REFUSED, 0, "%s: the server refused it%s%s", label, unknown, more);
    }
    return err_set(err, m->rc, 0, "%s: %s%s", label, m->text, more);
}
