/* SPDX-License-Identifier: Apache-2.0
 *
 * test_field_check.c - the rules of JSON-stat and SDMX-CSV that tests hold files against: a real file of another service
 * passes them, broken ones are told.
 */
#include "tests/test.h"
#include "tests/unit/cube_kit.h"
#include "tests/unit/field_check.h"

static struct answer_made m;

static int teardown(void **state)
{
	(void)state;
	answer_end_made(&m);
	return 0;
}

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
	char *json = answer_jsonstat(&m);
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

#define T(f) cmocka_unit_test_teardown(f, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_real_dataset_of_the_field_passes_the_same_rules),
	    T(broken_datasets_are_told),
	    T(broken_messages_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
