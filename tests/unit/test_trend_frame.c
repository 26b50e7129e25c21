/* SPDX-License-Identifier: Apache-2.0
 *
 * test_trend_frame.c - the frame of what the newest rounds say: N where their areas are apart, and what is known of it
 * where they are not.
 */
#include "tests/test.h"
#include "tests/unit/trend_told.h"

/* Two shires with towns; a round of each, one of the whole land, and one without a frame. */
static void lay(struct world *w)
{
	accepted(w, "{'define': {'sources': [{'id': 's', 'title': 'S'}], 'surveys': [{'id': 'v', 'title': 'V'}], "
		    "'indicators': [{'id': 'people', 'label': 'People', 'type': 'count', 'over_units': 'additive',"
		    " 'over_time': 'none', 'unit_kind': 'town'}]}}");
	accepted(w, "{'submission': {'mode': 'patch', 'source': 's', 'units': ["
		    "{'id': 'land', 'kind': 'land', 'names': ['Land'], 'valid_from': '2000-01-01'},"
		    "{'id': 'X', 'kind': 'shire', 'names': ['X'], 'valid_from': '2000-01-01', 'part_of': 'land'},"
		    "{'id': 'Y', 'kind': 'shire', 'names': ['Y'], 'valid_from': '2000-01-01', 'part_of': 'land'},"
		    "{'id': 'ask', 'kind': 'town', 'names': ['Ask'], 'valid_from': '2000-01-01', 'part_of': 'X'},"
		    "{'id': 'bru', 'kind': 'town', 'names': ['Bru'], 'valid_from': '2000-01-01', 'part_of': 'Y'},"
		    "{'id': 'cod', 'kind': 'town', 'names': ['Cod'], 'valid_from': '2000-01-01', 'part_of': 'Y'}]}}");
	static const char *const rounds[][4] = {{"x10", "2010", "X", ", 'frame': 7"},
						{"x12", "2012", "X", ", 'frame': 6"},
						{"y14", "2014", "Y", ", 'frame': 5"},
						{"y16", "2016", "Y", ""},
						{"land14", "2014", "land", ", 'frame': 12"}};
	for (size_t i = 0; i < 5; i++)
		accepted(w,
			 "{'define': {'rounds': [{'id': '%s', 'survey': 'v', 'reference': '%s', 'area': '%s', "
			 "'unit_kind': 'town'%s}]}}",
			 rounds[i][0], rounds[i][1], rounds[i][2], rounds[i][3]);
}

static void tell(struct world *w, const char *round, const char *unit, const char *period, const char *value)
{
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': 's'%s%s%s, 'observations': [{'unit': '%s', 'indicator': "
		 "'people', 'period': '%s', 'status': 'main', 'value': %s}]}}",
		 *round ? ", 'round': '" : "", round, *round ? "'" : "", unit, period, value);
}

#define LATEST(rest) "{'indicator': 'people', 'measures': ['sum'], 'latest_rounds': true" rest "}"

/* "12" for each row, "-" = unknown. */
static const char *frames(struct world *w, const char *trend)
{
	struct answers a = asked(w, "{'trend': %s}", trend);
	const char *text = "";
	for (size_t i = 0; i < a.list[0].trend->n_rows; i++) {
		const struct msg_frame_size *frame = a.list[0].trend->rows[i].frame;
		text =
		    arena_printf(w->a, frame ? "%s%s%u" : "%s%s-", text, i ? " " : "", frame ? frame->population : 0);
	}
	return text;
}

static void frames_of_areas_that_are_apart_are_added_up(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "x10", "ask", "2010", "1");
	tell(w, "x12", "ask", "2012", "2");
	tell(w, "y14", "bru", "2014", "3");
	assert_string_equal(frames(w, LATEST("")), "11");
	assert_string_equal(
	    trend_rows(w, LATEST("")),
	    "2012/2014: 5 | frames of the newest rounds: 6 towns of x12, 5 towns of y14 | the newest round "
	    "of each unit: 1 of 2012, 1 of 2014\n");
	assert_string_equal(frames(w, LATEST(", 'group_by': 'shire'")), "6 5");
	assert_string_equal(trend_rows(w, LATEST(", 'group_by': 'shire'")), "X 2012: 2\nY 2014: 3\n");
	assert_string_equal(frames(w, LATEST(", 'group_by': 'shire', 'structure_at': '2013-01-01'")), "6 5");
	assert_string_equal(trend_notes_told(w, LATEST("")), "");
	assert_int_equal(trend_explained(w, LATEST("")), 1);
}

static void frames_that_may_be_of_the_same_units_are_not_added_up(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "x12", "ask", "2012", "1");
	tell(w, "land14", "bru", "2014", "3");
	assert_string_equal(frames(w, LATEST("")), "-");
	assert_non_null(strstr(trend_rows(w, LATEST("")),
			       "frames of the newest rounds: 6 towns of x12, 12 towns of "
			       "land14; they may ask the same units, so N is not their sum"));
	tell(w, "x10", "cod", "2010", "2"); /* the same shire's older round */
	assert_string_equal(frames(w, LATEST("")), "-");
}

static void why_a_frame_is_unknown_is_told(void **state)
{
	struct world *w = *state;
	lay(w);
	tell(w, "x12", "ask", "2012", "1");
	tell(w, "y16", "bru", "2016", "3");
	tell(w, "", "cod", "2011", "4");
	assert_string_equal(frames(w, LATEST("")), "-");
	const char *row = trend_rows(w, LATEST(""));
	assert_non_null(strstr(row, "| frames of the newest rounds: 6 towns of x12 |"));
	assert_non_null(strstr(row, "| frame unknown: none is defined for y16 |"));
	assert_non_null(strstr(row, "| frame unknown: 1 of the figures is of no round |"));
	row = trend_rows(w, LATEST(", 'group_by': 'unit'"));
	assert_string_equal(row,
			    "ask 2012: 1\nbru 2016: 3 | frame unknown: none is defined for y16\ncod 2011: 4 | frame "
			    "unknown: 1 of the figures is of no round\n");
	/* Nothing at all is known: that is told once. */
	row = LATEST(", 'units': [{'id': 'Y'}], 'subtree': true");
	assert_string_equal(trend_rows(w, row), "2011/2016: 7 | the newest round of each unit: 1 of 2011, 1 of 2016\n");
	assert_string_equal(trend_notes_told(w, row),
			    "frame unknown: the figures are of no round, or of rounds that define none\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(frames_of_areas_that_are_apart_are_added_up),
	    BOTH(frames_that_may_be_of_the_same_units_are_not_added_up),
	    BOTH(why_a_frame_is_unknown_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
