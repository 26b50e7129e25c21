/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_flat_row.c - rows of figures that were kept small: as any other row, or from pieces.
 *
 * The row of a whole number is what the unit gives, what its block gives with the one before it, both made by the same
 * functions as any row, and the figure, for which 64 bits are enough. The codec says the numbers of the figure's
 * fields, which stand in their order.
 */
#include <stdlib.h>
#include <string.h>
#include "query/trend_flat.h"

#define FIGURE_MAX (WHEN_TEXT_MAX + 256u) /* bytes that a figure takes up: a date, and eight numbers */

static uint8_t tag_of(const struct msg_type *type, const char *field, unsigned wire)
{
	unsigned tag = codec_field(type, field) << 3 | wire;
	ALWAYS(tag < 128);
	return (uint8_t)tag;
}

void flat_learn(struct putting *p)
{
	const struct msg_type *f = &msg_type_figure, *g = &msg_type_growth;
	p->tags = (struct tags){.figures = tag_of(&msg_type_trend_row, "figures", 2),
				.measure = tag_of(f, "measure", 0),
				.numerator = tag_of(f, "numerator", 2),
				.denominator = tag_of(f, "denominator", 2),
				.shown = tag_of(f, "shown", 2),
				.growth = tag_of(f, "growth", 2),
				.from_period = tag_of(g, "from_period", 2),
				.absolute = tag_of(g, "absolute", 2),
				.percent = tag_of(g, "percent", 2),
				.percent_numerator = tag_of(g, "percent_numerator", 2),
				.percent_denominator = tag_of(g, "percent_denominator", 2),
				.points = tag_of(g, "points", 2),
				.undefined = tag_of(g, "undefined", 2)};
}

/* What trend_project_still.c would have made of it. */
struct trend_row *flat_fill(struct putting *p, size_t at, uint32_t unit, const struct placed *x)
{
	struct trend *t = p->t;
	const struct flat_block *b = &t->project->flats.blocks[x->block];
	if (at >= p->rows_room) {
		p->rows = mem_grow(p->rows, (at + 1) * sizeof *p->rows);
		struct flat_row *new = p->rows[p->rows_room++] = mem_zero(1, sizeof *new);
		mpq_inits(new->low, new->high, new->may, new->exact, NULL);
	}
	struct flat_row *r = p->rows[at];
	r->row = (struct trend_row){.group = unit,
				    .series = b->series,
				    .ref = b->ref,
				    .round = b->round,
				    .n_units = 1,
				    .n_exact = 1,
				    .kind = trend_kind(t, unit),
				    .first_unit = unit,
				    .group_name = trend_group_name(t, unit),
				    .sum = &r->sum};
	tally_add(&r->row.exact, (struct num){x->digits, b->scale});
	tally_get(&r->row.exact, r->low);
	mpq_set(r->high, r->low);
	mpq_set(r->exact, r->low);
	r->decimal = (struct msg_decimal){.digits = x->digits, .scale = b->scale};
	r->value = (struct msg_value){.exact = &r->decimal, .printed = ""};
	r->sum = (struct trend_sum){.own = {.low = r->low, .high = r->high, .scale = b->scale},
				    .may = r->may,
				    .exact = r->exact,
				    .method = METHOD_EXACT,
				    .of = 1,
				    .all = 1,
				    .same = &r->value};
	return &r->row;
}

/* Two digits at a time. */
static uint8_t *whole_put(uint8_t *p, int64_t v)
{
	static const char pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
				    "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
				    "8081828384858687888990919293949596979899";
	uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v, left = u;
	size_t n = 1;
	if (v < 0)
		*p++ = '-';
	for (; left >= 10000; left /= 10000)
		n += 4;
	n += (left >= 10) + (left >= 100) + (left >= 1000);
	uint8_t *at = p + n;
	for (; u >= 10; u /= 100)
		memcpy(at -= 2, &pairs[2 * (u % 100)], 2);
	if (at > p)
		*p = (uint8_t)('0' + u);
	return p + n;
}

