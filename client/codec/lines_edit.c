/* Finding and changing content lines. Parsing and printing are in lines.c. */
#include "client/codec/lines_private.h"

#include <ctype.h>
#include <string.h>

/* ---- walking ---- */
struct line *lines_next_in(const struct lines_comp *comp, const struct line *after)
{
    for (struct line *l = after ? after->next : comp->begin->next; l && l != comp->end;
         l = l->next) {
        if (l->comp == comp) {
            return l;
        }
    }
    return NULL;
}

struct line *lines_find_next(
    const struct lines_comp *comp, const char *name, const struct line *after)
{
    struct line *l = lines_next_in(comp, after);
    while (l && !str_ieq(l->name, name)) {
        l = lines_next_in(comp, l);
    }
    return l;
}

struct line *lines_find(const struct lines_comp *comp, const char *name)
{
    return lines_find_next(comp, name, NULL);
}

struct lines_comp *lines_comp_find(const struct lines *l, const struct lines_comp *parent,
    const char *name, const struct lines_comp *after)
{
    if (parent && !parent->children) { /* a series has thousands of components without any */
        return NULL;
    }
    struct lines_comp *c = after ? after->next : l->comps;
    while (c && (c->parent != parent || !str_ieq(c->name, name))) {
        c = c->next;
    }
    return c;
}

/* ---- lines ---- */
struct line *lines_insert(struct lines *l, struct line *before, const char *name, const char *value)
{
    struct line *line = NEW(struct line);
    line->name = mem_strdup(name);
    line->value = mem_strdup(value);
    if (before) {
        bool opens = before->comp && before == before->comp->begin;
        line->comp = opens ? before->comp->parent : before->comp;
    }
    lines_link(l, line, before);
    return line;
}

bool line_is_blank(const struct line *line)
{
    return line && line->raw && !*line->name && strspn(line->raw, " \t\r\n") >= line->raw_len;
}

static void unlink_free(struct lines *l, struct line *line)
{
    *(line->prev ? &line->prev->next : &l->first) = line->next;
    *(line->next ? &line->next->prev : &l->last) = line->prev;
    line_free(line);
}

void lines_remove(struct lines *l, struct line *line)
{
    if (!l->fold && line_is_base64(line) && line_is_blank(line->next)) {
        unlink_free(l, line->next); /* it ends the value */
    }
    unlink_free(l, line);
}

/* ---- components ---- */
static struct lines_comp *comp_add(struct lines *l, struct lines_comp *parent, const char *name)
{
    struct lines_comp *c = NEW(struct lines_comp);
    c->name = mem_strdup(name);
    c->parent = parent;
    if (parent) {
        parent->children++;
    }
    struct lines_comp **slot =
        &l->comps; /* order among siblings only matters for those that were read */
    while (*slot) {
        slot = &(*slot)->next;
    }
    *slot = c;
    return c;
}

struct lines_comp *lines_comp_insert(
    struct lines *l, struct lines_comp *parent, struct line *before, const char *name)
{
    struct lines_comp *c = comp_add(l, parent, name);
    c->begin = lines_insert(l, before, "BEGIN", name);
    c->end = lines_insert(l, before, "END", name);
    c->begin->comp = c->end->comp = c;
    return c;
}

void lines_comp_remove(struct lines *l, struct lines_comp *comp)
{
    for (struct line *line = comp->begin, *next; line; line = next) {
        next = line == comp->end ? NULL : line->next;
        lines_remove(l, line);
    }
    for (struct lines_comp **slot = &l->comps; *slot;) {
        struct lines_comp *c = *slot, *up = c;
        while (up && up != comp) {
            up = up->parent;
        }
        if (up && c != comp) {
            *slot = c->next;
            free(c->name);
            free(c);
        } else {
            slot = &c->next;
        }
    }
    for (struct lines_comp **slot = &l->comps; *slot; slot = &(*slot)->next) {
        if (*slot == comp) {
            *slot = comp->next;
            if (comp->parent) {
                comp->parent->children--;
            }
            free(comp->name);
            free(comp);
            return;
        }
    }
}

