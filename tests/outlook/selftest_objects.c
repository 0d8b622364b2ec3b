/* Cases of the emulation's own test: what stores, folders, tables, messages and attachments do for
 * a correct caller. */
#include "tests/outlook/selftest.h"

#include <stdio.h>
#include <string.h>

static const GUID set_appointment = {0x00062002, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}};

void test_folders(struct selftest *t)
{
    SizedSPropTagArray(3, columns) = {3, {PR_DISPLAY_NAME_W, PR_CONTAINER_CLASS_W, PR_DEPTH}};
    IMAPIFolder *subtree;
    IMAPIFolder *made = NULL;
    IMAPIFolder *again = NULL;
    IMAPITable *table;
    SRowSet *rows;
    ULONG size;
    void *id = must_bin(t, (IMAPIProp *)t->store, PR_IPM_SUBTREE_ENTRYID, &size);
    ENTRYID *inbox;
    WCHAR *class;
    WCHAR text[64];
    BOOL deep = FALSE;

    subtree = must_folder(t, t->store, size, id, MAPI_BEST_ACCESS);
    t->mapi.free(id);
    get_string(t, (IMAPIProp *)t->contacts, PR_CONTAINER_CLASS_W, text, ARRAYSIZE(text));
    check(t, "folders/contacts have their class", !wcscmp(text, L"IPF.Contact"), "%ls", text);
    check_hr(t, "folders/GetReceiveFolder",
        t->store->lpVtbl->GetReceiveFolder(
            t->store, NULL, MAPI_UNICODE, &size, &inbox, (TCHAR **)&class),
        S_OK);
    {
        IMAPIFolder *folder = must_folder(t, t->store, size, inbox, 0);
        void *named = must_bin(t, (IMAPIProp *)folder, EMU_PR_IPM_TASK_ENTRYID, &size);
        get_string(t, (IMAPIProp *)folder, PR_DISPLAY_NAME_W, text, ARRAYSIZE(text));
        check(t, "folders/the Inbox names the task folder",
            !wcscmp(text, L"Inbox") && named && size == 24, "%ls %lu", text, (unsigned long)size);
        t->mapi.free(named);
        folder->lpVtbl->Release(folder);
    }
    t->mapi.free(inbox);
    t->mapi.free(class);
    check_hr(t, "folders/CreateFolder",
        t->contacts->lpVtbl->CreateFolder(t->contacts, FOLDER_GENERIC,
            (TCHAR *)(ULONG_PTR)L"Gr\u00fcn", NULL, NULL, MAPI_UNICODE, &made),
        S_OK);
    get_string(t, (IMAPIProp *)made, PR_CONTAINER_CLASS_W, text, ARRAYSIZE(text));
    check(t, "folders/a new folder inherits its kind", !wcscmp(text, L"IPF.Contact"), "%ls", text);
    check_hr(t, "folders/a second one collides",
        t->contacts->lpVtbl->CreateFolder(t->contacts, FOLDER_GENERIC,
            (TCHAR *)(ULONG_PTR)L"Gr\u00fcn", NULL, NULL, MAPI_UNICODE, &again),
        MAPI_E_COLLISION);
    check_hr(t, "folders/OPEN_IF_EXISTS",
        t->contacts->lpVtbl->CreateFolder(t->contacts, FOLDER_GENERIC,
            (TCHAR *)(ULONG_PTR)L"Gr\u00fcn", NULL, NULL, MAPI_UNICODE | OPEN_IF_EXISTS, &again),
        S_OK);
    again->lpVtbl->Release(again);
    subtree->lpVtbl->GetHierarchyTable(subtree, CONVENIENT_DEPTH | MAPI_UNICODE, &table);
    t->mapi.query_all_rows(table, (SPropTagArray *)&columns, NULL, NULL, 0, &rows);
    for (ULONG i = 0; i < rows->cRows; i++) {
        SPropValue *value = rows->aRow[i].lpProps;
        deep = deep || (!wcscmp(value[0].Value.lpszW, L"Gr\u00fcn") && value[2].Value.l == 2);
    }
    check(t, "folders/CONVENIENT_DEPTH shows subfolders", deep && rows->cRows == 11, "%lu rows",
        (unsigned long)rows->cRows);
    free_rows(t, rows);
    table->lpVtbl->Release(table);
    id = must_bin(t, (IMAPIProp *)made, PR_ENTRYID, &size);
    made->lpVtbl->Release(made);
    check_hr(t, "folders/DeleteFolder",
        t->contacts->lpVtbl->DeleteFolder(t->contacts, size, id, 0, NULL, 0), S_OK);
    t->mapi.free(id);
    subtree->lpVtbl->Release(subtree);
}

