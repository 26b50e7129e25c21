/* SPDX-License-Identifier: Apache-2.0
 *
 * test_judge_fan.c - one event that names many units, and the next one that touches all of them.
 */
#include "tests/unit/judge_kit.h"

#define MANY 150

static const char *event_of(struct world *w, const char *id, const char *type, const char *day, const char *sources,
			    const char *targets, const char *flows)
{
	return arena_printf(w->a,
			    "{'event': {'id': '%s', 'type': '%s', 'effective': '%s', 'status': 'effective', 'source': "
			    "'a', 'sources': [%s], 'targets': [%s], 'flows': [%s]}}",
			    id, type, day, sources, targets, flows);
}

/* Each of the units had the first event read, and kept, anew: of 950 units the square of them, 850 MB. */
static void an_event_on_record_is_read_once_for_all_units_that_it_touched(void **state)
{
	struct world *w = *state;
	AUTO_BUF struct buf heirs = {0}, sources = {0}, targets = {0}, flows = {0};
	judge_free(w->judge);
	w->judge = judge_new(&w->about, &(struct judge_limits){.statements_max = 10000});
	world_base(w);
	accepted(w, SUB "'units': [{'id': 'land', 'kind': 'county', 'valid_from': '1950', 'names': ['Land']}, {'id': "
			"'fan', 'kind': 'municipality', 'valid_from': '1950', 'names': ['Fan'], 'part_of': 'land'}]}}");
	for (int i = 0; i < MANY; i++) {
		text_add(&heirs, "%s{'id': 'fan%d', 'names': ['F%d'], 'part_of': 'land'}", i ? ", " : "", i, i);
		text_add(&flows, "%s{'source': %d, 'target': %d}", i ? ", " : "", i, i);
		text_add(&sources, "%s'fan%d'", i ? ", " : "", i);
		text_add(&targets, "%s{'id': 'g%d', 'names': ['G%d'], 'part_of': 'land'}", i ? ", " : "", i, i);
	}
	accepted(w, "%s", event_of(w, "e1", "breakdown", "2000-01-01", "'fan'", (const char *)heirs.data, ""));
	struct slice second =
	    world_message(w, "%s",
			  event_of(w, "e2", "reorganisation", "2010-01-01", (const char *)sources.data,
				   (const char *)targets.data, (const char *)flows.data));
	size_t before = arena_used(w->a);
	assert_true(say_bytes(w, second)->accepted);
	/* What it says itself is 2 MiB; the first event times the units was 11 MiB more. */
	assert_in_range(arena_used(w->a) - before, 1, (size_t)5 << 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(an_event_on_record_is_read_once_for_all_units_that_it_touched),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
