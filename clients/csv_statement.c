/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows as observations, arrangements and units, gathered into submissions.
 */
#include <string.h>
#include "base/num.h"
#include "clients/csv_map.h"
#include "clients/ref.h"

/* ---- submissions ---- */

/* What must agree for two rows to stand in one submission, as a text. */
static const char *group_key(struct csv_map *m, const char *round)
{
	const char *key =
	    arena_printf(m->arena, "%s\x1f%s\x1f%s\x1f%s\x1f%s", round, csv_get(m, CSV_F_SCOPE), csv_get(m, CSV_F_MODE),
			 csv_get(m, CSV_F_SOURCE), csv_get(m, CSV_F_EXPRESSED_IN));
	for (size_t i = 0; i < m->plan->by.n; i++)
		for (size_t k = 0; k < m->table.n_columns; k++)
			if (strcmp(m->table.header[k], m->plan->by.list[i].key) == 0)
				key = arena_printf(m->arena, "%s\x1f%s", key, m->table.rows[m->row][k]);
	return key;
}

static void completeness_put(struct csv_map *m, struct msg_submission *s)
{
	const struct csv_pairs *pairs = &m->plan->completeness;
	if (!pairs->n)
		return;
	s->n_completeness = pairs->n;
	s->completeness = arena_alloc(m->arena, pairs->n * sizeof *s->completeness);
	for (size_t i = 0; i < pairs->n; i++) {
		s->completeness[i].kind = pairs->list[i].key;
		s->completeness[i].complete =
		    (enum completion)msg_code_number(&msg_enum_completion, pairs->list[i].value);
	}
}

/* The submission that the row at work belongs to; NULL after a fault. `round` overrides the field when not NULL. */
static struct csv_group *csv_group_of(struct csv_map *m, const char *round)
{
	struct why why = {{0}};
	const char *said = round ? round : csv_get(m, CSV_F_ROUND), *key = group_key(m, said);
	for (struct csv_group *g = m->groups; g; g = g->next)
		if (strcmp(g->key, key) == 0 && !(m->plan->split && g->statements >= m->plan->split)) {
			g->statements++;
			return g;
		}
	struct csv_group *g = arena_alloc(m->arena, sizeof *g);
	struct msg_submission *s = arena_alloc(m->arena, sizeof *s);
	const char *scope = csv_get(m, CSV_F_SCOPE), *mode = csv_get(m, CSV_F_MODE);
	int code = *mode ? msg_code_number(&msg_enum_submission_mode, mode) : SUBMISSION_MODE_PATCH;
	if (code <= 0)
		csv_fault(m, csv_where(m, CSV_F_MODE), "patch or complete", "\"%s\" is no mode of a submission", mode);
	s->round = said;
	s->mode = (enum submission_mode)(code > 0 ? code : 0);
	s->source = csv_get(m, CSV_F_SOURCE);
	s->expressed_in = csv_get(m, CSV_F_EXPRESSED_IN);
	s->reason = csv_get_set(m, CSV_F_REASON);
	s->scope = ref_parse(scope, m->arena, &why);
	if (*scope && !s->scope)
		csv_fault(m, csv_where(m, CSV_F_SCOPE), NULL, "%s", why.text);
	if (!*s->source)
		csv_fault(m, csv_where(m, CSV_F_SOURCE), "give --source, the id of a defined source",
			  "there is no source for this row");
	completeness_put(m, s);
	g->key = key;
	g->message = csv_message(m);
	m->load->messages[g->message]->submission = s;
	g->submission = s;
	g->statements = 1;
	g->next = m->groups;
	m->groups = g;
	return g;
}

/* ---- observations ---- */

static struct msg_decimal *decimal_of(struct csv_map *m, const char *text, const char *column)
{
	struct why why = {{0}};
	struct num n;
	if (num_parse(text, &n, &why) != ERR_OK) {
		csv_fault(
		    m, column,
		    "write digits with a decimal point; words go into a column `words`, a gap into a column `missing`",
		    "%s", why.text);
		return NULL;
	}
	struct msg_decimal *d = arena_alloc(m->arena, sizeof *d);
	*d = (struct msg_decimal){.digits = n.digits, .scale = n.scale};
	return d;
}

static struct msg_bound *bound_of(struct csv_map *m, enum csv_field f)
{
	const char *text = csv_get(m, f);
	if (!*text)
		return NULL;
	struct msg_bound *b = arena_alloc(m->arena, sizeof *b);
	b->value = decimal_of(m, text, csv_where(m, f));
	return b;
}

