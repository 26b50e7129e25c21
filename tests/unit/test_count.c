/* SPDX-License-Identifier: Apache-2.0
 *
 * test_count.c - units, arrangements, links and participants counted on days.
 *
 *   north: a b     south: c d     nowhere: e       2020-01-01: a, b ─▷ ab (north);  d ─▷ f (south), g (north)
 *
 *   fire   a b c    host a   task fire;rescue   technical
 *   water  a b      host b   task water         technical
 *   port   c        host c   task port          -            until 2016-01-01
 *   odd    d e      -        -                  health       from 2015
 */
#include "tests/unit/answer_kit.h"
#include "tests/unit/trend_kit.h"

static void complete(struct world *w, const char *id)
{
	w_attrs(w, id, "participants_complete", "", "", "yes");
}

static void declare(struct world *w, const char *round, const char *unit, enum completion how)
{
	w_fact(w, FACT_SCOPE)->scope = (struct fact_scope){.round = w_word(w, SPACE_ROUND, round),
							   .unit = w_word(w, SPACE_UNIT, unit),
							   .kind = w_word(w, SPACE_TERM, "arrangement"),
							   .state = STATE_ASSERTED,
							   .completion = (uint8_t)how,
							   .src = w_word(w, SPACE_SOURCE, "s1")};
}

static void units(struct world *w)
{
	w_unit(w, "north", "county", "", "", "North");
	w_unit(w, "south", "county", "", "", "South");
	h_towns_of(w, "north", "a b ..2020, ab g 2020..");
	h_towns_of(w, "south", "c, d ..2020, f 2020..");
	h_towns(w, "e");
	h_event(w, "m", "2020-01-01", "a>ab b>ab");
	h_event(w, "s", "2020-01-01", "d>*f d>*g");
}

static void lay(struct world *w)
{
	units(w);
	w_arrangement(w, "fire", "a b c", "a");
	w_attrs(w, "fire", "task", "", "", "fire;rescue");
	w_attrs(w, "fire", "sector", "", "", "technical");
	w_arrangement(w, "water", "a b", "b");
	w_attrs(w, "water", "task", "", "", "water");
	w_attrs(w, "water", "sector", "", "", "technical");
	w_unit(w, "port", "arrangement", "2010-01-01", "2016-01-01", "port");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "c", "port", "2010-01-01", "");
	w_link(w, LINK_TYPE_HOSTS, "c", "port", "2010-01-01", "");
	w_attrs(w, "port", "task", "", "", "port");
	w_unit(w, "odd", "arrangement", "2015", "", "odd");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "d", "odd", "2015", "");
	w_link(w, LINK_TYPE_PARTICIPATES_IN, "e", "odd", "2015", "");
	w_attrs(w, "odd", "sector", "", "", "health");
	static const char *const all[] = {"fire", "water", "port", "odd"};
	for (size_t i = 0; i < 4; i++)
		complete(w, all[i]);
	w_round(w, "r2014", "2014", 0);
	w_round(w, "r2015", "2015-06-30", 0);
	w_round(w, "r2018", "2018", 0);
	static const char *const rounds[] = {"r2014", "r2015", "r2018"};
	for (size_t i = 0; i < 3; i++) {
		declare(w, rounds[i], "north", COMPLETION_YES);
		declare(w, rounds[i], "south", COMPLETION_YES);
		declare(w, rounds[i], "e", COMPLETION_YES);
	}
	w_tick(w, "2021-01-01");
	w_commit(w);
}

/* ---- asking ----------------------------------------------------------------------------------------- */

/* Dates and measures by blanks. */
static struct msg_count_question question(struct world *w, enum counted what, const char *dates, const char *group_by,
					  const char *measures)
{
	struct msg_count_question q = {.counted = what, .group_by = group_by, .decimals = 2, .survey = ""};
	q.kind = what == COUNTED_UNITS || what == COUNTED_PARTICIPANTS ? "municipality" : "";
	q.dates = arena_alloc(w->a, 10 * sizeof *q.dates);
	q.measures = arena_alloc(w->a, 10 * sizeof *q.measures);
	for (const char *p = dates; *p;) {
		size_t len = strcspn(p, " ");
		q.dates[q.n_dates++] = arena_text(w->a, p, len);
		p += len + (p[len] == ' ');
	}
	for (const char *p = measures; *p;) {
		size_t len = strcspn(p, " ");
		int code = msg_code_number(&msg_enum_measure, arena_text(w->a, p, len));
		assert_true(code > 0);
		q.measures[q.n_measures++] = (enum measure)code;
		p += len + (p[len] == ' ');
	}
	return q;
}

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

