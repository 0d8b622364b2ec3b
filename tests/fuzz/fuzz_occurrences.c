/* A series as Outlook keeps it, with messages of changed occurrences and rows of guests that hold anything:
 * it reads or is refused; what was read writes no change, to none of its messages and rows; any other
 * document is written or refused. The input is the recurrence blob behind its length, then what there is
 * beside it. */
#include "mapi/map/blob_recur.h"
#include "mapi/map/names.h"
#include "tests/fuzz/fuzz_item.h"
#include "tests/fuzz/fuzz_mutate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void set_any(struct input *in, struct props *item)
{
    size_t count;
    const struct prop_name *names = map_properties(ITEM_EVENT, &count);
    set_value(in, item, names[(byte(in) | byte(in) << 8) % count]);
}

static void set_some(struct input *in, struct props *item)
{
    for (unsigned n = byte(in) % 8; n > 0; n--) {
        set_any(in, item);
    }
}

/* The message of an exception of the blob, or of none. */
static void add_message(struct input *in, struct props *item, const struct recur_blob *r)
{
    struct props_sub *sub = props_add_sub(item, (uint32_t)item->sub_count);
    unsigned which = byte(in);
    props_set_int(&sub->attach, prop_name_of(P_ATTACH_METHOD), PROP_LONG, 5);
    props_set_int(&sub->attach, prop_name_of(P_ATTACH_FLAGS), PROP_LONG, 2);
    if (which < r->exception_count) {
        props_set_int(&sub->item, prop_name_of(P_EXCEPTION_REPLACE_TIME), PROP_SYSTIME,
            (int64_t)r->exceptions[which].original * 600000000);
    }
    set_some(in, &sub->item);
    if (byte(in) & 1) {
        set_some(in, &sub->attach);
    }
}

static void fill(struct input *in, struct props *item)
{
    struct recur_blob r = {0};
    size_t len = byte(in);
    len |= (size_t)byte(in) << 8;
    len = len > in->size - in->at ? in->size - in->at : len;
    const uint8_t *blob = in->data + in->at;
    in->at += len;
    props_set_text(item, prop_name_of(P_SUBJECT), "subject");
    props_set_int(item, prop_name_of(P_RECURRING), PROP_BOOLEAN, 1);
    props_set_int(item, prop_name_of(P_START_WHOLE), PROP_SYSTIME, INT64_C(133153020000000000));
    props_set_int(item, prop_name_of(P_END_WHOLE), PROP_SYSTIME, INT64_C(133153038000000000));
    props_set_int(item, prop_name_of(P_STATE_FLAGS), PROP_LONG, byte(in) & 7);
    if (blob_recur_read(blob, len, false, &r, NULL) != RC_OK) {
        r = (struct recur_blob){0};
    }
    for (unsigned n = 0; in->at < in->size && n < 40; n++) {
        unsigned what = byte(in) % 4;
        if (what == 0) {
            add_message(in, item, &r);
        } else if (what == 1) {
            set_some(in, &props_add_recipient(item, (uint32_t)item->recipient_count)->row);
        } else if (what == 2) {
            set_any(in, item);
        }
    }
    props_set_binary(item, prop_name_of(P_RECUR), blob, len);
    recur_blob_fini(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct map_env env = {"Europe/Berlin", 1700000000, NULL};
    struct input in = {data, size, 0};
    struct props item = {0};
    struct map_change change = {0};
    CLEANUP(json_free) struct json *doc = NULL;
    fill(&in, &item);
    if (map_read(ITEM_EVENT, &item, &env, &doc, NULL) == RC_OK) {
        require(map_write(ITEM_EVENT, &item, doc, &env, &change, NULL) == RC_OK,
            "what was read can be written", doc);
        require(map_change_empty(&change), "what was read writes nothing", doc);
        map_change_fini(&change);
        uint32_t state = (uint32_t)size * 2654435761u + (size ? data[size / 2] : 0);
        mutate(doc, &state, 0);
        if (map_write(ITEM_EVENT, &item, doc, &env, &change, NULL) == RC_OK) {
            map_change_fini(&change);
        }
    }
    props_fini(&item);
    return 0;
}
