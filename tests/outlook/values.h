/* SPropValue in and out of property bags: conversion, and the checks a strict store makes. */
#ifndef EMU_VALUES_H
#define EMU_VALUES_H

#include "tests/outlook/bag.h"

/* The property's tag as a caller with these flags sees it: strings are PT_STRING8 unless
 * MAPI_UNICODE is given. */
ULONG value_listed_tag(ULONG tag, ULONG flags);

/* Fills `ret` with the value in the type that `tag` asks for (PT_UNSPECIFIED: as stored, strings by
 * `flags`), using memory that belongs to the MAPI buffer `owner`. What cannot be given becomes
 * PT_ERROR, and the HRESULT is MAPI_W_ERRORS_RETURNED. `limit`: longer values become
 * MAPI_E_NOT_ENOUGH_MEMORY; 0: no limit. */
HRESULT value_get(
    const struct bag *bag, ULONG tag, ULONG flags, ULONG limit, void *owner, SPropValue *ret);

/* Checks a value a caller gives and puts it into the bag. Errors: MAPI_E_INVALID_TYPE,
 * MAPI_E_INVALID_PARAMETER. `what` names the call in violations. */
HRESULT value_set(struct bag *bag, const SPropValue *value, const char *what);

/* Whether a type may be stored at all. */
BOOL value_type_known(ULONG type);
/* 0 when the type of a well-known property agrees with `tag`, else the right type. */
ULONG value_expected_type(ULONG tag);

/* Order of two values of the same type: <0, 0, >0. */
int value_compare(const struct prop *left, const struct prop *right);

#endif
