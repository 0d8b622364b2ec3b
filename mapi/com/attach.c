/* One attachment is open at a time. Its bytes go by stream in both directions: providers limit what
 * GetProps and SetProps take. A photo that is replaced keeps its attachment, so that whatever else
 * Outlook noted on it stays. */
#include "mapi/com/attach.h"

#include "client/base/buf.h"
#include "client/item/media.h"
#include "mapi/com/attach_table.h"
#include "mapi/com/hresult.h"
#include "mapi/com/value.h"

/* Missing in MinGW-w64 10 ([MS-OXCMSG] section 2.2.2). */
#define PR_ATTACHMENT_CONTACTPHOTO PROP_TAG(PT_BOOLEAN, 0x7FFF)

enum {
    ROWS_A_CALL = 50,
    ATTACHMENTS_MAX = 10000,
    PHOTOS_MAX = 100,      /* of one item; Outlook makes one */
    SIZE_BESIDE = 64 << 10 /* PR_ATTACH_SIZE counts the other properties too */
};

static const struct prop_name photo_name = MAP_PHOTO, size_name = MAP_PHOTO_SIZE;

/* The photo among the attachments of an item. */
struct photo {
    bool there;
    ULONG number;
    size_t size; /* about */
};

static bool row_photo(const SRow *row, struct photo *ret)
{
    const SPropValue *flag = mapi_find(row->lpProps, row->cValues, PR_ATTACHMENT_CONTACTPHOTO);
    const SPropValue *number = mapi_find(row->lpProps, row->cValues, PR_ATTACH_NUM);
    const SPropValue *size = mapi_find(row->lpProps, row->cValues, PR_ATTACH_SIZE);
    if (!flag || !flag->Value.b || !number) {
        return false;
    }
    *ret = (struct photo){
        true, (ULONG)number->Value.l, size && size->Value.l > 0 ? (size_t)size->Value.l : 0};
    return true;
}

static enum rc table_open(
    struct mapi_session *s, IMessage *message, IMAPITable **ret, struct err *err)
{
    CLEANUP(mapi_release) IMAPITable *table = NULL;
    enum rc rc = mapi_check(s->api.log, "IMessage::GetAttachmentTable",
        message->lpVtbl->GetAttachmentTable(message, MAPI_UNICODE, &table), err);
    if (rc == RC_OK) {
        rc = mapi_check(s->api.log, "IMAPITable::SetColumns",
            table->lpVtbl->SetColumns(table,
                (SPropTagArray *)(uintptr_t)MAPI_TAGS(
                    PR_ATTACH_NUM, PR_ATTACHMENT_CONTACTPHOTO, PR_ATTACH_SIZE),
                0),
            err);
    }
    if (rc == RC_OK) {
        *ret = TAKE(table);
    }
    return rc;
}

static enum rc photo_find(
    struct mapi_session *s, IMessage *message, struct photo *ret, struct err *err)
{
    CLEANUP(mapi_release) IMAPITable *table = NULL;
    CLEANUP_FINI(mapi_rows_fini) struct mapi_rows rows = {&s->api, NULL};
    *ret = (struct photo){false, 0, 0};
    enum rc rc = table_open(s, message, &table, err);
    for (size_t seen = 0; rc == RC_OK; seen += rows.set->cRows) {
        if (seen > ATTACHMENTS_MAX) {
            return err_set(err, RC_TOO_BIG, 0, "it has more than %d attachments", ATTACHMENTS_MAX);
        }
        rc = mapi_next_rows(table, ROWS_A_CALL, &rows, err);
        if (rc != RC_OK || rows.set->cRows == 0) {
            break;
        }
        for (ULONG i = 0; i < rows.set->cRows; i++) {
            if (row_photo(&rows.set->aRow[i], ret)) {
                return RC_OK;
            }
        }
    }
    return rc;
}

/* ---- reading ---- */

static enum rc has_attachments(
    struct mapi_session *s, IMessage *message, bool *ret, struct err *err)
{
    CLEANUP_FINI(mapi_values_fini) struct mapi_values values = {&s->api, NULL, 0};
    enum rc rc = mapi_get_props(
        (IMAPIProp *)message, "IMessage::GetProps", MAPI_TAGS(PR_HASATTACH), &values, err);
    if (rc == RC_OK) { /* a store that does not tell must be looked at */
        const SPropValue *v = mapi_find(values.items, values.count, PR_HASATTACH);
        *ret = !v || v->Value.b;
    }
    return rc;
}

static enum rc photo_bytes(struct mapi_session *s, IMessage *message, const struct photo *photo,
    struct props *props, struct err *err)
{
    CLEANUP(mapi_release) IAttach *attach = NULL;
    CLEANUP_FINI(buf_fini) struct buf bytes = BUF_INIT(MEDIA_PHOTO_MAX);
    enum rc rc = attach_open(s, message, photo->number, false, &attach, err);
    if (rc == RC_OK) {
        rc = value_stream_read(s, (IMAPIProp *)attach, PR_ATTACH_DATA_BIN, &bytes, err);
    }
    if (bytes.overflow) {
        err_fini(err);
        props_set_int(props, size_name, PROP_LONG,
            (int64_t)(photo->size > MEDIA_PHOTO_MAX ? photo->size : MEDIA_PHOTO_MAX + 1));
        return RC_OK;
    }
    if (rc == RC_OK && bytes.len) {
        props_set_binary(props, photo_name, bytes.data, bytes.len);
    }
    return rc;
}

