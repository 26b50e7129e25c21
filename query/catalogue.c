/* SPDX-License-Identifier: Apache-2.0
 *
 * catalogue.c - what there is to ask about: definitions, as they are known as of the view.
 *
 * Definitions stand in the order of their numbers, that is in which they were first said, so that pages of a growing
 * store stay where they are.
 */
#include <string.h>
#include "query/cataloguing.h"
#include "query/define.h"
#include "query/periods.h"

static bool wants(struct catalogue *c, const char *id)
{
	const struct msg_catalogue_question *q = c->q;
	bool named = *q->id && q->list != CATALOGUE_LIST_VALUES;
	if (c->last.next_skip || (named && strcmp(id, q->id) != 0))
		return false;
	c->found = true;
	uint32_t at = c->at++;
	if (at < q->skip)
		return false;
	if (!q->limit || at - q->skip < q->limit)
		return true;
	c->last.next_skip = at;
	return false;
}

bool catalogue_wants(struct catalogue *c, const char *id)
{
	bool wanted = wants(c, id);
	if (!wanted && c->r->row != c->r->a)
		arena_reset(c->r->row);
	return wanted;
}

enum err catalogue_put(struct catalogue *c, const struct msg_catalogue_entry *x)
{
	return answer_row(c->r, 2, &msg_type_catalogue_entry, x);
}

/* Of what the codec only reads, though its structs do not say so. */
static void *lent(const void *def)
{
	void *p;
	memcpy(&p, &def, sizeof p);
	return p;
}

/* ---- definitions ------------------------------------------------------------------------------------ */

static enum err periods_of(struct catalogue *c, const char *indicator, struct msg_catalogue_entry *x)
{
	struct series *series;
	size_t n = series_find(c->r->v, indicator, NULL, 0, c->r->row, &series);
	return periods_find(c->r, series, n, &x->periods, &x->n_periods);
}

static const char *area_name(struct catalogue *c, const struct msg_round *round)
{
	struct answer *r = c->r;
	struct when w;
	uint32_t area =
	    round->area && round->area->id ? view_term(r->v, SPACE_UNIT, slice_text(round->area->id->id)) : 0;
	if (!area || when_parse(round->reference, &w, NULL) != ERR_OK)
		return "";
	return unit_name(r->v, area, when_reference_day(&w), r->row);
}

/* The definition into its alternative, with what else is said of such. */
static enum err tell(struct catalogue *c, enum space s, void *def, struct msg_catalogue_entry *x)
{
	switch (s) {
	case SPACE_INDICATOR:
		x->indicator = def;
		return periods_of(c, x->id, x);
	case SPACE_ROUND:
		x->round = def;
		x->name = area_name(c, x->round);
		break;
	case SPACE_SURVEY:
		x->survey = def;
		break;
	case SPACE_SOURCE:
		x->source = def;
		break;
	case SPACE_CODE_LIST:
		x->code_list = def;
		break;
	case SPACE_TAG:
		x->tag = def;
		break;
	case SPACE_UNIT:
	case SPACE_EVENT:
	case SPACE_SUBMITTER:
	case SPACE_TERM:
	case SPACE_SERIES:
	case SPACE_REF:
	case SPACE_COUNT:
		break;
	}
	return c->r->v->err;
}

static enum err definitions(struct catalogue *c, enum space s)
{
	struct answer *r = c->r;
	uint32_t last = view_terms(r->v, s);
	enum err e = ERR_OK;
	for (uint32_t id = 1; id && id <= last && e == ERR_OK; id++) {
		struct msg_catalogue_entry x = {.name = ""};
		void *def = lent(define_get(r->v, s, id, r->row, &x.revision));
		x.id = def ? answer_text(r, s, id) : "";
		e = answer_work(r);
		if (!def || e != ERR_OK || !catalogue_wants(c, x.id))
			continue;
		e = tell(c, s, def, &x);
		if (e == ERR_OK)
			e = catalogue_put(c, &x);
	}
	return e;
}

