/* Contacts: the list of sections, and the short ones. */
#include "mapi/map/contact.h"

#include "mapi/map/slots.h"

#include <string.h>

/* ---- nickname: one text in Outlook ---- */
static enum rc nicknames_read(struct reader *r, struct err *err)
{
    (void)err;
    const char *text = get_text(r->item, P_NICKNAME);
    if (text) {
        json_set_str(json_need_object(json_need_object(r->doc, "nicknames"), "n1"), "name", text);
    }
    return RC_OK;
}

/* The texts of all entries of a map, joined. Caller frees. */
static char *joined(const struct json *map, const char *member, const char *separator)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (const struct json *e = json_first(map); e; e = json_next(e)) {
        const char *text = json_get_str(e, member);
        if (!str_empty(text)) {
            buf_adds(&b, b.len ? separator : "");
            buf_adds(&b, text);
        }
    }
    return buf_take(&b);
}

static enum rc nicknames_write(struct writer *w, struct err *err)
{
    (void)err;
    CLEANUP(mem_free) char *text = joined(json_get(w->want, "nicknames"), "name", ", ");
    put_text(w, P_NICKNAME, text);
    return RC_OK;
}

/* ---- notes ---- */
enum rc contact_notes_read(struct reader *r, struct err *err)
{
    CLEANUP(mem_free) char *text = NULL;
    enum rc rc = body_text(r->item, &text, err);
    if (text) {
        json_set_str(json_need_object(json_need_object(r->doc, "notes"), "n1"), "note", text);
    }
    return rc;
}

enum rc contact_notes_write(struct writer *w, struct err *err)
{
    (void)err;
    CLEANUP(mem_free) char *text = joined(json_get(w->want, "notes"), "note", "\n\n");
    if (!w->is_new || *text) {
        put_body(w, text);
    }
    return RC_OK;
}

/* ---- company and department ---- */
static enum rc organizations_read(struct reader *r, struct err *err)
{
    (void)err;
    const char *company = get_text(r->item, P_COMPANY_NAME),
               *department = get_text(r->item, P_DEPARTMENT_NAME);
    if (!company && !department) {
        return RC_OK;
    }
    struct json *entry = json_need_object(json_need_object(r->doc, "organizations"), "o1");
    json_set_str(entry, "name", company);
    if (department) {
        struct json *unit = json_object(), *units = json_array();
        json_set_str(unit, "name", department);
        json_append(units, unit);
        json_set(entry, "units", units);
    }
    return RC_OK;
}

static enum rc organizations_write(struct writer *w, struct err *err)
{
    (void)err;
    const struct json *map = json_get(w->want, "organizations"), *same = json_get(map, "o1");
    const struct json *entry = same ? same : json_first(map);
    put_text(w, P_COMPANY_NAME, json_get_str(entry, "name"));
    put_text(w, P_DEPARTMENT_NAME, json_get_str(json_at(json_get(entry, "units"), 0), "name"));
    if (!w->is_new) {
        contact_put_file_under(w);
        if (!final_text(w, P_DISPLAY_NAME)) {
            put_subject(w, final_text(w, P_COMPANY_NAME));
        }
    }
    return RC_OK;
}

/* ---- job title and profession ---- */
static const char *title_class(const struct json *entry)
{
    const char *kind = json_get_str(entry, "kind");
    return kind ? kind : "title";
}

static const struct slot TITLES[] = {
    {P_TITLE, "title", "title", "{\"kind\":\"title\"}"},
    {P_PROFESSION, "role", "role", "{\"kind\":\"role\"}"},
};
static const struct slot_group TITLE_GROUP = {
    "titles", "name", title_class, TITLES, ARRAY_LEN(TITLES)};

static enum rc titles_read(struct reader *r, struct err *err)
{
    (void)err;
    slots_read(r, &TITLE_GROUP);
    return RC_OK;
}

static enum rc titles_write(struct writer *w, struct err *err)
{
    (void)err;
    slots_write(w, &TITLE_GROUP);
    return RC_OK;
}

