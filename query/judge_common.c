/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_common.c - what several sections of the judge take from a message, and put on record, alike.
 */
#include "query/judging.h"
#include <stdlib.h>
#include <string.h>

struct slice text_slice(struct judging *c, const char *text)
{
	(void)c; /* texts of the message live as long as the outcome */
	return slice_text(text);
}

const char *when_text(struct judging *c, const struct when *w)
{
	char text[WHEN_TEXT_MAX];
	when_format(w, text);
	return arena_text(c->a, text, strlen(text));
}

bool take_id(struct judging *c, const char *id, const char *path)
{
	if (!*id) {
		finding_add(&c->f, RULE_REQUIRED, path, "the id", NULL);
		return false;
	}
	if (!text_is_id(id, ID_BYTES_MAX)) {
		finding_add(&c->f, RULE_BAD_ID, path, id, NULL);
		return false;
	}
	return true;
}

bool take_short(struct judging *c, const char *text, const char *what, const char *path)
{
	size_t len = strlen(text);
	if (len <= NAME_BYTES_MAX)
		return true;
	finding_add(&c->f, RULE_BAD_VALUE, path, PATH(c, "%zu bytes", len),
		    PATH(c, "%s has at most %d", what, NAME_BYTES_MAX), NULL);
	return false;
}

bool take_name(struct judging *c, const char *text, const char *path)
{
	char folded[TEXT_FOLD_MAX + 1];
	size_t len;
	if (!take_short(c, text, "a name", path))
		return false;
	if (text_fold(text, folded, &len) == ERR_OK)
		return true;
	finding_add(&c->f, RULE_REQUIRED, path,
		    *text ? "a name that can be read, without control characters," : "the name", NULL);
	return false;
}

bool take_note(struct judging *c, const char *text, const char *path)
{
	size_t len = strlen(text);
	if (len <= NOTE_BYTES_MAX)
		return true;
	finding_add(&c->f, RULE_BAD_VALUE, path, PATH(c, "%zu bytes", len),
		    PATH(c, "a locator or reason has at most %d: it is kept with everything that it is said of",
			 NOTE_BYTES_MAX),
		    NULL);
	return false;
}

bool take_when(struct judging *c, const char *text, const char *path, const char *field, struct when *ret)
{
	struct why why;
	if (when_parse(text, ret, &why) == ERR_OK)
		return true;
	memset(ret, 0, sizeof *ret);
	finding_add(&c->f, RULE_BAD_DATE, PATH(c, "%s.%s", path, field), text, why.text, NULL);
	return false;
}

/* A statement made in a round attests its subject on the round's reference date: an unknown start lies on or before it.
 */
void attest(struct judging *c, struct when *from)
{
	if (from->precision == WHEN_NONE && c->round) {
		*from = (struct when){.precision = WHEN_BEFORE,
				      .hi_as = WHEN_DAY,
				      .lo = WHEN_DAY_MIN,
				      .hi = when_reference_day(&c->round->reference)};
	}
}

bool in_order(struct judging *c, const struct when *from, const struct when *to, const char *path)
{
	if (from->precision == WHEN_NONE || to->precision == WHEN_NONE || to->hi > from->lo)
		return true;
	finding_add(&c->f, RULE_ORDER_OF_DATES, path, when_text(c, from), when_text(c, to), NULL);
	return false;
}

bool take_period(struct judging *c, const char *from, const char *to, const char *path, const char *const fields[2],
		 struct when *ret_from, struct when *ret_to)
{
	bool ok = take_when(c, from, path, fields[0], ret_from);
	ok = take_when(c, to, path, fields[1], ret_to) && ok;
	if (!ok)
		return false;
	attest(c, ret_from);
	return in_order(c, ret_from, ret_to, PATH(c, "%s.%s", path, fields[1]));
}

bool take_word(struct judging *c, const char *text, const char *what, const char *path)
{
	if (strlen(text) <= ID_BYTES_MAX)
		return true;
	finding_add(&c->f, RULE_BAD_VALUE, path, what, PATH(c, "it is longer than %d bytes", ID_BYTES_MAX), NULL);
	return false;
}

