/* Looks at the windows of lockstep.exe and works them as a person would, from outside. A window is
 * named by a part of its title, or, in whatever language, by a control it has: "with:checks". A control
 * is named as in CONTROLS below.
 *
 *   ui wait TITLE SECONDS             until there is such a window
 *   ui gone TITLE SECONDS             until there is none
 *   ui text TITLE CONTROL             prints its text
 *   ui until TITLE CONTROL TEXT SECONDS  until its text, rows included, holds TEXT; prints it
 *   ui enabled TITLE CONTROL          exit code 0 if it can be used
 *   ui click TITLE CONTROL            a button
 *   ui menu TITLE CONTROL             what the menu key does; see tray_post menu for where it opens
 *   ui type TITLE CONTROL TEXT        into an edit control
 *   ui rows TITLE CONTROL             prints a list (cells by tabs) or a tree (indented)
 *   ui choose TITLE CONTROL TEXT      the first row or choice that holds TEXT
 *   ui where TITLE CONTROL TEXT       where on the screen the first row of a tree is that holds TEXT: "X Y", its middle
 *   ui answer TITLE BUTTON            a message box: yes, no, ok; prints its text
 *   ui heartbeat TITLE CONTROL TEXT SECONDS  asks the window every 10 ms whether it is alive, until the control's text
 *                                     holds TEXT; prints the longest answer in ms, and how many there were
 *   ui controls TITLE                 prints every control: name, class, place, text
 *   ui clipped TITLE                  prints what overlaps or is too small for its text or headings; none: 0
 *   ui rect TITLE                     prints where it is: WIDTHxHEIGHT+X+Y
 *   ui place TITLE X Y WIDTH HEIGHT   moves the window; 0 0: keeps its size
 * Exit code 0: done; 1: not so, or not in time; 2: wrong command. */
#include "resources/ids.h"
#include "tests/wine/look.h"

#include <windows.h>
#include <commctrl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define TEXT_MAX     8192

