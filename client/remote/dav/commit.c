/* Writing items: PUT and DELETE with preconditions (RFC 4791 section 5.3.2, RFC 6352
 * section 6.3.2), several at a time.
 *
 * Before that, and only where needed, one multiget looks at what is there: for an update without
 * the item's text, for events on a server that mails people by itself, and on SOGo, which ignores
 * preconditions. */
#include "client/remote/dav/dav_private.h"

#include "client/base/buf.h"
#include "client/codec/vlist.h"
#include "client/remote/meeting.h"
#include "client/remote/mute.h"
#include "client/remote/text_item.h"

#include <string.h>

/* One op on its way. */
struct writing {
    struct store_op *op;
    const struct store_item *now; /* what is there, if it was looked at */
    char *url, *text, *label;     /* owned */
    char *if_match;               /* owned */
    struct json *part;            /* owned; what is written instead of all of op->doc */
    bool theirs; /* a meeting of somebody else, which the server (or another program) looks after */
    struct http_header headers[4];
    bool ready; /* to be sent */
};

static void writing_fail(struct writing *w, enum rc rc, const char *fmt, ...) PRINTF_LIKE(3, 4);
static void writing_fail(struct writing *w, enum rc rc, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    w->op->rc = rc;
    free(w->op->error);
    w->op->error = str_vprintf(fmt, ap);
    va_end(ap);
}

char *dav_choose_id(struct store *s, const char *folder, enum item_kind kind, const char *uid)
{
    (void)s;
    CLEANUP(mem_free) char *name = text_item_file_name(kind, uid);
    CLEANUP(mem_free)
    char *path = str_printf("%s/%s", folder, name); /* the normal form has single slashes */
    return url_path_normalize(path);
}

/* ---- nothing outside of the folder ---- */
static enum rc refuse_outside(struct dav *d, const char *folder, enum item_kind kind,
    struct writing *writings, size_t count, struct err *err)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < count && rc == RC_OK; i++) {
        CLEANUP(mem_free) char *refusal = NULL;
        if (writings[i].op->id) {
            rc = dav_place_check(d, folder, kind, writings[i].op->id, &refusal, err);
        }
        if (refusal) {
            writing_fail(&writings[i], RC_REFUSED, "%s", refusal);
        }
    }
    return rc;
}

/* ---- looking first ---- */
static bool must_look(
    const struct store_op *op, enum item_kind kind, const char *folder, bool mails)
{
    if (dav_is_sogo(folder)) { /* 5.8 overwrites in spite of If-None-Match, deletes in spite of
                                  If-Match */
        return true;
    }
    if (op->kind == STORE_UPDATE) {
        return !op->native;
    }
    return op->kind == STORE_DELETE && kind != ITEM_CONTACT && mails;
}

static enum rc look(struct dav *d, const char *folder, enum item_kind kind, bool mails,
    struct writing *writings, size_t count, struct store_items *ret, struct err *err)
{
    CLEANUP(mem_free) const char **ids = mem_alloc((count + 1) * sizeof *ids);
    CLEANUP(mem_free) struct writing **of = mem_alloc((count + 1) * sizeof *of);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (writings[i].op->id && !writings[i].op->error &&
            must_look(writings[i].op, kind, folder, mails)) {
            of[n] = &writings[i];
            ids[n++] = writings[i].op->id;
        }
    }
    enum rc rc = n ? dav_fetch(&d->store, folder, kind, ids, n, ret, err) : RC_OK;
    for (size_t i = 0; rc == RC_OK && i < n; i++) {
        of[i]->now = &ret->items[i];
    }
    return rc;
}

/* Is what was looked at as the op expects it? */
static bool as_expected(struct writing *w)
{
    const struct store_op *op = w->op;
    const struct store_item *now = w->now;
    if (!now) {
        return true;
    }
    if (op->kind == STORE_CREATE) {
        if (now->rc == RC_NOT_FOUND) {
            return true;
        }
        writing_fail(w, RC_CONFLICT, "%s: something of that name is there already", w->label);
        return false;
    }
    if (!now->native) {
        writing_fail(w, now->rc, "%s", now->error ? now->error : w->label);
        return false;
    }
    if (!str_eq(now->version, op->version)) {
        writing_fail(w, RC_CONFLICT, "%s: it was changed by somebody else meanwhile", w->label);
        return false;
    }
    return true;
}

/* ---- preparing ---- */
/* A meeting that people are written to about, unless clients do that themselves. One that we
 * made silent is ours to change: what its organizer changes reaches it through Outlook's mail. */
static bool is_looked_after(const char *native, enum item_kind kind)
{
    return kind != ITEM_CONTACT && native && mute_wanted(native);
}

