/* Every dialog of lockstep.exe in every language, without the program: it is made from the program's own resources by the program's own
 * code, and looked at: does every text fit, does nothing overlap? Prints what does not; a line at the end says how much was looked at.
 *
 *   texts [LANGUAGE...]     all languages, or these
 *   texts mirrored          the layout that runs from right to left: a window that grows keeps everything inside and apart
 *   texts windows           the code of the language that Windows has
 *   texts said LANGUAGE TEXT    what client/ says in English, as the windows say it
 *   texts error LANGUAGE RC TEXT    the same of the message of a failure */
#include "client/tray/layout.h"
#include "client/tray/tray.h"
#include "resources/ids.h"
#include "tests/wine/look.h"

#include "client/base/buf.h"
#include "client/platform/win32/text.h"

#include <commctrl.h>
#include <stdio.h>

static const UINT DIALOGS[] = {DIALOG_MAIN, DIALOG_SERVER, DIALOG_PASSWORD, DIALOG_PREVIEW,
    DIALOG_ATTENTION, DIALOG_MERGE, DIALOG_RESCUE, DIALOG_HISTORY, DIALOG_LINK, DIALOG_SETTINGS,
    DIALOG_CHECK, DIALOG_FOLDER, DIALOG_ABOUT};

#define FILLED(dialog, control, text) {dialog, control, text},
static const struct {
    UINT dialog;
    int control;
    UINT text;
} FILLED_TEXTS[] = {
#include "tests/wine/filled.h"
};

static INT_PTR CALLBACK proc(HWND box, UINT message, WPARAM w, LPARAM l)
{
    (void)box, (void)w, (void)l;
    return message == WM_INITDIALOG;
}

/* The texts that the program puts in itself; names are as long as people's are. */
static int look_at_filled(struct look *look, UINT dialog)
{
    int count = 0;
    for (size_t i = 0; i < ARRAY_LEN(FILLED_TEXTS); i++) {
        HWND control = GetDlgItem(look->window, FILLED_TEXTS[i].control);
        if (FILLED_TEXTS[i].dialog == dialog) {
            const WCHAR *place = FILLED_TEXTS[i].text == TEXT_NEEDS_YOU ? L"99" : L"Outlook 1";
            CLEANUP(mem_free) WCHAR *text = text_load(FILLED_TEXTS[i].text, place, NULL);
            if (!control || !*text) {
                printf("%u, %d: no such control, or no text\n", dialog, FILLED_TEXTS[i].control);
                look->faults++;
            }
            look_text(look, control, text);
            count++;
        }
    }
    return count;
}

/* ---- for who does not see it, or has no mouse ---- */

static bool is_class(HWND control, const WCHAR *name)
{
    WCHAR class_name[64] = L"";
    GetClassNameW(control, class_name, 64);
    return _wcsicmp(class_name, name) == 0;
}

/* Has it a text now, or does the program give it one? */
static bool has_text(UINT dialog, HWND control)
{
    bool filled = GetWindowTextLengthW(control) > 0;
    for (size_t i = 0; i < ARRAY_LEN(FILLED_TEXTS) && !filled; i++) {
        filled =
            FILLED_TEXTS[i].dialog == dialog && FILLED_TEXTS[i].control == GetDlgCtrlID(control);
    }
    return filled;
}

/* What a screen reader says of a control: a button's own text; of all others the label before them, or
 * a text that is not shown. Whatever can be worked is reached by Tab, in the order of the template. */
static void look_at_access(struct look *look, UINT dialog)
{
    HWND first = GetNextDlgTabItem(look->window, NULL, FALSE);
    for (int i = 0; i < look->count; i++) {
        HWND control = look->children[i], before = i ? look->children[i - 1] : NULL;
        if (is_class(control, L"Static") || is_class(control, L"msctls_progress32")) {
            continue;
        }
        bool labelled = before && is_class(before, L"Static") && !is_class(control, L"Button") &&
                        has_text(dialog, before);
        if (!labelled && !has_text(dialog, control)) {
            printf("%d: has no name\n", GetDlgCtrlID(control));
            look->faults++;
        }
        HWND at = first;
        for (int steps = 0; at != control && steps < look->count; steps++) {
            at = GetNextDlgTabItem(look->window, at, FALSE);
        }
        if (at != control && IsWindowEnabled(control)) {
            printf("%d: is not reached by Tab\n", GetDlgCtrlID(control));
            look->faults++;
        }
    }
}