static const struct {
    const char *name;
    int id;
} CONTROLS[] = {{"left", MAIN_LEFT}, {"outlook", MAIN_OUTLOOK}, {"link", MAIN_LINK},
    {"match", MAIN_MATCH}, {"why", MAIN_WHY}, {"right", MAIN_RIGHT}, {"add", MAIN_ADD},
    {"refresh", MAIN_REFRESH}, {"links", MAIN_LINKS}, {"status", MAIN_STATUS},
    {"progress", MAIN_PROGRESS}, {"sync", MAIN_SYNC}, {"preview", MAIN_PREVIEW},
    {"address", SERVER_ADDRESS}, {"user", SERVER_USER}, {"password", SERVER_PASSWORD},
    {"name", SERVER_NAME}, {"plain", SERVER_PLAIN}, {"result", SERVER_RESULT},
    {"test", SERVER_TEST}, {"sign-in", SERVER_SIGN_IN}, {"password-label", PASSWORD_LABEL},
    {"new-password", PASSWORD_TEXT}, {"new-result", PASSWORD_RESULT}, {"sum", PREVIEW_SUM},
    {"plan", PREVIEW_LIST}, {"note", PREVIEW_NOTE}, {"ok", IDOK}, {"cancel", IDCANCEL},
    {"history", MAIN_HISTORY}, {"new-left", MAIN_NEW_LEFT}, {"new-right", MAIN_NEW_RIGHT},
    {"folder-where", FOLDER_WHERE}, {"folder-name", FOLDER_NAME}, {"folder-kind", FOLDER_KIND},
    {"folder-result", FOLDER_RESULT}, {"attention", MAIN_ATTENTION}, {"needs", ATTENTION_LIST},
    {"reason", ATTENTION_REASON}, {"values", ATTENTION_DETAIL}, {"first", ATTENTION_FIRST},
    {"second", ATTENTION_FIRST + 1}, {"third", ATTENTION_FIRST + 2},
    {"fourth", ATTENTION_FIRST + 3}, {"merge-left", MERGE_LEFT}, {"merge-right", MERGE_RIGHT},
    {"merge-own", MERGE_OWN}, {"merge-result", MERGE_RESULT}, {"runs", HISTORY_RUNS},
    {"items", HISTORY_ITEMS}, {"settings", MAIN_PROPERTIES}, {"direction", LINK_DIRECTION},
    {"policy", LINK_POLICY}, {"limit", LINK_LIMIT}, {"past", LINK_PAST}, {"future", LINK_FUTURE},
    {"only", LINK_ONLY}, {"without", LINK_WITHOUT}, {"private", LINK_PRIVATE},
    {"invitations", LINK_INVITATIONS}, {"every", LINK_EVERY}, {"on-change", LINK_ON_CHANGE},
    {"on-battery", LINK_ON_BATTERY}, {"on-metered", LINK_ON_METERED}, {"link-result", LINK_RESULT},
    {"rescue-link", RESCUE_LINK}, {"rescue-backup", RESCUE_BACKUP}, {"backups", RESCUE_LIST},
    {"rescue-side", RESCUE_SIDE}, {"rescue-item", RESCUE_ITEM}, {"rescue-exact", RESCUE_EXACT},
    {"restore", RESCUE_RESTORE}, {"left-is-right", RESCUE_REPAIR},
    {"right-is-right", RESCUE_REPAIR + 1}, {"rescue-result", RESCUE_RESULT}, {"checks", CHECK_LIST},
    {"check-result", CHECK_RESULT}, {"check-again", CHECK_AGAIN}, {"check-repair", CHECK_REPAIR},
    {"report", CHECK_REPORT}, {"unlink-question", UNLINK_QUESTION}, {"unlink-marks", UNLINK_MARKS},
    {"unlink-result", UNLINK_RESULT}, {"language", SETTINGS_LANGUAGE},
    {"settings-every", SETTINGS_EVERY}, {"settings-history", SETTINGS_HISTORY},
    {"settings-backups", SETTINGS_BACKUPS}, {"proxy", SETTINGS_PROXY},
    {"proxy-name", SETTINGS_PROXY_NAME}, {"first-backup", SETTINGS_FIRST_BACKUP},
    {"apart", SETTINGS_APART}, {"event-log", SETTINGS_EVENTS}, {"settings-result", SETTINGS_RESULT},
    {"version", ABOUT_VERSION}, {"file-name", 0x47c}, /* cmb13 of the system's file dialog */
    {"yes", IDYES}, {"no", IDNO}};

/* ---- finding ---- */

static char *utf8(const WCHAR *text)
{
    static char out[4][TEXT_MAX * 3];
    static int next;
    next = (next + 1) % 4;
    WideCharToMultiByte(CP_UTF8, 0, text, -1, out[next], sizeof out[next], NULL, NULL);
    return out[next];
}

static const WCHAR *wide(const char *text)
{
    static WCHAR out[TEXT_MAX];
    MultiByteToWideChar(CP_UTF8, 0, text, -1, out, TEXT_MAX);
    return out;
}

struct search {
    const char *title;
    int control; /* 0: by the title */
    HWND found;
};

static int id_of(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(CONTROLS); i++) {
        if (strcmp(CONTROLS[i].name, name) == 0) {
            return CONTROLS[i].id;
        }
    }
    return 0;
}

static BOOL CALLBACK match_window(HWND window, LPARAM l)
{
    struct search *s = (struct search *)l;
    WCHAR title[512], class_name[64];
    GetWindowTextW(window, title, 512);
    GetClassNameW(window, class_name, 64);
    if (IsWindowVisible(window) && wcscmp(class_name, L"#32770") == 0 &&
        (s->control ? GetDlgItem(window, s->control) != NULL
                    : strstr(utf8(title), s->title) != NULL)) {
        s->found = window;
        return FALSE;
    }
    return TRUE;
}

static HWND find_window(const char *title)
{
    bool by_control = strncmp(title, "with:", 5) == 0;
    struct search s = {title, by_control ? id_of(title + 5) : 0, NULL};
    EnumWindows(match_window, (LPARAM)&s);
    return s.found;
}

