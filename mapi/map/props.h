/* MAPI property values as portable data: what mapi/com reads from a message and what the maps work
 * on. No MAPI header is needed, so that everything in mapi/map builds, is tested and fuzzed on
 * Linux.
 *
 * A property is named by its tag id (PidTag...), or, when named, by property set and LID or by set
 * and string. The ids that a store gives to named properties differ per store and never appear
 * here. Types are the PT_* numbers of [MS-OXCDATA] section 2.11.1. */
#ifndef LOCKSTEP_MAPI_MAP_PROPS_H
#define LOCKSTEP_MAPI_MAP_PROPS_H

#include "client/base/json.h"
#include "client/base/rc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum prop_type {
    PROP_I2 = 0x0002,
    PROP_LONG = 0x0003,
    PROP_DOUBLE = 0x0005,
    PROP_BOOLEAN = 0x000B,
    PROP_I8 = 0x0014,
    PROP_UNICODE = 0x001F,
    PROP_SYSTIME = 0x0040,
    PROP_BINARY = 0x0102,
    PROP_MV_LONG = 0x1003,
    PROP_MV_UNICODE = 0x101F,
    PROP_MV_BINARY = 0x1102,
};

/* Property sets; the GUIDs are in props.c (prop_set_guid). */
enum prop_set {
    SET_TAG,            /* not named: `id` is the 16-bit property id of the tag */
    SET_APPOINTMENT,    /* PSETID_Appointment {00062002-...} */
    SET_TASK,           /* {00062003-...} */
    SET_ADDRESS,        /* {00062004-...} */
    SET_COMMON,         /* {00062008-...} */
    SET_NOTE,           /* {0006200E-...} */
    SET_MEETING,        /* {6ED8DA90-...} */
    SET_PUBLIC_STRINGS, /* PS_PUBLIC_STRINGS {00020329-...} */
    SET_LOCKSTEP,       /* our own set for stamps, string-named; GUID in props.c */
    SET_PHOTO,          /* no properties of the item itself but of its photo, an attachment:
                           mapi/com/attach.c reads and writes them */
    SET_COUNT,
};

struct prop_name {
    enum prop_set set;
    uint32_t id;        /* tag id or LID; 0 when named by string */
    const char *string; /* borrowed, static; NULL unless named by string */
};

struct prop_value {
    struct prop_name name;
    enum prop_type type;
    union {
        int64_t integer; /* I2, LONG, I8, BOOLEAN (0/1), SYSTIME (FILETIME units) */
        double number;   /* DOUBLE */
        char *text;      /* owned; UNICODE as UTF-8 */
        struct {
            unsigned char *data; /* owned */
            size_t len;
        } binary;
        struct {
            struct prop_value
                *items; /* owned array of single values of the base type (name unused) */
            size_t count;
        } multi;
    } v;
};

/* The values of one item, and the items inside it. */
struct props {
    struct prop_value *items; /* owned */
    size_t count, cap;
    struct props_sub *subs; /* owned */
    size_t sub_count, sub_cap;
    struct props_recipient *recipients; /* owned */
    size_t recipient_count, recipient_cap;
    struct props_file *files; /* owned */
    size_t file_count, file_cap;
};

/* An item inside an item: the message embedded in one of its attachments. */
struct props_sub {
    uint32_t number;     /* of the attachment in the item (PidTagAttachNumber) */
    struct props attach; /* of the attachment */
    struct props item;   /* of the embedded message */
};

/* A row of the item's table of recipients: who is invited. */
struct props_recipient {
    uint32_t number; /* PidTagRowid */
    struct props row;
};

/* A file attached to the item. */
struct props_file {
    uint32_t number;     /* of the attachment (PidTagAttachNumber) */
    struct props attach; /* with its bytes, if they were read */
};

void props_fini(struct props *p);
/* Adds an empty file; borrowed, valid until the next one is added. */
struct props_file *props_add_file(struct props *p, uint32_t number);
/* Adds an empty recipient; borrowed, valid until the next one is added. */
struct props_recipient *props_add_recipient(struct props *p, uint32_t number);
/* Adds an empty sub-item; borrowed, valid until the next one is added. */
struct props_sub *props_add_sub(struct props *p, uint32_t number);
const struct prop_value *props_find(
    const struct props *p, struct prop_name name); /* NULL if absent */
/* Getters treat a missing property and one of another type as absent. "" is absent for text
 * (mapping trap 15). */
const char *props_text(const struct props *p, struct prop_name name); /* NULL if absent or "" */
int64_t props_int(const struct props *p, struct prop_name name, int64_t fallback);
double props_double(const struct props *p, struct prop_name name, double fallback);
const unsigned char *props_binary(const struct props *p, struct prop_name name, size_t *ret_len);
/* Setters replace. Text and binary are copied. */
void props_set_text(struct props *p, struct prop_name name, const char *text);
void props_set_int(struct props *p, struct prop_name name, enum prop_type type, int64_t value);
void props_set_double(struct props *p, struct prop_name name, double value);
void props_set_binary(struct props *p, struct prop_name name, const void *data, size_t len);
void props_set_texts(struct props *p, struct prop_name name, const char *const *texts,
    size_t count); /* MV_UNICODE */
void props_set_longs(
    struct props *p, struct prop_name name, const int32_t *values, size_t count); /* MV_LONG */
struct prop_bytes {
    const void *data;
    size_t len;
};
void props_set_binaries(struct props *p, struct prop_name name, const struct prop_bytes *values,
    size_t count); /* MV_BINARY; copied */
void props_remove(struct props *p, struct prop_name name);
bool prop_value_equal(const struct prop_value *a, const struct prop_value *b);
bool prop_name_equal(struct prop_name a, struct prop_name b);
/* The 16 bytes of a set's GUID in their order in memory on Windows (little-endian Data1..3). */
const unsigned char *prop_set_guid(enum prop_set set);

#endif