static int look_at_language(enum language language)
{
    int faults = 0, controls = 0;
    language_use(language);
    printf("%s begins\n", language_code(language));
    for (size_t i = 0; i < ARRAY_LEN(DIALOGS); i++) {
        HWND box = dialog_open(DIALOGS[i], NULL, proc, 0);
        struct look look = {0};
        look_at(&look, box);
        look_all(&look);
        controls += look.count + look_at_filled(&look, DIALOGS[i]);
        look_at_access(&look, DIALOGS[i]);
        if (!look.count || (!GetWindowTextLengthW(box) && DIALOGS[i] != DIALOG_LINK)) {
            printf("no controls, or no title\n"); /* that of a link's is its name */
            look.faults++;
        }
        if (look.faults) {
            printf("in dialog %u\n", DIALOGS[i]);
            faults += look.faults;
        }
        DestroyWindow(box);
    }
    HDC dc = GetDC(NULL);
    printf("%s: %d controls and texts in %d dialogs at %d dpi: %d faults\n",
        language_code(language), controls, (int)ARRAY_LEN(DIALOGS), GetDeviceCaps(dc, LOGPIXELSX),
        faults);
    ReleaseDC(NULL, dc);
    return faults;
}

/* ---- from right to left ---- */

static const struct layout_rule RULES[] = {{MAIN_LEFT, 0, 0, 50, 55}, {MAIN_RIGHT, 50, 0, 50, 55},
    {MAIN_LINKS, 0, 55, 100, 45}, {IDCANCEL, 100, 100, 0, 0}};

static int mirrored(void)
{
    SetProcessDefaultLayout(LAYOUT_RTL);
    language_use(LANGUAGE_EN);
    HWND box = dialog_open(DIALOG_MAIN, NULL, proc, 0);
    bool is = GetWindowLongW(box, GWL_EXSTYLE) & WS_EX_LAYOUTRTL;
    struct layout *layout = layout_new(box, RULES, ARRAY_LEN(RULES));
    struct look look = {0};
    RECT whole, left, right, close;
    GetWindowRect(box, &whole);
    MoveWindow(box, 0, 0, whole.right - whole.left + 300, whole.bottom - whole.top + 200, FALSE);
    layout_message(layout, WM_SIZE, 0, 0);
    GetWindowRect(GetDlgItem(box, MAIN_LEFT), &left);
    GetWindowRect(GetDlgItem(box, MAIN_RIGHT), &right);
    GetWindowRect(GetDlgItem(box, IDCANCEL), &close);
    GetWindowRect(box, &whole);
    look.window = box;
    for (size_t i = 0; i < ARRAY_LEN(RULES); i++) { /* those that were moved */
        look.children[look.count++] = GetDlgItem(box, RULES[i].control);
    }
    look_all(&look);
    printf("mirrored: %s, first side %s, close button %s, %d faults\n", is ? "yes" : "no",
        left.left > right.right ? "right" : "left",
        close.left - whole.left < whole.right - close.right ? "left" : "right", look.faults);
    layout_free(layout);
    return look.faults;
}

static int said(const char *code, const char *rc, const char *text)
{
    enum language language = LANGUAGE_AUTO;
    language_of_code(code, &language);
    language_use(language);
    CLEANUP(mem_free) WCHAR *wide = rc ? text_error(rc_from_name(rc), text) : text_said(text);
    CLEANUP(mem_free) char *out = win32_utf8(wide);
    printf("%s\n", out);
    return 0;
}

int main(int argc, char **argv)
{
    int faults = 0;
    INITCOMMONCONTROLSEX controls = {sizeof controls, ICC_STANDARD_CLASSES | ICC_WIN95_CLASSES};
    InitCommonControlsEx(&controls);
    if (argc == 2 && str_eq(argv[1], "mirrored")) {
        return mirrored() ? 1 : 0;
    }
    if (argc == 2 && str_eq(argv[1], "windows")) {
        printf("%s\n", language_code(language_of_windows()));
        return 0;
    }
    if (argc == 4 && str_eq(argv[1], "said")) {
        return said(argv[2], NULL, argv[3]);
    }
    if (argc == 5 && str_eq(argv[1], "error")) {
        return said(argv[2], argv[3], argv[4]);
    }
    for (int l = LANGUAGE_EN; l < LANGUAGES; l++) {
        bool wanted = argc == 1;
        for (int i = 1; i < argc; i++) {
            wanted = wanted || str_eq(argv[i], language_code((enum language)l));
        }
        faults += wanted ? look_at_language((enum language)l) : 0;
    }
    return faults ? 1 : 0;
}
