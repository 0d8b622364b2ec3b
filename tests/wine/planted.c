/* A library that tells when it is loaded: a file C:\loaded-NAME, NAME as the library is called. */
#include <windows.h>
#include <stdio.h>
#include <string.h>

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, void *reserved)
{
    char path[MAX_PATH] = "", mark[2 * MAX_PATH];
    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH && GetModuleFileNameA(module, path, MAX_PATH)) {
        const char *name = strrchr(path, '\\');
        snprintf(mark, sizeof mark, "C:\\loaded-%s", name ? name + 1 : path);
        FILE *file = fopen(mark, "w");
        if (file) {
            fclose(file);
        }
    }
    return TRUE;
}
