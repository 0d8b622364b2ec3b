/* UTF-8 inside, UTF-16 at Windows' door: conversions for the Windows folders. */
#ifndef LOCKSTEP_PLATFORM_WIN32_TEXT_H
#define LOCKSTEP_PLATFORM_WIN32_TEXT_H

#include "client/base/mem.h"
#include "client/base/rc.h"

#include <windows.h>

/* Malformed input becomes U+FFFD. NULL stays NULL. Caller frees. */
WCHAR *win32_wide(const char *utf8);
char *win32_utf8(const WCHAR *wide);
/* What Windows says about an error code, without the line end: "Access is denied". Caller frees. */
char *win32_message(DWORD code);
/* "cannot WHAT PATH: Access is denied", RC_NOT_FOUND for a missing file or path, else RC_IO. Call
 * it right after the failed function. */
enum rc win32_fail(struct err *err, const char *what, const char *path);

#endif
