/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend_project.c - figures in the units of another day: nothing invented, nothing lost.
 *
 *   2018   Rissa ──┐                 2020   Snillfjord ─┬─▷ Heim ◁── Hemne      2020  Haram ──┐          2024 ┌─▷ Haram
 *          Leksvik ┴─▷ Indre Fosen                      ├─▷ Hitra ◁─ Hitra            Ålesund ┴─▷ Ålesund ────┴─▷
 * Ålesund └─▷ Orkland ◁ Orkdal 2020   Tjeldsund (Nordland) ─┐ Skånland (Troms) ─────┴─▷ Tjeldsund (Troms og Finnmark)
 */
#include "query/value.h"
#include "tests/unit/query_kit.h"

static const enum measure value = MEASURE_VALUE, sum = MEASURE_SUM;

static void flow(struct world *w, const char *event, const char *day, const char *from, const char *to, bool part,
		 const char *territory)
{
	uint32_t e = w_word(w, SPACE_EVENT, event), a = w_word(w, SPACE_UNIT, from), b = w_word(w, SPACE_UNIT, to),
		 t = territory ? w_word(w, SPACE_UNIT, territory) : 0;
	w_fact(w, FACT_EDGE)->edge = (struct fact_edge){.from = a,
							.to = b,
							.event = e,
							.state = STATE_ASSERTED,
							.effective = w_when(day),
							.part = part,
							.territory = t};
}

static void weight(struct world *w, const char *event, const char *from, const char *to, int64_t n)
{
	uint32_t e = w_word(w, SPACE_EVENT, event), a = w_word(w, SPACE_UNIT, from), b = w_word(w, SPACE_UNIT, to),
		 basis = w_word(w, SPACE_TERM, "population"), src = w_word(w, SPACE_SOURCE, "s1");
	w_fact(w, FACT_WEIGHT)->weight = (struct fact_weight){
	    .event = e, .from = a, .to = b, .basis = basis, .src = src, .state = STATE_ASSERTED, .digits = n};
}

/* A municipality inside a county for all of its life. */
static void town(struct world *w, const char *id, const char *county, const char *from, const char *to)
{
	w_unit(w, id, "municipality", from, to, id);
	w_link(w, LINK_TYPE_PART_OF, id, county, from, to);
}

static void counties(struct world *w)
{
	w_unit(w, "Nordland", "county", "", "", "Nordland");
	w_unit(w, "Trondelag", "county", "", "", "Trøndelag");
	w_unit(w, "More", "county", "", "", "Møre og Romsdal");
	w_unit(w, "Troms", "county", "", "2020-01-01", "Troms");
	w_unit(w, "Finnmark", "county", "", "2020-01-01", "Finnmark");
	w_unit(w, "TF", "county", "2020-01-01", "2024-01-01", "Troms og Finnmark");
	w_unit(w, "Troms24", "county", "2024-01-01", "", "Troms");
	w_unit(w, "Finnmark24", "county", "2024-01-01", "", "Finnmark");
}

