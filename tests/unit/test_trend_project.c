/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend_project.c - figures in the units of another day: nothing invented, nothing lost.
 *
 *   2018   Rissa ──┐                 2020   Snillfjord ─┬─▷ Heim ◁── Hemne      2020  Haram ──┐          2024 ┌─▷ Haram
 *          Leksvik ┴─▷ Indre Fosen                      ├─▷ Hitra ◁─ Hitra            Ålesund ┴─▷ Ålesund ────┴─▷
 * Ålesund └─▷ Orkland ◁ Orkdal 2020   Tjeldsund (Nordland) ─┐ Skånland (Troms) ─────┴─▷ Tjeldsund (Troms og Finnmark)
 */
#include "query/value.h"
#include "tests/unit/trend_kit.h"

static const enum measure value = MEASURE_VALUE, sum = MEASURE_SUM;

static void counties(struct world *w)
{
	h_counties(w, "Nordland");
	w_unit(w, "Trondelag", "county", "", "", "Trøndelag");
	w_unit(w, "More", "county", "", "", "Møre og Romsdal");
	h_counties(w, "Troms Finnmark ..2020");
	w_unit(w, "TF", "county", "2020-01-01", "2024-01-01", "Troms og Finnmark");
	w_unit(w, "Troms24", "county", "2024-01-01", "", "Troms");
	w_unit(w, "Finnmark24", "county", "2024-01-01", "", "Finnmark");
}

static void lay(struct world *w)
{
	counties(w);
	h_towns_of(w, "Trondelag", "Rissa Leksvik ..2018, Indre 2018..");
	h_event(w, "m2018", "2018-01-01", "Rissa>Indre Leksvik>Indre");
	h_towns_of(w, "Trondelag", "Snillfjord Hemne OldHitra Orkdal ..2020, Heim Hitra Orkland 2020..");
	h_event(w, "m2020", "2020-01-01",
		"Snillfjord>*Heim Snillfjord>*Hitra Snillfjord>*Orkland Hemne>Heim OldHitra>Hitra Orkdal>Orkland");
	h_towns_of(w, "More", "Haram Alesund ..2020, Alesund20 2020.., Haram24 2024..");
	h_event(w, "a2020", "2020-01-01", "Haram>Alesund20 Alesund>Alesund20");
	h_event(w, "a2024", "2024-01-01", "Alesund20>*Haram24=Haram Alesund20>*Alesund20");
	h_towns_of(w, "Nordland", "Bodo, Tjeldsund ..2020");
	h_towns_of(w, "Troms", "Skanland ..2020");
	h_towns(w, "Tjeldsund20 2020..");
	h_inside(w, "Tjeldsund20", "TF 2020..2024, Troms24 2024..");
	h_event(w, "t2020", "2020-01-01", "Tjeldsund>Tjeldsund20 Skanland>Tjeldsund20");
	h_towns(w, "Alta");
	h_inside(w, "Alta", "Finnmark ..2020, TF 2020..2024, Finnmark24 2024..");
	w_indicator(w, "people", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "");
	w_indicator(w, "area", VALUE_TYPE_NUMBER, AGGREGATION_ADDITIVE, "");
	w_indicator(w, "arr", VALUE_TYPE_COUNT, AGGREGATION_DISTINCT, "");
	w_commit(w);
}

static struct msg_trend_answer *ask_at(struct world *w, const char *indicator, const char *group_by, enum measure m,
				       const char *day)
{
	struct msg_trend_question q = t_ask(w, indicator, group_by, m);
	q.structure_at = day;
	return w_trend(w, &q);
}

/* What the row of a group (of a period) of `t` shows, and by which method. */
#define SHOWN(group, period, expected) assert_string_equal(t_row(t, group, period)->figures[0].shown, expected)
#define HAS(group, period, by, expected)                                                                               \
	do {                                                                                                           \
		SHOWN(group, period, expected);                                                                        \
		assert_int_equal(t_row(t, group, period)->method, by);                                                 \
	} while (0)

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
	w_say(w, "people", "2019-01-01",
	      "Snillfjord 971 Hemne 4237 OldHitra 4659 Orkdal 12086 Haram 9306 Alesund 47772 Bodo 51558");
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
	HAS("Heim", NULL, METHOD_BOUNDS, "4237–5208");
	const struct msg_trend_row *heim = t_row(t, "Heim", NULL);
	assert_string_equal(heim->figures[0].low, "4237");
	assert_string_equal(heim->figures[0].high, "5208");
	HAS("Alesund20", NULL, METHOD_MERGED, "57078");
	assert_string_equal(t_row(t, "Alesund20", NULL)->covered, "2 of 2");
	assert_int_equal(t_row(t, "Bodo", NULL)->method, METHOD_EXACT);
}

