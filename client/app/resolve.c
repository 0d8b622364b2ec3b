/* Which folder a person means. Pure, so that every case can be tested.
 *
 * A folder is meant by, in this order: its id, its path, its name, the end of its path
 * ("Calendar/Team"), each first exactly and then without regard to ASCII case; last by the name of
 * a kind ("contacts", "calendar", "tasks"), which means the standard folder of that kind in
 * whatever language Outlook or the server speaks. The first way that finds something decides. If it
 * finds several, the account's standard folder is meant; if that does not settle it, nothing is
 * guessed. */
#include "client/app/private.h"

#include "client/base/buf.h"

#include <string.h>

enum rc folder_spec_split(const char *spec, char **ret_account, char **ret_folder, struct err *err)
{
    const char *colon = strchr(spec, ':');
    if (!colon || colon == spec || !colon[1]) {
        return err_set(err, RC_INVALID, 0, "'%s' is not of the form ACCOUNT:FOLDER", spec);
    }
    *ret_account = mem_strndup(spec, (size_t)(colon - spec));
    *ret_folder = mem_strdup(colon + 1);
    return RC_OK;
}

typedef bool folder_test(const struct store_folder *f, const char *wanted);

static bool by_id(const struct store_folder *f, const char *wanted)
{
    return str_eq(f->id, wanted);
}

static bool by_path(const struct store_folder *f, const char *wanted)
{
    return str_eq(f->path, wanted);
}

static bool by_name(const struct store_folder *f, const char *wanted)
{
    return str_eq(f->name, wanted);
}

static bool by_path_any_case(const struct store_folder *f, const char *wanted)
{
    return str_ieq(f->path, wanted);
}

static bool by_name_any_case(const struct store_folder *f, const char *wanted)
{
    return str_ieq(f->name, wanted);
}

static bool by_path_end(const struct store_folder *f, const char *wanted)
{
    size_t n = f->path ? strlen(f->path) : 0, m = strlen(wanted);
    return n > m && f->path[n - m - 1] == '/' && str_ieq(f->path + n - m, wanted);
}

/* "contacts", "contact": -1 if the word is no kind. */
static int kind_of_word(const char *word)
{
    for (int k = 0; k < ITEM_KINDS; k++) {
        CLEANUP(mem_free) char *plural = str_printf("%ss", item_kind_name((enum item_kind)k));
        if (str_ieq(word, item_kind_name((enum item_kind)k)) || str_ieq(word, plural) ||
            str_ieq(word, item_kind_folder_name((enum item_kind)k))) {
            return k;
        }
    }
    return -1;
}

static bool by_kind_default(const struct store_folder *f, const char *wanted)
{
    int kind = kind_of_word(wanted);
    return kind >= 0 && f->is_default && (f->kinds & (1u << kind));
}

static bool by_kind(const struct store_folder *f, const char *wanted)
{
    int kind = kind_of_word(wanted);
    return kind >= 0 && (f->kinds & (1u << kind));
}

static folder_test *const WAYS[] = {by_id, by_path, by_name, by_path_any_case, by_name_any_case,
    by_path_end, by_kind_default, by_kind};

static void add_candidate(struct buf *list, const struct store_folder *f)
{
    buf_addf(list, "%s'%s'", list->len ? ", " : "", f->path ? f->path : f->name);
}

static enum rc not_found(const struct store_folders *folders, const char *account,
    const char *wanted, unsigned kinds, struct err *err)
{
    struct buf list CLEANUP_FINI(buf_fini) = BUF_INIT(2000);
    for (size_t i = 0; i < folders->count && !list.overflow; i++) {
        if (folders->items[i].kinds & kinds) {
            add_candidate(&list, &folders->items[i]);
        }
    }
    return err_set(err, RC_NOT_FOUND, 0, "'%s' has no folder '%s' of that kind (there are: %s%s)",
        account, wanted, list.len ? buf_str(&list) : "none", list.overflow ? ", ..." : "");
}

enum rc folder_resolve(const struct store_folders *folders, const char *account, const char *wanted,
    unsigned kinds, const struct store_folder **ret, struct err *err)
{
    for (size_t way = 0; way < ARRAY_LEN(WAYS); way++) {
        const struct store_folder *found = NULL, *standard = NULL;
        size_t count = 0, standards = 0;
        struct buf list CLEANUP_FINI(buf_fini) = BUF_INIT(2000);
        for (size_t i = 0; i < folders->count; i++) {
            const struct store_folder *f = &folders->items[i];
            if ((f->kinds & kinds) && WAYS[way](f, wanted)) {
                found = f;
                count++;
                if (f->is_default) {
                    standard = f;
                    standards++;
                }
                add_candidate(&list, f);
            }
        }
        if (count == 1 || standards == 1) {
            *ret = count == 1 ? found : standard;
            return RC_OK;
        }
        if (count > 1) {
            return err_set(err, RC_CONFLICT, 0,
                "'%s:%s' fits several folders: %s; give a path or an id", account, wanted,
                buf_str(&list));
        }
    }
    return not_found(folders, account, wanted, kinds, err);
}

enum rc folder_common_kind(const struct store_folder *left, const struct store_folder *right,
    const char *wanted, enum item_kind *ret, struct err *err)
{
    unsigned common = left->kinds & right->kinds;
    if (wanted) {
        int kind = item_kind_from_name(wanted);
        if (kind < 0) {
            return err_set(
                err, RC_INVALID, 0, "'%s' is no kind: contact, event, task or note", wanted);
        }
        if (!(common & (1u << kind))) {
            return err_set(err, RC_INVALID, 0, "'%s' and '%s' cannot both hold items of kind %s",
                left->name, right->name, wanted);
        }
        *ret = (enum item_kind)kind;
        return RC_OK;
    }
    if (!common) {
        return err_set(err, RC_INVALID, 0, "'%s' and '%s' hold different kinds of items",
            left->name, right->name);
    }
    if (common & (common - 1)) {
        return err_set(err, RC_INVALID, 0,
            "'%s' and '%s' can both hold several kinds of items: choose one with --kind",
            left->name, right->name);
    }
    *ret = ITEM_CONTACT;
    while (!(common & (1u << *ret))) {
        (*ret)++;
    }
    return RC_OK;
}
