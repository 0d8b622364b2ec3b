/* What a set says: items made of documents, patches, and what is left out where a server refuses it. */
#include "client/remote/jmap/commit_private.h"

#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/item/file.h"
#include "client/item/media.h"
#include "client/remote/meeting.h"

#include <string.h>

/* ---- contacts ---- */
/* The document wanted, with the ids that the card has, and without what stays as it is there. Photos
 * that differ are uploaded: only then the one that is there is read. */
static enum rc want_card(
    struct commit *c, struct writing *w, struct json *now, struct json **ret, struct err *err)
{
    struct jmap *j = c->jmap;
    CLEANUP(json_free) struct json *want = json_dup(w->op->doc);
    bool compares = false;
    for (const struct json *e = json_first(json_get(want, "media")); e; e = json_next(e)) {
        compares = compares || media_is_data(e);
    }
    enum rc rc = compares && now ? jmap_blobs_read(j, c->place.account, &now, 1, err) : RC_OK;
    if (rc != RC_OK) {
        return rc;
    }
    if (now) {
        doc_rekey(want, now);
    }
    media_keep(want, now);
    rc = jmap_photos_write(j, c->place.account, want, now, w->label, err);
    if (rc == RC_OK) {
        *ret = TAKE(want);
    }
    return rc;
}

static enum rc create_card(
    struct commit *c, struct writing *w, const struct json *native, struct err *err)
{
    CLEANUP(json_free) struct json *want = NULL;
    enum rc rc = want_card(c, w, NULL, &want, err);
    if (rc == RC_OK) {
        w->vendor = !w->plain && card_has_vendor(want);
        w->say = card_new(native, want, !w->plain);
    }
    return rc;
}

static enum rc update_card(
    struct commit *c, struct writing *w, const struct json *card, struct err *err)
{
    CLEANUP(json_free) struct json *now = NULL;
    CLEANUP(json_free) struct json *want = NULL;
    enum rc rc = card_read(card, &now, err);
    if (rc != RC_OK) {
        return err_prefix(err, "%s", w->label);
    }
    rc = want_card(c, w, now, &want, err);
    if (rc == RC_OK) {
        CLEANUP(json_free) struct json *then = card_apply(card, now, want, !w->plain);
        w->vendor = !w->plain && card_has_vendor(want);
        w->say = card_patch(card, then);
    }
    return rc;
}

/* ---- events ---- */
/* How events are spelled where that has to be known beforehand. */
static struct event_how how_of(struct commit *c, const struct json *event)
{
    struct jmap *j = c->jmap;
    const struct json *calendars = jmap_calendars(j, c->place.account);
    enum event_dialect told = event ? event_dialect_of(event) : EVENT_DIALECT_UNKNOWN;
    if (told == EVENT_DIALECT_UNKNOWN) {
        told = j->calendars.dialect == EVENT_JSCALENDAR_1 ? EVENT_JSCALENDAR_1 : EVENT_JSCALENDAR_2;
    }
    return (struct event_how){told, j->calendars.leave, calendars};
}

static enum rc create_event(
    struct commit *c, struct writing *w, const struct json *native, struct err *err)
{
    CLEANUP(json_free) struct json *want = json_dup(w->op->doc);
    w->how = how_of(c, NULL);
    file_keep(want, NULL);
    enum rc rc = event_new(native, want, &w->how, &w->say, err);
    if (rc != RC_OK) {
        return err_prefix(err, "%s", w->label);
    }
    jmap_cyrus_say_colors(c->jmap, w->say, w->say);
    return RC_OK;
}

/* Of a meeting of somebody else only our part goes there (client/remote/meeting.h). */
static struct json *want_event(struct commit *c, struct writing *w, const struct json *now)
{
    const struct json *own = c->jmap->store.own;
    struct json *want = json_dup(w->op->doc);
    if (meeting_is_theirs(now, own)) {
        bool less = false;
        struct json *part = meeting_own_part(now, want, own, &less);
        json_free(want);
        want = part;
        free(TAKE(w->op->note));
        w->op->note = less ? str_printf("%s: somebody else organizes this meeting: your reply, "
                                        "reminder, categories and notes are there, other changes "
                                        "are not",
                                 w->label)
                           : NULL;
    }
    doc_rekey(want, now);
    file_keep(want, now);
    return want;
}

/* Files of blobs are read where there are some to compare them with: one that stays must not become another. */
static enum rc read_files(
    struct commit *c, const struct writing *w, struct json *now, struct err *err)
{
    bool compares = false;
    for (const struct json *e = json_first(json_get(w->op->doc, "links")); e; e = json_next(e)) {
        compares = compares || file_is_data(e);
    }
    return compares ? jmap_blobs_read(c->jmap, c->place.account, &now, 1, err) : RC_OK;
}

