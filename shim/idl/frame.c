#include "shim/idl/frame.h"

#include <stdlib.h>
#include <string.h>

struct head {
    LONG number;
    DWORD len;
};

static HRESULT last_error(void)
{
    DWORD error = GetLastError();
    return HRESULT_FROM_WIN32(error ? error : ERROR_BROKEN_PIPE);
}

static HRESULT write_all(HANDLE pipe, const void *data, size_t len)
{
    const char *at = data;
    while (len) {
        DWORD written = 0;
        if (!WriteFile(pipe, at, (DWORD)len, &written, NULL)) {
            return last_error();
        }
        at += written;
        len -= written;
    }
    return S_OK;
}

static HRESULT read_all(HANDLE pipe, void *data, size_t len)
{
    char *at = data;
    while (len) {
        DWORD read = 0;
        if (!ReadFile(pipe, at, (DWORD)len, &read, NULL)) {
            return last_error();
        }
        at += read;
        len -= read;
    }
    return S_OK;
}

HRESULT frame_write(HANDLE pipe, LONG number, const char *text)
{
    size_t len = strlen(text);
    struct head head = {number, (DWORD)len};
    if (len > FRAME_MAX) {
        return E_OUTOFMEMORY;
    }
    HRESULT hr = write_all(pipe, &head, sizeof head);
    return SUCCEEDED(hr) ? write_all(pipe, text, len) : hr;
}

HRESULT frame_read(HANDLE pipe, LONG *ret_number, char **ret_text)
{
    struct head head;
    HRESULT hr = read_all(pipe, &head, sizeof head);
    if (FAILED(hr)) {
        return hr;
    }
    if (head.len > FRAME_MAX) {
        return E_UNEXPECTED;
    }
    char *text =
        malloc((size_t)head.len + 1); /* may be large: not mem_alloc, which ends the process */
    if (!text) {
        return E_OUTOFMEMORY;
    }
    hr = read_all(pipe, text, head.len);
    if (FAILED(hr)) {
        free(text);
        return hr;
    }
    text[head.len] = '\0';
    *ret_number = head.number;
    *ret_text = text;
    return S_OK;
}
