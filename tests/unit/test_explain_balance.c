/* SPDX-License-Identifier: Apache-2.0
 *
 * test_explain_balance.c - lines of a balance, down to the statements and events behind them.
 */
#include "tests/unit/balance_explained.h"
#include "tests/unit/judge_kit.h"
#include "tests/unit/points_kit.h"

#define YEARS        "'from': {'valid_at': '2017-06-01'}, 'to': {'valid_at': '2019-06-01'}"
#define MUNICIPALITY "'counted': 'units', 'kind': 'municipality', "
#define EVENT(id, type)                                                                                                \
	"{'event': {'id': '" id "', 'type': '" type "', 'effective': '2018-01-01', 'status': 'effective',"             \
	"'source': 'a', "

/* "unit adds event: from > to" a line. */
static const char *items(struct world *w, const struct msg_explain_answer *e)
{
	const char *text = "";
	for (size_t i = 0; i < e->n_items; i++) {
		const struct msg_explain_item *x = &e->items[i];
		text = arena_printf(w->a, "%s%s %s", text, x->unit, x->used->shown);
		for (size_t k = 0; k < x->n_steps; k++)
			text = arena_printf(w->a, "%s %s: %s>%s", text, x->steps[k].event, x->steps[k].from,
					    x->steps[k].to);
		text = arena_printf(w->a, "%s\n", text);
	}
	return text;
}

static void a_merger_is_told_by_its_flows_and_its_message(void **state)
{
	struct world *w = *state;
	world_base(w);
	uint64_t rev = accepted(w, EVENT("m", "merging") "'sources': ['rissa', 'leksvik'], 'targets': [{'id': 'indre', "
							 "'names': ['Indre']}]}}")
			   ->rev;
	struct msg_explain_answer e = balance_line(w, MUNICIPALITY YEARS, "'figure': 'merged'");
	assert_true(e.agrees);
	assert_string_equal(e.row->figures[0].shown, "-1");
	assert_string_equal(items(w, &e), "leksvik -1 m: leksvik>indre\nrissa 0 m: rissa>indre\n");
	for (size_t i = 0; i < e.n_items; i++) {
		assert_int_equal(e.items[i].revision, rev);
		assert_string_equal(e.items[i].source, "a");
		assert_int_equal(e.items[i].message_id.len, 16);
		assert_string_equal(e.items[i].submitter, w->submitter);
	}
}

static void what_is_new_names_the_statement_that_began_it(void **state)
{
	struct world *w = *state;
	world_base(w);
	uint64_t rev = patch(w, "'units': [{'id': 'late', 'kind': 'municipality', 'names': ['Late'], 'valid_from': "
				"'2018-05-01', 'part_of': 'no'}]")
			   ->rev;
	struct msg_explain_answer e = balance_line(w, MUNICIPALITY YEARS, "'figure': 'new'");
	assert_true(e.agrees);
	assert_string_equal(items(w, &e), "late 1\n");
	assert_int_equal(e.items[0].revision, rev);
	assert_string_equal(e.items[0].source, "a");
}

static void who_lives_on_in_another_group_is_told_by_where_it_lies(void **state)
{
	struct world *w = *state;
	world_base(w);
	patch(w, "'units': [{'id': 'mover', 'kind': 'municipality', 'names': ['Mover'], 'valid_from': '2010-01-01'}]");
	patch(w, "'links': [{'type': 'part_of', 'from': 'mover', 'to': 'no', 'valid_from': '2010-01-01', 'valid_to': "
		 "'2018-01-01'}]");
	uint64_t rev =
	    patch(w, "'links': [{'type': 'part_of', 'from': 'mover', 'to': 'st', 'valid_from': '2018-01-01'}]")->rev;
	struct msg_explain_answer e =
	    balance_line(w, MUNICIPALITY "'group_by': 'county', " YEARS, "'figure': 'moved in', 'group': 'st'");
	assert_true(e.agrees);
	assert_int_equal(e.n_items, 1);
	assert_non_null(strstr(e.items[0].unit_name, "Mover, in "));
	assert_int_equal(e.items[0].revision, rev);
	assert_string_equal(e.items[0].source, "a");
}

/* What is told in another order than it happened, or taken back, is judged anew: the log has lives and flows of later
 * messages. */
