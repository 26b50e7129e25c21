/* SPDX-License-Identifier: Apache-2.0
 *
 * quality_log.c - what only the messages tell: findings that are still open, and reports that do not name each other.
 *
 * The log is read once, from the first definition of a wanted round on, or all of it. A message is decoded only where
 * its receipt has a warning, or where it may be a report of arrangements in a wanted round. A finding is open while
 * what it is about stands: facts of its record that are still the newest under their keys. A sum that adds up by now,
 * and a conflict whose other side is gone, are closed too.
 */
#include "query/quality_log.h"
#include "storage/outcome.h"
#include <stdlib.h>
#include <string.h>

#define RECORDS_A_TXN 1024u

/* ---- does a fact still stand? ------------------------------------------------------------------------- */

struct first_row {
	bool have;
	enum table tab;
	struct buf key;
};

static void take_first(void *arg, enum table t, struct slice key, struct slice val)
{
	struct first_row *f = arg;
	(void)val;
	if (f->have)
		return;
	f->have = true;
	f->tab = t;
	buf_put(&f->key, key.data, key.len);
}

static bool not_taken_back(const struct fact *f)
{
	switch (f->kind) {
	case FACT_LIFE:
		return f->life.state <= STATE_CORRECTED;
	case FACT_NAME:
		return f->name.state <= STATE_CORRECTED;
	case FACT_CODE:
		return f->code.state <= STATE_CORRECTED;
	case FACT_ATTR:
		return f->attr.state <= STATE_CORRECTED;
	case FACT_LINK:
		return f->link.state <= STATE_CORRECTED;
	case FACT_OBS:
		return f->obs.state <= STATE_CORRECTED;
	case FACT_SCOPE:
		return f->scope.state <= STATE_CORRECTED;
	case FACT_WEIGHT:
		return f->weight.state <= STATE_CORRECTED;
	case FACT_EVENT:
		return f->event.status != EVENT_STATUS_ANNULLED && f->event.status != EVENT_STATUS_LAPSED;
	case FACT_DEF:
		return true;
	case FACT_TERM:
	case FACT_EVENT_UNIT:
	case FACT_EDGE:
	case FACT_DUE:
	case FACT_TICK:
		break; /* follow from the others */
	}
	return false;
}

/* Is it the newest under its key, as of the question? */
static bool fact_stands(struct view *v, const struct fact *f, uint64_t rev)
{
	struct first_row first = {0};
	struct row row;
	if (!not_taken_back(f))
		return false;
	fact_rows(f, rev, take_first, &first);
	bool stands = first.have && view_get(v, first.tab, buf_view(&first.key), &row) && row.rev == rev;
	buf_free(&first.key);
	return stands;
}

/* ---- what a finding is about -------------------------------------------------------------------------- */

/* The number in "submission.observations[3].value" after `what`; false = another path. */
static bool path_index(const char *path, const char *what, size_t *ret)
{
	size_t len = strlen(what);
	if (strncmp(path, what, len) != 0 || path[len] != '[')
		return false;
	*ret = strtoul(path + len + 1, NULL, 10);
	return true;
}

static const char *period_of(const struct message_read *m, const struct msg_observation *o, struct arena *a)
{
	struct when w;
	char text[WHEN_TEXT_MAX];
	const char *said = *o->period ? o->period : m->round && m->round->def ? m->round->def->reference : "";
	if (when_parse(said, &w, NULL) != ERR_OK)
		return "";
	when_format(&w, text);
	return arena_text(a, text, strlen(text));
}

/* Is this the fact that the observation became? */
static bool fact_of(struct quality *x, const struct message_read *m, const struct msg_observation *o,
		    const struct fact *f)
{
	struct view *v = x->r->v;
	if (f->kind != FACT_OBS || !o->value)
		return false;
	const char *locator = *o->locator ? o->locator : m->submission->locator;
	const char *series = series_text(x->work, o->indicator, o->categories, o->n_categories);
	if (f->obs.series != view_term(v, SPACE_SERIES, slice_text(series)) ||
	    f->obs.ref != view_term(v, SPACE_REF, slice_text(period_of(m, o, x->work))) ||
	    !slice_eq(f->obs.locator, slice_text(locator)) || !unit_meant(v, o->unit, f->obs.unit))
		return false;
	struct msg_value *said;
	return value_get(f->obs.value, x->work, &said) == ERR_OK && value_equal(said, o->value);
}

/* What the finding is about among the facts of the record; *ret_obs: the figure. */
static bool about(struct quality *x, const struct message_read *m, const struct msg_finding *finding,
		  const struct fact *f, const struct fact **ret_obs)
{
	const struct msg_submission *s = m->submission;
	uint32_t units[2];
	size_t i;
	const char *id = NULL;
	if (s && path_index(finding->path, "submission.observations", &i)) {
		bool yes = i < s->n_observations && fact_of(x, m, &s->observations[i], f);
		*ret_obs = yes ? f : *ret_obs;
		return yes;
	}
	if (s && path_index(finding->path, "submission.arrangements", &i) && i < s->n_arrangements)
		id = s->arrangements[i].id;
	else if (s && path_index(finding->path, "submission.units", &i) && i < s->n_units)
		id = s->units[i].id;
	else if (s && path_index(finding->path, "submission.links", &i))
		return f->kind == FACT_LINK;
	if (!id)
		return true;
	uint32_t unit = view_term(x->r->v, SPACE_UNIT, slice_text(id));
	unsigned n = unit ? fact_units(f, units) : 0;
	return (n > 0 && units[0] == unit) || (n > 1 && units[1] == unit);
}

