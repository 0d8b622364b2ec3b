/* Files of appointments and tasks: attachments that hold bytes (afByValue, [MS-OXCMSG] section
 * 2.2.2.9) and are shown to the user as such. What is hidden (changed occurrences), a picture within
 * the HTML of the body, an embedded item or object, or empty, is none and stays as it is. Links to
 * files Outlook cannot hold. */
#include "mapi/map/lens.h"

#include "client/item/file.h"

#include <stdio.h>
#include <string.h>

#define METHOD_BY_VALUE 1
#define FLAG_IN_HTML    4 /* attRenderedInBody: PidTagAttachFlags, [MS-OXCMSG] section 2.2.2.18 */
#define NAME_ID         "f%u"

bool map_has_files(enum item_kind kind, const struct props *item)
{
    return (kind == ITEM_EVENT || kind == ITEM_TASK) && get_int(item, P_HAS_ATTACH, 1);
}

bool map_is_file(const struct props *attach)
{
    return get_int(attach, P_ATTACH_METHOD, 0) == METHOD_BY_VALUE &&
           !get_int(attach, P_ATTACH_HIDDEN, 0) && !get_int(attach, P_ATTACH_CONTACT_PHOTO, 0) &&
           !(get_int(attach, P_ATTACH_MIME_FLAGS, 0) & FLAG_IN_HTML);
}

struct prop_name map_file_data(void)
{
    return prop_name_of(P_ATTACH_DATA);
}

/* ---- reading ---- */
static const char *name_of(const struct props *attach)
{
    static const enum prop_key KEYS[] = {P_ATTACH_LONG_FILENAME, P_ATTACH_FILENAME, P_ATTACH_NAME};
    const char *name = NULL;
    for (size_t i = 0; i < ARRAY_LEN(KEYS) && str_empty(name); i++) {
        name = get_text(attach, KEYS[i]);
    }
    return name;
}

static char *id_of(uint32_t number)
{
    return str_printf(NAME_ID, (unsigned)number);
}

static void show(const struct props_file *file, struct json *doc)
{
    size_t len = 0;
    const unsigned char *data = props_binary(&file->attach, map_file_data(), &len);
    if (!data && props_find(&file->attach, map_file_data())) {
        return; /* empty */
    }
    CLEANUP(mem_free) char *id = id_of(file->number);
    const int64_t least = (int64_t)FILE_MAX + 1, size = get_int(&file->attach, P_ATTACH_SIZE, 0);
    CLEANUP(mem_free)
    char *href = data && len <= FILE_MAX
                     ? file_uri(data, len)
                     : str_printf(FILE_KEPT "%lld", (long long)(size > least ? size : least));
    json_set(json_need_object(doc, "links"), id,
        file_entry(href, name_of(&file->attach), get_text(&file->attach, P_ATTACH_MIME_TAG)));
}

enum rc files_read(struct reader *r, struct err *err)
{
    (void)err;
    for (size_t i = 0; i < r->item->file_count; i++) {
        if (map_is_file(&r->item->files[i].attach)) {
            show(&r->item->files[i], r->doc);
        }
    }
    return RC_OK;
}

/* ---- writing ---- */
static struct map_file_change *change_add(struct writer *w, enum map_sub_kind kind, uint32_t number)
{
    struct map_change *c = w->out;
    ARRAY_RESERVE(c->files, c->file_count, c->file_cap);
    struct map_file_change *change = &c->files[c->file_count++];
    *change = (struct map_file_change){.kind = kind, .number = number};
    return change;
}

static void set_text(struct map_file_change *change, enum prop_key key, const char *text)
{
    if (!str_empty(text)) {
        props_set_text(&change->set, prop_name_of(key), text);
    }
}

static void set_name(struct map_file_change *change, const struct json *entry)
{
    static const enum prop_key KEYS[] = {P_ATTACH_LONG_FILENAME, P_ATTACH_FILENAME, P_ATTACH_NAME};
    CLEANUP(mem_free)
    char *name = file_name_safe(json_get_str(entry, "title"), json_get_str(entry, "contentType"));
    for (size_t i = 0; i < ARRAY_LEN(KEYS); i++) {
        set_text(change, KEYS[i], name);
    }
    set_text(change, P_ATTACH_EXTENSION, strrchr(name, '.'));
}

static void set_type(struct map_file_change *change, const struct json *entry)
{
    const char *type = json_get_str(entry, "contentType");
    set_text(change, P_ATTACH_MIME_TAG,
        str_empty(type) ? file_type_of_name(json_get_str(entry, "title")) : type);
}

/* False if the entry has no bytes. */
static bool set_data(struct map_file_change *change, const struct json *entry)
{
    size_t len;
    CLEANUP(mem_free) unsigned char *data = file_bytes(json_get_str(entry, "href"), &len);
    if (data) {
        props_set_binary(&change->set, map_file_data(), data, len);
    }
    return data != NULL;
}

static enum rc make(struct writer *w, const struct json *entry, struct err *err)
{
    struct map_file_change *change = change_add(w, MAP_SUB_CREATE, 0);
    props_set_int(&change->set, prop_name_of(P_ATTACH_METHOD), PROP_LONG, METHOD_BY_VALUE);
    props_set_int(&change->set, prop_name_of(P_ATTACH_RENDERING), PROP_LONG, -1);
    set_name(change, entry);
    set_type(change, entry);
    return set_data(change, entry)
               ? RC_OK
               : err_set(err, RC_INVALID, 0, "an attached file is no data: URI that can be read");
}

static bool differs(const struct json *was, const struct json *want, const char *member)
{
    return !str_eq(json_get_str(was, member), json_get_str(want, member));
}

static enum rc update(struct writer *w, uint32_t number, const struct json *was,
    const struct json *want, struct err *err)
{
    struct map_file_change *change = change_add(w, MAP_SUB_UPDATE, number);
    if (differs(was, want, "title")) {
        set_name(change, want);
    }
    if (differs(was, want, "contentType")) {
        set_type(change, want);
    }
    if (file_is_data(want) && differs(was, want, "href") && !set_data(change, want)) {
        return err_set(err, RC_INVALID, 0, "an attached file is no data: URI that can be read");
    }
    if (!change->set.count) {
        w->out->file_count--;
    }
    return RC_OK;
}

/* A file of the item, and what the document wants of it. */
static enum rc write_one(struct writer *w, const struct json *was, struct err *err)
{
    unsigned number;
    const struct json *want = json_get(json_get(w->want, "links"), json_key(was));
    if (sscanf(json_key(was), NAME_ID, &number) != 1 || json_equal(was, want)) {
        return RC_OK;
    }
    if (!want) {
        change_add(w, MAP_SUB_DELETE, number);
        return RC_OK;
    }
    /* Where there is a link instead, the file has gone somewhere else, and Outlook's stays. */
    return file_is(want) ? update(w, number, was, want, err) : RC_OK;
}

enum rc files_write(struct writer *w, struct err *err)
{
    const struct json *base = json_get(w->base, "links");
    enum rc rc = RC_OK;
    for (const struct json *e = json_first(base); e && !rc; e = json_next(e)) {
        rc = write_one(w, e, err);
    }
    for (const struct json *e = json_first(json_get(w->want, "links")); e && !rc;
         e = json_next(e)) {
        if (!json_get(base, json_key(e)) && file_is_data(e)) {
            rc = make(w, e, err);
        }
    }
    return rc;
}