static struct msg_value *missing_of(struct csv_map *m, int kind)
{
	struct msg_value *v = arena_alloc(m->arena, sizeof *v);
	v->missing = arena_alloc(m->arena, sizeof *v->missing);
	v->missing->kind = (enum missing_kind)kind;
	return v;
}

/* The figure in `text`. *skip when the row is to be left out; NULL after a fault. */
static struct msg_value *figure_of(struct csv_map *m, const char *text, const char *column, bool *skip)
{
	if (!*text && m->plan->blank > 0)
		return missing_of(m, m->plan->blank);
	if (!*text && m->plan->blank == CSV_BLANK_SKIP) {
		*skip = true;
		return NULL;
	}
	if (!*text) {
		csv_fault(
		    m, column,
		    "say what an empty cell means: --blank skip, or --blank with a kind of missing such as blank, "
		    "not_published",
		    "the cell is empty, and absence is not zero");
		return NULL;
	}
	struct msg_value *v = arena_alloc(m->arena, sizeof *v);
	struct msg_decimal *d = decimal_of(m, text, column);
	const char *qualifier = csv_get(m, CSV_F_QUALIFIER);
	if (*qualifier) {
		v->approximate = arena_alloc(m->arena, sizeof *v->approximate);
		v->approximate->value = d;
		v->approximate->qualifier = qualifier;
	} else
		v->exact = d;
	return d ? v : NULL;
}

/* The value of a long row: a figure, an interval, words or a kind of missing. */
static struct msg_value *value_of(struct csv_map *m, bool *skip)
{
	const char *text = csv_get(m, CSV_F_VALUE), *words = csv_get(m, CSV_F_WORDS),
		   *missing = csv_get(m, CSV_F_MISSING);
	bool interval = *csv_get(m, CSV_F_VALUE_LOW) || *csv_get(m, CSV_F_VALUE_HIGH);
	struct msg_value *v;
	if ((*text != 0) + (*words != 0) + (*missing != 0) + interval > 1) {
		csv_fault(m, csv_where(m, CSV_F_VALUE), "leave all but one of them empty",
			  "the row has more than one of value, value_low/value_high, words and missing");
		return NULL;
	}
	if (*missing) {
		int kind = csv_code(m, CSV_F_MISSING, &msg_enum_missing_kind, 0);
		return kind > 0 ? missing_of(m, kind) : NULL;
	}
	if (!*words && !interval)
		return figure_of(m, text, csv_where(m, CSV_F_VALUE), skip);
	v = arena_alloc(m->arena, sizeof *v);
	if (*words) {
		v->verbal = arena_alloc(m->arena, sizeof *v->verbal);
		v->verbal->text = words;
		return v;
	}
	v->interval = arena_alloc(m->arena, sizeof *v->interval);
	v->interval->low = bound_of(m, CSV_F_VALUE_LOW);
	v->interval->high = bound_of(m, CSV_F_VALUE_HIGH);
	return v;
}

static struct msg_unit_ref *unit_of(struct csv_map *m)
{
	const char *code = csv_get(m, CSV_F_UNIT_CODE), *id = csv_get(m, CSV_F_UNIT);
	if (!*id && *code)
		return ref_code(code, csv_get(m, CSV_F_SCHEME), m->arena);
	struct msg_unit_ref *ref = csv_ref(m, CSV_F_UNIT, CSV_F_UNIT_NAME);
	if (!ref)
		csv_fault(m, NULL, "map a column: --column unit_name=HEADER (or unit=, unit_code=)",
			  "the row names no unit");
	return ref;
}

static void category_put(struct csv_map *m, struct msg_observation *o, const char *dimension, const char *code,
			 size_t *room)
{
	for (size_t i = 0; i < o->n_categories; i++)
		if (strcmp(o->categories[i].dimension, dimension) == 0) {
			o->categories[i].code = code; /* the cell's own word goes before the row's */
			return;
		}
	o->categories =
	    arena_grow(m->arena, o->categories, o->n_categories, o->n_categories + 1, sizeof *o->categories, room);
	o->categories[o->n_categories++] = (struct msg_category){.dimension = dimension, .code = code};
}

static int status_code(struct csv_map *m, const char *text, const char *column)
{
	int code = msg_code_number(&msg_enum_observation_status, text);
	if (code <= 0)
		csv_fault(m, column, "main, conflict, preliminary or estimated",
			  "\"%s\" is no status of an observation", text);
	return code > 0 ? code : 0;
}

