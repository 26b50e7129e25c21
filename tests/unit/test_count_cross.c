/* SPDX-License-Identifier: Apache-2.0
 *
 * test_count_cross.c - counts by two groupings at once.
 *
 *   north: a b    south: c d    nowhere: e          people: a 10  b 200  c 30  d 400
 *
 *   fire   a b c    host a   task fire;rescue   technical   local
 *   water  a b      host b   task water         technical   regional
 *   port   c        host c   task port          -           local      until 2016
 *   odd    d e      -        -                  health      regional   from 2015 (the day is not known)
 */
#include "tests/unit/answer_kit.h"
#include "tests/unit/trend_kit.h"

static void declare(struct world *w, const char *round, const char *unit)
{
	w_fact(w, FACT_SCOPE)->scope = (struct fact_scope){.round = w_word(w, SPACE_ROUND, round),
							   .unit = w_word(w, SPACE_UNIT, unit),
							   .kind = w_word(w, SPACE_TERM, "arrangement"),
							   .state = STATE_ASSERTED,
							   .completion = COMPLETION_YES,
							   .src = w_word(w, SPACE_SOURCE, "s1")};
}

static void arranged(struct world *w, const char *id, const char *task, const char *sector, const char *level)
{
	w_attrs(w, id, "participants_complete", "", "", "yes");
	if (*task)
		w_attrs(w, id, "task", "", "", task);
	if (*sector)
		w_attrs(w, id, "sector", "", "", sector);
	w_attrs(w, id, "level", "", "", level);
}

static void lay(struct world *w)
{
	w_unit(w, "north", "county", "", "", "North");
	w_unit(w, "south", "county", "", "", "South");
	h_towns_of(w, "north", "a b");
	h_towns_of(w, "south", "c d");
	h_towns(w, "e");
	w_attrs(w, "a", "form", "", "", "old;new");
	w_attrs(w, "c", "form", "", "", "old");
	w_indicator(w, "people", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "");
	w_say(w, "people", "2013", "a 10 b 200 c 30 d 400");
	w_arrangement(w, "fire", "a b c", "a");
	arranged(w, "fire", "fire;rescue", "technical", "local");
	w_arrangement(w, "water", "a b", "b");
	arranged(w, "water", "water", "technical", "regional");
	w_unit(w, "port", "arrangement", "2010-01-01", "2016-01-01", "port");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "c", "port", "2010-01-01", "");
	w_link(w, LINK_TYPE_HOSTS, "c", "port", "2010-01-01", "");
	arranged(w, "port", "port", "", "local");
	w_unit(w, "odd", "arrangement", "2015", "", "odd");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "d", "odd", "2015", "");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "e", "odd", "2015", "");
	arranged(w, "odd", "", "health", "regional");
	static const char *const rounds[][2] = {{"r2014", "2014"}, {"r2015", "2015-06-30"}, {"r2018", "2018"}};
	for (size_t i = 0; i < 3; i++) {
		w_round(w, rounds[i][0], rounds[i][1], 0);
		declare(w, rounds[i][0], "north");
		declare(w, rounds[i][0], "south");
		declare(w, rounds[i][0], "e");
	}
	w_tick(w, "2021-01-01");
	w_commit(w);
}

/* ---- asking ----------------------------------------------------------------------------------------- */

static struct msg_decimal limits[] = {{.digits = 100}};
static enum measure measures[4];

/* Up to two dates, and up to four measures. */
static struct msg_count_question question(struct world *w, enum counted what, const char *dates, const char *group_by,
					  const char *then_by, const char *wanted)
{
	struct msg_count_question q = {
	    .counted = what, .group_by = group_by, .then_by = then_by, .decimals = 1, .measures = measures};
	q.kind = what == COUNTED_UNITS || what == COUNTED_PARTICIPANTS ? "municipality" : "";
	q.size_indicator = "people";
	q.n_size_limits = 1;
	q.size_limits = limits;
	q.dates = arena_alloc(w->a, 2 * sizeof *q.dates);
	for (const char *at; (at = w_next(w, &dates));)
		q.dates[q.n_dates++] = at;
	for (const char *at; (at = w_next(w, &wanted));)
		measures[q.n_measures++] = (enum measure)msg_code_number(&msg_enum_measure, at);
	return q;
}