static void lay(struct world *w)
{
	counties(w);
	town(w, "Rissa", "Trondelag", "", "2018-01-01");
	town(w, "Leksvik", "Trondelag", "", "2018-01-01");
	town(w, "Indre", "Trondelag", "2018-01-01", "");
	flow(w, "m2018", "2018-01-01", "Rissa", "Indre", false, NULL);
	flow(w, "m2018", "2018-01-01", "Leksvik", "Indre", false, NULL);
	static const char *const old[] = {"Snillfjord", "Hemne", "OldHitra", "Orkdal"};
	static const char *const new[] = {"Heim", "Hitra", "Orkland"};
	for (size_t i = 0; i < 4; i++)
		town(w, old[i], "Trondelag", "", "2020-01-01");
	for (size_t i = 0; i < 3; i++) {
		town(w, new[i], "Trondelag", "2020-01-01", "");
		flow(w, "m2020", "2020-01-01", "Snillfjord", new[i], true, NULL);
		flow(w, "m2020", "2020-01-01", old[i + 1], new[i], false, NULL);
	}
	town(w, "Haram", "More", "", "2020-01-01");
	town(w, "Alesund", "More", "", "2020-01-01");
	town(w, "Alesund20", "More", "2020-01-01", "");
	town(w, "Haram24", "More", "2024-01-01", "");
	flow(w, "a2020", "2020-01-01", "Haram", "Alesund20", false, NULL);
	flow(w, "a2020", "2020-01-01", "Alesund", "Alesund20", false, NULL);
	flow(w, "a2024", "2024-01-01", "Alesund20", "Haram24", true, "Haram");
	flow(w, "a2024", "2024-01-01", "Alesund20", "Alesund20", true, NULL);
	town(w, "Bodo", "Nordland", "", "");
	town(w, "Tjeldsund", "Nordland", "", "2020-01-01");
	town(w, "Skanland", "Troms", "", "2020-01-01");
	town(w, "Tjeldsund20", "TF", "2020-01-01", "2024-01-01");
	w_link(w, LINK_TYPE_PART_OF, "Tjeldsund20", "Troms24", "2024-01-01", "");
	w_fact(w, FACT_LIFE)->life = (struct fact_life){.unit = w_word(w, SPACE_UNIT, "Tjeldsund20"),
							.life = 1,
							.kind = w_word(w, SPACE_TERM, "municipality"),
							.state = STATE_ASSERTED,
							.from = w_when("2020-01-01"),
							.src = w_word(w, SPACE_SOURCE, "s1")};
	flow(w, "t2020", "2020-01-01", "Tjeldsund", "Tjeldsund20", false, NULL);
	flow(w, "t2020", "2020-01-01", "Skanland", "Tjeldsund20", false, NULL);
	w_unit(w, "Alta", "municipality", "", "", "Alta");
	w_link(w, LINK_TYPE_PART_OF, "Alta", "Finnmark", "", "2020-01-01");
	w_link(w, LINK_TYPE_PART_OF, "Alta", "TF", "2020-01-01", "2024-01-01");
	w_link(w, LINK_TYPE_PART_OF, "Alta", "Finnmark24", "2024-01-01", "");
	w_indicator(w, "people", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "");
	w_indicator(w, "area", VALUE_TYPE_NUMBER, AGGREGATION_ADDITIVE, "");
	w_indicator(w, "arr", VALUE_TYPE_COUNT, AGGREGATION_DISTINCT, "");
	w_commit(w);
}

static struct msg_trend_answer *ask_at(struct world *w, const char *indicator, const char *group_by, enum measure m,
				       const char *day)
{
	enum measure *measures = arena_alloc(w->a, sizeof *measures);
	*measures = m;
	struct msg_trend_question q = {.indicator = indicator,
				       .group_by = group_by,
				       .n_measures = 1,
				       .measures = measures,
				       .decimals = 1,
				       .structure_at = day};
	return w_trend(w, &q);
}

static const struct msg_trend_row *row_find(const struct msg_trend_answer *t, const char *group, const char *period)
{
	for (size_t i = 0; i < t->n_rows; i++) {
		if (strcmp(t->rows[i].group, group) == 0 && !t->rows[i].n_among &&
		    (!period || strcmp(t->rows[i].period, period) == 0))
			return &t->rows[i];
	}
	fail_msg("no row of %s", group);
	return NULL;
}

static const struct msg_trend_row *row_among(struct world *w, const struct msg_trend_answer *t, const char *units)
{
	for (size_t i = 0; i < t->n_rows; i++) {
		const char *text = "";
		for (size_t k = 0; k < t->rows[i].n_among; k++)
			text = arena_printf(w->a, "%s%s%s", text, k ? " " : "", t->rows[i].among[k]);
		if (*text && strcmp(text, units) == 0)
			return &t->rows[i];
	}
	fail_msg("no row among %s", units);
	return NULL;
}

/* All that is known to belong to rows, with what is unallocated. */
static long total(const struct msg_trend_answer *t)
{
	long n = 0;
	for (size_t i = 0; i < t->n_rows; i++) {
		const struct msg_figure *f = &t->rows[i].figures[0];
		assert_string_equal(f->denominator, "1");
		n += strtol(f->numerator, NULL, 10);
	}
	return n;
}