/* What the row says about each of its observations. */
static struct msg_observation row_of(struct csv_map *m, size_t *room)
{
	struct msg_observation o = {.status = OBSERVATION_STATUS_MAIN};
	*room = 0;
	o.unit = unit_of(m);
	o.indicator = csv_get(m, CSV_F_INDICATOR);
	o.period = csv_get(m, CSV_F_PERIOD);
	o.locator = csv_get(m, CSV_F_LOCATOR);
	if (*csv_get(m, CSV_F_STATUS))
		o.status =
		    (enum observation_status)status_code(m, csv_get(m, CSV_F_STATUS), csv_where(m, CSV_F_STATUS));
	for (size_t i = 0; i < m->n_dims; i++) {
		const char *code = csv_get_prefixed(m, &m->dims[i]);
		if (*code)
			category_put(m, &o, m->dims[i].name, code, room);
	}
	if (*csv_get(m, CSV_F_SUPERSEDES)) {
		o.supersedes = arena_alloc(m->arena, sizeof *o.supersedes);
		(void)csv_u64(m, CSV_F_SUPERSEDES, INT64_MAX, &o.supersedes->revision);
		o.supersedes->reason = csv_get(m, CSV_F_REASON);
	}
	return o;
}

static void observation_put(struct csv_map *m, struct msg_observation *o, const char *round, const char *column)
{
	struct csv_group *g = csv_group_of(m, round);
	struct msg_submission *s = g->submission;
	if (!*o->indicator)
		csv_fault(m, column, "give --indicator, the id of a defined one",
			  "there is no indicator for this figure");
	if (o->value && *csv_get(m, CSV_F_PRINTED))
		o->value->printed = csv_get(m, CSV_F_PRINTED);
	s->observations = arena_grow(m->arena, s->observations, s->n_observations, s->n_observations + 1,
				     sizeof *s->observations, &g->room);
	s->observations[s->n_observations++] = *o;
	csv_place(m, g->message, column);
}

static void wide_put(struct csv_map *m, const struct csv_value_column *c, const struct msg_observation *row)
{
	struct msg_observation o = *row;
	const char *round = NULL, *text = "";
	size_t room = o.n_categories;
	bool skip = false;
	/* The categories of a row are shared by its cells: each cell takes a copy before it adds its own. */
	if (o.n_categories) {
		o.categories = arena_alloc(m->arena, o.n_categories * sizeof *o.categories);
		memcpy(o.categories, row->categories, o.n_categories * sizeof *o.categories);
	}
	for (size_t i = 0; i < c->pairs.n; i++) {
		const struct csv_pair *p = &c->pairs.list[i];
		if (strcmp(p->key, "indicator") == 0)
			o.indicator = p->value;
		else if (strcmp(p->key, "period") == 0)
			o.period = p->value;
		else if (strcmp(p->key, "round") == 0)
			round = p->value;
		else if (strcmp(p->key, "status") == 0)
			o.status = (enum observation_status)status_code(m, p->value, c->header);
		else
			category_put(m, &o, p->key, p->value, &room);
	}
	for (size_t k = 0; k < m->table.n_columns; k++)
		if (strcmp(m->table.header[k], c->header) == 0)
			text = m->table.rows[m->row][k];
	o.value = figure_of(m, text + strspn(text, " \t"), c->header, &skip);
	if (!skip)
		observation_put(m, &o, round, c->header);
}

void csv_row_observations(struct csv_map *m)
{
	size_t room;
	struct msg_observation o = row_of(m, &room);
	bool skip = false;
	for (size_t i = 0; i < m->plan->n_values; i++)
		wide_put(m, &m->plan->values[i], &o);
	if (m->plan->n_values)
		return;
	o.value = value_of(m, &skip);
	if (!skip)
		observation_put(m, &o, NULL, csv_where(m, CSV_F_VALUE));
}

/* ---- arrangements ---- */

static void participants_put(struct csv_map *m, struct msg_arrangement_statement *s)
{
	const char *text = csv_get(m, CSV_F_PARTICIPANTS);
	bool named = !*text;
	enum csv_field f = named ? CSV_F_PARTICIPANT_NAMES : CSV_F_PARTICIPANTS;
	const char **list = csv_split(m, csv_get(m, f), false, &s->n_participants);
	if (!s->n_participants)
		return;
	s->participants = arena_alloc(m->arena, s->n_participants * sizeof *s->participants);
	for (size_t i = 0; i < s->n_participants; i++) {
		struct why why = {{0}};
		s->participants[i].unit = named ? csv_name(m, list[i]) : ref_parse(list[i], m->arena, &why);
		if (!s->participants[i].unit)
			csv_fault(m, csv_where(m, f), NULL, "%s", why.text);
	}
}