static void events_that_come_late_or_are_annulled_agree_too(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, "{'event': {'id': 'late', 'type': 'take_over', 'effective': '2018-06-01', 'status': 'effective', "
		    "'source': 'a', 'sources': ['bodo', 'leksvik'], 'targets': [{'unit': 'bodo'}]}}");
	accepted(w, "{'event': {'id': 'early', 'type': 'breakdown', 'effective': '2018-01-01', 'status': 'effective', "
		    "'source': 'a', 'sources': ['rissa'], 'targets': [{'id': 'x', 'names': ['X'], 'part_of': 'st'}, "
		    "{'id': 'y', 'names': ['Y'], 'part_of': 'nt'}]}}");
	static const char *const questions[] = {MUNICIPALITY YEARS, MUNICIPALITY "'group_by': 'county', " YEARS};
	for (size_t i = 0; i < 2; i++)
		balance_asked(w, "%s", questions[i]);
	annul(w, "early", w->rev);
	for (size_t i = 0; i < 2; i++)
		balance_asked(w, "%s", questions[i]);
	/* As known before it was annulled, too. */
	balance_asked(w,
		      MUNICIPALITY "'from': {'valid_at': '2018-03-01', 'as_of_revision': %llu}, 'to': {'valid_at': "
				   "'2019-06-01'}",
		      (unsigned long long)w->rev - 1);
}

static void a_line_is_said_as_it_is_printed(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, "{'event': {'id': 'r', 'type': 'reparenting', 'effective': '2018-01-01', 'status': 'effective', "
		    "'source': 'a', 'sources': ['rissa'], 'targets': [{'unit': 'rissa', 'part_of': 'no'}]}}");
	static const char *const names[] = {"moved in", "moved-in", "MOVED_IN"};
	for (size_t i = 0; i < 3; i++) {
		struct msg_explain_answer e =
		    balance_line(w, MUNICIPALITY "'group_by': 'county', " YEARS,
				 arena_printf(w->a, "'figure': '%s', 'group': 'no'", names[i]));
		assert_true(e.agrees);
		assert_string_equal(e.row->figures[0].shown, "1");
		assert_int_equal(e.n_items, 1);
	}
}

#define REFUSED(e, text, question)                                                                                     \
	assert_non_null(                                                                                               \
	    strstr(ask_refused(w, e, 100, "{'explain': {'balance': {" MUNICIPALITY YEARS "}, " question "}}"), text))

static void a_line_that_is_not_there_or_is_several_is_refused_with_what_to_say(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, EVENT("m", "merging") "'sources': ['rissa', 'leksvik'], 'targets': [{'id': 'indre', 'names': "
					  "['Indre']}]}}");
	accepted(w, "{'event': {'id': 't', 'type': 'take_over', 'effective': '2018-06-01', 'status': 'effective', "
		    "'source': 'a', 'sources': ['bodo', 'indre'], 'targets': [{'unit': 'bodo'}]}}");
	REFUSED(ERR_INVALID, "opening, new, ended", "'group': ''");
	REFUSED(ERR_INVALID, "not \"sideways\"", "'figure': 'sideways'");
	REFUSED(ERR_NOT_FOUND, "has no line split", "'figure': 'split'");
	REFUSED(ERR_NOT_FOUND, "has no line merged through x", "'figure': 'merged', 'through': 'x'");
	REFUSED(ERR_NOT_FOUND, "no row of the balance", "'figure': 'closing', 'group': 'nowhere'");
	REFUSED(ERR_INVALID, "through m and t", "'figure': 'merged'");
}

static void the_sum_of_what_is_left_is_looked_for_thing_by_thing(void **state)
{
	struct world *w = *state;
	world_base(w);
	patch(w, "'units': [{'id': 'late', 'kind': 'municipality', 'names': ['Late'], 'valid_from': '2016/2018'}]");
	struct msg_explain_answer e = balance_line(w, MUNICIPALITY YEARS, "'figure': 'unexplained'");
	assert_true(e.agrees);
	assert_string_equal(e.recomputed->shown, "0");
	assert_int_equal(e.n_items, 0);
	assert_non_null(strstr(e.notes[0], "each adds up"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, world_folded, world_gone)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_merger_is_told_by_its_flows_and_its_message),
	    TEST(what_is_new_names_the_statement_that_began_it),
	    TEST(who_lives_on_in_another_group_is_told_by_where_it_lies),
	    TEST(events_that_come_late_or_are_annulled_agree_too),
	    TEST(a_line_is_said_as_it_is_printed),
	    TEST(a_line_that_is_not_there_or_is_several_is_refused_with_what_to_say),
	    TEST(the_sum_of_what_is_left_is_looked_for_thing_by_thing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