uint32_t take_unit(struct judging *c, const struct msg_unit_ref *ref, const char *path, int32_t day)
{
	if (!ref || (!ref->id && !ref->code && !ref->name)) {
		finding_add(&c->f, RULE_REQUIRED, path, "the unit", NULL);
		return 0;
	}
	if (ref->id) { /* the common case, without a look at the tables */
		uint32_t unit = word_find(c, SPACE_UNIT, ref->id->id);
		if (unit && kind_of(c, unit))
			return unit;
	}
	struct resolved r;
	resolve_unit(c->v, ref, c->scope, day, c->a, &r);
	if (r.unit) {
		if (r.how == RESOLVED_ONLY_LIFE)
			finding_add(&c->f, RULE_ONLY_LIFE, path, r.said, NULL);
		return r.unit;
	}
	struct msg_finding *m =
	    finding_add(&c->f, r.n_candidates > 1 ? RULE_AMBIGUOUS_UNIT : RULE_UNRESOLVED_UNIT, path, r.said, NULL);
	m->n_candidates = r.n_candidates;
	m->candidates = arena_alloc(c->a, (r.n_candidates + 1) * sizeof *m->candidates);
	for (size_t i = 0; i < r.n_candidates; i++)
		m->candidates[i] = word_text(c, SPACE_UNIT, r.candidates[i]);
	return 0;
}

uint32_t take_source(struct judging *c, const char *id, const char *path)
{
	if (!*id) {
		finding_add(&c->f, RULE_REQUIRED, path, "the source", NULL);
		return 0;
	}
	uint32_t src = word_find(c, SPACE_SOURCE, id);
	if (!src)
		finding_add(&c->f, RULE_UNKNOWN_SOURCE, path, id, NULL);
	return src;
}

bool take_reason(struct judging *c, const char *own, const char *path, const char **ret)
{
	*ret = own && *own ? own : c->reason;
	if (**ret)
		return true;
	finding_add(&c->f, RULE_REASON_REQUIRED, path, NULL);
	return false;
}

void due_add(struct judging *c, const struct when *w, enum due kind, uint32_t id, uint32_t id2)
{
	/* An uncertain date is due when it has certainly come. */
	if (w->precision == WHEN_NONE || w->hi == WHEN_DAY_MAX || w->hi <= c->today)
		return;
	judging_fact(c, FACT_DUE)->due =
	    (struct fact_due){.day = w->hi, .kind = (uint8_t)kind, .id = id, .id2 = id2, .state = STATE_ASSERTED};
}

/* ---- names, codes, attributes ---- */

static void change_period(struct judging *c, struct msg_change *m, const struct when *from, const struct when *to)
{
	m->valid_from = when_text(c, from);
	m->valid_to = when_text(c, to);
}

void put_name(struct judging *c, uint32_t unit, const char *text, const struct when *from, const struct when *to)
{
	judging_fact(c, FACT_NAME)->name = (struct fact_name){.unit = unit,
							      .state = STATE_ASSERTED,
							      .from = *from,
							      .to = *to,
							      .src = c->src,
							      .text = text_slice(c, text),
							      .born_by = c->event};
	struct msg_change *m =
	    judging_change(c, to->precision == WHEN_NONE ? CHANGE_KIND_ASSERTED : CHANGE_KIND_ENDED, SUBJECT_NAME);
	change_units(c, m, unit, 0);
	m->after_text = text;
	change_period(c, m, from, to);
}

void put_code(struct judging *c, uint32_t unit, const char *scheme, const char *code, const struct when *from,
	      const struct when *to)
{
	uint32_t term =
	    word_take(c, SPACE_TERM, scheme); /* before: a new word is a fact too, and may move the others */
	judging_fact(c, FACT_CODE)->code = (struct fact_code){.unit = unit,
							      .scheme = term,
							      .state = STATE_ASSERTED,
							      .from = *from,
							      .to = *to,
							      .src = c->src,
							      .text = text_slice(c, code),
							      .born_by = c->event};
	struct msg_change *m =
	    judging_change(c, to->precision == WHEN_NONE ? CHANGE_KIND_ASSERTED : CHANGE_KIND_ENDED, SUBJECT_CODE);
	change_units(c, m, unit, 0);
	m->field = scheme;
	m->after_text = code;
	change_period(c, m, from, to);
}

