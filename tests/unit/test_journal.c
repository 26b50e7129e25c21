/* SPDX-License-Identifier: Apache-2.0
 *
 * test_journal.c - what is appended is there, in order, unharmed, findable; a group is whole or absent.
 */
#include "tests/unit/storage_kit.h"
#include "storage/lmdb_env.h"

static struct journal_record record(uint64_t pos, uint64_t rev, int64_t time_us, struct slice body)
{
	return (struct journal_record){.pos = pos,
				       .rev = rev,
				       .kind = RECORD_MESSAGE,
				       .epoch = 1,
				       .time_us = time_us,
				       .submitter = 9,
				       .id = {1, 2, 3},
				       .body = body,
				       .outcome = slice_text("outcome")};
}

static void a_new_store_begins_with_its_own_record(void **state)
{
	struct kit *k = *state;
	struct journal_head head;
	assert_ok(journal_head(k->store, &head));
	assert_int_equal(head.pos, 1);
	assert_int_equal(head.rev, 0);
	struct journal_reader *r;
	struct journal_record rec;
	assert_ok(journal_read_begin(k->store, &r));
	assert_ok(journal_get(r, 1, &rec));
	assert_int_equal(rec.kind, RECORD_STORE);
	assert_int_equal(rec.rev, 0);
	struct store_facts f;
	assert_ok(store_record_get(rec.body, &f));
	assert_memory_equal(f.id, store_about(k->store)->id, 16);
	assert_string_equal(f.zone, "Europe/Oslo");
	assert_err(ERR_NOT_FOUND, journal_get(r, 2, &rec));
	journal_read_end(r);
}

static void a_record_comes_back_as_it_was(void **state)
{
	struct kit *k = *state;
	struct journal_record in = record(2, 1, 500, slice_text("body")), out;
	assert_ok(journal_append(k->store, &in, 1, NULL));
	kit_reopen(k);
	struct journal_reader *r;
	assert_ok(journal_read_begin(k->store, &r));
	assert_ok(journal_get(r, 2, &out));
	assert_int_equal(out.pos, 2);
	assert_int_equal(out.rev, 1);
	assert_int_equal(out.kind, RECORD_MESSAGE);
	assert_int_equal(out.epoch, 1);
	assert_int_equal(out.time_us, 500);
	assert_int_equal(out.submitter, 9);
	assert_memory_equal(out.id, in.id, 16);
	assert_true(slice_eq(out.body, in.body));
	assert_true(slice_eq(out.outcome, in.outcome));
	assert_memory_equal(out.hash, in.hash, 32);
	assert_memory_equal(out.commit, in.commit, 32);
	assert_memory_equal(out.chain, in.chain, 32);
	assert_memory_equal(out.salt, in.salt, 16);
	journal_read_end(r);
	struct journal_head head;
	assert_ok(journal_head(k->store, &head));
	assert_int_equal(head.pos, 2);
	assert_int_equal(head.rev, 1);
	assert_int_equal(head.time_us, 500);
	assert_memory_equal(head.chain, in.chain, 32);
}

static void the_same_body_is_committed_to_differently_each_time(void **state)
{
	struct kit *k = *state;
	struct journal_record r[2] = {record(2, 1, 500, slice_text("7")), record(3, 2, 501, slice_text("7"))};
	assert_ok(journal_append(k->store, r, 2, NULL));
	assert_memory_equal(r[0].hash, r[1].hash, 32);
	assert_memory_not_equal(r[0].commit, r[1].commit, 32);
	assert_memory_not_equal(r[0].salt, r[1].salt, 16);
}

static void a_group_out_of_order_changes_nothing(void **state)
{
	struct kit *k = *state;
	struct journal_head head;
	struct why why;
	struct journal_record gap[2] = {record(2, 1, 500, slice_text("a")), record(4, 2, 501, slice_text("b"))};
	assert_err(ERR_INVALID, journal_append(k->store, gap, 2, &why));
	struct journal_record rev[2] = {record(2, 1, 500, slice_text("a")), record(3, 3, 501, slice_text("b"))};
	assert_err(ERR_INVALID, journal_append(k->store, rev, 2, &why));
	struct journal_record time[2] = {record(2, 1, 500, slice_text("a")), record(3, 2, 500, slice_text("b"))};
	assert_err(ERR_INVALID, journal_append(k->store, time, 2, &why));
	struct journal_record old = record(1, 1, 500, slice_text("a"));
	assert_err(ERR_INVALID, journal_append(k->store, &old, 1, &why));
	assert_ok(journal_head(k->store, &head));
	assert_int_equal(head.pos, 1);
	struct journal_record ok[2] = {record(2, 1, 500, slice_text("a")), record(3, 2, 501, slice_text("b"))};
	assert_ok(journal_append(k->store, ok, 2, &why));
}

