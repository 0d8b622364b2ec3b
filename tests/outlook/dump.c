/* JSON dumps of items; see dump.h. Times are written digit by digit: a JSON number read as a double
 * would lose the last digits of a FILETIME, so that reading first puts such numbers into quotes. */
#include "tests/outlook/dump.h"

#include "tests/outlook/computed.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DUMP_DEPTH_LIMIT 8

struct dump {
    struct storage *storage;
    ULONG store;
    BOOL stable;
    char *why;
    size_t why_size;
};

struct property_set {
    const char *name;
    GUID guid;
};

#define OUTLOOK_SET(n)                                                                             \
    {                                                                                              \
        n, 0, 0,                                                                                   \
        {                                                                                          \
            0xC0, 0, 0, 0, 0, 0, 0, 0x46                                                           \
        }                                                                                          \
    }

static const struct property_set property_sets[] = {
    {"PSETID_Appointment", OUTLOOK_SET(0x00062002)},
    {"PSETID_Task", OUTLOOK_SET(0x00062003)},
    {"PSETID_Address", OUTLOOK_SET(0x00062004)},
    {"PSETID_Common", OUTLOOK_SET(0x00062008)},
    {"PSETID_Log", OUTLOOK_SET(0x0006200A)},
    {"PSETID_Note", OUTLOOK_SET(0x0006200E)},
    {"PSETID_Sharing", OUTLOOK_SET(0x00062040)},
    {"PSETID_Meeting",
        {0x6ED8DA90, 0x450B, 0x101B, {0x98, 0xDA, 0x00, 0xAA, 0x00, 0x3F, 0x13, 0x05}}},
    {"PSETID_CalendarAssistant",
        {0x11000E07, 0xB51B, 0x40D6, {0xAF, 0x21, 0xCA, 0xA8, 0x5E, 0xDA, 0xB1, 0xD0}}},
    {"PS_PUBLIC_STRINGS", OUTLOOK_SET(0x00020329)},
    {"PS_INTERNET_HEADERS", OUTLOOK_SET(0x00020386)},
    {"PS_MAPI", OUTLOOK_SET(0x00020328)},
};

static BOOL dump_fail(struct dump *dump, const char *what, const char *detail)
{
    snprintf(dump->why, dump->why_size, "%s: %.80s", what, detail);
    return FALSE;
}

/* ---- keys ---- */

static BOOL dump_parse_guid(const char *text, size_t length, GUID *ret_guid)
{
    unsigned v[8];
    GUID guid;
    unsigned long first;
    unsigned second;
    unsigned third;

    for (size_t i = 0; i < ARRAYSIZE(property_sets); i++) {
        if (strlen(property_sets[i].name) == length &&
            !strncmp(property_sets[i].name, text, length)) {
            *ret_guid = property_sets[i].guid;
            return TRUE;
        }
    }
    if (length != 38 || sscanf(text, "{%8lx-%4x-%4x-%2x%2x-%2x%2x%2x%2x%2x%2x}", &first, &second,
                            &third, &v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7]) != 11) {
        return FALSE;
    }
    guid.Data1 = first;
    guid.Data2 = (USHORT)second;
    guid.Data3 = (USHORT)third;
    for (int i = 0; i < 8; i++) {
        guid.Data4[i] = (BYTE)v[i];
    }
    *ret_guid = guid;
    return TRUE;
}

/* Our stores hold no 8-bit strings: such an item, exported by an old Outlook, becomes Unicode as on
 * its import there. */
static ULONG dump_unicode_type(ULONG type)
{
    return type == PT_STRING8 ? PT_UNICODE : type == PT_MV_STRING8 ? PT_MV_UNICODE : type;
}

static ULONG dump_parse_named(
    struct storage *storage, ULONG store, const char *key, const char *colon)
{
    struct name_info name = {{0}, FALSE, 0, NULL};
    const char *rest = colon + 1;
    ULONG id = 0;
    ULONG type;
    char *end;

    if (!dump_parse_guid(key, (size_t)(colon - key), &name.guid)) {
        return 0;
    }
    if (*rest == '\'') {
        const char *quote = strstr(rest + 1, "':");
        if (!quote) {
            return 0;
        }
        name.is_string = TRUE;
        name.string = emu_wide(rest + 1, (int)(quote - rest - 1));
        rest = quote + 2;
    } else {
        name.lid = strtoul(rest, &end, 16);
        if (*end != ':') {
            return 0;
        }
        rest = end + 1;
    }
    type = dump_unicode_type(strtoul(rest, &end, 16));
    if (end == rest || FAILED(storage_name_id(storage, store, &name, TRUE, &id))) {
        id = 0;
    }
    emu_free(name.string);
    return id ? PROP_TAG(type, id) : 0;
}

