/* SPDX-License-Identifier: Apache-2.0
 *
 * test_judge_percent.c - a frame counts the units of its round's area: a percentage that is said of another unit is of
 * something else, and no finding where it fits no whole number of the frame. A rate is not made of it either.
 */
#include "tests/unit/world.h"

static bool doubted(struct world *w, const char *round, const char *unit, const char *value)
{
	struct slice m = world_message(w,
				       "{'submission': {'mode': 'patch', 'source': 'a', 'round': '%s', 'observations': "
				       "[{'unit': '%s', 'indicator': 'share', 'value': '%s', 'status': 'main'}]}}",
				       round, unit, value);
	struct said *s = dry(w, m);
	assert_true(s->accepted);
	return has_rule(s, "PERCENT_FITS_NO_COUNT");
}

static void a_percentage_of_another_unit_is_no_matter_of_the_frame(void **state)
{
	struct world *w = *state;
	world_base(w);
	accepted(w, "{'define': {'rounds': [{'id': 'nowhere', 'survey': 'survey', 'reference': '2014', 'unit_kind': "
		    "'municipality', 'frame': 44}]}}");
	assert_true(doubted(w, "r2014", "no", "50.1"));    /* of Nordland's 44 */
	assert_false(doubted(w, "r2014", "bodo", "50.1")); /* of Bodø's own, whatever they are */
	assert_false(doubted(w, "nowhere", "no", "50.1")); /* the frame of no area */
	assert_false(doubted(w, "r2014", "no", "50"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(a_percentage_of_another_unit_is_no_matter_of_the_frame),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
