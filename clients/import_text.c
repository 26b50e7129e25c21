/* SPDX-License-Identifier: Apache-2.0
 *
 * The pure half of what importers share: charset, tables, days, numbers.
 */
#include <string.h>
#include "base/num.h"
#include "clients/import.h"

/* ---- charset ---- */

/* Bytes of the character that begins here; 0 = no UTF-8. */
static size_t utf8_step(const unsigned char *p, size_t left)
{
	size_t n = p[0] < 0x80                   ? 1
		   : p[0] >= 0xc2 && p[0] < 0xe0 ? 2
		   : (p[0] & 0xf0) == 0xe0       ? 3
		   : p[0] >= 0xf0 && p[0] < 0xf5 ? 4
						 : 0;
	if (n == 0 || n > left)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	bool overlong = (p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xf0 && p[1] < 0x90);
	bool surrogate = (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf4 && p[1] > 0x8f);
	return overlong || surrogate ? 0 : n;
}

static bool is_utf8(const char *bytes, size_t len)
{
	for (size_t i = 0, n; i < len; i += n)
		if ((n = utf8_step((const unsigned char *)bytes + i, len - i)) == 0)
			return false;
	return true;
}

static char *from_latin1(const char *bytes, size_t len, struct arena *a, size_t *ret_len)
{
	char *text = arena_alloc(a, 2 * len + 1);
	size_t to = 0;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)bytes[i];
		if (c >= 0x80)
			text[to++] = (char)(0xc0 | c >> 6);
		text[to++] = (char)(c < 0x80 ? c : 0x80 | (c & 0x3f));
	}
	*ret_len = to;
	return text;
}

bool import_text(const char *bytes, size_t len, enum import_charset charset, struct arena *a, char **ret,
		 size_t *ret_len)
{
	bool good = charset != IMPORT_LATIN1 && is_utf8(bytes, len);
	if (charset == IMPORT_UTF8 && !good)
		return false;
	if (!good) {
		*ret = from_latin1(bytes, len, a, ret_len);
		return true;
	}
	size_t mark = len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	*ret = arena_text(a, bytes + mark, len - mark);
	*ret_len = len - mark;
	return true;
}

/* ---- tables ---- */

bool import_table_read(struct import_table *t, const char *text, size_t len)
{
	struct faults faults = {.arena = t->arena};
	if (csv_read(text, len, t->separator, t->arena, &t->csv, &faults))
		return true;
	for (size_t i = 0; i < faults.n; i++)
		register_say(t->findings, REGISTER_ERROR, t->file, faults.list[i].row, "TABLE", "%s%s%s",
			     faults.list[i].text, *faults.list[i].remedy ? "; " : "", faults.list[i].remedy);
	return false;
}

static bool is_one_of(const char *header, const char *names)
{
	size_t len = strlen(header);
	for (const char *p = names; *p;) {
		size_t n = strcspn(p, "|");
		if (n == len && strncmp(p, header, n) == 0)
			return true;
		p += n + (p[n] == '|');
	}
	return false;
}

int import_column(struct import_table *t, const char *field, const char *names, bool needed)
{
	const char *header = NULL;
	for (size_t i = 0; i < t->columns.n; i++)
		if (strcmp(t->columns.list[i].key, field) == 0)
			header = t->columns.list[i].value;
	for (size_t i = 0; i < t->csv.n_columns; i++)
		if (header ? strcmp(t->csv.header[i], header) == 0 : is_one_of(t->csv.header[i], names))
			return (int)i;
	if (needed || header)
		register_say(t->findings, REGISTER_ERROR, t->file, 1, "NO_COLUMN",
			     "there is no column %s; name it with --column %s=HEADER", header ? header : names, field);
	return -1;
}

const char *import_cell(const struct import_table *t, size_t row, int column)
{
	if (column < 0)
		return "";
	const char *text = t->csv.rows[row][column];
	size_t from = strspn(text, " \t"), to = strlen(text);
	while (to > from && strchr(" \t", text[to - 1]))
		to--;
	return from == 0 && !text[to] ? text : arena_text(t->arena, text + from, to - from);
}

bool import_day(struct register_findings *f, const char *file, size_t line, const char *text, bool inclusive,
		int32_t *ret)
{
	struct when w;
	if (when_parse(text, &w, NULL) == ERR_OK && w.precision == WHEN_DAY) {
		*ret = w.lo + inclusive;
		return true;
	}
	register_say(f, REGISTER_ERROR, file, line, "BAD_DATE", "\"%s\" is not a day: write it as 2018-06-08", text);
	return false;
}

bool import_number(struct register_findings *f, const char *file, size_t line, const char *text,
		   struct msg_decimal **ret)
{
	struct why why = {{0}};
	struct num n;
	if (num_parse(text, &n, &why) != ERR_OK || n.digits < 0) {
		register_say(f, REGISTER_ERROR, file, line, "BAD_NUMBER",
			     "\"%s\" is not a number of 0 or more, with a decimal point", text);
		return false;
	}
	*ret = arena_alloc(f->arena, sizeof **ret);
	**ret = (struct msg_decimal){.digits = n.digits, .scale = n.scale};
	return true;
}
