/* The table of HRESULTs. A code says how far the damage reaches (client/base/rc.h). Of "not found"
 * it depends on who was asked: a table or a property that is missing says nothing of the item, so
 * the table calls that a failure of Outlook and mapi_check_exists knows better. */
#include "mapi/com/hresult.h"

#include "client/base/mem.h"

#include <stdio.h>

struct hresult_row {
    HRESULT hr;
    const char *name;
    enum rc rc;
    const char *words;
};

static const struct hresult_row rows[] = {
    {S_OK, "S_OK", RC_OK, "done"},
    {MAPI_W_NO_SERVICE, "MAPI_W_NO_SERVICE", RC_OK, "done, a service is missing"},
    {MAPI_W_ERRORS_RETURNED, "MAPI_W_ERRORS_RETURNED", RC_OK, "done, some values are missing"},
    {MAPI_W_POSITION_CHANGED, "MAPI_W_POSITION_CHANGED", RC_OK, "done, the table changed"},
    {MAPI_W_APPROX_COUNT, "MAPI_W_APPROX_COUNT", RC_OK, "done, the count is a guess"},
    {MAPI_W_CANCEL_MESSAGE, "MAPI_W_CANCEL_MESSAGE", RC_OK, "done, cancelled"},
    {MAPI_W_PARTIAL_COMPLETION, "MAPI_W_PARTIAL_COMPLETION", RC_OK, "done in part"},

    /* the item */
    {MAPI_E_NOT_FOUND, "MAPI_E_NOT_FOUND", RC_SERVER, "not found"},
    {MAPI_E_OBJECT_DELETED, "MAPI_E_OBJECT_DELETED", RC_SERVER, "it was deleted meanwhile"},
    {MAPI_E_OBJECT_CHANGED, "MAPI_E_OBJECT_CHANGED", RC_CONFLICT,
        "somebody else changed it meanwhile"},
    {MAPI_E_COLLISION, "MAPI_E_COLLISION", RC_CONFLICT, "one of that name exists already"},
    {MAPI_E_SUBMITTED, "MAPI_E_SUBMITTED", RC_CONFLICT, "Outlook is sending it"},
    {MAPI_E_NO_ACCESS, "MAPI_E_NO_ACCESS", RC_READONLY, "no permission"},
    {MAPI_E_INVALID_ENTRYID, "MAPI_E_INVALID_ENTRYID", RC_INVALID,
        "the id is not one of this store"},
    {MAPI_E_UNKNOWN_ENTRYID, "MAPI_E_UNKNOWN_ENTRYID", RC_INVALID, "no store knows this id"},
    {MAPI_E_INVALID_OBJECT, "MAPI_E_INVALID_OBJECT", RC_INVALID,
        "the object is not valid any more"},
    {MAPI_E_CORRUPT_DATA, "MAPI_E_CORRUPT_DATA", RC_INVALID, "the data is damaged"},
    {MAPI_E_BAD_VALUE, "MAPI_E_BAD_VALUE", RC_INVALID, "Outlook does not accept this value"},
    {MAPI_E_INVALID_TYPE, "MAPI_E_INVALID_TYPE", RC_INVALID, "the type of the value is wrong"},
    {MAPI_E_UNEXPECTED_TYPE, "MAPI_E_UNEXPECTED_TYPE", RC_INVALID,
        "the type of the value is unexpected"},
    {MAPI_E_UNEXPECTED_ID, "MAPI_E_UNEXPECTED_ID", RC_INVALID, "the property id is unexpected"},
    {MAPI_E_TYPE_NO_SUPPORT, "MAPI_E_TYPE_NO_SUPPORT", RC_UNSUPPORTED, "the type is not supported"},
    {MAPI_E_NO_SUPPORT, "MAPI_E_NO_SUPPORT", RC_UNSUPPORTED, "this store cannot do that"},
    {MAPI_E_INTERFACE_NOT_SUPPORTED, "MAPI_E_INTERFACE_NOT_SUPPORTED", RC_UNSUPPORTED,
        "this store cannot do that"},
    {MAPI_E_TOO_COMPLEX, "MAPI_E_TOO_COMPLEX", RC_UNSUPPORTED, "too complex for this store"},
    {MAPI_E_COMPUTED, "MAPI_E_COMPUTED", RC_READONLY, "Outlook computes this value itself"},
    {MAPI_E_TOO_BIG, "MAPI_E_TOO_BIG", RC_TOO_BIG, "too big"},
    {MAPI_E_STRING_TOO_LONG, "MAPI_E_STRING_TOO_LONG", RC_TOO_BIG, "the text is too long"},
    {MAPI_E_TABLE_TOO_BIG, "MAPI_E_TABLE_TOO_BIG", RC_TOO_BIG, "the table is too big"},
    {STG_E_ACCESSDENIED, "STG_E_ACCESSDENIED", RC_READONLY, "no permission"},
    {STG_E_MEDIUMFULL, "STG_E_MEDIUMFULL", RC_IO, "the disk is full"},

    /* the listing */
    {MAPI_E_TABLE_EMPTY, "MAPI_E_TABLE_EMPTY", RC_INCOMPLETE, "the table is empty"},
    {MAPI_E_BUSY, "MAPI_E_BUSY", RC_INCOMPLETE, "Outlook is busy with it"},
    {MAPI_E_UNABLE_TO_COMPLETE, "MAPI_E_UNABLE_TO_COMPLETE", RC_INCOMPLETE,
        "Outlook could not finish it"},

    /* the session or the store */
    {MAPI_E_NOT_INITIALIZED, "MAPI_E_NOT_INITIALIZED", RC_OFFLINE,
        "Outlook is not installed or cannot be used here"},
    {MAPI_E_VERSION, "MAPI_E_VERSION", RC_OFFLINE, "this version of Outlook does not fit"},
    {MAPI_E_LOGON_FAILED, "MAPI_E_LOGON_FAILED", RC_AUTH,
        "Outlook has no default profile, or it cannot be opened without asking"},
    {MAPI_E_UNCONFIGURED, "MAPI_E_UNCONFIGURED", RC_AUTH,
        "the Outlook profile is not set up completely"},
    {MAPI_E_USER_CANCEL, "MAPI_E_USER_CANCEL", RC_AUTH, "it would have to ask the user"},
    {MAPI_E_PASSWORD_CHANGE_REQUIRED, "MAPI_E_PASSWORD_CHANGE_REQUIRED", RC_AUTH,
        "the password must be changed"},
    {MAPI_E_PASSWORD_EXPIRED, "MAPI_E_PASSWORD_EXPIRED", RC_AUTH, "the password has expired"},
    {MAPI_E_ACCOUNT_DISABLED, "MAPI_E_ACCOUNT_DISABLED", RC_AUTH, "the account is disabled"},
    {MAPI_E_SESSION_LIMIT, "MAPI_E_SESSION_LIMIT", RC_OFFLINE, "Outlook allows no further session"},
    {MAPI_E_FAILONEPROVIDER, "MAPI_E_FAILONEPROVIDER", RC_OFFLINE,
        "this store cannot be opened now"},
    {MAPI_E_END_OF_SESSION, "MAPI_E_END_OF_SESSION", RC_OFFLINE, "the Outlook session has ended"},
    {MAPI_E_NETWORK_ERROR, "MAPI_E_NETWORK_ERROR", RC_OFFLINE,
        "Outlook cannot reach the mail server"},
    {MAPI_E_TIMEOUT, "MAPI_E_TIMEOUT", RC_OFFLINE, "Outlook did not answer in time"},
    {MAPI_E_WAIT, "MAPI_E_WAIT", RC_OFFLINE, "Outlook did not answer in time"},
    {MAPI_E_CANCEL, "MAPI_E_CANCEL", RC_OFFLINE, "Outlook cancelled it"},
    {MAPI_E_CORRUPT_STORE, "MAPI_E_CORRUPT_STORE", RC_SERVER,
        "the data file is damaged, repair it in Outlook"},
    {MAPI_E_DISK_ERROR, "MAPI_E_DISK_ERROR", RC_IO, "the disk failed"},
    {MAPI_E_NOT_ENOUGH_DISK, "MAPI_E_NOT_ENOUGH_DISK", RC_IO, "the disk or the mailbox is full"},
    {MAPI_E_NOT_ENOUGH_RESOURCES, "MAPI_E_NOT_ENOUGH_RESOURCES", RC_SERVER,
        "Outlook is out of resources"},
    {MAPI_E_NOT_ENOUGH_MEMORY, "MAPI_E_NOT_ENOUGH_MEMORY", RC_SERVER, "Outlook is out of memory"},
    {MAPI_E_CALL_FAILED, "MAPI_E_CALL_FAILED", RC_SERVER, "Outlook failed and does not say why"},
    {MAPI_E_EXTENDED_ERROR, "MAPI_E_EXTENDED_ERROR", RC_SERVER, "Outlook failed"},
    {MAPI_E_UNKNOWN_CPID, "MAPI_E_UNKNOWN_CPID", RC_SERVER, "Outlook does not know the code page"},
    {MAPI_E_UNKNOWN_LCID, "MAPI_E_UNKNOWN_LCID", RC_SERVER, "Outlook does not know the language"},

    /* what only a mistake of ours brings about */
    {MAPI_E_INVALID_PARAMETER, "MAPI_E_INVALID_PARAMETER", RC_INTERNAL, "wrong argument"},
    {MAPI_E_UNKNOWN_FLAGS, "MAPI_E_UNKNOWN_FLAGS", RC_INTERNAL, "wrong flags"},
    {MAPI_E_BAD_CHARWIDTH, "MAPI_E_BAD_CHARWIDTH", RC_INTERNAL, "wrong kind of text"},
    {MAPI_E_BAD_COLUMN, "MAPI_E_BAD_COLUMN", RC_INTERNAL, "wrong column"},
    {MAPI_E_INVALID_BOOKMARK, "MAPI_E_INVALID_BOOKMARK", RC_INTERNAL, "wrong bookmark"},
    {MAPI_E_MISSING_REQUIRED_COLUMN, "MAPI_E_MISSING_REQUIRED_COLUMN", RC_INTERNAL,
        "a column is missing"},
    {E_NOTIMPL, "E_NOTIMPL", RC_UNSUPPORTED, "this store cannot do that"},
};

