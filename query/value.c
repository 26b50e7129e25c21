/* SPDX-License-Identifier: Apache-2.0
 *
 * value.c - observation values as they are stored: a byte that names the kind, the value, then the text as printed.
 *
 *   1 exact        number
 *   2 interval     ends (1 low, 2 high, 4 low excluded, 8 high excluded), then the number of each end that is there
 *   3 approximate  number, qualifier
 *   4 verbal       text
 *   5 missing      kind as a varint
 * A number is its digits (zigzag varint) and its scale (one byte); a text is its length (varint) and its bytes. Where
 * nothing was printed, the text as printed is left out altogether: most values are an exact number of three bytes.
 */
#include "query/value.h"
#include <string.h>

enum stored { STORED_EXACT = VALUE_EXACT, STORED_INTERVAL, STORED_APPROXIMATE, STORED_VERBAL, STORED_MISSING };
enum ends { END_LOW = 1, END_HIGH = 2, END_LOW_OUT = 4, END_HIGH_OUT = 8, END_ALL = 15 };

/* ---- stored ----------------------------------------------------------------------------------------- */

static void decimal_put(struct buf *b, const struct msg_decimal *d)
{
	ALWAYS(d && d->scale <= NUM_SCALE_MAX); /* the judge refuses anything else */
	buf_zigzag(b, d->digits);
	buf_u8(b, (uint8_t)d->scale);
}

static void interval_put(struct buf *b, const struct msg_interval *i)
{
	unsigned ends = 0;
	if (i->low)
		ends |= END_LOW | (i->low->exclusive ? END_LOW_OUT : 0);
	if (i->high)
		ends |= END_HIGH | (i->high->exclusive ? END_HIGH_OUT : 0);
	buf_u8(b, (uint8_t)ends);
	if (i->low)
		decimal_put(b, i->low->value);
	if (i->high)
		decimal_put(b, i->high->value);
}

void value_put(struct buf *b, const struct msg_value *v)
{
	if (v->exact) {
		buf_u8(b, STORED_EXACT);
		decimal_put(b, v->exact);
	} else if (v->interval) {
		buf_u8(b, STORED_INTERVAL);
		interval_put(b, v->interval);
	} else if (v->approximate) {
		buf_u8(b, STORED_APPROXIMATE);
		decimal_put(b, v->approximate->value);
		buf_slice(b, slice_text(v->approximate->qualifier));
	} else if (v->verbal) {
		buf_u8(b, STORED_VERBAL);
		buf_slice(b, slice_text(v->verbal->text));
	} else {
		ALWAYS(v->missing);
		buf_u8(b, STORED_MISSING);
		buf_varint(b, (uint64_t)v->missing->kind);
	}
	if (v->printed && *v->printed)
		buf_slice(b, slice_text(v->printed));
}

/* The scale of a broken number would index outside the powers of ten, so it spoils the reader. */
static struct num number_get(struct rd *r)
{
	int64_t digits = rd_zigzag(r);
	uint8_t scale = rd_u8(r);
	if (scale > NUM_SCALE_MAX) {
		r->bad = true;
		scale = 0;
	}
	return (struct num){digits, scale};
}

static struct msg_decimal *decimal_get(struct rd *r, struct arena *a)
{
	struct num n = number_get(r);
	struct msg_decimal *d = arena_alloc(a, sizeof *d);
	d->digits = n.digits;
	d->scale = n.scale;
	return d;
}

static const char *text_get(struct rd *r, struct arena *a)
{
	struct slice s = rd_slice(r);
	return s.len ? arena_text(a, s.data, s.len) : "";
}

static struct msg_bound *bound_get(struct rd *r, bool exclusive, struct arena *a)
{
	struct msg_bound *b = arena_alloc(a, sizeof *b);
	b->value = decimal_get(r, a);
	b->exclusive = exclusive;
	return b;
}

