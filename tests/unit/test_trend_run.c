/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend_run.c - figures of units that stood still are summed up many at a time: the rows are those that come out
 * when each of them is projected.
 *
 * That is what happens when all units are asked for by their names.
 */
#include "tests/unit/trend_kit.h"

#define TOWNS 150u

static const char *const periods[] = {"2011-01-01", "2012-01-01", "2013-01-01", "2014-01-01", "2015-01-01"};

static const char *town(struct world *w, unsigned i)
{
	return arena_printf(w->a, "town/%03u", i);
}

static bool merges(unsigned i)
{
	return i / 2 == 20 || i / 2 == 60;
}

/* Three counties, one behind the other, and two pairs that merge. */
static void lay(struct world *w)
{
	h_counties(w, "North Middle South");
	for (unsigned i = 0; i < TOWNS; i++) {
		const char *end = merges(i) ? "2013-06-01" : "";
		w_unit(w, town(w, i), "municipality", "", end, town(w, i));
		w_link(w, LINK_TYPE_PART_OF, town(w, i), i < 50 ? "North" : i < 100 ? "Middle" : "South", "", end);
	}
	h_towns_of(w, "North", "Both 2013-06-01..");
	h_towns_of(w, "South", "Pair 2013-06-01..");
	h_event(w, "m1", "2013-06-01", "town/040>Both town/041>Both");
	h_event(w, "m2", "2013-06-01", "town/120>Pair town/121>Pair");
	w_indicator(w, "people", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	w_round(w, "r1", "2012-01-01", 0);
	w_round(w, "r2", "2014-01-01", 0);
	w_commit(w);
}

/* Mostly a plain number; what is not stands between them. */
static void say_one(struct world *w, uint64_t *seed, unsigned i, const char *period)
{
	static const char *const odd[] = {"5..8", "several", "?", "2.5", "9223372036854775807"};
	const char *value = arena_printf(w->a, "%u", (unsigned)kit_below(seed, 3000)), *day = NULL;
	switch (kit_below(seed, 40)) {
	case 0:
		value = odd[kit_below(seed, sizeof odd / sizeof *odd)];
		break;
	case 1:
		w->source = "s2"; /* another one too */
		w_obs(w, town(w, i), "people", period, arena_printf(w->a, "%u", (unsigned)kit_below(seed, 9)));
		w->source = "s1";
		break;
	case 2:
		w->round = "r2";
		break;
	case 3:
	case 4:
		day = merges(i) || kit_below(seed, 2) ? "2013-03-01" : "2016-03-01";
		break;
	default:
		break;
	}
	struct fact *f = w_obs(w, town(w, i), "people", period, value);
	if (day)
		f->obs.expressed_in = w_when(day).lo;
}

static void say_years(struct world *w, uint64_t *seed)
{
	for (size_t p = 0; p < sizeof periods / sizeof *periods; p++) {
		for (unsigned i = 0; i < TOWNS; i++) {
			w->round = p < 2 ? "r1" : "";
			if (kit_below(seed, 30) && !(merges(i) && p > 2)) /* they have ended by then */
				say_one(w, seed, i, periods[p]);
		}
		w->round = "";
		w_commit(w);
	}
}

/* Some are put right, or taken back, once the indicator is defined anew. */
static void change_some(struct world *w, uint64_t *seed)
{
	for (unsigned n = 0; n < 40; n++) {
		unsigned p = (unsigned)kit_below(seed, sizeof periods / sizeof *periods);
		w->round = p < 2 ? "r1" : "";
		bool back = kit_below(seed, 4) == 0;
		unsigned i = (unsigned)kit_below(seed, TOWNS);
		if (merges(i) && p > 2)
			continue;
		struct fact *f = w_obs(w, town(w, i), "people", periods[p],
				       back ? NULL : arena_printf(w->a, "%u", (unsigned)kit_below(seed, 3000)));
		if (!back)
			f->obs.state = STATE_CORRECTED;
	}
	w->round = "";
	w_commit(w);
}

static void define_anew(struct world *w)
{
	struct msg_indicator ind = {.id = "people",
				    .label = "people",
				    .type = VALUE_TYPE_COUNT,
				    .over_units = AGGREGATION_ADDITIVE,
				    .unit_kind = "municipality",
				    .break_before = true};
	w_def(w, SPACE_INDICATOR, "people", &msg_type_indicator, &ind);
	w_commit(w);
}

static const char *bytes(struct world *w, const struct msg_trend_row *row, size_t *ret_len)
{
	struct buf b = {0};
	codec_encode(&msg_type_trend_row, row, &b);
	const char *text = arena_text(w->a, (char *)b.data, b.len);
	*ret_len = b.len;
	buf_free(&b);
	return text;
}

static size_t assert_same_rows(struct world *w, const char *group_by, const char *day)
{
	struct msg_trend_question q = t_ask(w, "people", group_by, MEASURE_SUM);
	q.structure_at = day;
	const struct msg_trend_answer *many = w_trend(w, &q);
	q.units = arena_alloc(w->a, (TOWNS + 2) * sizeof *q.units);
	for (; q.n_units < TOWNS; q.n_units++)
		q.units[q.n_units] = *w_by_id(w, town(w, (unsigned)q.n_units));
	q.units[q.n_units++] = *w_by_id(w, "Both");
	q.units[q.n_units++] = *w_by_id(w, "Pair");
	const struct msg_trend_answer *each = w_trend(w, &q);
	assert_int_equal(many->n_rows, each->n_rows);
	for (size_t i = 0; i < many->n_rows; i++) {
		size_t n, m;
		struct msg_trend_row named = each->rows[i];
		named.covered = many->rows[i].covered; /* of all that is there, and of all that is asked for */
		const char *x = bytes(w, &many->rows[i], &n), *y = bytes(w, &named, &m);
		if (n != m || memcmp(x, y, n) != 0)
			print_error("%s %s %s: %s, %s\n", day, many->rows[i].group, many->rows[i].period,
				    many->rows[i].figures[0].shown, each->rows[i].figures[0].shown);
		assert_int_equal(n, m);
		assert_memory_equal(x, y, n);
	}
	return many->n_rows;
}

static void sums_are_those_of_each_projected(void **state)
{
	static const char *const days[] = {"2020-01-01", "2013-02-01", "2014-01-01"};
	struct world *w = *state;
	uint64_t seed = 31;
	size_t rows = 0;
	lay(w);
	say_years(w, &seed);
	for (size_t i = 0; i < sizeof days / sizeof *days; i++)
		rows += assert_same_rows(w, "county", days[i]) + assert_same_rows(w, "", days[i]);
	define_anew(w);
	change_some(w, &seed);
	for (size_t i = 0; i < sizeof days / sizeof *days; i++)
		rows += assert_same_rows(w, "county", days[i]) + assert_same_rows(w, "", days[i]);
	assert_true(rows > 100);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(sums_are_those_of_each_projected),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
