/* Where the emulation keeps its files: the mailbox database and, beside it, the list of violations.
 * The path comes from the environment variable LOCKSTEP_EMULATED_OUTLOOK, else from the registry
 * value `Database` under HKLM\Software\Clients\Mail\Emulated Outlook, else it is
 * %LOCALAPPDATA%\EmulatedOutlook\mailbox.db. */
#ifndef EMU_CONFIG_H
#define EMU_CONFIG_H

#include "tests/outlook/emu.h"

#define CONFIG_CLIENT_NAME L"Emulated Outlook"
#define CONFIG_CLIENTS_KEY L"Software\\Clients\\Mail"

/* Caller frees with emu_free. */
WCHAR *config_database_path(void);
WCHAR *config_violations_path(void);

/* Who the profile's owner is, "TYPE:ADDRESS" or "TYPE:ADDRESS;SMTP-ADDRESS;PROXY;...", from the environment
 * variable LOCKSTEP_EMULATED_IDENTITY; NULL: a profile without an account. Caller frees with emu_free. */
WCHAR *config_identity(void);

#endif