static HWND find_control(const char *title, const char *name)
{
    HWND window = find_window(title);
    int id = id_of(name);
    return window && id ? GetDlgItem(window, id) : NULL;
}

static void class_of(HWND window, char out[64])
{
    WCHAR name[64] = L"";
    GetClassNameW(window, name, 64);
    snprintf(out, 64, "%s", utf8(name));
}

/* ---- memory of the program under test: common controls copy nothing between processes ---- */

struct remote {
    HANDLE process;
    char *at; /* there */
};

static struct remote remote_open(HWND window)
{
    DWORD id;
    GetWindowThreadProcessId(window, &id);
    HANDLE process =
        OpenProcess(PROCESS_VM_OPERATION | PROCESS_VM_READ | PROCESS_VM_WRITE, FALSE, id);
    return (struct remote){
        process, VirtualAllocEx(process, NULL, 65536, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE)};
}

static void remote_close(struct remote *r)
{
    VirtualFreeEx(r->process, r->at, 0, MEM_RELEASE);
    CloseHandle(r->process);
}

#define REMOTE_TEXT 4096 /* offset of the text in that memory */

static void list_cell(HWND list, struct remote *r, int row, int column, WCHAR *text)
{
    LVITEMW item = {.iItem = row,
        .iSubItem = column,
        .pszText = (WCHAR *)(r->at + REMOTE_TEXT),
        .cchTextMax = 2048};
    WriteProcessMemory(r->process, r->at, &item, sizeof item, NULL);
    SendMessageW(list, LVM_GETITEMTEXTW, (WPARAM)row, (LPARAM)r->at);
    ReadProcessMemory(r->process, r->at + REMOTE_TEXT, text, 2048 * sizeof(WCHAR), NULL);
}

static void tree_text(HWND tree, struct remote *r, HTREEITEM at, WCHAR *text)
{
    TVITEMW item = {.mask = TVIF_TEXT | TVIF_HANDLE,
        .hItem = at,
        .pszText = (WCHAR *)(r->at + REMOTE_TEXT),
        .cchTextMax = 2048};
    WriteProcessMemory(r->process, r->at, &item, sizeof item, NULL);
    SendMessageW(tree, TVM_GETITEMW, 0, (LPARAM)r->at);
    ReadProcessMemory(r->process, r->at + REMOTE_TEXT, text, 2048 * sizeof(WCHAR), NULL);
}

/* ---- rows ---- */

struct rows {
    char text[65536];
    const char *wanted; /* choose the first row that holds it; NULL: only tell */
    bool chosen;
    bool point; /* do not choose it, tell where it is */
    POINT at;
};

static void add_text(struct rows *rows, const char *text)
{
    strncat(rows->text, text, sizeof rows->text - strlen(rows->text) - 1);
}

static void choose_list_row(HWND list, struct remote *r, int row)
{
    LVITEMW item = {
        .stateMask = LVIS_SELECTED | LVIS_FOCUSED, .state = LVIS_SELECTED | LVIS_FOCUSED};
    LVITEMW none = {.stateMask = LVIS_SELECTED};
    WriteProcessMemory(r->process, r->at, &none, sizeof none, NULL);
    SendMessageW(list, LVM_SETITEMSTATE, (WPARAM)-1, (LPARAM)r->at);
    WriteProcessMemory(r->process, r->at, &item, sizeof item, NULL);
    SendMessageW(list, LVM_SETITEMSTATE, (WPARAM)row, (LPARAM)r->at);
}

static void walk_list(HWND list, struct remote *r, struct rows *rows)
{
    HWND header = (HWND)SendMessageW(list, LVM_GETHEADER, 0, 0);
    int columns = (int)SendMessageW(header, HDM_GETITEMCOUNT, 0, 0);
    int count = (int)SendMessageW(list, LVM_GETITEMCOUNT, 0, 0);
    for (int row = 0; row < count; row++) {
        size_t begin = strlen(rows->text);
        for (int c = 0; c < columns; c++) {
            WCHAR text[2048] = L"";
            list_cell(list, r, row, c, text);
            add_text(rows, c ? "\t" : "");
            add_text(rows, utf8(text));
        }
        if (rows->wanted && !rows->chosen && strstr(rows->text + begin, rows->wanted)) {
            choose_list_row(list, r, row);
            rows->chosen = true;
        }
        add_text(rows, "\n");
    }
}