static void people(struct world *w)
{
	w_obs(w, "Snillfjord", "people", "2019-01-01", "971");
	w_obs(w, "Hemne", "people", "2019-01-01", "4237");
	w_obs(w, "OldHitra", "people", "2019-01-01", "4659");
	w_obs(w, "Orkdal", "people", "2019-01-01", "12086");
	w_obs(w, "Haram", "people", "2019-01-01", "9306");
	w_obs(w, "Alesund", "people", "2019-01-01", "47772");
	w_obs(w, "Bodo", "people", "2019-01-01", "51558");
	w_commit(w);
}
#define PEOPLE (971 + 4237 + 4659 + 12086 + 9306 + 47772 + 51558)

static void people_of_a_divided_municipality_are_unallocated_among_its_targets(void **state)
{
	struct world *w = *state;
	lay(w);
	people(w);
	struct msg_trend_answer *t = ask_at(w, "people", "unit", sum, "2020-01-01");
	assert_int_equal(total(t), PEOPLE);
	const struct msg_trend_row *rest = row_among(w, t, "Heim Hitra Orkland");
	assert_int_equal(rest->method, METHOD_UNALLOCATED);
	assert_string_equal(rest->figures[0].shown, "971");
	assert_non_null(strstr(rest->notes[0], "Snillfjord"));
	const struct msg_trend_row *heim = row_find(t, "Heim", NULL), *alesund = row_find(t, "Alesund20", NULL);
	assert_int_equal(heim->method, METHOD_BOUNDS);
	assert_string_equal(heim->figures[0].shown, "4237–5208");
	assert_string_equal(heim->figures[0].low, "4237");
	assert_string_equal(heim->figures[0].high, "5208");
	assert_int_equal(alesund->method, METHOD_MERGED);
	assert_string_equal(alesund->figures[0].shown, "57078");
	assert_string_equal(alesund->covered, "2 of 2");
	assert_int_equal(row_find(t, "Bodo", NULL)->method, METHOD_EXACT);
}

static void what_lies_among_units_of_one_group_is_the_groups_whole(void **state)
{
	struct world *w = *state;
	lay(w);
	people(w);
	struct msg_trend_answer *t = ask_at(w, "people", "county", sum, "2020-01-01");
	assert_int_equal(t->n_rows, 3);
	assert_int_equal(total(t), PEOPLE);
	const struct msg_trend_row *row = row_find(t, "Trondelag", NULL);
	assert_string_equal(row->figures[0].shown, "21953");
	assert_int_equal(row->method, METHOD_MERGED);
	t = ask_at(w, "people", "", sum, "2020-01-01");
	assert_int_equal(t->n_rows, 1);
	assert_int_equal(total(t), PEOPLE);
	assert_int_equal(row_find(t, "", NULL)->method, METHOD_MERGED);
}

static void weights_apportion_whole_people_and_leave_the_earlier_answer(void **state)
{
	struct world *w = *state;
	lay(w);
	people(w);
	uint64_t before = w->rev;
	weight(w, "m2020", "Snillfjord", "Heim", 300);
	weight(w, "m2020", "Snillfjord", "Hitra", 300);
	weight(w, "m2020", "Snillfjord", "Orkland", 300);
	w_commit(w);
	enum measure m = MEASURE_SUM;
	struct msg_trend_question q = {.indicator = "people",
				       .group_by = "unit",
				       .n_measures = 1,
				       .measures = &m,
				       .structure_at = "2020-01-01",
				       .weight_basis = "population"};
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_int_equal(total(t), PEOPLE);
	/* 971 = 324 + 324 + 323: thirds are equal, so the lower numbers come first. */
	const struct msg_trend_row *heim = row_find(t, "Heim", NULL);
	assert_string_equal(heim->figures[0].shown, "4561");
	assert_int_equal(heim->method, METHOD_APPORTIONED);
	assert_string_equal(row_find(t, "Hitra", NULL)->figures[0].shown, "4983");
	assert_string_equal(row_find(t, "Orkland", NULL)->figures[0].shown, "12409");
	struct msg_query_request r = w_request();
	r.trend = &q;
	r.as_of_revision = before;
	struct msg_query_reply *reply = w_ask(w, &r);
	assert_non_null(reply->trend);
	assert_string_equal(row_among(w, reply->trend, "Heim Hitra Orkland")->figures[0].shown, "971");
	assert_string_equal(row_find(reply->trend, "Heim", NULL)->figures[0].shown, "4237–5208");
	/* Not asked for, not used. */
	t = ask_at(w, "people", "unit", sum, "2020-01-01");
	assert_string_equal(row_find(t, "Heim", NULL)->figures[0].shown, "4237–5208");
}

