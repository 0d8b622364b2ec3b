/* Tables; see table.h. A change in the source while somebody reads moves the rows under the cursor,
 * which keeps standing behind the last row it gave out; rows added before it are therefore not
 * seen, as with a real contents table. */
#include "tests/outlook/table.h"

#include "tests/outlook/memory.h"
#include "tests/outlook/notify.h"
#include "tests/outlook/restrict.h"
#include "tests/outlook/values.h"

#include <string.h>

#define TABLE_BOOKMARKS      16
#define TABLE_BOOKMARK_FIRST 100u

struct table_row {
    ULONG key;
    BYTE *stored; /* owned; what a borrowed bag points into */
    struct bag bag;
};

struct table_rows {
    struct table_row *items; /* owned */
    ULONG count;
    ULONG capacity;
};

struct table {
    struct object object;
    struct table_source source;
    struct table_rows rows; /* all, in the source's order */
    ULONG *order;           /* owned; indexes of those that pass the filter, sorted */
    ULONG count;
    ULONG position;
    LONGLONG version;
    BOOL loaded;
    ULONG *columns; /* owned */
    ULONG column_count;
    struct filter *filter; /* owned; NULL: everything */
    SSortOrder *sort;      /* owned */
    ULONG sort_count;
    BOOL bookmark_used[TABLE_BOOKMARKS];
    ULONG bookmarks[TABLE_BOOKMARKS];
};

static struct table *impl_from_IMAPITable(IMAPITable *iface)
{
    return CONTAINING_RECORD(iface, struct table, object.vtable);
}

static void rows_fini(struct table_rows *rows)
{
    for (ULONG i = 0; i < rows->count; i++) {
        bag_fini(&rows->items[i].bag);
        emu_free(rows->items[i].stored);
    }
    emu_free(rows->items);
    memset(rows, 0, sizeof(*rows));
}

void table_rows_add(
    struct table_rows *rows, ULONG key, const BYTE *stored, size_t size, struct bag *bag)
{
    struct table_row *row;

    if (rows->count == rows->capacity) {
        rows->capacity = rows->capacity * 2 + 16;
        rows->items = emu_grow(rows->items, rows->capacity * sizeof(*rows->items));
    }
    row = &rows->items[rows->count];
    memset(row, 0, sizeof(*row));
    row->key = key;
    if (stored) {
        struct reader reader = {NULL, size, FALSE};
        row->stored = emu_alloc(size);
        memcpy(row->stored, stored, size);
        reader.data = row->stored;
        if (!bag_view(&reader, &row->bag)) {
            emu_free(row->stored);
            return;
        }
    } else {
        row->bag = *bag;
        memset(bag, 0, sizeof(*bag));
    }
    rows->count++;
}

static int row_compare(const struct table *self, ULONG left, ULONG right)
{
    for (ULONG i = 0; i < self->sort_count; i++) {
        const struct prop *l = bag_find(&self->rows.items[left].bag, self->sort[i].ulPropTag);
        const struct prop *r = bag_find(&self->rows.items[right].bag, self->sort[i].ulPropTag);
        int order;
        if (!l || !r || PROP_TYPE(l->tag) != PROP_TYPE(r->tag)) {
            order = (l != NULL) - (r != NULL); /* rows without the property come first */
        } else {
            order = value_compare(l, r);
        }
        if (order) {
            return self->sort[i].ulOrder == TABLE_SORT_DESCEND ? -order : order;
        }
    }
    return 0;
}

/* Stable merge sort: equal rows keep the source's order. */
static void order_sort(const struct table *self, ULONG *order, ULONG *scratch, ULONG count)
{
    ULONG half = count / 2;
    ULONG left = 0;
    ULONG right = half;

    if (count < 2) {
        return;
    }
    order_sort(self, order, scratch, half);
    order_sort(self, order + half, scratch, count - half);
    for (ULONG i = 0; i < count; i++) {
        BOOL take_left =
            left < half && (right >= count || row_compare(self, order[left], order[right]) <= 0);
        scratch[i] = take_left ? order[left++] : order[right++];
    }
    memcpy(order, scratch, count * sizeof(*order));
}

