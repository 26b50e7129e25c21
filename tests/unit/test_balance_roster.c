/* SPDX-License-Identifier: Apache-2.0
 *
 * test_balance_roster.c - a balance of units whose list is declared to have gaps: it opens and closes with what a count
 * says, and its flows are those on record.
 *
 * Nordland (no) has Bodø and Herøy on record, Sør-Trøndelag (st) Rissa and Bjugn, Nord-Trøndelag (nt) Leksvik.
 */
#include "tests/unit/balance_explained.h"
#include "tests/unit/judge_kit.h"

#define DECLARED(round, scope, how)                                                                                    \
	"{'submission': {'round': '" round "', 'mode': 'patch', 'source': 'a', 'completeness': [{'scope': '" scope     \
	"', 'kind': 'municipality', 'complete': '" how "'}]}}"
#define NORDLAND "'units': ['no'], 'subtree': true"

/* What a count says of a row's group on a day; nothing lies in a group that it does not have. */
static const char *counted(struct world *w, const struct msg_point *at, const char *group, const char *scope)
{
	struct answers all = asked(w,
				   "{'as_of_revision': %llu, 'count': {'counted': 'units', 'kind': 'municipality', "
				   "'dates': ['%s'], 'measures': ['count']%s%s}}",
				   (unsigned long long)at->as_of_revision, at->valid_at, *scope ? ", " : "", scope);
	for (size_t p = 0; p < all.n; p++)
		for (size_t i = 0; i < all.list[p].trend->n_rows; i++)
			if (strcmp(all.list[p].trend->rows[i].group, group) == 0)
				return all.list[p].trend->rows[i].figures[0].shown;
	return "0";
}

/* "GROUP: opening; KIND n; …; closing; rest" a line, and the lines' notes where they are asked for. Every line is
 * explained, and opening and closing are those of a count. */
static const char *balance(struct world *w, struct msg_point from, struct msg_point to, const char *scope, bool notes)
{
	struct answers all = balance_asked(
	    w,
	    "'counted': 'units', 'kind': 'municipality', 'from': {'valid_at': '%s', 'as_of_revision': %llu}, "
	    "'to': {'valid_at': '%s', 'as_of_revision': %llu}%s%s",
	    from.valid_at, (unsigned long long)from.as_of_revision, to.valid_at, (unsigned long long)to.as_of_revision,
	    *scope ? ", " : "", scope);
	const char *text = "";
	for (size_t p = 0; p < all.n; p++)
		for (size_t i = 0; i < all.list[p].balance->n_rows; i++) {
			const struct msg_balance_row *x = &all.list[p].balance->rows[i];
			assert_string_equal(x->opening->shown, counted(w, &from, x->group, scope));
			assert_string_equal(x->closing->shown, counted(w, &to, x->group, scope));
			text = arena_printf(w->a, "%s%s%s%s", text, x->group, *x->group ? ": " : "", x->opening->shown);
			for (size_t k = 0; k < x->n_flows; k++)
				text = arena_printf(w->a, "%s; %s %s", text,
						    msg_code_name(&msg_enum_flow_kind, (int)x->flows[k].kind),
						    x->flows[k].figure->shown);
			text = arena_printf(w->a, "%s; = %s, %s\n", text, x->closing->shown, x->unexplained->shown);
			for (size_t k = 0; k < x->n_notes && notes; k++)
				text = arena_printf(w->a, "%s%s\n", text, x->notes[k]);
		}
	return text;
}

static struct msg_point at(const char *day)
{
	return (struct msg_point){.valid_at = day};
}

static void finnoy(struct world *w, const char *from)
{
	accepted(w,
		 SUB "'reason': 'told', 'units': [{'id': 'fin', 'kind': 'municipality', 'names': ['Finnøy'], "
		     "'valid_from': '%s', 'part_of': 'no'}]}}",
		 from);
}

