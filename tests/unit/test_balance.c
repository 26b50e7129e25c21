/* SPDX-License-Identifier: Apache-2.0
 *
 * test_balance.c - opening, flows and closing: histories by hand for every kind of flow, told by a judge.
 */
#include "tests/unit/asking.h"

static const char *figure_text(const struct msg_figure *f)
{
	return *f->refused ? f->refused : f->shown;
}

/* "GROUP: opening; KIND n {event} units; …; closing; rest unexplained" a line, then the notes. */
static const char *rows_of(struct world *w, const struct answers *all)
{
	const char *text = "";
	for (size_t p = 0; p < all->n; p++)
		for (size_t i = 0; i < all->list[p].balance->n_rows; i++) {
			const struct msg_balance_row *x = &all->list[p].balance->rows[i];
			text = arena_printf(w->a, "%s%s%s%s", text, x->group, *x->group ? ": " : "",
					    figure_text(x->opening));
			for (size_t k = 0; k < x->n_flows; k++) {
				const struct msg_balance_flow *f = &x->flows[k];
				text = arena_printf(w->a, "%s; %s %s%s%s%s%s%s", text,
						    msg_code_name(&msg_enum_flow_kind, (int)f->kind),
						    figure_text(f->figure), *f->event ? " {" : "", f->event,
						    *f->event ? "}" : "", *f->indicator ? " " : "", f->indicator);
				for (size_t u = 0; u < f->n_units; u++)
					text = arena_printf(w->a, "%s%s%s", text, u ? "," : " ", f->units[u]);
			}
			text = arena_printf(w->a, "%s; = %s, %s\n", text, figure_text(x->closing),
					    figure_text(x->unexplained));
		}
	return text;
}

static const char *notes_of(struct world *w, const struct answers *all)
{
	const char *text = "";
	for (size_t p = 0; p < all->n; p++)
		for (size_t i = 0; i < all->list[p].balance->n_rows; i++)
			for (size_t k = 0; k < all->list[p].balance->rows[i].n_notes; k++)
				text = arena_printf(w->a, "%s%s\n", text, all->list[p].balance->rows[i].notes[k]);
	return text;
}

static const char *balance(struct world *w, const char *from, const char *to, const char *more)
{
	struct answers all = asked(w, "{'balance': {'from': {%s}, 'to': {%s}, %s}}", from, to, more);
	return rows_of(w, &all);
}

#define AT(day)      "'valid_at': '" day "'"
#define A_2017       AT("2017-06-01")
#define A_2019       AT("2019-06-01")
#define MUNICIPALITY "'counted': 'units', 'kind': 'municipality'"
#define EVENT(id, type)                                                                                                \
	"{'event': {'id': '" id "', 'type': '" type "', 'effective': '2018-01-01', 'status': 'effective',"             \
	"'source': 'a', "

static struct said *said_of(struct world *w, const char *inside)
{
	return accepted(w, "{'submission': {'mode': 'patch', 'source': 'a', 'reason': 'told', %s}}", inside);
}

/* ---- on record ---- */

static void what_begins_and_ends_without_an_event_is_new_and_ended(void **state)
{
	struct world *w = *state;
	world_base(w);
	said_of(w,
		"'units': [{'id': 'a1', 'kind': 'office', 'names': ['A'], 'valid_to': '2018-01-01'},"
		"{'id': 'b1', 'kind': 'office', 'names': ['B'], 'valid_from': '2018-03-01'},"
		"{'id': 'c1', 'kind': 'office', 'names': ['C'], 'valid_from': '2018-03-01', 'valid_to': '2018-05-01'},"
		"{'id': 'd1', 'kind': 'office', 'names': ['D']}]");
	assert_string_equal(balance(w, A_2017, A_2019, "'counted': 'units', 'kind': 'office'"),
			    "2; NEW 2 b1,c1; ENDED -2 a1,c1; = 2, 0\n");
}

static void a_merger_makes_fewer_and_a_breakdown_more(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, EVENT("merge", "merging") "'sources': ['rissa', 'bjugn', 'leksvik'],"
					      "'targets': [{'id': 'indre', 'names': ['Indre'], 'part_of': 'st'}]}}");
	accepted(w, EVENT("break", "breakdown") "'sources': ['bodo'], 'targets': [{'id': 'x', 'names': ['X']},"
						"{'id': 'y', 'names': ['Y']}, {'id': 'z', 'names': ['Z']}]}}");
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY),
			    "6; MERGED -2 {merge} rissa,bjugn,leksvik; SPLIT 2 {break} x,y,z; = 6, 0\n");
	/* Leksvik comes from another county. */
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY ", 'group_by': 'county'"),
			    "no: 2; SPLIT 2 {break} x,y,z; = 4, 0\n"
			    "st: 2; MERGED -2 {merge} rissa,bjugn,leksvik; MOVED_IN 1 {merge} indre; = 1, 0\n"
			    "nt: 1; MOVED_OUT -1 {merge} leksvik; = 0, 0\n"
			    "mr: 1; = 1, 0\n");
}

