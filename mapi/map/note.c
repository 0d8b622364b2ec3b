/* Sticky notes ([MS-OXONOTE]). A note is one text: its first line is the title, and the subject
 * repeats it. A text that begins with an empty line has no title, so that each text is one document
 * and each document one text. */
#include "mapi/map/common.h"

#include <string.h>

#define ICON_YELLOW 771 /* 768 and the color */

/* PidLidNoteColor, by its values; yellow is what a note is when nobody chose. */
static const char *const COLORS[] = {"blue", "green", "pink", NULL, "white"};
#define YELLOW 3

/* ---- title and description ---- */
static enum rc text_read(struct reader *r, struct err *err)
{
    CLEANUP(mem_free) char *text = NULL;
    enum rc rc = body_text(r->item, &text, err);
    char *rest = text ? strchr(text, '\n') : NULL;
    if (rest) {
        *rest++ = 0;
    }
    json_set_str(r->doc, "title", str_empty(text) ? NULL : text);
    json_set_str(r->doc, "description", str_empty(rest) ? NULL : rest);
    return rc;
}

static enum rc text_write(struct writer *w, struct err *err)
{
    (void)err;
    const char *rest = json_get_str(w->want, "description");
    const char *wish = json_get_str(w->want, "title");
    CLEANUP(mem_free) char *title = mem_strdup(wish ? wish : "");
    for (char *p = title; (p = strpbrk(p, "\r\n"));) { /* a title is one line here */
        *p = ' ';
    }
    CLEANUP(mem_free)
    char *text = str_printf("%s%s%s", title, str_empty(rest) ? "" : "\n", rest ? rest : "");
    put_body(w, text);
    put_subject(w, title);
    return RC_OK;
}

/* ---- color ---- */
static enum rc color_read(struct reader *r, struct err *err)
{
    (void)err;
    int64_t color = get_int(r->item, P_NOTE_COLOR, YELLOW);
    json_set_str(
        r->doc, "color", color >= 0 && color < (int64_t)ARRAY_LEN(COLORS) ? COLORS[color] : NULL);
    return RC_OK;
}

/* A color that notes do not have stays on the other side. */
static enum rc color_write(struct writer *w, struct err *err)
{
    (void)err;
    const char *want = json_get_str(w->want, "color");
    int64_t color = YELLOW;
    for (int64_t i = 0; i < (int64_t)ARRAY_LEN(COLORS); i++) {
        color = COLORS[i] && want && str_ieq(COLORS[i], want) ? i : color;
    }
    put_int(w, P_NOTE_COLOR, color);
    put_int(w, P_ICON_INDEX, ICON_YELLOW - YELLOW + color);
    return RC_OK;
}

/* ---- what every note of Outlook has ---- */
static enum rc new_write(struct writer *w, struct err *err)
{
    (void)err;
    static const struct fixed ROWS[] = {{P_ICON_INDEX, ICON_YELLOW}, {P_NOTE_COLOR, YELLOW},
        {P_NOTE_WIDTH, 200}, {P_NOTE_HEIGHT, 166}, {P_NOTE_X, 80}, {P_NOTE_Y, 80},
        {P_SIDE_EFFECTS, 272}};
    if (w->is_new) {
        put_fixed(w, ROWS, ARRAY_LEN(ROWS));
    }
    return RC_OK;
}

const struct section note_sections[] = {
    {{NULL}, NULL, new_write}, /* first: what the others put counts instead */
    {{"uid"}, own_uid_read, own_uid_write},
    {{"updated"}, times_read, NULL},
    {{"title", "description"}, text_read, text_write},
    {{"color"}, color_read, color_write},
    {{"keywords"}, keywords_read, keywords_write},
    {{"privacy"}, privacy_read, privacy_write},
    {{NULL}, NULL, NULL},
};
