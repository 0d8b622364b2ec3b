/* Changed occurrences of a series. Outlook keeps each of them twice: as an ExceptionInfo of the
 * recurrence blob, which calendars are drawn from, and as a hidden attachment with an embedded
 * message, which is shown when somebody opens the occurrence ([MS-OXOCAL] sections 2.2.1.44 and
 * 2.2.10). Times, texts, busy status and reminder are read from the blob; notes, categories and
 * importance stand in the message only. What a message does not state, the occurrence inherits. */
#ifndef LOCKSTEP_MAPI_MAP_EXCEPTION_H
#define LOCKSTEP_MAPI_MAP_EXCEPTION_H

#include "mapi/map/event.h"

/* The sub-items of a series by the day of the occurrence they replace; a pattern of Outlook has at
 * most one occurrence a day. */
struct exception_index {
    struct exception_place {
        int64_t day; /* since 1601, local */
        const struct props_sub *sub;
    } * places; /* owned, sorted */
    size_t count;
};
void exception_index_init(
    struct exception_index *x, const struct props *item, const struct zone_rule *rule);
void exception_index_fini(struct exception_index *x);
/* The sub-items of that day one after the other, from `*cursor` 0 on; NULL at the end. */
const struct props_sub *exception_index_next(
    const struct exception_index *x, uint32_t original, size_t *cursor);

/* What Outlook can hold of one occurrence. Texts are borrowed from the document; "" where there is
 * none. */
struct occurrence {
    int64_t start, end; /* wall seconds in the zone of the series */
    bool all_day;
    const char *title, *place, *body;
    int64_t busy, importance;
    int64_t reminder; /* minutes, -1: none */
    const struct json *keywords;
    int64_t canceled; /* STATE_CANCELED or 0; of meetings */
};
/* An occurrence before its patch: the members of a series document that an override can change and
 * Outlook can hold. Caller frees. */
struct json *occurrence_plain(const struct json *series);
/* `plain` at `key`, patched; `patch` may be NULL. Caller frees. */
enum rc occurrence_doc(const struct json *plain, const char *key, const struct json *patch,
    struct json **ret, struct err *err) WARN_UNUSED;
/* `doc`: of an occurrence. `series`: when the series is. */
enum rc occurrence_of(const struct json *doc, const struct json *plain,
    const struct event_time *series, struct occurrence *ret, struct err *err) WARN_UNUSED;

/* "2024-01-08T09:00:00", the key in "recurrenceOverrides" of a time of a blob. */
void exception_key(uint32_t minutes, char out[CIVIL_TEXT_SIZE]);
/* The exception as an override; empty if it differs in nothing that documents know. `sub`: NULL if
 * it is missing. `doc`: the series. */
enum rc exception_read(const struct props *item, const struct recur_exception *e,
    const struct props_sub *sub, const struct event_time *t, const struct map_env *env,
    const struct json *plain, struct json **ret_patch, struct err *err) WARN_UNUSED;

/* What writing the exceptions of one series needs. */
struct exception_writer {
    struct writer *w;                   /* of the series */
    const struct event_time *now;       /* as wanted */
    struct event_time was;              /* as it is; of no meaning for a new item */
    struct json *plain_was, *plain_now; /* owned */
    struct exception_index index;
};
enum rc exception_writer_init(struct exception_writer *x, struct writer *w,
    const struct event_time *now, struct err *err) WARN_UNUSED;
void exception_writer_fini(struct exception_writer *x);
/* One change of an occurrence. */
struct exception_edit {
    const char *was_key;          /* in the document that the item reads as */
    const struct json *was_patch; /* NULL: none */
    const char *key;
    const struct json *patch;
    bool existing; /* *e is an exception of the item */
    bool times;    /* its times or those of the series may have changed */
};
/* Brings *e and its sub-item to what is wanted. */
enum rc exception_put(struct exception_writer *x, const struct exception_edit *edit,
    struct recur_exception *e, struct err *err) WARN_UNUSED;
/* Removes the sub-items of an exception. RC_UNSUPPORTED if it has attachments of its own, which
 * would be lost. */
enum rc exception_remove(
    struct exception_writer *x, const struct recur_exception *e, struct err *err) WARN_UNUSED;
/* Is there anything in the patch that Outlook can hold? `ret_start`: wall seconds. */
enum rc exception_visible(const struct exception_writer *x, const char *key,
    const struct json *patch, int64_t *ret_start, bool *ret_visible, struct err *err) WARN_UNUSED;

#endif
