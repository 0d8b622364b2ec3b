/* Backups of items: both sides of a link as files, in a folder below backup/ of the data folder.
 * (The copies of the state file, which are there too, are backup.c's.)
 *
 *   backup/LINK 2026-11-28 0123/index.json   what it is; written last: without it the backup is
 *                                            not complete, is not offered, and goes the next time
 *                              /left.items   one line of JSON an item: file, id, uid, pair, title
 *                              /left/X.vcf   the item, as the store has it where that is text
 *                              /left/X.json  beside it where it is not: document and native form,
 *                                            of which a text may express less
 *                              /right...     the same */
#ifndef LOCKSTEP_APP_BACKUP_ITEMS_H
#define LOCKSTEP_APP_BACKUP_ITEMS_H

#include "client/app/private.h"
#include "client/sync/repair.h"

/* What to back up, and whom to tell. */
struct backup_request {
    const struct state_link *link;
    struct store *store[2];
    const char *account[2]; /* names */
    const char *reason;     /* "first sync", "repair", "restore", "asked" */
    void (*progress)(void *user, const char *phase, size_t done, size_t total); /* may be NULL */
    bool (*cancelled)(void *user);                                              /* may be NULL */
    void *user;
};
/* Writes both sides, a batch of items at a time. Items that cannot be read are named in the index
 * and stop nothing. Afterwards the oldest backups of the link beyond settings.backup_keep go.
 * *ret_index is the index, with "name". On failure nothing of it is left; the error says what was
 * tried and why it failed. */
enum rc backup_make(struct app *app, const struct backup_request *request, struct json **ret_index,
    struct err *err) WARN_UNUSED;

/* Names of the complete backups, newest first, as an array of their indexes. */
enum rc backup_list(const struct app *app, struct json **ret, struct err *err) WARN_UNUSED;
/* Removes what an interrupted backup left. */
void backup_sweep(const struct app *app);
/* Removes backups of the link beyond the newest `keep`. Trouble is only logged. */
void backup_prune(const struct app *app, const char *link, long keep);
/* The folder of a backup. Caller frees. */
char *backup_folder(const struct app *app, const char *name);
/* Removes a backup, complete or not: its index first. */
enum rc backup_remove(const struct app *app, const char *name, struct err *err) WARN_UNUSED;

/* A backup opened to restore from. */
struct backup_file {
    char *file, *id, *uid, *title; /* owned */
    int64_t pair;
};
struct backup_side {
    struct backup_file *files; /* owned */
    struct sync_saved *saved;  /* owned; the same, for the engine; texts borrowed from `files` */
    size_t count, cap;
};
struct backup {
    char *dir;          /* owned */
    struct json *index; /* owned */
    enum item_kind kind;
    struct backup_side side[2];
};
void backup_fini(struct backup *b);
/* `item` not NULL: only items of this title, uid or id; RC_NOT_FOUND if there are none. RC_IO: the
 * backup is damaged. */
enum rc backup_open(const struct app *app, const char *name, const char *item, struct backup *ret,
    struct err *err) WARN_UNUSED;
/* One item, as the load of struct sync_restore wants it (client/sync/repair.h). */
enum rc backup_load(const struct backup *b, enum side s, size_t i, struct json **ret_doc,
    char **ret_native, struct err *err) WARN_UNUSED;

#endif
