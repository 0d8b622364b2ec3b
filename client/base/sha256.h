/* SHA-256 (FIPS 180-4), to name a content by its bytes. */
#ifndef LOCKSTEP_BASE_SHA256_H
#define LOCKSTEP_BASE_SHA256_H

#include <stddef.h>

#define SHA256_HEX 64

/* 64 lower-case hex digits and a NUL. */
void sha256_hex(const void *data, size_t len, char ret[SHA256_HEX + 1]);

#endif
