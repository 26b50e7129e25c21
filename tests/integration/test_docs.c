/* SPDX-License-Identifier: Apache-2.0
 *
 * test_docs.c - the pages that show commands with what they say: each is run on the real example, and must say it.
 *
 * In a ```console block a line "$ COMMAND" (going on behind a backslash) is run by sh, with `varde` asking a daemon
 * that holds the whole example; the lines up to the next one are what it says. The day, times and message ids are of
 * the run and not compared. VARDE_DOCS_UPDATE=1 writes the pages anew instead: read the difference before you commit
 * it.
 */
#include <errno.h>
#include <regex.h>
#include "tests/integration/example.h"
#include "tests/test.h"

#define PAGE_MAX 1000000

static struct site example;

static int load(void **state)
{
	(void)state;
	example_begin(&example);
	return 0;
}

static int unload(void **state)
{
	(void)state;
	site_end(&example);
	return 0;
}

/* Days, times and ids of the run, blotted out with as many dots. */
static void blot(char *text)
{
	static const char *const patterns[] = {"today [0-9]{4}-[0-9]{2}-[0-9]{2}",
					       "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?Z",
					       "[0-9a-f]{32}", "plain:127\\.0\\.0\\.1[:0-9]*"};
	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		regex_t r;
		regmatch_t m;
		assert_int_equal(regcomp(&r, patterns[i], REG_EXTENDED), 0);
		for (char *at = text; regexec(&r, at, 1, &m, 0) == 0; at += m.rm_eo)
			memset(at + m.rm_so, '.', (size_t)(m.rm_eo - m.rm_so));
		regfree(&r);
	}
}

static char *page_read(const char *path)
{
	FILE *f = fopen(path, "r");
	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	char *text = malloc(PAGE_MAX);
	assert_non_null(text);
	size_t n = fread(text, 1, PAGE_MAX - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

/* The line at *at without its end, moved past it; the text is cut there. NULL at the end. */
static char *next_line(char **at)
{
	char *line = *at, *end;
	if (!*line)
		return NULL;
	end = strchr(line, '\n');
	*at = end ? end + 1 : line + strlen(line);
	if (end)
		*end = '\0';
	return line;
}

struct page {
	const char *path;
	char *at;
	FILE *anew; /* the page as it would be now */
	unsigned commands, wrong;
};

static void compare(struct page *p, const char *command, char *shown, char *said)
{
	p->commands++;
	fputs(said, p->anew);
	blot(shown);
	blot(said);
	if (strcmp(shown, said) == 0)
		return;
	p->wrong++;
	if (!getenv("VARDE_DOCS_UPDATE"))
		print_error("%s: $ %s\n---- the page shows\n%s---- it says\n%s----\n", p->path, command, shown, said);
}

/* A command, the lines behind it, what it really says. Returns the line that ends it. */
static char *one_command(struct page *p, char *line)
{
	char *command = NULL, *shown = NULL, *next;
	size_t len;
	int status;
	FILE *c = open_memstream(&command, &len), *s = open_memstream(&shown, &len);
	assert_true(c && s);
	fprintf(p->anew, "%s\n", line);
	fputs(line + 2, c);
	while (line[0] && line[strlen(line) - 1] == '\\' && (line = next_line(&p->at))) {
		fprintf(p->anew, "%s\n", line);
		fprintf(c, "\n%s", line);
	}
	fclose(c);
	while ((next = next_line(&p->at)) && strncmp(next, "$ ", 2) != 0 && strncmp(next, "```", 3) != 0)
		fprintf(s, "%s\n", next);
	fclose(s);
	char *said = example_says(&example, command, &status);
	compare(p, command, shown, said);
	free(said);
	free(command);
	free(shown);
	return next;
}

static void check_page(const char *path, unsigned at_least)
{
	char *text = page_read(path), *anew = NULL, *line;
	size_t len;
	struct page p = {.path = path, .at = text, .anew = open_memstream(&anew, &len)};
	bool inside = false;
	assert_non_null(p.anew);
	line = next_line(&p.at);
	while (line) {
		if (inside && strncmp(line, "$ ", 2) == 0) {
			line = one_command(&p, line);
			continue;
		}
		if (strncmp(line, "```", 3) == 0)
			inside = strcmp(line, "```console") == 0;
		fprintf(p.anew, "%s\n", line);
		line = next_line(&p.at);
	}
	fclose(p.anew);
	if (getenv("VARDE_DOCS_UPDATE") && p.wrong) {
		FILE *f = fopen(path, "w");
		assert_non_null(f);
		fputs(anew, f);
		assert_int_equal(fclose(f), 0);
	} else if (p.wrong) {
		fail_msg("%u of %u commands of %s say something else", p.wrong, p.commands, path);
	}
	assert_true(p.commands >= at_least);
	free(anew);
	free(text);
}

static void every_table_of_the_reports_is_what_its_command_says(void **state)
{
	(void)state;
	check_page("docs/reports.md", 20);
}

static void every_figure_that_is_explained_is_explained_so(void **state)
{
	(void)state;
	check_page("docs/explain.md", 15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_table_of_the_reports_is_what_its_command_says),
	    cmocka_unit_test(every_figure_that_is_explained_is_explained_so),
	};
	return cmocka_run_group_tests(tests, load, unload);
}
