/* Sentences found again by their form. */
#include "client/app/phrase.h"

#include "client/base/mem.h"

#include <string.h>

static bool is_place(const char *p)
{
    return p[0] == '%' && p[1] >= '1' && p[1] < '1' + PHRASE_PLACES;
}

/* How long the words are until the next place or the end. */
static size_t words_len(const char *p)
{
    size_t n = 0;
    while (p[n] && !is_place(p + n)) {
        n++;
    }
    return n;
}

/* Where these words come first, with something before them; at the end of the pattern they are the end of
 * the text. NULL: nowhere. */
static const char *find_words(const char *text, const char *words, size_t len, bool last)
{
    size_t rest = strlen(text);
    if (last) {
        bool ends = rest > len && memcmp(text + rest - len, words, len) == 0;
        return ends ? text + rest - len : NULL;
    }
    for (size_t i = 1; i + len <= rest; i++) {
        if (memcmp(text + i, words, len) == 0) {
            return text + i;
        }
    }
    return NULL;
}

bool phrase_match(const char *pattern, const char *text, struct phrase *ret)
{
    struct phrase found CLEANUP_FINI(phrase_fini) = {{NULL}};
    size_t len = words_len(pattern);
    if (strncmp(pattern, text, len) != 0) {
        return false;
    }
    pattern += len;
    text += len;
    while (*pattern) {
        char **place = &found.place[pattern[1] - '1'];
        pattern += 2;
        len = words_len(pattern);
        const char *end = find_words(text, pattern, len, !pattern[len]);
        if (!end || *place) {
            return false;
        }
        *place = mem_strndup(text, (size_t)(end - text));
        pattern += len;
        text = end + len;
    }
    if (*text) {
        return false;
    }
    for (int i = 0; i < PHRASE_PLACES; i++) {
        ret->place[i] = TAKE(found.place[i]);
    }
    return true;
}

void phrase_fini(struct phrase *p)
{
    for (int i = 0; i < PHRASE_PLACES; i++) {
        free(TAKE(p->place[i]));
    }
}
