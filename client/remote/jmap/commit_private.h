/* One commit: what its two files, commit.c and say.c, share. */
#ifndef LOCKSTEP_REMOTE_JMAP_COMMIT_PRIVATE_H
#define LOCKSTEP_REMOTE_JMAP_COMMIT_PRIVATE_H

#include "client/remote/jmap/jmap_private.h"

/* One op on its way. */
struct writing {
    struct store_op *op;
    char *label, *key;    /* owned; key: its creation id */
    struct json *say;     /* owned; the item to be made, or the patch; NULL: destroy */
    bool done;            /* its outcome is known */
    bool ready;           /* in the set that is sent now */
    bool vendor;          /* `say` has members of ours */
    bool plain;           /* they were refused: once more without them */
    struct event_how how; /* of an event: how `say` says it */
};

struct commit {
    struct jmap *jmap;
    const char *folder;
    struct jmap_place place; /* owned */
    struct writing *items;   /* owned */
    size_t count;
    char *state; /* owned; after the last set */
    bool turned; /* the other dialect has been tried */
};

/* ---- say.c: what a set says of an op, in w->say ---- */
enum rc jmap_say_create(struct commit *c, struct writing *w, struct err *err) WARN_UNUSED;
enum rc jmap_say_update(
    struct commit *c, struct writing *w, const struct json *object, struct err *err) WARN_UNUSED;
void jmap_say_delete(const struct commit *c, struct writing *w, const struct json *object);
/* Was it refused for what can be left out, or said in other words? Then that is known from now on, and it is to be said
 * once more. */
bool jmap_say_less(struct commit *c, struct writing *w, const struct json *error);

#endif
