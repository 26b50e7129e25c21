/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_observe.c - observations: the hot path, and the rules about figures.
 *
 * A key is (unit, indicator, categories, period, source). Under a key several statements may stand, told apart by a
 * number; another value without `supersedes` stands beside the first and is flagged. What supersedes names the revision
 * it corrects.
 */
#include "query/judging.h"
#include <string.h>

#define SIDE_BY_SIDE_MAX 256u /* live statements under one key: each new one is compared with all */

struct standing {
	uint32_t src;
	uint16_t seq;
	uint64_t rev;
	uint8_t status;
	const struct msg_value *value;
	const char *locator;
};

/* What stands under one key, as far as this message has asked. */
struct stood {
	uint32_t series, ref, unit;
	size_t n;
	struct standing *list;
	struct stood *chain;
};

/* One observation with everything it names found. */
struct taken {
	const struct msg_observation *m;
	size_t index;
	const struct indicator_info *ind;
	struct when period;
	uint32_t series, ref, unit;
	const char *period_text, *locator;
};

#define OBS_PATH(c, t, field) PATH(c, "submission.observations[%zu]%s", (t)->index, field)

/* ---- what an observation names ---- */

static bool take_categories(struct judging *c, struct taken *t)
{
	const struct msg_indicator *def = t->ind->def;
	bool ok = true;
	for (size_t d = 0; d < def->n_dimensions; d++) {
		const struct msg_category *found = NULL;
		for (size_t k = 0; k < t->m->n_categories; k++)
			if (strcmp(t->m->categories[k].dimension, def->dimensions[d].id) == 0) {
				if (found)
					finding_add(&c->f, RULE_DUPLICATE_IN_MESSAGE, OBS_PATH(c, t, ".categories"),
						    def->dimensions[d].id, NULL);
				ok = ok && !found;
				found = &t->m->categories[k];
			}
		if (!found) {
			finding_add(&c->f, RULE_MISSING_DIMENSION, OBS_PATH(c, t, ".categories"), def->dimensions[d].id,
				    NULL);
			ok = false;
			continue;
		}
		const struct msg_code_list *l = t->ind->lists[d];
		bool known = false;
		for (size_t k = 0; l && k < l->n_codes && !known; k++)
			known = strcmp(l->codes[k].code, found->code) == 0;
		if (!known) {
			finding_add(&c->f, RULE_UNKNOWN_CODE, OBS_PATH(c, t, ".categories"),
				    def->dimensions[d].code_list, found->code, NULL);
			ok = false;
		}
	}
	for (size_t k = 0; k < t->m->n_categories; k++) {
		bool known = false;
		for (size_t d = 0; d < def->n_dimensions && !known; d++)
			known = strcmp(t->m->categories[k].dimension, def->dimensions[d].id) == 0;
		if (!known) {
			finding_add(&c->f, RULE_UNKNOWN_DIMENSION,
				    PATH(c, "submission.observations[%zu].categories[%zu]", t->index, k), def->id,
				    t->m->categories[k].dimension, NULL);
			ok = false;
		}
	}
	return ok;
}

static bool take_obs_period(struct judging *c, struct taken *t)
{
	if (!*t->m->period && !c->round) {
		finding_add(&c->f, RULE_NO_PERIOD, OBS_PATH(c, t, ".period"), NULL);
		return false;
	}
	if (*t->m->period) {
		if (!take_when(c, t->m->period, OBS_PATH(c, t, ""), "period", &t->period))
			return false;
	} else {
		t->period = c->round->reference;
	}
	t->period_text = when_text(c, &t->period);
	return true;
}

static bool take_obs_unit(struct judging *c, struct taken *t)
{
	const struct msg_unit_ref *ref = t->m->unit;
	int32_t day = c->has_expressed ? c->expressed_in : when_reference_day(&t->period);
	if (ref && ref->id && (t->unit = word_find(c, SPACE_UNIT, ref->id->id)) != 0 && kind_of(c, t->unit))
		; /* the hot path: no path text is made */
	else
		t->unit = take_unit(c, ref, OBS_PATH(c, t, ".unit"), day);
	if (!t->unit)
		return false;
	const char *want = t->ind->def->unit_kind;
	if (*want && kind_of(c, t->unit) != word_find(c, SPACE_TERM, want)) {
		finding_add(&c->f, RULE_WRONG_KIND, OBS_PATH(c, t, ".unit"), word_text(c, SPACE_UNIT, t->unit),
			    word_text(c, SPACE_TERM, kind_of(c, t->unit)), want, NULL);
		return false;
	}
	return true;
}

