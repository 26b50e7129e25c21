/* SPDX-License-Identifier: Apache-2.0
 *
 * test_cube.c - rows of a trend by dimensions; as JSON-stat and SDMX-CSV, with the texts expected by hand and the rules
 * of the field checked, which a real file of another service passes too.
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

static char *jsonstat(void)
{
	static char *text; /* gcc takes what it points to for what it is */
	size_t len;
	FILE *f = open_memstream(&text, &len);
	jsonstat_write(f, m.arena, &m.cube);
	fclose(f);
	return text;
}

static char *sdmx_labelled(bool labels)
{
	static char *text;
	size_t len;
	struct out out = {.file = open_memstream(&text, &len), .format = FORMAT_SDMX_CSV, .arena = m.arena};
	struct grid g = sdmx_grid(m.arena, &m.cube, labels);
	grid_print(&out, &g, NULL);
	fclose(out.file);
	return text;
}

static char *sdmx(void)
{
	return sdmx_labelled(false);
}

static void assert_fields_hold(bool any_period)
{
	struct why why = {{0}};
	char *json = jsonstat(), *csv = sdmx();
	if (!jsonstat_check(json, &why))
		fail_msg("JSON-stat: %s\n%s", why.text, json);
	if (!sdmx_check(csv, any_period, &why))
		fail_msg("SDMX-CSV: %s\n%s", why.text, csv);
	free(json);
	free(csv);
}

/* ---- the layout ---- */

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
	assert_fields_hold(false);
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
	assert_fields_hold(false);
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
	assert_fields_hold(false);
	char *csv = sdmx();
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
	char *csv = sdmx();
	assert_non_null(strstr(csv, ",DIM_OBS_STATUS,"));
	free(csv);
	assert_fields_hold(false);
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
	assert_fields_hold(false);
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
	char *json = jsonstat();
	assert_non_null(strstr(json, "\"status\":{\"1\":\"break\",\"2\":\"suppressed, break\",\"3\":\"apportioned\","
				     "\"4\":\"refused: no meaning\"}"));
	free(json);
	assert_fields_hold(false);
}

/* ---- JSON-stat ---- */

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
	char *json = jsonstat();
	assert_string_equal(json, expected);
	free(json);
	assert_fields_hold(false);
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
	char *json = jsonstat(), *csv = sdmx();
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
	char *json = jsonstat();
	assert_non_null(strstr(json, "\"value\":{\"0\":1,\"4\":2,\"8\":null}"));
	assert_non_null(strstr(json, "nobody reported it, which is not zero"));
	free(json);
	assert_fields_hold(false);
}

static void an_answer_without_rows_is_a_dataset_too(void **state)
{
	(void)state;
	answer_begin_made(&m, "unit");
	answer_cube_made(&m);
	assert_int_equal(m.cube.size, 0);
	assert_fields_hold(false);
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
	char *json = jsonstat();
	assert_non_null(strstr(json, "\"unit\":{\"sum\":{\"base\":\"arrangements\",\"decimals\":0},"
				     "\"share\":{\"base\":\"percent\",\"decimals\":1}}"));
	assert_non_null(strstr(json, "\"value\":[7,12.5]"));
	assert_non_null(strstr(json, "\"numerator\":\"25\",\"denominator\":\"2\""));
	free(json);
	assert_fields_hold(false);
}

/* ---- SDMX-CSV ---- */

static void sdmx_is_written_as_by_hand(void **state)
{
	(void)state;
	static const char expected[] =
	    "STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,LEVEL,TIME_PERIOD,ROUND,MEASURE,OBS_VALUE,OBS_STATUS,UNIT_MEASURE,"
	    "DECIMALS,METHOD,COVERED,LOWER,UPPER,NUMERATOR,DENOMINATOR,AMONG,GROUP_NAME,UNITS,FRAME,FROM_PERIOD,AS_OF,"
	    "TODAY,STRUCTURE_AT,GROUP_STRUCTURE_AT,PUBLISHED_BY,ASKED,COMMENT_DSET,NOTE\n"
	    "dataflow,VARDE:ARRANGEMENTS(1.0.0),I,a,total,2018-Q1,r,VALUE,12.10,A,arrangements,2,EXACT,1 of "
	    "1,,,12.10,1,,"
	    "\"Bø, the \"\"small\"\" one\",1,44,,7,2026-11-21,,,,,,\n"
	    "dataflow,VARDE:ARRANGEMENTS(1.0.0),I,a,total,2020,_Z,VALUE,,O,arrangements,2,BOUNDS,,5,8,,,,a,1,,,7,"
	    "2026-11-21,,,,,,\"bounds: 5–8; one\ntwo\"\n";
	static const char *notes[] = {"one\ntwo"};
	static struct msg_frame_size frame = {.population = 44};
	answer_begin_made(&m, "unit");
	struct msg_trend_row *row = answer_row_made(&m, "a", "total", "2018-33", "12.10");
	row->group_name = "Bø, the \"small\" one";
	row->method = METHOD_EXACT;
	row->covered = "1 of 1";
	row->round = "r";
	row->frame = &frame;
	row = answer_row_made(&m, "a", "total", "2020", "?5|8|5–8");
	row->method = METHOD_BOUNDS;
	row->notes = notes;
	row->n_notes = 1;
	answer_cube_made(&m);
	char *csv = sdmx();
	assert_string_equal(csv, expected);
	free(csv);
	assert_fields_hold(false);
}

