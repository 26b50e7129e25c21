/* SPDX-License-Identifier: Apache-2.0
 *
 * known.h - units that a thread looked up: their kind, and the name to show.
 *
 * Point questions ask about few units again and again, mostly as of the newest revision. What one of them found holds
 * for every other one as of the same revision, and is looked up anew as of any other.
 * Threads  one. Views may be others from question to question, of one store.
 * Lending  nothing: names are copied.
 * Errors   what was looked up under an error of the view is not remembered.
 * Limits   KNOWN_UNITS of 64 bytes, mapped when used; a unit takes the place of one before. Names up to KNOWN_NAME_MAX
 *          bytes.
 */
#pragma once
#include "query/unit.h"

#define KNOWN_UNITS    65536u /* a power of two */
#define KNOWN_NAME_MAX 35u

struct known;
struct known *known_new(void);
struct known *known_free(struct known *k); /* NULL allowed; returns NULL */

/* As unit_kind() and unit_name(). `k` NULL, a view with an overlay, or one that is not settled on a revision: nothing
 * is remembered. */
uint32_t known_kind(struct known *k, struct view *v, uint32_t unit);
const char *known_name(struct known *k, struct view *v, uint32_t unit, int32_t day, struct arena *a);
