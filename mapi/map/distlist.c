/* Distribution lists (IPM.DistList): a Card of kind "group" ([MS-OXOCNTC] section 2.2.2).
 *
 * A member is an entry id: of a contact or another list in a store, of something in an address
 * book, or a one-off (a name and an address spelled out). Beside each stands a one-off that says
 * how Outlook shows it. In the document a member is a key:
 *
 *   x-item:HEX       an item, by its entry id as mapi/com and the engine know it
 *   mailto:ADDRESS   whom the document can only name by address: one-offs, address books
 *
 * What has neither (a fax number, an Exchange address without SMTP form) is not in the document and
 * stays where it is. Outlook keeps the order of members, documents have none: members that stay
 * keep their place and their bytes, new ones follow. MEMBER_CARDS tells beside it what is known of
 * members: written for the engine, read where a new member needs a name and an address. */
#include "mapi/map/distlist.h"

#include "client/item/doc.h"
#include "mapi/map/blob_list.h"

#include <string.h>

/* [MS-OXOCNTC] sections 2.2.2.2.1, 2.2.2.2.2: the arrays stay below this many bytes each. */
#define ARRAY_MAX 15000

/* ---- reading ---- */

static void add_array(
    struct list_members *m, const struct prop_value *entries, const struct prop_value *one_offs)
{
    for (size_t i = 0; i < entries->v.multi.count; i++) {
        const struct prop_value *e = &entries->v.multi.items[i];
        const struct prop_value *o = one_offs ? &one_offs->v.multi.items[i] : NULL;
        list_members_add(m, e->v.binary.data, e->v.binary.len, o ? o->v.binary.data : NULL,
            o ? o->v.binary.len : 0);
    }
}

/* A list that names other members than its checksum says was edited by something that does not know
 * of the one-offs: they are ignored, as Outlook does. */
static enum rc members_of(const struct props *item, struct list_members *ret, struct err *err)
{
    size_t len;
    const unsigned char *stream = props_binary(item, prop_name_of(P_LIST_STREAM), &len);
    if (stream && len) {
        return list_stream_read(stream, len, ret, err);
    }
    const struct prop_value *entries = props_find(item, prop_name_of(P_LIST_MEMBERS)),
                            *one_offs = props_find(item, prop_name_of(P_LIST_ONE_OFFS));
    if (!entries || entries->type != PROP_MV_BINARY) {
        return RC_OK;
    }
    if (entries->v.multi.count > LIST_MEMBERS_MAX) {
        return err_set(
            err, RC_TOO_BIG, 0, "a distribution list of %zu members", entries->v.multi.count);
    }
    if (one_offs &&
        (one_offs->type != PROP_MV_BINARY || one_offs->v.multi.count != entries->v.multi.count)) {
        one_offs = NULL;
    }
    add_array(ret, entries, one_offs);
    if (one_offs && (int32_t)list_checksum(ret) != (int32_t)get_int(item, P_LIST_CHECKSUM, 0)) {
        list_members_fini(ret);
        add_array(ret, entries, NULL);
    }
    return RC_OK;
}

/* What is known of a member: how it is shown, and where mail to it goes. */
struct shown {
    char *name, *email; /* owned; NULL: not known */
};

static void shown_fini(struct shown *s)
{
    free(s->name);
    free(s->email);
}

/* "Anna (anna@example.com)" is how Outlook shows Anna. */
static char *bare_name(const char *name, const char *address)
{
    size_t n = strlen(name), a = strlen(address);
    if (n > a + 3 && name[n - 1] == ')' && strncmp(name + n - 1 - a, address, a) == 0 &&
        name[n - a - 2] == '(' && name[n - a - 3] == ' ') {
        n -= a + 3;
    } else if (str_ieq(name, address)) {
        n = 0;
    }
    return n ? mem_strndup(name, n) : NULL;
}