/* ---- values ---- */

static const char *bad_decimal(const struct msg_decimal *d, enum value_type type)
{
	if (!d)
		return "the number is missing";
	if (d->scale > NUM_SCALE_MAX)
		return "the scale is over 18";
	if (type == VALUE_TYPE_COUNT) {
		struct num n = {d->digits, (uint8_t)d->scale}, zero = {0, 0};
		if (num_cmp(n, zero) < 0)
			return "a count is not negative";
		int64_t digits = d->digits;
		for (uint32_t s = d->scale; s > 0; s--, digits /= 10)
			if (digits % 10)
				return "a count is a whole number";
	}
	return NULL;
}

static const char *bad_interval(const struct msg_interval *v, enum value_type type)
{
	if (!v->low && !v->high)
		return "an interval needs at least one end";
	const char *bad = v->low ? bad_decimal(v->low->value, type) : NULL;
	if (!bad && v->high)
		bad = bad_decimal(v->high->value, type);
	if (bad || !v->low || !v->high)
		return bad;
	struct num lo = {v->low->value->digits, (uint8_t)v->low->value->scale};
	struct num hi = {v->high->value->digits, (uint8_t)v->high->value->scale};
	return num_cmp(lo, hi) > 0 ? "the lower end is above the upper end" : NULL;
}

static const char *bad_value(const struct msg_value *v, enum value_type type)
{
	bool text = type == VALUE_TYPE_TEXT;
	if (v->exact)
		return text ? "a text indicator takes words, not numbers" : bad_decimal(v->exact, type);
	if (v->interval)
		return text ? "a text indicator takes words, not numbers" : bad_interval(v->interval, type);
	if (v->approximate) {
		if (text)
			return "a text indicator takes words, not numbers";
		return *v->approximate->qualifier ? bad_decimal(v->approximate->value, type)
						  : "the qualifier is missing";
	}
	if (v->verbal)
		return *v->verbal->text ? NULL : "the words are missing";
	if (v->missing) {
		if (v->missing->kind == MISSING_KIND_ERASED)
			return "only varde itself says \"erased\"";
		return v->missing->kind == MISSING_KIND_UNSPECIFIED ? "the kind of missing is not said" : NULL;
	}
	return "no value is said: if there is none, say which kind of missing";
}

static bool take_value(struct judging *c, struct taken *t)
{
	if (!t->m->value) {
		finding_add(&c->f, RULE_REQUIRED, OBS_PATH(c, t, ".value"), "the value", NULL);
		return false;
	}
	const char *bad = bad_value(t->m->value, t->ind->def->type);
	if (bad)
		finding_add(&c->f, RULE_BAD_VALUE, OBS_PATH(c, t, ".value"), t->ind->def->id, bad, NULL);
	return !bad;
}

/* Things that are kept as said, and flagged. */
static void doubt_value(struct judging *c, const struct taken *t)
{
	struct num n;
	uint32_t k;
	if (t->ind->def->type != VALUE_TYPE_PERCENT || !value_exact(t->m->value, &n))
		return;
	char text[NUM_TEXT_MAX];
	struct num zero = {0, 0}, hundred = {100, 0};
	if (num_cmp(n, zero) < 0 || num_cmp(n, hundred) > 0) {
		finding_add(&c->f, RULE_PERCENT_RANGE, OBS_PATH(c, t, ".value"), num_format(n, text), NULL);
		return;
	}
	bool framed = strcmp(t->ind->def->denominator, "frame") == 0 && c->round && c->round->def->frame;
	uint32_t frame = framed ? c->round->def->frame->population : 0;
	if (frame && num_percent_counts(n, frame, &k) == 0)
		finding_add(&c->f, RULE_PERCENT_FITS_NO_COUNT, OBS_PATH(c, t, ".value"), num_format(n, text),
			    PATH(c, "%u", frame), NULL);
}

/* ---- what stands under the key ---- */

