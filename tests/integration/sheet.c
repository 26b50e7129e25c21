/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/integration/sheet.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tests/integration/cli.h"
#include "tests/test.h"

struct sheet sheet_ask(const char *const *words)
{
	struct sheet s = {.arena = arena_new(0)};
	struct faults faults = {.arena = s.arena};
	struct cli c = cli_run(words, NULL);
	cli_expect(&c, 0, NULL);
	s.text = arena_text(s.arena, c.out, strlen(c.out));
	assert_true(csv_read(s.text, strlen(s.text), ',', s.arena, &s.csv, &faults));
	cli_free(&c);
	return s;
}

void sheet_free(struct sheet *s)
{
	s->arena = arena_free(s->arena);
}

static size_t column_of(const struct sheet *s, const char *column)
{
	for (size_t i = 0; i < s->csv.n_columns; i++)
		if (strcmp(s->csv.header[i], column) == 0)
			return i;
	fail_msg("there is no column %s:\n%s", column, s->text);
	return 0;
}

const char *sheet_cell(const struct sheet *s, size_t row, const char *column)
{
	return s->csv.rows[row][column_of(s, column)];
}

size_t sheet_row(const struct sheet *s, const char *column, const char *text)
{
	size_t found = s->csv.n_rows, c = column_of(s, column);
	for (size_t i = 0; i < s->csv.n_rows; i++) {
		if (strcmp(s->csv.rows[i][c], text) != 0)
			continue;
		if (found < s->csv.n_rows)
			fail_msg("%s is there twice in column %s:\n%s", text, column, s->text);
		found = i;
	}
	if (found == s->csv.n_rows)
		fail_msg("no row has %s in column %s:\n%s", text, column, s->text);
	return found;
}

int64_t sheet_sum(const struct sheet *s, const char *column)
{
	int64_t sum = 0;
	for (size_t i = 0; i < s->csv.n_rows; i++) {
		const char *text = sheet_cell(s, i, column);
		char *end;
		errno = 0;
		sum += strtoll(text, &end, 10);
		if (!*text || *end || errno)
			fail_msg("\"%s\" in column %s is no integer:\n%s", text, column, s->text);
	}
	return sum;
}

const char *sheet_without(const struct sheet *s, const char *column, const char *other)
{
	size_t left_out = column_of(s, column), also = other ? column_of(s, other) : left_out;
	AUTO_BUF struct buf b = {0};
	for (size_t i = 0; i < s->csv.n_rows; i++) {
		for (size_t k = 0; k < s->csv.n_columns; k++) {
			if (k == left_out || k == also)
				continue;
			buf_put(&b, s->csv.rows[i][k], strlen(s->csv.rows[i][k]));
			buf_u8(&b, ',');
		}
		buf_u8(&b, '\n');
	}
	return arena_text(s->arena, (const char *)b.data, b.len);
}