static struct msg_growth grown(const char *absolute, const char *percent, const char *undefined)
{
	return (struct msg_growth){.from_period = "2018-33",
				   .absolute = absolute,
				   .percent = percent,
				   .percent_numerator = percent,
				   .percent_denominator = *percent ? "1" : "",
				   .points = "",
				   .undefined = undefined};
}

/* The line of a measure in a period, without what stands before and behind. */
static const char *line_of(const char *csv, const char *period, const char *measure)
{
	const char *key = arena_printf(m.arena, ",%s,_Z,%s,", period, measure), *at = strstr(csv, key);
	return at ? arena_text(m.arena, at + strlen(key), strcspn(at + strlen(key), "\n")) : "(none)";
}

static void growth_is_two_further_measures(void **state)
{
	(void)state;
	struct msg_growth all[] = {grown("2.5", "20", ""), grown("1", "", "from zero"), grown("", "", "not exact"),
				   grown("-1", "-7.25", "")};
	answer_begin_made(&m, "");
	answer_row_made(&m, "", "", "2018-33", "12.5");
	answer_row_made(&m, "", "", "2019", "15")->figures[0].growth = &all[0];
	answer_row_made(&m, "", "", "2020", "1")->figures[0].growth = &all[1];
	answer_row_made(&m, "", "", "2021", "?5|8|5–8")->figures[0].growth = &all[2];
	struct msg_trend_row *row = answer_row_made(&m, "", "", "2022", "7");
	row->figures[0].growth = &all[3];
	row->break_before = true;
	answer_cube_made(&m);
	char *csv = sdmx();
#define TAIL                        ",,all,1,,2018-Q1,7,2026-11-21,,,,,,"
#define TEXT(period, measure, text) assert_string_equal(line_of(csv, period, measure), text)
	for (size_t i = 0; i < 5; i++)
		m.rows[i].group_name = "all";
	free(csv);
	csv = sdmx();
	TEXT("2018-Q1", "VALUE_GROWTH", "(none)");
	TEXT("2019", "VALUE_GROWTH", "2.5,A,arrangements,1,,,,,," TAIL);
	TEXT("2019", "VALUE_GROWTH_PERCENT", "20,A,percent,2,,,,,20,1" TAIL);
	TEXT("2020", "VALUE_GROWTH", "1,A,arrangements,1,,,,,," TAIL);
	TEXT("2020", "VALUE_GROWTH_PERCENT", ",M,percent,2,,,,,," TAIL "from zero");
	TEXT("2021", "VALUE_GROWTH", ",O,arrangements,1,,,,,," TAIL "not exact"); /* nor the bounds of the figure */
	TEXT("2021", "VALUE_GROWTH_PERCENT", ",O,percent,2,,,,,," TAIL "not exact");
	TEXT("2022", "VALUE_GROWTH", "-1,B,arrangements,1,,,,,," TAIL);
	free(csv);
	assert_fields_hold(false);
}

static void points_have_a_unit_of_their_own_and_a_rank_no_percentage(void **state)
{
	(void)state;
	struct msg_growth points = grown("1.5", "10", ""), rank = grown("-2", "", "");
	points.points = "1.5";
	answer_begin_made(&m, "");
	answer_row_made(&m, "", "", "2019", "16.5")->figures[0].growth = &points;
	answer_cube_made(&m);
	char *csv = sdmx();
	assert_non_null(strstr(csv, "VALUE_GROWTH,1.5,A,percentage points,1,"));
	free(csv);
	m.rows[0].figures[0].measure = m.measures[0] = MEASURE_RANK;
	m.rows[0].figures[0].growth = &rank;
	answer_cube_made(&m);
	csv = sdmx();
	assert_non_null(strstr(csv, "RANK_GROWTH,-2,A,rank,0,"));
	assert_null(strstr(csv, "PERCENT"));
	free(csv);
}

