/* Outlook as a store from the command line: what tests/wine/outlook-*.test drive. Each command is
 * one process that creates the shim's class (registration-free, by the manifest in its resources),
 * does one thing and leaves, so that faults can be aimed at it.
 *
 *   outlook_client info
 *   outlook_client folders                      one line a folder: PATH kind flags count
 *   outlook_client folder FOLDER                its id
 *   outlook_client make-folder KIND NAME        a new one; prints its path
 *   outlook_client list FOLDER                  one line an item: ID VERSION; last line "proven"
 *                                               or "not proven"
 *   outlook_client find FOLDER TEXT             id of the only item whose document contains TEXT
 *   outlook_client read FOLDER ID               the document, one line of canonical JSON
 *   outlook_client create FOLDER DOCUMENT [STAMP]          prints the new id
 *   outlook_client set FOLDER ID POINTER VALUE [VERSION]   changes one member (VALUE is JSON);
 *                                               VERSION instead of the present one
 *   outlook_client delete FOLDER ID [VERSION]
 *   outlook_client stamp FOLDER STAMP           id of the item created with it
 *   outlook_client stay FILE                    lists the folders, makes FILE, and when somebody has removed
 *                                               it lists them again
 *   outlook_client zone                         the machine's time zone
 *
 * FOLDER is a path as `folders` prints it, or KIND:ID, which is taken without listing. Prints
 * "error: RC: text" and returns 1 when something fails. LOCKSTEP_TRACE=1 in the environment prints
 * the log on stderr; LOCKSTEP_APART=1 reaches Outlook through a process of its own. */
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/outlook/outlook.h"
#include "client/platform/platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_log(void *user, enum log_level level, const char *area, const char *line)
{
    (void)user;
    fprintf(stderr, "%s %s: %s\n", log_level_name(level), area, line);
}

static enum rc find_folder(
    struct store *store, const char *path, char **ret_id, enum item_kind *ret_kind, struct err *err)
{
    struct store_folders folders = {NULL, 0, 0};
    for (int kind = 0; kind < ITEM_KINDS; kind++) {
        size_t n = strlen(item_kind_name((enum item_kind)kind));
        if (str_starts(path, item_kind_name((enum item_kind)kind)) && path[n] == ':') {
            *ret_id = mem_strdup(path + n + 1);
            *ret_kind = (enum item_kind)kind;
            return RC_OK;
        }
    }
    enum rc rc = store->vtbl->list_folders(store, &folders, err);
    if (rc != RC_OK) {
        return rc;
    }
    rc = err_set(err, RC_NOT_FOUND, 0, "no folder \"%s\"", path);
    for (size_t i = 0; i < folders.count; i++) {
        if (str_eq(folders.items[i].path, path)) {
            *ret_id = mem_strdup(folders.items[i].id);
            for (int kind = 0; kind < ITEM_KINDS; kind++) {
                if (folders.items[i].kinds & (1u << kind)) {
                    *ret_kind = (enum item_kind)kind;
                }
            }
            rc = RC_OK;
        }
    }
    store_folders_fini(&folders);
    return rc;
}

static enum rc fetch_one(struct store *store, const char *folder, enum item_kind kind,
    const char *id, struct store_items *ret, struct err *err)
{
    struct store_items items = {NULL, 0, 0};
    enum rc rc = store->vtbl->fetch(store, folder, kind, &id, 1, &items, err);
    if (rc != RC_OK) {
        return rc;
    }
    if (items.items[0].rc != RC_OK) {
        rc = err_set(err, items.items[0].rc, 0, "%s", items.items[0].error);
        store_items_fini(&items);
        return rc;
    }
    *ret = items;
    return RC_OK;
}

static enum rc commit_one(struct store *store, const char *folder, enum item_kind kind,
    struct store_op *op, struct err *err)
{
    enum rc rc = store->vtbl->commit(store, folder, kind, op, 1, err);
    if (rc == RC_OK && op->rc != RC_OK) {
        rc = err_set(err, op->rc, 0, "%s", op->error);
    } else if (rc != RC_OK && op->rc != RC_CANCELLED) {
        err_prefix(err, "not known whether it was done");
    }
    return rc;
}