static void what_lies_among_units_of_one_group_is_the_groups_whole(void **state)
{
	struct world *w = *state;
	lay(w);
	people(w);
	struct msg_trend_answer *t = ask_at(w, "people", "county", sum, "2020-01-01");
	assert_int_equal(t->n_rows, 3);
	assert_int_equal(total(t), PEOPLE);
	HAS("Trondelag", NULL, METHOD_MERGED, "21953");
	t = ask_at(w, "people", "", sum, "2020-01-01");
	assert_int_equal(t->n_rows, 1);
	assert_int_equal(total(t), PEOPLE);
	assert_int_equal(t_row(t, "", NULL)->method, METHOD_MERGED);
}

static void weights_apportion_whole_people_and_leave_the_earlier_answer(void **state)
{
	struct world *w = *state;
	lay(w);
	people(w);
	uint64_t before = w->rev;
	h_weight(w, "m2020", "Snillfjord>Heim", 300, 0);
	h_weight(w, "m2020", "Snillfjord>Hitra", 300, 0);
	h_weight(w, "m2020", "Snillfjord>Orkland", 300, 0);
	w_commit(w);
	struct msg_trend_question q = t_ask(w, "people", "unit", sum);
	q.structure_at = "2020-01-01";
	q.weight_basis = "population";
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_int_equal(total(t), PEOPLE);
	/* 971 = 324 + 324 + 323: thirds are equal, so the lower numbers come first. */
	const struct msg_trend_row *heim = t_row(t, "Heim", NULL);
	assert_string_equal(heim->figures[0].shown, "4561");
	assert_int_equal(heim->method, METHOD_APPORTIONED);
	SHOWN("Hitra", NULL, "4983");
	SHOWN("Orkland", NULL, "12409");
	struct msg_query_request r = w_request();
	r.trend = &q;
	r.as_of_revision = before;
	struct msg_query_reply *reply = w_ask(w, &r);
	assert_non_null(reply->trend);
	assert_string_equal(row_among(w, reply->trend, "Heim Hitra Orkland")->figures[0].shown, "971");
	assert_string_equal(t_row(reply->trend, "Heim", NULL)->figures[0].shown, "4237–5208");
	/* Not asked for, not used. */
	t = ask_at(w, "people", "unit", sum, "2020-01-01");
	SHOWN("Heim", NULL, "4237–5208");
}

static void a_number_that_does_not_end_is_kept_as_a_fraction(void **state)
{
	struct world *w = *state;
	lay(w);
	w_obs(w, "Snillfjord", "area", "2019", "508.2");
	static const char *const to[] = {"Heim", "Hitra", "Orkland"};
	for (size_t i = 0; i < 3; i++)
		h_weight(w, "m2020", arena_printf(w->a, "Snillfjord>%s", to[i]), i ? 3 : 1, 0);
	w_commit(w);
	struct msg_trend_question q = t_ask(w, "area", "unit", sum);
	q.decimals = 2;
	q.structure_at = "2020-01-01";
	q.weight_basis = "population";
	struct msg_trend_answer *t = w_trend(w, &q);
	/* Hemne's area is not known, and an area may be anything to us: what is known to be Heim's is kept. */
	assert_string_equal(t_row(t, "Heim", NULL)->figures[0].numerator, "363");
	assert_string_equal(t_row(t, "Heim", NULL)->figures[0].denominator, "5");
}

static void haram_is_exact_again_when_it_is_restored(void **state)
{
	struct world *w = *state;
	lay(w);
	w_say(w, "arr", "2013", "Haram 41 Alesund 60");
	w_commit(w);
	struct msg_trend_answer *t = ask_at(w, "arr", "unit", value, "2024-01-01");
	HAS("Haram24", NULL, METHOD_EXACT, "41");
	SHOWN("Alesund20", NULL, "60");
	t = ask_at(w, "arr", "unit", value, "2020-01-01");
	assert_int_equal(t->n_rows, 1);
	assert_string_equal(t->rows[0].figures[0].shown, "60–101");
	assert_string_equal(t->rows[0].figures[0].numerator, "");
	assert_int_equal(t->rows[0].method, METHOD_BOUNDS);
	t = ask_at(w, "arr", "unit", value, "2013-12-31");
	SHOWN("Haram", NULL, "41");
}