ULONG dump_parse_key(struct storage *storage, ULONG store, const char *key)
{
    const char *colon = key[0] == '{' ? strstr(key, "}:") : strchr(key, ':');
    char *end;
    ULONG tag;

    if (colon) {
        return dump_parse_named(storage, store, key, colon + (key[0] == '{'));
    }
    tag = strtoul(key, &end, 16);
    if (end != key + 8 || (*end && *end != ' ')) {
        return 0;
    }
    return CHANGE_PROP_TYPE(tag, dump_unicode_type(PROP_TYPE(tag)));
}

/* ---- values in ---- */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'                 ? c - '0'
           : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                                : -1;
}

static BOOL dump_parse_hex(const char *hex, struct buffer *out)
{
    for (; hex[0]; hex += 2) {
        int high = hex_digit(hex[0]);
        int low = high < 0 ? -1 : hex_digit(hex[1]);
        BYTE byte;
        if (low < 0) {
            return FALSE;
        }
        byte = (BYTE)(high * 16 + low);
        buffer_put(out, &byte, 1);
    }
    return TRUE;
}

static BOOL dump_parse_utc(const char *text, ULONGLONG *ret_time)
{
    SYSTEMTIME time = {0};
    FILETIME file;
    unsigned year, month, day;
    unsigned hour = 0, minute = 0, second = 0;

    if (sscanf(text, "%4u-%2u-%2uT%2u:%2u:%2u", &year, &month, &day, &hour, &minute, &second) < 3) {
        return FALSE;
    }
    time.wYear = (WORD)year;
    time.wMonth = (WORD)month;
    time.wDay = (WORD)day;
    time.wHour = (WORD)hour;
    time.wMinute = (WORD)minute;
    time.wSecond = (WORD)second;
    if (!SystemTimeToFileTime(&time, &file)) {
        return FALSE;
    }
    *ret_time = ((ULONGLONG)file.dwHighDateTime << 32) | file.dwLowDateTime;
    return TRUE;
}

static BOOL dump_read_time(const cJSON *value, struct buffer *out)
{
    const cJSON *filetime = cJSON_GetObjectItemCaseSensitive(value, "filetime");
    const cJSON *utc = cJSON_GetObjectItemCaseSensitive(value, "utc");
    ULONGLONG time = 0;

    if (cJSON_IsString(filetime)) { /* quoted by dump_quote_times */
        time = strtoull(filetime->valuestring, NULL, 10);
    } else if (!cJSON_IsString(utc) || !dump_parse_utc(utc->valuestring, &time)) {
        return FALSE;
    }
    buffer_put(out, &time, sizeof(time));
    return TRUE;
}

static void dump_put_wide(const char *text, struct buffer *out)
{
    WCHAR *wide = emu_wide(text, -1);

    buffer_put(out, wide, wcslen(wide) * sizeof(WCHAR));
    emu_free(wide);
}

static BOOL dump_read_single(ULONG type, const cJSON *value, struct buffer *out)
{
    const cJSON *hex;
    LONGLONG number = cJSON_IsNumber(value) ? (LONGLONG)value->valuedouble : 0;
    float real;

    switch (type) {
    case PT_UNICODE:
        if (!cJSON_IsString(value)) {
            return FALSE;
        }
        dump_put_wide(value->valuestring, out);
        return TRUE;
    case PT_BINARY:
    case PT_CLSID:
        hex = cJSON_GetObjectItemCaseSensitive(value, "hex");
        return cJSON_IsString(hex) && dump_parse_hex(hex->valuestring, out);
    case PT_SYSTIME:
        return dump_read_time(value, out);
    case PT_BOOLEAN:
        number = cJSON_IsTrue(value);
        buffer_put(out, &number, 2);
        return cJSON_IsBool(value);
    case PT_I2:
        buffer_put(out, &number, 2);
        return cJSON_IsNumber(value);
    case PT_LONG:
    case PT_ERROR:
        buffer_put(out, &number, 4);
        return cJSON_IsNumber(value);
    case PT_I8:
    case PT_CURRENCY:
        buffer_put(out, &number, 8);
        return cJSON_IsNumber(value);
    case PT_DOUBLE:
    case PT_APPTIME:
        buffer_put(out, &value->valuedouble, 8);
        return cJSON_IsNumber(value);
    case PT_R4:
        real = (float)value->valuedouble;
        buffer_put(out, &real, 4);
        return cJSON_IsNumber(value);
    default:
        return FALSE;
    }
}