static struct msg_interval *interval_get(struct rd *r, struct arena *a)
{
	struct msg_interval *i = arena_alloc(a, sizeof *i);
	uint8_t ends = rd_u8(r);
	if (ends & END_LOW)
		i->low = bound_get(r, ends & END_LOW_OUT, a);
	if (ends & END_HIGH)
		i->high = bound_get(r, ends & END_HIGH_OUT, a);
	if (ends & ~END_ALL || (!i->low && !i->high))
		r->bad = true;
	return i;
}

enum err value_get(struct slice s, struct arena *a, struct msg_value **ret)
{
	*ret = NULL;
	if (s.len == 0)
		return ERR_OK;
	struct rd r = rd_of(s);
	struct msg_value *v = arena_alloc(a, sizeof *v);
	switch (rd_u8(&r)) {
	case STORED_EXACT:
		v->exact = decimal_get(&r, a);
		break;
	case STORED_INTERVAL:
		v->interval = interval_get(&r, a);
		break;
	case STORED_APPROXIMATE:
		v->approximate = arena_alloc(a, sizeof *v->approximate);
		v->approximate->value = decimal_get(&r, a);
		v->approximate->qualifier = text_get(&r, a);
		break;
	case STORED_VERBAL:
		v->verbal = arena_alloc(a, sizeof *v->verbal);
		v->verbal->text = text_get(&r, a);
		break;
	case STORED_MISSING:
		v->missing = arena_alloc(a, sizeof *v->missing);
		v->missing->kind = (enum missing_kind)rd_varint(&r);
		break;
	default: /* not an enum */
		return ERR_CORRUPT;
	}
	v->printed = rd_ok(&r) && !rd_done(&r) ? text_get(&r, a) : "";
	if (!rd_done(&r))
		return ERR_CORRUPT;
	*ret = v;
	return ERR_OK;
}

bool value_peek_long(struct slice s, struct num *ret)
{
	struct rd r = rd_of(s);
	if (rd_u8(&r) != STORED_EXACT)
		return false;
	*ret = number_get(&r);
	return rd_ok(&r);
}

/* ---- compared --------------------------------------------------------------------------------------- */

static struct num number_of(const struct msg_decimal *d)
{
	return (struct num){d->digits, (uint8_t)d->scale};
}

static bool bound_equal(const struct msg_bound *a, const struct msg_bound *b)
{
	if (!a || !b)
		return a == b;
	return a->exclusive == b->exclusive && num_cmp(number_of(a->value), number_of(b->value)) == 0;
}

