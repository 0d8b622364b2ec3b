/* Meetings: the organizer and the guests <-> "participants" ([MS-OXOCAL] sections 2.2.1.10,
 * 2.2.1.11, 2.2.4 and 2.2.4.10).
 *
 * Outlook keeps who comes in the item's table of recipients: To is required, Cc optional, Bcc a room
 * or a thing. The organizer has a row with a flag, and the properties "sent representing". What a
 * person answered stands in their row; in a meeting that somebody else organizes our own answer
 * stands in PidLidResponseStatus, and only that one counts. An appointment that is no meeting may
 * have the row of its organizer, too: nobody is invited to it.
 *
 * Nothing written here sends anything: no request, no reply is made, and PidLidFInvited of a new
 * meeting says that its guests know already, as the server or whoever made it there told them. */
#include "mapi/map/event.h"

#include "client/item/doc.h"
#include "mapi/map/blob_list.h"

#include <string.h>

enum { TYPE_ORIGINATOR, TYPE_TO, TYPE_CC, TYPE_BCC, TYPE_MASK = 0xF };
/* PidTagRecipientFlags, [MS-OXOCAL] section 2.2.4.10.1 */
enum { FLAG_SENDABLE = 1, FLAG_ORGANIZER = 2, FLAG_DELETED = 0x20 };
enum { DISPLAY_LIST = 1, DISPLAY_ROOM = 7, DISPLAY_THING = 8 };
enum { OBJECT_MAIL_USER = 6 };
/* PidLidResponseStatus and PidTagRecipientTrackStatus */
enum { REPLY_NONE, REPLY_ORGANIZED, REPLY_TENTATIVE, REPLY_ACCEPTED, REPLY_DECLINED, REPLY_OPEN };

static const char *const REPLIES[] = {
    [REPLY_TENTATIVE] = "tentative", [REPLY_ACCEPTED] = "accepted", [REPLY_DECLINED] = "declined"};

/* ---- who is who ---- */
/* The SMTP address of a row or of the organizer; NULL if it has none. An Exchange address is a
 * directory name (mapping trap 5), and a profile without an account says "Unknown". */
static const char *smtp_of(
    const struct props *p, enum prop_key smtp, enum prop_key type, enum prop_key email)
{
    const char *address = get_text(p, smtp), *plain = get_text(p, email);
    bool usable = !str_ieq(get_text(p, type), "EX") && plain && strchr(plain, '@');
    return address ? address : usable ? plain : NULL;
}

static const char *row_address(const struct props *row)
{
    return smtp_of(row, P_RECIPIENT_SMTP, P_RECIPIENT_ADDRESS_TYPE, P_RECIPIENT_EMAIL);
}

static const char *organizer_address(const struct props *item)
{
    return smtp_of(item, P_ORGANIZER_SMTP, P_ORGANIZER_TYPE, P_ORGANIZER_EMAIL);
}

static int64_t row_type(const struct props *row)
{
    return get_int(row, P_RECIPIENT_TYPE, TYPE_TO) & TYPE_MASK;
}

/* The row of the organizer: by its flag, else by the address; NULL: there is none. */
static const struct props_recipient *organizer_row(const struct props *item)
{
    const struct props_recipient *by_address = NULL;
    for (size_t i = 0; i < item->recipient_count; i++) {
        const struct props_recipient *r = &item->recipients[i];
        if ((get_int(&r->row, P_RECIPIENT_FLAGS, 0) & FLAG_ORGANIZER) ||
            row_type(&r->row) == TYPE_ORIGINATOR) {
            return r;
        }
        const char *address = row_address(&r->row);
        if (!by_address && address && str_ieq(address, organizer_address(item))) {
            by_address = r;
        }
    }
    return by_address;
}

static bool is_own(const struct props *item, const struct map_env *env, const char *address)
{
    static const enum prop_key RECEIVED[] = {
        P_RECEIVED_BY_SMTP, P_RECEIVED_BY_EMAIL, P_RECEIVED_FOR_SMTP, P_RECEIVED_FOR_EMAIL};
    for (size_t i = 0; address && i < ARRAY_LEN(RECEIVED); i++) {
        if (str_ieq(get_text(item, RECEIVED[i]), address)) {
            return true;
        }
    }
    for (const struct json *o = json_first(env->own); address && o; o = json_next(o)) {
        if (str_ieq(json_str_value(o), address)) {
            return true;
        }
    }
    return false;
}

