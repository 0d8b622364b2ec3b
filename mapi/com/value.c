/* Reading: GetProps for everything at once; what it reports as too large (mapping trap 12) is read
 * by stream. Writing: small values by one SetProps, large ones by stream, deletions by one
 * DeleteProps. */
#include "mapi/com/value.h"

#include "client/base/buf.h"
#include "client/platform/win32/text.h"
#include "mapi/com/hresult.h"

#include <limits.h>

enum {
    VALUE_MAX = 64 << 20, /* largest single value we take */
    STREAM_FROM =
        8 << 10, /* larger values are written by stream: providers limit what SetProps takes */
    STREAM_CHUNK = 64 << 10
};

/* "IMessage property 0x3A06001F" with the name we know it by, for messages. */
static char *tag_describe(struct prop_name name, ULONG tag)
{
    if (name.set == SET_TAG) {
        return str_printf("property 0x%08lX", tag);
    }
    if (name.string) {
        return str_printf("property \"%s\"", name.string);
    }
    return str_printf("named property 0x%04X of set %d", (unsigned)name.id, (int)name.set);
}

/* ---- reading ---- */

static void add_value(struct props *props, struct prop_value value)
{
    ARRAY_RESERVE(props->items, props->count, props->cap);
    props->items[props->count++] = value;
}

static void read_texts(struct props *ret, struct prop_name name, const SWStringArray *list)
{
    char **texts = mem_alloc((list->cValues + 1) * sizeof *texts);
    for (ULONG i = 0; i < list->cValues; i++) {
        texts[i] = win32_utf8(list->lppszW[i]);
    }
    props_set_texts(ret, name, (const char *const *)texts, list->cValues);
    for (ULONG i = 0; i < list->cValues; i++) {
        free(texts[i]);
    }
    free(texts);
}

static void read_binaries(struct props *ret, struct prop_name name, const SBinaryArray *list)
{
    struct prop_value value = {.name = name, .type = PROP_MV_BINARY};
    value.v.multi.count = list->cValues;
    value.v.multi.items = mem_alloc(list->cValues * sizeof(struct prop_value));
    for (ULONG i = 0; i < list->cValues; i++) {
        struct prop_value *one = &value.v.multi.items[i];
        one->type = PROP_BINARY;
        one->v.binary.len = list->lpbin[i].cb;
        one->v.binary.data = mem_dup(list->lpbin[i].lpb, list->lpbin[i].cb);
    }
    add_value(ret, value);
}

static void read_longs(struct props *ret, struct prop_name name, const SLongArray *list)
{
    int32_t *values = mem_alloc((list->cValues + 1) * sizeof *values);
    for (ULONG i = 0; i < list->cValues; i++) {
        values[i] = list->lpl[i];
    }
    props_set_longs(ret, name, values, list->cValues);
    free(values);
}

static int64_t filetime_value(const FILETIME *ft)
{
    return (int64_t)((uint64_t)ft->dwHighDateTime << 32 | ft->dwLowDateTime);
}

void value_add(struct props *ret, struct prop_name name, const SPropValue *v)
{
    char *text;
    switch (PROP_TYPE(v->ulPropTag)) {
    case PT_I2:
        props_set_int(ret, name, PROP_I2, v->Value.i);
        break;
    case PT_LONG:
        props_set_int(ret, name, PROP_LONG, v->Value.l);
        break;
    case PT_BOOLEAN:
        props_set_int(ret, name, PROP_BOOLEAN, v->Value.b != 0);
        break;
    case PT_I8:
        props_set_int(ret, name, PROP_I8, v->Value.li.QuadPart);
        break;
    case PT_DOUBLE:
        props_set_double(ret, name, v->Value.dbl);
        break;
    case PT_SYSTIME:
        props_set_int(ret, name, PROP_SYSTIME, filetime_value(&v->Value.ft));
        break;
    case PT_UNICODE:
        text = win32_utf8(v->Value.lpszW);
        props_set_text(ret, name, text);
        free(text);
        break;
    case PT_BINARY:
        props_set_binary(ret, name, v->Value.bin.lpb, v->Value.bin.cb);
        break;
    case PT_MV_LONG:
        read_longs(ret, name, &v->Value.MVl);
        break;
    case PT_MV_UNICODE:
        read_texts(ret, name, &v->Value.MVszW);
        break;
    case PT_MV_BINARY:
        read_binaries(ret, name, &v->Value.MVbin);
        break;
    default:
        break;
    }
}