static ULONG count_where(struct selftest *t, SRestriction *restriction)
{
    IMAPITable *table;
    ULONG count = 999;

    t->contacts->lpVtbl->GetContentsTable(t->contacts, MAPI_UNICODE, &table);
    if (FAILED(table->lpVtbl->Restrict(table, restriction, 0)) ||
        FAILED(table->lpVtbl->GetRowCount(table, 0, &count))) {
        count = 999;
    }
    table->lpVtbl->Release(table);
    return count;
}

static void test_restrictions(struct selftest *t)
{
    SPropValue text = {.ulPropTag = PR_SUBJECT_W};
    SPropValue number = {.ulPropTag = PR_IMPORTANCE};
    SRestriction content = {.rt = RES_CONTENT};
    SRestriction property = {.rt = RES_PROPERTY};
    SRestriction exist = {.rt = RES_EXIST};
    SRestriction both[2];
    SRestriction and_ = {.rt = RES_AND};
    SRestriction or_ = {.rt = RES_OR};
    SRestriction not_ = {.rt = RES_NOT};
    SRestriction mask = {.rt = RES_BITMASK};

    text.Value.lpszW = (WCHAR *)(ULONG_PTR)L"ROW 0";
    content.res.resContent.ulFuzzyLevel = FL_PREFIX | FL_IGNORECASE;
    content.res.resContent.ulPropTag = PR_SUBJECT_W;
    content.res.resContent.lpProp = &text;
    number.Value.l = 2;
    property.res.resProperty.relop = RELOP_GE;
    property.res.resProperty.ulPropTag = PR_IMPORTANCE;
    property.res.resProperty.lpProp = &number;
    exist.res.resExist.ulPropTag = PR_IMPORTANCE;
    both[0] = content;
    both[1] = property;
    and_.res.resAnd.cRes = or_.res.resOr.cRes = 2;
    and_.res.resAnd.lpRes = or_.res.resOr.lpRes = both;
    not_.res.resNot.lpRes = &exist;
    mask.res.resBitMask.relBMR = BMR_NEZ;
    mask.res.resBitMask.ulPropTag = PR_IMPORTANCE;
    mask.res.resBitMask.ulMask = 1;
    check(t, "tables/RES_CONTENT", count_where(t, &content) == 10, "%lu",
        (unsigned long)count_where(t, &content));
    check(t, "tables/RES_PROPERTY", count_where(t, &property) == 5, "%lu",
        (unsigned long)count_where(t, &property));
    check(t, "tables/RES_EXIST", count_where(t, &exist) == 15, "%lu",
        (unsigned long)count_where(t, &exist));
    check(t, "tables/RES_NOT", count_where(t, &not_) == 5, "%lu",
        (unsigned long)count_where(t, &not_));
    check(t, "tables/RES_AND", count_where(t, &and_) == 2, "%lu",
        (unsigned long)count_where(t, &and_));
    check(
        t, "tables/RES_OR", count_where(t, &or_) == 13, "%lu", (unsigned long)count_where(t, &or_));
    check(t, "tables/RES_BITMASK", count_where(t, &mask) == 5, "%lu",
        (unsigned long)count_where(t, &mask));
}

