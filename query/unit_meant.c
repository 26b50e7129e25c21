/* SPDX-License-Identifier: Apache-2.0
 *
 * unit_meant.c - whom a message means, long after it was judged.
 */
#include "query/unit.h"
#include <string.h>
#include "base/text.h"
#include "proto/msg.h"

static bool same_name(const char *a, struct slice b)
{
	char x[TEXT_FOLD_MAX + 1], y[TEXT_FOLD_MAX + 1], text[512];
	size_t nx, ny;
	if (b.len >= sizeof text)
		return slice_eq(slice_text(a), b);
	memcpy(text, b.data, b.len);
	text[b.len] = 0;
	return text_fold(a, x, &nx) == ERR_OK && text_fold(text, y, &ny) == ERR_OK && nx == ny && memcmp(x, y, nx) == 0;
}

bool unit_meant(struct view *v, const struct msg_unit_ref *ref, uint32_t unit)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct row row;
	struct fact f;
	bool found = false;
	if (!ref)
		return false;
	if (ref->id)
		return view_term(v, SPACE_UNIT, slice_text(ref->id->id)) == unit;
	if (!ref->name && !ref->code)
		return false;
	key_unit(&key, unit);
	walk_begin(&w, v, ref->name ? TABLE_NAME_OF : TABLE_CODE_OF, buf_view(&key));
	while (!found && walk_next(&w, &row) && row_fact(&row, &f) == ERR_OK) {
		if (ref->name)
			found = same_name(ref->name->name, f.name.text);
		else
			found = slice_eq(slice_text(ref->code->code), f.code.text) &&
				slice_eq(slice_text(ref->code->scheme), view_text(v, SPACE_TERM, f.code.scheme));
	}
	return found;
}