/* "GROUP DAY: figure, figure; …", the day where there are several. */
static const char *rows(struct world *w, struct msg_count_question *q)
{
	struct msg_trend_answer *t = ask_it(w, q);
	const char *text = "";
	for (size_t i = 0; i < t->n_rows; i++) {
		struct msg_trend_row *x = &t->rows[i];
		text = arena_printf(w->a, "%s%s%s%s%s:", text, *text ? "; " : "", x->group_name,
				    q->n_dates + q->n_rounds > 1 || *q->survey ? " " : "",
				    q->n_dates + q->n_rounds > 1 || *q->survey ? x->period : "");
		for (size_t k = 0; k < x->n_figures; k++)
			text = arena_printf(w->a, "%s%s %s", text, k ? "," : "",
					    *x->figures[k].refused ? x->figures[k].refused : x->figures[k].shown);
	}
	return text;
}

static const char *count(struct world *w, enum counted what, const char *dates, const char *group_by,
			 const char *measures)
{
	struct msg_count_question q = question(w, what, dates, group_by, measures);
	return rows(w, &q);
}

static const char *refused(struct world *w, struct msg_count_question *q)
{
	struct msg_query_request r = w_request();
	r.count = q;
	struct msg_query_reply *reply = w_ask(w, &r);
	assert_non_null(reply->error);
	return reply->error->text;
}

static bool noted(const struct msg_trend_answer *t, const char *text)
{
	return t_listed(t->notes, t->n_notes, text);
}

#define ARR  COUNTED_ARRANGEMENTS
#define PART COUNTED_PARTICIPANTS
#define UNIT COUNTED_UNITS
#define LINK COUNTED_LINKS

/* ---- tests ------------------------------------------------------------------------------------------ */

static void arrangements_count_once_and_possible_ones_make_bounds(void **state)
{
	struct world *w = *state;
	lay(w);
	assert_string_equal(count(w, ARR, "2014-06-30", "", "COUNT"), ": 3");
	assert_string_equal(count(w, ARR, "2015-06-30", "", "COUNT"), ": 3–4");
	assert_string_equal(count(w, ARR, "2014 2015-06-30 2018", "", "COUNT"),
			    " 2014-12-31: 3;  2015-06-30: 3–4;  2018-12-31: 3");
	assert_string_equal(count(w, ARR, "2015-06-30", "county", "COUNT"), "(no county): 0–1; North: 2; South: 2–3");
	assert_string_equal(count(w, ARR, "2015-06-30", "unit", "COUNT"), "a: 2; b: 2; c: 2; d: 0–1; e: 0–1");
}

static void what_is_not_declared_complete_is_at_least(void **state)
{
	struct world *w = *state;
	lay(w);
	assert_string_equal(count(w, ARR, "2013-06-30", "", "COUNT"), ": at least 3");
	assert_string_equal(count(w, ARR, "2013-06-30", "county", "COUNT"), "North: at least 2; South: at least 2");
	assert_string_equal(count(w, PART, "2013-06-30", "", "COUNT RATE"), ": 3–5, 60.00–100.00");
	assert_string_equal(
	    count(w, ARR, "2013-06-30", "sector", "COUNT SHARE"),
	    "(no sector): at least 1, the whole is not known: lists are not declared complete; technical: "
	    "at least 2, the whole is not known: lists are not declared complete");
	struct msg_count_question q = question(w, ARR, "2013-06-30", "", "COUNT");
	assert_true(noted(ask_it(w, &q), "not declared complete"));
	/* One county declares: what is inside it is known, the whole is not. */
	w_round(w, "r2013", "2013", 0);
	declare(w, "r2013", "north", COMPLETION_YES);
	declare(w, "r2013", "south", COMPLETION_NO);
	w_commit(w);
	assert_string_equal(count(w, ARR, "2013-06-30", "county", "COUNT"), "North: 2; South: at least 2");
	assert_string_equal(count(w, ARR, "2013-06-30", "", "COUNT"), ": at least 3");
	q = question(w, ARR, "2013-06-30", "", "COUNT");
	q.n_units = 1;
	q.units = w_by_id(w, "north");
	q.subtree = true;
	assert_string_equal(rows(w, &q), ": 2");
	q.units = w_by_id(w, "a");
	assert_string_equal(rows(w, &q), ": 2");
	/* A list of participants that has gaps: a may take part there too. */
	w_arrangement(w, "gap", "b", NULL);
	w_commit(w);
	q.units = w_by_id(w, "a");
	assert_string_equal(rows(w, &q), ": at least 2");
	q.units = w_by_id(w, "north");
	assert_string_equal(rows(w, &q), ": 3");
	assert_true(noted(ask_it(w, &q), "1 arrangements do not say"));
}

