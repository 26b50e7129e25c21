/* SPDX-License-Identifier: Apache-2.0
 *
 * test_golden.c - a tag names a revision, and what was answered as of it is answered for ever: by digest, here in the
 * source, whatever is said later and by whichever version.
 *
 * A digest that changes means that an old answer has changed: that is a new method version, never a new digest alone.
 */
#include <sodium.h>
#include <unistd.h>
#include "tests/integration/example.h"
#include "tests/test.h"

#define TAG "release-2026"

/* Questions of every kind, as CSV; the first 16 digits of the BLAKE2b-256 of what they say. */
static const struct {
	const char *line, *digest;
	bool moves; /* today's answer changes by what the test says later */
} golden[] = {
#include "tests/integration/golden.def"
};

static void digest_of(const char *text, char ret[17])
{
	unsigned char hash[32];
	crypto_generichash(hash, sizeof hash, (const unsigned char *)text, strlen(text), NULL, 0);
	sodium_bin2hex(ret, 17, hash, 8);
}

static char *answer(struct site *s, const char *line, const char *as_of)
{
	char whole[1000];
	int status;
	snprintf(whole, sizeof whole, "varde %s --format csv %s 2>/dev/null", line, as_of);
	char *said = example_says(s, whole, &status);
	if (status != 0 || !*said)
		fail_msg("varde %s %s: status %d\n%s", line, as_of, status, said);
	return said;
}

static void all_are(struct site *s, const char *as_of)
{
	unsigned wrong = 0;
	for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
		char digest[17], *said = answer(s, golden[i].line, as_of);
		digest_of(said, digest);
		if (strcmp(digest, golden[i].digest) != 0) {
			wrong++;
			print_error("varde %s %s: digest %s, not %s\n%s\n", golden[i].line, as_of, digest,
				    golden[i].digest, said);
		}
		free(said);
	}
	assert_int_equal(wrong, 0);
}

static void submit(const char *json, const char *command, struct site *s)
{
	struct cli c = CLI(json, command, "-", AT);
	cli_expect(&c, 0, "accepted");
	cli_free(&c);
}

/* A correction, a retraction of a source's standing, an annulled reform: all that may move figures of the past. */
static void say_more(struct site *s)
{
	submit("{\"define\": {\"sources\": [{\"id\": \"later\", \"title\": \"What was found out later\"}]}}", "define",
	       s);
	submit("{\"submission\": {\"round\": \"nordland-2014\", \"mode\": \"patch\", \"source\": \"nivi-001\", "
	       "\"reason\": \"a "
	       "typing error\", \"observations\": [{\"unit\": \"kommune/vestvagoy\", \"indicator\": "
	       "\"municipality-arrangements\", \"categories\": {\"level\": \"total\"}, \"value\": 24, \"status\": "
	       "\"main\", "
	       "\"supersedes\": 49}]}}",
	       "submit", s);
	submit("{\"submission\": {\"round\": \"nordland-2020\", \"mode\": \"patch\", \"source\": \"later\", "
	       "\"arrangements\": [{\"id\": \"ordning/later\", \"name\": \"Found later\", \"tasks\": [\"Arkiv\"], "
	       "\"legal_form\": \"IKS\", \"participants\": [\"kommune/alstahaug\", \"kommune/bodo\"], "
	       "\"participants_complete\": \"yes\"}]}}",
	       "submit", s);
	submit("{\"event\": {\"id\": \"m2020-tjeldsund\", \"type\": \"take_over\", \"effective\": \"2020-01-01\", "
	       "\"status\": "
	       "\"annulled\", \"source\": \"later\", \"reason\": \"made up: what if it had not been\", \"supersedes\": "
	       "31}}",
	       "event", s);
}

/* What was said later is no secret: today's answers move where they must, and only there. */
static void today_moved(struct site *s)
{
	unsigned wrong = 0;
	for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
		char digest[17], *said = answer(s, golden[i].line, "");
		digest_of(said, digest);
		if ((strcmp(digest, golden[i].digest) != 0) != golden[i].moves) {
			wrong++;
			print_error("varde %s: today's answer %s\n", golden[i].line,
				    golden[i].moves ? "did not move" : "moved");
		}
		free(said);
	}
	assert_int_equal(wrong, 0);
}

static void what_was_known_at_a_tag_is_answered_the_same_for_ever(void **state)
{
	struct site site, *s = &site;
	(void)state;
	example_begin(s);
	SAYS(0, "accepted", "tag", TAG, "--note", "as published");
	all_are(s, "--as-of tag:" TAG);
	say_more(s);
	all_are(s, "--as-of tag:" TAG);
	today_moved(s);
	/* After a rebuild of the index from the log. */
	assert_int_equal(daemon_stop(&s->d), 0);
	assert_int_equal(daemon_run(&s->d, (const char *[]){"--rebuild", NULL}), 0);
	site_start(s);
	all_are(s, "--as-of tag:" TAG);
	site_end(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_known_at_a_tag_is_answered_the_same_for_ever),
	};
	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