static void labels_stand_in_columns_of_their_own(void **state)
{
	(void)state;
	static struct msg_code codes[] = {{.code = "total", .label = "all levels"}};
	static struct msg_code_list labels[] = {{.id = "level", .n_codes = 1, .codes = codes}};
	struct why why = {{0}};
	answer_begin_made(&m, "unit");
	answer_row_made(&m, "kommune/bo", "total", "2020", "7")->group_name = "Bø";
	m.trend.labels = labels;
	m.trend.n_labels = 1;
	answer_cube_made(&m);
	char *csv = sdmx_labelled(true);
	static const char begin[] =
	    "STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,ACTION,REF_AREA,Unit,LEVEL,Dimension: level,TIME_PERIOD,Time "
	    "period,ROUND,Round,MEASURE,Measure,OBS_VALUE,Observation value,OBS_STATUS,Observation status,";
	static const char line[] = "dataflow,VARDE:ARRANGEMENTS(1.0.0),Arrangements,I,kommune/bo,Bø,total,all levels,"
				   "2020,2020,_Z,(outside any round),VALUE,value,7,,A,Normal value,arrangements,,";
	assert_memory_equal(csv, begin, sizeof begin - 1);
	assert_memory_equal(strchr(csv, '\n') + 1, line, sizeof line - 1);
	if (!sdmx_check(csv, false, &why))
		fail_msg("%s\n%s", why.text, csv);
	strstr(csv, "Observation status")[0] = ',';
	assert_false(sdmx_check(csv, false, &why));
	free(csv);
}

static void periods_take_the_forms_that_sdmx_has(void **state)
{
	(void)state;
	static const struct {
		const char *period, *sdmx;
		bool other;
	} all[] = {{"2014", "2014", false},
		   {"2014-03", "2014-03", false},
		   {"2014-03-31", "2014-03-31", false},
		   {"2018-33", "2018-Q1", false},
		   {"2018-36", "2018-Q4", false},
		   {"2018-21", "2018-03-01/P3M", false},
		   {"2018-24", "2018-12-01/P3M", false},
		   {"2012/2014", "2012-01-01/P3Y", false},
		   {"2012-03/2012-04", "2012-03-01/P2M", false},
		   {"2012-02-28/2012-03-01", "2012-02-28/P3D", false},
		   {"../2018", "../2018", true},
		   {"2007/..", "2007/..", true},
		   {"2004~", "2004~", true},
		   {"XXXX-06-08", "XXXX-06-08", true}};
	AUTO_ARENA struct arena *a = arena_new(0);
	answer_begin_made(&m, "");
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct cube_code period = {.code = all[i].period};
		bool other;
		assert_ok(when_parse(all[i].period, &period.when, NULL));
		assert_string_equal(sdmx_period(a, &period, &other), all[i].sdmx);
		assert_int_equal(other, all[i].other);
		answer_row_made(&m, "", "", all[i].period, "1");
	}
	answer_cube_made(&m);
	assert_fields_hold(true);
	assert_string_equal(sdmx_name(a, "2-åre/x"), "_2___RE_X");
}

/* ---- the rules themselves ---- */

static char *sample(const char *name)
{
	char path[512];
	const char *dir = getenv("VARDE_SAMPLES");
	snprintf(path, sizeof path, "%s/%s", dir && *dir ? dir : "../shared/samples", name);
	FILE *f = fopen(path, "re");
	if (!f) {
		print_message("skipped: there is no %s; VARDE_SAMPLES says where the samples are\n", path);
		return NULL;
	}
	char *text = calloc(1, 1 << 20);
	assert_true(fread(text, 1, (1 << 20) - 1, f) > 0);
	fclose(f);
	return text;
}

static void a_real_dataset_of_the_field_passes_the_same_rules(void **state)
{
	(void)state;
	struct why why = {{0}};
	char *text = sample("jsonstat2_ssb_05300.json");
	answer_begin_made(&m, "");
	if (!text)
		skip();
	if (!jsonstat_check(text, &why))
		fail_msg("%s", why.text);
	char *size = strstr(text, "\"size\":[6,8,1,9]");
	assert_non_null(size);
	memcpy(size, "\"size\":[6,8,1,8]", 16);
	assert_false(jsonstat_check(text, &why));
	free(text);
}