static BOOL dump_is_variable(ULONG type)
{
    return type == PT_UNICODE || type == PT_BINARY;
}

static BOOL dump_read_value(ULONG type, const cJSON *value, struct buffer *out)
{
    const cJSON *element;

    if (!(type & MV_FLAG)) {
        return dump_read_single(type, value, out);
    }
    if (!cJSON_IsArray(value)) {
        return FALSE;
    }
    buffer_put_u32(out, (ULONG)cJSON_GetArraySize(value));
    cJSON_ArrayForEach(element, value)
    {
        struct buffer one = {0};
        BOOL good = dump_read_single(type & ~(ULONG)MV_FLAG, element, &one);
        if (dump_is_variable(type & ~(ULONG)MV_FLAG)) {
            buffer_put_u32(out, (ULONG)one.size);
        }
        buffer_put(out, one.data, one.size);
        buffer_fini(&one);
        if (!good) {
            return FALSE;
        }
    }
    return TRUE;
}

static BOOL dump_read_bag(struct dump *dump, const cJSON *object, struct bag *bag)
{
    const cJSON *value;

    cJSON_ArrayForEach(value, object)
    {
        ULONG tag = dump_parse_key(dump->storage, dump->store, value->string);
        struct buffer bytes = {0};
        BOOL good;
        if (!tag) {
            return dump_fail(dump, "not a property key", value->string);
        }
        if (PROP_TYPE(tag) == PT_OBJECT) {
            continue; /* the embedded message is told by "embedded" */
        }
        good = dump_read_value(PROP_TYPE(tag), value, &bytes);
        if (good) {
            bag_set(bag, tag, bytes.data, bytes.size);
        }
        buffer_fini(&bytes);
        if (!good) {
            return dump_fail(dump, "the value has not the type its key says", value->string);
        }
    }
    return TRUE;
}

/* The item's own times and search key are kept; the rest of what a store owns is made when it is
 * stored. */
static void dump_drop_computed(struct bag *bag, BOOL (*is_computed)(ULONG tag))
{
    for (ULONG i = bag->count; i-- > 0;) {
        ULONG id = PROP_ID(bag->items[i].tag);
        if (id != PROP_ID(PR_SEARCH_KEY) && id != PROP_ID(PR_CREATION_TIME) &&
            id != PROP_ID(PR_LAST_MODIFICATION_TIME) && is_computed(bag->items[i].tag)) {
            bag_delete(bag, bag->items[i].tag);
        }
    }
}

static BOOL dump_computed_message(ULONG tag)
{
    return computed_is_message(tag, FALSE);
}

static BOOL dump_read_item(struct dump *dump, const cJSON *object, struct item *item, int depth);

static BOOL dump_read_attachment(
    struct dump *dump, const cJSON *object, struct item *item, int depth)
{
    const cJSON *embedded = cJSON_GetObjectItemCaseSensitive(object, "embedded");
    struct attachment attachment = {item->next_attachment, {0}, NULL};
    BOOL good = dump_read_bag(
        dump, cJSON_GetObjectItemCaseSensitive(object, "properties"), &attachment.props);

    dump_drop_computed(&attachment.props, computed_is_attachment);
    if (good && embedded) {
        attachment.embedded = emu_alloc(sizeof(*attachment.embedded));
        good = depth > 0 ? dump_read_item(dump, embedded, attachment.embedded, depth - 1)
                         : dump_fail(dump, "too many embedded messages", "inside each other");
        bag_set_long(&attachment.props, PR_ATTACH_METHOD, ATTACH_EMBEDDED_MSG);
    }
    if (good) {
        item_put_attachment(item, &attachment);
    }
    attachment_fini(&attachment);
    return good;
}

