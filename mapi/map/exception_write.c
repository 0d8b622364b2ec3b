/* Writing changed occurrences the way Outlook does: what differs from the series goes into the
 * exception of the blob with a flag, and into the message; times, busy status and sensitivity are
 * always in the message ([MS-OXOCAL] section 2.2.10.1, mapping.md section 4.2). */
#include "mapi/map/exception.h"

#include "client/item/doc.h"
#include "mapi/map/bytes.h"
#include "mapi/map/map.h"

#include <string.h>

#define CLASS_EXCEPTION "IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}"
#define MESSAGE_FLAGS   9     /* read, and never sent: as those that Outlook makes */
#define TEXT_MAX        32000 /* UTF-8 bytes; the blob counts UTF-16 units with 16 bits */

enum rc exception_writer_init(
    struct exception_writer *x, struct writer *w, const struct event_time *now, struct err *err)
{
    *x = (struct exception_writer){.w = w, .now = now, .was = *now};
    x->plain_was = occurrence_plain(w->base);
    x->plain_now = occurrence_plain(w->want);
    if (!w->is_new) {
        struct recur_blob r = {0};
        bool recurring = event_recur_get(w->now, &r, NULL) == RC_OK;
        enum rc rc = event_time_read(w->now, w->env, recurring ? &r : NULL, &x->was, err);
        recur_blob_fini(&r);
        if (rc) {
            return rc;
        }
    }
    exception_index_init(&x->index, w->now, &x->was.rule);
    return RC_OK;
}

void exception_writer_fini(struct exception_writer *x)
{
    json_free(x->plain_was);
    json_free(x->plain_now);
    exception_index_fini(&x->index);
}

/* ---- which fields ---- */

enum field {
    FIELD_TIMES = 1,
    FIELD_ALL_DAY = 2,
    FIELD_TITLE = 4,
    FIELD_PLACE = 8,
    FIELD_BODY = 16,
    FIELD_BUSY = 32,
    FIELD_IMPORTANCE = 64,
    FIELD_REMINDER = 128,
    FIELD_KEYWORDS = 256,
    FIELD_CANCELED = 512,
    FIELD_ALL = 1023
};

static bool same_keywords(const struct json *a, const struct json *b)
{
    return json_count(a) == json_count(b) && (!json_count(a) || json_equal(a, b));
}

static unsigned differing(const struct occurrence *a, const struct occurrence *b)
{
    return (a->start != b->start || a->end != b->end ? FIELD_TIMES : 0u) |
           (a->all_day != b->all_day ? FIELD_ALL_DAY : 0u) |
           (!str_eq(a->title, b->title) ? FIELD_TITLE : 0u) |
           (!str_eq(a->place, b->place) ? FIELD_PLACE : 0u) |
           (!str_eq(a->body, b->body) ? FIELD_BODY : 0u) | (a->busy != b->busy ? FIELD_BUSY : 0u) |
           (a->importance != b->importance ? FIELD_IMPORTANCE : 0u) |
           (a->reminder != b->reminder ? FIELD_REMINDER : 0u) |
           (!same_keywords(a->keywords, b->keywords) ? FIELD_KEYWORDS : 0u) |
           (a->canceled != b->canceled ? FIELD_CANCELED : 0u);
}

/* The occurrence wanted, the same without its patch, and what differs between them. `ret_doc` keeps
 * their texts; caller frees it. */
struct wanted {
    struct json *usual_doc, *doc; /* owned */
    struct occurrence usual, now;
    unsigned own; /* fields that are not those of the series */
};

static void wanted_fini(struct wanted *v)
{
    json_free(v->usual_doc);
    json_free(v->doc);
}