static void show(const void *data, size_t len, struct shown *ret)
{
    CLEANUP_FINI(one_off_fini) struct one_off o = {0};
    if (!data || !one_off_read(data, len, &o)) {
        return;
    }
    bool mail = str_ieq(o.type, "SMTP") && strchr(o.address, '@');
    ret->name = bare_name(o.name, o.address);
    ret->email = mail ? mem_strdup(o.address) : NULL;
}

/* The key of a member, NULL if the document cannot name it. Caller frees. */
static char *member_key(const struct list_member *m, struct shown *ret)
{
    struct wrapped w;
    show(m->one_off, m->one_off_len, ret);
    if (wrapped_read(m->entry, m->entry_len, &w)) {
        unsigned kind = w.type & 0x0F;
        if (kind == WRAPPED_CONTACT || kind == WRAPPED_LIST) {
            CLEANUP(mem_free) char *hex = hex_encode(w.id, w.len);
            return str_printf("%s%s", DOC_MEMBER_ITEM, hex);
        }
        if (kind == WRAPPED_ONE_OFF && !ret->email) {
            shown_fini(ret);
            *ret = (struct shown){0};
            show(w.id, w.len, ret);
        }
    } else {
        struct shown own = {0};
        show(m->entry, m->entry_len, &own);
        if (own.email) {
            shown_fini(ret);
            *ret = own;
        } else {
            shown_fini(&own);
        }
    }
    return ret->email ? str_printf("mailto:%s", ret->email) : NULL;
}

static void add_card(struct json *doc, const char *key, const struct shown *s)
{
    if (!s->name && !s->email) {
        return;
    }
    struct json *card = json_need_object(json_need_object(doc, DOC_MEMBER_CARDS), key);
    json_set_str(card, "name", s->name);
    json_set_str(card, "email", s->email);
}

static enum rc members_read(struct reader *r, struct err *err)
{
    CLEANUP_FINI(list_members_fini) struct list_members members = {0};
    enum rc rc = members_of(r->item, &members, err);
    for (size_t i = 0; rc == RC_OK && i < members.count; i++) {
        CLEANUP_FINI(shown_fini) struct shown s = {0};
        CLEANUP(mem_free) char *key = member_key(&members.items[i], &s);
        if (key) {
            json_set_bool(json_need_object(r->doc, "members"), key, true);
            add_card(r->doc, key, &s);
        }
    }
    return rc;
}

/* ---- writing ---- */

static void put_one_off(struct buf *b, const struct json *card, const char *address)
{
    const char *name = json_get_str(card, "name");
    if (str_eq(json_get_str(card, "kind"), "group")) {
        one_off_write(b, name ? name : "", "MAPIPDL", "Unknown");
        return;
    }
    CLEANUP(mem_free)
    char *shown = str_empty(address) ? mem_strdup(name ? name : "")
                  : str_empty(name)  ? mem_strdup(address)
                                     : str_printf("%s (%s)", name, address);
    one_off_write(b, shown, "SMTP", address ? address : "");
}

/* An item of the store; false if the key holds no entry id. */
static bool add_item(struct list_members *m, const char *hex, const struct json *card)
{
    size_t len = 0;
    CLEANUP(mem_free) unsigned char *id = hex_decode(hex, &len);
    if (!id || !len) {
        return false;
    }
    CLEANUP_FINI(buf_fini) struct buf entry = BUF_INIT(BUF_DEFAULT_MAX);
    CLEANUP_FINI(buf_fini) struct buf one_off = BUF_INIT(BUF_DEFAULT_MAX);
    const char *email = json_get_str(card, "email");
    unsigned char type = str_eq(json_get_str(card, "kind"), "group") ? WRAPPED_TYPE_LIST
                         : str_empty(email)                          ? WRAPPED_TYPE_NO_ADDRESS
                                                                     : WRAPPED_TYPE_EMAIL1;
    wrapped_write(&entry, type, id, len);
    put_one_off(&one_off, card, email);
    list_members_add(m, buf_str(&entry), entry.len, buf_str(&one_off), one_off.len);
    return true;
}

