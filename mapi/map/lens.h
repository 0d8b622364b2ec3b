/* What all maps share: reading and writing one property by key, and sections, the unit in which
 * changes are found.
 *
 * A kind is a list of sections. A section owns some members of the document; `read` makes them out
 * of properties, `write` puts them back. map_write reads the item as it is (`base`), compares it
 * with the document wanted member by member and lets only those sections write whose members
 * differ; and the put functions drop whatever the item holds already. So nothing changes that the
 * change does not need. */
#ifndef LOCKSTEP_MAPI_MAP_LENS_H
#define LOCKSTEP_MAPI_MAP_LENS_H

#include "client/base/buf.h"
#include "mapi/map/map.h"
#include "mapi/map/names.h"

struct reader {
    const struct props *item;
    const struct map_env *env;
    struct json *doc; /* being made */
};

struct writer {
    const struct props *now;
    const struct map_env *env;
    const struct json *base; /* what `now` reads as; an empty object for a new item */
    const struct json *want; /* with the ids of base where entries mean the same */
    bool is_new;
    struct map_change *out;
};

#define SECTION_MEMBERS_MAX 8
struct section {
    /* NULL-terminated unless full. A section without members is asked at every write. */
    const char *members[SECTION_MEMBERS_MAX];
    enum rc (*read)(struct reader *r, struct err *err); /* NULL: what only write is for */
    enum rc (*write)(struct writer *w, struct err *err);
};

/* The sections of each kind, ended by one without functions. */
extern const struct section contact_sections[], event_sections[], task_sections[], note_sections[];

/* Values of the item: as props_* with a key. */
const char *get_text(const struct props *p, enum prop_key key);
int64_t get_int(const struct props *p, enum prop_key key, int64_t fallback);
bool has(const struct props *p, enum prop_key key);

/* Puts a value unless the item has it already. "" and NULL remove a text; an absent text and "" are
 * the same (mapping trap 15). */
void put_text(struct writer *w, enum prop_key key, const char *text);
void put_int(struct writer *w, enum prop_key key, int64_t value);
void put_double(struct writer *w, enum prop_key key, double value);
void put_binary(struct writer *w, enum prop_key key, const void *data, size_t len);
void put_texts(
    struct writer *w, enum prop_key key, const char *const *texts, size_t count); /* none removes */
void put_longs(struct writer *w, enum prop_key key, const int32_t *values, size_t count);
void put_binaries(struct writer *w, enum prop_key key, const struct prop_bytes *values,
    size_t count); /* none removes */
void put_removed(struct writer *w, enum prop_key key);
/* Removes what is there. */
void put_absent(struct writer *w, enum prop_key key);
/* For items that inherit what they do not state: "" is put, too. */
void put_stated_text(struct writer *w, enum prop_key key, const char *text);
/* A copy kept by Outlook: written to new items and where the item has it. */
void put_copy(struct writer *w, enum prop_key key, int64_t value);
/* What the item will hold after the change. */
const char *final_text(const struct writer *w, enum prop_key key);
int64_t final_int(const struct writer *w, enum prop_key key, int64_t fallback);

/* True if a member differs between base and want. */
bool member_changed(const struct writer *w, const char *member);

/* "links" of events and tasks (files.c). */
enum rc files_read(struct reader *r, struct err *err);
enum rc files_write(struct writer *w, struct err *err);

/* A value every new item of the kind gets, as real Outlook items have it. */
struct fixed {
    enum prop_key key;
    int64_t value;
};
void put_fixed(struct writer *w, const struct fixed *rows, size_t count);

#endif