/* The middle of a tree's row on the screen. */
static POINT middle_of(HWND tree, struct remote *r, HTREEITEM at)
{
    RECT place = {0};
    memcpy(&place, &at, sizeof at);
    SendMessageW(tree, TVM_ENSUREVISIBLE, 0, (LPARAM)at);
    WriteProcessMemory(r->process, r->at, &place, sizeof place, NULL);
    SendMessageW(tree, TVM_GETITEMRECT, TRUE, (LPARAM)r->at);
    ReadProcessMemory(r->process, r->at, &place, sizeof place, NULL);
    MapWindowPoints(tree, NULL, (POINT *)&place, 2);
    return (POINT){(place.left + place.right) / 2, (place.top + place.bottom) / 2};
}

static void walk_tree(HWND tree, struct remote *r, HTREEITEM at, int depth, struct rows *rows)
{
    for (; at; at = (HTREEITEM)SendMessageW(tree, TVM_GETNEXTITEM, TVGN_NEXT, (LPARAM)at)) {
        WCHAR text[2048] = L"";
        tree_text(tree, r, at, text);
        for (int i = 0; i < depth; i++) {
            add_text(rows, "  ");
        }
        add_text(rows, utf8(text));
        add_text(rows, "\n");
        if (rows->wanted && !rows->chosen && strstr(utf8(text), rows->wanted)) {
            if (rows->point) {
                rows->at = middle_of(tree, r, at);
            } else {
                SendMessageW(tree, TVM_SELECTITEM, TVGN_CARET, (LPARAM)at);
            }
            rows->chosen = true;
        }
        walk_tree(tree, r, (HTREEITEM)SendMessageW(tree, TVM_GETNEXTITEM, TVGN_CHILD, (LPARAM)at),
            depth + 1, rows);
    }
}

/* The one that is chosen now. Messages of a combo box carry their texts to another process by themselves. */
static void walk_choices(HWND box, struct rows *rows)
{
    WCHAR text[TEXT_MAX] = L"";
    int count = rows->wanted ? (int)SendMessageW(box, CB_GETCOUNT, 0, 0) : 0;
    for (int i = 0; i < count && !rows->chosen; i++) {
        SendMessageW(box, CB_GETLBTEXT, (WPARAM)i, (LPARAM)text);
        if (strstr(utf8(text), rows->wanted)) {
            SendMessageW(box, CB_SETCURSEL, (WPARAM)i, 0);
            SendMessageW(GetParent(box), WM_COMMAND, MAKEWPARAM(GetDlgCtrlID(box), CBN_SELCHANGE),
                (LPARAM)box);
            rows->chosen = true;
        }
    }
    SendMessageW(box, WM_GETTEXT, TEXT_MAX, (LPARAM)text);
    add_text(rows, utf8(text));
    add_text(rows, "\n");
}

/* Text of a control, with a line for each row of a list or tree. */
static void read_control(HWND control, struct rows *rows)
{
    char class_name[64];
    class_of(control, class_name);
    struct remote r = remote_open(control);
    if (strcmp(class_name, "SysListView32") == 0) {
        walk_list(control, &r, rows);
    } else if (strcmp(class_name, "SysTreeView32") == 0) {
        walk_tree(
            control, &r, (HTREEITEM)SendMessageW(control, TVM_GETNEXTITEM, TVGN_ROOT, 0), 0, rows);
    } else if (_stricmp(class_name, "ComboBox") == 0) {
        walk_choices(control, rows);
    } else {
        WCHAR text[TEXT_MAX] = L"";
        SendMessageW(control, WM_GETTEXT, TEXT_MAX, (LPARAM)text);
        add_text(rows, utf8(text));
        add_text(rows, "\n");
    }
    remote_close(&r);
}

