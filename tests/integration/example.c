/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/integration/example.h"
#include <sys/stat.h>
#include "tests/test.h"

#define SAID_MAX 2000000

char *example_says(const struct site *s, const char *line, int *ret_status)
{
	char *whole;
	size_t len = 0, room = 65536, got;
	assert_true(asprintf(&whole, "export PATH=\"%s:$PATH\" LC_ALL=C.UTF-8; unset COLUMNS; { %s\n} 2>&1 </dev/null",
			     s->d.dir, line) > 0);
	FILE *f = popen(whole, "r");
	assert_non_null(f);
	char *text = malloc(room);
	assert_non_null(text);
	while ((got = fread(text + len, 1, room - len - 1, f)) > 0) {
		len += got;
		assert_true(len < SAID_MAX);
		if (len + 1 >= room) {
			text = realloc(text, room *= 2);
			assert_non_null(text);
		}
	}
	text[len] = '\0';
	*ret_status = pclose(f);
	free(whole);
	return text;
}

/* `varde` that knows where our daemon is. */
static void write_wrapper(const struct site *s)
{
	char path[200], program[1100];
	snprintf(path, sizeof path, "%s/varde", s->d.dir);
	snprintf(program, sizeof program, "%s", daemon_program());
	program[strlen(program) - 1] = '\0'; /* varded → varde */
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, "#!/bin/sh\nexec '%s' \"$@\" --endpoints '%s'\n", program, s->endpoints);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0755), 0);
}

void example_begin(struct site *s)
{
	int status;
	site_begin(s);
	write_wrapper(s);
	char *said = example_says(s, "VARDE=varde examples/load", &status);
	if (status != 0)
		fail_msg("the example was not taken:\n%s", said);
	free(said);
}

void example_load(struct site *s, const char *command, const char *file)
{
	char path[100];
	snprintf(path, sizeof path, "examples/%s", file);
	SAYS(0, NULL, command, path);
}

void example_begin_frame(struct site *s)
{
	site_begin(s);
	example_load(s, "define", "definitions.json");
	example_load(s, "submit", "units.json");
	example_load(s, "define", "rounds.json");
	example_load(s, "event", "events.json");
}
