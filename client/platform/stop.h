/* Being asked to end from outside: Ctrl+C, the end of a service or of the session. */
#ifndef LOCKSTEP_PLATFORM_STOP_H
#define LOCKSTEP_PLATFORM_STOP_H

#include <stdbool.h>

/* From now on that does not end the process at once (a second time it does). */
void platform_stop_catch(void);
/* Was it asked for? */
bool platform_stop_wanted(void);

#endif
