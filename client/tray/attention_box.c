/* What needs the user: what is held, what may be the same, what both sides changed, what could not
 * be synced. Above the list of all, below the chosen one as both sides have it, and the answers it
 * can be given. */
#include "client/app/attention.h"

#include "client/base/buf.h"
#include "client/platform/win32/text.h"
#include "client/tray/layout.h"
#include "client/tray/list_view.h"
#include "client/tray/tray.h"
#include "resources/ids.h"

#include <commctrl.h>

struct attention_box {
    HWND main;
    struct worker *worker;
    struct layout *layout;       /* owned */
    struct attention *attention; /* owned; NULL until it is loaded */
    bool busy;
};

static struct attention_box *box_of(HWND box)
{
    return (struct attention_box *)GetWindowLongPtrW(box, DWLP_USER);
}

enum column { COLUMN_SORT, COLUMN_LINK, COLUMN_ITEM, COLUMN_SINCE, COLUMNS };
enum detail { DETAIL_FIELD, DETAIL_LEFT, DETAIL_RIGHT, DETAILS };
static const int SHARES[COLUMNS] = {24, 18, 42, 16}, DETAIL_SHARES[DETAILS] = {24, 38, 38};

static const struct attention_row *chosen(HWND box)
{
    const struct attention_box *b = box_of(box);
    size_t row = list_view_chosen(GetDlgItem(box, ATTENTION_LIST));
    return b->attention && row != LIST_VIEW_NONE ? attention_row(b->attention, row) : NULL;
}

/* ---- the chosen one ---- */

/* What can be answered, by sort: the texts of the buttons, 0: none. */
#define ANSWER_COUNT 4
static const UINT ANSWERS[ATTENTION_SORTS][ANSWER_COUNT] = {
    [ATTENTION_HELD] = {TEXT_CARRY_OUT, TEXT_REFUSE, 0},
    [ATTENTION_DOUBT] = {TEXT_SAME, TEXT_DIFFERENT, 0},
    [ATTENTION_CHOICE] = {TEXT_TAKE_LEFT, TEXT_TAKE_RIGHT, TEXT_LEAVE, TEXT_WRITE_OWN},
    [ATTENTION_SETTLED] = {TEXT_TAKE_LEFT, TEXT_TAKE_RIGHT, TEXT_LEAVE, TEXT_WRITE_OWN},
};

/* 0: none. */
static UINT answer_of(const struct attention_row *row, int number)
{
    UINT id = row ? ANSWERS[row->sort][number] : 0;
    return id == TEXT_WRITE_OWN && !row->texts ? 0 : id;
}

static void show_answers(HWND box, const struct attention_row *row)
{
    for (int i = 0; i < ANSWER_COUNT; i++) {
        HWND button = GetDlgItem(box, ATTENTION_FIRST + i);
        UINT id = answer_of(row, i);
        const char *name = row && i < 2 ? row->account[i] : NULL;
        CLEANUP(mem_free) WCHAR *account = text_label(name ? name : "");
        CLEANUP(mem_free) WCHAR *text = id ? text_load(id, account, NULL) : NULL;
        SetWindowTextW(button, text ? text : L"");
        EnableWindow(button, !box_of(box)->busy);
        ShowWindow(button, id ? SW_SHOWNA : SW_HIDE);
    }
}

static void add_detail(HWND list, WCHAR *what /* owned */, char *left, char *right)
{
    size_t row = list_view_count(list);
    list_view_resize(list, row + 1);
    list_view_cell(list, row, DETAIL_FIELD, what);
    list_view_utf8(list, row, DETAIL_LEFT, left);
    list_view_utf8(list, row, DETAIL_RIGHT, right);
    free(left);
    free(right);
}

static char *value_text(const struct json *field, const char *side)
{
    struct buf text = BUF_INIT(64 * 1024);
    text_add_value(&text, json_get_str(field, "path"), json_get(field, side));
    return buf_take(&text);
}

static void show_values(HWND list, const struct attention_row *row)
{
    if (row->fields) {
        for (const struct json *f = json_first(row->fields); f; f = json_next(f)) {
            add_detail(list, text_said(json_get_str(f, "field")), value_text(f, "left"),
                value_text(f, "right"));
        }
    } else if (row->sort == ATTENTION_DOUBT) {
        add_detail(list, text_load(TEXT_PLAN_COLUMN_FIRST + 2, NULL, NULL),
            mem_strdup(row->text[0]), mem_strdup(row->text[1]));
    } else {
        UINT word = text_of_action(row->action);
        CLEANUP(mem_free) WCHAR *wide = text_load(word ? word : TEXT_PLAN_FAILED, NULL, NULL);
        char *text = win32_utf8(wide);
        add_detail(list, win32_wide(row->title), row->side == 0 ? text : NULL,
            row->side == 1 ? text : NULL);
    }
}

