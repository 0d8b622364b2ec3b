/* Sentences found again by their form. */
#include "client/app/phrase.h"

#include "client/base/buf.h"
#include "client/base/mem.h"
#include "tests/unit/check.h"

/* "first|second" of what stands in the places; "-" if it does not fit. Caller frees. */
static char *places(const char *pattern, const char *text)
{
    struct phrase p CLEANUP_FINI(phrase_fini) = {{NULL}};
    if (!phrase_match(pattern, text, &p)) {
        return mem_strdup("-");
    }
    return str_printf("%s|%s", p.place[0] ? p.place[0] : "", p.place[1] ? p.place[1] : "");
}

static void is(struct check *c, const char *pattern, const char *text, const char *wanted)
{
    CLEANUP(mem_free) char *found = places(pattern, text);
    check_str(c, found, wanted);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    if (check_case(&c, "phrase/words-only")) {
        is(&c, "nothing to do", "nothing to do", "|");
        is(&c, "nothing to do", "nothing to do here", "-");
        is(&c, "nothing to do", "nothing", "-");
        is(&c, "", "", "|");
    }
    if (check_case(&c, "phrase/places")) {
        is(&c, "%1 of %2 items", "3 of 40 items", "3|40");
        is(&c, "%2 of %1 items", "3 of 40 items", "40|3");
        is(&c, "kept in %1 until refused", "kept in My Office until refused", "My Office|");
        is(&c, "gone in %1", "gone in a, b and c", "a, b and c|");
        is(&c, "100%", "100%", "|");
    }
    if (check_case(&c, "phrase/place-is-never-empty")) {
        is(&c, "%1 items", " items", "-");
        is(&c, "gone in %1", "gone in ", "-");
        is(&c, "%1, %2", ", b", "-");
    }
    if (check_case(&c, "phrase/first-that-will-do")) {
        is(&c, "%1, %2", "a, b, c", "a|b, c");
        is(&c, "%1 items held", "2 items held items held", "2 items held|");
    }
    if (check_case(&c, "phrase/whole-text")) {
        is(&c, "%1 items", "3 items more", "-");
        is(&c, "%1 items", "x: 3 items", "x: 3|");
        is(&c, "gone %1", "is gone away", "-");
    }
    return check_end(&c);
}
