/* SPDX-License-Identifier: Apache-2.0
 *
 * figure.h - exact numbers and intervals as Figures of the wire: fraction, text, bounds.
 *
 * A `struct amount` (recast.h) is a number between two ends; where they are equal it is exact. Rounded once, when
 * shown, half away from zero.
 */
#pragma once
#include "query/recast.h"

/* An amount of 0, or of a number; ends in the arena; their digits are on GMP's heap until amounts_free(). */
struct amounts; /* all amounts of one question */
struct amounts *amounts_new(struct arena *a);
void amounts_free(struct amounts *all); /* NULL allowed */
/* Amounts made since a mark are given back, so that a long loop needs the memory of one turn. */
size_t amounts_mark(const struct amounts *all);
void amounts_back(struct amounts *all, size_t mark);
struct amount amount_zero(struct amounts *all);
struct amount amount_whole(struct amounts *all, int64_t n);
struct amount amount_fraction(struct amounts *all, mpq_srcptr q);
struct amount amount_between(struct amounts *all, mpq_srcptr low, mpq_srcptr high);
/* What a stored value says as a number; false: it is missing, or words that bound nothing. An approximate value bounds
 * nothing either. */
bool amount_of_value(struct amounts *all, const struct msg_value *v, struct amount *ret);
/* Interval arithmetic: ends and open ends; sub(x, y) takes x and y as independent. */
struct amount amount_plus(struct amounts *all, const struct amount *x, const struct amount *y);
struct amount amount_minus(struct amounts *all, const struct amount *x, const struct amount *y);
bool amount_equal(const struct amount *x, const struct amount *y);
bool amount_is_zero(const struct amount *x); /* exactly */

/* `places` shown of what is exact; at most 6. Sets numerator and denominator where it is exact, low and high where not,
 * and `shown`. Texts in the arena. */
void figure_put(struct arena *a, const struct amount *x, enum measure m, unsigned places, struct msg_figure *ret);
/* A value as it was said: `shown`, the ends of an interval, the kind of missing. */
void figure_say(struct arena *a, const struct msg_value *v, struct msg_figure *ret);
void figure_refuse(struct arena *a, enum measure m, const char *why, struct msg_figure *ret);
