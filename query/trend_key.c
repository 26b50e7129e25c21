/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_key.c - groups: what group_by says, and the groups that are not units.
 *
 * A group that is no unit has a number too: of a survey or source its own, of size classes, codes and values of an
 * attribute their place in a list, from 1. 0 is what is in none of them.
 */
#include <stdlib.h>
#include <string.h>
#include "query/attribute.h"
#include "query/trend_measuring.h"

#define LIMITS_MAX      100u
#define TOLD_MAX        10u
#define ATTR_VALUES_MAX 1000u

struct attr_said { /* of one unit: what stood from then to then */
	uint32_t unit;
	struct when from, to;
	uint64_t rev;
	size_t n;
	uint32_t *values; /* numbers of groups */
};
struct trend_keys {
	size_t n, room; /* of size, code, attribute: from group 1 */
	struct key_text {
		const char *id, *name;
		bool total;
	} * texts;
	struct msg_category *categories; /* of codes, by group */
	const struct msg_dimension *dimension;
	const char *attribute;
	size_t n_said, said_room;
	struct attr_said *said; /* by unit */
	struct trend_side *size;
	uint32_t *class_of; /* by unit: of the block at hand */
	uint32_t one;
};

/* ---- kinds ------------------------------------------------------------------------------------------ */

enum err trend_kind_lives(struct trend *t, uint32_t kind, int32_t day, const char *day_text)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct row row;
	struct fact f;
	key_kind(&key, kind);
	walk_begin(&w, t->r->v, TABLE_KIND, buf_view(&key));
	while (walk_next(&w, &row)) {
		struct unit_life life;
		enum err e = row_fact(&row, &f);
		if (e == ERR_OK)
			e = answer_work(t->r);
		if (e != ERR_OK)
			return e;
		if (unit_life_at(t->r->v, f.life.unit, day, &life) && life.life.kind == kind)
			return ERR_OK;
	}
	return fail(&t->r->why, t->r->v->err ? t->r->v->err : ERR_NOT_FOUND, "no %s is on record as living on %s",
		    answer_text(t->r, SPACE_TERM, kind), day_text);
}

static enum err ask_kind(struct trend *t, const char *kind)
{
	t->kind_name = kind;
	t->group_kind = view_term(t->r->v, SPACE_TERM, slice_text(kind));
	if (!*kind || !t->group_kind)
		return fail(&t->r->why, ERR_NOT_FOUND, "no unit is of kind \"%.100s\"", kind);
	return ERR_OK;
}

/* ---- lists of texts --------------------------------------------------------------------------------- */

static uint32_t text_add(struct trend *t, const char *id, const char *name)
{
	struct trend_keys *k = t->keys;
	k->texts = arena_grow(t->r->a, k->texts, k->n, k->n + 1, sizeof *k->texts, &k->room);
	k->texts[k->n++] = (struct key_text){.id = id, .name = name};
	return (uint32_t)k->n;
}

static const char *limit_text(struct trend *t, const struct msg_decimal *d)
{
	char text[NUM_TEXT_MAX];
	return arena_printf(t->r->a, "%s", num_format((struct num){d->digits, (uint8_t)d->scale}, text));
}

static enum err ask_size(struct trend *t)
{
	const struct msg_trend_question *q = t->q;
	struct answer *r = t->r;
	if (!*q->size_indicator || !q->n_size_limits)
		return fail(&r->why, ERR_INVALID,
			    "groups by size want size_indicator and size_limits (--size population:2000,5000,10000)");
	if (q->n_size_limits > LIMITS_MAX)
		return fail(&r->why, ERR_TOO_LARGE, "size_limits: at most %u", LIMITS_MAX);
	for (size_t i = 0; i < q->n_size_limits; i++) {
		const struct msg_decimal *d = &q->size_limits[i];
		if (d->scale > NUM_SCALE_MAX)
			return fail(&r->why, ERR_INVALID, "size_limits: a number has more than %d places",
				    NUM_SCALE_MAX);
		if (i && num_cmp((struct num){d[-1].digits, (uint8_t)d[-1].scale},
				 (struct num){d->digits, (uint8_t)d->scale}) >= 0)
			return fail(&r->why, ERR_INVALID, "size_limits: %s is not above %s: they ascend",
				    limit_text(t, d), limit_text(t, d - 1));
	}
	for (size_t i = 0; i <= q->n_size_limits; i++) {
		const char *from = i ? limit_text(t, &q->size_limits[i - 1]) : NULL;
		const char *to = i < q->n_size_limits ? limit_text(t, &q->size_limits[i]) : NULL;
		const char *name = !from ? arena_printf(r->a, "under %s", to)
				   : to  ? arena_printf(r->a, "%s to under %s", from, to)
					 : arena_printf(r->a, "%s or more", from);
		text_add(t, name, name);
	}
	t->keys->class_of = arena_alloc(r->a, ((size_t)t->n_units + 1) * sizeof *t->keys->class_of);
	return trend_side_new(t, q->size_indicator, "size_indicator", &t->keys->size);
}