enum rc value_stream_read(
    struct mapi_session *s, IMAPIProp *object, ULONG tag, struct buf *ret, struct err *err)
{
    CLEANUP(mapi_release) IStream *stream = NULL;
    enum rc rc = mapi_check(s->api.log, "IMAPIProp::OpenProperty",
        object->lpVtbl->OpenProperty(
            object, tag, &IID_IStream, STGM_READ, 0, (IUnknown **)(void *)&stream),
        err);
    if (rc != RC_OK) {
        stream = NULL;
        return rc;
    }
    CLEANUP(mem_free) char *chunk = mem_alloc(STREAM_CHUNK);
    ULONG got = 1;
    while (rc == RC_OK && got > 0) {
        got = 0;
        rc = mapi_check(s->api.log, "IStream::Read",
            stream->lpVtbl->Read(stream, chunk, STREAM_CHUNK, &got), err);
        buf_add(ret, chunk, got);
        if (ret->overflow) {
            return err_set(err, RC_TOO_BIG, 0, "it has more than %zu MiB", ret->max >> 20);
        }
    }
    return rc;
}

static enum rc read_large(struct mapi_session *s, IMAPIProp *object, struct prop_name name,
    ULONG tag, struct props *ret, struct err *err)
{
    CLEANUP_FINI(buf_fini) struct buf bytes = BUF_INIT(VALUE_MAX);
    enum rc rc = value_stream_read(s, object, tag, &bytes, err);
    if (rc != RC_OK) {
        return rc;
    }
    if (PROP_TYPE(tag) == PT_BINARY) {
        props_set_binary(ret, name, bytes.data ? bytes.data : "", bytes.len);
        return RC_OK;
    }
    if (PROP_TYPE(tag) != PT_UNICODE) {
        return err_set(
            err, RC_UNSUPPORTED, 0, "a value of type 0x%04lX has no stream", (ULONG)PROP_TYPE(tag));
    }
    buf_add(&bytes, "\0\0",
        3); /* some stores end the text with a NUL, some do not, and a length may be odd */
    CLEANUP(mem_free) char *text = win32_utf8((const wchar_t *)(const void *)bytes.data);
    props_set_text(ret, name, text);
    return RC_OK;
}

/* What GetProps says of one property it did not return. */
static enum rc read_missing(struct mapi_session *s, IMAPIProp *object, struct prop_name name,
    ULONG tag, SCODE why, struct props *ret, struct err *err)
{
    switch (why) {
    case MAPI_E_NOT_FOUND:
    case MAPI_E_NO_SUPPORT: /* a computed property that this store does not have */
    case MAPI_E_UNEXPECTED_TYPE:
    case MAPI_E_INVALID_TYPE: /* there with another type: for the maps the same as absent */
        return RC_OK;
    default:
        break;
    }
    enum rc rc = why == MAPI_E_NOT_ENOUGH_MEMORY
                     ? read_large(s, object, name, tag, ret, err)
                     : mapi_check(s->api.log, "IMAPIProp::GetProps", why, err);
    if (rc != RC_OK) {
        CLEANUP(mem_free) char *what = tag_describe(name, tag);
        return err_prefix(err, "reading %s", what);
    }
    return RC_OK;
}

enum rc value_read_props(struct mapi_session *s, IMAPIProp *object, const struct prop_name *names,
    const ULONG *tags, size_t count, struct props *ret, struct err *err)
{
    CLEANUP(mem_free) SPropTagArray *ask = mem_alloc(CbNewSPropTagArray(count + 1));
    CLEANUP(mem_free) size_t *place = mem_alloc((count + 1) * sizeof *place);
    for (size_t i = 0; i < count; i++) {
        if (tags[i]) {
            place[ask->cValues] = i;
            ask->aulPropTag[ask->cValues++] = tags[i];
        }
    }
    if (!ask->cValues) { /* none of these names is known in the mailbox; MAPI takes no empty list */
        return RC_OK;
    }
    CLEANUP_FINI(mapi_values_fini) struct mapi_values values = {&s->api, NULL, 0};
    enum rc rc = mapi_get_props(object, "IMAPIProp::GetProps", ask, &values, err);
    struct props read = {0};
    for (ULONG i = 0; rc == RC_OK && i < values.count; i++) {
        const SPropValue *v = &values.items[i];
        if (PROP_TYPE(v->ulPropTag) == PT_ERROR) {
            rc = read_missing(
                s, object, names[place[i]], ask->aulPropTag[i], v->Value.err, &read, err);
        } else {
            value_add(&read, names[place[i]], v);
        }
    }
    if (rc != RC_OK) {
        props_fini(&read);
        return rc;
    }
    *ret = read;
    return RC_OK;
}

