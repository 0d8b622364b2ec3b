/* HTML bodies: any bytes give a text that is not longer than HTML can make it, and two calls agree. */
#include "client/base/buf.h"
#include "client/item/html.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(mem_free) char *html = mem_strndup((const char *)data, size);
    CLEANUP(mem_free) char *text = html_text(html);
    bool valid = str_utf8_valid(html, strlen(html));
    if (valid && !str_utf8_valid(text, strlen(text))) {
        abort();
    }
    CLEANUP(json_free) struct json *doc = json_object();
    html_put(doc, html);
    const char *taken = json_get_str(doc, DOC_STYLED);
    if (taken && (!valid || !html_says(taken, json_get_str(doc, "description")))) {
        abort(); /* two forms that disagree */
    }
    return 0;
}
