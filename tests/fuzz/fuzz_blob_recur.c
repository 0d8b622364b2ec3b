/* Recurrence blobs: whatever reads is written so that it reads the same again; a rule made of it is
 * accepted or refused, never more. The first byte says whether it is a task's. */
#include "mapi/map/blob_recur.h"
#include "mapi/map/event.h"

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

static void try_rule(const struct recur_blob *r)
{
    struct civil start = civil_from_seconds(minutes1601_to_seconds(r->start_date));
    struct recur_blob again;
    CLEANUP(json_free) struct json *rule = NULL;
    recur_blob_init(&again);
    if (rule_from_blob(r, &start, &rule, NULL) == RC_OK &&
        rule_to_blob(rule, &start, &again, NULL) == RC_OK) {
        CLEANUP(mem_free) char *text = rule_text(&again, &start);
        require(text != NULL, "every rule has a text");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct recur_blob r = {0}, again = {0};
    bool task = size && data[0] & 1;
    if (!size || blob_recur_read(data + 1, size - 1, task, &r, NULL) != RC_OK) {
        return 0;
    }
    struct buf first = BUF_INIT(BUF_DEFAULT_MAX), second = BUF_INIT(BUF_DEFAULT_MAX);
    blob_recur_write(&r, task, &first);
    require(blob_recur_read(
                (const unsigned char *)buf_str(&first), first.len, task, &again, NULL) == RC_OK,
        "written reads");
    blob_recur_write(&again, task, &second);
    require(first.len == second.len && memcmp(buf_str(&first), buf_str(&second), first.len) == 0,
        "written is stable");
    try_rule(&r);
    buf_fini(&first);
    buf_fini(&second);
    recur_blob_fini(&r);
    recur_blob_fini(&again);
    return 0;
}
