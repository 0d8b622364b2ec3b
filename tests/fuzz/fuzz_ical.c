/* iCalendar: whatever reads must come back byte for byte when nothing changed; any document may be
 * written; what was written must read. */
#include "client/codec/ical.h"
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
static void check_written(const char *text, enum item_kind kind)
{
    CLEANUP(json_free) struct json *doc = NULL;
    CLEANUP(mem_free) char *again = NULL;
    struct err err = ERR_INIT;
    if (ical_read(text, strlen(text), kind, &doc, &err) != RC_OK) {
        fprintf(stderr, "%s\n%s\n", err_text(&err), text);
    }
    err_fini(&err);
    require(doc != NULL, "what was written reads");
    require(ical_write(text, kind, doc, &again, NULL) == RC_OK && strcmp(text, again) == 0,
        "written is stable");
}

static void try_kind(const uint8_t *data, size_t size, enum item_kind kind)
{
    CLEANUP(mem_free)
    char *native = mem_strndup((const char *)data, size), *out = NULL, *changed = NULL,
         *fresh = NULL;
    CLEANUP(json_free) struct json *doc = NULL;
    if (ical_read((const char *)data, size, kind, &doc, NULL) != RC_OK) {
        return;
    }
    require(ical_write(native, kind, doc, &out, NULL) == RC_OK, "an unchanged item can be written");
    require(strcmp(native, out) == 0, "an unchanged item comes back byte for byte");
    if (ical_write(NULL, kind, doc, &fresh, NULL) == RC_OK) {
        check_written(fresh, kind);
    }
    uint32_t state = (uint32_t)size * 2654435761u + (size ? data[size / 2] : 0);
    mutate(doc, &state, 0);
    if (ical_write(native, kind, doc, &changed, NULL) == RC_OK) {
        check_written(changed, kind);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    try_kind(data, size, ITEM_EVENT);
    try_kind(data, size, ITEM_TASK);
    return 0;
}
