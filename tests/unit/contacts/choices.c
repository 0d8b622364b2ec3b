/* Recording choices and making a failing list of them simpler. */
#include "tests/unit/contacts/choices.h"

#include "client/base/mem.h"

#include <stdlib.h>
#include <string.h>

void choices_fini(struct choices *c)
{
    free(c->made);
    c->made = NULL;
}

static uint32_t next_choice(struct choices *c)
{
    if (c->next < c->given_count) {
        return c->given[c->next++];
    }
    if (!c->dice) {
        return 0;
    }
    c->dice = c->dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(c->dice >> 33);
}

uint32_t choose(struct choices *c, uint32_t n)
{
    uint32_t choice = next_choice(c) % n;
    ARRAY_RESERVE(c->made, c->count, c->cap);
    return c->made[c->count++] = choice;
}

bool choose_rarely(struct choices *c, uint32_t n)
{
    return choose(c, n) == n - 1;
}

static bool still_fails(choices_property *property, const uint32_t *list, size_t count)
{
    struct choices c = {.given = list, .given_count = count};
    char *wrong = property(&c);
    bool fails = wrong != NULL;
    free(wrong);
    choices_fini(&c);
    return fails;
}

/* Leaves out `length` choices at `at`; true if it still fails. */
static bool without(
    choices_property *property, uint32_t **list, size_t *count, size_t at, size_t length)
{
    uint32_t *fewer = mem_alloc((*count + 1) * sizeof *fewer);
    memcpy(fewer, *list, at * sizeof *fewer);
    memcpy(fewer + at, *list + at + length, (*count - at - length) * sizeof *fewer);
    if (!still_fails(property, fewer, *count - length)) {
        free(fewer);
        return false;
    }
    free(*list);
    *list = fewer;
    *count -= length;
    return true;
}

/* One fewer of what a count counts: the choice is made one smaller, and what followed for it is left
 * out. */
static bool one_fewer(choices_property *property, uint32_t **list, size_t *count, size_t at)
{
    for (size_t length = 1; (*list)[at] && length <= 12 && at + 1 + length <= *count; length++) {
        (*list)[at]--;
        if (without(property, list, count, at + 1, length)) {
            return true;
        }
        (*list)[at]++;
    }
    return false;
}

/* Makes one choice smaller; true if it still fails. */
static bool smaller(choices_property *property, uint32_t *list, size_t count, size_t at)
{
    const uint32_t was = list[at], tried[] = {0, was / 2, was ? was - 1 : 0};
    for (size_t i = 0; i < sizeof tried / sizeof *tried && was; i++) {
        list[at] = tried[i];
        if (still_fails(property, list, count)) {
            return true;
        }
    }
    list[at] = was;
    return false;
}

void choices_shrink(choices_property *property, uint32_t **list, size_t *count, int tries)
{
    for (bool better = true; better && tries > 0;) {
        better = false;
        for (size_t length = 64; length && tries > 0; length /= 2) {
            for (size_t at = 0; at + length <= *count && tries > 0; tries--) {
                bool gone = without(property, list, count, at, length);
                better = better || gone;
                at += gone ? 0 : length;
            }
        }
        for (size_t at = 0; at < *count && tries > 0; at++, tries -= 3) {
            better = one_fewer(property, list, count, at) || smaller(property, *list, *count, at) ||
                     better;
        }
    }
}
