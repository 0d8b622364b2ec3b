/* Windows: records of services in the DNS, by its own resolver. */
#include "client/platform/platform.h"

#include "client/base/buf.h"
#include "client/platform/win32/text.h"

#include <string.h>
#include <windows.h>
#include <windns.h>

static DNS_RECORDW *ask(const char *name, WORD type)
{
    CLEANUP(mem_free) WCHAR *wide = win32_wide(name);
    PDNS_RECORD records = NULL;
    return DnsQuery_W(wide, type, DNS_QUERY_STANDARD, NULL, &records, NULL) == 0
               ? (DNS_RECORDW *)records
               : NULL;
}

bool platform_service_find(const char *name, struct platform_service *ret)
{
    DNS_RECORDW *all = ask(name, DNS_TYPE_SRV);
    struct platform_service best = {0};
    for (const DNS_RECORDW *r = all; r; r = r->pNext) {
        if (r->wType == DNS_TYPE_SRV) {
            struct platform_service one = {.host = win32_utf8(r->Data.SRV.pNameTarget),
                .priority = r->Data.SRV.wPriority,
                .weight = r->Data.SRV.wWeight,
                .port = r->Data.SRV.wPort};
            platform_service_prefer(&best, &one);
        }
    }
    DnsRecordListFree((PDNS_RECORD)all, DnsFreeRecordList);
    *ret = best;
    return best.host != NULL;
}

char *platform_service_text(const char *name, const char *key)
{
    DNS_RECORDW *all = ask(name, DNS_TYPE_TEXT);
    char *found = NULL;
    for (const DNS_RECORDW *r = all; r && !found; r = r->pNext) {
        for (DWORD i = 0; r->wType == DNS_TYPE_TEXT && i < r->Data.TXT.dwStringCount; i++) {
            CLEANUP(mem_free) char *text = win32_utf8(r->Data.TXT.pStringArray[i]);
            if (!found && str_istarts(text, key) && text[strlen(key)] == '=') {
                found = mem_strdup(text + strlen(key) + 1);
            }
        }
    }
    DnsRecordListFree((PDNS_RECORD)all, DnsFreeRecordList);
    return found;
}
