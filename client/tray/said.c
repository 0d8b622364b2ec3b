/* What client/app says, in the language of the windows. It comes in English; what of it is in the list of
 * phrases (text_*.rc) is said as the list has it, and all else stays as it is, after a sentence
 * about what sort of trouble it is. */
#include "client/tray/tray.h"

#include "client/app/phrase.h"
#include "client/base/buf.h"
#include "client/platform/win32/text.h"
#include "resources/ids.h"

#include <string.h>

static WCHAR *said(const char *text);

/* Phrases that join others ("%1; %2"): all of what they join must be known, or nothing is said: half a
 * sentence in another language helps nobody. */
static bool joins(UINT id)
{
    return id >= PHRASE_JOINING_FIRST;
}

/* Is what stands in this place a phrase, too? Some only name what another one is about ("account '%1':
 * %2"), and a name is nobody's phrase. */
static bool holds_phrase(UINT id, int place)
{
    switch (joins(id) ? id - PHRASE_JOINING_FIRST : 0) {
    case 4: /* account */
    case 5: /* the new folder */
    case 7: /* whatever was tried */
        return place == 1;
    case 8: /* the number of an answer */
        return place == 0;
    }
    return joins(id);
}

/* Names and numbers, not another sentence: "1 address book, 1" calendar is two. */
static bool is_plain(const char *place)
{
    return !strstr(place, ", ") && !strstr(place, "; ");
}

static WCHAR *say(UINT id, const struct phrase *p)
{
    WCHAR *words[PHRASE_PLACES] = {NULL}, *out = NULL;
    bool known = true;
    for (int i = 0; i < PHRASE_PLACES && known; i++) {
        const char *place = p->place[i];
        bool phrase = holds_phrase(id, i);
        words[i] = place && phrase ? said(place) : win32_wide(place);
        known = !place || (words[i] && (phrase || is_plain(place)));
    }
    if (known) {
        size_t len;
        const WCHAR *text = language_text(language_used(), id, &len);
        out = text_put(text, len, (const WCHAR *const *)words, PHRASE_PLACES);
    }
    for (int i = 0; i < PHRASE_PLACES; i++) {
        free(words[i]);
    }
    return out;
}

static char *pattern_of(UINT id)
{
    size_t len;
    const WCHAR *text = language_text(LANGUAGE_EN, id, &len);
    CLEANUP(mem_free) WCHAR *whole = text_put(text, len, NULL, 0);
    return win32_utf8(whole);
}

/* NULL if it is no phrase. Caller frees. */
static WCHAR *said(const char *text)
{
    for (UINT id = PHRASE_FIRST; id < PHRASE_END; id++) {
        CLEANUP(mem_free) char *pattern = pattern_of(id);
        struct phrase p CLEANUP_FINI(phrase_fini) = {{NULL}};
        WCHAR *out = *pattern && phrase_match(pattern, text, &p) ? say(id, &p) : NULL;
        if (out) {
            return out;
        }
    }
    return NULL;
}

WCHAR *text_said(const char *text)
{
    WCHAR *out = text && language_used() != LANGUAGE_EN ? said(text) : NULL;
    return out ? out : win32_wide(text);
}

WCHAR *text_error(enum rc rc, const char *message)
{
    CLEANUP(mem_free) WCHAR *words = text_said(message);
    CLEANUP(mem_free) WCHAR *as_it_is = win32_wide(message);
    if (!message || language_used() == LANGUAGE_EN || wcscmp(words, as_it_is) != 0) {
        return TAKE(words);
    }
    CLEANUP(mem_free)
    WCHAR *sort = text_load(TEXT_EXIT_FIRST + (UINT)app_exit_of(rc), NULL, NULL);
    *sort = (WCHAR)(UINT_PTR)CharUpperW((WCHAR *)(UINT_PTR)*sort);
    return text_load(TEXT_FOLDER_NOTES, sort, as_it_is);
}

void text_tell_error(HWND owner, enum rc rc, const char *message)
{
    CLEANUP(mem_free) WCHAR *wide = text_error(rc, message);
    CLEANUP(mem_free) char *detail = win32_utf8(wide);
    text_ask(owner, MB_ICONWARNING | MB_OK, TEXT_FAILED, detail);
}