/* The font of all our windows (resources/layout.rc). Theirs is of no use here: fonts belong to a process. */
static HFONT font_like_theirs(void)
{
    HDC dc = GetDC(NULL);
    int height = -MulDiv(9, GetDeviceCaps(dc, LOGPIXELSY), 72);
    ReleaseDC(NULL, dc);
    return CreateFontW(
        height, 0, 0, 0, FW_NORMAL, FALSE, FALSE, FALSE, DEFAULT_CHARSET, 0, 0, 0, 0, L"Segoe UI");
}

/* Columns of a list that are too narrow for their headings. */
static int narrow_headings(HWND list, HFONT font)
{
    char class_name[64];
    class_of(list, class_name);
    if (strcmp(class_name, "SysListView32") != 0) {
        return 0;
    }
    int faults = 0;
    HWND header = (HWND)SendMessageW(list, LVM_GETHEADER, 0, 0);
    int columns = (int)SendMessageW(header, HDM_GETITEMCOUNT, 0, 0);
    struct remote r = remote_open(list);
    HDC dc = GetDC(header);
    HGDIOBJ old = SelectObject(dc, font);
    for (int c = 0; c < columns; c++) {
        WCHAR text[256] = L"";
        HDITEMW item = {
            .mask = HDI_TEXT, .pszText = (WCHAR *)(r.at + REMOTE_TEXT), .cchTextMax = 256};
        WriteProcessMemory(r.process, r.at, &item, sizeof item, NULL);
        SendMessageW(header, HDM_GETITEMW, (WPARAM)c, (LPARAM)r.at);
        ReadProcessMemory(r.process, r.at + REMOTE_TEXT, text, sizeof text, NULL);
        SIZE needs;
        int has = (int)SendMessageW(list, LVM_GETCOLUMNWIDTH, (WPARAM)c, 0) - 12; /* its margins */
        GetTextExtentPoint32W(dc, text, (int)wcslen(text), &needs);
        if (needs.cx > has) {
            printf("heading \"%s\" needs %ld and has %d\n", utf8(text), needs.cx, has);
            faults++;
        }
    }
    SelectObject(dc, old);
    ReleaseDC(header, dc);
    remote_close(&r);
    return faults;
}

/* ---- commands ---- */

static int wait_window(const char *title, int seconds, bool there)
{
    for (int i = 0; i < seconds * 20; i++) {
        if (!!find_window(title) == there) {
            return 0;
        }
        Sleep(50);
    }
    return 1;
}

static int until(const char *title, const char *name, const char *wanted, int seconds)
{
    static struct rows rows;
    for (int i = 0; i <= seconds * 10; i++) {
        HWND control = find_control(title, name);
        rows.text[0] = '\0';
        if (control) {
            read_control(control, &rows);
        }
        if (strstr(rows.text, wanted)) {
            break;
        }
        Sleep(100);
    }
    printf("%s", rows.text);
    return strstr(rows.text, wanted) ? 0 : 1;
}

static double milliseconds(void)
{
    LARGE_INTEGER now, per_second;
    QueryPerformanceCounter(&now);
    QueryPerformanceFrequency(&per_second);
    return (double)now.QuadPart * 1000 / (double)per_second.QuadPart;
}

static int heartbeat(const char *title, const char *name, const char *wanted, int seconds)
{
    HWND window = find_window(title), control = find_control(title, name);
    double longest = 0, end = milliseconds() + seconds * 1000.0;
    WCHAR text[TEXT_MAX] = L"";
    long beats = 0;
    while (window && milliseconds() < end && !strstr(utf8(text), wanted)) {
        double begin = milliseconds(), took;
        DWORD_PTR answer;
        SendMessageTimeoutW(window, WM_NULL, 0, 0, SMTO_NORMAL, 10000, &answer);
        took = milliseconds() - begin;
        longest = took > longest ? took : longest;
        if (++beats % 50 == 0) {
            SendMessageW(control, WM_GETTEXT, TEXT_MAX, (LPARAM)text);
        }
        Sleep(10);
    }
    printf("%.1f %ld\n", longest, beats);
    return strstr(utf8(text), wanted) ? 0 : 1;
}

