/* Runs case files against the dav and jmap drivers with a scripted server: exact bytes on the wire, and what
 * the driver makes of them.
 *
 *   wire DIR [CASE]
 *
 * A case file, line by line:
 *   # comment                       what the case shows
 *   account PATH                    the account's URL is http://127.0.0.1:{port}PATH (default /)
 *   url URL                         another one altogether
 *   jmap                            by JMAP instead of CalDAV and CardDAV
 *   timeout SECONDS                 for a request without progress
 *   own ADDRESS                     whose account it is
 *   answers                         meetings of others may be answered
 *   expect METHOD PATH              a request the driver makes (in any order among equals);
 *                                   what follows belongs to it:
 *   has TEXT, lacks TEXT              must (not) be in the request; "Name: value" is a header
 *   < LINE                            status and header lines of the answer
 *   | LINE                            a line of the body
 *   end HOW [N]                       keep close die stall cut fill (server.h)
 *   call folders
 *   call make KIND NAME             a new folder
 *   call changes KIND FOLDER TOKEN    TOKEN - is none
 *   call fetch KIND FOLDER ID...
 *   call trouble                    what the store knows about when to try again, in whole minutes
 *   call commit KIND FOLDER           with lines that follow:
 *   op create ID NAME
 *   op update ID VERSION NAME         with the text of an earlier fetch (update-blind: without)
 *   op note ID VERSION TEXT           an update of the notes alone
 *   op drop ID VERSION MEMBER         an update that takes a member from a group
 *   op create-group ID MEMBER NAME    a group with this member, of whom name and address are known
 *   op create-again ID FROM           what an earlier fetch of FROM gave, made again: with its text
 *   op delete ID VERSION
 *   = LINE                          what the calls so far print
 *
 * In every case, no request that the script does not expect may come, none may be missing, and
 * neither password nor item may be in the log. */
#include "client/base/buf.h"
#include "client/base/map.h"
#include "client/item/doc.h"
#include "client/remote/dav/dav.h"
#include "client/remote/jmap/jmap.h"
#include "tests/unit/check.h"
#include "tests/wire/server.h"

#include <dirent.h>
#include <stdlib.h>
#include <time.h>

#define PASSWORD        "s3cret-word"
#define PASSWORD_BASE64 "dXNlcjpzM2NyZXQtd29yZA==" /* user:PASSWORD */

struct step {
    char *line; /* owned; after "call " */
    char **ops; /* owned, each owned; after "op " */
    size_t op_count, op_cap;
};

struct script {
    char *account, *url; /* owned */
    long timeout;
    char *own; /* owned */
    bool answers, jmap;
    struct wire_exchange *exchanges; /* owned */
    size_t exchange_count, exchange_cap;
    struct step *steps; /* owned */
    size_t step_count, step_cap;
    struct buf want;
};

/* ---- reading a case ---- */
static void add_text(char ***list, const char *text)
{
    size_t n = 0;
    while (*list && (*list)[n]) {
        n++;
    }
    *list = mem_realloc(*list, n + 2, sizeof **list);
    (*list)[n] = mem_strdup(text);
    (*list)[n + 1] = NULL;
}

static void append_line(char **slot, const char *line, const char *end)
{
    char *joined = str_printf("%s%s%s", *slot ? *slot : "", line, end);
    free(*slot);
    *slot = joined;
}

static struct wire_exchange *add_exchange(struct script *s, const char *line)
{
    ARRAY_RESERVE(s->exchanges, s->exchange_count, s->exchange_cap);
    struct wire_exchange *e = &s->exchanges[s->exchange_count++];
    memset(e, 0, sizeof *e);
    size_t method = strcspn(line, " ");
    e->method = mem_strndup(line, method);
    e->path = mem_strdup(line + method + 1);
    e->head = mem_strdup("");
    e->body = mem_strdup("");
    return e;
}

static struct step *add_step(struct script *s, const char *line)
{
    ARRAY_RESERVE(s->steps, s->step_count, s->step_cap);
    struct step *step = &s->steps[s->step_count++];
    memset(step, 0, sizeof *step);
    step->line = mem_strdup(line);
    return step;
}

static bool set_end(struct wire_exchange *e, const char *text)
{
    static const char *const NAMES[] = {"keep", "close", "die", "stall", "cut", "fill"};
    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        if (str_starts(text, NAMES[i])) {
            e->end = (enum wire_end)i;
            e->amount = strtoul(text + strlen(NAMES[i]), NULL, 10);
            return true;
        }
    }
    return false;
}

