/* Values, groups and labels of vCard lines in the three versions. */
#include "client/codec/vcard_private.h"

#include <string.h>

void vcard_fini(struct vcard *v)
{
    lines_free(v->lines);
    v->lines = NULL;
}

/* ---- plain values ---- */
/* Inside, the values of all versions are escaped alike. On the wire vCard 2.1 knows "\;" only, and
 * any other backslash stands for itself, or Windows paths would not survive; so a backslash at the
 * end of a component must be "=5C", or it would hide the separator. Programs that encode all of a
 * value write the escape as "=5C=3B". */
struct octet {
    char c;
    bool encoded;
    size_t length; /* on the wire */
};

static struct octet octet_at(const char *s, bool qp)
{
    char three[4] = {0};
    strncpy(three, s, 3);
    CLEANUP(mem_free) char *decoded = qp && *s == '=' ? text_qp_decode(three) : NULL;
    bool encoded = decoded && strlen(three) == 3 && strlen(decoded) == 1;
    return (struct octet){encoded ? *decoded : *s, encoded, encoded ? 3 : 1};
}

static char *raw_2_1(const char *value, bool qp)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    while (*value) {
        struct octet o = octet_at(value, qp);
        value += o.length;
        if (o.c == '\\') {
            struct octet next = octet_at(value, qp);
            bool escape = next.c == ';' && next.encoded == o.encoded;
            buf_adds(&b, escape ? "\\;" : "\\\\");
            value += escape ? next.length : 0;
        } else {
            buf_addc(&b, o.c);
        }
    }
    return buf_take(&b);
}

/* CR LF and lone CR become LF. */
static void plain_line_ends(char *s)
{
    char *to = s;
    for (const char *from = s; *from; from++) {
        if (*from != '\r') {
            *to++ = *from;
        } else if (from[1] != '\n') {
            *to++ = '\n';
        }
    }
    *to = 0;
}

char *vcard_raw(const struct vcard *v, const struct line *line)
{
    bool qp = line_is_qp(line);
    if (!qp) {
        bool plain = v->version != VCARD_2_1 || line_is_base64(line);
        return plain ? mem_strdup(line->value) : raw_2_1(line->value, false);
    }
    char *decoded =
        v->version == VCARD_2_1 ? raw_2_1(line->value, true) : text_qp_decode(line->value);
    if (!str_utf8_valid(decoded, strlen(decoded)) ||
        line_param_has(line, "CHARSET", "ISO-8859-1") ||
        line_param_has(line, "CHARSET", "WINDOWS-1252")) {
        char *converted = text_from_cp1252(decoded);
        free(decoded);
        decoded = converted;
    }
    plain_line_ends(decoded);
    return decoded;
}

char *vcard_unescape(const struct vcard *v, const char *raw)
{
    (void)v;
    return text_unescape(raw);
}

/* QUOTED-PRINTABLE keeps line breaks; there are none but LF in a document. */
static char *escape_2_1(const char *text)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (; *text; text++) {
        if (*text == ';' || *text == '\\') {
            buf_addc(&b, '\\');
        }
        bool line_end = *text == '\v' || *text == '\f' || *text == '\r';
        if (*text != '\r' || text[1] != '\n') {
            buf_addc(&b, line_end ? '\n' : *text);
        }
    }
    return buf_take(&b);
}

char *vcard_escape(const struct vcard *v, const char *text)
{
    return v->version == VCARD_2_1 ? escape_2_1(text) : text_escape(text);
}

char *vcard_text(const struct vcard *v, const struct line *line)
{
    if (!line_is_qp(line) && v->version != VCARD_2_1) {
        return vcard_unescape(v, line->value);
    }
    CLEANUP(mem_free) char *raw = vcard_raw(v, line);
    return vcard_unescape(v, raw);
}

static bool is_ascii(const char *s)
{
    while (*s && (unsigned char)*s < 0x80) {
        s++;
    }
    return !*s;
}

/* The first escaped backslash right before a separator: vCard 2.1 cannot write it plainly. */
static const char *find_hiding(const char *raw)
{
    for (; *raw; raw++) {
        if (*raw == '\\' && raw[1]) {
            if (raw[1] == '\\' && raw[2] == ';') {
                return raw;
            }
            raw++;
        }
    }
    return NULL;
}

/* True if vCard 2.1 needs QUOTED-PRINTABLE for it. */
static bool needs_qp(const char *raw)
{
    for (const char *s = raw; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c < ' ' || c >= 0x7F) {
            return true;
        }
    }
    return find_hiding(raw) != NULL;
}

