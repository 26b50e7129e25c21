/* SPDX-License-Identifier: Apache-2.0
 *
 * decompose_kit.c - see decompose_kit.h.
 */
#include "tests/unit/decompose_kit.h"

size_t k_explained;
bool k_silent, k_lenient;
void k_round(struct world *w, const char *id, const char *reference, uint32_t frame, const char *members,
	     const char *area)
{
	struct msg_frame_size size = {.population = frame};
	size.members = arena_alloc(w->a, 64 * sizeof *size.members);
	for (const char *m; (m = w_next(w, &members));)
		size.members[size.n_members++] = *w_by_id(w, m);
	struct msg_round def = {.id = id,
				.survey = "survey",
				.reference = reference,
				.unit_kind = "municipality",
				.area = *area ? w_by_id(w, area) : NULL,
				.frame = frame ? &size : NULL};
	w_word(w, SPACE_SURVEY, "survey");
	w_def(w, SPACE_ROUND, id, &msg_type_round, &def);
}

void k_say(struct world *w, const char *round, const char *series, const char *period, const char *list)
{
	const char *before = w->round;
	w->round = round;
	w_say(w, series, period, list);
	w->round = before;
}

uint64_t k_people(struct world *w, const char *then, const char *later)
{
	k_say(w, "r0", "people", "2014", then);
	k_say(w, "r1", "people", "2022", later);
	return w_commit(w);
}

void k_correct(struct world *w, const char *round, const char *series, const char *period, const char *list)
{
	size_t i = w->n_facts;
	k_say(w, round, series, period, list);
	for (; i < w->n_facts; i++)
		if (w->facts[i].kind == FACT_OBS && w->facts[i].obs.state == STATE_ASSERTED)
			w->facts[i].obs.state = STATE_CORRECTED;
}

static struct msg_point *point(struct world *w, const char *text, uint64_t rev)
{
	struct msg_point *p = arena_alloc(w->a, sizeof *p);
	*p = (struct msg_point){.as_of_revision = rev};
	if (strlen(text) == 10 && text[4] == '-')
		p->valid_at = text;
	else if (text[0] == 'r')
		p->round = text;
	else
		p->period = text;
	return p;
}

/* Every cause of every row, and the change itself, made once more of the log: what is explained agrees. */
static void explain_rows(struct world *w, struct msg_decompose_question *q, const struct msg_decompose_answer *answer)
{
	for (size_t i = 0; i < answer->n_rows; i++)
		for (int c = CAUSE_UNSPECIFIED; c <= CAUSE_UNDETERMINED; c++) {
			const struct msg_decompose_row *row = &answer->rows[i];
			const struct msg_figure *f = c ? row->parts[c - 1].figure : row->change;
			struct msg_explain_question e = {.decompose = q,
							 .group = *row->group ? row->group : row->group_name,
							 .cause = (enum cause)c};
			struct msg_query_request r = w_request();
			r.explain = &e;
			struct msg_query_reply *reply = w_ask(w, &r);
			const struct msg_explain_answer *x = reply->explain;
			if (!x && !strstr(reply->error->text, "not explained"))
				fail_msg("%s, cause %d: %s", row->group, c, reply->error->text);
			if (x && !x->agrees)
				fail_msg("%s, cause %d is %s%s [%s, %s], recomputed %s%s [%s, %s]: %s", row->group, c,
					 f->shown, f->refused, f->low, f->high, x->recomputed->shown,
					 x->recomputed->refused, x->recomputed->low, x->recomputed->high,
					 k_text(w, row));
			k_explained += x != NULL;
		}
}

