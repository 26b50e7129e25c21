/* SPDX-License-Identifier: Apache-2.0
 *
 * test_decompose_round.c - why two rounds speak of more or fewer arrangements, told by a judge: what silence allows to
 * say, and that a difference and a balance of the same two points say the same.
 */
#include "tests/unit/asking.h"

static const char *shown(const struct msg_figure *f)
{
	return *f->refused ? f->refused : f->shown;
}

/* "2 → 1 = -1: real 0 (-1..0), undetermined -1 [B -1]" a line; a row that does not agree says so. */
static const char *rows_of(struct world *w, const struct answers *all)
{
	static const char *const names[] = {"",           "correction", "structure", "frame",       "response",
					    "definition", "late",       "real",      "undetermined"};
	const char *text = "";
	for (size_t p = 0; p < all->n; p++)
		for (size_t i = 0; i < all->list[p].decompose->n_rows; i++) {
			const struct msg_decompose_row *x = &all->list[p].decompose->rows[i];
			bool any = false;
			text = arena_printf(w->a, "%s%s%s%s → %s = %s:", text, x->group, *x->group ? ": " : "",
					    shown(x->from), shown(x->to), shown(x->change));
			for (size_t k = 0; k < x->n_parts; k++) {
				const struct msg_decompose_part *part = &x->parts[k];
				const struct msg_figure *f = part->figure;
				bool bounds = part->cause != CAUSE_UNDETERMINED && (*f->low || *f->high);
				if (strcmp(f->shown, "0") == 0 && !bounds && !part->n_among)
					continue;
				text = arena_printf(w->a, "%s%s %s %s", text, any ? "," : "", names[part->cause],
						    f->shown);
				if (bounds)
					text = arena_printf(w->a, "%s (%s..%s)", text, f->low, f->high);
				for (size_t u = 0; u < part->n_among; u++)
					text = arena_printf(w->a, "%s%s%s%s", text, u ? "; " : " [", part->among[u],
							    u + 1 == part->n_among ? "]" : "");
				any = true;
			}
			text = arena_printf(w->a, "%s%s%s\n", text, any ? "" : " nothing",
					    x->agrees ? "" : ", BUT IT DOES NOT ADD UP");
		}
	return text;
}

static const char *notes_of(struct world *w, const struct answers *all, enum cause cause)
{
	const char *text = "";
	const struct msg_decompose_part *part = &all->list[0].decompose->rows[0].parts[cause - 1];
	for (size_t i = 0; i < part->n_notes; i++)
		text = arena_printf(w->a, "%s%s\n", text, part->notes[i]);
	return text;
}

#define BETWEEN      "'round': 'r2014'", "'round': 'r2020'"
#define ARRANGEMENTS "'counted': 'arrangements', 'measure': 'count'"
#define IN(round)    "{'submission': {'round': '" round "', 'mode': 'patch', 'source': 'a', 'arrangements': ["
#define OF(id, member)                                                                                                 \
	"{'id': '" id "', 'name': '" id "', 'participants': ['" member "'], 'participants_complete': 'yes'}"
#define SAY(id) "{'id': '" id "', 'name': '" id "', 'participants_complete': 'unknown'}"
#define COMPLETE(round)                                                                                                \
	"{'submission': {'round': '" round "', 'mode': 'patch', 'source': 'a', 'completeness': [{'scope': 'no',"       \
	"'kind': 'arrangement', 'complete': 'yes'}]}}"

static const char *parts(struct world *w, const char *from, const char *to, const char *more)
{
	struct answers all = asked(w, "{'decompose': {'from': {%s}, 'to': {%s}, " ARRANGEMENTS "%s}}", from, to, more);
	return rows_of(w, &all);
}