/* The first n octets of `raw` as vCard 2.1 escapes. Caller frees. */
static char *wire_2_1(const char *raw, size_t n)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (size_t i = 0; i < n; i++) {
        if (raw[i] == '\\' && i + 1 < n) {
            i++;
            buf_adds(&b, raw[i] == ';' ? "\\" : "");
        }
        buf_addc(&b, raw[i]);
    }
    return buf_take(&b);
}

static char *encode_2_1(const char *raw)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (const char *hiding; (hiding = find_hiding(raw)); raw = hiding + 2) {
        CLEANUP(mem_free) char *wire = wire_2_1(raw, (size_t)(hiding - raw));
        CLEANUP(mem_free) char *encoded = text_qp_encode(wire);
        buf_adds(&b, encoded);
        buf_adds(&b, "=5C");
    }
    CLEANUP(mem_free) char *wire = wire_2_1(raw, strlen(raw));
    CLEANUP(mem_free) char *encoded = text_qp_encode(wire);
    buf_adds(&b, encoded);
    return buf_take(&b);
}

static void drop_encoding(struct line *line)
{
    if (line_is_qp(line)) {
        line_type_remove(line, "QUOTED-PRINTABLE");
        line_param_set(line, "ENCODING", NULL);
    }
    if (!line_param_has(line, "CHARSET", "UTF-8")) {
        line_param_set(line, "CHARSET", NULL);
    }
}

void vcard_set_raw(const struct vcard *v, struct line *line, const char *raw)
{
    CLEANUP(mem_free) char *now = vcard_raw(v, line);
    if (str_eq(now, raw)) {
        return;
    }
    drop_encoding(line);
    if (v->version != VCARD_2_1) {
        line_set_value(line, raw);
        return;
    }
    bool qp = needs_qp(raw);
    CLEANUP(mem_free) char *value = qp ? encode_2_1(raw) : wire_2_1(raw, strlen(raw));
    if (qp) {
        line_param_set(line, "ENCODING", "QUOTED-PRINTABLE");
    }
    if (!is_ascii(raw)) {
        line_param_set(line, "CHARSET", "UTF-8");
    }
    line_set_value(line, value);
}

void vcard_set_text(const struct vcard *v, struct line *line, const char *text)
{
    CLEANUP(mem_free) char *now = vcard_text(v, line);
    if (!str_eq(now, text)) {
        CLEANUP(mem_free) char *raw = vcard_escape(v, text);
        vcard_set_raw(v, line, raw);
    }
}

void vcard_set_uri(const struct vcard *v, struct line *line, const char *uri)
{
    CLEANUP(mem_free) char *now = vcard_text(v, line);
    if (str_eq(now, uri)) {
        return;
    }
    /* No escapes in a URI, but a text that came in as one must not break the line or read back
     * differently. */
    CLEANUP(mem_free) char *escaped = vcard_escape(v, uri);
    CLEANUP(mem_free) char *plain = vcard_unescape(v, uri);
    bool safe = !needs_qp(uri) && str_eq(plain, uri);
    vcard_set_raw(v, line, safe ? uri : escaped);
}

/* ---- structured values ---- */
void vcard_parts_read(const struct vcard *v, const struct line *line, struct vcard_parts *ret)
{
    CLEANUP(mem_free) char *raw = vcard_raw(v, line);
    text_split(raw, ';', &ret->raw);
}

void vcard_parts_fini(struct vcard_parts *p)
{
    text_parts_fini(&p->raw);
}

void vcard_part_get(
    const struct vcard *v, const struct vcard_parts *p, size_t i, struct text_parts *ret)
{
    if (i >= p->raw.count || !*p->raw.items[i]) {
        return;
    }
    if (v->version == VCARD_2_1) { /* no lists there */
        CLEANUP(mem_free) char *text = vcard_unescape(v, p->raw.items[i]);
        text_parts_add(ret, text);
        return;
    }
    CLEANUP_FINI(text_parts_fini) struct text_parts list = {0};
    text_split(p->raw.items[i], ',', &list);
    for (size_t k = 0; k < list.count; k++) {
        CLEANUP(mem_free) char *text = vcard_unescape(v, list.items[k]);
        if (*text) {
            text_parts_add(ret, text);
        }
    }
}