static void table_arrange(struct table *self)
{
    ULONG *scratch;

    emu_free(self->order);
    self->order = emu_alloc(self->rows.count * sizeof(*self->order));
    self->count = 0;
    for (ULONG i = 0; i < self->rows.count; i++) {
        if (filter_match(self->filter, &self->rows.items[i].bag)) {
            self->order[self->count++] = i;
        }
    }
    if (self->sort_count) {
        scratch = emu_alloc(self->count * sizeof(*scratch));
        order_sort(self, self->order, scratch, self->count);
        emu_free(scratch);
    }
    if (self->position > self->count) {
        self->position = self->count;
    }
}

/* The position behind the row with that key, or where the cursor stood if the row is gone. */
static void table_restore(struct table *self, BOOL had_previous, ULONG previous_key)
{
    for (ULONG i = 0; had_previous && i < self->count; i++) {
        if (self->rows.items[self->order[i]].key == previous_key) {
            self->position = i + 1;
            return;
        }
    }
    if (had_previous && self->position > 0) {
        self->position--;
    }
}

static HRESULT table_load(struct table *self)
{
    LONGLONG version = self->source.version(self->source.context);
    struct table_rows rows = {NULL, 0, 0};
    BOOL had_previous = self->loaded && self->position > 0;
    ULONG previous_key = 0;
    HRESULT hr;

    if (self->loaded && version == self->version) {
        return S_OK;
    }
    hr = self->source.load(self->source.context, &rows);
    if (FAILED(hr)) {
        rows_fini(&rows);
        return hr;
    }
    if (had_previous) {
        previous_key = self->rows.items[self->order[self->position - 1]].key;
    }
    rows_fini(&self->rows);
    self->rows = rows;
    self->version = version;
    self->loaded = TRUE;
    table_arrange(self);
    table_restore(self, had_previous, previous_key);
    return S_OK;
}

static struct call table_begin(struct table *self, const char *method)
{
    struct call call = call_begin(&self->object, method);

    if (SUCCEEDED(call.hr)) {
        HRESULT hr = table_load(self);
        call.hr = FAILED(hr) ? hr : call.hr; /* a warning stays */
    }
    return call;
}

static void table_destroy(struct object *object)
{
    struct table *self = CONTAINING_RECORD(object, struct table, object);

    notify_object_gone(&self->object);
    rows_fini(&self->rows);
    emu_free(self->order);
    emu_free(self->columns);
    emu_free(self->sort);
    filter_free(self->filter);
    if (self->source.release) {
        self->source.release(self->source.context);
    }
}