/* The first day of a start as keys have it: statements that share it need numbers of their own. */
static int32_t start_of_key(const struct when *from)
{
	return from->precision == WHEN_NONE ? WHEN_DAY_MIN : from->lo;
}

/* Does a statement on record already tell what the new one would? One that starts "before" a round tells nothing new
 * where it is certain to have begun by then. */
static bool tells(const struct when *old_from, const struct when *old_to, const struct when *from,
		  const struct when *to)
{
	if (!when_eq(old_to, to))
		return false;
	return when_eq(old_from, from) ||
	       (from->precision == WHEN_BEFORE && (old_from->precision == WHEN_NONE || old_from->hi <= from->hi));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A set: sorted, without repeats, packed; the same set gives the same bytes. */
static struct slice pack_set(struct judging *c, const char **values, size_t n, const char **ret_shown)
{
	const char **set = arena_alloc(c->a, (n + 1) * sizeof *set);
	memcpy(set, values, n * sizeof *set);
	qsort(set, n, sizeof *set, by_text);
	size_t kept = 0;
	AUTO_BUF struct buf shown = {0}, b = {0};
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || strcmp(set[kept - 1], set[i]) != 0) {
			if (kept)
				buf_put(&shown, "; ", 2);
			set[kept++] = set[i];
			buf_put(&shown, set[i], strlen(set[i]));
		}
	buf_varint(&b, kept);
	for (size_t i = 0; i < kept; i++)
		buf_slice(&b, slice_text(set[i]));
	*ret_shown = arena_text(c->a, (const char *)shown.data, shown.len);
	return (struct slice){arena_text(c->a, (const char *)b.data, b.len), b.len};
}

void put_attr(struct judging *c, uint32_t unit, const char *name, const char **values, size_t n,
	      const struct when *from, const struct when *to, const char *locator)
{
	const char *shown;
	struct slice set = pack_set(c, values, n, &shown);
	uint32_t term = word_take(c, SPACE_TERM, name);
	uint16_t seq = 0;
	judging_lay(c); /* the statement before may have the same key */
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row r;
	struct fact f;
	key_unit(&key, unit);
	walk_begin(&w, c->v, TABLE_ATTR, buf_view(&key));
	while (walk_next(&w, &r)) {
		if (row_fact(&r, &f) != ERR_OK || f.attr.name != term || f.attr.src != c->src)
			continue;
		if (f.attr.state != STATE_RETRACTED && slice_eq(f.attr.values, set) &&
		    tells(&f.attr.from, &f.attr.to, from, to))
			return; /* said already */
		if (start_of_key(&f.attr.from) == start_of_key(from) && f.attr.seq >= seq)
			seq = (uint16_t)(f.attr.seq + 1);
	}
	judging_fact(c, FACT_ATTR)->attr = (struct fact_attr){.unit = unit,
							      .name = term,
							      .from = *from,
							      .to = *to,
							      .src = c->src,
							      .seq = seq,
							      .state = STATE_ASSERTED,
							      .values = set,
							      .locator = text_slice(c, locator)};
	struct msg_change *m = judging_change(c, CHANGE_KIND_ASSERTED, SUBJECT_ATTRIBUTE);
	change_units(c, m, unit, 0);
	m->field = name;
	m->after_text = shown;
	m->locator = locator;
	change_period(c, m, from, to);
}

/* ---- links ---- */

bool would_cycle(struct judging *c, uint32_t part, uint32_t whole, const struct when *from)
{
	int32_t day = from->precision == WHEN_NONE || from->hi == WHEN_DAY_MAX ? c->structure_day : from->hi;
	return part == whole || unit_inside(c->v, whole, part, day);
}

