/* A link's filter: see filter.h. */
#include "client/item/filter.h"

#include "client/base/mem.h"
#include "client/base/buf.h"
#include "client/item/doc.h"
#include "client/item/traits.h"

/* Has the document one of these categories? */
static bool has_one_of(const struct json *doc, const struct json *names)
{
    for (struct json *k = json_first(json_get(doc, "keywords")); k; k = json_next(k)) {
        CLEANUP(mem_free) char *has = traits_fold(json_key(k));
        for (struct json *n = json_first(names); n && has; n = json_next(n)) {
            CLEANUP(mem_free) char *wanted = traits_fold(json_str_value(n));
            if (str_eq(has, wanted)) {
                return true;
            }
        }
    }
    return false;
}

static bool is_private(const struct json *doc)
{
    const char *word = json_get_str(doc, "privacy");
    word = word ? word : json_get_str(doc, DOC_EXT "privacy");
    return str_eq(word, "private") || str_eq(word, "secret");
}

bool filter_takes(const struct json *filter, const struct json *doc)
{
    const struct json *only = json_get(filter, FILTER_ONLY);
    if (json_count(only) && !has_one_of(doc, only)) {
        return false;
    }
    return !has_one_of(doc, json_get(filter, FILTER_WITHOUT)) &&
           !(str_eq(json_get_str(filter, FILTER_PRIVATE), "skip") && is_private(doc));
}
