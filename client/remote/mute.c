/* Text in, text out; the file is not parsed, so that what a codec does not understand is seen, too. */
#include "client/remote/mute.h"

#include "client/base/buf.h"
#include "client/base/xml.h"

#include <string.h>

#define MUTE ";SCHEDULE-AGENT=CLIENT"

/* Behind the logical line that begins here: its folds belong to it (RFC 5545 section 3.1). */
static const char *line_end(const char *line)
{
    for (const char *p = line; (p = strchr(p, '\n')) != NULL; p++) {
        if (p[1] != ' ' && p[1] != '\t') {
            return p + 1;
        }
    }
    return line + strlen(line);
}

/* Past the fold at `p`, if there is one: they may be anywhere, also within a name. */
static const char *past_folds(const char *p)
{
    for (;;) {
        const char *lf = *p == '\r' ? p + 1 : p;
        if (*lf != '\n' || (lf[1] != ' ' && lf[1] != '\t')) {
            return p;
        }
        p = lf + 2;
    }
}

/* The logical line up to its value, without folds, in upper case: the name and its parameters. Caller
 * frees. */
static char *head_of(const char *line)
{
    struct buf b = BUF_INIT((size_t)1 << 20);
    const char *end = line_end(line);
    bool quoted = false;
    for (const char *p = past_folds(line); p < end && (quoted || *p != ':');
         p = past_folds(p + 1)) {
        quoted ^= *p == '"';
        buf_addc(&b, *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p);
    }
    return buf_take(&b);
}

static bool head_is(const char *head, const char *name)
{
    size_t n = strlen(name);
    return str_starts(head, name) && (head[n] == '\0' || head[n] == ';');
}

/* The value of the first SCHEDULE-AGENT in a head, NULL if there is none; what is in quotes, such as a
 * name, is none. */
static const char *agent_of(const char *head)
{
    static const char AGENT[] = ";SCHEDULE-AGENT=";
    bool quoted = false;
    for (const char *p = head; *p; p++) {
        quoted ^= *p == '"';
        if (!quoted && str_starts(p, AGENT)) {
            return p + strlen(AGENT);
        }
    }
    return NULL;
}

static bool says_agent(const char *head)
{
    return agent_of(head) != NULL;
}

/* Every one of them says so, in case there are several. */
static bool says_silent_agent(const char *head)
{
    static const char *const SILENT[] = {"CLIENT", "NONE", "\"CLIENT\"", "\"NONE\""};
    const char *agent = agent_of(head);
    bool silent = agent != NULL;
    for (; agent && silent; agent = agent_of(agent)) {
        size_t n = strcspn(agent, ";");
        silent = false;
        for (size_t i = 0; i < ARRAY_LEN(SILENT); i++) {
            silent |= strlen(SILENT[i]) == n && strncmp(agent, SILENT[i], n) == 0;
        }
    }
    return silent;
}

bool mute_wanted(const char *ical)
{
    bool attendees = false, loud = false;
    for (const char *line = ical; *line; line = line_end(line)) {
        CLEANUP(mem_free) char *head = head_of(line);
        bool attendee = head_is(head, "ATTENDEE");
        attendees = attendees || attendee;
        /* what stands at the organizer decides whether an attendee's reply is sent */
        loud = loud || ((attendee || head_is(head, "ORGANIZER")) && !says_silent_agent(head));
    }
    return attendees && loud;
}

/* The end of the name that a line begins with. */
static const char *name_end(const char *line)
{
    const char *p = past_folds(line);
    while (*p && *p != ':' && *p != ';') {
        p = past_folds(p + 1);
    }
    return p;
}

static char *mute_lines(const char *ical, bool attendees)
{
    struct buf b = BUF_INIT(2 * XML_MAX_CHILD);
    for (const char *line = ical; *line;) {
        const char *next = line_end(line);
        CLEANUP(mem_free) char *head = head_of(line);
        bool muted = head_is(head, "ORGANIZER") || (attendees && head_is(head, "ATTENDEE"));
        if (muted && !says_agent(head)) {
            const char *end = name_end(line);
            buf_add(&b, line, (size_t)(end - line));
            buf_adds(&b, MUTE "\r\n "); /* folded here, so that no line grows beyond its limit */
            line = end;
        }
        buf_add(&b, line, (size_t)(next - line));
        line = next;
    }
    return buf_take(&b);
}

char *mute_people(const char *ical)
{
    return mute_lines(ical, true);
}

char *mute_organizer(const char *ical)
{
    for (const char *line = ical; *line; line = line_end(line)) {
        CLEANUP(mem_free) char *head = head_of(line);
        if (head_is(head, "ORGANIZER") && says_agent(head) && !says_silent_agent(head)) {
            return NULL;
        }
    }
    return mute_lines(ical, false);
}
