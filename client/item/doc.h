/* Neutral documents: one item as JSON, in the standard vocabulary of its kind.
 *
 *   contact  JSContact Card, RFC 9553          {"@type":"Card","name":{..},"emails":{..},..}
 *   event    JSCalendar Event, RFC 8984 (1.0)  {"@type":"Event","title":..,"start":..,..}
 *   task     JSCalendar Task, RFC 8984 (1.0)   {"@type":"Task","title":..,"due":..,..}
 *
 * Extension members carry the prefix "lockstep.example:" only where no registered member exists
 * (DOC_EXT). "uid", "created", "updated", "prodId", "version" and "sequence" never count as a
 * difference: they are bookkeeping of one side.
 *
 * Members that are maps with made-up ids ("emails", "phones", "locations", "alerts", ...) are
 * compared by content, not by id: doc_rekey gives a document the ids that a reference document uses
 * for the same entries. All functions here are pure. */
#ifndef LOCKSTEP_ITEM_DOC_H
#define LOCKSTEP_ITEM_DOC_H

#include "client/base/json.h"
#include "client/item/kind.h"

/* Prefix of our extension members (RFC 9553 section 1.8.1, RFC 8984 section 3.3). */
#define DOC_EXT "lockstep.example:"
/* "@type" of a note: it has "title", "description", "keywords", "color" and "privacy". */
#define DOC_NOTE DOC_EXT "Note"

/* Members of a group ("members", RFC 9553 section 2.1.6) name other items: by uid, or by
 * "mailto:ADDRESS" where only an address is known. A store that knows items by its own ids only
 * writes DOC_MEMBER_ITEM and the id; client/sync/refs.c translates. Two bookkeeping members stand
 * beside: DOC_MEMBER_CARDS, what is known of members, by the same key ({"name","email","kind",
 * "uid"}), and DOC_MEMBER_KEYS, how a side spells the members of the pair's documents. */
#define DOC_MEMBER_ITEM  "x-item:"
#define DOC_MEMBER_CARDS DOC_EXT "memberCards"
#define DOC_MEMBER_KEYS  DOC_EXT "memberKeys"
/* "description" as HTML, of events and tasks: there only where it says the same as the plain text
 * (html.h). Both are one member in a merge. */
#define DOC_STYLED DOC_EXT "styledDescription"
/* Bookkeeping in the stored base of a pair: which entries of it are in doubt (merge_absorb). */
#define DOC_DOUBTFUL DOC_EXT "doubtful"
/* Likewise: {path: true} of what an update of ours was writing to this side when it was cut off, where neither that
 * nor what was there before is there now: the side's own form of it, or somebody's edit. */
#define DOC_UNSURE DOC_EXT "unsure"
/* Beside the other members of a document that is about to be written, a number: files of the item with
 * more bytes than that stay as they are, whatever else the document says (file.h). */
#define DOC_FILE_LIMIT DOC_EXT "fileLimit"
/* Likewise in the stored patch of what could not be read back: what else of what was written the base
 * leaves out, a patch from one to the other (client/sync/settle.c). */
#define DOC_LEFT_OUT DOC_EXT "leftOut"
/* Counts up whenever a lens (client/codec, mapi/map) reads a member that it did not read before out of
 * items there have been for long: stored bases remember theirs, and those of a lower number lack it
 * without anybody having changed anything (client/sync/fetch.c). */
#define DOC_READING 3
/* Media type of a certificate in Outlook's own wrapping (PidTagUserX509Certificate): opaque. */
#define DOC_OUTLOOK_CERTIFICATE "application/x-outlook-certificate"

/* ISO 15924 for "not known": the script of a reading (RFC 9553 section 2.2.1, phoneticScript)
 * where the source does not say. */
#define DOC_UNKNOWN_SCRIPT "Zyyy"

/* Checks the shape: an object of the kind's @type, member types, a title or name, dates that parse,
 * depth and counts within limits. RC_INVALID names the member at fault. */
enum rc doc_check(enum item_kind kind, const struct json *doc, struct err *err) WARN_UNUSED;

/* A short human name for messages: the contact's full name or company, the event's title; "(no
 * name)" if there is none. Caller frees. Never logged unredacted. */
char *doc_title(enum item_kind kind, const struct json *doc);

/* Renames the ids in every id map of `doc` so that entries that mean the same as one in `reference`
 * carry its id; the others get ids that clash with none. Both ids and references to ids inside the
 * document (a location's, a participant's) are renamed. Entries are matched by equal content first,
 * then by equal main value (address, number, uri, name), texts of notes and nicknames by what they say
 * besides more, then by equal role (contexts, features, kind) when exactly one is left on both sides. */
void doc_rekey(struct json *doc, const struct json *reference);

/* What one text of `doc` says, all notes or all nicknames, becomes several where the reference says the
 * same in several: Outlook has one body for all NOTE lines of a vCard, and one nickname. Told apart like
 * that, an edit of one of them is just that on both sides, and none is written a second time. A text
 * that says anything else, or one entry that has more than its text, stays as it is. */
