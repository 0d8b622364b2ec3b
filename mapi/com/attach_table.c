/* The rows of an attachment table hold all that is small of an attachment, so that only those are opened
 * of which more is wanted. */
#include "mapi/com/attach_table.h"

#include "mapi/com/hresult.h"
#include "mapi/com/value.h"
#include "mapi/map/map.h"

enum { ROWS_A_CALL = 500, ATTACHMENTS_MAX = 20000 };

static enum rc table_open(struct mapi_session *s, IMessage *message, const ULONG *tags,
    size_t count, IMAPITable **ret, struct err *err)
{
    CLEANUP(mapi_release) IMAPITable *table = NULL;
    CLEANUP(mem_free) SPropTagArray *columns = mem_alloc(CbNewSPropTagArray(count + 1));
    columns->cValues = (ULONG)count + 1;
    columns->aulPropTag[0] = PR_ATTACH_NUM;
    for (size_t i = 0; i < count; i++) {
        columns->aulPropTag[i + 1] = tags[i];
    }
    enum rc rc = mapi_check(s->api.log, "IMessage::GetAttachmentTable",
        message->lpVtbl->GetAttachmentTable(message, MAPI_UNICODE, &table), err);
    if (rc == RC_OK) {
        rc = mapi_check(s->api.log, "IMAPITable::SetColumns",
            table->lpVtbl->SetColumns(table, columns, 0), err);
    }
    if (rc == RC_OK) {
        *ret = TAKE(table);
    }
    return rc;
}

static void row_values(const SRow *row, const struct prop_name *names, const ULONG *tags,
    size_t count, struct props *ret)
{
    for (size_t i = 0; i < count; i++) {
        const SPropValue *v = mapi_find(row->lpProps, row->cValues, tags[i]);
        if (v) {
            value_add(ret, names[i], v);
        }
    }
}

enum rc attach_rows(struct mapi_session *s, IMessage *message, const struct prop_name *names,
    size_t count, void (*f)(void *user, uint32_t number, struct props *attach), void *user,
    struct err *err)
{
    CLEANUP(mapi_release) IMAPITable *table = NULL;
    CLEANUP_FINI(mapi_rows_fini) struct mapi_rows rows = {&s->api, NULL};
    CLEANUP(mem_free) ULONG *tags = mem_alloc((count + 1) * sizeof *tags);
    for (size_t i = 0; i < count; i++) {
        tags[i] = PROP_TAG((ULONG)map_property_type(names[i]), names[i].id);
    }
    enum rc rc = table_open(s, message, tags, count, &table, err);
    for (size_t seen = 0; rc == RC_OK; seen += rows.set->cRows) {
        if (seen > ATTACHMENTS_MAX) {
            return err_set(err, RC_TOO_BIG, 0, "it has more than %d attachments", ATTACHMENTS_MAX);
        }
        rc = mapi_next_rows(table, ROWS_A_CALL, &rows, err);
        if (rc != RC_OK || rows.set->cRows == 0) {
            break;
        }
        for (ULONG i = 0; i < rows.set->cRows; i++) {
            const SRow *row = &rows.set->aRow[i];
            const SPropValue *number = mapi_find(row->lpProps, row->cValues, PR_ATTACH_NUM);
            CLEANUP_FINI(props_fini) struct props attach = {0};
            row_values(row, names, tags, count, &attach);
            if (number) {
                f(user, (uint32_t)number->Value.l, &attach);
            }
        }
    }
    return rc;
}

enum rc attach_open(struct mapi_session *s, IMessage *message, uint32_t number, bool write,
    IAttach **ret, struct err *err)
{
    CLEANUP(mapi_release) IAttach *attach = NULL;
    enum rc rc = mapi_check(s->api.log, "IMessage::OpenAttach",
        message->lpVtbl->OpenAttach(message, number, NULL, write ? MAPI_MODIFY : 0, &attach), err);
    if (rc == RC_OK) {
        *ret = TAKE(attach);
    }
    return rc;
}

enum rc attach_new(struct mapi_session *s, IMessage *message, IAttach **ret, struct err *err)
{
    CLEANUP(mapi_release) IAttach *attach = NULL;
    ULONG number;
    enum rc rc = mapi_check(s->api.log, "IMessage::CreateAttach",
        message->lpVtbl->CreateAttach(message, NULL, 0, &number, &attach), err);
    if (rc == RC_OK) {
        *ret = TAKE(attach);
    }
    return rc;
}
