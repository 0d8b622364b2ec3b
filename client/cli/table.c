/* The commands as the command line knows them: names, arguments, options, help. What each does is in
 * commands.c and rescue.c. */
#include "client/cli/cli.h"

#define JSON_OPTION                                                                                \
    {                                                                                              \
        "--json", NULL, "print JSON instead of text"                                               \
    }
#define PHOTO_OPTION                                                                               \
    {                                                                                              \
        "--photo-limit", "KB",                                                                     \
            "photos of contacts up to this size are synced (default 512, 0: none, most 4096)"      \
    }
#define FILE_OPTION                                                                                \
    {                                                                                              \
        "--attachment-limit", "KB",                                                                \
            "files attached to appointments and tasks, up to this size each, are synced (default " \
            "1024, 0: none, most 4096)"                                                            \
    }
#define PAST_OPTION                                                                                \
    {                                                                                              \
        "--past", "DAYS",                                                                          \
            "of events and tasks: fetch what is at most so old, such as 90d (default: all)"        \
    }
#define FUTURE_OPTION                                                                              \
    {                                                                                              \
        "--future", "DAYS", "likewise for what is to come, such as 365d (default: all)"            \
    }
/* Which new items travel. */
#define ONLY_OPTION                                                                                \
    {                                                                                              \
        "--categories", "NAMES|all",                                                               \
            "copy only items with one of these categories, such as 'Work,Travel' (default: all)"   \
    }
#define WITHOUT_OPTION                                                                             \
    {                                                                                              \
        "--not-categories", "NAMES|none", "copy no items with one of these (default: none)"        \
    }
#define PRIVATE_OPTION                                                                             \
    {                                                                                              \
        "--private", "all|skip",                                                                   \
            "whether private and confidential items are copied (default: all)"                     \
    }
#define BROWSER_OPTION                                                                             \
    {                                                                                              \
        "--browser", NULL, "sign in with a browser of this computer, not by a code"                \
    }
static const struct cli_option ADD_OPTIONS[] = {
    {"--url", "URL", "a CalDAV/CardDAV or JMAP server: its address, or just its host name"},
    {"--jmap", NULL, "use JMAP though it has CalDAV and CardDAV"},
    {"--user", "USER", "the user name there"},
    {"--sign-in", "HOW",
        "password (default), token (an access token of the server), windows (your Windows "
        "account), oauth (at the server's own page)"},
    BROWSER_OPTION,
    {"--password-stdin", NULL, "read the password or token from standard input"},
    {"--ca-file", "FILE", "trust the authority in this PEM file, and no other"},
    {"--allow-http", NULL, "permit a connection without encryption"},
    {"--dir", "PATH",
        "a folder of .vcf and .ics files, one sub-folder an address book or calendar"},
    {"--outlook", NULL, "the default Outlook profile (Windows)"},
    {"--no-check", NULL, "keep the account even if it cannot be reached now"},
    {"--test", NULL, "try it and show each step; keep nothing"},
    JSON_OPTION,
    {NULL, NULL, NULL},
};
static const struct cli_option SIGN_IN_OPTIONS[] = {
    BROWSER_OPTION,
    JSON_OPTION,
    {NULL, NULL, NULL},
};
static const struct cli_option PASSWORD_OPTIONS[] = {
    {"--password-stdin", NULL, "read the password from standard input"},
    {NULL, NULL, NULL},
};
static const struct cli_option CHECK_OPTIONS[] = {
    {"--repair", NULL, "first put right what says that it can be"}, JSON_OPTION,
    {NULL, NULL, NULL}};
static const struct cli_option LIST_OPTIONS[] = {JSON_OPTION, {NULL, NULL, NULL}};
static const struct cli_option IMPORT_OPTIONS[] = {
    {"--password-stdin", NULL, "read the password from standard input"},
    JSON_OPTION,
    {NULL, NULL, NULL},
};
static const struct cli_option PRESET_OPTIONS[] = {
    {"--password-stdin", NULL, "read the password from standard input"},
    BROWSER_OPTION,
    JSON_OPTION,
    {NULL, NULL, NULL},
};
static const struct cli_option UNLINK_OPTIONS[] = {
    {"--remove-marks", NULL, "take Lockstep's own properties off the items in Outlook"},
    JSON_OPTION,
    {NULL, NULL, NULL},
};
#define CDS_OPTION                                                                                 \
    {                                                                                              \
        "--from", "FOLDER", "its data folder, if it is not in the usual place"                     \
    }
