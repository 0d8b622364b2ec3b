/* Straight into the BSTR, without a copy between: answers can have megabytes. */
#include "shim/idl/bstr.h"

#include "client/base/mem.h"

#include <limits.h>
#include <string.h>

BSTR bstr_from_utf8(const char *text)
{
    size_t n = strlen(text);
    if (n > INT_MAX) {
        return NULL;
    }
    int units = n ? MultiByteToWideChar(CP_UTF8, 0, text, (int)n, NULL, 0) : 0;
    BSTR b = SysAllocStringLen(NULL, (UINT)units);
    if (b && units) {
        MultiByteToWideChar(CP_UTF8, 0, text, (int)n, b, units);
    }
    return b;
}

char *bstr_to_utf8(BSTR b)
{
    int units = b ? (int)SysStringLen(b) : 0;
    int n = units ? WideCharToMultiByte(CP_UTF8, 0, b, units, NULL, 0, NULL, NULL) : 0;
    char *text = mem_alloc((size_t)n + 1);
    if (n) {
        WideCharToMultiByte(CP_UTF8, 0, b, units, text, n, NULL, NULL);
    }
    return text;
}
