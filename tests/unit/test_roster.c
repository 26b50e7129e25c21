/* SPDX-License-Identifier: Apache-2.0
 *
 * test_roster.c - lists of units that are declared to have gaps, told by a judge: what counts and rates say of them.
 *
 * Nordland (no) has Bodø and Herøy on record, Sør-Trøndelag (st) Rissa and Bjugn, Nord-Trøndelag (nt) Leksvik.
 */
#include "query/roster.h"
#include "tests/unit/balance_explained.h"
#include "tests/unit/asking.h"
#include "tests/unit/judge_kit.h"

#define SAY(round, scope, kind, how)                                                                                   \
	"{'submission': {'round': '" round "', 'mode': 'patch', 'source': 'a', 'completeness': [{'scope': '" scope     \
	"', 'kind': '" kind "', 'complete': '" how "'}]}}"
#define DECLARED(round, scope, how) SAY(round, scope, "municipality", how)
#define UNITS                       "'units', 'kind': 'municipality'"
#define IN_NO                       ", 'units': [{'id': 'no'}], 'subtree': true"
#define PARTICIPANTS                "'participants', 'kind': 'municipality'" IN_NO
#define AT(day)                     "'dates': ['" day "']"

/* "no 2; st at least 2", a row an entry, its figures joined by " | "; refused ones as "-". as_of 0 = now. */
static const char *counted_as_of(struct world *w, uint64_t as_of, const char *what, const char *when,
				 const char *measures, bool notes)
{
	struct answers all =
	    asked(w, "{'as_of_revision': %llu, 'count': {'counted': %s, %s, 'decimals': 1, 'measures': [%s]}}",
		  (unsigned long long)as_of, what, when, measures);
	const char *text = "";
	for (size_t p = 0; p < all.n; p++) {
		for (size_t i = 0; i < all.list[p].trend->n_rows; i++) {
			const struct msg_trend_row *row = &all.list[p].trend->rows[i];
			text =
			    arena_printf(w->a, "%s%s%s%s", text, *text ? "; " : "", row->group, *row->group ? " " : "");
			for (size_t k = 0; k < row->n_figures; k++)
				text = arena_printf(w->a, "%s%s%s", text, k ? " | " : "",
						    *row->figures[k].refused ? "-" : row->figures[k].shown);
		}
		for (size_t i = 0; i < all.list[p].trend->n_notes && notes; i++)
			text = arena_printf(w->a, "%s\n%s", text, all.list[p].trend->notes[i]);
	}
	return text;
}

static const char *counted(struct world *w, const char *what, const char *when)
{
	return counted_as_of(w, 0, what, when, "'count'", false);
}

/* The figure is made once more from the log, and agrees. */
static void explained(struct world *w, const char *what, const char *when, const char *measure)
{
	struct answers all = asked(w,
				   "{'explain': {'count': {'counted': %s, %s, 'decimals': 1, 'measures': ['%s']}, "
				   "'measure': '%s'}}",
				   what, when, measure, measure);
	bool agrees = false;
	for (size_t p = 0; p < all.n; p++)
		agrees |= all.list[p].explain->agrees;
	assert_true(agrees);
}

static void a_list_nobody_declared_counts_as_on_record(void **state)
{
	struct world *w = *state;
	world_base(w);
	assert_string_equal(counted_as_of(w, 0, UNITS IN_NO, AT("2015-01-01"), "'count'", true), "2");
	/* What is declared of another kind, or of arrangements, says nothing of it. */
	accepted(w, SUB "'units': [{'id': 'plan', 'kind': 'plan', 'names': ['Plan']}]}}");
	accepted(w, SAY("r2014", "no", "plan", "no"));
	accepted(w, SAY("r2014", "no", "arrangement", "no"));
	accepted(w, SAY("r2014", "no", "staff", "no"));
	assert_string_equal(counted_as_of(w, 0, UNITS IN_NO, AT("2015-01-01"), "'count'", true), "2");
}

