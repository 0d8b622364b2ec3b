/* One pass over few columns with many rows a call: a folder of 10,000 items takes ten calls. */
#include "mapi/com/table.h"

#include "client/base/buf.h"
#include "client/platform/win32/text.h"
#include "mapi/com/hresult.h"
#include "mapi/com/message.h"

enum { ROWS_A_CALL = 1000, ROWS_MAX = 2000000 };

static enum rc table_open(struct mapi_session *s, struct folder *f, const SPropTagArray *columns,
    IMAPITable **ret, struct err *err)
{
    CLEANUP(mapi_release) IMAPITable *table = NULL;
    enum rc rc = mapi_check(s->api.log, "IMAPIFolder::GetContentsTable",
        f->object->lpVtbl->GetContentsTable(f->object, MAPI_UNICODE, &table), err);
    if (rc == RC_OK) {
        rc = mapi_check(s->api.log, "IMAPITable::SetColumns",
            table->lpVtbl->SetColumns(table, (SPropTagArray *)(uintptr_t)columns, 0), err);
    }
    if (rc == RC_OK) {
        *ret = TAKE(table);
    }
    return rc;
}

static enum rc table_count(
    struct mapi_session *s, IMAPITable *table, ULONG *ret, bool *ret_exact, struct err *err)
{
    HRESULT hr = table->lpVtbl->GetRowCount(table, 0, ret);
    *ret_exact = hr == S_OK;
    return mapi_check(s->api.log, "IMAPITable::GetRowCount", hr, err);
}

/* False if the row does not say what it is. */
static bool changes_add(struct store_changes *changes, enum item_kind kind, const SRow *row)
{
    const SBinary *id = mapi_find_binary(row->lpProps, row->cValues, PR_ENTRYID);
    CLEANUP(mem_free)
    char *class = win32_utf8(mapi_find_text(row->lpProps, row->cValues, PR_MESSAGE_CLASS_W));
    if (!id || !class) {
        return false;
    }
    if (map_kind_of_class(class) == (int)kind) {
        CLEANUP(mem_free) char *hex = hex_encode(id->lpb, id->cb);
        CLEANUP(mem_free) char *version = message_version(row->lpProps, row->cValues);
        store_changes_add(changes, hex, version, false);
    }
    return true;
}

static enum rc read_rows(struct mapi_session *s, IMAPITable *table, enum item_kind kind,
    struct store_changes *changes, struct err *err)
{
    CLEANUP_FINI(mapi_rows_fini) struct mapi_rows rows = {&s->api, NULL};
    ULONG before, after, seen = 0;
    bool exact_before, exact_after, clear = true;
    enum rc rc = table_count(s, table, &before, &exact_before, err);
    while (rc == RC_OK) {
        rc = mapi_next_rows(table, ROWS_A_CALL, &rows, err);
        if (rc != RC_OK || rows.set->cRows == 0) {
            break;
        }
        seen += rows.set->cRows;
        if (seen > ROWS_MAX) {
            return err_set(err, RC_TOO_BIG, 0, "the folder holds more than %d items", ROWS_MAX);
        }
        for (ULONG i = 0; i < rows.set->cRows; i++) {
            clear = changes_add(changes, kind, &rows.set->aRow[i]) && clear;
        }
    }
    if (rc == RC_OK) {
        rc = table_count(s, table, &after, &exact_after, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    if (seen < before && seen < after) {
        return err_set(err, RC_INCOMPLETE, 0, "Outlook listed %lu of %lu items", seen, before);
    }
    changes->full = true;
    changes->proven = clear && exact_before && exact_after && before == after && before == seen;
    return RC_OK;
}

enum rc table_changes(struct mapi_session *s, struct folder *f, enum item_kind kind,
    struct store_changes *ret, struct err *err)
{
    CLEANUP(mapi_release) IMAPITable *table = NULL;
    struct store_changes changes = {NULL, 0, 0, false, false, NULL};
    enum rc rc = table_open(s, f,
        MAPI_TAGS(PR_ENTRYID, PR_LAST_MODIFICATION_TIME, PR_CHANGE_KEY, PR_MESSAGE_CLASS_W), &table,
        err);
    if (rc == RC_OK) {
        rc = read_rows(s, table, kind, &changes, err);
    }
    if (rc != RC_OK) {
        store_changes_fini(&changes);
        return err_prefix(err, "listing the Outlook folder");
    }
    *ret = changes;
    return RC_OK;
}

/* ---- stamps ---- */

static enum rc restrict_to(
    struct mapi_session *s, IMAPITable *table, ULONG tag, const wchar_t *stamp, struct err *err)
{
    SPropValue value = {.ulPropTag = tag};
    value.Value.lpszW = (wchar_t *)(uintptr_t)stamp;
    SRestriction r;
    memset(&r, 0, sizeof r);
    r.rt = RES_PROPERTY;
    r.res.resProperty.relop = RELOP_EQ;
    r.res.resProperty.ulPropTag = tag;
    r.res.resProperty.lpProp = &value;
    return mapi_check(
        s->api.log, "IMAPITable::Restrict", table->lpVtbl->Restrict(table, &r, 0), err);
}

/* Compares itself too, so that a store whose Restrict is lax or missing gives the same answer. */
static enum rc scan_for(struct mapi_session *s, IMAPITable *table, ULONG tag, const wchar_t *stamp,
    char **ret_id, struct err *err)
{
    CLEANUP_FINI(mapi_rows_fini) struct mapi_rows rows = {&s->api, NULL};
    for (;;) {
        enum rc rc = mapi_next_rows(table, ROWS_A_CALL, &rows, err);
        if (rc != RC_OK) {
            return rc;
        }
        if (rows.set->cRows == 0) {
            return err_set(err, RC_NOT_FOUND, 0, "no item carries this stamp");
        }
        for (ULONG i = 0; i < rows.set->cRows; i++) {
            const SRow *row = &rows.set->aRow[i];
            const SBinary *id = mapi_find_binary(row->lpProps, row->cValues, PR_ENTRYID);
            const wchar_t *text = mapi_find_text(row->lpProps, row->cValues, tag);
            if (id && text && wcscmp(text, stamp) == 0) {
                *ret_id = hex_encode(id->lpb, id->cb);
                return RC_OK;
            }
        }
    }
}

enum rc table_find_stamp(struct mapi_session *s, struct folder *f, enum item_kind kind,
    const char *stamp, char **ret_id, struct err *err)
{
    static const struct prop_name stamp_name = {SET_LOCKSTEP, 0, "Stamp"};
    ULONG tag = 0;
    (void)kind; /* a stamp is unique whatever the kind */
    enum rc rc = mapi_box_tag(s, f->box, stamp_name, PROP_UNICODE, false, &tag, err);
    if (rc != RC_OK) {
        return rc;
    }
    if (tag == 0) {
        return err_set(err, RC_NOT_FOUND, 0, "no item of this mailbox carries a stamp");
    }
    CLEANUP(mapi_release) IMAPITable *table = NULL;
    CLEANUP(mem_free) wchar_t *wide = win32_wide(stamp);
    rc = table_open(s, f, MAPI_TAGS(PR_ENTRYID, tag), &table, err);
    if (rc == RC_OK) {
        rc = restrict_to(s, table, tag, wide, err);
        if (rc == RC_UNSUPPORTED) {
            rc = RC_OK; /* MAPI_E_TOO_COMPLEX: look through all rows */
        }
    }
    return rc == RC_OK ? scan_for(s, table, tag, wide, ret_id, err) : rc;
}
