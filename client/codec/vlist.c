/* See vlist.h. */
#include "client/codec/vlist.h"

#include <string.h>

#include "client/codec/lines.h"
#include "client/codec/text.h"
#include "client/item/doc.h"

#define CARD    "CARD"
#define ADDRESS "X-ADDRESSBOOKSERVER-MEMBER"

struct vlist {
    struct lines *lines; /* owned */
    struct lines_comp *comp;
};

static void vlist_fini(struct vlist *v)
{
    lines_free(v->lines);
}

bool vlist_is(const char *text)
{
    while (text && (*text == '\r' || *text == '\n' || *text == ' ')) {
        text++;
    }
    return text && str_istarts(text, "BEGIN:VLIST");
}

static enum rc vlist_open(const char *text, size_t len, struct vlist *ret, struct err *err)
{
    enum rc rc = lines_parse(text, len, &ret->lines, err);
    if (rc != RC_OK) {
        return rc;
    }
    ret->comp = lines_comp_find(ret->lines, NULL, "VLIST", NULL);
    if (!ret->comp || lines_comp_find(ret->lines, NULL, "VLIST", ret->comp)) {
        return err_set(err, RC_INVALID, 0, ret->comp ? "holds several VLISTs" : "no BEGIN:VLIST");
    }
    if (ret->lines->not_utf8) {
        return err_set(err, RC_INVALID, 0, "line %d is not UTF-8", ret->lines->not_utf8);
    }
    return RC_OK;
}

/* ---- reading ---- */

static char *text_of(const struct vlist *v, const char *name)
{
    const struct line *line = lines_find(v->comp, name);
    return line ? text_unescape(line->value) : NULL;
}

/* The member a line states; NULL if it states none. Caller frees. */
static char *member_of(const struct line *line)
{
    if (str_ieq(line->name, CARD) && !str_empty(line->value)) {
        return str_printf("%s%s", DOC_MEMBER_ITEM, line->value);
    }
    bool address = str_ieq(line->name, ADDRESS) && str_istarts(line->value, "mailto:");
    return address ? mem_strdup(line->value) : NULL;
}

static void read_member(struct json *card, const struct line *line)
{
    CLEANUP(mem_free) char *key = member_of(line);
    const char *name = line_param(line, "FN") ? line_param(line, "FN") : line_param(line, "CN");
    if (!key) {
        return;
    }
    json_set_bool(json_need_object(card, "members"), key, true);
    if (name || line_param(line, "EMAIL")) {
        struct json *known = json_need_object(json_need_object(card, DOC_MEMBER_CARDS), key);
        CLEANUP(mem_free) char *plain = name ? text_unescape(name) : NULL;
        json_set_str(known, "name", plain);
        json_set_str(known, "email", line_param(line, "EMAIL"));
    }
}

static struct json *card_of(const struct vlist *v)
{
    struct json *card = json_object();
    CLEANUP(mem_free) char *uid = text_of(v, "UID");
    CLEANUP(mem_free) char *name = text_of(v, "FN");
    CLEANUP(mem_free) char *note = text_of(v, "DESCRIPTION");
    json_set_str(card, "@type", "Card");
    json_set_str(card, "version", "1.0");
    json_set_str(card, "kind", "group");
    json_set_str(card, "uid", str_empty(uid) ? NULL : uid);
    if (!str_empty(name)) {
        json_set_str(json_need_object(card, "name"), "full", name);
    }
    if (!str_empty(note)) {
        json_set_str(json_need_object(json_need_object(card, "notes"), "1"), "note", note);
    }
    for (const struct line *l = lines_next_in(v->comp, NULL); l; l = lines_next_in(v->comp, l)) {
        read_member(card, l);
    }
    return card;
}

enum rc vlist_read(const char *text, size_t len, struct json **ret_card, struct err *err)
{
    CLEANUP_FINI(vlist_fini) struct vlist v = {0};
    enum rc rc = vlist_open(text, len, &v, err);
    if (rc != RC_OK) {
        return err_prefix(err, "reading the VLIST"), rc;
    }
    *ret_card = card_of(&v);
    return RC_OK;
}

/* ---- writing ---- */

