/* SPDX-License-Identifier: Apache-2.0
 *
 * test_judge_weight.c - weights with an event and years later; and what a dry run tells of an event.
 */
#include "tests/unit/world.h"

#define SUB "{'submission': {'mode': 'patch', 'source': 'a', 'reason': 'counted again', "

static void split(struct world *w, const char *weights)
{
	accepted(w,
		 "{'event': {'id': 's', 'type': 'split_off', 'effective': '2020-01-01', 'status': 'effective', "
		 "'source': 'a',"
		 "'sources': ['rissa'], 'targets': [{'unit': 'rissa'}, {'id': 'n', 'names': ['N']}], 'flows': ["
		 "{'source': 0, 'target': 0, 'part': true}, {'source': 0, 'target': 1, 'part': true%s}]}}",
		 weights);
}

/* "from to basis value source" a line, in the order of their keys. */
static const char *weights_of(struct world *w, const char *event)
{
	AUTO_BUF struct buf key = {0}, b = {0};
	AUTO_WALK struct walk k = {0};
	struct row r;
	struct fact f;
	key_event(&key, view_term(&w->view, SPACE_EVENT, slice_text(event)));
	walk_begin(&k, &w->view, TABLE_WEIGHT, buf_view(&key));
	while (walk_next(&k, &r)) {
		assert_ok(row_fact(&r, &f));
		if (f.weight.state == STATE_RETRACTED)
			continue;
		struct slice basis = view_text(&w->view, SPACE_TERM, f.weight.basis);
		struct slice src = view_text(&w->view, SPACE_SOURCE, f.weight.src);
		text_add(&b, "%s %s %.*s %lld/%u %.*s\n", unit_id(&w->view, f.weight.from, w->a),
			 unit_id(&w->view, f.weight.to, w->a), (int)basis.len, (const char *)basis.data,
			 (long long)f.weight.digits, f.weight.scale, (int)src.len, (const char *)src.data);
	}
	return arena_text(w->a, (const char *)b.data, b.len);
}

#define WEIGHT(to, value)                                                                                              \
	"{'event': 's', 'from': 'rissa', 'to': '" to "', 'weight': {'basis': 'population', 'value': " value "}}"

static void a_weight_comes_with_the_event_or_later(void **state)
{
	struct world *w = *state;
	world_base(w);
	split(w, ", 'weights': [{'basis': 'population', 'value': 400, 'date': '2019', 'source': 'b'}]");
	assert_string_equal(weights_of(w, "s"), "rissa n population 400/0 b\n");
	accepted(w, SUB "'weights': [" WEIGHT("rissa", "6000") "," WEIGHT("n", "401") "]}}");
	assert_string_equal(
	    weights_of(w, "s"),
	    "rissa rissa population 6000/0 a\nrissa n population 401/0 a\nrissa n population 400/0 b\n");
}

static void another_value_of_the_same_source_says_what_it_supersedes(void **state)
{
	struct world *w = *state;
	world_base(w);
	split(w, "");
	unsigned long long rev = accepted(w, SUB "'weights': [" WEIGHT("n", "400") "]}}")->rev;
	struct said *s = refused(w, SUB "'weights': [" WEIGHT("n", "500") "]}}");
	finding_at(s, "WEIGHT_STANDS", "submission.weights[0].weight");
	s = accepted(w, SUB "'weights': [" WEIGHT("n", "400") "]}}");
	finding_at(s, "CONFIRMED", "submission.weights[0].weight");
	s = refused(w,
		    SUB "'weights': [{'event': 's', 'from': 'rissa', 'to': 'n', 'supersedes': %llu, 'weight':"
			"{'basis': 'population', 'value': 500}}]}}",
		    rev - 1);
	finding_at(s, "SUPERSEDES_NOTHING", "submission.weights[0].supersedes.revision");
	s = accepted(w,
		     SUB "'weights': [{'event': 's', 'from': 'rissa', 'to': 'n', 'supersedes': %llu, 'weight':"
			 "{'basis': 'population', 'value': 500}}]}}",
		     rev);
	assert_int_equal(s->changes[0].kind, CHANGE_KIND_CORRECTED);
	assert_string_equal(weights_of(w, "s"), "rissa n population 500/0 a\n");
}

static void shares_are_at_most_one_together(void **state)
{
	struct world *w = *state;
	world_base(w);
	struct said *s =
	    refused(w, "{'event': {'id': 's', 'type': 'split_off', 'effective': '2020-01-01', 'status': 'effective', "
		       "'source': 'a',"
		       "'sources': ['rissa'], 'targets': [{'unit': 'rissa'}, {'id': 'n', 'names': ['N']}], 'flows': ["
		       "{'source': 0, 'target': 0, 'part': true, 'weights': [{'basis': 'share', 'value': '0.7'}]},"
		       "{'source': 0, 'target': 1, 'part': true, 'weights': [{'basis': 'share', 'value': '0.5'}]}]}}");
	assert_string_equal(finding_at(s, "WEIGHTS_OVER_ONE", "event.flows[0].weights[0]")->arguments[1], "1.2");
	split(w, ", 'weights': [{'basis': 'share', 'value': '0.5'}]");
	s = refused(w, SUB
		    "'weights': [{'event': 's', 'from': 'rissa', 'to': 'rissa', 'weight': {'basis': 'share', 'value':"
		    "'0.51'}}]}}");
	finding_at(s, "WEIGHTS_OVER_ONE", "submission.weights[0].weight");
	accepted(w,
		 SUB "'weights': [{'event': 's', 'from': 'rissa', 'to': 'rissa', 'weight': {'basis': 'share', 'value':"
		     "'0.5'}}]}}");
	assert_string_equal(weights_of(w, "s"), "rissa rissa share 5/1 a\nrissa n share 5/1 a\n");
}