/* A link's number among those of the same key: ends, first day of the start, source. */
uint16_t link_number(struct judging *c, enum link_type type, uint32_t a, uint32_t b, const struct when *from)
{
	uint16_t seq = 0;
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row r;
	struct fact f;
	key_link(&key, (uint8_t)type, a);
	walk_begin(&w, c->v, TABLE_LINK, buf_view(&key));
	while (walk_next(&w, &r))
		if (row_fact(&r, &f) == ERR_OK && f.link.b == b && f.link.src == c->src &&
		    start_of_key(&f.link.from) == start_of_key(from) && f.link.seq >= seq)
			seq = (uint16_t)(f.link.seq + 1);
	return seq;
}

static void link_change(struct judging *c, enum change_kind kind, const struct fact_link *l, const char *role,
			const char *part)
{
	struct msg_change *m = judging_change(c, kind, SUBJECT_LINK);
	change_units(c, m, l->a, l->b);
	m->field = msg_code_name(&msg_enum_link_type, l->type);
	m->after_text = *part ? PATH(c, "%s%s%s", role, *role ? ", " : "", part) : role;
	m->locator = arena_text(c->a, l->locator.data, l->locator.len);
	change_period(c, m, &l->from, &l->to);
}

void put_link(struct judging *c, enum link_type type, uint32_t from_unit, uint32_t to_unit, const struct when *from,
	      const struct when *to, const char *role, const char *part, const char *locator, const char *path)
{
	judging_lay(c); /* the statements before may have the same key, or close a circle */
	if (type == LINK_TYPE_PART_OF && would_cycle(c, from_unit, to_unit, from)) {
		finding_add(&c->f, RULE_CYCLE, path, word_text(c, SPACE_UNIT, from_unit), NULL);
		return;
	}
	uint32_t role_term = word_take(c, SPACE_TERM, role), part_term = word_take(c, SPACE_TERM, part);
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row r;
	struct fact f;
	uint16_t seq = link_number(c, type, from_unit, to_unit, from);
	key_link(&key, (uint8_t)type, from_unit);
	walk_begin(&w, c->v, TABLE_LINK, buf_view(&key));
	while (walk_next(&w, &r)) {
		if (row_fact(&r, &f) != ERR_OK || f.link.b != to_unit || f.link.role != role_term ||
		    f.link.part != part_term)
			continue;
		if (f.link.state != STATE_RETRACTED && tells(&f.link.from, &f.link.to, from, to))
			return;
		/* What an event begins again keeps its place. */
		if (f.link.state == STATE_RETRACTED && c->event && f.link.born_by == c->event && f.link.src == c->src &&
		    when_eq(&f.link.from, from))
			seq = f.link.seq;
	}
	struct fact_link l = {.type = (uint8_t)type,
			      .a = from_unit,
			      .b = to_unit,
			      .from = *from,
			      .to = *to,
			      .src = c->src,
			      .seq = seq,
			      .state = STATE_ASSERTED,
			      .role = role_term,
			      .part = part_term,
			      .locator = text_slice(c, locator),
			      .born_by = c->event};
	judging_fact(c, FACT_LINK)->link = l;
	link_change(c, CHANGE_KIND_ASSERTED, &l, role, part);
	due_add(c, from, DUE_LINK_BEGINS, from_unit, to_unit);
	due_add(c, to, DUE_LINK_ENDS, from_unit, to_unit);
}

void end_link(struct judging *c, const struct unit_link *l, const struct when *to, const char *reason)
{
	struct fact_link ended = l->link;
	ended.to = *to;
	ended.ended_by = c->event;
	ended.locator =
	    (struct slice){arena_text(c->a, l->link.locator.data, l->link.locator.len), l->link.locator.len};
	judging_fact(c, FACT_LINK)->link = ended;
	link_change(c, CHANGE_KIND_ENDED, &ended, word_text(c, SPACE_TERM, ended.role),
		    word_text(c, SPACE_TERM, ended.part));
	c->changes[c->n_changes - 1].supersedes = l->rev;
	c->changes[c->n_changes - 1].reason = reason;
	due_add(c, to, DUE_LINK_ENDS, ended.a, ended.b);
}
