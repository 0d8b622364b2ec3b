/* What the computer is at, as client/app/schedule.h wants to know it: network, power, whether somebody
 * presents or types. What is looked at is here; what follows from it is decided there.
 *
 * LOCKSTEP_SURROUNDINGS names a file whose words stand for what the system would say, for tests and for
 * trying things out: offline, online, metered, battery, presenting, typing, idle. The system is asked all
 * the same. */
#ifndef LOCKSTEP_TRAY_SURROUNDINGS_H
#define LOCKSTEP_TRAY_SURROUNDINGS_H

#include "client/app/schedule.h"

#include <windows.h>

struct surroundings;
/* Watches the network on a thread of its own, and posts `message` to `window` when it changed. Without
 * that thread everything counts as usual. */
struct surroundings *surroundings_new(HWND window, UINT message);
void surroundings_free(struct surroundings *s);
/* Quick: the network is as it was last seen. */
struct schedule_facts surroundings_facts(struct surroundings *s);
/* Puts the calling thread behind everything else (processor, disk, memory), or back. */
void surroundings_background(bool on);

#endif
