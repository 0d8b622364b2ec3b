/* Mapping rows that contacts, events and tasks share. */
#include "mapi/map/common.h"

#include "client/base/date.h"
#include "client/item/html.h"

#include <string.h>

#define KEYWORDS_MAX 500

bool is_date(int64_t filetime)
{
    if (filetime <= 0) {
        return false;
    }
    struct civil c = civil_from_seconds(filetime_to_seconds(filetime));
    return c.year >= 1601 && c.year < 4500;
}

char *text_crlf(const char *text)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (const char *p = text; *p; p++) {
        if (*p == '\n' && (p == text || p[-1] != '\r')) {
            buf_addc(&b, '\r');
        }
        buf_addc(&b, *p);
    }
    return buf_take(&b);
}

char *text_lf(const char *text)
{
    if (!text) {
        return NULL;
    }
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (const char *p = text; *p; p++) {
        if (*p != '\r' || p[1] != '\n') {
            buf_addc(&b, *p);
        }
    }
    char *ret = buf_take(&b);
    for (size_t n = strlen(ret); n && strchr(" \t\r\n", ret[n - 1]); n--) {
        ret[n - 1] = 0;
    }
    return ret;
}

/* ---- times ---- */
static void time_member(struct reader *r, enum prop_key key, const char *member)
{
    int64_t filetime = get_int(r->item, key, 0);
    if (is_date(filetime)) {
        struct civil c = civil_from_seconds(filetime_to_seconds(filetime));
        char text[CIVIL_TEXT_SIZE];
        civil_format_iso(&c, true, text);
        json_set_str(r->doc, member, text);
    }
}

enum rc times_read(struct reader *r, struct err *err)
{
    (void)err;
    time_member(r, P_CREATION_TIME, "created");
    time_member(r, P_LAST_MODIFICATION_TIME, "updated");
    return RC_OK;
}

/* ---- keywords ---- */
enum rc keywords_read(struct reader *r, struct err *err)
{
    (void)err;
    const struct prop_value *value = props_find(r->item, prop_name_of(P_KEYWORDS));
    if (!value || value->type != PROP_MV_UNICODE) {
        return RC_OK;
    }
    for (size_t i = 0; i < value->v.multi.count; i++) {
        const char *text = value->v.multi.items[i].v.text;
        if (!str_empty(text)) {
            json_set_bool(json_need_object(r->doc, "keywords"), text, true);
        }
    }
    return RC_OK;
}

/* Categories that stay keep their place; new ones follow. */
enum rc keywords_write(struct writer *w, struct err *err)
{
    const struct json *want = json_get(w->want, "keywords"), *base = json_get(w->base, "keywords");
    if (json_count(want) > KEYWORDS_MAX) {
        return err_set(err, RC_TOO_BIG, 0, "%zu categories on one item", json_count(want));
    }
    const char **texts = mem_alloc((json_count(want) + 1) * sizeof *texts);
    size_t count = 0;
    for (const struct json *k = json_first(base); k; k = json_next(k)) {
        if (json_bool_value(json_get(want, json_key(k)), false)) {
            texts[count++] = json_key(k);
        }
    }
    for (const struct json *k = json_first(want); k; k = json_next(k)) {
        if (json_bool_value(k, false) && !str_empty(json_key(k)) && !json_get(base, json_key(k))) {
            texts[count++] = json_key(k);
        }
    }
    put_texts(w, P_KEYWORDS, texts, count);
    free(texts);
    return RC_OK;
}

/* ---- uid ---- */
enum rc own_uid_read(struct reader *r, struct err *err)
{
    (void)err;
    json_set_str(r->doc, "uid", get_text(r->item, P_LOCKSTEP_UID));
    return RC_OK;
}

enum rc own_uid_write(struct writer *w, struct err *err)
{
    (void)err;
    if (w->is_new) {
        put_text(w, P_LOCKSTEP_UID, json_get_str(w->want, "uid"));
    }
    return RC_OK;
}

/* ---- title ---- */
enum rc title_read(struct reader *r, struct err *err)
{
    (void)err;
    const char *subject = get_text(r->item, P_SUBJECT);
    json_set_str(r->doc, "title", subject ? subject : get_text(r->item, P_NORMALIZED_SUBJECT));
    return RC_OK;
}