/* ---- dimensions ------------------------------------------------------------------------------------- */

static enum err ask_dim(struct trend *t, const char *id)
{
	struct answer *r = t->r;
	struct trend_keys *k = t->keys;
	for (size_t i = 0; i < t->def->n_dimensions; i++) {
		if (strcmp(t->def->dimensions[i].id, id) == 0)
			k->dimension = &t->def->dimensions[i];
	}
	if (!k->dimension)
		return fail(&r->why, ERR_NOT_FOUND, "indicator \"%.80s\" has no dimension \"%.80s\"", t->def->id, id);
	const struct msg_code_list *l = define_find(r->v, SPACE_CODE_LIST, k->dimension->code_list, r->a, NULL);
	if (!l)
		return fail(&r->why, r->v->err ? r->v->err : ERR_NOT_FOUND,
			    "no code list \"%.80s\" is defined: `varde catalogue codes` lists them",
			    k->dimension->code_list);
	k->categories = arena_alloc(r->a, (l->n_codes + 1) * sizeof *k->categories);
	for (size_t i = 0; i < l->n_codes; i++) {
		const struct msg_code *c = &l->codes[i];
		uint32_t group = text_add(t, c->code, *c->label ? c->label : c->code);
		k->texts[group - 1].total = c->total;
		k->categories[i] = (struct msg_category){.dimension = k->dimension->id, .code = c->code};
	}
	return ERR_OK;
}

const struct msg_category *trend_key_category(const struct trend *t, uint32_t key)
{
	const struct trend_keys *k = t->keys;
	return k && k->categories && key && key <= k->n ? &k->categories[key - 1] : NULL;
}

const struct msg_dimension *trend_key_dimension(const struct trend *t)
{
	return t->keys->dimension;
}

/* A total is no group beside its parts, unless it is asked for by name. */
uint32_t trend_key_of_code(struct trend *t, const char *code)
{
	const struct trend_keys *k = t->keys;
	const char *fixed = NULL;
	for (size_t i = 0; i < t->q->n_categories; i++) {
		if (strcmp(t->q->categories[i].dimension, k->dimension->id) == 0)
			fixed = t->q->categories[i].code;
	}
	for (size_t i = 0; i < k->n; i++) {
		if (strcmp(k->texts[i].id, code) == 0)
			return fixed || !k->texts[i].total ? (uint32_t)i + 1 : 0;
	}
	return 0;
}

/* ---- attributes ------------------------------------------------------------------------------------- */

static enum err said_add(struct trend *t, const struct fact_attr *f, uint64_t rev)
{
	struct trend_keys *k = t->keys;
	const char **texts;
	size_t n = attribute_values(t->r->v, f->values, t->r->a, &texts);
	k->said = arena_grow(t->r->a, k->said, k->n_said, k->n_said + 1, sizeof *k->said, &k->said_room);
	struct attr_said *s = &k->said[k->n_said++];
	*s = (struct attr_said){.unit = f->unit, .from = f->from, .to = f->to, .rev = rev, .n = n};
	s->values = arena_alloc(t->r->a, (n + 1) * sizeof *s->values);
	for (size_t i = 0; i < n; i++) {
		size_t at = 0;
		while (at < k->n && strcmp(k->texts[at].id, texts[i]) != 0)
			at++;
		if (at == ATTR_VALUES_MAX)
			return fail(&t->r->why, ERR_TOO_LARGE,
				    "the attribute \"%.80s\" has more than %u values: they are no groups", k->attribute,
				    ATTR_VALUES_MAX);
		s->values[i] = at < k->n ? (uint32_t)at + 1 : text_add(t, texts[i], texts[i]);
	}
	return t->r->v->err;
}

static enum err no_attribute(struct trend *t, const char *name, const uint32_t *names, size_t n)
{
	const char *list = "";
	for (size_t i = 0; i < n; i++)
		list = arena_printf(t->r->a, "%s%s%s", list, i ? ", " : "", answer_text(t->r, SPACE_TERM, names[i]));
	return fail(&t->r->why, ERR_NOT_FOUND,
		    *list ? "no unit has an attribute \"%.80s\": there are %.300s%s"
			  : "no unit has an attribute \"%.80s\"",
		    name, list, n == TOLD_MAX ? ", …" : "");
}