static enum rc wanted_init(const struct json *plain, const struct event_time *t, const char *key,
    const struct json *patch, struct wanted *v, struct err *err)
{
    enum rc rc = occurrence_doc(plain, key, NULL, &v->usual_doc, err);
    rc = rc ? rc : occurrence_doc(plain, key, patch, &v->doc, err);
    rc = rc ? rc : occurrence_of(v->usual_doc, plain, t, &v->usual, err);
    rc = rc ? rc : occurrence_of(v->doc, plain, t, &v->now, err);
    if (!rc) {
        v->own = differing(&v->now, &v->usual);
        /* A message without categories inherits those of the series: none at all cannot be said. */
        if (!json_count(v->now.keywords)) {
            v->own &= ~(unsigned)FIELD_KEYWORDS;
        }
    }
    return rc;
}

/* The same as it is to be; of what is no meeting nothing can be cancelled. */
static enum rc wanted_now(const struct exception_writer *x, const char *key,
    const struct json *patch, struct wanted *v, struct err *err)
{
    enum rc rc = wanted_init(x->plain_now, x->now, key, patch, v, err);
    if (!(final_int(x->w, P_STATE_FLAGS, 0) & STATE_MEETING)) {
        v->own &= ~(unsigned)FIELD_CANCELED;
    }
    return rc;
}

enum rc exception_visible(const struct exception_writer *x, const char *key,
    const struct json *patch, int64_t *ret_start, bool *ret_visible, struct err *err)
{
    CLEANUP_FINI(wanted_fini) struct wanted v = {0};
    enum rc rc = wanted_now(x, key, patch, &v, err);
    if (!rc) {
        *ret_start = v.now.start;
        *ret_visible = v.own != 0;
    }
    return rc;
}

/* ---- the blob ---- */

static void set_flag(struct recur_exception *e, unsigned flag, bool on)
{
    e->flags = on ? e->flags | flag : e->flags & ~flag;
}

/* The 8-bit copy for readers of the past, in Latin-1; everybody else takes the UTF-16 one. */
static void set_narrow(struct recur_bytes *narrow, const char *text)
{
    struct buf wide = BUF_INIT(4 * TEXT_MAX);
    size_t units = buf_utf16(&wide, text);
    free(narrow->data);
    narrow->data = mem_alloc(units + 1);
    narrow->len = units;
    for (size_t i = 0; i < units; i++) {
        unsigned char low = (unsigned char)wide.data[2 * i],
                      high = (unsigned char)wide.data[2 * i + 1];
        narrow->data[i] = high || (low >= 0x80 && low < 0xA0) ? '?' : low;
    }
    buf_fini(&wide);
}

static void set_text(struct recur_exception *e, unsigned flag, const char *text, char **slot,
    struct recur_bytes *narrow)
{
    set_flag(e, flag, text != NULL);
    str_replace(slot, text);
    if (text) {
        set_narrow(narrow, text);
    }
}

static uint32_t blob_minutes(int64_t wall)
{
    return (uint32_t)minutes1601_from_seconds(wall);
}

static void put_reminder_flags(struct recur_exception *e, const struct wanted *v)
{
    bool own = v->own & FIELD_REMINDER, set = v->now.reminder >= 0;
    set_flag(e, OVERRIDE_REMINDER_SET, own && set != (v->usual.reminder >= 0));
    set_flag(e, OVERRIDE_REMINDER_DELTA, own && set);
    e->reminder_set = set;
    e->reminder_delta = set ? (uint32_t)v->now.reminder : 0;
}

/* The state flags of the occurrence: those of its series, and whether it is cancelled. */
static int64_t state_of(const struct exception_writer *x, const struct occurrence *o)
{
    return (final_int(x->w, P_STATE_FLAGS, 0) & (STATE_MEETING | STATE_RECEIVED)) | o->canceled;
}

