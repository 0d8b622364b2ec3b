/* Conversion between SPropValue and the bytes of a property bag; see values.h. */
#include "tests/outlook/values.h"

#include "tests/outlook/memory.h"
#include "tests/outlook/process.h"

#include <string.h>

/* Bytes of one value of a fixed type; 0 for types of variable length and unknown ones. */
static ULONG fixed_size(ULONG type)
{
    switch (type & ~(ULONG)MV_FLAG) {
    case PT_I2:
    case PT_BOOLEAN:
        return 2;
    case PT_LONG:
    case PT_R4:
    case PT_ERROR:
        return 4;
    case PT_DOUBLE:
    case PT_CURRENCY:
    case PT_APPTIME:
    case PT_I8:
    case PT_SYSTIME:
        return 8;
    case PT_CLSID:
        return 16;
    default:
        return 0;
    }
}

BOOL value_type_known(ULONG type)
{
    ULONG single = type & ~(ULONG)MV_FLAG;

    if (fixed_size(type)) {
        return type == single || (single != PT_BOOLEAN && single != PT_ERROR);
    }
    return single == PT_UNICODE || single == PT_STRING8 || single == PT_BINARY || type == PT_OBJECT;
}

/* Properties a program may not set in another type: the store's own schema, as far as our item
 * kinds use it. Types from [MS-OXPROPS]. Anything not listed is free until it is first set. */
