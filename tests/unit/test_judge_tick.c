/* SPDX-License-Identifier: Apache-2.0
 *
 * test_judge_tick.c - what lies ahead takes effect when its day comes, once.
 */
#include "tests/unit/judge_kit.h"

static void start_in_2017(struct world *w)
{
	w->time_us = (int64_t)day_of(2017, 6, 1) * 86400000000;
	judge_free(w->judge);
	w->about.created_us = w->time_us;
	w->judge = judge_new(&w->about, &(struct judge_limits){.statements_max = 100});
	world_base(w);
}

static void what_lies_ahead_takes_effect_once(void **state)
{
	struct world *w = *state;
	start_in_2017(w);
	tick(w, "2017-06-01");
	indre_fosen(w, ", 'part_of': 'st'");
	assert_string_equal(changes_text(w, tick(w, "2017-12-31"), CHANGE_KIND_TOOK_EFFECT), "");
	struct said *s = tick(w, "2018-01-01");
	assert_string_equal(changes_text(w, s, CHANGE_KIND_TOOK_EFFECT),
			    "TOOK_EFFECT EVENT |  → event\nTOOK_EFFECT LINK if st |  → link begins");
	assert_string_equal(s->changes[1].field, "m2018-if");
	assert_string_equal(changes_text(w, tick(w, "2018-01-02"), CHANGE_KIND_TOOK_EFFECT), "");
}

static void what_fell_due_in_a_gap_takes_effect_at_the_next_tick(void **state)
{
	struct world *w = *state;
	start_in_2017(w);
	tick(w, "2017-06-01");
	indre_fosen(w, "");
	struct said *s = tick(w, "2018-03-09");
	assert_string_equal(changes_text(w, s, 0), "TICKED DAY |  → 2018-03-09\nTOOK_EFFECT EVENT |  → event");
	assert_string_equal(s->changes[1].valid_from, "2018-01-01");
	assert_string_equal(changes_text(w, tick(w, "2018-03-10"), CHANGE_KIND_TOOK_EFFECT), "");
}

/* What was said before the very first tick, and fell due with it, never took effect. */
static void the_first_tick_fires_what_was_said_before_it(void **state)
{
	struct world *w = *state;
	start_in_2017(w);
	indre_fosen(w, "");
	assert_string_equal(changes_text(w, tick(w, "2018-01-01"), CHANGE_KIND_TOOK_EFFECT),
			    "TOOK_EFFECT EVENT |  → event");
	assert_string_equal(changes_text(w, tick(w, "2018-01-02"), CHANGE_KIND_TOOK_EFFECT), "");
}

static void what_has_happened_already_is_not_due(void **state)
{
	struct world *w = *state;
	start_in_2017(w);
	tick(w, "2018-01-01");
	indre_fosen(w, ""); /* told on the very day */
	assert_string_equal(changes_text(w, tick(w, "2018-01-02"), CHANGE_KIND_TOOK_EFFECT), "");
}

static void an_uncertain_date_takes_effect_when_it_has_certainly_come(void **state)
{
	struct world *w = *state;
	start_in_2017(w);
	tick(w, "2017-06-01");
	event(w, "e", "deletion", "2018", "'sources': ['bjugn']");
	assert_string_equal(changes_text(w, tick(w, "2018-12-30"), CHANGE_KIND_TOOK_EFFECT), "");
	assert_string_equal(changes_text(w, tick(w, "2018-12-31"), CHANGE_KIND_TOOK_EFFECT),
			    "TOOK_EFFECT EVENT |  → event");
}

static void statements_that_lie_ahead_take_effect_too(void **state)
{
	struct world *w = *state;
	start_in_2017(w);
	tick(w, "2017-06-01");
	accepted(
	    w,
	    SUB "'units': [{'id': 'k', 'kind': 'office', 'valid_from': '2017-07-01', 'valid_to': '2017-09-01', 'names':"
		"['K']}], 'links': [{'type': 'member_of', 'from': 'k', 'to': 'no', 'valid_from': '2017-07-01',"
		"'valid_to': '2017-08-01'}]}}");
	assert_string_equal(changes_text(w, tick(w, "2017-07-01"), CHANGE_KIND_TOOK_EFFECT),
			    "TOOK_EFFECT UNIT k |  → unit begins\nTOOK_EFFECT LINK k no |  → link begins");
	assert_string_equal(changes_text(w, tick(w, "2017-08-01"), CHANGE_KIND_TOOK_EFFECT),
			    "TOOK_EFFECT LINK k no |  → link ends");
	assert_string_equal(changes_text(w, tick(w, "2017-09-01"), CHANGE_KIND_TOOK_EFFECT),
			    "TOOK_EFFECT UNIT k |  → unit ends");
}

/* What was retracted, or corrected to another day, still took effect on the first one. */
static void what_was_taken_back_does_not_take_effect(void **state)
{
	struct world *w = *state;
	start_in_2017(w);
	tick(w, "2017-06-01");
	unsigned long long rev =
	    accepted(w, SUB "'units': [{'id': 'k', 'kind': 'office', 'valid_from': '2017-07-01', 'names': ['K']}]}}")
		->rev;
	accepted(w, SUB "'reason': 'r', 'retractions': [{'revision': %llu, 'unit': 'k'}]}}", rev);
	rev = accepted(w,
		       SUB "'links': [{'type': 'member_of', 'from': 'bodo', 'to': 'no', 'valid_from': '2017-07-01'}]}}")
		  ->rev;
	accepted(
	    w,
	    SUB "'reason': 'r', 'links': [{'type': 'member_of', 'from': 'bodo', 'to': 'no', 'valid_from': '2017-07-02',"
		"'supersedes': %llu}]}}",
	    rev);
	assert_string_equal(changes_text(w, tick(w, "2017-07-01"), CHANGE_KIND_TOOK_EFFECT), "");
	assert_string_equal(changes_text(w, tick(w, "2017-07-02"), CHANGE_KIND_TOOK_EFFECT),
			    "TOOK_EFFECT LINK bodo no |  → link begins");
}

static void a_day_does_not_turn_twice(void **state)
{
	struct world *w = *state;
	world_base(w);
	tick(w, "2026-01-01");
	struct judgement j;
	uint8_t hash[32] = {0};
	struct judge_input in = {
	    .pos = w->pos + 1, .rev = w->rev + 1, .time_us = ++w->time_us, .submitter = "", .hash = hash};
	int32_t day = day_at("2026-01-01");
	in.content = judge_tick_body(w->a, day, "Europe/Oslo");
	assert_err(ERR_INVALID, judge_tick(w->judge, &w->view, &in, day, w->a, &j, NULL));
	assert_err(ERR_INVALID, judge_tick(w->judge, &w->view, &in, day - 1, w->a, &j, NULL));
	int32_t today;
	assert_true(unit_today(&w->view, &today));
	assert_int_equal(today, day);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    BOTH(what_lies_ahead_takes_effect_once),
	    BOTH(what_fell_due_in_a_gap_takes_effect_at_the_next_tick),
	    BOTH(the_first_tick_fires_what_was_said_before_it),
	    BOTH(what_has_happened_already_is_not_due),
	    BOTH(an_uncertain_date_takes_effect_when_it_has_certainly_come),
	    BOTH(statements_that_lie_ahead_take_effect_too),
	    BOTH(what_was_taken_back_does_not_take_effect),
	    BOTH(a_day_does_not_turn_twice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
