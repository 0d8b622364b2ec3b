/* POSIX: places and files. */
#include "client/platform/platform.h"

#include "client/base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *platform_env(const char *name)
{
    return mem_strdup(getenv(name));
}

char *platform_data_dir(void)
{
    const char *home = getenv("LOCKSTEP_HOME");
    if (!str_empty(home)) {
        return platform_path_absolute(home);
    }
    const char *data = getenv("XDG_DATA_HOME");
    if (data && data[0] == '/') { /* the XDG specification: a relative path is to be ignored */
        return platform_path_join(data, "lockstep");
    }
    home = getenv("HOME");
    return platform_path_join(str_empty(home) ? "/" : home, ".local/share/lockstep");
}

char *platform_path_join(const char *dir, const char *name)
{
    return str_printf(str_ends(dir, "/") ? "%s%s" : "%s/%s", dir, name);
}

char *platform_path_absolute(const char *path)
{
    char cwd[PATH_MAX];
    if (path[0] == '/' || !getcwd(cwd, sizeof cwd)) {
        return mem_strdup(path);
    }
    return platform_path_join(cwd, path);
}

bool platform_file_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool platform_dir_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static enum rc fail(struct err *err, const char *what, const char *path)
{
    int e = errno;
    return err_set(
        err, e == ENOENT ? RC_NOT_FOUND : RC_IO, e, "cannot %s %s: %s", what, path, strerror(e));
}

enum rc platform_dir_make(const char *path, struct err *err)
{
    CLEANUP(mem_free) char *part = mem_strdup(path);
    for (char *p = part + 1; *part; p++) {
        char c = *p;
        if (c != '/' && c != '\0') {
            continue;
        }
        *p = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST && (c == '\0' || errno != EACCES)) {
            return err_set(
                err, RC_IO, errno, "cannot make the folder %s: %s", part, strerror(errno));
        }
        *p = c;
        if (c == '\0') {
            break;
        }
    }
    if (!platform_dir_exists(path)) {
        return err_set(err, RC_IO, ENOTDIR,
            "cannot make the folder %s: a file of that name is in the way", path);
    }
    return RC_OK;
}

enum rc platform_file_read(
    const char *path, size_t max, char **ret_data, size_t *ret_len, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return fail(err, "open", path);
    }
    struct buf b = BUF_INIT(max);
    char chunk[16384];
    ssize_t n;
    while ((n = read(fd, chunk, sizeof chunk)) > 0 && !b.overflow) {
        buf_add(&b, chunk, (size_t)n);
    }
    enum rc rc = RC_OK;
    if (n < 0) {
        rc = fail(err, "read", path);
    } else if (b.overflow) {
        rc = err_set(err, RC_TOO_BIG, 0, "cannot read %s: larger than %zu bytes", path, max);
    }
    close(fd);
    if (rc == RC_OK) {
        if (ret_len) {
            *ret_len = b.len;
        }
        *ret_data = buf_take(&b);
    }
    buf_fini(&b);
    return rc;
}

static bool write_all(int fd, const char *data, size_t len)
{
    while (len) {
        ssize_t n = write(fd, data, len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return false;
        }
        data += n;
        len -= (size_t)n;
    }
    return true;
}

enum rc platform_file_write(const char *path, const void *data, size_t len, struct err *err)
{
    CLEANUP(mem_free) char *temp = str_printf("%s.new", path);
    int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        return fail(err, "write", temp);
    }
    bool good = write_all(fd, data, len) && fsync(fd) == 0;
    enum rc rc = good ? RC_OK : fail(err, "write", temp);
    if (close(fd) != 0 && rc == RC_OK) {
        rc = fail(err, "write", temp);
    }
    if (rc == RC_OK && rename(temp, path) != 0) {
        rc = fail(err, "replace", path);
    }
    if (rc != RC_OK) {
        unlink(temp);
    }
    return rc;
}

enum rc platform_file_rename(const char *from, const char *to, struct err *err)
{
    return rename(from, to) == 0 ? RC_OK : fail(err, "rename", from);
}

enum rc platform_file_remove(const char *path, struct err *err)
{
    return unlink(path) == 0 || errno == ENOENT ? RC_OK : fail(err, "remove", path);
}

struct platform_appender {
    int fd;
    char *path; /* owned; for messages */
};

enum rc platform_appender_new(
    const char *path, struct platform_appender **ret, int64_t *ret_size, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0) {
        enum rc rc = fail(err, "open", path);
        if (fd >= 0) {
            close(fd);
        }
        return rc;
    }
    struct platform_appender *a = NEW(struct platform_appender);
    a->fd = fd;
    a->path = mem_strdup(path);
    *ret_size = st.st_size;
    *ret = a;
    return RC_OK;
}

enum rc platform_appender_write(
    struct platform_appender *a, const void *data, size_t len, struct err *err)
{
    return write_all(a->fd, data, len) ? RC_OK : fail(err, "write", a->path);
}

void platform_appender_free(struct platform_appender *a)
{
    if (a) {
        close(a->fd);
        free(a->path);
        free(a);
    }
}
