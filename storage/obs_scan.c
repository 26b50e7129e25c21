/* SPDX-License-Identifier: Apache-2.0
 *
 * obs_scan.c - keys of TABLE_OBS have a fixed length and fixed places (table.h), so that a row is read by loads from
 * its key and a few bytes of its value; row_fact() reads any row of any table and costs three times as much.
 */
#include "storage/obs_scan.h"
#include <string.h>
#include "storage/lmdb_env.h"

enum { AT_SERIES = 0, AT_REF = 4, AT_UNIT = 8, AT_SRC = 12, AT_SEQ = 16, AT_REV = 18, KEY_LEN = 24 };
enum { VAL_STATE = 0, VAL_STATUS = 1, VAL_ROUND = 2, VAL_EXPRESSED = 6, VAL_LOCATOR = 10 };

#define STEPS_BEFORE_SEEK 8u /* rows of other revisions passed one by one before seeking past all of them */

static bool ok(struct view *v, int rc)
{
	if (rc != 0 && rc != MDB_NOTFOUND && v->err == ERR_OK)
		v->err = store_lmdb_err(rc);
	return rc == 0;
}

static bool broken(struct view *v)
{
	v->err = v->err ? v->err : ERR_CORRUPT;
	return false;
}

void obs_scan_begin(struct obs_scan *s, struct view *v, uint32_t series, uint32_t ref, uint32_t unit)
{
	ALWAYS(!v->over);
	*s = (struct obs_scan){.view = v, .prefix_len = ref && unit ? AT_SRC : ref ? AT_UNIT : AT_REF};
	be32_put(s->prefix + AT_SERIES, series);
	be32_put(s->prefix + AT_REF, ref);
	be32_put(s->prefix + AT_UNIT, unit);
	memcpy(s->from, s->prefix, sizeof s->prefix);
	s->cursor = view_obs_cursor(v);
}

void obs_scan_end(struct obs_scan *s)
{
	if (s->cursor)
		view_obs_cursor_back(s->view, s->cursor);
	s->cursor = NULL;
}

/* Behind a value's fixed places: the locator, then the value. */
static bool value_of(const uint8_t *p, size_t len, struct fact_obs *ret)
{
	uint8_t state = p[VAL_STATE];
	if (state < STATE_ASSERTED || state > STATE_ERASED)
		return false;
	ret->state = (enum fact_state)state;
	ret->status = p[VAL_STATUS];
	ret->round = be32_get(p + VAL_ROUND);
	ret->expressed_in = (int32_t)be32_get(p + VAL_EXPRESSED);
	if (p[VAL_LOCATOR] == 0) {
		ret->locator = (struct slice){p + VAL_LOCATOR + 1, 0};
		ret->value = (struct slice){p + VAL_LOCATOR + 1, len - VAL_LOCATOR - 1};
		return true;
	}
	struct rd r = rd_of((struct slice){p + VAL_LOCATOR, len - VAL_LOCATOR});
	ret->locator = rd_slice(&r);
	ret->value = rd_bytes(&r, (size_t)(r.end - r.p));
	return rd_done(&r);
}

static bool decode(const uint8_t *k, MDB_val val, struct fact_obs *ret)
{
	if (val.mv_size <= VAL_LOCATOR)
		return false;
	ret->series = be32_get(k + AT_SERIES);
	ret->ref = be32_get(k + AT_REF);
	ret->unit = be32_get(k + AT_UNIT);
	ret->src = be32_get(k + AT_SRC);
	ret->seq = be16_get(k + AT_SEQ);
	return value_of(val.mv_data, val.mv_size, ret);
}

static bool move(struct obs_scan *s, MDB_cursor_op op, MDB_val *k, MDB_val *val)
{
	return ok(s->view, mdb_cursor_get(s->cursor, k, val, op));
}

/* Past the rows of this key that are too new, or past all of them. */
static bool pass(struct obs_scan *s, const uint8_t *key, bool all, MDB_val *k, MDB_val *val)
{
	uint8_t bytes[KEY_LEN];
	memcpy(bytes, key, AT_REV);
	rev_put(bytes + AT_REV, all ? 0 : s->view->as_of);
	*k = val_of(bytes, KEY_LEN);
	return move(s, MDB_SET_RANGE, k, val);
}

/* The revision stands inverted, and last: two rows of one key differ in nothing but it. */
static bool same_key(const uint8_t *a, const uint8_t *b)
{
	uint64_t x[2], y[2];
	uint16_t x_seq, y_seq;
	memcpy(x, a, sizeof x);
	memcpy(y, b, sizeof y);
	memcpy(&x_seq, a + AT_SEQ, sizeof x_seq);
	memcpy(&y_seq, b + AT_SEQ, sizeof y_seq);
	return x[1] == y[1] && x[0] == y[0] && x_seq == y_seq;
}

/* Mostly all of a series is read. */
static bool begins(const struct obs_scan *s, const uint8_t *key)
{
	return memcmp(key, s->prefix, AT_REF) == 0 &&
	       (s->prefix_len == AT_REF || memcmp(key, s->prefix, s->prefix_len) == 0);
}

/* The next row that is asked for. */
static inline bool next(struct obs_scan *s, MDB_val *k, MDB_val *val, uint64_t *ret_rev)
{
	bool there = move(s, s->begun ? MDB_NEXT : MDB_SET_RANGE, k, val);
	s->begun = true;
	for (unsigned passed = 1; there; passed++) {
		const uint8_t *key = k->mv_data;
		if (k->mv_size != KEY_LEN)
			return broken(s->view);
		if (!begins(s, key))
			return false;
		uint64_t rev = ~be64_get(key + AT_SEQ) & REV_MASK; /* the six bytes behind the two of seq */
		bool again = s->last && same_key(key, s->last);
		if (!again && rev <= s->view->as_of) {
			s->last = key;
			*ret_rev = rev;
			return true;
		}
		/* Older than what was given, or too new. Revision 0 is the last one of a key: no seek gets past it. */
		there =
		    passed % STEPS_BEFORE_SEEK || rev == 0 ? move(s, MDB_NEXT, k, val) : pass(s, key, again, k, val);
	}
	return false;
}

size_t obs_scan_read(struct obs_scan *s, struct stated *list, size_t max)
{
	MDB_val k = val_of(s->from, sizeof s->from), val;
	size_t n = 0;
	bool more = s->cursor && s->view->err == ERR_OK;
	while (more && n < max) {
		more = next(s, &k, &val, &list[n].rev) && (decode(k.mv_data, val, &list[n].obs) || broken(s->view));
		if (!more)
			break;
		fetch_ahead(&s->page, k.mv_data, KEY_LEN);
		n += state_stands(list[n].obs.state);
	}
	if (!more)
		obs_scan_end(s);
	return n;
}

void obs_scan_seek(struct obs_scan *s, uint32_t ref, uint32_t unit)
{
	be32_put(s->from + AT_REF, ref);
	be32_put(s->from + AT_UNIT, unit);
	if (memcmp(s->from, s->prefix, s->prefix_len) < 0)
		memcpy(s->from, s->prefix, sizeof s->prefix);
	s->begun = false;
	s->last = NULL;
}
