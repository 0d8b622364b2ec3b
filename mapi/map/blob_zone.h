/* Time-zone blobs: PidLidAppointmentTimeZoneDefinition* ([MS-OXOCAL] section 2.2.1.41) and
 * PidLidTimeZoneStruct (2.2.1.39). */
#ifndef LOCKSTEP_MAPI_MAP_BLOB_ZONE_H
#define LOCKSTEP_MAPI_MAP_BLOB_ZONE_H

#include "client/base/buf.h"
#include "client/base/rc.h"
#include "client/base/zone.h"

#define ZONE_RULE_EFFECTIVE                                                                        \
    0x0002 /* wTZRuleFlags: the rule in force for the item; 0x0001 (recurrence) may come with it   \
            */

struct zone_definition_rule {
    unsigned flags, year;
    struct zone_rule rule;
};

struct zone_definition {
    char *key_name; /* owned; the Windows name, not localized */
    struct zone_definition_rule
        *rules; /* owned; often none is the last one (mapping.md section 3) */
    size_t count;
};
void zone_definition_fini(struct zone_definition *d);

/* Trailing bytes are tolerated, and so is a definition without rules; a cut one is RC_INVALID. */
enum rc blob_zone_definition_read(const unsigned char *data, size_t len,
    struct zone_definition *ret, struct err *err) WARN_UNUSED;
/* The rule flagged as effective, else the last; NULL if there is none. Borrowed. */
const struct zone_rule *zone_definition_rule(const struct zone_definition *d);
/* Appends a definition of one rule. `recurring`: for PidLidAppointmentTimeZoneDefinitionRecur. */
void blob_zone_definition_write(
    const char *key_name, const struct zone_rule *rule, bool recurring, struct buf *ret);

enum rc blob_zone_struct_read(
    const unsigned char *data, size_t len, struct zone_rule *ret, struct err *err) WARN_UNUSED;
void blob_zone_struct_write(const struct zone_rule *rule, struct buf *ret);

#endif