static uint64_t key_hash(uint32_t series, uint32_t ref, uint32_t unit)
{
	uint64_t h = (uint64_t)series * 0x9e3779b97f4a7c15u ^ (uint64_t)ref * 0xc2b2ae3d27d4eb4fu ^
		     (uint64_t)unit * 0x165667b19e3779f9u;
	return h ^ h >> 31;
}

static size_t read_standing(struct judging *c, const struct taken *t, struct standing **ret)
{
	uint8_t key_room[16];
	struct buf key = {.data = key_room, .room = sizeof key_room};
	AUTO_WALK struct walk w = {0};
	struct row r;
	struct fact f;
	size_t n = 0, room = 0;
	*ret = NULL;
	key_obs(&key, t->series, t->ref, t->unit);
	walk_begin(&w, c->v, TABLE_OBS, buf_view(&key));
	while (walk_next(&w, &r)) {
		if (row_fact(&r, &f) != ERR_OK)
			continue;
		if (n == room)
			*ret = arena_grow(c->a, *ret, n, n + 1, sizeof **ret, &room);
		struct standing *s = &(*ret)[n++];
		struct msg_value *v = NULL;
		bool live = f.obs.state != STATE_RETRACTED && value_get(f.obs.value, c->a, &v) == ERR_OK;
		*s = (struct standing){.src = f.obs.src,
				       .seq = f.obs.seq,
				       .rev = r.rev,
				       .status = f.obs.status,
				       .value = live ? v : NULL,
				       .locator = arena_text(c->a, f.obs.locator.data, f.obs.locator.len)};
	}
	return n;
}

/* Nothing is laid while figures are judged, so that what stands under a key is read once a message. */
static size_t standing_of(struct judging *c, const struct taken *t, struct standing **ret)
{
	struct stood **slot = &c->stood[key_hash(t->series, t->ref, t->unit) & c->said_mask], *s = *slot;
	while (s && (s->series != t->series || s->ref != t->ref || s->unit != t->unit))
		s = s->chain;
	if (!s) {
		s = arena_alloc(c->a, sizeof *s);
		*s = (struct stood){.series = t->series, .ref = t->ref, .unit = t->unit, .chain = *slot};
		s->n = read_standing(c, t, &s->list);
		*slot = s;
	}
	*ret = s->list;
	return s->n;
}

/* ---- what was said in this message ---- */

static struct said_obs **said_slot(struct judging *c, uint32_t series, uint32_t ref, uint32_t unit)
{
	return &c->said[key_hash(series, ref, unit) & c->said_mask];
}

/* The figure that this message says; what it says is in conflict with it only where there is no other. */
static const struct said_obs *said_find(struct judging *c, uint32_t series, uint32_t ref, uint32_t unit)
{
	const struct said_obs *found = NULL;
	for (const struct said_obs *s = *said_slot(c, series, ref, unit); s; s = s->chain)
		if (s->series == series && s->ref == ref && s->unit == unit &&
		    (!found || found->status == OBSERVATION_STATUS_CONFLICT))
			found = s;
	return found;
}

static void said_add(struct judging *c, const struct taken *t, uint16_t seq, const struct standing *old)
{
	struct said_obs **slot = said_slot(c, t->series, t->ref, t->unit);
	struct said_obs *s = arena_alloc(c->a, sizeof *s);
	*s = (struct said_obs){.series = t->series,
			       .ref = t->ref,
			       .unit = t->unit,
			       .seq = seq,
			       .old_src = old ? old->src : 0,
			       .old_seq = old ? old->seq : 0,
			       .index = t->index,
			       .status = t->m->status,
			       .value = t->m->value,
			       .locator = t->locator,
			       .chain = *slot};
	*slot = s;
	c->said_at[t->index] = s;
}

/* Has this message corrected or confirmed that statement already? */
static bool said_of(struct judging *c, const struct taken *t, const struct standing *old)
{
	for (const struct said_obs *o = *said_slot(c, t->series, t->ref, t->unit); o; o = o->chain) {
		if (o->series == t->series && o->ref == t->ref && o->unit == t->unit && o->old_src == old->src &&
		    o->old_seq == old->seq)
			return true;
	}
	return false;
}

/* ---- putting it on record ---- */

