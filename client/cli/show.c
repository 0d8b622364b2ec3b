/* Accounts, folders and links as text for a terminal. */
#include "client/cli/show.h"
#include "client/cli/show_private.h"

char *show_accounts(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    for (struct json *a = json_first(json_get(v, "accounts")); a; a = json_next(a)) {
        const char *way = json_get_str(a, "sign_in");
        bool usual = !way || str_eq(way, "password");
        buf_addf(&b, "%-16s %-8s %s%s%s%s%s\n", text(a, "name"), text(a, "type"), text(a, "url"),
            json_get_str(a, "user") ? " as " : "", text(a, "user"),
            usual ? "" : ", sign-in: ", usual ? "" : way);
    }
    if (!b.len) {
        buf_adds(&b, "No accounts yet: lockstep help account add\n");
    }
    return finish(&b);
}

char *show_trial(const struct json *v)
{
    static const struct {
        const char *step, *good, *bad;
    } words[] = {
        {"reach", "the server answers", "the server cannot be reached"},
        {"secure", "the connection is encrypted", "no secure connection"},
        {"sign-in", "it lets you in", "it does not let you in"},
        {"folders", "it has", "nothing that can be synced"},
    };
    struct buf b = BUF_INIT(SHOW_MAX);
    for (const struct json *s = json_first(json_get(v, "steps")); s; s = json_next(s)) {
        bool ok = json_get_bool(s, "ok", false), plain = json_get_bool(s, "plain", false);
        for (size_t i = 0; i < ARRAY_LEN(words); i++) {
            if (str_eq(json_get_str(s, "step"), words[i].step)) {
                const char *said = text(s, "text");
                buf_addf(&b, "%-6s %s%s%s\n", ok ? "ok" : "FAILED",
                    plain ? "the connection is not encrypted, as you allow"
                    : ok  ? words[i].good
                          : words[i].bad,
                    *said ? ": " : "", said);
            }
        }
    }
    return finish(&b);
}

static void add_words(struct buf *b, const struct json *list)
{
    for (const struct json *w = json_first(list); w; w = json_next(w)) {
        buf_addf(b, "%s%s", w == json_first(list) ? "" : ", ", json_str_value(w));
    }
}

char *show_preset(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    bool windows = str_eq(json_get_str(v, "sign_in"), "windows");
    buf_addf(&b, "%s: %s%s%s\n  ", text(v, "account"), text(v, "url"),
        windows                   ? " by the Windows account"
        : json_get_str(v, "user") ? " as "
                                  : "",
        windows ? "" : text(v, "user"));
    add_words(&b, json_get(v, "links"));
    buf_adds(&b, json_get_bool(v, "done", false)
                     ? " (has been carried out)\n"
                     : " (not carried out yet: lockstep preset apply)\n");
    return finish(&b);
}

char *show_preset_result(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    buf_addf(&b, "%s: ", text(v, "account"));
    add_words(&b, json_get(v, "links"));
    buf_adds(&b, json_count(json_get(v, "links")) ? " linked\n" : "nothing was linked\n");
    for (const struct json *f = json_first(json_get(v, "failed")); f; f = json_next(f)) {
        buf_addf(&b, "  %s\n", json_str_value(f));
    }
    return finish(&b);
}

/* Nothing, unless there was more to do than to forget. */
char *show_unlinked(const struct json *v)
{
    long n = (long)json_get_int(v, "unmarked", 0);
    return n ? str_printf("%s: no marks of Lockstep are left on %ld items\n", text(v, "link"), n)
             : mem_strdup("");
}

char *show_export(const struct json *v)
{
    return str_printf("%s: %ld accounts, %ld links, no passwords\n", text(v, "path"),
        (long)json_get_int(v, "accounts", 0), (long)json_get_int(v, "links", 0));
}

static void add_list(struct buf *b, const char *what, const struct json *list)
{
    buf_adds(b, what);
    add_words(b, list);
    buf_adds(b, json_count(list) ? "\n" : "none\n");
}

char *show_import(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    add_list(&b, "New accounts: ", json_get(v, "accounts"));
    add_list(&b, "New links: ", json_get(v, "links"));
    for (const struct json *f = json_first(json_get(v, "failed")); f; f = json_next(f)) {
        buf_addf(&b, "  %s\n", json_str_value(f));
    }
    return finish(&b);
}