static HRESULT STDMETHODCALLTYPE table_GetLastError(
    IMAPITable *iface, HRESULT hr, ULONG flags, MAPIERROR **ret_error)
{
    (void)iface;
    (void)hr;
    (void)flags;
    *ret_error = NULL;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE table_Advise(
    IMAPITable *iface, ULONG mask, IMAPIAdviseSink *sink, ULONG *ret_connection)
{
    struct table *self = impl_from_IMAPITable(iface);
    CALL_SCOPE struct call call = call_begin(&self->object, "Advise");

    if (FAILED(call.hr)) {
        return call.hr;
    }
    if (mask != fnevTableModified) {
        violation("UNKNOWN_FLAGS", "IMAPITable.Advise for events 0x%08lx", (unsigned long)mask);
        return MAPI_E_INVALID_PARAMETER;
    }
    if (!self->source.folder) {
        return MAPI_E_NO_SUPPORT;
    }
    return notify_advise_table(
        &self->object, self->source.object_type, self->source.folder, sink, ret_connection);
}

static HRESULT STDMETHODCALLTYPE table_Unadvise(IMAPITable *iface, ULONG connection)
{
    struct table *self = impl_from_IMAPITable(iface);
    HRESULT hr;

    {
        CALL_SCOPE struct call call = call_begin(&self->object, "Unadvise");
        hr = call.hr;
    }
    return FAILED(hr) ? hr : notify_unadvise(connection);
}

static HRESULT STDMETHODCALLTYPE table_GetStatus(
    IMAPITable *iface, ULONG *ret_status, ULONG *ret_type)
{
    (void)iface;
    *ret_status = TBLSTAT_COMPLETE;
    *ret_type = TBLTYPE_DYNAMIC;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE table_SetColumns(
    IMAPITable *iface, SPropTagArray *tags, ULONG flags)
{
    struct table *self = impl_from_IMAPITable(iface);
    CALL_SCOPE struct call call = call_begin(&self->object, "SetColumns");
    HRESULT hr = call.hr;

    if (SUCCEEDED(hr)) {
        hr = check_pointer("SetColumns", "lpPropTagArray", tags);
    }
    if (SUCCEEDED(hr)) {
        hr = check_flags("SetColumns", flags, TBL_BATCH | TBL_ASYNC);
    }
    if (SUCCEEDED(hr) && (tags->cValues == 0 || tags->cValues > 0xFFFF)) {
        violation("BAD_TAGS", "SetColumns with %lu columns", (unsigned long)tags->cValues);
        hr = MAPI_E_INVALID_PARAMETER;
    }
    if (FAILED(hr)) {
        return hr;
    }
    self->columns = emu_grow(self->columns, tags->cValues * sizeof(*self->columns));
    memcpy(self->columns, tags->aulPropTag, tags->cValues * sizeof(*self->columns));
    self->column_count = tags->cValues;
    return S_OK;
}

/* TBL_ALL_COLUMNS: every property that any row has. */
static SPropTagArray *table_all_columns(struct table *self)
{
    struct bag seen = {0};
    SPropTagArray *tags;

    for (ULONG i = 0; i < self->rows.count; i++) {
        for (ULONG j = 0; j < self->rows.items[i].bag.count; j++) {
            ULONG tag = self->rows.items[i].bag.items[j].tag;
            if (!bag_find(&seen, tag)) {
                bag_set(&seen, tag, NULL, 0);
            }
        }
    }
    tags = memory_new(CbNewSPropTagArray(seen.count), "QueryColumns");
    tags->cValues = seen.count;
    for (ULONG i = 0; i < seen.count; i++) {
        tags->aulPropTag[i] = seen.items[i].tag;
    }
    bag_fini(&seen);
    return tags;
}

static HRESULT STDMETHODCALLTYPE table_QueryColumns(
    IMAPITable *iface, ULONG flags, SPropTagArray **ret_tags)
{
    struct table *self = impl_from_IMAPITable(iface);
    CALL_SCOPE struct call call = table_begin(self, "QueryColumns");
    HRESULT hr = call.hr;

    if (SUCCEEDED(hr)) {
        hr = check_pointer("QueryColumns", "lpPropTagArray", ret_tags);
    }
    if (SUCCEEDED(hr)) {
        hr = check_flags("QueryColumns", flags, TBL_ALL_COLUMNS);
    }
    if (FAILED(hr)) {
        return hr;
    }
    if (flags & TBL_ALL_COLUMNS) {
        *ret_tags = table_all_columns(self);
        return S_OK;
    }
    *ret_tags = memory_new(CbNewSPropTagArray(self->column_count), "QueryColumns");
    (*ret_tags)->cValues = self->column_count;
    memcpy((*ret_tags)->aulPropTag, self->columns, self->column_count * sizeof(*self->columns));
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE table_GetRowCount(IMAPITable *iface, ULONG flags, ULONG *ret_count)
{
    struct table *self = impl_from_IMAPITable(iface);
    CALL_SCOPE struct call call = table_begin(self, "GetRowCount");
    HRESULT hr = call.hr;

    if (SUCCEEDED(hr)) {
        hr = check_pointer("GetRowCount", "lpulCount", ret_count);
    }
    if (SUCCEEDED(hr)) {
        hr = check_flags("GetRowCount", flags, TBL_NOWAIT);
    }
    if (SUCCEEDED(hr)) {
        *ret_count = self->count;
    }
    return hr;
}

static HRESULT table_origin(struct table *self, BOOKMARK bookmark, ULONG *ret_position)
{
    switch (bookmark) {
    case BOOKMARK_BEGINNING:
        *ret_position = 0;
        return S_OK;
    case BOOKMARK_CURRENT:
        *ret_position = self->position;
        return S_OK;
    case BOOKMARK_END:
        *ret_position = self->count;
        return S_OK;
    default:
        bookmark -= TABLE_BOOKMARK_FIRST;
        if (bookmark >= TABLE_BOOKMARKS || !self->bookmark_used[bookmark]) {
            violation("BAD_BOOKMARK", "bookmark %lu was never made or is freed",
                (unsigned long)(bookmark + TABLE_BOOKMARK_FIRST));
            return MAPI_E_INVALID_BOOKMARK;
        }
        *ret_position =
            self->bookmarks[bookmark] < self->count ? self->bookmarks[bookmark] : self->count;
        return S_OK;
    }
}

static HRESULT STDMETHODCALLTYPE table_SeekRow(
    IMAPITable *iface, BOOKMARK origin, LONG move, LONG *ret_moved)
{
    struct table *self = impl_from_IMAPITable(iface);
    CALL_SCOPE struct call call = table_begin(self, "SeekRow");
    ULONG from = 0;
    LONGLONG to;
    HRESULT hr = call.hr;

    if (SUCCEEDED(hr)) {
        hr = table_origin(self, origin, &from);
    }
    if (FAILED(hr)) {
        return hr;
    }
    to = (LONGLONG)from + move;
    to = to < 0 ? 0 : to > (LONGLONG)self->count ? (LONGLONG)self->count : to;
    self->position = (ULONG)to;
    if (ret_moved) {
        *ret_moved = (LONG)(to - (LONGLONG)from);
    }
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE table_SeekRowApprox(
    IMAPITable *iface, ULONG numerator, ULONG denominator)
{
    struct table *self = impl_from_IMAPITable(iface);
    CALL_SCOPE struct call call = table_begin(self, "SeekRowApprox");

    if (FAILED(call.hr)) {
        return call.hr;
    }
    if (denominator == 0) {
        return MAPI_E_INVALID_PARAMETER;
    }
    self->position = numerator >= denominator
                         ? self->count
                         : (ULONG)((ULONGLONG)self->count * numerator / denominator);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE table_QueryPosition(
    IMAPITable *iface, ULONG *ret_row, ULONG *ret_numerator, ULONG *ret_denominator)
{
    struct table *self = impl_from_IMAPITable(iface);
    CALL_SCOPE struct call call = table_begin(self, "QueryPosition");

    if (FAILED(call.hr)) {
        return call.hr;
    }
    if (!ret_row || !ret_numerator || !ret_denominator) {
        return check_pointer("QueryPosition", "an output", NULL);
    }
    *ret_row = *ret_numerator = self->position;
    *ret_denominator = self->count ? self->count : 1;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE table_FindRow(
    IMAPITable *iface, SRestriction *restriction, BOOKMARK origin, ULONG flags)
{
    struct table *self = impl_from_IMAPITable(iface);
    CALL_SCOPE struct call call = table_begin(self, "FindRow");
    struct filter *filter = NULL;
    ULONG at = 0;
    HRESULT hr = call.hr;

    if (SUCCEEDED(hr)) {
        hr = check_pointer("FindRow", "lpRestriction", restriction);
    }
    if (SUCCEEDED(hr)) {
        hr = check_flags("FindRow", flags, DIR_BACKWARD);
    }
    if (SUCCEEDED(hr)) {
        hr = table_origin(self, origin, &at);
    }
    if (SUCCEEDED(hr)) {
        hr = filter_compile(restriction, &filter);
    }
    if (FAILED(hr)) {
        return hr;
    }
    hr = MAPI_E_NOT_FOUND;
    if (flags & DIR_BACKWARD) {
        while (at > 0 && hr != S_OK) {
            at--;
            hr = filter_match(filter, &self->rows.items[self->order[at]].bag) ? S_OK : hr;
        }
    } else {
        while (at < self->count && hr != S_OK) {
            hr = filter_match(filter, &self->rows.items[self->order[at]].bag) ? S_OK : hr;
            at += hr != S_OK;
        }
    }
    if (hr == S_OK) {
        self->position = at;
    }
    filter_free(filter);
    return hr;
}

static HRESULT STDMETHODCALLTYPE table_Restrict(
    IMAPITable *iface, SRestriction *restriction, ULONG flags)
{
    struct table *self = impl_from_IMAPITable(iface);
    CALL_SCOPE struct call call = table_begin(self, "Restrict");
    struct filter *filter = NULL;
    HRESULT hr = call.hr;

    if (SUCCEEDED(hr)) {
        hr = check_flags("Restrict", flags, TBL_BATCH | TBL_ASYNC);
    }
    if (SUCCEEDED(hr) && restriction) {
        hr = filter_compile(restriction, &filter);
    }
    if (FAILED(hr)) {
        return hr;
    }
    filter_free(self->filter);
    self->filter = filter;
    self->position = 0;
    memset(self->bookmark_used, 0, sizeof(self->bookmark_used));
    table_arrange(self);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE table_CreateBookmark(IMAPITable *iface, BOOKMARK *ret_bookmark)
{
    struct table *self = impl_from_IMAPITable(iface);
    CALL_SCOPE struct call call = table_begin(self, "CreateBookmark");

    if (FAILED(call.hr)) {
        return call.hr;
    }
    for (ULONG i = 0; i < TABLE_BOOKMARKS; i++) {
        if (!self->bookmark_used[i]) {
            self->bookmark_used[i] = TRUE;
            self->bookmarks[i] = self->position;
            *ret_bookmark = TABLE_BOOKMARK_FIRST + i;
            return S_OK;
        }
    }
    return MAPI_E_UNABLE_TO_COMPLETE;
}

static HRESULT STDMETHODCALLTYPE table_FreeBookmark(IMAPITable *iface, BOOKMARK bookmark)
{
    struct table *self = impl_from_IMAPITable(iface);
    CALL_SCOPE struct call call = call_begin(&self->object, "FreeBookmark");
    ULONG ignored;
    HRESULT hr = call.hr;

    if (SUCCEEDED(hr) && bookmark > BOOKMARK_END) {
        hr = table_origin(self, bookmark, &ignored);
        if (SUCCEEDED(hr)) {
            self->bookmark_used[bookmark - TABLE_BOOKMARK_FIRST] = FALSE;
        }
    }
    return hr;
}

static HRESULT STDMETHODCALLTYPE table_SortTable(
    IMAPITable *iface, SSortOrderSet *sort, ULONG flags)
{
    struct table *self = impl_from_IMAPITable(iface);
    CALL_SCOPE struct call call = table_begin(self, "SortTable");
    HRESULT hr = call.hr;

    if (SUCCEEDED(hr)) {
        hr = check_pointer("SortTable", "lpSortCriteria", sort);
    }
    if (SUCCEEDED(hr)) {
        hr = check_flags("SortTable", flags, TBL_BATCH | TBL_ASYNC);
    }
    if (FAILED(hr)) {
        return hr;
    }
    if (sort->cCategories || sort->cExpanded) {
        return MAPI_E_TOO_COMPLEX;
    }
    for (ULONG i = 0; i < sort->cSorts; i++) {
        if (sort->aSort[i].ulOrder > TABLE_SORT_DESCEND) {
            return MAPI_E_TOO_COMPLEX;
        }
    }
    self->sort = emu_grow(self->sort, (sort->cSorts + 1) * sizeof(*self->sort));
    memcpy(self->sort, sort->aSort, sort->cSorts * sizeof(*self->sort));
    self->sort_count = sort->cSorts;
    self->position = 0;
    memset(self->bookmark_used, 0, sizeof(self->bookmark_used));
    table_arrange(self);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE table_QuerySortOrder(IMAPITable *iface, SSortOrderSet **ret_sort)
{
    struct table *self = impl_from_IMAPITable(iface);
    CALL_SCOPE struct call call = call_begin(&self->object, "QuerySortOrder");

    if (FAILED(call.hr)) {
        return call.hr;
    }
    *ret_sort = memory_new(CbNewSSortOrderSet(self->sort_count), "QuerySortOrder");
    memset(*ret_sort, 0, CbNewSSortOrderSet(0));
    (*ret_sort)->cSorts = self->sort_count;
    memcpy((*ret_sort)->aSort, self->sort, self->sort_count * sizeof(*self->sort));
    return S_OK;
}

static void table_row_out(const struct table *self, const struct table_row *row, SRow *ret_row)
{
    ret_row->ulAdrEntryPad = 0;
    ret_row->cValues = self->column_count;
    ret_row->lpProps = memory_new(self->column_count * sizeof(SPropValue), "QueryRows (a row)");
    for (ULONG i = 0; i < self->column_count; i++) {
        SPropValue *value = &ret_row->lpProps[i];
        ULONG tag = self->columns[i];
        if (PROP_ID(tag) == PROP_ID(PR_INSTANCE_KEY)) {
            value->ulPropTag = PR_INSTANCE_KEY;
            value->dwAlignPad = 0;
            value->Value.bin.cb = sizeof(row->key);
            value->Value.bin.lpb = memory_more(ret_row->lpProps, sizeof(row->key));
            memcpy(value->Value.bin.lpb, &row->key, sizeof(row->key));
        } else if (PROP_TYPE(tag) == PT_NULL) {
            memset(value, 0, sizeof(*value));
            value->ulPropTag = tag;
        } else {
            value_get(&row->bag, tag, MAPI_UNICODE, 0, ret_row->lpProps, value);
        }
    }
}

static HRESULT STDMETHODCALLTYPE table_QueryRows(
    IMAPITable *iface, LONG wanted, ULONG flags, SRowSet **ret_rows)
{
    struct table *self = impl_from_IMAPITable(iface);
    CALL_SCOPE struct call call = table_begin(self, "QueryRows");
    HRESULT hr = call.hr;
    SRowSet *rows;
    ULONG start;
    ULONG count;

    if (SUCCEEDED(hr)) {
        hr = check_pointer("QueryRows", "lppRows", ret_rows);
    }
    if (SUCCEEDED(hr)) {
        hr = check_flags("QueryRows", flags, TBL_NOADVANCE);
    }
    if (SUCCEEDED(hr) && wanted == 0) {
        violation("BAD_COUNT", "QueryRows for no rows");
        hr = MAPI_E_INVALID_PARAMETER;
    }
    if (FAILED(hr)) {
        return hr;
    }
    if (wanted < 0) { /* the rows before the cursor */
        count = (ULONG) - (LONGLONG)wanted < self->position ? (ULONG) - (LONGLONG)wanted
                                                            : self->position;
        start = self->position - count;
    } else {
        start = self->position;
        count = (ULONG)wanted < self->count - start ? (ULONG)wanted : self->count - start;
    }
    if (call.hr != S_OK) { /* a store that gives up (fault.c) */
        count /= 2;
    }
    rows = memory_new(CbNewSRowSet(count), "QueryRows");
    rows->cRows = count;
    for (ULONG i = 0; i < count; i++) {
        table_row_out(self, &self->rows.items[self->order[start + i]], &rows->aRow[i]);
    }
    if (!(flags & TBL_NOADVANCE)) {
        self->position = wanted < 0 ? start : call.hr != S_OK ? self->count : start + count;
    }
    *ret_rows = rows;
    return call.hr;
}

static HRESULT STDMETHODCALLTYPE table_Abort(IMAPITable *iface)
{
    (void)iface;
    return S_OK; /* nothing runs in the background */
}

static HRESULT STDMETHODCALLTYPE table_ExpandRow(IMAPITable *iface, ULONG size, BYTE *key,
    ULONG count, ULONG flags, SRowSet **ret_rows, ULONG *ret_more)
{
    (void)iface;
    (void)size;
    (void)key;
    (void)count;
    (void)flags;
    (void)ret_rows;
    (void)ret_more;
    return MAPI_E_NO_SUPPORT;
}

static HRESULT STDMETHODCALLTYPE table_CollapseRow(
    IMAPITable *iface, ULONG size, BYTE *key, ULONG flags, ULONG *ret_count)
{
    (void)iface;
    (void)size;
    (void)key;
    (void)flags;
    (void)ret_count;
    return MAPI_E_NO_SUPPORT;
}

static HRESULT STDMETHODCALLTYPE table_WaitForCompletion(
    IMAPITable *iface, ULONG flags, ULONG timeout, ULONG *ret_status)
{
    (void)iface;
    (void)flags;
    (void)timeout;
    if (ret_status) {
        *ret_status = TBLSTAT_COMPLETE;
    }
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE table_GetCollapseState(
    IMAPITable *iface, ULONG flags, ULONG size, BYTE *key, ULONG *ret_size, BYTE **ret_state)
{
    (void)iface;
    (void)flags;
    (void)size;
    (void)key;
    (void)ret_size;
    (void)ret_state;
    return MAPI_E_NO_SUPPORT;
}

static HRESULT STDMETHODCALLTYPE table_SetCollapseState(
    IMAPITable *iface, ULONG flags, ULONG size, BYTE *state, BOOKMARK *ret_bookmark)
{
    (void)iface;
    (void)flags;
    (void)size;
    (void)state;
    (void)ret_bookmark;
    return MAPI_E_NO_SUPPORT;
}

static const IMAPITableVtbl table_vtable = {
    VTABLE_UNKNOWN(IMAPITableVtbl),
    table_GetLastError,
    table_Advise,
    table_Unadvise,
    table_GetStatus,
    table_SetColumns,
    table_QueryColumns,
    table_GetRowCount,
    table_SeekRow,
    table_SeekRowApprox,
    table_QueryPosition,
    table_FindRow,
    table_Restrict,
    table_CreateBookmark,
    table_FreeBookmark,
    table_SortTable,
    table_QuerySortOrder,
    table_QueryRows,
    table_Abort,
    table_ExpandRow,
    table_CollapseRow,
    table_WaitForCompletion,
    table_GetCollapseState,
    table_SetCollapseState,
};

static const IID *const table_interfaces[] = {&IID_IMAPITable, NULL};
static const struct object_class table_class = {"Table", table_interfaces, table_destroy};

HRESULT table_new(const struct table_source *source, ULONG flags, IMAPITable **ret_table)
{
    struct table *self = emu_alloc(sizeof(*self));

    object_init(&self->object, &table_class, &table_vtable);
    self->source = *source;
    self->columns = emu_alloc(source->column_count * sizeof(*self->columns));
    self->column_count = source->column_count;
    for (ULONG i = 0; i < source->column_count; i++) {
        self->columns[i] = value_listed_tag(source->columns[i], flags);
    }
    *ret_table = (IMAPITable *)&self->object.vtable;
    return S_OK;
}

HRESULT WINAPI emu_HrQueryAllRows(IMAPITable *table, SPropTagArray *columns,
    SRestriction *restriction, SSortOrderSet *sort, LONG limit, SRowSet **ret_rows)
{
    ULONG count = 0;
    HRESULT hr = check_pointer("HrQueryAllRows", "lpTable", table);

    if (SUCCEEDED(hr) && columns) {
        hr = table->lpVtbl->SetColumns(table, columns, TBL_BATCH);
    }
    if (SUCCEEDED(hr) && restriction) {
        hr = table->lpVtbl->Restrict(table, restriction, TBL_BATCH);
    }
    if (SUCCEEDED(hr) && sort) {
        hr = table->lpVtbl->SortTable(table, sort, TBL_BATCH);
    }
    if (SUCCEEDED(hr)) {
        hr = table->lpVtbl->SeekRow(table, BOOKMARK_BEGINNING, 0, NULL);
    }
    if (SUCCEEDED(hr)) {
        hr = table->lpVtbl->GetRowCount(table, 0, &count);
    }
    if (SUCCEEDED(hr) && limit > 0 && count > (ULONG)limit) {
        return MAPI_E_TABLE_TOO_BIG;
    }
    return SUCCEEDED(hr) ? table->lpVtbl->QueryRows(table, count ? (LONG)count : 1, 0, ret_rows)
                         : hr;
}