static enum err event_read(struct catalogue *c, uint32_t id, struct msg_catalogue_entry *ret)
{
	AUTO_BUF struct buf key = {0};
	struct row row;
	struct fact f;
	void *def;
	key_event(&key, id);
	if (!view_get(c->r->v, TABLE_EVENT, buf_view(&key), &row))
		return c->r->v->err;
	enum err e = row_fact(&row, &f);
	if (e == ERR_OK)
		e = codec_decode(&msg_type_reorganisation_event, f.event.body, CODEC_TOLERANT, c->r->row, &def, NULL);
	if (e != ERR_OK)
		return c->r->v->err = e;
	ret->event = def;
	ret->event->status = (enum event_status)f.event.status;
	ret->revision = row.rev;
	return ERR_OK;
}

static enum err events(struct catalogue *c)
{
	struct answer *r = c->r;
	uint32_t last = view_terms(r->v, SPACE_EVENT);
	enum err e = ERR_OK;
	for (uint32_t id = 1; id && id <= last && e == ERR_OK; id++) {
		struct msg_catalogue_entry x = {.name = ""};
		e = event_read(c, id, &x);
		x.id = x.event ? answer_text(r, SPACE_EVENT, id) : "";
		if (e == ERR_OK)
			e = answer_work(r);
		if (e == ERR_OK && x.event && catalogue_wants(c, x.id))
			e = catalogue_put(c, &x);
	}
	return e;
}

/* ---- dimensions ------------------------------------------------------------------------------------- */

/* A dimension is where an indicator says so: the same name with the same codes is one entry. */
struct dimension {
	const char *id, *code_list;
	size_t n, room;
	const char **indicators;
};
struct dimensions {
	size_t n, room;
	struct dimension *list;
};

static void dimension_add(struct arena *a, struct dimensions *all, const struct msg_dimension *d, const char *indicator)
{
	struct dimension *x = NULL;
	for (size_t i = 0; i < all->n && !x; i++) {
		if (strcmp(all->list[i].id, d->id) == 0 && strcmp(all->list[i].code_list, d->code_list) == 0)
			x = &all->list[i];
	}
	if (!x) {
		all->list = arena_grow(a, all->list, all->n, all->n + 1, sizeof *all->list, &all->room);
		x = &all->list[all->n++];
		*x = (struct dimension){.id = d->id, .code_list = d->code_list};
	}
	x->indicators = arena_grow(a, x->indicators, x->n, x->n + 1, sizeof *x->indicators, &x->room);
	x->indicators[x->n++] = indicator;
}

static enum err dimensions_find(struct catalogue *c, struct dimensions *ret)
{
	struct answer *r = c->r;
	uint32_t last = view_terms(r->v, SPACE_INDICATOR);
	for (uint32_t id = 1; id && id <= last; id++) {
		const struct msg_indicator *def = define_get(r->v, SPACE_INDICATOR, id, r->a, NULL);
		for (size_t i = 0; def && i < def->n_dimensions; i++)
			dimension_add(r->a, ret, &def->dimensions[i], def->id);
		enum err e = answer_work(r);
		if (e != ERR_OK)
			return e;
	}
	return r->v->err;
}

static enum err dimensions(struct catalogue *c)
{
	struct answer *r = c->r;
	struct dimensions all = {0};
	enum err e = dimensions_find(c, &all);
	for (size_t i = 0; i < all.n && e == ERR_OK; i++) {
		const struct dimension *d = &all.list[i];
		if (!catalogue_wants(c, d->id))
			continue;
		struct msg_catalogue_entry x = {
		    .id = d->id, .name = "", .indicators = d->indicators, .n_indicators = d->n};
		uint32_t list = view_term(r->v, SPACE_CODE_LIST, slice_text(d->code_list));
		x.code_list = lent(define_get(r->v, SPACE_CODE_LIST, list, r->row, &x.revision));
		e = r->v->err != ERR_OK ? r->v->err : catalogue_put(c, &x);
	}
	return e;
}

/* ---- the lists themselves --------------------------------------------------------------------------- */

static enum space space_of(enum catalogue_list list)
{
	switch (list) {
	case CATALOGUE_LIST_INDICATORS:
		return SPACE_INDICATOR;
	case CATALOGUE_LIST_ROUNDS:
		return SPACE_ROUND;
	case CATALOGUE_LIST_SURVEYS:
		return SPACE_SURVEY;
	case CATALOGUE_LIST_SOURCES:
		return SPACE_SOURCE;
	case CATALOGUE_LIST_CODE_LISTS:
		return SPACE_CODE_LIST;
	case CATALOGUE_LIST_TAGS:
		return SPACE_TAG;
	case CATALOGUE_LIST_UNSPECIFIED:
	case CATALOGUE_LIST_DIMENSIONS:
	case CATALOGUE_LIST_EVENTS:
	case CATALOGUE_LIST_KINDS:
	case CATALOGUE_LIST_SCHEMES:
	case CATALOGUE_LIST_ATTRIBUTES:
	case CATALOGUE_LIST_VALUES:
		break;
	}
	return SPACE_COUNT;
}

