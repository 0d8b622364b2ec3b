/* MODRECIP_MODIFY replaces a row by what it is given, so that a row is read with all its columns
 * first, and a value that the table does not show whole is a reason to change nothing. */
#include "mapi/com/recipient.h"

#include "mapi/com/hresult.h"
#include "mapi/com/value.h"

enum {
    ROWS_A_CALL = 500,
    RECIPIENTS_MAX = 5000,
    TEXT_CUT = 255, /* tables may cut texts at this length ([MAPI] "column sets") */
};

/* ---- reading ---- */

static enum rc table_open(struct mapi_session *s, IMessage *message, const SPropTagArray *columns,
    IMAPITable **ret, struct err *err)
{
    CLEANUP(mapi_release) IMAPITable *table = NULL;
    enum rc rc = mapi_check(s->api.log, "IMessage::GetRecipientTable",
        message->lpVtbl->GetRecipientTable(message, MAPI_UNICODE, &table), err);
    if (rc == RC_OK && columns) {
        rc = mapi_check(s->api.log, "IMAPITable::SetColumns",
            table->lpVtbl->SetColumns(table, (SPropTagArray *)(uintptr_t)columns, 0), err);
    }
    if (rc == RC_OK) {
        *ret = TAKE(table);
    }
    return rc;
}

static void row_add(const SRow *row, const struct prop_name *names, const ULONG *tags, size_t count,
    struct props *props)
{
    const SPropValue *number = mapi_find(row->lpProps, row->cValues, PR_ROWID);
    struct props_recipient *r = props_add_recipient(props, number ? (uint32_t)number->Value.l : 0);
    for (size_t i = 0; i < count; i++) {
        const SPropValue *v = mapi_find(row->lpProps, row->cValues, tags[i]);
        if (v) {
            value_add(&r->row, names[i], v);
        }
    }
}

enum rc recipients_read(
    struct mapi_session *s, IMessage *message, struct props *props, struct err *err)
{
    CLEANUP(mapi_release) IMAPITable *table = NULL;
    CLEANUP_FINI(mapi_rows_fini) struct mapi_rows rows = {&s->api, NULL};
    size_t count;
    const struct prop_name *names = map_recipient_properties(&count);
    CLEANUP(mem_free) SPropTagArray *columns = mem_alloc(CbNewSPropTagArray(count + 1));
    columns->cValues = (ULONG)count + 1;
    columns->aulPropTag[count] = PR_ROWID;
    for (size_t i = 0; i < count; i++) {
        columns->aulPropTag[i] = PROP_TAG((ULONG)map_property_type(names[i]), names[i].id);
    }
    enum rc rc = table_open(s, message, columns, &table, err);
    while (rc == RC_OK) {
        rc = mapi_next_rows(table, ROWS_A_CALL, &rows, err);
        if (rc != RC_OK || rows.set->cRows == 0) {
            break;
        }
        if (props->recipient_count + rows.set->cRows > RECIPIENTS_MAX) {
            return err_set(err, RC_TOO_BIG, 0, "more than %d people are invited", RECIPIENTS_MAX);
        }
        for (ULONG i = 0; i < rows.set->cRows; i++) {
            row_add(&rows.set->aRow[i], names, columns->aulPropTag, count, props);
        }
    }
    return rc == RC_OK ? RC_OK : err_prefix(err, "reading who is invited");
}

/* ---- writing ---- */

static enum rc modify(struct mapi_session *s, IMessage *message, ULONG flags,
    const struct value_list *values, struct err *err)
{
    CLEANUP(mem_free) ADRLIST *list = mem_alloc(CbNewADRLIST(1));
    list->cEntries = 1;
    list->aEntries[0].cValues = values->count;
    list->aEntries[0].rgPropVals = values->items;
    return mapi_check(s->api.log, "IMessage::ModifyRecipients",
        message->lpVtbl->ModifyRecipients(message, flags, list), err);
}

static void put_set(struct value_list *values, const struct props *set)
{
    for (size_t i = 0; i < set->count; i++) {
        value_list_put(
            values, PROP_TAG((ULONG)set->items[i].type, set->items[i].name.id), &set->items[i]);
    }
}

static bool is_whole(const SPropValue *v)
{
    return PROP_TYPE(v->ulPropTag) != PT_UNICODE || wcslen(v->Value.lpszW) < TEXT_CUT;
}

