/* SPDX-License-Identifier: Apache-2.0
 *
 * trend_note.c - what a reader must know beside the figures: a changed frame, values side by side, a break, what is
 * missing.
 */
#include <string.h>
#include "query/trend_measuring.h"

#define NOTES_MAX 24u

void trend_note(struct trend *t, struct msg_trend_row *m, const char *text)
{
	if (!m->notes)
		m->notes = arena_alloc(t->r->row, NOTES_MAX * sizeof *m->notes);
	if (m->n_notes < NOTES_MAX)
		m->notes[m->n_notes++] = text;
}

const char *trend_plural(struct arena *a, const char *kind)
{
	size_t n = strlen(kind);
	if (!n)
		return "units";
	if (kind[n - 1] == 'y' && (n < 2 || !strchr("aeiou", kind[n - 2])))
		return arena_printf(a, "%.*sies", (int)n - 1, kind);
	return arena_printf(a, "%ss", kind);
}

/* ---- values side by side ---------------------------------------------------------------------------- */

static const char *rule_text(enum choice_rule r)
{
	switch (r) {
	case CHOICE_STATUS:
		return "chosen by status";
	case CHOICE_SOURCES:
		return "chosen because more sources say so";
	case CHOICE_FIRST:
		return "chosen as the first said";
	case CHOICE_ONLY:
		break;
	}
	return "";
}

/* "two values stand side by side: 218, 212; chosen by status": the chosen one first, each different one once. */
const char *trend_choice_text(struct trend *t, const struct stated *list, size_t n, const struct choice *c)
{
	static const char *const words[] = {"no", "one", "two", "three", "four", "five", "six"};
	struct arena *a = t->r->a;
	struct msg_value **told = arena_alloc(t->work, (n + 1) * sizeof *told);
	const char *text = "";
	size_t n_told = 0;
	for (size_t i = 0; i <= n; i++) {
		struct msg_value *v;
		bool again = false;
		if (value_get(list[i ? i - 1 : c->chosen].obs.value, t->work, &v) != ERR_OK)
			continue; /* choose_value() has read it before */
		for (size_t k = 0; k < n_told && !again; k++)
			again = value_equal(told[k], v);
		if (again)
			continue;
		told[n_told++] = v;
		if (n_told <= 6)
			text = arena_printf(t->work, "%s%s%s", text, n_told > 1 ? ", " : "", value_text(t->work, v));
	}
	if (n_told > 6)
		text = arena_printf(t->work, "%s, …", text);
	if (c->values < sizeof words / sizeof *words)
		return arena_printf(a, "%s values stand side by side: %s; %s", words[c->values], text,
				    rule_text(c->rule));
	return arena_printf(a, "%u values stand side by side: %s; %s", c->values, text, rule_text(c->rule));
}

static void choices(struct trend *t, const struct trend_row *row, struct msg_trend_row *m)
{
	struct arena *a = t->r->row;
	for (uint32_t i = 0; i < row->n_choices && i < TREND_CHOICES_TOLD; i++) {
		const char *text = row->choice_text[i];
		if (row->n_units > 1)
			text = arena_printf(a, "%s: %s",
					    unit_name(t->r->v, row->choice_unit[i], t->refs[row->ref].day, a), text);
		trend_note(t, m, text);
	}
	if (row->n_choices > TREND_CHOICES_TOLD)
		trend_note(t, m,
			   arena_printf(a, "values stand side by side for %u units more",
					row->n_choices - TREND_CHOICES_TOLD));
}

/* ---- frames and rounds ------------------------------------------------------------------------------ */

/* A unit of which a part is told has the frame of whoever told it. */
static bool in_part(const struct trend *t, const struct trend_row *row)
{
	return t->by_unit && row->sum && row->sum->of < row->sum->all;
}

static void frame(struct trend *t, const struct trend_row *row, const struct trend_row *before, struct msg_trend_row *m)
{
	const struct msg_round *now = t->rounds[row->round].def, *then = before ? t->rounds[before->round].def : NULL;
	if (trend_newest_rounds(t, row)) {
		trend_newest_frame_notes(t, row, m);
		return;
	}
	if (!now || !now->frame) {
		if (!t->no_frames)
			trend_note(t, m, "frame unknown");
		return;
	}
	if (then && then->frame && then->frame->population != now->frame->population && !in_part(t, row) &&
	    !in_part(t, before))
		trend_note(t, m,
			   arena_printf(t->r->row, "frame changed, %u → %u %s", then->frame->population,
					now->frame->population, trend_plural(t->r->row, now->unit_kind)));
}

/* A round may report of another time than its own. */
static void round_date(struct trend *t, const struct trend_row *row, struct msg_trend_row *m)
{
	const struct msg_round *round = t->rounds[row->round].def;
	struct when reference;
	if (round && when_parse(round->reference, &reference, NULL) == ERR_OK && reference.precision != WHEN_NONE &&
	    !when_eq(&reference, &t->refs[row->ref].when))
		trend_note(t, m, arena_printf(t->r->row, "reported in round %s of %s", round->id, round->reference));
}

