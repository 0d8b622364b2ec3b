/* Where things are, and what the person should look at. */
#include "client/cli/show.h"
#include "client/cli/show_private.h"

static void add_last(struct buf *b, const struct json *link)
{
    const struct json *last = json_get(link, "last");
    if (!last) {
        buf_adds(b, "  never synced\n");
        return;
    }
    char when[CIVIL_TEXT_SIZE];
    struct civil local = platform_local_time(json_get_int(last, "time", 0));
    civil_format_iso(&local, false, when);
    when[10] = ' ';
    buf_addf(b, "  last synced %s: ", when);
    add_foreign(b, text(last, "text"));
    buf_addf(b, "\n  %ld pairs", (long)json_get_int(link, "pairs", 0));
    if (json_get_int(link, "half_pairs", 0)) {
        buf_addf(b, ", %ld on one side only", (long)json_get_int(link, "half_pairs", 0));
    }
    if (json_get_int(link, "doubtful", 0)) {
        buf_addf(b, ", %ld doubtful (lockstep review)", (long)json_get_int(link, "doubtful", 0));
    }
    if (json_get_int(link, "conflicts", 0)) {
        buf_addf(b, ", %ld conflicts to be decided (lockstep conflicts)",
            (long)json_get_int(link, "conflicts", 0));
    }
    buf_addc(b, '\n');
}

static void add_review(struct buf *b, const struct json *r)
{
    static const char *const sides[] = {"left", "right"};
    buf_addf(b, "%ld  %s: ", (long)json_get_int(r, "id", 0), text(r, "link"));
    add_foreign(b, text(r, "reasons"));
    if (!str_eq(text(r, "decision"), "open")) {
        buf_addf(b, "  (decided: %s; the next sync does it)", text(r, "decision"));
    }
    buf_addc(b, '\n');
    for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
        const struct json *side = json_get(r, sides[i]);
        buf_addf(b, "    %s: ", text(side, "account"));
        add_foreign(b, text(side, "text"));
        buf_addc(b, '\n');
    }
    if (str_eq(text(r, "decision"), "open")) {
        char day[CIVIL_TEXT_SIZE];
        struct civil local = platform_local_time(json_get_int(r, "until", 0));
        civil_format_iso(&local, false, day);
        buf_addf(b, "    lockstep review \"%s\" %ld same|different   (two items from %.10s on)\n",
            text(r, "link"), (long)json_get_int(r, "id", 0), day);
    }
}

char *show_review(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    for (struct json *r = json_first(json_get(v, "review")); r; r = json_next(r)) {
        add_review(&b, r);
    }
    if (!b.len) {
        buf_adds(&b, "Nothing is in doubt.\n");
    }
    return finish(&b);
}

char *show_push_line(const char *account, const char *how, const char *why)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    add_foreign(&b, account);
    buf_adds(&b, str_eq(how, "listening") ? ": changes there are told at once"
                 : str_eq(how, "polling") ? ": changes there are asked for at intervals"
                                          : ": changes there are asked for at intervals for now");
    if (why) {
        buf_adds(&b, " (");
        add_foreign(&b, why);
        buf_addc(&b, ')');
    }
    buf_addc(&b, '\n');
    return finish(&b);
}

char *show_status(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    buf_addf(&b, "Lockstep %s, data in %s\n", text(v, "version"), text(v, "home"));
    if (json_get_bool(v, "debug_logging", false)) {
        buf_addf(&b, "Debug logging is on, log in %s\n", text(v, "log_dir"));
    }
    if (json_get_bool(v, "paused", false)) {
        buf_adds(&b, "Scheduled syncing is paused\n");
    }
    for (struct json *p = json_first(json_get(v, "push")); p; p = json_next(p)) {
        CLEANUP(mem_free)
        char *line = show_push_line(text(p, "account"), text(p, "how"), json_get_str(p, "why"));
        buf_adds(&b, line);
    }
    for (struct json *l = json_first(json_get(v, "links")); l; l = json_next(l)) {
        show_add_link(&b, l);
        add_last(&b, l);
        for (struct json *p = json_first(json_get(l, "problems")); p; p = json_next(p)) {
            show_add_message(&b, l, p);
        }
    }
    return finish(&b);
}

static bool listed(const struct json *names, const char *name)
{
    const struct json *n = json_first(names);
    while (n && !str_eq(json_str_value(n), name)) {
        n = json_next(n);
    }
    return n != NULL;
}

char *show_settings(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    for (struct json *s = json_first(json_get(v, "settings")); s; s = json_next(s)) {
        CLEANUP(mem_free) char *printed = json_is_number(s) ? json_print(s) : NULL;
        const char *value = printed ? printed : json_str_value(s);
        buf_addf(&b, "%-18s %s%s\n", json_key(s),
            value                       ? value
            : json_bool_value(s, false) ? "on"
                                        : "off",
            listed(json_get(v, "enforced"), json_key(s)) ? " (set by your administrator)" : "");
    }
    return finish(&b);
}
