/* The binary values of a distribution list, as byte codecs without policy: one-off entry ids
 * ([MS-OXCDATA] section 2.2.5.1), wrapped entry ids ([MS-OXOCNTC] section 2.2.2.2.4.1.1), the
 * checksum over the members (2.2.2.2.3) and the stream form of large lists (2.2.2.2.4). */
#ifndef LOCKSTEP_MAPI_MAP_BLOB_LIST_H
#define LOCKSTEP_MAPI_MAP_BLOB_LIST_H

#include "client/base/buf.h"
#include "client/base/rc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- one-off entry ids: a recipient spelled out ---- */
struct one_off {
    char *name, *type, *address; /* owned; UTF-8, never NULL once read */
};
void one_off_fini(struct one_off *o);
/* False if it is none, or cut short. */
bool one_off_read(const void *data, size_t len, struct one_off *ret);
/* Appends one in Unicode. */
void one_off_write(struct buf *b, const char *name, const char *type, const char *address);

/* ---- wrapped entry ids: an item of a store or of an address book, and how to write to it ---- */
enum wrapped_kind { /* low four bits of the type */
    WRAPPED_ONE_OFF = 0,
    WRAPPED_CONTACT = 3,
    WRAPPED_LIST = 4,
    WRAPPED_GAL_USER = 5,
    WRAPPED_GAL_LIST = 6,
};
/* Types of new members: bit 7 says "no one-off", bits 4 to 6 which address of a contact. */
#define WRAPPED_TYPE_EMAIL1     0xC3 /* as every real list has it */
#define WRAPPED_TYPE_NO_ADDRESS 0xB3
#define WRAPPED_TYPE_LIST       0xB4

struct wrapped {
    unsigned char type;
    const unsigned char *id; /* the embedded entry id, borrowed from the input */
    size_t len;
};
/* False if it is no wrapped entry id. */
bool wrapped_read(const void *data, size_t len, struct wrapped *ret);
void wrapped_write(struct buf *b, unsigned char type, const void *id, size_t len);

/* ---- members ---- */
struct list_member {
    unsigned char *entry, *one_off; /* owned; one_off NULL: none */
    size_t entry_len, one_off_len;
};
struct list_members {
    struct list_member *items; /* owned */
    size_t count, cap;
};
void list_members_fini(struct list_members *m);
/* Copies both. one_off may be NULL. */
void list_members_add(struct list_members *m, const void *entry, size_t entry_len,
    const void *one_off, size_t one_off_len);

/* CRC-32 (reflected, polynomial 0xEDB88320) with seed 0 and no final inversion over the entry ids in
 * their order: checked on real lists, as the text of the specification leaves the seed open. */
uint32_t list_checksum(const struct list_members *m);

/* More entry ids than any list of people has: each is at least 24 bytes of input. */
#define LIST_MEMBERS_MAX 20000

/* RC_INVALID if it is cut short or of another version, RC_TOO_BIG over LIST_MEMBERS_MAX. What
 * follows the last member is not looked at. */
enum rc list_stream_read(const void *data, size_t len, struct list_members *ret, struct err *err)
    WARN_UNUSED;
void list_stream_write(struct buf *b, const struct list_members *m);

#endif