static void a_number_that_does_not_end_is_kept_as_a_fraction(void **state)
{
	struct world *w = *state;
	lay(w);
	w_obs(w, "Snillfjord", "area", "2019", "508.2");
	static const char *const to[] = {"Heim", "Hitra", "Orkland"};
	for (size_t i = 0; i < 3; i++)
		weight(w, "m2020", "Snillfjord", to[i], i ? 3 : 1);
	w_commit(w);
	enum measure m = MEASURE_SUM;
	struct msg_trend_question q = {.indicator = "area",
				       .group_by = "unit",
				       .n_measures = 1,
				       .measures = &m,
				       .decimals = 2,
				       .structure_at = "2020-01-01",
				       .weight_basis = "population"};
	struct msg_trend_answer *t = w_trend(w, &q);
	/* Hemne's area is not known, and an area may be anything to us: what is known to be Heim's is kept. */
	assert_string_equal(row_find(t, "Heim", NULL)->figures[0].numerator, "363");
	assert_string_equal(row_find(t, "Heim", NULL)->figures[0].denominator, "5");
}

static void haram_is_exact_again_when_it_is_restored(void **state)
{
	struct world *w = *state;
	lay(w);
	w_obs(w, "Haram", "arr", "2013", "41");
	w_obs(w, "Alesund", "arr", "2013", "60");
	w_commit(w);
	struct msg_trend_answer *t = ask_at(w, "arr", "unit", value, "2024-01-01");
	assert_string_equal(row_find(t, "Haram24", NULL)->figures[0].shown, "41");
	assert_int_equal(row_find(t, "Haram24", NULL)->method, METHOD_EXACT);
	assert_string_equal(row_find(t, "Alesund20", NULL)->figures[0].shown, "60");
	t = ask_at(w, "arr", "unit", value, "2020-01-01");
	assert_int_equal(t->n_rows, 1);
	assert_string_equal(t->rows[0].figures[0].shown, "60–101");
	assert_string_equal(t->rows[0].figures[0].numerator, "");
	assert_int_equal(t->rows[0].method, METHOD_BOUNDS);
	t = ask_at(w, "arr", "unit", value, "2013-12-31");
	assert_string_equal(row_find(t, "Haram", NULL)->figures[0].shown, "41");
}

static void two_counts_of_sets_are_bounds_and_never_their_sum(void **state)
{
	struct world *w = *state;
	lay(w);
	w_obs(w, "Rissa", "arr", "2013", "53");
	w_obs(w, "Leksvik", "arr", "2013", "46");
	w_obs(w, "Rissa", "arr", "2014", "50");
	w_obs(w, "Indre", "arr", "2018", "60");
	w_commit(w);
	struct msg_trend_answer *t = ask_at(w, "arr", "unit", value, "2018-01-01");
	const struct msg_trend_row *row = row_find(t, "Indre", "2013");
	assert_string_equal(row->figures[0].shown, "53–99");
	assert_string_equal(row->figures[0].low, "53");
	assert_string_equal(row->figures[0].high, "99");
	assert_int_equal(row->method, METHOD_BOUNDS);
	assert_string_equal(row->covered, "2 of 2");
	row = row_find(t, "Indre", "2014");
	assert_string_equal(row->figures[0].shown, "at least 50");
	assert_string_equal(row->covered, "1 of 2");
	row = row_find(t, "Indre", "2018");
	assert_string_equal(row->figures[0].shown, "60");
	assert_int_equal(row->method, METHOD_EXACT);
	assert_string_equal(row->figures[0].growth->percent, "");
	assert_non_null(strstr(row->figures[0].growth->undefined, "no exact figure in 2014"));
	/* As reported nothing is different. */
	t = ask_at(w, "arr", "unit", value, "");
	assert_int_equal(row_find(t, "Rissa", "2013")->method, METHOD_UNSPECIFIED);
	assert_string_equal(row_find(t, "Rissa", "2013")->figures[0].shown, "53");
}

