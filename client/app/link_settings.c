/* What can be set of a link beside its columns in the state file: the limit of photos
 * and files, the time window, and what becomes of invitations, kept as JSON. */
#include "client/app/private.h"

#include "client/base/buf.h"
#include "client/large/large.h"

#include <string.h>

#define DAYS_MAX 36500 /* a hundred years */

struct json *link_settings(const struct state_link *link)
{
    struct json *settings = NULL;
    if (link->settings) { /* one that does not parse counts as empty; the pass says so */
        struct err err = ERR_INIT;
        if (json_parse(link->settings, strlen(link->settings), &settings, &err) != RC_OK) {
            settings = NULL;
        }
        err_fini(&err);
    }
    return settings ? settings : json_object();
}

void link_settings_put(struct state_link *link, const struct json *settings)
{
    free(link->settings);
    link->settings = json_print(settings);
}

/* ---- how large a photo or a file may be ---- */
/* Contacts have photos, events and tasks have files; notes have neither. */
static const struct limit {
    const char *member, *what;
    long usual;
} PHOTOS = {"photo_limit", "photos", LARGE_LIMIT_KB},
  FILES = {"attachment_limit", "attached files", LARGE_FILE_KB};

static const struct limit *limit_of(const struct state_link *link)
{
    return link->kind == ITEM_CONTACT                            ? &PHOTOS
           : link->kind == ITEM_EVENT || link->kind == ITEM_TASK ? &FILES
                                                                 : NULL;
}

bool link_has_large(const struct state_link *link)
{
    return limit_of(link) != NULL;
}

size_t link_large_limit(const struct state_link *link)
{
    const struct limit *limit = limit_of(link);
    CLEANUP(json_free) struct json *settings = link_settings(link);
    return limit ? (size_t)json_get_int(settings, limit->member, limit->usual) << 10 : 0;
}

void link_limit_json(const struct state_link *link, struct json *v)
{
    if (link_has_large(link)) {
        json_set_int(v, limit_of(link)->member, (int64_t)(link_large_limit(link) >> 10));
    }
}

static enum rc limit_set(struct state_link *link, const struct limit *limit, const char *text,
    const char *who, struct err *err)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (end == text || *end || value < 0 || value > LARGE_LIMIT_KB_MAX) {
        return err_set(err, RC_INVALID, 0,
            "'%s' is no size of %s: a number of kilobytes from 0 (%s stay where they are) to %d",
            text, limit->what, limit->what, LARGE_LIMIT_KB_MAX);
    }
    if (limit_of(link) != limit) {
        return err_set(err, RC_INVALID, 0, "only %s have %s, and this link is about %ss", who,
            limit->what, item_kind_name(link->kind));
    }
    CLEANUP(json_free) struct json *settings = link_settings(link);
    json_set_int(settings, limit->member, value);
    link_settings_put(link, settings);
    return RC_OK;
}

enum rc link_set_limits(
    struct state_link *link, const char *photos, const char *files, struct err *err)
{
    enum rc rc = photos ? limit_set(link, &PHOTOS, photos, "contacts", err) : RC_OK;
    return rc == RC_OK && files ? limit_set(link, &FILES, files, "appointments and tasks", err)
                                : rc;
}

/* ---- the time window ---- */

/* "90", "90d", or "all": no limit. */
static enum rc days_parse(const char *text, int *ret, struct err *err)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (str_eq(text, "all")) {
        *ret = -1;
        return RC_OK;
    }
    bool digit = *text >= '0' && *text <= '9';
    if (!digit || !(*end == '\0' || str_eq(end, "d")) || value > DAYS_MAX) {
        return err_set(err, RC_INVALID, 0,
            "'%s' is no number of days: 0 to %d, such as 90 or 90d, or 'all'", text, DAYS_MAX);
    }
    *ret = (int)value;
    return RC_OK;
}

struct state_window link_window(const struct state_link *link)
{
    CLEANUP(json_free) struct json *settings = link_settings(link);
    const struct json *window = json_get(settings, "window");
    return (struct state_window){
        (int)json_get_int(window, "past", -1), (int)json_get_int(window, "future", -1)};
}

/* -1 is "all" and left out. */
static struct json *window_json(const struct state_window *w)
{
    struct json *v = json_object();
    if (w->past >= 0) {
        json_set_int(v, "past", w->past);
    }
    if (w->future >= 0) {
        json_set_int(v, "future", w->future);
    }
    return v;
}

enum rc link_set_window(
    struct state_link *link, const char *past, const char *future, struct err *err)
{
    if (!past && !future) {
        return RC_OK;
    }
    struct state_window w = link_window(link);
    enum rc rc = past ? days_parse(past, &w.past, err) : RC_OK;
    if (rc == RC_OK && future) {
        rc = days_parse(future, &w.future, err);
    }
    if (rc == RC_OK && link->kind != ITEM_EVENT && link->kind != ITEM_TASK) {
        rc = err_set(err, RC_INVALID, 0,
            "only appointments and tasks have a date, and this link is about %ss",
            item_kind_name(link->kind));
    }
    if (rc == RC_OK) {
        CLEANUP(json_free) struct json *settings = link_settings(link);
        json_set(settings, "window", window_json(&w));
        link_settings_put(link, settings);
    }
    return rc;
}

void link_window_json(const struct state_link *link, struct json *v)
{
    struct state_window w = link_window(link);
    if (w.past >= 0 || w.future >= 0) {
        json_set(v, "window", window_json(&w));
    }
}

/* ---- meetings of others ---- */

#define ANSWER "answer"
#define LEAVE  "leave"

bool link_answers(const struct state_link *link)
{
    CLEANUP(json_free) struct json *settings = link_settings(link);
    return link->kind == ITEM_EVENT && str_eq(json_get_str(settings, "invitations"), ANSWER);
}

enum rc link_set_invitations(struct state_link *link, const char *word, struct err *err)
{
    if (!str_eq(word, ANSWER) && !str_eq(word, LEAVE)) {
        return err_set(
            err, RC_INVALID, 0, "'%s' is no way to treat invitations: " LEAVE " or " ANSWER, word);
    }
    if (link->kind != ITEM_EVENT) {
        return err_set(err, RC_INVALID, 0,
            "only appointments have invitations, and this link is about %ss",
            item_kind_name(link->kind));
    }
    CLEANUP(json_free) struct json *settings = link_settings(link);
    json_set_str(settings, "invitations", word);
    link_settings_put(link, settings);
    return RC_OK;
}

void link_invitations_json(const struct state_link *link, struct json *v)
{
    if (link->kind == ITEM_EVENT) {
        json_set_str(v, "invitations", link_answers(link) ? ANSWER : LEAVE);
    }
}