static void what_lives_on_may_take_over_split_off_and_give_a_part(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, EVENT("take", "take_over") "'sources': ['heroy-no', 'bodo'], 'targets': [{'unit': 'bodo'}]}}");
	accepted(w, EVENT("off", "split_off") "'sources': ['rissa'], 'targets': [{'unit': 'rissa'},"
					      "{'id': 'new', 'names': ['New'], 'part_of': 'st'}]}}");
	accepted(w, EVENT("part", "transfer_of_part") "'sources': ['bjugn', 'leksvik'],"
						      "'targets': [{'unit': 'bjugn'}, {'unit': 'leksvik'}]}}");
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY),
			    "6; MERGED -1 {take} bodo,heroy-no; SPLIT 1 {off} new; = 6, 0\n");
}

/* As Tysfjord in 2020: divided between two, each of which others came to. */
static void one_decision_that_divides_and_merges_adds_up(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, EVENT("n-m",
			  "reorganisation") "'sources': ['rissa', 'bjugn', 'leksvik'], 'targets': ["
					    "{'id': 'p', 'names': ['P'], 'part_of': 'st'},"
					    "{'id': 'q', 'names': ['Q'], 'part_of': 'st'}], 'flows': ["
					    "{'source': 0, 'target': 0}, {'source': 1, 'target': 0, 'part': true},"
					    "{'source': 1, 'target': 1, 'part': true}, {'source': 2, 'target': 1}]}}");
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY ", 'units': ['st'], 'subtree': true"),
			    "2; MERGED -2 {n-m} rissa,bjugn,leksvik; SPLIT 1 {n-m} p,q; MOVED_IN 1 {n-m} q; = 2, 0\n");
}

static void what_merges_and_merges_again_between_the_points_adds_up(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, EVENT("one", "merging") "'sources': ['rissa', 'bjugn'],"
					    "'targets': [{'id': 'p', 'names': ['P'], 'part_of': 'st'}]}}");
	accepted(w, "{'event': {'id': 'two', 'type': 'merging', 'effective': '2019-01-01', 'status': 'effective',"
		    "'source': 'a', 'sources': ['p', 'leksvik'],"
		    "'targets': [{'id': 'q', 'names': ['Q'], 'part_of': 'st'}]}}");
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY),
			    "6; MERGED -1 {one} rissa,bjugn; MERGED -1 {two} leksvik,p; = 4, 0\n");
}

static void who_lives_on_in_another_group_has_moved(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, EVENT("move",
			  "reparenting") "'sources': ['leksvik'], 'targets': [{'unit': 'leksvik', 'part_of': 'st'}]}}");
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY ", 'group_by': 'county'"),
			    "no: 2; = 2, 0\n"
			    "st: 2; MOVED_IN 1 leksvik; = 3, 0\n"
			    "nt: 1; MOVED_OUT -1 leksvik; = 0, 0\n"
			    "mr: 1; = 1, 0\n");
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY), "6; = 6, 0\n");
}

static void uncertain_dates_are_carried_as_bounds(void **state)
{
	struct world *w = *state;
	world_base(w);
	said_of(w, "'units': [{'id': 'd1', 'kind': 'office', 'names': ['D']},"
		   "{'id': 's1', 'kind': 'office', 'names': ['S'], 'valid_from': '2018/2020'}]");
	assert_string_equal(balance(w, A_2017, A_2019, "'counted': 'units', 'kind': 'office'"),
			    "1; NEW 0–1 s1; = 1–2, 0\n");
}

static void what_is_known_only_since_is_found_late_or_corrected(void **state)
{
	struct world *w = *state;
	world_base(w);
	uint64_t first = said_of(w, "'units': [{'id': 'a1', 'kind': 'office', 'names': ['A']},"
				    "{'id': 'wrong', 'kind': 'office', 'names': ['W']}]")
			     ->rev;
	accepted(
	    w,
	    "{'submission': {'mode': 'patch', 'source': 'a', 'reason': 'told', 'units': ["
	    "{'id': 'late1', 'kind': 'office', 'names': ['L']}, {'id': 'late2', 'kind': 'office', 'names': ['M']}],"
	    "'retractions': [{'revision': %llu, 'unit': 'wrong'}]}}",
	    (unsigned long long)first);
	assert_string_equal(balance(w, arena_printf(w->a, A_2017 ", 'as_of_revision': %llu", (unsigned long long)first),
				    A_2019, "'counted': 'units', 'kind': 'office'"),
			    "2; FOUND_LATE 2 late1,late2; CORRECTED -1 wrong; = 3, 0\n");
}

#define IN_ROUND(round) "{'submission': {'round': '" round "', 'mode': 'patch', 'source': 'a', 'arrangements': ["
#define MEMBER          "'participants': ['bodo'], 'participants_complete': 'yes'"