static int rows_of(const char *title, const char *name, const char *wanted)
{
    static struct rows rows;
    rows.wanted = wanted;
    HWND control = find_control(title, name);
    if (!control) {
        return 1;
    }
    read_control(control, &rows);
    if (!wanted) {
        printf("%s", rows.text);
    }
    return wanted && !rows.chosen;
}

static int where(const char *title, const char *name, const char *wanted)
{
    static struct rows rows;
    HWND control = find_control(title, name);
    rows.wanted = wanted;
    rows.point = true;
    if (control) {
        read_control(control, &rows);
    }
    printf("%ld %ld\n", rows.at.x, rows.at.y);
    return rows.chosen ? 0 : 1;
}

static int click(const char *title, const char *name)
{
    HWND control = find_control(title, name);
    for (int i = 0; i < 100 && !(control && IsWindowEnabled(control)); i++) {
        Sleep(50); /* a person waits, too, until it is no longer grey */
        control = find_control(title, name);
    }
    if (!control || !IsWindowEnabled(control)) {
        return 1;
    }
    PostMessageW(control, BM_CLICK, 0, 0); /* posted: a message box would keep us waiting */
    return 0;
}

static int type(const char *title, const char *name, const char *text)
{
    HWND control = find_control(title, name);
    if (!control || !IsWindowEnabled(control)) {
        return 1;
    }
    SendMessageW(control, WM_SETTEXT, 0, (LPARAM)wide(text));
    SendMessageW(GetParent(control), WM_COMMAND, MAKEWPARAM(GetDlgCtrlID(control), EN_KILLFOCUS),
        (LPARAM)control);
    return 0;
}

static BOOL CALLBACK print_static(HWND child, LPARAM unused)
{
    WCHAR text[TEXT_MAX] = L"";
    char class_name[64];
    (void)unused;
    class_of(child, class_name);
    SendMessageW(child, WM_GETTEXT, TEXT_MAX, (LPARAM)text);
    if (strcmp(class_name, "Static") == 0 && text[0]) {
        printf("%s\n", utf8(text));
    }
    return TRUE;
}

static int answer(const char *title, const char *button)
{
    HWND window = NULL;
    for (int i = 0; i < 100 && !(window && GetDlgItem(window, 0xffff)); i++) {
        Sleep(50); /* a message box has a static control 0xffff, the window of that title has not */
        for (HWND w = GetTopWindow(NULL); w; w = GetWindow(w, GW_HWNDNEXT)) {
            WCHAR text[512];
            GetWindowTextW(w, text, 512);
            if (IsWindowVisible(w) && GetDlgItem(w, 0xffff) && strstr(utf8(text), title)) {
                window = w;
            }
        }
    }
    if (!window) {
        return 1;
    }
    EnumChildWindows(window, print_static, 0);
    int id = strcmp(button, "yes") == 0 ? IDYES : strcmp(button, "no") == 0 ? IDNO : IDOK;
    PostMessageW(window, WM_COMMAND, (WPARAM)id, 0);
    for (int i = 0; i < 100 && IsWindow(window); i++) {
        Sleep(50);
    }
    return IsWindow(window) ? 1 : 0;
}

/* ---- how it looks ---- */

static const char *name_of(HWND child)
{
    int id = GetDlgCtrlID(child);
    for (size_t i = 0; i < ARRAY_LEN(CONTROLS); i++) {
        if (CONTROLS[i].id == id) {
            return CONTROLS[i].name;
        }
    }
    static char number[16];
    snprintf(number, sizeof number, "%d", id);
    return number;
}

static int controls(const char *title)
{
    struct look look = {0};
    look_at(&look, find_window(title));
    for (int i = 0; i < look.count; i++) {
        RECT r = look_place(&look, look.children[i]);
        WCHAR text[TEXT_MAX] = L"";
        char class_name[64];
        class_of(look.children[i], class_name);
        SendMessageW(look.children[i], WM_GETTEXT, TEXT_MAX, (LPARAM)text);
        printf("%s\t%s\t%ld,%ld %ldx%ld\t%s\n", name_of(look.children[i]), class_name, r.left,
            r.top, r.right - r.left, r.bottom - r.top, utf8(text));
    }
    return look.window ? 0 : 1;
}

