/* What CalDav Synchronizer has on this computer. */
#include "client/app/migrate.h"

#include "client/app/private.h"
#include "client/base/buf.h"
#include "client/platform/platform.h"

#define FILE_MAX ((size_t)64 << 20) /* 40,000 pairs are 20 MB */

void migrate_fini(struct migrate *m)
{
    for (size_t i = 0; m->pairs && i < m->profiles.count; i++) {
        free(m->pairs[i]);
    }
    free(m->pairs);
    free(m->dir);
    cds_profiles_fini(&m->profiles);
    *m = (struct migrate){0};
}

/* ---- the files ---- */

/* One options file, and the pairs beside it. */
static enum rc load_options(
    struct migrate *m, const char *folder, const char *name, struct err *err)
{
    CLEANUP(mem_free) char *path = platform_path_join(folder, name);
    CLEANUP(mem_free) char *text = NULL;
    size_t len, before = m->profiles.count;
    if (!platform_file_exists(path)) { /* a profile of Outlook in which it has never been set up */
        return RC_OK;
    }
    enum rc rc = platform_file_read(path, FILE_MAX, &text, &len, err);
    if (rc == RC_OK) {
        rc = cds_profiles_read(text, len, &m->profiles, err);
        m->pairs = mem_realloc(m->pairs, m->profiles.count + 1, sizeof *m->pairs);
        for (size_t i = before; i < m->profiles.count; i++) {
            CLEANUP(mem_free) char *own = platform_path_join(folder, m->profiles.items[i].id);
            m->pairs[i] = platform_path_join(own, "relations.xml");
        }
    }
    return rc == RC_OK ? rc : err_prefix(err, "%s", path);
}

struct places {
    struct migrate *m;
    enum rc rc;
    struct err *err;
};

static void on_place(void *user, const char *folder, const char *name)
{
    struct places *p = user;
    CLEANUP(mem_free)
    char *path = folder ? platform_path_join(p->m->dir, folder) : mem_strdup(p->m->dir);
    if (p->rc == RC_OK) {
        p->rc = load_options(p->m, path, name, p->err);
    }
}

static char *list_path(const char *dir)
{
    return platform_path_join(dir, "profiles.xml");
}

/* In %LOCALAPPDATA%, or as its users may choose in %APPDATA%. NULL: neither. */
static char *usual_dir(void)
{
    static const char *const PLACES[] = {"LOCALAPPDATA", "APPDATA"};
    for (size_t i = 0; i < ARRAY_LEN(PLACES); i++) {
        CLEANUP(mem_free) char *base = platform_env(PLACES[i]);
        CLEANUP(mem_free) char *dir = base ? platform_path_join(base, "CalDavSynchronizer") : NULL;
        CLEANUP(mem_free) char *list = dir ? list_path(dir) : NULL;
        if (list && platform_file_exists(list)) {
            return TAKE(dir);
        }
    }
    return NULL;
}

enum rc migrate_load(const char *dir, struct migrate *ret, struct err *err)
{
    struct migrate m CLEANUP_FINI(migrate_fini) = {
        .dir = dir ? platform_path_absolute(dir) : usual_dir()};
    if (!m.dir) {
        return err_set(err, RC_NOT_FOUND, 0,
            "CalDav Synchronizer has not been used by this user on this computer");
    }
    CLEANUP(mem_free) char *path = list_path(m.dir);
    CLEANUP(mem_free) char *text = NULL;
    size_t len;
    struct places places = {&m, RC_OK, err};
    enum rc rc = platform_file_read(path, FILE_MAX, &text, &len, err);
    if (rc == RC_OK) {
        rc = cds_places_read(text, len, on_place, &places, err);
    }
    rc = rc == RC_OK ? places.rc : err_prefix(err, "%s", path);
    if (rc == RC_OK) {
        *ret = m;
        m = (struct migrate){0};
    }
    return rc;
}

enum rc migrate_pairs(
    const struct migrate *m, size_t i, cds_pair_fn *tell, void *user, struct err *err)
{
    CLEANUP(mem_free) char *text = NULL;
    size_t len;
    enum rc rc = platform_file_read(m->pairs[i], FILE_MAX, &text, &len, err);
    rc = rc == RC_OK ? cds_pairs_read(text, len, tell, user, err) : RC_OK;
    return rc == RC_INVALID ? RC_OK : rc; /* power losses leave empty or torn ones */
}

/* ---- what is told of them ---- */

const char *migrate_obstacle(const struct cds_profile *p)
{
    return p->on      ? "it is still on: clear its box in CalDav Synchronizer (Synchronization "
                        "Profiles), as two programs must not sync one folder"
           : !p->http ? "it uses Google's own interface, which Lockstep does not speak"
           : str_empty(p->folder) || str_empty(p->url) ? "it names no folder"
                                                       : NULL;
}

static enum rc count_pair(void *user, const char *entry, const char *path, struct err *err)
{
    (void)entry, (void)path, (void)err;
    ++*(int64_t *)user;
    return RC_OK;
}

static struct json *profile_json(const struct migrate *m, size_t i)
{
    const struct cds_profile *p = &m->profiles.items[i];
    struct json *v = json_object();
    int64_t pairs = 0;
    struct err err = ERR_INIT;
    (void)!migrate_pairs(m, i, count_pair, &pairs, &err);
    err_fini(&err);
    json_set_str(v, "name", p->name);
    json_set_str(v, "url", p->url);
    json_set_str(v, "user", str_empty(p->user) ? NULL : p->user);
    json_set_str(v, "direction", p->direction);
    json_set_str(v, "policy", p->policy);
    json_set_str(v, "every", p->every);
    json_set_int(v, "pairs", pairs);
    json_set_str(v, "obstacle", migrate_obstacle(p));
    return v;
}

enum rc app_migrate_list(const char *dir, struct json **ret, struct err *err)
{
    struct migrate m CLEANUP_FINI(migrate_fini) = {0};
    enum rc rc = migrate_load(dir, &m, err);
    if (rc != RC_OK) {
        return rc;
    }
    struct json *list = json_array();
    for (size_t i = 0; i < m.profiles.count; i++) {
        json_append(list, profile_json(&m, i));
    }
    *ret = json_object();
    json_set_str(*ret, "dir", m.dir);
    json_set(*ret, "profiles", list);
    return RC_OK;
}
