/* What a copy was made of. Its create was cut off before its answer was known, or it could not be read
 * back, so that its pair has no bases yet. Until it has, this tells what the copy still holds as it was
 * made: where the source has something else there, the source was edited since, and nothing of before is
 * carried back to it or kept beside the new (invariant I2). It is in the state file, where the bases will
 * be, since the program may die again before they are known. */
#include "client/sync/internal.h"

#include "client/item/doc.h"

enum rc made_keep(struct run *r, const struct entry *e, const struct json *made, struct err *err)
{
    enum rc rc = state_body_delete(r->state, e->pair.id, err);
    if (rc != RC_OK || !made || refs_is_group(made)) {
        return rc;
    }
    struct state_body body CLEANUP_FINI(state_body_fini) = {0};
    body.doc[SIDE_LEFT] = json_print(made);
    body.doc[SIDE_RIGHT] = json_print(made);
    return state_body_save(r->state, e->pair.id, &body, err);
}

struct json *made_revived(
    const struct json *made, const struct json *source_base, const struct json *copy_base)
{
    struct json *own = json_dup(made);
    CLEANUP(json_free) struct json *beyond = merge_own_patch(source_base, copy_base);
    merge_undo_paths(own, beyond, source_base);
    return own;
}

static bool may_have(const struct entry *e)
{
    return !e->pair.has_base && e->pair.prefer >= 0 && !entry_half(e);
}

enum rc made_load(struct run *r, struct work *w, struct err *err)
{
    struct state_body body CLEANUP_FINI(state_body_fini) = {0};
    if (!may_have(w->entry)) {
        return RC_OK;
    }
    struct err none = ERR_INIT;
    enum rc rc = state_body_load(r->state, w->entry->pair.id, &body, &none);
    if (rc == RC_OK) {
        rc = json_parse(body.doc[SIDE_LEFT], strlen(body.doc[SIDE_LEFT]), &w->made, &none);
    } else if (rc == RC_NOT_FOUND) {
        rc = RC_OK;
    }
    if (rc != RC_OK && err) {
        err_move(err, &none);
    }
    err_fini(&none);
    return rc;
}

static enum side copy_side(const struct work *w)
{
    return side_other((enum side)w->entry->pair.prefer);
}

void made_recognize(struct work *w)
{
    for (int s = 0; s < 2 && w->made; s++) {
        doc_recognize(w->side[s].now, w->made);
    }
}

/* Texts of which the copy has made one: what that says by now is the copy's edit, unless it is as much of
 * them as the copy's store can hold. */
static void know_texts(struct work *w, struct json *made, struct json *common[2])
{
    enum side copy = copy_side(w);
    CLEANUP(json_free) struct json *in_one = doc_in_one(w->side[copy].now, made);
    if (!json_count(in_one)) {
        return;
    }
    doc_rekey(made, w->side[side_other(copy)].now);
    for (const struct json *m = json_first(in_one); m; m = json_next(m)) {
        const struct json *texts = json_get(made, json_key(m));
        json_set(common[side_other(copy)], json_key(m), json_dup(texts));
        texts = json_bool_value(m, false) ? json_get(w->side[copy].now, json_key(m)) : texts;
        json_set(common[copy], json_key(m), json_dup(texts));
    }
}

void made_known(struct work *w, struct json *common[2])
{
    if (!w->made) {
        return;
    }
    const struct json *copy = w->side[copy_side(w)].now;
    CLEANUP(json_free) struct json *made = json_dup(w->made);
    doc_rekey(made, copy);
    CLEANUP(json_free) struct json *still = merge_common(made, copy);
    merge_add(common[SIDE_LEFT], still);
    merge_add(common[SIDE_RIGHT], still);
    know_texts(w, made, common);
}
