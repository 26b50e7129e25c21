/* SPDX-License-Identifier: Apache-2.0
 *
 * test_view.c - as known when: one key, a walk, all revisions, words.
 */
#include "tests/unit/storage_kit.h"

static struct fact obs(uint32_t unit, const char *value)
{
	return (struct fact){
	    .kind = FACT_OBS,
	    .obs = {
		.series = 1, .ref = 1, .unit = unit, .src = 1, .state = STATE_ASSERTED, .value = slice_text(value)}};
}

/* The value of a unit's observation as of a revision, "" when there is none. */
static const char *value_at(struct kit *k, uint32_t unit, uint64_t as_of)
{
	static char text[32];
	struct view v;
	struct row r;
	struct fact f;
	AUTO_BUF struct buf key = {0};
	assert_ok(view_open(k->store, &v));
	v.as_of = as_of;
	key_obs(&key, 1, 1, unit);
	buf_be32(&key, 1);
	buf_be16(&key, 0);
	text[0] = 0;
	if (view_get(&v, TABLE_OBS, buf_view(&key), &r)) {
		assert_ok(row_fact(&r, &f));
		snprintf(text, sizeof text, "%.*s", (int)f.obs.value.len, (const char *)f.obs.value.data);
	}
	assert_ok(v.err);
	view_close(&v);
	return text;
}

static void a_key_reads_as_known_at_each_revision(void **state)
{
	struct kit *k = *state;
	struct fact one = obs(5, "one"), two = obs(5, "two"), other = obs(6, "other");
	kit_append(k, &one, 1);   /* 1 */
	kit_append(k, &other, 1); /* 2 */
	kit_append(k, &two, 1);   /* 3 */
	kit_fold(k);
	assert_string_equal(value_at(k, 5, 0), "");
	assert_string_equal(value_at(k, 5, 1), "one");
	assert_string_equal(value_at(k, 5, 2), "one");
	assert_string_equal(value_at(k, 5, 3), "two");
	assert_string_equal(value_at(k, 5, REV_NEWEST), "two");
	assert_string_equal(value_at(k, 6, 1), "");
	assert_string_equal(value_at(k, 6, 2), "other");
	assert_string_equal(value_at(k, 4, REV_NEWEST), "");
	assert_string_equal(value_at(k, 7, REV_NEWEST), "");
}

static size_t walk_all(struct kit *k, uint64_t as_of, bool all, uint64_t *revs, uint32_t *units)
{
	struct view v;
	struct row r;
	struct fact f;
	size_t n = 0;
	AUTO_BUF struct buf key = {0};
	assert_ok(view_open(k->store, &v));
	v.as_of = as_of;
	key_obs(&key, 1, 1, 0);
	AUTO_WALK struct walk w = {0};
	walk_begin(&w, &v, TABLE_OBS, buf_view(&key));
	w.all_revisions = all;
	while (walk_next(&w, &r)) {
		assert_ok(row_fact(&r, &f));
		revs[n] = r.rev;
		units[n++] = f.obs.unit;
	}
	walk_end(&w);
	view_close(&v);
	return n;
}

/* Many older revisions of one key are passed by seeking, few by stepping: both counts. */
static void a_walk_gives_each_key_once(void **state)
{
	struct kit *k = *state;
	uint64_t revs[200];
	uint32_t units[200];
	struct fact f[3] = {obs(1, "a"), obs(2, "a"), obs(3, "a")};
	kit_append(k, f, 3);
	for (int i = 0; i < 2; i++)
		kit_append(k, &f[0], 1); /* unit 1: revisions 1 to 3 */
	for (int i = 0; i < 40; i++)
		kit_append(k, &f[1], 1); /* unit 2: 1 and 4 to 43 */
	kit_fold(k);
	assert_int_equal(walk_all(k, REV_NEWEST, false, revs, units), 3);
	assert_int_equal(units[0], 1);
	assert_int_equal(revs[0], 3);
	assert_int_equal(units[1], 2);
	assert_int_equal(revs[1], 43);
	assert_int_equal(units[2], 3);
	assert_int_equal(revs[2], 1);
	for (uint64_t as_of = 4; as_of <= 43; as_of++) {
		assert_int_equal(walk_all(k, as_of, false, revs, units), 3);
		assert_int_equal(revs[1], as_of);
		assert_int_equal(revs[2], 1);
	}
	assert_int_equal(walk_all(k, 0, false, revs, units), 0);
	assert_int_equal(walk_all(k, 5, true, revs, units), 3 + 3 + 1);
	assert_int_equal(revs[0], 3);
	assert_int_equal(revs[2], 1);
	assert_int_equal(revs[3], 5);
	assert_int_equal(revs[4], 4);
	assert_int_equal(revs[5], 1);
}