static int clipped(const char *title)
{
    struct look look = {.name = name_of, .font = font_like_theirs()};
    look_at(&look, find_window(title));
    look_all(&look);
    for (int i = 0; i < look.count; i++) {
        look.faults += narrow_headings(look.children[i], look.font);
    }
    return !look.count || look.faults;
}

static int rect(const char *title)
{
    RECT r;
    HWND window = find_window(title);
    if (!GetClientRect(window, &r)) { /* there is no window manager to draw a frame */
        return 1;
    }
    MapWindowPoints(window, NULL, (POINT *)&r, 2);
    printf("%ldx%ld+%ld+%ld\n", r.right - r.left, r.bottom - r.top, r.left, r.top);
    return 0;
}

static int place(const char *title, char **n)
{
    UINT keep = atoi(n[2]) ? 0 : SWP_NOSIZE;
    return SetWindowPos(find_window(title), NULL, atoi(n[0]), atoi(n[1]), atoi(n[2]), atoi(n[3]),
               SWP_NOZORDER | keep)
               ? 0
               : 1;
}

int main(int argc, char **narrow)
{
    int count = 0;
    WCHAR **args = CommandLineToArgvW(GetCommandLineW(), &count);
    char *argv[16] = {0};
    for (int i = 0; i < count && i < 15; i++) {
        argv[i] = strdup(utf8(args[i]));
    }
    (void)narrow;
    const char *what = argc > 2 ? argv[1] : "";
    const char *title = argv[2];
    if (strcmp(what, "wait") == 0 && argc == 4) {
        return wait_window(title, atoi(argv[3]), true);
    }
    if (strcmp(what, "gone") == 0 && argc == 4) {
        return wait_window(title, atoi(argv[3]), false);
    }
    if (strcmp(what, "text") == 0 && argc == 4) {
        return until(title, argv[3], "", 0);
    }
    if (strcmp(what, "until") == 0 && argc == 6) {
        return until(title, argv[3], argv[4], atoi(argv[5]));
    }
    if (strcmp(what, "heartbeat") == 0 && argc == 6) {
        return heartbeat(title, argv[3], argv[4], atoi(argv[5]));
    }
    if (strcmp(what, "enabled") == 0 && argc == 4) {
        HWND control = find_control(title, argv[3]);
        return control && IsWindowEnabled(control) ? 0 : 1;
    }
    if (strcmp(what, "click") == 0 && argc == 4) {
        return click(title, argv[3]);
    }
    if (strcmp(what, "menu") == 0 && argc == 4) {
        HWND control = find_control(title, argv[3]);
        return control && PostMessageW(find_window(title), WM_CONTEXTMENU, (WPARAM)control, -1) ? 0
                                                                                                : 1;
    }
    if (strcmp(what, "type") == 0 && argc == 5) {
        return type(title, argv[3], argv[4]);
    }
    if (strcmp(what, "rows") == 0 && argc == 4) {
        return rows_of(title, argv[3], NULL);
    }
    if (strcmp(what, "choose") == 0 && argc == 5) {
        return rows_of(title, argv[3], argv[4]);
    }
    if (strcmp(what, "where") == 0 && argc == 5) {
        return where(title, argv[3], argv[4]);
    }
    if (strcmp(what, "answer") == 0 && argc == 4) {
        return answer(title, argv[3]);
    }
    if (strcmp(what, "controls") == 0 && argc == 3) {
        return controls(title);
    }
    if (strcmp(what, "clipped") == 0 && argc == 3) {
        return clipped(title);
    }
    if (strcmp(what, "rect") == 0 && argc == 3) {
        return rect(title);
    }
    if (strcmp(what, "place") == 0 && argc == 7) {
        return place(title, argv + 3);
    }
    fprintf(stderr, "ui: see the head of tests/wine/ui.c\n");
    return 2;
}