static struct msg_change *obs_change(struct judging *c, const struct taken *t, enum change_kind kind)
{
	struct msg_change *m = judging_change(c, kind, SUBJECT_OBSERVATION);
	m->n_units = 1;
	m->units = arena_alloc(c->a, sizeof *m->units);
	m->units[0] = t->m->unit->id ? t->m->unit->id->id : word_text(c, SPACE_UNIT, t->unit);
	m->field = t->m->indicator;
	m->n_categories = t->m->n_categories;
	m->categories = t->m->categories;
	m->period = t->period_text;
	m->locator = t->locator;
	m->after = t->m->value;
	return m;
}

static void put_obs(struct judging *c, const struct taken *t, uint16_t seq, enum fact_state state,
		    const struct standing *old)
{
	struct buf b = {0};
	value_put(&b, t->m->value);
	struct slice value = {arena_text(c->a, (const char *)b.data, b.len), b.len};
	buf_free(&b);
	judging_fact(c, FACT_OBS)->obs = (struct fact_obs){.series = t->series,
							   .ref = t->ref,
							   .unit = t->unit,
							   .src = c->src,
							   .seq = seq,
							   .state = state,
							   .status = (uint8_t)t->m->status,
							   .round = c->round ? c->round->id : 0,
							   .expressed_in = c->has_expressed ? c->expressed_in : 0,
							   .locator = text_slice(c, t->locator),
							   .value = value};
	said_add(c, t, seq, old);
}

static void put_correction(struct judging *c, const struct taken *t, const struct standing *old, uint16_t free_seq,
			   const char *reason)
{
	uint16_t seq = old->seq;
	if (said_of(c, t, old)) {
		finding_add(&c->f, RULE_DUPLICATE_IN_MESSAGE, OBS_PATH(c, t, ".supersedes"),
			    PATH(c, "the correction of revision %llu", (unsigned long long)old->rev), NULL);
		return;
	}
	if (old->src != c->src) { /* the correcting source gets a statement of its own, the corrected one ends */
		judging_fact(c, FACT_OBS)->obs = (struct fact_obs){.series = t->series,
								   .ref = t->ref,
								   .unit = t->unit,
								   .src = old->src,
								   .seq = old->seq,
								   .state = STATE_RETRACTED,
								   .status = old->status,
								   .locator = text_slice(c, old->locator)};
		seq = free_seq;
	}
	put_obs(c, t, seq, STATE_CORRECTED, old);
	struct msg_change *m = obs_change(c, t, CHANGE_KIND_CORRECTED);
	struct msg_value *before = arena_alloc(c->a, sizeof *before);
	*before = *old->value;
	m->before = before;
	m->supersedes = old->rev;
	m->reason = reason;
}

static void supersede(struct judging *c, const struct taken *t, const struct standing *s, size_t n, uint16_t free_seq)
{
	const char *reason;
	uint64_t rev = t->m->supersedes->revision;
	if (!take_reason(c, t->m->supersedes->reason, OBS_PATH(c, t, ".supersedes.reason"), &reason))
		return;
	const struct standing *old = NULL;
	for (size_t i = 0; i < n; i++)
		/* Of several that one revision said, the one of this source and place is meant. */
		if (s[i].rev == rev && s[i].value &&
		    (!old || (s[i].src == c->src && strcmp(s[i].locator, t->locator) == 0)))
			old = &s[i];
	if (old) {
		put_correction(c, t, old, free_seq, reason);
		return;
	}
	struct msg_finding *f = finding_add(&c->f, RULE_SUPERSEDES_NOTHING, OBS_PATH(c, t, ".supersedes.revision"),
					    PATH(c, "%llu", (unsigned long long)rev), NULL);
	f->candidates = arena_alloc(c->a, (n + 1) * sizeof *f->candidates);
	for (size_t i = 0; i < n; i++)
		if (s[i].value)
			f->candidates[f->n_candidates++] = PATH(c, "%llu", (unsigned long long)s[i].rev);
}

/* How many statements stand under the key, with those of this message. */
static size_t side_by_side(struct judging *c, const struct taken *t, const struct standing *s, size_t n)
{
	size_t live = 0;
	for (size_t i = 0; i < n; i++)
		live += s[i].value != NULL;
	for (const struct said_obs *o = *said_slot(c, t->series, t->ref, t->unit); o; o = o->chain)
		live += o->series == t->series && o->ref == t->ref && o->unit == t->unit && !o->old_src;
	return live;
}

