/* Time-zone blobs: what reads has a sane rule, which survives being written. */
#include "mapi/map/blob_zone.h"

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

static void check_rule(const struct zone_rule *rule)
{
    struct zone_rule again;
    struct buf b = BUF_INIT(4096);
    blob_zone_struct_write(rule, &b);
    require(blob_zone_struct_read((const unsigned char *)buf_str(&b), b.len, &again, NULL) == RC_OK,
        "a written rule reads");
    require(zone_rule_equal(rule, &again), "a rule survives");
    for (int year = 1970; year < 2100; year += 13) {
        int offset = zone_offset_at(rule, date_days(year, 7, 1) * 86400);
        require(offset == rule->standard_offset || offset == rule->daylight_offset,
            "an offset is one of the rule's");
    }
    buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct zone_definition d = {0};
    struct zone_rule rule;
    if (blob_zone_definition_read(data, size, &d, NULL) == RC_OK) {
        const struct zone_rule *effective = zone_definition_rule(&d);
        if (effective) {
            check_rule(effective);
        }
        zone_definition_fini(&d);
    }
    if (blob_zone_struct_read(data, size, &rule, NULL) == RC_OK) {
        check_rule(&rule);
    }
    return 0;
}
