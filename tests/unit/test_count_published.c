/* SPDX-License-Identifier: Apache-2.0
 *
 * test_count_published.c - counts of what had been published by a day: what was said later is as if not said, and what
 * was published before stands as it stood.
 */
#include "tests/unit/asking.h"

#define BY(source) "{'submission': {'mode': 'patch', 'source': '" source "', "
#define ARRANGED(source, id, more)                                                                                     \
	BY(source) "'arrangements': [{'id': '" id "', 'name': '" id "', 'established': '2010'" more "}]}}"
#define WITH(units) ", 'participants': [" units "], 'participants_complete': 'yes'"

/* Reports of 2010, 2014 and 2018; nobody says when `a` was published, and it was entered in 2026. */
static void told(struct world *w)
{
	world_base(w);
	accepted(w, "{'define': {'sources': [{'id': 'p2010', 'title': 'P', 'published': '2010'},"
		    "{'id': 'p2014', 'title': 'P', 'published': '2014-05'}, {'id': 'p2018', 'title': 'P',"
		    "'published': '2018'}, {'id': 'about', 'title': 'P', 'published': '2014~'}]}}");
	accepted(w, ARRANGED("p2010", "x1", ", 'tasks': ['fire']" WITH("'bodo'")));
	accepted(w, ARRANGED("p2014", "x2", ", 'tasks': ['water']" WITH("'bodo', 'rissa'")));
	accepted(w, ARRANGED("p2018", "x3", ", 'tasks': ['fire']" WITH("'bjugn'")));
	accepted(w, ARRANGED("a", "x4", WITH("'leksvik'")));
	tick(w, "2021-06-01");
}

/* Every figure is explained, and agrees. */
static void explained(struct world *w, const char *what, const char *by, const struct msg_trend_row *row)
{
	struct answers all =
	    asked(w,
		  "{'explain': {'count': {'counted': %s, 'measures': ['count'], 'published_by': '%s'}, "
		  "'group': '%s', 'measure': 'count'}}",
		  what, by, *row->group ? row->group : row->group_name);
	bool agrees = false;
	for (size_t p = 0; p < all.n; p++) {
		assert_non_null(all.list[p].explain);
		agrees |= all.list[p].explain->agrees;
	}
	assert_true(agrees);
}

/* "3", "fire 2; water 1"; with `note`, the answer's first note behind " | ". */
static const char *counted(struct world *w, const char *what, const char *by, bool note)
{
	struct answers all =
	    asked(w, "{'count': {'counted': %s, 'measures': ['count'], 'published_by': '%s'}}", what, by);
	const struct msg_trend_answer *t = all.list[0].trend;
	const char *text = "";
	assert_non_null(t);
	for (size_t i = 0; i < t->n_rows; i++) {
		const struct msg_trend_row *x = &t->rows[i];
		text = arena_printf(w->a, "%s%s%s%s%s", text, *text ? "; " : "", x->group_name,
				    *x->group_name ? " " : "", x->figures[0].shown);
		explained(w, what, by, x);
	}
	return note && t->n_notes ? arena_printf(w->a, "%s | %s", text, t->notes[0]) : text;
}

#define ARRANGEMENTS "'arrangements', 'dates': ['2020']"
#define PARTICIPANTS "'participants', 'kind': 'municipality', 'dates': ['2020']"
#define LINKS        "'links', 'link': 'participates_in', 'dates': ['2020']"

static void what_was_published_later_does_not_count(void **state)
{
	struct world *w = *state;
	told(w);
	assert_string_equal(
	    counted(w, ARRANGEMENTS, "2014", true),
	    "at least 2 | only what was published by 2014; statements left out: 1 published later, 1 of "
	    "sources without a date");
	assert_string_equal(
	    counted(w, ARRANGEMENTS, "2014-01", true),
	    "at least 1 | only what was published by 2014-01; statements left out: 2 published later, 1 "
	    "of sources without a date");
	assert_string_equal(counted(w, ARRANGEMENTS, "2026", true), "at least 4 | only what was published by 2026");
	assert_string_equal(counted(w, ARRANGEMENTS, "", false), "at least 4");
	assert_string_equal(counted(w, ARRANGEMENTS ", 'group_by': 'task'", "2018", false),
			    "fire at least 2; water at least 1");
	assert_string_equal(counted(w, PARTICIPANTS, "2014", false), "2–6");
	assert_string_equal(counted(w, LINKS, "2014", false), "at least 3");
	assert_string_equal(counted(w, LINKS, "2010", false), "at least 1");
}

