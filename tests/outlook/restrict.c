/* Restrictions; see restrict.h. Semantics: office-developer-client-docs, "About restrictions". */
#include "tests/outlook/restrict.h"

#include "tests/outlook/process.h"
#include "tests/outlook/values.h"

#include <string.h>

#define FILTER_DEPTH_LIMIT 32

struct filter {
    ULONG type;      /* RES_... */
    ULONG operation; /* RELOP_..., BMR_... or the fuzzy level */
    ULONG tag;
    ULONG tag2;
    ULONG mask;              /* bit mask or size */
    struct bag value;        /* one property, unless empty */
    struct filter *children; /* owned array */
    ULONG child_count;
};

static void filter_fini(struct filter *filter)
{
    bag_fini(&filter->value);
    for (ULONG i = 0; i < filter->child_count; i++) {
        filter_fini(&filter->children[i]);
    }
    emu_free(filter->children);
}

void filter_free(struct filter *filter)
{
    if (filter) {
        filter_fini(filter);
        emu_free(filter);
    }
}

static HRESULT filter_fill(const SRestriction *from, struct filter *to, int depth);

static HRESULT filter_fill_children(
    const SRestriction *from, ULONG count, struct filter *to, int depth)
{
    HRESULT hr = S_OK;

    if (count == 0 || count > 4096 || !from) {
        return MAPI_E_INVALID_PARAMETER;
    }
    to->children = emu_alloc(count * sizeof(*to->children));
    to->child_count = count;
    for (ULONG i = 0; i < count && SUCCEEDED(hr); i++) {
        hr = filter_fill(&from[i], &to->children[i], depth - 1);
    }
    return hr;
}

/* The value to compare with may be a PT_STRING8; it is made wide, so that rows need only one form.
 */
static HRESULT filter_fill_value(const SPropValue *value, ULONG tag, struct filter *to)
{
    SPropValue wide;
    WCHAR *text = NULL;
    HRESULT hr;

    if (!value) {
        return MAPI_E_INVALID_PARAMETER;
    }
    if (PROP_TYPE(value->ulPropTag) != PROP_TYPE(tag)) {
        violation("RESTRICTION_TYPES", "a restriction compares 0x%08lx with a value of 0x%08lx",
            (unsigned long)tag, (unsigned long)value->ulPropTag);
        return MAPI_E_INVALID_PARAMETER;
    }
    wide = *value;
    wide.ulPropTag = PROP_TAG(
        PROP_TYPE(value->ulPropTag), 0x7FFF); /* keeps the property's own checks out of it */
    if (PROP_TYPE(value->ulPropTag) == PT_STRING8) {
        int length = MultiByteToWideChar(CP_ACP, 0, value->Value.lpszA, -1, NULL, 0);
        text = emu_alloc((size_t)length * sizeof(WCHAR));
        MultiByteToWideChar(CP_ACP, 0, value->Value.lpszA, -1, text, length);
        wide.ulPropTag = PROP_TAG(PT_UNICODE, 0x7FFF);
        wide.Value.lpszW = text;
    }
    hr = value_set(&to->value, &wide, "a restriction");
    emu_free(text);
    return hr;
}

static HRESULT filter_fill(const SRestriction *from, struct filter *to, int depth)
{
    to->type = from->rt;
    if (depth == 0) {
        return MAPI_E_TOO_COMPLEX;
    }
    switch (from->rt) {
    case RES_AND:
        return filter_fill_children(from->res.resAnd.lpRes, from->res.resAnd.cRes, to, depth);
    case RES_OR:
        return filter_fill_children(from->res.resOr.lpRes, from->res.resOr.cRes, to, depth);
    case RES_NOT:
        return filter_fill_children(from->res.resNot.lpRes, 1, to, depth);
    case RES_COMMENT:
        return from->res.resComment.lpRes
                   ? filter_fill_children(from->res.resComment.lpRes, 1, to, depth)
                   : S_OK;
    case RES_CONTENT:
        to->operation = from->res.resContent.ulFuzzyLevel;
        to->tag = from->res.resContent.ulPropTag;
        return filter_fill_value(from->res.resContent.lpProp, to->tag, to);
    case RES_PROPERTY:
        to->operation = from->res.resProperty.relop;
        to->tag = from->res.resProperty.ulPropTag;
        return to->operation >= RELOP_RE
                   ? MAPI_E_TOO_COMPLEX
                   : filter_fill_value(from->res.resProperty.lpProp, to->tag, to);
    case RES_COMPAREPROPS:
        to->operation = from->res.resCompareProps.relop;
        to->tag = from->res.resCompareProps.ulPropTag1;
        to->tag2 = from->res.resCompareProps.ulPropTag2;
        return to->operation >= RELOP_RE ? MAPI_E_TOO_COMPLEX : S_OK;
    case RES_BITMASK:
        to->operation = from->res.resBitMask.relBMR;
        to->tag = from->res.resBitMask.ulPropTag;
        to->mask = from->res.resBitMask.ulMask;
        return S_OK;
    case RES_SIZE:
        to->operation = from->res.resSize.relop;
        to->tag = from->res.resSize.ulPropTag;
        to->mask = from->res.resSize.cb;
        return S_OK;
    case RES_EXIST:
        to->tag = from->res.resExist.ulPropTag;
        return S_OK;
    default:
        return MAPI_E_TOO_COMPLEX;
    }
}

