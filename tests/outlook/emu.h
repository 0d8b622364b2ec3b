/* The MAPI headers as the emulated Outlook wants them, and the constants MinGW's lack.
 * Every file of tests/outlook includes this one first. Nothing here belongs to the project's own
 * interfaces. Values: MicrosoftDocs/office-developer-client-docs (docs/outlook/mapi) and
 * [MS-OXPROPS]. */
#ifndef EMU_H
#define EMU_H

#ifndef CONST_VTABLE
#define CONST_VTABLE
#endif
#include <windows.h>
#include <objbase.h>
#include <mapix.h>
#include <mapiutil.h>
#include <mapitags.h>
#include <mapicode.h>
#include <mapiguid.h>

#ifndef MAPI_NO_COINIT
#define MAPI_NO_COINIT 0x00000008
#endif
#ifndef MAPI_NT_SERVICE
#define MAPI_NT_SERVICE 0x00010000
#endif
#ifndef MAPI_BG_SESSION
#define MAPI_BG_SESSION 0x00200000
#endif
#ifndef MDB_ONLINE
#define MDB_ONLINE ((ULONG)0x00000100)
#endif
#ifndef MAPI_NO_CACHE
#define MAPI_NO_CACHE ((ULONG)0x00000200)
#endif
#ifndef MAPI_CACHE_ONLY
#define MAPI_CACHE_ONLY ((ULONG)0x00004000)
#endif
#ifndef SHOW_SOFT_DELETES
#define SHOW_SOFT_DELETES ((ULONG)0x00000002)
#endif
#ifndef ITEMPROC_FORCE
#define ITEMPROC_FORCE ((ULONG)0x00000800)
#endif
#ifndef STORE_UNICODE_OK
#define STORE_UNICODE_OK ((ULONG)0x00040000)
#endif
#ifndef STORE_UNCOMPRESSED_RTF
#define STORE_UNCOMPRESSED_RTF ((ULONG)0x00008000)
#endif

#define EMU_TAG(id, type)              PROP_TAG(type, id)
#define EMU_PR_IPM_APPOINTMENT_ENTRYID EMU_TAG(0x36D0, PT_BINARY)
#define EMU_PR_IPM_CONTACT_ENTRYID     EMU_TAG(0x36D1, PT_BINARY)
#define EMU_PR_IPM_JOURNAL_ENTRYID     EMU_TAG(0x36D2, PT_BINARY)
#define EMU_PR_IPM_NOTE_ENTRYID        EMU_TAG(0x36D3, PT_BINARY)
#define EMU_PR_IPM_TASK_ENTRYID        EMU_TAG(0x36D4, PT_BINARY)
#define EMU_PR_IPM_DRAFTS_ENTRYID      EMU_TAG(0x36D7, PT_BINARY)
#define EMU_PR_SOURCE_KEY              EMU_TAG(0x65E0, PT_BINARY)
#define EMU_PR_PARENT_SOURCE_KEY       EMU_TAG(0x65E1, PT_BINARY)
#define EMU_PR_CHANGE_KEY              EMU_TAG(0x65E2, PT_BINARY)
#define EMU_PR_PREDECESSOR_CHANGE_LIST EMU_TAG(0x65E3, PT_BINARY)
#define EMU_PR_LOCAL_COMMIT_TIME       EMU_TAG(0x6709, PT_SYSTIME)
#define EMU_PR_LOCAL_COMMIT_TIME_MAX   EMU_TAG(0x670A, PT_SYSTIME)
#define EMU_PR_DELETED_COUNT_TOTAL     EMU_TAG(0x670B, PT_LONG)
#define EMU_PR_HTML                    EMU_TAG(0x1013, PT_BINARY)
#define EMU_PR_INTERNET_CPID           EMU_TAG(0x3FDE, PT_LONG)
#define EMU_PR_ASSOC_CONTENT_COUNT     EMU_TAG(0x3617, PT_LONG)
#define EMU_PR_ATTRIBUTE_HIDDEN        EMU_TAG(0x10F4, PT_BOOLEAN)
#define EMU_PR_ICON_INDEX              EMU_TAG(0x1080, PT_LONG)
#define EMU_PR_REFERRED_BY_NAME        EMU_TAG(0x3A47, PT_UNICODE)
#define EMU_PR_USER_X509_CERTIFICATE   EMU_TAG(0x3A70, PT_MV_BINARY)
#define EMU_PR_MDB_PROVIDER            EMU_TAG(0x3414, PT_BINARY)

/* A value longer than this does not fit GetProps: OpenProperty(IID_IStream) is needed. */
#define EMU_GETPROPS_LIMIT 8192u
/* Tables cut strings at 255 characters and binaries at 510 bytes (office-developer-client-docs,
 * "IMAPITable::QueryRows", Remarks). */
#define EMU_TABLE_STRING_LIMIT 255u
#define EMU_TABLE_BINARY_LIMIT 510u

#endif
