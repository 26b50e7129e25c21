/* SPDX-License-Identifier: Apache-2.0
 *
 * test_project_rest.c - a unit not all of whose parts are on record is more than these: its rest goes where its own
 * events say, and nothing of it is taken to be elsewhere.
 *
 * Time runs to the right. A─┐ B is a whole flow, A╌╌B a part.
 */
#include "tests/unit/history.h"
#include "query/kept.h"

#define SINCE "1950-01-01"

/* The list of a kind inside a unit, declared in a round of that day. */
static void declare(struct world *w, const char *day, const char *unit, const char *kind, enum completion how)
{
	w_round(w, arena_printf(w->a, "list-%s", day), day, 0);
	w_fact(w, FACT_SCOPE)->scope =
	    (struct fact_scope){.round = w_word(w, SPACE_ROUND, arena_printf(w->a, "list-%s", day)),
				.unit = w_word(w, SPACE_UNIT, unit),
				.kind = w_word(w, SPACE_TERM, kind),
				.state = STATE_ASSERTED,
				.completion = (uint8_t)how,
				.src = w_word(w, SPACE_SOURCE, "s1")};
}

/* Oppland╌╌╌╌╌╌╌╌╌Innlandet
 *   Jevnaker─┐
 * Akershus───┼Viken┬──Akershus2 (Jevnaker)
 * Buskerud───┘     └──Buskerud2            the only municipality on record is Jevnaker */
static void viken(struct world *w)
{
	h_counties(
	    w, "Akershus Buskerud Oppland 1950..2020, Viken 2020..2024, Innlandet 2020.., Akershus2 Buskerud2 2024..");
	h_event(w, "join", "2020-01-01", "Akershus>Viken Buskerud>Viken");
	h_event(w, "innlandet", "2020-01-01", "Oppland>Innlandet");
	h_event(w, "part", "2024-01-01", "Viken>*Akershus2 Viken>*Buskerud2");
	h_towns(w, "Jevnaker 1950..");
	h_inside(w, "Jevnaker", "Oppland 1950..2020, Viken 2020..2024, Akershus2 2024..");
}

static void a_county_with_one_municipality_on_record_is_more_than_that(void **state)
{
	struct world *w = *state;
	viken(w);
	/* Of a complete list this would be so: */
	assert_flow(w, "Akershus2", "2024-06-01", "2019-06-01", "county", "EXACT Oppland");
	assert_flow(w, "Oppland", "2019-06-01", "2024-06-01", "county", "EXACT Akershus2");
	declare(w, "2000", "Akershus2", "municipality", COMPLETION_NO);
	declare(w, "2000", "Oppland", "municipality", COMPLETION_UNKNOWN);
	declare(w, "2000", "Viken", "municipality", COMPLETION_NO);
	assert_flow(w, "Akershus2", "2024-06-01", "2019-06-01", "county", "UNALLOCATED Akershus Buskerud Oppland ?");
	assert_flow(w, "Akershus2", "2024-06-01", "2022-06-01", "county", "MERGED Viken");
	assert_flow(w, "Oppland", "2019-06-01", "2024-06-01", "county", "UNALLOCATED Akershus2 Innlandet ?");
	assert_flow(w, "Viken", "2022-06-01", "2024-06-01", "county", "UNALLOCATED Akershus2 Buskerud2 ?");
	assert_flow(w, "Viken", "2022-06-01", "2019-06-01", "county", "UNALLOCATED Akershus Buskerud Oppland ?");
	/* What has no part on record is itself, as ever. */
	assert_flow(w, "Akershus", "2019-06-01", "2024-06-01", "county", "UNALLOCATED Akershus2 Buskerud2 ?");
	assert_flow(w, "Jevnaker", "2019-06-01", "2024-06-01", "county", "MERGED Akershus2");
	/* The rest is no municipality. */
	assert_flow(w, "Akershus2", "2024-06-01", "2024-06-01", "municipality", "UNALLOCATED - Jevnaker ?");
	/* All of them are on record: it is them. */
	declare(w, "2000", "Akershus2", "municipality", COMPLETION_YES);
	assert_flow(w, "Akershus2", "2024-06-01", "2019-06-01", "county", "MERGED Oppland");
}

/* Troms╌─┐   ┌─╌Troms2       all that is on record of them, and the rest, comes back
 *        ├TF─┤
 * Finnm.─┘   └──Finnmark2 */
