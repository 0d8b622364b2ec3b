/* The functions of mapi32.dll, found at run time, and MAPI's memory: arrays that MAPI allocates,
 * released at scope end.
 *
 * Nothing of MAPI is linked: MinGW's import library names entry points that 32-bit Windows does not
 * export, and a machine without Outlook must get a message from us instead of one from the loader.
 */
#ifndef LOCKSTEP_MAPI_COM_API_H
#define LOCKSTEP_MAPI_COM_API_H

#include "client/base/log.h"
#include "client/base/mem.h"
#include "mapi/com/mapi.h"

struct mapi_api {
    const struct log *log; /* borrowed, may be NULL */
    HMODULE module;        /* stays loaded until the process ends, see mapi_api_load */
    MAPIINITIALIZE *initialize;
    MAPIUNINITIALIZE *uninitialize;
    MAPILOGONEX *logon_ex;
    FREEBUFFER *free_buffer;
};

/* Loads mapi32.dll. RC_OFFLINE in plain words if Outlook is not installed or has the other bitness;
 * asked beforehand in the registry, because Windows' own mapi32.dll shows a message box in these
 * cases. The DLL is never unloaded again: providers leave threads behind that may still run in it.
 */
enum rc mapi_api_load(const struct log *log, struct mapi_api *ret, struct err *err) WARN_UNUSED;

/* Results in MAPI's memory. Initialise with {api} and release with CLEANUP_FINI; a call releases an
 * earlier result. */
struct mapi_values {
    const struct mapi_api *api;
    SPropValue *items;
    ULONG count;
};
struct mapi_rows {
    const struct mapi_api *api;
    SRowSet *set;
};
struct mapi_tags {
    const struct mapi_api *api;
    SPropTagArray *array;
};
struct mapi_problems {
    const struct mapi_api *api;
    SPropProblemArray *array;
};
void mapi_values_fini(struct mapi_values *v);
void mapi_rows_fini(struct mapi_rows *r);
void mapi_tags_fini(struct mapi_tags *t);
void mapi_problems_fini(struct mapi_problems *p);

/* IMAPIProp::GetProps with Unicode strings. Values that are missing have type PT_ERROR. */
enum rc mapi_get_props(IMAPIProp *object, const char *call, const SPropTagArray *tags,
    struct mapi_values *ret, struct err *err) WARN_UNUSED;
/* The next rows of a table, at most `limit`; none at its end. */
enum rc mapi_next_rows(IMAPITable *table, LONG limit, struct mapi_rows *ret, struct err *err)
    WARN_UNUSED;

/* The value of a property in an array or row: NULL unless it is there with exactly this type. */
const SPropValue *mapi_find(const SPropValue *items, ULONG count, ULONG tag);
const SBinary *mapi_find_binary(const SPropValue *items, ULONG count, ULONG tag);
const wchar_t *mapi_find_text(const SPropValue *items, ULONG count, ULONG tag);

/* A tag array of a fixed size for the calls above: MAPI_TAGS(PR_ENTRYID, ...) as const
 * SPropTagArray *. */
#define MAPI_TAGS(...)                                                                             \
    ((const SPropTagArray *)(const void *)(const ULONG[]){                                         \
        sizeof((ULONG[]){__VA_ARGS__}) / sizeof(ULONG), __VA_ARGS__})

#endif