/* Every figure is explained, and agrees. */
static struct msg_trend_answer *ask_it(struct world *w, struct msg_count_question *q)
{
	struct msg_query_request r = w_request();
	r.count = q;
	struct msg_query_reply *reply = w_ask(w, &r);
	if (!reply->trend)
		fail_msg("no count: %s", reply->error ? reply->error->text : "?");
	if (!q->skip && !q->limit)
		w_count_explained(w, q, reply->trend);
	return reply->trend;
}

static const char *refused(struct world *w, struct msg_count_question *q)
{
	struct msg_query_request r = w_request();
	r.count = q;
	struct msg_query_reply *reply = w_ask(w, &r);
	if (!reply->error)
		fail_msg("it was answered");
	return reply->error->text;
}

/* "North local 1, 50.0; …", "-" = in no group. */
static const char *rows(struct world *w, struct msg_count_question *q)
{
	struct msg_trend_answer *t = ask_it(w, q);
	const char *text = "";
	for (size_t i = 0; i < t->n_rows; i++) {
		struct msg_trend_row *x = &t->rows[i];
		assert_int_equal(x->n_categories, 1);
		assert_string_equal(x->categories[0].dimension, q->then_by);
		text = arena_printf(w->a, "%s%s%s %s%s%s:", text, *text ? "; " : "", x->group_name,
				    *x->categories[0].code ? x->categories[0].code : "-", q->n_dates > 1 ? " " : "",
				    q->n_dates > 1 ? x->period : "");
		for (size_t k = 0; k < x->n_figures; k++)
			text = arena_printf(w->a, "%s%s %s", text, k ? "," : "",
					    *x->figures[k].refused ? x->figures[k].refused : x->figures[k].shown);
	}
	return text;
}

static const char *cross(struct world *w, enum counted what, const char *dates, const char *group_by,
			 const char *then_by, const char *wanted)
{
	struct msg_count_question q = question(w, what, dates, group_by, then_by, wanted);
	return rows(w, &q);
}

#define ARR  COUNTED_ARRANGEMENTS
#define PART COUNTED_PARTICIPANTS
#define UNIT COUNTED_UNITS

/* ---- tests ------------------------------------------------------------------------------------------ */

static void a_cell_has_what_stands_in_both_groups(void **state)
{
	struct world *w = *state;
	lay(w);
	assert_string_equal(cross(w, ARR, "2014", "county", "level", "COUNT"),
			    "North local: 1; North regional: 1; South local: 2; South regional: 0");
	assert_string_equal(cross(w, ARR, "2014", "level", "county", "COUNT"),
			    "local north: 1; local south: 2; regional north: 1; regional south: 0");
	assert_string_equal(cross(w, ARR, "2015-06-30", "county", "level", "COUNT"),
			    "(no county) local: 0; (no county) regional: 0–1; North local: 1; North regional: 1; South "
			    "local: 2; South regional: 0–1");
	assert_string_equal(cross(w, ARR, "2014", "sector", "task", "COUNT"),
			    "(no sector) fire: 0; (no sector) port: 1; (no sector) rescue: 0; (no sector) water: 0; "
			    "technical fire: 1; technical port: 0; technical rescue: 1; technical water: 1");
	assert_string_equal(cross(w, ARR, "2014", "host", "level", "COUNT"),
			    "a local: 1; a regional: 0; b local: 0; b regional: 1; c local: 1; c regional: 0");
	assert_string_equal(cross(w, PART, "2014", "county", "level", "COUNT RATE"),
			    "(no county) local: 0, 0.0; (no county) regional: 0, 0.0; North local: 2, 100.0; North "
			    "regional: 2, 100.0; South local: 1, 50.0; South regional: 0, 0.0");
	assert_string_equal(cross(w, UNIT, "2014", "county", "size", "COUNT"),
			    "(no county) -: 1; (no county) under 100: 0; (no county) 100 or more: 0; North -: 0; North "
			    "under 100: 1; North 100 or more: 1; South -: 0; South under 100: 1; South 100 or more: 1");
	assert_string_equal(cross(w, UNIT, "2014", "county", "attr:form", "COUNT"),
			    "(no county) -: 1; (no county) new: 0; (no county) old: 0; North -: 1; North new: 1; North "
			    "old: 1; South -: 1; South new: 0; South old: 1");
}