static enum rc update_event(
    struct commit *c, struct writing *w, const struct json *event, struct err *err)
{
    CLEANUP(json_free) struct json *now = NULL;
    CLEANUP(json_free) struct json *then = NULL;
    w->how = how_of(c, event);
    enum rc rc = event_read(event, w->how.calendars, &now, err);
    if (rc == RC_OK) {
        rc = read_files(c, w, now, err);
    }
    if (rc == RC_OK) {
        CLEANUP(json_free) struct json *want = want_event(c, w, now);
        rc = event_apply(event, now, want, &w->how, &then, err);
    }
    if (rc != RC_OK) {
        return err_prefix(err, "%s", w->label);
    }
    w->say = event_patch(event, then);
    jmap_cyrus_say_colors(c->jmap, w->say, then);
    return RC_OK;
}

/* ---- either ---- */
enum rc jmap_say_create(struct commit *c, struct writing *w, struct err *err)
{
    const struct jmap_type *type = c->place.type;
    CLEANUP(json_free) struct json *native = NULL;
    const char *text = w->op->native;
    if (text && json_parse(text, strlen(text), &native, NULL) != RC_OK) {
        native = NULL; /* of a store of another kind, before the account was changed */
    }
    enum rc rc =
        jmap_type_is_event(type) ? create_event(c, w, native, err) : create_card(c, w, native, err);
    if (rc == RC_OK) {
        json_set_bool(json_need_object(w->say, type->folder_ids), c->place.folder, true);
    }
    return rc;
}

enum rc jmap_say_update(
    struct commit *c, struct writing *w, const struct json *object, struct err *err)
{
    return jmap_type_is_event(c->place.type) ? update_event(c, w, object, err)
                                             : update_card(c, w, object, err);
}

/* An item that is in other folders, too, is only taken out of this one. Cyrus takes no patch within
 * "calendarIds" (invalidPatch). */
void jmap_say_delete(const struct commit *c, struct writing *w, const struct json *object)
{
    const char *ids = c->place.type->folder_ids;
    if (json_count(json_get(object, ids)) < 2) {
        return;
    }
    w->say = json_object();
    if (jmap_type_is_event(c->place.type)) {
        struct json *left = json_dup(json_get(object, ids));
        json_remove(left, c->place.folder);
        json_set(w->say, ids, left);
    } else {
        CLEANUP(mem_free) char *token = json_pointer_escape(c->place.folder);
        CLEANUP(mem_free) char *path = str_printf("%s/%s", ids, token);
        json_set(w->say, path, json_null());
    }
}

/* ---- refused ---- */
/* Was a card refused for members of ours? */
static bool card_less(struct writing *w, const struct json *properties)
{
    for (const struct json *p = json_first(properties); p; p = json_next(p)) {
        const char *name = json_str_value(p);
        if (!name || !(strstr(name, DOC_EXT) || str_starts(name, "relatedTo"))) {
            return false;
        }
    }
    w->plain = w->vendor;
    return w->vendor;
}

/* Names that one dialect has and the other has not. */
static bool is_of_dialect(const char *name)
{
    static const char *const NAMES[] = {"version", "recurrenceRule", "recurrenceRules", "replyTo",
        "organizerCalendarAddress", "endTimeZone"};
    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        if (str_eq(NAMES[i], name)) {
            return true;
        }
    }
    return str_starts(name, "participants/") &&
           (str_ends(name, "/sendTo") || str_ends(name, "/calendarAddress"));
}

/* Cyrus 3.10 to 3.12 knows "busy" and "free" only, and no members of vendors. */
static bool event_less(struct commit *c, const struct writing *w, const struct json *properties)
{
    struct jmap_calendars *known = &c->jmap->calendars;
    unsigned leave = 0;
    bool turn = false;
    for (const struct json *p = json_first(properties); p; p = json_next(p)) {
        const char *name = json_str_value(p);
        if (name && strstr(name, DOC_EXT)) {
            leave |= EVENT_LEAVE_VENDOR;
        } else if (str_eq(name, "freeBusyStatus") || (name && str_ends(name, "/freeBusyStatus"))) {
            leave |= EVENT_LEAVE_BUSY;
        } else if (name && is_of_dialect(name) && w->op->kind == STORE_CREATE) {
            turn = true; /* of an event that is there it is known */
        } else {
            return false;
        }
    }
    bool more = (leave & ~w->how.leave) != 0;
    known->leave |= leave;
    if (turn && !c->turned) {
        c->turned = more = true;
        known->dialect =
            w->how.dialect == EVENT_JSCALENDAR_1 ? EVENT_JSCALENDAR_2 : EVENT_JSCALENDAR_1;
    }
    return more || (turn && w->how.dialect != known->dialect);
}

bool jmap_say_less(struct commit *c, struct writing *w, const struct json *error)
{
    const struct json *properties = json_get(error, "properties");
    if (!str_eq(json_get_str(error, "type"), "invalidProperties") || !json_count(properties)) {
        return false;
    }
    return jmap_type_is_event(c->place.type) ? event_less(c, w, properties)
                                             : card_less(w, properties);
}
