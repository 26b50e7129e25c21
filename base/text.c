/* SPDX-License-Identifier: Apache-2.0
 *
 * text.c - folding rests on utf8proc (NFKC with case folding); what it leaves, blanks in a row and at the
 * ends, is done here. Folded names stand in keys of the store, so a change of the folding is a change of
 * the format.
 */
#include "base/text.h"
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define LINE_SEPARATOR      0x2028
#define PARAGRAPH_SEPARATOR 0x2029

/* One character at p (len > 0): its length in bytes, 0 where it is not UTF-8. */
static size_t step(const char *p, size_t len, utf8proc_int32_t *ret)
{
	utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)p, (utf8proc_ssize_t)len, ret);
	return n > 0 ? (size_t)n : 0;
}

static bool is_control(utf8proc_int32_t u)
{
	return u < ' ' || (u >= 0x7f && u < 0xa0) || (u >= 0x202a && u <= 0x202e) || (u >= 0x2066 && u <= 0x2069);
}

size_t text_control(const char *text)
{
	utf8proc_int32_t u;
	size_t n = *text ? step(text, strnlen(text, 4), &u) : 0;
	return n && is_control(u) ? n : 0;
}

bool text_valid(const char *text, size_t len)
{
	for (size_t at = 0; at < len;) {
		utf8proc_int32_t u;
		size_t n = step(text + at, len - at, &u);
		if (n == 0 || (is_control(u) && u != '\t' && u != '\n'))
			return false;
		at += n;
	}
	return true;
}

size_t text_cut(const char *text, size_t max)
{
	for (size_t back = 1; back <= max && back <= 4; back++) {
		unsigned char c = (unsigned char)text[max - back];
		if ((c & 0xc0) == 0x80)
			continue;
		size_t whole = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
		return whole <= back ? max : max - back;
	}
	return max;
}

static bool is_blank(utf8proc_int32_t u)
{
	return u == ' ' || u == '\t' || u == '\n' || u == LINE_SEPARATOR || u == PARAGRAPH_SEPARATOR;
}

enum err text_fold(const char *text, char ret[TEXT_FOLD_MAX + 1], size_t *ret_len)
{
	size_t len = text ? strlen(text) : 0;
	if (!text_valid(text, len))
		return ERR_INVALID;
	utf8proc_uint8_t *mapped = NULL;
	utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)len, &mapped,
					  UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE | UTF8PROC_LUMP |
					      UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	if (n < 0)
		return ERR_INVALID;
	const char *from = (const char *)mapped;
	size_t put = 0;
	bool gap = false; /* blanks were met since the last character */
	for (size_t at = 0, c; at < (size_t)n; at += c) {
		utf8proc_int32_t u;
		c = step(from + at, (size_t)n - at, &u);
		ALWAYS(c > 0); /* what utf8proc wrote is UTF-8 */
		if (is_blank(u)) {
			gap = put > 0;
			continue;
		}
		if (put + gap + c > TEXT_FOLD_MAX)
			break;
		if (gap)
			ret[put++] = ' ';
		gap = false;
		memcpy(ret + put, from + at, c);
		put += c;
	}
	free(mapped);
	if (put == 0)
		return ERR_INVALID;
	ret[put] = '\0';
	*ret_len = put;
	return ERR_OK;
}

static bool is_letter(utf8proc_int32_t u)
{
	int c = (int)utf8proc_category(u);
	return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO;
}

bool text_is_id(const char *text, size_t max)
{
	if (!text || !*text)
		return false;
	size_t len = strnlen(text, max + 1);
	if (len > max)
		return false;
	for (size_t at = 0; at < len;) {
		unsigned char c = (unsigned char)text[at];
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= ':') || c == '.' ||
		    c == '_' || c == '-' || c == '/') {
			at++;
			continue;
		}
		utf8proc_int32_t u;
		size_t n = c < 0x80 ? 0 : step(text + at, len - at, &u);
		if (n == 0 || !is_letter(u))
			return false;
		at += n;
	}
	return true;
}