static const struct cli_option MIGRATE_OPTIONS[] = {
    CDS_OPTION,
    JSON_OPTION,
    {NULL, NULL, NULL},
};
static const struct cli_option MIGRATE_APPLY_OPTIONS[] = {
    CDS_OPTION,
    {"--password-stdin", NULL, "read a password from standard input"},
    JSON_OPTION,
    {NULL, NULL, NULL},
};
/* On a server that writes to people by itself. */
#define INVITATIONS_OPTION                                                                         \
    {                                                                                              \
        "--invitations", "WHAT",                                                                   \
            "meetings that others organize: leave (default), or answer them without a message"     \
    }
/* When it is synced by itself, by the tray program. */
#define EVERY_OPTION                                                                               \
    {                                                                                              \
        "--every", "N|hand|default",                                                               \
            "sync every N minutes (5 to 1440), only when you ask, or as 'lockstep schedule' says"  \
    }
#define ON_CHANGE_OPTION                                                                           \
    {                                                                                              \
        "--on-change", "yes|no",                                                                   \
            "sync a few seconds after a change in Outlook or on a server that tells (default yes)" \
    }
#define ON_BATTERY_OPTION                                                                          \
    {                                                                                              \
        "--on-battery", "yes|no", "sync by itself also on battery (default yes)"                   \
    }
#define ON_METERED_OPTION                                                                          \
    {                                                                                              \
        "--on-metered", "yes|no",                                                                  \
            "sync by itself also on a connection that costs by volume (default yes)"               \
    }
static const struct cli_option LINK_OPTIONS[] = {
    {"--name", "NAME", "what to call the link (default: the left folder's name)"},
    {"--kind", "KIND", "contact, event, task or note, where both folders hold several kinds"},
    {"--direction", "DIRECTION", "two-way (default), left-to-right or right-to-left"},
    {"--policy", "POLICY",
        "who wins where both sides changed a field: newest (default), left, right, ask"},
    PHOTO_OPTION,
    FILE_OPTION,
    PAST_OPTION,
    FUTURE_OPTION,
    ONLY_OPTION,
    WITHOUT_OPTION,
    PRIVATE_OPTION,
    INVITATIONS_OPTION,
    EVERY_OPTION,
    ON_CHANGE_OPTION,
    ON_BATTERY_OPTION,
    ON_METERED_OPTION,
    {"--create", NULL, "make the one of the two folders that is not there"},
    JSON_OPTION,
    {NULL, NULL, NULL},
};
static const struct cli_option FOLDER_CREATE_OPTIONS[] = {
    {"--kind", "KIND", "what it is for: contact, event, task or note"},
    JSON_OPTION,
    {NULL, NULL, NULL},
};
static const struct cli_option LINK_SET_OPTIONS[] = {
    {"--direction", "DIRECTION",
        "two-way, left-to-right or right-to-left; what a one-way link left alone comes across "
        "then"},
    {"--policy", "POLICY", "who wins where both sides changed a field: newest, left, right, ask"},
    PHOTO_OPTION,
    FILE_OPTION,
    PAST_OPTION,
    FUTURE_OPTION,
    ONLY_OPTION,
    WITHOUT_OPTION,
    PRIVATE_OPTION,
    INVITATIONS_OPTION,
    EVERY_OPTION,
    ON_CHANGE_OPTION,
    ON_BATTERY_OPTION,
    ON_METERED_OPTION,
    {"--enabled", "yes|no", "whether it is synced when all links are"},
    JSON_OPTION,
    {NULL, NULL, NULL},
};
static const struct cli_option SCHEDULE_OPTIONS[] = {
    {"--every", "N", "sync every N minutes (5 to 1440; 15 if never set)"},
    JSON_OPTION,
    {NULL, NULL, NULL},
};
static const struct cli_option CONFLICTS_OPTIONS[] = {
    {"--link", "LINK", "only those of this link"},
    JSON_OPTION,
    {NULL, NULL, NULL},
};
static const struct cli_option CHOOSE_OPTIONS[] = {
    {"--own", "TEXT", "put this text on both sides instead"},
    {"--force", NULL, "even over an edit made since; the edit is lost"},
    JSON_OPTION,
    {NULL, NULL, NULL},
};
static const struct cli_option SYNC_OPTIONS[] = {
    {"--preview", NULL, "write nothing; show what would be created, changed and deleted"},
    {"--release", NULL, "carry out all that is held"},
    {"--release-deletes", NULL, "carry out deletes that were held because there are so many"},
    {"--retry", NULL, "try failed items again now"},
    {"--no-backup", NULL, "make no backup, even if this is the link's first sync"},
    JSON_OPTION,
    {NULL, NULL, NULL},
};