/* False if the line is none of the language. */
static bool read_line(struct script *s, const char *line)
{
    struct wire_exchange *e = s->exchange_count ? &s->exchanges[s->exchange_count - 1] : NULL;
    struct step *step = s->step_count ? &s->steps[s->step_count - 1] : NULL;
    if (!*line || *line == '#') {
        return true;
    } else if (str_starts(line, "account ")) {
        str_replace(&s->account, line + 8);
    } else if (str_starts(line, "url ")) {
        str_replace(&s->url, line + 4);
    } else if (str_starts(line, "own ")) {
        str_replace(&s->own, line + 4);
    } else if (str_eq(line, "answers")) {
        s->answers = true;
    } else if (str_eq(line, "jmap")) {
        s->jmap = true;
    } else if (str_starts(line, "timeout ")) {
        s->timeout = atol(line + 8);
    } else if (str_starts(line, "expect ")) {
        add_exchange(s, line + 7);
    } else if (str_starts(line, "call ")) {
        add_step(s, line + 5);
    } else if (str_starts(line, "= ")) {
        buf_addf(&s->want, "%s\n", line + 2);
    } else if (step && str_starts(line, "op ")) {
        ARRAY_RESERVE(step->ops, step->op_count, step->op_cap);
        step->ops[step->op_count++] = mem_strdup(line + 3);
    } else if (e && str_starts(line, "has ")) {
        add_text(&e->has, line + 4);
    } else if (e && str_starts(line, "lacks ")) {
        add_text(&e->lacks, line + 6);
    } else if (e && str_starts(line, "< ")) {
        append_line(&e->head, line + 2, "\r\n");
    } else if (e && *line == '|') {
        append_line(&e->body, line + (line[1] ? 2 : 1), "\n");
    } else {
        return e && str_starts(line, "end ") && set_end(e, line + 4);
    }
    return true;
}

static bool read_script(struct check *c, const char *path, struct script *s)
{
    FILE *f = fopen(path, "r");
    char line[65536];
    memset(s, 0, sizeof *s);
    buf_init(&s->want, 1 << 20);
    s->account = mem_strdup("/");
    if (!f) {
        check_fail(c, "%s cannot be opened", path);
        return false;
    }
    bool good = true;
    while (good && fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = 0;
        good = read_line(s, line);
    }
    fclose(f);
    if (!good) {
        check_fail(c, "%s: cannot understand: %s", path, line);
    }
    return good;
}

static void free_texts(char **list)
{
    for (char **t = list; t && *t; t++) {
        free(*t);
    }
    free(list);
}

static void script_fini(struct script *s)
{
    for (size_t i = 0; i < s->exchange_count; i++) {
        struct wire_exchange *e = &s->exchanges[i];
        free(e->method);
        free(e->path);
        free(e->head);
        free(e->body);
        free_texts(e->has);
        free_texts(e->lacks);
    }
    for (size_t i = 0; i < s->step_count; i++) {
        for (size_t k = 0; k < s->steps[i].op_count; k++) {
            free(s->steps[i].ops[k]);
        }
        free(s->steps[i].ops);
        free(s->steps[i].line);
    }
    free(s->exchanges);
    free(s->steps);
    free(s->account);
    free(s->url);
    free(s->own);
    buf_fini(&s->want);
}

/* ---- making the calls ---- */
struct player {
    struct store *store;
    struct buf out;
    struct map *natives, *docs; /* owned with their values; by id, from fetch */
};

/* The next word, in place; "" at the end. */
static char *word(char **at)
{
    char *start = *at + strspn(*at, " "), *end = start + strcspn(start, " ");
    *at = *end ? end + 1 : end;
    *end = 0;
    return start;
}

static void print_failure(struct player *p, enum rc rc, struct err *err)
{
    buf_addf(&p->out, "%s: %s\n", rc_name(rc), err_text(err));
    err_fini(err);
}

static void print_folder(struct player *p, const struct store_folder *f)
{
    buf_addf(&p->out, "%s \"%s\"", f->id, f->path);
    for (int k = 0; k < ITEM_KINDS; k++) {
        buf_addf(&p->out, "%s%s", f->kinds & 1u << k ? " " : "",
            f->kinds & 1u << k ? item_kind_name((enum item_kind)k) : "");
    }
    buf_addf(&p->out, "%s%s%s%s%s%s\n", f->writable ? "" : " read-only",
        f->is_default ? " default" : "", f->owner ? " of " : "", f->owner ? f->owner : "",
        f->color ? " " : "", f->color ? f->color : "");
}