/* ---- writing ---- */

static void arena_fini(struct value_arena *a)
{
    for (size_t i = 0; i < a->count; i++) {
        free(a->blocks[i]);
    }
    free(a->blocks);
}

static void *arena_keep(struct value_arena *a, void *block /* owned */)
{
    ARRAY_RESERVE(a->blocks, a->count, a->cap);
    return a->blocks[a->count++] = block;
}

static void write_multi(struct value_arena *a, const struct prop_value *from, SPropValue *to)
{
    size_t n = from->v.multi.count;
    const struct prop_value *items = from->v.multi.items;
    if (from->type == PROP_MV_LONG) {
        to->Value.MVl.cValues = (ULONG)n;
        to->Value.MVl.lpl = arena_keep(a, mem_alloc(n * sizeof(LONG)));
        for (size_t i = 0; i < n; i++) {
            to->Value.MVl.lpl[i] = (LONG)items[i].v.integer;
        }
    } else if (from->type == PROP_MV_UNICODE) {
        to->Value.MVszW.cValues = (ULONG)n;
        to->Value.MVszW.lppszW = arena_keep(a, mem_alloc(n * sizeof(wchar_t *)));
        for (size_t i = 0; i < n; i++) {
            to->Value.MVszW.lppszW[i] = arena_keep(a, win32_wide(items[i].v.text));
        }
    } else {
        to->Value.MVbin.cValues = (ULONG)n;
        to->Value.MVbin.lpbin = arena_keep(a, mem_alloc(n * sizeof(SBinary)));
        for (size_t i = 0; i < n; i++) {
            to->Value.MVbin.lpbin[i].cb = (ULONG)items[i].v.binary.len;
            to->Value.MVbin.lpbin[i].lpb = items[i].v.binary.data;
        }
    }
}

static void write_value(
    struct value_arena *a, const struct prop_value *from, ULONG tag, SPropValue *to)
{
    memset(to, 0, sizeof *to);
    to->ulPropTag = tag;
    switch (from->type) {
    case PROP_I2:
        to->Value.i = (short)from->v.integer;
        break;
    case PROP_LONG:
        to->Value.l = (LONG)from->v.integer;
        break;
    case PROP_BOOLEAN:
        to->Value.b = from->v.integer != 0;
        break;
    case PROP_I8:
        to->Value.li.QuadPart = from->v.integer;
        break;
    case PROP_DOUBLE:
        to->Value.dbl = from->v.number;
        break;
    case PROP_SYSTIME:
        to->Value.ft.dwLowDateTime = (DWORD)(uint64_t)from->v.integer;
        to->Value.ft.dwHighDateTime = (DWORD)((uint64_t)from->v.integer >> 32);
        break;
    case PROP_UNICODE:
        to->Value.lpszW = arena_keep(a, win32_wide(from->v.text));
        break;
    case PROP_BINARY:
        to->Value.bin.cb = (ULONG)from->v.binary.len;
        to->Value.bin.lpb = from->v.binary.data;
        break;
    case PROP_MV_LONG:
    case PROP_MV_UNICODE:
    case PROP_MV_BINARY:
        write_multi(a, from, to);
        break;
    }
}

void value_list_fini(struct value_list *l)
{
    free(l->items);
    arena_fini(&l->arena);
    *l = (struct value_list){0};
}

void value_list_keep(struct value_list *l, const SPropValue *v)
{
    ARRAY_RESERVE(l->items, l->count, l->cap);
    l->items[l->count++] = *v;
}