static const struct cli_option HELD_OPTIONS[] = {
    {"--refuse", "LINK", "none of it: what went missing comes back, what is new or changed stays"},
    {"--only", "KIND", "refuse only the deletes, the creates or the updates"},
    JSON_OPTION,
    {NULL, NULL, NULL},
};
static const struct cli_option SHOW_OPTIONS[] = {
    {"--link", "LINK", "only in this link"},
    JSON_OPTION,
    {NULL, NULL, NULL},
};
static const struct cli_option HISTORY_OPTIONS[] = {
    {"--item", "ITEM", "everything that happened to one item, by its title or id"},
    JSON_OPTION,
    {NULL, NULL, NULL},
};
static const struct cli_option UNDO_OPTIONS[] = {
    {"--link", "LINK", "in place of RUN: the latest run of this link that is not undone yet"},
    {"--since", "RUN|TIME", "with --link: all its runs from this one or this time on"},
    {"--preview", NULL, "write nothing; show what would be put back"},
    {"--item", "ITEM", "only this item of the run, by its title or id"},
    {"--force", NULL, "put back also what was edited since; the edit is lost"},
    JSON_OPTION,
    {NULL, NULL, NULL},
};

static const struct cli_option REPAIR_OPTIONS[] = {
    {"--right-is", "SIDE", "left, right, or the name of the account there"},
    {"--preview", NULL, "write nothing; show what would be created, changed and deleted"},
    {"--yes", NULL, "do not ask"},
    JSON_OPTION,
    {NULL, NULL, NULL},
};
static const struct cli_option RESTORE_OPTIONS[] = {
    {"--side", "SIDE", "only left, right, or the account there"},
    {"--item", "ITEM", "only this item, by its title or id"},
    {"--exact", NULL, "delete what is not in the backup"},
    {"--preview", NULL, "write nothing; show what would be created, changed and deleted"},
    {"--yes", NULL, "do not ask before deleting"},
    JSON_OPTION,
    {NULL, NULL, NULL},
};