static void a_group_that_does_not_fit_leaves_all_readable(void **state)
{
	struct kit *k = *state;
	kit_close(k);
	k->opt.log_map_bytes = 512 << 10;
	assert_ok(store_open(&k->opt, &k->store, NULL));
	uint8_t *big = mem_zero(1, 20000);
	uint64_t pos = 2;
	enum err e = ERR_OK;
	struct why why = {{0}};
	for (; e == ERR_OK && pos < 200; pos += 2) {
		struct journal_record r[2] = {record(pos, pos - 1, (int64_t)pos, (struct slice){big, 20000}),
					      record(pos + 1, pos, (int64_t)pos + 1, (struct slice){big, 20000})};
		e = journal_append(k->store, r, 2, &why);
	}
	pos -= 2; /* the group that failed */
	assert_int_equal(e, ERR_NO_SPACE);
	assert_true(pos > 4);
	for (int again = 0; again < 2; again++) {
		struct journal_head head;
		assert_ok(journal_head(k->store, &head));
		assert_int_equal(head.pos, pos - 1);
		struct journal_reader *r;
		struct journal_record rec;
		assert_ok(journal_read_begin(k->store, &r));
		for (uint64_t p = 2; p < pos; p++) {
			assert_ok(journal_get(r, p, &rec));
			assert_int_equal(rec.body.len, 20000);
		}
		assert_err(ERR_NOT_FOUND, journal_get(r, pos, &rec));
		journal_read_end(r);
		kit_reopen(k);
	}
	assert_err(ERR_NO_SPACE, store_admits(k->store, 64 << 10, &why));
	assert_true(strlen(why.text) > 0);
	/* A larger map, and it goes on. */
	kit_close(k);
	k->opt.log_map_bytes = 4 << 20;
	assert_ok(store_open(&k->opt, &k->store, NULL));
	struct journal_record r = record(pos, pos - 1, (int64_t)pos, (struct slice){big, 20000});
	assert_ok(journal_append(k->store, &r, 1, NULL));
	assert_ok(store_admits(k->store, 1000, &why));
	free(big);
}

static void revisions_and_times_are_found_between_refusals(void **state)
{
	struct kit *k = *state;
	static uint64_t pos_of[3000];
	static int64_t time_of[3000];
	uint64_t seed = 6, pos = 2, rev = 0;
	int64_t t = 1000;
	const unsigned revs = test_rounds(1000) < 130 ? 130 : test_rounds(1000);
	while (rev < revs) {
		struct journal_record group[50];
		size_t n = 1 + kit_below(&seed, 50);
		for (size_t i = 0; i < n; i++) {
			bool refused = kit_below(&seed, 3) == 0 || (rev > 100 && rev < 105 && kit_below(&seed, 40));
			t += 1 + (int64_t)kit_below(&seed, 100);
			group[i] = record(pos + i, refused ? 0 : ++rev, t, slice_text("x"));
			if (!refused) {
				pos_of[rev] = pos + i;
				time_of[rev] = t;
			}
		}
		assert_ok(journal_append(k->store, group, n, NULL));
		pos += n;
	}
	struct journal_reader *r;
	assert_ok(journal_read_begin(k->store, &r));
	uint64_t got;
	for (uint64_t v = 1; v <= rev; v++) {
		assert_ok(journal_find(r, v, &got));
		assert_int_equal(got, pos_of[v]);
		assert_ok(journal_find_time(r, time_of[v], &got));
		assert_int_equal(got, v);
		assert_ok(journal_find_time(r, time_of[v] - 1, &got));
		assert_int_equal(got, v - 1);
	}
	assert_err(ERR_NOT_FOUND, journal_find(r, 0, &got));
	assert_err(ERR_NOT_FOUND, journal_find(r, rev + 1, &got));
	assert_ok(journal_find_time(r, INT64_MAX, &got));
	assert_int_equal(got, rev);
	assert_ok(journal_find_time(r, INT64_MIN, &got));
	assert_int_equal(got, 0);
	journal_read_end(r);
}