void put_subject(struct writer *w, const char *text)
{
    put_text(w, P_SUBJECT, text);
    put_text(w, P_SUBJECT_PREFIX, NULL);
    put_text(w, P_NORMALIZED_SUBJECT, text);
    put_text(w, P_CONVERSATION_TOPIC, text);
}

enum rc title_write(struct writer *w, struct err *err)
{
    (void)err;
    put_subject(w, json_get_str(w->want, "title"));
    return RC_OK;
}

/* ---- description ---- */
enum rc description_read(struct reader *r, struct err *err)
{
    CLEANUP(mem_free) char *text = NULL;
    enum rc rc = body_text(r->item, &text, err);
    json_set_str(r->doc, "description", text);
    return rc;
}

enum rc description_write(struct writer *w, struct err *err)
{
    (void)err;
    const char *text = json_get_str(w->want, "description");
    if (!w->is_new || !str_empty(text)) {
        put_body(w, text);
    }
    return RC_OK;
}

enum rc styled_read(struct reader *r, struct err *err)
{
    enum rc rc = description_read(r, err);
    if (rc == RC_OK) {
        CLEANUP(mem_free) char *html = body_html(r->item);
        html_put(r->doc, html);
    }
    return rc;
}

enum rc styled_write(struct writer *w, struct err *err)
{
    const char *text = json_get_str(w->want, "description");
    const char *html = json_get_str(w->want, DOC_STYLED);
    if (!html || !html_says(html, text)) {
        return description_write(w, err);
    }
    put_html(w, text, html);
    return RC_OK;
}

/* ---- privacy: 0 public, 1 personal, 2 private, 3 confidential ---- */
const char *privacy_of(const struct props *item)
{
    static const char *const WORDS[] = {NULL, "private", "private", "secret"};
    int64_t value = get_int(item, P_SENSITIVITY, 0);
    return value >= 0 && value < 4 ? WORDS[value] : NULL;
}

int64_t sensitivity_of(const char *privacy)
{
    return str_eq(privacy, "private") ? 2 : str_eq(privacy, "secret") ? 3 : 0;
}

void put_privacy(struct writer *w, const char *privacy)
{
    int64_t value = sensitivity_of(privacy);
    put_int(w, P_SENSITIVITY, value);
    put_int(w, P_PRIVATE, value == 2);
}

enum rc privacy_read(struct reader *r, struct err *err)
{
    (void)err;
    json_set_str(r->doc, "privacy", privacy_of(r->item));
    return RC_OK;
}

enum rc privacy_write(struct writer *w, struct err *err)
{
    (void)err;
    put_privacy(w, json_get_str(w->want, "privacy"));
    return RC_OK;
}

/* ---- priority: 1..4 high, 5 and 0 normal, 6..9 low (RFC 5545 section 3.8.1.9) ---- */
enum rc priority_read(struct reader *r, struct err *err)
{
    (void)err;
    int64_t importance = get_int(r->item, P_IMPORTANCE, 1);
    if (importance == 0 || importance == 2) {
        json_set_int(r->doc, "priority", importance == 2 ? 1 : 9);
    }
    return RC_OK;
}

int64_t importance_of(const struct json *doc)
{
    int64_t priority = json_get_int(doc, "priority", 0);
    return priority >= 1 && priority <= 4 ? 2 : priority >= 6 ? 0 : 1;
}

enum rc priority_write(struct writer *w, struct err *err)
{
    (void)err;
    int64_t importance = importance_of(w->want);
    put_int(w, P_IMPORTANCE, importance);
    put_copy(w, P_PRIORITY, importance - 1);
    return RC_OK;
}

/* ---- billing information and mileage ---- */
enum rc accounting_read(struct reader *r, struct err *err)
{
    (void)err;
    json_set_str(r->doc, MEMBER_BILLING, get_text(r->item, P_BILLING));
    json_set_str(r->doc, MEMBER_MILEAGE, get_text(r->item, P_MILEAGE));
    return RC_OK;
}

enum rc accounting_write(struct writer *w, struct err *err)
{
    (void)err;
    put_text(w, P_BILLING, json_get_str(w->want, MEMBER_BILLING));
    put_text(w, P_MILEAGE, json_get_str(w->want, MEMBER_MILEAGE));
    return RC_OK;
}