HRESULT filter_compile(const SRestriction *restriction, struct filter **ret_filter)
{
    struct filter *filter = emu_alloc(sizeof(*filter));
    HRESULT hr = filter_fill(restriction, filter, FILTER_DEPTH_LIMIT);

    if (FAILED(hr)) {
        filter_free(filter);
        return hr;
    }
    *ret_filter = filter;
    return S_OK;
}

static BOOL relation_holds(ULONG operation, int order)
{
    switch (operation) {
    case RELOP_LT:
        return order < 0;
    case RELOP_LE:
        return order <= 0;
    case RELOP_GT:
        return order > 0;
    case RELOP_GE:
        return order >= 0;
    case RELOP_EQ:
        return order == 0;
    default:
        return order != 0;
    }
}

/* FL_FULLSTRING, FL_PREFIX or FL_SUBSTRING of one string; `length` characters at `text`. */
static BOOL text_contains(const WCHAR *text, size_t length, const WCHAR *wanted, ULONG fuzzy)
{
    size_t wanted_length = wcslen(wanted);
    BOOL fold = (fuzzy & (FL_IGNORECASE | FL_LOOSE)) != 0;
    size_t last;

    if (wanted_length > length || ((fuzzy & 3) == FL_FULLSTRING && wanted_length != length)) {
        return FALSE;
    }
    last = (fuzzy & 3) == FL_SUBSTRING ? length - wanted_length : 0;
    for (size_t i = 0; i <= last; i++) {
        if (!(fold ? _wcsnicmp(text + i, wanted, wanted_length)
                   : wcsncmp(text + i, wanted, wanted_length))) {
            return TRUE;
        }
    }
    return FALSE;
}

static BOOL bytes_contain(const struct prop *prop, const struct prop *wanted, ULONG fuzzy)
{
    ULONG last;

    if (wanted->size > prop->size || ((fuzzy & 3) == FL_FULLSTRING && wanted->size != prop->size)) {
        return FALSE;
    }
    last = (fuzzy & 3) == FL_SUBSTRING ? prop->size - wanted->size : 0;
    for (ULONG i = 0; i <= last; i++) {
        if (!memcmp(prop->data + i, wanted->data, wanted->size)) {
            return TRUE;
        }
    }
    return FALSE;
}

static BOOL content_matches(const struct filter *filter, const struct prop *prop)
{
    const struct prop *wanted = &filter->value.items[0];
    const WCHAR *text = (const WCHAR *)(const void *)wanted->data;
    struct reader reader = {prop->data, prop->size, FALSE};
    ULONG count;

    if (PROP_TYPE(prop->tag) == PT_UNICODE && PROP_TYPE(wanted->tag) == PT_UNICODE) {
        return text_contains((const WCHAR *)(const void *)prop->data, prop->size / sizeof(WCHAR),
            text, filter->operation);
    }
    if (PROP_TYPE(prop->tag) == PT_BINARY && PROP_TYPE(wanted->tag) == PT_BINARY) {
        return bytes_contain(prop, wanted, filter->operation);
    }
    if (PROP_TYPE(prop->tag) != PT_MV_UNICODE || PROP_TYPE(wanted->tag) != PT_UNICODE) {
        return FALSE;
    }
    count = reader_u32(&reader);
    for (ULONG i = 0; i < count && !reader.bad; i++) {
        ULONG size = reader_u32(&reader);
        const BYTE *value = reader_take(&reader, size);
        WCHAR *copy;
        BOOL found;
        if (!value) {
            break;
        }
        copy = emu_alloc(size + sizeof(WCHAR));
        memcpy(copy, value, size);
        found = text_contains(copy, size / sizeof(WCHAR), text, filter->operation);
        emu_free(copy);
        if (found) {
            return TRUE;
        }
    }
    return FALSE;
}

static BOOL property_matches(const struct filter *filter, const struct prop *prop)
{
    const struct prop *wanted = &filter->value.items[0];

    return PROP_TYPE(prop->tag) == PROP_TYPE(wanted->tag) &&
           relation_holds(filter->operation, value_compare(prop, wanted));
}

static BOOL children_match(const struct filter *filter, const struct bag *row)
{
    for (ULONG i = 0; i < filter->child_count; i++) {
        BOOL match = filter_match(&filter->children[i], row);
        if (filter->type == RES_OR ? match : !match) {
            return filter->type == RES_OR;
        }
    }
    return filter->type != RES_OR;
}

BOOL filter_match(const struct filter *filter, const struct bag *row)
{
    const struct prop *prop;
    const struct prop *other;

    if (!filter) {
        return TRUE;
    }
    prop = bag_find(row, filter->tag);
    switch (filter->type) {
    case RES_NOT:
        return !filter_match(&filter->children[0], row);
    case RES_CONTENT:
        return prop && content_matches(filter, prop);
    case RES_PROPERTY:
        return prop && property_matches(filter, prop);
    case RES_COMPAREPROPS:
        other = bag_find(row, filter->tag2);
        return prop && other && PROP_TYPE(prop->tag) == PROP_TYPE(other->tag) &&
               relation_holds(filter->operation, value_compare(prop, other));
    case RES_BITMASK:
        return prop && (((ULONG)bag_long(row, filter->tag, 0) & filter->mask) != 0) ==
                           (filter->operation == BMR_NEZ);
    case RES_SIZE:
        return prop && relation_holds(filter->operation,
                           prop->size < filter->mask ? -1 : prop->size > filter->mask);
    case RES_EXIST:
        return prop != NULL;
    default:
        return children_match(filter, row);
    }
}