static void add_profile(struct buf *b, const struct json *p)
{
    const char *obstacle = json_get_str(p, "obstacle");
    buf_addf(b, "%s: %s%s%s\n  %s, %ld pairs\n", text(p, "name"), text(p, "url"),
        json_get_str(p, "user") ? " as " : "", text(p, "user"), text(p, "direction"),
        (long)json_get_int(p, "pairs", 0));
    if (obstacle) {
        buf_addf(b, "  cannot be taken over: %s\n", obstacle);
    }
}

char *show_migrate(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    const struct json *list = json_get(v, "profiles");
    for (const struct json *p = json_first(list); p; p = json_next(p)) {
        add_profile(&b, p);
    }
    buf_adds(&b, json_count(list) ? "To take them over: lockstep migrate apply\n"
                                  : "CalDav Synchronizer has no profiles.\n");
    return finish(&b);
}

char *show_migrated(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    for (const struct json *p = json_first(json_get(v, "profiles")); p; p = json_next(p)) {
        const char *error = json_get_str(p, "error");
        if (error) {
            buf_addf(&b, "%s: %s\n", text(p, "name"), error);
        } else if (json_get_bool(p, "already", false)) {
            buf_addf(&b, "%s: was linked already as '%s'\n", text(p, "name"), text(p, "link"));
        } else {
            buf_addf(&b, "%s: linked as '%s', %ld pairs taken over\n", text(p, "name"),
                text(p, "link"), (long)json_get_int(p, "pairs", 0));
        }
    }
    return finish(&b);
}

char *show_addresses(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    for (struct json *a = json_first(json_get(v, "addresses")); a; a = json_next(a)) {
        buf_addf(&b, "%s\n", json_str_value(a));
    }
    if (!b.len) {
        buf_addf(&b, "No address of yours is known for %s: lockstep help account addresses\n",
            text(v, "account"));
    }
    return finish(&b);
}

char *show_found(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    buf_addf(&b, "%s: %s\n", text(v, "account"), text(v, "text"));
    return finish(&b);
}

static void add_kinds(struct buf *b, const struct json *folder)
{
    struct buf kinds CLEANUP_FINI(buf_fini) = BUF_INIT(100);
    for (struct json *k = json_first(json_get(folder, "kinds")); k; k = json_next(k)) {
        buf_addf(&kinds, "%s%s", kinds.len ? "," : "", json_str_value(k));
    }
    buf_addf(b, "%-12s", buf_str(&kinds));
}

static void add_folder(struct buf *b, const struct json *f)
{
    add_kinds(b, f);
    if (json_get(f, "count")) {
        buf_addf(b, "%7ld  ", (long)json_get_int(f, "count", 0));
    } else {
        buf_adds(b, "         ");
    }
    buf_addf(b, "%s:", text(f, "account"));
    add_foreign(b, text(f, "path"));
    if (!str_ends(text(f, "path"), text(f, "name"))) {
        buf_adds(b, "  \"");
        add_foreign(b, text(f, "name"));
        buf_addc(b, '"');
    }
    buf_adds(b, json_get_bool(f, "default", false) ? "  (standard)" : "");
    buf_adds(b, json_get_bool(f, "writable", true) ? "" : "  (read only)");
    buf_addc(b, '\n');
}

char *show_folder(const struct json *folder)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    add_folder(&b, folder);
    return finish(&b);
}

char *show_folders(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    for (struct json *f = json_first(json_get(v, "folders")); f; f = json_next(f)) {
        add_folder(&b, f);
    }
    if (!b.len && !json_count(json_get(v, "failed"))) {
        buf_adds(&b, "No folders.\n");
    }
    return finish(&b);
}

/* "  from 90 days ago to 365 days ahead", behind the link. */
static void add_window(struct buf *b, const struct json *window)
{
    const struct json *past = json_get(window, "past"), *future = json_get(window, "future");
    if (!past && !future) {
        return;
    }
    b->len--;
    buf_adds(b, "  new items only");
    if (past) {
        buf_addf(b, " from %d days ago", (int)json_int_value(past, 0));
    }
    if (future) {
        buf_addf(b, " to %d days ahead", (int)json_int_value(future, 0));
    }
    buf_addc(b, '\n');
}

static void add_names(struct buf *b, const char *before, const struct json *names)
{
    for (struct json *n = json_first(names); n; n = json_next(n)) {
        buf_addf(b, "%s%s", n == json_first(names) ? before : ", ", json_str_value(n));
    }
}

