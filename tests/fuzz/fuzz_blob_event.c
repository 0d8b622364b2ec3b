/* An appointment whose recurrence and zone blobs are anything: it reads or is refused; what was
 * read writes no change; any other document is written or refused. The input is the recurrence
 * blob, with the zone definition behind its first two bytes' length. */
#include "mapi/map/map.h"
#include "mapi/map/names.h"
#include "tests/fuzz/fuzz_mutate.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "violated: %s\n", what);
        abort();
    }
}

static void fill(struct props *item, const uint8_t *data, size_t size)
{
    size_t split = size < 2 ? 0 : (size_t)(data[0] | data[1] << 8);
    data += size < 2 ? size : 2;
    size -= size < 2 ? size : 2;
    split = split > size ? size : split;
    props_set_text(item, prop_name_of(P_SUBJECT), "subject");
    props_set_int(item, prop_name_of(P_RECURRING), PROP_BOOLEAN, 1);
    props_set_int(item, prop_name_of(P_SUB_TYPE), PROP_BOOLEAN, size & 1);
    props_set_int(item, prop_name_of(P_REMINDER_SET), PROP_BOOLEAN, 1);
    props_set_int(item, prop_name_of(P_START_WHOLE), PROP_SYSTIME, INT64_C(133153020000000000));
    props_set_int(item, prop_name_of(P_END_WHOLE), PROP_SYSTIME, INT64_C(133153038000000000));
    props_set_binary(item, prop_name_of(P_RECUR), data, split);
    props_set_binary(item, prop_name_of(P_ZONE_RECUR), data + split, size - split);
    props_set_binary(item, prop_name_of(P_ZONE_START), data + split, size - split);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct map_env env = {"Europe/Berlin", 1700000000, NULL};
    struct props item = {0};
    struct map_change change = {0};
    CLEANUP(json_free) struct json *doc = NULL;
    fill(&item, data, size);
    if (map_read(ITEM_EVENT, &item, &env, &doc, NULL) == RC_OK) {
        require(map_write(ITEM_EVENT, &item, doc, &env, &change, NULL) == RC_OK,
            "what was read can be written");
        require(!change.set.count && !change.remove_count, "what was read writes nothing");
        uint32_t state = (uint32_t)size * 2654435761u + (size ? data[size / 2] : 0);
        mutate(doc, &state, 0);
        if (map_write(ITEM_EVENT, &item, doc, &env, &change, NULL) == RC_OK) {
            map_change_fini(&change);
        }
    }
    props_fini(&item);
    return 0;
}