static void between_two_rounds_arrangements_are_those_that_they_speak_of(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, IN_ROUND("r2014") "{'id': 'a1', 'name': 'A', " MEMBER "}, {'id': 'b1', 'name': 'B', " MEMBER "},"
				      "{'id': 'c1', 'name': 'C', 'ended': '2016-01-01', " MEMBER "}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'b', 'arrangements': ["
		    "{'id': 'd1', 'name': 'D', 'established': '2010', " MEMBER "}]}}");
	accepted(w, IN_ROUND("r2020") "{'id': 'a1', 'name': 'A', " MEMBER "}, {'id': 'd1', 'name': 'D', " MEMBER "},"
				      "{'id': 'e1', 'name': 'E', 'established': '2018', " MEMBER "},"
				      "{'id': 'f1', 'name': 'F', " MEMBER "}]}}");
	struct answers all =
	    asked(w, "{'balance': {'from': {'round': 'r2014'}, 'to': {'round': 'r2020'}, 'counted': 'arrangements'}}");
	assert_string_equal(rows_of(w, &all),
			    "at least 3; NEW 1–2 e1,f1; ENDED -1 c1; NOT_FOUND_AGAIN -1 b1; FOUND_LATE 1 d1; = at "
			    "least 4, 0\n");
	assert_string_equal(notes_of(w, &all), "counted are the arrangements that each round speaks of\n"
					       "1 may be new, or were there before and not listed: r2014 does not "
					       "speak of them, and nobody says for certain that they began since\n"
					       "at least so many: what is on record is not declared complete there\n");
	/* On record, between days, nobody ended b1. */
	assert_string_equal(balance(w, AT("2014-12-31"), AT("2020-12-31"), "'counted': 'arrangements'"),
			    "at least 4; NEW 1–2 e1,f1; ENDED -1 c1; = at least 5, 0\n");
}

/* A register has all of them. Of the round of 2014 it is known later that it never spoke of B, and of what else. */
static void the_opening_of_a_round_is_what_was_known_then(void **state)
{
	struct world *w = *state;
	world_base(w);
	said_of(w, "'arrangements': [{'id': 'a1', 'name': 'A', 'established': '2010', " MEMBER "},"
		   "{'id': 'b1', 'name': 'B', 'established': '2010', " MEMBER "},"
		   "{'id': 'c1', 'name': 'C', 'established': '2010', " MEMBER "}]");
#define SAY(id) "{'id': '" id "', 'name': '" id "', 'participants_complete': 'unknown'}"
	accepted(w, IN_ROUND("r2014") SAY("a1") "]}}");
	uint64_t wrong = accepted(w, IN_ROUND("r2014") SAY("b1") "]}}")->rev;
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': 'a', 'reason': 'told',"
		 "'retractions': [{'revision': %llu, 'unit': 'b1'}]}}",
		 (unsigned long long)wrong);
	accepted(w, IN_ROUND("r2014") SAY("c1") "]}}");
	accepted(w, IN_ROUND("r2020") SAY("a1") "]}}");
	const char *then = arena_printf(w->a, "'round': 'r2014', 'as_of_revision': %llu", (unsigned long long)wrong);
#define COUNTED "'counted': 'arrangements'"
	assert_string_equal(balance(w, "'round': 'r2014'", "'round': 'r2020'", COUNTED),
			    "at least 2; NOT_FOUND_AGAIN -1 c1; = at least 1, 0\n");
	assert_string_equal(balance(w, then, "'round': 'r2020'", COUNTED),
			    "at least 2; NOT_FOUND_AGAIN -1 c1; FOUND_LATE 1 c1; CORRECTED -1 b1; = at least 1, 0\n");
	/* The same round: nothing happened, but it is known otherwise. */
	struct answers all = asked(w, "{'balance': {'from': {%s}, 'to': {'round': 'r2014'}, " COUNTED "}}", then);
	assert_string_equal(rows_of(w, &all), "at least 2; FOUND_LATE 1 c1; CORRECTED -1 b1; = at least 2, 0\n");
	assert_string_equal(notes_of(w, &all), "counted are the arrangements that each round speaks of\n"
					       "at least so many: what is on record is not declared complete there\n");
}

/* Two states of knowledge of one day, also where what is there may have begun before it or after. */
static void of_one_day_what_was_known_wrong_is_balanced(void **state)
{
	struct world *w = *state;
	world_base(w);
	uint64_t first = said_of(w, "'units': [{'id': 'a1', 'kind': 'office', 'names': ['A']},"
				    "{'id': 's1', 'kind': 'office', 'names': ['S'], 'valid_from': '2016/2018'}]")
			     ->rev;
	said_of(w, "'units': [{'id': 'late', 'kind': 'office', 'names': ['L']},"
		   "{'id': 'may', 'kind': 'office', 'names': ['M'], 'valid_from': '2016/2019'}]");
	assert_string_equal(balance(w, arena_printf(w->a, A_2017 ", 'as_of_revision': %llu", (unsigned long long)first),
				    A_2017, "'counted': 'units', 'kind': 'office'"),
			    "1–2; FOUND_LATE 1–2 late,may; = 2–4, 0\n");
}

/* Bjugn is first named in 2020: whether it took part in 2014 nobody knows, so nobody knows whether its county did. */
static void who_may_have_taken_part_before_is_counted_between_bounds(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, IN_ROUND("r2014") "{'id': 'a1', 'name': 'A', " MEMBER "}]}}");
	accepted(w, IN_ROUND("r2020") "{'id': 'a1', 'name': 'A', 'participants': ['bodo', 'bjugn'],"
				      "'participants_complete': 'yes'}]}}");
	assert_string_equal(balance(w, "'round': 'r2014'", "'round': 'r2020'", COUNTED ", 'group_by': 'county'"),
			    "no: at least 1; = at least 1, 0\n"
			    "st: at least 0; MOVED_IN 0–1 a1; = at least 1, 0\n");
	assert_string_equal(
	    balance(w, AT("2014-12-31"), AT("2020-12-31"), COUNTED ", 'units': ['st'], 'subtree': true"),
	    "at least 0; MOVED_IN 0–1 a1; = at least 1, 0\n");
}

