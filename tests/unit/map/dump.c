/* Item dumps into property bags. */
#include "tests/unit/map/dump.h"

#include "client/base/buf.h"
#include "client/base/mem.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

char *dump_file(const char *path, size_t *ret_len)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        return NULL;
    }
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    char chunk[65536];
    size_t n;
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0) {
        buf_add(&b, chunk, n);
    }
    fclose(f);
    *ret_len = b.len;
    return buf_take(&b);
}

struct json *dump_parse(const char *text)
{
    CLEANUP(mem_free) char *copy = mem_strdup(text);
    for (char *p = copy; *p; p++) {
        *p = *p == '\'' ? '"' : *p;
    }
    struct json *v = NULL;
    struct err err = ERR_INIT;
    if (json_parse(copy, strlen(copy), &v, &err) != RC_OK) {
        printf("bad fixture: %s: %s\n", err_text(&err), text);
        abort();
    }
    return v;
}

static const struct {
    const char *name;
    enum prop_set set;
} SETS[] = {{"PSETID_Appointment", SET_APPOINTMENT}, {"PSETID_Task", SET_TASK},
    {"PSETID_Address", SET_ADDRESS}, {"PSETID_Common", SET_COMMON}, {"PSETID_Note", SET_NOTE},
    {"PSETID_Meeting", SET_MEETING}, {"PS_PUBLIC_STRINGS", SET_PUBLIC_STRINGS}};

/* "0037001F PidTagSubject", "PSETID_Common:8503:000B PidLidReminderSet",
 * "PS_PUBLIC_STRINGS:'Keywords':101F". */
static bool parse_key(const char *key, struct prop_name *ret_name, unsigned *ret_type)
{
    unsigned tag, type;
    const char *colon = strchr(key, ':');
    if (!colon || strcspn(key, " ") < (size_t)(colon - key)) {
        if (sscanf(key, "%4x%4x", &tag, &type) != 2) {
            return false;
        }
        *ret_name = (struct prop_name){SET_TAG, tag, NULL};
        *ret_type = type;
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(SETS); i++) {
        if (strlen(SETS[i].name) != (size_t)(colon - key) ||
            strncmp(key, SETS[i].name, (size_t)(colon - key)) != 0) {
            continue;
        }
        if (sscanf(colon, ":%x:%x", &tag, &type) == 2 && colon[1] != '\'') {
            *ret_name = (struct prop_name){SETS[i].set, tag, NULL};
            *ret_type = type;
            return true;
        }
        if (sscanf(colon, ":'Keywords':%x", &type) == 1) {
            *ret_name = (struct prop_name){SETS[i].set, 0, "Keywords"};
            *ret_type = type;
            return true;
        }
    }
    return false;
}

static void load_binaries(struct props *p, struct prop_name name, const struct json *list)
{
    size_t n = json_count(list), i = 0;
    struct prop_bytes *values = mem_alloc((n + 1) * sizeof *values);
    unsigned char **owned = mem_alloc((n + 1) * sizeof *owned);
    for (const struct json *v = json_first(list); v; v = json_next(v), i++) {
        owned[i] = hex_decode(json_get_str(v, "hex"), &values[i].len);
        values[i].data = owned[i];
    }
    props_set_binaries(p, name, values, n);
    for (i = 0; i < n; i++) {
        free(owned[i]);
    }
    free(owned);
    free(values);
}

static void load_list(
    struct props *p, struct prop_name name, unsigned type, const struct json *list)
{
    if (type == PROP_MV_BINARY) {
        load_binaries(p, name, list);
        return;
    }
    const char *texts[256];
    int32_t numbers[256];
    size_t n = 0;
    for (const struct json *v = json_first(list); v && n < 256; v = json_next(v), n++) {
        texts[n] = json_str_value(v);
        numbers[n] = (int32_t)json_int_value(v, 0);
    }
    if (type == PROP_MV_LONG) {
        props_set_longs(p, name, numbers, n);
    } else if (type == PROP_MV_UNICODE || type == 0x101E) {
        props_set_texts(p, name, texts, n);
    }
}

