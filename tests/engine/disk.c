/* See disk.h. The write-ahead log is what tells commits apart: each page has a header of 24 bytes
 * before it, and that of the last page of a commit names the size of the database
 * (https://www.sqlite.org/fileformat2.html#walformat). */
#include "tests/engine/disk.h"

#include "client/base/buf.h"

#include <sqlite3.h>
#include <string.h>

#define WAL_PAGE_HEADER 24

struct disk_file {
    char *path;
    bool there; /* a removed one is kept for the next of its name: new memory is slow */
    unsigned char *data;
    size_t size, cap;
};

struct disk {
    sqlite3_vfs vfs;
    struct disk_file **files; /* owned */
    size_t count, cap;
    bool stopped;
    long stop_in; /* commits until it stops, 0: never */
    enum disk_moment moment;
    bool last_page; /* the page that is written next ends a commit */
    bool complete;  /* all of the commit in which to stop is written */
    void (*told)(void *user);
    void *user;
};

struct disk_handle {
    sqlite3_file base;
    struct disk *disk;
    struct disk_file *file;
    bool wal;
};

static struct disk_handle *handle_of(sqlite3_file *f)
{
    return (struct disk_handle *)(void *)f;
}

/* ---- files ---- */

static struct disk_file *find(const struct disk *d, const char *path)
{
    for (size_t i = 0; i < d->count; i++) {
        if (str_eq(d->files[i]->path, path)) {
            return d->files[i];
        }
    }
    return NULL;
}

static bool is_there(const struct disk *d, const char *path)
{
    const struct disk_file *f = find(d, path);
    return f && f->there;
}

static struct disk_file *make(struct disk *d, const char *path)
{
    struct disk_file *f = find(d, path);
    if (!f) {
        f = NEW(struct disk_file);
        f->path = mem_strdup(path);
        ARRAY_RESERVE(d->files, d->count, d->cap);
        d->files[d->count++] = f;
    }
    if (!f->there) {
        f->there = true;
        f->size = 0;
    }
    return f;
}

static void reserve(struct disk_file *f, size_t size)
{
    if (size > f->cap) {
        size_t cap = size * 2;
        f->data = mem_realloc(f->data, cap, 1);
        f->cap = cap;
    }
}

void disk_copy(struct disk *d, const char *from, const char *to)
{
    const struct disk_file *source = find(d, from);
    if (source && source->there) {
        struct disk_file *target = make(d, to);
        reserve(target, source->size);
        memcpy(target->data, source->data, source->size);
        target->size = source->size;
    }
}

void disk_remove(struct disk *d, const char *path)
{
    struct disk_file *f = find(d, path);
    if (f) {
        f->there = false;
    }
}

/* ---- stopping ---- */

void disk_stop_in(
    struct disk *d, long n, enum disk_moment moment, void (*stopped)(void *user), void *user)
{
    d->stop_in = n;
    d->moment = moment;
    d->told = stopped;
    d->user = user;
    d->last_page = d->complete = false;
}

void disk_stop(struct disk *d)
{
    d->stopped = true;
    d->stop_in = 0;
}

void disk_go_on(struct disk *d)
{
    d->stopped = false;
    d->stop_in = 0;
}

bool disk_stopped(const struct disk *d)
{
    return d->stopped;
}

static void stop_here(struct disk *d)
{
    void (*told)(void *) = d->told;
    disk_stop(d);
    if (told) {
        told(d->user);
    }
}

static bool ends_commit(const void *bytes, int n)
{
    const unsigned char *p = bytes;
    return n == WAL_PAGE_HEADER && (p[4] | p[5] | p[6] | p[7]);
}

/* How much of this write reaches the disk. */
static size_t admit(struct disk_handle *h, const void *bytes, int n)
{
    struct disk *d = h->disk;
    if (d->stopped || !d->stop_in || !h->wal) {
        return d->stopped ? 0 : (size_t)n;
    }
    bool last_page = d->last_page;
    d->last_page = ends_commit(bytes, n);
    if (d->stop_in > 1) {
        d->stop_in -= last_page;
        return (size_t)n;
    }
    if (d->moment == DISK_BEFORE || (d->moment == DISK_WITHIN && d->last_page)) {
        stop_here(d);
        return 0;
    }
    if (d->moment == DISK_TORN && last_page) {
        stop_here(d);
        return (size_t)n / 2;
    }
    d->complete |= last_page;
    return (size_t)n;
}

/* ---- what SQLite calls ---- */

static int disk_close(sqlite3_file *f)
{
    (void)f;
    return SQLITE_OK;
}

