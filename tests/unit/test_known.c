/* SPDX-License-Identifier: Apache-2.0
 *
 * test_known.c - a unit that is remembered is the unit that would be looked up.
 */
#include "query/known.h"
#include "tests/unit/query_kit.h"

#define UNITS 12u

static const char *unit_called(struct world *w, uint64_t *seed)
{
	return arena_printf(w->a, "u:%u", (unsigned)kit_below(seed, UNITS));
}

static void say(struct world *w, uint64_t *seed)
{
	static const char *const dates[] = {"", "2001", "2010-05-01", "2015", "2012/2018"};
	static const char *const kinds[] = {"municipality", "county"};
	const char *id = unit_called(w, seed), *from = dates[kit_below(seed, 5)], *to = dates[kit_below(seed, 5)];
	switch (kit_below(seed, 4)) {
	case 0:
		w_unit(w, id, kinds[kit_below(seed, 2)], from, to, NULL);
		w->facts[w->n_facts - 1].life.state = kit_below(seed, 4) ? STATE_ASSERTED : STATE_RETRACTED;
		break;
	case 1:
	case 2:
		w_name(w, id, from, to,
		       arena_printf(w->a, "Name %u%s", (unsigned)kit_below(seed, 30),
				    kit_below(seed, 6) ? "" : " that is longer than what is remembered"));
		w->facts[w->n_facts - 1].name.state = kit_below(seed, 4) ? STATE_ASSERTED : STATE_RETRACTED;
		break;
	default:
		w_obs(w, id, "I", "2010", "1");
	}
	w_commit(w);
}

static void what_is_remembered_is_what_would_be_looked_up(void **state)
{
	struct world *w = *state;
	uint64_t seed = 20261121;
	struct known *k = known_new();
	AUTO_ARENA struct arena *a = arena_new(0);
	static const char *const days[] = {"2000-01-01", "2011-01-01", "2016-06-01", "2020-01-01"};
	w_indicator(w, "I", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	for (unsigned i = 0; i < UNITS; i++)
		w_unit(w, arena_printf(w->a, "u:%u", i), "municipality", "", "", NULL);
	w_commit(w);
	for (unsigned i = 0; i < 150; i++) {
		say(w, &seed);
		struct view *v = w_view(w);
		for (unsigned n = 0; n < 60; n++) {
			v->as_of = kit_below(&seed, 2) ? w->rev : 1 + kit_below(&seed, w->rev);
			uint32_t unit = 1 + (uint32_t)kit_below(&seed, UNITS + 1); /* one that there is not */
			int32_t day = w_when(days[kit_below(&seed, 4)]).lo;
			assert_int_equal(known_kind(k, v, unit), unit_kind(v, unit));
			assert_string_equal(known_name(k, v, unit, day, a), unit_name(v, unit, day, a));
			arena_reset(a);
		}
		assert_int_equal(v->err, ERR_OK);
	}
	assert_null(known_free(k));
	assert_null(known_free(NULL));
}

/* What it remembers it does not look up: seen by a view that has broken meanwhile. */
static void it_remembers_until_another_revision_is_asked_for(void **state)
{
	struct world *w = *state;
	AUTO_ARENA struct arena *a = arena_new(0);
	struct known *k = known_new();
	uint32_t unit = w_unit(w, "u", "municipality", "", "", "Only name");
	uint64_t rev = w_commit(w);
	struct view *v = w_view(w);
	v->as_of = rev;
	uint32_t kind = known_kind(k, v, unit);
	assert_int_not_equal(kind, 0);
	assert_string_equal(known_name(k, v, unit, 0, a), "Only name");
	v->err = ERR_IO;
	assert_int_equal(known_kind(k, v, unit), kind);
	assert_string_equal(known_name(k, v, unit, 5000, a), "Only name"); /* on whatever day */
	v->as_of = rev + 1;
	assert_int_equal(known_kind(k, v, unit), 0);
	v->as_of = rev;
	assert_int_equal(known_kind(k, v, unit), 0); /* its place was another's, and nothing is learnt in an error */
	v->err = ERR_OK;
	assert_int_equal(known_kind(k, v, unit), kind);
	known_name(k, v, unit, 0, a);
	v->as_of = REV_NEWEST; /* of no revision: looked up each time */
	v->err = ERR_IO;
	assert_int_equal(known_kind(k, v, unit), 0);
	v->err = ERR_OK;
	known_free(k);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(what_is_remembered_is_what_would_be_looked_up),
	    TEST(it_remembers_until_another_revision_is_asked_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
