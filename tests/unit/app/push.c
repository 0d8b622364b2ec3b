/* Listening to servers: how long it is waited before the next connection, and what is listened to. What happens on
 * the wire is in sync/push. */
#include "client/app/push.h"

#include "client/base/buf.h"
#include "tests/unit/check.h"

#include <string.h>

static struct json *parse(const char *text)
{
    struct json *v = NULL;
    return json_parse(text, strlen(text), &v, NULL) == RC_OK ? v : NULL;
}

/* The least and the most of many draws, in seconds. */
static void draws(
    unsigned failures, int64_t again, int64_t asked, double *ret_low, double *ret_high)
{
    *ret_low = 1e9;
    *ret_high = 0;
    for (uint64_t chance = 0; chance < 10000; chance++) {
        double wait =
            (double)push_wait_ms(failures, again, asked, chance * 0x9E3779B97F4A7C15u) / 1000;
        *ret_low = wait < *ret_low ? wait : *ret_low;
        *ret_high = wait > *ret_high ? wait : *ret_high;
    }
}

static void test_waits(struct check *c)
{
    double low, high;
    if (check_case(c, "push/waits/grow-and-are-spread")) {
        static const double FIRST[] = {30, 60, 120, 240, 480, 600, 600};
        for (unsigned i = 0; i < ARRAY_LEN(FIRST); i++) {
            draws(i + 1, 0, 0, &low, &high);
            check_true(c, low >= FIRST[i] * 0.5 && low < FIRST[i] * 0.55);
            check_true(c, high <= FIRST[i] * 1.5 && high > FIRST[i] * 1.45);
        }
        draws(4000000000u, 0, 0, &low, &high);
        check_true(c, low >= 300 && high <= 900);
    }
    if (check_case(c, "push/waits/as-the-server-wants")) {
        draws(1, 1, 0, &low, &high);
        check_true(c, low >= 0.5 && high <= 1.5);
        draws(5, 1, 0, &low, &high);
        check_true(c, low >= 8 && high <= 24); /* it grows from there */
        draws(1, 3600, 0, &low, &high);
        check_true(c, low >= 1800 && high > 5000); /* a server may want more than we would */
        draws(9, 86400, 0, &low, &high);
        check_true(c, low >= 43200 && high <= 129600);
    }
    if (check_case(c, "push/waits/retry-after")) {
        draws(1, 0, 120, &low, &high);
        check_true(c, low >= 120 && low < 130 && high <= 240 && high > 230);
        draws(1, 0, 7200, &low, &high);
        check_true(c, low >= 7200 && high <= 7500);
        draws(1, 0, (int64_t)1 << 60, &low, &high);
        check_true(c, high <= PUSH_ASKED_MOST + 300);
        draws(1, 0, -5, &low, &high); /* it is over */
        check_true(c, high <= 45);
    }
}

#define PLAN                                                                                       \
    "{\"accounts\":[{\"name\":\"server\",\"url\":\"u\"},{\"name\":\"other\",\"url\":\"o\"}],"      \
    "\"links\":[{\"name\":\"a\",\"kind\":\"contact\",\"pushed\":[\"right\"],\"left\":{"            \
    "\"account\":\"files\",\"id\":\"1\"},"                                                         \
    "\"right\":{\"account\":\"server\",\"id\":\"2\"}},"                                            \
    "{\"name\":\"b\",\"kind\":\"event\",\"pushed\":[\"left\",\"right\"],\"left\":{\"account\":"    \
    "\"other\",\"id\":\"3\"},"                                                                     \
    "\"right\":{\"account\":\"server\",\"id\":\"4\"}},"                                            \
    "{\"name\":\"c\",\"kind\":\"event\",\"left\":{\"account\":\"files\",\"id\":\"5\"},\"right\":{" \
    "\"account\":\"dav\",\"id\":\"6\"}}]}"

static char *planned(const char *links)
{
    CLEANUP(json_free) struct json *plan = parse(PLAN);
    CLEANUP(json_free) struct json *names = parse(links);
    CLEANUP(json_free) struct json *v = push_plan(plan, names);
    return json_print(v);
}

static void test_plan(struct check *c)
{
    if (check_case(c, "push/plan")) {
        CLEANUP(mem_free) char *all = planned("[\"a\",\"b\",\"c\"]");
        check_str(c, all,
            "{\"accounts\":[{\"name\":\"server\",\"url\":\"u\",\"links\":[{\"name\":\"a\",\"kind\":"
            "\"contact\",\"folder\":\"2\"},"
            "{\"name\":\"b\",\"kind\":\"event\",\"folder\":\"4\"}]},"
            "{\"name\":\"other\",\"url\":\"o\",\"links\":[{\"name\":\"b\",\"kind\":\"event\","
            "\"folder\":\"3\"}]}]}");
        CLEANUP(mem_free) char *one = planned("[\"a\"]");
        check_str(c, one,
            "{\"accounts\":[{\"name\":\"server\",\"url\":\"u\",\"links\":[{\"name\":\"a\",\"kind\":"
            "\"contact\",\"folder\":\"2\"}]}]}");
        CLEANUP(mem_free) char *none = planned("[\"c\"]");
        check_str(c, none, "{\"accounts\":[]}");
    }
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    test_waits(&c);
    test_plan(&c);
    return check_end(&c);
}