static const ULONG expected_tags[] = {
    PR_MESSAGE_CLASS_W,
    PR_SUBJECT_W,
    PR_BODY_W,
    PR_DISPLAY_NAME_W,
    PR_IMPORTANCE,
    PR_SENSITIVITY,
    PR_PRIORITY,
    PR_RTF_COMPRESSED,
    PR_RTF_IN_SYNC,
    PR_START_DATE,
    PR_END_DATE,
    PR_MESSAGE_FLAGS,
    PR_OWNER_APPT_ID,
    PR_RESPONSE_REQUESTED,
    EMU_PR_ICON_INDEX,
    PR_CONTAINER_CLASS_W,
    PR_COMMENT_W,
    PR_ATTACH_METHOD,
    PR_ATTACH_DATA_BIN,
    PR_ATTACH_FILENAME_W,
    PR_ATTACH_LONG_FILENAME_W,
    PR_RENDERING_POSITION,
    PR_ATTACH_MIME_TAG_W,
    PR_ATTACH_EXTENSION_W,
    PR_ATTACH_ENCODING,
    PR_ATTACH_RENDERING,
    PR_SUBJECT_PREFIX_W,
    PR_CONVERSATION_TOPIC_W,
    PR_GENERATION_W,
    PR_GIVEN_NAME_W,
    PR_SURNAME_W,
    PR_MIDDLE_NAME_W,
    PR_DISPLAY_NAME_PREFIX_W,
    PR_NICKNAME_W,
    PR_INITIALS_W,
    PR_COMPANY_NAME_W,
    PR_DEPARTMENT_NAME_W,
    PR_TITLE_W,
    PR_BUSINESS_TELEPHONE_NUMBER_W,
    PR_HOME_TELEPHONE_NUMBER_W,
    PR_MOBILE_TELEPHONE_NUMBER_W,
    PR_OTHER_TELEPHONE_NUMBER_W,
    PR_PRIMARY_TELEPHONE_NUMBER_W,
    PR_CAR_TELEPHONE_NUMBER_W,
    PR_PAGER_TELEPHONE_NUMBER_W,
    PR_RADIO_TELEPHONE_NUMBER_W,
    PR_HOME2_TELEPHONE_NUMBER_W,
    PR_ISDN_NUMBER_W,
    PR_TELEX_NUMBER_W,
    PR_CALLBACK_TELEPHONE_NUMBER_W,
    PR_ASSISTANT_TELEPHONE_NUMBER_W,
    PR_COMPANY_MAIN_PHONE_NUMBER_W,
    PR_TTYTDD_PHONE_NUMBER_W,
    PR_BUSINESS_FAX_NUMBER_W,
    PR_HOME_FAX_NUMBER_W,
    PR_PRIMARY_FAX_NUMBER_W,
    PR_HOME_ADDRESS_STREET_W,
    PR_HOME_ADDRESS_CITY_W,
    PR_HOME_ADDRESS_POSTAL_CODE_W,
    PR_HOME_ADDRESS_STATE_OR_PROVINCE_W,
    PR_HOME_ADDRESS_COUNTRY_W,
    PR_HOME_ADDRESS_POST_OFFICE_BOX_W,
    PR_OTHER_ADDRESS_STREET_W,
    PR_OTHER_ADDRESS_CITY_W,
    PR_OTHER_ADDRESS_POSTAL_CODE_W,
    PR_OTHER_ADDRESS_STATE_OR_PROVINCE_W,
    PR_OTHER_ADDRESS_COUNTRY_W,
    PR_OTHER_ADDRESS_POST_OFFICE_BOX_W,
    PR_POSTAL_ADDRESS_W,
    PR_STREET_ADDRESS_W,
    PR_LOCALITY_W,
    PR_STATE_OR_PROVINCE_W,
    PR_COUNTRY_W,
    PR_POSTAL_CODE_W,
    PR_POST_OFFICE_BOX_W,
    PR_BIRTHDAY,
    PR_WEDDING_ANNIVERSARY,
    PR_BUSINESS_HOME_PAGE_W,
    PR_PERSONAL_HOME_PAGE_W,
    PR_FTP_SITE_W,
    PR_SPOUSE_NAME_W,
    PR_CHILDRENS_NAMES_W,
    PR_MANAGER_NAME_W,
    PR_ASSISTANT_W,
    PR_PROFESSION_W,
    PR_OFFICE_LOCATION_W,
    PR_HOBBIES_W,
    PR_GENDER,
    PR_LANGUAGE_W,
    EMU_PR_REFERRED_BY_NAME,
    PR_CUSTOMER_ID_W,
    PR_GOVERNMENT_ID_NUMBER_W,
    PR_ACCOUNT_W,
    PR_COMPUTER_NETWORK_NAME_W,
    PR_ORGANIZATIONAL_ID_NUMBER_W,
    PR_EMAIL_ADDRESS_W,
    PR_ADDRTYPE_W,
    PR_RECIPIENT_TYPE,
    PR_SENDER_NAME_W,
    PR_SENT_REPRESENTING_NAME_W,
    EMU_PR_USER_X509_CERTIFICATE,
    EMU_PR_HTML,
    EMU_PR_INTERNET_CPID,
    EMU_PR_ATTRIBUTE_HIDDEN,
};

ULONG value_expected_type(ULONG tag)
{
    for (size_t i = 0; i < ARRAYSIZE(expected_tags); i++) {
        if (PROP_ID(expected_tags[i]) == PROP_ID(tag)) {
            ULONG type = PROP_TYPE(expected_tags[i]);
            return type == PROP_TYPE(tag) ? 0 : type;
        }
    }
    return 0;
}

ULONG value_listed_tag(ULONG tag, ULONG flags)
{
    if (!(flags & MAPI_UNICODE)) {
        if (PROP_TYPE(tag) == PT_UNICODE) {
            return CHANGE_PROP_TYPE(tag, PT_STRING8);
        }
        if (PROP_TYPE(tag) == PT_MV_UNICODE) {
            return CHANGE_PROP_TYPE(tag, PT_MV_STRING8);
        }
    }
    return tag;
}

/* ---- out of the bag ---- */

static void *copy_more(void *owner, const void *data, size_t size, size_t extra)
{
    BYTE *copy = memory_more(owner, size + extra);

    if (size) {
        memcpy(copy, data, size);
    }
    memset(copy + size, 0, extra);
    return copy;
}