static void a_rest_that_goes_where_the_parts_go_is_exact(void **state)
{
	struct world *w = *state;
	h_counties(w, "Troms Finnmark 1950..2020, TF 2020..2024, Troms2 Finnmark2 2024..");
	h_event(w, "join", "2020-01-01", "Troms>TF Finnmark>TF");
	h_event(w, "part", "2024-01-01", "TF>*Troms2=Troms TF>*Finnmark2=Finnmark");
	h_towns(w, "Gratangen 1950..");
	h_inside(w, "Gratangen", "Troms 1950..2020, TF 2020..2024, Troms2 2024..");
	assert_flow(w, "TF", "2022-01-01", "2024-01-01", "county", "EXACT Troms2"); /* Finnmark is forgotten */
	declare(w, "2000", "Troms", "municipality", COMPLETION_NO);
	declare(w, "2000", "TF", "municipality", COMPLETION_NO);
	declare(w, "2000", "Troms2", "municipality", COMPLETION_NO);
	assert_flow(w, "Troms", "2019-01-01", "2024-01-01", "county", "EXACT Troms2");
	assert_flow(w, "Troms2", "2024-01-01", "2019-01-01", "county", "EXACT Troms");
	assert_flow(w, "Troms", "2019-01-01", "2022-01-01", "county", "MERGED TF");
	assert_flow(w, "Troms", "2018-01-01", "2019-01-01", NULL, "EXACT Troms");
	assert_flow(w, "TF", "2022-01-01", "2024-01-01", "county", "UNALLOCATED Finnmark2 Troms2 ?");
	/* The county's own weights divide it: its parts end in the very same counties. */
	h_weight(w, "part", "TF>Troms2", 3, 0);
	h_weight(w, "part", "TF>Finnmark2", 1, 0);
	assert_flow(w, "TF", "2022-01-01", "2024-01-01", "county", "APPORTIONED Finnmark2 1/4 Troms2 3/4");
}

/* A country of counties, of which one has gaps: the country has what that county has. */
static void the_rest_of_a_part_is_in_what_is_made_of_parts(void **state)
{
	struct world *w = *state;
	w_unit(w, "Land", "country", SINCE, "", NULL);
	h_counties(w, "North South 1950..");
	h_inside(w, "North", "Land 1950..2010"); /* and then its own country */
	h_inside(w, "South", "Land 1950..");
	h_towns(w, "Bodo 1950..");
	h_inside(w, "Bodo", "North 1950..2010, South 2010..");
	h_towns(w, "Mandal 1950..");
	h_inside(w, "Mandal", "South 1950..");
	assert_flow(w, "Land", "2009-01-01", "2010-01-01", "country", "EXACT Land");
	declare(w, "2000", "North", "municipality", COMPLETION_NO);
	assert_flow(w, "Land", "2009-01-01", "2010-01-01", "country", "UNALLOCATED - Land ?");
	/* Of a kind of which there are no parts there nothing is missing from the union. */
	declare(w, "2000", "North", "municipality", COMPLETION_YES);
	declare(w, "2000", "North", "county", COMPLETION_NO);
	assert_flow(w, "Land", "2009-01-01", "2010-01-01", "country", "EXACT Land");
}

/* Parts are on record from some day on, and the list has gaps before: the unit is what it was. */
static void a_list_that_was_filled_later_leaves_the_unit_where_it_is(void **state)
{
	struct world *w = *state;
	h_counties(w, "Agder 1950..");
	h_towns(w, "Mandal 1950.., Lyngdal 2004..");
	h_inside(w, "Mandal", "Agder 1950..");
	h_inside(w, "Lyngdal", "Agder 2004..");
	declare(w, "1990", "Agder", "municipality", COMPLETION_NO);
	declare(w, "2004", "Agder", "municipality", COMPLETION_YES);
	assert_flow(w, "Agder", "2000-01-01", "2003-12-31", "county", "EXACT Agder");
	assert_flow(w, "Agder", "2000-01-01", "2010-01-01", "county", "MERGED Agder");
	assert_flow(w, "Agder", "2010-01-01", "2012-01-01", "county", "EXACT Agder");
}

static const char *sums(struct world *w)
{
	enum measure sum = MEASURE_SUM;
	struct msg_trend_question q = {
	    .indicator = "people", .group_by = "unit", .n_measures = 1, .measures = &sum, .structure_at = "2019-06-01"};
	struct msg_trend_answer *t = w_trend(w, &q);
	const char *text = "";
	for (size_t i = 0; i < t->n_rows; i++)
		text = arena_printf(w->a, "%s%s%s %s", text, *text ? "; " : "", t->rows[i].group,
				    t->rows[i].figures[0].shown);
	return text;
}

/* The atoms that a thread keeps from question to question are of lists as they were known. */
static void figures_follow_the_list_and_add_up(void **state)
{
	struct world *w = *state;
	viken(w);
	w_indicator(w, "people", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "");
	w_obs(w, "Akershus2", "people", "2024", "21");
	w_commit(w);
	w->kept = kept_new();
	assert_string_equal(sums(w), "Oppland 21");
	declare(w, "2000", "Akershus2", "municipality", COMPLETION_NO);
	w_commit(w);
	assert_string_equal(sums(w), "Akershus at least 0; Buskerud at least 0; Oppland 0–21;  21");
	declare(w, "2000", "Akershus2", "municipality", COMPLETION_YES);
	w_commit(w);
	assert_string_equal(sums(w), "Oppland 21");
	w->kept = kept_free(w->kept);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    T(a_county_with_one_municipality_on_record_is_more_than_that),
	    T(a_rest_that_goes_where_the_parts_go_is_exact),
	    T(the_rest_of_a_part_is_in_what_is_made_of_parts),
	    T(a_list_that_was_filled_later_leaves_the_unit_where_it_is),
	    T(figures_follow_the_list_and_add_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
