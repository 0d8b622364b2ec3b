/* The order of an update is what keeps data safe: open, compare the version, compute the smallest
 * change, set it on the open object, save. Until SaveChanges nothing is stored, so that a failure
 * on the way changes nothing; SaveChanges itself fails with MAPI_E_OBJECT_CHANGED if somebody else
 * saved meanwhile, because FORCE_SAVE is never given. */
#include "mapi/com/message.h"

#include "client/base/buf.h"
#include "client/base/date.h"
#include "client/item/doc.h"
#include "client/platform/win32/text.h"
#include "mapi/com/attach.h"
#include "mapi/com/exception.h"
#include "mapi/com/file.h"
#include "mapi/com/hresult.h"
#include "mapi/com/recipient.h"
#include "mapi/com/value.h"

/* Flags and a provider's UID, then what the provider likes. */
enum { ID_MIN = 21, ID_MAX = 0x10000 };

/* What is read of every item before anything is done with it. */
#define MESSAGE_TAGS                                                                               \
    MAPI_TAGS(PR_LAST_MODIFICATION_TIME, PR_CHANGE_KEY, PR_PARENT_ENTRYID, PR_MESSAGE_CLASS_W)

char *message_version(const SPropValue *items, ULONG count)
{
    const SPropValue *time = mapi_find(items, count, PR_LAST_MODIFICATION_TIME);
    const SBinary *key = mapi_find_binary(items, count, PR_CHANGE_KEY);
    CLEANUP(mem_free) char *hex = key ? hex_encode(key->lpb, key->cb) : mem_strdup("");
    uint64_t when =
        time ? (uint64_t)time->Value.ft.dwHighDateTime << 32 | time->Value.ft.dwLowDateTime : 0;
    return str_printf("%llu-%s", (unsigned long long)when, hex);
}

/* What tells items apart for people: entry ids of one store begin alike. */
static const char *id_end(const char *id)
{
    size_t n = strlen(id);
    return n > 16 ? id + n - 16 : id;
}

/* An open item. */
struct message {
    IMessage *object;   /* owned */
    struct mapi_id id;  /* its entry id */
    char *version;      /* owned */
    struct props props; /* map_properties(kind) of it */
};

static void message_fini(struct message *m)
{
    if (m->object) {
        m->object->lpVtbl->Release(m->object);
    }
    mapi_id_fini(&m->id);
    free(m->version);
    props_fini(&m->props);
}

static enum rc message_read_version(struct message *m, struct mapi_values *values, struct err *err)
{
    enum rc rc =
        mapi_get_props((IMAPIProp *)m->object, "IMessage::GetProps", MESSAGE_TAGS, values, err);
    if (rc == RC_OK) {
        free(m->version);
        m->version = message_version(values->items, values->count);
    }
    return rc;
}

/* Opens an item and makes sure that it is still in this folder: in a .pst file its entry id
 * survives a move, so that an item that the user put into Deleted Items would open as if nothing
 * had happened. */
static enum rc message_open(struct mapi_session *s, struct folder *f, enum item_kind kind,
    const char *hex, bool write, struct message *ret, struct err *err)
{
    struct message m = {.object = NULL};
    CLEANUP_FINI(mapi_values_fini) struct mapi_values values = {&s->api, NULL, 0};
    m.id.data = hex ? hex_decode(hex, &m.id.len) : NULL;
    if (!m.id.data || m.id.len < ID_MIN || m.id.len > ID_MAX) {
        free(m.id.data);
        return err_set(
            err, RC_INVALID, 0, "\"%.40s\" is not the id of an Outlook item", hex ? hex : "");
    }
    enum rc rc = mapi_box_open(s, f->box, m.id.data, m.id.len, MAPI_MESSAGE, write, &m.object, err);
    if (rc == RC_OK) {
        rc = message_read_version(&m, &values, err);
    }
    if (rc == RC_OK) {
        const SBinary *parent = mapi_find_binary(values.items, values.count, PR_PARENT_ENTRYID);
        CLEANUP(mem_free)
        char *class = win32_utf8(mapi_find_text(values.items, values.count, PR_MESSAGE_CLASS_W));
        if (!parent || !class) {
            rc = err_set(err, RC_SERVER, 0, "Outlook does not tell its folder and class");
        } else if (!mapi_box_same(s, f->box, &f->id, parent->lpb, parent->cb)) {
            rc = err_set(err, RC_NOT_FOUND, 0, "the item was moved to another folder");
        } else if (map_kind_of_class(class) != (int)kind) {
            rc = err_set(err, RC_UNSUPPORTED, 0, "an item of class %.80s is not a %s", class,
                item_kind_name(kind));
        }
    }
    if (rc != RC_OK) {
        message_fini(&m);
        return rc;
    }
    *ret = m;
    return RC_OK;
}