static BOOL dump_read_item(struct dump *dump, const cJSON *object, struct item *item, int depth)
{
    const cJSON *properties = cJSON_GetObjectItemCaseSensitive(object, "properties");
    const cJSON *element;

    if (!cJSON_IsObject(properties)) {
        return dump_fail(dump, "an item needs", "properties");
    }
    if (!dump_read_bag(dump, properties, &item->props)) {
        return FALSE;
    }
    dump_drop_computed(&item->props, dump_computed_message);
    cJSON_ArrayForEach(element, cJSON_GetObjectItemCaseSensitive(object, "recipients"))
    {
        struct bag *row = item_add_recipient(item);
        LONG id = bag_long(row, PR_ROWID, 0);
        if (!dump_read_bag(dump, element, row)) {
            return FALSE;
        }
        bag_delete(row, PR_INSTANCE_KEY);
        bag_set_long(row, PR_ROWID, id);
    }
    cJSON_ArrayForEach(element, cJSON_GetObjectItemCaseSensitive(object, "attachments"))
    {
        if (!dump_read_attachment(dump, element, item, depth)) {
            return FALSE;
        }
    }
    return TRUE;
}

/* "filetime": 133... becomes "filetime": "133...". */
char *dump_quote_times(const char *text)
{
    static const char key[] = "\"filetime\":";
    struct buffer out = {0};
    const char *at;

    while ((at = strstr(text, key)) != NULL) {
        at += sizeof(key) - 1;
        at += strspn(at, " \t\r\n");
        buffer_put(&out, text, (size_t)(at - text));
        text = at;
        if (*at >= '0' && *at <= '9') {
            size_t digits = strspn(at, "0123456789");
            buffer_put(&out, "\"", 1);
            buffer_put(&out, at, digits);
            buffer_put(&out, "\"", 1);
            text = at + digits;
        }
    }
    buffer_put(&out, text, strlen(text) + 1);
    return (char *)out.data;
}

BOOL dump_read(struct storage *storage, ULONG store, const char *text, struct item **ret_items,
    ULONG *ret_count, char *why, size_t why_size)
{
    struct dump dump = {storage, store, FALSE, why, why_size};
    char *quoted = dump_quote_times(text);
    cJSON *root = cJSON_Parse(quoted);
    struct item *items = NULL;
    ULONG count = 0;
    BOOL good = root != NULL || dump_fail(&dump, "not JSON", text);
    ULONG wanted = cJSON_IsArray(root) ? (ULONG)cJSON_GetArraySize(root) : 1;

    items = emu_alloc(wanted * sizeof(*items));
    for (const cJSON *one = cJSON_IsArray(root) ? root->child : root; good && count < wanted;
         one = one->next) {
        good = dump_read_item(&dump, one, &items[count++], DUMP_DEPTH_LIMIT);
    }
    cJSON_Delete(root);
    emu_free(quoted);
    if (!good) {
        while (count > 0) {
            item_fini(&items[--count]);
        }
        emu_free(items);
        return FALSE;
    }
    *ret_items = items;
    *ret_count = count;
    return TRUE;
}

/* ---- values out ---- */

static void dump_add_hex(cJSON *object, const BYTE *data, ULONG size)
{
    static const char digits[] = "0123456789abcdef";
    char *hex = emu_alloc((size_t)size * 2 + 1);

    for (ULONG i = 0; i < size; i++) {
        hex[i * 2] = digits[data[i] >> 4];
        hex[i * 2 + 1] = digits[data[i] & 15];
    }
    cJSON_AddNumberToObject(object, "len", size);
    cJSON_AddStringToObject(object, "hex", hex);
    emu_free(hex);
}

static void dump_add_time(cJSON *object, const BYTE *data)
{
    ULONGLONG value;
    FILETIME file;
    SYSTEMTIME time;
    char text[64];

    memcpy(&value, data, sizeof(value));
    memcpy(&file, data, sizeof(file));
    snprintf(text, sizeof(text), "%llu", value);
    cJSON_AddRawToObject(object, "filetime", text);
    if (FileTimeToSystemTime(&file, &time)) {
        unsigned long fraction = (unsigned long)(value % 10000000 / 10);
        int length = snprintf(text, sizeof(text), "%04u-%02u-%02uT%02u:%02u:%02u", time.wYear,
            time.wMonth, time.wDay, time.wHour, time.wMinute, time.wSecond);
        snprintf(
            text + length, sizeof(text) - (size_t)length, fraction ? ".%06luZ" : "Z", fraction);
        cJSON_AddStringToObject(object, "utc", text);
    }
}

