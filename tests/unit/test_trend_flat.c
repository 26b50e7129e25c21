/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend_flat.c - rows of units that stood still are the same rows, however they are made.
 *
 * The same is asked three ways: with one measure, so that whole numbers are encoded from pieces; with two, so that
 * every row is made as any other, from what was kept small; and with all units named, so that nothing is kept small
 * and everything is projected.
 */
#include "query/value.h"
#include "tests/unit/query_kit.h"

static const char *const periods[] = {"2015", "2012-06-01", "2018-33", "2012", "1969", "2016/2017"};
static const char *const rounds[] = {"", "r1", "r2", "r3"};

static const char *unit_called(struct world *w, unsigned i)
{
	return arena_printf(w->a, "unit/%05u", i);
}

static const char *some_value(struct world *w, uint64_t *seed)
{
	static const char *const odd[] = {"5..8", "7..", "?", "~20", "several", "12.50", "-0.5", "0.25"};
	switch (kit_below(seed, 12)) {
	case 0:
		return odd[kit_below(seed, sizeof odd / sizeof *odd)];
	case 1:
		return arena_printf(w->a, "%d", (int)kit_below(seed, 3));
	case 2:
		return kit_below(seed, 2) ? "9000000000000000000" : "-9999999999";
	case 3:
		return arena_printf(w->a, "-%u", (unsigned)kit_below(seed, 1000));
	default:
		return arena_printf(w->a, "%u", (unsigned)kit_below(seed, 3000));
	}
}

