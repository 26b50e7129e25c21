/* SPDX-License-Identifier: Apache-2.0
 *
 * test_cube_snapshot.c - observations of a snapshot by dimensions; as JSON-stat and SDMX-CSV.
 */
#include "tests/test.h"
#include "clients/out_jsonstat.h"
#include "clients/out_sdmx.h"
#include "tests/unit/field_check.h"

#define ROWS 12

static struct made {
	struct arena *arena;
	struct msg_observation_row rows[ROWS];
	struct msg_snapshot_answer snapshot;
	struct msg_query_reply reply;
	struct cube_asked asked;
	struct cube cube;
} m;

static int setup(void **state)
{
	static struct msg_code codes[] = {{.code = "total", .label = "all levels"}};
	static struct msg_code_list lists[] = {{.id = "levels", .n_codes = 1, .codes = codes}};
	static struct msg_dimension level = {.id = "level", .code_list = "levels"};
	static struct msg_indicator indicators[] = {
	    {.id = "arr",
	     .label = "Arrangements",
	     .unit_of_measure = "things",
	     .n_dimensions = 1,
	     .dimensions = &level},
	    {.id = "people", .label = "Inhabitants", .unit_of_measure = "persons"}};
	(void)state;
	m = (struct made){.arena = arena_new(0)};
	m.snapshot = (struct msg_snapshot_answer){.valid_at = "2014-06-30",
						  .observations = m.rows,
						  .n_indicators = 2,
						  .indicators = indicators,
						  .n_code_lists = 1,
						  .code_lists = lists};
	m.reply = (struct msg_query_reply){
	    .store_id = {"\x01\xab", 2}, .epoch = 1, .revision = 7, .today = "2026-11-21", .method = "1"};
	m.reply.snapshot = &m.snapshot;
	m.asked = (struct cube_asked){.group_by = "unit"};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	m.arena = arena_free(m.arena);
	return 0;
}

/* Said in a message of s1, chosen, alone under its key. `digits` are of a whole number. */
static struct msg_observation_row *say(const char *unit, const char *indicator, const char *period, int64_t digits)
{
	static struct msg_category total = {.dimension = "level", .code = "total"};
	assert_true(m.snapshot.n_observations < ROWS);
	struct msg_observation_row *x = &m.rows[m.snapshot.n_observations++];
	struct msg_value *v = arena_alloc(m.arena, sizeof *v);
	v->exact = arena_alloc(m.arena, sizeof *v->exact);
	v->exact->digits = digits;
	v->printed = "";
	*x = (struct msg_observation_row){.unit = unit,
					  .unit_name = unit,
					  .indicator = indicator,
					  .period = period,
					  .value = v,
					  .status = OBSERVATION_STATUS_MAIN,
					  .source = "s1",
					  .locator = "",
					  .round = "",
					  .revision = 3,
					  .chosen = true,
					  .rule = "ONLY",
					  .covered = ""};
	if (strcmp(indicator, "arr") == 0) {
		x->n_categories = 1;
		x->categories = &total;
	}
	return x;
}

static void lay(void)
{
	struct msg_query_reply *parts[] = {&m.reply};
	struct why why = {{0}};
	if (cube_of_snapshot(m.arena, parts, 1, &m.asked, &m.cube, &why) != ERR_OK)
		fail_msg("no cube: %s", why.text);
}

static const char *checked(const char *text)
{
	struct why why = {{0}};
	if (!jsonstat_check(text, &why))
		fail_msg("JSON-stat: %s\n%s", why.text, text);
	return text;
}

static const char *jsonstat(void)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	jsonstat_write(f, m.arena, &m.cube);
	fclose(f);
	const char *copy = arena_text(m.arena, text, len);
	free(text);
	return checked(copy);
}

static const char *sdmx(bool labels)
{
	char *text = NULL;
	size_t len;
	struct why why = {{0}};
	struct out out = {.file = open_memstream(&text, &len), .format = FORMAT_SDMX_CSV, .arena = m.arena};
	struct grid g = sdmx_grid(m.arena, &m.cube, labels);
	grid_print(&out, &g, NULL);
	fclose(out.file);
	const char *copy = arena_text(m.arena, text, len);
	free(text);
	if (!sdmx_check(copy, false, &why))
		fail_msg("SDMX-CSV: %s\n%s", why.text, copy);
	return copy;
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("this is not in it: %s\n%s", part, text);
}

/* ---- the layout ---- */

