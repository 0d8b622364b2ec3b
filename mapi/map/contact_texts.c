/* Fields that JSContact has no word for and that are one text each: a member with our prefix, a
 * property. To map one more, add a row (and one in client/codec/vcard_texts.c). */
#include "mapi/map/contact.h"

#include "client/item/doc.h"

static const struct text {
    const char *member;
    enum prop_key key;
} TEXTS[] = {
    {DOC_EXT "companyPhonetic", P_YOMI_COMPANY_NAME},
    {DOC_EXT "referredBy", P_REFERRED_BY},
    {DOC_EXT "location", P_CONTACT_LOCATION},
    {DOC_EXT "account", P_ACCOUNT},
    {DOC_EXT "customerId", P_CUSTOMER_ID},
    {DOC_EXT "governmentId", P_GOVERNMENT_ID},
    {DOC_EXT "organizationalId", P_ORGANIZATIONAL_ID},
    {DOC_EXT "computerNetworkName", P_COMPUTER_NAME},
    {DOC_EXT "keyword", P_KEYWORD},
    {MEMBER_BILLING, P_BILLING},
    {MEMBER_MILEAGE, P_MILEAGE},
    {DOC_EXT "userField1", P_USER_FIELD1},
    {DOC_EXT "userField2", P_USER_FIELD2},
    {DOC_EXT "userField3", P_USER_FIELD3},
    {DOC_EXT "userField4", P_USER_FIELD4},
};

enum rc contact_texts_read(struct reader *r, struct err *err)
{
    (void)err;
    for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++) {
        json_set_str(r->doc, TEXTS[i].member, get_text(r->item, TEXTS[i].key));
    }
    return RC_OK;
}

/* The section names no members: it is asked each time and looks at each row for itself. */
enum rc contact_texts_write(struct writer *w, struct err *err)
{
    (void)err;
    for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++) {
        if (w->is_new || member_changed(w, TEXTS[i].member)) {
            put_text(w, TEXTS[i].key, json_get_str(w->want, TEXTS[i].member));
        }
    }
    return RC_OK;
}

/* ---- gender: PidTagGender ([MS-OXOCNTC] section 2.2.1.10.3): 0 not said, 1 female, 2 male ---- */
enum rc contact_gender_read(struct reader *r, struct err *err)
{
    (void)err;
    int64_t gender = get_int(r->item, P_GENDER, 0);
    json_set_str(r->doc, CONTACT_GENDER, gender == 1 ? "female" : gender == 2 ? "male" : NULL);
    return RC_OK;
}

enum rc contact_gender_write(struct writer *w, struct err *err)
{
    (void)err;
    const char *want = json_get_str(w->want, CONTACT_GENDER);
    int64_t gender = str_eq(want, "female") ? 1 : str_eq(want, "male") ? 2 : 0;
    if (gender || has(w->now, P_GENDER)) { /* any other gender is said by the other side only */
        put_int(w, P_GENDER, gender);
    }
    return RC_OK;
}
