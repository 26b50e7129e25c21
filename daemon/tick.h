/* SPDX-License-Identifier: Apache-2.0
 *
 * tick.h - civil days in the store's zone, and whether a clock can be believed.
 *
 * Threads  tick_zone() sets the process's zone and is called once, before there are threads; the rest only reads it.
 * Times    microseconds since 1970-01-01 UTC; days as in base/when.h.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"

#define TICK_DAY_US INT64_C(86400000000)

int64_t tick_now_us(void);                                        /* the clock */
enum err tick_zone(const char *zone, struct why *why) MUST_CHECK; /* INVALID when the system does not know it */
int32_t tick_day(int64_t time_us);                                /* the civil day then */
int64_t tick_next(int64_t time_us);                               /* the first moment of the next civil day */
const char *tick_text(int32_t day, char text[16]);                /* "2026-11-21" */

struct tick_guard {
	bool ticked;        /* there was a tick: last_day counts */
	int32_t last_day;   /* of the last tick */
	int64_t newest_us;  /* system time of the newest revision; 0 = none */
	uint32_t ahead_max; /* days */
	const char *accept; /* --accept-clock; "" = none */
};
/* May the daemon go on at this time? ERR_INVALID, with the sentence for the operator, when the clock is further ahead
 * of what the store has seen than allowed and no person named this very day. A clock behind is no error: *ret_behind
 * tells. */
enum err tick_believe(const struct tick_guard *g, int64_t now_us, bool *ret_behind, struct why *why) MUST_CHECK;