/* `touched`: the fields to be brought up to date; flags of the others stay as they are. */
static void put_blob(const struct exception_writer *x, struct recur_exception *e,
    const struct wanted *v, unsigned touched)
{
    const struct occurrence *o = &v->now;
    if (touched & FIELD_TIMES) {
        e->start = blob_minutes(o->start);
        e->end = blob_minutes(o->end);
    }
    if (touched & FIELD_TITLE) {
        set_text(e, OVERRIDE_SUBJECT, v->own & FIELD_TITLE ? o->title : NULL, &e->subject,
            &e->ansi_subject);
    }
    if (touched & FIELD_PLACE) {
        set_text(e, OVERRIDE_LOCATION, v->own & FIELD_PLACE ? o->place : NULL, &e->location,
            &e->ansi_location);
    }
    if (touched & FIELD_BODY) {
        set_flag(e, OVERRIDE_BODY, v->own & FIELD_BODY);
    }
    if (touched & FIELD_BUSY) {
        set_flag(e, OVERRIDE_BUSY_STATUS, v->own & FIELD_BUSY);
        e->busy_status = (uint32_t)o->busy;
    }
    if (touched & FIELD_ALL_DAY) {
        set_flag(e, OVERRIDE_SUB_TYPE, v->own & FIELD_ALL_DAY);
        e->sub_type = o->all_day;
    }
    if (touched & FIELD_REMINDER) {
        put_reminder_flags(e, v);
    }
    if (touched & FIELD_CANCELED) {
        set_flag(e, OVERRIDE_MEETING_TYPE, v->own & FIELD_CANCELED);
        e->meeting_type = (uint32_t)state_of(x, o);
    }
}

/* ---- the message ---- */

static void put_times(
    struct exception_writer *x, struct writer *m, const struct wanted *v, const char *key)
{
    static const enum prop_key STARTS[] = {P_START_WHOLE, P_COMMON_START, P_CLIP_START};
    static const enum prop_key ENDS[] = {P_END_WHOLE, P_COMMON_END, P_CLIP_END};
    static const enum prop_key ZONES[] = {P_ZONE_START, P_ZONE_END};
    const struct zone_rule *rule = &x->now->rule;
    int64_t start = zone_to_utc(rule, v->now.start), end = zone_to_utc(rule, v->now.end);
    struct civil original;
    for (size_t i = 0; i < ARRAY_LEN(STARTS); i++) {
        put_int(m, STARTS[i], filetime_from_seconds(start));
        put_int(m, ENDS[i], filetime_from_seconds(end));
    }
    put_int(m, P_DURATION, (end - start) / 60);
    put_int(m, P_REMINDER_TIME, filetime_from_seconds(start));
    if (civil_parse_iso(key, &original, NULL)) { /* in these three the original times */
        int64_t wall = civil_seconds(&original), length = v->usual.end - v->usual.start;
        put_int(m, P_START_DATE, filetime_from_seconds(zone_to_utc(rule, wall)));
        put_int(m, P_END_DATE, filetime_from_seconds(zone_to_utc(rule, wall + length)));
        put_int(m, P_EXCEPTION_REPLACE_TIME, filetime_from_seconds(zone_to_utc(rule, wall)));
    }
    for (size_t i = 0; i < ARRAY_LEN(ZONES); i++) {
        size_t len = 0;
        const unsigned char *zone = props_binary(&x->w->out->set, prop_name_of(ZONES[i]), &len);
        zone = zone ? zone : props_binary(x->w->now, prop_name_of(ZONES[i]), &len);
        if (zone) {
            put_binary(m, ZONES[i], zone, len);
        }
    }
}

static void put_message_title(struct writer *m, const char *title)
{
    static const enum prop_key KEYS[] = {
        P_SUBJECT, P_SUBJECT_PREFIX, P_NORMALIZED_SUBJECT, P_CONVERSATION_TOPIC};
    for (size_t i = 0; i < ARRAY_LEN(KEYS); i++) {
        if (!title) {
            put_absent(m, KEYS[i]);
        } else if (KEYS[i] != P_SUBJECT_PREFIX) {
            put_stated_text(m, KEYS[i], title);
        }
    }
}

static void put_message_body(struct writer *m, const char *body)
{
    static const enum prop_key OTHERS[] = {P_RTF_COMPRESSED, P_HTML, P_RTF_IN_SYNC};
    if (body) {
        put_body(m, body);
        put_int(m, P_EXCEPTIONAL_BODY, true);
        return;
    }
    put_absent(m, P_BODY);
    put_absent(m, P_EXCEPTIONAL_BODY);
    for (size_t i = 0; i < ARRAY_LEN(OTHERS) && !m->is_new; i++) {
        put_removed(m, OTHERS[i]);
    }
}

