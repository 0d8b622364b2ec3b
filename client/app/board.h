/* What the main window shows: the folders of Outlook on the left, those of the servers on the
 * right, what the button between them would do, and the links below. Pure: made from the JSON of
 * app_account_list, app_folder_list and app_status, so that every case is tested without a window;
 * words are the window's (they are translated), here are only names and kinds. */
#ifndef LOCKSTEP_APP_BOARD_H
#define LOCKSTEP_APP_BOARD_H

#include "client/base/json.h"
#include "client/item/kind.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum board_side { BOARD_LEFT, BOARD_RIGHT };
#define BOARD_NONE SIZE_MAX /* no row */

/* A line of a tree: an account, below it a store of Outlook, or a folder. Texts are borrowed from the
 * board. */
struct board_row {
    const char *account;
    const char *name;  /* of the folder; of the account in its own row */
    const char *id;    /* of the folder; NULL: this is an account or a store */
    const char *error; /* of an account whose folders could not be listed: why; else NULL */
    const char *link;  /* name of a link of this folder; NULL: none */
    const char *owner; /* of a folder that somebody else shares; NULL: one's own */
    size_t parent;     /* row of the same side; BOARD_NONE: an account */
    unsigned kinds;    /* 1 << enum item_kind */
    int64_t count;     /* items; -1: not known */
    bool writable;
};

/* A link as one line. */
struct board_link {
    const char *name;
    const char *account[2], *folder[2]; /* by side, as the link has them: left, right */
    const char *id[2];                  /* of the folders */
    const char *kind;
    const char *direction; /* "two-way", "left-to-right", "right-to-left" */
    int64_t last;          /* end of the last sync, UTC seconds; 0: none yet */
    const char *rc;        /* rc_name of the last sync; NULL: none yet */
    const char *text;      /* what it said in one line; may be NULL */
    int64_t pairs;
    int64_t failed, held, doubtful, conflicts; /* what needs the user, by sort */
    bool enabled;
};

struct board;
/* Takes all three over; each may be NULL: not known yet. */
struct board *board_new(struct json *accounts /* owned */, struct json *folders /* owned */,
    struct json *status /* owned */);
void board_free(struct board *b);
DEFINE_CLEANUP(struct board *, board_free);

/* Outlook's accounts are on the left and all others on the right; without an Outlook account the
 * first one is on the left, so that two folders of files can be linked as well. */
size_t board_count(const struct board *b, enum board_side side);
const struct board_row *board_row(const struct board *b, enum board_side side, size_t row);
size_t board_link_count(const struct board *b);
const struct board_link *board_link(const struct board *b, size_t link);
/* Does this link need the user: something failed, is held or waits for a decision? */
bool board_link_needs_user(const struct board_link *link);

/* What the button does with these two rows (BOARD_NONE: nothing chosen there). */
enum board_action {
    BOARD_CHOOSE,     /* nothing: choose a folder on each side */
    BOARD_CAN_LINK,   /* link them */
    BOARD_CAN_UNLINK, /* they are linked: unlink */
    BOARD_OTHER_KIND, /* nothing: no kind of item fits into both */
    BOARD_READ_ONLY,  /* nothing: neither may be written */
};
struct board_offer {
    enum board_action action;
    unsigned kinds;   /* BOARD_CAN_LINK: the kinds both can hold, one at least */
    const char *link; /* BOARD_CAN_UNLINK: its name */
};
struct board_offer board_offer(const struct board *b, size_t left, size_t right);

/* What "New folder" on a side would begin with, by what is chosen (BOARD_NONE: nothing there). */
struct board_proposal {
    const char *account; /* where: that of the chosen row, else the first there; NULL: none there */
    const char *name; /* that of the folder chosen on the other side, if it has no link; or NULL */
    enum item_kind kind; /* that of the folder chosen there, else here */
};
struct board_proposal board_propose(
    const struct board *b, enum board_side side, size_t left, size_t right);

/* "Link all that match": folders without a link that have the same name, or are both the standard
 * folder of the only kind they share, each the only candidate of the other. Fills in up to `room`
 * pairs of rows and returns how many there are. */
struct board_match {
    size_t left, right;
    enum item_kind kind;
};
size_t board_matches(const struct board *b, struct board_match *ret, size_t room);

#endif