const struct cli_command CLI_COMMANDS[] = {
    {"account add", "NAME", 1, 1, "Add an account and show what it has",
        "The password is asked for, or taken from standard input (--password-stdin) or from the "
        "variable\n"
        "LOCKSTEP_PASSWORD. It is kept apart from all other data: encrypted for this user on "
        "Windows, in a\n"
        "file only this user can read elsewhere.\n"
        "\nWith --sign-in token an access token is asked for likewise, and sent as bearer token "
        "(Fastmail's API "
        "tokens, say).\nWith --sign-in windows the server gets to know you as the network does "
        "(Kerberos, NTLM): nothing is asked for or kept.\n"
        "With --sign-in oauth you sign in at the server's own page, and Lockstep never knows your "
        "password. Where the server\ncan do that you get a code to type there on any device; with "
        "--browser, and elsewhere, the page is opened here.\nSome servers want Lockstep registered "
        "first: lockstep settings oauth_clients \"google=ID SECRET\"\n"
        "\nOf a domain alone (https://example.com) its DNS records are asked for the server: "
        "_caldavs, _carddavs, _jmap.\n"
        "\nOf a server that has both, CalDAV and CardDAV are used: they have tasks and notes, too. "
        "Say --jmap to take\n"
        "its address books and calendars by JMAP.\n"
        "\nExamples:\n"
        "  lockstep account add outlook --outlook\n"
        "  lockstep account add work --url https://dav.example.com --user anna\n"
        "  lockstep account add office --url https://dav.example.com --sign-in windows\n"
        "  lockstep account add files --dir ~/pim\n",
        ADD_OPTIONS, cli_run_account_add},
    {"account list", "", 0, 0, "List the accounts", "", LIST_OPTIONS, cli_run_account_list},
    {"account check", "NAME", 1, 1, "Connect to an account and show what it has", "", LIST_OPTIONS,
        cli_run_account_check},
    {"account addresses", "NAME [ADDRESS...]", 1, -1,
        "Say or show which e-mail addresses are yours",
        "They tell meetings of your own from those of others. Outlook and most servers say them; "
        "those that you give take\nthe place of what you gave before. It makes no difference at "
        "which account you "
        "give them.\n"
        "\nExample:\n"
        "  lockstep account addresses outlook anna@example.com a.muster@example.com\n",
        LIST_OPTIONS, cli_run_account_addresses},
    {"account password", "NAME", 1, 1, "Store a new password or access token",
        "It is read as by 'account add' and not tried out: 'lockstep account check' does that.\n",
        PASSWORD_OPTIONS, cli_run_account_password},
    {"account sign-in", "NAME", 1, 1, "Sign in again where no password is typed",
        "For an account with --sign-in oauth whose sign-in has ended, and one with --sign-in "
        "windows that the server refused.\nIf it works the account is synced by itself again.\n",
        SIGN_IN_OPTIONS, cli_run_account_sign_in},
    {"account remove", "NAME", 1, 1, "Forget an account and its password",
        "Nothing happens to what it holds. An account that a link uses must be unlinked first.\n",
        NULL, cli_run_account_remove},
    {"preset", "", 0, 0, "Show what your administrator has set up",
        "An administrator can name a server, your user name there, and which of Outlook's folders "
        "are to be\nkept in "
        "step with it: by properties of the installer or by policy (installer/README.md).\n",
        LIST_OPTIONS, cli_run_preset},
    {"preset apply", "", 0, 0, "Carry it out; at most the password is asked for",
        "Adds the server and Outlook as accounts and links the standard folders. LOCKSTEP_PASSWORD "
        "or\n"
        "--password-stdin gives the password where nobody can be asked. Nothing is copied before "
        "the next sync.\n",
        PRESET_OPTIONS, cli_run_preset_apply},
    {"migrate", "", 0, 0, "Show what CalDav Synchronizer syncs on this computer",
        "Lists its profiles, how many items it has paired in each, and what keeps one from being "
        "taken "
        "over. Only reads.\n",
        MIGRATE_OPTIONS, cli_run_migrate},
    {"migrate apply", "[PROFILE]", 0, 1, "Take over its profiles, with what it has paired",
        "First clear the boxes of the profiles in CalDav Synchronizer: two programs must not sync "
        "one "
        "folder. Then each\nprofile becomes a link, with its direction, interval and time range. "
        "What "
        "it had paired is paired again in the\nfirst sync, so that nothing is copied twice; "
        "'sync --preview' shows it beforehand.\n\n"
        "Its passwords are used if this Windows user may read them. Else the password is asked "
        "for; "
        "LOCKSTEP_PASSWORD or\n--password-stdin gives it where nobody can be asked.\n"
        "\nExamples:\n"
        "  lockstep migrate\n"
        "  lockstep migrate apply \"Team calendar\"\n",
        MIGRATE_APPLY_OPTIONS, cli_run_migrate_apply},
    {"export", "FILE", 1, 1, "Write settings, accounts and links to a file",
        "For another computer. Passwords are not in it, nor anything of what is synced.\n"
        "\nExample:\n"
        "  lockstep export lockstep-settings.json\n",
        LIST_OPTIONS, cli_run_export},
    {"import", "FILE", 1, 1, "Take over settings, accounts and links from such a file",
        "What is here already stays as it is. The password of each server is asked for; "
        "LOCKSTEP_PASSWORD or\n--password-stdin gives one for all. Nothing is copied before the "
        "next "
        "sync, which finds what is the same on both\nsides.\n",
        IMPORT_OPTIONS, cli_run_import},
    {"folders", "[ACCOUNT]", 0, 1, "List the folders that can be linked",
        "Each line shows what the folder holds, how many items if that is known, and how to write "
        "it.\n",
        LIST_OPTIONS, cli_run_folders},
    {"folder create", "ACCOUNT NAME", 2, 2, "Make a new, empty folder in an account",
        "In Outlook below the standard folder of its kind; on a server where it keeps this user's "
        "folders. One of that\nname that is there is never used instead: you are told. No command "
        "removes a folder, 'undo' neither.\n"
        "\nExamples:\n"
        "  lockstep folder create work \"Team calendar\" --kind event\n"
        "  lockstep folder create outlook Clients --kind contact --json\n",
        FOLDER_CREATE_OPTIONS, cli_run_folder_create},
    {"link", "LEFT RIGHT", 2, 2, "Link two folders",
        "LEFT and RIGHT are ACCOUNT:FOLDER. FOLDER is a path, a name, the end of a path or an id "
        "as\n"
        "'lockstep folders' shows them, or one of the words contacts, calendar, tasks for the "
        "account's\n"
        "standard folder of that kind. Nothing is copied before the next sync.\n"
        "A folder may be in several links, as long as they do not lead in a circle.\n"
        "With --create one of the two folders, if it is not there, is made under the name given "
        "for it, for items of\nthe other's kind. It stays, whatever becomes of the link.\n"
        "\nExamples:\n"
        "  lockstep link outlook:contacts work:contacts\n"
        "  lockstep link outlook:calendar \"work:Team calendar\" --name Team --direction "
        "right-to-left\n"
        "  lockstep link outlook:Clients work:Clients --create\n",
        LINK_OPTIONS, cli_run_link},
    {"link set", "LINK", 1, 1, "Change how a link works",
        "Where both sides changed the same field to different values: 'newest' takes the newer "
        "edit, 'left' and\n"
        "'right' that side's, 'ask' leaves both as they are until you choose. Whatever loses is "
        "kept: see\n"
        "'lockstep conflicts'. What waits for your choice is settled by the next sync if the link "
        "no longer asks.\n"
        "\nA link that led one way left alone what was changed or deleted on the side that it only "
        "wrote. "
        "With another\n--direction the next sync is like a first one: edits of both sides are "
        "united, and what was "
        "deleted on one\nside meanwhile comes back. 'lockstep sync --preview LINK' shows it "
        "before.\n"
        "\nA larger photo stays where it is: it is neither copied to the other side nor deleted, "
        "and "
        "the other\nside keeps the photo it has. With a higher limit it is copied by the next "
        "sync. So it is with files attached\nto appointments and tasks: what is larger than "
        "--attachment-limit stays on its side, and no sync removes or\nreplaces it. 'lockstep "
        "unfit' lists what stays.\n"
        "\n--past and --future limit which appointments and tasks are copied to the other side: "
        "those "
        "with a day within so\nmany days before and after today. The others wait where they are, "
        "and "
        "are copied when their day comes or\nthe limit is widened. Nothing is ever deleted for "
        "that, and what is on both sides stays in step. Open tasks,\nand tasks without a date, "
        "are always copied, a series when any of its days is within.\n"
        "\nWith --categories, --not-categories and --private some items stay on their side: new "
        "ones "
        "that the filter does\nnot take wait where they are, and are copied when they are edited "
        "so "
        "that it does, or the filter is another.\nWhat is on both sides already stays in step "
        "whatever becomes of its categories, also when it is made private\nlater: nothing is ever "
        "deleted for a filter.\n"
        "\nLockstep never causes a message to other people. On a server that writes to guests by "
        "itself, meetings that\nit looks after are therefore left as they are ('leave'). With "
        "'answer', of a meeting that somebody else\norganizes your reply, reminder, categories, "
        "busy state and notes go to the server, which is told not to\nwrite to the organizer "
        "(SCHEDULE-AGENT=CLIENT, RFC 6638; tried with Cyrus). Your reply reaches them only if\n"
        "Outlook sends it.\n"
        "\nThe tray program syncs a link by itself --every so many minutes, give or take a tenth, "
        "and "
        "--on-change a few\nseconds after something was changed in Outlook, or on a server that "
        "tells of it (JMAP); "
        "with 'hand' only when "
        "you "
        "choose Sync now. It keeps still in\nfull-screen programs and presentations, and if you "
        "say so on "
        "battery and on metered connections.\n"
        "\nExamples:\n"
        "  lockstep link set Contacts --every 60 --on-battery no\n"
        "  lockstep link set Calendar --invitations answer\n"
        "  lockstep link set Contacts --policy ask\n"
        "  lockstep link set Contacts --photo-limit 1024\n"
        "  lockstep link set Calendar --attachment-limit 4096\n"
        "  lockstep link set Calendar --past 90d --future 365d\n"
        "  lockstep link set Calendar --past all\n"
        "  lockstep link set Calendar --categories Work,Travel --private skip\n"
        "  lockstep link set Calendar --categories all --private all\n",
        LINK_SET_OPTIONS, cli_run_link_set},
    {"unlink", "LINK", 1, 1, "End a link; items stay where they are, on both sides",
        "Lockstep marks items in Outlook with two properties that no form shows, to know them "
        "again. They "
        "do no harm, and a new\nlink of the same folders finds its items by them; --remove-marks "
        "leaves "
        "Outlook without them.\n",
        UNLINK_OPTIONS, cli_run_unlink},
    {"links", "", 0, 0, "List the links", "", LIST_OPTIONS, cli_run_links},
    {"schedule", "", 0, 0, "Tell when links are synced by themselves, or change it for all",
        "The tray program syncs every link so often that has no interval of its own (lockstep link "
        "set "
        "LINK --every).\nEach time a tenth earlier or later, so that not all computers of an "
        "office ask "
        "their server at once. After\nan error it tries again after 2, 4, 8 ... minutes, at most "
        "an "
        "hour, or when the server says; a rejected\npassword is sent once more and then not until "
        "there is "
        "a new one.\n"
        "\nExamples:\n"
        "  lockstep schedule\n"
        "  lockstep schedule --every 30\n",
        SCHEDULE_OPTIONS, cli_run_schedule},
    {"sync", "[LINK...]", 0, -1, "Bring linked folders in step, once",
        "Without a name all links are synced. Deletes in Outlook go to Deleted Items. If "
        "surprisingly many\n"
        "items are gone, new or changed on one side, they are held until you say --release; "
        "see 'lockstep held'.\n"
        "\nExamples:\n"
        "  lockstep sync --preview Contacts\n"
        "  lockstep sync\n"
        "  lockstep sync Contacts --json\n",
        SYNC_OPTIONS, cli_run_sync},
    {"watch", "", 0, 0, "Keep linked folders in step until stopped",
        "Syncs all links now, then as 'lockstep schedule' says, and within two seconds when a "
        "server "
        "that can (JMAP) tells\nthat something was changed there. For computers without a window: "
        "on Windows the tray "
        "program does this, and\nhears of changes in Outlook, too. A line for each link that had "
        "something to do. Other "
        "commands work meanwhile.\nEnds at Ctrl+C, or when a service is stopped.\n"
        "\nWhat a server does not tell is asked for at intervals, as ever: 'lockstep status' says "
        "how each is "
        "listened to.\n"
        "\nExamples:\n"
        "  lockstep watch\n"
        "  lockstep watch --json >>sync.log\n",
        LIST_OPTIONS, cli_run_watch},
    {"review", "[LINK [NUMBER same|different]]", 0, 3,
        "Show new items that may be the same, and decide",
        "Items that were on both sides before a first sync are joined when they are surely the "
        "same. Where\nthat is doubtful, nothing is copied until you decide, for at most 14 days. "
        "'same' joins and unites\nthem with the next sync, 'different' keeps two items on both "
        "sides.\n"
        "\nExamples:\n"
        "  lockstep review\n"
        "  lockstep review Contacts 3 same\n",
        LIST_OPTIONS, cli_run_review},
    {"conflicts", "", 0, 0, "Show fields that both sides changed, and what lost",
        "First those that wait for you (links with --policy ask), then those that were settled: "
        "what lost is\n"
        "kept as long as the history and can be put in place of what won. Asks no server.\n"
        "\nExamples:\n"
        "  lockstep conflicts --link Contacts\n"
        "  lockstep conflicts choose 3 left\n",
        CONFLICTS_OPTIONS, cli_run_conflicts},
    {"conflicts choose", "ID [left|right|leave]", 1, 2, "Put one of the two values on both sides",
        "Instead of left or right the name of that side's account will do. 'leave' keeps things as "
        "they are and\n"
        "drops the conflict. With --own both get a text that you write instead, where the field is "
        "a "
        "text; both\nvalues are kept then. An edit made since is not overwritten but by --force. "
        "It is done at "
        "once, as a run\n"
        "with a number of its own that can be undone; if a server is out of reach, by the next "
        "sync.\n"
        "\nExamples:\n"
        "  lockstep conflicts choose 3 left\n"
        "  lockstep conflicts choose 3 outlook --force\n"
        "  lockstep conflicts choose 3 --own \"Board meeting, room 2\"\n",
        CHOOSE_OPTIONS, cli_run_conflicts_choose},
    {"held", "", 0, 0, "Show what is held, and why; asks no server",
        "Deletes, new items and changes wait here when a sync would do far more than is usual, and "
        "items that\n"
        "another program seems to change back again and again. 'lockstep sync LINK --release' "
        "lets them happen.\n"
        "\n--refuse decides against them: what went missing on one side comes back from the other, "
        "a new item\n"
        "stays where it is and is not copied, and of a changed item each side keeps what it has. "
        "They rest until\n"
        "somebody edits the item. Refused changes can still be let happen by --release.\n"
        "\nExamples:\n"
        "  lockstep held --refuse Contacts\n"
        "  lockstep held --refuse Contacts --only creates\n",
        HELD_OPTIONS, cli_run_held},
    {"show", "ITEM", 1, 1, "Show an item as both sides have it; asks no server",
        "ITEM is its name, a part of it, its uid or its id on one side. Each value stands beside "
        "that of the other\n"
        "side, as they were after the last sync. What only one side has is marked with the reason: "
        "it is kept\n"
        "there, and an edit on the other side does not touch it.\n"
        "\nExamples:\n"
        "  lockstep show \"Anna Bell\"\n"
        "  lockstep show Bell --link Contacts --json\n",
        SHOW_OPTIONS, cli_run_show},
    {"unfit", "[LINK]", 0, 1, "List what one side has no room for; asks no server",
        "For example a fourth e-mail address, which Outlook cannot hold. Nothing of it is lost: it "
        "stays on the\n"
        "side that has it. 'lockstep show ITEM' shows one item whole.\n",
        LIST_OPTIONS, cli_run_unfit},
    {"history", "[LINK | RUN]", 0, 1, "Show what was done, and why an item changed",
        "Without an argument or with a link: the latest runs that wrote something, with their "
        "numbers. With\n"
        "the number of a run: what it did to each item, field by field.\n"
        "\nExamples:\n"
        "  lockstep history Contacts\n"
        "  lockstep history 12\n"
        "  lockstep history --item \"Anna Bell\"\n",
        HISTORY_OPTIONS, cli_run_history},
    {"undo", "[RUN]", 0, 1, "Put the items of a run back to how they were before it",
        "On both sides: what somebody changed or deleted and the run carried over comes back on "
        "either side.\n"
        "What the run created is deleted again (in Outlook to Deleted Items) if nobody has edited "
        "it; the\n"
        "original stays where it was made, and is synced again when it is edited. What was edited "
        "since is\n"
        "left and named. An undo is a run with a number of its own and can be undone.\n"
        "\nWith --link and --since several runs are undone, the newest first, each as an undo of "
        "its "
        "own; a\n"
        "preview then shows each as if it alone were undone.\n"
        "\nExamples:\n"
        "  lockstep undo 12 --preview\n"
        "  lockstep undo 12\n"
        "  lockstep undo 12 --item \"Anna Bell\"\n"
        "  lockstep undo --link Contacts --since \"2026-11-28 14:30\"\n",
        UNDO_OPTIONS, cli_run_undo},
    {"repair", "LINK", 1, 1, "Make one side equal to the other, which is right",
        "Say with --right-is which side is right: left, right, or the account there. Nothing is "
        "changed on that\n"
        "side. On the other one only what differs is changed; what is there only is deleted (in "
        "Outlook to\n"
        "Deleted Items), also if somebody has just edited it. No reminder fires again and no "
        "invitation is sent.\n"
        "Both sides are backed up first, you are told how much would change and asked, and "
        "'lockstep undo' takes\n"
        "it back.\n"
        "\nExamples:\n"
        "  lockstep repair Contacts --right-is outlook --preview\n"
        "  lockstep repair Contacts --right-is outlook\n",
        REPAIR_OPTIONS, cli_run_repair},
    {"backup", "[LINK]", 0, 1, "Write all items of both sides to a folder now",
        "The folder is in the data folder, one .vcf or .ics file an item. It is also made by "
        "itself before a\n"
        "link's first sync, a repair and a restore. The newest five of a link are kept: "
        "'lockstep\n"
        "settings backup_keep 9' keeps nine, 'lockstep settings first_sync_backup off' leaves out "
        "those before a\n"
        "first sync.\n",
        LIST_OPTIONS, cli_run_backup},
    {"backup list", "", 0, 0, "List the backups", "", LIST_OPTIONS, cli_run_backup_list},
    {"restore", "BACKUP", 1, 1, "Bring items of a backup back",
        "What is missing is made again and what differs is put back, field by field, on both "
        "sides. "
        "What was\n"
        "added since stays, unless you say --exact. What is there now is backed up first, and "
        "'lockstep undo'\n"
        "takes it back. With --side only that side is restored; the next sync carries it to the "
        "other.\n"
        "\nExamples:\n"
        "  lockstep backup list\n"
        "  lockstep restore \"Contacts 2026-11-28 0123\" --preview\n"
        "  lockstep restore \"Contacts 2026-11-28 0123\" --item \"Anna Bell\"\n",
        RESTORE_OPTIONS, cli_run_restore},
    {"status", "", 0, 0, "Show links, last results and open problems; asks no server", "",
        LIST_OPTIONS, cli_run_status},
    {"state check", "", 0, 0, "Read the whole state file and say whether it is sound",
        "It holds accounts, links and what is known of the items, not the items themselves.\n",
        LIST_OPTIONS, cli_run_state_check},
    {"state copies", "", 0, 0, "List the copies of the state file", "", LIST_OPTIONS,
        cli_run_state_copies},
    {"state restore", "[NUMBER]", 0, 1, "Go back to a copy of the state file (1, the newest)",
        "For a damaged state file, which is kept in the folder of the copies. The next sync "
        "compares all items\n"
        "anew, as a first sync does, but still knows which belong together; it deletes nothing "
        "because of\n"
        "the copy's age. What was deleted on one side only since then may come back.\n",
        LIST_OPTIONS, cli_run_state_restore},
    {"check", "", 0, 0, "Check the installation: data folder, Outlook, accounts, links",
        "Asks each server and Outlook, writes nothing there, and says of each thing what is wrong "
        "and what to do.\n"
        "Exit code 1: something needs somebody.\n",
        CHECK_OPTIONS, cli_run_check},
    {"report", "FILE.zip", 1, 1, "Write one ZIP file for support",
        "The checks, links and their state, accounts, settings and the logs. No passwords, no "
        "items, not even titles.\n",
        LIST_OPTIONS, cli_run_report},
    {"log", "[ITEM | debug on|off]", 0, 2, "Show what happened to an item; or the program's log",
        "With an item's title or id: everything that was done to it and why, as 'lockstep history "
        "--item' does.\n"
        "Else it is about the program's own log: where it is, or debug logging on or off. "
        "Passwords and the\n"
        "contents of items never get into that.\n"
        "\nExamples:\n"
        "  lockstep log \"Anna Bell\"\n"
        "  lockstep log debug on\n",
        LIST_OPTIONS, cli_run_log},
    {"settings", "[NAME VALUE]", 0, 2, "Show the program's settings; or change one",
        "language: of the windows, auto (as Windows), en, de, fr, es or ja; takes effect when a "
        "window or the menu\n"
        "is opened next. interval_minutes: between scheduled syncs. history_days, history_mb: how "
        "long and how much\n"
        "can be undone. backup_keep: backups kept of each link. first_sync_backup, debug_logging: "
        "on or off.\n"
        "outlook_apart, on or off: Outlook is reached through a process of its own, so that "
        "trouble "
        "inside of\n"
        "Outlook ends that one and not Lockstep. A 64-bit Outlook is always reached that way.\n"
        "event_log, on or off: Windows' event log is told when a link cannot be synced, works "
        "again, or needs its user.\n"
        "guard_deletes, guard_percent, guard_creates, guard_updates: beyond so many deletes "
        "(or percent of a link),\n"
        "new items or changes at once a sync holds them until you have looked (lockstep help "
        "held); 0: as usual,\n"
        "10 deletes or 30 percent, 100 new ones, 100 changes.\n"
        "proxy: system (as Windows says), none, or one such as proxy.example.com:8080.\n"
        "The lines of this command line, its JSON and the log are in English.\n"
        "\nExamples:\n"
        "  lockstep settings\n"
        "  lockstep settings language de\n",
        LIST_OPTIONS, cli_run_settings},
    {"version", "", 0, 0, "Show the version", "", NULL, cli_run_version},
    {"help", "[COMMAND]", 0, 2, "Show help", "", NULL, cli_run_help},
    {NULL, NULL, 0, 0, NULL, NULL, NULL, NULL},
};