static struct line *line_copy(struct lines *l, const struct line *from, struct line *before)
{
    struct line *to = lines_insert(l, before, from->name, from->value);
    to->group = mem_strdup(from->group);
    for (size_t i = 0; i < from->param_count; i++) {
        line_param_parse(to, from->params[i].raw, strlen(from->params[i].raw));
    }
    return to;
}

struct lines_comp *lines_comp_copy(
    struct lines *l, const struct lines_comp *comp, struct line *before)
{
    struct lines_comp *at = comp->parent, *copy = NULL;
    for (const struct line *line = comp->begin;; line = line->next) {
        bool opens = line == line->comp->begin, closes = line == line->comp->end;
        if (opens) {
            at = comp_add(l, at, line->comp->name);
            copy = copy ? copy : at;
        }
        if (*line->name) { /* blank lines stay behind */
            struct line *to = line_copy(l, line, before);
            to->comp = at;
            at->begin = opens ? to : at->begin;
            at->end = closes ? to : at->end;
        }
        if (line == comp->end) {
            return copy;
        }
        at = closes ? at->parent : at;
    }
}

void line_set_value(struct line *line, const char *value)
{
    if (!str_eq(line->value, value)) {
        str_replace(&line->value, value);
        line->changed = true;
    }
}

/* ---- parameters ---- */
static struct line_param *find_param(const struct line *line, const char *name)
{
    for (size_t i = 0; i < line->param_count; i++) {
        if (str_ieq(line->params[i].name, name)) {
            return &line->params[i];
        }
    }
    return NULL;
}

const char *line_param(const struct line *line, const char *name)
{
    const struct line_param *p = find_param(line, name);
    return p && p->count ? p->values[0] : NULL;
}

const char *line_type_next(const struct line *line, size_t *cursor)
{
    size_t skip = *cursor;
    for (size_t i = 0; i < line->param_count; i++) {
        const struct line_param *p = &line->params[i];
        if (*p->name && !str_ieq(p->name, "TYPE")) {
            continue;
        }
        if (skip < p->count) {
            (*cursor)++;
            return p->values[skip];
        }
        skip -= p->count;
    }
    return NULL;
}

bool line_param_has(const struct line *line, const char *name, const char *value)
{
    if (str_ieq(name, "TYPE")) {
        size_t cursor = 0;
        for (const char *type; (type = line_type_next(line, &cursor));) {
            if (str_ieq(type, value)) {
                return true;
            }
        }
        return false;
    }
    for (size_t i = 0; i < line->param_count; i++) {
        const struct line_param *p = &line->params[i];
        for (size_t k = 0; k < p->count; k++) {
            if (str_ieq(p->name, name) && str_ieq(p->values[k], value)) {
                return true;
            }
        }
    }
    return false;
}

/* A parameter value with RFC 6868 escapes, in quotes where it needs them. */
static void add_param_value(struct buf *b, const char *value)
{
    bool quote = strpbrk(value, ",;: \n") != NULL;
    if (quote) {
        buf_addc(b, '"');
    }
    for (; *value; value++) {
        if (*value == '^' || *value == '"' || *value == '\n') {
            buf_adds(b, *value == '^' ? "^^" : *value == '"' ? "^'" : "^n");
        } else if ((unsigned char)*value >= ' ' || *value == '\t') {
            buf_addc(b, *value);
        }
    }
    if (quote) {
        buf_addc(b, '"');
    }
}

/* Writes parameter i anew from its values. */
static void param_rewrite(struct line *line, size_t i)
{
    struct line_param *p = &line->params[i];
    struct buf b = BUF_INIT(LINES_MAX_SIZE);
    buf_adds(&b, p->name);
    if (*p->name) {
        buf_addc(&b, '=');
    }
    for (size_t k = 0; k < p->count; k++) {
        if (k) {
            buf_addc(&b, ',');
        }
        add_param_value(&b, p->values[k]);
    }
    free(p->raw);
    p->raw = buf_take(&b);
    line->changed = true;
}

