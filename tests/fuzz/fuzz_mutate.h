/* A small change to a document, chosen by a number: what a merge might ask a codec to write. */
#ifndef LOCKSTEP_TESTS_FUZZ_MUTATE_H
#define LOCKSTEP_TESTS_FUZZ_MUTATE_H

#include "client/base/json.h"

#include <stdint.h>

static inline uint32_t mutate_next(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Changes texts and numbers, removes members, here and there. */
static inline void mutate(struct json *v, uint32_t *state, int depth)
{
    static const char *const texts[] = {"", "x", "a,b;c\\d\ne", "\xC3\xA9\xE2\x82\xAC",
        "2026-03-29T02:30:00", "P1D", "Europe/Berlin", "PT90M", "9999-12-31T23:59:59", "/Custom",
        "free", "work", "-PT1S", "completed", "0001-01-01T00:00:00"};
    for (struct json *m = json_first(v), *next; m && depth < 8; m = next) {
        next = json_next(m);
        uint32_t dice = mutate_next(state) % 16;
        const char *key = json_key(m);
        if (json_is_object(m) || json_is_array(m)) {
            if (key && dice == 0) {
                json_remove(v, key);
            } else {
                mutate(m, state, depth + 1);
            }
        } else if (key && dice == 1) {
            json_remove(v, key);
        } else if (key && dice < 5 && json_is_str(m)) {
            json_set_str(v, key, texts[mutate_next(state) % (sizeof texts / sizeof *texts)]);
        } else if (key && dice < 5 && json_is_number(m)) {
            json_set_int(v, key, (int64_t)(mutate_next(state) % 4000) - 1000);
        } else if (key && dice < 4 && json_is_bool(m)) {
            json_set_bool(v, key, false);
        }
    }
}

#endif
