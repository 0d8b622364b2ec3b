/* Passwords that servers rejected. Some servers lock an account after a few wrong ones, so a program that
 * knocks every quarter of an hour does harm: passes that nobody asked for, and lists of the folders of
 * all accounts, send a rejected password once more, as a server may have been wrong, and then never
 * again until there is a new one. The count is kept with the account, so that a restart does not begin
 * anew. A person who asks for a sync is always obeyed. */
#include "client/app/private.h"

#include <string.h>

#define TRIES  2
#define MEMBER "rejections"

bool rejected_for_good(const struct state_account *account)
{
    CLEANUP(json_free) struct json *settings = account_settings(account);
    return json_get_int(settings, MEMBER, 0) >= TRIES;
}

enum rc rejected_refuse(const struct state_account *account, struct err *err)
{
    enum sign_in_way way = sign_in_of(account);
    return err_set(err, RC_AUTH, 0,
        way == SIGN_IN_PASSWORD
            ? "account '%s': the password was rejected twice and is not sent "
              "again by itself; give a new one: lockstep account password \"%s\""
        : way == SIGN_IN_TOKEN
            ? "account '%s': the access token was rejected twice and is not sent "
              "again by itself; give a new one: lockstep account password \"%s\""
            : "account '%s': the sign-in was refused twice and is not tried again "
              "by itself; sign in again: lockstep account sign-in \"%s\"",
        account->name, account->name);
}

/* In memory; false if nothing changed. */
static bool put_count(struct state_account *account, int64_t count)
{
    CLEANUP(json_free) struct json *settings = account_settings(account);
    if (json_get_int(settings, MEMBER, 0) == count) {
        return false;
    }
    json_set(settings, MEMBER, count ? json_int(count) : NULL);
    account_settings_put(account, settings);
    return true;
}

enum rc rejected_note(
    struct state *state, struct state_account *account, bool rejected, struct err *err)
{
    CLEANUP(json_free) struct json *settings = account_settings(account);
    int64_t count = json_get_int(settings, MEMBER, 0);
    int64_t now = !rejected ? 0 : count < TRIES ? count + 1 : TRIES;
    return put_count(account, now) ? state_account_save(state, account, err) : RC_OK;
}
