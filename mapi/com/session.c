/* Logging on and off, and the stores of the profile. Named properties are in names.c. */
#include "mapi/com/session.h"

#include "client/base/buf.h"
#include "client/platform/win32/text.h"
#include "mapi/com/hresult.h"

/* Providers by PR_MDB_PROVIDER (edkmdb.h: pbExchangeProviderPublicGuid,
 * pbExchangeProviderDelegateGuid). */
static const unsigned char provider_public[16] = {
    0x78, 0xb2, 0xfa, 0x70, 0xaf, 0xf7, 0x11, 0xcd, 0x9b, 0xc8, 0x00, 0xaa, 0x00, 0x2f, 0xc4, 0x5a};
static const unsigned char provider_delegate[16] = {
    0x9e, 0xb4, 0x77, 0x00, 0x74, 0xe4, 0x11, 0xce, 0x8c, 0x5e, 0x00, 0xaa, 0x00, 0x42, 0x54, 0xe2};

enum { STORES_MAX = 1000 };

void mapi_id_fini(struct mapi_id *id)
{
    free(id->data);
    *id = (struct mapi_id){NULL, 0};
}

void mapi_id_set(struct mapi_id *id, const SBinary *value)
{
    mapi_id_fini(id);
    if (value && value->cb) {
        id->data = mem_dup(value->lpb, value->cb);
        id->len = value->cb;
    }
}

static void box_free(struct mapi_box *box)
{
    if (!box) {
        return;
    }
    if (box->store) {
        box->store->lpVtbl->Release(box->store);
    }
    for (int kind = 0; kind < ITEM_KINDS; kind++) {
        free(box->tags[kind]);
    }
    mapi_id_fini(&box->top);
    mapi_id_fini(&box->deleted);
    free(box->id);
    free(box);
}
DEFINE_CLEANUP(struct mapi_box *, box_free);

/* ---- log on and off ---- */

enum rc mapi_session_new(const struct log *log, struct mapi_session **ret, struct err *err)
{
    CLEANUP(mapi_session_free) struct mapi_session *s = NEW(struct mapi_session);
    enum rc rc = mapi_api_load(log, &s->api, err);
    if (rc != RC_OK) {
        return rc;
    }
    /* COM is the caller's; notifications, if any are asked for, come on a thread of MAPI's own. */
    MAPIINIT_0 init = {MAPI_INIT_VERSION, MAPI_NO_COINIT | MAPI_MULTITHREAD_NOTIFICATIONS};
    rc = mapi_check(log, "MAPIInitialize", s->api.initialize(&init), err);
    if (rc != RC_OK) {
        return rc;
    }
    s->initialized = true;
    /* NEW_SESSION: else we would be given whatever profile another program has open. NO_MAIL: the
     * spooler never hears of this session, so that nothing can be sent through it. TIMEOUT_SHORT
     * and no LOGON_UI: fail rather than wait for a person. */
    ULONG flags =
        MAPI_EXTENDED | MAPI_USE_DEFAULT | MAPI_NEW_SESSION | MAPI_NO_MAIL | MAPI_TIMEOUT_SHORT;
    rc = mapi_check(log, "MAPILogonEx", s->api.logon_ex(0, NULL, NULL, flags, &s->session), err);
    if (rc != RC_OK) {
        s->session = NULL;
        return err_prefix(err, "cannot open the default Outlook profile");
    }
    *ret = TAKE(s);
    return RC_OK;
}

void mapi_session_free(struct mapi_session *s)
{
    if (!s) {
        return;
    }
    for (size_t i = 0; i < s->box_count; i++) {
        box_free(s->boxes[i]);
    }
    free(s->boxes);
    if (s->session) {
        struct err ignored = ERR_INIT; /* the session is gone in any case; the call is in the log */
        if (mapi_check(s->api.log, "IMAPISession::Logoff",
                s->session->lpVtbl->Logoff(s->session, 0, 0, 0), &ignored) != RC_OK) {
            err_fini(&ignored);
        }
        s->session->lpVtbl->Release(s->session);
    }
    if (s->initialized) {
        s->api.uninitialize();
    }
    free(s);
}

