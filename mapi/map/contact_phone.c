/* Telephone numbers: nineteen properties, and the three "fax addresses" Outlook derives so that a
 * fax can be chosen as recipient. */
#include "mapi/map/contact.h"

#include "mapi/map/slots.h"

/* Numbers for which JSContact has no feature are told by a label. */
static const char *const LABELS[] = {"car", "isdn", "assistant", "callback", "radio", "telex"};

static const char *phone_class(const struct json *entry)
{
    const struct json *features = json_get(entry, "features"),
                      *contexts = json_get(entry, "contexts");
    bool work = json_get_bool(contexts, "work", false),
         home = json_get_bool(contexts, "private", false);
    if (json_get_bool(features, "fax", false)) {
        return work ? "fax-work" : home ? "fax-home" : "fax";
    }
    for (size_t i = 0; i < ARRAY_LEN(LABELS); i++) {
        if (json_get(entry, "label") && str_ieq(json_get_str(entry, "label"), LABELS[i])) {
            return LABELS[i];
        }
    }
    if (json_get_bool(features, "pager", false)) {
        return "pager";
    }
    if (json_get_bool(features, "textphone", false)) {
        return "textphone";
    }
    if (json_get_bool(features, "main-number", false)) {
        return "company";
    }
    if (json_get_bool(features, "mobile", false)) {
        return "mobile";
    }
    return work                                  ? "work"
           : home                                ? "home"
           : json_get_int(entry, "pref", 0) == 1 ? "primary"
                                                 : "other";
}

#define VOICE "\"features\":{\"voice\":true}"
#define WORK  "\"contexts\":{\"work\":true}"
#define HOME  "\"contexts\":{\"private\":true}"

static const struct slot PHONES[] = {
    {P_BUSINESS_PHONE, "business", "work", "{" WORK "," VOICE "}"},
    {P_BUSINESS2_PHONE, "business2", "work", "{" WORK "," VOICE "}"},
    {P_HOME_PHONE, "home", "home", "{" HOME "," VOICE "}"},
    {P_HOME2_PHONE, "home2", "home", "{" HOME "," VOICE "}"},
    {P_MOBILE_PHONE, "mobile", "mobile", "{\"features\":{\"mobile\":true}}"},
    {P_OTHER_PHONE, "other", "other", "{" VOICE "}"},
    {P_PRIMARY_PHONE, "primary", "primary", "{" VOICE ",\"pref\":1}"},
    {P_PAGER, "pager", "pager", "{\"features\":{\"pager\":true}}"},
    {P_CAR_PHONE, "car", "car", "{" VOICE ",\"label\":\"car\"}"},
    {P_ISDN, "isdn", "isdn", "{\"label\":\"isdn\"}"},
    {P_BUSINESS_FAX, "business-fax", "fax-work", "{" WORK ",\"features\":{\"fax\":true}}"},
    {P_HOME_FAX, "home-fax", "fax-home", "{" HOME ",\"features\":{\"fax\":true}}"},
    {P_PRIMARY_FAX, "other-fax", "fax", "{\"features\":{\"fax\":true}}"},
    {P_ASSISTANT_PHONE, "assistant", "assistant", "{\"label\":\"assistant\"}"},
    {P_CALLBACK_PHONE, "callback", "callback", "{\"label\":\"callback\"}"},
    {P_COMPANY_PHONE, "company", "company", "{" WORK ",\"features\":{\"main-number\":true}}"},
    {P_RADIO_PHONE, "radio", "radio", "{\"label\":\"radio\"}"},
    {P_TTYTDD_PHONE, "textphone", "textphone", "{\"features\":{\"textphone\":true}}"},
    {P_TELEX, "telex", "telex", "{\"label\":\"telex\"}"},
};

static const struct slot_group GROUP = {"phones", "number", phone_class, PHONES, ARRAY_LEN(PHONES)};

/* Where a fax number stands in the address book ([MS-OXOCNTC] section 2.2.1.2.11). */
static const struct fax {
    enum prop_key number, type, address, display, entry_id;
    unsigned place;
} FAXES[] = {
    {P_PRIMARY_FAX, P_FAX1_ADDRESS_TYPE, P_FAX1_ADDRESS, P_FAX1_ORIGINAL_DISPLAY_NAME,
        P_FAX1_ORIGINAL_ENTRY_ID, 5},
    {P_BUSINESS_FAX, P_FAX2_ADDRESS_TYPE, P_FAX2_ADDRESS, P_FAX2_ORIGINAL_DISPLAY_NAME,
        P_FAX2_ORIGINAL_ENTRY_ID, 3},
    {P_HOME_FAX, P_FAX3_ADDRESS_TYPE, P_FAX3_ADDRESS, P_FAX3_ORIGINAL_DISPLAY_NAME,
        P_FAX3_ORIGINAL_ENTRY_ID, 4},
};

static void write_fax(struct writer *w, const struct fax *fax)
{
    const char *number = final_text(w, fax->number),
               *before = w->is_new ? NULL : get_text(w->now, fax->number);
    if (str_eq(number, before)) {
        return;
    }
    if (!number) {
        put_text(w, fax->address, NULL);
        put_text(w, fax->display, NULL);
        put_binary(w, fax->entry_id, NULL, 0);
    } else {
        const char *name = final_text(w, P_DISPLAY_NAME);
        CLEANUP(mem_free) char *address = str_printf("%s@%s", name ? name : "", number);
        put_text(w, fax->type, "FAX");
        put_text(w, fax->address, address);
        put_text(w, fax->display, name);
        contact_put_one_off(w, fax->entry_id, name ? name : "", "FAX", address);
    }
    contact_put_address_place(w, fax->place, number != NULL);
}

enum rc contact_phones_read(struct reader *r, struct err *err)
{
    (void)err;
    slots_read(r, &GROUP);
    return RC_OK;
}

enum rc contact_phones_write(struct writer *w, struct err *err)
{
    (void)err;
    slots_write(w, &GROUP);
    for (size_t i = 0; i < ARRAY_LEN(FAXES); i++) {
        write_fax(w, &FAXES[i]);
    }
    return RC_OK;
}