static void a_list_with_gaps_counts_at_least_and_is_named(void **state)
{
	struct world *w = *state;
	world_base(w);
	uint64_t before = accepted(w, DECLARED("r2014", "no", "no"))->rev - 1;
	const char *gaps = "at least 2\nthe list of units of kind municipality has gaps, or may have, in Nordland: so "
			   "declares r2014 (The survey)";
	assert_string_equal(counted_as_of(w, 0, UNITS IN_NO, AT("2015-01-01"), "'count'", true), gaps);
	explained(w, UNITS IN_NO, AT("2015-01-01"), "count");
	/* Said otherwise in the same round, it is corrected; what was known before is answered as before. */
	uint64_t unknown = accepted(w, DECLARED("r2014", "no", "unknown"))->rev;
	assert_string_equal(counted_as_of(w, 0, UNITS IN_NO, AT("2015-01-01"), "'count'", true), gaps);
	accepted(w, DECLARED("r2014", "no", "yes"));
	assert_string_equal(counted_as_of(w, 0, UNITS IN_NO, AT("2015-01-01"), "'count'", true), "2");
	assert_string_equal(counted_as_of(w, unknown, UNITS IN_NO, AT("2015-01-01"), "'count'", true), gaps);
	assert_string_equal(counted_as_of(w, before, UNITS IN_NO, AT("2015-01-01"), "'count'", true), "2");
}

static void a_declaration_holds_until_the_next_and_gaps_hold_backwards(void **state)
{
	struct world *w = *state;
	const char *days = "'dates': ['2014-02-28', '2014-03-01', '2019-12-31', '2020-01-01', '2030-01-01']";
	world_base(w);
	uint64_t from_2020 = accepted(w, DECLARED("r2020", "no", "no"))->rev;
	assert_string_equal(counted(w, UNITS IN_NO, days),
			    "at least 2; at least 2; at least 2; at least 2; at least 2");
	accepted(w, DECLARED("r2014", "no", "yes"));
	assert_string_equal(counted(w, UNITS IN_NO, days), "2; 2; 2; at least 2; at least 2");
	accepted(w, DECLARED("r2020", "no", "yes"));
	accepted(w, DECLARED("r2014", "no", "no"));
	assert_string_equal(counted(w, UNITS IN_NO, days), "at least 2; at least 2; at least 2; 2; 2");
	assert_string_equal(counted_as_of(w, from_2020, UNITS IN_NO, AT("2014-02-28"), "'count'", false), "at least 2");
	/* Of two rounds of one day the one that spoke last. */
	accepted(w, "{'define': {'rounds': [{'id': 'again', 'survey': 'survey', 'reference': '2020-01-01'}]}}");
	accepted(w, DECLARED("again", "no", "no"));
	assert_string_equal(counted(w, UNITS IN_NO, days),
			    "at least 2; at least 2; at least 2; at least 2; at least 2");
	accepted(w, DECLARED("r2020", "no", "yes"));
	assert_string_equal(counted(w, UNITS IN_NO, days), "at least 2; at least 2; at least 2; 2; 2");
}

static void gaps_are_those_of_the_unit_around_and_within(void **state)
{
	struct world *w = *state;
	const char *by_county = UNITS ", 'group_by': 'county'";
	world_base(w);
	accepted(w, SUB "'units': [{'id': 'land', 'kind': 'country', 'names': ['Land']},"
			"{'id': 'coast', 'kind': 'region', 'names': ['Coast'], 'part_of': 'no'},"
			"{'id': 'vega', 'kind': 'municipality', 'names': ['Vega'], 'part_of': 'coast'}]}}");
	accepted(w, SUB "'links': [{'type': 'part_of', 'from': 'no', 'to': 'land'}]}}");
	accepted(w, DECLARED("r2014", "coast", "no"));
	assert_string_equal(counted(w, by_county, AT("2015-01-01")), "mr 1; nt 1; no at least 3; st 2");
	assert_string_equal(counted(w, UNITS, AT("2015-01-01")), "at least 7");
	assert_string_equal(counted(w, UNITS ", 'units': [{'id': 'land'}], 'subtree': true", AT("2015-01-01")),
			    "at least 3");
	accepted(w, DECLARED("r2014", "coast", "yes"));
	assert_string_equal(counted(w, UNITS, AT("2015-01-01")), "7");
	/* What lies in a country with gaps has them, unless it says that it has none. */
	accepted(w, DECLARED("r2014", "land", "unknown"));
	assert_string_equal(counted(w, by_county, AT("2015-01-01")), "mr 1; nt 1; no at least 3; st 2");
	assert_string_equal(counted(w, UNITS ", 'units': [{'id': 'coast'}], 'subtree': true", AT("2015-01-01")), "1");
	accepted(w, DECLARED("r2014", "no", "yes"));
	assert_string_equal(counted(w, by_county, AT("2015-01-01")), "mr 1; nt 1; no 3; st 2");
	/* A unit is no list of units, nor are units that are named. */
	accepted(w, DECLARED("r2014", "no", "no"));
	assert_string_equal(counted(w, UNITS IN_NO ", 'group_by': 'unit'", AT("2015-01-01")),
			    "bodo 1; heroy-no 1; vega 1");
	assert_string_equal(counted(w, UNITS ", 'units': [{'id': 'bodo'}]", AT("2015-01-01")), "1");
}

