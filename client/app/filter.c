/* The filter of a link: which categories travel, and whether private items do. Kept in the link's
 * settings in the form that client/item/filter.h reads. */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/item/filter.h"

#include <string.h>

#define NAMES_MAX 100
#define NAME_MAX  255

struct json *link_filter(const struct state_link *link)
{
    CLEANUP(json_free) struct json *settings = link_settings(link);
    struct json *filter = json_detach(settings, "filter");
    return filter ? filter : json_object();
}

void link_filter_json(const struct state_link *link, struct json *v)
{
    CLEANUP(json_free) struct json *filter = link_filter(link);
    if (json_count(filter)) {
        json_set(v, "filter", TAKE(filter));
    }
}

/* "Work, Travel" or "Work;Travel": no name of a category has either mark in Outlook. */
static enum rc names_parse(const char *text, struct json **ret, struct err *err)
{
    CLEANUP(json_free) struct json *names = json_array();
    while (*text) {
        size_t len = strcspn(text, ",;");
        CLEANUP(mem_free) char *part = mem_strndup(text, len);
        CLEANUP(mem_free) char *name = str_trim(part);
        if (strlen(name) > NAME_MAX || json_count(names) == NAMES_MAX) {
            return err_set(err, RC_INVALID, 0,
                "a filter has at most %d categories with names of at most %d bytes", NAMES_MAX,
                NAME_MAX);
        }
        if (*name) {
            json_append(names, json_str(name));
        }
        text += len + (text[len] != '\0');
    }
    *ret = TAKE(names);
    return RC_OK;
}

/* `none`: the word for no limit. */
static enum rc set_names(
    struct json *filter, const char *member, const char *text, const char *none, struct err *err)
{
    CLEANUP(json_free) struct json *names = NULL;
    if (!text || str_eq(text, none)) {
        if (text) {
            json_remove(filter, member);
        }
        return RC_OK;
    }
    enum rc rc = names_parse(text, &names, err);
    if (rc == RC_OK && !json_count(names)) {
        return err_set(err, RC_INVALID, 0,
            "'%s' names no category: names with ',' between them, or '%s'", text, none);
    }
    if (rc == RC_OK) {
        json_set(filter, member, TAKE(names));
    }
    return rc;
}

static enum rc set_private(struct json *filter, const char *word, struct err *err)
{
    if (!word) {
        return RC_OK;
    }
    if (!str_eq(word, "all") && !str_eq(word, "skip")) {
        return err_set(
            err, RC_INVALID, 0, "'%s' is no way to treat private items: all or skip", word);
    }
    json_set_str(filter, FILTER_PRIVATE, str_eq(word, "skip") ? word : NULL);
    return RC_OK;
}

enum rc link_set_filter(struct state_link *link, const struct app_filter *change, struct err *err)
{
    CLEANUP(json_free) struct json *filter = link_filter(link);
    CLEANUP(json_free) struct json *settings = link_settings(link);
    enum rc rc = set_names(filter, FILTER_ONLY, change->categories, "all", err);
    if (rc == RC_OK) {
        rc = set_names(filter, FILTER_WITHOUT, change->not_categories, "none", err);
    }
    if (rc == RC_OK) {
        rc = set_private(filter, change->private_items, err);
    }
    if (rc != RC_OK || !(change->categories || change->not_categories || change->private_items)) {
        return rc;
    }
    json_remove(settings, "filter");
    if (json_count(filter)) {
        json_set(settings, "filter", TAKE(filter));
    }
    link_settings_put(link, settings);
    return RC_OK;
}
