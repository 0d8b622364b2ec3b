/* What the parts of the emulation's own test share: MAPI found at run time, a session, and a tally
 * of checks. */
#ifndef EMU_SELFTEST_H
#define EMU_SELFTEST_H

#include "tests/outlook/emu.h"

struct mapi {
    MAPIINITIALIZE *initialize;
    MAPIUNINITIALIZE *uninitialize;
    MAPILOGONEX *logon;
    MAPIALLOCATEBUFFER *allocate;
    MAPIALLOCATEMORE *allocate_more;
    MAPIFREEBUFFER *free;
    HRESULT(WINAPI *query_all_rows)
    (IMAPITable *, SPropTagArray *, SRestriction *, SSortOrderSet *, LONG, SRowSet **);
    HRESULT(WINAPI *wrap_rtf)(IStream *, ULONG, IStream **);
};

struct selftest {
    struct mapi mapi;
    IMAPISession *session;
    IMsgStore *store; /* the default one */
    IMsgStore *archive;
    IMAPIFolder *contacts;
    IMAPIFolder *calendar;
    IMAPIFolder *trash;
    const char *outlookctl;
    int passed;
    int failed;
};

/* Counts one check and prints `ok NAME` or `FAIL NAME: WHY`. */
BOOL check(struct selftest *t, const char *name, BOOL good, const char *format, ...)
    __attribute__((format(gnu_printf, 4, 5)));
BOOL check_hr(struct selftest *t, const char *name, HRESULT hr, HRESULT expected);
/* The violations since the last call must be exactly one of that kind (NULL: none). */
void check_violation(struct selftest *t, const char *name, const char *kind);

/* Conveniences that fail loudly (they end the program) where the test could not go on. */
void *must_bin(struct selftest *t, IMAPIProp *object, ULONG tag,
    ULONG *ret_size); /* MAPI buffer; NULL if absent */
IMAPIFolder *must_folder(
    struct selftest *t, IMsgStore *store, ULONG size, void *entryid, ULONG flags);
IMessage *must_message(struct selftest *t, IMsgStore *store, const SBinary *entryid, ULONG flags);
IMessage *must_create(
    struct selftest *t, IMAPIFolder *folder, const WCHAR *class, const WCHAR *subject);
SBinary must_entryid(struct selftest *t, IMessage *message); /* lpb is a MAPI buffer of its own */
HRESULT set_string(IMessage *message, ULONG tag, const WCHAR *value);
LONG get_long(struct selftest *t, IMAPIProp *object, ULONG tag); /* -99 if absent */
void get_string(
    struct selftest *t, IMAPIProp *object, ULONG tag, WCHAR *text, size_t room); /* L"" if absent */
void free_rows(struct selftest *t, SRowSet *rows);
ULONG name_id(IMAPIProp *object, const struct mapi *mapi, const GUID *set, LONG lid, BOOL create);
int run_outlookctl(struct selftest *t, const WCHAR *arguments);

void test_folders(struct selftest *t);
void test_tables(struct selftest *t);
void test_props(struct selftest *t);
void test_streams(struct selftest *t);
void test_attachments(struct selftest *t);
void test_moves(struct selftest *t);
void test_conflicts(struct selftest *t);
void test_names(struct selftest *t);
void test_identity(struct selftest *t);
void test_strictness(struct selftest *t);
void test_notifications(struct selftest *t);
void test_leaks(struct selftest *t);
void test_speed(struct selftest *t);

#endif