/* The formatted text of an item for which the store makes no plain one, or no HTML. It is large, so it is not
 * read of every item. */
static enum rc message_read_rich(struct mapi_session *s, struct message *m, struct err *err)
{
    const struct prop_name name = map_rich_body();
    const ULONG tag = PROP_TAG(PT_BINARY, name.id);
    CLEANUP_FINI(props_fini) struct props rich = {0};
    enum rc rc = value_read_props(s, (IMAPIProp *)m->object, &name, &tag, 1, &rich, err);
    size_t len = 0;
    const unsigned char *data = props_binary(&rich, name, &len);
    if (rc == RC_OK && data) {
        props_set_binary(&m->props, name, data, len);
    }
    return rc;
}

/* `write`: to be changed. Who is invited is read of meetings only, unless it may become one. */
static enum rc message_read_props(struct mapi_session *s, struct folder *f, enum item_kind kind,
    bool write, struct message *m, struct err *err)
{
    size_t count;
    const struct prop_name *names = map_properties(kind, &count);
    enum rc rc = value_read_props(
        s, (IMAPIProp *)m->object, names, f->box->tags[kind], count, &m->props, err);
    if (rc == RC_OK && map_wants_rich(&m->props)) {
        rc = message_read_rich(s, m, err);
    }
    if (rc == RC_OK && kind == ITEM_CONTACT) {
        rc = attach_photo_read(s, m->object, &m->props, err);
    }
    if (rc == RC_OK && map_has_subs(kind, &m->props)) {
        rc = exceptions_read(s, f->box, m->object, &m->props, err);
    }
    if (rc == RC_OK && map_has_files(kind, &m->props)) {
        rc = attached_files_read(s, m->object, &m->props, err);
    }
    if (rc == RC_OK && (map_has_recipients(kind, &m->props) || (write && kind == ITEM_EVENT))) {
        rc = recipients_read(s, m->object, &m->props, err);
    }
    return rc;
}

void message_fetch(struct mapi_session *s, struct folder *f, enum item_kind kind,
    const struct map_env *env, struct store_item *item)
{
    CLEANUP_FINI(message_fini) struct message m = {.object = NULL};
    CLEANUP_FINI(err_fini) struct err err = ERR_INIT;
    struct json *doc = NULL;
    enum rc rc = message_open(s, f, kind, item->id, false, &m, &err);
    if (rc == RC_OK) {
        rc = message_read_props(s, f, kind, false, &m, &err);
    }
    if (rc == RC_OK) {
        rc = map_read(kind, &m.props, env, &doc, &err);
    }
    item->rc = rc;
    if (rc == RC_OK) {
        item->doc = doc;
        item->version = TAKE(m.version);
    } else {
        item->error =
            str_printf("Outlook %s %s: %s", item_kind_name(kind), id_end(item->id), err_text(&err));
    }
}

/* ---- writing ---- */

static enum rc message_apply(struct mapi_session *s, struct mapi_box *box, IMessage *object,
    const struct map_change *change, struct err *err)
{
    enum rc rc = value_write_change(s, box, (IMAPIProp *)object, change, err);
    if (rc == RC_OK) {
        rc = attach_photo_write(s, object, change, err);
    }
    if (rc == RC_OK) {
        rc = exceptions_write(s, box, object, change, err);
    }
    if (rc == RC_OK) {
        rc = attached_files_write(s, box, object, change, err);
    }
    if (rc == RC_OK) {
        rc = recipients_write(s, object, change, err);
    }
    return rc;
}

static enum rc message_save(struct mapi_session *s, IMessage *object, struct err *err)
{
    return mapi_check_exists(s->api.log, "IMessage::SaveChanges",
        object->lpVtbl->SaveChanges(object, KEEP_OPEN_READWRITE), err);
}

/* After a save: the new version, from the object that was saved, so that a change by somebody else
 * since then is not taken for ours. Trouble here must not look like a failed write: the version is
 * then left open and the engine reads the item again. */
static char *message_saved_version(struct mapi_session *s, struct message *m)
{
    CLEANUP_FINI(mapi_values_fini) struct mapi_values values = {&s->api, NULL, 0};
    CLEANUP_FINI(err_fini) struct err ignored = ERR_INIT;
    return message_read_version(m, &values, &ignored) == RC_OK ? TAKE(m->version) : NULL;
}

