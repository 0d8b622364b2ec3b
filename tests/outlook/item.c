/* Items as trees of property bags; see item.h. */
#include "tests/outlook/item.h"

#include <string.h>

#define ITEM_DEPTH_LIMIT 16 /* embedded items inside embedded items, when reading a stored one */

void attachment_fini(struct attachment *attachment)
{
    bag_fini(&attachment->props);
    item_free(attachment->embedded);
    attachment->embedded = NULL;
}

void item_fini(struct item *item)
{
    bag_fini(&item->props);
    for (ULONG i = 0; i < item->recipient_count; i++) {
        bag_fini(&item->recipients[i]);
    }
    emu_free(item->recipients);
    for (ULONG i = 0; i < item->attachment_count; i++) {
        attachment_fini(&item->attachments[i]);
    }
    emu_free(item->attachments);
    memset(item, 0, sizeof(*item));
}

void item_free(struct item *item)
{
    if (item) {
        item_fini(item);
        emu_free(item);
    }
}

void attachment_copy(struct attachment *to, const struct attachment *from)
{
    to->number = from->number;
    bag_copy(&to->props, &from->props);
    to->embedded = NULL;
    if (from->embedded) {
        to->embedded = emu_alloc(sizeof(*to->embedded));
        item_copy(to->embedded, from->embedded);
    }
}

void item_copy(struct item *to, const struct item *from)
{
    *to = *from;
    bag_copy(&to->props, &from->props);
    to->recipients = emu_alloc(from->recipient_count * sizeof(*to->recipients));
    for (ULONG i = 0; i < from->recipient_count; i++) {
        bag_copy(&to->recipients[i], &from->recipients[i]);
    }
    to->attachments = emu_alloc(from->attachment_count * sizeof(*to->attachments));
    for (ULONG i = 0; i < from->attachment_count; i++) {
        attachment_copy(&to->attachments[i], &from->attachments[i]);
    }
}

struct attachment *item_attachment(struct item *item, ULONG number)
{
    for (ULONG i = 0; i < item->attachment_count; i++) {
        if (item->attachments[i].number == number) {
            return &item->attachments[i];
        }
    }
    return NULL;
}

struct bag *item_add_recipient(struct item *item)
{
    struct bag *row;

    item->recipients =
        emu_grow(item->recipients, (item->recipient_count + 1) * sizeof(*item->recipients));
    row = &item->recipients[item->recipient_count++];
    memset(row, 0, sizeof(*row));
    bag_set_long(row, PR_ROWID, (LONG)item->next_recipient++);
    return row;
}

void item_put_attachment(struct item *item, const struct attachment *from)
{
    struct attachment *slot = item_attachment(item, from->number);

    if (slot) {
        attachment_fini(slot);
    } else {
        item->attachments =
            emu_grow(item->attachments, (item->attachment_count + 1) * sizeof(*item->attachments));
        slot = &item->attachments[item->attachment_count++];
    }
    attachment_copy(slot, from);
    bag_set_long(&slot->props, PR_ATTACH_NUM, (LONG)from->number);
    if (item->next_attachment <= from->number) {
        item->next_attachment = from->number + 1;
    }
}

BOOL item_delete_attachment(struct item *item, ULONG number)
{
    struct attachment *slot = item_attachment(item, number);
    size_t behind;

    if (!slot) {
        return FALSE;
    }
    attachment_fini(slot);
    item->attachment_count--;
    behind = (size_t)(&item->attachments[item->attachment_count] - slot);
    memmove(slot, slot + 1, behind * sizeof(*slot));
    return TRUE;
}

/* Counts come in pairs to keep the bags aligned to eight bytes. */
void item_write(struct buffer *out, const struct item *item)
{
    bag_write(out, &item->props);
    buffer_put_u32(out, item->recipient_count);
    buffer_put_u32(out, item->next_recipient);
    for (ULONG i = 0; i < item->recipient_count; i++) {
        bag_write(out, &item->recipients[i]);
    }
    buffer_put_u32(out, item->attachment_count);
    buffer_put_u32(out, item->next_attachment);
    for (ULONG i = 0; i < item->attachment_count; i++) {
        buffer_put_u32(out, item->attachments[i].number);
        buffer_put_u32(out, item->attachments[i].embedded != NULL);
        bag_write(out, &item->attachments[i].props);
        if (item->attachments[i].embedded) {
            item_write(out, item->attachments[i].embedded);
        }
    }
}

static BOOL item_parse(struct reader *in, struct item *item, int depth);

static BOOL attachment_parse(struct reader *in, struct attachment *attachment, int depth)
{
    ULONG has_embedded;

    attachment->number = reader_u32(in);
    has_embedded = reader_u32(in);
    if (!bag_read(in, &attachment->props)) {
        return FALSE;
    }
    if (has_embedded) {
        attachment->embedded = emu_alloc(sizeof(*attachment->embedded));
        return depth > 0 && item_parse(in, attachment->embedded, depth - 1);
    }
    return TRUE;
}

static BOOL item_parse(struct reader *in, struct item *item, int depth)
{
    ULONG count;

    if (!bag_read(in, &item->props)) {
        return FALSE;
    }
    count = reader_u32(in);
    item->next_recipient = reader_u32(in);
    for (ULONG i = 0; i < count && !in->bad; i++) {
        item->recipients = emu_grow(item->recipients, (i + 1) * sizeof(*item->recipients));
        if (!bag_read(in, &item->recipients[i])) {
            return FALSE;
        }
        item->recipient_count = i + 1;
    }
    count = reader_u32(in);
    item->next_attachment = reader_u32(in);
    for (ULONG i = 0; i < count && !in->bad; i++) {
        item->attachments = emu_grow(item->attachments, (i + 1) * sizeof(*item->attachments));
        memset(&item->attachments[i], 0, sizeof(*item->attachments));
        item->attachment_count = i + 1;
        if (!attachment_parse(in, &item->attachments[i], depth)) {
            return FALSE;
        }
    }
    return !in->bad;
}

BOOL item_read(struct reader *in, struct item *ret)
{
    struct item item = {0};

    if (!item_parse(in, &item, ITEM_DEPTH_LIMIT)) {
        item_fini(&item);
        return FALSE;
    }
    *ret = item;
    return TRUE;
}

void item_each_bag(struct item *item, void (*visit)(struct bag *bag, void *context), void *context)
{
    visit(&item->props, context);
    for (ULONG i = 0; i < item->recipient_count; i++) {
        visit(&item->recipients[i], context);
    }
    for (ULONG i = 0; i < item->attachment_count; i++) {
        visit(&item->attachments[i].props, context);
        if (item->attachments[i].embedded) {
            item_each_bag(item->attachments[i].embedded, visit, context);
        }
    }
}
