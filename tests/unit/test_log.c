/* SPDX-License-Identifier: Apache-2.0
 *
 * test_log.c - what is logged is one line; what a peer can cause at will is at most one a second.
 */
#include "tests/test.h"
#include <pthread.h>
#include "base/log.h"
#include "base/text.h"
#include "tests/unit/death.h"

static struct {
	unsigned count;
	enum log_level level;
	char topic[32], line[2048];
} heard;
static pthread_mutex_t heard_lock = PTHREAD_MUTEX_INITIALIZER;
static int64_t now;

static void keep(enum log_level level, const char *topic, const char *line)
{
	pthread_mutex_lock(&heard_lock);
	heard.count++;
	heard.level = level;
	snprintf(heard.topic, sizeof heard.topic, "%s", topic);
	snprintf(heard.line, sizeof heard.line, "%s", line);
	pthread_mutex_unlock(&heard_lock);
}

static int64_t fixed_clock(void)
{
	return now;
}

static int listen(void **state)
{
	(void)state;
	memset(&heard, 0, sizeof heard);
	log_set_level(LOG_LEVEL_INFO);
	log_set_sink(keep);
	log_set_clock(fixed_clock);
	now += INT64_C(3600) * 1000000000; /* no limit of an earlier test lasts */
	return 0;
}

static void a_line_reaches_the_sink_with_level_and_topic(void **state)
{
	(void)state;
	log_err("store", "revision %d is gone", 7);
	assert_int_equal(heard.count, 1);
	assert_int_equal(heard.level, LOG_LEVEL_ERR);
	assert_string_equal(heard.topic, "store");
	assert_string_equal(heard.line, "revision 7 is gone");
}

static void lines_above_the_level_are_dropped(void **state)
{
	(void)state;
	log_debug("store", "detail");
	assert_int_equal(heard.count, 0);
	log_info("store", "news");
	log_warn("store", "odd");
	assert_int_equal(heard.count, 2);
	log_set_level(LOG_LEVEL_DEBUG);
	log_debug("store", "detail");
	assert_int_equal(heard.count, 3);
	log_set_level(LOG_LEVEL_ERR);
	log_warn("store", "odd");
	log_limited(LOG_LEVEL_WARN, "quiet", "odd");
	assert_int_equal(heard.count, 3);
}

static void a_peer_cannot_forge_a_second_line(void **state)
{
	(void)state;
	log_info("peer", "said \"%s\"", "x\n<3>store: all is lost\x1b[2J\x7f");
	assert_string_equal(heard.line, "said \"x?<3>store: all is lost?[2J?\"");
}

static void a_long_line_is_cut_between_characters(void **state)
{
	(void)state;
	char text[3001];
	for (size_t i = 0; i < 3000; i += 3)
		memcpy(text + i, "\u20ac", 3);
	text[3000] = '\0';
	log_info("peer", "%s", text);
	assert_int_equal(strlen(heard.line), 1023);
	log_info("peer", "x%s", text);
	assert_int_equal(strlen(heard.line), 1021);
	assert_true(text_valid(heard.line, strlen(heard.line)));
}

static void a_limited_topic_speaks_once_a_second_and_counts_the_rest(void **state)
{
	(void)state;
	for (int i = 0; i < 1000; i++)
		log_limited(LOG_LEVEL_WARN, "frames", "bad frame %d", i);
	assert_int_equal(heard.count, 1);
	assert_string_equal(heard.line, "bad frame 0");
	now += 999999999;
	log_limited(LOG_LEVEL_WARN, "frames", "still the same second");
	assert_int_equal(heard.count, 1);
	now += 1;
	log_limited(LOG_LEVEL_WARN, "frames", "again");
	assert_int_equal(heard.count, 2);
	assert_string_equal(heard.line, "again (and 1000 more held back)");
	now += 1000000000;
	log_limited(LOG_LEVEL_WARN, "frames", "again");
	assert_string_equal(heard.line, "again");
}

static void the_count_survives_a_line_that_is_cut(void **state)
{
	(void)state;
	char text[3001];
	memset(text, 'x', 3000);
	text[3000] = '\0';
	for (int i = 0; i < 3; i++)
		log_limited(LOG_LEVEL_WARN, "long", "%s", text);
	now += 1000000000;
	log_limited(LOG_LEVEL_WARN, "long", "%s", text);
	assert_int_equal(strlen(heard.line), 1023);
	assert_non_null(strstr(heard.line, "x (and 2 more held back)"));
}

static void topics_are_limited_each_for_itself(void **state)
{
	(void)state;
	log_limited(LOG_LEVEL_WARN, "one", "a");
	log_limited(LOG_LEVEL_WARN, "two", "b");
	log_limited(LOG_LEVEL_WARN, "one", "c");
	log_warn("one", "not limited");
	assert_int_equal(heard.count, 3);
}

static void *shout(void *arg)
{
	(void)arg;
	for (int i = 0; i < 1000; i++) {
		log_limited(LOG_LEVEL_WARN, "threads", "line");
		log_debug("threads", "dropped");
	}
	return NULL;
}

static void threads_share_one_limit(void **state)
{
	(void)state;
	pthread_t t[4];
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&t[i], NULL, shout, NULL), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	assert_int_equal(heard.count, 1);
	now += 1000000000;
	log_limited(LOG_LEVEL_WARN, "threads", "line");
	assert_string_equal(heard.line, "line (and 3999 more held back)");
}

static void more_topics_than_are_told_apart_share_a_limit(void **state)
{
	(void)state;
	static char topics[64][16];
	for (int i = 0; i < 64; i++) {
		snprintf(topics[i], sizeof topics[i], "t%d", i);
		log_limited(LOG_LEVEL_WARN, topics[i], "line");
	}
	assert_in_range(heard.count, 2, 32);
}

static void say_two_lines(void)
{
	log_err("store", "gone: %d", 1);
	log_info("feed", "ready");
}

static void stderr_gets_the_priority_and_the_topic(void **state)
{
	(void)state;
	char said[512];
	log_set_sink(NULL);
	log_set_clock(NULL);
	hear(say_two_lines, said, sizeof said);
	assert_string_equal(said, "<3>store: gone: 1\n<6>feed: ready\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(a_line_reaches_the_sink_with_level_and_topic, listen),
	    cmocka_unit_test_setup(lines_above_the_level_are_dropped, listen),
	    cmocka_unit_test_setup(a_peer_cannot_forge_a_second_line, listen),
	    cmocka_unit_test_setup(a_long_line_is_cut_between_characters, listen),
	    cmocka_unit_test_setup(a_limited_topic_speaks_once_a_second_and_counts_the_rest, listen),
	    cmocka_unit_test_setup(the_count_survives_a_line_that_is_cut, listen),
	    cmocka_unit_test_setup(topics_are_limited_each_for_itself, listen),
	    cmocka_unit_test_setup(threads_share_one_limit, listen),
	    cmocka_unit_test_setup(more_topics_than_are_told_apart_share_a_limit, listen),
	    cmocka_unit_test_setup(stderr_gets_the_priority_and_the_topic, listen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
