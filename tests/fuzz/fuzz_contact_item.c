/* An Outlook contact of any properties and values, of right and wrong types: it reads or is refused,
 * the document passes the check, and writing it back changes nothing. */
#include "client/item/doc.h"
#include "tests/fuzz/fuzz_item.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct map_env env = {"Europe/Vienna", 1700000000, NULL};
    struct input in = {data, size, 0};
    struct props item = {0};
    size_t count;
    const struct prop_name *names = map_properties(ITEM_CONTACT, &count);
    props_set_text(&item, (struct prop_name){SET_TAG, 0x001A, NULL}, "IPM.Contact");
    for (size_t i = 0; in.at < size && i < 200; i++) {
        set_value(&in, &item, names[(byte(&in) | byte(&in) << 8) % count]);
    }
    CLEANUP(json_free) struct json *doc = NULL;
    struct map_change change = {0};
    if (map_read(ITEM_CONTACT, &item, &env, &doc, NULL) == RC_OK) {
        require(map_write(ITEM_CONTACT, &item, doc, &env, &change, NULL) == RC_OK,
            "what was read can be written", doc);
        require(!change.set.count && !change.remove_count, "nothing is left to write", doc);
        map_change_fini(&change);
    }
    props_fini(&item);
    return 0;
}
