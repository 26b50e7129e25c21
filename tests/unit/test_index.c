/* SPDX-License-Identifier: Apache-2.0
 *
 * test_index.c - the fold: the overlay and the index answer alike, a rebuild gives the same digest, postings are whole.
 */
#include "tests/unit/storage_kit.h"
#include "storage/lmdb_env.h"

/* One row as bytes, to compare what two walks give. */
static void note_row(struct buf *b, const struct row *r)
{
	buf_u8(b, (uint8_t)r->tab);
	buf_slice(b, r->key);
	buf_slice(b, r->val);
	buf_be64(b, r->rev);
}

/* All bucket prefixes of all tables that the random facts can name. */
typedef void prefix_f(void *arg, enum table t, struct slice prefix);
static void each_prefix(const struct kit *k, prefix_f *f, void *arg)
{
	static const enum table by_number[] = {TABLE_LIFE,  TABLE_KIND,  TABLE_NAME_OF,  TABLE_CODE_OF, TABLE_ATTR,
					       TABLE_SCOPE, TABLE_EVENT, TABLE_EVENT_OF, TABLE_EDGE,    TABLE_EDGE_TO};
	static const char *const folded[] = {"bø",          "herøy", "os", "våler", "indre fosen",
					     "nord-aurdal", "0301",  "a",  "ab"};
	static const char *const codes[] = {"Bø",          "Herøy", "Os", "Våler", "Indre Fosen",
					    "Nord-Aurdal", "0301",  "a",  "ab"};
	AUTO_BUF struct buf b = {0};
	for (uint32_t n = 1; n <= 6; n++) {
		key_unit(&b, n);
		for (size_t i = 0; i < sizeof by_number / sizeof *by_number; i++)
			f(arg, by_number[i], buf_view(&b));
		for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
			key_code(&b, n, slice_text(codes[i]));
			f(arg, TABLE_CODE, buf_view(&b));
		}
		for (uint8_t type = 1; type <= 3; type++) {
			key_link(&b, type, n);
			f(arg, TABLE_LINK, buf_view(&b));
			f(arg, TABLE_LINK_TO, buf_view(&b));
		}
		for (uint32_t ref = 1; ref <= 6; ref++) {
			for (uint32_t unit = 1; unit <= 6; unit++) {
				key_obs(&b, n, ref, unit);
				f(arg, TABLE_OBS, buf_view(&b));
			}
		}
		for (int s = 1; s < SPACE_COUNT; s++) {
			char text[16];
			key_number(&b, (enum space)s, n);
			f(arg, TABLE_DEF, buf_view(&b));
			f(arg, TABLE_TERM_BY_ID, buf_view(&b));
			snprintf(text, sizeof text, "term %u", n);
			key_term(&b, (enum space)s, slice_text(text));
			f(arg, TABLE_TERM, buf_view(&b));
		}
	}
	for (size_t i = 0; i < sizeof folded / sizeof *folded; i++) {
		key_name(&b, folded[i], strlen(folded[i]));
		f(arg, TABLE_NAME, buf_view(&b));
	}
	for (int32_t day = -2; day <= 2; day++) {
		key_due(&b, day);
		f(arg, TABLE_DUE, buf_view(&b));
	}
	key_tick(&b);
	f(arg, TABLE_TICK, buf_view(&b));
	for (uint64_t id = 1; id <= k->ids; id++) {
		uint8_t bytes[16] = {0};
		be64_put(bytes + 8, id);
		key_submission(&b, 7, bytes);
		f(arg, TABLE_ID, buf_view(&b));
	}
}

struct answers {
	struct view *view;
	struct buf all;
	size_t rows, gets;
};

