/* Ending for an update, and starting again afterwards. Whoever installs runs `lockstep.exe /exit /update` before the files are replaced and
 * `lockstep.exe /updated` after it (installer/build.py): a mark in the data folder tells the second whether the first has ended anything. */
#include "client/tray/tray.h"

#include "client/platform/platform.h"
#include "resources/ids.h"

/* The running pass ends at its next safe point; a server that does not answer may take that long. */
#define EXIT_MS 60000

static char *mark_path(void)
{
    CLEANUP(mem_free) char *home = platform_data_dir();
    return home ? platform_path_join(home, "start-again") : NULL;
}

bool restart_end(HWND running, bool again)
{
    DWORD id = 0;
    GetWindowThreadProcessId(running, &id);
    HANDLE process = OpenProcess(SYNCHRONIZE, FALSE, id);
    bool asked = PostMessageW(running, WM_COMMAND, CMD_EXIT, 0);
    bool ended = asked && process && WaitForSingleObject(process, EXIT_MS) == WAIT_OBJECT_0;
    if (process) {
        CloseHandle(process);
    }
    if (asked && again) {
        struct err err = ERR_INIT; /* without the mark it is started at the next log-on */
        CLEANUP(mem_free) char *path = mark_path();
        if (path && platform_file_write(path, "", 0, &err) != RC_OK) {
            err_fini(&err);
        }
    }
    return ended;
}

bool restart_wanted(void)
{
    struct err err = ERR_INIT;
    CLEANUP(mem_free) char *path = mark_path();
    bool wanted = path && platform_file_exists(path);
    if (wanted && platform_file_remove(path, &err) != RC_OK) {
        err_fini(&err);
    }
    return wanted;
}
