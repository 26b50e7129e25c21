/* SPDX-License-Identifier: Apache-2.0
 *
 * test_cube.c - rows of a trend by dimensions; what is written of them keeps the rules of the field.
 */
#include "tests/test.h"
#include "clients/out_jsonstat.h"
#include "clients/out_sdmx.h"
#include "tests/unit/cube_kit.h"
#include "tests/unit/field_check.h"

static struct answer_made m;

static int teardown(void **state)
{
	(void)state;
	answer_end_made(&m);
	return 0;
}

static const char *code(size_t dim, size_t at)
{
	assert_true(dim < m.cube.n_dims && at < m.cube.dims[dim].n);
	return m.cube.dims[dim].codes[at].code;
}

static void cells_stand_by_group_category_period_and_measure(void **state)
{
	(void)state;
	answer_begin_made(&m, "county");
	answer_row_made(&m, "b", "total", "2020", "3");
	answer_row_made(&m, "b", "total", "2014-03", "2");
	answer_row_made(&m, "a", "total", "2010", "1");
	answer_cube_made(&m);
	assert_int_equal(m.cube.n_dims, 4);
	assert_int_equal(m.cube.size, 2 * 1 * 3 * 1);
	assert_string_equal(code(0, 0), "b"); /* groups as they come, periods in the order of time */
	assert_string_equal(code(2, 0), "2010");
	assert_string_equal(code(2, 1), "2014-03");
	assert_string_equal(code(2, 2), "2020");
	static const uint64_t positions[] = {1, 2, 3};
	static const char *const values[] = {"2", "3", "1"};
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(m.cube.cells[i].position, positions[i]);
		assert_string_equal(m.cube.cells[i].value, values[i]);
	}
	answer_fields_hold(&m, false);
}

static void a_round_is_a_dimension_only_where_two_reports_meet(void **state)
{
	(void)state;
	answer_begin_made(&m, "");
	answer_row_made(&m, "", "total", "2014", "1")->round = "r1";
	answer_row_made(&m, "", "total", "2015", "2")->round = "r2";
	answer_cube_made(&m);
	assert_null(cube_dim_of(&m.cube, CUBE_ROUND));
	answer_row_made(&m, "", "total", "2014", "3")->round = "r2";
	answer_cube_made(&m);
	assert_int_equal(cube_dim_of(&m.cube, CUBE_ROUND)->n, 2);
	assert_int_equal(m.cube.size, 4);
	assert_int_equal(m.cube.n_cells, 3);
	answer_fields_hold(&m, false);
}

static void two_rows_for_one_cell_are_refused(void **state)
{
	(void)state;
	struct msg_query_reply *parts[] = {&m.reply};
	struct why why = {{0}};
	answer_begin_made(&m, "");
	answer_row_made(&m, "", "total", "2014", "1");
	answer_row_made(&m, "", "total", "2014", "2");
	assert_err(ERR_MALFORMED, cube_of(m.arena, parts, 1, &m.asked, &m.cube, &why));
}

static void what_is_in_no_single_unit_has_a_code_of_its_own(void **state)
{
	(void)state;
	static const char *among[] = {"kommune/a", "kommune/b"}, *others[] = {"kommune/b", "kommune/c"};
	answer_begin_made(&m, "unit");
	answer_row_made(&m, "kommune/a", "", "2020", "1");
	answer_row_made(&m, "", "", "2020", "2")->group_name = "(outside all units)";
	for (int i = 0; i < 2; i++) {
		struct msg_trend_row *row = answer_row_made(&m, "", "", "2020", "3");
		row->method = METHOD_UNALLOCATED;
		row->among = i ? others : among;
		row->n_among = 2;
	}
	struct msg_trend_row *refused = answer_row_made(&m, "", "", "2020", "?");
	refused->figures[0].refused = "not additive";
	refused->method = METHOD_REFUSED;
	refused->among = among;
	refused->n_among = 2;
	answer_cube_made(&m);
	assert_string_equal(code(0, 1), "_Z");
	assert_string_equal(code(0, 4), "_R:kommune/a+kommune/b"); /* beside what is unallocated among the same */
	assert_string_equal(code(0, 2), "_X:kommune/a+kommune/b");
	assert_string_equal(code(0, 3), "_X:kommune/b+kommune/c");
	assert_string_equal(m.cube.dims[0].codes[2].label, "unallocated among kommune/a; kommune/b");
	assert_true(*m.cube.dims[0].codes[2].note);
	assert_true(m.cube.by_unit);
	answer_fields_hold(&m, false);
	char *csv = answer_sdmx(&m, false);
	assert_non_null(strstr(csv, ",I,_X:kommune/a+kommune/b,2020,_Z,VALUE,3,A,arrangements,0,UNALLOCATED,,,,3,1,"
				    "kommune/a kommune/b,"));
	free(csv);
}

static void units_of_one_name_are_told_apart(void **state)
{
	(void)state;
	answer_begin_made(&m, "unit");
	answer_row_made(&m, "kommune/h1", "", "2020", "1")->group_name = "Herøy";
	answer_row_made(&m, "kommune/b", "", "2020", "2")->group_name = "Bø";
	answer_row_made(&m, "kommune/h2", "", "2020", "3")->group_name = "Herøy";
	answer_cube_made(&m);
	assert_string_equal(m.cube.dims[0].codes[0].label, "Herøy (kommune/h1)");
	assert_string_equal(m.cube.dims[0].codes[1].label, "Bø");
	assert_string_equal(m.cube.dims[0].codes[2].label, "Herøy (kommune/h2)");
}

