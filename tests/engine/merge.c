/* The exchange of patches between two documents, without stores. */
#include "client/sync/merge.h"

#include "client/base/buf.h"
#include "tests/unit/check.h"

#include <string.h>

static struct json *parse(const char *text)
{
    struct json *v = NULL;
    struct err err = ERR_INIT;
    if (json_parse(text, strlen(text), &v, &err) != RC_OK) {
        printf("FAIL merge: bad test data: %s\n", err_text(&err));
        exit(1);
    }
    return v;
}

struct merge_case {
    const char *name;
    const char *base[2], *now[2]; /* left, right */
    const char *want[2];          /* what is to be written there; NULL = nothing */
    long conflicts;
};

static const struct merge_case cases[] = {
    {"merge/one-side", {"{\"a\":1}", "{\"a\":1}"}, {"{\"a\":2}", "{\"a\":1}"}, {NULL, "{\"a\":2}"},
        0},
    {"merge/different-fields", {"{\"a\":1,\"b\":1}", "{\"a\":1,\"b\":1}"},
        {"{\"a\":2,\"b\":1}", "{\"a\":1,\"b\":2}"}, {"{\"a\":2,\"b\":2}", "{\"a\":2,\"b\":2}"}, 0},
    {"merge/same-change", {"{\"a\":1}", "{\"a\":1}"}, {"{\"a\":2}", "{\"a\":2}"}, {NULL, NULL}, 0},
    {"merge/conflict-left-wins", {"{\"a\":1}", "{\"a\":1}"}, {"{\"a\":2}", "{\"a\":3}"},
        {NULL, "{\"a\":2}"}, 1},
    {"merge/other-side-only-member-stays", {"{\"a\":1}", "{\"a\":1,\"x\":9}"},
        {"{\"a\":2}", "{\"a\":1,\"x\":9}"}, {NULL, "{\"a\":2,\"x\":9}"}, 0},
    /* The target never had the entry: it gets it whole, not the changed member alone. */
    {"merge/change-inside-missing-entry",
        {"{\"phones\":{\"p1\":{\"number\":\"1\",\"label\":\"a\"}}}", "{}"},
        {"{\"phones\":{\"p1\":{\"number\":\"1\",\"label\":\"b\"}}}", "{}"},
        {NULL, "{\"phones\":{\"p1\":{\"label\":\"b\",\"number\":\"1\"}}}"}, 0},
    /* Both added an entry under the same made-up id: neither may overwrite the other. */
    {"merge/same-id-different-entries", {"{}", "{}"},
        {"{\"phones\":{\"p1\":{\"number\":\"1\"}}}", "{\"phones\":{\"p1\":{\"number\":\"2\"}}}"},
        {"{\"phones\":{\"n1\":{\"number\":\"2\"},\"p1\":{\"number\":\"1\"}}}",
            "{\"phones\":{\"n1\":{\"number\":\"2\"},\"p1\":{\"number\":\"1\"}}}"},
        0},
    /* Both added the same entry under different ids: it stays one. */
    {"merge/same-entry-different-ids", {"{}", "{}"},
        {"{\"phones\":{\"p1\":{\"number\":\"1\"}}}", "{\"phones\":{\"p7\":{\"number\":\"1\"}}}"},
        {NULL, NULL}, 0},
    /* The left side adds an entry under an id that names something else on the right, which the
       left side cannot hold. */
    {"merge/new-entry-meets-foreign-id", {"{}", "{\"phones\":{\"p1\":{\"number\":\"9\"}}}"},
        {"{\"phones\":{\"p1\":{\"number\":\"1\"}}}", "{\"phones\":{\"p1\":{\"number\":\"9\"}}}"},
        {NULL, "{\"phones\":{\"n1\":{\"number\":\"1\"},\"p1\":{\"number\":\"9\"}}}"}, 0},
};