static void a_reader_sees_its_snapshot_until_it_renews(void **state)
{
	struct kit *k = *state;
	struct journal_reader *r;
	struct journal_record rec, in = record(2, 1, 5, slice_text("a"));
	assert_ok(journal_read_begin(k->store, &r));
	assert_ok(journal_append(k->store, &in, 1, NULL));
	assert_err(ERR_NOT_FOUND, journal_get(r, 2, &rec));
	assert_ok(journal_read_renew(r));
	assert_ok(journal_get(r, 2, &rec));
	assert_ok(journal_get(r, 1, &rec));
	assert_int_equal(rec.pos, 1);
	journal_read_end(r);
}

/* Places in a record, one of each region: FORMAT.md. */
static const struct {
	const char *what;
	size_t at;
} regions[] = {{"kind", 1},    {"position", 11},  {"revision", 19}, {"newest", 27}, {"epoch", 35},
	       {"time", 43},   {"submitter", 47}, {"id", 50},       {"hash", 80},   {"commit", 110},
	       {"chain", 140}, {"crc", 169},      {"salt", 175},    {"body", 190},  {"outcome", 188 + 9}};

static void a_flipped_bit_in_any_region_is_noticed(void **state)
{
	struct kit *k = *state;
	for (int i = 0; i < 5; i++)
		kit_append(k, (struct fact[]){{.kind = FACT_TICK, .tick = {i}}}, 1);
	kit_close(k);
	assert_ok(store_verify(&k->opt, NULL, NULL, NULL));
	for (size_t i = 0; i < sizeof regions / sizeof *regions; i++) {
		kit_flip(k, 3, regions[i].at, false);
		assert_ok(store_open(&k->opt, &k->store, NULL));
		struct journal_reader *r;
		struct journal_record rec;
		assert_ok(journal_read_begin(k->store, &r));
		if (journal_get(r, 3, &rec) != ERR_CORRUPT)
			fail_msg("%s", regions[i].what);
		assert_ok(journal_get(r, 4, &rec));
		journal_read_end(r);
		kit_close(k);
		kit_flip(k, 3, regions[i].at, false);
	}
	assert_ok(store_verify(&k->opt, NULL, NULL, NULL));
}

/* Somebody who also mends the checksum is caught by the chain. */
static void a_change_with_its_checksum_mended_breaks_the_chain(void **state)
{
	struct kit *k = *state;
	for (int i = 0; i < 5; i++)
		kit_append(k, (struct fact[]){{.kind = FACT_TICK, .tick = {i}}}, 1);
	kit_close(k);
	for (size_t i = 0; i < sizeof regions / sizeof *regions; i++) {
		if (strcmp(regions[i].what, "crc") == 0)
			continue;
		kit_flip(k, 3, regions[i].at, true);
		struct why why = {{0}};
		enum err e = store_verify(&k->opt, NULL, NULL, &why);
		if (e != ERR_CORRUPT || !strstr(why.text, "record 3"))
			fail_msg("%s: %s, %s", regions[i].what, err_symbol(e), why.text);
		kit_flip(k, 3, regions[i].at, true);
	}
	assert_ok(store_verify(&k->opt, NULL, NULL, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_new_store_begins_with_its_own_record, kit_setup, kit_teardown),
	    cmocka_unit_test_setup_teardown(a_record_comes_back_as_it_was, kit_setup, kit_teardown),
	    cmocka_unit_test_setup_teardown(the_same_body_is_committed_to_differently_each_time, kit_setup,
					    kit_teardown),
	    cmocka_unit_test_setup_teardown(a_group_out_of_order_changes_nothing, kit_setup, kit_teardown),
	    cmocka_unit_test_setup_teardown(a_group_that_does_not_fit_leaves_all_readable, kit_setup, kit_teardown),
	    cmocka_unit_test_setup_teardown(revisions_and_times_are_found_between_refusals, kit_setup, kit_teardown),
	    cmocka_unit_test_setup_teardown(a_reader_sees_its_snapshot_until_it_renews, kit_setup, kit_teardown),
	    cmocka_unit_test_setup_teardown(a_flipped_bit_in_any_region_is_noticed, kit_setup, kit_teardown),
	    cmocka_unit_test_setup_teardown(a_change_with_its_checksum_mended_breaks_the_chain, kit_setup,
					    kit_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