static enum err ask_attr(struct trend *t, const char *name)
{
	AUTO_WALK struct walk w = {0};
	struct row row;
	struct fact f;
	uint32_t wanted = view_term(t->r->v, SPACE_TERM, slice_text(name)), names[TOLD_MAX];
	size_t n_names = 0;
	t->keys->attribute = name;
	walk_begin(&w, t->r->v, TABLE_ATTR, (struct slice){0});
	while (walk_next(&w, &row)) {
		enum err e = row_fact(&row, &f);
		if (e == ERR_OK)
			e = answer_work(t->r);
		bool stands = e == ERR_OK && (f.attr.state == STATE_ASSERTED || f.attr.state == STATE_CORRECTED);
		if (stands && f.attr.name == wanted)
			e = said_add(t, &f.attr, row.rev);
		if (e != ERR_OK)
			return e;
		size_t i = 0;
		while (stands && i < n_names && names[i] != f.attr.name)
			i++;
		if (stands && i == n_names && n_names < TOLD_MAX)
			names[n_names++] = f.attr.name;
	}
	return t->keys->n_said ? ERR_OK : no_attribute(t, name, names, n_names);
}

/* What stands for a unit on a day: certain before possible, then the later start, then the one said first. */
static const struct attr_said *said_at(const struct trend_keys *k, uint32_t unit, int32_t day)
{
	const struct attr_said *best = NULL;
	enum truth best_truth = TRUTH_NO;
	size_t low = 0, high = k->n_said;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (k->said[mid].unit < unit)
			low = mid + 1;
		else
			high = mid;
	}
	for (size_t i = low; i < k->n_said && k->said[i].unit == unit; i++) {
		const struct attr_said *s = &k->said[i];
		enum truth truth = when_covers(&s->from, &s->to, day);
		if (truth == TRUTH_NO || truth < best_truth)
			continue;
		int d = best ? when_cmp(&s->from, &best->from) : 1;
		if (truth > best_truth || d > 0 || (d == 0 && s->rev < best->rev))
			best = s;
		best_truth = truth;
	}
	return best;
}

/* ---- the groups of a unit --------------------------------------------------------------------------- */

static uint32_t class_of(struct trend *t, const mpq_t value)
{
	mpq_t limit;
	uint32_t i = 0;
	mpq_init(limit);
	for (; i < t->q->n_size_limits; i++) {
		const struct msg_decimal *d = &t->q->size_limits[i];
		num_to_fraction((struct num){d->digits, (uint8_t)d->scale}, limit);
		if (mpq_cmp(value, limit) < 0)
			break;
	}
	mpq_clear(limit);
	return i + 1;
}

static uint32_t size_of(struct trend *t, uint32_t unit, uint32_t ref)
{
	struct num n;
	mpq_t value;
	if (!trend_side_newest(t, t->keys->size, unit, t->refs[ref].day, &n))
		return 0;
	mpq_init(value);
	num_to_fraction(n, value);
	uint32_t class = class_of(t, value);
	mpq_clear(value);
	return class;
}

/* A unit of another structure is as large as what it is made of, where all of that is whole and known. */
void trend_key_size(struct trend *t, uint32_t unit, const struct recast_cell *cell)
{
	struct trend_keys *k = t->keys;
	mpq_t all, one;
	mpq_inits(all, one, NULL);
	bool known = cell->of >= cell->all && (cell->n_parts == 1 || trend_side_adds(k->size));
	for (size_t i = 0; i < cell->n_parts && known; i++) {
		const struct recast_entry *e = recast_entry(trend_project_recast(t), cell->parts[i].entry);
		struct num n;
		known = cell->parts[i].whole && trend_side_newest(t, k->size, e->unit, t->refs[e->ref].day, &n);
		if (!known)
			break;
		num_to_fraction(n, one);
		mpq_add(all, all, one);
	}
	k->class_of[unit] = known && unit ? class_of(t, all) : 0;
	mpq_clears(all, one, NULL);
}

