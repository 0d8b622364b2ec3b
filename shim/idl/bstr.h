/* BSTR (length-counted UTF-16, how texts cross the COM interface) <-> UTF-8. For both ends:
 * client/outlook and shim. */
#ifndef LOCKSTEP_SHIM_IDL_BSTR_H
#define LOCKSTEP_SHIM_IDL_BSTR_H

#include <windows.h>
#include <oleauto.h>

/* What cannot be expressed (malformed UTF-8, half a surrogate pair) becomes U+FFFD.
 * The caller frees with SysFreeString; NULL if the text does not fit into a BSTR or memory. */
BSTR bstr_from_utf8(const char *text);
/* NULL, the empty BSTR, gives "". The caller frees the text with free() and keeps the BSTR. */
char *bstr_to_utf8(BSTR b);

#endif
