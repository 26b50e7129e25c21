/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend_structure.c - who contains whom, read at once, is who contains whom, read one by one.
 */
#include "query/trend.h"
#include "tests/unit/query_kit.h"

#define UNITS 40

static const char *const dates[] = {"", "2010", "2015-06-01", "2015", "2012/2018", "2018-01-01", "../2016", "2019"};

static const char *any_date(uint64_t *seed)
{
	return dates[kit_below(seed, sizeof dates / sizeof *dates)];
}

static void say_random(struct world *w, uint64_t *seed)
{
	static const char *const kinds[] = {"country", "county", "municipality"};
	for (unsigned i = 0; i < UNITS; i++) {
		const char *id = arena_printf(w->a, "u:%u", i);
		bool short_life = kit_below(seed, 3) == 0;
		w_unit(w, id,
		       kinds[i < 4    ? 0
			     : i < 14 ? 1
				      : 2],
		       short_life ? any_date(seed) : "", short_life ? any_date(seed) : "", NULL);
	}
	w_commit(w);
	for (unsigned i = 0; i < 3 * UNITS; i++) {
		/* Mostly upwards, but a circle is nothing to trip over. */
		unsigned a = (unsigned)kit_below(seed, UNITS),
			 b = (unsigned)kit_below(seed, kit_below(seed, 8) ? a + 1 : UNITS);
		w_link(w, LINK_TYPE_PART_OF, arena_printf(w->a, "u:%u", a), arena_printf(w->a, "u:%u", b),
		       any_date(seed), any_date(seed));
		w->facts[w->n_facts - 1].link.state = kit_below(seed, 6) ? STATE_ASSERTED : STATE_RETRACTED;
	}
	w_commit(w);
}

static void compare(struct world *w, struct trend *t, int32_t day, uint64_t seed)
{
	struct view *v = t->r->v;
	for (uint32_t u = 1; u <= UNITS; u++) {
		assert_int_equal(trend_structure_kind(t->structure, u), unit_kind(v, u));
		for (uint32_t kind = 0; kind <= w->last[SPACE_TERM]; kind++) {
			uint32_t one = unit_container(v, u, kind, day),
				 all = trend_structure_upwards(t, t->structure, u, 0, kind, day);
			if (one != all)
				fail_msg("seed %llu: unit %u, kind %u, day %d: %u, not %u", (unsigned long long)seed, u,
					 kind, day, all, one);
		}
		for (uint32_t other = 1; other <= UNITS; other++) {
			bool one = unit_inside(v, u, other, day);
			bool all = u == other || trend_structure_upwards(t, t->structure, u, other, 0, day) != 0;
			if (one != all)
				fail_msg("seed %llu: %u inside %u on day %d: %d, not %d", (unsigned long long)seed, u,
					 other, day, all, one);
		}
		arena_reset(t->work);
	}
}

static void containers_read_at_once_are_those_read_one_by_one(void **state)
{
	struct world *w = *state;
	uint64_t seed = 20261121, start = seed;
	static const char *const days[] = {"2009-01-01", "2010-06-01", "2015-03-01",
					   "2015-06-01", "2018-01-01", "2020-01-01"};
	size_t contained = 0;
	say_random(w, &seed);
	struct answer r = {.v = w_view(w), .a = w->a, .row = w->a};
	struct trend t = {.r = &r, .n_units = view_terms(r.v, SPACE_UNIT), .work = arena_new(0)};
	t.structure = trend_structure_load(&t);
	assert_non_null(t.structure);
	for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
		compare(w, &t, w_when(days[i]).lo, start);
		for (uint32_t u = 1; u <= UNITS; u++)
			contained += unit_container(r.v, u, 0, w_when(days[i]).lo) != 0;
	}
	assert_true(contained > UNITS); /* or the comparison says nothing */
	assert_int_equal(r.v->err, ERR_OK);
	arena_free(t.work);
}

static void a_trend_over_many_units_groups_as_one_over_few(void **state)
{
	struct world *w = *state;
	for (int c = 0; c < 2; c++)
		w_unit(w, arena_printf(w->a, "c:%d", c), "county", "", "", arena_printf(w->a, "C%d", c));
	w_indicator(w, "I", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	for (int i = 0; i < 1500; i++) {
		const char *id = arena_printf(w->a, "m:%d", i);
		w_unit(w, id, "municipality", "", "", id);
		w_link(w, LINK_TYPE_PART_OF, id, i % 3 ? "c:1" : "c:0", "", "2020-01-01");
		w_link(w, LINK_TYPE_PART_OF, id, i % 3 ? "c:0" : "c:1", "2020-01-01", "");
		w_obs(w, id, "I", "2014", "1");
		w_obs(w, id, "I", "2020", "1");
	}
	w_commit(w);
	enum measure m = MEASURE_SUM;
	struct msg_trend_question q = {.indicator = "I", .group_by = "county", .n_measures = 1, .measures = &m};
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_int_equal(t->n_rows, 4);
	static const char *const sums[] = {"500", "1000", "1000", "500"};
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(t->rows[i].figures[0].shown, sums[i]);
	struct msg_unit_ref root = *w_by_id(w, "c:1");
	q = (struct msg_trend_question){
	    .indicator = "I", .n_measures = 1, .measures = &m, .n_units = 1, .units = &root, .subtree = true};
	t = w_trend(w, &q);
	assert_string_equal(t->rows[0].figures[0].shown, "1000");
	assert_string_equal(t->rows[1].figures[0].shown, "500");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(containers_read_at_once_are_those_read_one_by_one),
	    TEST(a_trend_over_many_units_groups_as_one_over_few),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