/* a stays, b is not spoken of again, c ended; d is older than 2014, e began in 2018, f nobody knows when */
static void told(struct world *w)
{
	world_base(w);
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'b', 'arrangements': [{'id': 'd', 'name': 'd',"
		    "'established': '2010', 'participants': ['bodo'], 'participants_complete': 'yes'}]}}");
	accepted(w, IN("r2014") OF("a", "bodo") ", " OF("b", "bodo") ", {'id': 'c', 'name': 'c', 'ended': '2016-01-01',"
								     "'participants': ['bodo'],"
								     "'participants_complete': 'yes'}]}}");
	accepted(w,
		 IN("r2020") OF("a", "bodo") ", " OF("d", "bodo") ", " OF("f", "bodo") ", {'id': 'e', 'name': 'e',"
										       "'established': '2018',"
										       "'participants': ['bodo'],"
										       "'participants_complete': 'yes'"
										       "}]}}");
}

static void what_is_not_found_again_has_not_ended_for_certain(void **state)
{
	struct world *w = *state;
	told(w);
	assert_string_equal(parts(w, BETWEEN, ""), "3 → 4 = 1: response 0 (-1..0), late 1 (1..2) [d +1], real 0 "
						   "(-1..1) [c -1; e +1], undetermined 0 [b -1; f +1]\n");
}

static void the_notes_say_what_nobody_knows(void **state)
{
	struct world *w = *state;
	told(w);
	struct answers all =
	    asked(w, "{'decompose': {'from': {'round': 'r2014'}, 'to': {'round': 'r2020'}, " ARRANGEMENTS "}}");
	assert_string_equal(
	    notes_of(w, &all, CAUSE_UNDETERMINED),
	    "r2020 does not speak of it, and nobody said that it ended: it may be there still\n"
	    "r2014 does not speak of it, and nobody says when it began: it may have been there before\n");
	assert_int_equal(all.list[0].decompose->n_notes, 1);
	assert_string_equal(all.list[0].decompose->notes[0], "counted are the arrangements that each round speaks of");
}

/* Lists that are complete leave no doubt: what is not on them was not there. */
static void lists_that_are_complete_leave_nothing_undetermined(void **state)
{
	struct world *w = *state;
	told(w);
	accepted(w, COMPLETE("r2020"));
	assert_string_equal(parts(w, BETWEEN, ""),
			    "3 → 4 = 1: late 1 (1..2) [d +1], real 0 (-1..0) [b -1; c -1; e +1], "
			    "undetermined 0 [f +1]\n");
	accepted(w, COMPLETE("r2014"));
	assert_string_equal(parts(w, BETWEEN, ""), "3 → 4 = 1: late 1 [d +1], real 0 [b -1; c -1; f +1; e +1]\n");
}

/* The rounds ask about Nordland; Rissa is elsewhere. */
static void what_the_other_round_does_not_ask_about_is_frame(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, IN("r2014") OF("a", "bodo") ", " OF("b", "rissa") "]}}");
	accepted(w, IN("r2020") OF("a", "bodo") ", " OF("c", "rissa") "]}}");
	assert_string_equal(parts(w, BETWEEN, ""), "2 → 2 = 0: frame 0 [b -1; c +1]\n");
	assert_string_equal(parts(w, BETWEEN, ", 'group_by': 'county'"), "no: 1 → 1 = 0: nothing\n"
									 "st: 1 → 1 = 0: frame 0 [b -1; c +1]\n");
}

/* A register has b and c; the round of 2014 is known later not to have spoken of b, and to have spoken of c. */
static void the_earlier_round_is_what_was_known_of_it_then(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'b', 'arrangements': ["
		    "{'id': 'b', 'name': 'b', 'established': '2010', 'participants': ['bodo'],"
		    "'participants_complete': 'yes'}, {'id': 'c', 'name': 'c', 'established': '2010',"
		    "'participants': ['bodo'], 'participants_complete': 'yes'}]}}");
	uint64_t first = accepted(w, IN("r2014") SAY("b") "]}}")->rev;
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': 'a', 'reason': 'told', 'retractions': ["
		 "{'revision': %llu, 'unit': 'b'}]}}",
		 (unsigned long long)first);
	accepted(w, IN("r2014") SAY("c") "]}}");
	accepted(w, IN("r2020") SAY("c") "]}}");
	const char *then = arena_printf(w->a, "'round': 'r2014', 'as_of_revision': %llu", (unsigned long long)first);
	assert_string_equal(parts(w, then, "'round': 'r2020'", ""), "1 → 1 = 0: correction -1 [b -1], late 1 [c +1]\n");
	assert_string_equal(parts(w, then, "'round': 'r2014'", ""), "1 → 1 = 0: correction -1 [b -1], late 1 [c +1]\n");
	assert_string_equal(parts(w, BETWEEN, ""), "1 → 1 = 0: nothing\n");
	assert_string_equal(parts(w, "'round': 'r2014'", "'round': 'r2014'", ""), "1 → 1 = 0: nothing\n");
}

/* Bjugn is first named in 2020, and its county may have been in it before, or never: of a list that nobody declares
 * complete, what is certain is taken apart. */
static void who_may_have_taken_part_at_both_points_is_undetermined(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, IN("r2014") OF("a", "bodo") "]}}");
	accepted(w, IN("r2020") "{'id': 'a', 'name': 'a', 'participants': ['bodo', 'bjugn'],"
				"'participants_complete': 'yes'}]}}");
	const char *county = ", 'group_by': 'county'";
	assert_string_equal(parts(w, BETWEEN, county), "no: 1 → 1 = 0: nothing\n"
						       "st: 0 → 1 = 1: real 0 (0..1), undetermined 1 [a +1]\n");
	assert_string_equal(parts(w, "'round': 'r2014'", "'round': 'r2014'", county), "no: 1 → 1 = 0: nothing\n"
										      "st: 0 → 0 = 0: nothing\n");
}