static void two_counts_of_sets_are_bounds_and_never_their_sum(void **state)
{
	struct world *w = *state;
	lay(w);
	w_say(w, "arr", "2013", "Rissa 53 Leksvik 46");
	w_obs(w, "Rissa", "arr", "2014", "50");
	w_obs(w, "Indre", "arr", "2018", "60");
	w_commit(w);
	struct msg_trend_answer *t = ask_at(w, "arr", "unit", value, "2018-01-01");
	const struct msg_trend_row *row = t_row(t, "Indre", "2013");
	assert_string_equal(row->figures[0].shown, "53–99");
	assert_string_equal(row->figures[0].low, "53");
	assert_string_equal(row->figures[0].high, "99");
	assert_int_equal(row->method, METHOD_BOUNDS);
	assert_string_equal(row->covered, "2 of 2");
	row = t_row(t, "Indre", "2014");
	assert_string_equal(row->figures[0].shown, "at least 50");
	assert_string_equal(row->covered, "1 of 2");
	HAS("Indre", "2018", METHOD_EXACT, "60");
	row = t_row(t, "Indre", "2018");
	assert_string_equal(row->figures[0].growth->percent, "");
	assert_non_null(strstr(row->figures[0].growth->undefined, "no exact figure in 2014"));
	/* As reported nothing is different. */
	t = ask_at(w, "arr", "unit", value, "");
	assert_int_equal(t_row(t, "Rissa", "2013")->method, METHOD_UNSPECIFIED);
	SHOWN("Rissa", "2013", "53");
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
	SHOWN("Indre", "2012", "at least 46");
	SHOWN("Indre", "2013", "at least 53");
	const struct msg_trend_row *row = t_row(t, "Indre", "2012/2013");
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
	HAS("Nordland", NULL, METHOD_BOUNDS, "0–297");
	SHOWN("TF", NULL, "at least 0");
	t = ask_at(w, "arr", "unit", value, "2019-12-31");
	HAS("Nordland", NULL, METHOD_EXACT, "297");
}

static void percentages(struct world *w, const char *troms)
{
	w_unit(w, "Vardo", "municipality", "", "", "Vardø");
	h_inside(w, "Vardo", "Finnmark24 2024.., TF 2020..2024");
	struct msg_indicator def = {.id = "district",
				    .label = "District municipalities",
				    .type = VALUE_TYPE_PERCENT,
				    .over_units = AGGREGATION_RELATIVE,
				    .over_time = AGGREGATION_NONE,
				    .denominator = "municipalities",
				    .unit_kind = "county"};
	w_def(w, SPACE_INDICATOR, "district", &msg_type_indicator, &def);
	w_indicator(w, "municipalities", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "county");
	w_say(w, "district", "2024", arena_printf(w->a, "Troms24 %s Finnmark24 89", troms));
	w_say(w, "municipalities", "2024", "Troms24 21 Finnmark24 18");
	w_commit(w);
}

static void percentages_are_recomputed_from_counts_never_averaged(void **state)
{
	struct world *w = *state;
	lay(w);
	percentages(w, "90");
	struct msg_trend_answer *t = ask_at(w, "district", "unit", value, "2023-12-31");
	const struct msg_trend_row *row = t_row(t, "TF", NULL);
	assert_string_equal(row->figures[0].shown, "89.7");
	assert_string_equal(row->figures[0].numerator, "3500");
	assert_string_equal(row->figures[0].denominator, "39");
	assert_int_equal(row->method, METHOD_MERGED);
	assert_non_null(strstr(row->notes[0], "35 of 39"));
	assert_non_null(strstr(row->notes[0], "derived from rounded percentages"));
	t = ask_at(w, "district", "unit", value, "2024-01-01");
	SHOWN("Troms24", NULL, "90");
	t = ask_at(w, "district", "county", sum, "2023-12-31"); /* of one county alone */
	SHOWN("TF", NULL, "89.7");
	t = ask_at(w, "district", "", sum, "2024-01-01"); /* of two */
	assert_non_null(strstr(t->rows[0].figures[0].refused, "ask for RATE"));
}

static void a_percentage_that_fits_no_count_is_refused(void **state)
{
	struct world *w = *state;
	lay(w);
	percentages(w, "91");
	struct msg_trend_answer *t = ask_at(w, "district", "unit", value, "2023-12-31");
	const struct msg_trend_row *row = t_row(t, "TF", NULL);
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
	w_say(w, "people", "2019", "Haram 9306 Alesund ? Bodo ?");
	w_say(w, "people", "2017", "Rissa 6600 Leksvik 3400..3500");
	w_commit(w);
	struct msg_trend_answer *t = ask_at(w, "people", "unit", sum, "2020-01-01");
	SHOWN("Alesund20", NULL, "at least 9306");
	SHOWN("Bodo", NULL, "(not answered)");
	SHOWN("Indre", NULL, "10000–10100");
}

static void words_bound_nothing(void **state)
{
	struct world *w = *state;
	lay(w);
	w_say(w, "arr", "2013", "Rissa many Leksvik 46 Bodo ~30");
	w_commit(w);
	struct msg_trend_answer *t = ask_at(w, "arr", "unit", value, "2020-01-01");
	assert_non_null(strstr(t_row(t, "Indre", NULL)->figures[0].refused, "bounds nothing"));
	SHOWN("Bodo", NULL, "nearly 30");
}

