/* Settings that an administrator has set: the values IntervalMinutes, HistoryDays and so on of the
 * policies (platform_policy), under the names the settings have here. */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/platform/platform.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"debug_logging", "interval_minutes", "history_days",
    "history_mb", "first_sync_backup", "backup_keep", "language", "outlook_apart", "event_log",
    "proxy", "oauth_clients", "guard_deletes", "guard_percent", "guard_creates", "guard_updates"};

/* "interval_minutes" is IntervalMinutes there. Caller frees. */
static char *name_there(const char *name)
{
    char *there = mem_strdup(name), *to = there;
    bool begins = true;
    for (const char *from = name; *from; from++) {
        if (*from != '_') {
            *to++ = begins ? (char)toupper((unsigned char)*from) : *from;
        }
        begins = *from == '_';
    }
    *to = '\0';
    return there;
}

/* Of a text that is a number the number: an MSI writes texts. NULL: it is neither. Caller frees. */
static struct json *number_of(const struct json *value)
{
    const char *text = json_str_value(value);
    char *end = NULL;
    long number = text ? strtol(text, &end, 10) : 0;
    return text && *text && !*end ? json_int(number) : NULL;
}

struct json *policy_settings(bool enforced)
{
    CLEANUP(json_free) struct json *there = platform_policy(enforced);
    struct json *v = json_object();
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        CLEANUP(mem_free) char *name = name_there(names[i]);
        CLEANUP(json_free) struct json *number = number_of(json_get(there, name));
        const struct json *value = number ? number : json_get(there, name);
        bool flag = str_eq(names[i], "debug_logging") || str_eq(names[i], "first_sync_backup") ||
                    str_eq(names[i], "outlook_apart") || str_eq(names[i], "event_log");
        if (flag && value) {
            json_set_bool(v, names[i], json_int_value(value, 0) != 0);
        } else if (value) {
            json_set(v, names[i], json_dup(value));
        }
    }
    return v;
}