/* x1 ends by what was told in 2018, and x2 has lost a member by what was told in 2018. */
static void an_end_that_was_told_later_had_not_come(void **state)
{
	struct world *w = *state;
	told(w);
	accepted(w, ARRANGED("p2018", "x1", ", 'participants_complete': 'yes', 'ended': '2016-01-01'"));
	assert_string_equal(counted(w, ARRANGEMENTS, "2018", true),
			    "at least 2 | only what was published by 2018; statements left out: 1 of sources without a "
			    "date");
	assert_string_equal(
	    counted(w, ARRANGEMENTS, "2014", true),
	    "at least 2 | only what was published by 2014; statements left out: 3 published later, 1 of "
	    "sources without a date");
	assert_string_equal(counted(w, "'arrangements', 'dates': ['2015']", "2014", false), "at least 2");
	/* Whose date nobody knows for certain was not published by then. */
	accepted(w, ARRANGED("about", "x2", ", 'participants_complete': 'yes', 'ended': '2017-01-01'"));
	assert_string_equal(counted(w, ARRANGEMENTS, "2014", true),
			    "at least 2 | only what was published by 2014; statements left out: 3 published later, 2 "
			    "perhaps published later, 1 of sources without a date");
	assert_string_equal(
	    counted(w, ARRANGEMENTS, "2016", true),
	    "at least 1 | only what was published by 2016; statements left out: 3 published later, 1 of "
	    "sources without a date");
}

static void who_is_told_later_to_take_part_did_not_take_part(void **state)
{
	struct world *w = *state;
	told(w);
	accepted(w, ARRANGED("p2018", "x1", ", 'host': 'heroy-no'" WITH("'heroy-no'")));
	const char *by_unit = PARTICIPANTS ", 'group_by': 'unit'";
	assert_string_equal(counted(w, by_unit, "2014", false),
			    "Bjugn 0–1; Bodø 1; Herøy 0–1; Herøy 0–1; Leksvik 0–1; Rissa 1");
	assert_string_equal(counted(w, by_unit, "2018", false),
			    "Bjugn 1; Bodø 1; Herøy 1; Herøy 0–1; Leksvik 0–1; Rissa 1");
	assert_string_equal(counted(w, "'arrangements', 'dates': ['2020'], 'group_by': 'host'", "2014", false),
			    "(no host) at least 2");
	assert_string_equal(counted(w, "'arrangements', 'dates': ['2020'], 'group_by': 'host'", "2018", false),
			    "(no host) at least 2; Herøy at least 1");
}

static void units_count_once_they_were_published(void **state)
{
	struct world *w = *state;
	told(w);
	accepted(w, BY("p2010") "'units': [{'id': 'q1', 'kind': 'plan', 'names': ['Q1'], 'part_of': 'no',"
				"'attributes': [{'name': 'form', 'values': ['old']}]}]}}");
	accepted(w, BY("p2018") "'units': [{'id': 'q2', 'kind': 'plan', 'names': ['Q2'], 'part_of': 'st'},"
				"{'id': 'q1', 'kind': 'plan', 'attributes': [{'name': 'form', 'values': ['new'],"
				"'valid_from': '2015'}]}]}}");
	const char *plans = "'units', 'kind': 'plan', 'dates': ['2020']";
	assert_string_equal(counted(w, plans, "2014", true),
			    "1 | only what was published by 2014; statements left out: 1 published later");
	assert_string_equal(counted(w, plans, "2018", false), "2");
	/* Where they lie is as on record: `a` says where, and nobody when it was published. */
	assert_string_equal(
	    counted(w, "'units', 'kind': 'plan', 'dates': ['2020'], 'group_by': 'county'", "2014", false),
	    "Nordland 1");
	assert_string_equal(
	    counted(w, "'units', 'kind': 'plan', 'dates': ['2020'], 'group_by': 'attr:form'", "2014", false), "old 1");
	assert_string_equal(
	    counted(w, "'units', 'kind': 'plan', 'dates': ['2020'], 'group_by': 'attr:form'", "2018", false),
	    "(no form) 1; new 1");
}