/* What the earlier round declares not to be on its list was not there. */
static void new_beyond_doubt_where_the_earlier_list_was_complete(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, "{'submission': {'round': 'r2014', 'mode': 'patch', 'source': 'a', 'completeness':"
		    "[{'scope': 'no', 'kind': 'arrangement', 'complete': 'yes'}], 'arrangements': ["
		    "{'id': 'a1', 'name': 'A', " MEMBER "}]}}");
	accepted(w, IN_ROUND("r2020") "{'id': 'f1', 'name': 'F', " MEMBER "}, {'id': 'x1', 'name': 'X',"
				      "'participants': ['rissa'], 'participants_complete': 'yes'}]}}");
	struct answers all =
	    asked(w, "{'balance': {'from': {'round': 'r2014'}, 'to': {'round': 'r2020'}, 'counted': 'arrangements'}}");
	assert_string_equal(rows_of(w, &all), "at least 1; NEW 1–2 f1,x1; NOT_FOUND_AGAIN -1 a1; = at least 2, 0\n");
	assert_string_equal(notes_of(w, &all), "counted are the arrangements that each round speaks of\n"
					       "1 may be new, or were there before and not listed: r2014 does not "
					       "speak of them, and nobody says for certain that they began since\n"
					       "1 are outside what r2014 asked about\n"
					       "at least so many: what is on record is not declared complete there\n");
	/* Inside what it declares, the opening is all there was. */
	assert_string_equal(
	    balance(w, "'round': 'r2014'", "'round': 'r2020'", COUNTED ", 'units': ['no'], 'subtree': true"),
	    "1; NEW 1 f1; NOT_FOUND_AGAIN -1 a1; = at least 1, 0\n");
}

static void an_arrangement_is_in_every_group_that_takes_part(void **state)
{
	struct world *w = *state;
	world_base(w);
	said_of(w,
		"'arrangements': [{'id': 'a1', 'name': 'A', 'established': '2010', 'participants': ['bodo', 'rissa'],"
		"'participants_complete': 'yes', 'tasks': ['fire']}, {'id': 'b1', 'name': 'B', 'established': '2018',"
		"'participants': ['rissa', 'bjugn'], 'participants_complete': 'yes', 'tasks': ['water']}]");
	assert_string_equal(balance(w, A_2017, A_2019, "'counted': 'arrangements', 'group_by': 'county'"),
			    "no: at least 1; = at least 1, 0\n"
			    "st: at least 1; NEW 1 b1; = at least 2, 0\n");
	assert_string_equal(
	    balance(w, A_2017, A_2019, "'counted': 'arrangements', 'where': [{'field': 'task', 'values': ['water']}]"),
	    "at least 0; NEW 1 b1; = at least 1, 0\n");
}

/* ---- units that are one ---- */

#define OFFICES      "'counted': 'units', 'kind': 'office'"
#define ONE(a, b)    "{'type': 'same_as', 'a': '" a "', 'b': '" b "'}"
#define TWO(a, b)    "{'type': 'not_same_as', 'a': '" a "', 'b': '" b "'}"
#define KNOWN(w, r)  arena_printf((w)->a, A_2017 ", 'as_of_revision': %llu", (unsigned long long)(r))
#define OFFICE(id)   "{'id': '" id "', 'kind': 'office', 'names': ['" id "']}"
#define OFFICES_SAID "'units': [" OFFICE("a1") "," OFFICE("a2") "," OFFICE("b1") "]"

static void units_that_are_one_are_counted_once(void **state)
{
	struct world *w = *state;
	world_base(w);
	said_of(w, OFFICES_SAID);
	assert_string_equal(balance(w, A_2017, A_2019, OFFICES), "3; = 3, 0\n");
	said_of(w, "'identities': [" ONE("a1", "a2") "]");
	assert_string_equal(balance(w, A_2017, A_2019, OFFICES), "2; = 2, 0\n");
	said_of(w, "'identities': [" ONE("a2", "b1") "]");
	assert_string_equal(balance(w, A_2017, A_2019, OFFICES), "1; = 1, 0\n");
	struct answers count = asked(w, "{'count': {'counted': 'units', 'kind': 'office', 'dates': ['2017-06-01'],"
					"'measures': ['count']}}");
	assert_string_equal(count.list[0].trend->rows[0].figures[0].shown, "1");
}

static void that_they_are_one_or_two_after_all_is_corrected(void **state)
{
	struct world *w = *state;
	world_base(w);
	uint64_t apart = said_of(w, OFFICES_SAID)->rev;
	uint64_t one = said_of(w, "'identities': [" ONE("a1", "a2") "]")->rev;
	assert_string_equal(balance(w, KNOWN(w, apart), A_2019, OFFICES), "3; CORRECTED -1 a2; = 2, 0\n");
	assert_string_equal(balance(w, KNOWN(w, apart), A_2017, OFFICES), "3; CORRECTED -1 a2; = 2, 0\n");
	said_of(w, "'identities': [" TWO("a1", "a2") "]");
	assert_string_equal(balance(w, KNOWN(w, one), A_2019, OFFICES), "2; CORRECTED 1 a2; = 3, 0\n");
	assert_string_equal(balance(w, KNOWN(w, apart), A_2019, OFFICES), "3; = 3, 0\n");
	/* a2 goes over from the one to the other: as many as before. */
	said_of(w, "'identities': [" ONE("a2", "b1") "]");
	assert_string_equal(balance(w, KNOWN(w, one), A_2019, OFFICES), "2; = 2, 0\n");
}