static bool text_equal(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

bool value_equal(const struct msg_value *a, const struct msg_value *b)
{
	if (!a || !b)
		return a == b;
	if (a->exact && b->exact)
		return num_cmp(number_of(a->exact), number_of(b->exact)) == 0;
	if (a->interval && b->interval)
		return bound_equal(a->interval->low, b->interval->low) &&
		       bound_equal(a->interval->high, b->interval->high);
	if (a->approximate && b->approximate)
		return num_cmp(number_of(a->approximate->value), number_of(b->approximate->value)) == 0 &&
		       text_equal(a->approximate->qualifier, b->approximate->qualifier);
	if (a->verbal && b->verbal)
		return text_equal(a->verbal->text, b->verbal->text);
	return a->missing && b->missing && a->missing->kind == b->missing->kind;
}

bool value_exact(const struct msg_value *v, struct num *ret)
{
	if (!v || !v->exact)
		return false;
	*ret = number_of(v->exact);
	return true;
}

/* ---- shown ------------------------------------------------------------------------------------------ */

static const char *missing_text(enum missing_kind kind)
{
	switch (kind) {
	case MISSING_KIND_NOT_ASKED:
		return "(not asked)";
	case MISSING_KIND_NOT_ANSWERED:
		return "(not answered)";
	case MISSING_KIND_NOT_APPLICABLE:
		return "(not applicable)";
	case MISSING_KIND_UNCLEAR:
		return "(unclear)";
	case MISSING_KIND_SUPPRESSED:
		return "(suppressed)";
	case MISSING_KIND_NOT_PUBLISHED:
		return "(not published)";
	case MISSING_KIND_BLANK:
		return "(blank)";
	case MISSING_KIND_NOT_YET_DUE:
		return "(not yet due)";
	case MISSING_KIND_ERASED:
		return "(erased)";
	case MISSING_KIND_UNSPECIFIED:
		break;
	}
	return "(missing)";
}

/* "5–8" where both ends belong to it and none has a sign that would blur with the dash; words otherwise. */
static const char *interval_text(struct arena *a, const struct msg_interval *i)
{
	char low[NUM_TEXT_MAX] = "", high[NUM_TEXT_MAX] = "";
	if (i->low)
		num_format(number_of(i->low->value), low);
	if (i->high)
		num_format(number_of(i->high->value), high);
	if (!i->low && !i->high)
		return "";
	if (!i->high)
		return arena_printf(a, "%s %s", i->low->exclusive ? "over" : "at least", low);
	if (!i->low)
		return arena_printf(a, "%s %s", i->high->exclusive ? "under" : "at most", high);
	if (!i->low->exclusive && !i->high->exclusive)
		return arena_printf(a, *low == '-' || *high == '-' ? "%s to %s" : "%s–%s", low, high);
	return arena_printf(a, "%s %s and %s %s", i->low->exclusive ? "over" : "at least", low,
			    i->high->exclusive ? "under" : "at most", high);
}

const char *value_text(struct arena *a, const struct msg_value *v)
{
	char n[NUM_TEXT_MAX];
	if (!v)
		return "";
	if (v->exact)
		return arena_printf(a, "%s", num_format(number_of(v->exact), n));
	if (v->interval)
		return interval_text(a, v->interval);
	if (v->approximate)
		return arena_printf(a, "%s %s", v->approximate->qualifier ? v->approximate->qualifier : "",
				    num_format(number_of(v->approximate->value), n));
	if (v->verbal)
		return v->verbal->text ? v->verbal->text : "";
	return v->missing ? missing_text(v->missing->kind) : "";
}

/* ---- what a type of indicator takes ---- */

static const char *bad_decimal(const struct msg_decimal *d, enum value_type type)
{
	if (!d)
		return "the number is missing";
	if (d->scale > NUM_SCALE_MAX)
		return "the scale is over 18";
	if (type == VALUE_TYPE_COUNT) {
		struct num n = {d->digits, (uint8_t)d->scale}, zero = {0, 0};
		if (num_cmp(n, zero) < 0)
			return "a count is not negative";
		int64_t digits = d->digits;
		for (uint32_t s = d->scale; s > 0; s--, digits /= 10)
			if (digits % 10)
				return "a count is a whole number";
	}
	return NULL;
}

static const char *bad_interval(const struct msg_interval *v, enum value_type type)
{
	if (!v->low && !v->high)
		return "an interval needs at least one end";
	const char *bad = v->low ? bad_decimal(v->low->value, type) : NULL;
	if (!bad && v->high)
		bad = bad_decimal(v->high->value, type);
	if (bad || !v->low || !v->high)
		return bad;
	struct num lo = {v->low->value->digits, (uint8_t)v->low->value->scale};
	struct num hi = {v->high->value->digits, (uint8_t)v->high->value->scale};
	return num_cmp(lo, hi) > 0 ? "the lower end is above the upper end" : NULL;
}

const char *value_unfit(const struct msg_value *v, enum value_type type)
{
	bool text = type == VALUE_TYPE_TEXT;
	if (v->exact)
		return text ? "a text indicator takes words, not numbers" : bad_decimal(v->exact, type);
	if (v->interval)
		return text ? "a text indicator takes words, not numbers" : bad_interval(v->interval, type);
	if (v->approximate) {
		if (text)
			return "a text indicator takes words, not numbers";
		return *v->approximate->qualifier ? bad_decimal(v->approximate->value, type)
						  : "the qualifier is missing";
	}
	if (v->verbal)
		return *v->verbal->text ? NULL : "the words are missing";
	if (v->missing) {
		if (v->missing->kind == MISSING_KIND_ERASED)
			return "only varde itself says \"erased\"";
		return v->missing->kind == MISSING_KIND_UNSPECIFIED ? "the kind of missing is not said" : NULL;
	}
	return "no value is said: if there is none, say which kind of missing";
}
