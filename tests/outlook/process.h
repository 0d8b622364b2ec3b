/* What one process has of the emulation: the lock, the open mailbox, the list of violations and the
 * faults to inject.
 *
 * A violation is a use of MAPI that Outlook might let pass but a correct program never makes. It is
 * appended as one line `violation: KIND: detail` to the file config_violations_path(), so that a
 * test need only look whether that file is empty. */
#ifndef EMU_PROCESS_H
#define EMU_PROCESS_H

#include "tests/outlook/storage.h"

/* One lock for everything in the process; recursive. Never held while an advise sink is called. */
void process_lock(void);
void process_unlock(void);

/* The mailbox, opened at the first use. Call with the lock held. */
HRESULT process_storage(struct storage **ret_storage);
void process_close_storage(void);

/* The number of MAPIInitialize calls not yet undone. */
LONG process_initialized(LONG change);

void violation(const char *kind, const char *format, ...) __attribute__((format(gnu_printf, 2, 3)));

/* S_OK, or the error to return from this call. A fault of the kind `crash` ends the process here.
 * Faults are listed in the environment variable LOCKSTEP_OUTLOOK_FAULT, else in the mailbox
 * (outlookctl fault). */
HRESULT fault_hit(const char *object, const char *method);

/* The same for a call that can die after it has acted: then *ret_dies, and the caller ends with
 * fault_crash. */
HRESULT fault_begin(const char *object, const char *method, BOOL *ret_dies);
void fault_crash(void);

/* FALSE, with the reason on stderr, if the text is no list of faults. */
BOOL fault_check_syntax(const char *spec);

#endif
