/* Parsing content lines and the tree of components; printing them again. Editing is in
 * lines_edit.c. */
#include "client/codec/lines.h"
#include "client/codec/lines_private.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "client/codec/text.h"

/* ---- life ---- */
struct lines *lines_new(void)
{
    struct lines *l = NEW(struct lines);
    l->eol = "\r\n";
    l->fold = true;
    return l;
}

static void param_fini(struct line_param *p)
{
    for (size_t i = 0; i < p->count; i++) {
        free(p->values[i]);
    }
    free(p->values);
    free(p->raw);
    free(p->name);
}

void line_params_clear(struct line *line)
{
    for (size_t i = 0; i < line->param_count; i++) {
        param_fini(&line->params[i]);
    }
    line->param_count = 0;
}

void line_param_drop(struct line *line, size_t i)
{
    param_fini(&line->params[i]);
    line->param_count--;
    memmove(&line->params[i], &line->params[i + 1], (line->param_count - i) * sizeof *line->params);
}

void line_free(struct line *line)
{
    line_params_clear(line);
    free(line->params);
    free(line->group);
    free(line->name);
    free(line->value);
    free(line);
}

void lines_free(struct lines *l)
{
    if (!l) {
        return;
    }
    for (struct line *line = l->first, *next; line; line = next) {
        next = line->next;
        line_free(line);
    }
    for (struct lines_comp *c = l->comps, *next; c; c = next) {
        next = c->next;
        free(c->name);
        free(c);
    }
    free(l->text);
    free(l);
}

void lines_link(struct lines *l, struct line *line, struct line *before)
{
    line->next = before;
    line->prev = before ? before->prev : l->last;
    *(line->prev ? &line->prev->next : &l->first) = line;
    *(before ? &before->prev : &l->last) = line;
}

/* ---- parameters ---- */
/* A value without its quotes, RFC 6868 escapes resolved. Caller frees. */
static char *param_decode(const char *s, size_t n)
{
    if (!memchr(s, '"', n) && !memchr(s, '^', n)) {
        return mem_strndup(s, n);
    }
    struct buf b = BUF_INIT(LINES_MAX_SIZE);
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '"') {
            continue;
        }
        char escaped = s[i] == '^' && i + 1 < n ? s[i + 1] : 0;
        if (escaped == 'n' || escaped == '^' || escaped == '\'') {
            buf_addc(&b, escaped == 'n' ? '\n' : escaped == '^' ? '^' : '"');
            i++;
        } else {
            buf_addc(&b, s[i]);
        }
    }
    return buf_take(&b);
}

static void param_add_value(struct line_param *p, const char *s, size_t n)
{
    if (p->count > LINES_MAX_PARAMS) {
        return; /* place_line refuses the line */
    }
    p->values = mem_realloc(p->values, p->count + 1, sizeof *p->values);
    p->values[p->count++] = param_decode(s, n);
}

void line_param_parse(struct line *line, const char *s, size_t n)
{
    if (line->param_count > LINES_MAX_PARAMS) {
        return; /* place_line refuses the line */
    }
    ARRAY_RESERVE(line->params, line->param_count, line->param_cap);
    struct line_param *p = &line->params[line->param_count++];
    memset(p, 0, sizeof *p);
    p->raw = mem_strndup(s, n);
    const char *equals = memchr(s, '=', n);
    size_t name_len = equals ? (size_t)(equals - s) : 0;
    p->name = mem_strndup(s, name_len);
    size_t start = equals ? name_len + 1 : 0;
    bool quoted = false,
         list_in_quotes = str_ieq(p->name, "TYPE"); /* TYPE="work,voice": RFC 6350 section 5.6 */
    for (size_t i = start; i <= n; i++) {
        if (i < n && s[i] == '"') {
            quoted = !quoted;
        } else if (i == n || (s[i] == ',' && (!quoted || list_in_quotes) && equals)) {
            param_add_value(p, s + start, i - start);
            start = i + 1;
        }
    }
}

/* Where an unquoted one of two characters stands at or after i, or n. */
static size_t find_unquoted(const char *s, size_t i, size_t n, char a, char b)
{
    bool quoted = false;
    for (; i < n; i++) {
        if (s[i] == '"') {
            quoted = !quoted;
        } else if (!quoted && (s[i] == a || s[i] == b)) {
            return i;
        }
    }
    return n;
}