static void what_is_wrong_with_a_weight_is_told(void **state)
{
	struct world *w = *state;
	world_base(w);
	split(w, "");
	struct said *s = refused(
	    w, SUB "'weights': [{'event': 'nowhere', 'from': 'rissa', 'to': 'n', 'weight': {'basis': 'p', 'value': 1}},"
		   "{'event': 's', 'from': 'n', 'to': 'rissa', 'weight': {'basis': 'p', 'value': 1}},"
		   "{'event': 's', 'from': 'rissa', 'to': 'n', 'weight': {'basis': 'p', 'value': -1}},"
		   "{'event': 's', 'from': 'rissa', 'to': 'n', 'weight': {'value': 1}},"
		   "{'event': 's', 'from': 'rissa', 'to': 'n'}]}}");
	finding_at(s, "UNKNOWN_EVENT", "submission.weights[0].event");
	finding_at(s, "NOT_A_FLOW", "submission.weights[1]");
	finding_at(s, "BAD_VALUE", "submission.weights[2].weight.value");
	finding_at(s, "REQUIRED", "submission.weights[3].weight.basis");
	finding_at(s, "REQUIRED", "submission.weights[4].weight");
	assert_string_equal(weights_of(w, "s"), "");
}

/* ---- what if ---- */

static void a_dry_run_tells_what_would_follow(void **state)
{
	struct world *w = *state;
	uint8_t before[32], after[32];
	world_base(w);
	accepted(
	    w,
	    "{'submission': {'mode': 'patch', 'source': 'a', 'units': [{'id': 'r1', 'kind': 'region', 'names': ['R1']},"
	    "{'id': 'r2', 'kind': 'region', 'names': ['R2']}], 'links': [{'type': 'covers', 'from': 'r1', 'to': 'st'},"
	    "{'type': 'covers', 'from': 'r2', 'to': 'nt'}, {'type': 'covers', 'from': 'r1', 'to': 'rissa'},"
	    "{'type': 'covers', 'from': 'r2', 'to': 'leksvik'}], 'arrangements': [{'id': 'arr', 'name': 'Arr', 'host': "
	    "'rissa',"
	    "'participants': ['rissa', 'leksvik'], 'participants_complete': 'yes'}],"
	    "'observations': [{'unit': 'rissa', 'indicator': 'staff', 'period': '2017', 'value': 5, 'status': "
	    "'main'}]}}");
	world_state(w, before);
	struct said *s =
	    dry(w, world_message(w, "{'event': {'id': 'm', 'type': 'merging', 'effective': '2018-01-01', 'status':"
				    "'proposed', 'source': 'a', 'sources': ['rissa', 'leksvik'], 'targets': [{'id':"
				    "'if', 'names': ['Bodø']}]}}"));
	assert_int_equal(s->receipt->verdict, VERDICT_WOULD_ACCEPT);
	assert_true(finding_at(s, "EFFECT_UNITS", "event")->n_candidates >= 3);
	assert_string_equal(finding_at(s, "EFFECT_SERIES_BREAK", "event")->candidates[0], "staff");
	assert_string_equal(finding_at(s, "EFFECT_HOST_LOST", "event")->candidates[0], "arr");
	assert_string_equal(finding_at(s, "EFFECT_INTERNALISED", "event")->candidates[0], "arr");
	assert_int_equal(finding_at(s, "EFFECT_COVERAGE_CROSSES", "event")->n_candidates, 2);
	finding_at(s, "EFFECT_RESOLVES_OTHERWISE", "event");
	assert_false(has_rule(s, "EFFECT_WEIGHTS_MISSING"));
	world_state(w, after);
	assert_memory_equal(before, after, 32);
	s = dry(w, world_message(
		       w, "{'event': {'id': 's', 'type': 'split_off', 'effective': '2020-01-01', 'status': 'effective',"
			  "'source': 'a', 'sources': ['bjugn'], 'targets': [{'unit': 'bjugn'}, {'id': 'n', 'names':"
			  "['N']}]}}"));
	assert_string_equal(finding_at(s, "EFFECT_WEIGHTS_MISSING", "event")->arguments[0], "2");
	assert_false(has_rule(s, "EFFECT_HOST_LOST"));
	assert_false(has_rule(s, "EFFECT_SERIES_BREAK"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    BOTH(a_weight_comes_with_the_event_or_later),
	    BOTH(another_value_of_the_same_source_says_what_it_supersedes),
	    BOTH(shares_are_at_most_one_together),
	    BOTH(what_is_wrong_with_a_weight_is_told),
	    BOTH(a_dry_run_tells_what_would_follow),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