static const struct hresult_row *hresult_find(HRESULT hr)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].hr == hr) {
            return &rows[i];
        }
    }
    return NULL;
}

const char *hresult_name(HRESULT hr, char room[HRESULT_ROOM])
{
    const struct hresult_row *row = hresult_find(hr);
    if (row) {
        return row->name;
    }
    snprintf(room, HRESULT_ROOM, "0x%08lX", (unsigned long)hr);
    return room;
}

enum rc mapi_check(const struct log *log, const char *call, HRESULT hr, struct err *err)
{
    const struct hresult_row *row = hresult_find(hr);
    char room[HRESULT_ROOM];
    const char *name = hresult_name(hr, room);
    if (SUCCEEDED(hr)) {
        log_line(log, LOG_LEVEL_TRACE, "mapi", "%s %s", call, name);
        return RC_OK;
    }
    log_line(log, LOG_LEVEL_DEBUG, "mapi", "%s %s", call, name);
    return err_set(err, row ? row->rc : RC_SERVER, hr, "%s: %s (%s)", call,
        row ? row->words : "Outlook failed", name);
}

enum rc mapi_check_exists(const struct log *log, const char *call, HRESULT hr, struct err *err)
{
    enum rc rc = mapi_check(log, call, hr, err);
    if (hr == MAPI_E_NOT_FOUND || hr == MAPI_E_OBJECT_DELETED) {
        return err_set(err, RC_NOT_FOUND, hr, "%s", err_text(err));
    }
    return rc;
}