static void groups_by_what_is_said_of_an_arrangement_overlap_where_it_has_several(void **state)
{
	struct world *w = *state;
	lay(w);
	assert_string_equal(count(w, ARR, "2014-06-30", "task", "COUNT SHARE"),
			    "fire: 1, 33.33; port: 1, 33.33; rescue: 1, 33.33; water: 1, 33.33");
	struct msg_count_question q = question(w, ARR, "2014-06-30", "task", "COUNT");
	struct msg_trend_answer *t = ask_it(w, &q);
	assert_true(t->overlapping);
	assert_true(noted(t, "stands in both groups"));
	q = question(w, ARR, "2014-06-30", "sector", "COUNT");
	assert_false(ask_it(w, &q)->overlapping);
	assert_string_equal(count(w, ARR, "2018", "sector", "COUNT SHARE RANK"),
			    "health: 1, 33.33, 2; technical: 2, 66.67, 1");
	assert_string_equal(count(w, ARR, "2015-06-30", "host", "COUNT"), "(no host): 0–1; a: 1; b: 1; c: 1");
	assert_string_equal(count(w, PART, "2014-06-30", "task", "COUNT RATE"),
			    "fire: 3, 60.00; port: 1, 20.00; rescue: 3, 60.00; water: 2, 40.00");
	assert_string_equal(count(w, PART, "2014-06-30", "host", "COUNT"), "a: 3; b: 2; c: 1");
	assert_string_equal(count(w, ARR, "2014-06-30", "attr:task", "COUNT"), "fire: 1; port: 1; rescue: 1; water: 1");
}

static void rates_means_and_concentrations_are_of_participations(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_count_question q = question(w, ARR, "2014-06-30", "", "COUNT MEAN CONCENTRATION");
	q.kind = "municipality";
	assert_string_equal(rows(w, &q), ": 3, 1.20, 0.333"); /* 6 participations of 5; 2, 2, 2 */
	assert_int_equal(ask_it(w, &q)->rows[0].frame->population, 5);
	assert_string_equal(count(w, PART, "2014-06-30", "county", "COUNT RATE MEAN"),
			    "(no county): 0, 0.00, 0.00; North: 2, 100.00, 2.00; South: 1, 50.00, 1.00");
	assert_string_equal(count(w, PART, "2014-06-30", "unit", "COUNT"), "a: 1; b: 1; c: 1; d: 0; e: 0");
	q = question(w, ARR, "2015-06-30", "", "MEAN CONCENTRATION");
	q.kind = "municipality";
	assert_string_equal(rows(w, &q), ": 1.20–1.60, some participations are only possible");
}

