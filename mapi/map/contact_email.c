/* The three e-mail addresses. Each has five properties that must agree, and the contact has a list
 * of which are in use. */
#include "mapi/map/contact.h"

#include "mapi/map/blob_list.h"

#include <string.h>

#define SLOTS 3

static const struct email {
    const char *id;
    enum prop_key address, type, display, original_display, entry_id;
} EMAILS[SLOTS] = {
    {"e1", P_EMAIL1_ADDRESS, P_EMAIL1_ADDRESS_TYPE, P_EMAIL1_DISPLAY_NAME,
        P_EMAIL1_ORIGINAL_DISPLAY_NAME, P_EMAIL1_ORIGINAL_ENTRY_ID},
    {"e2", P_EMAIL2_ADDRESS, P_EMAIL2_ADDRESS_TYPE, P_EMAIL2_DISPLAY_NAME,
        P_EMAIL2_ORIGINAL_DISPLAY_NAME, P_EMAIL2_ORIGINAL_ENTRY_ID},
    {"e3", P_EMAIL3_ADDRESS, P_EMAIL3_ADDRESS_TYPE, P_EMAIL3_DISPLAY_NAME,
        P_EMAIL3_ORIGINAL_DISPLAY_NAME, P_EMAIL3_ORIGINAL_ENTRY_ID},
};

/* An Exchange address is a directory name; its SMTP address stands in the original display name
 * (mapping trap 5). */
static const char *smtp_of(const struct props *item, const struct email *email)
{
    const char *address = get_text(item, email->address), *type = get_text(item, email->type);
    if (!address || !type || str_ieq(type, "SMTP")) {
        return address;
    }
    const char *original = get_text(item, email->original_display);
    return str_ieq(type, "EX") && original && strchr(original, '@') ? original : NULL;
}

/* What the user wrote into "Display as"; NULL where Outlook made it: "Name (address)", or the
 * name alone. What an Exchange address shows is the directory's. */
static const char *own_label(const struct props *item, const struct email *email)
{
    const char *shown = get_text(item, email->display), *address = get_text(item, email->address),
               *type = get_text(item, email->type);
    if (!shown || !address || (type && !str_ieq(type, "SMTP"))) {
        return NULL;
    }
    CLEANUP(mem_free) char *made = str_printf("(%s)", address);
    bool is_made = str_ends(shown, made) || str_ieq(shown, address) ||
                   str_eq(shown, get_text(item, email->original_display)) ||
                   str_eq(shown, get_text(item, P_DISPLAY_NAME)) ||
                   str_eq(shown, get_text(item, P_FILE_UNDER));
    return is_made ? NULL : shown;
}

/* A label can be a recipient's name, unless it is the name of a place that other programs give
 * each address: nobody wants to write to "Work". */
static const char *usable_label(const struct json *entry)
{
    static const char *const PLACES[] = {
        "work", "home", "other", "private", "school", "internet", "email", "e-mail", "mobile"};
    const char *label = json_get_str(entry, "label");
    for (size_t i = 0; label && i < ARRAY_LEN(PLACES); i++) {
        label = str_ieq(label, PLACES[i]) ? NULL : label;
    }
    return str_empty(label) ? NULL : label;
}

enum rc contact_emails_read(struct reader *r, struct err *err)
{
    (void)err;
    for (size_t i = 0; i < SLOTS; i++) {
        const char *address = smtp_of(r->item, &EMAILS[i]);
        if (address) {
            struct json *entry = json_object();
            json_set_str(entry, "address", address);
            json_set_str(entry, "label", own_label(r->item, &EMAILS[i]));
            json_set(json_need_object(r->doc, "emails"), EMAILS[i].id, entry);
        }
    }
    return RC_OK;
}

static uint32_t places_now(const struct writer *w)
{
    return (uint32_t)final_int(w, P_EMAIL_ARRAY_TYPE, 0) & 0x3F;
}

