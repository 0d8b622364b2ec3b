/* Which sign-in server guards a server, and how this program is known there. A server says it itself (RFC 9728: its own
 * metadata names the issuer; RFC 8414: the issuer's metadata); an issuer's metadata must name that issuer, or else one
 * server could pass for another. */
#include "client/oauth/private.h"

#include "client/net/url.h"

#include <string.h>

#define SCOPES_MAX 20

void oauth_server_fini(struct oauth_server *s)
{
    char **const texts[] = {&s->issuer, &s->authorize_url, &s->token_url, &s->device_url,
        &s->register_url, &s->scope, &s->client_id, &s->client_secret};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        free(*texts[i]);
        *texts[i] = NULL;
    }
}

/* The well-known path is put before that of the address (RFC 8414, 3.1). Caller frees. */
static char *well_known(const struct url *u, const char *name, bool with_path)
{
    CLEANUP(mem_free) char *origin = url_origin(u);
    size_t n = strlen(u->path);
    while (n && u->path[n - 1] == '/') {
        n--;
    }
    return str_printf("%s/.well-known/%s%.*s", origin, name, with_path ? (int)n : 0, u->path);
}

/* OpenID Connect Discovery 1.0, section 4, puts it behind the path instead, and so do servers with many realms
 * (RFC 8414, 5). Caller frees. */
static char *behind_path(const char *issuer, const char *name)
{
    size_t n = strlen(issuer);
    n -= n && issuer[n - 1] == '/';
    return str_printf("%.*s/.well-known/%s", (int)n, issuer, name);
}

/* At the path of its own, then at the root. */
static enum rc get_metadata(const struct url *u, const char *name, const struct oauth_net *net,
    struct json **ret, struct err *err)
{
    CLEANUP(mem_free) char *own = well_known(u, name, true);
    CLEANUP(mem_free) char *root = well_known(u, name, false);
    struct err first CLEANUP_FINI(err_fini) = ERR_INIT;
    enum rc rc = oauth_get(net, own, ret, &first);
    if (rc == RC_NOT_FOUND && !str_eq(own, root)) {
        return oauth_get(net, root, ret, err);
    }
    return rc == RC_OK ? RC_OK : err_set(err, rc, first.native, "%s", err_text(&first));
}

static bool same_issuer(const char *a, const char *b)
{
    size_t n = a ? strlen(a) : 0, m = strlen(b);
    n -= n && a[n - 1] == '/';
    m -= m && b[m - 1] == '/';
    return n == m && strncmp(a, b, n) == 0;
}

static enum rc take_url(const struct json *v, const char *member, const struct oauth_net *net,
    char **ret, struct err *err)
{
    const char *url = json_get_str(v, member);
    *ret = mem_strdup(url);
    return url ? oauth_check_url(net, url, err) : RC_OK;
}

static enum rc take_metadata(const struct json *v, const char *issuer, const struct oauth_net *net,
    struct oauth_server *ret, struct err *err)
{
    const struct {
        const char *member;
        char **place;
    } urls[] = {{"authorization_endpoint", &ret->authorize_url},
        {"token_endpoint", &ret->token_url}, {"device_authorization_endpoint", &ret->device_url},
        {"registration_endpoint", &ret->register_url}};
    enum rc rc = RC_OK;
    if (!same_issuer(json_get_str(v, "issuer"), issuer)) {
        return err_set(err, RC_REFUSED, 0, "%s says that it is somebody else", issuer);
    }
    ret->issuer = mem_strdup(json_get_str(v, "issuer"));
    for (size_t i = 0; i < ARRAY_LEN(urls) && rc == RC_OK; i++) {
        rc = take_url(v, urls[i].member, net, urls[i].place, err);
    }
    if (rc == RC_OK && (!ret->token_url || (!ret->authorize_url && !ret->device_url))) {
        rc = err_set(
            err, RC_UNSUPPORTED, 0, "%s offers no way to sign in that Lockstep knows", issuer);
    }
    return rc;
}