static enum err count_definitions(struct catalogue *c, enum catalogue_list list, uint32_t *ret)
{
	struct answer *r = c->r;
	bool event = list == CATALOGUE_LIST_EVENTS;
	enum space s = event ? SPACE_EVENT : space_of(list);
	AUTO_BUF struct buf key = {0};
	struct row row;
	uint32_t last = view_terms(r->v, s);
	for (uint32_t id = 1; id && id <= last; id++) {
		if (event)
			key_event(&key, id);
		else
			key_number(&key, s, id);
		*ret += view_get(r->v, event ? TABLE_EVENT : TABLE_DEF, buf_view(&key), &row);
		enum err e = answer_work(r);
		if (e != ERR_OK)
			return e;
	}
	return r->v->err;
}

static enum err lists(struct catalogue *c)
{
	enum err e = ERR_OK;
	for (size_t i = 0; i < msg_enum_catalogue_list.count && e == ERR_OK; i++) {
		enum catalogue_list list = (enum catalogue_list)msg_enum_catalogue_list.values[i].number;
		struct msg_catalogue_entry x = {.id = msg_enum_catalogue_list.values[i].name, .name = ""};
		struct dimensions all = {0};
		if (!list)
			continue;
		if (list == CATALOGUE_LIST_DIMENSIONS) {
			e = dimensions_find(c, &all);
			x.count = (uint32_t)all.n;
		} else if (list == CATALOGUE_LIST_KINDS || list == CATALOGUE_LIST_SCHEMES)
			x.count = catalogue_words(c, list == CATALOGUE_LIST_KINDS ? TABLE_KIND : TABLE_CODE);
		else if (list == CATALOGUE_LIST_EVENTS || space_of(list) != SPACE_COUNT)
			e = count_definitions(c, list, &x.count);
		if (e == ERR_OK && catalogue_wants(c, x.id))
			e = catalogue_put(c, &x);
	}
	return e;
}

static enum err list_of(struct catalogue *c)
{
	switch (c->q->list) {
	case CATALOGUE_LIST_UNSPECIFIED:
		return lists(c);
	case CATALOGUE_LIST_INDICATORS:
	case CATALOGUE_LIST_ROUNDS:
	case CATALOGUE_LIST_SURVEYS:
	case CATALOGUE_LIST_SOURCES:
	case CATALOGUE_LIST_CODE_LISTS:
	case CATALOGUE_LIST_TAGS:
		return definitions(c, space_of(c->q->list));
	case CATALOGUE_LIST_DIMENSIONS:
		return dimensions(c);
	case CATALOGUE_LIST_EVENTS:
		return events(c);
	case CATALOGUE_LIST_KINDS:
		return catalogue_kinds(c);
	case CATALOGUE_LIST_SCHEMES:
		return catalogue_schemes(c);
	case CATALOGUE_LIST_ATTRIBUTES:
		return catalogue_attributes(c);
	case CATALOGUE_LIST_VALUES:
		return catalogue_values(c);
	}
	return fail(&c->r->why, ERR_INVALID, "this version knows no list %d", (int)c->q->list);
}

enum err ask_catalogue(struct answer *r, const struct msg_catalogue_question *q)
{
	struct catalogue c = {.r = r, .q = q};
	struct msg_catalogue_answer *head = arena_alloc(r->a, sizeof *head);
	head->list = q->list;
	answer_begin(r, 24, &msg_type_catalogue_answer, head);
	enum err e = list_of(&c);
	if (e == ERR_OK && *q->id && q->list != CATALOGUE_LIST_VALUES && !c.found)
		e = fail(&r->why, ERR_NOT_FOUND, "there is no \"%.100s\" in this list: without a name it shows all",
			 q->id);
	return e == ERR_OK ? answer_last(r, &c.last) : e;
}
