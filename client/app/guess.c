/* From what was typed to the address of a server. */
#include "client/app/guess.h"

#include "client/base/buf.h"
#include "client/base/mem.h"

#include <string.h>

#define NAME_MAX_BYTES 64

void guess_fini(struct guess *g)
{
    free(g->url);
    free(g->user);
    free(g->name);
    *g = (struct guess){0};
}

static char *trimmed(const char *typed)
{
    typed += strspn(typed, " \t\r\n");
    size_t len = strlen(typed);
    while (len && strchr(" \t\r\n", typed[len - 1])) {
        len--;
    }
    return mem_strndup(typed, len);
}

/* The length of the host at the beginning of "host:port/path". */
static size_t host_len(const char *rest)
{
    return rest[0] == '[' ? strcspn(rest, "]") + (strchr(rest, ']') != NULL)
                          : strcspn(rest, ":/?#");
}

static char *name_of(const char *rest)
{
    size_t len = host_len(rest);
    if (len > 4 && memcmp(rest, "www.", 4) == 0) {
        rest += 4;
        len -= 4;
    }
    char *name = mem_strndup(rest, len > NAME_MAX_BYTES ? NAME_MAX_BYTES : len);
    for (char *p = name; *p; p++) {
        *p = *p == ':' ? '-' : *p; /* of an IPv6 address; folders are written ACCOUNT:FOLDER */
    }
    return name;
}

static enum rc from_url(const char *text, const char *rest, struct guess *ret, struct err *err)
{
    bool plain = strncmp(text, "http:", 5) == 0;
    if (!plain && strncmp(text, "https:", 6) != 0) {
        return err_set(err, RC_INVALID, 0,
            "\"%s\": the address of a server begins with https://, or is an e-mail address", text);
    }
    if (!host_len(rest) || rest[strcspn(rest, "@/?#")] == '@') {
        return err_set(err, RC_INVALID, 0,
            "\"%s\": that names no server; write it like https://dav.example.org, without the "
            "user's name",
            text);
    }
    *ret = (struct guess){.url = mem_strdup(text), .name = name_of(rest), .plain = plain};
    return RC_OK;
}

enum rc guess_server(const char *typed, struct guess *ret, struct err *err)
{
    CLEANUP(mem_free) char *text = trimmed(typed);
    if (!*text || strpbrk(text, " \t\r\n")) {
        return err_set(err, RC_INVALID, 0,
            "type your e-mail address, or the address of your server without spaces");
    }
    const char *scheme = strstr(text, "://"), *at = strrchr(text, '@');
    if (scheme) {
        return from_url(text, scheme + 3, ret, err);
    }
    if (!at) {
        CLEANUP(mem_free) char *url = str_printf("https://%s", text);
        return from_url(url, url + strlen("https://"), ret, err);
    }
    if (at == text || !at[1] || at[1 + strcspn(at + 1, ":/?#")]) {
        return err_set(err, RC_INVALID, 0, "\"%s\" is no e-mail address", text);
    }
    *ret = (struct guess){
        .url = str_printf("https://%s", at + 1), .user = mem_strdup(text), .name = name_of(at + 1)};
    return RC_OK;
}