/* Rissa was counted in another year and round than Leksvik: no block has both. */
static void parts_of_different_rounds_are_put_together_with_their_dates(void **state)
{
	struct world *w = *state;
	lay(w);
	w_round(w, "sor-2013", "2013", 0);
	w_round(w, "nord-2012", "2012", 0);
	w->round = "sor-2013";
	w_obs(w, "Rissa", "arr", "2013", "53");
	w->round = "nord-2012";
	w_obs(w, "Leksvik", "arr", "2012", "46");
	w_commit(w);
	struct msg_trend_answer *t = ask_at(w, "arr", "unit", value, "2020-01-01");
	assert_int_equal(t->n_rows, 3);
	assert_string_equal(row_find(t, "Indre", "2012")->figures[0].shown, "at least 46");
	assert_string_equal(row_find(t, "Indre", "2013")->figures[0].shown, "at least 53");
	const struct msg_trend_row *row = row_find(t, "Indre", "2012/2013");
	assert_string_equal(row->figures[0].shown, "53–99");
	assert_non_null(strstr(row->notes[0], "Leksvik in 2012 (46)"));
}

static void a_county_that_lost_a_municipality_is_no_longer_exact(void **state)
{
	struct world *w = *state;
	lay(w);
	w_obs(w, "Nordland", "arr", "2014", "297");
	w_commit(w);
	struct msg_trend_answer *t = ask_at(w, "arr", "unit", value, "2020-01-01");
	const struct msg_trend_row *row = row_find(t, "Nordland", NULL);
	assert_int_equal(row->method, METHOD_BOUNDS);
	assert_string_equal(row->figures[0].shown, "0–297");
	assert_string_equal(row_find(t, "TF", NULL)->figures[0].shown, "at least 0");
	t = ask_at(w, "arr", "unit", value, "2019-12-31");
	assert_string_equal(row_find(t, "Nordland", NULL)->figures[0].shown, "297");
	assert_int_equal(row_find(t, "Nordland", NULL)->method, METHOD_EXACT);
}

static void percentages(struct world *w, const char *troms)
{
	w_unit(w, "Vardo", "municipality", "", "", "Vardø");
	w_link(w, LINK_TYPE_PART_OF, "Vardo", "Finnmark24", "2024-01-01", "");
	w_link(w, LINK_TYPE_PART_OF, "Vardo", "TF", "2020-01-01", "2024-01-01");
	struct msg_indicator def = {.id = "district",
				    .label = "District municipalities",
				    .type = VALUE_TYPE_PERCENT,
				    .over_units = AGGREGATION_RELATIVE,
				    .over_time = AGGREGATION_NONE,
				    .denominator = "municipalities",
				    .unit_kind = "county"};
	w_def(w, SPACE_INDICATOR, "district", &msg_type_indicator, &def);
	w_indicator(w, "municipalities", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "county");
	w_obs(w, "Troms24", "district", "2024", troms);
	w_obs(w, "Finnmark24", "district", "2024", "89");
	w_obs(w, "Troms24", "municipalities", "2024", "21");
	w_obs(w, "Finnmark24", "municipalities", "2024", "18");
	w_commit(w);
}