static void a_balance_of_units_opened_exactly_where_a_count_said_at_least(void **state)
{
	struct world *w = *state;
	world_base(w);
	finnoy(w, "2016-01-01");
	const char *by_county = "'group_by': 'county'";
	struct msg_point then = at("2015-01-01"), now = at("2021-01-01");
	assert_string_equal(balance(w, then, now, NORDLAND, true), "2; NEW 1; = 3, 0\n");
	accepted(w, DECLARED("r2014", "no", "no"));
	assert_string_equal(balance(w, then, now, NORDLAND, true),
			    "at least 2; NEW 1; = at least 3, 0\n"
			    "of those on record: the list of units of kind municipality has gaps, or may have, in "
			    "Nordland: so declares r2014 (The survey)\n");
	assert_string_equal(balance(w, then, now, "", false), "at least 6; NEW 1; = at least 7, 0\n");
	/* Rows are told by number; of the others nothing is declared. */
	assert_string_equal(balance(w, then, now, by_county, false),
			    "no: at least 2; NEW 1; = at least 3, 0\nst: 2; = 2, 0\nnt: 1; = 1, 0\nmr: 1; = 1, 0\n");
	/* Far lies in no county, and nobody knows who else does. */
	accepted(w, SUB "'units': [{'id': 'far', 'kind': 'municipality', 'names': ['Far']}]}}");
	const char *none = "at least 1; = at least 1, 0\n";
	assert_memory_equal(balance(w, then, now, by_county, false), none, strlen(none));
}

static void a_list_that_is_complete_at_one_end_is_exact_there(void **state)
{
	struct world *w = *state;
	world_base(w);
	finnoy(w, "2016-01-01");
	accepted(w, DECLARED("r2014", "no", "no"));
	accepted(w, DECLARED("r2020", "no", "yes"));
	assert_string_equal(balance(w, at("2015-01-01"), at("2021-01-01"), NORDLAND, false),
			    "at least 2; NEW 1; = 3, 0\n");
	accepted(w, DECLARED("r2020", "no", "unknown"));
	accepted(w, DECLARED("r2014", "no", "yes"));
	assert_string_equal(balance(w, at("2015-01-01"), at("2021-01-01"), NORDLAND, false),
			    "2; NEW 1; = at least 3, 0\n");
}

/* The opening was as complete as was known then, which the closing's knowledge said of both. */
static void an_opening_has_the_gaps_that_were_known_of_it_then(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct msg_point then = at("2015-01-01"), now = at("2021-01-01");
	then.as_of_revision = w->rev;
	accepted(w, DECLARED("r2014", "no", "no"));
	assert_string_equal(balance(w, then, now, NORDLAND, false), "2; = at least 2, 0\n");
	then.as_of_revision = w->rev;
	accepted(w, DECLARED("r2014", "no", "yes"));
	assert_string_equal(balance(w, then, now, NORDLAND, true),
			    "at least 2; = 2, 0\n"
			    "of those on record: the list of units of kind municipality has gaps, or may have, in "
			    "Nordland: so declares r2014 (The survey)\n");
}

/* It began between the points, or was there before. */
static void who_may_have_been_there_before_is_new_from_nought(void **state)
{
	struct world *w = *state;
	world_base(w);
	finnoy(w, "../2016");
	accepted(w, DECLARED("r2014", "no", "no"));
	assert_string_equal(balance(w, at("2015-01-01"), at("2021-01-01"), NORDLAND, true),
			    "at least 2; NEW 0–1; = at least 3, 0\n"
			    "1 is only possible at the opening: dates are uncertain\n"
			    "of those on record: the list of units of kind municipality has gaps, or may have, in "
			    "Nordland: so declares r2014 (The survey)\n");
}

/* Its list was the county's, which is none after it. */
static void a_county_that_ended_has_none_of_them_for_certain(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, DECLARED("r2014", "st", "no"));
	trondelag(w);
	assert_string_equal(balance(w, at("2017-12-31"), at("2018-01-01"), "'group_by': 'county'", false),
			    "no: 2; = 2, 0\nst: at least 2; MOVED_OUT -2; = 0, 0\nnt: 1; MOVED_OUT -1; = 0, 0\n"
			    "mr: 1; = 1, 0\ntr: 0; MOVED_IN 3; = 3, 0\n");
}

static void units_that_are_named_are_no_list(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, DECLARED("r2014", "no", "no"));
	assert_string_equal(balance(w, at("2015-01-01"), at("2021-01-01"), "'units': ['bodo']", true), "1; = 1, 0\n");
	assert_string_equal(balance(w, at("2015-01-01"), at("2021-01-01"), NORDLAND ", 'group_by': 'unit'", true),
			    "bodo: 1; = 1, 0\nheroy-no: 1; = 1, 0\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(a_balance_of_units_opened_exactly_where_a_count_said_at_least),
	    BOTH(a_list_that_is_complete_at_one_end_is_exact_there),
	    BOTH(an_opening_has_the_gaps_that_were_known_of_it_then),
	    BOTH(who_may_have_been_there_before_is_new_from_nought),
	    BOTH(a_county_that_ended_has_none_of_them_for_certain),
	    BOTH(units_that_are_named_are_no_list),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
