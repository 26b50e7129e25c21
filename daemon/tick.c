/* SPDX-License-Identifier: Apache-2.0
 *
 * tick.c - the C library knows the zones; what it does not promise (a midnight that summer time skips) is searched for.
 */
#include "daemon/tick.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/when.h"

#define SECOND_US INT64_C(1000000)

int64_t tick_now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * SECOND_US + t.tv_nsec / 1000;
}

/* A zone is a file under one of these; glibc takes an unknown name silently for UTC. */
static bool zone_exists(const char *zone)
{
	char path[256];
	const char *dir = getenv("TZDIR");
	int n = snprintf(path, sizeof path, "%s/%s", dir && *dir ? dir : "/usr/share/zoneinfo", zone);
	return n > 0 && (size_t)n < sizeof path && access(path, R_OK) == 0;
}

enum err tick_zone(const char *zone, struct why *why)
{
	bool plain = *zone && *zone != '/' && !strstr(zone, "..");
	bool utc = strcmp(zone, "UTC") == 0; /* needs no file */
	if (!plain || (!utc && !zone_exists(zone)))
		return fail(why, ERR_INVALID, "zone: the system knows no zone \"%.60s\"; install tzdata or correct it",
			    zone);
	char tz[80];
	snprintf(tz, sizeof tz, utc ? "UTC0" : ":%.63s", zone);
	if (setenv("TZ", tz, 1) != 0)
		return fail(why, err_from_errno(errno), "zone: %s", strerror(errno));
	tzset();
	return ERR_OK;
}

int32_t tick_day(int64_t time_us)
{
	time_t t = (time_t)(time_us / SECOND_US - (time_us % SECOND_US < 0));
	struct tm tm;
	localtime_r(&t, &tm);
	return day_of(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

int64_t tick_next(int64_t time_us)
{
	int32_t today = tick_day(time_us);
	/* A civil day has at most 25 hours or so; the first second of the next is found by halving. */
	int64_t lo = time_us / SECOND_US, hi = lo + 50 * 3600;
	while (hi - lo > 1) {
		int64_t mid = lo + (hi - lo) / 2;
		if (tick_day(mid * SECOND_US) > today)
			hi = mid;
		else
			lo = mid;
	}
	return hi * SECOND_US;
}

const char *tick_text(int32_t day, char text[16])
{
	int y, m, d;
	day_parts(day, &y, &m, &d);
	snprintf(text, 16, "%04d-%02d-%02d", y % 10000, m % 100, d % 100);
	return text;
}

enum err tick_believe(const struct tick_guard *g, int64_t now_us, bool *ret_behind, struct why *why)
{
	int32_t today = tick_day(now_us);
	bool seen = g->ticked || g->newest_us > 0;
	int32_t last = g->ticked ? g->last_day : tick_day(g->newest_us);
	*ret_behind = seen && (now_us < g->newest_us || today < last);
	if (!seen || (int64_t)today - last <= (int64_t)g->ahead_max)
		return ERR_OK;
	char now_text[16], last_text[16];
	tick_text(today, now_text);
	if (strcmp(now_text, g->accept) == 0)
		return ERR_OK;
	return fail(why, ERR_INVALID,
		    "the clock says %s, %lld days after the last civil day of the store (%s): set the clock, or "
		    "confirm it with "
		    "--accept-clock %s",
		    now_text, (long long)today - last, tick_text(last, last_text), now_text);
}
