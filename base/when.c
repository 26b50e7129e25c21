/* SPDX-License-Identifier: Apache-2.0
 *
 * when.c - times with their precision.
 *
 * The one thing that everything rests on: `lo` and `hi` are computed once, when a text is read, and
 * every question about a time is a comparison of days. The text is rebuilt from the days and from how
 * they were said, so no second copy of it is kept.
 */
#include "base/when.h"
#include <stdio.h>
#include <string.h>

#define YEAR_LEN  4  /* 2018 */
#define MONTH_LEN 7  /* 2018-06 */
#define DAY_LEN   10 /* 2018-06-08 */

/* ---- the calendar ---------------------------------------------------------------------------------- */

/* Days are counted in years that begin in March, so that the leap day is the last day of its year. */
static int64_t long_day_of(int year, int month, int day)
{
	year -= month <= 2;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t in_era = year - era * 400;
	int in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

int32_t day_of(int year, int month, int day)
{
	return (int32_t)long_day_of(year, month, day);
}

void day_parts(int32_t day, int *year, int *month, int *dom)
{
	int64_t z = (int64_t)day + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int d = (int)(z - era * 146097);
	int in_era = (d - d / 1460 + d / 36524 - d / 146096) / 365;
	int in_year = d - (365 * in_era + in_era / 4 - in_era / 100);
	int m = (5 * in_year + 2) / 153;
	*dom = in_year - (153 * m + 2) / 5 + 1;
	*month = m < 10 ? m + 3 : m - 9;
	*year = (int)(era * 400) + in_era + (*month <= 2);
}

static int days_in(int year, int month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return days[month - 1] + (month == 2 && leap);
}

/* The first day of the month `count` months after this one, within what a day can be. */
static int32_t month_after(int year, int month, int count)
{
	int months = year * 12 + month - 1 + count;
	int in_year = (months % 12 + 12) % 12;
	int64_t day = long_day_of((months - in_year) / 12, in_year + 1, 1);
	return day < WHEN_DAY_MIN ? WHEN_DAY_MIN : day > WHEN_DAY_MAX ? WHEN_DAY_MAX : (int32_t)day;
}

/* ---- reading --------------------------------------------------------------------------------------- */

#define FORMS                                                                                                          \
	"2018, 2018-06, 2018-06-08, 2018-33 (quarter 33-36), 2018-21 (season 21-24), 2012/2014, ../2018, 2007/.., "    \
	"2004~, XXXX-06-08, XXXX"

/* The text as it may stand in a message: short, and nothing but printable ASCII. */
static const char *shown(const char *text, char out[WHEN_TEXT_MAX])
{
	size_t n = 0;
	for (; text[n] && n < WHEN_TEXT_MAX - 1; n++)
		out[n] = text[n] < ' ' || text[n] > '~' ? '?' : text[n];
	out[n] = '\0';
	return out;
}

static enum err not_a_date(const char *text, struct why *why)
{
	char out[WHEN_TEXT_MAX];
	return fail(why, ERR_INVALID, "\"%s\" is not a date: accepted are " FORMS, shown(text, out));
}

/* `count` digits at p, or -1. */
static int digits(const char *p, int count)
{
	int v = 0;
	for (int i = 0; i < count; i++) {
		if (p[i] < '0' || p[i] > '9')
			return -1;
		v = v * 10 + (p[i] - '0');
	}
	return v;
}

static enum err check_day(const char *text, int year, int month, int day, struct why *why)
{
	static const char *const names[] = {"January", "February", "March",     "April",   "May",      "June",
					    "July",    "August",   "September", "October", "November", "December"};
	char out[WHEN_TEXT_MAX];
	if (month < 1 || month > 12)
		return fail(why, ERR_INVALID, "\"%s\" is not a date: the month of a day is 01 to 12, not %02d",
			    shown(text, out), month);
	if (year == 0 ? day >= 1 && day <= days_in(2000, month) : day >= 1 && day <= days_in(year, month))
		return ERR_OK;
	if (year == 0)
		return fail(why, ERR_INVALID, "\"%s\" is not a date: the day in %s is 01 to %d, not %02d",
			    shown(text, out), names[month - 1], days_in(2000, month), day);
	return fail(why, ERR_INVALID, "\"%s\" is not a date: the day in %s %04d is 01 to %d, not %02d",
		    shown(text, out), names[month - 1], year, days_in(year, month), day);
}

/* A whole year in parts of three months: quarters from January, seasons from March. */
static struct when three_months(enum precision p, int year, int month)
{
	return (struct when){
	    .precision = (uint8_t)p, .lo = day_of(year, month, 1), .hi = month_after(year, month, 3) - 1};
}

/* One calendar unit: the `len` bytes at `p`, a part of `text` (which is only for the message). */
static enum err read_unit(const char *p, size_t len, const char *text, struct when *ret, struct why *why)
{
	char out[WHEN_TEXT_MAX];
	if (len != YEAR_LEN && len != MONTH_LEN && len != DAY_LEN)
		return not_a_date(text, why);
	int year = digits(p, 4);
	int month = len > YEAR_LEN && p[4] == '-' ? digits(p + 5, 2) : -1;
	int day = len > MONTH_LEN && p[7] == '-' ? digits(p + 8, 2) : -1;
	if (year < 0 || (len > YEAR_LEN && month < 0) || (len > MONTH_LEN && day < 0))
		return not_a_date(text, why);
	if (year == 0)
		return fail(why, ERR_INVALID, "\"%s\" is not a date: years are 0001 to 9999, XXXX where unknown",
			    shown(text, out));
	if (len == DAY_LEN) {
		enum err e = check_day(text, year, month, day, why);
		if (e != ERR_OK)
			return e;
		*ret = when_day(day_of(year, month, day));
	} else if (len == YEAR_LEN) {
		*ret = (struct when){.precision = WHEN_YEAR, .lo = day_of(year, 1, 1), .hi = day_of(year, 12, 31)};
	} else if (month >= 1 && month <= 12) {
		*ret = (struct when){.precision = WHEN_MONTH,
				     .lo = day_of(year, month, 1),
				     .hi = day_of(year, month, days_in(year, month))};
	} else if (month >= 21 && month <= 24) {
		*ret = three_months(WHEN_SEASON, year, (month - 20) * 3);
	} else if (month >= 33 && month <= 36) {
		*ret = three_months(WHEN_QUARTER, year, (month - 33) * 3 + 1);
	} else {
		return fail(why, ERR_INVALID,
			    "\"%s\" is not a date: after the year stands a month 01 to 12, a season 21 to 24 or a "
			    "quarter 33 to 36, not %02d",
			    shown(text, out), month);
	}
	return ERR_OK;
}

/* An end of a range, or the middle of "around": a day, a month or a year. */
static enum err read_end(const char *p, size_t len, const char *text, struct when *ret, struct why *why)
{
	enum err e = read_unit(p, len, text, ret, why);
	if (e == ERR_OK && (ret->precision == WHEN_QUARTER || ret->precision == WHEN_SEASON)) {
		char out[WHEN_TEXT_MAX];
		return fail(why, ERR_INVALID,
			    "\"%s\" is not a date: beside /, .. and ~ stands a day, a month or a year, not a %s",
			    shown(text, out), ret->precision == WHEN_QUARTER ? "quarter" : "season");
	}
	return e;
}

static enum err read_range(const char *text, const char *slash, size_t len, struct when *ret, struct why *why)
{
	size_t before = (size_t)(slash - text), after = len - before - 1;
	const char *second = slash + 1;
	bool open_start = before == 2 && memcmp(text, "..", 2) == 0;
	bool open_end = after == 2 && memcmp(second, "..", 2) == 0;
	char out[WHEN_TEXT_MAX];
	struct when a = {.lo = WHEN_DAY_MIN}, b = {.hi = WHEN_DAY_MAX};
	if (open_start && open_end)
		return fail(why, ERR_INVALID, "\"%s\" says nothing: write XXXX for an unknown time", shown(text, out));
	enum err e = open_start ? ERR_OK : read_end(text, before, text, &a, why);
	if (e == ERR_OK && !open_end)
		e = read_end(second, after, text, &b, why);
	if (e != ERR_OK)
		return e;
	if (a.lo > b.hi)
		return fail(why, ERR_INVALID,
			    "\"%s\" ends before it starts: the earlier end stands first, both are included",
			    shown(text, out));
	*ret = (struct when){
	    .precision = (uint8_t)(open_start ? WHEN_BEFORE
				   : open_end ? WHEN_AFTER
					      : WHEN_RANGE),
	    .lo_as = a.precision,
	    .hi_as = b.precision,
	    .lo = a.lo,
	    .hi = b.hi,
	};
	return ERR_OK;
}

static enum err read_around(const char *text, size_t len, struct when *ret, struct why *why)
{
	struct when u;
	enum err e = read_end(text, len, text, &u, why);
	if (e != ERR_OK)
		return e;
	int y, m, d;
	day_parts(u.lo, &y, &m, &d);
	*ret = (struct when){.precision = WHEN_AROUND, .lo_as = u.precision, .hi_as = u.precision};
	if (u.precision == WHEN_DAY) {
		ret->lo = u.lo - 1;
		ret->hi = u.hi + 1;
	} else {
		int unit = u.precision == WHEN_MONTH ? 1 : 12;
		ret->lo = month_after(y, m, -unit);
		ret->hi = month_after(y, m, 2 * unit) - 1;
	}
	return ERR_OK;
}

/* XXXX, or XXXX-06-08. */
static enum err read_without_year(const char *text, size_t len, struct when *ret, struct why *why)
{
	if (len == YEAR_LEN) {
		*ret = (struct when){.precision = WHEN_UNKNOWN, .lo = WHEN_DAY_MIN, .hi = WHEN_DAY_MAX};
		return ERR_OK;
	}
	int month = -1, day = -1;
	if (len == DAY_LEN && text[4] == '-' && text[7] == '-') {
		month = digits(text + 5, 2);
		day = digits(text + 8, 2);
	}
	if (month < 0 || day < 0)
		return not_a_date(text, why);
	enum err e = check_day(text, 0, month, day, why);
	if (e != ERR_OK)
		return e;
	*ret = (struct when){.precision = WHEN_DAY_WITHOUT_YEAR, .lo = month * 100 + day, .hi = month * 100 + day};
	return ERR_OK;
}

enum err when_parse(const char *text, struct when *ret, struct why *why)
{
	if (!text || !*text) {
		*ret = (struct when){0};
		return ERR_OK;
	}
	size_t len = strnlen(text, WHEN_TEXT_MAX);
	if (len == WHEN_TEXT_MAX)
		return not_a_date(text, why);
	struct when w;
	enum err e;
	const char *slash = memchr(text, '/', len);
	if (slash)
		e = read_range(text, slash, len, &w, why);
	else if (text[len - 1] == '~')
		e = read_around(text, len - 1, &w, why);
	else if (len >= YEAR_LEN && memcmp(text, "XXXX", 4) == 0)
		e = read_without_year(text, len, &w, why);
	else
		e = read_unit(text, len, text, &w, why);
	if (e == ERR_OK)
		*ret = w;
	return e;
}

/* ---- printing -------------------------------------------------------------------------------------- */

static char *put_two(char *p, int v)
{
	p[0] = (char)('0' + v / 10 % 10);
	p[1] = (char)('0' + v % 10);
	return p + 2;
}

static char *put_year(char *p, int year)
{
	if (year < 0 || year > 9999) /* no text gives one; a day number made elsewhere can */
		return p + snprintf(p, 10, "%d", year);
	return put_two(put_two(p, year / 100), year % 100);
}

/* The unit of precision `as` that `day` lies in. */
static char *put_unit(char *p, enum precision as, int32_t day)
{
	int y, m, d;
	day_parts(day, &y, &m, &d);
	p = put_year(p, y);
	if (as == WHEN_YEAR)
		return p;
	*p++ = '-';
	if (as == WHEN_QUARTER)
		return put_two(p, 33 + (m - 1) / 3);
	if (as == WHEN_SEASON)
		return put_two(p, 20 + m / 3);
	p = put_two(p, m);
	if (as == WHEN_MONTH)
		return p;
	*p++ = '-';
	return put_two(p, d);
}

/* The first day of the unit that stands in the middle of "around". */
static int32_t middle(const struct when *w)
{
	if (w->lo_as != WHEN_MONTH && w->lo_as != WHEN_YEAR)
		return w->lo + (w->lo < WHEN_DAY_MAX);
	int y, m, d;
	day_parts(w->lo, &y, &m, &d);
	return month_after(y, m, w->lo_as == WHEN_MONTH ? 1 : 12);
}

const char *when_format(const struct when *w, char text[WHEN_TEXT_MAX])
{
	char *p = text;
	switch ((enum precision)w->precision) {
	case WHEN_NONE:
		break;
	case WHEN_DAY:
	case WHEN_MONTH:
	case WHEN_QUARTER:
	case WHEN_SEASON:
	case WHEN_YEAR:
		p = put_unit(p, w->precision, w->lo);
		break;
	case WHEN_RANGE:
		p = put_unit(p, w->lo_as, w->lo);
		*p++ = '/';
		p = put_unit(p, w->hi_as, w->hi);
		break;
	case WHEN_BEFORE:
		memcpy(p, "../", 3);
		p = put_unit(p + 3, w->hi_as, w->hi);
		break;
	case WHEN_AFTER:
		p = put_unit(p, w->lo_as, w->lo);
		memcpy(p, "/..", 3);
		p += 3;
		break;
	case WHEN_AROUND:
		p = put_unit(p, w->lo_as, middle(w));
		*p++ = '~';
		break;
	case WHEN_DAY_WITHOUT_YEAR:
		memcpy(p, "XXXX-", 5);
		p = put_two(p + 5, w->lo / 100);
		*p++ = '-';
		p = put_two(p, w->lo % 100);
		break;
	case WHEN_UNKNOWN:
		memcpy(p, "XXXX", 4);
		p += 4;
		break;
	}
	*p = '\0';
	return text;
}

/* ---- comparing and asking -------------------------------------------------------------------------- */

struct when when_day(int32_t day)
{
	return (struct when){.precision = WHEN_DAY, .lo = day, .hi = day};
}

int when_cmp(const struct when *a, const struct when *b)
{
	if (a->lo != b->lo)
		return a->lo < b->lo ? -1 : 1;
	if (a->hi != b->hi)
		return a->hi < b->hi ? -1 : 1;
	if (a->precision != b->precision)
		return a->precision < b->precision ? -1 : 1;
	if (a->lo_as != b->lo_as)
		return a->lo_as < b->lo_as ? -1 : 1;
	return (a->hi_as > b->hi_as) - (a->hi_as < b->hi_as);
}

bool when_eq(const struct when *a, const struct when *b)
{
	return when_cmp(a, b) == 0;
}

enum truth when_covers(const struct when *from, const struct when *to, int32_t day)
{
	/* A day without its year can be any day, like an unknown one. */
	bool from_any = from->precision == WHEN_DAY_WITHOUT_YEAR, to_any = to->precision == WHEN_DAY_WITHOUT_YEAR;
	bool begun = true, begun_maybe = true, lasts = true, lasts_maybe = true;
	if (from->precision != WHEN_NONE) {
		begun = !from_any && from->hi != WHEN_DAY_MAX && day >= from->hi;
		begun_maybe = from_any || day >= from->lo;
	}
	if (to->precision != WHEN_NONE) {
		lasts = !to_any && day < to->lo;
		lasts_maybe = to_any || to->hi == WHEN_DAY_MAX || day < to->hi;
	}
	if (begun && lasts)
		return TRUTH_CERTAIN;
	return begun_maybe && lasts_maybe ? TRUTH_POSSIBLE : TRUTH_NO;
}

/* The last day of the unit of precision `as` that starts on `first`. */
static int32_t unit_end(enum precision as, int32_t first)
{
	if (as != WHEN_MONTH && as != WHEN_YEAR)
		return first;
	int y, m, d;
	day_parts(first, &y, &m, &d);
	return month_after(y, m, as == WHEN_MONTH ? 1 : 12) - 1;
}

int32_t when_reference_day(const struct when *w)
{
	switch ((enum precision)w->precision) {
	case WHEN_DAY:
	case WHEN_MONTH:
	case WHEN_QUARTER:
	case WHEN_SEASON:
	case WHEN_YEAR:
	case WHEN_RANGE:
	case WHEN_BEFORE:
		return w->hi;
	case WHEN_AFTER:
		return unit_end(w->lo_as, w->lo);
	case WHEN_AROUND:
		return unit_end(w->lo_as, middle(w));
	case WHEN_NONE:
	case WHEN_DAY_WITHOUT_YEAR:
	case WHEN_UNKNOWN:
		break;
	}
	return WHEN_DAY_MAX;
}

/* ---- bytes ----------------------------------------------------------------------------------------- */

/* One byte says the precision (low four bits) and how the ends were said (two bits each: 0 not, 1 day,
 * 2 month, 3 year); then come only the days that the precision does not give away: the earliest as a
 * zigzag varint and what the latest lies beyond it. */
static unsigned as_bits(uint8_t as)
{
	return as == WHEN_YEAR ? 3 : as;
}

static uint8_t as_of_bits(unsigned bits)
{
	bits &= 3;
	return bits == 3 ? WHEN_YEAR : (uint8_t)bits;
}

void when_put(struct buf *b, const struct when *w)
{
	uint8_t head = (uint8_t)(w->precision | as_bits(w->lo_as) << 4 | as_bits(w->hi_as) << 6);
	buf_u8(b, head);
	switch ((enum precision)w->precision) {
	case WHEN_NONE:
	case WHEN_UNKNOWN:
		return;
	case WHEN_DAY:
	case WHEN_AFTER:
	case WHEN_DAY_WITHOUT_YEAR:
		buf_zigzag(b, w->lo);
		return;
	case WHEN_BEFORE:
		buf_zigzag(b, w->hi);
		return;
	case WHEN_MONTH:
	case WHEN_QUARTER:
	case WHEN_SEASON:
	case WHEN_YEAR:
	case WHEN_RANGE:
	case WHEN_AROUND:
		buf_zigzag(b, w->lo);
		buf_varint(b, (uint32_t)w->hi - (uint32_t)w->lo);
		return;
	}
	ALWAYS(w->precision <= WHEN_UNKNOWN);
}

static int32_t get_day(struct rd *r)
{
	int64_t v = rd_zigzag(r);
	if (v < INT32_MIN || v > INT32_MAX) {
		r->bad = true;
		return 0;
	}
	return (int32_t)v;
}

/* Do the ends say how they were said exactly where this precision needs it? */
static bool ends_fit(const struct when *w)
{
	bool lo = w->precision == WHEN_RANGE || w->precision == WHEN_AFTER || w->precision == WHEN_AROUND;
	bool hi = w->precision == WHEN_RANGE || w->precision == WHEN_BEFORE || w->precision == WHEN_AROUND;
	return lo == (w->lo_as != 0) && hi == (w->hi_as != 0);
}

struct when when_get(struct rd *r)
{
	uint8_t head = rd_u8(r);
	struct when w = {.precision = head & 15, .lo_as = as_of_bits(head >> 4), .hi_as = as_of_bits(head >> 6)};
	if (w.precision > WHEN_UNKNOWN || !ends_fit(&w)) {
		r->bad = true;
		return (struct when){0};
	}
	switch ((enum precision)w.precision) {
	case WHEN_NONE:
		break;
	case WHEN_UNKNOWN:
		w.lo = WHEN_DAY_MIN;
		w.hi = WHEN_DAY_MAX;
		break;
	case WHEN_DAY:
		w.lo = w.hi = get_day(r);
		break;
	case WHEN_DAY_WITHOUT_YEAR:
		w.lo = w.hi = get_day(r);
		if (check_day("", 0, w.lo / 100, w.lo % 100, NULL) != ERR_OK)
			r->bad = true;
		break;
	case WHEN_AFTER:
		w.lo = get_day(r);
		w.hi = WHEN_DAY_MAX;
		break;
	case WHEN_BEFORE:
		w.lo = WHEN_DAY_MIN;
		w.hi = get_day(r);
		break;
	case WHEN_MONTH:
	case WHEN_QUARTER:
	case WHEN_SEASON:
	case WHEN_YEAR:
	case WHEN_RANGE:
	case WHEN_AROUND: {
		w.lo = get_day(r);
		uint64_t more = rd_varint(r);
		if (more > (uint64_t)((int64_t)WHEN_DAY_MAX - w.lo))
			r->bad = true;
		else
			w.hi = (int32_t)(w.lo + (int64_t)more);
		break;
	}
	}
	return r->bad ? (struct when){0} : w;
}
