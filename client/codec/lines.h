/* Content lines, the syntax that vCard (RFC 6350 section 3.3, RFC 2426, vCard 2.1) and iCalendar
 * (RFC 5545 section 3.1) share: folding, groups, parameters, BEGIN/END nesting.
 *
 * A text is held as a list of lines in their order, each with the exact bytes it came in (folding
 * and line end included). Printing gives those bytes again for every line that was not changed; a
 * changed or new line is written from its parts and folded at 75 octets. What values mean is left
 * to vcard*.c and ical*.c. */
#ifndef LOCKSTEP_CODEC_LINES_H
#define LOCKSTEP_CODEC_LINES_H

#include "client/base/buf.h"
#include "client/base/mem.h"
#include "client/base/rc.h"

#include <stdbool.h>
#include <stddef.h>

#define LINES_MAX_SIZE   ((size_t)16 << 20) /* octets of text */
#define LINES_MAX_COUNT  100000             /* logical lines */
#define LINES_MAX_DEPTH  8                  /* nested components */
#define LINES_MAX_PARAMS 1000               /* values of all parameters of a line */
#define LINES_MAX_ITEMS                                                                            \
    20000 /* in lists of one name (CATEGORIES, EXDATE, ...); doc_check allows no more */

struct line_param {
    char *name; /* as written; "" for a bare vCard 2.1 parameter such as ;WORK */
    char *raw;  /* as written between the semicolons */
    char **
        values; /* decoded: quotes removed, RFC 6868 ^ escapes resolved; TYPE="a,b" counts as two */
    size_t count;
};

struct line {
    struct line *prev, *next;
    struct lines_comp
        *comp; /* the component it lies directly in (BEGIN and END: their own); NULL outside */
    const char *raw; /* the bytes it came in, borrowed from struct lines; NULL for a new line */
    size_t raw_len;
    int number; /* of its first physical line, from 1; 0 for a new line */
    bool changed;
    char *group; /* NULL if none */
    char *name;  /* as written; "" for a blank line or one that is not a content line */
    char *value; /* unfolded, not unescaped; UTF-8 */
    struct line_param *params;
    size_t param_count, param_cap;
};

struct lines_comp {
    char *name;
    struct lines_comp *parent,
        *next; /* next: the following one in document order, nested ones included */
    struct line *begin, *end;
    size_t children; /* how many have it as their parent */
};

struct lines {
    char *text; /* owned copy that raw points into */
    struct line *first, *last;
    struct lines_comp *comps; /* all, in document order */
    const char *eol;          /* "\r\n" or "\n": that of the first line */
    int not_utf8; /* number of the first line that is not UTF-8 (read as Windows-1252), or 0 */
    int not_line; /* number of the first line that is no content line, or 0 */
    bool fold;    /* print new lines folded. Off for vCard 2.1: there QUOTED-PRINTABLE has its soft
                     breaks, BASE64 stands on lines of its own with a blank one behind, and all else
                     stays in one line, because readers differ about the space of a fold */
};

/* RC_TOO_BIG over the limits, RC_INVALID for a NUL, for BEGIN and END that do not match and for
 * content outside them. */
enum rc lines_parse(const char *text, size_t len, struct lines **ret, struct err *err) WARN_UNUSED;
/* RC_TOO_BIG if the lists in all lines of one of these names (ended by NULL) hold more than
 * LINES_MAX_ITEMS values. */
enum rc lines_check_lists(const struct lines *l, const char *const *names, struct err *err)
    WARN_UNUSED;
/* An empty list with CRLF line ends. */
struct lines *lines_new(void);
void lines_free(struct lines *l);
DEFINE_CLEANUP(struct lines *, lines_free);
/* Caller frees *ret_text. RC_TOO_BIG if it would pass LINES_MAX_SIZE. */
enum rc lines_print(const struct lines *l, char **ret_text, struct err *err) WARN_UNUSED;

/* A line as it reads, unfolded. Caller frees. */
char *lines_text(const struct line *line);

/* Walks the lines that lie directly in a component, without BEGIN and END; pass NULL to start. */
struct line *lines_next_in(const struct lines_comp *comp, const struct line *after);
/* First line of this name (any case) directly in a component; NULL if none. */
struct line *lines_find(const struct lines_comp *comp, const char *name);
struct line *lines_find_next(
    const struct lines_comp *comp, const char *name, const struct line *after);
/* First component of this name directly below parent (NULL: at top level) after another (NULL: from
 * the start). */
struct lines_comp *lines_comp_find(const struct lines *l, const struct lines_comp *parent,
    const char *name, const struct lines_comp *after);

/* A new line without parameters, put before `before` and in its component (before an END: last in
 * it). */
struct line *lines_insert(
    struct lines *l, struct line *before, const char *name, const char *value);
/* With the blank line that ends a BASE64 value in vCard 2.1. */
void lines_remove(struct lines *l, struct line *line);
/* A new empty component put before `before`, which lies in or ends its parent; NULL: at the end of
 * the text. */
struct lines_comp *lines_comp_insert(
    struct lines *l, struct lines_comp *parent, struct line *before, const char *name);
/* Removes a component with all it holds. */
void lines_comp_remove(struct lines *l, struct lines_comp *comp);
/* A changed (not raw) copy of a component and all it holds, put before `before`. */
struct lines_comp *lines_comp_copy(
    struct lines *l, const struct lines_comp *comp, struct line *before);

/* Sets the value; nothing happens if it is the same. */
void line_set_value(struct line *line, const char *value);

/* Parameters by name, any case. line_param gives the first value, NULL if absent. */
const char *line_param(const struct line *line, const char *name);
bool line_param_has(const struct line *line, const char *name,
    const char *value); /* any case; bare ones count as TYPE */
/* value NULL removes. Quotes and escapes as needed. Nothing happens if it is the same. */
void line_param_set(struct line *line, const char *name, const char *value);
/* One more value of a parameter, which need not be there. */
void line_param_add(struct line *line, const char *name, const char *value);
/* TYPE values: written the way the line writes them already (bare, one list, several parameters,
 * letter case). */
void line_type_add(struct line *line, const char *type, bool bare);
void line_type_remove(struct line *line, const char *type);
/* Walks the TYPE values and bare parameters; *cursor starts at 0. NULL at the end. */
const char *line_type_next(const struct line *line, size_t *cursor);

/* True if the value is written in QUOTED-PRINTABLE. */
bool line_is_qp(const struct line *line);
/* True if the value is written in BASE64 as vCard 2.1 calls it (later versions say "b"). */
bool line_is_base64(const struct line *line);

#endif