/* ---- commands ---- */

struct command {
    struct store *store;
    char *folder; /* owned; id, when the command has a folder */
    enum item_kind kind;
    char **args;
    int count;
};

static const char *argument(const struct command *c, int i)
{
    return i < c->count ? c->args[i] : NULL;
}

static enum rc run_info(struct command *c, struct err *err)
{
    struct json *info;
    enum rc rc = outlook_store_info(c->store, &info, err);
    if (rc == RC_OK) {
        CLEANUP(mem_free) char *text = json_print(info);
        printf("%s\n", text);
        json_free(info);
    }
    return rc;
}

static enum rc run_folders(struct command *c, struct err *err)
{
    struct store_folders folders = {NULL, 0, 0};
    enum rc rc = c->store->vtbl->list_folders(c->store, &folders, err);
    for (size_t i = 0; rc == RC_OK && i < folders.count; i++) {
        const struct store_folder *f = &folders.items[i];
        const char *kind = "?";
        for (int k = 0; k < ITEM_KINDS; k++) {
            kind = f->kinds == 1u << k ? item_kind_name((enum item_kind)k) : kind;
        }
        printf("%s\t%s\t%s%s\t%ld\n", f->path, kind, f->is_default ? "default " : "",
            f->writable ? "writable" : "readonly", f->count);
    }
    store_folders_fini(&folders);
    return rc;
}

static enum rc run_folder(struct command *c, struct err *err)
{
    (void)err;
    printf("%s\n", c->folder);
    return RC_OK;
}

static enum rc run_make_folder(struct command *c, struct err *err)
{
    struct store_folder made = {0};
    int kind = item_kind_from_name(c->args[0]);
    enum rc rc = kind < 0
                     ? err_set(err, RC_INVALID, 0, "no kind '%s'", c->args[0])
                     : store_make_folder(c->store, (enum item_kind)kind, c->args[1], &made, err);
    if (rc == RC_OK) {
        printf("%s\n", made.path);
        store_folder_fini(&made);
    }
    return rc;
}

static enum rc run_list(struct command *c, struct err *err)
{
    struct store_changes changes = {0};
    enum rc rc = c->store->vtbl->changes(c->store, c->folder, c->kind, NULL, &changes, err);
    if (rc == RC_OK) {
        for (size_t i = 0; i < changes.count; i++) {
            printf("%s %s\n", changes.items[i].id, changes.items[i].version);
        }
        printf("%s\n", changes.full && changes.proven ? "proven" : "not proven");
    }
    store_changes_fini(&changes);
    return rc;
}

static enum rc run_read(struct command *c, struct err *err)
{
    struct store_items items = {NULL, 0, 0};
    enum rc rc = fetch_one(c->store, c->folder, c->kind, argument(c, 1), &items, err);
    if (rc == RC_OK) {
        CLEANUP(mem_free) char *text = json_print_canonical(items.items[0].doc);
        printf("%s\n", text);
        store_items_fini(&items);
    }
    return rc;
}

static enum rc run_find(struct command *c, struct err *err)
{
    struct store_changes changes = {0};
    struct store_items items = {NULL, 0, 0};
    CLEANUP(mem_free) char *found = NULL;
    enum rc rc = c->store->vtbl->changes(c->store, c->folder, c->kind, NULL, &changes, err);
    CLEANUP(mem_free) const char **ids = mem_alloc((changes.count + 1) * sizeof(const char *));
    for (size_t i = 0; i < changes.count; i++) {
        ids[i] = changes.items[i].id;
    }
    if (rc == RC_OK) {
        rc = c->store->vtbl->fetch(c->store, c->folder, c->kind, ids, changes.count, &items, err);
    }
    for (size_t i = 0; i < items.count; i++) {
        CLEANUP(mem_free) char *text = items.items[i].doc ? json_print(items.items[i].doc) : NULL;
        if (text && strstr(text, argument(c, 1))) {
            str_replace(&found, found ? "several" : items.items[i].id);
        }
    }
    store_items_fini(&items);
    store_changes_fini(&changes);
    if (rc == RC_OK && !found) {
        rc = err_set(err, RC_NOT_FOUND, 0, "no item contains \"%s\"", argument(c, 1));
    }
    if (rc == RC_OK) {
        printf("%s\n", found);
    }
    return rc;
}