/* May the item be written at all? A server that schedules takes every change of a meeting for a
 * reason to write to people: of a meeting of our own whatever we do, as also silencing it is told to
 * the guests (RFC 6638 section 3.2.1.2: SCHEDULE-AGENT from SERVER to CLIENT is a cancellation); of
 * somebody else's only if its organizer is not said to be the client's affair (section 7.1). */
static bool would_mail(struct dav *d, struct writing *w, bool mails)
{
    if (!mails || (w->theirs && d->store.answers && d->obeys)) {
        return false;
    }
    writing_fail(w, RC_UNSUPPORTED,
        !w->theirs
            ? "%s: it is a meeting, and the server would write to the other people; Lockstep "
              "leaves it as it is"
        : !d->obeys
            ? "%s: somebody else organizes this meeting, and the server might write to them; "
              "Lockstep leaves it as it is"
            : "%s: somebody else organizes this meeting, and the server would write to them; "
              "Lockstep leaves it as it is ('lockstep link set LINK --invitations answer' lets "
              "your reply, reminder, categories and notes through without a message)",
        w->label);
    return true;
}

/* Of a meeting of somebody else only our part goes there. */
static enum rc take_part(
    struct dav *d, struct writing *w, enum item_kind kind, const char *native, struct err *err)
{
    CLEANUP(json_free) struct json *now = NULL;
    enum rc rc = text_item_read(kind, native, strlen(native), &now, err);
    if (rc != RC_OK) {
        return rc;
    }
    w->theirs = meeting_is_theirs(now, d->store.own);
    if (w->theirs && w->op->kind == STORE_UPDATE) {
        bool less = false;
        w->part = meeting_own_part(now, w->op->doc, d->store.own, &less);
        if (less) {
            w->op->note =
                str_printf("%s: somebody else organizes this meeting: your reply, "
                           "reminder, categories and notes are there, other changes are not",
                    w->label);
        }
    }
    return RC_OK;
}

static bool may_write(
    struct dav *d, struct writing *w, enum item_kind kind, const char *native, bool mails)
{
    struct err err = ERR_INIT;
    if (!is_looked_after(native, kind)) {
        return true;
    }
    if (take_part(d, w, kind, native, &err) != RC_OK) {
        writing_fail(w, err.rc, "%s: %s", w->label, err_text(&err));
        err_fini(&err);
        return false;
    }
    return !would_mail(d, w, mails);
}

/* Our part in a meeting of somebody else, and no reply of the server's. */
static enum rc silence(struct writing *w, const char *native, struct err *err)
{
    if (str_eq(native, w->text)) {
        return RC_OK;
    }
    char *muted = mute_organizer(w->text);
    if (!muted) {
        return err_set(err, RC_UNSUPPORTED, 0,
            "the server is told to write to the organizer of this meeting; Lockstep leaves it as "
            "it is");
    }
    free(w->text);
    w->text = muted;
    return RC_OK;
}

static enum rc make_text(
    struct writing *w, enum item_kind kind, const char *native, bool mails, struct err *err)
{
    const struct store_op *op = w->op;
    const struct json *doc = w->part ? w->part : op->doc;
    bool list = kind == ITEM_CONTACT && !native && dav_is_sogo(op->id) &&
                str_eq(json_get_str(op->doc, "kind"), "group");
    enum rc rc = list ? vlist_write(NULL, op->doc, &w->text, err)
                      : text_item_write(kind, native, doc, &w->text, err);
    if (rc == RC_OK && w->theirs) {
        return mails ? silence(w, native, err) : RC_OK;
    }
    if (rc == RC_OK && kind != ITEM_CONTACT && (mails || op->kind == STORE_CREATE) &&
        mute_wanted(w->text)) {
        rc = err_set(err, RC_UNSUPPORTED, 0,
            "the server is told to write to the people of this meeting; Lockstep leaves it as it "
            "is");
    }
    return rc;
}

static void add_precondition(struct writing *w, size_t *n)
{
    const struct store_op *op = w->op;
    if (op->kind == STORE_CREATE) {
        w->headers[(*n)++] = (struct http_header){"If-None-Match", "*"};
    } else if (strcmp(op->version, NO_ETAG) != 0) {
        w->if_match = dav_etag(op->version);
        w->headers[(*n)++] = (struct http_header){"If-Match", w->if_match ? w->if_match : "\"\""};
    }
}