/* fire has a small participant in the north and in the south, and a large one in the north. */
static void a_participant_stands_in_its_own_groups(void **state)
{
	struct world *w = *state;
	lay(w);
	assert_string_equal(cross(w, ARR, "2014", "county", "size", "COUNT"),
			    "North under 100: 2; North 100 or more: 2; South under 100: 2; South 100 or more: 0");
	assert_string_equal(
	    cross(w, PART, "2014", "county", "task", "COUNT"),
	    "(no county) fire: 0; (no county) port: 0; (no county) rescue: 0; (no county) water: 0; "
	    "North fire: 2; North port: 0; North rescue: 2; North water: 2; South fire: 1; South port: 1; "
	    "South rescue: 1; South water: 0");
}

/* Parts of c became p in the south, and q in no county, and nobody knows which of the three takes part in fire. */
static void a_divided_participant_may_be_in_either_cell(void **state)
{
	struct world *w = *state;
	lay(w);
	h_towns_of(w, "south", "p 2020..");
	h_towns(w, "q 2020..");
	h_event(w, "s", "2020-01-01", "c>*p c>*q");
	w_commit(w);
	struct msg_count_question q = question(w, PART, "2014", "county", "level", "COUNT RATE");
	q.structure_at = "2020-06-01";
	assert_string_equal(
	    rows(w, &q), "(no county) local: 0–1, 0.0–50.0; (no county) regional: 0, 0.0; North local: 2, 100.0; North "
			 "regional: 2, 100.0; South local: 0–2, 0.0–66.7; South regional: 0, 0.0");
	q = question(w, ARR, "2014", "level", "county", "COUNT");
	q.structure_at = "2020-06-01";
	assert_string_equal(rows(w, &q),
			    "local -: 0–2; local north: 1; local south: 0–2; regional -: 0; regional north: 1; "
			    "regional south: 0");
}

/* An explanation took the host as reported, which is none of the groups, and did not agree. */
static void a_divided_host_may_be_any_of_its_parts(void **state)
{
	struct world *w = *state;
	lay(w);
	h_towns_of(w, "south", "p 2020..");
	h_towns(w, "q 2020..");
	h_event(w, "s", "2020-01-01", "c>*p c>*q");
	w_commit(w);
	struct msg_count_question q = question(w, ARR, "2014", "host", "", "COUNT SHARE");
	q.structure_at = "2020-06-01";
	(void)ask_it(w, &q);
	q.then_by = "level";
	assert_string_equal(rows(w, &q),
			    "a local: 1, 33.3; a regional: 0, 0.0; b local: 0, 0.0; b regional: 1, 33.3; c local: "
			    "0–1, 0.0–33.4; c regional: 0, 0.0; p local: 0–1, 0.0–33.4; p regional: 0, 0.0; q "
			    "local: 0–1, 0.0–33.4; q regional: 0, 0.0");
	q.share_of = "level";
	(void)ask_it(w, &q);
	q.share_of = "host";
	(void)ask_it(w, &q);
	q = question(w, PART, "2014", "host", "county", "COUNT");
	q.structure_at = "2020-06-01";
	(void)ask_it(w, &q);
}

