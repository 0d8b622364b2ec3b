/* Loads items from JSON dumps of Outlook items (tests/outlook/README.md describes the format) into
 * property bags, for tests of the maps. Real items that Outlook wrote lie outside the project;
 * dump_real_folder says where, or that they are not there. */
#ifndef LOCKSTEP_TESTS_UNIT_MAP_DUMP_H
#define LOCKSTEP_TESTS_UNIT_MAP_DUMP_H

#include "mapi/map/map.h"

/* The text of a file; NULL if it cannot be read. Caller frees. */
char *dump_file(const char *path, size_t *ret_len);

/* JSON of a fixture, where single quotes stand for double ones, to be readable in C; ends the test if it
 * is none. Caller frees. */
struct json *dump_parse(const char *text);

/* One item of a dump: {"properties": {...}}, on top of what `ret` holds; null removes. Properties of
 * sets the maps do not know are left out; attachments that are sub-items are added; recipients take
 * the place of those there are. */
void dump_load(const struct json *item, struct props *ret);

/* All *.json in a folder, sorted; calls fn with name and parsed content. Returns how many. */
typedef void dump_fn(void *user, const char *name, const struct json *content);
size_t dump_each(const char *folder, dump_fn *fn, void *user);

/* "…/outlook-data" from LOCKSTEP_OUTLOOK_DATA, or beside the checkout; NULL if absent. Caller
 * frees. */
char *dump_real_folder(void);
/* tests/outlook/samples of the checkout. Caller frees. */
char *dump_sample_folder(void);

/* The properties of `p` after a change. */
void dump_apply(struct props *p, const struct map_change *change);
/* Names and values of a change as text, for messages. Caller frees. */
char *dump_change_text(const struct map_change *change);
/* Only the names, in a fixed order: "0037 0E1D appt:8208 -1009"; sub-items as "sub+", "sub-" and
 * "sub(names)", recipients as "to+", "to-" and "to(names)". Caller frees. */
char *dump_change_names(const struct map_change *change);

#endif