static void test_cursor(struct selftest *t)
{
    SizedSPropTagArray(3, columns) = {3, {PR_SUBJECT_W, PR_ENTRYID, PR_INSTANCE_KEY}};
    SSortOrderSet sort = {1, 0, 0, {{PR_SUBJECT_W, TABLE_SORT_DESCEND}}};
    SPropValue text = {.ulPropTag = PR_SUBJECT_W};
    SRestriction find = {.rt = RES_PROPERTY};
    IMAPITable *table;
    SRowSet *rows;
    LONG moved;
    ULONG row, numerator, denominator;

    t->contacts->lpVtbl->GetContentsTable(t->contacts, MAPI_UNICODE, &table);
    check_hr(t, "tables/SetColumns",
        table->lpVtbl->SetColumns(table, (SPropTagArray *)&columns, TBL_BATCH), S_OK);
    check_hr(t, "tables/SortTable", table->lpVtbl->SortTable(table, &sort, TBL_BATCH), S_OK);
    table->lpVtbl->QueryRows(table, 7, 0, &rows);
    check(t, "tables/sorted downwards",
        rows->cRows == 7 && !wcscmp(rows->aRow[0].lpProps[0].Value.lpszW, L"row 19"), "%ls",
        rows->aRow[0].lpProps[0].Value.lpszW);
    free_rows(t, rows);
    table->lpVtbl->QueryPosition(table, &row, &numerator, &denominator);
    check(t, "tables/QueryPosition", row == 7 && denominator == 20, "%lu of %lu",
        (unsigned long)row, (unsigned long)denominator);
    table->lpVtbl->SeekRow(table, BOOKMARK_END, -100, &moved);
    check(t, "tables/SeekRow stops at the ends", moved == -20, "%ld", (long)moved);
    table->lpVtbl->QueryRows(table, 0x7fffffff, 0, &rows);
    check(
        t, "tables/QueryRows of everything", rows->cRows == 20, "%lu", (unsigned long)rows->cRows);
    free_rows(t, rows);
    table->lpVtbl->QueryRows(table, 5, 0, &rows);
    check(t, "tables/nothing behind the end", rows->cRows == 0, "%lu", (unsigned long)rows->cRows);
    free_rows(t, rows);
    text.Value.lpszW = (WCHAR *)(ULONG_PTR)L"row 07";
    find.res.resProperty.relop = RELOP_EQ;
    find.res.resProperty.ulPropTag = PR_SUBJECT_W;
    find.res.resProperty.lpProp = &text;
    check_hr(
        t, "tables/FindRow", table->lpVtbl->FindRow(table, &find, BOOKMARK_BEGINNING, 0), S_OK);
    table->lpVtbl->QueryRows(table, 1, TBL_NOADVANCE, &rows);
    check(t, "tables/FindRow stands on the row",
        !wcscmp(rows->aRow[0].lpProps[0].Value.lpszW, L"row 07"), "%ls",
        rows->aRow[0].lpProps[0].Value.lpszW);
    free_rows(t, rows);
    table->lpVtbl->Release(table);
}

void test_tables(struct selftest *t)
{
    SizedSPropTagArray(3, columns) = {3, {PR_BODY_W, PR_RTF_COMPRESSED, PR_SUBJECT_A}};
    WCHAR long_text[1001];
    BYTE long_bytes[2000] = {1};
    IMAPITable *table;
    SRowSet *rows;
    SPropValue value;
    SPropProblemArray *problems;

    for (int i = 0; i < 20; i++) {
        WCHAR subject[16];
        IMessage *message;
        swprintf(subject, ARRAYSIZE(subject), L"row %02d", i);
        message = must_create(t, t->contacts, L"IPM.Contact", subject);
        if (i % 4) {
            value.ulPropTag = PR_IMPORTANCE;
            value.Value.l = i % 4 - 1;
            message->lpVtbl->SetProps(message, 1, &value, &problems);
            message->lpVtbl->SaveChanges(message, KEEP_OPEN_READWRITE);
        }
        message->lpVtbl->Release(message);
    }
    test_restrictions(t);
    test_cursor(t);
    {
        IMessage *message = must_create(t, t->calendar, L"IPM.Appointment", L"long");
        for (int i = 0; i < 1000; i++) {
            long_text[i] = L'x';
        }
        long_text[1000] = 0;
        set_string(message, PR_BODY_W, long_text);
        value.ulPropTag = PROP_TAG(PT_BINARY, 0x6801);
        value.Value.bin.cb = sizeof(long_bytes);
        value.Value.bin.lpb = long_bytes;
        message->lpVtbl->SetProps(message, 1, &value, &problems);
        message->lpVtbl->SaveChanges(message, KEEP_OPEN_READONLY);
        message->lpVtbl->Release(message);
    }
    columns.aulPropTag[1] = PROP_TAG(PT_BINARY, 0x6801);
    t->calendar->lpVtbl->GetContentsTable(t->calendar, 0, &table);
    t->mapi.query_all_rows(table, (SPropTagArray *)&columns, NULL, NULL, 0, &rows);
    check(t, "tables/strings are cut at 255", wcslen(rows->aRow[0].lpProps[0].Value.lpszW) == 255,
        "%u", (unsigned)wcslen(rows->aRow[0].lpProps[0].Value.lpszW));
    check(t, "tables/long binaries are left out",
        PROP_TYPE(rows->aRow[0].lpProps[1].ulPropTag) == PT_ERROR &&
            rows->aRow[0].lpProps[1].Value.err == MAPI_E_NOT_ENOUGH_MEMORY,
        "0x%08lx", (unsigned long)rows->aRow[0].lpProps[1].ulPropTag);
    check(t, "tables/a column may be PT_STRING8",
        !strcmp(rows->aRow[0].lpProps[2].Value.lpszA, "long"), "%s",
        rows->aRow[0].lpProps[2].Value.lpszA);
    free_rows(t, rows);
    table->lpVtbl->Release(table);
}

