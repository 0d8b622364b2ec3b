/* Compressed RTF: any bytes give an error or text that is UTF-8, and so the HTML within. */
#include "mapi/map/rtf.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = ERR_INIT;
    char *text = NULL;
    if (rtf_read(data, size, &text, &err) == RC_OK && !str_utf8_valid(text, strlen(text))) {
        abort();
    }
    free(text);
    text = NULL;
    err_fini(&err);
    if (rtf_read_html(data, size, &text, &err) == RC_OK && !str_utf8_valid(text, strlen(text))) {
        abort();
    }
    free(text);
    err_fini(&err);
    return 0;
}