static void play_folders(struct player *p)
{
    struct store_folders folders = {0};
    struct err err = ERR_INIT;
    enum rc rc = p->store->vtbl->list_folders(p->store, &folders, &err);
    if (rc != RC_OK) {
        print_failure(p, rc, &err);
        return;
    }
    buf_addf(&p->out, "ok %zu\n", folders.count);
    for (size_t i = 0; i < folders.count; i++) {
        print_folder(p, &folders.items[i]);
    }
    store_folders_fini(&folders);
}

static void play_make(struct player *p, char *args)
{
    enum item_kind kind = (enum item_kind)item_kind_from_name(word(&args));
    struct store_folder made = {0};
    struct err err = ERR_INIT;
    enum rc rc = store_make_folder(p->store, kind, args, &made, &err);
    if (rc != RC_OK) {
        print_failure(p, rc, &err);
        return;
    }
    buf_adds(&p->out, "ok ");
    print_folder(p, &made);
    store_folder_fini(&made);
}

static void play_changes(struct player *p, char *args)
{
    enum item_kind kind = (enum item_kind)item_kind_from_name(word(&args));
    const char *folder = word(&args), *token = word(&args);
    struct store_changes changes = {0};
    struct err err = ERR_INIT;
    enum rc rc = p->store->vtbl->changes(
        p->store, folder, kind, str_eq(token, "-") ? NULL : token, &changes, &err);
    if (rc != RC_OK) {
        print_failure(p, rc, &err);
        return;
    }
    buf_addf(&p->out, "ok %s%s%s\n",
        changes.full ? changes.proven ? "full proven" : "full" : "delta",
        changes.token ? " token=" : "", changes.token ? changes.token : "");
    for (size_t i = 0; i < changes.count; i++) {
        buf_addf(&p->out, "%s %s\n", changes.items[i].id,
            changes.items[i].gone ? "gone" : changes.items[i].version);
    }
    store_changes_fini(&changes);
}

/* Keeps for later updates what a fetch brought. */
static void remember(struct player *p, struct store_item *item)
{
    free(map_remove(p->natives, item->id));
    json_free(map_remove(p->docs, item->id));
    if (item->doc) {
        map_put(p->natives, item->id, TAKE(item->native));
        map_put(p->docs, item->id, TAKE(item->doc));
    }
}

static void play_fetch(struct player *p, char *args)
{
    enum item_kind kind = (enum item_kind)item_kind_from_name(word(&args));
    const char *folder = word(&args), *ids[64];
    size_t n = 0;
    while (n < ARRAY_LEN(ids) && *(ids[n] = word(&args))) {
        n++;
    }
    struct store_items items = {0};
    struct err err = ERR_INIT;
    enum rc rc = p->store->vtbl->fetch(p->store, folder, kind, ids, n, &items, &err);
    if (rc != RC_OK) {
        print_failure(p, rc, &err);
        return;
    }
    buf_addf(&p->out, "ok %zu\n", items.count);
    for (size_t i = 0; i < items.count; i++) {
        struct store_item *item = &items.items[i];
        CLEANUP(mem_free) char *title = item->doc ? doc_title(kind, item->doc) : NULL;
        if (item->rc == RC_OK) {
            buf_addf(&p->out, "%s %s \"%s\"\n", item->id, item->version, title);
        } else {
            buf_addf(&p->out, "%s %s: %s\n", item->id, rc_name(item->rc), item->error);
        }
        remember(p, item);
    }
    store_items_fini(&items);
}

static struct json *make_doc(enum item_kind kind, const struct json *from, const char *name)
{
    struct json *doc = from ? json_dup(from) : json_object();
    if (!from) {
        json_set_str(doc, "@type",
            kind == ITEM_CONTACT ? "Card"
            : kind == ITEM_EVENT ? "Event"
                                 : "Task");
        json_set_str(doc, "uid", name);
    }
    if (kind == ITEM_CONTACT) {
        json_set_str(doc, "version", "1.0");
        json_set_str(json_need_object(doc, "name"), "full", name);
    } else {
        json_set_str(doc, "title", name);
        if (!from && kind == ITEM_EVENT) {
            json_set_str(doc, "start", "2026-05-01T10:00:00");
            json_set_str(doc, "timeZone", "Etc/UTC");
            json_set_str(doc, "duration", "PT1H");
        }
    }
    return doc;
}

