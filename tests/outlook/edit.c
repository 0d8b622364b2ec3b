/* Edits of items as Outlook's user makes them; see edit.h. */
#include "tests/outlook/edit.h"

#include "tests/outlook/dump.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

struct editing {
    struct storage *storage;
    ULONG store;
    ULONG *ids; /* of the folder's items; owned */
    ULONG count;
    char *why;
    size_t why_size;
};

void edit_follow(struct item *item, ULONG tag)
{
    if (PROP_ID(tag) == PROP_ID(PR_BODY)) {
        bag_delete(&item->props, PR_RTF_COMPRESSED);
        bag_delete(&item->props, EMU_PR_HTML);
    } else if (PROP_ID(tag) == PROP_ID(PR_SUBJECT)) {
        bag_delete(&item->props, PR_SUBJECT_PREFIX);
        bag_delete(&item->props, PR_CONVERSATION_TOPIC);
    }
}

static BOOL edit_fail(struct editing *editing, const char *what, const char *detail)
{
    snprintf(editing->why, editing->why_size, "%s: %.100s", what, detail ? detail : "");
    return FALSE;
}

static BOOL same_value(const struct bag *one, const struct bag *other, ULONG tag)
{
    const struct prop *a = bag_find(one, tag), *b = bag_find(other, tag);
    return a && b && a->size == b->size && !memcmp(a->data, b->data, a->size);
}

/* The one item with this value, as dump_set_text reads it, in this property. */
static BOOL edit_find(struct editing *editing, const cJSON *where, struct message_info *ret_info,
    struct item *ret_item)
{
    ULONG tag = where ? dump_parse_key(editing->storage, editing->store, where->string) : 0;
    struct bag wanted = {0};
    BOOL known = tag && cJSON_IsString(where) && dump_set_text(&wanted, tag, where->valuestring);
    BOOL found = FALSE;

    for (ULONG i = 0; known && i < editing->count && !found; i++) {
        struct item item;
        if (FAILED(storage_message(editing->storage, editing->ids[i], ret_info, &item))) {
            break;
        }
        found = same_value(&item.props, &wanted, tag);
        if (found) {
            *ret_item = item;
        } else {
            item_fini(&item);
        }
    }
    bag_fini(&wanted);
    return found || edit_fail(editing, "no item has", where ? where->valuestring : NULL);
}

/* The values other than null, the attachments to be added and the recipients, by the reader of
 * dumps. */
static BOOL edit_read(
    struct editing *editing, const cJSON *set, const cJSON *edit, struct item *ret)
{
    static const char *const lists[] = {"attachments", "recipients"};
    cJSON *root = cJSON_CreateObject();
    cJSON *values = cJSON_AddObjectToObject(root, "properties");
    const cJSON *value;
    struct item *items = NULL;
    ULONG count = 0;
    char *text;
    BOOL good;

    cJSON_ArrayForEach(value, set)
    {
        if (!cJSON_IsNull(value)) {
            cJSON_AddItemToObject(values, value->string, cJSON_Duplicate(value, TRUE));
        }
    }
    for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
        const cJSON *list = cJSON_GetObjectItem(edit, lists[i]);
        if (list) {
            cJSON_AddItemToObject(root, lists[i], cJSON_Duplicate(list, TRUE));
        }
    }
    text = cJSON_PrintUnformatted(root);
    good = dump_read(
        editing->storage, editing->store, text, &items, &count, editing->why, editing->why_size);
    if (good) {
        *ret = items[0];
        emu_free(items);
    }
    cJSON_free(text);
    cJSON_Delete(root);
    return good;
}

/* The recipients given take the place of those there are. */
static void edit_recipients(struct item *item, struct item *values)
{
    while (item->recipient_count) {
        bag_fini(&item->recipients[--item->recipient_count]);
    }
    for (ULONG i = 0; i < values->recipient_count; i++) {
        struct bag *row = item_add_recipient(item);
        LONG id = bag_long(row, PR_ROWID, 0);
        bag_fini(row);
        bag_copy(row, &values->recipients[i]);
        bag_set_long(row, PR_ROWID, id);
    }
}

static BOOL edit_set(
    struct editing *editing, const cJSON *set, const cJSON *edit, struct item *item)
{
    struct item values = {0};
    const cJSON *value;
    BOOL html; /* the new text is given in both forms */

    if (!edit_read(editing, set, edit, &values)) {
        return FALSE;
    }
    for (ULONG i = 0; i < values.props.count; i++) {
        const struct prop *prop = &values.props.items[i];
        bag_set(&item->props, prop->tag, prop->data, prop->size);
    }
    for (ULONG i = 0; i < values.attachment_count; i++) {
        values.attachments[i].number = item->next_attachment;
        item_put_attachment(item, &values.attachments[i]);
    }
    if (cJSON_GetObjectItem(edit, "recipients")) {
        edit_recipients(item, &values);
    }
    html = bag_find(&values.props, EMU_PR_HTML) != NULL;
    item_fini(&values);
    cJSON_ArrayForEach(value, set)
    {
        ULONG tag = dump_parse_key(editing->storage, editing->store, value->string);
        if (!tag) {
            return edit_fail(editing, "not a property key", value->string);
        }
        if (cJSON_IsNull(value)) {
            bag_delete(&item->props, tag);
        }
        if (!html || PROP_ID(tag) != PROP_ID(PR_BODY)) {
            edit_follow(item, tag);
        }
    }
    return TRUE;
}

static BOOL edit_one(struct editing *editing, const cJSON *edit)
{
    const cJSON *where = cJSON_GetObjectItem(edit, "where");
    struct message_info info;
    struct item item = {0};
    BOOL good = edit_find(editing, where ? where->child : NULL, &info, &item) &&
                edit_set(editing, cJSON_GetObjectItem(edit, "set"), edit, &item);

    if (good && FAILED(storage_message_save(editing->storage, &info, &item, FALSE))) {
        good = edit_fail(editing, "cannot be saved", where->child->valuestring);
    }
    item_fini(&item);
    return good;
}

BOOL edit_batch(struct storage *storage, ULONG store, ULONG folder, const char *text, char *why,
    size_t why_size)
{
    struct editing editing = {storage, store, NULL, 0, why, why_size};
    char *quoted = dump_quote_times(text);
    cJSON *root = cJSON_Parse(quoted);
    const cJSON *edit;
    BOOL good = cJSON_IsArray(root) || edit_fail(&editing, "not a JSON array", text);

    if (good && FAILED(storage_message_ids(storage, folder, FALSE, &editing.ids, &editing.count))) {
        good = edit_fail(&editing, "cannot list", "the folder");
    }
    if (good && SUCCEEDED(storage_begin(storage))) {
        cJSON_ArrayForEach(edit, root)
        {
            good = good && edit_one(&editing, edit);
        }
        good = SUCCEEDED(storage_end(storage, good ? S_OK : MAPI_E_INVALID_PARAMETER)) && good;
    }
    emu_free(editing.ids);
    cJSON_Delete(root);
    emu_free(quoted);
    return good;
}