void value_list_put(struct value_list *l, ULONG tag, const struct prop_value *v)
{
    SPropValue value;
    write_value(&l->arena, v, tag, &value);
    for (ULONG i = 0; i < l->count; i++) {
        if (l->items[i].ulPropTag == tag) {
            l->items[i] = value;
            return;
        }
    }
    value_list_keep(l, &value);
}

static bool wants_stream(const struct prop_value *v)
{
    return (v->type == PROP_BINARY && v->v.binary.len > STREAM_FROM) ||
           (v->type == PROP_UNICODE && strlen(v->v.text) > STREAM_FROM / sizeof(wchar_t));
}

/* MAPI_CREATE discards the old value; the stream is never resized (SetSize fails on some stores).
 */
enum rc value_stream_write(struct mapi_session *s, IMAPIProp *object, ULONG tag, const void *data,
    size_t len, struct err *err)
{
    CLEANUP(mapi_release) IStream *stream = NULL;
    enum rc rc = mapi_check(s->api.log, "IMAPIProp::OpenProperty",
        object->lpVtbl->OpenProperty(object, tag, &IID_IStream, STGM_READWRITE,
            MAPI_CREATE | MAPI_MODIFY, (IUnknown **)(void *)&stream),
        err);
    if (rc != RC_OK) {
        stream = NULL;
        return rc;
    }
    const char *at = data;
    while (rc == RC_OK && len > 0) {
        ULONG put = len > STREAM_CHUNK ? STREAM_CHUNK : (ULONG)len, done = 0;
        rc = mapi_check(
            s->api.log, "IStream::Write", stream->lpVtbl->Write(stream, at, put, &done), err);
        if (rc == RC_OK && done != put) {
            return err_set(err, RC_IO, 0, "IStream::Write: %lu of %lu bytes written", done, put);
        }
        at += put;
        len -= put;
    }
    if (rc == RC_OK) {
        rc = mapi_check(
            s->api.log, "IStream::Commit", stream->lpVtbl->Commit(stream, STGC_DEFAULT), err);
    }
    return rc;
}

static enum rc write_large(struct mapi_session *s, IMAPIProp *object, const struct prop_value *v,
    ULONG tag, struct err *err)
{
    if (v->type == PROP_BINARY) {
        return value_stream_write(s, object, tag, v->v.binary.data, v->v.binary.len, err);
    }
    CLEANUP(mem_free) wchar_t *wide = win32_wide(v->v.text);
    return value_stream_write(s, object, tag, wide, wcslen(wide) * sizeof *wide, err);
}

/* The problems that a call reported beside S_OK. Not serious by the MAPI reference: a value that
 * the store computes itself (it stays as computed, and what we then read back is what counts), and
 * deleting what is not there. */
static enum rc check_problems(
    struct mapi_session *s, const char *call, const SPropProblemArray *problems, struct err *err)
{
    for (ULONG i = 0; problems && i < problems->cProblem; i++) {
        const SPropProblem *p = &problems->aProblem[i];
        if (!FAILED(p->scode) || p->scode == MAPI_E_COMPUTED ||
            (p->scode == MAPI_E_NOT_FOUND && str_ends(call, "DeleteProps"))) {
            log_line(s->api.log, LOG_LEVEL_DEBUG, "mapi", "%s: property 0x%08lX: 0x%08lX, ignored",
                call, p->ulPropTag, (unsigned long)p->scode);
            continue;
        }
        enum rc rc = mapi_check(s->api.log, call, p->scode, err);
        return rc == RC_OK ? RC_OK : err_prefix(err, "property 0x%08lX", p->ulPropTag);
    }
    return RC_OK;
}

enum rc value_set(
    struct mapi_session *s, IMAPIProp *object, SPropValue *values, ULONG count, struct err *err)
{
    if (count == 0) {
        return RC_OK;
    }
    CLEANUP_FINI(mapi_problems_fini) struct mapi_problems problems = {&s->api, NULL};
    SPropProblemArray *array = NULL; /* valid only if the call succeeds */
    enum rc rc = mapi_check(s->api.log, "IMAPIProp::SetProps",
        object->lpVtbl->SetProps(object, count, values, &array), err);
    if (rc != RC_OK) {
        return rc;
    }
    problems.array = array;
    return check_problems(s, "IMAPIProp::SetProps", array, err);
}