/* A group with a member, as the engine gives it to a store that knows members by id. */
static struct json *make_group(char *text)
{
    const char *member = word(&text);
    struct json *doc = make_doc(ITEM_CONTACT, NULL, text);
    json_set_str(doc, "kind", "group");
    json_set_bool(json_need_object(doc, "members"), member, true);
    struct json *card = json_need_object(json_need_object(doc, DOC_MEMBER_CARDS), member);
    json_set_str(card, "name", "Anna");
    json_set_str(card, "email", "anna@example.com");
    return doc;
}

static struct json *drop_member(const struct json *from, const char *member)
{
    struct json *doc = json_dup(from);
    json_remove(json_get(doc, "members"), member);
    return doc;
}

static struct json *note(const struct json *from, const char *text)
{
    struct json *doc = json_dup(from);
    json_set_str(doc, "description", text);
    return doc;
}

/* Fills one op; the texts live in the step and in the player, the document is the caller's. */
static void make_op(
    struct player *p, enum item_kind kind, char *text, struct store_op *ret, struct json **ret_doc)
{
    const char *what = word(&text);
    memset(ret, 0, sizeof *ret);
    ret->kind = str_starts(what, "create") ? STORE_CREATE
                : str_eq(what, "delete")   ? STORE_DELETE
                                           : STORE_UPDATE;
    ret->id = word(&text);
    ret->version = ret->kind == STORE_CREATE ? NULL : word(&text);
    *ret_doc = NULL;
    if (ret->kind != STORE_DELETE) {
        const struct json *from = ret->kind == STORE_UPDATE ? map_get(p->docs, ret->id) : NULL;
        *ret_doc = str_eq(what, "create-group")   ? make_group(text)
                   : str_eq(what, "create-again") ? json_dup(map_get(p->docs, text))
                   : str_eq(what, "drop")         ? drop_member(from, text)
                   : str_eq(what, "note")         ? note(from, text)
                                                  : make_doc(kind, from, text);
        ret->doc = *ret_doc;
    }
    if (str_eq(what, "update") || str_eq(what, "drop") || str_eq(what, "note")) {
        ret->native = map_get(p->natives, ret->id);
    } else if (str_eq(what, "create-again")) {
        ret->native = map_get(p->natives, text);
    }
}

static void play_commit(struct player *p, char *args, struct step *step)
{
    enum item_kind kind = (enum item_kind)item_kind_from_name(word(&args));
    const char *folder = word(&args);
    CLEANUP(mem_free) struct store_op *ops = mem_alloc(step->op_count * sizeof *ops);
    CLEANUP(mem_free) struct json **docs = mem_alloc(step->op_count * sizeof *docs);
    struct err err = ERR_INIT;
    for (size_t i = 0; i < step->op_count; i++) {
        make_op(p, kind, step->ops[i], &ops[i], &docs[i]);
    }
    enum rc rc = p->store->vtbl->commit(p->store, folder, kind, ops, step->op_count, &err);
    if (rc != RC_OK) {
        print_failure(p, rc, &err);
    } else {
        buf_adds(&p->out, "ok\n");
    }
    for (size_t i = 0; i < step->op_count; i++) {
        if (ops[i].rc == RC_OK) {
            buf_addf(&p->out, "%s ok%s%s%s%s\n", ops[i].id, ops[i].new_id ? " id=" : "",
                ops[i].new_id ? ops[i].new_id : "", ops[i].new_version ? " version=" : "",
                ops[i].new_version ? ops[i].new_version : "");
        } else {
            buf_addf(&p->out, "%s %s: %s\n", ops[i].id, rc_name(ops[i].rc), ops[i].error);
        }
        store_op_fini(&ops[i]);
        json_free(docs[i]);
    }
}

static void play_trouble(struct player *p)
{
    struct store_trouble t = store_trouble(p->store);
    long minutes = t.asked ? (long)((t.asked - (int64_t)time(NULL) + 30) / 60) : 0;
    buf_addf(&p->out, "%s, asked to wait %ld\n", t.rejected ? "rejected" : "not rejected", minutes);
}

static void play_step(struct player *p, struct step *step)
{
    char *args = step->line;
    const char *what = word(&args);
    if (str_eq(what, "folders")) {
        play_folders(p);
    } else if (str_eq(what, "make")) {
        play_make(p, args);
    } else if (str_eq(what, "changes")) {
        play_changes(p, args);
    } else if (str_eq(what, "fetch")) {
        play_fetch(p, args);
    } else if (str_eq(what, "trouble")) {
        play_trouble(p);
    } else if (str_eq(what, "commit")) {
        play_commit(p, args, step);
    } else {
        buf_addf(&p->out, "unknown call %s\n", what);
    }
}

