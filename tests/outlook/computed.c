/* Properties that the store owns; see computed.h. The rules follow [MS-OXCMSG] 2.2.1,
 * [MS-OXCFXICS] 2.2.1 (source and change keys) and office-developer-client-docs. */
#include "tests/outlook/computed.h"

#include <string.h>

#define NODE_SHIFT         5u
#define STORE_ENTRYID_MARK 0x21u

struct entryid entryid_make(const BYTE record_key[16], ULONG kind, ULONG id)
{
    struct entryid entryid = {{0}, {0}, (id << NODE_SHIFT) | kind};

    memcpy(entryid.store, record_key, sizeof(entryid.store));
    return entryid;
}

BOOL entryid_parse(
    const void *data, ULONG size, struct entryid *ret_entryid, ULONG *ret_kind, ULONG *ret_id)
{
    struct entryid entryid;

    if (!data || size != ENTRYID_SIZE) {
        return FALSE;
    }
    memcpy(&entryid, data, sizeof(entryid));
    if (entryid.flags[0] || entryid.flags[1] || entryid.flags[2] || entryid.flags[3]) {
        return FALSE;
    }
    *ret_kind = entryid.node & ((1u << NODE_SHIFT) - 1);
    *ret_id = entryid.node >> NODE_SHIFT;
    *ret_entryid = entryid;
    return *ret_kind == ENTRYID_FOLDER || *ret_kind == ENTRYID_MESSAGE ||
           *ret_kind == ENTRYID_ASSOCIATED;
}

BYTE *entryid_store(const struct store_info *store, ULONG *ret_size)
{
    ULONG name_size = (ULONG)((wcslen(store->name) + 1) * sizeof(WCHAR));
    BYTE *bytes = emu_alloc(ENTRYID_SIZE + name_size);
    ULONG mark = STORE_ENTRYID_MARK;

    memcpy(bytes + 4, store->record_key, 16);
    memcpy(bytes + 20, &mark, sizeof(mark));
    memcpy(bytes + ENTRYID_SIZE, store->name, name_size);
    *ret_size = ENTRYID_SIZE + name_size;
    return bytes;
}

BOOL entryid_is_store(const void *data, ULONG size, BYTE ret_record_key[16])
{
    const BYTE *bytes = data;
    ULONG mark = 0;

    if (!data || size <= ENTRYID_SIZE) {
        return FALSE;
    }
    memcpy(&mark, bytes + 20, sizeof(mark));
    memcpy(ret_record_key, bytes + 4, 16);
    return mark == STORE_ENTRYID_MARK;
}

static BOOL computed_listed(const ULONG *tags, size_t count, ULONG tag)
{
    for (size_t i = 0; i < count; i++) {
        if (PROP_ID(tags[i]) == PROP_ID(tag)) {
            return TRUE;
        }
    }
    return FALSE;
}

/* Owned by the store on every kind of object. */
static const ULONG computed_everywhere[] = {
    PR_ENTRYID,
    PR_RECORD_KEY,
    PR_OBJECT_TYPE,
    PR_STORE_ENTRYID,
    PR_STORE_RECORD_KEY,
    PR_STORE_SUPPORT_MASK,
    PR_MAPPING_SIGNATURE,
    PR_ACCESS,
    PR_ACCESS_LEVEL,
    PR_INSTANCE_KEY,
    PR_PARENT_ENTRYID,
    EMU_PR_SOURCE_KEY,
    EMU_PR_CHANGE_KEY,
    EMU_PR_PARENT_SOURCE_KEY,
    EMU_PR_PREDECESSOR_CHANGE_LIST,
    PR_LAST_MODIFICATION_TIME,
    PR_CREATION_TIME,
    EMU_PR_LOCAL_COMMIT_TIME,
    EMU_PR_LOCAL_COMMIT_TIME_MAX,
};

static const ULONG computed_of_message[] = {
    PR_MESSAGE_SIZE,
    PR_HASATTACH,
    PR_NORMALIZED_SUBJECT,
    PR_DISPLAY_TO,
    PR_DISPLAY_CC,
    PR_DISPLAY_BCC,
    PR_SEARCH_KEY,
    PR_MESSAGE_RECIPIENTS,
    PR_MESSAGE_ATTACHMENTS,
    PR_MSG_STATUS,
};

static const ULONG computed_of_folder[] = {
    PR_CONTENT_COUNT,
    PR_CONTENT_UNREAD,
    PR_SUBFOLDERS,
    PR_FOLDER_TYPE,
    PR_MESSAGE_SIZE,
    PR_CONTAINER_CONTENTS,
    PR_CONTAINER_HIERARCHY,
    PR_FOLDER_ASSOCIATED_CONTENTS,
    EMU_PR_ASSOC_CONTENT_COUNT,
    EMU_PR_DELETED_COUNT_TOTAL,
    PR_DEPTH,
};