size_t trend_key_groups(struct trend *t, uint32_t unit, int32_t day, uint32_t ref, const uint32_t **ret)
{
	struct trend_keys *k = t->keys;
	const struct attr_said *said;
	*ret = &k->one;
	k->one = 0;
	switch (t->by) {
	case TREND_BY_UNIT:
		break;
	case TREND_BY_SURVEY:
	case TREND_BY_SOURCE:
	case TREND_BY_DIM:
		k->one = t->at_key;
		break;
	case TREND_BY_SIZE:
		k->one = t->project ? k->class_of[unit] : size_of(t, unit, ref);
		break;
	case TREND_BY_ATTR:
		said = said_at(k, unit, day);
		if (!said || !said->n)
			break;
		t->overlapping |= said->n > 1;
		*ret = said->values;
		return said->n;
	}
	return 1;
}

/* ---- names ------------------------------------------------------------------------------------------ */

static const char *none_name(struct trend *t)
{
	switch (t->by) {
	case TREND_BY_SURVEY:
		return "(outside any survey)";
	case TREND_BY_SIZE:
		return "(size unknown)";
	case TREND_BY_ATTR:
		return arena_printf(t->r->a, "(no %s)", t->keys->attribute);
	case TREND_BY_SOURCE:
	case TREND_BY_DIM:
	case TREND_BY_UNIT:
		break;
	}
	return "";
}

const char *trend_key_id(struct trend *t, uint32_t group)
{
	if (!group)
		return "";
	if (t->by == TREND_BY_SURVEY)
		return answer_text(t->r, SPACE_SURVEY, group);
	if (t->by == TREND_BY_SOURCE)
		return answer_text(t->r, SPACE_SOURCE, group);
	return group <= t->keys->n ? t->keys->texts[group - 1].id : "";
}

const char *trend_key_name(struct trend *t, uint32_t group)
{
	struct answer *r = t->r;
	const char *id = trend_key_id(t, group);
	if (!group)
		return none_name(t);
	if (t->by == TREND_BY_SURVEY) {
		const struct msg_survey *s = define_get(r->v, SPACE_SURVEY, group, r->a, NULL);
		return s && *s->title ? s->title : arena_text(r->a, id, strlen(id));
	}
	if (t->by == TREND_BY_SOURCE) {
		const struct msg_source *s = define_get(r->v, SPACE_SOURCE, group, r->a, NULL);
		return s && *s->title ? s->title : arena_text(r->a, id, strlen(id));
	}
	return group <= t->keys->n ? t->keys->texts[group - 1].name : "";
}

/* ---- what is asked ---------------------------------------------------------------------------------- */

static enum err ask_by(struct trend *t, const char *by)
{
	struct view *v = t->r->v;
	if (strcmp(by, "survey") == 0) {
		t->by = TREND_BY_SURVEY;
		t->n_groups = view_terms(v, SPACE_SURVEY);
		return ERR_OK;
	}
	if (strcmp(by, "source") == 0) {
		t->by = TREND_BY_SOURCE;
		t->n_groups = view_terms(v, SPACE_SOURCE);
		return ERR_OK;
	}
	if (strcmp(by, "size") == 0) {
		t->by = TREND_BY_SIZE;
		return ask_size(t);
	}
	if (strncmp(by, "dim:", 4) == 0) {
		t->by = TREND_BY_DIM;
		return ask_dim(t, by + 4);
	}
	if (strncmp(by, "attr:", 5) == 0) {
		t->by = TREND_BY_ATTR;
		return ask_attr(t, by + 5);
	}
	return ask_kind(t, strncmp(by, "kind:", 5) == 0 ? by + 5 : by);
}

enum err trend_key_ask(struct trend *t)
{
	const struct msg_trend_question *q = t->q;
	enum err e = ERR_OK;
	t->kind_name = q->group_by;
	t->keys = arena_alloc(t->r->a, sizeof *t->keys);
	t->by_unit = strcmp(q->group_by, "unit") == 0;
	if (*q->group_by && !t->by_unit)
		e = ask_by(t, q->group_by);
	if (e != ERR_OK)
		return e;
	t->n_groups = t->keys->n > t->n_groups ? (uint32_t)t->keys->n : t->n_groups;
	t->n_groups = t->n_units > t->n_groups ? t->n_units : t->n_groups;
	if (t->by != TREND_BY_SIZE && (*q->size_indicator || q->n_size_limits))
		return fail(&t->r->why, ERR_INVALID, "size_indicator and size_limits are for groups by \"size\"");
	if (t->by != TREND_BY_UNIT && t->by != TREND_BY_ATTR && *q->group_structure_at)
		return fail(&t->r->why, ERR_INVALID,
			    "group_structure_at is the day of containing units or attributes: groups by \"%.80s\" have "
			    "none",
			    q->group_by);
	return ERR_OK;
}
