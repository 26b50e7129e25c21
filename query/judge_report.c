/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_report.c - a complete report: what its source said of the scope and the round before, and does not say again, is
 * retracted.
 */
#include "query/judging_observation.h"
#include <string.h>

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

void complete_report(struct judging *c)
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
