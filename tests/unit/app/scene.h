/* A data folder and folders of items on disk for the tests of client/app; all below one temporary
 * folder. */
#ifndef LOCKSTEP_TESTS_UNIT_APP_SCENE_H
#define LOCKSTEP_TESTS_UNIT_APP_SCENE_H

#include "client/app/app.h"

struct scene {
    char *root, *home; /* owned */
    struct app *app;   /* owned; open */
};
void scene_init(struct scene *s);
void scene_fini(struct scene *s);
void scene_reopen(struct scene *s); /* as after a restart of the program */
/* Writes ROOT/NAME, with its folders. */
void scene_write(struct scene *s, const char *name, const char *text);
/* ROOT/NAME as text, "" if there is none. Caller frees. */
char *scene_read(struct scene *s, const char *name);
/* A vdir account NAME over ROOT/NAME, which is made with a sub-folder "contacts". Aborts on
 * failure. */
void scene_vdir(struct scene *s, const char *name);
/* A vCard with this name and UID, in ROOT/FOLDER/UID.vcf. */
void scene_contact(struct scene *s, const char *folder, const char *uid, const char *name);
/* scene_init, and a link "people" between two folders; `left` has Anna and Bruno, the right one nothing. */
void scene_people(struct scene *s);

#endif
