/* What both halves of the seam share because it only needs the rest of the seam. */
#include "client/platform/platform.h"

#include "client/base/buf.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool platform_is_terminal(void)
{
    return isatty(STDIN_FILENO) == 1;
}

void platform_uuid(char out[PLATFORM_UUID_SIZE])
{
    unsigned char b[16];
    platform_random(b, sizeof b);
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40); /* version 4 */
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80); /* variant of RFC 9562 section 4.1 */
    snprintf(out, PLATFORM_UUID_SIZE,
        "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2],
        b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

void platform_secret_free(char *secret)
{
    if (secret) {
        /* volatile: a compiler may drop a memset of memory that is freed right after. */
        for (volatile char *p = secret; *p; p++) {
            *p = 0;
        }
        free(secret);
    }
}

void platform_args_free(char **args)
{
    if (args) {
        for (char **a = args; *a; a++) {
            free(*a);
        }
        free(args);
    }
}

/* The length of the "%NAME%" that begins here, 0 if it does not. */
static size_t variable_len(const char *text)
{
    const char *end = text[0] == '%' ? strchr(text + 1, '%') : NULL;
    return end && end > text + 1 ? (size_t)(end - text) + 1 : 0;
}

char *platform_expand(const char *text)
{
    struct buf out CLEANUP_FINI(buf_fini) = BUF_INIT(65536);
    while (*text) {
        size_t len = variable_len(text);
        CLEANUP(mem_free) char *name = len ? mem_strndup(text + 1, len - 2) : NULL;
        CLEANUP(mem_free) char *value = name ? platform_env(name) : NULL;
        if (value) {
            buf_adds(&out, value);
            text += len;
        } else {
            buf_add(&out, text++, 1);
        }
    }
    return buf_take(&out);
}

void platform_service_prefer(struct platform_service *best, struct platform_service *one)
{
    bool better = !best->host || one->priority < best->priority ||
                  (one->priority == best->priority && one->weight > best->weight);
    if (better) {
        free(best->host);
        *best = *one;
    } else {
        free(one->host);
    }
    *one = (struct platform_service){0};
}