void contact_put_address_place(struct writer *w, unsigned place, bool used)
{
    uint32_t mask = used ? places_now(w) | 1u << place : places_now(w) & ~(1u << place);
    int32_t list[6];
    size_t count = 0;
    for (int i = 0; i < 6; i++) {
        if (mask & 1u << i) {
            list[count++] = i;
        }
    }
    put_longs(w, P_EMAIL_LIST, list, count);
    put_int(w, P_EMAIL_ARRAY_TYPE, mask);
}

void contact_put_one_off(
    struct writer *w, enum prop_key key, const char *name, const char *type, const char *address)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    one_off_write(&b, name, type, address);
    put_binary(w, key, buf_str(&b), b.len);
    buf_fini(&b);
}

static void clear_slot(struct writer *w, size_t i)
{
    put_text(w, EMAILS[i].address, NULL);
    put_text(w, EMAILS[i].type, NULL);
    put_text(w, EMAILS[i].display, NULL);
    put_text(w, EMAILS[i].original_display, NULL);
    put_binary(w, EMAILS[i].entry_id, NULL, 0);
    contact_put_address_place(w, (unsigned)i, false);
}

static void fill_slot(struct writer *w, size_t i, const struct json *entry)
{
    const char *name = final_text(w, P_DISPLAY_NAME), *label = usable_label(entry),
               *address = json_get_str(entry, "address");
    CLEANUP(mem_free)
    char *shown = label  ? mem_strdup(label)
                  : name ? str_printf("%s (%s)", name, address)
                         : mem_strdup(address);
    put_text(w, EMAILS[i].address, address);
    put_text(w, EMAILS[i].type, "SMTP");
    put_text(w, EMAILS[i].display, shown);
    put_text(w, EMAILS[i].original_display, address);
    contact_put_one_off(w, EMAILS[i].entry_id, shown, "SMTP", address);
    contact_put_address_place(w, (unsigned)i, true);
}

/* The next address that is in no slot yet, most preferred first; NULL if there is none. */
static const struct json *next_new(const struct writer *w, const bool *placed)
{
    const struct json *best = NULL;
    int64_t best_pref = 0;
    size_t at = 0;
    for (const struct json *e = json_first(json_get(w->want, "emails")); e;
         e = json_next(e), at++) {
        int64_t pref = json_get_int(e, "pref", 101);
        if (!placed[at] && (!best || pref < best_pref)) {
            best = e;
            best_pref = pref;
        }
    }
    return best;
}

static size_t index_of(const struct json *map, const struct json *entry)
{
    size_t i = 0;
    for (const struct json *e = json_first(map); e && e != entry; e = json_next(e)) {
        i++;
    }
    return i;
}

enum rc contact_emails_write(struct writer *w, struct err *err)
{
    (void)err;
    const struct json *want = json_get(w->want, "emails"), *base = json_get(w->base, "emails");
    CLEANUP(mem_free) bool *placed = mem_alloc(json_count(want) + 1);
    bool is_free[SLOTS];
    for (const struct json *e = json_first(want); e; e = json_next(e)) {
        placed[index_of(want, e)] = str_empty(json_get_str(e, "address"));
    }
    for (size_t i = 0; i < SLOTS; i++) {
        const struct json *was = json_get(base, EMAILS[i].id),
                          *stays = was ? json_get(want, EMAILS[i].id) : NULL;
        const char *address = json_get_str(stays, "address");
        /* An Exchange address nobody could resolve is not in the document, but its slot is not
         * free. */
        is_free[i] = w->is_new || (was ? str_empty(address) : !get_text(w->now, EMAILS[i].address));
        if (!is_free[i] && stays) {
            placed[index_of(want, stays)] = true;
            bool relabelled = !str_eq(usable_label(stays), usable_label(was)) &&
                              str_ieq(get_text(w->now, EMAILS[i].type), "SMTP");
            if (relabelled || !str_eq(address, json_get_str(was, "address"))) {
                fill_slot(w, i, stays);
            }
        }
    }
    for (size_t i = 0; i < SLOTS; i++) {
        const struct json *e = is_free[i] ? next_new(w, placed) : NULL;
        if (e) {
            placed[index_of(want, e)] = true;
            fill_slot(w, i, e);
        } else if (is_free[i] && json_get(base, EMAILS[i].id)) {
            clear_slot(w, i);
        }
    }
    return RC_OK;
}