static enum rc ask_issuer(
    const char *issuer, const struct oauth_net *net, struct oauth_server *ret, struct err *err)
{
    CLEANUP(json_free) struct json *v = NULL;
    struct url u = {0};
    enum rc rc = oauth_check_url(net, issuer, err);
    if (rc == RC_OK) {
        rc = url_parse(issuer, &u, err);
    }
    if (rc == RC_OK) {
        rc = get_metadata(&u, "oauth-authorization-server", net, &v, err);
    }
    if (rc == RC_NOT_FOUND) {
        CLEANUP(mem_free) char *behind = behind_path(issuer, "openid-configuration");
        rc = oauth_get(net, behind, &v, err);
    }
    url_fini(&u);
    return rc == RC_OK ? take_metadata(v, issuer, net, ret, err) : rc;
}

/* What the server itself says is to be asked for; and that the sign-in may be renewed. Caller frees. */
static char *scope_of(const struct json *resource)
{
    struct buf b = BUF_INIT(4096);
    const struct json *list = json_get(resource, "scopes_supported");
    for (size_t i = 0; i < json_count(list) && i < SCOPES_MAX; i++) {
        const char *one = json_str_value(json_at(list, i));
        if (one && !strpbrk(one, " \"\\") && !str_eq(one, "offline_access")) {
            buf_addf(&b, "%s%s", b.len ? " " : "", one);
        }
    }
    if (b.len) {
        buf_adds(&b, " offline_access");
    }
    char *text = b.len && !b.overflow ? mem_strdup(buf_str(&b)) : NULL;
    buf_fini(&b);
    return text;
}

static void take_provider(const struct oauth_provider *p, struct oauth_server *ret)
{
    *ret = (struct oauth_server){.issuer = mem_strdup(p->issuer),
        .authorize_url = mem_strdup(p->authorize_url),
        .token_url = mem_strdup(p->token_url),
        .device_url = mem_strdup(p->device_url),
        .scope = mem_strdup(p->scope)};
}

static enum rc find(
    const struct url *u, const struct oauth_net *net, struct oauth_server *ret, struct err *err)
{
    CLEANUP(json_free) struct json *resource = NULL;
    CLEANUP(mem_free) char *origin = url_origin(u);
    enum rc rc = get_metadata(u, "oauth-protected-resource", net, &resource, err);
    if (rc == RC_NOT_FOUND) {
        rc = RC_OK; /* then it may be its own */
    }
    if (rc != RC_OK) {
        return rc;
    }
    const char *issuer = json_str_value(json_at(json_get(resource, "authorization_servers"), 0));
    rc = ask_issuer(issuer ? issuer : origin, net, ret, err);
    if (rc == RC_OK) {
        ret->scope = scope_of(resource);
    }
    return rc == RC_NOT_FOUND
               ? err_set(err, RC_UNSUPPORTED, 0,
                     "%s does not say that people can sign in there with a browser", u->host)
               : rc;
}

enum rc oauth_find(
    const char *account_url, const struct oauth_net *net, struct oauth_server *ret, struct err *err)
{
    struct oauth_server found = {0};
    struct url u = {0};
    CLEANUP(mem_free)
    char *full = strstr(account_url, "://") ? mem_strdup(account_url)
                                            : str_printf("https://%s", account_url);
    enum rc rc = url_parse(full, &u, err);
    if (rc != RC_OK) {
        return rc;
    }
    const struct oauth_provider *known = oauth_provider_of(u.host);
    struct err why CLEANUP_FINI(err_fini) = ERR_INIT;
    if (known) {
        take_provider(known, &found);
    } else {
        rc = find(&u, net, &found, &why);
    }
    url_fini(&u);
    if (rc != RC_OK) {
        oauth_server_fini(&found);
        return err_set(err, rc, why.native, "%s", err_text(&why));
    }
    *ret = found;
    return RC_OK;
}

/* ---- who we are ---- */

