/* SPDX-License-Identifier: Apache-2.0
 *
 * table.c - what each table is called, whether it is versioned, and the beginnings of its keys.
 */
#include "storage/table.h"
#include <string.h>

/* How the bucket of a key is found. */
enum bucket { BUCKET_ALL, BUCKET_FIXED, BUCKET_TEXT };

static const struct {
	const char *name;
	bool versioned;
	enum bucket how;
	size_t bytes; /* of the bucket; with BUCKET_TEXT those before the text and its 0 byte */
} tables[TABLE_COUNT] = {
    [TABLE_META] = {"meta", false, BUCKET_ALL, 0},
    [TABLE_ID] = {"id", false, BUCKET_ALL, 0},
    [TABLE_TERM] = {"term", false, BUCKET_ALL, 0},
    [TABLE_TERM_BY_ID] = {"term_by_id", false, BUCKET_ALL, 0},
    [TABLE_DEF] = {"def", true, BUCKET_ALL, 0},
    [TABLE_LIFE] = {"life", true, BUCKET_FIXED, 4},
    [TABLE_KIND] = {"kind", true, BUCKET_FIXED, 4},
    [TABLE_NAME] = {"name", true, BUCKET_TEXT, 0},
    [TABLE_NAME_OF] = {"name_of", true, BUCKET_FIXED, 4},
    [TABLE_CODE] = {"code", true, BUCKET_TEXT, 4},
    [TABLE_CODE_OF] = {"code_of", true, BUCKET_FIXED, 4},
    [TABLE_ATTR] = {"attr", true, BUCKET_FIXED, 4},
    [TABLE_LINK] = {"link", true, BUCKET_FIXED, 5},
    [TABLE_LINK_TO] = {"link_to", true, BUCKET_FIXED, 5},
    [TABLE_OBS] = {"obs", true, BUCKET_FIXED, 12},
    [TABLE_SCOPE] = {"scope", true, BUCKET_FIXED, 4},
    [TABLE_EVENT] = {"event", true, BUCKET_FIXED, 4},
    [TABLE_EVENT_OF] = {"event_of", true, BUCKET_FIXED, 4},
    [TABLE_EDGE] = {"edge", true, BUCKET_FIXED, 4},
    [TABLE_EDGE_TO] = {"edge_to", true, BUCKET_FIXED, 4},
    [TABLE_STRUCTURE] = {"structure", false, BUCKET_ALL, 0},
    [TABLE_DUE] = {"due", true, BUCKET_FIXED, 4},
    [TABLE_TICK] = {"tick", true, BUCKET_ALL, 0},
    [TABLE_WEIGHT] = {"weight", true, BUCKET_FIXED, 4},
    [TABLE_POST] = {"post", false, BUCKET_ALL, 0},
};

bool table_versioned(enum table t)
{
	return tables[t].versioned;
}

const char *table_name(enum table t)
{
	return tables[t].name;
}

size_t table_bucket(enum table t, struct slice key)
{
	size_t bytes = tables[t].bytes;
	switch (tables[t].how) {
	case BUCKET_ALL:
		return key.len;
	case BUCKET_FIXED:
		return bytes;
	case BUCKET_TEXT:
		break;
	}
	if (key.len <= bytes)
		return bytes + 1;
	const uint8_t *start = key.data;
	const uint8_t *zero = memchr(start + bytes, 0, key.len - bytes);
	return zero ? (size_t)(zero - start) + 1 : key.len + 1;
}

static void put_day(struct buf *b, int32_t day)
{
	buf_be32(b, (uint32_t)day ^ 0x80000000u);
}

void key_day(struct buf *b, int32_t day)
{
	buf_clear(b);
	put_day(b, day);
}

void key_submission(struct buf *b, uint32_t submitter, const uint8_t id[16])
{
	buf_clear(b);
	buf_be32(b, submitter);
	buf_put(b, id, 16);
}

void key_term(struct buf *b, enum space s, struct slice text)
{
	buf_clear(b);
	buf_u8(b, (uint8_t)s);
	buf_put(b, text.data, text.len);
}

void key_number(struct buf *b, enum space s, uint32_t id)
{
	buf_clear(b);
	buf_u8(b, (uint8_t)s);
	buf_be32(b, id);
}

static void one_number(struct buf *b, uint32_t id)
{
	buf_clear(b);
	buf_be32(b, id);
}

void key_unit(struct buf *b, uint32_t unit)
{
	one_number(b, unit);
}

void key_kind(struct buf *b, uint32_t kind)
{
	one_number(b, kind);
}

void key_name(struct buf *b, const char *folded, size_t len)
{
	buf_clear(b);
	buf_put(b, folded, len);
	buf_u8(b, 0);
}

void key_code(struct buf *b, uint32_t scheme, struct slice code)
{
	one_number(b, scheme);
	buf_put(b, code.data, code.len);
	buf_u8(b, 0);
}

void key_link(struct buf *b, uint8_t type, uint32_t end)
{
	buf_clear(b);
	buf_u8(b, type);
	buf_be32(b, end);
}

void key_obs(struct buf *b, uint32_t series, uint32_t ref, uint32_t unit)
{
	one_number(b, series);
	if (ref == 0)
		return;
	buf_be32(b, ref);
	if (unit)
		buf_be32(b, unit);
}

void key_scope(struct buf *b, uint32_t round)
{
	one_number(b, round);
}

void key_event(struct buf *b, uint32_t event)
{
	one_number(b, event);
}

void key_due(struct buf *b, int32_t day)
{
	key_day(b, day);
}

void key_tick(struct buf *b)
{
	buf_clear(b);
	buf_u8(b, 0);
}
