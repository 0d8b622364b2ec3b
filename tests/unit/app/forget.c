/* What "forget all" takes: all that is ours, and nothing else. */
#include "tests/unit/app/scene.h"

#include "client/app/private.h"
#include "client/base/buf.h"
#include "client/platform/platform.h"
#include "tests/unit/check.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A data folder with something of each sort, of which nobody has hold. */
static void forget_scene(struct scene *s)
{
    scene_init(s);
    app_close(s->app);
    s->app = NULL;
    scene_write(s, "home/settings.json", "{}");
    scene_write(s, "home/log/today.log", "-");
    scene_write(s, "home/backup/monday/left/anna.vcf", "-");
    scene_write(s, "else/where/treasure.txt", "gold");
    setenv("LOCKSTEP_HOME", s->home, 1);
}

static void link_to(struct scene *s, const char *target, const char *name)
{
    CLEANUP(mem_free) char *from = platform_path_join(s->root, target);
    CLEANUP(mem_free) char *to = platform_path_join(s->root, name);
    if (symlink(from, to) != 0) {
        printf("FAIL scene: no link %s\n", to);
        exit(1);
    }
}

static void check_treasure(struct check *c, struct scene *s)
{
    CLEANUP(mem_free) char *treasure = scene_read(s, "else/where/treasure.txt");
    check_str(c, treasure, "gold");
}

static void test_all(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    forget_scene(&s);
    check_ok(c, app_forget(&err), &err);
    check_true(c, !platform_dir_exists(s.home));
    check_ok(c, app_forget(&err), &err); /* nothing there is fine */
}

static void test_not_ours(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    forget_scene(&s);
    scene_write(&s, "home/mine.txt", "gold");
    check_ok(c, app_forget(&err), &err);
    CLEANUP(mem_free) char *mine = scene_read(&s, "home/mine.txt");
    CLEANUP(mem_free) char *settings = scene_read(&s, "home/settings.json");
    check_str(c, mine, "gold");
    check_str(c, settings, "");
}

static void test_link_within(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    forget_scene(&s);
    link_to(&s, "else/where", "home/backup/monday/right");
    check_ok(c, app_forget(&err), &err);
    check_true(c, !platform_dir_exists(s.home));
    check_treasure(c, &s);
}

/* Somebody keeps the backups on another drive. */
static void test_link_above(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    forget_scene(&s);
    CLEANUP(mem_free) char *backup = platform_path_join(s.home, "backup");
    check_ok(c, forget_folder(backup, 2, &err), &err);
    link_to(&s, "else", "home/backup");
    check_ok(c, app_forget(&err), &err);
    check_true(c, !platform_dir_exists(s.home));
    check_treasure(c, &s);
}

/* Somebody has put folders of his own into a backup. */
static void test_deeper(struct check *c)
{
    struct scene s CLEANUP_FINI(scene_fini);
    struct err err = ERR_INIT;
    forget_scene(&s);
    scene_write(&s, "home/backup/monday/left/mine/deep/treasure.txt", "gold");
    check_int(c, app_forget(&err), RC_IO);
    CLEANUP(mem_free) char *deep = scene_read(&s, "home/backup/monday/left/mine/deep/treasure.txt");
    check_str(c, deep, "gold");
    err_fini(&err);
}

int main(int argc, char **argv)
{
    static const struct check_entry cases[] = {
        {"app/forget/all", test_all},
        {"app/forget/not-ours", test_not_ours},
        {"app/forget/link-within", test_link_within},
        {"app/forget/link-above", test_link_above},
        {"app/forget/deeper", test_deeper},
    };
    return check_main(argc, argv, cases, ARRAY_LEN(cases));
}