static void who_is_found_late_to_be_one_that_was_known_is_no_more(void **state)
{
	struct world *w = *state;
	world_base(w);
	uint64_t first = said_of(w, OFFICES_SAID)->rev;
	said_of(w, "'units': [" OFFICE("late") "," OFFICE("later") "], 'identities': [" ONE("a1", "late") "]");
	assert_string_equal(balance(w, KNOWN(w, first), A_2019, OFFICES), "3; FOUND_LATE 1 later; = 4, 0\n");
}

static void where_one_gives_way_to_itself_nothing_begins_or_ends(void **state)
{
	struct world *w = *state;
	world_base(w);
	said_of(w, "'units': [{'id': 'a1', 'kind': 'office', 'names': ['A'], 'valid_to': '2018-01-01'},"
		   "{'id': 'a2', 'kind': 'office', 'names': ['A'], 'valid_from': '2018-01-01'},"
		   "{'id': 'b1', 'kind': 'office', 'names': ['B'], 'valid_from': '2018-03-01'},"
		   "{'id': 'b2', 'kind': 'office', 'names': ['B'], 'valid_from': '2018-02-01'},"
		   "{'id': 'c1', 'kind': 'office', 'names': ['C'], 'valid_to': '2018-01-01'},"
		   "{'id': 'c2', 'kind': 'office', 'names': ['C'], 'valid_from': '2018-06-01'},"
		   "{'id': 'd1', 'kind': 'office', 'names': ['D'], 'valid_to': '2018'},"
		   "{'id': 'd2', 'kind': 'office', 'names': ['D'], 'valid_from': '2018-05-01'}],"
		   "'identities': [" ONE("a1", "a2") "," ONE("b1", "b2") "," ONE("c1", "c2") "," ONE("d1", "d2") "]");
	/* There is a gap in C; none in D for certain. */
	assert_string_equal(balance(w, A_2017, A_2019, OFFICES), "3; NEW 2 b2,c2; ENDED -1 c1; = 4, 0\n");
}

static void who_is_in_another_group_under_its_other_number_has_moved(void **state)
{
	struct world *w = *state;
	world_base(w);
	said_of(w, "'units': [{'id': 'm1', 'kind': 'municipality', 'names': ['M'], 'part_of': 'st',"
		   "'valid_to': '2018-01-01'}, {'id': 'm2', 'kind': 'municipality', 'names': ['M'], 'part_of': 'no',"
		   "'valid_from': '2018-01-01'}], 'identities': [" ONE("m1", "m2") "]");
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY ", 'group_by': 'county'"),
			    "no: 2; MOVED_IN 1 m1; = 3, 0\n"
			    "st: 3; MOVED_OUT -1 m1; = 2, 0\n"
			    "nt: 1; = 1, 0\n"
			    "mr: 1; = 1, 0\n");
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY), "7; = 7, 0\n");
}

/* Each register has its own numbers and its own event. */
static void a_merger_that_two_registers_tell_of_is_one(void **state)
{
	struct world *w = *state;
	world_base(w);
	said_of(w, "'units': [{'id': 'rissa2', 'kind': 'municipality', 'names': ['Rissa'], 'part_of': 'st'},"
		   "{'id': 'bjugn2', 'kind': 'municipality', 'names': ['Bjugn'], 'part_of': 'st'}],"
		   "'identities': [" ONE("rissa", "rissa2") "," ONE("bjugn2", "bjugn") "]");
	accepted(w, EVENT("one", "merging") "'sources': ['rissa', 'bjugn'],"
					    "'targets': [{'id': 'p', 'names': ['P'], 'part_of': 'st'}]}}");
	/* The other has not heard of it: both are there still, beside what they became. */
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY),
			    "6; MERGED -1 {one} rissa,bjugn; SPLIT 2 {one} p; = 7, 0\n");
	accepted(w, EVENT("two", "merging") "'sources': ['rissa2', 'bjugn2'],"
					    "'targets': [{'id': 'p2', 'names': ['P'], 'part_of': 'st'}]}}");
	assert_string_equal(
	    balance(w, A_2017, A_2019, MUNICIPALITY),
	    "6; MERGED -1 {one} rissa,bjugn; MERGED -1 {two} rissa2,bjugn2; SPLIT 2 {two} p2; = 6, 0\n");
	said_of(w, "'identities': [" ONE("p", "p2") "]");
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY), "6; MERGED -1 {one} rissa,bjugn; = 5, 0\n");
}

#define MERGED_ON(id, sources, target)                                                                                 \
	"{'event': {'id': '" id "', 'type': 'merging', 'effective': '%s', 'status': 'effective', 'source': 'a',"       \
	"'sources': [" sources "], 'targets': [{'id': '" target "', 'names': ['P'], 'part_of': 'st'}]}}"