void test_props(struct selftest *t)
{
    SizedSPropTagArray(4, tags) = {4, {PR_SUBJECT_A, PROP_TAG(PT_UNSPECIFIED, PROP_ID(PR_SUBJECT)),
                                          PR_IMPORTANCE, PROP_TAG(PT_LONG, PROP_ID(PR_SUBJECT))}};
    IMessage *message = must_create(t, t->contacts, L"IPM.Contact", L"RE: J\u00f6rg");
    SPropValue value = {.ulPropTag = PR_ENTRYID};
    SPropProblemArray *problems = NULL;
    SPropTagArray *list;
    SPropValue *values;
    WCHAR text[64];
    ULONG count;

    check_hr(t, "props/GetProps with something missing",
        message->lpVtbl->GetProps(message, (SPropTagArray *)&tags, MAPI_UNICODE, &count, &values),
        MAPI_W_ERRORS_RETURNED);
    check(t, "props/a string as PT_STRING8",
        values[0].ulPropTag == PR_SUBJECT_A && strlen(values[0].Value.lpszA) == 8, "0x%08lx",
        (unsigned long)values[0].ulPropTag);
    check(t, "props/PT_UNSPECIFIED gives the stored type", values[1].ulPropTag == PR_SUBJECT_W,
        "0x%08lx", (unsigned long)values[1].ulPropTag);
    check(t, "props/missing", values[2].Value.err == MAPI_E_NOT_FOUND, "0x%08lx",
        (unsigned long)values[2].Value.err);
    check(t, "props/another type", values[3].Value.err == MAPI_E_INVALID_TYPE, "0x%08lx",
        (unsigned long)values[3].Value.err);
    t->mapi.free(values);
    check_hr(t, "props/GetProps of everything",
        message->lpVtbl->GetProps(message, NULL, 0, &count, &values), S_OK);
    message->lpVtbl->GetPropList(message, MAPI_UNICODE, &list);
    check(t, "props/GetPropList agrees", list->cValues == count && count > 20, "%lu and %lu",
        (unsigned long)count, (unsigned long)list->cValues);
    t->mapi.free(values);
    t->mapi.free(list);
    get_string(t, (IMAPIProp *)message, PR_NORMALIZED_SUBJECT_W, text, ARRAYSIZE(text));
    check(t, "props/normalized subject", !wcscmp(text, L"J\u00f6rg"), "%ls", text);
    value.Value.bin.cb = 0;
    value.Value.bin.lpb = NULL;
    check_hr(t, "props/SetProps of what the store owns",
        message->lpVtbl->SetProps(message, 1, &value, &problems), S_OK);
    check(t, "props/is a problem", problems && problems->aProblem[0].scode == MAPI_E_COMPUTED,
        "no problem");
    t->mapi.free(problems);
    tags.cValues = 1;
    set_string(message, PR_GIVEN_NAME_W, L"J\u00f6rg");
    check_hr(t, "props/DeleteProps of what is missing",
        message->lpVtbl->DeleteProps(message, (SPropTagArray *)&tags, NULL), S_OK);
    message->lpVtbl->Release(message);
}

static void test_rtf(struct selftest *t)
{
    static const char rtf[] =
        "{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}}Gr\\'fc\\u223?e\\par zweite}";
    IMessage *message = must_create(t, t->calendar, L"IPM.Appointment", L"rtf");
    IStream *compressed;
    IStream *plain;
    WCHAR text[64];
    char back[256] = "";
    ULONG count = 0;
    HRESULT hr;

    hr = message->lpVtbl->OpenProperty(message, PR_RTF_COMPRESSED, &IID_IStream, STGM_READWRITE,
        MAPI_MODIFY | MAPI_CREATE, (IUnknown **)&compressed);
    hr = SUCCEEDED(hr) ? t->mapi.wrap_rtf(compressed, MAPI_MODIFY, &plain) : hr;
    check_hr(t, "rtf/WrapCompressedRTFStream to write", hr, S_OK);
    plain->lpVtbl->Write(plain, rtf, sizeof(rtf) - 1, &count);
    plain->lpVtbl->Commit(plain, 0);
    plain->lpVtbl->Release(plain);
    compressed->lpVtbl->Commit(compressed, 0);
    compressed->lpVtbl->Release(compressed);
    message->lpVtbl->SaveChanges(message, KEEP_OPEN_READWRITE);
    get_string(t, (IMAPIProp *)message, PR_BODY_W, text, ARRAYSIZE(text));
    check(t, "rtf/the text follows", !wcscmp(text, L"Gr\u00fc\u00dfe\r\nzweite"), "%ls", text);
    message->lpVtbl->OpenProperty(
        message, PR_RTF_COMPRESSED, &IID_IStream, 0, 0, (IUnknown **)&compressed);
    check_hr(
        t, "rtf/WrapCompressedRTFStream to read", t->mapi.wrap_rtf(compressed, 0, &plain), S_OK);
    plain->lpVtbl->Read(plain, back, sizeof(back) - 1, &count);
    check(t, "rtf/comes back", !strcmp(back, rtf), "%s", back);
    plain->lpVtbl->Release(plain);
    compressed->lpVtbl->Release(compressed);
    set_string(message, PR_BODY_W, L"new text");
    message->lpVtbl->SaveChanges(message, KEEP_OPEN_READWRITE);
    {
        ULONG size;
        void *stale = must_bin(t, (IMAPIProp *)message, PR_RTF_COMPRESSED, &size);
        check(
            t, "rtf/a new text drops the stale RTF", !stale, "%lu bytes left", (unsigned long)size);
        t->mapi.free(stale);
    }
    message->lpVtbl->Release(message);
}