static void a_count_grows_and_tells_when_all_there_is_changed(void **state)
{
	struct world *w = *state;
	lay(w);
	w_unit(w, "h", "municipality", "2016-01-01", "", "h");
	declare(w, "r2018", "h", COMPLETION_YES);
	w_round(w, "s2018", "2018", 0); /* declares nothing, so what is on record counts */
	w_commit(w);
	struct msg_count_question q = question(w, PART, "2014", "", "COUNT RATE");
	const char *rounds[] = {"s2018"};
	q.n_rounds = 1;
	q.rounds = rounds;
	assert_string_equal(rows(w, &q), " 2014-12-31: 3, 60.00;  2018-12-31: 5, 83.33");
	struct msg_trend_row *x = &ask_it(w, &q)->rows[1];
	assert_string_equal(x->round, "s2018");
	assert_string_equal(x->notes[0], "N changed, 5 → 6 of kind municipality");
	assert_string_equal(x->figures[0].growth->absolute, "2");
	assert_string_equal(x->figures[0].growth->percent, "66.67");
	assert_string_equal(x->figures[0].growth->percent_numerator, "200");
	assert_string_equal(x->figures[0].growth->from_period, "2014-12-31");
	assert_string_equal(x->figures[1].growth->points, "23.33");
	q = question(w, ARR, "2014 2018", "task", "COUNT");
	struct msg_trend_answer *t = ask_it(w, &q);
	for (size_t i = 1; i < t->n_rows; i++) {
		if (strcmp(t->rows[i].group_name, "port") == 0 && strcmp(t->rows[i].period, "2018-12-31") == 0)
			assert_string_equal(t->rows[i].figures[0].growth->percent, "-100.00");
	}
	q = question(w, ARR, "2013 2014", "", "COUNT");
	assert_non_null(strstr(ask_it(w, &q)->rows[1].figures[0].growth->undefined, "no exact figure in 2013-12-31"));
	q = question(w, ARR, "2014 2015-06-30", "", "COUNT");
	assert_non_null(strstr(ask_it(w, &q)->rows[1].figures[0].growth->undefined, "this figure is not exact"));
	q = question(w, ARR, "2014 2018", "sector", "COUNT");
	assert_string_equal(rows(w, &q), "(no sector) 2014-12-31: 1; health 2014-12-31: 0; health 2018-12-31: 1; "
					 "technical 2014-12-31: 2; technical 2018-12-31: 2");
	assert_string_equal(ask_it(w, &q)->rows[2].figures[0].growth->undefined, "from zero");
}

static void participants_are_expressed_in_the_units_of_another_day(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_count_question q = question(w, ARR, "2018", "county", "COUNT");
	q.structure_at = "2020-01-01";
	/* odd: d was divided among f (South) and g (North); e */
	assert_string_equal(rows(w, &q), "(no county): 1; North: 2–3; South: 1–2");
	struct msg_trend_answer *t = ask_it(w, &q);
	assert_true(
	    noted(t, "2018-12-31: 1 arrangements are internalised: all their participants are one unit on 2020"));
	assert_int_equal(t->rows[1].method, METHOD_BOUNDS);
	assert_int_equal(t->rows[0].method, METHOD_MERGED);
	q = question(w, PART, "2018", "", "COUNT RATE");
	q.structure_at = "2020-01-01";
	assert_string_equal(rows(w, &q), ": 3–5, 60.00–100.00");
	q.n_units = 1;
	q.units = w_by_id(w, "ab");
	assert_string_equal(rows(w, &q), ": 1, 100.00");
	q.units = w_by_id(w, "a");
	assert_non_null(strstr(refused(w, &q), "a does not live on 2020-01-01: name units of that day"));
}

static void filters_and_scopes_narrow_a_count(void **state)
{
	struct world *w = *state;
	lay(w);
	const char *values[] = {"Technical"};
	struct msg_filter technical = {.field = "sector", .n_values = 1, .values = values};
	struct msg_count_question q = question(w, ARR, "2014", "", "COUNT");
	q.n_where = 1;
	q.where = &technical;
	assert_string_equal(rows(w, &q), ": 2");
	q = question(w, PART, "2014", "county", "COUNT");
	q.n_where = 1;
	q.where = &technical;
	q.n_units = 1;
	q.units = w_by_id(w, "south");
	assert_non_null(strstr(refused(w, &q), "South is no municipality: ask for what is inside it"));
	q.subtree = true;
	assert_string_equal(rows(w, &q), "South: 1");
	assert_true(noted(ask_it(w, &q), "2014-12-31: 1 arrangements are left out")); /* port says no sector */
	values[0] = "techincal";
	assert_non_null(strstr(refused(w, &q), "there is: health, technical"));
	q = question(w, ARR, "2014", "", "COUNT");
	q.n_units = 1;
	q.units = w_by_id(w, "fire");
	assert_int_equal(ask_it(w, &q)->n_rows, 1);
	assert_string_equal(rows(w, &q), ": at least 1"); /* the arrangement itself */
}