static bool is_owner(const struct json *participant)
{
    return json_get_bool(json_get(participant, "roles"), "owner", false);
}

static const struct json *owner_of(const struct json *doc)
{
    for (const struct json *p = json_first(json_get(doc, "participants")); p; p = json_next(p)) {
        if (is_owner(p)) {
            return p;
        }
    }
    return NULL;
}

/* ---- reading ---- */
static bool is_received(const struct props *item)
{
    return get_int(item, P_STATE_FLAGS, 0) & STATE_RECEIVED;
}

static void show_status(struct json *p, int64_t status)
{
    bool known = status >= 0 && status < (int64_t)ARRAY_LEN(REPLIES);
    json_set_str(p, "participationStatus", known ? REPLIES[status] : NULL);
}

static struct json *show_person(
    struct json *doc, const char *id, const char *address, const char *name)
{
    struct json *p = json_need_object(json_need_object(doc, "participants"), id);
    json_set_str(p, "@type", "Participant");
    json_set_str(p, "email", address);
    json_set_str(p, "name", name && !str_ieq(name, address) ? name : NULL);
    return p;
}

static const char *row_kind(const struct props *row)
{
    int64_t simple = get_int(row, P_RECIPIENT_DISPLAY_TYPE, 0),
            display = get_int(row, P_RECIPIENT_DISPLAY_EX, simple) & 0xFF;
    if (row_type(row) == TYPE_BCC) {
        return display == DISPLAY_ROOM ? "location" : "resource";
    }
    return simple == DISPLAY_LIST || display == DISPLAY_LIST ? "group" : NULL;
}

static void row_show(const struct props *item, const struct map_env *env,
    const struct props_recipient *r, bool organizer, struct json *doc)
{
    CLEANUP(mem_free) char *id = str_printf("r%u", (unsigned)r->number);
    const char *address = row_address(&r->row);
    struct json *p = show_person(doc, id, address, get_text(&r->row, P_RECIPIENT_NAME));
    struct json *roles = json_need_object(p, "roles");
    if (organizer) {
        json_set_bool(roles, "owner", true);
        return;
    }
    json_set_bool(roles, "attendee", true);
    if (row_type(&r->row) == TYPE_CC) {
        json_set_bool(roles, "optional", true);
    }
    json_set_str(p, "kind", row_kind(&r->row));
    bool ours = is_received(item) && is_own(item, env, address);
    show_status(p, ours ? get_int(item, P_RESPONSE_STATUS, REPLY_NONE)
                        : get_int(&r->row, P_RECIPIENT_TRACK, REPLY_NONE));
}

static void people_show(const struct props *item, const struct map_env *env, struct json *doc)
{
    const struct props_recipient *organizer = organizer_row(item);
    const char *name = get_text(item, P_ORGANIZER_NAME);
    if (!organizer && (name || organizer_address(item))) {
        struct json *p = show_person(doc, "organizer", organizer_address(item), name);
        json_set_bool(json_need_object(p, "roles"), "owner", true);
    }
    for (size_t i = 0; i < item->recipient_count; i++) {
        const struct props_recipient *r = &item->recipients[i];
        bool known = row_address(&r->row) || get_text(&r->row, P_RECIPIENT_NAME);
        if (known && !(get_int(&r->row, P_RECIPIENT_FLAGS, 0) & FLAG_DELETED)) {
            row_show(item, env, r, r == organizer, doc);
        }
    }
}

bool map_has_recipients(enum item_kind kind, const struct props *item)
{
    return kind == ITEM_EVENT && (get_int(item, P_STATE_FLAGS, 0) & STATE_MEETING);
}

enum rc event_people_read(struct reader *r, struct err *err)
{
    (void)err;
    if (map_has_recipients(ITEM_EVENT, r->item)) {
        people_show(r->item, r->env, r->doc);
    }
    return RC_OK;
}