static void show_reason(HWND box, const struct attention_row *row)
{
    static const UINT WORDS[ATTENTION_SORTS] = {
        [ATTENTION_CHOICE] = TEXT_REASON_CHOICE, [ATTENTION_SETTLED] = TEXT_REASON_SETTLED};
    UINT id = !row                               ? TEXT_NOTHING
              : row->own                         ? TEXT_REASON_OWN
              : row->reason || !WORDS[row->sort] ? TEXT_DETAIL
                                                 : WORDS[row->sort];
    CLEANUP(mem_free) WCHAR *reason = text_said(row ? row->reason : NULL);
    CLEANUP(mem_free) WCHAR *text = text_load(id, reason, NULL);
    SetDlgItemTextW(box, ATTENTION_REASON, text);
}

static void show_chosen(HWND box)
{
    const struct attention_row *row = chosen(box);
    HWND list = GetDlgItem(box, ATTENTION_DETAIL);
    list_view_begin(list);
    list_view_resize(list, 0);
    for (int s = 0; s < 2; s++) {
        CLEANUP(mem_free) WCHAR *account = win32_wide(row ? row->account[s] : NULL);
        list_view_heading(list, DETAIL_LEFT + s, account ? account : L"");
    }
    if (row) {
        show_values(list, row);
    }
    list_view_end(list);
    show_reason(box, row);
    show_answers(box, row);
}

/* ---- the list ---- */

static void show_list(HWND box)
{
    const struct attention *a = box_of(box)->attention;
    HWND list = GetDlgItem(box, ATTENTION_LIST);
    list_view_begin(list);
    list_view_resize(list, attention_count(a));
    for (size_t i = 0; i < attention_count(a); i++) {
        const struct attention_row *row = attention_row(a, i);
        list_view_cell(list, i, COLUMN_SORT, text_load(TEXT_SORT_FIRST + row->sort, NULL, NULL));
        list_view_utf8(list, i, COLUMN_LINK, row->link);
        list_view_utf8(list, i, COLUMN_ITEM, row->title);
        list_view_cell(list, i, COLUMN_SINCE, row->since ? text_time(row->since) : NULL);
    }
    list_view_end(list);
    if (attention_count(a) && list_view_chosen(list) == LIST_VIEW_NONE) {
        list_view_choose(list, 0);
    }
    show_chosen(box);
}

static void set_busy(HWND box, bool busy)
{
    box_of(box)->busy = busy;
    show_answers(box, chosen(box));
}

static void loaded(struct job *job)
{
    HWND box = job->window;
    set_busy(box, false);
    if (job->rc != RC_OK) {
        CLEANUP(mem_free) WCHAR *why = text_error(job->rc, job->error);
        SetDlgItemTextW(box, ATTENTION_REASON, why);
        return;
    }
    attention_free(box_of(box)->attention);
    box_of(box)->attention =
        attention_new(json_detach(job->ret, "held"), json_detach(job->ret, "review"),
            json_detach(job->ret, "conflicts"), json_detach(job->ret, "status"));
    show_list(box);
}

static void load(HWND box)
{
    set_busy(box, true);
    worker_do(box_of(box)->worker, job_new(box, job_attention, loaded, NULL));
}

/* ---- answers ---- */

static void answered(struct job *job)
{
    HWND box = job->window;
    const struct json *failed = json_first(json_get(job->ret, "links"));
    const char *why = job->rc != RC_OK ? job->error : json_get_str(failed, "error");
    if (why) {
        text_tell_error(
            box, job->rc != RC_OK ? job->rc : rc_from_name(json_get_str(failed, "rc")), why);
    }
    load(box);
    main_window_reload(box_of(box)->main, false);
}