void test_streams(struct selftest *t)
{
    SizedSPropTagArray(1, tags) = {1, {PR_BODY_W}};
    IMessage *message = must_create(t, t->calendar, L"IPM.Appointment", L"stream");
    WCHAR part[1000];
    IStream *stream;
    SPropValue *values;
    STATSTG stat;
    ULONG count;

    for (int i = 0; i < 1000; i++) {
        part[i] = (WCHAR)(L'a' + i % 26);
    }
    check_hr(t, "streams/open to write",
        message->lpVtbl->OpenProperty(message, PR_BODY_W, &IID_IStream, STGM_READWRITE,
            MAPI_MODIFY | MAPI_CREATE, (IUnknown **)&stream),
        S_OK);
    for (int i = 0; i < 10; i++) {
        stream->lpVtbl->Write(stream, part, sizeof(part), &count);
    }
    check_hr(t, "streams/Commit", stream->lpVtbl->Commit(stream, 0), S_OK);
    stream->lpVtbl->Release(stream);
    message->lpVtbl->SaveChanges(message, KEEP_OPEN_READWRITE);
    check_hr(t, "streams/GetProps of a long value",
        message->lpVtbl->GetProps(message, (SPropTagArray *)&tags, 0, &count, &values),
        MAPI_W_ERRORS_RETURNED);
    check(t, "streams/does not fit", values[0].Value.err == MAPI_E_NOT_ENOUGH_MEMORY, "0x%08lx",
        (unsigned long)values[0].Value.err);
    t->mapi.free(values);
    check_hr(t, "streams/open to read",
        message->lpVtbl->OpenProperty(message, PR_BODY_W, &IID_IStream, 0, 0, (IUnknown **)&stream),
        S_OK);
    stream->lpVtbl->Stat(stream, &stat, STATFLAG_NONAME);
    check(t, "streams/size", stat.cbSize.QuadPart == 20000, "%lu",
        (unsigned long)stat.cbSize.LowPart);
    stream->lpVtbl->Release(stream);
    check_hr(t, "streams/of what is missing",
        message->lpVtbl->OpenProperty(
            message, PR_ATTACH_DATA_BIN, &IID_IStream, 0, 0, (IUnknown **)&stream),
        MAPI_E_NOT_FOUND);
    message->lpVtbl->Release(message);
    test_rtf(t);
}

static void add_embedded(struct selftest *t, IMessage *message)
{
    SPropValue method = {.ulPropTag = PR_ATTACH_METHOD};
    SPropProblemArray *problems;
    IAttach *attach;
    IMessage *inner;
    ULONG number;

    method.Value.l = ATTACH_EMBEDDED_MSG;
    message->lpVtbl->CreateAttach(message, NULL, 0, &number, &attach);
    attach->lpVtbl->SetProps(attach, 1, &method, &problems);
    check_hr(t, "attachments/embedded message",
        attach->lpVtbl->OpenProperty(attach, PR_ATTACH_DATA_OBJ, &IID_IMessage, 0,
            MAPI_MODIFY | MAPI_CREATE, (IUnknown **)&inner),
        S_OK);
    set_string(inner, PR_SUBJECT_W, L"inner");
    check_hr(t, "attachments/save the inner message", inner->lpVtbl->SaveChanges(inner, 0), S_OK);
    inner->lpVtbl->Release(inner);
    check_hr(t, "attachments/save the attachment", attach->lpVtbl->SaveChanges(attach, 0), S_OK);
    attach->lpVtbl->Release(attach);
}