/* ---- writing ---- */
/* One row being made or changed: a writer of its own, so that only what differs is put. */
static struct map_recipient_change *change_add(
    struct map_change *out, enum map_sub_kind kind, uint32_t number)
{
    ARRAY_RESERVE(out->recipients, out->recipient_count, out->recipient_cap);
    struct map_recipient_change *c = &out->recipients[out->recipient_count++];
    *c = (struct map_recipient_change){.kind = kind, .number = number};
    return c;
}

static bool differs(const struct json *was, const struct json *now, const char *member)
{
    const struct json *a = json_get(was, member), *b = json_get(now, member);
    return a && b ? !json_equal(a, b) : a != b;
}

static void put_search_key(struct writer *w, enum prop_key key, const char *address)
{
    CLEANUP(mem_free) char *text = str_printf("SMTP:%s", address);
    for (char *c = text; *c; c++) {
        *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
    }
    put_binary(w, key, text, strlen(text) + 1);
}

static void put_one_off(struct writer *w, enum prop_key key, const char *name, const char *address)
{
    struct buf b CLEANUP_FINI(buf_fini) = BUF_INIT(BUF_DEFAULT_MAX);
    one_off_write(&b, name, "SMTP", address);
    put_binary(w, key, buf_str(&b), b.len);
}

static void put_address(struct writer *w, const char *name, const char *address)
{
    put_text(w, P_RECIPIENT_ADDRESS_TYPE, "SMTP");
    put_text(w, P_RECIPIENT_EMAIL, address);
    put_text(w, P_RECIPIENT_SMTP, address);
    put_search_key(w, P_RECIPIENT_SEARCH_KEY, address);
    put_one_off(w, P_RECIPIENT_ID, name, address);
    put_one_off(w, P_RECIPIENT_ENTRY_ID, name, address);
}

static void put_kind(struct writer *w, const struct json *p)
{
    const char *kind = json_get_str(p, "kind");
    bool group = str_eq(kind, "group"), room = str_eq(kind, "location"),
         thing = str_eq(kind, "resource");
    bool optional = json_get_bool(json_get(p, "roles"), "optional", false);
    put_int(w, P_RECIPIENT_TYPE,
        is_owner(p)     ? TYPE_TO
        : room || thing ? TYPE_BCC
        : optional      ? TYPE_CC
                        : TYPE_TO);
    put_int(w, P_RECIPIENT_DISPLAY_TYPE, group ? DISPLAY_LIST : 0);
    put_int(w, P_RECIPIENT_DISPLAY_EX,
        room    ? DISPLAY_ROOM
        : thing ? DISPLAY_THING
        : group ? DISPLAY_LIST
                : 0);
}

static int64_t status_of(const struct json *p)
{
    const char *status = json_get_str(p, "participationStatus");
    for (size_t i = 0; i < ARRAY_LEN(REPLIES); i++) {
        if (REPLIES[i] && str_eq(REPLIES[i], status)) {
            return (int64_t)i;
        }
    }
    return REPLY_NONE;
}

/* `was`: how the row reads; NULL for a new one. */
static void row_put(struct writer *w, const struct json *was, const struct json *p)
{
    const char *address = json_get_str(p, "email"), *name = json_get_str(p, "name");
    const char *shown = str_empty(name) ? address : name;
    if (!was || differs(was, p, "name") || differs(was, p, "email")) {
        put_text(w, P_RECIPIENT_NAME, shown);
        put_text(w, P_RECIPIENT_DISPLAY_NAME, shown);
    }
    if (!str_empty(address) && (!was || !str_ieq(json_get_str(was, "email"), address))) {
        put_address(w, shown, address);
    }
    if (!was || differs(was, p, "kind") || differs(was, p, "roles")) {
        int64_t flags = get_int(w->now, P_RECIPIENT_FLAGS, FLAG_SENDABLE) & ~FLAG_ORGANIZER;
        put_kind(w, p);
        put_int(w, P_RECIPIENT_FLAGS, flags | (is_owner(p) ? FLAG_ORGANIZER : 0));
    }
    if (!was || status_of(was) != status_of(p)) {
        put_int(w, P_RECIPIENT_TRACK, is_owner(p) ? REPLY_NONE : status_of(p));
    }
    if (!was) {
        put_int(w, P_RECIPIENT_OBJECT_TYPE, OBJECT_MAIL_USER);
        put_int(w, P_RECIPIENT_RICH, 0);
    }
}

