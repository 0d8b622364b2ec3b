/* Table restrictions, compiled from the caller's SRestriction into a tree of our own and matched
 * against rows. */
#ifndef EMU_RESTRICT_H
#define EMU_RESTRICT_H

#include "tests/outlook/bag.h"

struct filter;

/* MAPI_E_TOO_COMPLEX for what the emulation does not know, MAPI_E_INVALID_PARAMETER for what is
 * malformed. */
HRESULT filter_compile(const SRestriction *restriction, struct filter **ret_filter);
void filter_free(struct filter *filter);
BOOL filter_match(
    const struct filter *filter, const struct bag *row); /* a NULL filter matches everything */

#endif