/* ---- the table of stores ---- */

void mapi_store_rows_fini(struct mapi_store_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        free(rows->items[i].id);
        free(rows->items[i].name);
    }
    free(rows->items);
    *rows = (struct mapi_store_rows){NULL, 0, 0};
}

static void store_rows_add(struct mapi_store_rows *rows, const SRow *row)
{
    const SBinary *id = mapi_find_binary(row->lpProps, row->cValues, PR_ENTRYID);
    if (!id) {
        return; /* a store that failed to load has a row without id */
    }
    const SBinary *provider = mapi_find_binary(row->lpProps, row->cValues, PR_MDB_PROVIDER);
    const SPropValue *is_default = mapi_find(row->lpProps, row->cValues, PR_DEFAULT_STORE);
    const wchar_t *name = mapi_find_text(row->lpProps, row->cValues, PR_DISPLAY_NAME_W);
    ARRAY_RESERVE(rows->items, rows->count, rows->cap);
    rows->items[rows->count++] = (struct mapi_store_row){
        .id = hex_encode(id->lpb, id->cb),
        .name = win32_utf8(name ? name : L"(no name)"),
        .is_default = is_default && is_default->Value.b,
        .is_public =
            provider && provider->cb == 16 && memcmp(provider->lpb, provider_public, 16) == 0,
        .is_other =
            provider && provider->cb == 16 && memcmp(provider->lpb, provider_delegate, 16) == 0,
    };
}

enum rc mapi_session_stores(struct mapi_session *s, struct mapi_store_rows *ret, struct err *err)
{
    CLEANUP(mapi_release) IMAPITable *table = NULL;
    CLEANUP_FINI(mapi_rows_fini) struct mapi_rows rows = {&s->api, NULL};
    CLEANUP_FINI(mapi_store_rows_fini) struct mapi_store_rows found = {NULL, 0, 0};
    enum rc rc = mapi_check(s->api.log, "IMAPISession::GetMsgStoresTable",
        s->session->lpVtbl->GetMsgStoresTable(s->session, 0, &table), err);
    if (rc == RC_OK) {
        rc = mapi_check(s->api.log, "IMAPITable::SetColumns",
            table->lpVtbl->SetColumns(table,
                (SPropTagArray *)(uintptr_t)MAPI_TAGS(
                    PR_ENTRYID, PR_DISPLAY_NAME_W, PR_DEFAULT_STORE, PR_MDB_PROVIDER),
                0),
            err);
    }
    while (rc == RC_OK) {
        rc = mapi_next_rows(table, 100, &rows, err);
        if (rc != RC_OK || rows.set->cRows == 0 || found.count > STORES_MAX) {
            break;
        }
        for (ULONG i = 0; i < rows.set->cRows; i++) {
            store_rows_add(&found, &rows.set->aRow[i]);
        }
    }
    if (rc != RC_OK) {
        return err_prefix(err, "listing the mailboxes of the Outlook profile");
    }
    *ret = found;
    found = (struct mapi_store_rows){NULL, 0, 0};
    return RC_OK;
}

/* ---- one store ---- */

