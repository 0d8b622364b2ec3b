/* Items that are stored as text: which codec reads and writes them, and what their files are
 * called. Shared by dav and vdir. */
#ifndef LOCKSTEP_REMOTE_TEXT_ITEM_H
#define LOCKSTEP_REMOTE_TEXT_ITEM_H

#include "client/base/json.h"
#include "client/item/kind.h"

#include <stdbool.h>

/* Reads a vCard, VLIST or iCalendar item. RC_INVALID and others as vcard_read and ical_read; also checks
 * the document (doc_check). */
enum rc text_item_read(enum item_kind kind, const char *text, size_t len, struct json **ret_doc,
    struct err *err) WARN_UNUSED;

/* The text with the document put into it; native NULL makes a new one (vCard 3.0, which every
 * server keeps as it is). Who is invited by it is not to be written to by a server (mute.h), unless
 * a server looks after the meeting already. */
enum rc text_item_write(enum item_kind kind, const char *native, const struct json *doc,
    char **ret_text, struct err *err) WARN_UNUSED;

/* `native` where an item is made again, or NULL: a meeting that a server looked after would be taken
 * for a new one there, and its guests be invited again. Borrowed from `native`. */
const char *text_item_to_make_again(enum item_kind kind, const char *native);

/* Does iCalendar text hold a component of that kind? Always true for contacts. A calendar may hold
 * both events and tasks, and a link is about one of them. */
bool text_item_is(const char *text, enum item_kind kind);
/* "VEVENT", "VTODO", "VJOURNAL"; NULL for contacts. */
const char *text_item_component(enum item_kind kind);

/* ".vcf" or ".ics". */
const char *text_item_extension(enum item_kind kind);

/* A file name for a uid: the uid itself where it is safe in URLs and on every file system, else a
 * hash of it; with the extension. Equal uids give equal names. Caller frees. */
char *text_item_file_name(enum item_kind kind, const char *uid);

#endif
