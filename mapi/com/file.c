/* One attachment is open at a time, and its bytes go by stream. */
#include "mapi/com/file.h"

#include "client/base/buf.h"
#include "client/item/file.h"
#include "mapi/com/attach_table.h"
#include "mapi/com/hresult.h"
#include "mapi/com/value.h"

enum { SIZE_BESIDE = 64 << 10 }; /* PR_ATTACH_SIZE counts the other properties too */

static const struct prop_name size_name = {SET_TAG, 0x0E20, NULL};

/* ---- reading ---- */

static void row_add(void *user, uint32_t number, struct props *attach)
{
    if (map_is_file(attach)) {
        props_add_file(user, number)->attach = *attach;
        *attach = (struct props){0};
    }
}

/* `room`: how many bytes more the item may have; what does not fit in stays unread. */
static enum rc bytes_read(struct mapi_session *s, IMessage *message, struct props_file *file,
    size_t room, size_t *ret_len, struct err *err)
{
    CLEANUP(mapi_release) IAttach *attach = NULL;
    CLEANUP_FINI(buf_fini) struct buf bytes = BUF_INIT(room < FILE_MAX ? room : FILE_MAX);
    enum rc rc = attach_open(s, message, file->number, false, &attach, err);
    if (rc == RC_OK) {
        rc = value_stream_read(s, (IMAPIProp *)attach, PR_ATTACH_DATA_BIN, &bytes, err);
    }
    if (rc != RC_OK && (bytes.overflow || err->native == MAPI_E_NOT_FOUND)) {
        bool none = !bytes.overflow; /* a file without a byte has no such property */
        err_fini(err);
        if (none) {
            props_set_binary(&file->attach, map_file_data(), "", 0);
        }
        return RC_OK;
    }
    if (rc == RC_OK) {
        props_set_binary(&file->attach, map_file_data(), buf_str(&bytes), bytes.len);
        *ret_len = bytes.len;
    }
    return rc;
}

enum rc attached_files_read(
    struct mapi_session *s, IMessage *message, struct props *props, struct err *err)
{
    size_t count, room = MAP_FILES_MAX;
    const struct prop_name *names = map_file_properties(&count);
    enum rc rc = attach_rows(s, message, names, count, row_add, props, err);
    for (size_t i = 0; rc == RC_OK && i < props->file_count; i++) {
        struct props_file *file = &props->files[i];
        size_t len = 0;
        if (props_int(&file->attach, size_name, 0) <= (int64_t)FILE_MAX + SIZE_BESIDE) {
            rc = bytes_read(s, message, file, room, &len, err);
        }
        room -= len;
    }
    return rc == RC_OK ? RC_OK : err_prefix(err, "reading an attached file");
}

/* ---- writing ---- */

static enum rc file_put(struct mapi_session *s, struct mapi_box *box, IMessage *message,
    const struct map_file_change *change, struct err *err)
{
    CLEANUP(mapi_release) IAttach *attach = NULL;
    struct map_change values = {.set = change->set}; /* borrowed */
    enum rc rc = change->kind == MAP_SUB_CREATE
                     ? attach_new(s, message, &attach, err)
                     : attach_open(s, message, change->number, true, &attach, err);
    if (rc == RC_OK) {
        rc = value_write_change(s, box, (IMAPIProp *)attach, &values, err);
    }
    return rc == RC_OK ? mapi_check(s->api.log, "IAttach::SaveChanges",
                             attach->lpVtbl->SaveChanges(attach, 0), err)
                       : rc;
}

enum rc attached_files_write(struct mapi_session *s, struct mapi_box *box, IMessage *message,
    const struct map_change *change, struct err *err)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < change->file_count; i++) {
        const struct map_file_change *file = &change->files[i];
        rc = file->kind == MAP_SUB_DELETE
                 ? mapi_check(s->api.log, "IMessage::DeleteAttach",
                       message->lpVtbl->DeleteAttach(message, file->number, 0, NULL, 0), err)
                 : file_put(s, box, message, file, err);
    }
    return rc == RC_OK ? RC_OK : err_prefix(err, "writing an attached file");
}
