/* SPDX-License-Identifier: Apache-2.0
 *
 * test_job.c - a question on its way: what should not take long, and does, is left to a reader before anything is sent.
 */
#include "daemon/job.h"
#include "tests/unit/query_kit.h"

struct sent {
	size_t parts;
	bool end;
};

static bool take(void *arg, struct job *j, struct slice bytes)
{
	struct sent *s = arg;
	assert_true(bytes.len > 0);
	assert_false(s->end);
	s->parts++;
	s->end = j->end;
	return true;
}

#define MANY 300u

/* A unit with hundreds of links, asked for by its id. */
static struct job *ask_links(struct world *w, struct sent *sent)
{
	w_unit(w, "hub", "county", "", "", "Hub");
	for (unsigned i = 0; i < MANY; i++) {
		const char *id = arena_printf(w->a, "u:%u", i);
		w_unit(w, id, "municipality", "", "", id);
		w_link(w, LINK_TYPE_PART_OF, id, "hub", "", "");
	}
	w_tick(w, "2019-06-30");
	w_commit(w);
	struct msg_query_request q = w_request();
	struct msg_snapshot_question s = {.scope = w_by_id(w, "hub"), .links = true};
	q.snapshot = &s;
	struct job *j = job_new();
	j->request = w_settle(w, &msg_type_query_request, &q);
	j->deadline_ms = INT64_MAX;
	j->send = take;
	j->send_arg = sent;
	assert_int_equal(ask_weight(j->request), ASK_SHORT);
	return j;
}

/* It was answered in place, while everybody else waited: of a unit with a hundred thousand links for seconds. */
static void a_short_question_with_a_long_answer_is_left_to_a_reader(void **state)
{
	struct world *w = *state;
	struct ask_status status = {.server_version = "test", .feed_endpoint = ""};
	struct sent sent = {0};
	struct job *j = ask_links(w, &sent);
	w->limits.part_bytes = 1024;
	struct job_tools t = {.store = w->kit->store, .limits = &w->limits};
	assert_false(job_answer_brief(j, &t, &status));
	assert_int_equal(sent.parts, 0);
	job_answer(j, &t, &status); /* as a reader does */
	assert_true(sent.parts > 1);
	assert_true(sent.end);
	job_tools_fini(&t);
	job_free(j);
}

static void a_short_question_with_a_short_answer_is_answered_in_place(void **state)
{
	struct world *w = *state;
	struct ask_status status = {.server_version = "test", .feed_endpoint = ""};
	struct sent sent = {0};
	struct job *j = ask_links(w, &sent);
	struct job_tools t = {.store = w->kit->store, .limits = &w->limits};
	assert_true(job_answer_brief(j, &t, &status));
	assert_int_equal(sent.parts, 1);
	assert_true(sent.end);
	job_tools_fini(&t);
	job_free(j);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
	    TEST(a_short_question_with_a_long_answer_is_left_to_a_reader),
	    TEST(a_short_question_with_a_short_answer_is_answered_in_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