static void load_value(struct props *p, struct prop_name name, unsigned type, const struct json *v)
{
    size_t len;
    switch (type) {
    case PROP_UNICODE:
    case 0x001E:
        props_set_text(p, name, json_str_value(v));
        break;
    case PROP_BOOLEAN:
        props_set_int(p, name, PROP_BOOLEAN, json_bool_value(v, json_int_value(v, 0) != 0));
        break;
    case PROP_I2:
    case PROP_LONG:
    case PROP_I8:
        props_set_int(p, name, (enum prop_type)type, json_int_value(v, 0));
        break;
    case PROP_DOUBLE:
        props_set_double(p, name, json_double_value(v, 0));
        break;
    case PROP_SYSTIME: {
        /* The number passes 2^53, but only below a microsecond, which no map looks at. */
        props_set_int(p, name, PROP_SYSTIME, (int64_t)json_get_double(v, "filetime", 0));
        break;
    }
    case PROP_BINARY: {
        CLEANUP(mem_free)
        unsigned char *data =
            hex_decode(json_get_str(v, "hex") ? json_get_str(v, "hex") : "", &len);
        if (data) {
            props_set_binary(p, name, data, len);
        }
        break;
    }
    case PROP_MV_BINARY:
        load_binaries(p, name, v);
        break;
    default:
        load_list(p, name, type, v);
    }
}

static void load_subs(const struct json *item, struct props *ret)
{
    uint32_t number = 0;
    for (const struct json *a = json_first(json_get(item, "attachments")); a; a = json_next(a)) {
        struct props attach = {0};
        dump_load(a, &attach);
        if (json_get(a, "embedded") && map_is_sub(&attach)) {
            struct props_sub *sub = props_add_sub(ret, number);
            dump_load(json_get(a, "embedded"), &sub->item);
            sub->attach = attach;
        } else {
            props_fini(&attach);
        }
        number++;
    }
}

/* A dump's recipients take the place of those there are. */
static void load_recipients(const struct json *item, struct props *ret)
{
    const struct json *list = json_get(item, "recipients");
    while (list && ret->recipient_count) {
        props_fini(&ret->recipients[--ret->recipient_count].row);
    }
    for (const struct json *r = json_first(list); r; r = json_next(r)) {
        CLEANUP(json_free) struct json *row = json_object();
        json_set(row, "properties", json_dup(r));
        dump_load(row, &props_add_recipient(ret, (uint32_t)ret->recipient_count)->row);
    }
}