static void percentages_are_recomputed_from_counts_never_averaged(void **state)
{
	struct world *w = *state;
	lay(w);
	percentages(w, "90");
	struct msg_trend_answer *t = ask_at(w, "district", "unit", value, "2023-12-31");
	const struct msg_trend_row *row = row_find(t, "TF", NULL);
	assert_string_equal(row->figures[0].shown, "89.7");
	assert_string_equal(row->figures[0].numerator, "3500");
	assert_string_equal(row->figures[0].denominator, "39");
	assert_int_equal(row->method, METHOD_MERGED);
	assert_non_null(strstr(row->notes[0], "35 of 39"));
	assert_non_null(strstr(row->notes[0], "derived from rounded percentages"));
	t = ask_at(w, "district", "unit", value, "2024-01-01");
	assert_string_equal(row_find(t, "Troms24", NULL)->figures[0].shown, "90");
	t = ask_at(w, "district", "county", sum, "2023-12-31"); /* of one county alone */
	assert_string_equal(row_find(t, "TF", NULL)->figures[0].shown, "89.7");
	t = ask_at(w, "district", "", sum, "2024-01-01"); /* of two */
	assert_non_null(strstr(t->rows[0].figures[0].refused, "ask for RATE"));
}

static void a_percentage_that_fits_no_count_is_refused(void **state)
{
	struct world *w = *state;
	lay(w);
	percentages(w, "91");
	struct msg_trend_answer *t = ask_at(w, "district", "unit", value, "2023-12-31");
	const struct msg_trend_row *row = row_find(t, "TF", NULL);
	assert_int_equal(row->method, METHOD_REFUSED);
	assert_non_null(strstr(row->figures[0].refused, "fits no whole number"));
}

static void a_percentage_of_a_county_says_nothing_of_its_municipalities(void **state)
{
	struct world *w = *state;
	lay(w);
	percentages(w, "90");
	struct msg_trend_answer *t = ask_at(w, "district", "municipality", value, "2020-01-01");
	for (size_t i = 0; i < t->n_rows; i++) {
		assert_int_equal(t->rows[i].method, METHOD_REFUSED);
		assert_non_null(strstr(t->rows[i].figures[0].refused, "says nothing of each municipality"));
		assert_string_equal(t->rows[i].figures[0].shown, "");
	}
	assert_int_equal(t->n_rows, 1);
	assert_true(t->rows[0].n_among >= 2);
}

static void a_part_that_is_missing_makes_at_least(void **state)
{
	struct world *w = *state;
	lay(w);
	w_obs(w, "Haram", "people", "2019", "9306");
	w_obs(w, "Alesund", "people", "2019", "?");
	w_obs(w, "Bodo", "people", "2019", "?");
	w_obs(w, "Rissa", "people", "2017", "6600");
	w_obs(w, "Leksvik", "people", "2017", "3400..3500");
	w_commit(w);
	struct msg_trend_answer *t = ask_at(w, "people", "unit", sum, "2020-01-01");
	assert_string_equal(row_find(t, "Alesund20", NULL)->figures[0].shown, "at least 9306");
	assert_string_equal(row_find(t, "Bodo", NULL)->figures[0].shown, "(not answered)");
	assert_string_equal(row_find(t, "Indre", NULL)->figures[0].shown, "10000–10100");
}

static void words_bound_nothing(void **state)
{
	struct world *w = *state;
	lay(w);
	w_obs(w, "Rissa", "arr", "2013", "many");
	w_obs(w, "Leksvik", "arr", "2013", "46");
	w_obs(w, "Bodo", "arr", "2013", "~30");
	w_commit(w);
	struct msg_trend_answer *t = ask_at(w, "arr", "unit", value, "2020-01-01");
	assert_non_null(strstr(row_find(t, "Indre", NULL)->figures[0].refused, "bounds nothing"));
	assert_string_equal(row_find(t, "Bodo", NULL)->figures[0].shown, "nearly 30");
}