/* A value beside others: new, confirmed, or in conflict. */
static void beside(struct judging *c, const struct taken *t, const struct standing *s, size_t n, uint16_t free_seq)
{
	const struct standing *own = NULL;
	for (size_t i = 0; i < n; i++) {
		if (!s[i].value)
			continue;
		bool equal = value_equal(s[i].value, t->m->value);
		if (said_of(c, t, &s[i]))
			continue; /* corrected or confirmed by this very message: what else it says stands beside that
				   */
		if (equal && s[i].src == c->src && strcmp(s[i].locator, t->locator) == 0 &&
		    s[i].status == t->m->status) {
			finding_add(&c->f, RULE_CONFIRMED, OBS_PATH(c, t, ""),
				    PATH(c, "%llu", (unsigned long long)s[i].rev), NULL);
			said_add(c, t, s[i].seq, &s[i]);
			return;
		}
		if (s[i].src == c->src && strcmp(s[i].locator, t->locator) == 0)
			own = &s[i];
		if (!equal && !(c->complete && s[i].src == c->src))
			finding_add(&c->f, RULE_CONFLICTING_VALUES, OBS_PATH(c, t, ".value"),
				    PATH(c, "%s (revision %llu)", word_text(c, SPACE_SOURCE, s[i].src),
					 (unsigned long long)s[i].rev),
				    value_text(c->a, s[i].value), value_text(c->a, t->m->value), NULL);
	}
	if (c->complete && own) { /* a complete report says all anew: what differs is a correction */
		const char *reason;
		if (take_reason(c, "", OBS_PATH(c, t, ""), &reason))
			put_correction(c, t, own, free_seq, reason);
		else
			said_add(c, t, own->seq, own); /* it is not unsaid */
		return;
	}
	if (side_by_side(c, t, s, n) >= SIDE_BY_SIDE_MAX) {
		finding_add(&c->f, RULE_TOO_MANY, OBS_PATH(c, t, ""), "statements side by side under one key",
			    PATH(c, "%zu", side_by_side(c, t, s, n) + 1), PATH(c, "%u", SIDE_BY_SIDE_MAX), NULL);
		return;
	}
	put_obs(c, t, free_seq, STATE_ASSERTED, NULL);
	obs_change(c, t, CHANGE_KIND_ASSERTED);
}

/* The first number under the key that neither the record nor this message uses; false if this message said just that
 * before. */
static bool free_number(struct judging *c, const struct taken *t, const struct standing *s, size_t n, uint16_t *ret)
{
	uint32_t next = 0;
	for (size_t i = 0; i < n; i++)
		if (s[i].src == c->src && s[i].seq >= next)
			next = s[i].seq + 1u;
	for (const struct said_obs *o = *said_slot(c, t->series, t->ref, t->unit); o; o = o->chain) {
		if (o->series != t->series || o->ref != t->ref || o->unit != t->unit)
			continue;
		if (o->seq >= next)
			next = o->seq + 1u;
		if (strcmp(o->locator, t->locator) == 0 && value_equal(o->value, t->m->value)) {
			finding_add(&c->f, RULE_DUPLICATE_IN_MESSAGE, OBS_PATH(c, t, ""),
				    PATH(c, "observations[%zu]", o->index), NULL);
			return false;
		}
		if (!value_equal(o->value, t->m->value))
			finding_add(&c->f, RULE_CONFLICTING_VALUES, OBS_PATH(c, t, ".value"),
				    PATH(c, "observations[%zu]", o->index), value_text(c->a, o->value),
				    value_text(c->a, t->m->value), NULL);
	}
	*ret = (uint16_t)next;
	return next <= UINT16_MAX;
}