static void prepare(
    struct dav *d, struct writing *w, enum item_kind kind, bool mails, struct http_request *ret)
{
    struct store_op *op = w->op;
    struct err err = ERR_INIT;
    size_t n = 0;
    const char *native = op->kind != STORE_CREATE && w->now ? w->now->native : op->native;
    if (op->kind == STORE_CREATE) {
        native = text_item_to_make_again(kind, native);
    }
    if (op->error) {
        return; /* refused before */
    }
    if (!op->id || (op->kind != STORE_CREATE && !op->version)) {
        writing_fail(w, RC_INTERNAL, "%s without id or version",
            op->kind == STORE_CREATE ? "a create" : "a write");
        return;
    }
    if (!as_expected(w) || !may_write(d, w, kind, native, mails)) {
        return;
    }
    if (op->kind != STORE_DELETE && make_text(w, kind, native, mails, &err) != RC_OK) {
        writing_fail(w, err.rc, "%s: %s", w->label, err_text(&err));
        err_fini(&err);
        return;
    }
    if (op->kind == STORE_UPDATE && native && str_eq(native, w->text)) {
        op->rc = RC_OK; /* nothing to write, so the item keeps its version */
        op->new_version = mem_strdup(op->version);
        return;
    }
    w->url = dav_path_url(d, op->id);
    add_precondition(w, &n);
    if (op->kind != STORE_DELETE) {
        w->headers[n++] = (struct http_header){"Content-Type",
            kind == ITEM_CONTACT ? "text/vcard; charset=utf-8" : "text/calendar; charset=utf-8"};
    } else if (kind != ITEM_CONTACT) {
        w->headers[n++] = (struct http_header){
            "Schedule-Reply", "F"}; /* RFC 6638 section 8.1: no "declined" to the organizer */
    }
    *ret = (struct http_request){
        .method = op->kind == STORE_DELETE ? "DELETE" : "PUT",
        .url = w->url,
        .what = w->label,
        .headers = w->headers,
        .header_count = n,
        .body = w->text,
        .body_len = w->text ? strlen(w->text) : 0,
        .identity = true,
    };
    w->ready = true;
}

/* ---- what came of it ---- */
/* Preconditions that servers name in the body of a refusal (RFC 4791 section 5.3.2.1, RFC
 * 6352 6.3.2.1, RFC 6638 3.2.4). */
static const struct refusal {
    const char *condition;
    enum rc rc;
    const char *text;
} REFUSALS[] = {
    {"no-uid-conflict", RC_CONFLICT, "the server has another item with the same UID"},
    {"unique-scheduling-object-resource", RC_CONFLICT,
        "the server has another item with the same UID"},
    {"need-privileges", RC_READONLY, "the folder is read-only"},
    {"supported-calendar-component", RC_UNSUPPORTED, "the folder does not take this kind of item"},
    {"supported-calendar-data", RC_REFUSED, "the server does not take this format"},
    {"supported-address-data", RC_REFUSED, "the server does not take this format"},
    {"valid-calendar-data", RC_REFUSED, "the server finds it malformed"},
    {"valid-calendar-object-resource", RC_REFUSED, "the server finds it malformed"},
    {"valid-address-data", RC_REFUSED, "the server finds it malformed"},
    {"max-resource-size", RC_TOO_BIG, "it is larger than the server accepts"},
    {"quota-not-exceeded", RC_REFUSED, "the server has no room left (quota)"},
    {"sufficient-disk-space", RC_REFUSED, "the server has no room left"},
};

static bool settle_condition(struct writing *w, const struct http_response *r)
{
    CLEANUP(mem_free) char *href = NULL;
    CLEANUP(mem_free) char *condition = dav_error_condition(r->body, r->body_len, &href);
    for (size_t i = 0; condition && i < ARRAY_LEN(REFUSALS); i++) {
        if (strcmp(REFUSALS[i].condition, condition) == 0) {
            CLEANUP(mem_free) char *other = href ? url_path_name(href) : NULL;
            writing_fail(w, REFUSALS[i].rc, "%s: %s%s%s (HTTP %ld)", w->label, REFUSALS[i].text,
                other ? ": " : "", other ? other : "", r->status);
            return true;
        }
    }
    return false;
}

static enum rc on_inner_status(void *user, const struct dav_resource *r, struct err *err)
{
    long *status = user;
    (void)err;
    CLEANUP(mem_free)
    char *inner =
        xml_text_trimmed(xml_child(xml_child(r->node, NS_DAV, "propstat"), NS_DAV, "status"));
    const char *space = strchr(inner, ' ');
    *status = r->status ? r->status : space ? strtol(space + 1, NULL, 10) : 0;
    return RC_OK;
}

/* Xandikos 0.2.8 answers a PUT with 207 and puts the real status inside. */
static long inner_status(const struct http_response *r)
{
    long status = 0;
    CLEANUP(multistatus_free) struct multistatus *m = multistatus_new(on_inner_status, &status);
    if (multistatus_feed(m, r->body, r->body_len, NULL) != RC_OK ||
        multistatus_finish(m, NULL) != RC_OK) {
        return 0;
    }
    return status;
}