static void put_message_reminder(struct writer *m, const struct wanted *v)
{
    bool set = v->now.reminder >= 0;
    if (!(v->own & FIELD_REMINDER)) {
        put_absent(m, P_REMINDER_SET);
        put_absent(m, P_REMINDER_DELTA);
        return;
    }
    put_int(m, P_REMINDER_SET, set);
    if (set) {
        put_int(m, P_REMINDER_DELTA, v->now.reminder);
    }
}

/* A number that is stated only where it is not that of the series. `field`: 0 if it did not change. */
static void put_own(
    struct writer *m, const struct wanted *v, unsigned field, enum prop_key key, int64_t value)
{
    if (field & v->own) {
        put_int(m, key, value);
    } else if (field) {
        put_absent(m, key);
    }
}

static enum rc put_message(struct exception_writer *x, struct writer *m, const struct wanted *v,
    unsigned touched, struct err *err)
{
    const struct occurrence *o = &v->now;
    if (touched & FIELD_TITLE) {
        put_message_title(m, v->own & FIELD_TITLE ? o->title : NULL);
    }
    if (touched & FIELD_PLACE && v->own & FIELD_PLACE) {
        put_stated_text(m, P_LOCATION, o->place);
    } else if (touched & FIELD_PLACE) {
        put_absent(m, P_LOCATION);
    }
    if (touched & FIELD_BODY) {
        put_message_body(m, v->own & FIELD_BODY ? o->body : NULL);
    }
    if (touched & FIELD_BUSY) {
        put_int(m, P_BUSY_STATUS, o->busy);
    }
    put_own(m, v, touched & FIELD_ALL_DAY, P_SUB_TYPE, o->all_day);
    put_own(m, v, touched & FIELD_IMPORTANCE, P_IMPORTANCE, o->importance);
    put_own(m, v, touched & FIELD_CANCELED, P_STATE_FLAGS, state_of(x, o));
    if (touched & FIELD_REMINDER) {
        put_message_reminder(m, v);
    }
    if (m->is_new || member_changed(x->w, "privacy")) {
        int64_t sensitivity = x->w->is_new || member_changed(x->w, "privacy")
                                  ? sensitivity_of(json_get_str(x->w->want, "privacy"))
                                  : get_int(x->w->now, P_SENSITIVITY, 0);
        put_int(m, P_SENSITIVITY, sensitivity);
    }
    if (touched & FIELD_KEYWORDS && v->own & FIELD_KEYWORDS) {
        return keywords_write(m, err);
    }
    if (touched & FIELD_KEYWORDS) {
        put_absent(m, P_KEYWORDS);
    }
    return RC_OK;
}

/* ---- the attachment ---- */

static void put_attachment(struct writer *a, const struct wanted *v, const char *key)
{
    static const struct fixed ROWS[] = {{P_ATTACH_METHOD, 5}, {P_ATTACH_RENDERING, -1},
        {P_ATTACH_MIME_FLAGS, 0}, {P_ATTACH_FLAGS, 2}, {P_ATTACH_LINK_ID, 0},
        {P_ATTACH_HIDDEN, true}, {P_ATTACH_CONTACT_PHOTO, false}};
    struct civil original;
    if (a->is_new) {
        put_fixed(a, ROWS, ARRAY_LEN(ROWS));
        put_text(a, P_ATTACH_NAME, "Untitled");
    }
    if (civil_parse_iso(key, &original, NULL)) { /* local, as all that Outlook wrote */
        put_int(a, P_ATTACH_REPLACE_TIME, filetime_from_seconds(civil_seconds(&original)));
    }
    put_int(a, P_ATTACH_START_TIME, filetime_from_seconds(v->now.start));
    put_int(a, P_ATTACH_END_TIME, filetime_from_seconds(v->now.end));
}