static void one_observation(struct judging *c, const struct msg_observation *m, size_t index)
{
	struct taken t = {.m = m, .index = index, .locator = *m->locator ? m->locator : c->locator};
	t.ind = indicator_find(c, m->indicator);
	if (!t.ind) {
		finding_add(&c->f, *m->indicator ? RULE_UNKNOWN_INDICATOR : RULE_REQUIRED,
			    OBS_PATH(c, &t, ".indicator"), *m->indicator ? m->indicator : "the indicator", NULL);
		return;
	}
	bool ok = take_categories(c, &t);
	if (m->status == OBSERVATION_STATUS_UNSPECIFIED) {
		finding_add(&c->f, RULE_REQUIRED, OBS_PATH(c, &t, ".status"),
			    "the status (main, conflict, preliminary or estimated)", NULL);
		ok = false;
	}
	ok = take_value(c, &t) && ok;
	ok = take_obs_period(c, &t) && take_obs_unit(c, &t) && ok;
	if (!ok || !c->src)
		return;
	const char *series = series_text(c->a, m->indicator, m->categories, m->n_categories);
	if (strlen(series) > KEY_TEXT_MAX) {
		finding_add(&c->f, RULE_BAD_VALUE, OBS_PATH(c, &t, ".categories"), m->indicator,
			    PATH(c, "with its categories it is longer than %d bytes", KEY_TEXT_MAX), NULL);
		return;
	}
	t.series = word_take(c, SPACE_SERIES, series);
	t.ref = word_take(c, SPACE_REF, t.period_text);
	doubt_value(c, &t);
	struct standing *s;
	uint16_t seq;
	size_t n = standing_of(c, &t, &s);
	if (!free_number(c, &t, s, n, &seq))
		return;
	if (m->supersedes)
		supersede(c, &t, s, n, seq);
	else
		beside(c, &t, s, n, seq);
}

/* ---- rules over the message ---- */

static const char *total_code(const struct msg_code_list *l)
{
	for (size_t k = 0; l && k < l->n_codes; k++)
		if (l->codes[k].total)
			return l->codes[k].code;
	return NULL;
}

static const struct said_obs *sibling(struct judging *c, const struct msg_observation *m, const struct said_obs *o,
				      const char *dimension, const char *code)
{
	struct msg_category *cat = arena_alloc(c->a, (m->n_categories + 1) * sizeof *cat);
	for (size_t k = 0; k < m->n_categories; k++) {
		cat[k] = m->categories[k];
		if (strcmp(cat[k].dimension, dimension) == 0)
			cat[k].code = code;
	}
	uint32_t series = word_find(c, SPACE_SERIES, series_text(c->a, m->indicator, cat, m->n_categories));
	return series ? said_find(c, series, o->ref, o->unit) : NULL;
}

/* A rounded figure may be off by half of its last place; a count is not rounded. */
static bool widen(struct num *slack, struct num figure, enum value_type type)
{
	struct num half = {5, (uint8_t)(figure.scale + 1)};
	if (type == VALUE_TYPE_COUNT)
		return true;
	return figure.scale < NUM_SCALE_MAX && num_add(*slack, half, slack) == ERR_OK;
}

/* Do the parts of an additive dimension add up to the printed total? Only where all parts are said, and exact. */
static void add_up(struct judging *c, const struct msg_observation *m, const struct said_obs *o,
		   const struct msg_dimension *dim, const struct msg_code_list *l)
{
	struct num total, sum = {0, 0}, part, difference, slack = {0, 0};
	enum value_type type = indicator_find(c, m->indicator)->def->type;
	size_t parts = 0;
	if (!value_exact(o->value, &total) || !widen(&slack, total, type))
		return;
	for (size_t k = 0; k < l->n_codes; k++) {
		if (l->codes[k].total)
			continue;
		const struct said_obs *s = sibling(c, m, o, dim->id, l->codes[k].code);
		if (!s || !value_exact(s->value, &part) || num_add(sum, part, &sum) != ERR_OK ||
		    !widen(&slack, part, type))
			return;
		parts++;
	}
	enum err e = num_cmp(sum, total) > 0 ? num_sub(sum, total, &difference) : num_sub(total, sum, &difference);
	if (e != ERR_OK || parts == 0)
		return;
	char a[NUM_TEXT_MAX], b[NUM_TEXT_MAX];
	if (num_cmp(difference, slack) > 0)
		finding_add(&c->f, RULE_SUM_MISMATCH, PATH(c, "submission.observations[%zu].value", o->index),
			    unit_name(c->v, o->unit, c->structure_day, c->a), num_format(sum, a), num_format(total, b),
			    NULL);
}

