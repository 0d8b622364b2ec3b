/* Random events and tasks (contacts: tests/unit/contacts): written new and read back they say the same; written into a random other one
 * they do, too. The seed is printed; LOCKSTEP_SEED repeats a run. */
#include "client/codec/ical.h"
#include "tests/unit/codec/codec_test.h"

#include <stdint.h>
#include <time.h>

struct dice {
    uint64_t state;
};

static unsigned roll(struct dice *d, unsigned sides)
{
    d->state = d->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(d->state >> 33) % sides;
}

static const char *pick(struct dice *d, const char *const *words, size_t count)
{
    return words[roll(d, (unsigned)count)];
}
#define PICK(d, ...)                                                                               \
    pick(d, (const char *const[]){__VA_ARGS__}, ARRAY_LEN(((const char *const[]){__VA_ARGS__})))

/* Text with everything that needs care: separators, escapes, line ends, letters of two to four
 * octets, length. */
static char *text(struct dice *d)
{
    struct buf b = BUF_INIT(BUF_DEFAULT_MAX);
    for (unsigned n = 1 + roll(d, roll(d, 8) ? 4 : 60); n; n--) {
        buf_adds(&b, PICK(d, "word", "a,b", "x;y", "back\\slash", "C:\\new", "\nline", "\xC3\xBC",
                         "\xE2\x82\xAC", "\xF0\x9F\x98\x80", " ", ":", "\"", "^n", "=0D", "%", "'",
                         "tab\there", "very-long-word-without-any-break-in-it-at-all"));
    }
    buf_adds(&b, "."); /* neither empty nor ending in a space */
    return buf_take(&b);
}

static void set_text(struct json *object, const char *member, struct dice *d)
{
    CLEANUP(mem_free) char *s = text(d);
    json_set_str(object, member, s);
}

/* A new entry of an id map. */
static struct json *entry(struct json *doc, const char *member, struct dice *d)
{
    CLEANUP(mem_free) char *id = str_printf("r%u", roll(d, 1000000));
    return json_need_object(json_need_object(doc, member), id);
}

/* ---- events and tasks ---- */
static void local_time(struct json *doc, const char *member, bool all_day, struct dice *d)
{
    CLEANUP(mem_free)
    char *s = str_printf("20%02u-%02u-%02uT%02u:%02u:00", 20 + roll(d, 20), 1 + roll(d, 12),
        1 + roll(d, 28), all_day ? 0 : 4 + roll(d, 20),
        all_day ? 0 : roll(d, 60)); /* not in the hours that summer time skips or repeats */
    json_set_str(doc, member, s);
}

static struct json *random_rule(struct dice *d)
{
    struct json *rule = json_object();
    json_set_str(rule, "@type", "RecurrenceRule");
    json_set_str(rule, "frequency", PICK(d, "daily", "weekly", "monthly", "yearly"));
    if (roll(d, 2)) {
        json_set_int(rule, "interval", 2 + roll(d, 5));
    }
    if (roll(d, 2)) {
        struct json *day = json_object(), *days = json_array();
        json_set_str(day, "@type", "NDay");
        json_set_str(day, "day", PICK(d, "mo", "tu", "su"));
        if (roll(d, 2)) {
            json_set_int(day, "nthOfPeriod", (int)roll(d, 2) ? 2 : -1);
        }
        json_append(days, day);
        json_set(rule, "byDay", days);
    }
    if (roll(d, 2)) {
        json_set_int(rule, "count", 1 + roll(d, 50));
    }
    return rule;
}

