/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_observe.c - observations, one after the other: the hot path.
 *
 * A key is (unit, indicator, categories, period, source). Under a key several statements may stand, told apart by a
 * number; another value without `supersedes` stands beside the first and is flagged. What supersedes names the revision
 * it corrects.
 */
#include "query/judging_observation.h"
#include <string.h>

#define SIDE_BY_SIDE_MAX 256u /* live statements under one key: each new one is compared with all */

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

static bool take_value(struct judging *c, struct taken *t)
{
	if (!t->m->value) {
		finding_add(&c->f, RULE_REQUIRED, OBS_PATH(c, t, ".value"), "the value", NULL);
		return false;
	}
	const char *bad = value_unfit(t->m->value, t->ind->def->type);
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
	const struct msg_round *round = c->round ? c->round->def : NULL;
	/* A frame counts the units of its round's area: of another unit the percentage is of something else. */
	bool framed = strcmp(t->ind->def->denominator, "frame") == 0 && round && round->frame && round->area &&
		      round->area->id && word_find(c, SPACE_UNIT, round->area->id->id) == t->unit;
	uint32_t frame = framed ? round->frame->population : 0;
	if (frame && num_percent_counts(n, frame, &k) == 0)
		finding_add(&c->f, RULE_PERCENT_FITS_NO_COUNT, OBS_PATH(c, t, ".value"), num_format(n, text),
			    PATH(c, "%u", frame), NULL);
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
		if (!equal && !t->full && !(c->complete && s[i].src == c->src))
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
	if (t->full) {
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
		if (!t->full && !value_equal(o->value, t->m->value))
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
	t.full = side_by_side(c, &t, s, n) >= SIDE_BY_SIDE_MAX;
	if (!free_number(c, &t, s, n, &seq))
		return;
	if (m->supersedes)
		supersede(c, &t, s, n, seq);
	else
		beside(c, &t, s, n, seq);
}

void judge_observations(struct judging *c, const struct msg_submission *m)
{
	if (m->n_observations == 0 && !c->complete)
		return;
	standing_begin(c, m->n_observations);
	for (size_t i = 0; i < m->n_observations; i++)
		one_observation(c, &m->observations[i], i);
	check_sums(c, m);
	if (c->complete && c->round && c->scope && c->src)
		complete_report(c);
}
