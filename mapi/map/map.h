/* The lens between an Outlook item and a neutral document, one implementation a kind.
 *
 * read: properties -> document in Outlook's normal form.
 * write: the item as it is now and the document wanted -> only the properties to set and to delete.
 * What the document does not express, and what did not change, is not in the result. For a new item
 * `now` is empty and the result is complete. */
#ifndef LOCKSTEP_MAPI_MAP_MAP_H
#define LOCKSTEP_MAPI_MAP_MAP_H

#include "client/item/kind.h"
#include "mapi/map/props.h"

struct map_change {
    struct props set;         /* without sub-items */
    struct prop_name *remove; /* owned array */
    size_t remove_count, remove_cap;
    struct map_sub_change *subs; /* owned array */
    size_t sub_count, sub_cap;
    struct map_recipient_change *recipients; /* owned array */
    size_t recipient_count, recipient_cap;
    struct map_file_change *files; /* owned array */
    size_t file_count, file_cap;
};
void map_change_fini(struct map_change *c);
bool map_change_empty(const struct map_change *c);

/* What happens to one sub-item (props.h): the changed occurrence of a series. */
enum map_sub_kind { MAP_SUB_CREATE, MAP_SUB_UPDATE, MAP_SUB_DELETE };
struct map_sub_change {
    enum map_sub_kind kind;
    uint32_t number;        /* of the attachment; meaningless for a new one */
    struct props attach;    /* to be set on the attachment */
    struct map_change item; /* of the message in it */
};

/* What happens to one recipient. */
struct map_recipient_change {
    enum map_sub_kind kind;
    uint32_t number;  /* PidTagRowid; meaningless for a new one */
    struct props set; /* of an existing one: what changes; its other properties stay */
};

/* What happens to one attached file. */
struct map_file_change {
    enum map_sub_kind kind;
    uint32_t number;  /* of the attachment; meaningless for a new one */
    struct props set; /* on the attachment, its bytes among them if they change */
};

/* The photo of a contact as if it were a property of the item: its bytes, or their number where
 * they are too many to be read (MEDIA_PHOTO_MAX). In a map_change, MAP_PHOTO set or removed means
 * the photo attachment, and no other one. */
#define MAP_PHOTO                                                                                  \
    {                                                                                              \
        SET_PHOTO, 1, NULL                                                                         \
    }
#define MAP_PHOTO_SIZE                                                                             \
    {                                                                                              \
        SET_PHOTO, 2, NULL                                                                         \
    }

/* The properties that read and write of a kind want to see, but for the photo; a static array.
 * mapi/com asks for exactly these. */
const struct prop_name *map_properties(enum item_kind kind, size_t *ret_count);
/* PidTagRtfCompressed: to be given to map_read as well where map_wants_rich says so of the rest:
 * there is no PidTagBody, because the store does not make one, or HTML that is in the RTF only. */
struct prop_name map_rich_body(void);
bool map_wants_rich(const struct props *p);
/* The type each of them has by specification, needed to form tags of named properties. */
enum prop_type map_property_type(struct prop_name name);

/* Sub-items. An item of which map_has_subs is true is to be given to map_read and map_write with
 * all its attachments of which map_is_sub is true: of the attachment the properties of
 * map_sub_attach_properties (few and small, none of them named), of the message in it those of
 * map_sub_properties, all of which are among map_properties(ITEM_EVENT), and map_rich_body where
 * map_sub_wants_rich says so. Static arrays. */
bool map_has_subs(enum item_kind kind, const struct props *item);
bool map_is_sub(const struct props *attach);
const struct prop_name *map_sub_attach_properties(size_t *ret_count);
const struct prop_name *map_sub_properties(size_t *ret_count);
bool map_sub_wants_rich(const struct props *item);

/* Recipients. An item of which map_has_recipients is true is to be given to map_read with all rows
 * of its recipient table, and any appointment to map_write: of each row the properties of
 * map_recipient_properties (none of them named). A static array. */
bool map_has_recipients(enum item_kind kind, const struct props *item);
const struct prop_name *map_recipient_properties(size_t *ret_count);

/* Files. An item of which map_has_files is true is to be given to map_read and map_write with all its
 * attachments of which map_is_file is true: of each the properties of map_file_properties (few, small,
 * none of them named), and map_file_data if it has no more than FILE_MAX bytes (and all of them
 * together no more than MAP_FILES_MAX). Only those with bytes are files; without this property it is
 * one that is too large. A static array. */
#define MAP_FILES_MAX ((size_t)8 << 20)
bool map_has_files(enum item_kind kind, const struct props *item);
bool map_is_file(const struct props *attach);
const struct prop_name *map_file_properties(size_t *ret_count);
struct prop_name map_file_data(void);

/* Which kind an item is, by PidTagMessageClass (prefix match at a dot: IPM.Contact,
 * IPM.Contact.Foo). Contacts folders also hold distribution lists (IPM.DistList), which are contacts
 * of kind "group". -1: none we sync. */
int map_kind_of_class(const char *message_class);
/* "IPM.Contact", "IPM.Appointment", "IPM.Task", "IPM.StickyNote": of new items; map_write gives a list its own. */
const char *map_class_of_kind(enum item_kind kind);
/* PidTagContainerClass of a folder for that kind. */
const char *map_container_of_kind(enum item_kind kind);
/* Folder by PidTagContainerClass ("IPF.Contact", ...). -1: none we sync. */
int map_kind_of_container(const char *container_class);

/* Settings of the machine that the maps need, given in so that they stay pure. */
struct map_env {
    const char
        *zone; /* IANA name of the user's zone, for items that carry none; never NULL ("Etc/UTC") */
    int64_t now;       /* Unix seconds: reminders in the past are created dismissed */
    const char *stamp; /* write of a new item: mark to put on it, or NULL */
    /* E-mail addresses of the person whose mailbox it is, an array of strings; NULL: not known */
    const struct json *own;
};

/* RC_INVALID if the item makes no sense as its kind (an appointment without start), naming the
 * property. */
enum rc map_read(enum item_kind kind, const struct props *item, const struct map_env *env,
    struct json **ret_doc, struct err *err) WARN_UNUSED;
/* RC_UNSUPPORTED if Outlook cannot express a change the document asks for. Nothing is lost: the
 * caller reports the item. */
enum rc map_write(enum item_kind kind, const struct props *now, const struct json *doc,
    const struct map_env *env, struct map_change *ret, struct err *err) WARN_UNUSED;

#endif
