/* WebDAV answers. See multistatus.h. */
#include "client/remote/dav/multistatus.h"

#include <string.h>

#define MAX_RESOURCES 1000000 /* in one answer; more is no folder anybody has */

struct multistatus {
    struct xml_reader *reader; /* owned */
    dav_resource_fn *fn;
    void *user;
    char *token; /* owned */
    size_t resources;
};

/* "HTTP/1.1 200 OK" -> 200; 0 if it is no status line. */
static long parse_status(const struct xml_node *status)
{
    CLEANUP(mem_free) char *text = xml_text_trimmed(status);
    const char *space = strchr(text, ' ');
    if (!str_istarts(text, "HTTP/") || !space) {
        return 0;
    }
    long n = strtol(space + 1, NULL, 10);
    return n >= 100 && n <= 999 ? n : 0;
}

static const struct xml_node *find_prop(const struct dav_resource *r, const char *ns,
    const char *name, const struct xml_node **ret_propstat)
{
    const struct xml_node *ps = xml_child(r->node, NS_DAV, "propstat");
    for (; ps; ps = xml_next(ps, NS_DAV, "propstat")) {
        const struct xml_node *prop = xml_child(xml_child(ps, NS_DAV, "prop"), ns, name);
        if (prop) {
            *ret_propstat = ps;
            return prop;
        }
    }
    return NULL;
}

long dav_prop_status(const struct dav_resource *r, const char *ns, const char *name)
{
    const struct xml_node *propstat;
    if (!find_prop(r, ns, name, &propstat)) {
        return r->status;
    }
    return parse_status(xml_child(propstat, NS_DAV, "status"));
}

const struct xml_node *dav_prop(const struct dav_resource *r, const char *ns, const char *name)
{
    const struct xml_node *propstat, *prop = find_prop(r, ns, name, &propstat);
    if (!prop) {
        return NULL;
    }
    long status = parse_status(xml_child(propstat, NS_DAV, "status"));
    return status >= 200 && status < 300 ? prop : NULL;
}

char *dav_etag(const char *text)
{
    CLEANUP(mem_free) char *tag = str_trim(text ? text : "");
    const char *p = str_starts(tag, "W/") ? tag + 2 : tag;
    if (!*p) {
        return NULL;
    }
    for (const char *c = p; *c; c++) {
        if ((unsigned char)*c < 0x20) {
            return NULL; /* it could not go into a header */
        }
    }
    return *p == '"' ? mem_strdup(p) : str_printf("\"%s\"", p);
}

char *dav_prop_etag(const struct dav_resource *r)
{
    const struct xml_node *n = dav_prop(r, NS_DAV, "getetag");
    return n ? dav_etag(xml_text(n)) : NULL;
}

/* ---- reading ---- */
static enum rc read_response(struct multistatus *m, const struct xml_node *n, struct err *err)
{
    if (++m->resources > MAX_RESOURCES) {
        return err_set(
            err, RC_TOO_BIG, 0, "the answer lists more than %d resources", MAX_RESOURCES);
    }
    const struct xml_node *status = xml_child(n, NS_DAV, "status");
    const struct xml_node *href = xml_child(n, NS_DAV, "href");
    /* Several hrefs may share one status (RFC 4918 section 14.24). */
    for (; href; href = xml_next(href, NS_DAV, "href")) {
        CLEANUP(mem_free) char *text = xml_text_trimmed(href);
        struct dav_resource r = {text, status ? parse_status(status) : 0, n};
        enum rc rc = *text ? m->fn(m->user, &r, err) : RC_OK;
        if (rc != RC_OK) {
            return rc;
        }
    }
    return RC_OK;
}

static enum rc on_element(void *user, const struct xml_node *n, struct err *err)
{
    struct multistatus *m = user;
    if (!xml_is(xml_reader_root(m->reader), NS_DAV, "multistatus")) {
        return RC_OK; /* multistatus_finish says so */
    }
    if (xml_is(n, NS_DAV, "sync-token")) {
        free(m->token);
        m->token = xml_text_trimmed(n);
        return RC_OK;
    }
    return xml_is(n, NS_DAV, "response") ? read_response(m, n, err) : RC_OK;
}

struct multistatus *multistatus_new(dav_resource_fn *fn, void *user)
{
    struct multistatus *m = NEW(struct multistatus);
    m->fn = fn;
    m->user = user;
    m->reader = xml_reader_new(on_element, m);
    return m;
}

void multistatus_free(struct multistatus *m)
{
    if (!m) {
        return;
    }
    xml_reader_free(m->reader);
    free(m->token);
    free(m);
}

enum rc multistatus_feed(struct multistatus *m, const char *data, size_t len, struct err *err)
{
    return xml_reader_feed(m->reader, data, len, err);
}

enum rc multistatus_finish(struct multistatus *m, struct err *err)
{
    enum rc rc = xml_reader_finish(m->reader, err);
    if (rc == RC_OK && !xml_is(xml_reader_root(m->reader), NS_DAV, "multistatus")) {
        rc = err_set(err, RC_INVALID, 0, "no WebDAV answer but something else");
    }
    return rc;
}

const char *multistatus_token(const struct multistatus *m)
{
    return str_empty(m->token) ? NULL : m->token;
}

char *dav_error_condition(const char *body, size_t len, char **ret_href)
{
    CLEANUP(xml_node_free) struct xml_node *root = NULL;
    if (ret_href) {
        *ret_href = NULL;
    }
    /* SOGo 5.8 writes the namespace as "DAV" without the colon. */
    if (xml_parse(body, len, &root, NULL) != RC_OK || strcmp(root->name, "error") != 0 ||
        !str_starts(root->ns, "DAV")) {
        return NULL;
    }
    for (const struct xml_node *c = root->first; c; c = c->next) {
        /* Words for people are not the condition (sabre/dav writes s:exception and s:message
         * first). */
        if (strcmp(c->name, "exception") == 0 || strcmp(c->name, "message") == 0 ||
            strcmp(c->name, "sabredav-version") == 0 ||
            strcmp(c->name, "responsedescription") == 0) {
            continue;
        }
        const struct xml_node *href = xml_child(c, NS_DAV, "href");
        if (ret_href && href) {
            *ret_href = xml_text_trimmed(href);
        }
        return mem_strdup(c->name);
    }
    return NULL;
}