static void any_is_true_of_a_merger_if_it_is_of_a_part(void **state)
{
	struct world *w = *state;
	lay(w);
	w_indicator(w, "takes-part", VALUE_TYPE_COUNT, AGGREGATION_ANY, "");
	w_indicator(w, "takes-part-all", VALUE_TYPE_COUNT, AGGREGATION_ALL, "");
	w_indicator(w, "mayor-age", VALUE_TYPE_NUMBER, AGGREGATION_NONE, "");
	w_obs(w, "Rissa", "takes-part", "2013", "1");
	w_obs(w, "Leksvik", "takes-part", "2013", "0");
	w_obs(w, "Snillfjord", "takes-part", "2013", "1");
	w_obs(w, "Hemne", "takes-part", "2013", "0");
	w_obs(w, "Rissa", "takes-part-all", "2013", "1");
	w_obs(w, "Leksvik", "takes-part-all", "2013", "0");
	w_obs(w, "Rissa", "mayor-age", "2013", "50");
	w_obs(w, "Leksvik", "mayor-age", "2013", "60");
	w_commit(w);
	struct msg_trend_answer *t = ask_at(w, "takes-part", "unit", value, "2020-01-01");
	assert_string_equal(row_find(t, "Indre", NULL)->figures[0].shown, "1");
	assert_string_equal(row_find(t, "Heim", NULL)->figures[0].shown, "0–1");
	t = ask_at(w, "takes-part-all", "unit", value, "2020-01-01");
	assert_string_equal(row_find(t, "Indre", NULL)->figures[0].shown, "0");
	t = ask_at(w, "mayor-age", "unit", value, "2020-01-01");
	assert_int_equal(row_find(t, "Indre", NULL)->method, METHOD_REFUSED);
	assert_non_null(strstr(row_find(t, "Indre", NULL)->figures[0].refused, "no meaning"));
}

/* Units of 2020 in the counties of 2019: Tjeldsund of 2020 lies in two of them, its parts do not. */
static void groups_may_be_of_another_day_than_the_units(void **state)
{
	struct world *w = *state;
	lay(w);
	w_obs(w, "Tjeldsund", "people", "2019-01-01", "1260");
	w_obs(w, "Skanland", "people", "2019-01-01", "2986");
	w_obs(w, "Bodo", "people", "2019-01-01", "51558");
	w_obs(w, "Tjeldsund20", "people", "2020-01-01", "4200");
	w_commit(w);
	enum measure m = MEASURE_SUM;
	struct msg_trend_question q = {.indicator = "people",
				       .group_by = "county",
				       .n_measures = 1,
				       .measures = &m,
				       .structure_at = "2020-01-01",
				       .group_structure_at = "2019-12-31"};
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_string_equal(row_find(t, "Nordland", "2019-01-01")->figures[0].shown, "52818");
	assert_string_equal(row_find(t, "Troms", "2019-01-01")->figures[0].shown, "2986");
	assert_string_equal(row_among(w, t, "Nordland Troms")->figures[0].shown, "4200");
	assert_string_equal(row_among(w, t, "Nordland Troms")->period, "2020-01-01");
	assert_int_equal(total(t), 1260 + 2986 + 51558 + 4200);
	q.structure_at = "";
	q.group_structure_at = "2020-01-01";
	t = w_trend(w, &q);
	assert_string_equal(row_find(t, "TF", "2019-01-01")->figures[0].shown, "4246");
}

static void what_lies_among_units_of_one_group_of_another_day_is_that_groups_alone(void **state)
{
	struct world *w = *state;
	lay(w);
	w_obs(w, "Snillfjord", "people", "2019-01-01", "971");
	w_commit(w);
	enum measure m = MEASURE_SUM;
	struct msg_trend_question q = {.indicator = "people",
				       .group_by = "county",
				       .n_measures = 1,
				       .measures = &m,
				       .structure_at = "2020-01-01",
				       .group_structure_at = "2019-12-31"};
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_int_equal(t->n_rows, 1);
	/* Heim, Hitra and Orkland have more than what Snillfjord brings, of which nothing is said. */
	assert_string_equal(row_find(t, "Trondelag", NULL)->figures[0].shown, "at least 971");
}