static const ULONG computed_of_attachment[] = {PR_ATTACH_NUM, PR_ATTACH_SIZE};

BOOL computed_is_message(ULONG tag, BOOL saved)
{
    if (PROP_ID(tag) == PROP_ID(PR_MESSAGE_FLAGS)) {
        return saved; /* settable until the first save only */
    }
    return computed_listed(computed_everywhere, ARRAYSIZE(computed_everywhere), tag) ||
           computed_listed(computed_of_message, ARRAYSIZE(computed_of_message), tag);
}

BOOL computed_is_folder(ULONG tag)
{
    return computed_listed(computed_everywhere, ARRAYSIZE(computed_everywhere), tag) ||
           computed_listed(computed_of_folder, ARRAYSIZE(computed_of_folder), tag);
}

BOOL computed_is_attachment(ULONG tag)
{
    return computed_listed(computed_everywhere, ARRAYSIZE(computed_everywhere), tag) ||
           computed_listed(computed_of_attachment, ARRAYSIZE(computed_of_attachment), tag);
}

BOOL computed_is_volatile(ULONG tag)
{
    return computed_listed(computed_everywhere, ARRAYSIZE(computed_everywhere), tag) ||
           PROP_ID(tag) == PROP_ID(PR_SEARCH_KEY) || PROP_ID(tag) == PROP_ID(PR_MESSAGE_SIZE) ||
           PROP_ID(tag) == PROP_ID(PR_ATTACH_SIZE);
}

void computed_random(BYTE *bytes, size_t size)
{
    GUID guid;

    while (size > 0) {
        size_t part = size < sizeof(guid) ? size : sizeof(guid);
        if (FAILED(CoCreateGuid(&guid))) {
            memset(&guid, 0x5a, sizeof(guid));
        }
        memcpy(bytes, &guid, part);
        bytes += part;
        size -= part;
    }
}

static void computed_common(const struct store_info *store, ULONG type, struct bag *props)
{
    ULONG size;
    BYTE *store_id = entryid_store(store, &size);

    bag_set_long(props, PR_OBJECT_TYPE, (LONG)type);
    bag_set(props, PR_STORE_ENTRYID, store_id, size);
    bag_set(props, PR_STORE_RECORD_KEY, store->record_key, sizeof(store->record_key));
    bag_set(props, PR_MAPPING_SIGNATURE, store->record_key, sizeof(store->record_key));
    emu_free(store_id);
}

static ULONG computed_support_mask(void)
{
    return STORE_ENTRYID_UNIQUE | STORE_SEARCH_OK | STORE_MODIFY_OK | STORE_CREATE_OK |
           STORE_ATTACH_OK | STORE_OLE_OK | STORE_NOTIFY_OK | STORE_MV_PROPS_OK |
           STORE_CATEGORIZE_OK | STORE_RTF_OK | STORE_RESTRICTION_OK | STORE_SORT_OK |
           STORE_UNICODE_OK;
}

void computed_new_message(
    const struct store_info *store, ULONG folder, BOOL associated, struct item *item)
{
    struct entryid parent = entryid_make(store->record_key, ENTRYID_FOLDER, folder);
    BYTE search_key[16];

    computed_common(store, MAPI_MESSAGE, &item->props);
    bag_set_long(&item->props, PR_STORE_SUPPORT_MASK, (LONG)computed_support_mask());
    bag_set_long(
        &item->props, PR_ACCESS, MAPI_ACCESS_MODIFY | MAPI_ACCESS_READ | MAPI_ACCESS_DELETE);
    if (folder) {
        bag_set(&item->props, PR_PARENT_ENTRYID, &parent, sizeof(parent));
    }
    if (!bag_find(&item->props, PR_SEARCH_KEY)) {
        computed_random(search_key, sizeof(search_key));
        bag_set(&item->props, PR_SEARCH_KEY, search_key, sizeof(search_key));
    }
    if (!bag_find(&item->props, PR_MESSAGE_FLAGS)) {
        LONG flags = MSGFLAG_READ | MSGFLAG_UNSENT | (associated ? MSGFLAG_ASSOCIATED : 0);
        bag_set_long(&item->props, PR_MESSAGE_FLAGS, flags);
    }
    if (!bag_find(&item->props, PR_MESSAGE_CLASS)) {
        bag_set_string(&item->props, PR_MESSAGE_CLASS, L"IPM.Note");
    }
    computed_derive(item);
}

/* [MS-OXCMSG] 2.2.1.10: without an explicit PR_SUBJECT_PREFIX, up to three characters, not digits,
 * before ": ". */