static int disk_read(sqlite3_file *f, void *bytes, int n, sqlite3_int64 at)
{
    const struct disk_file *file = handle_of(f)->file;
    size_t from = (size_t)at, want = (size_t)n;
    size_t there = from < file->size ? file->size - from : 0;
    size_t got = there < want ? there : want;
    if (got) {
        memcpy(bytes, file->data + from, got);
    }
    memset((char *)bytes + got, 0, want - got);
    return got == want ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int disk_write(sqlite3_file *f, const void *bytes, int n, sqlite3_int64 at)
{
    struct disk_handle *h = handle_of(f);
    struct disk_file *file = h->file;
    size_t from = (size_t)at, take = admit(h, bytes, n);
    if (take) {
        reserve(file, from + take);
        if (from > file->size) {
            memset(file->data + file->size, 0, from - file->size);
        }
        memcpy(file->data + from, bytes, take);
        file->size = from + take > file->size ? from + take : file->size;
    }
    return take == (size_t)n ? SQLITE_OK : SQLITE_IOERR_WRITE;
}

static int disk_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    struct disk_handle *h = handle_of(f);
    if (h->disk->stopped) {
        return SQLITE_IOERR_TRUNCATE;
    }
    h->file->size = (size_t)size < h->file->size ? (size_t)size : h->file->size;
    return SQLITE_OK;
}

static int disk_sync(sqlite3_file *f, int flags)
{
    struct disk_handle *h = handle_of(f);
    struct disk *d = h->disk;
    (void)flags;
    if (!d->stopped && h->wal && d->stop_in == 1 && d->complete) {
        stop_here(d);
        return SQLITE_OK;
    }
    return d->stopped ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int disk_size(sqlite3_file *f, sqlite3_int64 *ret)
{
    *ret = (sqlite3_int64)handle_of(f)->file->size;
    return SQLITE_OK;
}

static int disk_lock(sqlite3_file *f, int level)
{
    (void)f;
    (void)level;
    return SQLITE_OK;
}

static int disk_is_locked(sqlite3_file *f, int *ret)
{
    (void)f;
    *ret = 0;
    return SQLITE_OK;
}

static int disk_control(sqlite3_file *f, int op, void *arg)
{
    (void)f;
    (void)op;
    (void)arg;
    return SQLITE_NOTFOUND;
}

static int disk_sector(sqlite3_file *f)
{
    (void)f;
    return 4096;
}

static int disk_traits(sqlite3_file *f)
{
    (void)f;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = disk_close,
    .xRead = disk_read,
    .xWrite = disk_write,
    .xTruncate = disk_truncate,
    .xSync = disk_sync,
    .xFileSize = disk_size,
    .xLock = disk_lock,
    .xUnlock = disk_lock,
    .xCheckReservedLock = disk_is_locked,
    .xFileControl = disk_control,
    .xSectorSize = disk_sector,
    .xDeviceCharacteristics = disk_traits,
};

static int vfs_open(sqlite3_vfs *v, const char *path, sqlite3_file *f, int flags, int *ret_flags)
{
    struct disk *d = v->pAppData;
    struct disk_handle *h = handle_of(f);
    h->base.pMethods = NULL;
    if (!is_there(d, path) && (!(flags & SQLITE_OPEN_CREATE) || d->stopped)) {
        return SQLITE_CANTOPEN;
    }
    *h = (struct disk_handle){{&methods}, d, make(d, path), flags & SQLITE_OPEN_WAL};
    if (ret_flags) {
        *ret_flags = flags;
    }
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *v, const char *path, int sync)
{
    struct disk *d = v->pAppData;
    (void)sync;
    if (d->stopped) {
        return SQLITE_IOERR_DELETE;
    }
    disk_remove(d, path);
    return SQLITE_OK;
}

static int vfs_access(sqlite3_vfs *v, const char *path, int flags, int *ret)
{
    (void)flags;
    *ret = is_there(v->pAppData, path);
    return SQLITE_OK;
}

static int vfs_full_path(sqlite3_vfs *v, const char *path, int n, char *out)
{
    (void)v;
    sqlite3_snprintf(n, out, "%s", path);
    return SQLITE_OK;
}

static int vfs_random(sqlite3_vfs *v, int n, char *out)
{
    (void)v;
    memset(out, 1, (size_t)n);
    return n;
}

static int vfs_sleep(sqlite3_vfs *v, int microseconds)
{
    (void)v;
    return microseconds;
}

static int vfs_time(sqlite3_vfs *v, double *ret)
{
    (void)v;
    *ret = 2461000.5;
    return SQLITE_OK;
}

struct disk *disk_install(void)
{
    struct disk *d = NEW(struct disk);
    d->vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = sizeof(struct disk_handle),
        .mxPathname = 512,
        .zName = "lockstep-memory",
        .pAppData = d,
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_path,
        .xRandomness = vfs_random,
        .xSleep = vfs_sleep,
        .xCurrentTime = vfs_time,
    };
    sqlite3_vfs_register(&d->vfs, 1);
    return d;
}

void disk_free(struct disk *d)
{
    sqlite3_vfs_unregister(&d->vfs);
    for (size_t i = 0; i < d->count; i++) {
        free(d->files[i]->path);
        free(d->files[i]->data);
        free(d->files[i]);
    }
    free(d->files);
    free(d);
}