static void a_walk_goes_on_where_it_is_sent(void **state)
{
	struct kit *k = *state;
	struct fact f[9];
	for (uint32_t i = 0; i < 9; i++)
		f[i] = obs(10 * (i + 1), "x");
	kit_append(k, f, 9);
	kit_fold(k);
	struct view v;
	struct row r;
	AUTO_BUF struct buf key = {0};
	assert_ok(view_open(k->store, &v));
	AUTO_WALK struct walk w = {0};
	key_obs(&key, 1, 1, 0);
	walk_begin(&w, &v, TABLE_OBS, buf_view(&key));
	assert_true(walk_next(&w, &r));
	key_obs(&key, 1, 1, 45);
	walk_seek(&w, buf_view(&key));
	assert_true(walk_next(&w, &r));
	assert_int_equal(be32_get((const uint8_t *)r.key.data + 8), 50);
	assert_true(walk_next(&w, &r));
	assert_int_equal(be32_get((const uint8_t *)r.key.data + 8), 60);
	key_obs(&key, 1, 1, 20); /* back, too */
	walk_seek(&w, buf_view(&key));
	assert_true(walk_next(&w, &r));
	assert_int_equal(be32_get((const uint8_t *)r.key.data + 8), 20);
	key_obs(&key, 1, 2, 0); /* beyond its prefix there is nothing */
	walk_seek(&w, buf_view(&key));
	assert_false(walk_next(&w, &r));
	walk_end(&w);
	view_close(&v);
}

static void words_have_numbers_and_numbers_words(void **state)
{
	struct kit *k = *state;
	struct fact f[3] = {{.kind = FACT_TERM, .term = {SPACE_UNIT, 1, slice_text("no/0301")}},
			    {.kind = FACT_TERM, .term = {SPACE_UNIT, 2, slice_text("no/0302")}},
			    {.kind = FACT_TERM, .term = {SPACE_REF, 1, slice_text("2018")}}};
	kit_append(k, f, 3);
	kit_fold(k);
	struct view v;
	assert_ok(view_open(k->store, &v));
	assert_int_equal(view_term(&v, SPACE_UNIT, slice_text("no/0302")), 2);
	assert_int_equal(view_term(&v, SPACE_UNIT, slice_text("no/030")), 0);
	assert_int_equal(view_term(&v, SPACE_SOURCE, slice_text("no/0302")), 0);
	assert_true(slice_eq(view_text(&v, SPACE_UNIT, 1), slice_text("no/0301")));
	assert_int_equal(view_text(&v, SPACE_UNIT, 3).len, 0);
	assert_int_equal(view_terms(&v, SPACE_UNIT), 2);
	assert_int_equal(view_terms(&v, SPACE_REF), 1);
	assert_int_equal(view_terms(&v, SPACE_SOURCE), 0);
	assert_ok(v.err);
	view_close(&v);
}

static void a_view_sees_its_snapshot_until_it_renews(void **state)
{
	struct kit *k = *state;
	struct fact f = obs(1, "x");
	struct view v;
	struct row r;
	AUTO_BUF struct buf key = {0};
	assert_ok(view_open(k->store, &v));
	assert_int_equal(v.reached_pos, 0);
	kit_append(k, &f, 1);
	kit_fold(k);
	key_submission(&key, 7, (const uint8_t[16]){[15] = 1});
	assert_false(view_get(&v, TABLE_ID, buf_view(&key), &r));
	assert_ok(view_renew(&v));
	assert_int_equal(v.reached_pos, 2);
	assert_int_equal(v.reached_rev, 1);
	assert_true(view_get(&v, TABLE_ID, buf_view(&key), &r));
	assert_int_equal(be64_get(r.val.data), 2);
	assert_int_equal(be48_get((const uint8_t *)r.val.data + 8), 1);
	view_close(&v);
	view_close(&v); /* again is nothing */
}

static void views_beyond_the_reader_slots_are_busy(void **state)
{
	struct kit *k = *state;
	struct view v[20];
	unsigned n = 0;
	enum err e = ERR_OK;
	while (n < 20 && (e = view_open(k->store, &v[n])) == ERR_OK)
		n++;
	assert_int_equal(e, ERR_BUSY);
	assert_int_equal(n, 16);
	while (n > 0)
		view_close(&v[--n]);
	assert_ok(view_open(k->store, &v[0]));
	view_close(&v[0]);
}

/* How a thread that asks again and again knows that it need not renew. */
static void a_view_and_a_reader_of_the_log_know_whether_something_was_committed_since(void **state)
{
	struct kit *k = *state;
	struct fact one = obs(5, "one"), two = obs(5, "two");
	struct view v;
	struct journal_reader *log;
	kit_append(k, &one, 1);
	kit_fold(k);
	assert_ok(view_open(k->store, &v));
	assert_ok(journal_read_begin(k->store, &log));
	assert_true(view_newest(&v));
	assert_true(journal_read_newest(log));
	kit_append(k, &two, 1);
	assert_true(view_newest(&v)); /* not indexed yet */
	assert_false(journal_read_newest(log));
	kit_fold(k);
	assert_false(view_newest(&v));
	assert_ok(view_renew(&v));
	assert_ok(journal_read_renew(log));
	assert_true(view_newest(&v));
	assert_true(journal_read_newest(log));
	journal_read_end(log);
	view_close(&v);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_key_reads_as_known_at_each_revision),
	    CASE(a_walk_gives_each_key_once),
	    CASE(a_walk_goes_on_where_it_is_sent),
	    CASE(words_have_numbers_and_numbers_words),
	    CASE(a_view_sees_its_snapshot_until_it_renews),
	    CASE(views_beyond_the_reader_slots_are_busy),
	    CASE(a_view_and_a_reader_of_the_log_know_whether_something_was_committed_since),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