static void a_list_is_complete_once_that_was_published(void **state)
{
	struct world *w = *state;
	told(w);
	accepted(
	    w, "{'submission': {'round': 'r2020', 'mode': 'patch', 'source': 'p2018', 'completeness': [{'scope': 'no', "
	       "'kind': 'arrangement', 'complete': 'yes'}], 'arrangements': [{'id': 'x2', 'name': 'x2',"
	       "'established': '2010'" WITH("'bodo', 'rissa'") "}]}}");
	const char *in_no = ARRANGEMENTS ", 'units': [{'id': 'no'}], 'subtree': true";
	assert_string_equal(counted(w, in_no, "2014", false), "at least 2");
	assert_string_equal(counted(w, in_no, "2018", false), "2");
	/* At the round what its complete list does not speak of does not count, once that list was published. */
	const char *at = "'arrangements', 'rounds': ['r2020'], 'units': [{'id': 'no'}], 'subtree': true";
	assert_string_equal(counted(w, at, "2014", false), "at least 2");
	assert_string_equal(counted(w, at, "2018", false), "1");
}

static void sizes_are_those_published_by_then(void **state)
{
	struct world *w = *state;
	told(w);
	static const char *const by[] = {"p2010", "p2018"};
	for (int i = 0; i < 2; i++)
		accepted(
		    w,
		    "{'submission': {'mode': 'patch', 'source': '%s', 'observations': [{'unit': 'bodo', 'indicator': "
		    "'staff', 'period': '%d', 'value': %d, 'status': 'main'}]}}",
		    by[i], 2009 + i, i ? 500 : 5);
	const char *sized = ARRANGEMENTS ", 'units': [{'id': 'bodo'}], 'group_by': 'size', 'size_indicator': 'staff', "
					 "'size_limits': [{'digits': 100}]";
	assert_string_equal(counted(w, sized, "2014", false), "under 100 at least 2; 100 or more at least 0");
	assert_string_equal(counted(w, sized, "2018", false), "under 100 at least 0; 100 or more at least 2");
}

static void that_nothing_was_published_is_no_count_of_nothing(void **state)
{
	struct world *w = *state;
	told(w);
#define ASK(what, by) "{'count': {'counted': " what ", 'measures': ['count'], 'published_by': '" by "'}}"
	assert_non_null(strstr(ask_refused(w, ERR_NOT_FOUND, 1000, ASK("'arrangements', 'dates': ['2020']", "2009")),
			       "no source that says something here is known to have been published by 2009"));
	assert_non_null(strstr(ask_refused(w, ERR_NOT_FOUND, 1000, ASK("'units', 'kind': 'county'", "2018")),
			       "known to have been published by 2018"));
	assert_non_null(strstr(ask_refused(w, ERR_INVALID, 1000, ASK("'arrangements'", "2015/..")),
			       "published_by is a date, such as 2015 or 2015-06-30"));
	(void)ask_refused(w, ERR_INVALID, 1000, ASK("'arrangements'", "yesterday"));
	/* Nothing was left out, so nothing is what there is. */
	assert_string_equal(counted(w, "'arrangements', 'dates': ['1999']", "2014", false), "at least 0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(what_was_published_later_does_not_count),           BOTH(an_end_that_was_told_later_had_not_come),
	    BOTH(who_is_told_later_to_take_part_did_not_take_part),  BOTH(units_count_once_they_were_published),
	    BOTH(a_list_is_complete_once_that_was_published),        BOTH(sizes_are_those_published_by_then),
	    BOTH(that_nothing_was_published_is_no_count_of_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
