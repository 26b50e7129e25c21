/* SPDX-License-Identifier: Apache-2.0
 *
 * clock.h - the clock that only goes forward, for deadlines and for the watchdog.
 */
#pragma once
#include <stdint.h>
#include <time.h>

static inline int64_t clock_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

#define CLOCK_TURN_MS 1000 /* every loop turns at least this often, so that standing still can be noticed */
