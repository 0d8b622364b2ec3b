/* What the vCard files share: one card being read or edited, its values, and the rows that tie
 * properties to members. */
#ifndef LOCKSTEP_CODEC_VCARD_PRIVATE_H
#define LOCKSTEP_CODEC_VCARD_PRIVATE_H

#include "client/base/json.h"
#include "client/codec/lines.h"
#include "client/codec/text.h"
#include "client/codec/vcard.h"

struct vcard {
    struct lines *lines; /* owned */
    struct lines_comp *comp;
    enum vcard_version version;
};
void vcard_fini(struct vcard *v);

/* ---- values (vcard_value.c) ---- */
/* QUOTED-PRINTABLE and character set resolved, escapes still in place. Caller frees. */
char *vcard_raw(const struct vcard *v, const struct line *line);
/* The value as plain text. Caller frees. */
char *vcard_text(const struct vcard *v, const struct line *line);
/* Unescapes one raw part the way the card's version escapes. Caller frees. */
char *vcard_unescape(const struct vcard *v, const char *raw);
char *vcard_escape(const struct vcard *v, const char *text);
/* Sets the value; the line stays untouched if it says the same already. */
void vcard_set_text(const struct vcard *v, struct line *line, const char *text);
void vcard_set_uri(const struct vcard *v, struct line *line, const char *uri);
void vcard_set_raw(const struct vcard *v, struct line *line, const char *raw);

/* A structured value: components between ';', each a list of texts (a single text in vCard 2.1). */
struct vcard_parts {
    struct text_parts raw;
};
void vcard_parts_read(const struct vcard *v, const struct line *line, struct vcard_parts *ret);
void vcard_parts_fini(struct vcard_parts *p);
/* The texts of component i, none if it is empty or absent. */
void vcard_part_get(
    const struct vcard *v, const struct vcard_parts *p, size_t i, struct text_parts *ret);
/* Leaves the component as it is written if it says the same. */
void vcard_part_set(
    const struct vcard *v, struct vcard_parts *p, size_t i, const struct text_parts *texts);

/* The X-ABLabel line of a line's group (Apple's way to label an entry), NULL if none. */
struct line *vcard_label_line(const struct vcard *v, const struct line *line);
/* Its text without Apple's _$!< >!$_ around built-in labels; NULL if none or empty. Caller frees.
 */
char *vcard_label(const struct vcard *v, const struct line *line);
void vcard_set_label(const struct vcard *v, struct line *line, const char *label);
/* Removes a line and, when it was the last of its group, the group's label lines. */
void vcard_remove(const struct vcard *v, struct line *line);
/* A new line after the last one of that name, else at the end of the card. */
struct line *vcard_add(const struct vcard *v, const char *name);

/* ---- rows (vcard_rows.c) ---- */
struct vcard_row;
struct vcard_shape {
    /* Fills `entry` from the line; false if the line says nothing we can use. */
    bool (*read)(const struct vcard *v, const struct vcard_row *row, const struct line *line,
        struct json *entry);
    /* Makes the line say what `entry` says, touching only what differs. */
    void (*write)(const struct vcard *v, const struct vcard_row *row, struct line *line,
        const struct json *entry);
    /* Can this row express the entry? */
    bool (*takes)(const struct vcard *v, const struct vcard_row *row, const struct json *entry);
};
struct vcard_row {
    const char *property;
    const char *member; /* of the Card */
    const struct vcard_shape *shape;
    const char *field;               /* member of the entry that holds the value */
    const char *fixed, *fixed_value; /* member that this property implies, e.g. kind = role */
    unsigned flags;
};
#define ROW_NEW_2_1  1u /* new entries may be written with this property in vCard 2.1 */
#define ROW_NEW_3_0  2u
#define ROW_NEW_4_0  4u
#define ROW_NEW      7u
#define ROW_OPTIONAL 8u  /* an entry without the fixed member is taken, too */
#define ROW_IMPLIED  16u /* the fixed member is a default: not put into the document on reading */
#define ROW_URI      32u /* the value is a URI: not escaped */
#define ROW_TYPES    64u /* has contexts, preference and label */

extern const struct vcard_row vcard_rows[];
extern const size_t vcard_row_count;

/* The shape's functions with the contexts, preference and label that rows with ROW_TYPES share. */
bool vcard_entry_read(const struct vcard *v, const struct vcard_row *row, const struct line *line,
    struct json *entry);
void vcard_entry_write(const struct vcard *v, const struct vcard_row *row, struct line *line,
    const struct json *entry);

/* ---- birthdays and the like (vcard_date.c) ---- */
extern const struct vcard_shape vcard_shape_date;
/* ---- addresses (vcard_address.c) ---- */
extern const struct vcard_shape vcard_shape_address;
/* The LABEL line of an ADR (before vCard 4), NULL if none. */
struct line *vcard_address_label(const struct vcard *v, const struct line *line);
/* ---- photos (vcard_media.c) ---- */
extern const struct vcard_shape vcard_shape_media;

/* ---- groups (vcard_group.c) ---- */
/* The members of a card as their lines say them or are to say them, as a set; `before` is what the
 * lines say now, NULL for a new card. Caller frees. */
struct json *vcard_group_members(const struct json *before, const struct json *card);

/* ---- what only vCard 2.1 has (vcard_dialect.c) ---- */
/* After everything is written: the names and types that the dialect of a new card wants (before
 * NULL), and the mailing address in Outlook's way, kept in step. */
void vcard_dialect_finish(const struct vcard *v, const struct json *before, const struct json *card,
    enum vcard_version dialect);

/* ---- the name (vcard_name.c) ---- */
void vcard_name_read(const struct vcard *v, struct json *card);
void vcard_name_write(const struct vcard *v, const struct json *before, const struct json *card);
/* ---- members that are one text each (vcard_texts.c) ---- */
void vcard_texts_read(const struct vcard *v, struct json *card);
void vcard_texts_write(const struct vcard *v, const struct json *before, const struct json *card);
/* ---- keys and certificates (vcard_key.c) ---- */
extern const struct vcard_shape vcard_shape_key;

/* ---- members that are not maps of entries: uid, kind, lists (vcard_members.c) ---- */
/* The text of the first line of a property as a member; nothing if it is empty or not there. */
void vcard_one_read(
    const struct vcard *v, const char *property, struct json *card, const char *member);
void vcard_members_read(const struct vcard *v, struct json *card);
void vcard_members_write(const struct vcard *v, const struct json *before, const struct json *card);
/* "19951031T222710Z" or with dashes -> "1995-10-31T22:27:10Z"; NULL if it is none. Caller frees. */
char *vcard_timestamp(const char *s);

#endif