static void check_embedded(struct selftest *t, IMessage *message)
{
    IAttach *attach;
    IMessage *inner;
    WCHAR text[32] = L"";

    if (!check_hr(t, "attachments/OpenAttach",
            message->lpVtbl->OpenAttach(message, 1, NULL, 0, &attach), S_OK)) {
        return;
    }
    if (check_hr(t, "attachments/open the embedded message",
            attach->lpVtbl->OpenProperty(
                attach, PR_ATTACH_DATA_OBJ, &IID_IMessage, 0, 0, (IUnknown **)&inner),
            S_OK)) {
        get_string(t, (IMAPIProp *)inner, PR_SUBJECT_W, text, ARRAYSIZE(text));
        inner->lpVtbl->Release(inner);
    }
    check(t, "attachments/its subject", !wcscmp(text, L"inner"), "%ls", text);
    attach->lpVtbl->Release(attach);
}

static void test_recipients(struct selftest *t, IMessage *message)
{
    SPropValue values[3] = {{.ulPropTag = PR_RECIPIENT_TYPE}, {.ulPropTag = PR_DISPLAY_NAME_W},
        {.ulPropTag = PR_ROWID}};
    ADRLIST list = {1, {{0, 2, values}}};
    WCHAR text[64];
    IMAPITable *table;
    ULONG count;

    values[0].Value.l = MAPI_TO;
    values[1].Value.lpszW = (WCHAR *)(ULONG_PTR)L"Ann";
    check_hr(
        t, "recipients/add", message->lpVtbl->ModifyRecipients(message, MODRECIP_ADD, &list), S_OK);
    values[1].Value.lpszW = (WCHAR *)(ULONG_PTR)L"Bob";
    message->lpVtbl->ModifyRecipients(message, MODRECIP_ADD, &list);
    message->lpVtbl->GetRecipientTable(message, MAPI_UNICODE, &table);
    table->lpVtbl->GetRowCount(table, 0, &count);
    get_string(t, (IMAPIProp *)message, PR_DISPLAY_TO_W, text, ARRAYSIZE(text));
    check(t, "recipients/two, and PR_DISPLAY_TO", count == 2 && !wcscmp(text, L"Ann; Bob"),
        "%lu %ls", (unsigned long)count, text);
    list.aEntries[0].cValues = 3;
    values[2].Value.l = 1;
    values[0].Value.l = MAPI_CC;
    check_hr(t, "recipients/modify",
        message->lpVtbl->ModifyRecipients(message, MODRECIP_MODIFY, &list), S_OK);
    get_string(t, (IMAPIProp *)message, PR_DISPLAY_CC_W, text, ARRAYSIZE(text));
    table->lpVtbl->GetRowCount(table, 0, &count);
    check(t, "recipients/modified in its place", count == 2 && !wcscmp(text, L"Bob"), "%lu %ls",
        (unsigned long)count, text);
    values[2].Value.l = 0;
    check_hr(t, "recipients/remove",
        message->lpVtbl->ModifyRecipients(message, MODRECIP_REMOVE, &list), S_OK);
    table->lpVtbl->GetRowCount(table, 0, &count);
    check(t, "recipients/the table is live", count == 1, "%lu", (unsigned long)count);
    table->lpVtbl->Release(table);
}