void dump_load(const struct json *item, struct props *ret)
{
    load_subs(item, ret);
    load_recipients(item, ret);
    for (const struct json *v = json_first(json_get(item, "properties")); v; v = json_next(v)) {
        struct prop_name name;
        unsigned type;
        if (!parse_key(json_key(v), &name, &type)) {
            continue;
        }
        if (json_is_null(v)) {
            props_remove(ret, name);
        } else {
            load_value(ret, name, type, v);
        }
    }
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

size_t dump_each(const char *folder, dump_fn *fn, void *user)
{
    struct dirent **entries;
    int n = scandir(folder, &entries, NULL, by_name);
    size_t count = 0;
    for (int i = 0; i < n; i++) {
        CLEANUP(mem_free) char *path = str_printf("%s/%s", folder, entries[i]->d_name);
        size_t len;
        if (str_ends(path, ".json")) {
            CLEANUP(mem_free) char *text = dump_file(path, &len);
            struct json *content = NULL;
            if (text && json_parse(text, len, &content, NULL) == RC_OK) {
                fn(user, entries[i]->d_name, content);
                json_free(content);
                count++;
            }
        }
        free(entries[i]);
    }
    if (n >= 0) {
        free(entries);
    }
    return count;
}

static const char *source_root(void)
{
    const char *root = getenv("LOCKSTEP_SOURCE_ROOT");
    return root ? root : ".";
}

char *dump_real_folder(void)
{
    const char *given = getenv("LOCKSTEP_OUTLOOK_DATA");
    char *path = given ? mem_strdup(given) : str_printf("%s/../shared/outlook-data", source_root());
    if (access(path, R_OK) != 0) {
        free(path);
        return NULL;
    }
    return path;
}

char *dump_sample_folder(void)
{
    return str_printf("%s/tests/outlook/samples", source_root());
}

static void copy_binaries(struct props *p, const struct prop_value *v)
{
    struct prop_bytes *values = mem_alloc((v->v.multi.count + 1) * sizeof *values);
    for (size_t i = 0; i < v->v.multi.count; i++) {
        const struct prop_value *one = &v->v.multi.items[i];
        values[i] = (struct prop_bytes){one->v.binary.data, one->v.binary.len};
    }
    props_set_binaries(p, v->name, values, v->v.multi.count);
    free(values);
}

static void copy_value(struct props *p, const struct prop_value *v)
{
    if (v->type == PROP_MV_BINARY) {
        copy_binaries(p, v);
        return;
    }
    const char *texts[256];
    int32_t numbers[256];
    size_t n = v->type & 0x1000 ? v->v.multi.count : 0;
    for (size_t i = 0; i < n && i < 256; i++) {
        texts[i] = v->type == PROP_MV_UNICODE ? v->v.multi.items[i].v.text : NULL;
        numbers[i] = v->type == PROP_MV_LONG ? (int32_t)v->v.multi.items[i].v.integer : 0;
    }
    switch (v->type) {
    case PROP_UNICODE:
        props_set_text(p, v->name, v->v.text);
        break;
    case PROP_BINARY:
        props_set_binary(p, v->name, v->v.binary.data, v->v.binary.len);
        break;
    case PROP_DOUBLE:
        props_set_double(p, v->name, v->v.number);
        break;
    case PROP_MV_UNICODE:
        props_set_texts(p, v->name, texts, n);
        break;
    case PROP_MV_LONG:
        props_set_longs(p, v->name, numbers, n);
        break;
    default:
        props_set_int(p, v->name, v->type, v->v.integer);
    }
}

static void remove_sub(struct props *p, size_t i)
{
    props_fini(&p->subs[i].attach);
    props_fini(&p->subs[i].item);
    memmove(&p->subs[i], &p->subs[i + 1], (p->sub_count - i - 1) * sizeof *p->subs);
    p->sub_count--;
}

static void apply_sub(struct props *p, const struct map_sub_change *change)
{
    uint32_t next = 0;
    size_t found = p->sub_count;
    for (size_t i = 0; i < p->sub_count; i++) {
        next = p->subs[i].number >= next ? p->subs[i].number + 1 : next;
        found = change->kind != MAP_SUB_CREATE && p->subs[i].number == change->number ? i : found;
    }
    if (change->kind == MAP_SUB_CREATE) {
        props_add_sub(p, next);
    } else if (found == p->sub_count) {
        printf("a change of sub-item %u, which is not there\n", (unsigned)change->number);
        abort();
    }
    if (change->kind == MAP_SUB_DELETE) {
        remove_sub(p, found);
        return;
    }
    struct map_change attach = {.set = change->attach};
    dump_apply(&p->subs[found].attach, &attach);
    dump_apply(&p->subs[found].item, &change->item);
}

static void apply_recipient(struct props *p, const struct map_recipient_change *change)
{
    uint32_t next = 0;
    size_t found = p->recipient_count;
    for (size_t i = 0; i < p->recipient_count; i++) {
        uint32_t number = p->recipients[i].number;
        next = number >= next ? number + 1 : next;
        found = change->kind != MAP_SUB_CREATE && number == change->number ? i : found;
    }
    if (change->kind == MAP_SUB_CREATE) {
        props_add_recipient(p, next);
    } else if (found == p->recipient_count) {
        printf("a change of recipient %u, who is not there\n", (unsigned)change->number);
        abort();
    }
    struct props_recipient *r = &p->recipients[found];
    if (change->kind == MAP_SUB_DELETE) {
        props_fini(&r->row);
        memmove(r, r + 1, (size_t)(&p->recipients[--p->recipient_count] - r) * sizeof *r);
        return;
    }
    struct map_change row = {.set = change->set};
    dump_apply(&r->row, &row);
}

void dump_apply(struct props *p, const struct map_change *change)
{
    for (size_t i = 0; i < change->recipient_count; i++) {
        apply_recipient(p, &change->recipients[i]);
    }
    for (size_t i = 0; i < change->sub_count; i++) {
        apply_sub(p, &change->subs[i]);
    }
    for (size_t i = 0; i < change->set.count; i++) {
        copy_value(p, &change->set.items[i]);
    }
    for (size_t i = 0; i < change->remove_count; i++) {
        props_remove(p, change->remove[i]);
    }
}

static void add_name(struct buf *b, struct prop_name name)
{
    static const char *const SHORT[SET_COUNT] = {
        "", "appt:", "task:", "addr:", "comm:", "note:", "meet:", "pub:", "ls:", "photo:"};
    if (name.string) {
        buf_addf(b, "%s%s", SHORT[name.set], name.string);
    } else {
        buf_addf(b, "%s%04X", SHORT[name.set], (unsigned)name.id);
    }
}

static const char *const SUB_KINDS[] = {
    [MAP_SUB_CREATE] = "sub+", [MAP_SUB_UPDATE] = "sub", [MAP_SUB_DELETE] = "sub-"};

char *dump_change_text(const struct map_change *change)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (size_t i = 0; i < change->set.count; i++) {
        const struct prop_value *v = &change->set.items[i];
        buf_adds(&b, b.len ? " " : "");
        add_name(&b, v->name);
        if (v->type == PROP_UNICODE) {
            buf_addf(&b, "='%s'", v->v.text);
        } else if (v->type == PROP_BINARY) {
            CLEANUP(mem_free) char *hex = hex_encode(v->v.binary.data, v->v.binary.len);
            buf_addf(&b, "=%s", hex);
        } else if (!(v->type & 0x1000) && v->type != PROP_DOUBLE) {
            buf_addf(&b, "=%lld", (long long)v->v.integer);
        }
    }
    for (size_t i = 0; i < change->remove_count; i++) {
        buf_adds(&b, b.len ? " -" : "-");
        add_name(&b, change->remove[i]);
    }
    for (size_t i = 0; i < change->sub_count; i++) {
        struct map_change attach = {.set = change->subs[i].attach};
        CLEANUP(mem_free)
        char *a = dump_change_text(&attach), *m = dump_change_text(&change->subs[i].item);
        buf_addf(&b, "%s%s(%s%s%s)", b.len ? " " : "", SUB_KINDS[change->subs[i].kind], a,
            *a && *m ? " " : "", m);
    }
    for (size_t i = 0; i < change->recipient_count; i++) {
        struct map_change row = {.set = change->recipients[i].set};
        CLEANUP(mem_free) char *values = dump_change_text(&row);
        buf_addf(
            &b, "%sto %u (%s)", b.len ? " " : "", (unsigned)change->recipients[i].number, values);
    }
    return buf_take(&b);
}

