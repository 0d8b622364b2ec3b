/* All that Lockstep keeps for this user goes: for whoever uninstalls and wants nothing left. Only what is
 * ours by name, as somebody may have put the data folder where other things are. */
#include "client/app/private.h"

#include "client/platform/folder.h"
#include "client/platform/platform.h"

#define BELOW 3 /* backup/NAME/SIDE */

static const char *const OURS[] = {"lockstep.db", "lockstep.db-wal", "lockstep.db-shm",
    "lockstep.db-journal", "secrets.json", "settings.json", "preset.json", "start-again", "backup",
    "log"};

/* A link goes, and what it leads to stays: that may be anybody's. */
static enum rc forget_entry(const char *dir, const struct file_entry *e, int depth, struct err *err)
{
    CLEANUP(mem_free) char *path = platform_path_join(dir, e->name);
    if (!e->info.is_dir) {
        return file_remove(path, err);
    }
    if (e->info.is_link) {
        return file_remove_dir(path, err);
    }
    return depth ? forget_folder(path, depth - 1, err)
                 : RC_OK; /* its parent says that it is there */
}

enum rc forget_folder(const char *dir, int depth, struct err *err)
{
    struct file_list all CLEANUP_FINI(file_list_fini) = {0};
    enum rc rc = file_list_dir(dir, &all, err);
    for (size_t i = 0; i < all.count && rc == RC_OK; i++) {
        rc = forget_entry(dir, &all.items[i], depth, err);
    }
    return rc == RC_OK ? file_remove_dir(dir, err) : rc;
}

static bool is_ours(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(OURS); i++) {
        if (str_ieq(name, OURS[i])) {
            return true;
        }
    }
    return false;
}

enum rc app_forget(struct err *err)
{
    CLEANUP(mem_free) char *home = platform_data_dir();
    struct file_list all CLEANUP_FINI(file_list_fini) = {0};
    if (!platform_dir_exists(home)) {
        return RC_OK;
    }
    enum rc rc = file_list_dir(home, &all, err);
    for (size_t i = 0; i < all.count && rc == RC_OK; i++) {
        if (is_ours(all.items[i].name)) {
            rc = forget_entry(home, &all.items[i], BELOW, err);
        }
    }
    if (rc == RC_OK) {
        struct err other = ERR_INIT; /* what is not ours keeps the folder */
        enum rc left = file_remove_dir(home, &other);
        (void)left;
        err_fini(&other);
    }
    return rc;
}
