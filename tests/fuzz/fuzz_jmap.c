/* A card of a JMAP server and a document for it: {"card":..,"want":..}. Whatever a server calls a card is
 * read or refused; what nobody changed sends nothing; a patch leads through objects that are there, no
 * path of it is the beginning of another; and what no document has stays as it is. */
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/remote/jmap/card.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok, const char *what, const struct json *v)
{
    if (!ok) {
        CLEANUP(mem_free) char *text = v ? json_print(v) : NULL;
        fprintf(stderr, "violated: %s\n%s\n", what, text ? text : "");
        abort();
    }
}

/* The object that holds the value at this path. */
static bool has_parent(const struct json *card, const char *path)
{
    const char *slash = strrchr(path, '/');
    CLEANUP(mem_free) char *parent = slash ? mem_strndup(path, (size_t)(slash - path)) : NULL;
    return json_is_object(parent ? json_pointer(card, parent) : card);
}

static void check_patch(const struct json *card, const struct json *then)
{
    CLEANUP(json_free) struct json *patch = card_patch(card, then);
    CLEANUP(json_free) struct json *applied = json_dup(card);
    CLEANUP(json_free) struct json *doc = NULL;
    for (const struct json *p = json_first(patch); p; p = json_next(p)) {
        require(has_parent(card, json_key(p)), "the way of a patch is there", patch);
        for (const struct json *q = json_first(patch); q; q = json_next(q)) {
            size_t n = strlen(json_key(p));
            require(p == q || strncmp(json_key(p), json_key(q), n) != 0 || json_key(q)[n] != '/',
                "no path is the beginning of another", patch);
        }
        struct json *v = json_is_null(p) ? NULL : json_dup(p);
        require(json_pointer_set(applied, json_key(p), v, NULL) == RC_OK, "a patch fits", patch);
    }
    require(card_read(applied, &doc, NULL) == RC_OK, "what it makes can be read", applied);
    CLEANUP(json_free) struct json *left = card_patch(applied, then);
    require(!json_count(left), "nothing is left to say", left);
}

static void check_unread(const struct json *card, const struct json *now, const struct json *then)
{
    static const char *const HIDDEN[] = {
        "localizations", "directories", "example.com:x", "id", "addressBookIds", "speakToAs"};
    (void)now;
    for (size_t i = 0; i < ARRAY_LEN(HIDDEN); i++) {
        const struct json *was = json_get(card, HIDDEN[i]), *is = json_get(then, HIDDEN[i]);
        require((!was || json_is_null(was)) ? !is : json_equal(was, is),
            "what no document has stays", then);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(json_free) struct json *input = NULL;
    CLEANUP(json_free) struct json *now = NULL;
    if (json_parse((const char *)data, size, &input, NULL) != RC_OK) {
        return 0;
    }
    const struct json *card = json_get(input, "card");
    struct json *want = json_get(input, "want");
    if (!json_is_object(card) || card_read(card, &now, NULL) != RC_OK) {
        return 0;
    }
    CLEANUP(json_free) struct json *same = card_apply(card, now, now, true);
    CLEANUP(json_free) struct json *nothing = card_patch(card, same);
    require(!json_count(nothing), "what nobody changed sends nothing", nothing);
    if (!json_is_object(want)) {
        return 0;
    }
    json_set_str(want, "@type", "Card");
    for (const char *const *name = (const char *const[]){"localizations", "directories", "id",
             "example.com:x", "addressBookIds", "speakToAs", NULL};
         *name; name++) {
        json_remove(want, *name); /* no store gives these */
    }
    if (doc_check(ITEM_CONTACT, want, NULL) != RC_OK) {
        return 0;
    }
    doc_rekey(want, now);
    for (int vendor = 0; vendor < 2; vendor++) {
        CLEANUP(json_free) struct json *then = card_apply(card, now, want, vendor);
        CLEANUP(json_free) struct json *made = card_new(card, want, vendor);
        CLEANUP(json_free) struct json *fresh = card_new(NULL, want, vendor);
        check_patch(card, then);
        check_unread(card, now, then);
        require(made && fresh, "a card can be made", want);
    }
    return 0;
}