void test_attachments(struct selftest *t)
{
    IMessage *message = must_create(t, t->calendar, L"IPM.Appointment", L"attachments");
    IMessage *copy;
    SPropValue values[3] = {{.ulPropTag = PR_ATTACH_METHOD},
        {.ulPropTag = PR_ATTACH_LONG_FILENAME_W}, {.ulPropTag = PR_ATTACH_DATA_BIN}};
    SPropProblemArray *problems;
    SBinary id = must_entryid(t, message);
    IMAPITable *table;
    IAttach *attach;
    ULONG number;
    ULONG count;

    values[0].Value.l = ATTACH_BY_VALUE;
    values[1].Value.lpszW = (WCHAR *)(ULONG_PTR)L"note.txt";
    values[2].Value.bin.cb = 5;
    values[2].Value.bin.lpb = (BYTE *)(ULONG_PTR) "hello";
    check_hr(t, "attachments/CreateAttach",
        message->lpVtbl->CreateAttach(message, NULL, 0, &number, &attach), S_OK);
    attach->lpVtbl->SetProps(attach, 3, values, &problems);
    check(t, "attachments/not there before they are saved",
        get_long(t, (IMAPIProp *)message, PR_HASATTACH) == 0, "there");
    attach->lpVtbl->SaveChanges(attach, 0);
    attach->lpVtbl->Release(attach);
    add_embedded(t, message);
    test_recipients(t, message);
    check(t, "attachments/PR_HASATTACH", get_long(t, (IMAPIProp *)message, PR_HASATTACH) == 1,
        "not set");
    check_hr(t, "attachments/save the message", message->lpVtbl->SaveChanges(message, 0), S_OK);
    message->lpVtbl->Release(message);
    message = must_message(t, t->store, &id, MAPI_BEST_ACCESS);
    message->lpVtbl->GetAttachmentTable(message, MAPI_UNICODE, &table);
    table->lpVtbl->GetRowCount(table, 0, &count);
    check(t, "attachments/table", count == 2, "%lu", (unsigned long)count);
    table->lpVtbl->Release(table);
    check_embedded(t, message);
    copy = must_create(t, t->calendar, L"IPM.Appointment", L"copy");
    check_hr(t, "attachments/CopyTo",
        message->lpVtbl->CopyTo(message, 0, NULL, NULL, 0, NULL, &IID_IMessage, copy, 0, NULL),
        S_OK);
    check_embedded(t, copy);
    copy->lpVtbl->SaveChanges(copy, 0);
    copy->lpVtbl->Release(copy);
    check_hr(
        t, "attachments/DeleteAttach", message->lpVtbl->DeleteAttach(message, 0, 0, NULL, 0), S_OK);
    message->lpVtbl->SaveChanges(message, KEEP_OPEN_READWRITE);
    check_hr(t, "attachments/a deleted one is gone",
        message->lpVtbl->OpenAttach(message, 0, NULL, 0, &attach), MAPI_E_NOT_FOUND);
    message->lpVtbl->Release(message);
    t->mapi.free(id.lpb);
}

void test_moves(struct selftest *t)
{
    SizedSPropTagArray(3, columns) = {3, {PR_ENTRYID, PR_SEARCH_KEY, PR_SUBJECT_W}};
    IMessage *message = must_create(t, t->contacts, L"IPM.Contact", L"to move");
    SBinary id = must_entryid(t, message);
    ENTRYLIST list = {1, &id};
    IMAPITable *table;
    SRowSet *rows;
    ULONG size;
    ULONG type;
    IUnknown *gone;
    void *search_key = must_bin(t, (IMAPIProp *)message, PR_SEARCH_KEY, &size);
    LONG before = get_long(t, (IMAPIProp *)t->contacts, PR_CONTENT_COUNT);

    message->lpVtbl->Release(message);
    check_hr(t, "moves/CopyMessages",
        t->contacts->lpVtbl->CopyMessages(
            t->contacts, &list, NULL, t->trash, 0, NULL, MESSAGE_MOVE),
        S_OK);
    check_hr(t, "moves/the old entry id is gone",
        t->store->lpVtbl->OpenEntry(t->store, id.cb, (ENTRYID *)id.lpb, NULL, 0, &type, &gone),
        MAPI_E_NOT_FOUND);
    t->trash->lpVtbl->GetContentsTable(t->trash, MAPI_UNICODE, &table);
    t->mapi.query_all_rows(table, (SPropTagArray *)&columns, NULL, NULL, 0, &rows);
    check(t, "moves/it lies in Deleted Items",
        rows->cRows == 1 && !wcscmp(rows->aRow[0].lpProps[2].Value.lpszW, L"to move"), "%lu rows",
        (unsigned long)rows->cRows);
    check(t, "moves/the entry id is another",
        memcmp(rows->aRow[0].lpProps[0].Value.bin.lpb, id.lpb, id.cb) != 0, "same");
    check(t, "moves/the search key is the same",
        !memcmp(rows->aRow[0].lpProps[1].Value.bin.lpb, search_key, size), "another");
    check(t, "moves/PR_CONTENT_COUNT",
        get_long(t, (IMAPIProp *)t->contacts, PR_CONTENT_COUNT) == before - 1, "wrong");
    check_hr(t, "moves/again: partial",
        t->contacts->lpVtbl->CopyMessages(
            t->contacts, &list, NULL, t->trash, 0, NULL, MESSAGE_MOVE),
        MAPI_W_PARTIAL_COMPLETION);
    t->mapi.free(id.lpb);
    id = rows->aRow[0].lpProps[0].Value.bin;
    check_hr(t, "moves/DeleteMessages",
        t->trash->lpVtbl->DeleteMessages(t->trash, &list, 0, NULL, 0), S_OK);
    free_rows(t, rows);
    table->lpVtbl->Release(table);
    t->mapi.free(search_key);
}