/* What a filter leaves of a count by one grouping is what a cell of two has. */
static void a_cell_is_what_a_filter_leaves_of_the_other_grouping(void **state)
{
	struct world *w = *state;
	static const char *const second[] = {"task", "sector", "level"};
	static const char *const first[] = {"county", "unit", "size", "host"};
	lay(w);
	for (size_t i = 0; i < 12; i++) {
		enum counted what = i % 2 ? PART : ARR;
		struct msg_count_question q =
		    question(w, what, "2015-06-30", first[i / 3], second[i % 3], what == ARR ? "COUNT" : "COUNT RATE");
		struct msg_trend_answer *t = ask_it(w, &q);
		size_t checked = 0;
		for (size_t k = 0; k < t->n_rows; k++) {
			struct msg_trend_row *x = &t->rows[k];
			if (!*x->categories[0].code)
				continue; /* no filter means those of none */
			struct msg_count_question one = q;
			const char *values[] = {x->categories[0].code};
			struct msg_filter where = {.field = second[i % 3], .n_values = 1, .values = values};
			one.then_by = "";
			one.n_where = 1;
			one.where = &where;
			struct msg_trend_answer *of = ask_it(w, &one);
			size_t at = 0;
			while (at < of->n_rows && strcmp(of->rows[at].group_name, x->group_name) != 0)
				at++;
			const char *shown = at < of->n_rows ? of->rows[at].figures[0].shown : "0";
			assert_string_equal(x->figures[0].shown, shown);
			checked += at < of->n_rows;
		}
		assert_true(checked > 2);
	}
}

static void shares_are_of_everything_or_of_a_group_of_either_grouping(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_count_question q = question(w, ARR, "2014", "county", "level", "COUNT SHARE");
	assert_string_equal(
	    rows(w, &q), "North local: 1, 33.3; North regional: 1, 33.3; South local: 2, 66.7; South regional: 0, 0.0");
	assert_true(
	    t_listed(ask_it(w, &q)->notes, ask_it(w, &q)->n_notes, "shares are of everything counted on the day"));
	q.share_of = "county"; /* the north has two arrangements, the south two */
	assert_string_equal(
	    rows(w, &q),
	    "North local: 1, 50.0; North regional: 1, 50.0; South local: 2, 100.0; South regional: 0, 0.0");
	assert_true(t_listed(ask_it(w, &q)->notes, ask_it(w, &q)->n_notes, "in the row's group by county on the day"));
	q.share_of = "level"; /* fire is both of the north and of the south, and once of the level */
	assert_string_equal(
	    rows(w, &q),
	    "North local: 1, 50.0; North regional: 1, 100.0; South local: 2, 100.0; South regional: 0, 0.0");
	q.share_of = "task";
	assert_non_null(strstr(refused(w, &q), "share_of is one of the two groupings, \"county\" or \"level\""));
	q.share_of = "county";
	q.then_by = "";
	assert_non_null(strstr(refused(w, &q), "of one grouping shares are of everything counted"));
}

static void means_ranks_and_concentrations_are_of_the_cell(void **state)
{
	struct world *w = *state;
	lay(w);
	assert_string_equal(
	    cross(w, PART, "2014", "county", "level", "RANK MEAN CONCENTRATION"),
	    "(no county) local: 3, 0.0, nobody takes part; (no county) regional: 2, 0.0, nobody takes "
	    "part; North local: 1, 1.0, 0.500; North regional: 1, 1.0, 0.500; South local: 2, 1.0, 1.000; South "
	    "regional: 2, 0.0, nobody takes part");
	struct msg_count_question q = question(w, ARR, "2014", "level", "county", "RANK MEAN");
	q.kind = "municipality";
	assert_string_equal(rows(w, &q), "local -: 1, 0.0; local north: 1, 1.0; local south: 1, 1.0; regional -: 1, "
					 "0.0; regional north: 1, 1.0; regional "
					 "south: 2, 0.0");
	assert_true(t_listed(ask_it(w, &q)->notes, ask_it(w, &q)->n_notes,
			     "ranks are among the groups by level that are of one group by county"));
	assert_int_equal(ask_it(w, &q)->rows[1].frame->population, 2); /* of the county, whatever the level */
}

static void a_row_grows_from_that_of_its_own_cell(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_count_question q = question(w, ARR, "2014 2018", "county", "level", "COUNT");
	struct msg_trend_answer *t = ask_it(w, &q);
	assert_string_equal(rows(w, &q),
			    "(no county) local 2018-12-31: 0; (no county) regional 2018-12-31: 1; North local "
			    "2014-12-31: 1; North local 2018-12-31: 1; North regional 2014-12-31: 1; North "
			    "regional 2018-12-31: 1; South local 2014-12-31: 2; South local 2018-12-31: 1; "
			    "South regional 2014-12-31: 0; South regional 2018-12-31: 1");
	assert_string_equal(t->rows[7].figures[0].growth->absolute, "-1");
	assert_string_equal(t->rows[9].figures[0].growth->absolute, "1");
	assert_null(t->rows[0].figures[0].growth);
}

