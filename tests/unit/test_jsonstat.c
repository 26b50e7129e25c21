/* SPDX-License-Identifier: Apache-2.0
 *
 * test_jsonstat.c - a cube as JSON-stat, with the text expected by hand.
 */
#include "tests/test.h"
#include "clients/out_jsonstat.h"
#include "tests/unit/cube_kit.h"

static struct answer_made m;

static int teardown(void **state)
{
	(void)state;
	answer_end_made(&m);
	return 0;
}

static void a_dataset_is_written_as_by_hand(void **state)
{
	(void)state;
	static const char expected[] =
	    "{\n\"version\":\"2.0\",\n\"class\":\"dataset\",\n\"label\":\"Arrangements\",\n"
	    "\"source\":\"varde, store 01ab, revision 7\",\n\"updated\":\"2026-11-21\",\n"
	    "\"note\":[\"in the structure of 2020-01-01, as known at revision 7, today 2026-11-21, method 1\"],\n"
	    "\"id\":[\"group\",\"level\",\"period\",\"measure\"],\n\"size\":[1,1,2,1],\n"
	    "\"role\":{\"geo\":[\"group\"],\"time\":[\"period\"],\"metric\":[\"measure\"]},\n"
	    "\"dimension\":{\"group\":{\"label\":\"unit\",\"category\":{\"index\":{\"a\":0},\"label\":{\"a\":\"Bø\"}}},"
	    "\"level\":{\"label\":\"level\",\"category\":{\"index\":{\"total\":0},\"label\":{\"total\":\"all "
	    "levels\"}}},"
	    "\"period\":{\"label\":\"period\",\"category\":{\"index\":{\"2014-03\":0,\"2020\":1},"
	    "\"label\":{\"2014-03\":\"2014-03\",\"2020\":\"2020\"}}},"
	    "\"measure\":{\"label\":\"measure\",\"category\":{\"index\":{\"value\":0},\"label\":{\"value\":\"value\"},"
	    "\"unit\":{\"value\":{\"base\":\"arrangements\",\"decimals\":2}}}}},\n"
	    "\"value\":[12.10,null],\n\"status\":{\"1\":\"bounds\"},\n"
	    "\"extension\":{\"as_of_revision\":7,\"today\":\"2026-11-21\",\"structure_at\":\"2020-01-01\","
	    "\"group_by\":\"unit\",\"rules\":\"1\",\"store_id\":\"01ab\",\"epoch\":1,\"cells\":{"
	    "\"0\":{\"numerator\":\"12.10\",\"denominator\":\"1\",\"method\":\"exact\",\"covered\":\"1 of 1\","
	    "\"round\":\"r\",\"units\":1,\"frame\":44},"
	    "\"1\":{\"shown\":\"5–8\",\"low\":\"5\",\"high\":\"8\",\"method\":\"bounds\",\"units\":1,"
	    "\"notes\":[\"a note\"]}}}\n}\n";
	static struct msg_code codes[] = {{.code = "total", .label = "all levels"}};
	static struct msg_code_list labels[] = {{.id = "level", .n_codes = 1, .codes = codes}};
	static const char *notes[] = {"a note"};
	static struct msg_frame_size frame = {.population = 44};
	answer_begin_made(&m, "unit");
	m.asked.structure_at = "2020-01-01";
	struct msg_trend_row *row = answer_row_made(&m, "a", "total", "2014-03", "12.10");
	row->group_name = "Bø";
	row->method = METHOD_EXACT;
	row->covered = "1 of 1";
	row->round = "r";
	row->frame = &frame;
	row = answer_row_made(&m, "a", "total", "2020", "?5|8|5–8");
	row->group_name = "Bø";
	row->method = METHOD_BOUNDS;
	row->notes = notes;
	row->n_notes = 1;
	m.trend.labels = labels;
	m.trend.n_labels = 1;
	answer_cube_made(&m);
	char *json = answer_jsonstat(&m);
	assert_string_equal(json, expected);
	free(json);
	answer_fields_hold(&m, false);
}

static void figures_are_written_digit_by_digit(void **state)
{
	(void)state;
	answer_begin_made(&m, "");
	answer_row_made(&m, "", "", "2010", "0.1");
	answer_row_made(&m, "", "", "2011", "9007199254740993");
	answer_row_made(&m, "", "", "2012", "-0.100000000000000005");
	answer_row_made(&m, "", "", "2013", "123456789012345678901234567890.50");
	answer_cube_made(&m);
	char *json = answer_jsonstat(&m), *csv = answer_sdmx(&m, false);
	assert_non_null(
	    strstr(json, "\"value\":[0.1,9007199254740993,-0.100000000000000005,123456789012345678901234567890.50]"));
	assert_non_null(strstr(csv, ",9007199254740993,A,"));
	free(json);
	free(csv);
	assert_int_equal(cube_metric(&m.cube, m.cube.cells)->decimals, 18);
}

static void a_sparse_cube_has_values_by_position(void **state)
{
	(void)state;
	answer_begin_made(&m, "unit");
	answer_row_made(&m, "a", "", "2010", "1");
	answer_row_made(&m, "b", "", "2011", "2");
	answer_row_made(&m, "c", "", "2012", "?(blank)");
	answer_cube_made(&m);
	char *json = answer_jsonstat(&m);
	assert_non_null(strstr(json, "\"value\":{\"0\":1,\"4\":2,\"8\":null}"));
	assert_non_null(strstr(json, "nobody reported it, which is not zero"));
	free(json);
	answer_fields_hold(&m, false);
}

static void an_answer_without_rows_is_a_dataset_too(void **state)
{
	(void)state;
	answer_begin_made(&m, "unit");
	answer_cube_made(&m);
	assert_int_equal(m.cube.size, 0);
	answer_fields_hold(&m, false);
}

static void several_measures_have_units_of_their_own(void **state)
{
	(void)state;
	struct msg_figure two[] = {{.measure = MEASURE_SUM, .shown = "7", .numerator = "7", .denominator = "1"},
				   {.measure = MEASURE_SHARE, .shown = "12.5", .numerator = "25", .denominator = "2"}};
	answer_begin_made(&m, "");
	struct msg_trend_row *row = answer_row_made(&m, "", "", "2020", "1");
	row->figures = two;
	row->n_figures = 2;
	m.measures[0] = MEASURE_SUM;
	m.measures[1] = MEASURE_SHARE;
	m.asked.n_measures = 2;
	answer_cube_made(&m);
	char *json = answer_jsonstat(&m);
	assert_non_null(strstr(json, "\"unit\":{\"sum\":{\"base\":\"arrangements\",\"decimals\":0},"
				     "\"share\":{\"base\":\"percent\",\"decimals\":1}}"));
	assert_non_null(strstr(json, "\"value\":[7,12.5]"));
	assert_non_null(strstr(json, "\"numerator\":\"25\",\"denominator\":\"2\""));
	free(json);
	answer_fields_hold(&m, false);
}

#define T(f) cmocka_unit_test_teardown(f, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_dataset_is_written_as_by_hand),          T(figures_are_written_digit_by_digit),
	    T(a_sparse_cube_has_values_by_position),     T(an_answer_without_rows_is_a_dataset_too),
	    T(several_measures_have_units_of_their_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
