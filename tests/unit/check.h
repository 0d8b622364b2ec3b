/* Small checking helper for native test programs: cases with path names, one line each, a count at
 * the end.
 *
 *   int main(int argc, char **argv) {
 *       struct check c; check_init(&c, argc, argv);
 *       if (check_case(&c, "json/parse/deep")) { check_int(&c, json_count(v), 3); ... }
 *       return check_end(&c);
 *   }
 * With an argument only the cases whose name starts with it run. */
#ifndef LOCKSTEP_TESTS_UNIT_CHECK_H
#define LOCKSTEP_TESTS_UNIT_CHECK_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct check {
    const char *filter, *name;
    int passed, failed, skipped, failed_before;
    bool open;
};

static inline void check_init(struct check *c, int argc, char **argv)
{
    memset(c, 0, sizeof *c);
    c->filter = argc > 1 ? argv[1] : "";
    setvbuf(stdout, NULL, _IOLBF, 1 << 12);
}

static inline void check_close_case(struct check *c)
{
    if (c->open) {
        if (c->failed == c->failed_before) {
            c->passed++;
            printf("ok %s\n", c->name);
        } else {
            c->failed = c->failed_before + 1;
        }
    }
    c->open = false;
}

/* Opens a case (closing the one before); false if it is filtered out. */
static inline bool check_case(struct check *c, const char *name)
{
    check_close_case(c);
    if (strncmp(name, c->filter, strlen(c->filter)) != 0) {
        return false;
    }
    c->name = name;
    c->failed_before = c->failed;
    c->open = true;
    return true;
}

/* Drops the open case and counts it as skipped. */
static inline void check_skip(struct check *c, const char *why)
{
    printf("skip %s: %s\n", c->name, why);
    c->skipped++;
    c->open = false;
}

static inline int check_end(struct check *c)
{
    check_close_case(c);
    printf("%d passed, %d failed", c->passed, c->failed);
    if (c->skipped) {
        printf(", %d skipped", c->skipped);
    }
    printf("\n");
    return c->failed ? 1 : 0;
}

/* A case that is a function; check_main is the whole main of a program made of such. */
struct check_entry {
    const char *name;
    void (*run)(struct check *c);
};
static inline int check_main(int argc, char **argv, const struct check_entry *cases, size_t count)
{
    struct check c;
    check_init(&c, argc, argv);
    for (size_t i = 0; i < count; i++) {
        if (check_case(&c, cases[i].name)) {
            cases[i].run(&c);
        }
    }
    return check_end(&c);
}

#define check_fail(c, ...)                                                                         \
    do {                                                                                           \
        printf("FAIL %s: %s:%d: ", (c)->name, __FILE__, __LINE__);                                 \
        printf(__VA_ARGS__);                                                                       \
        printf("\n");                                                                              \
        (c)->failed++;                                                                             \
    } while (0)

#define check_true(c, cond)                                                                        \
    do {                                                                                           \
        if (!(cond)) {                                                                             \
            check_fail(c, "%s", #cond);                                                            \
        }                                                                                          \
    } while (0)

#define check_int(c, got, want)                                                                    \
    do {                                                                                           \
        long long check_got = (long long)(got), check_want = (long long)(want);                    \
        if (check_got != check_want) {                                                             \
            check_fail(c, "%s is %lld, want %lld", #got, check_got, check_want);                   \
        }                                                                                          \
    } while (0)

#define check_str(c, got, want)                                                                    \
    do {                                                                                           \
        const char *check_got = (got), *check_want = (want);                                       \
        if (!check_got || !check_want ? check_got != check_want : strcmp(check_got, check_want)) { \
            check_fail(c, "%s is '%s', want '%s'", #got, check_got ? check_got : "(null)",         \
                check_want ? check_want : "(null)");                                               \
        }                                                                                          \
    } while (0)

/* For a call that must return RC_OK; prints the error text. */
#define check_ok(c, call, err)                                                                     \
    do {                                                                                           \
        if ((call) != RC_OK) {                                                                     \
            check_fail(c, "%s: %s", #call, err_text(err));                                         \
        }                                                                                          \
    } while (0)

#endif
