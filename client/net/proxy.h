/* Which proxy the requests to a server go through. */
#ifndef LOCKSTEP_NET_PROXY_H
#define LOCKSTEP_NET_PROXY_H

#include "client/net/url.h"

/* A proxy as people write it ("proxy.example.com:8080", "http://proxy.example.com:8080/"), as
 * "http://host:port". RC_INVALID for anything else, also for one with a password in it: that would stay
 * readable in the settings. Caller frees. */
enum rc proxy_parse(const char *text, char **ret, struct err *err) WARN_UNUSED;

/* The one for `to` by a list as Windows keeps it, "proxy:8080" or "http=a:80;https=b:443", and the list of
 * hosts that go without, "<local>;*.example.com;10.*" (WINHTTP_PROXY_INFO). "http://host:port"; NULL:
 * none. Pure; caller frees. */
char *proxy_choose(const char *list, const char *without, const struct url *to);

/* What Windows says of this user: a proxy by name, a script (PAC), or what the network announces (WPAD),
 * for which it asks the network. As proxy_choose; NULL elsewhere, where libcurl reads the
 * environment. */
char *proxy_of_system(const struct url *to);

#endif
