/* SOGo's lists: writing what was read changes no byte; a new list of it reads as the same. */
#include "client/codec/vlist.h"

#include "client/base/buf.h"
#include "client/item/doc.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(mem_free) char *text = mem_strndup((const char *)data, size);
    CLEANUP(json_free) struct json *card = NULL;
    if (strlen(text) != size || vlist_read(text, size, &card, NULL) != RC_OK) {
        return 0;
    }
    CLEANUP(mem_free) char *same = NULL;
    if (vlist_write(text, card, &same, NULL) != RC_OK || strcmp(same, text) != 0) {
        fprintf(stderr, "violated: an unchanged list changed\n");
        abort();
    }
    CLEANUP(mem_free) char *made = NULL;
    CLEANUP(json_free) struct json *again = NULL;
    if (vlist_write(NULL, card, &made, NULL) != RC_OK ||
        vlist_read(made, strlen(made), &again, NULL) != RC_OK) {
        fprintf(stderr, "violated: a new list does not read\n");
        abort();
    }
    return 0;
}