static void which_groupings_overlap_is_told(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_count_question q = question(w, ARR, "2014", "county", "level", "COUNT");
	struct msg_trend_answer *t = ask_it(w, &q);
	assert_true(t->overlapping);
	assert_int_equal(t->n_overlapping_by, 1);
	assert_string_equal(t->overlapping_by[0], "county");
	assert_true(t_listed(t->notes, t->n_notes, "by county: an arrangement stands in each group"));
	assert_string_equal(t->label, "arrangements by county and level");
	q = question(w, ARR, "2014", "level", "task", "COUNT");
	t = ask_it(w, &q);
	assert_string_equal(t->overlapping_by[0], "task");
	assert_true(t_listed(t->notes, t->n_notes, "by task: an arrangement with two of them stands in both groups"));
	q = question(w, ARR, "2014", "level", "sector", "COUNT");
	assert_false(ask_it(w, &q)->overlapping);
	/* What the groups are called. */
	q = question(w, ARR, "2015-06-30", "level", "county", "COUNT");
	t = ask_it(w, &q);
	assert_int_equal(t->n_labels, 1);
	assert_string_equal(t->labels[0].id, "county");
	assert_string_equal(t->labels[0].codes[0].code, "");
	assert_string_equal(t->labels[0].codes[0].label, "(no county)");
	assert_string_equal(t->labels[0].codes[1].code, "north");
	assert_string_equal(t->labels[0].codes[1].label, "North");
}

/* That the south has no b is no figure of b. */
static void places_that_have_nothing_in_common_have_no_row(void **state)
{
	struct world *w = *state;
	lay(w);
	assert_string_equal(cross(w, UNIT, "2014", "county", "unit", "COUNT"),
			    "(no county) e: 1; North a: 1; North b: 1; South c: 1; South d: 1");
	assert_string_equal(cross(w, ARR, "2014", "unit", "county", "COUNT"), "a north: 2; b north: 2; c south: 2");
	struct msg_count_question q = question(w, COUNTED_LINKS, "2014", "county", "unit", "COUNT");
	q.link = LINK_TYPE_HOSTS;
	assert_string_equal(rows(w, &q), "(no county) fire: 1; (no county) port: 1; (no county) water: 1; North a: 1; "
					 "North b: 1; South c: 1");
}

static void what_is_not_declared_complete_is_at_least_in_every_cell(void **state)
{
	struct world *w = *state;
	lay(w);
	assert_string_equal(cross(w, ARR, "2013-06-30", "county", "level", "COUNT"),
			    "North local: at least 1; North regional: at least 1; South local: at least 2; South "
			    "regional: at least 0");
	w_round(w, "r2013", "2013", 0);
	declare(w, "r2013", "north");
	w_commit(w);
	assert_string_equal(
	    cross(w, ARR, "2013-06-30", "county", "level", "COUNT SHARE"),
	    "North local: 1, the whole is not known: lists are not declared complete; North regional: 1, "
	    "the whole is not known: lists are not declared complete; South local: at least 2, the whole "
	    "is not known: lists are not declared complete; South regional: at least 0, the whole is not "
	    "known: lists are not declared complete");
	struct msg_count_question q = question(w, ARR, "2013-06-30", "county", "level", "SHARE");
	q.share_of = "county"; /* that whole is known in the north */
	assert_string_equal(rows(w, &q),
			    "North local: 50.0; North regional: 50.0; South local: the whole is not known: "
			    "lists are not declared complete; South regional: the whole is not known: lists "
			    "are not declared complete");
}