/* `n` units in one county; their names are not in the order of their numbers, and some have the same. */
static void lay_units(struct world *w, uint64_t *seed, unsigned n)
{
	w_unit(w, "home", "county", "", "", "Home");
	for (unsigned i = 0; i < n; i++) {
		const char *id = unit_called(w, i), *name = arena_printf(w->a, "Name %u", (unsigned)kit_below(seed, n));
		bool renamed = !kit_below(seed, 4);
		/* One in forty has no name: its id is shown. */
		w_unit(w, id, "municipality", "", "", renamed || !kit_below(seed, 40) ? NULL : name);
		if (renamed) {
			w_name(w, id, "", "2019-01-01", name);
			w_name(w, id, "2019-01-01", "", arena_printf(w->a, "New name %u", i));
		}
		w_link(w, LINK_TYPE_PART_OF, id, "home", "", "");
	}
	/* Two that did not stand still. */
	uint32_t e = w_word(w, SPACE_EVENT, "e1");
	for (unsigned i = 0; i < 2; i++)
		w_fact(w, FACT_EDGE)->edge = (struct fact_edge){.from = w_word(w, SPACE_UNIT, unit_called(w, i)),
								.to = w_word(w, SPACE_UNIT, unit_called(w, 1 - i)),
								.event = e,
								.state = STATE_ASSERTED,
								.effective = w_when("2014-01-01"),
								.part = true};
	w_indicator(w, "people", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	w_indicator(w, "rate", VALUE_TYPE_PERCENT, AGGREGATION_ADDITIVE, "municipality");
	w_indicator(w, "money", VALUE_TYPE_NUMBER, AGGREGATION_ADDITIVE, "");
	w_round(w, "r1", "2015", 12);
	w_round(w, "r2", "2012-06-01", 14);
	w_round(w, "r3", "2018", 0);
	w_commit(w);
}

static void lay_figures(struct world *w, uint64_t *seed, unsigned n, const char *indicator, unsigned n_rounds,
			unsigned n_periods)
{
	for (unsigned i = 0; i < n; i++) {
		for (unsigned k = 0; k < n_periods; k++) {
			w->round = rounds[kit_below(seed, n_rounds)];
			w->source = kit_below(seed, 2) ? "s1" : "s2";
			const char *series = kit_below(seed, 3) ? indicator : arena_printf(w->a, "%s|sex=f", indicator);
			if (!kit_below(seed, 5))
				continue;
			w_obs(w, unit_called(w, i), series, periods[k], some_value(w, seed));
			if (kit_below(seed, 8))
				continue;
			w->source = "s3"; /* another one says something too, perhaps in another round */
			w->round = rounds[kit_below(seed, n_rounds)];
			w_obs(w, unit_called(w, i), series, periods[k], some_value(w, seed));
		}
	}
	w->round = "";
	w->source = "s1";
	w_commit(w);
}

static struct msg_trend_question question(struct world *w, const char *indicator, enum measure first)
{
	enum measure *m = arena_alloc(w->a, 2 * sizeof *m);
	m[0] = first;
	m[1] = MEASURE_COUNT;
	return (struct msg_trend_question){.indicator = indicator,
					   .group_by = "unit",
					   .n_measures = 1,
					   .measures = m,
					   .decimals = 1,
					   .structure_at = "2020-01-01"};
}

static const struct msg_trend_answer *asked(struct world *w, struct msg_trend_question *q, unsigned decimals)
{
	q->decimals = decimals;
	return w_trend(w, q);
}

/* A row as bytes, with its first figure alone. */
static struct slice row_bytes(struct world *w, const struct msg_trend_row *row)
{
	struct buf b = {0};
	struct msg_trend_row m = *row;
	m.n_figures = 1;
	codec_encode(&msg_type_trend_row, &m, &b);
	struct slice s = {arena_text(w->a, (char *)b.data, b.len), b.len};
	buf_free(&b);
	return s;
}

static void assert_same_rows(struct world *w, const struct msg_trend_answer *a, const struct msg_trend_answer *b)
{
	assert_int_equal(a->n_rows, b->n_rows);
	for (size_t i = 0; i < a->n_rows; i++) {
		struct slice x = row_bytes(w, &a->rows[i]), y = row_bytes(w, &b->rows[i]);
		if (!slice_eq(x, y))
			print_error("row %zu: %s %s %s\n", i, a->rows[i].group, a->rows[i].period,
				    a->rows[i].figures[0].shown);
		assert_int_equal(x.len, y.len);
		assert_memory_equal(x.data, y.data, x.len);
	}
	assert_int_equal(a->n_notes, b->n_notes);
	for (size_t i = 0; i < a->n_notes; i++)
		assert_string_equal(a->notes[i], b->notes[i]);
}

static size_t three_ways(struct world *w, const char *indicator, enum measure measure, unsigned decimals, unsigned n)
{
	struct msg_trend_question q = question(w, indicator, measure);
	const struct msg_trend_answer *pieces = asked(w, &q, decimals);
	q.n_measures = 2;
	const struct msg_trend_answer *slowly = asked(w, &q, decimals);
	assert_same_rows(w, pieces, slowly);
	q.n_measures = 1;
	q.n_units = n;
	q.units = arena_alloc(w->a, n * sizeof *q.units);
	for (unsigned i = 0; i < n; i++)
		q.units[i] = *w_by_id(w, unit_called(w, i));
	assert_same_rows(w, pieces, asked(w, &q, decimals));
	return pieces->n_rows;
}

static void rows_are_the_same_three_ways(void **state)
{
	struct world *w = *state;
	uint64_t seed = 7;
	const unsigned n = 60;
	lay_units(w, &seed, n);
	lay_figures(w, &seed, n, "people", 4, 6);
	lay_figures(w, &seed, n, "rate", 1, 4);
	lay_figures(w, &seed, n, "money", 3, 5);
	for (unsigned decimals = 0; decimals < 7; decimals += 3) {
		assert_true(three_ways(w, "people", MEASURE_SUM, decimals, n) > 200);
		assert_true(three_ways(w, "people", MEASURE_VALUE, decimals, n) > 200);
		assert_true(three_ways(w, "rate", MEASURE_SUM, decimals, n) > 100);
		assert_true(three_ways(w, "money", MEASURE_VALUE, decimals, n) > 150);
	}
}

static void an_incomplete_round_gives_at_least(void **state)
{
	struct world *w = *state;
	uint64_t seed = 8;
	const unsigned n = 30;
	lay_units(w, &seed, n);
	lay_figures(w, &seed, n, "people", 3, 4);
	uint32_t round = w_word(w, SPACE_ROUND, "r1"), kind = w_word(w, SPACE_TERM, "people");
	for (unsigned i = 5; i < 15; i++)
		w_fact(w, FACT_SCOPE)->scope = (struct fact_scope){
		    round, w_word(w, SPACE_UNIT, unit_called(w, i)), kind, STATE_ASSERTED, COMPLETION_NO, 1};
	w_commit(w);
	assert_true(three_ways(w, "people", MEASURE_SUM, 1, n) > 50);
	struct msg_trend_question q = question(w, "people", MEASURE_SUM);
	const struct msg_trend_answer *a = asked(w, &q, 1);
	size_t at_least = 0;
	for (size_t i = 0; i < a->n_rows; i++)
		at_least +=
		    strncmp(a->rows[i].figures[0].shown, "at least", 8) == 0 && strcmp(a->rows[i].round, "r1") == 0;
	assert_true(at_least > 3);
}

/* So many that names are read in one walk. */
static void many_units_have_their_names(void **state)
{
	struct world *w = *state;
	uint64_t seed = 9;
	const unsigned n = 1400;
	lay_units(w, &seed, n);
	lay_figures(w, &seed, n, "people", 1, 2);
	struct msg_trend_question q = question(w, "people", MEASURE_SUM);
	const struct msg_trend_answer *a = asked(w, &q, 1);
	AUTO_ARENA struct arena *names = arena_new(0);
	struct view *v = w_view(w);
	assert_true(a->n_rows > 1500);
	for (size_t i = 0; i < a->n_rows; i++) {
		if (a->rows[i].n_among)
			continue;
		uint32_t unit = view_term(v, SPACE_UNIT, slice_text(a->rows[i].group));
		assert_string_equal(a->rows[i].group_name, unit_name(v, unit, w_when("2020-01-01").lo, names));
		if (i && !a->rows[i - 1].n_among)
			assert_true(strcmp(a->rows[i - 1].group_name, a->rows[i].group_name) <= 0);
	}
}

static void too_many_rows_are_told(void **state)
{
	struct world *w = *state;
	uint64_t seed = 10;
	lay_units(w, &seed, 40);
	lay_figures(w, &seed, 40, "people", 1, 3);
	struct msg_trend_question q = question(w, "people", MEASURE_SUM);
	struct msg_query_request r = w_request();
	r.trend = &q;
	w->limits.rows_max = 20;
	w_ask_error(w, &r, ERR_TOO_LARGE, "the answer has more than 20 rows");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(rows_are_the_same_three_ways),
	    CASE(an_incomplete_round_gives_at_least),
	    CASE(many_units_have_their_names),
	    CASE(too_many_rows_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