/* The one register knows the day, the other the year only, or has it later. */
static void a_merger_that_two_registers_date_otherwise_adds_up(void **unused)
{
	static const char *const cases[][3] = {
	    {"2018-01-01", "2018",
	     "6; MERGED -1 {one} rissa,bjugn; MERGED -2 {two} p2,rissa2,bjugn2; SPLIT 2 {one} p; = 5, 0\n"},
	    {"2018-12-31", "2018", "6; MERGED -1 {two} rissa2,bjugn2; = 5, 0\n"},
	    {"2018-01-01", "2018-03-01",
	     "6; MERGED -1 {one} rissa,bjugn; MERGED -2 {two} p2,rissa2,bjugn2; SPLIT 2 {one} p; = 5, 0\n"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		void *state = NULL;
		assert_int_equal(world_folded(&state), 0);
		struct world *w = state;
		world_base(w);
		said_of(w, "'units': [{'id': 'rissa2', 'kind': 'municipality', 'names': ['Rissa'], 'part_of': 'st'},"
			   "{'id': 'bjugn2', 'kind': 'municipality', 'names': ['Bjugn'], 'part_of': 'st'}],"
			   "'identities': [" ONE("rissa", "rissa2") "," ONE("bjugn2", "bjugn") "]");
		accepted(w, MERGED_ON("one", "'rissa', 'bjugn'", "p"), cases[i][0]);
		accepted(w, MERGED_ON("two", "'rissa2', 'bjugn2'", "p2"), cases[i][1]);
		said_of(w, "'identities': [" ONE("p", "p2") "]");
		assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY), cases[i][2]);
		world_gone(&state);
	}
	(void)unused;
}

static void a_unit_that_flows_into_itself_is_one_still(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, EVENT("off", "split_off") "'sources': ['rissa'], 'targets': [{'unit': 'rissa'},"
					      "{'id': 'p', 'names': ['P'], 'part_of': 'st'}]}}");
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY), "6; SPLIT 1 {off} p; = 7, 0\n");
	said_of(w, "'identities': [" ONE("p", "rissa") "]");
	assert_string_equal(balance(w, A_2017, A_2019, MUNICIPALITY), "6; = 6, 0\n");
}

static void arrangements_that_are_one_are_counted_once_between_rounds_and_days(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, IN_ROUND("r2014") "{'id': 'a1', 'name': 'A', 'established': '2010', " MEMBER "},"
				      "{'id': 'b1', 'name': 'B', 'established': '2010', " MEMBER "},"
				      "{'id': 'b2', 'name': 'B', 'established': '2010', " MEMBER "}]}}");
	uint64_t apart =
	    accepted(w, IN_ROUND("r2020") "{'id': 'a2', 'name': 'A', 'established': '2010', " MEMBER "},"
					  "{'id': 'b2', 'name': 'B', 'established': '2010', " MEMBER "}]}}")
		->rev;
	said_of(w, "'identities': [" ONE("a1", "a2") "," ONE("b1", "b2") "]");
#define R2014 "'round': 'r2014'"
#define R2020 "'round': 'r2020'"
	assert_string_equal(balance(w, R2014, R2020, COUNTED), "at least 2; = at least 2, 0\n");
	assert_string_equal(balance(w, AT("2014-12-31"), AT("2020-12-31"), COUNTED), "at least 2; = at least 2, 0\n");
	assert_string_equal(
	    balance(w, arena_printf(w->a, R2014 ", 'as_of_revision': %llu", (unsigned long long)apart), R2020, COUNTED),
	    "at least 3; CORRECTED -1 b2; = at least 2, 0\n");
	said_of(w, "'identities': [" TWO("a1", "a2") "]");
	assert_string_equal(balance(w, R2014, R2020, COUNTED),
			    "at least 2; NOT_FOUND_AGAIN -1 a1; FOUND_LATE 1 a2; = at least 2, 0\n");
}

/* ---- printed ---- */

/* Returns the revision of what the round of 2014 said. */
static uint64_t stock(struct world *w)
{
	world_base(w);
	accepted(w, "{'define': {'code_lists': [{'id': 'sectors', 'codes': [{'code': 'all', 'total': true}, {'code': "
		    "'fire'}]}],"
		    "'indicators': [{'id': 'new', 'label': 'New', 'type': 'count', 'over_units': 'distinct',"
		    "'over_time': 'additive', 'dimensions': [{'id': 'sector', 'code_list': 'sectors', 'aggregation': "
		    "'additive'}]}, {'id': 'gone', 'label': 'Gone', 'type': 'count', 'over_units': 'distinct',"
		    "'over_time': 'additive'}]}}");
	accepted(w, "{'define': {'rounds': [{'id': 'r2010', 'survey': 'survey', 'reference': '2010', 'area': 'no',"
		    "'unit_kind': 'municipality', 'frame': 44}]}}");
#define FIGURE(indicator, categories, period, value)                                                                   \
	"{'unit': 'no', 'indicator': '" indicator "', 'categories': " categories ", 'period': '" period                \
	"', 'value': " value ", 'status': 'main'}"
#define IN(round, source, figures)                                                                                     \
	"{'submission': {'round': '" round "', 'mode': 'patch', 'source': '" source "', 'observations': [" figures "]" \
	"}"                                                                                                            \
	"}"
	accepted(w, IN("r2010", "a", FIGURE("count", "{'level': 'total'}", "", "270")));
	uint64_t rev = accepted(w, IN("r2014", "a",
				      FIGURE("count", "{'level': 'total'}", "",
					     "297") "," FIGURE("new", "{'sector': 'all'}", "2010/2013", "62")))
			   ->rev;
	accepted(w, IN("r2020", "a",
		       FIGURE("count", "{'level': 'total'}", "",
			      "263") "," FIGURE("new", "{'sector': 'all'}", "2014/2020",
						"65") "," FIGURE("new", "{'sector': 'fire'}", "2014/2020", "9")));
	return rev;
}
#define STOCK "'indicator': 'count', 'categories': {'level': 'total'}, 'units': ['no'], 'inflows': ['new']"

