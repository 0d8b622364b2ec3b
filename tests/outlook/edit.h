/* What Outlook's user does to many items at once; for outlookctl. */
#ifndef EMU_EDIT_H
#define EMU_EDIT_H

#include "tests/outlook/storage.h"

/* What Outlook keeps in step when its user edits one field. */
void edit_follow(struct item *item, ULONG tag);

/* Edits from JSON text: [{"where": {KEY: "text"}, "set": {KEY: VALUE or null}}, ...], each for the
 * one item of the folder that has this value there, as dump_set_text reads it; null removes.
 * "attachments" are added, "recipients" take the place of those there are. Keys and values as in
 * dumps. All edits or none. FALSE with the reason in `why`. */
BOOL edit_batch(struct storage *storage, ULONG store, ULONG folder, const char *text, char *why,
    size_t why_size);

#endif
