/* POSIX half of folder.h. */
#include "client/platform/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum rc io_error(struct err *err, const char *what, const char *path)
{
    int number = errno;
    enum rc rc = number == ENOENT ? RC_NOT_FOUND : number == EEXIST ? RC_CONFLICT : RC_IO;
    return err_set(err, rc, number, "%s '%s': %s", what, path, strerror(number));
}

void file_list_fini(struct file_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].name);
    }
    free(list->items);
    memset(list, 0, sizeof *list);
}

static struct file_info info_of(const struct stat *st)
{
    struct file_info info = {(int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec,
        st->st_size, st->st_ino, S_ISDIR(st->st_mode)};
    return info;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct file_entry *)a)->name, ((const struct file_entry *)b)->name);
}

enum rc file_list_dir(const char *path, struct file_list *ret, struct err *err)
{
    DIR *dir = opendir(path);
    if (!dir) {
        return io_error(err, "reading folder", path);
    }
    struct file_list list = {0};
    errno = 0;
    for (struct dirent *e; (e = readdir(dir)); errno = 0) {
        struct stat st;
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) {
            continue;
        }
        if (fstatat(dirfd(dir), e->d_name, &st, 0) != 0) {
            continue; /* gone again, or a dangling link */
        }
        struct file_info info = info_of(&st);
        info.is_link =
            fstatat(dirfd(dir), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode);
        ARRAY_RESERVE(list.items, list.count, list.cap);
        list.items[list.count++] = (struct file_entry){mem_strdup(e->d_name), info};
    }
    if (errno) { /* a listing cut short must not pass for a complete one */
        enum rc rc = io_error(err, "reading folder", path);
        closedir(dir);
        file_list_fini(&list);
        return rc;
    }
    closedir(dir);
    if (list.count) {
        qsort(list.items, list.count, sizeof *list.items, by_name);
    }
    *ret = list;
    return RC_OK;
}

enum rc file_stat(const char *path, struct file_info *ret, struct err *err)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        return io_error(err, "looking at", path);
    }
    *ret = info_of(&st);
    return RC_OK;
}

char *file_identity(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? str_printf("%ju-%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino)
                                : NULL;
}

enum rc file_read(const char *path, struct buf *ret, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return io_error(err, "opening", path);
    }
    char chunk[65536];
    ssize_t n;
    while ((n = read(fd, chunk, sizeof chunk)) > 0 && !ret->overflow) {
        buf_add(ret, chunk, (size_t)n);
    }
    enum rc rc = n < 0 ? io_error(err, "reading", path) : RC_OK;
    close(fd);
    if (rc == RC_OK && ret->overflow) {
        return err_set(err, RC_TOO_BIG, 0, "reading '%s': larger than %zu bytes", path, ret->max);
    }
    return rc;
}

static bool write_all(int fd, const char *data, size_t len)
{
    while (len) {
        ssize_t n = write(fd, data, len);
        if (n < 0) {
            return false;
        }
        data += n;
        len -= (size_t)n;
    }
    return true;
}

enum rc file_write(
    const char *path, const void *data, size_t len, bool must_be_new, struct err *err)
{
    CLEANUP(mem_free) char *temporary = str_printf("%s.lockstep-tmp", path);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
        return io_error(err, "writing", temporary);
    }
    bool written = write_all(fd, data, len) && fsync(fd) == 0;
    written = close(fd) == 0 && written;
    /* link() does not replace: the only way to create a complete file exactly once. */
    if (written && (must_be_new ? link(temporary, path) : rename(temporary, path)) == 0) {
        if (must_be_new) {
            unlink(temporary);
        }
        return RC_OK;
    }
    enum rc rc = io_error(err, "writing", path);
    unlink(temporary);
    return rc;
}

enum rc file_remove(const char *path, struct err *err)
{
    return unlink(path) == 0 ? RC_OK : io_error(err, "removing", path);
}

enum rc file_remove_dir(const char *path, struct err *err)
{
    struct stat st;
    bool is_link = lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
    return (is_link ? unlink(path) : rmdir(path)) == 0 ? RC_OK
                                                       : io_error(err, "removing folder", path);
}

enum rc file_make_new_dir(const char *path, struct err *err)
{
    return mkdir(path, 0777) == 0 ? RC_OK : io_error(err, "making folder", path);
}

enum rc file_make_dir(const char *path, struct err *err)
{
    CLEANUP(mem_free) char *copy = mem_strdup(path);
    for (char *p = copy + 1; *copy && *p; p++) {
        if (*p == '/') {
            *p = 0;
            if (mkdir(copy, 0777) != 0 && errno != EEXIST) {
                return io_error(err, "making folder", copy);
            }
            *p = '/';
        }
    }
    if (mkdir(copy, 0777) != 0 && errno != EEXIST) {
        return io_error(err, "making folder", copy);
    }
    return RC_OK;
}