static struct json *random_item(enum item_kind kind, struct dice *d)
{
    struct json *doc = json_object();
    bool all_day = roll(d, 4) == 0;
    json_set_str(doc, "@type", kind == ITEM_EVENT ? "Event" : "Task");
    json_set_str(doc, "uid", "random");
    set_text(doc, "title", d);
    local_time(doc, kind == ITEM_EVENT ? "start" : "due", all_day, d);
    if (all_day) {
        json_set_bool(doc, "showWithoutTime", true);
    } else {
        json_set_str(doc, "timeZone",
            PICK(d, "Etc/UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo", NULL));
    }
    if (kind == ITEM_EVENT) {
        json_set_str(doc, "duration",
            all_day ? PICK(d, "P1D", "P3D") : PICK(d, "PT30M", "PT1H", "PT1H30M", "P1D", NULL));
        json_set_str(doc, "freeBusyStatus", PICK(d, "free", "tentative", "unavailable", NULL));
        json_set_str(doc, "status", PICK(d, "tentative", "cancelled", NULL));
    } else {
        json_set_str(doc, "progress", PICK(d, "cancelled", "in-process", "completed", NULL));
        json_set(doc, "percentComplete", roll(d, 2) ? json_int(1 + roll(d, 100)) : NULL);
    }
    json_set_str(doc, "privacy", PICK(d, "private", "secret", NULL));
    json_set(doc, "priority", roll(d, 2) ? json_int(1 + roll(d, 9)) : NULL);
    if (roll(d, 2)) {
        set_text(doc, "description", d);
    }
    if (roll(d, 2)) {
        struct json *e = entry(doc, "locations", d);
        json_set_str(e, "@type", "Location");
        set_text(e, "name", d);
    }
    for (unsigned n = roll(d, 3); n; n--) {
        CLEANUP(mem_free) char *keyword = text(d);
        json_set_bool(json_need_object(doc, "keywords"), keyword, true);
    }
    for (unsigned n = roll(d, 3); n; n--) {
        struct json *e = entry(doc, "alerts", d), *trigger = json_need_object(e, "trigger");
        json_set_str(e, "@type", "Alert");
        json_set_str(trigger, "@type", "OffsetTrigger");
        json_set_str(trigger, "offset", PICK(d, "-PT5M", "-PT1H", "-P1D", "PT0S"));
    }
    if (roll(d, 2)) {
        json_set(doc, "recurrenceRules", json_array());
        json_append(json_get(doc, "recurrenceRules"), random_rule(d));
        struct json *o = json_need_object(json_need_object(doc, "recurrenceOverrides"),
            all_day ? "2050-06-06T00:00:00" : "2050-06-06T10:00:00");
        if (roll(d, 2)) {
            json_set_bool(o, "excluded", true);
        } else {
            CLEANUP(mem_free)
            char *title =
                str_printf("not %s", json_get_str(doc, "title")); /* the same would be no change */
            json_set_str(o, "title", title);
        }
    }
    return doc;
}

/* ---- the properties ---- */
static bool says(struct check *c, enum item_kind kind, const char *written, const struct json *doc,
    const char *how)
{
    struct err err = ERR_INIT;
    CLEANUP(json_free) struct json *again = NULL;
    if (ical_read(written, strlen(written), kind, &again, &err) != RC_OK) {
        check_fail(c, "%s: %s\n%s", how, err_text(&err), written);
        err_fini(&err);
        return false;
    }
    if (doc_same(doc, again)) {
        return true;
    }
    doc_rekey(again, doc);
    CLEANUP(json_free) struct json *rest = doc_diff(doc, again);
    CLEANUP(mem_free) char *shown = json_print(rest), *wanted = json_print(doc);
    check_fail(c, "%s: differs by %s\nwanted %s\n%s", how, shown, wanted, written);
    return false;
}

static bool try_once(struct check *c, enum item_kind kind, struct dice *d)
{
    struct err err = ERR_INIT;
    CLEANUP(json_free)
    struct json *one = random_item(kind, d), *other = random_item(kind, d);
    CLEANUP(mem_free) char *first = NULL, *second = NULL, *same = NULL;
    if (ical_write(NULL, kind, one, &first, &err) != RC_OK ||
        ical_write(first, kind, other, &second, &err) != RC_OK ||
        ical_write(first, kind, one, &same, &err) != RC_OK) {
        check_fail(c, "%s", err_text(&err));
        err_fini(&err);
        return false;
    }
    if (!str_eq(first, same)) {
        check_fail(c, "written again it changed:\n%s\n%s", first, same);
        return false;
    }
    return says(c, kind, first, one, "new") && says(c, kind, second, other, "changed into another");
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    const char *seed_text = getenv("LOCKSTEP_SEED");
    uint64_t seed = seed_text ? strtoull(seed_text, NULL, 10) : (uint64_t)time(NULL);
    printf("seed %llu (LOCKSTEP_SEED repeats it)\n", (unsigned long long)seed);
    static const char *const names[ITEM_KINDS] = {
        [ITEM_EVENT] = "codec/random/event", [ITEM_TASK] = "codec/random/task"};
    for (int kind = 0; kind < ITEM_KINDS; kind++) {
        if (names[kind] && check_case(&c, names[kind])) {
            struct dice d = {seed + (uint64_t)kind};
            for (int i = 0; i < 400 && try_once(&c, (enum item_kind)kind, &d); i++) {
            }
        }
    }
    return check_end(&c);
}
