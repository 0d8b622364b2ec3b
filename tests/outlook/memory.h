/* MAPI buffers: MAPIAllocateBuffer and its companions, with a ledger of what is live and what was
 * freed of late. */
#ifndef EMU_MEMORY_H
#define EMU_MEMORY_H

#include "tests/outlook/emu.h"

SCODE WINAPI emu_MAPIAllocateBuffer(ULONG size, void **ret_buffer);
SCODE WINAPI emu_MAPIAllocateMore(ULONG size, void *owner, void **ret_buffer);
ULONG WINAPI emu_MAPIFreeBuffer(void *buffer);

/* The same for the provider's own use: cannot fail, and says in the ledger which call made the
 * buffer. */
void *memory_new(size_t size, const char *made_by);
void *memory_more(void *owner, size_t size);
void memory_free(void *buffer);

/* One violation for each live buffer; then forgets them. */
void memory_report_leaks(void);

/* "program.exe+0x1234" of the nearest caller outside this DLL and mapi32, for addr2line. */
void memory_caller(char *text, size_t size);

#endif