static void a_dimension_with_one_of_our_names_gives_way(void **state)
{
	(void)state;
	answer_begin_made(&m, "");
	answer_row_made(&m, "", "x", "2020", "1")->categories[0].dimension = "period";
	answer_cube_made(&m);
	assert_string_equal(m.cube.dims[1].id, "dim:period");
	m.rows[0].categories[0].dimension = "obs-status";
	answer_cube_made(&m);
	char *csv = answer_sdmx(&m, false);
	assert_non_null(strstr(csv, ",DIM_OBS_STATUS,"));
	free(csv);
	answer_fields_hold(&m, false);
}

static void figures_are_told_apart_by_what_they_say(void **state)
{
	(void)state;
	static const struct {
		const char *shown;
		enum cube_state state;
		const char *value, *low, *high;
		char status;
	} all[] = {{"45", CUBE_VALUE, "45", NULL, NULL, 'A'},
		   {"-12.10", CUBE_VALUE, "-12.10", NULL, NULL, 'A'},
		   {"?5|8|5–8", CUBE_BOUNDS, NULL, "5", "8", 'O'},
		   {"?-5|8.5|-5 to 8.5", CUBE_BOUNDS, NULL, "-5", "8.5", 'O'},
		   {"?46||at least 46", CUBE_BOUNDS, NULL, "46", NULL, 'O'},
		   {"?|3|under 3", CUBE_BOUNDS, NULL, NULL, "3", 'O'},
		   {"?5|8|over 5 and at most 8", CUBE_BOUNDS, NULL, "5", "8", 'O'},
		   {"?nearly 20", CUBE_WORDS, NULL, NULL, NULL, 'O'},
		   {"?over half", CUBE_WORDS, NULL, NULL, NULL, 'O'},
		   {"?20", CUBE_WORDS, NULL, NULL, NULL, 'O'}, /* of a VALUE without a fraction: the words "20" */
		   {"?(not asked)", CUBE_MISSING, NULL, NULL, NULL, 'L'},
		   {"?(not applicable)", CUBE_MISSING, NULL, NULL, NULL, 'M'},
		   {"?(suppressed)", CUBE_MISSING, NULL, NULL, NULL, 'Q'},
		   {"?(blank)", CUBE_MISSING, NULL, NULL, NULL, 'O'},
		   {"?", CUBE_MISSING, NULL, NULL, NULL, 'O'},
		   {"?5–8", CUBE_WORDS, NULL, NULL, NULL, 'O'}, /* a text is never read as ends, */
		   {"?(missing)", CUBE_WORDS, NULL, NULL, NULL, 'O'}} /* nor as a kind */;
	size_t n = sizeof all / sizeof *all;
	answer_begin_made(&m, "");
	for (size_t i = 0; i < n; i++)
		answer_row_made(&m, "", "", arena_printf(m.arena, "%zu", 2000 + i), all[i].shown);
	answer_cube_made(&m);
	for (size_t i = 0; i < n; i++) {
		const struct cube_cell *cell = &m.cube.cells[i];
		assert_int_equal(cell->state, all[i].state);
		assert_int_equal(sdmx_status(cell), all[i].status);
		const char *have[] = {cell->value, cell->low, cell->high},
			   *want[] = {all[i].value, all[i].low, all[i].high};
		for (int k = 0; k < 3; k++)
			assert_true(have[k] && want[k] ? strcmp(have[k], want[k]) == 0 : have[k] == want[k]);
	}
	answer_fields_hold(&m, false);
}

static void a_break_goes_before_every_other_status(void **state)
{
	(void)state;
	answer_begin_made(&m, "");
	answer_row_made(&m, "", "", "2010", "1");
	answer_row_made(&m, "", "", "2014", "2")->break_before = true;
	answer_row_made(&m, "", "", "2020", "?(suppressed)")->break_before = true;
	answer_row_made(&m, "", "", "2021", "4")->method = METHOD_APPORTIONED;
	answer_row_made(&m, "", "", "2022", "?")->figures[0].refused = "no meaning";
	answer_cube_made(&m);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(sdmx_status(&m.cube.cells[i]), "ABBEM"[i]);
	char *json = answer_jsonstat(&m);
	assert_non_null(strstr(json, "\"status\":{\"1\":\"break\",\"2\":\"suppressed, break\",\"3\":\"apportioned\","
				     "\"4\":\"refused: no meaning\"}"));
	free(json);
	answer_fields_hold(&m, false);
}

#define T(f) cmocka_unit_test_teardown(f, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(cells_stand_by_group_category_period_and_measure),
	    T(a_round_is_a_dimension_only_where_two_reports_meet),
	    T(two_rows_for_one_cell_are_refused),
	    T(what_is_in_no_single_unit_has_a_code_of_its_own),
	    T(units_of_one_name_are_told_apart),
	    T(a_dimension_with_one_of_our_names_gives_way),
	    T(figures_are_told_apart_by_what_they_say),
	    T(a_break_goes_before_every_other_status),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