static void add_address(struct list_members *m, const char *address, const struct json *card)
{
    CLEANUP_FINI(buf_fini) struct buf one_off = BUF_INIT(BUF_DEFAULT_MAX);
    put_one_off(&one_off, card, address);
    list_members_add(m, buf_str(&one_off), one_off.len, buf_str(&one_off), one_off.len);
}

/* A uid, which names nothing in Outlook, is left out. */
static void add_member(struct list_members *m, const char *key, const struct json *card)
{
    if (str_starts(key, DOC_MEMBER_ITEM)) {
        (void)add_item(m, key + strlen(DOC_MEMBER_ITEM), card);
    } else if (str_istarts(key, "mailto:") && key[7]) {
        add_address(m, key + 7, card);
    }
}

/* Each entry has its one-off, also where the old ones were worth nothing. */
static void keep_member(
    struct list_members *to, const struct list_member *m, const struct json *card)
{
    struct one_off own = {0};
    if (m->one_off) {
        list_members_add(to, m->entry, m->entry_len, m->one_off, m->one_off_len);
    } else if (one_off_read(m->entry, m->entry_len, &own)) {
        list_members_add(to, m->entry, m->entry_len, m->entry, m->entry_len);
        one_off_fini(&own);
    } else {
        CLEANUP_FINI(buf_fini) struct buf one_off = BUF_INIT(BUF_DEFAULT_MAX);
        put_one_off(&one_off, card, json_get_str(card, "email"));
        list_members_add(to, m->entry, m->entry_len, buf_str(&one_off), one_off.len);
    }
}

static void put_members(struct writer *w, const struct list_members *m)
{
    size_t entries = 0, one_offs = 0;
    for (size_t i = 0; i < m->count; i++) {
        entries += m->items[i].entry_len;
        one_offs += m->items[i].one_off_len;
    }
    if (entries >= ARRAY_MAX || one_offs >= ARRAY_MAX || has(w->now, P_LIST_STREAM)) {
        CLEANUP_FINI(buf_fini) struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
        list_stream_write(&b, m);
        put_binary(w, P_LIST_STREAM, buf_str(&b), b.len);
        put_binaries(w, P_LIST_MEMBERS, NULL, 0);
        put_binaries(w, P_LIST_ONE_OFFS, NULL, 0);
        if (has(w->now, P_LIST_CHECKSUM)) {
            put_removed(w, P_LIST_CHECKSUM);
        }
        return;
    }
    CLEANUP(mem_free) struct prop_bytes *first = mem_alloc((m->count + 1) * sizeof *first);
    CLEANUP(mem_free) struct prop_bytes *second = mem_alloc((m->count + 1) * sizeof *second);
    for (size_t i = 0; i < m->count; i++) {
        first[i] = (struct prop_bytes){m->items[i].entry, m->items[i].entry_len};
        second[i] = (struct prop_bytes){m->items[i].one_off, m->items[i].one_off_len};
    }
    put_binaries(w, P_LIST_MEMBERS, first, m->count);
    put_binaries(w, P_LIST_ONE_OFFS, second, m->count);
    put_int(w, P_LIST_CHECKSUM, (int32_t)list_checksum(m));
}

