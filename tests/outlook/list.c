/* What makes a distribution list that Outlook believes ([MS-OXOCNTC] section 2.2.2): both arrays with
 * as many entries, each below 15,000 bytes, the checksum of the members, or else the stream; its name
 * three times. Anything else is a violation when it is saved. */
#include "tests/outlook/mapiobj.h"

#include <string.h>

#define ARRAY_MAX 15000

static const GUID PSETID_ADDRESS = {0x00062004, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}};

static const struct prop *named(
    struct storage *storage, const struct message *message, ULONG lid, ULONG type)
{
    struct name_info name = {PSETID_ADDRESS, FALSE, lid, NULL};
    ULONG id = 0;
    if (FAILED(storage_name_id(storage, message->info.store, &name, FALSE, &id)) || !id) {
        return NULL;
    }
    return bag_find(&message->item.props, PROP_TAG(type, id));
}

/* The number of values; their bytes and CRC-32 (seed 0, no final inversion) are added up. */
static ULONG array_count(const struct prop *prop, ULONG *ret_size, ULONG *ret_crc)
{
    struct reader in = {prop ? prop->data : NULL, prop ? prop->size : 0, FALSE};
    ULONG count = prop ? reader_u32(&in) : 0;
    for (ULONG i = 0; i < count && !in.bad; i++) {
        ULONG size = reader_u32(&in);
        const BYTE *data = reader_take(&in, size);
        *ret_size += size;
        for (ULONG k = 0; data && k < size; k++) {
            *ret_crc ^= data[k];
            for (int bit = 0; bit < 8; bit++) {
                *ret_crc = *ret_crc & 1 ? *ret_crc >> 1 ^ 0xEDB88320 : *ret_crc >> 1;
            }
        }
    }
    return count;
}

static void check_arrays(struct storage *storage, const struct message *self)
{
    const struct prop *checksum = named(storage, self, 0x804C, PT_LONG);
    ULONG size = 0, crc = 0, one_off_size = 0, unused = 0, told = 0;
    ULONG members = array_count(named(storage, self, 0x8055, PT_MV_BINARY), &size, &crc);
    ULONG one_offs =
        array_count(named(storage, self, 0x8054, PT_MV_BINARY), &one_off_size, &unused);
    if (members != one_offs) {
        violation("BAD_LIST", "%lu members and %lu one-offs", members, one_offs);
    }
    if (size >= ARRAY_MAX || one_off_size >= ARRAY_MAX) {
        violation("BAD_LIST", "arrays of %lu and %lu bytes", size, one_off_size);
    }
    if (checksum) {
        memcpy(&told, checksum->data, sizeof told);
    }
    if (members && (!checksum || told != crc)) {
        violation("BAD_LIST", "checksum 0x%08lX of members with 0x%08lX", told, crc);
    }
}

void message_check_list(struct storage *storage, struct message *self)
{
    static const ULONG NAMES[] = {0x8053, 0x8005};
    const WCHAR *shown = bag_string(&self->item.props, PR_DISPLAY_NAME_W);
    if (wcscmp(bag_string(&self->item.props, PR_MESSAGE_CLASS_W), L"IPM.DistList") != 0) {
        return;
    }
    if (bag_long(&self->item.props, EMU_PR_ICON_INDEX, 0) != 514) {
        violation("BAD_LIST", "icon %ld", (long)bag_long(&self->item.props, EMU_PR_ICON_INDEX, 0));
    }
    for (int i = 0; i < 2; i++) {
        const struct prop *name = named(storage, self, NAMES[i], PT_UNICODE);
        if (!name || name->size != wcslen(shown) * sizeof(WCHAR) ||
            memcmp(name->data, shown, name->size) != 0) {
            violation("BAD_LIST", "name 0x%04lX is not that of PR_DISPLAY_NAME", NAMES[i]);
        }
    }
    if (!named(storage, self, 0x8064, PT_BINARY)) {
        check_arrays(storage, self);
    }
}
