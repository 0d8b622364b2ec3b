/* A whole item: its properties, recipients and attachments, the latter possibly with an embedded
 * item. This is what a message handle works on between OpenEntry and SaveChanges, and what
 * storage.h keeps. */
#ifndef EMU_ITEM_H
#define EMU_ITEM_H

#include "tests/outlook/bag.h"

struct item;

struct attachment {
    ULONG number; /* PR_ATTACH_NUM: never reused within an item */
    struct bag props;
    struct item *embedded; /* owned; NULL unless PR_ATTACH_METHOD is ATTACH_EMBEDDED_MSG */
};

struct item {
    struct bag props;
    struct bag *recipients; /* owned */
    ULONG recipient_count;
    ULONG next_recipient;           /* next PR_ROWID */
    struct attachment *attachments; /* owned */
    ULONG attachment_count;
    ULONG next_attachment;
};

void item_fini(struct item *item);
void item_free(struct item *item);
void item_copy(
    struct item *to, const struct item *from); /* `to` is overwritten without being freed first */
void attachment_fini(struct attachment *attachment);
void attachment_copy(struct attachment *to, const struct attachment *from);
struct attachment *item_attachment(struct item *item, ULONG number); /* NULL if there is none */
struct bag *item_add_recipient(struct item *item); /* an empty row with its PR_ROWID */
/* Puts a copy of `from` in the place of the attachment with that number, or behind the last one. */
void item_put_attachment(struct item *item, const struct attachment *from);
BOOL item_delete_attachment(struct item *item, ULONG number);

void item_write(struct buffer *out, const struct item *item);
BOOL item_read(struct reader *in, struct item *ret);

/* Calls `visit` with every bag of the item: its own, its recipients', its attachments', the
 * embedded ones'. */
void item_each_bag(struct item *item, void (*visit)(struct bag *bag, void *context), void *context);

#endif
