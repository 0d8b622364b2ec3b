/* Text in, text out; the file is not parsed, so that what a codec does not understand is seen, too. */
#include "client/remote/mute.h"

#include "client/base/buf.h"
#include "client/base/xml.h"

#include <string.h>

#define MUTE ";SCHEDULE-AGENT=CLIENT"

/* Does the logical line that begins here have that name? */
static bool line_is(const char *line, const char *name)
{
    size_t n = strlen(name);
    return str_istarts(line, name) && (line[n] == ':' || line[n] == ';');
}

/* The logical line without its folds, upper case. Caller frees. */
static char *unfolded(const char *line)
{
    struct buf b = BUF_INIT((size_t)1 << 20);
    for (const char *p = line; *p;) {
        size_t n = strcspn(p, "\r\n");
        buf_add(&b, p, n);
        p += n;
        p += strspn(p, "\r");
        if (*p != '\n' || (p[1] != ' ' && p[1] != '\t')) {
            break;
        }
        p += 2;
    }
    for (size_t i = 0; i < b.len; i++) {
        b.data[i] = b.data[i] >= 'a' && b.data[i] <= 'z' ? (char)(b.data[i] - 32) : b.data[i];
    }
    return buf_take(&b);
}

static bool says_agent(const char *line)
{
    CLEANUP(mem_free) char *whole = unfolded(line);
    return strstr(whole, ";SCHEDULE-AGENT=") != NULL;
}

static bool says_silent_agent(const char *line)
{
    CLEANUP(mem_free) char *whole = unfolded(line);
    const char *agent = strstr(whole, ";SCHEDULE-AGENT=");
    if (!agent) {
        return false;
    }
    agent += strlen(";SCHEDULE-AGENT=");
    agent += *agent == '"';
    return str_starts(agent, "CLIENT") || str_starts(agent, "NONE");
}

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');
    return end ? end + 1 : line + strlen(line);
}

bool mute_wanted(const char *ical)
{
    bool attendees = false, loud = false;
    for (const char *line = ical; *line; line = next_line(line)) {
        bool attendee = line_is(line, "ATTENDEE");
        attendees = attendees || attendee;
        /* what stands at the organizer decides whether an attendee's reply is sent */
        loud = loud || ((attendee || line_is(line, "ORGANIZER")) && !says_silent_agent(line));
    }
    return attendees && loud;
}

static char *mute_lines(const char *ical, bool attendees)
{
    struct buf b = BUF_INIT(2 * XML_MAX_CHILD);
    for (const char *line = ical; *line;) {
        const char *next = next_line(line);
        bool muted = line_is(line, "ORGANIZER") || (attendees && line_is(line, "ATTENDEE"));
        if (muted && !says_agent(line)) {
            size_t name = strcspn(line, ":;");
            buf_add(&b, line, name);
            buf_adds(&b, MUTE "\r\n "); /* folded here, so that no line grows beyond its limit */
            line += name;
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
    for (const char *line = ical; *line; line = next_line(line)) {
        if (line_is(line, "ORGANIZER") && says_agent(line) && !says_silent_agent(line)) {
            return NULL;
        }
    }
    return mute_lines(ical, false);
}