/* Of two that are not zero. */
static uint64_t common_divisor(uint64_t a, uint64_t b)
{
	int shift = __builtin_ctzll(a | b);
	a >>= __builtin_ctzll(a);
	b >>= __builtin_ctzll(b);
	while (a != b) {
		int even = __builtin_ctzll(a - b); /* of b - a too */
		uint64_t more = a < b ? b - a : a - b;
		b = a < b ? a : b;
		a = more >> even;
	}
	return a << shift;
}

/* numerator / denominator, rounded half away from zero, as fraction_format() has it. */
static uint8_t *decimal_put(uint8_t *p, int64_t numerator, uint64_t denominator, unsigned places)
{
	uint64_t u = numerator < 0 ? -(uint64_t)numerator : (uint64_t)numerator, one = 1;
	for (unsigned i = 0; i < places; i++)
		one *= 10;
	u = (2 * u * one + denominator) / (2 * denominator);
	if (numerator < 0 && u)
		*p++ = '-';
	p = whole_put(p, (int64_t)(u / one));
	if (!places)
		return p;
	*p++ = '.';
	u %= one;
	for (unsigned i = places; i--; u /= 10)
		p[i] = (uint8_t)('0' + u % 10);
	return p + places;
}

/* Fields of the wire, each of less than 128 bytes. `from` is what field_begin() gave. */
static uint8_t *field_begin(uint8_t *p, uint8_t tag)
{
	*p = tag;
	return p + 2;
}

static uint8_t *field_end(uint8_t *from, uint8_t *end)
{
	from[-1] = (uint8_t)(end - from);
	return end;
}

static uint8_t *whole_field(uint8_t *p, uint8_t tag, int64_t v)
{
	p = field_begin(p, tag);
	return field_end(p, whole_put(p, v));
}

static uint8_t *bytes_put(uint8_t *p, struct slice s)
{
	if (s.len)
		memcpy(p, s.data, s.len);
	return p + s.len;
}

static uint8_t *text_field(uint8_t *p, uint8_t tag, struct slice text)
{
	p = field_begin(p, tag);
	return field_end(p, bytes_put(p, text));
}

static uint8_t *percent_fields(const struct putting *to, uint8_t *p, int64_t was, int64_t now)
{
	const struct tags *tag = &to->tags;
	int64_t change = (now - was) * 100, by = was;
	if (change)
		by = (int64_t)common_divisor(change < 0 ? -(uint64_t)change : (uint64_t)change, (uint64_t)was);
	change /= by;
	was /= by;
	p = field_begin(p, tag->percent);
	p = field_end(p, decimal_put(p, change, (uint64_t)was, to->t->q->decimals));
	p = whole_field(p, tag->percent_numerator, change);
	return whole_field(p, tag->percent_denominator, was);
}

static uint8_t *growth_fields(const struct putting *to, uint8_t *p, const struct placed *was, int64_t now)
{
	const struct trend *t = to->t;
	const struct tags *tag = &to->tags;
	p = text_field(p, tag->from_period, t->project->flats.blocks[was->block].period);
	p = whole_field(p, tag->absolute, now - was->digits);
	if (was->digits > 0)
		p = percent_fields(to, p, was->digits, now);
	if (t->def->type == VALUE_TYPE_PERCENT)
		p = whole_field(p, tag->points, now - was->digits);
	if (was->digits <= 0)
		p = text_field(p, tag->undefined, slice_text(was->digits ? "from a negative figure" : "from zero"));
	return p;
}

