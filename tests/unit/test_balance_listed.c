/* SPDX-License-Identifier: Apache-2.0
 *
 * test_balance_listed.c - what is not listed is not zero: balances and differences of lists that nobody declares
 * complete, and of things whose beginning nobody knows.
 */
#include "tests/unit/balance_explained.h"
#include "tests/unit/asking.h"

/* "GROUP: opening; KIND n; …; closing; rest" a line. */
static const char *balance(struct world *w, const char *from, const char *to, const char *more)
{
	struct answers all = balance_asked(w, "'from': {%s}, 'to': {%s}, %s", from, to, more);
	const char *text = "";
	for (size_t p = 0; p < all.n; p++)
		for (size_t i = 0; i < all.list[p].balance->n_rows; i++) {
			const struct msg_balance_row *x = &all.list[p].balance->rows[i];
			text = arena_printf(w->a, "%s%s%s%s", text, x->group, *x->group ? ": " : "", x->opening->shown);
			for (size_t k = 0; k < x->n_flows; k++)
				text = arena_printf(w->a, "%s; %s %s", text,
						    msg_code_name(&msg_enum_flow_kind, (int)x->flows[k].kind),
						    x->flows[k].figure->shown);
			text = arena_printf(w->a, "%s; = %s, %s\n", text, x->closing->shown, x->unexplained->shown);
		}
	return text;
}

static const char *differences(struct world *w, const char *from, const char *to, const char *unit)
{
	struct answers all = asked(w, "{'diff': {'from': {%s}, 'to': {%s}, 'arrangements': true}}", from, to);
	const char *text = "";
	for (size_t p = 0; p < all.n; p++)
		for (size_t i = 0; i < all.list[p].diff->n_rows; i++) {
			const struct msg_diff_row *x = &all.list[p].diff->rows[i];
			if (x->subject == SUBJECT_UNIT && strcmp(x->unit, unit) == 0)
				text = arena_printf(w->a, "%s%s;", text,
						    msg_code_name(&msg_enum_difference, (int)x->what));
		}
	return text;
}

#define ROUNDS  "'round': 'r2014'", "'round': 'r2020'"
#define DAYS    "'valid_at': '2014-12-31'", "'valid_at': '2020-12-31'"
#define MEMBER  "'participants': ['bodo'], 'participants_complete': 'yes'"
#define COUNTED "'counted': 'arrangements'"
#define IN(round, more)                                                                                                \
	"{'submission': {'round': '" round "', 'mode': 'patch', 'source': 'a', " more "}"                              \
	"}"
#define COMPLETE "'completeness': [{'scope': 'no', 'kind': 'arrangement', 'complete': 'yes'}]"

static void what_a_round_that_lists_none_leaves_out_is_not_new_for_certain(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, IN("r2020", "'arrangements': [{'id': 'a', 'name': 'A', " MEMBER "},"
				"{'id': 'b', 'name': 'B', 'established': '2017', " MEMBER "}]"));
	const char *nordland = COUNTED ", 'units': ['no'], 'subtree': true";
	assert_string_equal(balance(w, ROUNDS, nordland), "at least 0; NEW 1–2; = at least 2, 0\n");
	assert_string_equal(differences(w, ROUNDS, "a"), "NOT_LISTED_BEFORE;");
	assert_string_equal(differences(w, ROUNDS, "b"), "NEW;");
	/* The same on two days, without their rounds. */
	assert_string_equal(balance(w, DAYS, nordland), "at least 0; NEW 1–2; = at least 2, 0\n");
	assert_string_equal(differences(w, DAYS, "a"), "NOT_LISTED_BEFORE;");
	accepted(w, IN("r2014", COMPLETE));
	assert_string_equal(balance(w, ROUNDS, nordland), "0; NEW 2; = at least 2, 0\n");
	assert_string_equal(differences(w, ROUNDS, "a"), "NEW;");
	/* Nobody declares anything of the other counties. */
	assert_string_equal(balance(w, ROUNDS, COUNTED), "at least 0; NEW 2; = at least 2, 0\n");
	accepted(w, IN("r2020", COMPLETE));
	assert_string_equal(balance(w, ROUNDS, nordland), "0; NEW 2; = 2, 0\n");
}

/* A register lists it in 2014: it began that year at the latest. */
static void what_is_first_attested_early_in_the_period_is_not_new(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'a', 'arrangements': [{'id': 'a', 'name': 'A',"
		    "'established': '../2014', " MEMBER "}]}}");
	assert_string_equal(differences(w, "'valid_at': '2014-03-31'", "'valid_at': '2020-12-31'", "a"),
			    "NOT_LISTED_BEFORE;");
}

static void a_thing_with_an_uncertain_start_is_in_the_opening_or_new_never_both(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'a', 'reason': 'told', 'units': ["
		    "{'id': 'o1', 'kind': 'office', 'names': ['O'], 'valid_from': '2014/2016'},"
		    "{'id': 'o2', 'kind': 'office', 'names': ['O'], 'valid_from': '2014/2016'},"
		    "{'id': 'o3', 'kind': 'office', 'names': ['O'], 'valid_to': '2014/2016'},"
		    "{'id': 'o4', 'kind': 'office', 'names': ['O'], 'valid_to': '2019/2022'}]}}");
	assert_string_equal(balance(w, DAYS, "'counted': 'units', 'kind': 'office'"),
			    "1–4; NEW 0–2; ENDED -2 to 0; = 2–3, 0\n");
}

/* An event of an uncertain day: what its sources lose its targets gain, whichever side of the opening it lies on. */
static void what_an_uncertain_event_did_adds_up_over_its_sources_and_targets(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, "{'event': {'id': 'break', 'type': 'breakdown', 'effective': '2014/2016', 'status': 'effective',"
		    "'source': 'a', 'sources': ['bodo'], 'targets': [{'id': 'x', 'names': ['X'], 'part_of': 'no'},"
		    "{'id': 'y', 'names': ['Y'], 'part_of': 'no'}, {'id': 'z', 'names': ['Z'], 'part_of': 'no'}]}}");
	const char *text =
	    balance(w, DAYS, "'counted': 'units', 'kind': 'municipality', 'units': ['no'], 'subtree': true");
	assert_non_null(strstr(text, "SPLIT 0–2"));
	assert_non_null(strstr(text, "= 4, 0\n"));
}

/* Nobody knows when it began, and it ended by 2020 if not before: there is no day on which it is there for certain. */
static void what_may_have_ended_before_has_not_moved_out_of_everything(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'a', 'arrangements': [{'id': 'a', 'name': 'A',"
		    "'established': '../2012', 'ended': '../2020-01-01', " MEMBER "}]}}");
	assert_string_equal(balance(w, DAYS, COUNTED), "at least 0; ENDED -1 to 0; = at least 0, 0\n");
	assert_string_equal(balance(w, DAYS, COUNTED ", 'group_by': 'county'"),
			    "no: at least 0; ENDED -1 to 0; = at least 0, 0\n");
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_folded, world_gone)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(what_a_round_that_lists_none_leaves_out_is_not_new_for_certain),
	    T(what_is_first_attested_early_in_the_period_is_not_new),
	    T(a_thing_with_an_uncertain_start_is_in_the_opening_or_new_never_both),
	    T(what_an_uncertain_event_did_adds_up_over_its_sources_and_targets),
	    T(what_may_have_ended_before_has_not_moved_out_of_everything),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
