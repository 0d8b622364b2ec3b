/* A data folder and folders of items on disk. */
#include "tests/unit/app/scene.h"

#include "client/base/buf.h"
#include "client/platform/platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void must(enum rc rc, struct err *err)
{
    if (rc != RC_OK) {
        printf("FAIL scene: %s\n", err_text(err));
        exit(1);
    }
    err_fini(err);
}

static void open_app(struct scene *s)
{
    struct err err = ERR_INIT;
    must(app_open(s->home, &s->app, &err), &err);
}

void scene_init(struct scene *s)
{
    char path[] = "/tmp/lockstep-app.XXXXXX";
    if (!mkdtemp(path)) {
        printf("FAIL scene: no temporary folder\n");
        exit(1);
    }
    s->root = mem_strdup(path);
    s->home = platform_path_join(path, "home");
    open_app(s);
}

void scene_fini(struct scene *s)
{
    app_close(s->app);
    CLEANUP(mem_free) char *command = str_printf("rm -rf '%s'", s->root);
    if (system(command) != 0) {
        printf("note: %s remains\n", s->root);
    }
    free(s->home);
    free(s->root);
}

void scene_reopen(struct scene *s)
{
    app_close(s->app);
    open_app(s);
}

void scene_write(struct scene *s, const char *name, const char *text)
{
    struct err err = ERR_INIT;
    CLEANUP(mem_free) char *path = platform_path_join(s->root, name);
    CLEANUP(mem_free) char *dir = mem_strndup(path, (size_t)(strrchr(path, '/') - path));
    must(platform_dir_make(dir, &err), &err);
    must(platform_file_write(path, text, strlen(text), &err), &err);
}

char *scene_read(struct scene *s, const char *name)
{
    CLEANUP(mem_free) char *path = platform_path_join(s->root, name);
    char *text;
    size_t len;
    if (platform_file_read(path, (size_t)64 << 20, &text, &len, NULL) != RC_OK) {
        return mem_strdup("");
    }
    for (size_t i = 0; i < len; i++) { /* so that strstr sees all of a binary file */
        text[i] = text[i] ? text[i] : ' ';
    }
    return text;
}

void scene_vdir(struct scene *s, const char *name)
{
    struct err err = ERR_INIT;
    CLEANUP(mem_free) char *path = platform_path_join(s->root, name);
    CLEANUP(mem_free) char *contacts = platform_path_join(path, "contacts");
    must(platform_dir_make(contacts, &err), &err);
    struct app_account account = {.name = name, .type = "vdir", .url = path, .unchecked = true};
    CLEANUP(json_free) struct json *found = NULL;
    must(app_account_add(s->app, &account, &found, &err), &err);
}

void scene_contact(struct scene *s, const char *folder, const char *uid, const char *name)
{
    CLEANUP(mem_free) char *file = str_printf("%s/%s.vcf", folder, uid);
    CLEANUP(mem_free)
    char *text =
        str_printf("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:%s\r\nFN:%s\r\nN:%s;;;;\r\nEND:VCARD\r\n",
            uid, name, name);
    scene_write(s, file, text);
}

void scene_people(struct scene *s)
{
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *v = NULL;
    scene_init(s);
    scene_vdir(s, "left");
    scene_vdir(s, "right");
    scene_contact(s, "left/contacts", "u1", "Anna Muster");
    scene_contact(s, "left/contacts", "u2", "Bruno Beispiel");
    const struct app_link link = {
        .left = "left:contacts", .right = "right:contacts", .name = "people", .kind = "contact"};
    if (app_link_add(s->app, &link, &v, &err) != RC_OK) {
        printf("FAIL scene: %s\n", err_text(&err));
        exit(1);
    }
    err_fini(&err);
}