static enum rc check_version(const struct message *m, const struct store_op *op, struct err *err)
{
    if (!op->version) {
        return err_set(err, RC_INVALID, 0, "the version to be changed is not given");
    }
    if (!str_eq(op->version, m->version)) {
        return err_set(err, RC_CONFLICT, 0, "it changed in Outlook meanwhile");
    }
    return RC_OK;
}

static enum rc commit_update(struct mapi_session *s, struct folder *f, enum item_kind kind,
    const struct map_env *env, struct store_op *op, struct err *err)
{
    CLEANUP_FINI(message_fini) struct message m = {.object = NULL};
    CLEANUP_FINI(map_change_fini) struct map_change change = {.remove = NULL};
    enum rc rc = message_open(s, f, kind, op->id, true, &m, err);
    if (rc == RC_OK) {
        rc = check_version(&m, op, err);
    }
    if (rc == RC_OK) {
        rc = message_read_props(s, f, kind, true, &m, err);
    }
    if (rc == RC_OK) {
        rc = map_write(kind, &m.props, op->doc, env, &change, err);
    }
    if (rc != RC_OK) {
        return rc;
    }
    if (map_change_empty(&change)) {
        op->new_version = TAKE(m.version); /* nothing to write, so the item keeps its version */
        return RC_OK;
    }
    rc = message_apply(s, f->box, m.object, &change, err);
    if (rc == RC_OK) {
        rc = message_save(s, m.object, err);
    }
    if (rc == RC_OK) {
        op->new_version = message_saved_version(s, &m);
    }
    return rc;
}

/* What every new item gets beside what the map sets: its class, and the flags of an item that is
 * neither unread nor a draft. */
static void complete_new(enum item_kind kind, struct map_change *change)
{
    static const struct prop_name class = {SET_TAG, 0x001A, NULL}, flags = {SET_TAG, 0x0E07, NULL};
    if (!props_find(&change->set, class)) {
        props_set_text(&change->set, class, map_class_of_kind(kind));
    }
    if (!props_find(&change->set, flags)) {
        props_set_int(&change->set, flags, PROP_LONG, MSGFLAG_READ);
    }
}

static enum rc created_id(struct mapi_session *s, IMessage *object, char **ret_id, struct err *err)
{
    CLEANUP_FINI(mapi_values_fini) struct mapi_values values = {&s->api, NULL, 0};
    enum rc rc = mapi_get_props(
        (IMAPIProp *)object, "IMessage::GetProps", MAPI_TAGS(PR_ENTRYID), &values, err);
    const SBinary *id =
        rc == RC_OK ? mapi_find_binary(values.items, values.count, PR_ENTRYID) : NULL;
    if (!id) { /* it exists by now: the engine finds it again by its stamp */
        return err_set(err, RC_SERVER, err->native, "created, but Outlook does not tell its id: %s",
            err_text(err));
    }
    *ret_id = hex_encode(id->lpb, id->cb);
    return RC_OK;
}

static enum rc commit_create(struct mapi_session *s, struct folder *f, enum item_kind kind,
    const struct map_env *env, struct store_op *op, struct err *err)
{
    CLEANUP_FINI(message_fini) struct message m = {.object = NULL};
    CLEANUP_FINI(map_change_fini) struct map_change change = {.remove = NULL};
    struct map_env with_stamp = *env;
    with_stamp.stamp = op->stamp;
    enum rc rc = map_write(kind, &m.props, op->doc, &with_stamp, &change, err);
    if (rc != RC_OK) {
        return rc;
    }
    complete_new(kind, &change);
    rc = mapi_check(s->api.log, "IMAPIFolder::CreateMessage",
        f->object->lpVtbl->CreateMessage(f->object, NULL, 0, &m.object), err);
    if (rc != RC_OK) {
        m.object = NULL;
        return rc;
    }
    rc = message_apply(s, f->box, m.object, &change, err);
    if (rc == RC_OK) {
        rc = message_save(s, m.object, err);
    }
    if (rc == RC_OK) {
        rc = created_id(s, m.object, &op->new_id, err);
    }
    if (rc == RC_OK) {
        op->new_version = message_saved_version(s, &m);
    }
    return rc;
}

/* The version is checked on the open item and the move follows at once; what slips in between lies
 * in Deleted Items with it. "Not found" by the move proves nothing, since the item was there a moment
 * ago, and it could as well mean Deleted Items: taken for proof, the deletion would be forgotten and
 * the item come back on the server. If it is gone, the next attempt cannot open it. */
