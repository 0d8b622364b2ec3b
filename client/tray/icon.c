/* The icon in the notification area: states, animation, tooltip, notifications. */
#include "client/tray/tray.h"

#include "resources/ids.h"

#include <shellapi.h>
#include <wchar.h>

#define ICON_UID 1

struct icon {
    HWND window;
    bool shown;
    UINT now;                                    /* resource number of the picture shown */
    WCHAR tip[128];                              /* the shell's limit */
    HICON pictures[ICON_SYNC + ICON_SYNC_COUNT]; /* by resource number, loaded when first used */
};

static HICON picture(struct icon *icon, UINT number)
{
    if (!icon->pictures[number]) {
        icon->pictures[number] = LoadImageW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(number),
            IMAGE_ICON, GetSystemMetrics(SM_CXSMICON), GetSystemMetrics(SM_CYSMICON), 0);
    }
    return icon->pictures[number];
}

static NOTIFYICONDATAW data(struct icon *icon, UINT flags)
{
    NOTIFYICONDATAW d = {
        .cbSize = sizeof d, .hWnd = icon->window, .uID = ICON_UID, .uFlags = flags};
    if (flags & NIF_ICON) {
        d.hIcon = picture(icon, icon->now);
    }
    if (flags & NIF_TIP) {
        wcscpy(d.szTip, icon->tip);
    }
    return d;
}

struct icon *icon_new(HWND window)
{
    struct icon *icon = NEW(struct icon);
    icon->window = window;
    icon->now = ICON_LOCKSTEP;
    return icon;
}

void icon_free(struct icon *icon)
{
    if (icon) {
        NOTIFYICONDATAW d = data(icon, 0);
        Shell_NotifyIconW(NIM_DELETE, &d);
        for (size_t i = 0; i < ARRAY_LEN(icon->pictures); i++) {
            if (icon->pictures[i]) {
                DestroyIcon(icon->pictures[i]);
            }
        }
        free(icon);
    }
}

bool icon_show(struct icon *icon, bool again)
{
    if (!icon->shown || again) {
        NOTIFYICONDATAW d = data(icon, NIF_ICON | NIF_MESSAGE | NIF_TIP | NIF_SHOWTIP);
        d.uCallbackMessage = TRAY_MSG_ICON;
        icon->shown = Shell_NotifyIconW(NIM_ADD, &d);
        d.uVersion = NOTIFYICON_VERSION_4;
        Shell_NotifyIconW(NIM_SETVERSION, &d);
    }
    return icon->shown;
}

static UINT picture_of(enum schedule_look look, unsigned frame)
{
    switch (look) {
    case SCHEDULE_SYNCING:
        return ICON_SYNC + frame % ICON_SYNC_COUNT;
    case SCHEDULE_ATTENTION:
        return ICON_ATTENTION;
    case SCHEDULE_PAUSED:
        return ICON_PAUSED;
    case SCHEDULE_OFFLINE:
        return ICON_OFFLINE;
    case SCHEDULE_IDLE:
        break;
    }
    return ICON_LOCKSTEP;
}

void icon_set(struct icon *icon, enum schedule_look look, unsigned frame, const WCHAR *tip)
{
    UINT flags = 0, number = picture_of(look, frame);
    if (number != icon->now) {
        icon->now = number;
        flags |= NIF_ICON;
    }
    if (wcsncmp(tip, icon->tip, ARRAY_LEN(icon->tip) - 1) != 0) {
        wcsncpy(icon->tip, tip, ARRAY_LEN(icon->tip) - 1);
        SetWindowTextW(icon->window, icon->tip);
        flags |= NIF_TIP | NIF_SHOWTIP;
    }
    if (icon->shown && flags) {
        NOTIFYICONDATAW d = data(icon, flags);
        Shell_NotifyIconW(NIM_MODIFY, &d);
    }
}

void icon_notify(struct icon *icon, const WCHAR *title, const WCHAR *text)
{
    NOTIFYICONDATAW d = data(icon, NIF_INFO);
    wcsncpy(d.szInfoTitle, title, ARRAY_LEN(d.szInfoTitle) - 1);
    wcsncpy(d.szInfo, text, ARRAY_LEN(d.szInfo) - 1);
    d.dwInfoFlags = NIIF_INFO;
    Shell_NotifyIconW(NIM_MODIFY, &d);
}