static void pages_of_cells_are_the_whole(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_count_question q = question(w, ARR, "2014 2018", "county", "level", "COUNT");
	struct msg_trend_answer *all = ask_it(w, &q);
	q.limit = 3;
	for (q.skip = 0; q.skip < all->n_rows; q.skip += 3) {
		struct msg_trend_answer *page = ask_it(w, &q);
		for (size_t i = 0; i < page->n_rows; i++) {
			assert_string_equal(page->rows[i].group_name, all->rows[q.skip + i].group_name);
			assert_string_equal(page->rows[i].categories[0].code, all->rows[q.skip + i].categories[0].code);
			assert_string_equal(page->rows[i].period, all->rows[q.skip + i].period);
		}
		assert_int_equal(page->next_skip, q.skip + 3 < all->n_rows ? q.skip + 3 : 0);
	}
}

static void what_cannot_be_crossed_is_refused(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_count_question q = question(w, ARR, "2014", "", "level", "COUNT");
	assert_non_null(strstr(refused(w, &q), "then_by is the second grouping: name the first as group_by"));
	q.group_by = "level";
	assert_non_null(strstr(refused(w, &q), "both groupings are \"level\": name two"));
	q.then_by = "colour";
	assert_non_null(strstr(refused(w, &q), "colour"));
	q = question(w, UNIT, "2014", "county", "host", "COUNT");
	assert_non_null(strstr(refused(w, &q), "a host is of arrangements, not of units"));
	q = question(w, COUNTED_LINKS, "2014", "county", "task", "COUNT");
	q.link = LINK_TYPE_HOSTS;
	assert_non_null(strstr(refused(w, &q), "links stand in the units that they join"));
}

/* An explanation took a legal form to be of arrangements alone, so that no unit had one, and did not agree. */
static void units_by_legal_form_are_explained(void **state)
{
	struct world *w = *state;
	lay(w);
	w_attrs(w, "a", "legal_form", "", "", "kf");
	w_commit(w);
	assert_string_equal(
	    cross(w, UNIT, "2014", "legal_form", "county", "COUNT"),
	    "(no legal_form) -: 1; (no legal_form) north: 1; (no legal_form) south: 2; kf -: 0; kf north: "
	    "1; kf south: 0");
	struct msg_count_question q = question(w, UNIT, "2014", "legal_form", "", "COUNT");
	assert_string_equal(ask_it(w, &q)->rows[1].figures[0].shown, "1");
}

/* 60 values by 60: though only 60 cells have anything in them, the table has them all. */
static void a_table_of_too_many_cells_is_refused_in_a_sentence(void **state)
{
	struct world *w = *state;
	for (int i = 0; i < 60; i++) {
		const char *id = arena_printf(w->a, "t%d", i);
		w_unit(w, id, "municipality", "", "", id);
		w_attrs(w, id, "x", "", "", arena_printf(w->a, "x%d", i));
		w_attrs(w, id, "y", "", "", arena_printf(w->a, "y%d", i));
	}
	w_tick(w, "2021-01-01");
	w_commit(w);
	struct msg_count_question q = question(w, UNIT, "2014", "attr:x", "attr:y", "COUNT");
	w->limits.rows_max = 200;
	assert_string_equal(refused(w, &q), "3600 pairs of groups on 1 days are too many for one question: name fewer "
					    "days, or ask in pieces");
	w->limits.rows_max = 4000;
	struct msg_query_request r = w_request();
	r.count = &q;
	assert_int_equal(w_ask(w, &r)->trend->n_rows, 3600);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(a_cell_has_what_stands_in_both_groups),
	    TEST(a_participant_stands_in_its_own_groups),
	    TEST(a_divided_participant_may_be_in_either_cell),
	    TEST(a_divided_host_may_be_any_of_its_parts),
	    TEST(a_cell_is_what_a_filter_leaves_of_the_other_grouping),
	    TEST(shares_are_of_everything_or_of_a_group_of_either_grouping),
	    TEST(means_ranks_and_concentrations_are_of_the_cell),
	    TEST(a_row_grows_from_that_of_its_own_cell),
	    TEST(which_groupings_overlap_is_told),
	    TEST(places_that_have_nothing_in_common_have_no_row),
	    TEST(what_is_not_declared_complete_is_at_least_in_every_cell),
	    TEST(pages_of_cells_are_the_whole),
	    TEST(what_cannot_be_crossed_is_refused),
	    TEST(units_by_legal_form_are_explained),
	    TEST(a_table_of_too_many_cells_is_refused_in_a_sentence),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
