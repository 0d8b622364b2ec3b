/* The parts of the contact map; each file has the two functions of a section in contact.c's list.
 */
#ifndef LOCKSTEP_MAPI_MAP_CONTACT_H
#define LOCKSTEP_MAPI_MAP_CONTACT_H

#include "client/item/doc.h"
#include "mapi/map/common.h"

/* Members that JSContact has no word for. */
#define CONTACT_GENDER           DOC_EXT "gender"
#define CONTACT_PRIVACY          DOC_EXT "privacy"
#define CONTACT_INITIALS         DOC_EXT "initials"
#define CONTACT_FILE_AS          DOC_EXT "fileAs"
#define CONTACT_FILE_AS_FORMULA  DOC_EXT "fileAsFormula"
#define CONTACT_FOLLOW_UP        DOC_EXT "followUp"
#define CONTACT_FOLLOW_UP_STATUS DOC_EXT "followUpStatus"
#define CONTACT_FOLLOW_UP_START  DOC_EXT "followUpStart"
#define CONTACT_FOLLOW_UP_DUE    DOC_EXT "followUpDue"
#define CONTACT_REMINDER         DOC_EXT "reminder"

enum rc contact_name_read(struct reader *r, struct err *err);
enum rc contact_name_write(struct writer *w, struct err *err);
enum rc contact_phones_read(struct reader *r, struct err *err);
enum rc contact_phones_write(struct writer *w, struct err *err);
enum rc contact_emails_read(struct reader *r, struct err *err);
enum rc contact_emails_write(struct writer *w, struct err *err);
enum rc contact_addresses_read(struct reader *r, struct err *err);
enum rc contact_addresses_write(struct writer *w, struct err *err);
enum rc contact_anniversaries_read(struct reader *r, struct err *err);
enum rc contact_anniversaries_write(struct writer *w, struct err *err);
enum rc contact_related_read(struct reader *r, struct err *err);
enum rc contact_related_write(struct writer *w, struct err *err);
enum rc contact_notes_read(struct reader *r, struct err *err);
enum rc contact_notes_write(struct writer *w, struct err *err);
enum rc contact_photo_read(struct reader *r, struct err *err);
enum rc contact_photo_write(struct writer *w, struct err *err);

enum rc contact_texts_read(struct reader *r, struct err *err);
enum rc contact_texts_write(struct writer *w, struct err *err);
enum rc contact_gender_read(struct reader *r, struct err *err);
enum rc contact_gender_write(struct writer *w, struct err *err);
enum rc contact_file_as_read(struct reader *r, struct err *err);
enum rc contact_file_as_write(struct writer *w, struct err *err);
enum rc contact_initials_read(struct reader *r, struct err *err);
enum rc contact_initials_write(struct writer *w, struct err *err);
/* Reads the reminder, too. */
enum rc contact_flag_read(struct reader *r, struct err *err);
enum rc contact_flag_write(struct writer *w, struct err *err);
enum rc contact_reminder_write(struct writer *w, struct err *err);
enum rc contact_keys_read(struct reader *r, struct err *err);
enum rc contact_keys_write(struct writer *w, struct err *err);

/* File-as and what else Outlook derives from name and company; to be called when either changed. */
void contact_put_file_under(struct writer *w);
void contact_put_initials(struct writer *w);
/* A one-off entry id ([MS-OXCDATA] section 2.2.5.1). */
void contact_put_one_off(
    struct writer *w, enum prop_key key, const char *name, const char *type, const char *address);
/* Marks a place of the address book list as used or not: 0..2 e-mail, 3 business fax, 4 home fax, 5
 * other fax. A contact whose list is wrong is missing from the address book. */
void contact_put_address_place(struct writer *w, unsigned place, bool used);

#endif
