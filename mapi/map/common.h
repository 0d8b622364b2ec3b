/* Members that several kinds have, mapped the same way, as functions for their sections. */
#ifndef LOCKSTEP_MAPI_MAP_COMMON_H
#define LOCKSTEP_MAPI_MAP_COMMON_H

#include "client/item/html.h"
#include "mapi/map/lens.h"

#define MEMBER_BILLING DOC_EXT "billing"
#define MEMBER_MILEAGE DOC_EXT "mileage"

/* "created", "updated": read only, the store owns the times. */
enum rc times_read(struct reader *r, struct err *err);
/* "keywords" <-> categories, the string-named "Keywords" (mapping trap 13). */
enum rc keywords_read(struct reader *r, struct err *err);
enum rc keywords_write(struct writer *w, struct err *err);
/* "uid" in a property of our own, for kinds that MAPI gives none; written at creation only. */
enum rc own_uid_read(struct reader *r, struct err *err);
enum rc own_uid_write(struct writer *w, struct err *err);
/* "title" <-> subject with its copies. */
enum rc title_read(struct reader *r, struct err *err);
enum rc title_write(struct writer *w, struct err *err);
/* "description" <-> plain-text body. */
enum rc description_read(struct reader *r, struct err *err);
enum rc description_write(struct writer *w, struct err *err);
/* The same, with DOC_STYLED <-> HTML. */
enum rc styled_read(struct reader *r, struct err *err);
enum rc styled_write(struct writer *w, struct err *err);
/* "privacy" <-> sensitivity and PidLidPrivate (mapping trap 14). */
enum rc privacy_read(struct reader *r, struct err *err);
enum rc privacy_write(struct writer *w, struct err *err);
/* The same by themselves: "private", "secret" or NULL for anyone to see. */
const char *privacy_of(const struct props *item);
void put_privacy(struct writer *w, const char *privacy);
int64_t sensitivity_of(const char *privacy); /* PidTagSensitivity */
/* "priority" <-> importance. */
enum rc priority_read(struct reader *r, struct err *err);
enum rc priority_write(struct writer *w, struct err *err);
int64_t importance_of(const struct json *doc); /* PidTagImportance */

/* MEMBER_BILLING, MEMBER_MILEAGE: texts of Outlook's own. */
enum rc accounting_read(struct reader *r, struct err *err);
enum rc accounting_write(struct writer *w, struct err *err);

/* Subject, normalized subject and conversation topic are one text. */
void put_subject(struct writer *w, const char *text);
/* The body as text with LF and no trailing line ends; NULL if there is none. Caller frees. An item
 * without plain text is read out of its RTF; errors as of rtf_read. */
enum rc body_text(const struct props *item, char **ret_text, struct err *err) WARN_UNUSED;
/* The HTML of an item whose native form it is, as UTF-8, or NULL: none, larger than HTML_MAX, or of a
 * code page we do not know. Caller frees. */
char *body_html(const struct props *item);
/* Puts the body; RTF and HTML of the old text must not survive it (mapping trap 11). */
void put_body(struct writer *w, const char *text);
/* Puts both forms, of which the HTML is to count; in ASCII, so that no code page can spoil it. */
void put_html(struct writer *w, const char *text, const char *html);

/* A text with CR LF line ends; caller frees. */
char *text_crlf(const char *text);
/* A text with LF line ends, trailing white space cut; NULL stays NULL. Caller frees. */
char *text_lf(const char *text);

/* FILETIME of "no date": 4501-01-01T00:00Z (mapping trap 1b). */
#define NO_DATE INT64_C(915151392000000000)
/* A date that is set and within the years documents can hold. */
bool is_date(int64_t filetime);

#endif