/* The row that a participant is: by the id it was read under, else by its address. */
static const struct props_recipient *row_of(const struct props *item, const struct json *p)
{
    const char *address = json_get_str(p, "email");
    for (size_t i = 0; i < item->recipient_count; i++) {
        CLEANUP(mem_free) char *id = str_printf("r%u", (unsigned)item->recipients[i].number);
        if (str_eq(id, json_key(p))) {
            return &item->recipients[i];
        }
    }
    for (size_t i = 0; address && i < item->recipient_count; i++) {
        if (str_ieq(row_address(&item->recipients[i].row), address)) {
            return &item->recipients[i];
        }
    }
    return NULL;
}

static void person_put(struct writer *w, const struct json *p, bool *taken)
{
    const struct json *was = json_get(json_get(w->base, "participants"), json_key(p));
    const struct props_recipient *row = row_of(w->now, p);
    static const struct props NONE = {0};
    if (row && taken[row - w->now->recipients]) {
        return; /* one row for each address */
    }
    bool organizer_only = !row && was; /* known by "sent representing" alone */
    if (!row && (organizer_only || str_empty(json_get_str(p, "email")))) {
        return; /* nobody whom Outlook could write to */
    }
    if (row) {
        taken[row - w->now->recipients] = true;
    }
    struct map_change one = {0};
    struct writer of_row = {.now = row ? &row->row : &NONE, .env = w->env, .out = &one};
    struct json *as_read = NULL; /* a row of what was no meeting */
    if (row && !was) {
        as_read = json_object();
        row_show(w->now, w->env, row, row == organizer_row(w->now), as_read);
        was = json_first(json_get(as_read, "participants"));
    }
    row_put(&of_row, was, p);
    if (one.set.count) {
        change_add(w->out, row ? MAP_SUB_UPDATE : MAP_SUB_CREATE, row ? row->number : 0)->set =
            one.set;
        one.set = (struct props){0};
    }
    json_free(as_read);
    map_change_fini(&one);
}

static void people_put(struct writer *w)
{
    CLEANUP(mem_free) bool *taken = mem_alloc((w->now->recipient_count + 1) * sizeof *taken);
    /* The organizer first: Outlook takes the first row for them. */
    for (int owners = 1; owners >= 0; owners--) {
        for (const struct json *p = json_first(json_get(w->want, "participants")); p;
             p = json_next(p)) {
            if (is_owner(p) == (owners != 0)) {
                person_put(w, p, taken);
            }
        }
    }
    for (size_t i = 0; i < w->now->recipient_count; i++) {
        const struct props_recipient *r = &w->now->recipients[i];
        bool hidden = get_int(&r->row, P_RECIPIENT_FLAGS, 0) & FLAG_DELETED;
        if (!taken[i] && !hidden) {
            change_add(w->out, MAP_SUB_DELETE, r->number);
        }
    }
}

static void organizer_put(struct writer *w, const struct json *was, const struct json *owner)
{
    const char *address = json_get_str(owner, "email"), *name = json_get_str(owner, "name");
    const char *shown = str_empty(name) ? address : name;
    if (!owner && json_count(json_get(w->want, "participants"))) {
        static const enum prop_key KEYS[] = {P_ORGANIZER_NAME, P_ORGANIZER_TYPE, P_ORGANIZER_EMAIL,
            P_ORGANIZER_SMTP, P_ORGANIZER_SEARCH_KEY, P_ORGANIZER_ENTRY_ID};
        for (size_t i = 0; i < ARRAY_LEN(KEYS); i++) {
            put_absent(w, KEYS[i]); /* whoever made the item is not the organizer */
        }
    }
    if (!owner || str_empty(shown)) {
        return;
    }
    if (!was || differs(was, owner, "name") || differs(was, owner, "email")) {
        put_text(w, P_ORGANIZER_NAME, shown);
    }
    if (!str_empty(address) && !str_ieq(organizer_address(w->now), address)) {
        put_text(w, P_ORGANIZER_TYPE, "SMTP");
        put_text(w, P_ORGANIZER_EMAIL, address);
        put_text(w, P_ORGANIZER_SMTP, address);
        put_search_key(w, P_ORGANIZER_SEARCH_KEY, address);
        put_one_off(w, P_ORGANIZER_ENTRY_ID, shown, address);
    }
}