/* A walk over the prefix, and each of its keys looked up. */
static void ask(void *arg, enum table t, struct slice prefix)
{
	struct answers *a = arg;
	AUTO_WALK struct walk w = {0};
	struct row r, got;
	walk_begin(&w, a->view, t, prefix);
	w.all_revisions = false;
	while (walk_next(&w, &r)) {
		note_row(&a->all, &r);
		a->rows++;
		if (!view_get(a->view, t, r.key, &got))
			fail_msg("%s: a row of a walk is not found", table_name(t));
		assert_int_equal(got.rev, r.rev);
		assert_true(slice_eq(got.val, r.val));
		a->gets++;
	}
	AUTO_WALK struct walk all = {0};
	walk_begin(&all, a->view, t, prefix);
	all.all_revisions = true;
	while (walk_next(&all, &r)) {
		note_row(&a->all, &r);
		a->rows++;
	}
	assert_ok(a->view->err);
}

static struct answers answers_of(struct kit *k, struct overlay *over, uint64_t as_of)
{
	struct view v;
	assert_ok(view_open(k->store, &v));
	v.over = over;
	v.as_of = as_of;
	struct answers a = {.view = &v};
	each_prefix(k, ask, &a);
	view_close(&v);
	return a;
}

/* Append `n` random messages (some refused), adding them to the overlay too. */
static void add_random(struct kit *k, struct overlay *over, uint64_t *seed, unsigned n)
{
	AUTO_ARENA struct arena *a = arena_new(0);
	for (unsigned i = 0; i < n; i++) {
		struct fact facts[12];
		size_t m = kit_below(seed, 12);
		for (size_t f = 0; f < m; f++)
			facts[f] = kit_fact(seed, a);
		bool refused = kit_below(seed, 10) == 0;
		uint64_t pos = kit_append(k, refused ? NULL : facts, refused ? 0 : m);
		if (over) {
			struct journal_head head;
			assert_ok(journal_head(k->store, &head));
			struct journal_record r = {
			    .pos = pos, .rev = refused ? 0 : head.rev, .kind = RECORD_MESSAGE, .submitter = 7};
			be64_put(r.id + 8, k->ids);
			overlay_add(over, &r, facts, refused ? 0 : m);
		}
		arena_reset(a);
	}
}

