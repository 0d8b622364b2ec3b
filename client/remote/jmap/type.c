/* The two kinds of items by JMAP, and what is called how of each. */
#include "client/remote/jmap/jmap_private.h"

static const struct jmap_type TYPES[JMAP_TYPES] = {
    {
        .kind = ITEM_CONTACT,
        .capability = CAPABILITY_CONTACTS,
        .get = "ContactCard/get",
        .set = "ContactCard/set",
        .changes = "ContactCard/changes",
        .query = "ContactCard/query",
        .folder = "AddressBook",
        .folder_get = "AddressBook/get",
        .folder_set = "AddressBook/set",
        .data = "ContactCard",
        .folder_ids = "addressBookIds",
        .may_read = "mayRead",
        .may_write = "mayWrite",
        .item = "contact",
        .items = "contacts",
        .place = "address book",
        .places = "address books",
    },
    {
        .kind = ITEM_EVENT,
        .capability = CAPABILITY_CALENDARS,
        .get = "CalendarEvent/get",
        .set = "CalendarEvent/set",
        .changes = "CalendarEvent/changes",
        .query = "CalendarEvent/query",
        .folder = "Calendar",
        .folder_get = "Calendar/get",
        .folder_set = "Calendar/set",
        .data = "CalendarEvent",
        .folder_ids = "calendarIds",
        .may_read = "mayReadItems",
        .may_write = "mayWriteAll",
        .item = "appointment",
        .items = "appointments",
        .place = "calendar",
        .places = "calendars",
    },
};

const struct jmap_type *jmap_type_at(size_t i)
{
    return &TYPES[i];
}

const struct jmap_type *jmap_type_of(enum item_kind kind)
{
    for (size_t i = 0; i < JMAP_TYPES; i++) {
        if (TYPES[i].kind == kind) {
            return &TYPES[i];
        }
    }
    return NULL;
}

bool jmap_type_is_event(const struct jmap_type *type)
{
    return type->kind == ITEM_EVENT;
}