static void the_indicator_is_what_has_a_unit(void **state)
{
	(void)state;
	say("kommune/bodo", "arr", "2014", 12);
	say("kommune/bodo", "people", "2014", 49000)->value->exact->scale = 1;
	lay();
	assert_int_equal(m.cube.n_dims, 4);
	assert_null(cube_dim_of(&m.cube, CUBE_MEASURE));
	assert_null(cube_dim_of(&m.cube, CUBE_STATEMENT));
	assert_string_equal(m.cube.dims[m.cube.metric].codes[1].label, "Inhabitants");
	const char *json = jsonstat();
	assert_has(json, "\"id\":[\"group\",\"indicator\",\"level\",\"period\"]");
	assert_has(json, "\"role\":{\"geo\":[\"group\"],\"metric\":[\"indicator\"],\"time\":[\"period\"]}");
	assert_has(json, "\"unit\":{\"arr\":{\"base\":\"things\",\"decimals\":0},"
			 "\"people\":{\"base\":\"persons\",\"decimals\":1}}");
	assert_has(json, "\"label\":{\"total\":\"all levels\",\"_Z\":\"(none)\"}"); /* people have no level */
	assert_has(json, "\"value\":[12,null,null,4900.0]");
	assert_has(json, "true on 2014-06-30");
}

static void values_under_one_key_stand_side_by_side_the_chosen_one_first(void **state)
{
	(void)state;
	struct msg_observation_row *x = say("a", "arr", "2014", 40);
	x->chosen = false;
	x->status = OBSERVATION_STATUS_CONFLICT;
	x->alternatives = 1;
	x->locator = "p. 7";
	x = say("a", "arr", "2014", 41);
	x->alternatives = 1;
	x->rule = "STATUS";
	say("b", "arr", "2014", 5);
	lay();
	assert_int_equal(cube_dim_of(&m.cube, CUBE_STATEMENT)->n, 2);
	assert_string_equal(m.cube.cells[0].value, "41");
	assert_string_equal(m.cube.cells[1].value, "40");
	const char *json = jsonstat(), *csv = sdmx(false);
	assert_has(json, "\"value\":[41,40,5,null]");
	assert_has(json, "\"status\":{\"1\":\"conflict\"}");
	assert_has(json, "\"statement_status\":\"conflict\",\"chosen\":false,\"alternatives\":1,\"rule\":\"ONLY\","
			 "\"source\":\"s1\",\"locator\":\"p. 7\",\"said_at\":3");
	assert_has(json, "\"chosen\":true,\"alternatives\":1,\"rule\":\"STATUS\"");
	assert_has(csv, "I,a,arr,total,2014,1,41,A,");
	assert_has(csv, "I,a,arr,total,2014,2,40,A,");
	assert_has(csv, ",CONFLICT,NO,1,ONLY,,s1,p. 7,,3,2014-06-30,7,2026-11-21,");
	assert_has(csv, ",MAIN,YES,1,STATUS,,s1,,,3,2014-06-30,7,2026-11-21,");
	assert_has(csv, "I,b,arr,total,2014,1,5,A,");
}

static void the_number_of_a_statement_is_in_the_key_though_none_conflict(void **state)
{
	(void)state;
	say("a", "arr", "2014", 40);
	lay();
	assert_has(sdmx(false),
		   "STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,INDICATOR,LEVEL,TIME_PERIOD,STATEMENT,OBS_VALUE,");
	assert_has(sdmx(false), "dataflow,VARDE:OBSERVATIONS(1.0.0),I,a,arr,total,2014,1,40,A,things,0,");
	assert_has(sdmx(true), "REF_AREA,Unit,INDICATOR,Indicator,LEVEL,Dimension: level,");
	assert_has(sdmx(true), ",a,a,arr,Arrangements,total,all levels,2014,2014,1,,40,,A,Normal value,");
}

/* ---- cells ---- */

static void every_kind_of_value_keeps_what_it_says(void **state)
{
	(void)state;
	struct msg_decimal five = {.digits = 5}, eight = {.digits = 85, .scale = 1};
	struct msg_bound low = {.value = &five, .exclusive = true}, high = {.value = &eight};
	struct msg_interval between = {.low = &low, .high = &high};
	struct msg_approximate nearly = {.qualifier = "nearly", .value = &five};
	struct msg_verbal words = {.text = "20"};
	struct msg_missing suppressed = {.kind = MISSING_KIND_SUPPRESSED};
	struct msg_value values[] = {{.interval = &between, .printed = "5-8,5"},
				     {.approximate = &nearly, .printed = ""},
				     {.verbal = &words, .printed = ""},
				     {.missing = &suppressed, .printed = ":"}};
	for (int i = 0; i < 4; i++)
		say("a", "people", arena_printf(m.arena, "%d", 2010 + i), 0)->value = &values[i];
	say("a", "people", "2014", -1210)->value->exact->scale = 2;
	say("a", "people", "2015", 1)->status = OBSERVATION_STATUS_PRELIMINARY;
	say("a", "people", "2016", 1)->status = OBSERVATION_STATUS_ESTIMATED;
	lay();
	for (size_t i = 0; i < 7; i++) {
		static const enum cube_state states[] = {CUBE_BOUNDS, CUBE_WORDS, CUBE_WORDS, CUBE_MISSING,
							 CUBE_VALUE,  CUBE_VALUE, CUBE_VALUE};
		assert_int_equal(m.cube.cells[i].state, states[i]);
		assert_int_equal(sdmx_status(&m.cube.cells[i]), "OOOQAPE"[i]);
	}
	const char *json = jsonstat(), *csv = sdmx(false);
	assert_has(json, "\"value\":[null,null,null,null,-12.10,1,1]");
	assert_has(json, "{\"shown\":\"over 5 to 8.5\",\"low\":\"5\",\"high\":\"8.5\",");
	assert_has(json, "\"printed\":\"5-8,5\"");
	assert_has(json, "\"numerator\":\"-121\",\"denominator\":\"10\"");
	assert_has(json, "\"status\":{\"0\":\"bounds\",\"1\":\"in words\",\"2\":\"in words\",\"3\":\"suppressed\","
			 "\"5\":\"preliminary\",\"6\":\"estimated\"}");
	assert_has(csv, ",2010,1,,O,persons,2,,,5,8.5,,,,a,MAIN,");
	assert_has(csv, "in words: nearly 5");
	assert_has(csv, ",:,3,2014-06-30,"); /* as printed */
}

