/* XML in and out: a small namespace-aware tree over expat (xml.c is the one file that sees it), and
 * escaping.
 *
 * A document arrives piece by piece and may be far larger than what we want to hold, so the reader
 * builds one child of the root element at a time, hands it over and forgets it. Input is hostile: a
 * document type declaration is refused (and with it every entity, external or exploding), size,
 * depth and counts are limited. Control characters that XML forbids do not end the reading, as one
 * bad item would otherwise hide a whole folder: each is read as U+FFFD. */
#ifndef LOCKSTEP_BASE_XML_H
#define LOCKSTEP_BASE_XML_H

#include "client/base/buf.h"
#include "client/base/rc.h"

#include <stdbool.h>
#include <stddef.h>

#define XML_REPLACEMENT  "\xEF\xBF\xBD" /* U+FFFD: also what stands for a forbidden character */
#define XML_MAX_DEPTH    64
#define XML_MAX_CHILD    ((size_t)32 << 20) /* text, names and attributes held at one time */
#define XML_MAX_ELEMENTS 10000              /* elements in one child of the root */

struct xml_attribute {
    const char *ns, *name; /* ns "" if none */
    char *value;           /* owned */
    struct xml_attribute *next;
};

struct xml_node {
    const char *ns, *name; /* ns "" if none; live as long as the node */
    struct buf text;       /* the character data directly inside, concatenated */
    struct xml_attribute *attributes;
    struct xml_node *first, *next, *last; /* first and last child, next sibling */
};

void xml_node_free(struct xml_node *n); /* with everything below; NULL allowed */
DEFINE_CLEANUP(struct xml_node *, xml_node_free);

/* These accept NULL and then answer "no". */
bool xml_is(const struct xml_node *n, const char *ns, const char *name);
const struct xml_node *xml_child(
    const struct xml_node *n, const char *ns, const char *name); /* the first one */
const struct xml_node *xml_next(
    const struct xml_node *n, const char *ns, const char *name); /* next sibling of that name */
const char *xml_text(const struct xml_node *n);                  /* never NULL */
char *xml_text_trimmed(
    const struct xml_node *n); /* without white space at both ends; caller frees; "" for NULL */
const char *xml_attribute_get(
    const struct xml_node *n, const char *name); /* without namespace; NULL if absent */

/* Reading piece by piece. `element` is called for each finished child of the root, and ends the
 * reading when it fails. */
typedef enum rc xml_element_fn(void *user, const struct xml_node *element, struct err *err);
struct xml_reader;
struct xml_reader *xml_reader_new(xml_element_fn *element, void *user);
void xml_reader_free(struct xml_reader *r);
DEFINE_CLEANUP(struct xml_reader *, xml_reader_free);
/* RC_INVALID (not well-formed, a document type), RC_TOO_BIG (a limit) or what `element` returned.
 * After a failure every further call fails in the same way. */
enum rc xml_reader_feed(struct xml_reader *r, const char *data, size_t len, struct err *err)
    WARN_UNUSED;
/* Says that the document is complete; RC_INVALID if it is not. */
enum rc xml_reader_finish(struct xml_reader *r, struct err *err) WARN_UNUSED;
/* The root element without its children, once its start has been read; else NULL. */
const struct xml_node *xml_reader_root(const struct xml_reader *r);

/* Reads a whole small document into one tree. */
enum rc xml_parse(const char *text, size_t len, struct xml_node **ret, struct err *err) WARN_UNUSED;

/* Appends text with & < > " escaped and characters that XML forbids replaced by U+FFFD. Text that
 * is not UTF-8 stays as it is. */
void xml_escape(struct buf *out, const char *text);

#endif
