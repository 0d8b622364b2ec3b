/* How the program and lockstep-host (shim/host) speak over two pipes: frames of a number and a text.
 *
 *   host -> program, once   FRAME_PROTOCOL, the version of Lockstep that the host is of
 *   program -> host         the number of a method of IOutlookSession2, its request
 *   host -> program         the method's HRESULT, its answer (S_OK), or what IErrorInfo says
 *
 * On the wire: two 32-bit numbers, little-endian, of which the second is the length of the text in bytes, and the
 * text in UTF-8. */
#ifndef LOCKSTEP_SHIM_IDL_FRAME_H
#define LOCKSTEP_SHIM_IDL_FRAME_H

#include <windows.h>

#define FRAME_PROTOCOL 1
/* Bytes of a text. More than any call moves, and little enough to find memory for in 32 bits. */
#define FRAME_MAX ((size_t)256 << 20)

/* The methods by their ids in outlook_session.idl. */
enum frame_method {
    FRAME_INFO = 1,
    FRAME_LIST_FOLDERS,
    FRAME_CHANGES,
    FRAME_FETCH,
    FRAME_COMMIT,
    FRAME_FIND_STAMP,
    FRAME_WATCH,
    FRAME_MAKE_FOLDER,
};

/* E_OUTOFMEMORY for a text over FRAME_MAX, and nothing is written; else what Windows says, which for an
 * end that is gone is HRESULT_FROM_WIN32 of ERROR_BROKEN_PIPE or ERROR_NO_DATA. Waits until all is
 * written. */
HRESULT frame_write(HANDLE pipe, LONG number, const char *text);
/* Waits for a frame. *ret_text is NUL-terminated, the caller frees it. Errors likewise; E_UNEXPECTED: what
 * came is no frame. */
HRESULT frame_read(HANDLE pipe, LONG *ret_number, char **ret_text);

#endif