/* Rissa and Leksvik become one: what only the two took part in is within one unit, and no round speaks of it. */
static void what_borders_explain_is_structure_before_it_is_silence(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, "{'define': {'rounds': [{'id': 's2014', 'survey': 'survey', 'reference': '2014'},"
		    "{'id': 's2020', 'survey': 'survey', 'reference': '2020'}]}}");
	accepted(w,
		 IN("s2014") "{'id': 'a', 'name': 'a', 'participants': ['rissa', 'leksvik'], 'participants_complete':"
			     "'yes'}, " OF("b", "leksvik") ", " OF("c", "bjugn") "]}}");
	accepted(w, "{'event': {'id': 'merge', 'type': 'merging', 'effective': '2018-01-01', 'status': 'effective',"
		    "'source': 'a', 'sources': ['rissa', 'leksvik'],"
		    "'targets': [{'id': 'indre', 'names': ['Indre Fosen'], 'part_of': 'st'}]}}");
	accepted(w, IN("s2020") OF("c", "bjugn") "]}}");
	const char *from = "'round': 's2014'", *to = "'round': 's2020'";
	assert_string_equal(
	    parts(w, from, to, ""),
	    "3 → 1 = -2: structure -1 [a -1], response 0 (-1..0), real 0 (-1..0), undetermined -1 [b -1]\n");
	/* With Leksvik both left its county. */
	assert_string_equal(parts(w, from, to, ", 'units': ['nt'], 'subtree': true"),
			    "2 → 0 = -2: structure -2 [a -1; b -1]\n");
}

/* Item by item from the log: 1 for each that a round speaks of, −1 for each of the earlier one. */
static void the_change_is_explained_by_what_each_round_spoke_of(void **state)
{
	struct world *w = *state;
	told(w);
	struct answers all = asked(
	    w, "{'explain': {'decompose': {'from': {'round': 'r2014'}, 'to': {'round': 'r2020'}, " ARRANGEMENTS "}}}");
	const struct msg_explain_answer *last = all.list[all.n - 1].explain;
	size_t items = 0;
	for (size_t p = 0; p < all.n; p++)
		items += all.list[p].explain->n_items;
	assert_int_equal(items, 7); /* a b c, a d e f */
	assert_true(last->agrees);
	assert_string_equal(last->recomputed->shown, "1");
	all = asked(w, "{'explain': {'decompose': {'from': {'round': 'r2014'}, 'to': {'round': 'r2014'}, " ARRANGEMENTS
		       "}}}");
	assert_true(all.list[all.n - 1].explain->agrees);
	assert_string_equal(all.list[all.n - 1].explain->recomputed->shown, "0");
}

static void points_are_given_from_the_earlier_to_the_later(void **state)
{
	struct world *w = *state;
	told(w);
#define REFUSED(text, points)                                                                                          \
	assert_non_null(strstr(ask_refused(w, ERR_INVALID, 100, "{'decompose': {" points ", " ARRANGEMENTS "}}"), text))
	REFUSED("from (2020) is later than to (2014-03): a change is told from the earlier to the later, so swap them",
		"'from': {'round': 'r2020'}, 'to': {'round': 'r2014'}");
	REFUSED("what was known first comes first, so swap them",
		"'from': {'round': 'r2014', 'as_of_revision': 4}, 'to': {'round': 'r2014', 'as_of_revision': 3}");
	REFUSED("give both the same as_of",
		"'from': {'round': 'r2014', 'as_of_revision': 4}, 'to': {'round': 'r2020', 'as_of_revision': 3}");
}

/* Two numbers of one arrangement counted twice in a decomposition, and its parts did not add up. */
static void arrangements_that_are_one_count_once(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, IN("r2014") OF("a", "bodo") ", " OF("a2", "bodo") ", " OF("b", "bodo") "]}}");
	uint64_t apart = accepted(w, IN("r2020") OF("a2", "bodo") ", " OF("b", "bodo") "]}}")->rev;
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'a', 'reason': 'one', 'identities': [{'type': "
		    "'same_as', 'a': 'a', 'b': 'a2'}]}}");
	assert_string_equal(parts(w, BETWEEN, ""), "2 → 2 = 0: nothing\n");
	assert_string_equal(
	    parts(w, arena_printf(w->a, "'round': 'r2014', 'as_of_revision': %llu", (unsigned long long)apart),
		  "'round': 'r2020'", ""),
	    "3 → 2 = -1: correction -1 [a2 -1]\n");
	struct answers all = asked(w, "{'count': {'counted': 'arrangements', 'dates': ['2014', '2020'], 'measures': "
				      "['count']}}");
	assert_string_equal(all.list[0].trend->rows[0].figures[0].shown, "at least 2");
	all = asked(w, "{'explain': {'count': {'counted': 'arrangements', 'dates': ['2014'], 'measures': ['count']}, "
		       "'period': '2014-12-31'}}");
	assert_true(all.list[all.n - 1].explain->agrees);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_folded, world_gone)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(what_is_not_found_again_has_not_ended_for_certain),
	    T(the_notes_say_what_nobody_knows),
	    T(lists_that_are_complete_leave_nothing_undetermined),
	    T(what_the_other_round_does_not_ask_about_is_frame),
	    T(the_earlier_round_is_what_was_known_of_it_then),
	    T(who_may_have_taken_part_at_both_points_is_undetermined),
	    T(what_borders_explain_is_structure_before_it_is_silence),
	    T(the_change_is_explained_by_what_each_round_spoke_of),
	    T(arrangements_that_are_one_count_once),
	    T(points_are_given_from_the_earlier_to_the_later),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
