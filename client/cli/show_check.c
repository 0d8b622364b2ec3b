/* What a check of the installation found, and where a report was written. */
#include "client/base/buf.h"
#include "client/cli/show.h"

static const struct {
    const char *what, *word;
} WORDS[] = {{"program", "Program"}, {"folder", "Data folder"}, {"state", "State file"},
    {"outlook", "Reaching Outlook"}, {"scripts", "Scripts"}, {"account", "Account"},
    {"link", "Link"}};

static const char *word_of(const char *what)
{
    for (size_t i = 0; i < ARRAY_LEN(WORDS); i++) {
        if (str_eq(WORDS[i].what, what)) {
            return WORDS[i].word;
        }
    }
    return what;
}

char *show_check(const struct json *v)
{
    struct buf text = BUF_INIT(BUF_DEFAULT_MAX);
    for (const struct json *c = json_first(json_get(v, "checks")); c; c = json_next(c)) {
        const char *name = json_get_str(c, "name");
        buf_addf(&text, "%-8s %s%s%s: %s\n", json_get_bool(c, "ok", false) ? "ok" : "TROUBLE",
            word_of(json_get_str(c, "what")), name ? " " : "", name ? name : "",
            json_get_str(c, "text"));
        if (json_get_bool(c, "repairable", false)) {
            buf_adds(&text, "         To repair it: lockstep check --repair\n");
        }
    }
    buf_addf(&text, json_get_bool(v, "ok", false) ? "All is as it must be\n"
                                                  : "What says TROUBLE needs somebody\n");
    return buf_take(&text);
}

char *show_report(const struct json *v)
{
    return str_printf("Written to %s, %ld KB. It holds no passwords and no items\n",
        json_get_str(v, "path"), (long)(json_get_int(v, "bytes", 0) + 1023) / 1024);
}