static enum rc delete_props(
    struct mapi_session *s, IMAPIProp *object, SPropTagArray *tags, struct err *err)
{
    if (tags->cValues == 0) {
        return RC_OK;
    }
    CLEANUP_FINI(mapi_problems_fini) struct mapi_problems problems = {&s->api, NULL};
    SPropProblemArray *array = NULL;
    enum rc rc = mapi_check(s->api.log, "IMAPIProp::DeleteProps",
        object->lpVtbl->DeleteProps(object, tags, &array), err);
    if (rc != RC_OK) {
        return rc;
    }
    problems.array = array;
    return check_problems(s, "IMAPIProp::DeleteProps", array, err);
}

/* SetProps does not take a list without values: it means that there is none. */
static bool is_empty_list(const struct prop_value *v)
{
    return (v->type == PROP_MV_LONG || v->type == PROP_MV_UNICODE || v->type == PROP_MV_BINARY) &&
           v->v.multi.count == 0;
}

static enum rc value_write_props(struct mapi_session *s, IMAPIProp *object, const struct props *set,
    const ULONG *set_tags, const ULONG *remove_tags, size_t remove_count, struct err *err)
{
    CLEANUP_FINI(arena_fini) struct value_arena arena = {NULL, 0, 0};
    SPropValue *values = arena_keep(&arena, mem_alloc((set->count + 1) * sizeof *values));
    SPropTagArray *removed =
        arena_keep(&arena, mem_alloc(CbNewSPropTagArray(set->count + remove_count + 1)));
    ULONG small = 0;
    for (size_t i = 0; i < remove_count; i++) {
        if (remove_tags[i]) {
            removed->aulPropTag[removed->cValues++] = remove_tags[i];
        }
    }
    for (size_t i = 0; i < set->count; i++) {
        if (!set_tags[i]) {
            continue;
        }
        if (is_empty_list(&set->items[i])) {
            removed->aulPropTag[removed->cValues++] = set_tags[i];
        } else if (!wants_stream(&set->items[i])) {
            write_value(&arena, &set->items[i], set_tags[i], &values[small++]);
        }
    }
    enum rc rc = delete_props(s, object, removed, err);
    if (rc == RC_OK) {
        rc = value_set(s, object, values, small, err);
    }
    for (size_t i = 0; rc == RC_OK && i < set->count; i++) {
        if (set_tags[i] && wants_stream(&set->items[i])) {
            rc = write_large(s, object, &set->items[i], set_tags[i], err);
        }
    }
    return rc;
}

static enum rc change_tag(struct mapi_session *s, struct mapi_box *box, struct prop_name name,
    enum prop_type type, bool create, ULONG *ret, struct err *err)
{
    *ret = 0;
    return name.set == SET_PHOTO ? RC_OK /* an attachment */
                                 : mapi_box_tag(s, box, name, type, create, ret, err);
}

/* Tags of what a change sets and removes; names that the store does not know yet are made for what
 * is set. */
static enum rc change_tags(struct mapi_session *s, struct mapi_box *box,
    const struct map_change *change, ULONG *ret_set, ULONG *ret_remove, struct err *err)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < change->set.count; i++) {
        rc = change_tag(
            s, box, change->set.items[i].name, change->set.items[i].type, true, &ret_set[i], err);
    }
    for (size_t i = 0; rc == RC_OK && i < change->remove_count; i++) {
        rc = change_tag(s, box, change->remove[i], map_property_type(change->remove[i]), false,
            &ret_remove[i], err);
    }
    return rc;
}

enum rc value_write_change(struct mapi_session *s, struct mapi_box *box, IMAPIProp *object,
    const struct map_change *change, struct err *err)
{
    CLEANUP(mem_free) ULONG *set = mem_alloc((change->set.count + 1) * sizeof *set);
    CLEANUP(mem_free) ULONG *remove = mem_alloc((change->remove_count + 1) * sizeof *remove);
    enum rc rc = change_tags(s, box, change, set, remove, err);
    return rc == RC_OK
               ? value_write_props(s, object, &change->set, set, remove, change->remove_count, err)
               : rc;
}