/* ---- is it open? -------------------------------------------------------------------------------------- */

/* The exact figure that counts for a unit and reference now. */
static bool figure_now(struct quality *x, const char *series, const struct fact_obs *o, struct num *ret)
{
	AUTO_CELLS struct cells cells = {0};
	struct cell cell;
	struct choice choice;
	uint32_t id = view_term(x->r->v, SPACE_SERIES, slice_text(series));
	if (!id)
		return false;
	cells_begin(&cells, x->r->v, id, o->ref, o->unit);
	return cells_next(&cells, &cell) && cell.ref == o->ref && cell.unit == o->unit &&
	       choose_value(cell.list, cell.n, x->work, &choice) == ERR_OK &&
	       value_peek(cell.list[choice.chosen].obs.value, ret);
}

static bool half_of(struct num n, enum value_type type, struct num *slack)
{
	struct num half = {5, (uint8_t)(n.scale + 1)};
	return type == VALUE_TYPE_COUNT || (n.scale < NUM_SCALE_MAX && num_add(*slack, half, slack) == ERR_OK);
}

/* Do the parts along a dimension add up to the total by now, within what rounding allows? */
static bool adds_up(struct quality *x, const struct msg_observation *o, const struct fact_obs *f)
{
	const struct msg_indicator *def = define_find(x->r->v, SPACE_INDICATOR, o->indicator, x->work, NULL);
	bool any = false;
	for (size_t d = 0; def && d < def->n_dimensions; d++) {
		const struct msg_dimension *dim = &def->dimensions[d];
		const struct msg_code_list *l = define_find(x->r->v, SPACE_CODE_LIST, dim->code_list, x->work, NULL);
		struct msg_category *c = arena_alloc(x->work, (o->n_categories + 1) * sizeof *c);
		struct num total, part, sum = {0, 0}, off, slack = {0, 0};
		size_t at = o->n_categories;
		for (size_t k = 0; k < o->n_categories; k++) {
			c[k] = o->categories[k];
			at = strcmp(c[k].dimension, dim->id) == 0 ? k : at;
		}
		if (!l || at == o->n_categories || dim->aggregation != AGGREGATION_ADDITIVE ||
		    !figure_now(x, series_text(x->work, o->indicator, c, o->n_categories), f, &total) ||
		    !half_of(total, def->type, &slack))
			continue;
		bool is_total = false, all = true;
		for (size_t k = 0; k < l->n_codes; k++)
			is_total |= l->codes[k].total && strcmp(l->codes[k].code, o->categories[at].code) == 0;
		for (size_t k = 0; k < l->n_codes && is_total && all; k++) {
			if (l->codes[k].total)
				continue;
			c[at].code = l->codes[k].code;
			all = figure_now(x, series_text(x->work, o->indicator, c, o->n_categories), f, &part) &&
			      num_add(sum, part, &sum) == ERR_OK && half_of(part, def->type, &slack);
		}
		if (!is_total || !all)
			continue;
		enum err e = num_cmp(sum, total) > 0 ? num_sub(sum, total, &off) : num_sub(total, sum, &off);
		if (e != ERR_OK || num_cmp(off, slack) > 0)
			return false;
		any = true;
	}
	return any;
}

/* Does another value still stand beside it? */
static bool contradicted(struct quality *x, const struct fact_obs *f)
{
	AUTO_CELLS struct cells cells = {0};
	struct cell cell;
	struct choice choice = {.values = 1};
	cells_begin(&cells, x->r->v, f->series, f->ref, f->unit);
	return cells_next(&cells, &cell) && cell.ref == f->ref && cell.unit == f->unit &&
	       choose_value(cell.list, cell.n, x->work, &choice) == ERR_OK && choice.values > 1;
}

static bool is_open(struct quality *x, const struct message_read *m, const struct msg_finding *finding)
{
	const struct fact *obs = NULL;
	bool open = false, inside = !x->scope;
	for (size_t i = 0; i < m->outcome->n_facts; i++) {
		const struct fact *f = &m->outcome->facts[i];
		uint32_t units[2];
		if (!about(x, m, finding, f, &obs) || !fact_stands(x->r->v, f, m->rec->rev))
			continue;
		open = true;
		int32_t day = m->round ? m->round->day : WHEN_DAY_MAX;
		unsigned n = inside ? 0 : fact_units(f, units);
		for (unsigned k = 0; k < n; k++)
			inside |= quality_inside(x, units[k], day);
	}
	if (!open || !inside)
		return false;
	if (!obs)
		return !*x->q->indicator;
	size_t i = 0;
	(void)path_index(finding->path, "submission.observations", &i);
	const struct msg_observation *o = &m->submission->observations[i];
	if (*x->q->indicator && strcmp(x->q->indicator, o->indicator) != 0)
		return false;
	if (strcmp(finding->rule, "SUM_MISMATCH") == 0)
		return !adds_up(x, o, &obs->obs);
	if (strcmp(finding->rule, "CONFLICTING_VALUES") == 0)
		return contradicted(x, &obs->obs);
	return true;
}

