/* The proxy settings of Windows' user (Internet Options), scripts and WPAD by WinHTTP. See proxy.h. */
#include "client/net/proxy.h"

#include "client/platform/win32/text.h"

#include <windows.h>
#include <winhttp.h>

/* By a script, whose address is `pac` or which the network announces. Asked of WinHTTP's service, which
 * remembers scripts and that there is none. */
static char *by_script(const WCHAR *pac, bool announced, const struct url *to)
{
    HINTERNET session =
        WinHttpOpen(L"Lockstep", WINHTTP_ACCESS_TYPE_NO_PROXY, WINHTTP_NO_PROXY_NAME, NULL, 0);
    WINHTTP_AUTOPROXY_OPTIONS options = {.fAutoLogonIfChallenged = TRUE};
    WINHTTP_PROXY_INFO info = {0};
    CLEANUP(mem_free) char *text = url_text(to);
    CLEANUP(mem_free) WCHAR *url = win32_wide(text);
    char *chosen = NULL;
    if (announced) {
        options.dwFlags = WINHTTP_AUTOPROXY_AUTO_DETECT;
        options.dwAutoDetectFlags = WINHTTP_AUTO_DETECT_TYPE_DHCP | WINHTTP_AUTO_DETECT_TYPE_DNS_A;
    } else {
        options.dwFlags = WINHTTP_AUTOPROXY_CONFIG_URL;
        options.lpszAutoConfigUrl = pac;
    }
    if (session && WinHttpGetProxyForUrl(session, url, &options, &info)) {
        CLEANUP(mem_free) char *list = win32_utf8(info.lpszProxy);
        CLEANUP(mem_free) char *without = win32_utf8(info.lpszProxyBypass);
        chosen = proxy_choose(list, without, to);
        GlobalFree(info.lpszProxy);
        GlobalFree(info.lpszProxyBypass);
    }
    WinHttpCloseHandle(session);
    return chosen;
}

/* In the order of WinINet: what the network announces, a script, a proxy by name. */
char *proxy_of_system(const struct url *to)
{
    WINHTTP_CURRENT_USER_IE_PROXY_CONFIG user = {0};
    if (!WinHttpGetIEProxyConfigForCurrentUser(&user)) {
        return NULL;
    }
    char *chosen = user.fAutoDetect ? by_script(NULL, true, to) : NULL;
    if (!chosen && user.lpszAutoConfigUrl) {
        chosen = by_script(user.lpszAutoConfigUrl, false, to);
    }
    if (!chosen && user.lpszProxy) {
        CLEANUP(mem_free) char *list = win32_utf8(user.lpszProxy);
        CLEANUP(mem_free) char *without = win32_utf8(user.lpszProxyBypass);
        chosen = proxy_choose(list, without, to);
    }
    GlobalFree(user.lpszAutoConfigUrl);
    GlobalFree(user.lpszProxy);
    GlobalFree(user.lpszProxyBypass);
    return chosen;
}
