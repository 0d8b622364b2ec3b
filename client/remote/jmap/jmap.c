/* The jmap store itself: making it and letting it go. See jmap.h. */
#include "client/remote/jmap/jmap_private.h"

#include "client/base/buf.h"

#include <string.h>

#define BATCH 200 /* ops in one commit, ids in one fetch */

static void jmap_free(struct store *s)
{
    struct jmap *j = (struct jmap *)s;
    size_t cursor = 0;
    void *text;
    while (map_entry(j->kept, &cursor, NULL, &text)) {
        free(text);
    }
    map_free(j->kept);
    jmap_push_free(j->push);
    jmap_seen_free(j->seen);
    http_free(j->http);
    url_fini(&j->url);
    json_free(j->accounts);
    json_free(j->primary);
    json_free(j->calendars.of);
    free(j->using);
    free(j->api);
    free(j->upload);
    free(j->download);
    free(j->events);
    free(j->events_elsewhere);
    free(j);
}

static void jmap_trouble(const struct store *s, struct store_trouble *ret)
{
    const struct jmap *j = (const struct jmap *)s;
    *ret = (struct store_trouble){
        http_rejected(j->http), http_asked_to_wait(j->http), jmap_push_again(j->push)};
}

static const struct store_vtbl JMAP_VTBL = {
    .name = "jmap",
    .list_folders = jmap_list_folders,
    .changes = jmap_changes,
    .fetch = jmap_fetch,
    .commit = jmap_commit,
    .find_uid = jmap_find_uid,
    .trouble = jmap_trouble,
    .watch = jmap_watch,
    .expect = jmap_expect,
    .make_folder = jmap_make_folder,
    .free = jmap_free,
};

/* A person may leave "https://" out. */
static char *typed_url(const char *text)
{
    CLEANUP(mem_free) char *typed = str_trim(text);
    return strstr(typed, "://") ? mem_strdup(typed) : str_printf("https://%s", typed);
}

char *jmap_folder_identity(const char *account_url, const char *id)
{
    CLEANUP(mem_free) char *text = typed_url(account_url);
    struct url url = {0};
    if (url_parse(text, &url, NULL) != RC_OK) {
        return str_printf("jmap:%s %s", text, id);
    }
    bool usual = url.port == (str_eq(url.scheme, "https") ? 443 : 80);
    char *identity = str_printf("jmap://%s:%d/%s", url_is_loopback(&url) ? "localhost" : url.host,
        usual ? 0 : url.port, id);
    url_fini(&url);
    return identity;
}

bool jmap_is_meant(const char *account_url)
{
    CLEANUP(mem_free) char *text = typed_url(account_url);
    struct url url = {0};
    bool meant = url_parse(text, &url, NULL) == RC_OK && strstr(url.path, "jmap");
    url_fini(&url);
    return meant;
}

enum rc jmap_store_new(
    const struct jmap_account *account, const struct log *log, struct store **ret, struct err *err)
{
    struct jmap *j = NEW(struct jmap);
    CLEANUP(mem_free) char *url = typed_url(account->url);
    struct http_config config = {
        .origin = url,
        .sign_in = account->sign_in,
        .ca_file = account->ca_file,
        .allow_plain_http = account->allow_plain_http,
        .stall_timeout = account->timeout,
        .connect_timeout = account->timeout,
        .proxy = account->proxy,
    };
    enum rc rc = url_parse(url, &j->url, err);
    if (rc == RC_OK) {
        rc = http_new(&config, log, &j->http, err);
    }
    if (rc != RC_OK) {
        url_fini(&j->url);
        free(j);
        return rc;
    }
    j->store.vtbl = &JMAP_VTBL;
    j->store.log = log;
    j->store.batch = BATCH;
    j->timeout = account->timeout;
    j->kept = map_new();
    *ret = &j->store;
    return RC_OK;
}

struct http_stats jmap_store_stats(const struct store *s)
{
    return http_stats(((const struct jmap *)s)->http);
}