static enum err tell_findings(struct quality *x, const struct message_read *m)
{
	enum err e = ERR_OK;
	for (size_t i = 0; i < m->receipt->n_findings && e == ERR_OK; i++) {
		const struct msg_finding *f = &m->receipt->findings[i];
		answer_did(x->r, m->outcome->n_facts);
		e = answer_work(x->r);
		if (e != ERR_OK || f->severity != SEVERITY_WARNING || !is_open(x, m, f))
			continue;
		struct msg_finding told = *f;
		struct msg_open_finding_row row = {.revision = m->rec->rev,
						   .message_id = {m->rec->id, sizeof m->rec->id},
						   .submitter = m->receipt->submitter,
						   .system_time_us = m->rec->time_us,
						   .finding = &told};
		e = answer_row(x->r, 4, &msg_type_open_finding_row, &row);
	}
	return e;
}

/* ---- reading ------------------------------------------------------------------------------------------ */

static uint64_t first_revision(struct quality *x)
{
	uint64_t first = x->r->revision + 1;
	for (uint32_t i = 1; i <= x->n_rounds && x->some; i++) {
		AUTO_WALK struct walk w = {0};
		AUTO_BUF struct buf key = {0};
		struct row row;
		if (!x->rounds[i].wanted)
			continue;
		key_number(&key, SPACE_ROUND, i);
		walk_begin(&w, x->r->v, TABLE_DEF, buf_view(&key));
		w.all_revisions = true;
		while (walk_next(&w, &row))
			first = row.rev < first ? row.rev : first;
	}
	return x->some ? first : 1;
}

static bool warned(const struct msg_receipt *receipt)
{
	for (size_t i = 0; i < receipt->n_findings; i++)
		if (receipt->findings[i].severity == SEVERITY_WARNING)
			return true;
	return false;
}

static const struct quality_round *round_of(struct quality *x, const struct msg_submission *s)
{
	uint32_t id = s ? view_term(x->r->v, SPACE_ROUND, slice_text(s->round)) : 0;
	return id && id <= x->n_rounds ? &x->rounds[id] : NULL;
}

static enum err read_message(struct quality *x, struct reports *reports, const struct journal_record *rec)
{
	struct arena *a = x->work;
	struct outcome o;
	struct slice bytes;
	void *receipt, *message;
	enum err e = x->r->failed = outcome_receipt(rec->outcome, &bytes);
	if (e != ERR_OK || rec->kind != RECORD_MESSAGE)
		return e;
	if (codec_decode(&msg_type_receipt, bytes, CODEC_TOLERANT, a, &receipt, NULL) != ERR_OK)
		return ERR_OK; /* a test's, or erased */
	bool findings = x->findings && warned(receipt);
	if (!findings && !reports)
		return ERR_OK;
	if (codec_decode(&msg_type_message, rec->body, CODEC_TOLERANT, a, &message, NULL) != ERR_OK)
		return ERR_OK; /* erased */
	const struct msg_message *said = message;
	struct message_read m = {.rec = rec, .receipt = receipt, .submission = said->submission};
	m.round = round_of(x, m.submission);
	if (x->some && !(m.round && m.round->wanted))
		return ERR_OK;
	if (findings) {
		e = x->r->failed = outcome_get(rec->outcome, a, true, &o);
		m.outcome = &o;
		if (e == ERR_OK)
			e = tell_findings(x, &m);
	}
	if (e == ERR_OK && reports && m.round && m.submission)
		reports_take(reports, &m);
	return e;
}

enum err quality_log(struct quality *x)
{
	struct answer *r = x->r;
	struct reports *reports = x->asymmetries ? reports_new(x) : NULL;
	uint64_t pos, first = first_revision(x);
	uint32_t read = 0;
	enum err e = r->failed = journal_read_renew(r->c->journal);
	if (e == ERR_OK && first <= r->revision)
		e = r->failed = journal_find(r->c->journal, first, &pos);
	for (uint64_t rev = first; rev <= r->revision && e == ERR_OK; pos++) {
		struct journal_record rec;
		e = r->failed = journal_get(r->c->journal, pos, &rec);
		if (e != ERR_OK)
			break;
		answer_did_record(r, &rec);
		if (rec.rev) { /* refused ones stand between */
			e = read_message(x, reports, &rec);
			rev = rec.rev + 1;
		}
		arena_reset(x->work);
		if (e == ERR_OK && ++read % RECORDS_A_TXN == 0)
			e = r->failed = journal_read_renew(r->c->journal);
		if (e == ERR_OK)
			e = answer_work(r);
	}
	return e == ERR_OK && reports ? reports_tell(reports) : e;
}