static void what_is_in_no_single_unit_keeps_units_method_and_notes(void **state)
{
	(void)state;
	static const char *among[] = {"b", "c"}, *notes[] = {"of A, which was divided"};
	for (int i = 0; i < 2; i++) { /* of two units that were divided */
		struct msg_observation_row *x = say("", "people", "2014", 7 + i);
		x->unit_name = "(unallocated)";
		x->method = METHOD_UNALLOCATED;
		x->n_among = 2;
		x->among = among;
		x->n_notes = 1;
		x->notes = notes;
	}
	struct msg_observation_row *x = say("b", "people", "2014", 9);
	x->method = METHOD_APPORTIONED;
	x->covered = "1 of 2";
	m.asked.structure_at = "2020-01-01";
	lay();
	const char *json = jsonstat(), *csv = sdmx(false);
	assert_has(json, "\"index\":{\"_X:b+c\":0,\"b\":1}");
	assert_has(json, "\"value\":[7,8,9,null]");
	assert_has(json, "\"method\":\"unallocated\",\"among\":[\"b\",\"c\"]");
	assert_has(json, "\"method\":\"apportioned\",\"covered\":\"1 of 2\"");
	assert_has(json, "in the structure of 2020-01-01");
	assert_has(csv, ",_X:b+c,people,2014,2,8,A,persons,0,UNALLOCATED,,,,8,1,b c,(unallocated),");
	assert_has(csv, ",b,people,2014,1,9,E,persons,0,APPORTIONED,1 of 2,");
	assert_has(csv, ",2020-01-01,,,,,\"of A, which was divided\"\n");
}

static void several_indicators_are_a_collection_of_datasets(void **state)
{
	(void)state;
	struct msg_query_reply *parts[] = {&m.reply};
	struct cube cubes[2];
	size_t n, len;
	char *text = NULL;
	say("a", "people", "2014", 100);
	say("a", "arr", "2014", 4);
	say("b", "people", "2014", 200);
	const char **ids = cube_indicators(m.arena, parts, 1, &n);
	assert_int_equal(n, 2);
	assert_string_equal(ids[0], "people");
	assert_string_equal(ids[1], "arr");
	for (size_t i = 0; i < 2; i++) {
		m.asked.indicator = ids[i];
		lay();
		cubes[i] = m.cube;
	}
	m.asked.indicator = "";
	lay();
	FILE *f = open_memstream(&text, &len);
	jsonstat_write_collection(f, m.arena, &m.cube, cubes, 2);
	fclose(f);
	assert_has(checked(text), "\"class\":\"collection\",\n\"label\":\"Observations\",");
	assert_has(text, "\"class\":\"dataset\",\n\"label\":\"Inhabitants\",");
	assert_has(text, "\"size\":[2,1,1],"); /* people have no level, so their dataset has none */
	assert_has(text, "\"value\":[100,200]");
	assert_has(text, "\"label\":\"Arrangements\",");
	assert_has(text, "\"value\":[4]");
	free(text);
}

static void a_snapshot_without_observations_is_a_dataset_too(void **state)
{
	(void)state;
	m.snapshot.n_indicators = 0;
	lay();
	assert_int_equal(m.cube.size, 0);
	assert_has(jsonstat(), "\"value\":[]");
	assert_has(sdmx(false), "STRUCTURE,");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(the_indicator_is_what_has_a_unit),
	    TEST(values_under_one_key_stand_side_by_side_the_chosen_one_first),
	    TEST(the_number_of_a_statement_is_in_the_key_though_none_conflict),
	    TEST(every_kind_of_value_keeps_what_it_says),
	    TEST(what_is_in_no_single_unit_keeps_units_method_and_notes),
	    TEST(several_indicators_are_a_collection_of_datasets),
	    TEST(a_snapshot_without_observations_is_a_dataset_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
