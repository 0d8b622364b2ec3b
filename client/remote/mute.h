/* Meetings that no server is to write to people about (RFC 6638): which are not so yet, and the words
 * that make them so. */
#ifndef LOCKSTEP_REMOTE_MUTE_H
#define LOCKSTEP_REMOTE_MUTE_H

#include <stdbool.h>

/* Does the text have attendees for whom a scheduling server does the writing (they or the organizer
 * without SCHEDULE-AGENT=CLIENT or NONE, section 7.1)? */
bool mute_wanted(const char *ical);
/* The text with SCHEDULE-AGENT=CLIENT at every ORGANIZER and ATTENDEE that has no SCHEDULE-AGENT.
 * Caller frees. */
char *mute_people(const char *ical);
/* The text with it at every ORGANIZER, so that they are sent no reply; NULL if one says otherwise.
 * Caller frees. */
char *mute_organizer(const char *ical);

#endif
