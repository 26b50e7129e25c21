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

static uint8_t tag_of(const struct msg_type *type, const char *field, unsigned wire)
{
	unsigned tag = codec_field(type, field) << 3 | wire;
	ALWAYS(tag < 128);
	return (uint8_t)tag;
}

void flat_learn(struct putting *p)
{
	const struct msg_type *f = &msg_type_figure, *g = &msg_type_growth;
	p->figures = codec_field(&msg_type_trend_row, "figures");
	p->tags = (struct tags){.measure = tag_of(f, "measure", 0),
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

static uint8_t *whole_put(uint8_t *p, int64_t v)
{
	uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v;
	size_t n = 1;
	if (v < 0)
		*p++ = '-';
	for (uint64_t ten = 10; n < 19 && u >= ten; ten *= 10)
		n++;
	for (size_t i = n; i--; u /= 10)
		p[i] = (uint8_t)('0' + u % 10);
	return p + n;
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
	int shift = __builtin_ctzll(a | b);
	a >>= __builtin_ctzll(a);
	while (b) {
		b >>= __builtin_ctzll(b);
		uint64_t less = a < b ? a : b;
		b = a < b ? b - a : a - b;
		a = less;
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
	for (uint64_t rest = u % one, digit = one / 10; digit; digit /= 10)
		*p++ = (uint8_t)('0' + rest / digit % 10);
	return p;
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

static uint8_t *text_field(uint8_t *p, uint8_t tag, const char *text)
{
	size_t len = strlen(text);
	p = field_begin(p, tag);
	memcpy(p, text, len);
	return field_end(p, p + len);
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
	p = text_field(p, tag->from_period, t->refs[t->project->flats.blocks[was->block].ref].text);
	p = whole_field(p, tag->absolute, now - was->digits);
	if (was->digits > 0)
		p = percent_fields(to, p, was->digits, now);
	if (t->def->type == VALUE_TYPE_PERCENT)
		p = whole_field(p, tag->points, now - was->digits);
	if (was->digits <= 0)
		p = text_field(p, tag->undefined, was->digits ? "from a negative figure" : "from zero");
	return p;
}

/* As codec_encode() writes a row that has nothing but this figure. */
static void figure_encode(struct putting *to, const struct placed *now, const struct placed *was)
{
	const struct tags *tag = &to->tags;
	uint8_t bytes[256], *p = bytes;
	*p++ = tag->measure;
	*p++ = (uint8_t)to->t->q->measures[0];
	p = whole_field(p, tag->numerator, now->digits);
	p = text_field(p, tag->denominator, "1");
	p = whole_field(p, tag->shown, now->digits);
	if (was) {
		p = field_begin(p, tag->growth);
		p = field_end(p, growth_fields(to, p, was, now->digits));
	}
	codec_embed(&to->whole, to->figures, (struct slice){bytes, (size_t)(p - bytes)});
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

/* The figure to compare with: of the reference before, of the same round if it can be. */
static const struct placed *before(const struct putting *p, size_t i)
{
	const struct flat_block *blocks = p->t->project->flats.blocks, *b = &blocks[p->list[i].block];
	const struct placed *found = NULL;
	while (i--) {
		const struct flat_block *x = &blocks[p->list[i].block];
		if (x->series != b->series || (found && x->ref != blocks[found->block].ref))
			break;
		if (x->ref != b->ref && (!found || x->round == b->round))
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
		buf_clear(&p->whole);
		buf_put(&p->whole, p->unit.data, p->unit.len);
		buf_put(&p->whole, b->head.data, b->head.len);
		figure_encode(p, now, was);
		buf_put(&p->whole, b->tail.data, b->tail.len);
		trend_dates_see(t, unit, b->ref);
		e = answer_bytes(t->r, 4, buf_view(&p->whole));
	}
	return e == ERR_OK ? answer_pause(t->r) : e;
}