static enum rc commit_delete(struct mapi_session *s, struct folder *f, enum item_kind kind,
    IMAPIFolder *deleted, struct store_op *op, struct err *err)
{
    CLEANUP_FINI(mapi_id_fini) struct mapi_id id = {NULL, 0};
    {
        CLEANUP_FINI(message_fini) struct message m = {.object = NULL};
        enum rc rc = message_open(s, f, kind, op->id, false, &m, err);
        if (rc == RC_OK) {
            rc = check_version(&m, op, err);
        }
        if (rc != RC_OK) {
            return rc;
        }
        id = m.id;
        m.id = (struct mapi_id){NULL, 0};
    }
    SBinary one = {(ULONG)id.len, id.data};
    ENTRYLIST list = {1, &one};
    HRESULT hr =
        f->object->lpVtbl->CopyMessages(f->object, &list, NULL, deleted, 0, NULL, MESSAGE_MOVE);
    enum rc rc = mapi_check(s->api.log, "IMAPIFolder::CopyMessages", hr, err);
    if (rc == RC_OK && hr != S_OK) {
        char room[HRESULT_ROOM];
        rc = err_set(err, RC_REFUSED, hr, "Outlook did not move it to Deleted Items (%s)",
            hresult_name(hr, room));
    }
    return rc;
}

static const struct prop_name MARKS[] = {{SET_LOCKSTEP, 0, "Stamp"}, {SET_LOCKSTEP, 0, "Uid"}};

/* Which of our marks an item has. */
static enum rc read_marks(struct mapi_session *s, struct folder *f, const struct message *m,
    struct props *ret, struct err *err)
{
    ULONG tags[ARRAY_LEN(MARKS)];
    enum rc rc = RC_OK;
    for (size_t i = 0; i < ARRAY_LEN(MARKS) && rc == RC_OK; i++) {
        rc = mapi_box_tag(s, f->box, MARKS[i], PROP_UNICODE, false, &tags[i], err);
    }
    return rc == RC_OK ? value_read_props(
                             s, (IMAPIProp *)m->object, MARKS, tags, ARRAY_LEN(MARKS), ret, err)
                       : rc;
}

/* An item without marks is not written. */
static enum rc commit_unmark(struct mapi_session *s, struct folder *f, enum item_kind kind,
    const struct store_op *op, struct err *err)
{
    CLEANUP_FINI(message_fini) struct message m = {.object = NULL};
    CLEANUP_FINI(map_change_fini) struct map_change change = {.remove = NULL};
    CLEANUP_FINI(props_fini) struct props marks = {0};
    enum rc rc = message_open(s, f, kind, op->id, true, &m, err);
    if (rc == RC_OK) {
        rc = read_marks(s, f, &m, &marks, err);
    }
    for (size_t i = 0; i < ARRAY_LEN(MARKS); i++) {
        if (props_find(&marks, MARKS[i])) {
            ARRAY_RESERVE(change.remove, change.remove_count, change.remove_cap);
            change.remove[change.remove_count++] = MARKS[i];
        }
    }
    if (rc == RC_OK && change.remove_count) {
        rc = value_write_change(s, f->box, (IMAPIProp *)m.object, &change, err);
        rc = rc == RC_OK ? message_save(s, m.object, err) : rc;
    }
    return rc;
}

void message_commit(struct mapi_session *s, struct folder *f, enum item_kind kind,
    const struct map_env *env, IMAPIFolder *deleted, struct store_op *op)
{
    CLEANUP_FINI(err_fini) struct err err = ERR_INIT;
    static const char *const verbs[] = {[STORE_CREATE] = "creating",
        [STORE_UPDATE] = "updating",
        [STORE_DELETE] = "deleting",
        [STORE_UNMARK] = "taking Lockstep's marks off"};
    switch (op->kind) {
    case STORE_CREATE:
        op->rc = commit_create(s, f, kind, env, op, &err);
        break;
    case STORE_UPDATE:
        op->rc = commit_update(s, f, kind, env, op, &err);
        break;
    case STORE_DELETE:
        op->rc = commit_delete(s, f, kind, deleted, op, &err);
        break;
    case STORE_UNMARK:
        op->rc = commit_unmark(s, f, kind, op, &err);
        break;
    }
    if (op->rc != RC_OK) {
        op->error = str_printf("%s the Outlook %s%s%s: %s", verbs[op->kind], item_kind_name(kind),
            op->id ? " " : "", op->id ? id_end(op->id) : "", err_text(&err));
    }
}
