/* A main() for fuzz targets without libFuzzer: replays the files named on the command line, or in
 * the folders named there, so that the corpus is an ordinary test. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        return 0;
    }
    size_t cap = 1 << 16, len = 0, n;
    uint8_t *data = malloc(cap);
    while (data && (n = fread(data + len, 1, cap - len, f)) > 0) {
        len += n;
        if (len == cap) {
            cap *= 2;
            data = realloc(data, cap);
        }
    }
    fclose(f);
    if (!data) {
        return 0;
    }
    LLVMFuzzerTestOneInput(data, len);
    free(data);
    return 1;
}

static int replay(const char *path)
{
    DIR *dir = opendir(path);
    int count = 0;
    if (!dir) {
        return replay_file(path);
    }
    for (struct dirent *e; (e = readdir(dir));) {
        char name[4096];
        if (e->d_name[0] != '.' &&
            snprintf(name, sizeof name, "%s/%s", path, e->d_name) < (int)sizeof name) {
            count += replay_file(name);
        }
    }
    closedir(dir);
    return count;
}

int main(int argc, char **argv)
{
    int count = 0;
    for (int i = 1; i < argc; i++) {
        count += replay(argv[i]);
    }
    printf("%d passed, %d failed\n", count, count == 0);
    return count == 0;
}