/* It was of the two counties, not of the one that they became. */
static void a_list_is_that_of_its_unit_and_ends_with_it(void **state)
{
	struct world *w = *state;
	const char *by_county = UNITS ", 'group_by': 'county', 'dates': ['2017-12-31', '2018-01-01']";
	world_base(w);
	accepted(w, DECLARED("r2014", "st", "no"));
	trondelag(w);
	struct answers all = asked(w, "{'count': {'counted': %s, 'measures': ['count']}}", by_county);
	for (size_t i = 0; i < all.list[0].trend->n_rows; i++) {
		const struct msg_trend_row *row = &all.list[0].trend->rows[i];
		bool gaps = strcmp(row->group, "st") == 0;
		assert_int_equal(*row->figures[0].low != '\0', gaps);
	}
	assert_string_equal(counted(w, UNITS, AT("2017-12-31")), "at least 6");
	assert_string_equal(counted(w, UNITS, AT("2018-01-01")), "6");
}

static void shares_and_ranks_follow(void **state)
{
	struct world *w = *state;
	const char *by_county = UNITS ", 'group_by': 'county'";
	world_base(w);
	accepted(w, DECLARED("r2014", "nt", "no"));
	assert_string_equal(counted_as_of(w, 0, by_county, AT("2015-01-01"), "'count', 'share', 'rank'", false),
			    "mr 1 | - | 3–4; nt at least 1 | - | 1–3; no 2 | - | 1–2; st 2 | - | 1–2");
}

static const char *balanced(struct world *w, const char *what)
{
	struct answers all = balance_asked(w,
					   "'counted': 'units', 'kind': 'municipality', %s,"
					   " 'from': {'valid_at': '2015-01-01'}, 'to': {'valid_at': '2016-01-01'}",
					   what);
	const char *text = "";
	for (size_t i = 0; i < all.list[0].balance->n_rows; i++) {
		const struct msg_balance_row *row = &all.list[0].balance->rows[i];
		text = arena_printf(w->a, "%s%s%s%s", text, *text ? "; " : "", row->closing->shown,
				    row->n_notes ? " on record" : "");
	}
	return text;
}

static void a_balance_says_that_it_is_of_those_on_record(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, DECLARED("r2014", "no", "no"));
	assert_string_equal(balanced(w, "'units': [{'id': 'no'}], 'subtree': true"), "at least 2 on record");
	assert_string_equal(balanced(w, "'units': [{'id': 'st'}], 'subtree': true"), "2");
	assert_string_equal(balanced(w, "'group_by': 'county'"), "at least 2 on record; 2; 1; 1");
	assert_string_equal(balanced(w, "'units': [{'id': 'bodo'}]"), "1");
}

/* One of Nordland's two takes part; lists of arrangements and participants are complete, or not. */
static void taking_part(struct world *w, bool complete)
{
	accepted(w, "{'submission': {'round': 'r2020', 'mode': 'patch', 'source': 'a', 'arrangements': ["
		    "{'id': 'a1', 'name': 'a1', 'established': '2010', 'participants': ['bodo'],"
		    "'participants_complete': 'yes'}]}}");
	if (complete)
		accepted(w, SAY("r2020", "no", "arrangement", "yes"));
}

static void a_rate_of_a_list_with_gaps_is_bounded_by_what_is_known(void **state)
{
	struct world *w = *state;
	const char *all = "'count', 'rate', 'mean'";
	world_base(w);
	taking_part(w, true);
	assert_string_equal(counted_as_of(w, 0, PARTICIPANTS, AT("2020-06-01"), all, false), "1 | 50.0 | 0.5");
	accepted(w, DECLARED("r2014", "no", "no"));
	/* All arrangements are told, and those on record name everybody: only the denominator grows. */
	assert_string_equal(counted_as_of(w, 0, PARTICIPANTS, AT("2020-06-01"), all, false), "1 | 0.0–50.0 | 0.0–0.5");
	explained(w, PARTICIPANTS, AT("2020-06-01"), "rate");
	explained(w, PARTICIPANTS, AT("2020-06-01"), "mean");
	explained(w, PARTICIPANTS, AT("2020-06-01"), "count");
	accepted(w, DECLARED("r2020", "no", "yes"));
	assert_string_equal(counted_as_of(w, 0, PARTICIPANTS, AT("2020-06-01"), all, false), "1 | 50.0 | 0.5");
	explained(w, PARTICIPANTS, AT("2020-06-01"), "rate");
}

