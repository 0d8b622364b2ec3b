/* Who the person is: the e-mail addresses of all accounts, which tell meetings of their own from those
 * of others. A server says some of them (calendar-user-address-set); what a person adds stands
 * beside them in the settings of the account: "known" and "addresses". */
#include "client/app/private.h"

#include "client/base/buf.h"

#include <string.h>

#define ADDRESSES_MAX 100

static void add(struct json *list, const char *address)
{
    for (const struct json *a = json_first(list); a; a = json_next(a)) {
        if (str_ieq(json_str_value(a), address)) {
            return;
        }
    }
    if (address && strchr(address, '@') && json_count(list) < ADDRESSES_MAX) {
        json_append(list, json_str(address));
    }
}

static void add_all(struct json *list, const struct json *addresses)
{
    for (const struct json *a = json_first(addresses); a; a = json_next(a)) {
        add(list, json_str_value(a));
    }
}

struct json *own_of_account(const struct state_account *account)
{
    CLEANUP(json_free) struct json *settings = account_settings(account);
    struct json *list = json_array();
    add_all(list, json_get(settings, "addresses"));
    add_all(list, json_get(settings, "known"));
    add(list, account->user); /* many servers take the address for a name */
    return list;
}

bool own_learn(struct state_account *account, const struct json *said)
{
    CLEANUP(json_free) struct json *settings = account_settings(account);
    if (!said || json_equal(json_get(settings, "known"), said)) {
        return false;
    }
    json_set(settings, "known", json_dup(said));
    account_settings_put(account, settings);
    return true;
}

enum rc own_addresses(struct app *app, struct json **ret, struct err *err)
{
    struct state_accounts all CLEANUP_FINI(state_accounts_fini) = {0};
    struct state *state;
    enum rc rc = app_state(app, &state, err);
    if (rc == RC_OK) {
        rc = state_accounts_load(state, &all, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    struct json *list = json_array();
    for (size_t i = 0; i < all.count; i++) {
        CLEANUP(json_free) struct json *own = own_of_account(&all.items[i]);
        add_all(list, own);
    }
    *ret = list;
    return RC_OK;
}

static enum rc check_address(const char *address, struct err *err)
{
    const char *at = strchr(address, '@');
    bool bad = !at || at == address || !at[1] || !str_utf8_valid(address, strlen(address));
    for (const char *c = address; *c && !bad; c++) {
        bad = (unsigned char)*c <= ' ' || strchr(",;<>", *c);
    }
    return bad ? err_set(err, RC_INVALID, 0, "'%s' is no e-mail address", address) : RC_OK;
}

enum rc app_account_set_addresses(struct app *app, const char *name, const char *const *addresses,
    size_t count, struct json **ret, struct err *err)
{
    struct state_account account CLEANUP_FINI(state_account_fini) = {0};
    enum rc rc = app_account_find(app, name, &account, err);
    CLEANUP(json_free) struct json *list = json_array();
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        rc = check_address(addresses[i], err);
        add(list, addresses[i]);
    }
    if (rc == RC_OK && count) {
        CLEANUP(json_free) struct json *settings = account_settings(&account);
        json_set(settings, "addresses", json_dup(list));
        account_settings_put(&account, settings);
        rc = state_account_save(app->state, &account, err);
    }
    if (rc == RC_OK) {
        *ret = json_object();
        json_set_str(*ret, "account", account.name);
        json_set(*ret, "addresses", own_of_account(&account));
    }
    return rc;
}
