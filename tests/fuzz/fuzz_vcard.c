/* vCard: whatever reads must come back byte for byte when nothing changed; any document may be
 * written; what was written must read. */
#include "client/codec/vcard.h"
#include "tests/fuzz/fuzz_mutate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "violated: %s\n", what);
        abort();
    }
}

/* What we wrote reads, and nothing is left to write. */
static void check_written(const char *text)
{
    CLEANUP(json_free) struct json *doc = NULL;
    CLEANUP(mem_free) char *again = NULL;
    struct err err = ERR_INIT;
    if (vcard_read(text, strlen(text), &doc, &err) != RC_OK) {
        fprintf(stderr, "%s\n%s\n", err_text(&err), text);
    }
    err_fini(&err);
    require(doc != NULL, "what was written reads");
    require(vcard_write(text, doc, VCARD_3_0, &again, NULL) == RC_OK && strcmp(text, again) == 0,
        "written is stable");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(mem_free)
    char *native = mem_strndup((const char *)data, size), *out = NULL, *changed = NULL,
         *fresh = NULL;
    CLEANUP(json_free) struct json *doc = NULL;
    if (vcard_read((const char *)data, size, &doc, NULL) != RC_OK) {
        return 0;
    }
    require(vcard_write(native, doc, VCARD_3_0, &out, NULL) == RC_OK,
        "an unchanged card can be written");
    require(strcmp(native, out) == 0, "an unchanged card comes back byte for byte");
    uint32_t state = (uint32_t)size * 2654435761u + (size ? data[size / 2] : 0);
    if (vcard_write(NULL, doc, (enum vcard_version)(state % 4), &fresh, NULL) == RC_OK) {
        check_written(fresh);
    }
    mutate(doc, &state, 0);
    if (vcard_write(native, doc, VCARD_3_0, &changed, NULL) == RC_OK) {
        check_written(changed);
    }
    return 0;
}