/* What a row holds, as far as it is not computed by the table. */
static enum rc keep_row(const SRow *row, struct value_list *values, struct err *err)
{
    for (ULONG i = 0; i < row->cValues; i++) {
        const SPropValue *v = &row->lpProps[i];
        bool absent = PROP_TYPE(v->ulPropTag) == PT_ERROR && v->Value.err == MAPI_E_NOT_FOUND;
        if ((PROP_TYPE(v->ulPropTag) == PT_ERROR && !absent) || !is_whole(v)) {
            return err_set(err, RC_UNSUPPORTED, 0,
                "property 0x%08lX of a guest is too long to be kept", v->ulPropTag);
        }
        if (!absent && PROP_ID(v->ulPropTag) != PROP_ID(PR_INSTANCE_KEY)) {
            value_list_keep(values, v);
        }
    }
    return RC_OK;
}

/* All columns of the row with this number; *rows keeps the memory. */
static enum rc row_find(struct mapi_session *s, IMessage *message, uint32_t number,
    struct mapi_rows *rows, const SRow **ret, struct err *err)
{
    CLEANUP(mapi_release) IMAPITable *table = NULL;
    CLEANUP_FINI(mapi_tags_fini) struct mapi_tags all = {&s->api, NULL};
    enum rc rc = table_open(s, message, NULL, &table, err);
    if (rc == RC_OK) {
        rc = mapi_check(s->api.log, "IMAPITable::QueryColumns",
            table->lpVtbl->QueryColumns(table, TBL_ALL_COLUMNS, &all.array), err);
    }
    if (rc == RC_OK) {
        rc = mapi_check(s->api.log, "IMAPITable::SetColumns",
            table->lpVtbl->SetColumns(table, all.array, 0), err);
    }
    while (rc == RC_OK) {
        rc = mapi_next_rows(table, ROWS_A_CALL, rows, err);
        if (rc != RC_OK || rows->set->cRows == 0) {
            break;
        }
        for (ULONG i = 0; i < rows->set->cRows; i++) {
            const SRow *row = &rows->set->aRow[i];
            const SPropValue *id = mapi_find(row->lpProps, row->cValues, PR_ROWID);
            if (id && (uint32_t)id->Value.l == number) {
                *ret = row;
                return RC_OK;
            }
        }
    }
    return rc == RC_OK ? err_set(err, RC_SERVER, 0, "a guest vanished from the list") : rc;
}

static enum rc recipient_write(struct mapi_session *s, IMessage *message,
    const struct map_recipient_change *change, struct err *err)
{
    static const struct prop_name ROW = {SET_TAG, 0x3000, NULL};
    CLEANUP_FINI(mapi_rows_fini) struct mapi_rows rows = {&s->api, NULL};
    CLEANUP_FINI(value_list_fini) struct value_list values = {NULL, 0, 0, {NULL, 0, 0}};
    const struct prop_value number = {
        .name = ROW, .type = PROP_LONG, .v = {.integer = change->number}};
    const SRow *row = NULL;
    enum rc rc = RC_OK;
    switch (change->kind) {
    case MAP_SUB_CREATE:
        put_set(&values, &change->set);
        return modify(s, message, MODRECIP_ADD, &values, err);
    case MAP_SUB_DELETE:
        value_list_put(&values, PR_ROWID, &number);
        return modify(s, message, MODRECIP_REMOVE, &values, err);
    case MAP_SUB_UPDATE:
        rc = row_find(s, message, change->number, &rows, &row, err);
        rc = rc == RC_OK ? keep_row(row, &values, err) : rc;
        if (rc == RC_OK) {
            put_set(&values, &change->set);
            rc = modify(s, message, MODRECIP_MODIFY, &values, err);
        }
    }
    return rc;
}

enum rc recipients_write(
    struct mapi_session *s, IMessage *message, const struct map_change *change, struct err *err)
{
    static const enum map_sub_kind ORDER[] = {MAP_SUB_UPDATE, MAP_SUB_DELETE, MAP_SUB_CREATE};
    enum rc rc = RC_OK;
    for (size_t step = 0; step < ARRAY_LEN(ORDER); step++) {
        for (size_t i = 0; rc == RC_OK && i < change->recipient_count; i++) {
            if (change->recipients[i].kind == ORDER[step]) {
                rc = recipient_write(s, message, &change->recipients[i], err);
            }
        }
    }
    return rc == RC_OK ? RC_OK : err_prefix(err, "writing who is invited");
}