static void set_text(const struct vlist *v, const char *name, const char *was, const char *text)
{
    struct line *line = lines_find(v->comp, name);
    if (str_eq(was, text)) {
        return;
    }
    if (str_empty(text)) {
        if (line) {
            lines_remove(v->lines, line);
        }
        return;
    }
    CLEANUP(mem_free) char *escaped = text_escape(text);
    if (line) {
        line_set_value(line, escaped);
    } else {
        (void)lines_insert(v->lines, v->comp->end, name, escaped);
    }
}

/* The key as this collection names it: without the folder. Caller frees. */
static char *local_key(const char *key)
{
    const char *slash = strrchr(key, '/');
    return str_starts(key, DOC_MEMBER_ITEM) && slash
               ? str_printf("%s%s", DOC_MEMBER_ITEM, slash + 1)
               : mem_strdup(key);
}

static void add_member(const struct vlist *v, const char *key, const struct json *known)
{
    const char *name = json_get_str(known, "name"), *email = json_get_str(known, "email");
    struct line *line = NULL;
    if (str_starts(key, DOC_MEMBER_ITEM) && key[strlen(DOC_MEMBER_ITEM)]) {
        line = lines_insert(v->lines, v->comp->end, CARD, key + strlen(DOC_MEMBER_ITEM));
        line_param_set(line, "EMAIL", str_empty(email) ? NULL : email);
        line_param_set(line, "FN", str_empty(name) ? NULL : name);
    } else if (str_istarts(key, "mailto:") && key[strlen("mailto:")]) {
        line = lines_insert(v->lines, v->comp->end, ADDRESS, key);
        line_param_set(line, "CN", str_empty(name) ? NULL : name);
    }
}

static void set_members(const struct vlist *v, const struct json *card)
{
    CLEANUP(json_free) struct json *want = json_object();
    for (const struct json *m = json_first(json_get(card, "members")); m; m = json_next(m)) {
        CLEANUP(mem_free) char *key = local_key(json_key(m));
        if (json_bool_value(m, false)) {
            const struct json *known = json_get(json_get(card, DOC_MEMBER_CARDS), json_key(m));
            json_set(want, key, known ? json_dup(known) : json_object());
        }
    }
    for (struct line *l = lines_next_in(v->comp, NULL), *next; l; l = next) {
        next = lines_next_in(v->comp, l);
        CLEANUP(mem_free) char *stated = member_of(l);
        CLEANUP(mem_free) char *key = stated ? local_key(stated) : NULL;
        if (key && !json_get(want, key)) {
            lines_remove(v->lines, l);
        } else if (key) {
            json_set(want, key, json_null()); /* is there */
        }
    }
    for (const struct json *m = json_first(want); m; m = json_next(m)) {
        if (!json_is_null(m)) {
            add_member(v, json_key(m), m);
        }
    }
}

static void new_list(struct vlist *v, const struct json *card)
{
    v->lines = lines_new();
    v->comp = lines_comp_insert(v->lines, NULL, NULL, "VLIST");
    set_text(v, "UID", NULL, json_get_str(card, "uid"));
    set_text(v, "VERSION", NULL, "1.0");
}

enum rc vlist_write(const char *native, const struct json *card, char **ret_text, struct err *err)
{
    CLEANUP_FINI(vlist_fini) struct vlist v = {0};
    enum rc rc = native ? vlist_open(native, strlen(native), &v, err) : RC_OK;
    if (rc != RC_OK) {
        return err_prefix(err, "writing the VLIST"), rc;
    }
    CLEANUP(json_free) struct json *before = native ? card_of(&v) : NULL;
    if (!native) {
        new_list(&v, card);
    }
    set_text(&v, "FN", json_get_str(json_get(before, "name"), "full"),
        json_get_str(json_get(card, "name"), "full"));
    set_text(&v, "DESCRIPTION", json_get_str(json_first(json_get(before, "notes")), "note"),
        json_get_str(json_first(json_get(card, "notes")), "note"));
    set_members(&v, card);
    rc = lines_print(v.lines, ret_text, err);
    return rc == RC_OK ? rc : (err_prefix(err, "writing the VLIST"), rc);
}
