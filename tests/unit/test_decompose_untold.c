/* SPDX-License-Identifier: Apache-2.0
 *
 * test_decompose_untold.c - units that end, or begin, without an event on record: the change is real as far as anybody
 * says, and the row says that nobody does.
 */
#include "tests/unit/asking.h"

/* The notes of the real part of all rows. */
static const char *real(struct world *w, const char *more)
{
	struct answers all =
	    asked(w,
		  "{'decompose': {'from': {'valid_at': '2017-06-01'}, 'to': {'valid_at': '2019-06-01'},"
		  "'counted': 'units', 'kind': 'municipality', 'measure': 'count'%s}}",
		  more);
	const struct msg_decompose_row *row = &all.list[0].decompose->rows[0];
	const struct msg_decompose_part *part = &row->parts[CAUSE_REAL - 1];
	assert_true(row->agrees);
	const char *text = part->figure->shown;
	for (size_t i = 0; i < part->n_notes; i++)
		text = arena_printf(w->a, "%s (%s)", text, part->notes[i]);
	return text;
}

static void what_ended_without_an_event_is_said_to_have(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, "{'submission': {'mode': 'patch', 'source': 'a', 'reason': 'told', 'units': ["
		    "{'id': 'os', 'kind': 'municipality', 'names': ['Os'], 'part_of': 'mr', 'valid_to': '2018-01-01'},"
		    "{'id': 'bo', 'kind': 'municipality', 'names': ['Bø'], 'part_of': 'mr', 'valid_to': '2018-01-01'},"
		    "{'id': 'new', 'kind': 'municipality', 'names': ['New'], 'part_of': 'mr', 'valid_from': "
		    "'2018-01-01'}]}}");
	assert_string_equal(real(w, ""), "-1 (2 ended without an event on record: nobody says what became of them) (1 "
					 "began without an event on record: nobody says where from)");
	/* Each row for itself. */
	assert_string_equal(real(w, ", 'units': ['st'], 'subtree': true"), "0");
}

static void what_an_event_ended_is_not(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, "{'event': {'id': 'end', 'type': 'deletion', 'effective': '2018-01-01', 'status': 'effective',"
		    "'source': 'a', 'sources': ['rissa']}}");
	assert_string_equal(real(w, ""), "-1");
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_folded, world_gone)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(what_ended_without_an_event_is_said_to_have),
	    T(what_an_event_ended_is_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