static void any_is_true_of_a_merger_if_it_is_of_a_part(void **state)
{
	struct world *w = *state;
	lay(w);
	w_indicator(w, "takes-part", VALUE_TYPE_COUNT, AGGREGATION_ANY, "");
	w_indicator(w, "takes-part-all", VALUE_TYPE_COUNT, AGGREGATION_ALL, "");
	w_indicator(w, "mayor-age", VALUE_TYPE_NUMBER, AGGREGATION_NONE, "");
	w_say(w, "takes-part", "2013", "Rissa 1 Leksvik 0 Snillfjord 1 Hemne 0");
	w_say(w, "takes-part-all", "2013", "Rissa 1 Leksvik 0");
	w_say(w, "mayor-age", "2013", "Rissa 50 Leksvik 60");
	w_commit(w);
	struct msg_trend_answer *t = ask_at(w, "takes-part", "unit", value, "2020-01-01");
	SHOWN("Indre", NULL, "1");
	SHOWN("Heim", NULL, "0–1");
	t = ask_at(w, "takes-part-all", "unit", value, "2020-01-01");
	SHOWN("Indre", NULL, "0");
	t = ask_at(w, "mayor-age", "unit", value, "2020-01-01");
	assert_int_equal(t_row(t, "Indre", NULL)->method, METHOD_REFUSED);
	assert_non_null(strstr(t_row(t, "Indre", NULL)->figures[0].refused, "no meaning"));
}

/* Units of 2020 in the counties of 2019: Tjeldsund of 2020 lies in two of them, its parts do not. */
static void groups_may_be_of_another_day_than_the_units(void **state)
{
	struct world *w = *state;
	lay(w);
	w_say(w, "people", "2019-01-01", "Tjeldsund 1260 Skanland 2986 Bodo 51558");
	w_obs(w, "Tjeldsund20", "people", "2020-01-01", "4200");
	w_commit(w);
	struct msg_trend_question q = t_ask(w, "people", "county", sum);
	q.structure_at = "2020-01-01";
	q.group_structure_at = "2019-12-31";
	struct msg_trend_answer *t = w_trend(w, &q);
	SHOWN("Nordland", "2019-01-01", "52818");
	SHOWN("Troms", "2019-01-01", "2986");
	assert_string_equal(row_among(w, t, "Nordland Troms")->figures[0].shown, "4200");
	assert_string_equal(row_among(w, t, "Nordland Troms")->period, "2020-01-01");
	assert_int_equal(total(t), 1260 + 2986 + 51558 + 4200);
	q.structure_at = "";
	q.group_structure_at = "2020-01-01";
	t = w_trend(w, &q);
	SHOWN("TF", "2019-01-01", "4246");
}

static void what_lies_among_units_of_one_group_of_another_day_is_that_groups_alone(void **state)
{
	struct world *w = *state;
	lay(w);
	w_obs(w, "Snillfjord", "people", "2019-01-01", "971");
	w_commit(w);
	struct msg_trend_question q = t_ask(w, "people", "county", sum);
	q.structure_at = "2020-01-01";
	q.group_structure_at = "2019-12-31";
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_int_equal(t->n_rows, 1);
	/* Heim, Hitra and Orkland have more than what Snillfjord brings, of which nothing is said. */
	SHOWN("Trondelag", NULL, "at least 971");
}

static void figures_of_units_whose_lives_were_taken_back_are_left_out_and_told(void **state)
{
	struct world *w = *state;
	lay(w);
	w_obs(w, "Bodo", "people", "2019-01-01", "51558");
	h_towns(w, "Ghost 2018..");
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
	struct msg_unit_ref unit = *w_by_id(w, "Snillfjord");
	struct msg_trend_question q = t_ask(w, "people", "unit", sum);
	q.n_units = 1;
	q.units = &unit;
	q.structure_at = "2020-01-01";
	struct msg_trend_answer *t = w_trend(w, &q);
	assert_int_equal(total(t), 971);
	unit = *w_by_id(w, "Hitra");
	q.group_by = "county";
	t = w_trend(w, &q);
	/* What of Snillfjord is Hitra's is not known, also where the county has all of it. */
	SHOWN("Trondelag", NULL, "4659–5630");
	assert_string_equal(row_among(w, t, "Heim Hitra Orkland")->figures[0].shown, "971");
}

static void a_day_without_a_structure_is_one_clear_error(void **state)
{
	struct world *w = *state;
	w_unit(w, "a", "municipality", "1838-01-01", "", "A");
	w_indicator(w, "people", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "");
	w_obs(w, "a", "people", "2019", "5");
	w_commit(w);
	struct msg_trend_question q = t_ask(w, "people", "", sum);
	q.structure_at = "1700-01-01";
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