/* A JSON value given as it is, or in the file behind an '@': command lines are short. */
static enum rc json_argument(const char *text, struct json **ret, struct err *err)
{
    CLEANUP_FINI(buf_fini) struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    if (text[0] == '@') {
        FILE *f = fopen(text + 1, "rb");
        char part[4096];
        size_t n;
        while (f && (n = fread(part, 1, sizeof part, f)) > 0) {
            buf_add(&b, part, n);
        }
        if (f) {
            fclose(f);
        }
        text = buf_str(&b);
    }
    return json_parse(text, strlen(text), ret, err);
}

static enum rc run_create(struct command *c, struct err *err)
{
    CLEANUP(json_free) struct json *doc = NULL;
    enum rc rc = json_argument(argument(c, 1), &doc, err);
    if (rc != RC_OK) {
        return rc;
    }
    struct store_op op = {.kind = STORE_CREATE, .doc = doc, .stamp = argument(c, 2)};
    rc = commit_one(c->store, c->folder, c->kind, &op, err);
    if (rc == RC_OK) {
        printf("%s\n", op.new_id);
    }
    store_op_fini(&op);
    return rc;
}

static enum rc run_set(struct command *c, struct err *err)
{
    struct store_items items = {NULL, 0, 0};
    struct json *value = NULL;
    enum rc rc = fetch_one(c->store, c->folder, c->kind, argument(c, 1), &items, err);
    if (rc == RC_OK) {
        rc = json_argument(argument(c, 3), &value, err);
    }
    if (rc == RC_OK) {
        rc = json_pointer_set(items.items[0].doc, argument(c, 2), value, err);
    }
    if (rc == RC_OK) {
        const char *version = argument(c, 4) ? argument(c, 4) : items.items[0].version;
        struct store_op op = {.kind = STORE_UPDATE,
            .id = argument(c, 1),
            .version = version,
            .doc = items.items[0].doc};
        rc = commit_one(c->store, c->folder, c->kind, &op, err);
        if (rc == RC_OK) {
            printf("%s\n", op.new_version ? op.new_version : "(version unknown)");
        }
        store_op_fini(&op);
    }
    store_items_fini(&items);
    return rc;
}

static enum rc run_delete(struct command *c, struct err *err)
{
    struct store_items items = {NULL, 0, 0};
    enum rc rc = fetch_one(c->store, c->folder, c->kind, argument(c, 1), &items, err);
    if (rc == RC_OK) {
        const char *version = argument(c, 2) ? argument(c, 2) : items.items[0].version;
        struct store_op op = {.kind = STORE_DELETE, .id = argument(c, 1), .version = version};
        rc = commit_one(c->store, c->folder, c->kind, &op, err);
        store_op_fini(&op);
    }
    store_items_fini(&items);
    return rc;
}

/* Writes every item back as it was read. What comes of it is one word an item: nothing may be
 * written. */
static enum rc rewrite_one(struct command *c, const struct store_change *change, struct err *err)
{
    struct store_items items = {NULL, 0, 0};
    enum rc rc = fetch_one(c->store, c->folder, c->kind, change->id, &items, err);
    if (rc == RC_OK) {
        struct store_op op = {.kind = STORE_UPDATE,
            .id = change->id,
            .version = change->version,
            .doc = items.items[0].doc};
        rc = commit_one(c->store, c->folder, c->kind, &op, err);
        CLEANUP(mem_free) char *title = doc_title(c->kind, items.items[0].doc);
        printf("%s %s\n",
            rc != RC_OK                               ? err_text(err)
            : str_eq(op.new_version, change->version) ? "same"
                                                      : "written",
            title);
        store_op_fini(&op);
    }
    store_items_fini(&items);
    return rc;
}