static void figures_of_units_whose_lives_were_taken_back_are_left_out_and_told(void **state)
{
	struct world *w = *state;
	lay(w);
	w_obs(w, "Bodo", "people", "2019-01-01", "51558");
	w_unit(w, "Ghost", "municipality", "2018-01-01", "", "Ghost");
	w_obs(w, "Ghost", "people", "2019-01-01", "7");
	w_commit(w);
	assert_int_equal(total(ask_at(w, "people", "", MEASURE_SUM, "2020-01-01")), 51565);
	w_fact(w, FACT_LIFE)->life = (struct fact_life){.unit = w_word(w, SPACE_UNIT, "Ghost"),
							.life = 1,
							.kind = w_word(w, SPACE_TERM, "municipality"),
							.state = STATE_RETRACTED,
							.from = w_when("2018-01-01"),
							.src = w_word(w, SPACE_SOURCE, "s1")};
	w_commit(w);
	struct msg_trend_answer *t = ask_at(w, "people", "", MEASURE_SUM, "2020-01-01");
	assert_int_equal(total(t), 51558);
	bool told = false;
	for (size_t i = 0; i < t->n_notes; i++)
		told |= strstr(t->notes[i], "do not exist any more") && strstr(t->notes[i], "1, the first of Ghost");
	assert_true(told);
}

static void a_former_unit_that_is_asked_for_is_followed(void **state)
{
	struct world *w = *state;
	lay(w);
	people(w);
	enum measure m = MEASURE_SUM;
	struct msg_unit_ref unit = *w_by_id(w, "Snillfjord");
	struct msg_trend_question q = {.indicator = "people",
				       .group_by = "unit",
				       .n_units = 1,
				       .units = &unit,
				       .n_measures = 1,
				       .measures = &m,
				       .structure_at = "2020-01-01"};
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_int_equal(total(t), 971);
	unit = *w_by_id(w, "Hitra");
	q.group_by = "county";
	t = w_trend(w, &q);
	/* What of Snillfjord is Hitra's is not known, also where the county has all of it. */
	assert_string_equal(row_find(t, "Trondelag", NULL)->figures[0].shown, "4659–5630");
	assert_string_equal(row_among(w, t, "Heim Hitra Orkland")->figures[0].shown, "971");
}

static void a_day_without_a_structure_is_one_clear_error(void **state)
{
	struct world *w = *state;
	w_unit(w, "a", "municipality", "1838-01-01", "", "A");
	w_indicator(w, "people", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "");
	w_obs(w, "a", "people", "2019", "5");
	w_commit(w);
	enum measure m = MEASURE_SUM;
	struct msg_trend_question q = {
	    .indicator = "people", .n_measures = 1, .measures = &m, .structure_at = "1700-01-01"};
	struct msg_query_request r = w_request();
	r.trend = &q;
	struct msg_query_reply *reply = w_ask(w, &r);
	assert_non_null(reply->error);
	assert_non_null(strstr(reply->error->text, "no municipality is on record as living on 1700-01-01"));
	q.structure_at = "2020";
	reply = w_ask(w, &r);
	assert_non_null(reply->error);
	assert_non_null(strstr(reply->error->text, "one day"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(people_of_a_divided_municipality_are_unallocated_among_its_targets),
	    TEST(what_lies_among_units_of_one_group_is_the_groups_whole),
	    TEST(weights_apportion_whole_people_and_leave_the_earlier_answer),
	    TEST(a_number_that_does_not_end_is_kept_as_a_fraction),
	    TEST(haram_is_exact_again_when_it_is_restored),
	    TEST(two_counts_of_sets_are_bounds_and_never_their_sum),
	    TEST(parts_of_different_rounds_are_put_together_with_their_dates),
	    TEST(a_county_that_lost_a_municipality_is_no_longer_exact),
	    TEST(percentages_are_recomputed_from_counts_never_averaged),
	    TEST(a_percentage_that_fits_no_count_is_refused),
	    TEST(a_percentage_of_a_county_says_nothing_of_its_municipalities),
	    TEST(a_part_that_is_missing_makes_at_least),
	    TEST(words_bound_nothing),
	    TEST(any_is_true_of_a_merger_if_it_is_of_a_part),
	    TEST(groups_may_be_of_another_day_than_the_units),
	    TEST(what_lies_among_units_of_one_group_of_another_day_is_that_groups_alone),
	    TEST(figures_of_units_whose_lives_were_taken_back_are_left_out_and_told),
	    TEST(a_former_unit_that_is_asked_for_is_followed),
	    TEST(a_day_without_a_structure_is_one_clear_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
