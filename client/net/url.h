/* URLs as servers write them and as we compare them (RFC 3986). Pure; http and https only. */
#ifndef LOCKSTEP_NET_URL_H
#define LOCKSTEP_NET_URL_H

#include "client/base/mem.h"
#include "client/base/rc.h"

#include <stdbool.h>

struct url {
    char *scheme; /* owned; "http" or "https" */
    char *host;   /* owned; lower case; an IPv6 address without its brackets */
    int port;     /* never 0: the scheme's default if none was written */
    char *path;   /* owned; begins with '/', still percent-encoded */
    char *query;  /* owned; without '?', NULL if none */
};

/* RC_INVALID for anything but an absolute http(s) URL with a host; also for one with user:password@
 * in it, as credentials belong in their own fields and a URL ends up in logs. The fragment is
 * dropped. */
enum rc url_parse(const char *text, struct url *ret, struct err *err) WARN_UNUSED;
void url_fini(struct url *u);

char *url_text(const struct url *u);   /* caller frees */
char *url_origin(const struct url *u); /* "https://host" or "https://host:8443"; caller frees */
bool url_same_origin(const struct url *a, const struct url *b);
/* 127.0.0.0/8, ::1 and localhost: the other end is this machine. */
bool url_is_loopback(const struct url *u);

/* The absolute URL that `reference` means on the page `base` (RFC 3986 section 5.2), with dot
 * segments removed. A reference such as "a:b.vcf" is taken as a file name, as no server means a
 * scheme by it. NULL if the result is no http(s) URL. Caller frees. */
char *url_resolve(const struct url *base, const char *reference);

/* A path in the one spelling that we compare and keep: dot segments and doubled slashes removed,
 * every octet that is neither unreserved (RFC 3986 section 2.3) nor '/' percent-encoded in upper
 * case. Servers write the same path as "@", "%40" or "%2b". An encoded slash stays "%2F". Caller
 * frees. */
char *url_path_normalize(const char *path);
/* The path of an href (absolute URL, absolute path, or relative to the collection `base_path`) in
 * normal form. The host in an href is ignored: servers behind a proxy write their inner one. Caller
 * frees. */
char *url_href_path(const char *base_path, const char *href);
/* Do two hrefs name the same resource? A slash at the end makes no difference. */
bool url_path_equal(const char *a, const char *b);
/* One path segment from any text. Caller frees. */
char *url_segment_encode(const char *text);
/* The last segment of a path, decoded, for messages ("anna.vcf"). Caller frees. */
char *url_path_name(const char *path);

#endif
