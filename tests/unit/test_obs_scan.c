/* SPDX-License-Identifier: Apache-2.0
 *
 * test_obs_scan.c - the scan of observations gives what a walk and row_fact() give.
 */
#include <string.h>
#include "storage/lmdb_env.h"
#include "storage/obs_scan.h"
#include "tests/unit/storage_kit.h"

/* Few keys, so that they meet again: some once, some dozens of times. */
static struct fact random_obs(uint64_t *seed, struct arena *a)
{
	struct fact f = {.kind = FACT_OBS};
	bool often = kit_below(seed, 3) == 0;
	uint8_t *bytes = arena_alloc(a, 300);
	for (size_t i = 0; i < 300; i++)
		bytes[i] = (uint8_t)kit_random(seed);
	f.obs.series = 1 + (uint32_t)kit_below(seed, 3);
	f.obs.ref = often ? 2 : 1 + (uint32_t)kit_below(seed, 4);
	f.obs.unit = often ? 3 : 1 + (uint32_t)kit_below(seed, 40);
	f.obs.src = often ? 1 : (uint32_t)kit_random(seed) & 0x80000003;
	f.obs.seq = often ? 0 : (uint16_t)(kit_below(seed, 2) * 0xff01);
	f.obs.state = (enum fact_state)(STATE_ASSERTED + kit_below(seed, STATE_ERASED));
	f.obs.status = (uint8_t)kit_random(seed);
	f.obs.round = (uint32_t)kit_random(seed);
	f.obs.expressed_in = (int32_t)kit_random(seed);
	f.obs.locator = (struct slice){bytes, kit_below(seed, 3) ? 0 : kit_below(seed, 200)};
	f.obs.value = (struct slice){bytes + 200, kit_below(seed, 20)};
	return f;
}

static void assert_same_obs(const struct fact_obs *scanned, const struct fact *walked)
{
	struct fact f = {.kind = FACT_OBS, .obs = *scanned};
	assert_true(fact_same(&f, walked));
}

/* Both ways as of a revision, over all below a prefix, from a place on. Returns how many rows. */
static size_t compare(struct view *v, uint32_t series, uint32_t ref, uint32_t unit, uint32_t from_ref, uint32_t from)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct obs_scan s;
	struct stated list[5];
	struct fact f;
	struct row row;
	size_t n = 0, at = 0, got = 0, asked = 0;
	key_obs(&key, series, ref, unit);
	walk_begin(&w, v, TABLE_OBS, buf_view(&key));
	obs_scan_begin(&s, v, series, ref, unit);
	if (from_ref) {
		buf_clear(&key);
		buf_be32(&key, series);
		buf_be32(&key, from_ref);
		buf_be32(&key, from);
		walk_seek(&w, buf_view(&key));
		obs_scan_seek(&s, from_ref, from);
	}
	while (walk_next(&w, &row)) {
		assert_ok(row_fact(&row, &f));
		if (!state_stands(f.obs.state))
			continue;
		n++;
		if (at == got) {
			assert_int_equal(got, asked); /* fewer only at the end */
			asked = asked % 5 + 1;
			got = obs_scan_read(&s, list, asked);
			at = 0;
		}
		assert_true(at < got);
		assert_int_equal(list[at].rev, row.rev);
		assert_same_obs(&list[at++].obs, &f);
	}
	assert_int_equal(at, got);
	assert_int_equal(obs_scan_read(&s, list, 5), 0);
	assert_int_equal(obs_scan_read(&s, list, 1), 0);
	assert_ok(v->err);
	obs_scan_end(&s);
	return n;
}

static void it_gives_what_a_walk_gives(void **state)
{
	struct kit *k = *state;
	AUTO_ARENA struct arena *a = arena_new(0);
	uint64_t seed = 4;
	struct view v;
	size_t rows = 0;
	for (unsigned i = 0; i < 150; i++) {
		struct fact facts[6];
		size_t n = 1 + kit_below(&seed, 6);
		for (size_t x = 0; x < n; x++)
			facts[x] = random_obs(&seed, a);
		kit_append(k, facts, n);
	}
	kit_fold(k);
	assert_ok(view_open(k->store, &v));
	for (unsigned i = 0; i < 600; i++) {
		v.as_of = kit_below(&seed, 10) ? kit_below(&seed, 152) : REV_NEWEST;
		uint32_t ref = (uint32_t)kit_below(&seed, 5), unit = ref ? (uint32_t)kit_below(&seed, 41) : 0;
		uint32_t from = kit_below(&seed, 2) ? 1 + (uint32_t)kit_below(&seed, 5) : 0;
		rows += compare(&v, 1 + (uint32_t)kit_below(&seed, 4), ref, kit_below(&seed, 2) ? unit : 0, from,
				(uint32_t)kit_below(&seed, 42));
	}
	assert_true(rows > 2000);
	view_close(&v);
}