/* ---- web pages ---- */
static const char *link_class(const struct json *entry)
{
    if (json_get_str(entry, "kind")) {
        return NULL; /* "contact": not a page of the person */
    }
    return str_eq(json_get_str(entry, "label"), "ftp")                    ? "ftp"
           : json_get_bool(json_get(entry, "contexts"), "private", false) ? "home"
                                                                          : "work";
}

static const struct slot LINKS[] = {
    {P_BUSINESS_HOME_PAGE, "work", "work", "{\"contexts\":{\"work\":true}}"},
    {P_PERSONAL_HOME_PAGE, "home", "home", "{\"contexts\":{\"private\":true}}"},
    {P_FTP_SITE, "ftp", "ftp", "{\"label\":\"ftp\"}"},
};
static const struct slot_group LINK_GROUP = {"links", "uri", link_class, LINKS, ARRAY_LEN(LINKS)};

static enum rc links_read(struct reader *r, struct err *err)
{
    (void)err;
    slots_read(r, &LINK_GROUP);
    return RC_OK;
}

static enum rc links_write(struct writer *w, struct err *err)
{
    (void)err;
    slots_write(w, &LINK_GROUP);
    if (w->is_new ||
        !str_eq(final_text(w, P_BUSINESS_HOME_PAGE), get_text(w->now, P_BUSINESS_HOME_PAGE))) {
        put_text(w, P_WEB_PAGE, final_text(w, P_BUSINESS_HOME_PAGE)); /* what the form shows */
    }
    return RC_OK;
}

/* ---- instant messaging ---- */
static const char *service_class(const struct json *entry)
{
    const char *name = json_get_str(entry, "vCardName");
    return (!name && !json_get_str(entry, "service")) || str_eq(name, "impp") ? "im" : NULL;
}

static const struct slot SERVICES[] = {{P_IM_ADDRESS, "im", "im", "{\"vCardName\":\"impp\"}"}};
static const struct slot_group SERVICE_GROUP = {
    "onlineServices", "user", service_class, SERVICES, ARRAY_LEN(SERVICES)};

static enum rc services_read(struct reader *r, struct err *err)
{
    (void)err;
    slots_read(r, &SERVICE_GROUP);
    return RC_OK;
}

static enum rc services_write(struct writer *w, struct err *err)
{
    (void)err;
    slots_write(w, &SERVICE_GROUP);
    if (!final_text(w, P_IM_ADDRESS)) { /* an address given as a URI only */
        for (const struct json *e = json_first(json_get(w->want, "onlineServices")); e;
             e = json_next(e)) {
            if (service_class(e) && json_get_str(e, "uri")) {
                put_text(w, P_IM_ADDRESS, json_get_str(e, "uri"));
                break;
            }
        }
    }
    return RC_OK;
}

/* ---- one text each in Outlook: hobbies, language, free/busy page ---- */
static const char *hobby_class(const struct json *entry)
{
    const char *kind = json_get_str(entry, "kind");
    return str_eq(kind, "hobby") || str_eq(kind, "interest") ? "hobby" : NULL;
}

static const char *language_class(const struct json *entry)
{
    (void)entry;
    return "language";
}

static const char *calendar_class(const struct json *entry)
{
    return json_get_str(entry, "kind");
}

static const struct slot HOBBIES[] = {{P_HOBBIES, "hobby", "hobby", "{\"kind\":\"hobby\"}"}};
static const struct slot LANGUAGES[] = {{P_LANGUAGE, "language", "language", "{}"}};
static const struct slot CALENDARS[] = {
    {P_FREE_BUSY_LOCATION, "freeBusy", "freeBusy", "{\"kind\":\"freeBusy\"}"}};
static const struct slot_group SINGLES[] = {
    {"personalInfo", "value", hobby_class, HOBBIES, ARRAY_LEN(HOBBIES)},
    {"preferredLanguages", "language", language_class, LANGUAGES, ARRAY_LEN(LANGUAGES)},
    {"calendars", "uri", calendar_class, CALENDARS, ARRAY_LEN(CALENDARS)},
};

static enum rc singles_read(struct reader *r, struct err *err)
{
    (void)err;
    for (size_t i = 0; i < ARRAY_LEN(SINGLES); i++) {
        slots_read(r, &SINGLES[i]);
    }
    return RC_OK;
}