static void free_values(struct map *m, bool json)
{
    size_t cursor = 0;
    const char *key;
    void *value;
    while (map_entry(m, &cursor, &key, &value)) {
        if (json) {
            json_free(value);
        } else {
            free(value);
        }
    }
    map_free(m);
}

/* ---- one case ---- */
static void keep_line(void *user, enum log_level level, const char *area, const char *line)
{
    (void)level;
    (void)area;
    buf_addf(user, "%s\n", line);
}

/* The port differs from run to run. */
static char *without_port(const char *text, int port)
{
    CLEANUP(mem_free) char *number = str_printf(":%d", port);
    CLEANUP(mem_free) char *spoken = str_printf("port %d", port);
    struct buf out = BUF_INIT(1 << 20);
    while (*text) {
        if (str_starts(text, number)) {
            buf_adds(&out, ":{port}");
            text += strlen(number);
        } else if (str_starts(text, spoken)) {
            buf_adds(&out, "port {port}");
            text += strlen(spoken);
        } else {
            buf_addc(&out, *text++);
        }
    }
    return buf_take(&out);
}

static enum rc open_store(const struct script *s, const char *url, const struct log *log,
    struct store **ret, struct err *err)
{
    const struct jmap_account jmap = {.url = url,
        .sign_in = {.user = "user", .secret = PASSWORD},
        .allow_plain_http = true,
        .timeout = s->timeout};
    const struct dav_account dav = {.url = url,
        .sign_in = {.user = "user", .secret = PASSWORD},
        .allow_plain_http = true,
        .timeout = s->timeout};
    return s->jmap ? jmap_store_new(&jmap, log, ret, err) : dav_store_new(&dav, log, ret, err);
}

static void run_case(struct check *c, const char *path)
{
    struct script s;
    if (!read_script(c, path, &s)) {
        script_fini(&s);
        return;
    }
    struct wire_server *server = wire_server_new(s.exchanges, s.exchange_count);
    int port = wire_server_port(server);
    struct buf log_text = BUF_INIT(8 << 20);
    struct log log = {keep_line, &log_text, LOG_LEVEL_TRACE, NULL};
    struct player p = {.out = BUF_INIT(1 << 20), .natives = map_new(), .docs = map_new()};
    struct err err = ERR_INIT;
    CLEANUP(mem_free)
    char *url = s.url ? mem_strdup(s.url) : str_printf("http://127.0.0.1:%d%s", port, s.account);
    check_ok(c, open_store(&s, url, &log, &p.store, &err), &err);
    if (p.store && s.own) {
        p.store->own = json_array();
        json_append(p.store->own, json_str(s.own));
        p.store->answers = s.answers;
    }
    for (size_t i = 0; i < s.step_count && p.store; i++) {
        play_step(&p, &s.steps[i]);
    }
    store_free(p.store);
    CLEANUP(mem_free) char *complaints = wire_server_free(server);
    CLEANUP(mem_free) char *got = without_port(buf_str(&p.out), port);
    check_str(c, complaints, "");
    check_str(c, got, buf_str(&s.want));
    check_true(
        c, !strstr(buf_str(&log_text), PASSWORD) && !strstr(buf_str(&log_text), PASSWORD_BASE64));
    check_true(c, !strstr(buf_str(&log_text), "BEGIN:V"));
    free_values(p.natives, false);
    free_values(p.docs, true);
    buf_fini(&p.out);
    buf_fini(&log_text);
    err_fini(&err);
    script_fini(&s);
}

static int is_case(const struct dirent *d)
{
    return str_ends(d->d_name, ".case");
}

int main(int argc, char **argv)
{
    struct check c;
    struct dirent **names;
    if (argc < 2) {
        fprintf(stderr, "usage: wire DIR [CASE]\n");
        return 2;
    }
    check_init(&c, argc - 1, argv + 1);
    int n = scandir(argv[1], &names, is_case, alphasort);
    if (n <= 0) {
        fprintf(stderr, "%s holds no cases\n", argv[1]);
        return 2;
    }
    char **titles = mem_alloc((size_t)n * sizeof *titles);
    for (int i = 0; i < n; i++) {
        titles[i] = str_printf("wire/%.*s", (int)strlen(names[i]->d_name) - 5, names[i]->d_name);
        if (check_case(&c, titles[i])) {
            CLEANUP(mem_free) char *path = str_printf("%s/%s", argv[1], names[i]->d_name);
            run_case(&c, path);
        }
        free(names[i]);
    }
    int status = check_end(&c);
    for (int i = 0; i < n; i++) {
        free(titles[i]);
    }
    free(titles);
    free(names);
    return status;
}
