/* Windows' Extended MAPI headers, what MinGW-w64's lack, and release at scope end. Internal to
 * mapi/com. */
#ifndef LOCKSTEP_MAPI_COM_MAPI_H
#define LOCKSTEP_MAPI_COM_MAPI_H

#include <windows.h>
#include <objbase.h>
#include <mapix.h>
#include <mapitags.h>
#include <mapicode.h>

#include <string.h>

/* Missing in MinGW-w64 10 (values from the MAPI reference, MAPIINIT_0, edkmdb.h and emsabtag.h). */
#define MAPI_NO_COINIT                0x00000008
#define PR_CHANGE_KEY                 PROP_TAG(PT_BINARY, 0x65E2)
#define PR_IPM_APPOINTMENT_ENTRYID    PROP_TAG(PT_BINARY, 0x36D0)
#define PR_IPM_CONTACT_ENTRYID        PROP_TAG(PT_BINARY, 0x36D1)
#define PR_IPM_NOTE_ENTRYID           PROP_TAG(PT_BINARY, 0x36D3)
#define PR_IPM_TASK_ENTRYID           PROP_TAG(PT_BINARY, 0x36D4)
#define PR_IPM_PUBLIC_FOLDERS_ENTRYID PROP_TAG(PT_BINARY, 0x6631)
#define PR_SMTP_ADDRESS_W             PROP_TAG(PT_UNICODE, 0x39FE)
#define PR_EMS_AB_PROXY_ADDRESSES_W   PROP_TAG(PT_MV_UNICODE, 0x800F)

/* CLEANUP(mapi_release) on any interface pointer. */
static inline void cleanup_mapi_release(void *pointer)
{
    IUnknown *object;
    memcpy(&object, pointer, sizeof object);
    if (object) {
        object->lpVtbl->Release(object);
    }
}

#endif