void csv_row_arrangement(struct csv_map *m)
{
	struct csv_group *g = csv_group_of(m, NULL);
	struct msg_submission *s = g->submission;
	struct msg_arrangement_statement a = {.id = csv_get(m, CSV_F_ID),
					      .name = csv_get(m, CSV_F_NAME),
					      .sector = csv_get(m, CSV_F_SECTOR),
					      .legal_form = csv_get(m, CSV_F_LEGAL_FORM),
					      .level = csv_get(m, CSV_F_LEVEL),
					      .established = csv_get(m, CSV_F_ESTABLISHED),
					      .ended = csv_get(m, CSV_F_ENDED),
					      .locator = csv_get(m, CSV_F_LOCATOR)};
	if (!*a.id)
		csv_fault(m, csv_where(m, CSV_F_ID), "map a column, or make one: --set 'id=alstahaug-{nr}'",
			  "the arrangement has no id");
	a.tasks = csv_split(m, csv_get(m, CSV_F_TASKS), false, &a.n_tasks);
	a.host = csv_ref(m, CSV_F_HOST, CSV_F_HOST_NAME);
	a.part_of = csv_ref(m, CSV_F_PART_OF, CSV_FIELD_COUNT);
	a.participants_complete =
	    (enum completion)csv_code(m, CSV_F_COMPLETE, &msg_enum_completion, COMPLETION_UNKNOWN);
	participants_put(m, &a);
	if (*csv_get(m, CSV_F_PRINTED_PARTICIPANTS)) {
		uint64_t n;
		a.printed_participants = arena_alloc(m->arena, sizeof *a.printed_participants);
		if (csv_u64(m, CSV_F_PRINTED_PARTICIPANTS, UINT32_MAX, &n))
			a.printed_participants->count = (uint32_t)n;
	}
	s->arrangements = arena_grow(m->arena, s->arrangements, s->n_arrangements, s->n_arrangements + 1,
				     sizeof *s->arrangements, &g->room);
	s->arrangements[s->n_arrangements++] = a;
	csv_place(m, g->message, "");
}

/* ---- units ---- */

static void names_put(struct csv_map *m, struct msg_unit_statement *u)
{
	enum csv_field f = *csv_get(m, CSV_F_NAMES) ? CSV_F_NAMES : CSV_F_NAME;
	const char **list = csv_split(m, csv_get(m, f), false, &u->n_names);
	u->names = arena_alloc(m->arena, (u->n_names + 1) * sizeof *u->names);
	for (size_t i = 0; i < u->n_names; i++)
		u->names[i].text = list[i];
}

static void codes_put(struct csv_map *m, struct msg_unit_statement *u)
{
	u->codes = arena_alloc(m->arena, (m->n_codes + 1) * sizeof *u->codes);
	for (size_t i = 0; i < m->n_codes; i++) {
		const char *code = csv_get_prefixed(m, &m->codes[i]);
		if (*code)
			u->codes[u->n_codes++] = (struct msg_code_value){.scheme = m->codes[i].name, .code = code};
	}
	u->attributes = arena_alloc(m->arena, (m->n_attrs + 1) * sizeof *u->attributes);
	for (size_t i = 0; i < m->n_attrs; i++) {
		struct msg_attribute a = {.name = m->attrs[i].name};
		a.values = csv_split(m, csv_get_prefixed(m, &m->attrs[i]), false, &a.n_values);
		if (a.n_values)
			u->attributes[u->n_attributes++] = a;
	}
}

void csv_row_unit(struct csv_map *m)
{
	struct csv_group *g = csv_group_of(m, NULL);
	struct msg_submission *s = g->submission;
	struct msg_unit_statement u = {.id = csv_get(m, CSV_F_ID),
				       .kind = csv_get(m, CSV_F_KIND),
				       .valid_from = csv_get(m, CSV_F_VALID_FROM),
				       .valid_to = csv_get(m, CSV_F_VALID_TO),
				       .locator = csv_get(m, CSV_F_LOCATOR)};
	if (!*u.id)
		csv_fault(m, csv_where(m, CSV_F_ID), "map a column, or make one: --set 'id=kommune-{code}'",
			  "the unit has no id");
	names_put(m, &u);
	codes_put(m, &u);
	u.part_of = csv_ref(m, CSV_F_PART_OF, CSV_FIELD_COUNT);
	if (!u.part_of && *csv_get(m, CSV_F_PART_OF_NAME))
		u.part_of = ref_name(csv_get(m, CSV_F_PART_OF_NAME), "", csv_get(m, CSV_F_WITHIN), m->arena);
	s->units = arena_grow(m->arena, s->units, s->n_units, s->n_units + 1, sizeof *s->units, &g->room);
	s->units[s->n_units++] = u;
	csv_place(m, g->message, "");
}