static size_t computed_prefix_length(struct bag *props, const WCHAR *subject)
{
    const WCHAR *prefix = bag_string(props, PR_SUBJECT_PREFIX);
    size_t length = wcslen(prefix);

    if (bag_find(props, PR_SUBJECT_PREFIX) && !wcsncmp(subject, prefix, length)) {
        return length;
    }
    for (length = 0; length < 4 && subject[length]; length++) {
        if (subject[length] == L':' && length > 0 && subject[length + 1] == L' ') {
            return length + 2;
        }
        if ((subject[length] >= L'0' && subject[length] <= L'9') || subject[length] == L' ') {
            break;
        }
    }
    return 0;
}

static void computed_subject(struct bag *props)
{
    const WCHAR *subject = bag_string(props, PR_SUBJECT);
    size_t prefix;
    WCHAR *copy;

    if (!bag_find(props, PR_SUBJECT)) {
        bag_delete(props, PR_NORMALIZED_SUBJECT);
        return;
    }
    copy = emu_copy(subject);
    prefix = computed_prefix_length(props, copy);
    bag_set(props, CHANGE_PROP_TYPE(PR_SUBJECT_PREFIX, PT_UNICODE), copy, prefix * sizeof(WCHAR));
    bag_set_string(props, PR_NORMALIZED_SUBJECT, copy + prefix);
    if (!bag_find(props, PR_CONVERSATION_TOPIC)) {
        bag_set_string(props, PR_CONVERSATION_TOPIC, copy + prefix);
    }
    emu_free(copy);
}

/* PR_DISPLAY_TO and the like: the recipients' names, separated by "; ". */
static void computed_display(struct item *item, ULONG tag, LONG recipient_type)
{
    struct buffer names = {0};

    for (ULONG i = 0; i < item->recipient_count; i++) {
        const WCHAR *name = bag_string(&item->recipients[i], PR_DISPLAY_NAME);
        if (bag_long(&item->recipients[i], PR_RECIPIENT_TYPE, MAPI_TO) != recipient_type) {
            continue;
        }
        if (names.size) {
            buffer_put(&names, L"; ", 2 * sizeof(WCHAR));
        }
        buffer_put(&names, name, wcslen(name) * sizeof(WCHAR));
    }
    bag_set(&item->props, CHANGE_PROP_TYPE(tag, PT_UNICODE), names.data, names.size);
    buffer_fini(&names);
}

static ULONG computed_size(const struct item *item)
{
    struct buffer bytes = {0};
    ULONG size;

    item_write(&bytes, item);
    size = (ULONG)bytes.size;
    buffer_fini(&bytes);
    return size;
}

/* An attachment that Outlook hides (an exception of a series) still counts for PR_HASATTACH, as the
 * real items show. */
/* What follows from the item's own properties, and from how many attachments it has. */
void computed_derive_own(struct item *item)
{
    LONG flags = bag_long(&item->props, PR_MESSAGE_FLAGS, 0);

    computed_subject(&item->props);
    computed_display(item, PR_DISPLAY_TO, MAPI_TO);
    computed_display(item, PR_DISPLAY_CC, MAPI_CC);
    computed_display(item, PR_DISPLAY_BCC, MAPI_BCC);
    bag_set_bool(&item->props, PR_HASATTACH, item->attachment_count > 0);
    flags &= ~(LONG)MSGFLAG_HASATTACH;
    flags |= item->attachment_count > 0 ? (LONG)MSGFLAG_HASATTACH : 0;
    bag_set_long(&item->props, PR_MESSAGE_FLAGS, flags);
}

void computed_derive_attachment(struct attachment *attachment)
{
    const struct prop *data = bag_find(&attachment->props, PR_ATTACH_DATA_BIN);
    ULONG size = data ? data->size : 0;

    if (attachment->embedded) {
        computed_derive(attachment->embedded);
        size = computed_size(attachment->embedded);
    }
    bag_set_long(&attachment->props, PR_OBJECT_TYPE, MAPI_ATTACH);
    bag_set_long(&attachment->props, PR_ATTACH_SIZE, (LONG)size);
    bag_set(&attachment->props, PR_RECORD_KEY, &attachment->number, sizeof(attachment->number));
}

void computed_derive(struct item *item)
{
    computed_derive_own(item);
    for (ULONG i = 0; i < item->attachment_count; i++) {
        computed_derive_attachment(&item->attachments[i]);
    }
}

/* 22 bytes: the store's replica GUID and a big-endian counter. */
static void computed_key(BYTE key[22], const struct store_info *store, ULONGLONG counter)
{
    memcpy(key, store->record_key, 16);
    for (int i = 0; i < 6; i++) {
        key[16 + i] = (BYTE)(counter >> (8 * (5 - i)));
    }
}

