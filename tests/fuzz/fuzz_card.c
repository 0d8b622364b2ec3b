/* A document into vCards of every version: whatever doc_check lets through can be written; what was
 * written reads, passes doc_check, and has nothing left to write. The input is the document as JSON,
 * as a merge or an older state file may hold it, or the choices that make one. */
#include "client/base/buf.h"
#include "client/codec/vcard.h"
#include "client/item/doc.h"
#include "tests/unit/contacts/make.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok, const char *what, const char *text, const struct err *err)
{
    if (!ok) {
        fprintf(stderr, "violated: %s: %s\n%s\n", what, err_text(err), text ? text : "");
        abort();
    }
}

static void check_version(const struct json *doc, enum vcard_version version)
{
    struct err err = ERR_INIT;
    CLEANUP(mem_free) char *text = NULL, *same = NULL;
    CLEANUP(json_free) struct json *again = NULL;
    if (vcard_write(NULL, doc, version, &text, &err) == RC_TOO_BIG) {
        err_fini(&err);
        return;
    }
    require(text != NULL, "a document can be written", NULL, &err);
    require(vcard_read(text, strlen(text), &again, &err) == RC_OK, "it reads", text, &err);
    require(doc_check(ITEM_CONTACT, again, &err) == RC_OK, "it passes the check", text, &err);
    require(vcard_write(text, again, version, &same, &err) == RC_OK && str_eq(text, same),
        "nothing is left to write", text, &err);
    err_fini(&err);
}

static struct json *made_of(const uint8_t *data, size_t size)
{
    CLEANUP(mem_free) uint32_t *list = mem_alloc((size + 1) * sizeof *list);
    for (size_t i = 0; i < size; i++) {
        list[i] = data[i];
    }
    struct choices choices = {.given = list, .given_count = size};
    struct json *doc = make_card(&choices, MAKE_ANYTHING);
    choices_fini(&choices);
    return doc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(json_free) struct json *doc = NULL;
    bool is_json = size && *data == '{';
    /* documents are UTF-8: what made them has seen to it */
    if (size > 65536 || (is_json && !str_utf8_valid((const char *)data, size)) ||
        (is_json && json_parse((const char *)data, size, &doc, NULL) != RC_OK)) {
        return 0;
    }
    if (!is_json) {
        doc = made_of(data, size);
    }
    if (doc_check(ITEM_CONTACT, doc, NULL) != RC_OK) {
        return 0;
    }
    for (int v = VCARD_2_1; v <= VCARD_2_1_OUTLOOK; v++) {
        check_version(doc, (enum vcard_version)v);
    }
    return 0;
}