/* ---- one line ---- */
static bool name_char(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

/* Splits "group.NAME;params:value"; false, and nothing set, if it is none. */
static bool line_split(struct line *line, const char *s, size_t n)
{
    size_t i = 0, group_end = 0;
    while (i < n && (name_char(s[i]) || s[i] == '.')) {
        group_end = s[i] == '.' ? i : group_end;
        i++;
    }
    size_t name_start = group_end ? group_end + 1 : 0;
    if (i == name_start || i == n || (s[i] != ';' && s[i] != ':')) {
        return false;
    }
    size_t colon = find_unquoted(s, i, n, ':', ':');
    if (colon == n) {
        /* An odd quote in a bare parameter: take the first colon, as most readers do. */
        const char *plain = memchr(s + i, ':', n - i);
        if (!plain) {
            return false;
        }
        colon = (size_t)(plain - s);
    }
    line->name = mem_strndup(s + name_start, i - name_start);
    line->group = group_end ? mem_strndup(s, group_end) : NULL;
    while (i < colon) {
        size_t end = find_unquoted(s, i + 1, colon, ';', ';');
        line_param_parse(line, s + i + 1, end - i - 1);
        i = end;
    }
    line->value = mem_strndup(s + colon + 1, n - colon - 1);
    return true;
}

struct reader {
    struct lines *l;
    const char *at, *end;
    int number, depth;
    size_t lines; /* logical ones: a file in base64 has tens of thousands of folds */
    struct lines_comp *comp, *last_comp;
};

/* The physical line at `p`: length without its line end; *ret_next is where the following one
 * starts. */
static size_t physical(const char *p, const char *end, const char **ret_next)
{
    const char *newline = memchr(p, '\n', (size_t)(end - p));
    *ret_next = newline ? newline + 1 : end;
    size_t n = (size_t)((newline ? newline : end) - p);
    return n && p[n - 1] == '\r' ? n - 1 : n;
}

#define HEAD_MAX 16384 /* octets; looked through anew for each physical line */

/* Does the line that starts so name `word` as its encoding, plainly or as vCard 2.1 may, without a
 * name? Quotes and other parameters may hold any text. */
static bool head_says(const struct buf *b, const char *word)
{
    size_t n = strlen(word);
    bool quoted = false;
    size_t most = b->len < HEAD_MAX ? b->len : HEAD_MAX;
    for (size_t i = 0; i < most && (quoted || b->data[i] != ':'); i++) {
        quoted = b->data[i] == '"' ? !quoted : quoted;
        bool named = (i >= 8 && strncasecmp(b->data + i - 8, "ENCODING=", 9) == 0) ||
                     (i >= 4 && strncasecmp(b->data + i - 4, "TYPE=", 5) == 0);
        bool starts = !quoted && (b->data[i] == ';' || named) && i + n + 1 < b->len;
        if (starts && strncasecmp(b->data + i + 1, word, n) == 0 &&
            strchr(";,:", b->data[i + 1 + n])) {
            return true;
        }
    }
    return false;
}

/* True if the text so far starts a value in QUOTED-PRINTABLE whose soft line break is at its end.
 */
static bool soft_break(const struct buf *b)
{
    return b->len && b->data[b->len - 1] == '=' && head_says(b, "QUOTED-PRINTABLE");
}

/* True if the text so far is a value in BASE64 (vCard 2.1's word for it) and the line at `next` can
 * only be more of it: some phones do not indent. */
static bool base64_goes_on(const struct buf *b, const char *next, const char *end)
{
    const char *after;
    size_t n = head_says(b, "BASE64") ? physical(next, end, &after) : 0;
    for (size_t i = 0; i < n; i++) {
        if (!isalnum((unsigned char)next[i]) && !strchr("+/=", next[i])) {
            return false;
        }
    }
    return n > 0;
}

/* Reads one logical line into `unfolded` and links it. */
static struct line *read_line(struct reader *r, struct buf *unfolded)
{
    struct line *line = NEW(struct line);
    line->raw = r->at;
    line->number = ++r->number;
    const char *next;
    buf_clear(unfolded);
    buf_add(unfolded, r->at, physical(r->at, r->end, &next));
    while (next < r->end) {
        bool soft = soft_break(unfolded), indented = *next == ' ' || *next == '\t';
        if (!soft && !indented && !base64_goes_on(unfolded, next, r->end)) {
            break;
        }
        if (soft) {
            unfolded->data[--unfolded->len] = 0;
        }
        size_t skip = !soft && indented;
        const char *from = next + skip;
        size_t n = physical(next, r->end, &next);
        buf_add(unfolded, from, n - (n ? skip : 0));
        r->number++;
    }
    line->raw_len = (size_t)(next - r->at);
    r->at = next;
    lines_link(r->l, line, NULL);
    return line;
}

static bool all_blank(const char *s)
{
    return s[strspn(s, " \t\r")] == 0;
}

static enum rc open_comp(struct reader *r, struct line *line, struct err *err)
{
    if (++r->depth > LINES_MAX_DEPTH) {
        return err_set(err, RC_TOO_BIG, 0, "line %d: components nested deeper than %d",
            line->number, LINES_MAX_DEPTH);
    }
    struct lines_comp *c = NEW(struct lines_comp);
    char *name = str_trim(line->value);
    c->name = name;
    c->parent = r->comp;
    c->begin = line;
    if (c->parent) {
        c->parent->children++;
    }
    *(r->last_comp ? &r->last_comp->next : &r->l->comps) = c;
    r->last_comp = r->comp = line->comp = c;
    return RC_OK;
}

static enum rc close_comp(struct reader *r, struct line *line, struct err *err)
{
    CLEANUP(mem_free) char *name = str_trim(line->value);
    if (!r->comp || !str_ieq(r->comp->name, name)) {
        return err_set(err, RC_INVALID, 0, "line %d: END:%.40s does not end %s%.40s", line->number,
            name, r->comp ? "BEGIN:" : "anything", r->comp ? r->comp->name : "");
    }
    line->comp = r->comp;
    r->comp->end = line;
    r->comp = r->comp->parent;
    r->depth--;
    return RC_OK;
}

static enum rc place_line(
    struct reader *r, struct line *line, struct buf *unfolded, struct err *err)
{
    CLEANUP(mem_free) char *converted = NULL;
    const char *s = buf_str(unfolded);
    if (!str_utf8_valid(s, unfolded->len)) {
        r->l->not_utf8 = r->l->not_utf8 ? r->l->not_utf8 : line->number;
        s = converted = text_from_cp1252(s);
    }
    if (line->number == 1 && str_starts(s, "\xEF\xBB\xBF")) {
        s += 3; /* byte order mark */
    }
    bool blank = all_blank(s), is_line = !blank && line_split(line, s, strlen(s));
    if (!is_line) {
        line->name = mem_strdup("");
        line->value = mem_strdup("");
    }
    if (!is_line && !blank && !r->l->not_line) {
        r->l->not_line = line->number;
    }
    if (blank) {
        line->comp = r->comp;
        return RC_OK;
    }
    size_t values = 0;
    for (size_t i = 0; i < line->param_count; i++) {
        values += line->params[i].count;
    }
    if (values > LINES_MAX_PARAMS) {
        return err_set(
            err, RC_TOO_BIG, 0, "line %d: more than %d parameters", line->number, LINES_MAX_PARAMS);
    }
    if (str_ieq(line->name, "BEGIN")) {
        return open_comp(r, line, err);
    }
    if (str_ieq(line->name, "END")) {
        return close_comp(r, line, err);
    }
    if (!r->comp) {
        return err_set(err, RC_INVALID, 0, "line %d: text outside BEGIN and END", line->number);
    }
    line->comp = r->comp;
    return RC_OK;
}

static enum rc read_all(struct reader *r, struct err *err)
{
    struct buf unfolded CLEANUP_FINI(buf_fini) = BUF_INIT(LINES_MAX_SIZE);
    while (r->at < r->end) {
        struct line *line = read_line(r, &unfolded);
        if (++r->lines > LINES_MAX_COUNT) {
            return err_set(err, RC_TOO_BIG, 0, "more than %d lines", LINES_MAX_COUNT);
        }
        enum rc rc = place_line(r, line, &unfolded, err);
        if (rc != RC_OK) {
            return rc;
        }
    }
    if (r->comp) {
        return err_set(err, RC_INVALID, 0, "BEGIN:%.40s in line %d has no END", r->comp->name,
            r->comp->begin->number);
    }
    return RC_OK;
}

enum rc lines_parse(const char *text, size_t len, struct lines **ret, struct err *err)
{
    if (len > LINES_MAX_SIZE) {
        return err_set(err, RC_TOO_BIG, 0, "%zu octets are more than %zu", len, LINES_MAX_SIZE);
    }
    if (len && memchr(text, 0, len)) {
        return err_set(err, RC_INVALID, 0, "holds a NUL character");
    }
    CLEANUP(lines_free) struct lines *l = lines_new();
    l->text = mem_strndup(text ? text : "", len);
    const char *newline = strchr(l->text, '\n');
    if (newline && (newline == l->text || newline[-1] != '\r')) {
        l->eol = "\n";
    }
    struct reader r = {.l = l, .at = l->text, .end = l->text + len};
    enum rc rc = read_all(&r, err);
    if (rc == RC_OK) {
        *ret = TAKE(l);
    }
    return rc;
}

enum rc lines_check_lists(const struct lines *l, const char *const *names, struct err *err)
{
    for (; *names; names++) {
        size_t count = 0;
        for (const struct line *line = l->first; line; line = line->next) {
            if (!str_ieq(line->name, *names)) {
                continue;
            }
            count++;
            for (const char *p = line->value; *p; p++) {
                count += *p == ',';
            }
            if (count > LINES_MAX_ITEMS) {
                return err_set(err, RC_TOO_BIG, 0, "line %d: more than %d values of %s",
                    line->number, LINES_MAX_ITEMS, *names);
            }
        }
    }
    return RC_OK;
}

/* ---- printing ---- */
static void add_folded(struct buf *out, const char *s, size_t n, const char *eol)
{
    size_t room = 75;
    while (n > room) {
        size_t cut = room;
        while (cut > 1 && ((unsigned char)s[cut] & 0xC0) == 0x80) {
            cut--; /* not inside a UTF-8 sequence */
        }
        buf_add(out, s, cut);
        buf_adds(out, eol);
        buf_addc(out, ' ');
        s += cut;
        n -= cut;
        room = 74;
    }
    buf_add(out, s, n);
}

/* QUOTED-PRINTABLE (RFC 2045 section 6.7): at most 76 octets a line with the '=', and none inside
 * "=XX". The first `head` octets are no part of the value and stay in one piece. */
static void add_soft(struct buf *out, const char *s, size_t n, size_t head, const char *eol)
{
    while (n > 76) {
        size_t cut = 75;
        cut -= s[cut - 1] == '=' ? 1 : s[cut - 2] == '=' ? 2 : 0;
        cut = cut < head ? head : cut;
        if (cut == n) {
            break;
        }
        head = 0;
        buf_add(out, s, cut);
        buf_addc(out, '=');
        buf_adds(out, eol);
        s += cut;
        n -= cut;
    }
    buf_add(out, s, n);
}

/* BASE64 in vCard 2.1 (section 2.1.4.3 there): on lines of its own, ended by a blank one, which may
 * be there already. */
static void add_base64(struct buf *out, const struct lines *l, const struct line *line)
{
    size_t column = 76;
    for (const char *s = line->value; *s; s++) {
        if (*s == ' ' || *s == '\t') {
            continue;
        }
        if (column == 76) {
            buf_adds(out, l->eol);
            buf_addc(out, ' ');
            column = 0;
        }
        buf_addc(out, *s);
        column++;
    }
    if (!line_is_blank(line->next)) {
        buf_adds(out, l->eol);
    }
}

static void print_line(
    const struct lines *l, const struct line *line, struct buf *scratch, struct buf *out)
{
    buf_clear(scratch);
    if (line->group) {
        buf_adds(scratch, line->group);
        buf_addc(scratch, '.');
    }
    buf_adds(scratch, line->name);
    for (size_t i = 0; i < line->param_count; i++) {
        buf_addc(scratch, ';');
        buf_adds(scratch, line->params[i].raw);
    }
    buf_addc(scratch, ':');
    size_t head = scratch->len;
    if (!l->fold && line_is_base64(line)) {
        buf_add(out, scratch->data, head);
        add_base64(out, l, line);
        buf_adds(out, l->eol);
        return;
    }
    buf_adds(scratch, line->value);
    out->overflow |= scratch->overflow;
    if (line_is_qp(line)) {
        add_soft(out, buf_str(scratch), scratch->len, head, l->eol);
    } else if (l->fold) {
        add_folded(out, buf_str(scratch), scratch->len, l->eol);
    } else {
        buf_add(out, scratch->data, scratch->len);
    }
    buf_adds(out, l->eol);
}

char *lines_text(const struct line *line)
{
    struct buf b = BUF_INIT(LINES_MAX_SIZE);
    buf_addf(&b, "%s%s%s", line->group ? line->group : "", line->group ? "." : "", line->name);
    for (size_t i = 0; i < line->param_count; i++) {
        buf_addf(&b, ";%s", line->params[i].raw);
    }
    buf_addf(&b, ":%s", line->value);
    return buf_take(&b);
}

enum rc lines_print(const struct lines *l, char **ret_text, struct err *err)
{
    struct buf out CLEANUP_FINI(buf_fini) = BUF_INIT(LINES_MAX_SIZE);
    struct buf scratch CLEANUP_FINI(buf_fini) = BUF_INIT(LINES_MAX_SIZE);
    for (const struct line *line = l->first; line; line = line->next) {
        if (line->raw && !line->changed) {
            buf_add(&out, line->raw, line->raw_len);
        } else {
            print_line(l, line, &scratch, &out);
        }
    }
    if (out.overflow) {
        return err_set(
            err, RC_TOO_BIG, 0, "the text would be larger than %zu octets", LINES_MAX_SIZE);
    }
    *ret_text = buf_take(&out);
    return RC_OK;
}