static cJSON *dump_single(ULONG type, const BYTE *data, ULONG size)
{
    cJSON *value;
    LONGLONG number = 0;
    double real;
    float small;
    char *text;

    switch (type) {
    case PT_UNICODE: {
        WCHAR *wide = emu_alloc(size + sizeof(WCHAR)); /* an element of a list is not terminated */
        memcpy(wide, data, size);
        text = emu_utf8(wide, -1);
        value = cJSON_CreateString(text);
        emu_free(text);
        emu_free(wide);
        return value;
    }
    case PT_BOOLEAN:
        return cJSON_CreateBool(data[0] || data[1]);
    case PT_I2:
        number = (SHORT)(data[0] | (data[1] << 8));
        break;
    case PT_LONG:
    case PT_ERROR: {
        LONG narrow;
        memcpy(&narrow, data, sizeof(narrow));
        number = narrow;
        break;
    }
    case PT_I8:
    case PT_CURRENCY:
        memcpy(&number, data, sizeof(number));
        break;
    case PT_DOUBLE:
    case PT_APPTIME:
        memcpy(&real, data, sizeof(real));
        return cJSON_CreateNumber(real);
    case PT_R4:
        memcpy(&small, data, sizeof(small));
        return cJSON_CreateNumber((double)small);
    case PT_SYSTIME:
        value = cJSON_CreateObject();
        dump_add_time(value, data);
        return value;
    default:
        value = cJSON_CreateObject();
        dump_add_hex(value, data, size);
        return value;
    }
    return cJSON_CreateNumber((double)number);
}

static cJSON *dump_value(const struct prop *prop)
{
    ULONG type = PROP_TYPE(prop->tag);
    ULONG single = type & ~(ULONG)MV_FLAG;
    struct reader reader = {prop->data, prop->size, FALSE};
    cJSON *array;
    ULONG count;

    if (!(type & MV_FLAG)) {
        return dump_single(type, prop->data, prop->size);
    }
    array = cJSON_CreateArray();
    count = reader_u32(&reader);
    for (ULONG i = 0; i < count && !reader.bad; i++) {
        ULONG size = dump_is_variable(single)               ? reader_u32(&reader)
                     : single == PT_I2                      ? 2
                     : single == PT_LONG || single == PT_R4 ? 4
                     : single == PT_CLSID                   ? 16
                                                            : 8;
        const BYTE *data = reader_take(&reader, size);
        if (data) {
            cJSON_AddItemToArray(array, dump_single(single, data, size));
        }
    }
    return array;
}

static char *dump_key(struct dump *dump, ULONG tag)
{
    char *key = emu_alloc(512);
    char set[64];
    struct name_info name;

    if (PROP_ID(tag) < 0x8000) {
        snprintf(key, 512, "%08lX", (unsigned long)tag);
        return key;
    }
    if (FAILED(storage_id_name(dump->storage, dump->store, PROP_ID(tag), &name))) {
        snprintf(key, 512, "%08lX nameless", (unsigned long)tag);
        return key;
    }
    snprintf(set, sizeof(set), "{%08lX-%04X-%04X-%02X%02X-%02X%02X%02X%02X%02X%02X}",
        (unsigned long)name.guid.Data1, name.guid.Data2, name.guid.Data3, name.guid.Data4[0],
        name.guid.Data4[1], name.guid.Data4[2], name.guid.Data4[3], name.guid.Data4[4],
        name.guid.Data4[5], name.guid.Data4[6], name.guid.Data4[7]);
    for (size_t i = 0; i < ARRAYSIZE(property_sets); i++) {
        if (IsEqualGUID(&property_sets[i].guid, &name.guid)) {
            snprintf(set, sizeof(set), "%s", property_sets[i].name);
        }
    }
    if (name.is_string) {
        char *text = emu_utf8(name.string, -1);
        snprintf(key, 512, "%s:'%.300s':%04lX", set, text, (unsigned long)PROP_TYPE(tag));
        emu_free(text);
    } else {
        snprintf(key, 512, "%s:%04lX:%04lX", set, (unsigned long)name.lid,
            (unsigned long)PROP_TYPE(tag));
    }
    emu_free(name.string);
    return key;
}

struct dump_entry {
    char *key;
    const struct prop *prop;
};

static int dump_entry_compare(const void *left, const void *right)
{
    return strcmp(((const struct dump_entry *)left)->key, ((const struct dump_entry *)right)->key);
}

/* Sorted by key: ids of named properties depend on the order in which a store met them, keys do
 * not. */
