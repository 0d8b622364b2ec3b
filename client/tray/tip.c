/* What the icon's tooltip says, which the main window shows as its status: how the last sync went, and
 * when the next one comes, or why it does not. */
#include "client/tray/tray.h"

#include "client/base/buf.h"
#include "client/platform/win32/text.h"
#include "resources/ids.h"

#include <wchar.h>

static WCHAR *first_line(const struct schedule *s, const char *link)
{
    enum app_exit result = schedule_result(s);
    if (s->running) {
        CLEANUP(mem_free) WCHAR *name = win32_wide(link);
        return text_load(name ? TEXT_SYNCING_LINK : TEXT_SYNCING, name, NULL);
    }
    if (!s->last) {
        return text_load(TEXT_NEVER, NULL, NULL);
    }
    CLEANUP(mem_free) WCHAR *when = text_time(s->last);
    CLEANUP(mem_free) WCHAR *word = text_load(TEXT_EXIT_FIRST + (UINT)result, NULL, NULL);
    return result == APP_EXIT_OK ? text_load(TEXT_LAST_OK, when, NULL)
                                 : text_load(TEXT_LAST_TROUBLE, when, word);
}

static WCHAR *paused_line(const struct schedule *s)
{
    CLEANUP(mem_free) WCHAR *until = s->paused_until ? text_time(s->paused_until) : NULL;
    return text_load(until ? TEXT_PAUSED_UNTIL : TEXT_PAUSED, until, NULL);
}

/* NULL: there is nothing to say. */
static WCHAR *second_line(const struct schedule *s, const struct schedule_facts *f)
{
    static const UINT WAITS[] = {[SCHEDULE_BY_HAND] = TEXT_WAITING,
        [SCHEDULE_OFF] = TEXT_WAITING,
        [SCHEDULE_WANTS_PASSWORD] = TEXT_WAITS_PASSWORD,
        [SCHEDULE_NO_NETWORK] = TEXT_WAITS_NETWORK,
        [SCHEDULE_PRESENTING] = TEXT_WAITS_PRESENTING,
        [SCHEDULE_ON_BATTERY] = TEXT_WAITS_BATTERY,
        [SCHEDULE_ON_METERED] = TEXT_WAITS_METERED};
    enum schedule_why why;
    int64_t next = schedule_next(s, NULL, f, &why);
    if (s->running) {
        return NULL;
    }
    if (s->paused) {
        return paused_line(s);
    }
    if (why == SCHEDULE_AT_TIME && next) {
        CLEANUP(mem_free) WCHAR *when = text_time(next);
        return text_load(TEXT_NEXT, when, NULL);
    }
    return why < ARRAY_LEN(WAITS) && WAITS[why] ? text_load(WAITS[why], NULL, NULL) : NULL;
}

void tip_make(
    WCHAR tip[TIP_SIZE], const struct schedule *s, const struct schedule_facts *f, const char *link)
{
    CLEANUP(mem_free) WCHAR *first = first_line(s, link);
    CLEANUP(mem_free) WCHAR *second = second_line(s, f);
    wcsncpy(tip, first, TIP_SIZE - 1);
    tip[TIP_SIZE - 1] = L'\0';
    if (second && wcslen(tip) + wcslen(second) + 1 < TIP_SIZE) {
        wcscat(tip, L"\n");
        wcscat(tip, second);
    }
}

WCHAR *tip_next(const struct schedule *s, const struct schedule_facts *f, const char *link)
{
    enum schedule_why why;
    int64_t next = schedule_next(s, link, f, &why);
    switch (why) {
    case SCHEDULE_AT_TIME:
        return next ? text_time(next) : NULL;
    case SCHEDULE_BY_HAND:
    case SCHEDULE_OFF:
        return text_load(TEXT_NEXT_BY_HAND, NULL, NULL);
    case SCHEDULE_WANTS_PASSWORD:
        return text_load(TEXT_NEXT_PASSWORD, NULL, NULL);
    case SCHEDULE_IS_PAUSED:
        return text_load(TEXT_NEXT_PAUSED, NULL, NULL);
    case SCHEDULE_NO_LINKS:
        return NULL;
    default:
        return text_load(TEXT_NEXT_WAITS, NULL, NULL);
    }
}