/* The names as Outlook lists them, of the required or the optional ones, or all. Caller frees. */
static char *names_of(const struct json *doc, bool required, bool optional)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (const struct json *p = json_first(json_get(doc, "participants")); p; p = json_next(p)) {
        const char *kind = json_get_str(p, "kind"), *name = json_get_str(p, "name");
        bool thing = str_eq(kind, "resource") || str_eq(kind, "location");
        bool is_optional = json_get_bool(json_get(p, "roles"), "optional", false);
        name = str_empty(name) ? json_get_str(p, "email") : name;
        bool listed = thing ? required && optional : is_optional ? optional : required;
        if (!is_owner(p) && listed && !str_empty(name)) {
            buf_addf(&b, "%s%s", b.len ? "; " : "", name);
        }
    }
    return buf_take(&b);
}

static void names_put(struct writer *w, enum prop_key key, bool required, bool optional)
{
    CLEANUP(mem_free) char *was = names_of(w->base, required, optional);
    CLEANUP(mem_free) char *now = names_of(w->want, required, optional);
    if (!str_eq(was, now)) {
        put_text(w, key, now);
    }
}

/* Ours only if we know that it is: a meeting that Outlook takes for ours would offer to write to
 * everybody, one that it takes for somebody else's to one person. */
static bool is_theirs(const struct writer *w, const struct json *owner)
{
    return owner && !is_own(w->now, w->env, json_get_str(owner, "email"));
}

static void state_put(struct writer *w, const struct json *was, const struct json *owner)
{
    int64_t state = get_int(w->now, P_STATE_FLAGS, 0);
    bool meeting = json_count(json_get(w->want, "participants")) > 0;
    bool settled = (state & STATE_MEETING) && was && owner &&
                   str_ieq(json_get_str(was, "email"), json_get_str(owner, "email"));
    bool received = settled ? state & STATE_RECEIVED : meeting && is_theirs(w, owner);
    put_int(w, P_STATE_FLAGS,
        meeting ? (state & ~STATE_RECEIVED) | STATE_MEETING | (received ? STATE_RECEIVED : 0)
                : state & ~(STATE_MEETING | STATE_RECEIVED | STATE_CANCELED));
    if (!(state & STATE_MEETING) || !meeting) {
        put_int(w, P_INVITED, meeting);
    }
    int64_t reply = !meeting ? REPLY_NONE : received ? REPLY_OPEN : REPLY_ORGANIZED;
    if (received && settled) { /* without our own row it stays */
        reply = get_int(w->now, P_RESPONSE_STATUS, REPLY_OPEN);
    }
    for (const struct json *p = json_first(json_get(w->want, "participants")); p && received;
         p = json_next(p)) {
        const struct json *before = json_get(json_get(w->base, "participants"), json_key(p));
        if (!is_owner(p) && is_own(w->now, w->env, json_get_str(p, "email")) &&
            (!before || !settled || status_of(before) != status_of(p))) {
            reply = status_of(p) == REPLY_NONE ? REPLY_OPEN : status_of(p);
        }
    }
    put_int(w, P_RESPONSE_STATUS, reply);
}

enum rc event_people_write(struct writer *w, struct err *err)
{
    (void)err;
    if (!member_changed(w, "participants")) {
        return RC_OK; /* a new item that nobody is invited to */
    }
    const struct json *was = owner_of(w->base), *owner = owner_of(w->want);
    people_put(w);
    organizer_put(w, was, owner);
    state_put(w, was, owner);
    names_put(w, P_ALL_ATTENDEES, true, true);
    names_put(w, P_TO_ATTENDEES, true, false);
    names_put(w, P_CC_ATTENDEES, false, true);
    return RC_OK;
}