/* "  only categories Work, Travel  private items stay", likewise. */
static void add_filter(struct buf *b, const struct json *filter)
{
    if (filter) {
        b->len--;
        add_names(b, "  only categories ", json_get(filter, "categories"));
        add_names(b, "  no categories ", json_get(filter, "not_categories"));
        buf_adds(b, json_get(filter, "private") ? "  no private items\n" : "\n");
    }
}

static void add_limit(struct buf *b, const struct json *link, const char *member, const char *what)
{
    int64_t limit = json_get_int(link, member, 0);
    if (!json_get(link, member)) {
        return;
    }
    b->len--; /* before the end of the line */
    if (limit) {
        buf_addf(b, "  %s up to %d KB\n", what, (int)limit);
    } else {
        buf_addf(b, "  no %s\n", what);
    }
}

/* How often, with what differs from what is usual. */
static void add_when(struct buf *b, const struct json *link, bool usual)
{
    const char *every = json_get_str(link, "every");
    if (str_eq(every, "hand")) {
        buf_adds(b, "  only when you ask");
        return;
    }
    if (every && !str_eq(every, "default")) {
        buf_addf(b, "  every %s minutes", every);
    } else if (usual) {
        buf_adds(b, "  like all");
    }
    bool tells = json_get(link, "on_change") != NULL;
    bool on_change = json_get_bool(link, "on_change", true);
    if (tells && !on_change) {
        buf_adds(b, "  not after changes");
    } else if (usual) {
        buf_adds(b, json_get(link, "watched") ? "  after changes in Outlook" : "");
        buf_adds(b, json_get(link, "pushed") ? "  when the server tells of changes" : "");
    }
    buf_adds(b, json_get_bool(link, "on_battery", true) ? "" : "  not on battery");
    buf_adds(b, json_get_bool(link, "on_metered", true) ? "" : "  not on metered connections");
}

char *show_schedule(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    buf_addf(&b, "Every %ld minutes\n", (long)json_get_int(v, "interval_minutes", 0));
    for (struct json *l = json_first(json_get(v, "links")); l; l = json_next(l)) {
        add_foreign(&b, text(l, "name"));
        buf_adds(&b, ":");
        add_when(&b, l, true);
        buf_adds(&b, json_get_bool(l, "enabled", true) ? "" : "  (off)");
        buf_addc(&b, '\n');
        for (struct json *a = json_first(json_get(l, "password_wanted")); a; a = json_next(a)) {
            buf_addf(&b,
                "  waits for a new password or sign-in: lockstep account password (or sign-in) "
                "\"%s\"\n",
                json_str_value(a));
        }
    }
    return finish(&b);
}

void show_add_link(struct buf *b, const struct json *link)
{
    const struct json *left = json_get(link, "left"), *right = json_get(link, "right");
    const char *direction = text(link, "direction");
    const char *arrow = str_eq(direction, "left-to-right")   ? "-->"
                        : str_eq(direction, "right-to-left") ? "<--"
                                                             : "<->";
    buf_addf(b, "%s (%s): %s:%s %s %s:%s%s\n", text(link, "name"), text(link, "kind"),
        text(left, "account"), text(left, "folder"), arrow, text(right, "account"),
        text(right, "folder"), json_get_bool(link, "enabled", true) ? "" : "  (off)");
    add_limit(b, link, "photo_limit", "photos");
    add_limit(b, link, "attachment_limit", "attached files");
    add_window(b, json_get(link, "window"));
    add_filter(b, json_get(link, "filter"));
    if (str_eq(json_get_str(link, "invitations"), "answer")) {
        b->len--;
        buf_adds(b, "  invitations are answered\n");
    }
    b->len--;
    add_when(b, link, false);
    buf_addc(b, '\n');
}

char *show_link(const struct json *link)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    show_add_link(&b, link);
    if (json_get(link, "made")) {
        const struct json *side = json_get(link, text(link, "made"));
        buf_addf(&b, "  the folder %s:", text(side, "account"));
        add_foreign(&b, text(side, "folder"));
        buf_adds(&b, " is new\n");
    }
    for (struct json *n = json_first(json_get(link, "shared")); n; n = json_next(n)) {
        buf_addf(&b, "  one of its folders is in the link '%s' too: changes go on to all three\n",
            json_str_value(n));
    }
    return finish(&b);
}

char *show_links(const struct json *v)
{
    struct buf b = BUF_INIT(SHOW_MAX);
    for (struct json *l = json_first(json_get(v, "links")); l; l = json_next(l)) {
        show_add_link(&b, l);
    }
    if (!b.len) {
        buf_adds(&b, "No links yet: lockstep help link\n");
    }
    return finish(&b);
}
