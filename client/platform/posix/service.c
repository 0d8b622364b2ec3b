/* POSIX: records of services in the DNS, by the system's resolver. */
#include "client/platform/platform.h"

#include "client/base/buf.h"

#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <string.h>

#define ANSWER_MAX 65536
#define PATIENCE   3 /* seconds for each try */

/* The answer to one question, parsed; false: there is none. */
static bool ask(const char *name, int type, unsigned char *answer, ns_msg *ret)
{
    struct __res_state state;
    memset(&state, 0, sizeof state);
    if (res_ninit(&state) != 0) {
        return false;
    }
    state.retrans = PATIENCE;
    state.retry = 1;
    int len = res_nquery(&state, name, ns_c_in, type, answer, ANSWER_MAX);
    res_nclose(&state);
    return len > 0 && len <= ANSWER_MAX && ns_initparse(answer, len, ret) == 0;
}

/* RFC 2782: priority, weight, port (16 bits each), target. */
static bool take_srv(const ns_msg *message, const ns_rr *rr, struct platform_service *ret)
{
    char host[NS_MAXDNAME];
    const unsigned char *data = ns_rr_rdata(*rr);
    if (ns_rr_type(*rr) != ns_t_srv || ns_rr_rdlen(*rr) < 7 ||
        ns_name_uncompress(
            ns_msg_base(*message), ns_msg_end(*message), data + 6, host, sizeof host) < 0) {
        return false;
    }
    *ret = (struct platform_service){.host = mem_strdup(host),
        .priority = (int)ns_get16(data),
        .weight = (int)ns_get16(data + 2),
        .port = (int)ns_get16(data + 4)};
    return true;
}

bool platform_service_find(const char *name, struct platform_service *ret)
{
    CLEANUP(mem_free) unsigned char *answer = mem_alloc(ANSWER_MAX);
    struct platform_service best = {0};
    ns_msg message;
    ns_rr rr;
    if (ask(name, ns_t_srv, answer, &message)) {
        for (int i = 0; i < ns_msg_count(message, ns_s_an); i++) {
            struct platform_service one = {0};
            if (ns_parserr(&message, ns_s_an, i, &rr) == 0 && take_srv(&message, &rr, &one)) {
                platform_service_prefer(&best, &one);
            }
        }
    }
    *ret = best;
    return best.host != NULL;
}

/* A TXT record is a row of texts, each after its length (RFC 1035 section 3.3.14). */
char *platform_service_text(const char *name, const char *key)
{
    CLEANUP(mem_free) unsigned char *answer = mem_alloc(ANSWER_MAX);
    ns_msg message;
    ns_rr rr;
    if (!ask(name, ns_t_txt, answer, &message)) {
        return NULL;
    }
    for (int i = 0; i < ns_msg_count(message, ns_s_an); i++) {
        if (ns_parserr(&message, ns_s_an, i, &rr) != 0 || ns_rr_type(rr) != ns_t_txt) {
            continue;
        }
        const unsigned char *at = ns_rr_rdata(rr), *end = at + ns_rr_rdlen(rr);
        for (; at < end && at + 1 + *at <= end; at += 1 + *at) {
            CLEANUP(mem_free) char *text = mem_strndup((const char *)at + 1, *at);
            if (str_istarts(text, key) && text[strlen(key)] == '=') {
                return mem_strdup(text + strlen(key) + 1);
            }
        }
    }
    return NULL;
}