/* As codec_encode() writes a row that has nothing but this figure. */
static uint8_t *figure_put(const struct putting *to, uint8_t *p, const struct placed *now, const struct placed *was)
{
	const struct tags *tag = &to->tags;
	*p++ = tag->figures;
	uint8_t *length = p++, *from = p;
	*p++ = tag->measure;
	*p++ = (uint8_t)to->t->q->measures[0];
	const uint8_t *number = p;
	p = whole_field(p, tag->numerator, now->digits);
	size_t n = (size_t)(p - number);
	*p++ = tag->denominator;
	*p++ = 1;
	*p++ = '1';
	memcpy(p, number, n); /* the same digits */
	*p = tag->shown;
	p += n;
	if (was) {
		p = field_begin(p, tag->growth);
		p = field_end(p, growth_fields(to, p, was, now->digits));
	}
	size_t len = (size_t)(p - from);
	*length = (uint8_t)len;
	if (len < 128)
		return p;
	memmove(from + 1, from, len);
	*length = (uint8_t)(len | 128);
	*from = (uint8_t)(len >> 7);
	return p + 1;
}

/* Everything but unit and figure depends on the block and on the one before it: made once, as for any row. */
static void pieces(struct putting *p, uint32_t unit, const struct placed *now, const struct placed *was)
{
	struct trend *t = p->t;
	struct flat_block *b = &t->project->flats.blocks[now->block];
	uint32_t before = was ? was->block + 1 : 0;
	if (b->before == before)
		return;
	struct msg_trend_row m;
	struct msg_frame_size frame;
	struct trend_row *then = was ? flat_fill(p, 1, unit, was) : NULL, *row = flat_fill(p, 0, unit, now);
	trend_make_row(t, row, then, &frame, &m);
	struct msg_trend_row tail = {.n_notes = m.n_notes, .notes = m.notes, .method = m.method, .covered = m.covered};
	m.group = m.group_name = "";
	m.n_figures = m.n_notes = 0;
	m.method = METHOD_UNSPECIFIED;
	m.covered = "";
	buf_clear(&b->head);
	buf_clear(&b->tail);
	codec_encode(&msg_type_trend_row, &m, &b->head);
	codec_encode(&msg_type_trend_row, &tail, &b->tail);
	b->before = before;
}

/* The figure to compare with: of the reference before, of the same round or survey if it can be. */
static const struct placed *before(const struct putting *p, size_t i)
{
	const struct flat_block *blocks = p->t->project->flats.blocks, *b = &blocks[p->list[i].block];
	const struct placed *found = NULL;
	while (i--) {
		const struct flat_block *x = &blocks[p->list[i].block];
		if (x->series != b->series || (found && x->ref != blocks[found->block].ref))
			break;
		if (x->ref != b->ref && (!found || trend_nearness(p->t, b->round, x->round) >
						       trend_nearness(p->t, b->round, blocks[found->block].round)))
			found = &p->list[i];
	}
	return found;
}

enum err flat_put_pieces(struct putting *p, uint32_t unit)
{
	struct trend *t = p->t;
	enum err e = ERR_OK;
	const char **ids = t->project->flats.ids;
	struct msg_trend_row m = {.group = ids ? ids[unit] : answer_text(t->r, SPACE_UNIT, unit),
				  .group_name = t->names[unit]};
	buf_clear(&p->unit);
	codec_encode(&msg_type_trend_row, &m, &p->unit);
	for (size_t i = 0; i < p->n && e == ERR_OK; i++) {
		const struct placed *now = &p->list[i], *was = before(p, i);
		const struct flat_block *b = &t->project->flats.blocks[now->block];
		pieces(p, unit, now, was);
		struct buf *out = answer_row_open(t->r, 4);
		size_t most = p->unit.len + b->head.len + FIGURE_MAX + b->tail.len;
		uint8_t *from = buf_take(out, most), *at = from;
		at = bytes_put(at, buf_view(&p->unit));
		at = bytes_put(at, buf_view(&b->head));
		at = figure_put(p, at, now, was);
		at = bytes_put(at, buf_view(&b->tail));
		out->len -= most - (size_t)(at - from);
		trend_dates_see(t, unit, b->ref);
		e = answer_row_close(t->r);
		flat_fetch_ahead(p);
	}
	return e == ERR_OK ? answer_pause(t->r) : e;
}
