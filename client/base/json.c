/* JSON over cJSON. A struct json is a cJSON under another name, so that no other file depends on
 * it. */
#include "client/base/json.h"

#include "client/base/buf.h"

#include <cJSON.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MAX_DEPTH 64

static cJSON *raw(const struct json *v)
{
    return (cJSON *)(uintptr_t)v;
}

static struct json *wrap(cJSON *v)
{
    if (!v) {
        abort(); /* cJSON could not allocate; as mem_alloc would */
    }
    return (struct json *)v;
}

static struct json *borrow(const cJSON *v)
{
    return (struct json *)(uintptr_t)v;
}

/* True if the tree is deeper than `left` levels. */
static bool too_deep(const cJSON *v, int left)
{
    if (left == 0) {
        return true;
    }
    for (const cJSON *c = v->child; c; c = c->next) {
        if ((c->child || left == 1) && too_deep(c, left - 1)) {
            return true;
        }
    }
    return false;
}

enum rc json_parse(const char *text, size_t len, struct json **ret, struct err *err)
{
    const char *end = NULL;
    cJSON *v = cJSON_ParseWithLengthOpts(text, len, &end, 0);
    size_t at = end ? (size_t)(end - text) : 0;
    if (!v) {
        return err_set(err, RC_INVALID, 0, "JSON: cannot be understood at byte %zu", at);
    }
    while (at < len && (!text[at] || strchr(" \t\r\n", text[at]))) {
        at++;
    }
    if (at < len) {
        cJSON_Delete(v);
        return err_set(err, RC_INVALID, 0, "JSON: something follows the value at byte %zu", at);
    }
    if (too_deep(v, MAX_DEPTH)) {
        cJSON_Delete(v);
        return err_set(err, RC_TOO_BIG, 0, "JSON: nested deeper than %d levels", MAX_DEPTH);
    }
    *ret = wrap(v);
    return RC_OK;
}

void json_free(struct json *v)
{
    cJSON_Delete(raw(v));
}

/* ---- printing ---- */
/* Written here, as every document goes through it several times; text and numbers come out as cJSON
 * prints them. */
