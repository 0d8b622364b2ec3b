/* Trying a server, step by step. Pure; app_account_try makes the connection. */
#ifndef LOCKSTEP_APP_TRIAL_H
#define LOCKSTEP_APP_TRIAL_H

#include "client/base/json.h"
#include "client/base/rc.h"

/* {"ok","rc","steps":[{"step":"reach|secure|sign-in|folders","ok","text","plain"}]} of a connection to `url`
 * that ended with `rc` and `error`, or found what app_account_check says. The last step told is the
 * first that failed. `plain`: the connection is not encrypted, as was allowed. Caller frees. */
struct json *trial_steps(
    const char *url, enum rc rc, const char *error, const struct json *found);

#endif