static cJSON *dump_bag(struct dump *dump, const struct bag *bag)
{
    struct dump_entry *entries = emu_alloc(bag->count * sizeof(*entries));
    cJSON *object = cJSON_CreateObject();
    ULONG count = 0;

    for (ULONG i = 0; i < bag->count; i++) {
        if (dump->stable && computed_is_volatile(bag->items[i].tag)) {
            continue;
        }
        entries[count].key = dump_key(dump, bag->items[i].tag);
        entries[count++].prop = &bag->items[i];
    }
    qsort(entries, count, sizeof(*entries), dump_entry_compare);
    for (ULONG i = 0; i < count; i++) {
        cJSON_AddItemToObject(object, entries[i].key, dump_value(entries[i].prop));
        emu_free(entries[i].key);
    }
    emu_free(entries);
    return object;
}

static cJSON *dump_item(struct dump *dump, const struct item *item)
{
    cJSON *object = cJSON_CreateObject();
    cJSON *list;

    cJSON_AddItemToObject(object, "properties", dump_bag(dump, &item->props));
    list = cJSON_AddArrayToObject(object, "recipients");
    for (ULONG i = 0; i < item->recipient_count; i++) {
        cJSON_AddItemToArray(list, dump_bag(dump, &item->recipients[i]));
    }
    list = cJSON_AddArrayToObject(object, "attachments");
    for (ULONG i = 0; i < item->attachment_count; i++) {
        cJSON *attachment = cJSON_CreateObject();
        cJSON_AddItemToObject(
            attachment, "properties", dump_bag(dump, &item->attachments[i].props));
        if (item->attachments[i].embedded) {
            cJSON_AddItemToObject(
                attachment, "embedded", dump_item(dump, item->attachments[i].embedded));
        }
        cJSON_AddItemToArray(list, attachment);
    }
    return object;
}

char *dump_write(
    struct storage *storage, ULONG store, const struct item *items, ULONG count, BOOL stable)
{
    struct dump dump = {storage, store, stable, NULL, 0};
    cJSON *array = cJSON_CreateArray();
    char *printed;
    char *text;

    for (ULONG i = 0; i < count; i++) {
        cJSON_AddItemToArray(array, dump_item(&dump, &items[i]));
    }
    printed = cJSON_Print(array);
    text = strcpy(emu_alloc(strlen(printed ? printed : "") + 1), printed ? printed : "");
    cJSON_free(printed);
    cJSON_Delete(array);
    return text;
}

/* ---- one value as text ---- */

static BOOL dump_text_single(ULONG type, const char *text, struct buffer *out)
{
    cJSON *value = NULL;
    ULONGLONG time;
    BOOL good;

    switch (type) {
    case PT_UNICODE:
        dump_put_wide(text, out);
        return TRUE;
    case PT_BINARY:
    case PT_CLSID:
        return dump_parse_hex(text, out);
    case PT_SYSTIME:
        if (!dump_parse_utc(text, &time)) {
            return FALSE;
        }
        buffer_put(out, &time, sizeof(time));
        return TRUE;
    case PT_BOOLEAN:
        value = cJSON_CreateBool(!strcmp(text, "true") || !strcmp(text, "1"));
        break;
    default:
        value = cJSON_CreateNumber(strtod(text, NULL));
        break;
    }
    good = dump_read_single(type, value, out);
    cJSON_Delete(value);
    return good;
}

BOOL dump_set_text(struct bag *bag, ULONG tag, const char *text)
{
    ULONG single = PROP_TYPE(tag) & ~(ULONG)MV_FLAG;
    struct buffer bytes = {0};
    BOOL good = TRUE;
    ULONG count = 0;

    if (!(PROP_TYPE(tag) & MV_FLAG)) {
        good = dump_text_single(single, text, &bytes);
    } else {
        buffer_put_u32(&bytes, 0);
        while (good && *text) {
            size_t length = strcspn(text, ";");
            char *part = memcpy(emu_alloc(length + 1), text, length);
            struct buffer one = {0};
            good = dump_text_single(single, part, &one);
            if (dump_is_variable(single)) {
                buffer_put_u32(&bytes, (ULONG)one.size);
            }
            buffer_put(&bytes, one.data, one.size);
            buffer_fini(&one);
            emu_free(part);
            text += length + (text[length] == ';');
            count++;
        }
        memcpy(bytes.data, &count, sizeof(count));
    }
    if (good) {
        bag_set(bag, tag, bytes.data, bytes.size);
    }
    buffer_fini(&bytes);
    return good;
}