static enum rc run_rewrite(struct command *c, struct err *err)
{
    struct store_changes changes = {0};
    enum rc rc = c->store->vtbl->changes(c->store, c->folder, c->kind, NULL, &changes, err);
    enum rc worst = rc;
    for (size_t i = 0; rc == RC_OK && i < changes.count; i++) {
        enum rc one = rewrite_one(c, &changes.items[i], err);
        worst = one != RC_OK ? one : worst;
    }
    store_changes_fini(&changes);
    return worst;
}

static enum rc run_stamp(struct command *c, struct err *err)
{
    CLEANUP(mem_free) char *id = NULL;
    enum rc rc = c->store->vtbl->find_stamp(c->store, c->folder, c->kind, argument(c, 1), &id, err);
    if (rc == RC_OK) {
        printf("%s\n", id);
    }
    return rc;
}

static enum rc run_zone(struct command *c, struct err *err)
{
    (void)c;
    (void)err;
    printf("%s\n", outlook_zone_iana());
    return RC_OK;
}

static enum rc run_stay(struct command *c, struct err *err)
{
    enum rc rc = run_folders(c, err);
    FILE *file = rc == RC_OK ? fopen(argument(c, 0), "w") : NULL;
    if (!file) {
        return rc == RC_OK ? err_set(err, RC_IO, 0, "cannot make %s", argument(c, 0)) : rc;
    }
    fclose(file);
    while (platform_file_exists(argument(c, 0))) {
        platform_sleep_ms(50);
    }
    return run_folders(c, err);
}

static const struct {
    const char *name;
    int least; /* arguments */
    bool has_folder;
    enum rc (*run)(struct command *c, struct err *err);
} commands[] = {
    {"info", 0, false, run_info},
    {"folder", 1, true, run_folder},
    {"folders", 0, false, run_folders},
    {"make-folder", 2, false, run_make_folder},
    {"list", 1, true, run_list},
    {"find", 2, true, run_find},
    {"read", 2, true, run_read},
    {"create", 2, true, run_create},
    {"set", 4, true, run_set},
    {"delete", 2, true, run_delete},
    {"rewrite", 1, true, run_rewrite},
    {"stamp", 2, true, run_stamp},
    {"zone", 0, false, run_zone},
    {"stay", 1, false, run_stay},
};

static enum rc run(const char *name, char **args, int count, struct err *err)
{
    struct log log = {.sink = print_log, .level = LOG_LEVEL_TRACE};
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        if (!str_eq(commands[i].name, name) || count < commands[i].least) {
            continue;
        }
        struct command c = {.args = args, .count = count};
        enum rc rc = outlook_store_new(getenv("LOCKSTEP_TRACE") ? &log : NULL, "Europe/Berlin",
            getenv("LOCKSTEP_APART") != NULL, &c.store, err);
        if (rc == RC_OK && commands[i].has_folder) {
            rc = find_folder(c.store, args[0], &c.folder, &c.kind, err);
        }
        if (rc == RC_OK) {
            rc = commands[i].run(&c, err);
        }
        store_free(c.store);
        free(c.folder);
        return rc;
    }
    return err_set(err, RC_INVALID, 0, "no such command, or arguments are missing");
}

int main(int argc, char **argv)
{
    CLEANUP_FINI(err_fini) struct err err = ERR_INIT;
    if (argc < 2) {
        fprintf(stderr, "usage: outlook_client COMMAND ...\n");
        return 2;
    }
    enum rc rc = run(argv[1], argv + 2, argc - 2, &err);
    if (rc != RC_OK) {
        printf("error: %s: %s\n", rc_name(rc), err_text(&err));
        return 1;
    }
    return 0;
}
