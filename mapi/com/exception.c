/* One attachment is open at a time. The rows of the attachment table hold all we want to know of the
 * attachments themselves. */
#include "mapi/com/exception.h"

#include "mapi/com/attach_table.h"
#include "mapi/com/hresult.h"
#include "mapi/com/value.h"

/* {00020307-0000-0000-C000-000000000046}: MinGW's uuid library lacks it. */
static const IID iid_message = {0x00020307, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}};

/* ---- reading ---- */

/* Adds the attachment of a row if it is a sub-item. */
static void row_add(void *user, uint32_t number, struct props *attach)
{
    if (map_is_sub(attach)) {
        props_add_sub(user, number)->attach = *attach;
        *attach = (struct props){0};
    }
}

/* `flags`: 0, MAPI_MODIFY, or MAPI_CREATE | MAPI_MODIFY. */
static enum rc embedded_open(
    struct mapi_session *s, IAttach *attach, ULONG flags, IMessage **ret, struct err *err)
{
    CLEANUP(mapi_release) IMessage *message = NULL;
    enum rc rc = mapi_check(s->api.log, "IAttach::OpenProperty",
        attach->lpVtbl->OpenProperty(
            attach, PR_ATTACH_DATA_OBJ, &iid_message, 0, flags, (IUnknown **)(void *)&message),
        err);
    if (rc == RC_OK) {
        *ret = TAKE(message);
    }
    return rc;
}

static enum rc embedded_read(struct mapi_session *s, IMessage *message, const ULONG *tags,
    struct props *ret, struct err *err)
{
    size_t count;
    const struct prop_name *names = map_sub_properties(&count);
    enum rc rc = value_read_props(s, (IMAPIProp *)message, names, tags, count, ret, err);
    if (rc == RC_OK && map_sub_wants_rich(ret)) {
        const struct prop_name name = map_rich_body();
        const ULONG tag = PROP_TAG(PT_BINARY, name.id);
        struct props rich = {0};
        rc = value_read_props(s, (IMAPIProp *)message, &name, &tag, 1, &rich, err);
        size_t len = 0;
        const unsigned char *data = props_binary(&rich, name, &len);
        if (rc == RC_OK && data) {
            props_set_binary(ret, name, data, len);
        }
        props_fini(&rich);
    }
    return rc;
}

/* The tags of what is read of a message; box->tags is up to date for events by now. */
static enum rc sub_tags(struct mapi_session *s, struct mapi_box *box, ULONG **ret, struct err *err)
{
    size_t count;
    const struct prop_name *names = map_sub_properties(&count);
    CLEANUP(mem_free) ULONG *tags = mem_alloc((count + 1) * sizeof *tags);
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        rc = mapi_box_tag(s, box, names[i], map_property_type(names[i]), false, &tags[i], err);
    }
    if (rc == RC_OK) {
        *ret = TAKE(tags);
    }
    return rc;
}

static enum rc sub_read(struct mapi_session *s, IMessage *message, const ULONG *tags,
    struct props_sub *sub, struct err *err)
{
    CLEANUP(mapi_release) IAttach *attach = NULL;
    CLEANUP(mapi_release) IMessage *embedded = NULL;
    enum rc rc = attach_open(s, message, sub->number, false, &attach, err);
    if (rc == RC_OK) {
        rc = embedded_open(s, attach, 0, &embedded, err);
    }
    return rc == RC_OK ? embedded_read(s, embedded, tags, &sub->item, err) : rc;
}

enum rc exceptions_read(struct mapi_session *s, struct mapi_box *box, IMessage *message,
    struct props *props, struct err *err)
{
    CLEANUP(mem_free) ULONG *tags = NULL;
    size_t count;
    const struct prop_name *names = map_sub_attach_properties(&count);
    enum rc rc = attach_rows(s, message, names, count, row_add, props, err);
    if (rc == RC_OK && props->sub_count) {
        rc = sub_tags(s, box, &tags, err);
    }
    for (size_t i = 0; rc == RC_OK && i < props->sub_count; i++) {
        rc = sub_read(s, message, tags, &props->subs[i], err);
    }
    return rc == RC_OK ? RC_OK : err_prefix(err, "reading a changed occurrence");
}

/* ---- writing ---- */

/* First the message into its attachment, then that into the item: each SaveChanges reaches one
 * level up only. */
static enum rc sub_save(
    struct mapi_session *s, IAttach *attach, IMessage *embedded, struct err *err)
{
    enum rc rc = mapi_check(
        s->api.log, "IMessage::SaveChanges", embedded->lpVtbl->SaveChanges(embedded, 0), err);
    return rc == RC_OK ? mapi_check(s->api.log, "IAttach::SaveChanges",
                             attach->lpVtbl->SaveChanges(attach, 0), err)
                       : rc;
}

static enum rc sub_put(struct mapi_session *s, struct mapi_box *box, IMessage *message,
    const struct map_sub_change *change, struct err *err)
{
    CLEANUP(mapi_release) IAttach *attach = NULL;
    CLEANUP(mapi_release) IMessage *embedded = NULL;
    bool create = change->kind == MAP_SUB_CREATE;
    struct map_change on_attach = {.set = change->attach}; /* borrowed */
    enum rc rc = create ? attach_new(s, message, &attach, err)
                        : attach_open(s, message, change->number, true, &attach, err);
    if (rc == RC_OK) {
        rc = value_write_change(s, box, (IMAPIProp *)attach, &on_attach, err);
    }
    if (rc == RC_OK) {
        rc = embedded_open(
            s, attach, create ? MAPI_CREATE | MAPI_MODIFY : MAPI_MODIFY, &embedded, err);
    }
    if (rc == RC_OK) {
        rc = value_write_change(s, box, (IMAPIProp *)embedded, &change->item, err);
    }
    return rc == RC_OK ? sub_save(s, attach, embedded, err) : rc;
}

enum rc exceptions_write(struct mapi_session *s, struct mapi_box *box, IMessage *message,
    const struct map_change *change, struct err *err)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < change->sub_count; i++) {
        const struct map_sub_change *sub = &change->subs[i];
        rc = sub->kind == MAP_SUB_DELETE
                 ? mapi_check(s->api.log, "IMessage::DeleteAttach",
                       message->lpVtbl->DeleteAttach(message, sub->number, 0, NULL, 0), err)
                 : sub_put(s, box, message, sub, err);
    }
    return rc == RC_OK ? RC_OK : err_prefix(err, "writing a changed occurrence");
}