static void units_and_links_are_counted(void **state)
{
	struct world *w = *state;
	lay(w);
	assert_string_equal(
	    count(w, UNIT, "2014 2020-06-30", "county", "COUNT"),
	    "(no county) 2014-12-31: 1; (no county) 2020-06-30: 1; North 2014-12-31: 2; North 2020-06-30: "
	    "2; South 2014-12-31: 2; South 2020-06-30: 2");
	w_unit(w, "late", "municipality", "2014", "", "late");
	w_attrs(w, "a", "region", "", "", "coast;north");
	w_attrs(w, "b", "region", "", "", "coast");
	w_commit(w);
	assert_string_equal(count(w, UNIT, "2014-06-30", "", "COUNT"), ": 5–6");
	assert_string_equal(count(w, UNIT, "2015-06-30", "attr:region", "COUNT SHARE"),
			    "(no region): 4, 66.67; coast: 2, 33.33; north: 1, 16.67");
	struct msg_count_question q = question(w, LINK, "2014", "", "COUNT");
	q.link = LINK_TYPE_PART_OF;
	assert_string_equal(rows(w, &q), ": 4");
	q.group_by = "county";
	assert_string_equal(rows(w, &q), "North: 2; South: 2");
	q.group_by = "task";
	assert_non_null(strstr(refused(w, &q), "links stand in the units that they join"));
	q = question(w, LINK, "2014", "", "COUNT");
	assert_non_null(strstr(refused(w, &q), "name their type"));
	/* The same said by another source is the same link. */
	w->source = "s2";
	w_link(w, LINK_TYPE_PART_OF, "a", "north", "", "2020-01-01");
	w_commit(w);
	q.link = LINK_TYPE_PART_OF;
	assert_string_equal(rows(w, &q), ": 4");
}

static void sizes_are_those_of_the_newest_figure(void **state)
{
	struct world *w = *state;
	lay(w);
	w_indicator(w, "people", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "");
	w_obs(w, "a", "people", "2010", "1999");
	w_obs(w, "a", "people", "2014", "2000");
	w_obs(w, "a", "people", "2016", "900");
	w_obs(w, "b", "people", "2014", "1999");
	w_say(w, "people", "2013", "c 9999 d 1..5");
	w_commit(w);
	struct msg_decimal limits[] = {{.digits = 2000}, {.digits = 10000}};
	struct msg_count_question q = question(w, UNIT, "2014", "size", "COUNT");
	assert_non_null(strstr(refused(w, &q), "size_limits such as"));
	q.size_indicator = "people";
	q.n_size_limits = 2;
	q.size_limits = limits;
	assert_string_equal(rows(w, &q), "(no people): 2; under 2000: 1; 2000 to under 10000: 2; 10000 or more: 0");
	q = question(w, PART, "2018", "size", "COUNT RATE");
	q.size_indicator = "people";
	q.n_size_limits = 2;
	q.size_limits = limits;
	assert_string_equal(rows(w, &q), "(no people): 2, 100.00; under 2000: 2, 100.00; 2000 to under 10000: 1, "
					 "100.00; 10000 or more: 0, no municipality lives there");
	limits[0].digits = 20000;
	assert_non_null(strstr(refused(w, &q), "10000 is not above 20000"));
}

static void an_answer_comes_in_pages(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_count_question q = question(w, ARR, "2014", "unit", "COUNT");
	q.limit = 2;
	assert_string_equal(rows(w, &q), "a: 2; b: 2");
	assert_int_equal(ask_it(w, &q)->next_skip, 2);
	q.skip = 2;
	assert_string_equal(rows(w, &q), "c: 2");
	assert_int_equal(ask_it(w, &q)->next_skip, 0);
	w->limits.rows_max = 2;
	q.limit = 0;
	q.skip = 0;
	assert_non_null(strstr(refused(w, &q), "more than 2 rows"));
}

