/* Every field of an appointment and of a meeting (tests/fields), one edit at a time, in both dialects: the
 * document that the edited lines give goes to the server as a patch, and what is read back is that document.
 * What nobody edited is in no patch. */
#include "client/base/buf.h"
#include "client/codec/ical.h"
#include "client/item/doc.h"
#include "client/remote/jmap/event.h"
#include "tests/unit/check.h"

#include <stdlib.h>

static char *fixture(const char *name)
{
    const char *root = getenv("LOCKSTEP_SOURCE_ROOT");
    CLEANUP(mem_free) char *path = str_printf("%s/tests/fields/%s", root ? root : ".", name);
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    FILE *file = fopen(path, "rb");
    if (!file) {
        printf("no %s\n", path);
        abort();
    }
    for (int ch; (ch = fgetc(file)) != EOF;) {
        buf_addc(&b, (char)ch);
    }
    fclose(file);
    return buf_take(&b);
}

static bool listed(const struct json *lines, const char *line, size_t len)
{
    for (const struct json *l = json_first(lines); l; l = json_next(l)) {
        if (strlen(json_str_value(l)) == len && strncmp(json_str_value(l), line, len) == 0) {
            return true;
        }
    }
    return false;
}

/* The object with the lines of the row taken away from its VEVENT, and those that come put at its end. */
static char *edited(const char *text, const struct json *row)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    bool inside = false;
    while (*text) {
        size_t len = strcspn(text, "\r\n");
        inside = inside || strncmp(text, "BEGIN:VEVENT", len) == 0;
        if (len == strlen("END:VEVENT") && strncmp(text, "END:VEVENT", len) == 0) {
            for (const struct json *l = json_first(json_get(row, "add")); l; l = json_next(l)) {
                buf_addf(&b, "%s\r\n", json_str_value(l));
            }
        }
        if (!(inside && listed(json_get(row, "remove"), text, len))) {
            buf_addf(&b, "%.*s\r\n", (int)len, text);
        }
        text += len;
        text += *text == '\r';
        text += *text == '\n';
    }
    return buf_take(&b);
}

static struct json *read_ical(struct check *c, const char *text)
{
    struct err err = ERR_INIT;
    struct json *doc = NULL;
    check_ok(c, ical_read(text, strlen(text), ITEM_EVENT, &doc, &err), &err);
    err_fini(&err);
    return doc;
}

static void put_patch(struct check *c, struct json *event, const struct json *patch)
{
    for (const struct json *l = json_first(patch); l; l = json_next(l)) {
        struct json *v = json_is_null(l) ? NULL : json_dup(l);
        struct err err = ERR_INIT;
        check_ok(c, json_pointer_set(event, json_key(l), v, &err), &err);
        err_fini(&err);
    }
}

/* The top-level members of both lists of lines, in words. Caller frees. */
static char *tops(const struct json *lines)
{
    struct buf b = BUF_INIT(4096);
    for (const struct json *l = json_first(lines); l; l = json_next(l)) {
        buf_addf(&b, "%.*s ", (int)strcspn(json_key(l), "/"), json_key(l));
    }
    return buf_take(&b);
}

static void check_row(struct check *c, const struct json *base, const char *text,
    const struct json *row, enum event_dialect dialect)
{
    struct event_how how = {dialect, 0, NULL};
    struct err err = ERR_INIT;
    CLEANUP(mem_free) char *changed = edited(text, row);
    CLEANUP(json_free) struct json *want = read_ical(c, changed);
    CLEANUP(json_free) struct json *event = NULL;
    CLEANUP(json_free) struct json *now = NULL;
    CLEANUP(json_free) struct json *then = NULL;
    CLEANUP(json_free) struct json *got = NULL;
    check_ok(c, event_new(NULL, base, &how, &event, &err), &err);
    check_ok(c, event_read(event, NULL, &now, &err), &err);
    check_true(c, doc_same(base, now));
    doc_rekey(want, now);
    CLEANUP(json_free) struct json *edit = doc_diff(now, want);
    check_ok(c, event_apply(event, now, want, &how, &then, &err), &err);
    CLEANUP(json_free) struct json *patch = event_patch(event, then);
    put_patch(c, event, patch);
    check_ok(c, event_read(event, NULL, &got, &err), &err);
    if (!doc_same(want, got)) {
        CLEANUP(json_free) struct json *left = doc_diff(want, got);
        CLEANUP(mem_free) char *words = json_print(left);
        CLEANUP(mem_free) char *sent = json_print(patch);
        check_fail(c, "%s is left after %s", words, sent);
    }
    CLEANUP(mem_free) char *said = tops(edit);
    if (!json_count(patch) != !json_count(edit)) {
        check_fail(c, "the edit is of %s", said);
    }
    err_fini(&err);
}

static void check_list(struct check *c, const char *list, const char *object)
{
    CLEANUP(mem_free) char *rows_text = fixture(list);
    CLEANUP(mem_free) char *text = fixture(object);
    CLEANUP(json_free) struct json *rows = NULL;
    CLEANUP(json_free) struct json *base = NULL;
    struct err err = ERR_INIT;
    check_ok(c, json_parse(rows_text, strlen(rows_text), &rows, &err), &err);
    base = read_ical(c, text);
    check_true(c, json_count(rows) > 10);
    for (const struct json *row = json_first(rows); row; row = json_next(row)) {
        int before = c->failed;
        check_row(c, base, text, row, EVENT_JSCALENDAR_1);
        check_row(c, base, text, row, EVENT_JSCALENDAR_2);
        if (c->failed != before) {
            printf("     in the row: %s\n", json_get_str(row, "name"));
        }
    }
    err_fini(&err);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    if (check_case(&c, "jmap/fields/event")) {
        check_list(&c, "event.json", "event.ics");
    }
    if (check_case(&c, "jmap/fields/meeting")) {
        check_list(&c, "meeting.json", "meeting.ics");
    }
    return check_end(&c);
}
