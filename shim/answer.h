/* JSON request -> call of the store interface -> JSON answer: the whole protocol of shim/README.md.
 * No COM in here. */
#ifndef LOCKSTEP_SHIM_ANSWER_H
#define LOCKSTEP_SHIM_ANSWER_H

#include "client/base/json.h"
#include "client/sync/store.h"

enum answer_method {
    ANSWER_INFO,
    ANSWER_LIST_FOLDERS,
    ANSWER_CHANGES,
    ANSWER_FETCH,
    ANSWER_COMMIT,
    ANSWER_FIND_STAMP,
    ANSWER_WATCH,
    ANSWER_MAKE_FOLDER,
};

/* Answers one request to the Outlook store. A failure of the call itself is an answer too
 * ({"rc","native","error"}); RC_INVALID is returned only for a request that is not JSON or lacks a
 * member, which is a mistake of the caller. */
enum rc answer_make(struct store *store, enum answer_method method, const char *request,
    char **ret_answer, struct err *err) WARN_UNUSED;

#endif