static void a_rate_of_which_nothing_is_known_is_refused_with_the_reason(void **state)
{
	struct world *w = *state;
	world_base(w);
	taking_part(w, false);
	assert_string_equal(counted_as_of(w, 0, PARTICIPANTS, AT("2020-06-01"), "'count', 'rate'", false),
			    "1–2 | 50.0–100.0");
	explained(w, PARTICIPANTS, AT("2020-06-01"), "count");
	accepted(w, DECLARED("r2014", "no", "no"));
	assert_string_equal(counted_as_of(w, 0, PARTICIPANTS, AT("2020-06-01"), "'count', 'rate', 'mean'", false),
			    "at least 1 | - | -");
	explained(w, PARTICIPANTS, AT("2020-06-01"), "count");
	struct answers all =
	    asked(w, "{'count': {'counted': %s, %s, 'measures': ['rate']}}", PARTICIPANTS, AT("2020-06-01"));
	const struct msg_trend_row *row = &all.list[0].trend->rows[0];
	assert_string_equal(row->figures[0].refused,
			    "how many units of kind municipality there are is not known: their list has gaps");
	assert_null(row->frame); /* 2 would not be true */
	assert_string_equal(row->notes[0],
			    "N is at least 2: the list of units of kind municipality has gaps, or may have");
}

static void lists_are_read_before_they_are_folded(void **state)
{
	struct world *w = *state;
	int32_t day = day_at("2015-01-01");
	world_base(w);
	accepted(w, "{'define': {'rounds': [{'id': 'new', 'survey': 'survey', 'reference': '2014'}]}}");
	accepted(w, DECLARED("new", "no", "no"));
	uint32_t kind = view_term(&w->view, SPACE_TERM, slice_text("municipality"));
	struct roster *t = roster_read(&w->view, w->a);
	struct roster_gaps g;
	assert_true(roster_speaks(t, kind));
	assert_false(roster_speaks(t, view_term(&w->view, SPACE_TERM, slice_text("county"))));
	roster_gaps_read(t, &w->view, kind, day, w->a, &g);
	assert_true(roster_gap(t, &w->view, &g, unit_of(w, "no")));
	assert_false(roster_gap(t, &w->view, &g, unit_of(w, "st")));
	assert_int_equal(roster_word_of(t, &w->view, unit_of(w, "bodo"), kind, day)->complete, COMPLETION_NO);
}

static void a_kind_that_nothing_is_of_is_refused(void **state)
{
	struct world *w = *state;
	world_base(w);
	finding_at(refused(w, SAY("r2014", "no", "municpality", "yes")), "UNKNOWN_KIND",
		   "submission.completeness[0].kind");
	accepted(w, SUB "'round': 'r2014', 'units': [{'id': 'plan', 'kind': 'plan', 'names': ['Plan']}],"
			"'completeness': [{'scope': 'no', 'kind': 'plan', 'complete': 'no'}]}}");
	/* As of any declaration: a round, a scope and a word are needed, and of statements there may be so many. */
	finding_at(refused(w, SUB "'completeness': [{'scope': 'no', 'kind': 'municipality', 'complete': 'no'}]}}"),
		   "COMPLETE_NEEDS", "submission.round");
	finding_at(refused(w, SUB "'round': 'r2014', 'completeness': [{'scope': 'no', 'kind': 'municipality'}]}}"),
		   "REQUIRED", "submission.completeness[0].complete");
	AUTO_BUF struct buf text = {0};
	text_add(&text, SUB "'round': 'r2014', 'completeness': [");
	for (int i = 0; i < 101; i++)
		text_add(&text, "%s{'scope': 'no', 'kind': 'municipality', 'complete': 'no'}", i ? "," : "");
	text_add(&text, "]}}");
	assert_true(has_rule(refused(w, "%s", (const char *)text.data), "TOO_MANY"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(a_list_nobody_declared_counts_as_on_record),
	    BOTH(a_list_with_gaps_counts_at_least_and_is_named),
	    BOTH(a_declaration_holds_until_the_next_and_gaps_hold_backwards),
	    BOTH(gaps_are_those_of_the_unit_around_and_within),
	    BOTH(a_list_is_that_of_its_unit_and_ends_with_it),
	    BOTH(shares_and_ranks_follow),
	    BOTH(a_balance_says_that_it_is_of_those_on_record),
	    BOTH(a_rate_of_a_list_with_gaps_is_bounded_by_what_is_known),
	    BOTH(a_rate_of_which_nothing_is_known_is_refused_with_the_reason),
	    BOTH(lists_are_read_before_they_are_folded),
	    BOTH(a_kind_that_nothing_is_of_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
