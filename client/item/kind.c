/* Names of the item kinds. */
#include "client/item/kind.h"

#include "client/base/buf.h"

static const char *const NAMES[ITEM_KINDS] = {"contact", "event", "task", "note"};
static const char *const FOLDERS[ITEM_KINDS] = {"Contacts", "Calendar", "Tasks", "Notes"};

const char *item_kind_name(enum item_kind kind)
{
    return (size_t)kind < ITEM_KINDS ? NAMES[kind] : "?";
}

int item_kind_from_name(const char *name)
{
    for (int i = 0; i < ITEM_KINDS; i++) {
        if (str_ieq(NAMES[i], name)) {
            return i;
        }
    }
    return -1;
}

const char *item_kind_folder_name(enum item_kind kind)
{
    return (size_t)kind < ITEM_KINDS ? FOLDERS[kind] : "?";
}