/* The figures of Nordland: 297 and 65 new, but 263 are left. */
static void what_nobody_lists_is_unexplained(void **state)
{
	struct world *w = *state;
	stock(w);
	assert_string_equal(balance(w, "'round': 'r2014'", "'round': 'r2020'", STOCK),
			    "297; NEW 65 new no; = 263, -99\n");
	assert_string_equal(balance(w, "'round': 'r2010'", "'round': 'r2014'", STOCK),
			    "270; NEW 62 new no; = 297, -35\n");
	struct answers all = asked(w, "{'balance': {'from': {'round': 'r2014'}, 'to': {'round': 'r2020'}, " STOCK "}}");
	assert_string_equal(notes_of(w, &all), "the frame changed, 44 → 41 municipality\n"
					       "nobody lists what ended or was merged: it is in what is unexplained\n");
}

static void a_chain_has_the_whole_and_each_of_its_links(void **state)
{
	struct world *w = *state;
	stock(w);
	assert_string_equal(balance(w, "'round': 'r2010'", "'round': 'r2020'", STOCK ", 'chain': true"),
			    "270; NEW 127 new no; = 263, -134\n"
			    "270; NEW 62 new no; = 297, -35\n"
			    "297; NEW 65 new no; = 263, -99\n");
}

static void outflows_are_taken_away_and_bounds_are_carried(void **state)
{
	struct world *w = *state;
	stock(w);
	accepted(w, IN("r2020", "a", FIGURE("gone", "{}", "2014/2020", "{'low': 90, 'high': 100}")));
	assert_string_equal(balance(w, "'round': 'r2014'", "'round': 'r2020'", STOCK ", 'outflows': ['gone']"),
			    "297; NEW 65 new no; ENDED -100 to -90 gone no; = 263, -9 to 1\n");
}

static void what_is_no_number_makes_no_balance_and_what_is_missing_is_said(void **state)
{
	struct world *w = *state;
	stock(w);
	struct answers all = asked(w, "{'balance': {'from': {'round': 'r2014'}, 'to': {'round': 'r2020'}, " STOCK
				      ", 'outflows': ['gone']}}");
	assert_non_null(strstr(notes_of(w, &all), "no figure of gone lies between\n"));
	accepted(w, IN("r2020", "a", FIGURE("gone", "{}", "2014/2020", "{'words': 'most of them'}")));
	assert_string_equal(
	    balance(w, "'round': 'r2014'", "'round': 'r2020'", STOCK ", 'outflows': ['gone']"),
	    "297; NEW 65 new no; ENDED gone of 2014/2020 is most of them, which is no number gone; = 263, "
	    "gone of 2014/2020 is most of them, which is no number\n");
}

static void flows_that_share_days_or_only_partly_lie_between_are_left_out(void **state)
{
	struct world *w = *state;
	stock(w);
	accepted(w, IN("r2020", "a",
		       FIGURE("new", "{'sector': 'all'}", "2016/2018", "30") "," FIGURE("new", "{'sector': 'all'}",
											"2009/2012", "20")));
	struct answers all = asked(w, "{'balance': {'from': {'round': 'r2014'}, 'to': {'round': 'r2020'}, " STOCK "}}");
	assert_string_equal(rows_of(w, &all), "297; NEW 65 new no; = 263, -99\n");
	assert_non_null(
	    strstr(notes_of(w, &all), "new of 2016/2018 is left out: it shares days with another figure\n"));
	all = asked(w, "{'balance': {'from': {'round': 'r2010'}, 'to': {'round': 'r2014'}, " STOCK "}}");
	assert_non_null(strstr(notes_of(w, &all), "new of 2009/2012 is left out: only a part of it lies between\n"));
}

static void sources_that_disagree_are_told_with_the_one_that_was_chosen(void **state)
{
	struct world *w = *state;
	stock(w);
	accepted(w, "{'submission': {'round': 'r2014', 'mode': 'patch', 'source': 'b', 'observations': ["
		    "{'unit': 'no', 'indicator': 'count', 'categories': {'level': 'total'}, 'period': '',"
		    "'value': 299, 'status': 'conflict'}]}}");
	struct answers all = asked(w, "{'balance': {'from': {'round': 'r2014'}, 'to': {'round': 'r2020'}, " STOCK "}}");
	assert_string_equal(rows_of(w, &all), "297; NEW 65 new no; = 263, -99\n");
	assert_non_null(
	    strstr(notes_of(w, &all), "opening of 2014-03: 297 in a, 299 in b stand side by side; chosen by STATUS\n"));
}