/* To the system's code page. What it cannot hold becomes '?', and a strict store calls that a
 * violation. */
static char *narrow(void *owner, const BYTE *data, ULONG size, ULONG tag)
{
    WCHAR *wide = emu_alloc(size + sizeof(WCHAR));
    BOOL lossy = FALSE;
    char *text;
    int length;

    memcpy(wide, data, size);
    length = WideCharToMultiByte(CP_ACP, 0, wide, -1, NULL, 0, NULL, NULL);
    text = memory_more(owner, (size_t)length);
    WideCharToMultiByte(CP_ACP, WC_NO_BEST_FIT_CHARS, wide, -1, text, length, NULL, &lossy);
    emu_free(wide);
    if (lossy) {
        violation("LOSSY_STRING8", "property 0x%08lx read as PT_STRING8 loses characters",
            (unsigned long)tag);
    }
    return text;
}

static void get_fixed(const struct prop *prop, SPropValue *ret)
{
    memset(&ret->Value, 0, sizeof(ret->Value));
    memcpy(&ret->Value, prop->data, prop->size < 8 ? prop->size : 8);
}

static void get_multiple(const struct prop *prop, ULONG type, void *owner, SPropValue *ret)
{
    struct reader reader = {prop->data, prop->size, FALSE};
    ULONG single = type & ~(ULONG)MV_FLAG;
    ULONG size = fixed_size(type);
    ULONG count = reader_u32(&reader);
    void *array;

    if (size) {
        count = count <= reader.left / size ? count : (ULONG)(reader.left / size);
        array = copy_more(owner, reader.data, (size_t)count * size, 0);
    } else {
        count = count <= reader.left / 4 ? count : (ULONG)(reader.left / 4);
        array = memory_more(owner, (count ? count : 1) * sizeof(SBinary));
        for (ULONG i = 0; i < count; i++) {
            ULONG length = reader_u32(&reader);
            const BYTE *data = reader_take(&reader, length);
            length = data ? length : 0;
            if (single == PT_BINARY) {
                ((SBinary *)array)[i].cb = length;
                ((SBinary *)array)[i].lpb = copy_more(owner, data, length, 0);
            } else if (single == PT_UNICODE) {
                ((WCHAR **)array)[i] = copy_more(owner, data, length, sizeof(WCHAR));
            } else {
                ((char **)array)[i] = narrow(owner, data, length, prop->tag);
            }
        }
    }
    ret->Value.MVl.cValues = count;
    ret->Value.MVl.lpl = array;
}

static HRESULT get_error(ULONG tag, SCODE error, SPropValue *ret)
{
    ret->ulPropTag = CHANGE_PROP_TYPE(tag, PT_ERROR);
    ret->dwAlignPad = 0;
    memset(&ret->Value, 0, sizeof(ret->Value));
    ret->Value.err = error;
    return MAPI_W_ERRORS_RETURNED;
}

static BOOL types_match(ULONG stored, ULONG wanted)
{
    return stored == wanted || (stored == PT_UNICODE && wanted == PT_STRING8) ||
           (stored == PT_MV_UNICODE && wanted == PT_MV_STRING8);
}