enum rc attach_photo_read(
    struct mapi_session *s, IMessage *message, struct props *props, struct err *err)
{
    static const struct prop_name flag = {SET_ADDRESS, 0x8015, NULL};
    struct photo photo = {false, 0, 0};
    bool any = false;
    enum rc rc = has_attachments(s, message, &any, err);
    if (rc == RC_OK && (any || props_int(props, flag, 0))) {
        rc = photo_find(s, message, &photo, err);
    }
    if (rc == RC_OK && photo.there && photo.size > MEDIA_PHOTO_MAX + SIZE_BESIDE) {
        props_set_int(props, size_name, PROP_LONG, (int64_t)photo.size);
    } else if (rc == RC_OK && photo.there) {
        rc = photo_bytes(s, message, &photo, props, err);
    }
    return rc == RC_OK ? RC_OK : err_prefix(err, "reading the photo");
}

/* ---- writing ---- */

/* What Outlook writes to a photo attachment; [MS-OXOCNTC] section 2.2.1.8.3 wants this name whatever
 * the bytes are. */
static enum rc photo_describe(struct mapi_session *s, IAttach *attach, struct err *err)
{
    wchar_t name[] = L"ContactPicture.jpg", extension[] = L".jpg";
    SPropValue values[7];
    memset(values, 0, sizeof values);
    values[0].ulPropTag = PR_ATTACH_METHOD;
    values[0].Value.l = ATTACH_BY_VALUE;
    values[1].ulPropTag = PR_RENDERING_POSITION;
    values[1].Value.l = -1;
    values[2].ulPropTag = PR_ATTACHMENT_CONTACTPHOTO;
    values[2].Value.b = 1;
    values[3].ulPropTag = PR_DISPLAY_NAME_W;
    values[3].Value.lpszW = name;
    values[4].ulPropTag = PR_ATTACH_FILENAME_W;
    values[4].Value.lpszW = name;
    values[5].ulPropTag = PR_ATTACH_LONG_FILENAME_W;
    values[5].Value.lpszW = name;
    values[6].ulPropTag = PR_ATTACH_EXTENSION_W;
    values[6].Value.lpszW = extension;
    return value_set(s, (IMAPIProp *)attach, values, ARRAY_LEN(values), err);
}

static enum rc photo_new(struct mapi_session *s, IMessage *message, IAttach **ret, struct err *err)
{
    CLEANUP(mapi_release) IAttach *attach = NULL;
    enum rc rc = attach_new(s, message, &attach, err);
    if (rc == RC_OK) {
        rc = photo_describe(s, attach, err);
    }
    if (rc == RC_OK) {
        *ret = TAKE(attach);
    }
    return rc;
}

static enum rc photo_set(struct mapi_session *s, IMessage *message, const unsigned char *data,
    size_t len, struct err *err)
{
    CLEANUP(mapi_release) IAttach *attach = NULL;
    struct photo photo;
    enum rc rc = photo_find(s, message, &photo, err);
    if (rc == RC_OK) {
        rc = photo.there ? attach_open(s, message, photo.number, true, &attach, err)
                         : photo_new(s, message, &attach, err);
    }
    if (rc == RC_OK) {
        rc = value_stream_write(s, (IMAPIProp *)attach, PR_ATTACH_DATA_BIN, data, len, err);
    }
    if (rc == RC_OK) { /* into the open item, which is not stored yet */
        rc = mapi_check(
            s->api.log, "IAttach::SaveChanges", attach->lpVtbl->SaveChanges(attach, 0), err);
    }
    return rc;
}

static enum rc photo_remove(struct mapi_session *s, IMessage *message, struct err *err)
{
    struct photo photo = {false, 0, 0};
    enum rc rc = RC_OK;
    for (int n = 0; rc == RC_OK && n < PHOTOS_MAX; n++) {
        rc = photo_find(s, message, &photo, err);
        if (rc != RC_OK || !photo.there) {
            break;
        }
        rc = mapi_check(s->api.log, "IMessage::DeleteAttach",
            message->lpVtbl->DeleteAttach(message, photo.number, 0, NULL, 0), err);
    }
    return rc;
}

enum rc attach_photo_write(
    struct mapi_session *s, IMessage *message, const struct map_change *change, struct err *err)
{
    size_t len;
    const unsigned char *data = props_binary(&change->set, photo_name, &len);
    bool remove = false;
    for (size_t i = 0; i < change->remove_count; i++) {
        remove = remove || prop_name_equal(change->remove[i], photo_name);
    }
    enum rc rc = data     ? photo_set(s, message, data, len, err)
                 : remove ? photo_remove(s, message, err)
                          : RC_OK;
    return rc == RC_OK ? RC_OK : err_prefix(err, "writing the photo");
}