static void what_cannot_be_counted_is_one_clear_sentence(void **state)
{
	struct world *w = *state;
	lay(w);
	struct msg_count_question q = question(w, ARR, "2014", "", "");
	assert_non_null(strstr(refused(w, &q), "name at least one"));
	q = question(w, ARR, "2014", "", "MEDIAN");
	assert_non_null(strstr(refused(w, &q), "not MEDIAN"));
	q = question(w, ARR, "2014", "", "RATE");
	assert_non_null(strstr(refused(w, &q), "count participants"));
	q = question(w, UNIT, "2014", "", "MEAN");
	assert_non_null(strstr(refused(w, &q), "units have none"));
	q = question(w, ARR, "2014", "", "MEAN");
	assert_non_null(strstr(refused(w, &q), "name the kind"));
	q = question(w, UNIT, "2014", "", "COUNT");
	q.kind = "village";
	assert_non_null(strstr(refused(w, &q), "no village is on record"));
	q.kind = "";
	assert_non_null(strstr(refused(w, &q), "which kind of unit"));
	q.kind = "arrangement";
	q.dates[0] = "1950";
	assert_non_null(strstr(refused(w, &q), "no arrangement is on record as living on 1950-12-31"));
	q = question(w, UNIT, "2014/..", "", "COUNT");
	q.dates[0] = "XXXX-06-08";
	assert_non_null(strstr(refused(w, &q), "names no day"));
	q = question(w, UNIT, "2014", "", "COUNT");
	q.structure_at = "2020-01-01";
	assert_non_null(strstr(refused(w, &q), "structure_at expresses participants"));
	q = question(w, UNIT, "2014", "host", "COUNT");
	assert_non_null(strstr(refused(w, &q), "a host is of arrangements"));
	q = question(w, ARR, "", "village", "COUNT");
	assert_non_null(strstr(refused(w, &q), "no kind of unit"));
	const char *rounds[] = {"r1"};
	q = question(w, ARR, "", "", "COUNT");
	q.n_rounds = 1;
	q.rounds = rounds;
	assert_non_null(strstr(refused(w, &q), "no round \"r1\""));
	q = question(w, ARR, "", "", "COUNT");
	q.survey = "other";
	assert_non_null(strstr(refused(w, &q), "no survey"));
	q.survey = "survey";
	/* No message speaks of any: what lies in complete lists, in one or in several, does not count. */
	assert_string_equal(rows(w, &q), " 2014-12-31: 0;  2015-06-30: 0;  2018-12-31: 0");
	q = question(w, ARR, "", "", "COUNT"); /* today */
	assert_string_equal(ask_it(w, &q)->rows[0].period, "2021-01-01");
	q.counted = COUNTED_UNSPECIFIED;
	assert_non_null(strstr(refused(w, &q), "what is counted?"));
}

static void units_that_are_one_count_once_and_stand_in_the_groups_of_each(void **state)
{
	struct world *w = *state;
	static const char *const plans[][2] = {{"p1", "integration"}, {"p2", "competence"}, {"p3", "competence"}};
	w_tick(w, "2021-01-01");
	for (size_t i = 0; i < 3; i++) {
		w_unit(w, plans[i][0], "plan", "", "", plans[i][0]);
		w_attrs(w, plans[i][0], "type", "", "", plans[i][1]);
	}
	w_commit(w);
	struct msg_count_question q = question(w, UNIT, "2020", "", "COUNT");
	q.kind = "plan";
	assert_string_equal(rows(w, &q), ": 3");
	w_link(w, LINK_TYPE_SAME_AS, "p1", "p2", "", "");
	w_commit(w);
	assert_string_equal(rows(w, &q), ": 2");
	q.group_by = "attr:type";
	assert_string_equal(rows(w, &q), "competence: 2; integration: 1");
	w_link(w, LINK_TYPE_SAME_AS, "p3", "p2", "", ""); /* and so all three are one */
	w_commit(w);
	q.group_by = "";
	assert_string_equal(rows(w, &q), ": 1");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(arrangements_count_once_and_possible_ones_make_bounds),
	    TEST(what_is_not_declared_complete_is_at_least),
	    TEST(groups_by_what_is_said_of_an_arrangement_overlap_where_it_has_several),
	    TEST(rates_means_and_concentrations_are_of_participations),
	    TEST(a_count_grows_and_tells_when_all_there_is_changed),
	    TEST(participants_are_expressed_in_the_units_of_another_day),
	    TEST(filters_and_scopes_narrow_a_count),
	    TEST(units_and_links_are_counted),
	    TEST(sizes_are_those_of_the_newest_figure),
	    TEST(an_answer_comes_in_pages),
	    TEST(what_cannot_be_counted_is_one_clear_sentence),
	    TEST(units_that_are_one_count_once_and_stand_in_the_groups_of_each),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