struct msg_decompose_answer *k_decompose(struct world *w, const struct k_ask *ask)
{
	struct msg_category category = {.dimension = ask->dim, .code = ask->code};
	const char *value = ask->value;
	struct msg_filter filter = {.field = ask->field, .n_values = 1, .values = &value};
	struct msg_decompose_question q = {.indicator = ask->indicator,
					   .indicator_to = ask->indicator_to,
					   .n_categories = ask->dim ? 1 : 0,
					   .categories = &category,
					   .counted = ask->counted,
					   .kind = ask->kind,
					   .n_where = ask->field ? 1 : 0,
					   .where = &filter,
					   .n_units = ask->in ? 1 : 0,
					   .units = ask->in ? w_by_id(w, ask->in) : NULL,
					   .subtree = !ask->alone,
					   .group_by = ask->group_by,
					   .measure = ask->measure ? ask->measure : MEASURE_SUM,
					   .from = point(w, ask->from ? ask->from : "r0", ask->from_rev),
					   .to = point(w, ask->to ? ask->to : "r1", ask->to_rev),
					   .weight_basis = ask->weights,
					   .decimals = ask->decimals};
	struct msg_query_request r = w_request();
	r.decompose = &q;
	struct msg_query_reply *reply = w_ask(w, &r);
	if (!reply->decompose && k_lenient && reply->error && (enum err)reply->error->code == ERR_NOT_FOUND)
		return NULL;
	if (!reply->decompose)
		fail_msg("no decomposition: %s", reply->error ? reply->error->text : "?");
	assert_int_equal(w->n_replies, 1);
	if (!k_silent)
		explain_rows(w, &q, reply->decompose);
	return reply->decompose;
}

const struct msg_decompose_part *k_part(const struct msg_decompose_row *row, enum cause c)
{
	assert_int_equal(row->n_parts, CAUSE_UNDETERMINED);
	assert_int_equal(row->parts[c - 1].cause, c);
	return &row->parts[c - 1];
}

bool k_noted(const struct msg_decompose_part *p, const char *text)
{
	for (size_t i = 0; i < p->n_notes; i++) {
		if (strstr(p->notes[i], text))
			return true;
	}
	return false;
}

static const char *shown(const struct msg_figure *f)
{
	return *f->refused ? "refused" : f->shown;
}

const char *k_text(struct world *w, const struct msg_decompose_row *row)
{
	static const char *const names[] = {"",           "correction", "structure", "frame",       "response",
					    "definition", "late",       "real",      "undetermined"};
	const char *text = arena_printf(w->a, "%s → %s = %s:", shown(row->from), shown(row->to), shown(row->change));
	bool any = false;
	for (int c = CAUSE_CORRECTION; c <= CAUSE_UNDETERMINED; c++) {
		const struct msg_figure *f = k_part(row, (enum cause)c)->figure;
		bool bounds = c != CAUSE_UNDETERMINED &&
			      (*f->low || *f->high || k_noted(k_part(row, (enum cause)c), "nothing bounds it"));
		if (!*f->refused && strcmp(f->numerator, "0") == 0 && !bounds)
			continue;
		text = arena_printf(w->a, "%s%s %s %s", text, any ? "," : "", names[c], shown(f));
		if (bounds)
			text = arena_printf(w->a, "%s (%s..%s)", text, f->low, f->high);
		any = true;
	}
	if (!*row->change->refused && !row->agrees)
		text = arena_printf(w->a, "%s, BUT THE SUM IS %s", text, shown(row->sum));
	return any ? text : arena_printf(w->a, "%s nothing", text);
}

const char *k_parts(struct world *w, const struct k_ask *ask)
{
	struct msg_decompose_answer *answer = k_decompose(w, ask);
	assert_int_equal(answer->n_rows, 1);
	return k_text(w, &answer->rows[0]);
}

void k_lay(struct world *w)
{
	h_counties(w, "West East");
	w_indicator(w, "people", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	w_indicator(w, "money", VALUE_TYPE_NUMBER, AGGREGATION_ADDITIVE, "municipality");
	k_round(w, "r0", "2014", 0, "", "");
	k_round(w, "r1", "2022", 0, "", "");
	w_tick(w, "2026-01-01");
}

void k_same_towns(struct world *w)
{
	k_lay(w);
	h_towns_of(w, "West", "A B C");
	h_towns_of(w, "East", "X Y");
}
