/* Trying a server before it becomes an account: what was tried, step by step, and which of it failed. */
#include "client/app/private.h"
#include "client/app/trial.h"

#include "client/base/buf.h"

#include <string.h>

enum step { STEP_REACH, STEP_SECURE, STEP_SIGN_IN, STEP_FOLDERS, STEP_COUNT };

/* At which step a connection that ended with `rc` got stuck; STEP_COUNT: at none. What is no matter of
 * the earlier ones is one of the last: the server answered and let us in, and then was of no use. */
static enum step stuck_at(enum rc rc)
{
    return rc == RC_OK        ? STEP_COUNT
           : rc == RC_OFFLINE ? STEP_REACH
           : rc == RC_TLS     ? STEP_SECURE
           : rc == RC_AUTH    ? STEP_SIGN_IN
                              : STEP_FOLDERS;
}

struct json *trial_steps(const char *url, enum rc rc, const char *error, const struct json *found)
{
    static const char *const names[STEP_COUNT] = {"reach", "secure", "sign-in", "folders"};
    enum step stuck = stuck_at(rc);
    bool plain = strncmp(url, "http:", 5) == 0;
    struct json *v = json_object(), *steps = json_array();
    /* One that would not be encrypted and may not be so is not even begun. */
    int first = stuck == STEP_SECURE && plain ? STEP_SECURE : STEP_REACH;
    for (int s = first; s < STEP_COUNT && s <= (int)stuck; s++) {
        struct json *step = json_object();
        json_set_str(step, "step", names[s]);
        json_set_bool(step, "ok", s < (int)stuck);
        if (s == (int)stuck) {
            json_set_str(step, "text", error);
        } else if (s == STEP_SECURE && plain) {
            json_set_bool(step, "plain", true);
        } else if (s == STEP_FOLDERS) {
            json_set_str(step, "text", json_get_str(found, "text"));
        }
        json_append(steps, step);
    }
    json_set_bool(v, "ok", rc == RC_OK);
    json_set_str(v, "rc", rc_name(rc));
    json_set(v, "steps", steps);
    return v;
}