static void the_overlay_and_the_index_give_the_same_answers(void **state)
{
	struct kit *k = *state;
	const char *given = getenv("VARDE_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 10) : 20240101;
	struct overlay *over = overlay_new();
	size_t rows = 0;
	for (unsigned round = 0; round < test_rounds(12); round++) {
		uint64_t at = seed;
		add_random(k, over, &seed, 40);
		struct journal_head head;
		assert_ok(journal_head(k->store, &head));
		uint64_t as_of[] = {REV_NEWEST, head.rev, head.rev - 10, head.rev / 2, 1};
		struct answers before[5];
		for (int i = 0; i < 5; i++)
			before[i] = answers_of(k, over, as_of[i]);
		kit_fold(k);
		for (int i = 0; i < 5; i++) {
			/* The index alone, and with an overlay that still holds what it has. */
			struct answers alone = answers_of(k, NULL, as_of[i]), both = answers_of(k, over, as_of[i]);
			if (!slice_eq(buf_view(&before[i].all), buf_view(&alone.all)) ||
			    !slice_eq(buf_view(&before[i].all), buf_view(&both.all)))
				fail_msg("seed %llu, as of %llu: overlay and index differ (%zu, %zu, %zu rows)",
					 (unsigned long long)at, (unsigned long long)as_of[i], before[i].rows,
					 alone.rows, both.rows);
			rows += alone.rows;
			buf_free(&before[i].all);
			buf_free(&alone.all);
			buf_free(&both.all);
		}
		/* Forget a part of it, as the writer does. */
		overlay_indexed(over, head.pos - kit_below(&seed, 20));
	}
	overlay_free(over);
	assert_true(rows > 1000);
}

static void a_rebuild_gives_the_same_digest(void **state)
{
	struct kit *k = *state;
	uint64_t seed = 5, rows, records;
	add_random(k, NULL, &seed, 300);
	kit_fold(k);
	add_random(k, NULL, &seed, 77);
	kit_fold(k);
	uint8_t before[32], built[32], after[32];
	assert_ok(index_digest(k->store, before, &rows));
	assert_true(rows > 300);
	kit_close(k);
	assert_ok(store_rebuild(&k->opt, built, &records, NULL));
	assert_int_equal(records, 378);
	assert_memory_equal(before, built, 32);
	assert_ok(store_open(&k->opt, &k->store, NULL));
	assert_ok(index_digest(k->store, after, &rows));
	assert_memory_equal(before, after, 32);
	add_random(k, NULL, &seed, 1);
	kit_fold(k);
	assert_ok(index_digest(k->store, after, &rows));
	assert_memory_not_equal(before, after, 32);
}

static void the_fold_goes_on_where_it_was(void **state)
{
	struct kit *k = *state;
	uint64_t seed = 9;
	add_random(k, NULL, &seed, 50);
	const struct index_limits l = {.records_max = 7, .rows_max = 1000000};
	struct index_progress p;
	for (uint64_t pos = 7; pos < 51; pos += 7) {
		assert_ok(index_fold(k->store, &l, &p, NULL));
		assert_int_equal(p.pos, pos);
		assert_true(p.more);
		kit_reopen(k);
		assert_ok(index_reached(k->store, &p));
		assert_int_equal(p.pos, pos);
		assert_true(p.more);
	}
	assert_ok(index_fold(k->store, &l, &p, NULL));
	assert_int_equal(p.pos, 51);
	assert_false(p.more);
	assert_ok(index_fold(k->store, &l, &p, NULL));
	assert_int_equal(p.pos, 51);
}

static void many_rows_bound_a_commit(void **state)
{
	struct kit *k = *state;
	uint64_t seed = 10;
	add_random(k, NULL, &seed, 50);
	const struct index_limits l = {.records_max = 1000, .rows_max = 1};
	struct index_progress p;
	assert_ok(index_fold(k->store, &l, &p, NULL));
	assert_int_equal(p.pos, 2); /* the store's own record has no rows */
}

static void postings_across_merges_equal_a_naive_list(void **state)
{
	struct kit *k = *state;
	enum { UNITS = 40 };
	static uint64_t naive[UNITS + 1][2000], got[2000];
	size_t n[UNITS + 1] = {0};
	uint64_t seed = 77;
	const struct index_limits l = {.records_max = 3, .rows_max = 1000};
	for (unsigned i = 1; i <= test_rounds(1200); i++) {
		struct fact facts[6];
		size_t m = kit_below(&seed, 6);
		for (size_t f = 0; f < m; f++) {
			uint32_t u = 1 + (uint32_t)kit_below(&seed, kit_below(&seed, 2) ? 3 : UNITS);
			facts[f] = (struct fact){.kind = FACT_OBS,
						 .obs = {.series = 1, .ref = i, .unit = u, .state = STATE_ASSERTED}};
			if (n[u] == 0 || naive[u][n[u] - 1] != i)
				naive[u][n[u]++] = i;
		}
		kit_append(k, facts, m);
		struct index_progress p;
		assert_ok(index_fold(k->store, &l, &p, NULL));
	}
	kit_fold(k);
	struct view v;
	assert_ok(view_open(k->store, &v));
	for (uint32_t u = 1; u <= UNITS; u++) {
		size_t have;
		assert_ok(posting_read(&v, u, 0, 2000, got, &have));
		assert_int_equal(have, n[u]);
		assert_memory_equal(got, naive[u], have * sizeof *got);
		if (have < 10)
			continue;
		/* From the middle, at most three, and as of an older revision. */
		assert_ok(posting_read(&v, u, naive[u][5], 3, got, &have));
		assert_int_equal(have, 3);
		assert_memory_equal(got, &naive[u][5], 3 * sizeof *got);
		v.as_of = naive[u][7];
		assert_ok(posting_read(&v, u, naive[u][4] + 1, 2000, got, &have));
		assert_int_equal(have, 3);
		assert_memory_equal(got, &naive[u][5], 3 * sizeof *got);
		v.as_of = REV_NEWEST;
	}
	size_t have;
	assert_ok(posting_read(&v, UNITS + 1, 0, 2000, got, &have));
	assert_int_equal(have, 0);
	view_close(&v);
}

static void an_index_of_another_log_is_folded_anew(void **state)
{
	struct kit *k = *state, *other;
	uint64_t seed = 3, rows, rows_again;
	uint8_t digest[32], again[32];
	add_random(k, NULL, &seed, 60);
	kit_fold(k);
	assert_ok(index_digest(k->store, digest, &rows));
	assert_int_equal(kit_setup((void **)&other), 0);
	uint64_t other_seed = 4;
	add_random(other, NULL, &other_seed, 60);
	kit_fold(other);
	kit_close(k);
	kit_close(other);
	char mine[300], theirs[300];
	snprintf(mine, sizeof mine, "%s/index", k->dir);
	snprintf(theirs, sizeof theirs, "%s/index", other->dir);
	assert_ok(tree_remove(mine, NULL));
	assert_int_equal(rename(theirs, mine), 0);
	assert_ok(store_open(&k->opt, &k->store, NULL));
	struct index_progress p;
	assert_ok(index_reached(k->store, &p));
	assert_int_equal(p.pos, 0);
	kit_fold(k);
	assert_ok(index_digest(k->store, again, &rows_again));
	assert_int_equal(rows, rows_again);
	assert_memory_equal(digest, again, 32);
	assert_int_equal(kit_teardown((void **)&other), 0);
}

static void structure_has_a_row_a_revision_that_changed_it(void **state)
{
	struct kit *k = *state;
	struct fact life = {.kind = FACT_LIFE, .life = {.unit = 1, .life = 1, .kind = 1, .state = STATE_ASSERTED}};
	struct fact part_of = {.kind = FACT_LINK, .link = {.type = 1, .a = 1, .b = 2, .state = STATE_ASSERTED}};
	struct fact covers = {.kind = FACT_LINK, .link = {.type = 2, .a = 1, .b = 2, .state = STATE_ASSERTED}};
	struct fact edge = {.kind = FACT_EDGE, .edge = {.from = 1, .to = 2, .event = 1, .state = STATE_ASSERTED}};
	kit_append(k, (struct fact[]){life, life}, 2); /* revision 1 */
	kit_append(k, &covers, 1);
	kit_append(k, &part_of, 1); /* 3 */
	kit_append(k, &edge, 1);    /* 4 */
	kit_fold(k);
	struct view v;
	assert_ok(view_open(k->store, &v));
	AUTO_WALK struct walk w = {0};
	struct row r;
	uint64_t expected[] = {1, 3, 4};
	walk_begin(&w, &v, TABLE_STRUCTURE, (struct slice){0});
	for (int i = 0; i < 3; i++) {
		assert_true(walk_next(&w, &r));
		assert_int_equal(be48_get(r.key.data), expected[i]);
	}
	assert_false(walk_next(&w, &r));
	walk_end(&w);
	view_close(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(the_overlay_and_the_index_give_the_same_answers, kit_setup, kit_teardown),
	    cmocka_unit_test_setup_teardown(a_rebuild_gives_the_same_digest, kit_setup, kit_teardown),
	    cmocka_unit_test_setup_teardown(the_fold_goes_on_where_it_was, kit_setup, kit_teardown),
	    cmocka_unit_test_setup_teardown(many_rows_bound_a_commit, kit_setup, kit_teardown),
	    cmocka_unit_test_setup_teardown(postings_across_merges_equal_a_naive_list, kit_setup, kit_teardown),
	    cmocka_unit_test_setup_teardown(an_index_of_another_log_is_folded_anew, kit_setup, kit_teardown),
	    cmocka_unit_test_setup_teardown(structure_has_a_row_a_revision_that_changed_it, kit_setup, kit_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