static void computed_change(const struct store_info *store, LONGLONG change, struct bag *props)
{
    BYTE list[23] = {22};

    computed_key(list + 1, store, (ULONGLONG)change);
    bag_set(props, EMU_PR_CHANGE_KEY, list + 1, 22);
    bag_set(props, EMU_PR_PREDECESSOR_CHANGE_LIST, list, sizeof(list));
}

void computed_save(const struct store_info *store, const struct message_info *info, ULONGLONG now,
    BOOL keep_times, struct item *item)
{
    ULONG kind = info->associated ? ENTRYID_ASSOCIATED : ENTRYID_MESSAGE;
    struct entryid id = entryid_make(store->record_key, kind, info->id);
    struct bag *props = &item->props;
    BYTE key[22];

    computed_new_message(store, info->folder, info->associated, item);
    bag_set(props, PR_ENTRYID, &id, sizeof(id));
    computed_key(key, store, info->id);
    bag_set(props, EMU_PR_SOURCE_KEY, key, sizeof(key));
    bag_set(props, PR_RECORD_KEY, key, sizeof(key));
    computed_key(key, store, info->folder);
    bag_set(props, EMU_PR_PARENT_SOURCE_KEY, key, sizeof(key));
    computed_change(store, info->change, props);
    if (!bag_find(props, PR_CREATION_TIME)) {
        bag_set_time(props, PR_CREATION_TIME, now);
    }
    if (!keep_times || !bag_find(props, PR_LAST_MODIFICATION_TIME)) {
        bag_set_time(props, PR_LAST_MODIFICATION_TIME, now);
    }
    bag_set_time(props, EMU_PR_LOCAL_COMMIT_TIME, now);
    bag_set_long(props, PR_MESSAGE_SIZE, (LONG)computed_size(item));
}

void computed_folder(const struct store_info *store, const struct folder_info *info,
    LONGLONG change, ULONGLONG now, struct bag *props)
{
    struct entryid id = entryid_make(store->record_key, ENTRYID_FOLDER, info->id);
    struct entryid parent =
        entryid_make(store->record_key, ENTRYID_FOLDER, info->parent ? info->parent : info->id);
    BYTE key[22];

    computed_common(store, MAPI_FOLDER, props);
    bag_set(props, PR_ENTRYID, &id, sizeof(id));
    bag_set(props, PR_PARENT_ENTRYID, &parent, sizeof(parent));
    computed_key(key, store, info->id);
    bag_set(props, EMU_PR_SOURCE_KEY, key, sizeof(key));
    bag_set(props, PR_RECORD_KEY, key, sizeof(key));
    computed_key(key, store, info->parent);
    bag_set(props, EMU_PR_PARENT_SOURCE_KEY, key, info->parent ? sizeof(key) : 0);
    computed_change(store, change, props);
    bag_set_long(props, PR_STORE_SUPPORT_MASK, (LONG)computed_support_mask());
    bag_set_long(props, PR_FOLDER_TYPE, info->parent ? FOLDER_GENERIC : FOLDER_ROOT);
    bag_set_long(props, PR_ACCESS,
        MAPI_ACCESS_MODIFY | MAPI_ACCESS_READ | MAPI_ACCESS_DELETE | MAPI_ACCESS_CREATE_HIERARCHY |
            MAPI_ACCESS_CREATE_CONTENTS | MAPI_ACCESS_CREATE_ASSOCIATED);
    if (!bag_find(props, PR_CREATION_TIME)) {
        bag_set_time(props, PR_CREATION_TIME, now);
    }
    bag_set_time(props, PR_LAST_MODIFICATION_TIME, now);
}

void computed_store(const struct store_info *store, struct bag *props)
{
    /* The provider GUID of a personal store (PST). */
    static const BYTE provider[16] = {0x4e, 0x49, 0x54, 0x41, 0xf9, 0xbf, 0xb8, 0x01, 0x00, 0xaa,
        0x00, 0x37, 0xd9, 0x6e, 0x00, 0x00};
    ULONG size;
    BYTE *id = entryid_store(store, &size);

    computed_common(store, MAPI_STORE, props);
    bag_set(props, PR_ENTRYID, id, size);
    bag_set(props, PR_RECORD_KEY, store->record_key, sizeof(store->record_key));
    bag_set(props, EMU_PR_MDB_PROVIDER, provider, sizeof(provider));
    bag_set_string(props, PR_DISPLAY_NAME, store->name);
    bag_set_string(props, PR_PROVIDER_DISPLAY, L"Emulated Outlook");
    bag_set_bool(props, PR_DEFAULT_STORE, store->is_default);
    bag_set_long(props, PR_STORE_SUPPORT_MASK, (LONG)computed_support_mask());
    bag_set_long(props, PR_ACCESS_LEVEL, MAPI_MODIFY);
    emu_free(id);
}