void test_conflicts(struct selftest *t)
{
    IMessage *first = must_create(t, t->contacts, L"IPM.Contact", L"conflict");
    SBinary id = must_entryid(t, first);
    IMessage *second = must_message(t, t->store, &id, MAPI_BEST_ACCESS);
    WCHAR text[64];
    ULONG size1, size2;
    void *key1 = must_bin(t, (IMAPIProp *)first, EMU_PR_CHANGE_KEY, &size1);
    void *key2;

    set_string(first, PR_GIVEN_NAME_W, L"one");
    check_hr(t, "conflicts/the first save", first->lpVtbl->SaveChanges(first, KEEP_OPEN_READWRITE),
        S_OK);
    key2 = must_bin(t, (IMAPIProp *)first, EMU_PR_CHANGE_KEY, &size2);
    check(t, "conflicts/a save changes the change key",
        size1 == 22 && size2 == 22 && memcmp(key1, key2, 22) != 0, "same");
    set_string(second, PR_SURNAME_W, L"two");
    check_hr(t, "conflicts/the second one",
        second->lpVtbl->SaveChanges(second, KEEP_OPEN_READWRITE), MAPI_E_OBJECT_CHANGED);
    check_hr(t, "conflicts/FORCE_SAVE",
        second->lpVtbl->SaveChanges(second, KEEP_OPEN_READWRITE | FORCE_SAVE), S_OK);
    get_string(t, (IMAPIProp *)second, PR_GIVEN_NAME_W, text, ARRAYSIZE(text));
    check(t, "conflicts/keeps what the other wrote elsewhere", !wcscmp(text, L"one"), "%ls", text);
    check(t, "conflicts/another process edits",
        run_outlookctl(t, L"set default Contacts conflict 3A16001F Elsewhere") == 0,
        "outlookctl failed");
    set_string(second, PR_SURNAME_W, L"three");
    check_hr(t, "conflicts/is noticed too",
        second->lpVtbl->SaveChanges(second, KEEP_OPEN_READWRITE), MAPI_E_OBJECT_CHANGED);
    check(t, "conflicts/another process deletes",
        run_outlookctl(t, L"delete default Contacts conflict") == 0, "failed");
    check_hr(t, "conflicts/a deleted item cannot be saved",
        second->lpVtbl->SaveChanges(second, KEEP_OPEN_READWRITE | FORCE_SAVE),
        MAPI_E_OBJECT_DELETED);
    first->lpVtbl->Release(first);
    second->lpVtbl->Release(second);
    t->mapi.free(id.lpb);
    t->mapi.free(key1);
    t->mapi.free(key2);
}

void test_names(struct selftest *t)
{
    GUID guid = PS_PUBLIC_STRINGS;
    MAPINAMEID name = {&guid, MNID_STRING, {0}};
    MAPINAMEID *names = &name;
    MAPINAMEID **back;
    SPropTagArray *tags;
    ULONG here = name_id((IMAPIProp *)t->store, &t->mapi, &set_appointment, 0x8208, TRUE);
    ULONG there = name_id((IMAPIProp *)t->archive, &t->mapi, &set_appointment, 0x8208, TRUE);
    ULONG count;

    check(t, "names/ids differ between stores", here >= 0x8000 && there >= 0x8000 && here != there,
        "%lx %lx", (unsigned long)here, (unsigned long)there);
    check(t, "names/ids stay",
        here == name_id((IMAPIProp *)t->calendar, &t->mapi, &set_appointment, 0x8208, FALSE),
        "changed");
    name.Kind.lpwstrName = (WCHAR *)(ULONG_PTR)L"No Such Name";
    check_hr(t, "names/unknown without MAPI_CREATE",
        t->store->lpVtbl->GetIDsFromNames(t->store, 1, &names, 0, &tags), MAPI_W_ERRORS_RETURNED);
    check(t, "names/unknown is PT_ERROR", tags->aulPropTag[0] == PT_ERROR, "0x%08lx",
        (unsigned long)tags->aulPropTag[0]);
    t->mapi.free(tags);
    name.Kind.lpwstrName = (WCHAR *)(ULONG_PTR)L"Keywords";
    t->store->lpVtbl->GetIDsFromNames(t->store, 1, &names, MAPI_CREATE, &tags);
    check_hr(t, "names/GetNamesFromIDs",
        t->store->lpVtbl->GetNamesFromIDs(t->store, &tags, NULL, 0, &count, &back), S_OK);
    check(t, "names/gives the name back",
        count == 1 && back[0]->ulKind == MNID_STRING &&
            !wcscmp(back[0]->Kind.lpwstrName, L"Keywords"),
        "wrong");
    t->mapi.free(back);
    t->mapi.free(tags);
}