static enum rc members_write(struct writer *w, struct err *err)
{
    CLEANUP_FINI(list_members_fini) struct list_members now = {0};
    CLEANUP_FINI(list_members_fini) struct list_members all = {0};
    CLEANUP(json_free) struct json *placed = json_object();
    const struct json *want = json_get(w->want, "members"),
                      *cards = json_get(w->want, DOC_MEMBER_CARDS);
    enum rc rc = members_of(w->now, &now, err);
    if (rc != RC_OK) {
        return rc;
    }
    if (json_count(want) > LIST_MEMBERS_MAX) {
        return err_set(err, RC_TOO_BIG, 0, "a group of %zu members", json_count(want));
    }
    for (size_t i = 0; i < now.count; i++) {
        CLEANUP_FINI(shown_fini) struct shown s = {0};
        CLEANUP(mem_free) char *key = member_key(&now.items[i], &s);
        if (!key || json_get_bool(want, key, false)) {
            keep_member(&all, &now.items[i], key ? json_get(cards, key) : NULL);
        }
        if (key) {
            json_set_bool(placed, key, true);
        }
    }
    for (const struct json *m = json_first(want); m; m = json_next(m)) {
        if (json_bool_value(m, false) && !json_get(placed, json_key(m))) {
            add_member(&all, json_key(m), json_get(cards, json_key(m)));
        }
    }
    put_members(w, &all);
    return RC_OK;
}

/* ---- name: three copies, and the subject ---- */

static enum rc name_read(struct reader *r, struct err *err)
{
    (void)err;
    static const enum prop_key KEYS[] = {
        P_LIST_NAME, P_DISPLAY_NAME, P_FILE_UNDER, P_SUBJECT, P_NORMALIZED_SUBJECT};
    json_set_str(r->doc, "version", "1.0");
    json_set_str(r->doc, "kind", "group");
    for (size_t i = 0; i < ARRAY_LEN(KEYS); i++) {
        const char *text = get_text(r->item, KEYS[i]);
        if (text) {
            json_set_str(json_need_object(r->doc, "name"), "full", text);
            break;
        }
    }
    return RC_OK;
}

/* A group whose name comes in parts is rare, but a list without a name cannot be found again. */
static char *wanted_name(const struct json *name)
{
    const char *full = json_get_str(name, "full");
    if (!str_empty(full)) {
        return mem_strdup(full);
    }
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (const struct json *c = json_first(json_get(name, "components")); c; c = json_next(c)) {
        const char *value = json_get_str(c, "value");
        if (!str_empty(value)) {
            buf_addf(&b, "%s%s", b.len ? " " : "", value);
        }
    }
    return buf_take(&b);
}

static enum rc name_write(struct writer *w, struct err *err)
{
    if (!str_eq(json_get_str(w->want, "kind"), "group")) {
        return err_set(
            err, RC_UNSUPPORTED, 0, "a distribution list cannot become a contact in Outlook");
    }
    CLEANUP(mem_free) char *name = wanted_name(json_get(w->want, "name"));
    put_text(w, P_LIST_NAME, name);
    put_text(w, P_DISPLAY_NAME, name);
    put_text(w, P_FILE_UNDER, name);
    put_subject(w, name);
    return RC_OK;
}

/* ---- what every list of Outlook has ---- */

static enum rc new_write(struct writer *w, struct err *err)
{
    (void)err;
    static const struct fixed ROWS[] = {{P_ICON_INDEX, 514}, {P_SIDE_EFFECTS, 81},
        {P_IMPORTANCE, 1}, {P_PRIORITY, 0}, {P_SENSITIVITY, 0}, {P_PRIVATE, 0}, {P_REMINDER_SET, 0},
        {P_REMINDER_DELTA, 0}, {P_AGING_DONT_AGE_ME, 0}, {P_TASK_MODE, 0}, {P_FILE_UNDER_ID, -1},
        {P_EMAIL_ARRAY_TYPE, 0}};
    if (w->is_new) {
        put_fixed(w, ROWS, ARRAY_LEN(ROWS));
    }
    return RC_OK;
}

const struct section distlist_sections[] = {
    {{"uid"}, own_uid_read, own_uid_write},
    {{"updated"}, times_read, NULL},
    {{"kind", "name"}, name_read, name_write},
    {{"members"}, members_read, members_write},
    {{"notes"}, contact_notes_read, contact_notes_write},
    {{"keywords"}, keywords_read, keywords_write},
    {{NULL}, NULL, new_write},
    {{NULL}, NULL, NULL},
};
