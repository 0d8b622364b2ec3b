/* lockstep without a window: `lockstep` on Linux, `lockstep-cli.exe` on Windows (where lockstep.exe
 * is the tray program). */
#include "client/cli/cli.h"
#include "client/platform/platform.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    int count;
    platform_harden();
    char **args = platform_args(argc, argv, &count);
    /* The parser reorders its arguments: it gets copies of the pointers, so that each is still
     * freed once. */
    const char **words = mem_dup(args, sizeof *args * ((size_t)count + 1));
    int code = cli_run(count ? words + 1 : words);
    if (fflush(stdout) != 0 && code == 0) {
        fprintf(stderr, "lockstep: the output could not be written\n");
        code = APP_EXIT_IO;
    }
    free(words);
    platform_args_free(args);
    return code;
}