static struct map_sub_change *add_change(
    struct map_change *out, enum map_sub_kind kind, uint32_t number)
{
    ARRAY_RESERVE(out->subs, out->sub_count, out->sub_cap);
    struct map_sub_change *c = &out->subs[out->sub_count++];
    *c = (struct map_sub_change){.kind = kind, .number = number};
    return c;
}

/* Adds the change of one sub-item, if there is any. */
static enum rc put_sub(struct exception_writer *x, const struct exception_edit *edit,
    const struct props_sub *sub, const struct wanted *was, const struct wanted *v, unsigned touched,
    struct err *err)
{
    static const struct props none = {0};
    CLEANUP(json_free) struct json *nothing = json_object();
    CLEANUP_FINI(map_change_fini) struct map_change item = {0}, attach = {0};
    struct writer m = {
        sub ? &sub->item : &none, x->w->env, was->doc ? was->doc : nothing, v->doc, !sub, &item};
    struct writer a = {sub ? &sub->attach : &none, x->w->env, nothing, nothing, !sub, &attach};
    if (!sub) {
        touched = FIELD_ALL;
        put_text(&m, P_MESSAGE_CLASS, CLASS_EXCEPTION);
        put_int(&m, P_MESSAGE_FLAGS, MESSAGE_FLAGS);
    }
    if (!sub || edit->times) {
        put_times(x, &m, v, edit->key);
        put_attachment(&a, v, edit->key);
    }
    enum rc rc = put_message(x, &m, v, touched, err);
    if (rc || (map_change_empty(&item) && map_change_empty(&attach))) {
        return rc;
    }
    struct map_sub_change *c =
        add_change(x->w->out, sub ? MAP_SUB_UPDATE : MAP_SUB_CREATE, sub ? sub->number : 0);
    c->item = item;
    c->attach = attach.set;
    item = attach = (struct map_change){0};
    return RC_OK;
}

enum rc exception_put(struct exception_writer *x, const struct exception_edit *edit,
    struct recur_exception *e, struct err *err)
{
    CLEANUP_FINI(wanted_fini) struct wanted v = {0}, was = {0};
    unsigned touched = FIELD_ALL;
    struct civil original;
    enum rc rc = wanted_now(x, edit->key, edit->patch, &v, err);
    if (!rc && edit->existing) {
        rc = wanted_init(x->plain_was, &x->was, edit->was_key, edit->was_patch, &was, err);
    }
    if (rc) {
        return rc;
    }
    if (strlen(v.now.title) > TEXT_MAX || strlen(v.now.place) > TEXT_MAX) {
        return err_set(err, RC_TOO_BIG, 0,
            "the title or place of the occurrence %s is longer than Outlook takes", edit->key);
    }
    if (edit->existing) {
        touched = differing(&was.now, &v.now) | (edit->times ? FIELD_TIMES : 0u);
    }
    if (edit->times && civil_parse_iso(edit->key, &original, NULL)) {
        e->original = blob_minutes(civil_seconds(&original));
    }
    put_blob(x, e, &v, touched);
    size_t cursor = 0;
    uint32_t day = e->original;
    if (edit->existing && civil_parse_iso(edit->was_key, &original, NULL)) {
        day = blob_minutes(civil_seconds(&original));
    }
    const struct props_sub *sub = exception_index_next(&x->index, day, &cursor);
    if (!sub && edit->existing && !touched) {
        return RC_OK;
    }
    return put_sub(x, edit, sub, &was, &v, touched, err);
}

enum rc exception_remove(
    struct exception_writer *x, const struct recur_exception *e, struct err *err)
{
    if (e->flags & OVERRIDE_ATTACHMENT && e->attachment) {
        char key[CIVIL_TEXT_SIZE];
        exception_key(e->original, key);
        return err_set(err, RC_UNSUPPORTED, 0,
            "the occurrence %s has attachments of its own in Outlook, which would be lost with "
            "its changes; please take them out of it in Outlook first",
            key);
    }
    size_t cursor = 0;
    for (const struct props_sub *sub;
         (sub = exception_index_next(&x->index, e->original, &cursor));) {
        add_change(x->w->out, MAP_SUB_DELETE, sub->number);
    }
    return RC_OK;
}