static void check_sums(struct judging *c, const struct msg_submission *m)
{
	for (size_t i = 0; i < m->n_observations; i++) {
		const struct msg_observation *o = &m->observations[i];
		const struct indicator_info *ind = indicator_find(c, o->indicator);
		for (size_t d = 0; ind && d < ind->def->n_dimensions; d++) {
			const struct msg_dimension *dim = &ind->def->dimensions[d];
			const char *total = total_code(ind->lists[d]);
			bool is_total = false;
			for (size_t k = 0; total && k < o->n_categories; k++)
				is_total |= strcmp(o->categories[k].dimension, dim->id) == 0 &&
					    strcmp(o->categories[k].code, total) == 0;
			if (!is_total || dim->aggregation != AGGREGATION_ADDITIVE)
				continue;
			if (c->said_at[i] && o->status != OBSERVATION_STATUS_CONFLICT)
				add_up(c, o, c->said_at[i], dim, ind->lists[d]);
		}
	}
}

/* ---- a complete report: what it does not say again is retracted ---- */

static void retract_unsaid(struct judging *c, uint32_t series, uint32_t ref, uint32_t unit, const char *indicator)
{
	struct taken t = {.series = series, .ref = ref, .unit = unit};
	struct standing *s;
	size_t n = read_standing(c, &t, &s);
	for (size_t i = 0; i < n; i++) {
		if (!s[i].value || s[i].src != c->src)
			continue;
		bool said = false;
		for (const struct said_obs *o = *said_slot(c, series, ref, unit); o; o = o->chain)
			said |= o->series == series && o->ref == ref && o->unit == unit && o->seq == s[i].seq;
		if (said)
			continue;
		const char *reason;
		if (!take_reason(c, "", "submission.reason", &reason))
			return;
		judging_fact(c, FACT_OBS)->obs = (struct fact_obs){.series = series,
								   .ref = ref,
								   .unit = unit,
								   .src = c->src,
								   .seq = s[i].seq,
								   .state = STATE_RETRACTED,
								   .status = s[i].status,
								   .round = c->round->id,
								   .locator = text_slice(c, s[i].locator)};
		struct msg_change *m = judging_change(c, CHANGE_KIND_RETRACTED, SUBJECT_OBSERVATION);
		const char *id;
		change_units(c, m, unit, 0);
		m->field = indicator;
		if (!series_parts(c->a, slice_text(word_text(c, SPACE_SERIES, series)), &id, &m->categories,
				  &m->n_categories))
			m->n_categories = 0;
		m->period = word_text(c, SPACE_REF, ref);
		m->locator = s[i].locator;
		struct msg_value *before = arena_alloc(c->a, sizeof *before);
		*before = *s[i].value;
		m->before = before;
		m->supersedes = s[i].rev;
		m->reason = reason;
	}
}

static void complete_report(struct judging *c)
{
	uint32_t *units;
	char text[WHEN_TEXT_MAX];
	uint32_t ref = word_find(c, SPACE_REF, when_format(&c->round->reference, text));
	size_t n = unit_subtree(c->v, c->scope, c->structure_day, c->a, &units);
	if (!ref)
		return;
	for (uint32_t series = 1; series < c->j->next[SPACE_SERIES]; series++) {
		const char *indicator;
		struct msg_category *cat;
		size_t k;
		struct slice s = view_text(c->v, SPACE_SERIES, series);
		if (!series_parts(c->a, s, &indicator, &cat, &k))
			continue;
		for (size_t i = 0; i < n; i++)
			retract_unsaid(c, series, ref, units[i], indicator);
	}
}

void judge_observations(struct judging *c, const struct msg_submission *m)
{
	if (m->n_observations == 0 && !c->complete)
		return;
	c->said_mask = 1;
	while (c->said_mask < m->n_observations)
		c->said_mask = c->said_mask * 2 + 1;
	c->said = arena_alloc(c->a, (c->said_mask + 1) * sizeof *c->said);
	c->stood = arena_alloc(c->a, (c->said_mask + 1) * sizeof *c->stood);
	c->said_at = arena_alloc(c->a, (m->n_observations + 1) * sizeof *c->said_at);
	for (size_t i = 0; i < m->n_observations; i++)
		one_observation(c, &m->observations[i], i);
	check_sums(c, m);
	if (c->complete && c->round && c->scope && c->src)
		complete_report(c);
}
