/* SPDX-License-Identifier: Apache-2.0
 *
 * test_out.c - what names that were made to do harm become on a terminal and in a spreadsheet, and files that appear
 * whole or not at all.
 */
#include "clients/out.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tests/test.h"

static struct arena *arena;
static char dir[64];
static struct why why;

static int setup(void **state)
{
	(void)state;
	arena = arena_new(0);
	snprintf(dir, sizeof dir, "%s/varde-out-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	out_locale();
	return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
	static const char *const names[] = {"a", "a.partial", "other", "pipe"};
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unlink(arena_printf(arena, "%s/%s", dir, names[i]));
	arena = arena_free(arena);
	return rmdir(dir);
}

static const char *place(const char *name)
{
	return arena_printf(arena, "%s/%s", dir, name);
}

static void put(const char *name, const char *text)
{
	FILE *f = fopen(place(name), "we");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static const char *text_of(const char *path)
{
	char *text = arena_alloc(arena, 4096);
	FILE *f = fopen(path, "re");
	assert_non_null(f);
	text[fread(text, 1, 4095, f)] = 0;
	fclose(f);
	return text;
}

static bool exists(const char *name)
{
	struct stat st;
	return lstat(place(name), &st) == 0;
}

/* One row of these cells, in the format; what was noted beside it on standard error in *ret_noted. */
static const char *printed(enum format format, const char *const *cells, size_t n, const char **ret_noted)
{
	static const struct grid_column columns[] = {
	    {"one", false, false}, {"two", false, false}, {"three", true, false}};
	struct out out = {.file = tmpfile(), .format = format, .arena = arena};
	struct grid g = grid_of(arena, columns, n);
	assert_non_null(out.file);
	grid_row(&g, cells);
	fflush(stderr);
	int before = dup(STDERR_FILENO), noted = open(place("other"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(before >= 0 && noted >= 0 && dup2(noted, STDERR_FILENO) >= 0);
	grid_print(&out, &g, NULL);
	fflush(stderr);
	dup2(before, STDERR_FILENO);
	close(before);
	close(noted);
	if (ret_noted)
		*ret_noted = text_of(place("other"));
	char *text = arena_alloc(arena, 4096);
	rewind(out.file);
	text[fread(text, 1, 4095, out.file)] = 0;
	fclose(out.file);
	return text;
}

/* A label that turns the direction of writing made a row read as another one. */
static void nothing_in_a_table_turns_the_direction_of_what_stands_around_it(void **state)
{
	(void)state;
	const char *cells[] = {"Bod\xc3\xb8 \xe2\x80\xae"
			       "01 redro",
			       "\xe2\x81\xa6iso",
			       "\x1b[31mred\xc2\x9b"
			       "5m"};
	const char *text = printed(FORMAT_TABLE, cells, 3, NULL);
	assert_null(strstr(text, "\xe2\x80\xae"));
	assert_null(strstr(text, "\xe2\x81\xa6"));
	assert_null(strchr(text, 0x1b));
	assert_null(strstr(text, "\xc2\x9b"));
	assert_non_null(strstr(text, "Bod\xc3\xb8 <U+202E>01 redro"));
	assert_non_null(strstr(text, "<U+2066>iso"));
}

static void what_a_spreadsheet_takes_for_a_formula_is_told_and_stands_as_it_was_said(void **state)
{
	(void)state;
	const char *noted, *cells[] = {"=cmd|' /C calc'!A0", "@SUM(1)", "-12.5"};
	assert_string_equal(printed(FORMAT_CSV, cells, 3, &noted), "one,two,three\n=cmd|' /C calc'!A0,@SUM(1),-12.5\n");
	assert_non_null(strstr(noted, "cells that begin as a formula does (=, +, -, @): 2."));
	const char *plain[] = {"Bod\xc3\xb8", "-", "-12.5"};
	assert_string_equal(printed(FORMAT_CSV, plain, 3, &noted), "one,two,three\nBod\xc3\xb8,-,-12.5\n");
	assert_string_equal(noted, "");
}

static void write_it(bool good)
{
	struct whole_file w;
	assert_int_equal(whole_open(arena, place("a"), &w, &why), ERR_OK);
	fputs("new", w.file);
	assert_int_equal(whole_close(&w, good, &why), ERR_OK);
}

static void a_file_is_there_whole_or_as_it_was(void **state)
{
	(void)state;
	put("a", "old");
	put("a.partial", "of one that was killed");
	write_it(false);
	assert_string_equal(text_of(place("a")), "old");
	assert_false(exists("a.partial"));
	write_it(true);
	assert_string_equal(text_of(place("a")), "new");
	assert_false(exists("a.partial"));
}

/* In a directory of many anybody could have the next answer written over a file of whoever asks. */
static void a_link_beside_an_output_file_is_not_written_through(void **state)
{
	(void)state;
	put("other", "precious");
	assert_int_equal(symlink(place("other"), place("a.partial")), 0);
	write_it(true);
	assert_string_equal(text_of(place("other")), "precious");
	assert_string_equal(text_of(place("a")), "new");
}

/* `--output /dev/null`, as root, put a file in the place of the device. */
static void what_is_no_plain_file_is_written_to_and_not_replaced(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(place("pipe"), 0600), 0);
	assert_int_equal(symlink(place("pipe"), place("a")), 0);
	int reader = open(place("pipe"), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char got[4] = {0};
	struct stat st;
	assert_true(reader >= 0);
	write_it(true);
	assert_int_equal(read(reader, got, 3), 3);
	assert_string_equal(got, "new");
	close(reader);
	assert_int_equal(lstat(place("a"), &st), 0);
	assert_true(S_ISLNK(st.st_mode));
}

static void two_that_write_the_same_file_do_not_mix(void **state)
{
	(void)state;
	struct whole_file one, two;
	assert_int_equal(whole_open(arena, place("a"), &one, &why), ERR_OK);
	assert_int_equal(whole_open(arena, place("a"), &two, &why), ERR_OK);
	fputs("half", two.file);
	fputs("one", one.file);
	assert_int_equal(whole_close(&one, true, &why), ERR_IO);
	fputs(" and half", two.file);
	assert_int_equal(whole_close(&two, true, &why), ERR_OK);
	assert_string_equal(text_of(place("a")), "half and half");
}

static void a_full_disk_leaves_no_file(void **state)
{
	(void)state;
	struct whole_file w;
	assert_int_equal(symlink("/dev/full", place("a")), 0);
	assert_int_equal(whole_open(arena, place("a"), &w, &why), ERR_OK);
	fputs("new", w.file);
	assert_int_equal(whole_close(&w, true, &why), ERR_IO);
	assert_non_null(strstr(why.text, "cannot write"));
	assert_false(exists("a.partial"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(nothing_in_a_table_turns_the_direction_of_what_stands_around_it),
	    TEST(what_a_spreadsheet_takes_for_a_formula_is_told_and_stands_as_it_was_said),
	    TEST(a_file_is_there_whole_or_as_it_was),
	    TEST(a_link_beside_an_output_file_is_not_written_through),
	    TEST(what_is_no_plain_file_is_written_to_and_not_replaced),
	    TEST(two_that_write_the_same_file_do_not_mix),
	    TEST(a_full_disk_leaves_no_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
