/* Shared by the files of this folder only. */
#ifndef LOCKSTEP_STATE_INTERNAL_H
#define LOCKSTEP_STATE_INTERNAL_H

#include "client/base/buf.h"
#include "client/state/db.h"
#include "client/state/state.h"

struct state {
    struct db *db;
    const struct log *log;
    char *path;
    bool rehearsal; /* state_rehearse: nothing of what is going on is kept */
    bool step;      /* between state_begin and its end, in a rehearsal */
};

/* Only opens and checks a file that is there, without making it ready for use. RC_NOT_FOUND. */
enum rc schema_open_as_is(const char *path, struct db **ret, bool *ret_older, struct err *err)
    WARN_UNUSED;
/* Opens or makes the file with its tables (schema.c). */
enum rc schema_open(const char *path, struct db **ret, struct err *err) WARN_UNUSED;

#endif
