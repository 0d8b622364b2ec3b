/* Sample documents that every store can hold in full. */
#ifndef LOCKSTEP_TESTS_CONFORMANCE_DOCUMENTS_H
#define LOCKSTEP_TESTS_CONFORMANCE_DOCUMENTS_H

#include "client/base/json.h"
#include "client/item/kind.h"

/* The n-th sample of a kind, with a uid of its own; different n differ in name, too. Caller frees.
 */
struct json *document_sample(enum item_kind kind, int n);
/* A group with one member, known by address only. Caller frees. */
struct json *document_group(void);
/* Changes one field that every store holds: the middle phone number, the title. */
void document_edit(struct json *doc, enum item_kind kind, const char *text);
/* True if `got` holds what document_edit put there. */
bool document_has_edit(const struct json *got, enum item_kind kind, const char *text);
/* True if everything in `want` is in `got` too, ids apart: stores may add defaults of their own.
 * Prints the difference if not. */
bool document_contains(const struct json *got, const struct json *want);

#endif
