/* The main window inside, for main_window.c and main_show.c. */
#ifndef LOCKSTEP_TRAY_MAIN_WINDOW_H
#define LOCKSTEP_TRAY_MAIN_WINDOW_H

#include "client/tray/views.h"

struct main_window {
    HWND box, tray;
    struct worker *worker;
    struct layout *layout;                    /* owned */
    struct json *accounts, *folders, *status; /* owned; as last read */
    struct board *board;                      /* owned; of copies of them */
    char *outlook;                            /* owned; why Outlook cannot be reached, or NULL */
    struct tray_progress progress;            /* link is owned; NULL: nothing is being synced */
    struct folder_drag drag;
    const struct schedule *schedule; /* the tray's */
    struct schedule_facts facts;
    WCHAR told[TIP_SIZE]; /* by main_window_status, last */
    bool running;         /* a pass */
    unsigned jobs;        /* of ours that are not done yet */
};

HWND main_control(const struct main_window *m, int id);
/* Sets a control's text, owned, unless it is that already: else it would flicker. */
void main_set_text(const struct main_window *m, int id, WCHAR *text);

/* What can be done with what is chosen: by the button between the trees, and by that for a new folder
 * on one side. Borrowed from the board. */
struct board_offer main_offer(const struct main_window *m);
struct board_proposal main_proposal(const struct main_window *m, int side);
const struct board_link *main_chosen_link(const struct main_window *m); /* NULL: none */

/* Which buttons can be pressed now. During a pass the state file is the pass's. */
void main_show_buttons(const struct main_window *m);
void main_show_progress(const struct main_window *m);
/* All of it, after accounts, folders or status were read again; what was chosen stays so. */
void main_show_all(struct main_window *m);

#endif