/* The next of "NAME=ID SECRET;...": false at the end. The texts are the caller's. */
static bool next_client(const char **at, char **ret_name, char **ret_id, char **ret_secret)
{
    *at += strspn(*at, "; ");
    size_t len = strcspn(*at, ";"), name_len = strcspn(*at, "=;");
    *ret_name = *ret_id = *ret_secret = NULL;
    if (!len) {
        return false;
    }
    CLEANUP(mem_free) char *name = mem_strndup(*at, name_len);
    *ret_name = str_trim(name);
    if (name_len < len) {
        CLEANUP(mem_free) char *rest = mem_strndup(*at + name_len + 1, len - name_len - 1);
        CLEANUP(mem_free) char *value = str_trim(rest);
        size_t id_len = strcspn(value, " ");
        *ret_id = mem_strndup(value, id_len);
        *ret_secret = value[id_len] ? str_trim(value + id_len) : NULL;
    }
    *at += len;
    return true;
}

enum rc oauth_clients_check(const char *clients, struct err *err)
{
    char *name, *id, *secret;
    enum rc rc = RC_OK;
    for (const char *at = clients ? clients : "";
         rc == RC_OK && next_client(&at, &name, &id, &secret);) {
        if (str_empty(name) || str_empty(id) || (secret && strchr(secret, ' '))) {
            rc = err_set(err, RC_INVALID, 0,
                "'%s' is no client: write NAME=ID, or NAME=ID SECRET, with ';' between several",
                name);
        }
        free(name);
        free(id);
        free(secret);
    }
    return rc;
}

static void take_client(struct oauth_server *s, const char *clients)
{
    CLEANUP(mem_free) char *host = oauth_host(s->issuer);
    char *name, *id, *secret;
    for (const char *at = clients ? clients : ""; next_client(&at, &name, &id, &secret);) {
        const struct oauth_provider *p = oauth_provider_named(name);
        bool named = str_ieq(name, host) || (p && str_eq(p->issuer, s->issuer));
        if (named && !s->client_id && !str_empty(id)) {
            s->client_id = mem_strdup(id);
            s->client_secret = mem_strdup(secret);
        }
        free(name);
        free(id);
        free(secret);
    }
}

/* RFC 7591, as a native program without a secret that can be kept. */
static enum rc introduce(struct oauth_server *s, const struct oauth_net *net, struct err *err)
{
    CLEANUP(json_free) struct json *v = json_object();
    CLEANUP(json_free) struct json *answer = NULL;
    CLEANUP(mem_free) char *error = NULL;
    CLEANUP(mem_free) char *host = oauth_host(s->register_url);
    struct json *redirects = json_array(), *grants = json_array(), *types = json_array();
    json_append(redirects, json_str("http://127.0.0.1/"));
    json_append(grants, json_str("authorization_code"));
    json_append(grants, json_str("refresh_token"));
    if (s->device_url) {
        json_append(grants, json_str("urn:ietf:params:oauth:grant-type:device_code"));
    }
    json_append(types, json_str("code"));
    json_set_str(v, "client_name", "Lockstep");
    json_set_str(v, "application_type", "native");
    json_set_str(v, "token_endpoint_auth_method", "none");
    json_set(v, "redirect_uris", redirects);
    json_set(v, "grant_types", grants);
    json_set(v, "response_types", types);
    json_set_str(v, "scope", s->scope);
    CLEANUP(mem_free) char *text = json_print(v);
    enum rc rc = oauth_post(net, s->register_url, text, true, &answer, &error, err);
    if (rc == RC_OK && (error || str_empty(json_get_str(answer, "client_id")))) {
        rc = err_set(err, RC_UNSUPPORTED, 0,
            "%s does not let programs introduce themselves (%s): an administrator has to register "
            "Lockstep there, see the setting oauth_clients",
            host, error ? error : "no name");
    }
    if (rc == RC_OK) {
        s->client_id = mem_strdup(json_get_str(answer, "client_id"));
        s->client_secret = mem_strdup(json_get_str(answer, "client_secret"));
    }
    return rc;
}

enum rc oauth_know_client(
    struct oauth_server *s, const char *clients, const struct oauth_net *net, struct err *err)
{
    take_client(s, clients);
    if (s->client_id) {
        return RC_OK;
    }
    if (s->register_url) {
        return introduce(s, net, err);
    }
    CLEANUP(mem_free) char *host = oauth_host(s->issuer);
    return err_set(err, RC_UNSUPPORTED, 0,
        "%s lets in only programs that are registered there: an administrator registers Lockstep, "
        "and "
        "puts its name there into the setting oauth_clients (%s=ID)",
        host, host);
}
