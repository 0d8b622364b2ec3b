/* The app layer's JSON as text for a terminal. Each function returns what to print; the caller
 * frees. Control characters in names and titles are shown as '?', so that an item cannot play
 * tricks on the terminal. */
#ifndef LOCKSTEP_CLI_SHOW_H
#define LOCKSTEP_CLI_SHOW_H

#include "client/base/json.h"

char *show_trial(const struct json *v);
char *show_preset(const struct json *v);
char *show_preset_result(const struct json *v);
char *show_unlinked(const struct json *v);
char *show_export(const struct json *v);
char *show_import(const struct json *v);
char *show_migrate(const struct json *v);
char *show_migrated(const struct json *v);
char *show_accounts(const struct json *v);
char *show_addresses(const struct json *v);
char *show_found(const struct json *v);
char *show_folders(const struct json *v);
char *show_folder(const struct json *folder);
char *show_links(const struct json *v);
char *show_schedule(const struct json *v);
char *show_link(const struct json *link);
char *show_sync(const struct json *v);
/* "server: tells of changes by itself", and so on; see client/app/push.h. */
char *show_push_line(const char *account, const char *how, const char *why);
char *show_review(const struct json *v);
char *show_conflicts(const struct json *v);
char *show_chosen(const struct json *v);
char *show_held(const struct json *v);
char *show_refused(const struct json *v);
char *show_items(const struct json *v);
char *show_unfit(const struct json *v);
char *show_backups(const struct json *v);
char *show_history(const struct json *v);
char *show_status(const struct json *v);
char *show_settings(const struct json *v);
/* show_check.c */
char *show_check(const struct json *v);
char *show_report(const struct json *v);
char *show_state(const struct json *v);
char *show_copies(const struct json *v);
char *show_restored(const struct json *v);

#endif