void vcard_part_set(
    const struct vcard *v, struct vcard_parts *p, size_t i, const struct text_parts *texts)
{
    CLEANUP_FINI(text_parts_fini) struct text_parts now = {0};
    vcard_part_get(v, p, i, &now);
    bool same = now.count == texts->count;
    for (size_t k = 0; same && k < now.count; k++) {
        same = str_eq(now.items[k], texts->items[k]);
    }
    if (same) {
        return;
    }
    while (p->raw.count <= i) {
        text_parts_add(&p->raw, "");
    }
    struct buf b CLEANUP_FINI(buf_fini) = BUF_INIT(BUF_DEFAULT_MAX);
    for (size_t k = 0; k < texts->count; k++) {
        CLEANUP(mem_free) char *raw = vcard_escape(v, texts->items[k]);
        buf_adds(&b, k == 0 ? "" : v->version == VCARD_2_1 ? " " : ",");
        buf_adds(&b, raw);
    }
    str_replace(&p->raw.items[i], buf_str(&b));
}

/* ---- groups and labels ---- */
static struct line *group_line(const struct vcard *v, const struct line *line, const char *name)
{
    for (struct line *l = lines_next_in(v->comp, NULL); l && line->group;
         l = lines_next_in(v->comp, l)) {
        if (l != line && str_ieq(l->group, line->group) && (!name || str_ieq(l->name, name))) {
            return l;
        }
    }
    return NULL;
}

struct line *vcard_label_line(const struct vcard *v, const struct line *line)
{
    return group_line(v, line, "X-ABLabel");
}

#define APPLE_OPEN  "_$!<"
#define APPLE_CLOSE ">!$_"

static bool is_wrapped(const char *label)
{
    return str_starts(label, APPLE_OPEN) && str_ends(label, APPLE_CLOSE) && strlen(label) > 8;
}

char *vcard_label(const struct vcard *v, const struct line *line)
{
    struct line *label = vcard_label_line(v, line);
    if (!label) {
        return NULL;
    }
    char *text = vcard_text(v, label);
    if (is_wrapped(text)) {
        char *inner = mem_strndup(text + 4, strlen(text) - 8);
        free(text);
        text = inner;
    }
    return *text ? text : (free(text), NULL);
}

static void give_group(const struct vcard *v, struct line *line)
{
    for (int n = 1; !line->group; n++) {
        CLEANUP(mem_free) char *name = str_printf("item%d", n);
        bool taken = false;
        for (struct line *l = lines_next_in(v->comp, NULL); l && !taken;
             l = lines_next_in(v->comp, l)) {
            taken = str_ieq(l->group, name);
        }
        if (!taken) {
            line->group = TAKE(name);
            line->changed = true;
        }
    }
}

void vcard_set_label(const struct vcard *v, struct line *line, const char *label)
{
    CLEANUP(mem_free) char *now = vcard_label(v, line);
    struct line *at = vcard_label_line(v, line);
    if (str_eq(now, label)) {
        return;
    }
    if (!label) {
        lines_remove(v->lines, at);
        return;
    }
    if (!at) {
        give_group(v, line);
        at = lines_insert(v->lines, line->next, "X-ABLabel", "");
        at->comp = v->comp;
        at->group = mem_strdup(line->group);
    }
    /* a text that looks like Apple's wrapping is wrapped once more, or it would lose its own */
    CLEANUP(mem_free)
    char *wrapped = is_wrapped(label) ? str_printf("%s%s%s", APPLE_OPEN, label, APPLE_CLOSE) : NULL;
    vcard_set_text(v, at, wrapped ? wrapped : label);
}

void vcard_remove(const struct vcard *v, struct line *line)
{
    struct line *address_label = str_ieq(line->name, "ADR") ? vcard_address_label(v, line) : NULL;
    if (address_label) {
        lines_remove(v->lines, address_label);
    }
    bool alone = line->group != NULL;
    for (struct line *l = lines_next_in(v->comp, NULL); l && alone; l = lines_next_in(v->comp, l)) {
        alone = l == line || !str_ieq(l->group, line->group) || str_ieq(l->name, "X-ABLabel") ||
                str_ieq(l->name, "X-ABADR");
    }
    for (struct line *l; alone && (l = group_line(v, line, NULL));) {
        lines_remove(v->lines, l);
    }
    lines_remove(v->lines, line);
}

struct line *vcard_add(const struct vcard *v, const char *name)
{
    struct line *after = NULL, *before = v->comp->end;
    for (struct line *l = lines_find(v->comp, name); l; l = lines_find_next(v->comp, name, l)) {
        after = l;
    }
    if (after) {
        before = after->next;
        while (before != v->comp->end && after->group && before->comp == v->comp &&
               str_ieq(before->group, after->group)) {
            before = before->next; /* not between an entry and its label */
        }
        if (str_ieq(after->name, "ADR") && str_ieq(before->name, "LABEL")) {
            before = before->next;
        }
    }
    struct line *line = lines_insert(v->lines, before, name, "");
    line->comp = v->comp;
    return line;
}