static void an_opening_that_was_corrected_since_says_so(void **state)
{
	struct world *w = *state;
	uint64_t said = stock(w), first = w->rev;
	accepted(
	    w,
	    "{'submission': {'round': 'r2014', 'mode': 'patch', 'source': 'a', 'reason': 'misread', 'observations': ["
	    "{'unit': 'no', 'indicator': 'count', 'categories': {'level': 'total'}, 'period': '', 'value': 290,"
	    "'status': 'main', 'supersedes': %llu}]}}",
	    (unsigned long long)said);
	assert_string_equal(
	    balance(w, arena_printf(w->a, "'round': 'r2014', 'as_of_revision': %llu", (unsigned long long)first),
		    "'round': 'r2020'", STOCK),
	    "297; NEW 65 new no; CORRECTED -7 count; = 263, -92\n");
}

/* ---- the question ---- */

static void what_makes_no_balance_is_refused(void **state)
{
	struct world *w = *state;
	stock(w);
#define REFUSED(e, text, question) assert_non_null(strstr(ask_refused(w, e, 100, "{'balance': {" question "}}"), text))
#define BOTH_POINTS                "'from': {" A_2017 "}, 'to': {" A_2019 "}, "
	REFUSED(ERR_INVALID, "from is not given", "'to': {" A_2019 "}, 'counted': 'arrangements'");
	REFUSED(ERR_INVALID,
		"from (2019-06-01) is later than to (2017-06-01): a change is told from the earlier to the "
		"later, so swap them",
		"'from': {" A_2019 "}, 'to': {" A_2017 "}, 'counted': 'arrangements'");
	REFUSED(ERR_INVALID, "revision 3, later than to, revision 2: give both the same as_of, or from the earlier one",
		"'from': {" A_2017 ", 'as_of_revision': 3}, 'to': {" A_2019 ", 'as_of_revision': 2}, " COUNTED);
	REFUSED(ERR_INVALID, "a balance is of", BOTH_POINTS "'group_by': 'county'");
	REFUSED(ERR_INVALID, "of what kind", BOTH_POINTS "'counted': 'units'");
	REFUSED(ERR_NOT_FOUND, "no unit is of kind", BOTH_POINTS "'counted': 'units', 'kind': 'village'");
	REFUSED(ERR_INVALID, "nothing else", BOTH_POINTS "'counted': 'links'");
	REFUSED(ERR_INVALID, "either counted on record or",
		BOTH_POINTS "'counted': 'units', 'kind': 'county', 'inflows': ['new']");
	REFUSED(ERR_NOT_FOUND, "no indicator \"stuff\"", BOTH_POINTS "'indicator': 'stuff'");
	REFUSED(ERR_NOT_FOUND, "no indicator \"stuff\"", BOTH_POINTS "'indicator': 'count', 'inflows': ['stuff']");
	REFUSED(ERR_INVALID, "no count of things", BOTH_POINTS "'indicator': 'share'");
	REFUSED(ERR_NOT_FOUND, "no figure of", BOTH_POINTS "'indicator': 'count'");
	REFUSED(ERR_NOT_FOUND, "no figures in these categories",
		BOTH_POINTS "'indicator': 'count', 'categories': {'level': 'local'}");
	REFUSED(ERR_NOT_FOUND, "nothing was ever said", BOTH_POINTS "'indicator': 'staff'");
	REFUSED(ERR_NOT_FOUND, "lives there at either point",
		BOTH_POINTS MUNICIPALITY ", 'units': ['bodo'], 'subtree': true, 'group_by': '', 'kind': 'county'");
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_folded, world_gone)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(what_begins_and_ends_without_an_event_is_new_and_ended),
	    T(a_merger_makes_fewer_and_a_breakdown_more),
	    T(what_lives_on_may_take_over_split_off_and_give_a_part),
	    T(one_decision_that_divides_and_merges_adds_up),
	    T(what_merges_and_merges_again_between_the_points_adds_up),
	    T(who_lives_on_in_another_group_has_moved),
	    T(uncertain_dates_are_carried_as_bounds),
	    T(what_is_known_only_since_is_found_late_or_corrected),
	    T(between_two_rounds_arrangements_are_those_that_they_speak_of),
	    T(the_opening_of_a_round_is_what_was_known_then),
	    T(of_one_day_what_was_known_wrong_is_balanced),
	    T(who_may_have_taken_part_before_is_counted_between_bounds),
	    T(new_beyond_doubt_where_the_earlier_list_was_complete),
	    T(an_arrangement_is_in_every_group_that_takes_part),
	    T(units_that_are_one_are_counted_once),
	    T(that_they_are_one_or_two_after_all_is_corrected),
	    T(who_is_found_late_to_be_one_that_was_known_is_no_more),
	    T(where_one_gives_way_to_itself_nothing_begins_or_ends),
	    T(who_is_in_another_group_under_its_other_number_has_moved),
	    T(a_merger_that_two_registers_tell_of_is_one),
	    cmocka_unit_test(a_merger_that_two_registers_date_otherwise_adds_up),
	    T(a_unit_that_flows_into_itself_is_one_still),
	    T(arrangements_that_are_one_are_counted_once_between_rounds_and_days),
	    T(what_nobody_lists_is_unexplained),
	    T(a_chain_has_the_whole_and_each_of_its_links),
	    T(outflows_are_taken_away_and_bounds_are_carried),
	    T(what_is_no_number_makes_no_balance_and_what_is_missing_is_said),
	    T(flows_that_share_days_or_only_partly_lie_between_are_left_out),
	    T(sources_that_disagree_are_told_with_the_one_that_was_chosen),
	    T(an_opening_that_was_corrected_since_says_so),
	    T(what_makes_no_balance_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
