/* All that Lockstep keeps for this user goes: for whoever uninstalls and wants nothing left. Only what is
 * ours by name, as somebody may have put the data folder where other things are. */
#include "client/app/private.h"

#include "client/platform/folder.h"
#include "client/platform/platform.h"

#define BELOW 3 /* backup/NAME/SIDE */

static const char *const FILES[] = {"lockstep.db", "lockstep.db-wal", "lockstep.db-shm",
    "lockstep.db-journal", "secrets.json", "settings.json", "preset.json", "start-again"};
static const char *const FOLDERS[] = {"backup", "log"};

enum rc forget_folder(const char *dir, int depth, struct err *err)
{
    struct file_list all CLEANUP_FINI(file_list_fini) = {0};
    enum rc rc = file_list_dir(dir, &all, err);
    for (size_t i = 0; i < all.count && rc == RC_OK; i++) {
        CLEANUP(mem_free) char *path = platform_path_join(dir, all.items[i].name);
        if (!all.items[i].info.is_dir) {
            rc = file_remove(path, err);
        } else if (depth) {
            rc = forget_folder(path, depth - 1, err);
        }
    }
    return rc == RC_OK ? file_remove_dir(dir, err) : rc;
}

enum rc app_forget(struct err *err)
{
    CLEANUP(mem_free) char *home = platform_data_dir();
    enum rc rc = RC_OK;
    for (size_t i = 0; i < ARRAY_LEN(FILES) && rc == RC_OK; i++) {
        CLEANUP(mem_free) char *path = platform_path_join(home, FILES[i]);
        rc = platform_file_remove(path, err);
    }
    for (size_t i = 0; i < ARRAY_LEN(FOLDERS) && rc == RC_OK; i++) {
        CLEANUP(mem_free) char *path = platform_path_join(home, FOLDERS[i]);
        rc = platform_dir_exists(path) ? forget_folder(path, BELOW, err) : RC_OK;
    }
    if (rc == RC_OK) {
        struct err other = ERR_INIT; /* what is not ours keeps the folder */
        enum rc left = file_remove_dir(home, &other);
        (void)left;
        err_fini(&other);
    }
    return rc;
}