static void check_merge(struct check *c, const struct merge_case *mc)
{
    struct json *base[2], *now[2], *own[2];
    for (int s = 0; s < 2; s++) {
        base[s] = parse(mc->base[s]);
        now[s] = parse(mc->now[s]);
        own[s] = merge_own_patch(base[s], now[s]);
    }
    merge_align((const struct json *const[2]){base[0], base[1]}, now, own);
    const enum plan_access access[2] = {PLAN_WRITABLE, PLAN_WRITABLE};
    struct merge_result m = {0};
    struct err err = ERR_INIT;
    check_ok(c,
        merge_pair((const struct json *const[2]){own[0], own[1]},
            (const struct json *const[2]){now[0], now[1]}, SIDE_LEFT, access, &m, &err),
        &err);
    for (int s = 0; s < 2; s++) {
        CLEANUP(mem_free) char *got = m.wanted[s] ? json_print_canonical(m.wanted[s]) : NULL;
        check_str(c, got, mc->want[s]);
    }
    check_int(c, json_count(m.conflicts), mc->conflicts);
    merge_result_fini(&m);
    err_fini(&err);
    for (int s = 0; s < 2; s++) {
        json_free(base[s]);
        json_free(now[s]);
        json_free(own[s]);
    }
}

static void check_common(struct check *c)
{
    CLEANUP(json_free) struct json *l = parse("{\"a\":1,\"o\":{\"x\":1,\"y\":2},\"l\":1}");
    CLEANUP(json_free) struct json *r = parse("{\"a\":1,\"o\":{\"x\":1,\"y\":3},\"r\":1}");
    CLEANUP(json_free) struct json *common = merge_common(l, r);
    CLEANUP(mem_free) char *text = json_print_canonical(common);
    check_str(c, text, "{\"a\":1,\"o\":{\"x\":1}}");
}

static void check_undo(struct check *c)
{
    CLEANUP(json_free) struct json *doc = parse("{\"a\":2,\"b\":2,\"n\":1}");
    CLEANUP(json_free) struct json *patch = parse("{\"a\":2,\"n\":1}");
    CLEANUP(json_free) struct json *base = parse("{\"a\":1,\"b\":1}");
    merge_undo_paths(doc, patch, base);
    CLEANUP(mem_free) char *text = json_print_canonical(doc);
    check_str(c, text, "{\"a\":1,\"b\":2}");
}

/* Two new numbers, of which the base has one so far. That a store has dropped the other is seen by what
 * was written: by the base, there would be a number in its place, as after an edit. */
static void check_read(struct check *c)
{
    CLEANUP(json_free) struct json *base = parse("{\"phones\":{\"p1\":{\"number\":\"1\"}}}");
    CLEANUP(json_free) struct json *left_out = parse("{\"phones/p2\":{\"number\":\"2\"}}");
    CLEANUP(json_free) struct json *written = merge_with(base, left_out);
    CLEANUP(json_free) struct json *patch = parse("{\"phones/p1\":{\"number\":\"1\"}}");
    CLEANUP(json_free)
    struct json *now = parse("{\"phones\":{\"p2\":{\"number\":\"2\"}},\"other\":\"edited\"}");
    merge_read(base, patch, written, now);
    CLEANUP(mem_free) char *text = json_print_canonical(base);
    check_str(c, text, "{\"phones\":{}}");
}

static void check_foreign(struct check *c)
{
    CLEANUP(json_free) struct json *written = parse("{\"a\":\"long text\",\"b\":1,\"c\":1}");
    CLEANUP(json_free) struct json *read_back = parse("{\"a\":\"long\",\"b\":2}");
    CLEANUP(json_free) struct json *patch = parse("{\"a\":\"long text\"}");
    CLEANUP(json_free) struct json *foreign = merge_foreign(written, read_back, patch);
    CLEANUP(mem_free) char *text = json_print_canonical(foreign);
    check_str(c, text,
        "{\"b\":2}"); /* not a: our own, in the store's form; not c: a removal proves nothing */
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        if (check_case(&c, cases[i].name)) {
            check_merge(&c, &cases[i]);
        }
    }
    if (check_case(&c, "merge/common")) {
        check_common(&c);
    }
    if (check_case(&c, "merge/undo-paths")) {
        check_undo(&c);
    }
    if (check_case(&c, "merge/read")) {
        check_read(&c);
    }
    if (check_case(&c, "merge/foreign")) {
        check_foreign(&c);
    }
    return check_end(&c);
}