static enum rc box_read_places(struct mapi_session *s, struct mapi_box *box, struct err *err)
{
    CLEANUP_FINI(mapi_values_fini) struct mapi_values values = {&s->api, NULL, 0};
    enum rc rc = mapi_get_props((IMAPIProp *)box->store, "IMsgStore::GetProps",
        MAPI_TAGS(PR_IPM_SUBTREE_ENTRYID, PR_IPM_WASTEBASKET_ENTRYID, PR_MDB_PROVIDER,
            PR_IPM_PUBLIC_FOLDERS_ENTRYID),
        &values, err);
    if (rc != RC_OK) {
        return rc;
    }
    const SBinary *provider = mapi_find_binary(values.items, values.count, PR_MDB_PROVIDER);
    box->is_public =
        provider && provider->cb == 16 && memcmp(provider->lpb, provider_public, 16) == 0;
    mapi_id_set(
        &box->top, mapi_find_binary(values.items, values.count,
                       box->is_public ? PR_IPM_PUBLIC_FOLDERS_ENTRYID : PR_IPM_SUBTREE_ENTRYID));
    mapi_id_set(
        &box->deleted, mapi_find_binary(values.items, values.count, PR_IPM_WASTEBASKET_ENTRYID));
    return RC_OK;
}

enum rc mapi_session_box(
    struct mapi_session *s, const char *id, struct mapi_box **ret, struct err *err)
{
    for (size_t i = 0; i < s->box_count; i++) {
        if (str_ieq(s->boxes[i]->id, id)) {
            *ret = s->boxes[i];
            return RC_OK;
        }
    }
    size_t len;
    CLEANUP(mem_free) unsigned char *entry = hex_decode(id, &len);
    if (!entry || len == 0 || len > 0x10000) {
        return err_set(err, RC_INVALID, 0, "\"%.80s\" is not the id of an Outlook mailbox", id);
    }
    CLEANUP(box_free) struct mapi_box *box = NEW(struct mapi_box);
    box->id = str_lower(id);
    enum rc rc = mapi_check(s->api.log, "IMAPISession::OpenMsgStore",
        s->session->lpVtbl->OpenMsgStore(s->session, 0, (ULONG)len, (ENTRYID *)(void *)entry, NULL,
            MAPI_BEST_ACCESS | MDB_NO_DIALOG | MDB_NO_MAIL, &box->store),
        err);
    if (rc != RC_OK) {
        box->store = NULL;
    } else {
        rc = box_read_places(s, box, err);
    }
    if (rc != RC_OK) {
        return err_prefix(err, "opening an Outlook mailbox");
    }
    ARRAY_RESERVE(s->boxes, s->box_count, s->box_cap);
    *ret = s->boxes[s->box_count++] = TAKE(box);
    return RC_OK;
}

enum rc mapi_box_open(struct mapi_session *s, struct mapi_box *box, const void *id, size_t len,
    ULONG type, bool write, void *ret_object, struct err *err)
{
    CLEANUP(mapi_release) IUnknown *object = NULL;
    ULONG found = 0;
    enum rc rc = mapi_check_exists(s->api.log, "IMsgStore::OpenEntry",
        box->store->lpVtbl->OpenEntry(box->store, (ULONG)len, (ENTRYID *)(uintptr_t)id, NULL,
            write ? MAPI_MODIFY : 0, &found, &object),
        err);
    if (rc != RC_OK) {
        object = NULL;
        return rc;
    }
    if (found != type) {
        return err_set(
            err, RC_INVALID, 0, "the id is that of an object of type %lu, not %lu", found, type);
    }
    IUnknown *taken = TAKE(object);
    memcpy(ret_object, &taken, sizeof taken);
    return RC_OK;
}

bool mapi_box_same(struct mapi_session *s, struct mapi_box *box, const struct mapi_id *a,
    const void *b, size_t b_len)
{
    if (!a->len || !b_len) {
        return false;
    }
    if (a->len == b_len && memcmp(a->data, b, b_len) == 0) {
        return true;
    }
    ULONG same = FALSE;
    struct err ignored = ERR_INIT; /* ids of another kind are refused: then they are not the same */
    enum rc rc = mapi_check(s->api.log, "IMsgStore::CompareEntryIDs",
        box->store->lpVtbl->CompareEntryIDs(box->store, (ULONG)a->len, (ENTRYID *)(void *)a->data,
            (ULONG)b_len, (ENTRYID *)(uintptr_t)b, 0, &same),
        &ignored);
    err_fini(&ignored);
    return rc == RC_OK && same;
}