static const char *const RECIPIENT_KINDS[] = {
    [MAP_SUB_CREATE] = "to+", [MAP_SUB_UPDATE] = "to", [MAP_SUB_DELETE] = "to-"};

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

char *dump_change_names(const struct map_change *change)
{
    size_t n = 0;
    char **names = mem_alloc((change->set.count + change->remove_count + 1) * sizeof *names);
    for (size_t i = 0; i < change->set.count + change->remove_count; i++) {
        struct buf b = BUF_INIT(200);
        bool set = i < change->set.count;
        buf_adds(&b, set ? "" : "-");
        add_name(&b, set ? change->set.items[i].name : change->remove[i - change->set.count]);
        names[n++] = buf_take(&b);
    }
    qsort(names, n, sizeof *names, by_text);
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (size_t i = 0; i < n; i++) {
        buf_adds(&b, b.len ? " " : "");
        buf_adds(&b, names[i]);
        free(names[i]);
    }
    free(names);
    for (size_t i = 0; i < change->sub_count; i++) {
        const struct map_sub_change *sub = &change->subs[i];
        struct map_change attach = {.set = sub->attach};
        CLEANUP(mem_free)
        char *a = dump_change_names(&attach), *m = dump_change_names(&sub->item);
        buf_addf(&b, "%s%s", b.len ? " " : "", SUB_KINDS[sub->kind]);
        if (sub->kind == MAP_SUB_UPDATE) {
            buf_addf(&b, "(%s%s%s)", a, *a && *m ? " " : "", m);
        }
    }
    for (size_t i = 0; i < change->recipient_count; i++) {
        const struct map_recipient_change *one = &change->recipients[i];
        struct map_change row = {.set = one->set};
        CLEANUP(mem_free) char *r = dump_change_names(&row);
        buf_addf(&b, "%s%s", b.len ? " " : "", RECIPIENT_KINDS[one->kind]);
        if (one->kind == MAP_SUB_UPDATE) {
            buf_addf(&b, "(%s)", r);
        }
    }
    return buf_take(&b);
}