static enum rc singles_write(struct writer *w, struct err *err)
{
    (void)err;
    for (size_t i = 0; i < ARRAY_LEN(SINGLES); i++) {
        if (w->is_new || member_changed(w, SINGLES[i].member)) {
            slots_write(w, &SINGLES[i]);
        }
    }
    return RC_OK;
}

/* ---- sensitivity: JSContact has no "privacy" of its own ---- */
static enum rc contact_privacy_read(struct reader *r, struct err *err)
{
    (void)err;
    json_set_str(r->doc, CONTACT_PRIVACY, privacy_of(r->item));
    return RC_OK;
}

static enum rc contact_privacy_write(struct writer *w, struct err *err)
{
    (void)err;
    put_privacy(w, json_get_str(w->want, CONTACT_PRIVACY));
    return RC_OK;
}

/* ---- what every contact of Outlook has, and what needs name and company together ---- */
static enum rc new_write(struct writer *w, struct err *err)
{
    (void)err;
    static const struct fixed ROWS[] = {{P_ICON_INDEX, 512}, {P_SIDE_EFFECTS, 81},
        {P_IMPORTANCE, 1}, {P_PRIORITY, 0}, {P_REMINDER_DELTA, 0}, {P_AGING_DONT_AGE_ME, 0},
        {P_TASK_MODE, 0}};
    if (w->is_new) {
        const char *shown = final_text(w, P_DISPLAY_NAME);
        put_fixed(w, ROWS, ARRAY_LEN(ROWS));
        put_subject(w, shown ? shown : final_text(w, P_COMPANY_NAME));
        contact_put_file_under(w);
        if (get_int(&w->out->set, P_EMAIL_ARRAY_TYPE, -1) < 0) {
            put_int(w, P_EMAIL_ARRAY_TYPE, 0);
        }
    }
    return RC_OK;
}

/* The order counts: e-mail and fax addresses are shown with the name, and the last section needs
 * all of it. */
const struct section contact_sections[] = {
    {{"uid"}, own_uid_read, own_uid_write},
    {{"updated"}, times_read, NULL},
    {{"name"}, contact_name_read, contact_name_write},
    {{"nicknames"}, nicknames_read, nicknames_write},
    {{CONTACT_INITIALS}, contact_initials_read, contact_initials_write},
    {{"organizations"}, organizations_read, organizations_write},
    {{CONTACT_FILE_AS, CONTACT_FILE_AS_FORMULA}, contact_file_as_read, contact_file_as_write},
    {{"titles"}, titles_read, titles_write},
    {{"emails"}, contact_emails_read, contact_emails_write},
    {{"phones"}, contact_phones_read, contact_phones_write},
    {{"addresses"}, contact_addresses_read, contact_addresses_write},
    {{"onlineServices"}, services_read, services_write},
    {{"links"}, links_read, links_write},
    {{"anniversaries"}, contact_anniversaries_read, contact_anniversaries_write},
    {{"relatedTo"}, contact_related_read, contact_related_write},
    {{"personalInfo", "preferredLanguages", "calendars"}, singles_read, singles_write},
    {{"cryptoKeys"}, contact_keys_read, contact_keys_write},
    {{CONTACT_GENDER}, contact_gender_read, contact_gender_write},
    {{CONTACT_PRIVACY}, contact_privacy_read, contact_privacy_write},
    {{NULL}, contact_texts_read, contact_texts_write},
    {{"notes"}, contact_notes_read, contact_notes_write},
    {{"keywords"}, keywords_read, keywords_write},
    {{"media"}, contact_photo_read, contact_photo_write},
    {{CONTACT_FOLLOW_UP, CONTACT_FOLLOW_UP_STATUS, CONTACT_FOLLOW_UP_START, CONTACT_FOLLOW_UP_DUE},
        contact_flag_read, contact_flag_write},
    {{CONTACT_REMINDER}, NULL, contact_reminder_write},
    {{NULL}, NULL, new_write},
    {{NULL}, NULL, NULL},
};