static void print_string(struct buf *out, const char *s)
{
    static const char HEX[] = "0123456789abcdef";
    buf_addc(out, '"');
    for (const char *from = s;; s++) {
        unsigned char c = (unsigned char)*s;
        if (c >= 0x20 && c != '"' && c != '\\') {
            continue;
        }
        buf_add(out, from, (size_t)(s - from));
        from = s + 1;
        if (!c) {
            break;
        }
        static const char letters[] = {
            ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
        char letter = c >= 0x20 ? (char)c : c < sizeof letters ? letters[c] : 0;
        if (letter) {
            buf_add(out, (char[]){'\\', letter}, 2);
        } else {
            buf_add(out, (char[]){'\\', 'u', '0', '0', HEX[c >> 4], HEX[c & 15]}, 6);
        }
    }
    buf_addc(out, '"');
}

static int by_key(const void *a, const void *b)
{
    return strcmp((*(cJSON *const *)a)->string, (*(cJSON *const *)b)->string);
}

static void print_value(struct buf *out, const cJSON *v, bool sorted);

static void print_member(struct buf *out, const cJSON *m, bool sorted)
{
    print_string(out, m->string);
    buf_addc(out, ':');
    print_value(out, m, sorted);
}

static void print_sorted(struct buf *out, const cJSON *v)
{
    size_t n = json_count(borrow(v)), i = 0;
    CLEANUP(mem_free) const cJSON **members = mem_alloc((n + 1) * sizeof *members);
    for (const cJSON *c = v->child; c; c = c->next) {
        members[i++] = c;
    }
    qsort(members, n, sizeof *members, by_key);
    for (i = 0; i < n; i++) {
        if (i) {
            buf_addc(out, ',');
        }
        print_member(out, members[i], true);
    }
}

static void print_scalar(struct buf *out, const cJSON *v)
{
    if (cJSON_IsBool(v) || cJSON_IsNull(v)) {
        buf_adds(out, cJSON_IsNull(v) ? "null" : cJSON_IsTrue(v) ? "true" : "false");
        return;
    }
    if (v && v->valuedouble >= v->valueint && v->valuedouble <= v->valueint && cJSON_IsNumber(v)) {
        char digits[16];
        snprintf(digits, sizeof digits, "%d", v->valueint);
        buf_adds(out, digits);
        return;
    }
    CLEANUP(mem_free) char *text = cJSON_PrintUnformatted(v);
    if (!text) {
        abort();
    }
    buf_adds(out, text);
}

static void print_value(struct buf *out, const cJSON *v, bool sorted)
{
    if (cJSON_IsString(v)) {
        print_string(out, v->valuestring);
        return;
    }
    if (!cJSON_IsObject(v) && !cJSON_IsArray(v)) {
        print_scalar(out, v);
        return;
    }
    bool object = cJSON_IsObject(v);
    buf_addc(out, object ? '{' : '[');
    if (object && sorted) {
        print_sorted(out, v);
    } else {
        for (const cJSON *c = v->child; c; c = c->next) {
            if (object) {
                print_member(out, c, sorted);
            } else {
                print_value(out, c, sorted);
            }
            if (c->next) {
                buf_addc(out, ',');
            }
        }
    }
    buf_addc(out, object ? '}' : ']');
}

static char *print_whole(const struct json *v, bool sorted)
{
    struct buf out = BUF_INIT(SIZE_MAX / 4); /* what is in memory already is printed whole */
    print_value(&out, raw(v), sorted);
    return buf_take(&out);
}

char *json_print(const struct json *v)
{
    return print_whole(v, false);
}

char *json_print_canonical(const struct json *v)
{
    return print_whole(v, true);
}

/* cJSON allocates with malloc, so its text can be handed on as ours. */
char *json_print_pretty(const struct json *v)
{
    char *text = cJSON_Print(raw(v));
    if (!text) {
        abort();
    }
    return text;
}

/* ---- making ---- */
struct json *json_object(void)
{
    return wrap(cJSON_CreateObject());
}

struct json *json_array(void)
{
    return wrap(cJSON_CreateArray());
}

struct json *json_null(void)
{
    return wrap(cJSON_CreateNull());
}

struct json *json_bool(bool b)
{
    return wrap(cJSON_CreateBool(b));
}

struct json *json_int(int64_t n)
{
    return wrap(cJSON_CreateNumber((double)n));
}

struct json *json_double(double d)
{
    return wrap(cJSON_CreateNumber(d));
}

struct json *json_str(const char *s)
{
    return wrap(cJSON_CreateString(s));
}

struct json *json_dup(const struct json *v)
{
    return v ? wrap(cJSON_Duplicate(raw(v), 1)) : NULL;
}

static bool is_object(const cJSON *v)
{
    return v && (v->type & 0xFF) == cJSON_Object; /* as cJSON_IsObject, without a call */
}

bool json_is_object(const struct json *v)
{
    return is_object(raw(v));
}

bool json_is_array(const struct json *v)
{
    return cJSON_IsArray(raw(v));
}

bool json_is_str(const struct json *v)
{
    return cJSON_IsString(raw(v));
}

bool json_is_number(const struct json *v)
{
    return cJSON_IsNumber(raw(v));
}

bool json_is_bool(const struct json *v)
{
    return cJSON_IsBool(raw(v));
}

bool json_is_null(const struct json *v)
{
    return cJSON_IsNull(raw(v));
}

/* Members mostly stand in the same order: a search is needed only where they do not. */
static bool equal_members(const cJSON *x, const cJSON *y)
{
    const cJSON *beside = y->child;
    size_t n = 0;
    for (const cJSON *m = x->child; m; m = m->next, n++) {
        const struct json *other = beside && strcmp(m->string, beside->string) == 0
                                       ? borrow(beside)
                                       : json_get(borrow(y), m->string);
        if (!other || !json_equal(borrow(m), other)) {
            return false;
        }
        beside = beside ? beside->next : NULL;
    }
    return n == json_count(borrow(y));
}

bool json_equal(const struct json *a, const struct json *b)
{
    if (!a || !b) {
        return a == b;
    }
    const cJSON *x = raw(a), *y = raw(b);
    if ((x->type & 0xFF) != (y->type & 0xFF)) {
        return false;
    }
    if (cJSON_IsObject(x)) {
        return equal_members(x, y);
    }
    if (cJSON_IsArray(x)) {
        const cJSON *p = x->child, *q = y->child;
        for (; p && q; p = p->next, q = q->next) {
            if (!json_equal(borrow(p), borrow(q))) {
                return false;
            }
        }
        return !p && !q;
    }
    if (cJSON_IsString(x)) {
        return strcmp(x->valuestring, y->valuestring) == 0;
    }
    if (cJSON_IsNumber(x)) {
        return !(x->valuedouble < y->valuedouble) && !(x->valuedouble > y->valuedouble);
    }
    return true;
}

struct json *json_get(const struct json *object, const char *key)
{
    const cJSON *m = is_object(raw(object)) && key ? raw(object)->child : NULL;
    while (m && (*m->string != *key || strcmp(m->string, key) != 0)) {
        m = m->next;
    }
    return borrow(m);
}

void json_set(struct json *object, const char *key, struct json *v)
{
    if (!v) {
        json_remove(object, key);
    } else if (json_get(object, key)) {
        cJSON_ReplaceItemInObjectCaseSensitive(raw(object), key, raw(v));
    } else {
        cJSON_AddItemToObject(raw(object), key, raw(v));
    }
}

void json_set_str(struct json *object, const char *key, const char *s)
{
    json_set(object, key, s ? json_str(s) : NULL);
}

void json_set_int(struct json *object, const char *key, int64_t n)
{
    json_set(object, key, json_int(n));
}

void json_set_bool(struct json *object, const char *key, bool b)
{
    json_set(object, key, json_bool(b));
}

struct json *json_detach(struct json *object, const char *key)
{
    cJSON *m = raw(json_get(object, key));
    if (!m) {
        return NULL;
    }
    m = cJSON_DetachItemViaPointer(raw(object), m);
    if (!(m->type & cJSON_StringIsConst)) {
        cJSON_free(m->string);
    }
    m->string = NULL;
    return borrow(m);
}

bool json_remove(struct json *object, const char *key)
{
    struct json *m = json_detach(object, key);
    json_free(m);
    return m != NULL;
}

const char *json_get_str(const struct json *object, const char *key)
{
    return json_str_value(json_get(object, key));
}

int64_t json_get_int(const struct json *object, const char *key, int64_t fallback)
{
    return json_int_value(json_get(object, key), fallback);
}

double json_get_double(const struct json *object, const char *key, double fallback)
{
    return json_double_value(json_get(object, key), fallback);
}

bool json_get_bool(const struct json *object, const char *key, bool fallback)
{
    return json_bool_value(json_get(object, key), fallback);
}

const char *json_str_value(const struct json *v)
{
    return json_is_str(v) ? raw(v)->valuestring : NULL;
}

int64_t json_int_value(const struct json *v, int64_t fallback)
{
    double d = json_double_value(v, (double)fallback);
    if (!(d >= -9007199254740992.0 && d <= 9007199254740992.0)) {
        return fallback;
    }
    return json_is_number(v) ? (int64_t)d : fallback;
}

double json_double_value(const struct json *v, double fallback)
{
    return json_is_number(v) ? raw(v)->valuedouble : fallback;
}

bool json_bool_value(const struct json *v, bool fallback)
{
    return json_is_bool(v) ? cJSON_IsTrue(raw(v)) : fallback;
}

void json_append(struct json *array, struct json *v)
{
    cJSON_AddItemToArray(raw(array), raw(v));
}

size_t json_count(const struct json *v)
{
    return json_is_object(v) || json_is_array(v) ? (size_t)cJSON_GetArraySize(raw(v)) : 0;
}

struct json *json_at(const struct json *array, size_t i)
{
    return json_is_array(array) && i < 0x7FFFFFFF ? borrow(cJSON_GetArrayItem(raw(array), (int)i))
                                                  : NULL;
}

struct json *json_first(const struct json *v)
{
    return json_is_object(v) || json_is_array(v) ? borrow(raw(v)->child) : NULL;
}

struct json *json_next(const struct json *member)
{
    return member ? borrow(raw(member)->next) : NULL;
}

const char *json_key(const struct json *member)
{
    return member ? raw(member)->string : NULL;
}

struct json *json_need_object(struct json *object, const char *key)
{
    struct json *m = json_get(object, key);
    if (!json_is_object(m)) {
        m = json_object();
        json_set(object, key, m);
    }
    return m;
}