static void settle_done(struct writing *w, const struct http_response *r)
{
    struct store_op *op = w->op;
    op->rc = RC_OK;
    if (op->kind == STORE_DELETE) {
        return;
    }
    CLEANUP(mem_free) char *etag = http_response_header(r, "ETag");
    op->new_version = dav_etag(etag);
    /* After a redirect (a shared folder reached through its owner's address) the item lies where we
     * were sent. */
    struct url u;
    if (url_parse(r->url, &u, NULL) == RC_OK) {
        CLEANUP(mem_free) char *path = url_path_normalize(u.path);
        if (op->kind == STORE_CREATE || !url_path_equal(path, op->id)) {
            op->new_id = TAKE(path);
        }
        url_fini(&u);
    }
}

static void settle(struct writing *w, struct http_response *r)
{
    struct err err = ERR_INIT;
    if (r->rc == RC_OK && r->status == 207) {
        r->status = inner_status(r);
    }
    if (r->rc == RC_OK && r->status >= 200 && r->status < 300) {
        settle_done(w, r);
        return;
    }
    if (r->rc == RC_OK && settle_condition(w, r)) {
        return;
    }
    enum rc rc = http_check(r, w->label, &err);
    if (w->op->kind == STORE_CREATE && rc == RC_NOT_FOUND) {
        rc = RC_REFUSED; /* the folder is gone, or SOGo 5.8 does not like the text */
    }
    writing_fail(w, rc, "%s", err_text(&err));
    err_fini(&err);
}

/* ---- all of them ---- */
static enum rc send_ready(struct dav *d, struct writing *writings,
    const struct http_request *requests, size_t count, struct err *err)
{
    CLEANUP(mem_free) struct http_request *ready = mem_alloc((count + 1) * sizeof *ready);
    CLEANUP(mem_free) struct http_response *responses = mem_alloc((count + 1) * sizeof *responses);
    size_t n = 0, failing = 0, last = 0;
    for (size_t i = 0; i < count; i++) {
        if (writings[i].ready) {
            ready[n++] = requests[i];
        }
    }
    enum rc rc = http_send_many(d->http, ready, n, DAV_IN_FLIGHT, responses, err);
    for (size_t i = 0, k = 0; i < count; i++) {
        if (writings[i].ready) {
            settle(&writings[i], &responses[k]);
            http_response_fini(&responses[k++]);
            failing += writings[i].op->rc == RC_SERVER;
            last = i;
        }
    }
    if (rc == RC_OK && n > 1 && failing == n) {
        rc = err_set(err, RC_SERVER, 0, "%s",
            writings[last].op->error); /* all of them: it is not the items */
    }
    return rc;
}

enum rc dav_commit(struct store *s, const char *folder, enum item_kind kind, struct store_op *ops,
    size_t count, struct err *err)
{
    struct dav *d = (struct dav *)s;
    CLEANUP(mem_free) struct writing *writings = mem_alloc((count + 1) * sizeof *writings);
    CLEANUP(mem_free) struct http_request *requests = mem_alloc((count + 1) * sizeof *requests);
    struct store_items now = {0};
    bool mails = false, asks = false;
    for (size_t i = 0; i < count; i++) {
        writings[i].op = &ops[i];
        writings[i].label = dav_item_label(kind, ops[i].id ? ops[i].id : "?");
        ops[i].rc = RC_CANCELLED;
        asks = asks || (kind != ITEM_CONTACT && ops[i].kind != STORE_CREATE);
        dav_text_free(ops[i].id ? dav_texts_take(d, ops[i].id)
                                : NULL); /* what is kept there grows stale now */
    }
    enum rc rc = refuse_outside(d, folder, kind, writings, count, err);
    if (rc == RC_OK && asks) {
        rc = schedule_is_automatic(d, folder, &mails, err);
    }
    if (rc == RC_OK) {
        rc = look(d, folder, kind, mails, writings, count, &now, err);
    }
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        prepare(d, &writings[i], kind, mails, &requests[i]);
    }
    if (rc == RC_OK) {
        rc = send_ready(d, writings, requests, count, err);
    }
    for (size_t i = 0; i < count; i++) {
        if (ops[i].rc == RC_CANCELLED && !ops[i].error) {
            writing_fail(&writings[i], RC_CANCELLED, "%s: not tried", writings[i].label);
        }
        free(writings[i].url);
        free(writings[i].if_match);
        free(writings[i].text);
        json_free(writings[i].part);
        free(writings[i].label);
    }
    store_items_fini(&now);
    return rc;
}
