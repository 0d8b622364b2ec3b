/* A store in memory that can behave like Outlook or like a server, and can lie: for the engine's
 * tests and the conformance suite. */
#ifndef LOCKSTEP_TESTS_ENGINE_MEMORY_STORE_H
#define LOCKSTEP_TESTS_ENGINE_MEMORY_STORE_H

#include "client/sync/store.h"

#define MEMORY_CONTACTS "memory:contacts"
#define MEMORY_EVENTS   "memory:events"
#define MEMORY_TASKS    "memory:tasks"
#define MEMORY_NOTES    "memory:notes"

struct memory_options {
    bool chosen_ids;     /* like a DAV server: the engine chooses names. Else like Outlook: ids are
                          given, stamps are kept */
    bool by_uid;         /* like a JMAP server: ids are given, a new item is found by its uid */
    bool tokens;         /* lists changes since a token. Else every listing is full */
    bool unproven;       /* full listings carry no proof of being complete */
    bool silent;         /* does not tell the version of what was written */
    bool unique_uids;    /* refuses a second item of one uid, as CalDAV does */
    bool own_ids;        /* gives the entries of id maps ids of its own, in another order */
    bool members_by_id;  /* knows the members of groups by item id, like Outlook */
    bool own_uids;       /* gives a new item a uid of its own */
    bool joins;          /* holds all notes in one text, like Outlook */
    bool own_names;      /* puts a new item under another id than the chosen one, and tells it */
    size_t short_text;   /* cuts the title or the full name at so many characters; 0 = keeps it */
    const char *recodes; /* a top-level text it holds in a way of its own: "value-1" as "no. 1" */
    const char
        *drops[4]; /* top-level members it cannot hold; "uid" among them is Outlook's habit */
};

struct store *memory_store_new(const struct memory_options *options);

/* ---- what somebody else does there: another program, another person ---- */
/* Adds an item; id NULL gives one. Returns the id, borrowed until the item is removed. doc is taken
 * over. */
const char *memory_add(struct store *s, const char *folder, const char *id, struct json *doc);
/* Changes one member (v is taken over, NULL removes it); false if there is no such item. */
bool memory_set(
    struct store *s, const char *folder, const char *id, const char *path, struct json *v);
bool memory_remove(struct store *s, const char *folder, const char *id);
/* The same for a member that the item always had and that is read only from now on, as by a newer
 * program: no new version, nothing in a listing. */
bool memory_learn(
    struct store *s, const char *folder, const char *id, const char *path, struct json *v);
/* A new version with the same content. */
bool memory_touch(struct store *s, const char *folder, const char *id);
size_t memory_count(struct store *s, const char *folder);
/* The i'th item in order of creation; NULL behind the end. */
const char *memory_id_at(struct store *s, const char *folder, size_t i);
const struct json *memory_doc(
    struct store *s, const char *folder, const char *id); /* NULL if there is none */
/* A part of the item that no document expresses; it must survive every update. */
long memory_hidden(struct store *s, const char *folder, const char *id);
const char *memory_id_by_uid(struct store *s, const char *folder, const char *uid);

/* ---- what was done to it through the interface ---- */
struct memory_counts {
    long calls, creates, updates, deletes; /* carried out */
    long misuse; /* calls that break the contract: a wrong native form, a missing id, a write
                    outside the folder's kind */
};
struct memory_counts memory_counts(const struct store *s);

/* Prints each write from now on, as of the store of this name (borrowed). */
void memory_tell(struct store *s, const char *name);

/* ---- faults ---- */
enum memory_call { MEMORY_CHANGES, MEMORY_FETCH, MEMORY_COMMIT, MEMORY_FIND_STAMP, MEMORY_CALLS };
/* The n-th call of the kind from now (1 = the next) returns rc and has no effect; n 0 = none. */
void memory_fail_call(struct store *s, enum memory_call call, long n, enum rc rc);
/* Reading or writing this item answers rc; RC_OK takes that back. `writes_only` lets it be read. */
void memory_fail_item(struct store *s, const char *id, enum rc rc, bool writes_only);
/* Says of an item that is there, so many times, that there is none. */
void memory_deny_item(struct store *s, const char *id, long times);
/* Every create is refused with rc, of folders too; RC_OK takes that back. */
void memory_fail_creates(struct store *s, enum rc rc);
/* The item does not show in listings, though it is there; the listing still claims to be complete.
 */
void memory_hide(struct store *s, const char *id, bool hidden);
/* Full listings show nothing / are cut short and say so. */
void memory_list_nothing(struct store *s, bool on);
/* From now on listings are late: they show everything as it is now, whatever is changed, made and
 * removed later, and their tokens cover no more. Off: they catch up. */
void memory_lag(struct store *s, bool on);
/* Full listings come without proof of being complete. */
void memory_list_unproven(struct store *s, bool on);
/* What the list of folders says: not the items' folder at all, and how many items it has (-1: the
 * truth). */
void memory_say_folders(struct store *s, bool gone, long count);
/* All tokens given so far become unknown. */
void memory_forget_tokens(struct store *s);
/* Called once before the next commit: somebody is faster. */
void memory_before_commit(struct store *s, void (*f)(struct store *s, void *user), void *user);
/* Called once between the next commit and whatever follows. */
void memory_after_commit(struct store *s, void (*f)(struct store *s, void *user), void *user);
/* The next commit is carried out, or folder made, but the answer is lost (RC_OFFLINE). */
void memory_lose_answer(struct store *s);
/* Something between us and the store repeats each write of the next commit, and only the answer to
 * the second arrives. Only where ids are chosen: elsewhere that makes two items, and nobody could
 * know. */
void memory_send_twice(struct store *s);
/* Takes back memory_fail_call, memory_lose_answer, memory_send_twice and the two hooks. */
void memory_clear_faults(struct store *s);

/* A crash of the program at step `at` (each call is a step, and in a commit each op): before or
 * after it takes effect. From then on every call fails without effect. Shared by the stores of one
 * run. */
struct memory_stop {
    long at; /* 0 = never */
    bool after;
    long step;
    bool stopped;
    void (*on_stop)(void *user); /* the moment of the crash: keep what is on disk now */
    void *user;
};
void memory_set_stop(struct store *s, struct memory_stop *stop);

#endif