static void param_add(struct line *line, const char *name, const char *value)
{
    line_param_parse(line, name, strlen(name)); /* a bare one, made whole below */
    size_t i = line->param_count - 1;
    struct line_param *p = &line->params[i];
    if (value) {
        str_replace(&p->name, name);
        str_replace(&p->values[0], value);
    }
    param_rewrite(line, i);
}

void line_param_set(struct line *line, const char *name, const char *value)
{
    struct line_param *p = find_param(line, name);
    if (p && value && p->count == 1 && str_eq(p->values[0], value)) {
        return;
    }
    if (p && value && p->count == 1) {
        str_replace(&p->values[0], value);
        param_rewrite(line, (size_t)(p - line->params));
        return;
    }
    for (size_t i = line->param_count; i-- > 0;) {
        if (str_ieq(line->params[i].name, name)) {
            line_param_drop(line, i);
            line->changed = true;
        }
    }
    if (value) {
        param_add(line, name, value);
    }
}

void line_param_add(struct line *line, const char *name, const char *value)
{
    struct line_param *p = find_param(line, name);
    if (!p) {
        param_add(line, name, value);
        return;
    }
    p->values = mem_realloc(p->values, p->count + 1, sizeof *p->values);
    p->values[p->count++] = mem_strdup(value);
    param_rewrite(line, (size_t)(p - line->params));
}

void line_type_remove(struct line *line, const char *type)
{
    for (size_t i = line->param_count; i-- > 0;) {
        struct line_param *p = &line->params[i];
        if (*p->name && !str_ieq(p->name, "TYPE")) {
            continue;
        }
        size_t before = p->count;
        for (size_t k = p->count; k-- > 0;) {
            if (str_ieq(p->values[k], type)) {
                free(p->values[k]);
                p->count--;
                memmove(&p->values[k], &p->values[k + 1], (p->count - k) * sizeof *p->values);
            }
        }
        if (!p->count && before) {
            line_param_drop(line, i);
            line->changed = true;
        } else if (p->count != before) {
            param_rewrite(line, i);
        }
    }
}

void line_type_add(struct line *line, const char *type, bool bare)
{
    if (line_param_has(line, "TYPE", type)) {
        return;
    }
    struct line_param *first = find_param(line, "TYPE");
    size_t cursor = 0;
    const char *example = line_type_next(line, &cursor);
    bool lower = example && islower((unsigned char)*example);
    CLEANUP(mem_free) char *value = mem_strdup(type);
    for (char *c = value; *c; c++) {
        *c = (char)(!example ? *c
                    : lower  ? tolower((unsigned char)*c)
                             : toupper((unsigned char)*c));
    }
    if (!first || bare) {
        param_add(line, bare ? value : "TYPE", bare ? NULL : value);
        return;
    }
    size_t types = 0;
    for (size_t i = 0; i < line->param_count; i++) {
        types += str_ieq(line->params[i].name, "TYPE");
    }
    if (types > 1) { /* one parameter for each value, as Apple writes them */
        CLEANUP(mem_free) char *name = mem_strdup(first->name);
        param_add(line, name, value);
        return;
    }
    first->values = mem_realloc(first->values, first->count + 1, sizeof *first->values);
    first->values[first->count++] = mem_strdup(value);
    param_rewrite(line, (size_t)(first - line->params));
}

bool line_is_qp(const struct line *line)
{
    return line->param_count && (line_param_has(line, "ENCODING", "QUOTED-PRINTABLE") ||
                                    line_param_has(line, "TYPE", "QUOTED-PRINTABLE"));
}

bool line_is_base64(const struct line *line)
{
    return line->param_count &&
           (line_param_has(line, "ENCODING", "BASE64") || line_param_has(line, "TYPE", "BASE64"));
}
