/* SPDX-License-Identifier: Apache-2.0
 *
 * when.h - a time in the world with the precision it was given in (design: "no invented 1 January").
 *
 * A `struct when` is what a text such as "2018" says: the earliest and the latest day it can mean
 * (both inclusive) and how it was said, so that it prints as it was given. Days count from
 * 1970-01-01 in the proleptic Gregorian calendar; years 0001 to 9999.
 *
 * Grammar (ISO 8601-1 and the parts of ISO 8601-2 that the field uses):
 *   2018-06-08  day          2018-06   month       2018-33   quarter (33..36 = Q1..Q4)
 *   2018-21     season (21 spring Mar-May, 22 summer, 23 autumn, 24 winter Dec-Feb of next year)
 *   2018        year         2012/2014 range, both ends included (each end day, month or year)
 *   ../2018     before       on or before the end of 2018
 *   2007/..     after        on or after the start of 2007
 *   2004~       around       a day, month or year, or one such unit to either side
 *   XXXX-06-08  a day without its year    XXXX   unknown
 * Nothing else is accepted: no blanks, no times of day, no week dates.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "base/bytes.h"
#include "base/err.h"

enum precision {
	WHEN_NONE = 0, /* not given: an open end, or nothing asked */
	WHEN_DAY,
	WHEN_MONTH,
	WHEN_QUARTER,
	WHEN_SEASON,
	WHEN_YEAR,
	WHEN_RANGE,
	WHEN_BEFORE,
	WHEN_AFTER,
	WHEN_AROUND,
	WHEN_DAY_WITHOUT_YEAR, /* lo = hi = month * 100 + day; covers no day for certain */
	WHEN_UNKNOWN,
};

#define WHEN_DAY_MIN  INT32_MIN /* "since ever": lo of BEFORE and UNKNOWN */
#define WHEN_DAY_MAX  INT32_MAX /* "for ever":  hi of AFTER and UNKNOWN  */
#define WHEN_TEXT_MAX 32        /* bytes of the longest text with its NUL */

struct when {
	uint8_t precision;    /* enum precision */
	uint8_t lo_as, hi_as; /* how the ends were said (DAY, MONTH, YEAR) in RANGE, BEFORE, AFTER, AROUND; else 0 */
	int32_t lo, hi;       /* earliest and latest day, inclusive */
};

enum err when_parse(const char *text, struct when *ret, struct why *why) MUST_CHECK; /* "" or NULL gives WHEN_NONE */
const char *when_format(const struct when *w, char text[WHEN_TEXT_MAX]);             /* returns text; "" for NONE */
struct when when_day(int32_t day);                                                   /* exactly this day */
int32_t day_of(int year, int month, int day);                                        /* no check of the parts */
void day_parts(int32_t day, int *year, int *month, int *dom);
int when_cmp(const struct when *a, const struct when *b); /* total order: lo, hi, precision, ends */
bool when_eq(const struct when *a, const struct when *b);

/* Is a statement valid in [from, to) true on `day`? NONE as `from` = since ever, as `to` = still.
 * CERTAIN only if it holds whatever the uncertain ends mean; POSSIBLE if some reading makes it hold. */
enum truth { TRUTH_NO = 0, TRUTH_POSSIBLE, TRUTH_CERTAIN };
enum truth when_covers(const struct when *from, const struct when *to, int32_t day);

/* The day that stands for `w` where one day is needed to look something up (the structure at a
 * reference time): the latest day that the text names, as a figure of "2014" is printed in 2014's
 * structure. "../2014", "2012/2014" and "2014~" give the end of 2014 too, "2007/.." that of 2007.
 * What names no day (NONE, UNKNOWN, a day without its year) gives WHEN_DAY_MAX: the newest there is. */
int32_t when_reference_day(const struct when *w);

void when_put(struct buf *b, const struct when *w); /* 1 to 11 bytes; `w` as when_parse() or when_day() made it */
struct when when_get(struct rd *r);                 /* the reader goes bad on bytes that when_put() never writes */