HRESULT value_get(
    const struct bag *bag, ULONG tag, ULONG flags, ULONG limit, void *owner, SPropValue *ret)
{
    const struct prop *prop = bag_find(bag, tag);
    ULONG type;

    if (!prop) {
        return get_error(tag, MAPI_E_NOT_FOUND, ret);
    }
    type = PROP_TYPE(tag) == PT_UNSPECIFIED ? PROP_TYPE(value_listed_tag(prop->tag, flags))
                                            : PROP_TYPE(tag);
    if (PROP_TYPE(prop->tag) == PT_ERROR) { /* a long value of a table row */
        SCODE error;
        memcpy(&error, prop->data, sizeof(error));
        return get_error(tag, error, ret);
    }
    if (!types_match(PROP_TYPE(prop->tag), type)) {
        return get_error(tag, MAPI_E_INVALID_TYPE, ret);
    }
    /* Lists of values have no stream; Outlook gives them up to their limit of 15,000 bytes. */
    if (limit && prop->size > limit * (type & MV_FLAG ? 2 : 1) && !fixed_size(type)) {
        return get_error(tag, MAPI_E_NOT_ENOUGH_MEMORY, ret);
    }
    ret->ulPropTag = CHANGE_PROP_TYPE(tag, type);
    ret->dwAlignPad = 0;
    memset(&ret->Value, 0, sizeof(ret->Value));
    if (type & MV_FLAG) {
        get_multiple(prop, type, owner, ret);
    } else if (type == PT_UNICODE) {
        ret->Value.lpszW = copy_more(owner, prop->data, prop->size, sizeof(WCHAR));
    } else if (type == PT_STRING8) {
        ret->Value.lpszA = narrow(owner, prop->data, prop->size, prop->tag);
    } else if (type == PT_BINARY) {
        ret->Value.bin.cb = prop->size;
        ret->Value.bin.lpb = copy_more(owner, prop->data, prop->size, 0);
    } else if (type == PT_CLSID) {
        ret->Value.lpguid = copy_more(owner, prop->data, sizeof(GUID), 0);
    } else {
        get_fixed(prop, ret);
    }
    return S_OK;
}

/* ---- into the bag ---- */

static HRESULT set_multiple(struct buffer *bytes, const SPropValue *value, ULONG single)
{
    const SLongArray *array = &value->Value.MVl; /* all arrays have this shape */
    ULONG size = fixed_size(single);

    if (array->cValues && !array->lpl) {
        return MAPI_E_INVALID_PARAMETER;
    }
    buffer_put_u32(bytes, array->cValues);
    if (size) {
        buffer_put(bytes, array->lpl, (size_t)array->cValues * size);
        return S_OK;
    }
    for (ULONG i = 0; i < array->cValues; i++) {
        if (single == PT_BINARY) {
            const SBinary *binary = &value->Value.MVbin.lpbin[i];
            buffer_put_u32(bytes, binary->cb);
            buffer_put(bytes, binary->lpb, binary->cb);
        } else {
            const WCHAR *text = value->Value.MVszW.lppszW[i];
            if (!text) {
                return MAPI_E_INVALID_PARAMETER;
            }
            buffer_put_u32(bytes, (ULONG)(wcslen(text) * sizeof(WCHAR)));
            buffer_put(bytes, text, wcslen(text) * sizeof(WCHAR));
        }
    }
    return S_OK;
}

static HRESULT value_bytes(const SPropValue *value, struct buffer *bytes)
{
    ULONG type = PROP_TYPE(value->ulPropTag);

    if (type & MV_FLAG) {
        return set_multiple(bytes, value, type & ~(ULONG)MV_FLAG);
    }
    switch (type) {
    case PT_UNICODE:
        if (!value->Value.lpszW) {
            return MAPI_E_INVALID_PARAMETER;
        }
        buffer_put(bytes, value->Value.lpszW, wcslen(value->Value.lpszW) * sizeof(WCHAR));
        return S_OK;
    case PT_BINARY:
        if (value->Value.bin.cb && !value->Value.bin.lpb) {
            return MAPI_E_INVALID_PARAMETER;
        }
        buffer_put(bytes, value->Value.bin.lpb, value->Value.bin.cb);
        return S_OK;
    case PT_CLSID:
        if (!value->Value.lpguid) {
            return MAPI_E_INVALID_PARAMETER;
        }
        buffer_put(bytes, value->Value.lpguid, sizeof(GUID));
        return S_OK;
    case PT_BOOLEAN:
        if (value->Value.b > 1) {
            return MAPI_E_INVALID_PARAMETER; /* 0xCD filling shows here when only a byte was set */
        }
        buffer_put(bytes, &value->Value, 2);
        return S_OK;
    default:
        buffer_put(bytes, &value->Value, fixed_size(type));
        return S_OK;
    }
}