void doc_part(struct json *doc, const struct json *reference);

/* After doc_recognize: the maps of which `doc` has one text where the reference has several, and not just
 * those: {"notes": true} if it is as much of them as fits, false if it says something else by now. Of one
 * text in place of one: only if it says that and more. Caller frees. */
struct json *doc_in_one(const struct json *doc, const struct json *reference);

/* doc_rekey and doc_part: a copy of an item, read from the store that `reference` tells the content of. */
void doc_recognize(struct json *doc, const struct json *reference);

/* The same for two copies of one item that nobody has compared before (client/sync, first sync):
 * entries that only share their role stay two, so that no value is lost; values that differ in
 * spelling only (a phone number with and without country code, letter case) are one. */
void doc_rekey_union(struct json *doc, const struct json *reference);

/* After doc_rekey_union: the paths at which both documents say the same in another spelling, as an
 * array of strings; also "start" and "timeZone" of a single event at one instant in two zones, and
 * what doc_joined finds. Caller frees. */
struct json *doc_alike(const struct json *doc, const struct json *reference);

/* True of a map of texts that one program holds in one and another in several: notes and nicknames. */
bool doc_may_join(const char *map);

/* Of doc_alike, what one side holds in one text and the other in several (Outlook has one body for
 * all NOTE lines of a vCard, and one nickname), or with other blanks: the paths of the texts, or of
 * the entries that only one document has. True of a copy that was just written, too. Caller frees. */
struct json *doc_joined(const struct json *doc, const struct json *reference);

/* After doc_rekey_union: notes and nicknames of either document that stand whole, line by line, in a
 * longer one of the other: {"notes/ID": entry}. Whoever lets the longer take their place loses
 * nothing; whoever keeps both doubles the text. None if both say the same in all. Caller frees. */
struct json *doc_covered(const struct json *doc, const struct json *reference);

/* Like doc_covered where both have changed since they were in step (doc_diff: `own` and `change`): the texts of
 * `doc` that stand whole in a longer one which the other has now. None that `doc` has changed, too, is taken for
 * the longer one: which of those it will be is to be decided yet. Caller frees. */
struct json *doc_superseded(const struct json *doc, const struct json *own,
    const struct json *other, const struct json *change);

/* True if the text of `part` stands whole, line by line, in that of `whole`: two entries of a map of such texts. */
bool doc_text_within(const char *map, const struct json *part, const struct json *whole);

/* True if in a map of such texts more entries of `doc` than of `before` have a line, and more than one. False of any
 * other map. */
bool doc_repeats(const struct json *doc, const char *map, const struct json *before);

/* True if what stands at this path ("notes/ID") stands whole in another text of the map, too. */
bool doc_says_twice(const struct json *doc, const char *path);

/* The change from `base` to `now` as a PatchObject (RFC 8620 section 5.3): {"path/to/member": value
 * or null}. `now` must have been rekeyed against base. Bookkeeping members are left out. An empty
 * object means no difference. Caller frees. Scalars and arrays are replaced whole; objects are
 * descended into, except those whose parts only make sense together (an anniversary's date, an alert's
 * trigger); a changed occurrence line by line, unless one is null, or names an entry by its id, which
 * sides give each on its own. Name and address components are compared without their order unless "isOrdered" is true. Maps
 * and sets are compared entry by entry: an absent one and an empty one are the same. */
struct json *doc_diff(const struct json *base, const struct json *now);

/* Applies a PatchObject in place; missing parents are made, removing what is absent is no error.
 * RC_INVALID on a bad path. */
enum rc doc_apply(struct json *doc, const struct json *patch, struct err *err) WARN_UNUSED;

/* True if doc_diff(base, rekeyed now) would be empty. Neither is changed. */
bool doc_same(const struct json *base, const struct json *now);

/* Three-way merge. `left` and `right` are the patches of the two sides since the common state and
 * `left_doc` and `right_doc` the sides' documents as they are now, all in one id space. Fills
 *   ret_to_right: what must be applied to right_doc to get what the right side should hold,
 *   ret_to_left:  what must be applied to left_doc,
 * leaving out what both did alike. A conflict exists where both changed the same member to
 * different values; the side named by left_wins prevails in both outputs and both values are added
 * to ret_conflicts as {"path":..,"left":..,"right":..,"winner":"left"|"right"} (an array; JSON null
 * stands for "removed"). Where one side removed an entry that the other edited, the edit prevails
 * whatever left_wins says ("rule":true in the conflict), and the whole entry is restored. A date,
 * its zone and whether it has a time ("start", "due", "timeZone", "showWithoutTime") count as one
 * member, and so do the two forms of a text ("description", DOC_STYLED). All three outputs are owned by the caller. */
void doc_merge(const struct json *left, const struct json *right, const struct json *left_doc,
    const struct json *right_doc, bool left_wins, struct json **ret_to_right,
    struct json **ret_to_left, struct json **ret_conflicts);

/* The members that count as one with the one at this path, NULL at the end; NULL if it stands for
 * itself. */
const char *const *doc_group(const char *path);

#endif
