/* What kinds of item and folder Lockstep knows, with their names in JSON, logs and on the command
 * line. */
#ifndef LOCKSTEP_ITEM_KIND_H
#define LOCKSTEP_ITEM_KIND_H

enum item_kind {
    ITEM_CONTACT, /* JSContact Card (RFC 9553), kind "individual", "org" or "group" */
    ITEM_EVENT,   /* JSCalendar Event (RFC 8984) */
    ITEM_TASK,    /* JSCalendar Task (RFC 8984) */
    ITEM_NOTE,    /* a sheet of text: DOC_NOTE (doc.h), as JSCalendar has no such type */
    ITEM_KINDS,   /* how many */
};

/* "contact", "event", "task", "note". */
const char *item_kind_name(enum item_kind kind);
/* -1 if unknown. */
int item_kind_from_name(const char *name);
/* The folder as people call it: "Contacts", "Calendar", "Tasks", "Notes". */
const char *item_kind_folder_name(enum item_kind kind);

#endif