/* ---- breaks and gaps -------------------------------------------------------------------------------- */

static void breaks(struct trend *t, const struct trend_row *row, const struct trend_row *before,
		   struct msg_trend_row *m)
{
	bool within = false, between = false;
	for (size_t i = 0; i < t->n_breaks; i++) {
		uint64_t at = t->breaks[i];
		within |= row->rev_min < at && at <= row->rev_max;
		if (!before)
			continue;
		between |= before->rev_max < at && at <= row->rev_min;
		between |= row->rev_max < at && at <= before->rev_min;
	}
	if (within)
		trend_note(t, m, "the values were stated under definitions that are not comparable");
	m->break_before = between;
	if (between)
		trend_note(t, m,
			   arena_printf(t->r->row, "the definition changed: not comparable with %s",
					t->refs[before->ref].text));
}

static void missing(struct trend *t, const struct trend_row *row, struct msg_trend_row *m)
{
	struct arena *a = t->r->row;
	const char *text = "";
	uint32_t n = row->n_units - trend_valued(row);
	if (!n || row->n_units == 1)
		return;
	for (int k = 0; k < (int)TREND_MISSING; k++) {
		struct msg_missing kind = {.kind = (enum missing_kind)k};
		struct msg_value v = {.missing = &kind};
		if (row->missing[k])
			text =
			    arena_printf(a, "%s%s%u %s", text, *text ? ", " : "", row->missing[k], value_text(a, &v));
	}
	if (row->sum && row->sum->n_refused)
		text = arena_printf(a, "%s%s%u refused (%s)", text, *text ? ", " : "", row->sum->n_refused,
				    row->sum->refused);
	trend_note(t, m, arena_printf(a, "%u of %u without a value: %s", n, row->n_units, text));
}

/* What was printed in the units of two days, and so perhaps twice, in one row: in the units of one day it counts once
 * (twice.h); as reported nobody has looked. */
static void several_structures(struct trend *t, const struct trend_row *row, struct msg_trend_row *m)
{
	if (row->n_units > 1 && row->n_moved && (row->moved_apart || row->n_moved < row->n_units))
		trend_note(
		    t, m,
		    "printed in the units of several days: the same territory may count twice here, and does not "
		    "with structure_at");
}

void trend_notes(struct trend *t, const struct trend_row *row, const struct trend_row *before,
		 const struct trend_row *like, struct msg_trend_row *m)
{
	frame(t, row, like, m);
	round_date(t, row, m);
	breaks(t, row, before, m);
	choices(t, row, m);
	missing(t, row, m);
	several_structures(t, row, m);
	trend_odd_notes(t, row, m);
	for (uint32_t i = 0; row->sum && i < row->sum->n_notes; i++)
		trend_note(t, m, row->sum->notes[i]);
	if (row->sum && row->sum->overlap && row->n_units == 1)
		trend_note(t, m, row->sum->overlap);
	trend_measure_notes(t, row, m);
	trend_gather_row_notes(t, row, m);
}

/* ---- what holds for all rows ------------------------------------------------------------------------ */

/* Do two groups have rows for different periods? Rows come sorted, so those of a group follow each other. */
static void dates_end(struct trend *t)
{
	struct trend_dates *d = &t->dates;
	size_t len = (t->n_refs + t->n_spans) / 8 + 1;
	if (d->more && memcmp(d->first, d->now, len) != 0)
		d->differ = true;
	if (d->more)
		memset(d->now, 0, len);
}

void trend_dates_see(struct trend *t, uint32_t group, uint32_t ref)
{
	struct trend_dates *d = &t->dates;
	size_t len = (t->n_refs + t->n_spans) / 8 + 1;
	if (!d->any) {
		d->first = arena_alloc(t->r->a, len);
		d->now = arena_alloc(t->r->a, len);
		d->any = true;
		d->group = group;
	}
	if (group != d->group) {
		dates_end(t);
		d->more = true;
		d->group = group;
	}
	uint8_t *bits = d->more ? d->now : d->first;
	bits[ref / 8] |= (uint8_t)(1u << ref % 8);
}

enum err trend_general_notes(struct trend *t)
{
	enum err e = ERR_OK;
	if (t->dates.any && t->no_frames)
		e = answer_bytes(
		    t->r, 5,
		    slice_text(t->q->latest_rounds
				   ? "frame unknown: the figures are of no round, or of rounds that define none"
				   : "frame unknown"));
	dates_end(t);
	if (e == ERR_OK && t->dates.differ)
		e = answer_bytes(t->r, 5, slice_text("not all groups have figures of the same dates"));
	if (e == ERR_OK && t->overlapping)
		e = answer_bytes(t->r, 5,
				 slice_text("a unit may stand in several groups: they are not to be totalled"));
	if (e == ERR_OK)
		e = trend_gather_notes(t);
	return e == ERR_OK ? trend_source_notes(t) : e;
}
