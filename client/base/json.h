/* JSON values: our names over cJSON, the one file that sees it.
 *
 * A value is owned by whoever made it until it is put into another value. Getters borrow. Getters
 * accept NULL and a value of the wrong type and answer "absent", so that a chain of them needs no
 * checks. */
#ifndef LOCKSTEP_BASE_JSON_H
#define LOCKSTEP_BASE_JSON_H

#include "client/base/mem.h"
#include "client/base/rc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json; /* any value; opaque */

/* Parses UTF-8 text; RC_INVALID with the offset, RC_TOO_BIG over depth 64 (cJSON's nesting limit is
 * higher). */
enum rc json_parse(const char *text, size_t len, struct json **ret, struct err *err) WARN_UNUSED;
void json_free(struct json *v);
DEFINE_CLEANUP(struct json *, json_free);

char *json_print(const struct json *v);        /* compact; caller frees */
char *json_print_pretty(const struct json *v); /* indented; caller frees */
/* Compact with object keys sorted bytewise: equal values print equal. Caller frees. */
char *json_print_canonical(const struct json *v);

struct json *json_object(void);
struct json *json_array(void);
struct json *json_null(void);
struct json *json_bool(bool b);
struct json *json_int(int64_t n); /* exact up to 15 digits, as cJSON prints */
struct json *json_double(double d);
struct json *json_str(const char *s);        /* copies; s must be UTF-8 */
struct json *json_dup(const struct json *v); /* deep; NULL stays NULL */

bool json_is_object(const struct json *v);
bool json_is_array(const struct json *v);
bool json_is_str(const struct json *v);
bool json_is_number(const struct json *v);
bool json_is_bool(const struct json *v);
bool json_is_null(const struct json *v);
/* Deep equality; order of object keys does not matter, of array elements it does. NULL equals NULL
 * only. */
bool json_equal(const struct json *a, const struct json *b);

/* Objects. json_set takes `v` over and replaces an earlier value in place (new keys go to the end);
 * v == NULL removes the key. */
struct json *json_get(const struct json *object, const char *key);
void json_set(struct json *object, const char *key, struct json *v /* owned */);
void json_set_str(struct json *object, const char *key, const char *s); /* s == NULL removes */
void json_set_int(struct json *object, const char *key, int64_t n);
void json_set_bool(struct json *object, const char *key, bool b);
bool json_remove(struct json *object, const char *key);
struct json *json_detach(struct json *object, const char *key); /* caller owns; NULL if absent */
const char *json_get_str(
    const struct json *object, const char *key); /* NULL if absent or no string */
int64_t json_get_int(const struct json *object, const char *key, int64_t fallback);
double json_get_double(const struct json *object, const char *key, double fallback);
bool json_get_bool(const struct json *object, const char *key, bool fallback);

/* Scalars; the fallback for a wrong type. */
const char *json_str_value(const struct json *v); /* NULL if not a string */
int64_t json_int_value(const struct json *v, int64_t fallback);
double json_double_value(const struct json *v, double fallback);
bool json_bool_value(const struct json *v, bool fallback);

/* Arrays and members in order. Walking: for (m = json_first(v); m; m = json_next(m)). */
void json_append(struct json *array, struct json *v /* owned */);
size_t json_count(const struct json *v); /* elements of an array, members of an object, else 0 */
struct json *json_at(const struct json *array, size_t i);
struct json *json_first(const struct json *v);
struct json *json_next(const struct json *member);
const char *json_key(const struct json *member); /* NULL for array elements */

/* Finds or makes an object member that is itself an object; borrowed. */
struct json *json_need_object(struct json *object, const char *key);

/* JSON Pointer (RFC 6901) without the leading '/', as PatchObject uses it (RFC 8620 section 5.3).
 * Borrowed; NULL if absent. */
struct json *json_pointer(const struct json *root, const char *path);
/* Escapes a key for use in a pointer ('~' -> "~0", '/' -> "~1"). Caller frees. */
char *json_pointer_escape(const char *key);
/* The key again. Caller frees. */
char *json_pointer_unescape(const char *token);
/* Sets (v owned) or removes (v NULL) the value at a pointer, making missing objects on the way;
 * does not reach into arrays. RC_INVALID if the way leads through a non-object. */
enum rc json_pointer_set(struct json *root, const char *path, struct json *v, struct err *err)
    WARN_UNUSED;

#endif
