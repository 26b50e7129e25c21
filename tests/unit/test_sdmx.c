/* SPDX-License-Identifier: Apache-2.0
 *
 * test_sdmx.c - a cube as SDMX-CSV, with the text expected by hand.
 */
#include "tests/test.h"
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
	char *csv = answer_sdmx(&m, false);
	assert_string_equal(csv, expected);
	free(csv);
	answer_fields_hold(&m, false);
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
	char *csv = answer_sdmx(&m, false);
#define TAIL                        ",,all,1,,2018-Q1,7,2026-11-21,,,,,,"
#define TEXT(period, measure, text) assert_string_equal(line_of(csv, period, measure), text)
	for (size_t i = 0; i < 5; i++)
		m.rows[i].group_name = "all";
	free(csv);
	csv = answer_sdmx(&m, false);
	TEXT("2018-Q1", "VALUE_GROWTH", "(none)");
	TEXT("2019", "VALUE_GROWTH", "2.5,A,arrangements,1,,,,,," TAIL);
	TEXT("2019", "VALUE_GROWTH_PERCENT", "20,A,percent,2,,,,,20,1" TAIL);
	TEXT("2020", "VALUE_GROWTH", "1,A,arrangements,1,,,,,," TAIL);
	TEXT("2020", "VALUE_GROWTH_PERCENT", ",M,percent,2,,,,,," TAIL "from zero");
	TEXT("2021", "VALUE_GROWTH", ",O,arrangements,1,,,,,," TAIL "not exact"); /* nor the bounds of the figure */
	TEXT("2021", "VALUE_GROWTH_PERCENT", ",O,percent,2,,,,,," TAIL "not exact");
	TEXT("2022", "VALUE_GROWTH", "-1,B,arrangements,1,,,,,," TAIL);
	free(csv);
	answer_fields_hold(&m, false);
}

static void points_have_a_unit_of_their_own_and_a_rank_no_percentage(void **state)
{
	(void)state;
	struct msg_growth points = grown("1.5", "10", ""), rank = grown("-2", "", "");
	points.points = "1.5";
	answer_begin_made(&m, "");
	answer_row_made(&m, "", "", "2019", "16.5")->figures[0].growth = &points;
	answer_cube_made(&m);
	char *csv = answer_sdmx(&m, false);
	assert_non_null(strstr(csv, "VALUE_GROWTH,1.5,A,percentage points,1,"));
	free(csv);
	m.rows[0].figures[0].measure = m.measures[0] = MEASURE_RANK;
	m.rows[0].figures[0].growth = &rank;
	answer_cube_made(&m);
	csv = answer_sdmx(&m, false);
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
	char *csv = answer_sdmx(&m, true);
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
	answer_fields_hold(&m, true);
	assert_string_equal(sdmx_name(a, "2-åre/x"), "_2___RE_X");
}

#define T(f) cmocka_unit_test_teardown(f, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(sdmx_is_written_as_by_hand),
	    T(growth_is_two_further_measures),
	    T(points_have_a_unit_of_their_own_and_a_rank_no_percentage),
	    T(labels_stand_in_columns_of_their_own),
	    T(periods_take_the_forms_that_sdmx_has),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
