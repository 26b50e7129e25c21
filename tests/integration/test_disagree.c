/* SPDX-License-Identifier: Apache-2.0
 *
 * test_disagree.c - a server whose explanation does not come to the figure: a script must hear of it.
 */
#include "tests/test.h"
#include <string.h>
#include "proto/codec.h"
#include "tests/integration/cli.h"
#include "tests/integration/fake.h"

/* Explains any figure as 7, once more as `again`; agreeing when *arg says so. */
static bool explain(void *arg, struct slice request, struct buf *reply)
{
	const bool *agrees = arg;
	struct msg_figure said = {.measure = MEASURE_SUM, .shown = "7", .numerator = "7", .denominator = "1"};
	struct msg_figure again = {.measure = MEASURE_SUM, .shown = *agrees ? "7" : "8"};
	struct msg_trend_row row = {.period = "2014", .n_figures = 1, .figures = &said};
	struct msg_explain_answer e = {.row = &row, .recomputed = &again, .agrees = *agrees};
	struct msg_query_request *asked;
	void *msg;
	AUTO_ARENA struct arena *a = arena_new(0);
	if (codec_decode(&msg_type_query_request, request, CODEC_TOLERANT, a, &msg, NULL) != ERR_OK)
		return false;
	asked = msg;
	struct msg_status_question *status = asked->status;
	struct msg_status_answer status_answer = {.durable_revision = 1};
	struct msg_query_reply q = {.version = 1, .request_id = asked->request_id, .end = true};
	q.status = status ? &status_answer : NULL;
	q.explain = status ? NULL : &e;
	codec_encode(&msg_type_query_reply, &q, reply);
	return true;
}

static void check(bool agrees, const char *format, int status, const char *text)
{
	struct fake f = {.answer = explain, .arg = &agrees};
	fake_start(&f);
	struct cli c = CLI(NULL, "explain", "trend", "n", "--format", format, "--query", f.endpoint);
	cli_expect(&c, status, text);
	cli_free(&c);
	fake_stop(&f);
}

static void a_figure_that_the_log_does_not_make_again_ends_explain_with_1(void **state)
{
	(void)state;
	check(false, "table", 1, "DOES NOT AGREE");
	check(false, "csv", 1, "do not agree");
	check(false, "json", 1, "do not agree");
}

static void one_that_agrees_ends_it_with_0(void **state)
{
	(void)state;
	check(true, "table", 0, "agrees");
	check(true, "csv", 0, NULL);
	check(true, "json", 0, "\"agrees\": true");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_figure_that_the_log_does_not_make_again_ends_explain_with_1),
	    cmocka_unit_test(one_that_agrees_ends_it_with_0),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