static void answer(HWND box, int number)
{
    static const char *const DECISIONS[] = {"same", "different"};
    static const char *const CHOICES[] = {"left", "right", "leave"};
    const struct attention_row *row = chosen(box);
    if (answer_of(row, number) == TEXT_WRITE_OWN) {
        merge_box_open(box, box_of(box)->worker, row);
        return;
    }
    struct json *arg = json_object();
    enum rc (*work)(struct app *, struct job *, struct err *) = job_choose;
    json_set_str(arg, "link", row->link);
    json_set_int(arg, "id", row->id);
    if (row->sort == ATTENTION_HELD) {
        work = job_held;
        json_set_bool(arg, "refuse", number == 1);
    } else if (row->sort == ATTENTION_DOUBT) {
        work = job_decide;
        json_set_str(arg, "decision", DECISIONS[number]);
    } else {
        json_set_str(arg, "choice", CHOICES[number]);
    }
    bool sure = row->sort != ATTENTION_HELD ||
                text_ask(box, MB_ICONQUESTION | MB_YESNO,
                    number ? TEXT_REFUSE_SURE : TEXT_CARRY_OUT_SURE, row->link) == IDYES;
    if (sure) {
        set_busy(box, true);
        worker_do(box_of(box)->worker, job_new(box, work, answered, arg));
    } else {
        json_free(arg);
    }
}

/* ---- the box ---- */

static const struct layout_rule RULES[] = {{ATTENTION_LIST, 0, 0, 100, 60},
    {ATTENTION_REASON, 0, 60, 100, 0}, {ATTENTION_DETAIL, 0, 60, 100, 40},
    {ATTENTION_FIRST, 0, 100, 0, 0}, {ATTENTION_FIRST + 1, 0, 100, 0, 0},
    {ATTENTION_FIRST + 2, 0, 100, 0, 0}, {ATTENTION_FIRST + 3, 0, 100, 0, 0},
    {IDCANCEL, 100, 100, 0, 0}};

static void begin(HWND box, struct attention_box *b)
{
    SetWindowLongPtrW(box, DWLP_USER, (LONG_PTR)b);
    b->layout = layout_new(box, RULES, ARRAY_LEN(RULES));
    list_view_prepare(
        GetDlgItem(box, ATTENTION_LIST), TEXT_ATTENTION_COLUMN_FIRST, SHARES, COLUMNS);
    list_view_prepare(
        GetDlgItem(box, ATTENTION_DETAIL), TEXT_DETAIL_COLUMN_FIRST, DETAIL_SHARES, DETAILS);
    load(box);
}

static void end(HWND box)
{
    struct attention_box *b = box_of(box);
    SetWindowLongPtrW(box, DWLP_USER, 0);
    layout_free(b->layout);
    attention_free(b->attention);
    free(b);
}

static void on_command(HWND box, int id)
{
    if (id == IDCANCEL) {
        DestroyWindow(box);
    } else if (id >= ATTENTION_FIRST && id < ATTENTION_FIRST + ANSWER_COUNT && chosen(box) &&
               !box_of(box)->busy && answer_of(chosen(box), id - ATTENTION_FIRST)) {
        answer(box, id - ATTENTION_FIRST);
    }
}

static INT_PTR CALLBACK attention_proc(HWND box, UINT message, WPARAM w, LPARAM l)
{
    if (message == WM_INITDIALOG) {
        begin(box, (struct attention_box *)l);
        return TRUE;
    }
    struct attention_box *b = box_of(box);
    const NMLISTVIEW *changed = (const NMLISTVIEW *)l;
    if (b && layout_message(b->layout, message, w, l)) {
        list_view_fit(GetDlgItem(box, ATTENTION_LIST), SHARES, COLUMNS);
        list_view_fit(GetDlgItem(box, ATTENTION_DETAIL), DETAIL_SHARES, DETAILS);
    }
    switch (b ? message : WM_NULL) {
    case WM_COMMAND:
        on_command(box, LOWORD(w));
        return TRUE;
    case WM_NOTIFY:
        if (changed->hdr.idFrom == ATTENTION_LIST && changed->hdr.code == LVN_ITEMCHANGED &&
            ((changed->uNewState ^ changed->uOldState) & LVIS_SELECTED) && !b->busy) {
            show_chosen(box);
        }
        return FALSE;
    case TRAY_MSG_CHANGED:
        load(box);
        main_window_reload(b->main, false);
        return TRUE;
    case WM_DESTROY:
        end(box);
        return TRUE;
    }
    return FALSE;
}

void attention_box_open(HWND main, struct worker *w)
{
    struct attention_box *b = NEW(struct attention_box);
    *b = (struct attention_box){.main = main, .worker = w};
    HWND box = dialog_open(DIALOG_ATTENTION, main, attention_proc, (LPARAM)b);
    ShowWindow(box, SW_SHOW);
}
