/* The primary identity of the session: IMAPISession::QueryIdentity and the entry it names. The address
 * is PidTagSmtpAddress; where the entry is no Exchange one, PidTagEmailAddress is it. An Exchange entry
 * lists further addresses that reach the person ("smtp:..." in PidTagAddressBookProxyAddresses): an
 * invitation may have come to any of them. */
#include "mapi/com/identity.h"

#include "client/base/buf.h"
#include "client/platform/win32/text.h"
#include "mapi/com/hresult.h"

#define ADDRESSES_MAX 100

static void add(struct json *list, const wchar_t *wide)
{
    CLEANUP(mem_free) char *address = wide ? win32_utf8(wide) : NULL;
    const char *plain = address && str_istarts(address, "smtp:") ? address + 5 : address;
    for (const struct json *a = json_first(list); a && plain; a = json_next(a)) {
        plain = str_ieq(json_str_value(a), plain) ? NULL : plain;
    }
    if (plain && strchr(plain, '@') && json_count(list) < ADDRESSES_MAX) {
        json_append(list, json_str(plain));
    }
}

static void add_all(struct json *list, const struct mapi_values *v)
{
    const wchar_t *type = mapi_find_text(v->items, v->count, PR_ADDRTYPE_W);
    CLEANUP(mem_free) char *word = type ? win32_utf8(type) : NULL;
    add(list, mapi_find_text(v->items, v->count, PR_SMTP_ADDRESS_W));
    if (str_ieq(word, "SMTP")) {
        add(list, mapi_find_text(v->items, v->count, PR_EMAIL_ADDRESS_W));
    }
    const SPropValue *proxies = mapi_find(v->items, v->count, PR_EMS_AB_PROXY_ADDRESSES_W);
    for (ULONG i = 0; proxies && i < proxies->Value.MVszW.cValues; i++) {
        const wchar_t *one = proxies->Value.MVszW.lppszW[i];
        if (one && _wcsnicmp(one, L"smtp:", 5) == 0) { /* others are X400:, SIP:, ... */
            add(list, one);
        }
    }
}

static enum rc read_entry(
    struct mapi_session *s, ULONG len, ENTRYID *id, struct json *list, struct err *err)
{
    CLEANUP(mapi_release) IUnknown *entry = NULL;
    CLEANUP_FINI(mapi_values_fini) struct mapi_values values = {&s->api, NULL, 0};
    ULONG type = 0;
    enum rc rc = mapi_check(s->api.log, "IMAPISession::OpenEntry",
        s->session->lpVtbl->OpenEntry(s->session, len, id, NULL, 0, &type, &entry), err);
    if (rc != RC_OK) {
        entry = NULL;
        return rc;
    }
    if (type != MAPI_MAILUSER) {
        return err_set(err, RC_INVALID, 0, "the identity is an object of type %lu", type);
    }
    rc = mapi_get_props((IMAPIProp *)entry, "IMailUser::GetProps",
        MAPI_TAGS(
            PR_SMTP_ADDRESS_W, PR_ADDRTYPE_W, PR_EMAIL_ADDRESS_W, PR_EMS_AB_PROXY_ADDRESSES_W),
        &values, err);
    if (rc == RC_OK) {
        add_all(list, &values);
    }
    return rc;
}

struct json *identity_addresses(struct mapi_session *s)
{
    struct json *list = json_array();
    struct err err = ERR_INIT;
    ENTRYID *id = NULL;
    ULONG len = 0;
    enum rc rc = mapi_check(s->api.log, "IMAPISession::QueryIdentity",
        s->session->lpVtbl->QueryIdentity(s->session, &len, &id), &err);
    if (rc == RC_OK && id && len) {
        rc = read_entry(s, len, id, list, &err);
    }
    if (id) {
        s->api.free_buffer(id);
    }
    if (rc != RC_OK) {
        log_line(s->api.log, LOG_LEVEL_DEBUG, "mapi", "who the person is: %s", err_text(&err));
    }
    err_fini(&err);
    if (!json_count(list)) {
        json_free(list);
        return NULL;
    }
    return list;
}