/* Leave `len` bytes of the value of the first row. */
static void cut_row(struct store *s, size_t len)
{
	MDB_txn *txn;
	MDB_cursor *c;
	MDB_val k, val;
	uint8_t key[64], bytes[64];
	assert_int_equal(mdb_txn_begin(s->index.env, NULL, 0, &txn), 0);
	assert_int_equal(mdb_cursor_open(txn, s->index.tab[TABLE_OBS], &c), 0);
	assert_int_equal(mdb_cursor_get(c, &k, &val, MDB_FIRST), 0);
	assert_true(k.mv_size <= sizeof key && len < val.mv_size && len <= sizeof bytes);
	memcpy(key, k.mv_data, k.mv_size);
	memcpy(bytes, val.mv_data, len);
	k.mv_data = key;
	val = (MDB_val){len, bytes};
	assert_int_equal(mdb_put(txn, s->index.tab[TABLE_OBS], &k, &val, 0), 0);
	mdb_cursor_close(c);
	assert_int_equal(mdb_txn_commit(txn), 0);
}

static void a_row_that_is_too_short_is_corrupt(void **state)
{
	struct kit *k = *state;
	struct fact f = {.kind = FACT_OBS,
			 .obs = {.series = 1, .ref = 1, .unit = 1, .src = 1, .state = STATE_ASSERTED}};
	kit_append(k, &f, 1);
	kit_fold(k);
	cut_row(k->store, 10);
	struct view v;
	struct obs_scan s;
	struct stated one;
	assert_ok(view_open(k->store, &v));
	obs_scan_begin(&s, &v, 1, 0, 0);
	assert_int_equal(obs_scan_read(&s, &one, 1), 0);
	assert_int_equal(v.err, ERR_CORRUPT);
	obs_scan_end(&s);
	view_close(&v);
}

static size_t count(struct obs_scan *s)
{
	struct stated list[4];
	size_t n = 0, got;
	while ((got = obs_scan_read(s, list, 4)))
		n += got;
	return n;
}

/* A scan that was open meanwhile stands in an index that is no more: nobody goes on from there. */
static void a_scan_sees_what_the_view_was_renewed_to(void **state)
{
	struct kit *k = *state;
	struct fact f = {.kind = FACT_OBS, .obs = {.series = 1, .ref = 1, .src = 1, .state = STATE_ASSERTED}};
	struct view v;
	struct obs_scan open, inner, s;
	struct stated one;
	for (unsigned round = 0; round < 6; round++) {
		for (unsigned i = 0; i < 300; i++) {
			f.obs.unit = round * 300 + i + 1;
			kit_append(k, &f, 1);
		}
		f.obs.unit = 5; /* said again: beside where the open scan stands */
		kit_append(k, &f, 1);
		kit_fold(k);
		if (round == 0)
			assert_ok(view_open(k->store, &v));
		else
			assert_ok(view_renew(&v));
		if (round > 0)
			obs_scan_end(&open);
		obs_scan_begin(&s, &v, 1, 1, 5);
		assert_int_equal(obs_scan_read(&s, &one, 1), 1);
		assert_int_equal(one.rev, v.reached_rev);
		obs_scan_end(&s);
		obs_scan_begin(&s, &v, 1, 0, 0);
		assert_int_equal(count(&s), (round + 1) * 300);
		obs_scan_end(&s);
		obs_scan_end(&s);                    /* again is nothing */
		obs_scan_begin(&inner, &v, 1, 1, 7); /* two at once */
		obs_scan_begin(&open, &v, 1, 1, 0);
		assert_int_equal(obs_scan_read(&open, &one, 1), 1);
		assert_int_equal(count(&inner), 1);
		obs_scan_end(&inner);
		assert_int_equal(obs_scan_read(&open, &one, 1), 1);
		assert_int_equal(one.obs.unit, 2);
	}
	obs_scan_end(&open);
	view_close(&v);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(it_gives_what_a_walk_gives),
	    CASE(a_row_that_is_too_short_is_corrupt),
	    CASE(a_scan_sees_what_the_view_was_renewed_to),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