static HRESULT check_type(const struct bag *bag, ULONG tag, const char *what)
{
    const struct prop *old = bag_find(bag, tag);
    ULONG type = PROP_TYPE(tag);
    ULONG expected = value_expected_type(tag);

    if (type == PT_STRING8 || type == PT_MV_STRING8) {
        violation("STRING8_WRITE", "%s of 0x%08lx: this is a Unicode store, write PT_UNICODE", what,
            (unsigned long)tag);
        return MAPI_E_BAD_CHARWIDTH;
    }
    if (!value_type_known(type) || type == PT_OBJECT || type == PT_ERROR || PROP_ID(tag) == 0) {
        violation("WRONG_TYPE", "%s of 0x%08lx: no such type can be set", what, (unsigned long)tag);
        return MAPI_E_INVALID_TYPE;
    }
    if (expected) {
        violation("WRONG_TYPE", "%s of 0x%08lx: the property has type %04lx", what,
            (unsigned long)tag, (unsigned long)expected);
        return MAPI_E_INVALID_TYPE;
    }
    if (old && PROP_TYPE(old->tag) != type) {
        violation("WRONG_TYPE", "%s of 0x%08lx: stored as 0x%08lx", what, (unsigned long)tag,
            (unsigned long)old->tag);
        return MAPI_E_INVALID_TYPE;
    }
    return S_OK;
}

HRESULT value_set(struct bag *bag, const SPropValue *value, const char *what)
{
    struct buffer bytes = {0};
    HRESULT hr = check_type(bag, value->ulPropTag, what);

    if (FAILED(hr)) {
        return hr;
    }
    hr = value_bytes(value, &bytes);
    if (SUCCEEDED(hr)) {
        bag_set(bag, value->ulPropTag, bytes.data, bytes.size);
    } else {
        violation("BAD_VALUE", "%s of 0x%08lx: the value is no valid one of its type", what,
            (unsigned long)value->ulPropTag);
    }
    buffer_fini(&bytes);
    return hr;
}

/* ---- order ---- */

static int compare_sign(LONGLONG left, LONGLONG right)
{
    return left < right ? -1 : left > right;
}

static LONGLONG integer_of(const struct prop *prop)
{
    LONGLONG value = 0;
    SHORT i2;
    LONG i4;

    switch (PROP_TYPE(prop->tag)) {
    case PT_I2:
    case PT_BOOLEAN:
        memcpy(&i2, prop->data, 2);
        return i2;
    case PT_LONG:
    case PT_ERROR:
        memcpy(&i4, prop->data, 4);
        return i4;
    default:
        memcpy(&value, prop->data, 8);
        return value;
    }
}

int value_compare(const struct prop *left, const struct prop *right)
{
    double l;
    double r;
    float lf;
    float rf;
    int order;

    switch (PROP_TYPE(left->tag)) {
    case PT_UNICODE:
        return _wcsicmp(
            (const WCHAR *)(const void *)left->data, (const WCHAR *)(const void *)right->data);
    case PT_DOUBLE:
    case PT_APPTIME:
        memcpy(&l, left->data, 8);
        memcpy(&r, right->data, 8);
        return l < r ? -1 : l > r;
    case PT_R4:
        memcpy(&lf, left->data, 4);
        memcpy(&rf, right->data, 4);
        return lf < rf ? -1 : lf > rf;
    case PT_I2:
    case PT_BOOLEAN:
    case PT_LONG:
    case PT_ERROR:
    case PT_I8:
    case PT_CURRENCY:
    case PT_SYSTIME:
        return compare_sign(integer_of(left), integer_of(right));
    default:
        order =
            memcmp(left->data, right->data, left->size < right->size ? left->size : right->size);
        return order ? order : compare_sign(left->size, right->size);
    }
}