static void broken_datasets_are_told(void **state)
{
	(void)state;
	static const char *const broken[][2] = {{"\"version\":\"2.0\"", "\"version\":\"1.0\""},
						{"\"size\":[1,1,2,1]", "\"size\":[1,1,3,1]"},
						{"\"2020\":1", "\"2020\":0"},
						{"\"time\":[\"period\"]", "\"time\":[\"perio_\"]"},
						{"\"time\":[", "\"tide\":["},
						{"\"value\":[1,null]", "\"value\":[1,null,2]"},
						{"\"value\":[1,null]", "\"value\":[1,\"2\"]"},
						{"\"status\":{\"1\"", "\"status\":{\"2\""},
						{"\"label\":{\"a\"", "\"label\":{\"b\""}};
	struct why why = {{0}};
	answer_begin_made(&m, "unit");
	answer_row_made(&m, "a", "total", "2010", "1");
	answer_row_made(&m, "a", "total", "2020", "?(blank)");
	answer_cube_made(&m);
	char *json = jsonstat();
	assert_true(jsonstat_check(json, &why));
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		char *at = strstr(json, broken[i][0]);
		assert_non_null(at);
		char *text =
		    arena_printf(m.arena, "%.*s%s%s", (int)(at - json), json, broken[i][1], at + strlen(broken[i][0]));
		if (jsonstat_check(text, &why))
			fail_msg("it passes with %s", broken[i][1]);
	}
	free(json);
}

static void broken_messages_are_told(void **state)
{
	(void)state;
#define HEAD "STRUCTURE,STRUCTURE_ID,ACTION,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n"
	static const char *const broken[] = {
	    "STRUCTURE,ACTION,STRUCTURE_ID,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n",  /* the order */
	    HEAD "dataflow,A:B(1.0),I,2014,1\n",                                 /* a cell too few */
	    HEAD "dataflow,A:B(1.0),I,2014,1,Z\n",                               /* no such status */
	    HEAD "dataflow,A:B(1.0),X,2014,1,A\n",                               /* no such action */
	    HEAD "dataflow,A:B(1.0),I,2014-33,1,A\n",                            /* no such period */
	    HEAD "dataflow,A:B(1.0),I,,1,A\n",                                   /* a key with a hole */
	    HEAD "dataflow,A:B(1.0),I,2014,,A\n",                                /* normal, and no value */
	    HEAD "dataflow,A:B(1.0),I,2014,1,O\n",                               /* missing, and a value */
	    HEAD "dataflow,A:B(1.0),I,2014,1,A\ndataflow,A:B(1.0),I,2014,2,A\n", /* a key twice */
	    HEAD "dataflow,A:B(1.0),I,2014,\"1,A\n",                             /* a quote left open */
	};
	struct why why = {{0}};
	answer_begin_made(&m, "");
	if (!sdmx_check(HEAD "dataflow,A:B(1.0),I,2014,1,A\n", false, &why))
		fail_msg("%s", why.text);
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
		if (sdmx_check(broken[i], false, &why))
			fail_msg("it passes: %s", broken[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(cells_stand_by_group_category_period_and_measure, teardown),
	    cmocka_unit_test_teardown(a_round_is_a_dimension_only_where_two_reports_meet, teardown),
	    cmocka_unit_test_teardown(two_rows_for_one_cell_are_refused, teardown),
	    cmocka_unit_test_teardown(what_is_in_no_single_unit_has_a_code_of_its_own, teardown),
	    cmocka_unit_test_teardown(units_of_one_name_are_told_apart, teardown),
	    cmocka_unit_test_teardown(a_dimension_with_one_of_our_names_gives_way, teardown),
	    cmocka_unit_test_teardown(figures_are_told_apart_by_what_they_say, teardown),
	    cmocka_unit_test_teardown(a_break_goes_before_every_other_status, teardown),
	    cmocka_unit_test_teardown(a_dataset_is_written_as_by_hand, teardown),
	    cmocka_unit_test_teardown(figures_are_written_digit_by_digit, teardown),
	    cmocka_unit_test_teardown(a_sparse_cube_has_values_by_position, teardown),
	    cmocka_unit_test_teardown(an_answer_without_rows_is_a_dataset_too, teardown),
	    cmocka_unit_test_teardown(several_measures_have_units_of_their_own, teardown),
	    cmocka_unit_test_teardown(sdmx_is_written_as_by_hand, teardown),
	    cmocka_unit_test_teardown(growth_is_two_further_measures, teardown),
	    cmocka_unit_test_teardown(points_have_a_unit_of_their_own_and_a_rank_no_percentage, teardown),
	    cmocka_unit_test_teardown(labels_stand_in_columns_of_their_own, teardown),
	    cmocka_unit_test_teardown(periods_take_the_forms_that_sdmx_has, teardown),
	    cmocka_unit_test_teardown(a_real_dataset_of_the_field_passes_the_same_rules, teardown),
	    cmocka_unit_test_teardown(broken_datasets_are_told, teardown),
	    cmocka_unit_test_teardown(broken_messages_are_told, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
