/* SPDX-License-Identifier: Apache-2.0
 *
 * describe.c - rows of a snapshot.
 *
 * An attribute may stand several times at a day: said by several sources, or again from a later date. A snapshot shows
 * each different one; where an arrangement's row has room for one only, the one with the later start is shown (the
 * world changed), then the one said first.
 */
#include "query/describe.h"
#include <stdlib.h>
#include <string.h>
#include "query/known.h"

enum certainty certainty_of(enum truth t)
{
	return t == TRUTH_CERTAIN ? CERTAINTY_CERTAIN : CERTAINTY_POSSIBLE;
}

/* ---- attributes ------------------------------------------------------------------------------------- */

struct attr_at {
	struct fact_attr attr;
	enum truth truth;
	uint64_t rev;
};

static bool same_attr(const struct attr_at *a, const struct attr_at *b)
{
	return a->attr.name == b->attr.name && slice_eq(a->attr.values, b->attr.values) &&
	       when_eq(&a->attr.from, &b->attr.from) && when_eq(&a->attr.to, &b->attr.to);
}

/* What is only possible gives way to what is certain under the same name; what is said twice is told once. */
static size_t attrs_settle(struct attr_at *list, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		bool out = false;
		for (size_t k = 0; k < n && list[i].truth != TRUTH_CERTAIN && !out; k++)
			out = list[k].truth == TRUTH_CERTAIN && list[k].attr.name == list[i].attr.name;
		for (size_t k = 0; k < kept && !out; k++)
			out = same_attr(&list[k], &list[i]);
		if (!out)
			list[kept++] = list[i];
	}
	return kept;
}

static size_t attrs_at(struct answer *r, uint32_t unit, int32_t day, struct attr_at **ret)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct attr_at *list = NULL;
	size_t n = 0, room = 0;
	struct row row;
	struct fact f;
	key_unit(&key, unit);
	walk_begin(&w, r->v, TABLE_ATTR, buf_view(&key));
	while (walk_next(&w, &row)) {
		enum err e = row_fact(&row, &f);
		if (e != ERR_OK) {
			r->v->err = r->v->err ? r->v->err : e;
			break;
		}
		bool stands = f.attr.state == STATE_ASSERTED || f.attr.state == STATE_CORRECTED;
		enum truth t = stands ? when_covers(&f.attr.from, &f.attr.to, day) : TRUTH_NO;
		if (t == TRUTH_NO)
			continue;
		list = arena_grow(r->row, list, n, n + 1, sizeof *list, &room);
		list[n++] = (struct attr_at){f.attr, t, row.rev};
	}
	*ret = list;
	return attrs_settle(list, n);
}

static size_t attr_values(struct answer *r, struct slice stored, const char ***ret)
{
	struct rd rd = rd_of(stored);
	uint64_t n = rd_varint(&rd);
	if (n > stored.len)
		n = 0;
	const char **list = arena_alloc(r->row, ((size_t)n + 1) * sizeof *list);
	for (size_t i = 0; i < n; i++) {
		struct slice s = rd_slice(&rd);
		list[i] = s.len ? arena_text(r->row, s.data, s.len) : "";
	}
	if (!rd_done(&rd))
		r->v->err = r->v->err ? r->v->err : ERR_CORRUPT;
	*ret = list;
	return (size_t)n;
}

/* ---- units ------------------------------------------------------------------------------------------ */

static void unit_texts(struct answer *r, uint32_t unit, int32_t day, struct msg_unit_row *m)
{
	struct unit_text *list;
	size_t n = unit_names_at(r->v, unit, day, r->row, &list);
	m->names = arena_alloc(r->row, (n + 1) * sizeof *m->names);
	for (size_t i = 0; i < n; i++) {
		bool again = false; /* two statements of one name */
		for (size_t k = 0; k < m->n_names && !again; k++)
			again = strcmp(m->names[k], list[i].text) == 0;
		if (!again)
			m->names[m->n_names++] = list[i].text;
	}
	n = unit_codes_at(r->v, unit, day, r->row, &list);
	m->codes = arena_alloc(r->row, (n + 1) * sizeof *m->codes);
	for (size_t i = 0; i < n; i++)
		m->codes[m->n_codes++] = (struct msg_code_value){
		    .scheme = answer_text(r, SPACE_TERM, list[i].scheme),
		    .code = list[i].text,
		    .valid_from = answer_date(r, &list[i].from),
		    .valid_to = answer_date(r, &list[i].to),
		};
}

void describe_unit(struct answer *r, uint32_t unit, const struct unit_life *life, int32_t day, struct msg_unit_row *m)
{
	*m = (struct msg_unit_row){
	    .id = answer_text(r, SPACE_UNIT, unit),
	    .kind = answer_text(r, SPACE_TERM, life->life.kind),
	    .valid_from = answer_date(r, &life->life.from),
	    .valid_to = answer_date(r, &life->life.to),
	    .life = life->life.life,
	    .certainty = certainty_of(life->truth),
	    .revision = life->rev,
	};
	unit_texts(r, unit, day, m);
	struct attr_at *list;
	size_t n = attrs_at(r, unit, day, &list);
	m->attributes = arena_alloc(r->row, (n + 1) * sizeof *m->attributes);
	for (size_t i = 0; i < n; i++) {
		struct msg_attribute *a = &m->attributes[m->n_attributes++];
		a->name = answer_text(r, SPACE_TERM, list[i].attr.name);
		a->n_values = attr_values(r, list[i].attr.values, &a->values);
		a->valid_from = answer_date(r, &list[i].attr.from);
		a->valid_to = answer_date(r, &list[i].attr.to);
	}
}

void describe_link(struct answer *r, const struct unit_link *l, struct msg_link_row *m)
{
	*m = (struct msg_link_row){
	    .type = (enum link_type)l->link.type,
	    .from = answer_text(r, SPACE_UNIT, l->link.a),
	    .to = answer_text(r, SPACE_UNIT, l->link.b),
	    .role = answer_text(r, SPACE_TERM, l->link.role),
	    .part = answer_text(r, SPACE_TERM, l->link.part),
	    .valid_from = answer_date(r, &l->link.from),
	    .valid_to = answer_date(r, &l->link.to),
	    .source = answer_text(r, SPACE_SOURCE, l->link.src),
	    .certainty = certainty_of(l->truth),
	    .revision = l->rev,
	};
}

/* ---- arrangements ----------------------------------------------------------------------------------- */

/* The one attribute of this name to show, or NULL. */
static const struct attr_at *attr_named(struct answer *r, const struct attr_at *list, size_t n, const char *name)
{
	uint32_t wanted = view_term(r->v, SPACE_TERM, slice_text(name));
	const struct attr_at *best = NULL;
	for (size_t i = 0; wanted && i < n; i++) {
		if (list[i].attr.name != wanted)
			continue;
		int d = best ? when_cmp(&list[i].attr.from, &best->attr.from) : 1;
		if (d > 0 || (d == 0 && list[i].rev < best->rev))
			best = &list[i];
	}
	return best;
}

static const char *attr_text(struct answer *r, const struct attr_at *list, size_t n, const char *name)
{
	const struct attr_at *found = attr_named(r, list, n, name);
	const char **values;
	return found && attr_values(r, found->attr.values, &values) ? values[0] : "";
}

static struct msg_printed_count *printed_count(struct answer *r, const char *text)
{
	struct num n;
	if (!*text || num_parse(text, &n, NULL) != ERR_OK || n.scale || n.digits < 0 || n.digits > UINT32_MAX)
		return NULL;
	struct msg_printed_count *m = arena_alloc(r->row, sizeof *m);
	m->count = (uint32_t)n.digits;
	return m;
}

struct member {
	const char *id, *name;
};

static int by_id(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	return strcmp(x->id, y->id);
}

static void participants(struct answer *r, uint32_t unit, int32_t day, struct msg_arrangement_row *m)
{
	struct unit_link *links;
	size_t n = unit_links_to(r->v, LINK_TYPE_PARTICIPATES_IN, unit, day, r->row, &links), kept = 0;
	struct member *list = arena_alloc(r->row, (n + 1) * sizeof *list);
	for (size_t i = 0; i < n; i++) {
		/* Links of one participant follow each other: they are in the order of its number. */
		if (i && links[i].link.a == links[i - 1].link.a)
			continue;
		list[kept++] = (struct member){answer_text(r, SPACE_UNIT, links[i].link.a),
					       unit_name(r->v, links[i].link.a, day, r->row)};
	}
	qsort(list, kept, sizeof *list, by_id);
	m->participants = arena_alloc(r->row, (kept + 1) * sizeof *m->participants);
	m->participant_names = arena_alloc(r->row, (kept + 1) * sizeof *m->participant_names);
	for (size_t i = 0; i < kept; i++) {
		m->participants[i] = list[i].id;
		m->participant_names[i] = list[i].name;
	}
	m->n_participants = m->n_participant_names = kept;
}

/* The host: a certain one, then the one said first. */
static const char *host_of(struct answer *r, uint32_t unit, int32_t day)
{
	struct unit_link *links;
	size_t n = unit_links_to(r->v, LINK_TYPE_HOSTS, unit, day, r->row, &links);
	const struct unit_link *best = NULL;
	for (size_t i = 0; i < n; i++) {
		const struct unit_link *l = &links[i];
		if (!best || l->truth > best->truth || (l->truth == best->truth && l->rev < best->rev))
			best = l;
	}
	return best ? answer_text(r, SPACE_UNIT, best->link.a) : "";
}

void describe_arrangement(struct answer *r, uint32_t unit, const struct unit_life *life, int32_t day,
			  struct msg_arrangement_row *m)
{
	struct attr_at *list;
	size_t n = attrs_at(r, unit, day, &list);
	*m = (struct msg_arrangement_row){
	    .id = answer_text(r, SPACE_UNIT, unit),
	    .name = unit_name(r->v, unit, day, r->row),
	    .sector = attr_text(r, list, n, "sector"),
	    .legal_form = attr_text(r, list, n, "legal_form"),
	    .level = attr_text(r, list, n, "level"),
	    .host = host_of(r, unit, day),
	    .printed_participants = printed_count(r, attr_text(r, list, n, "printed_participants")),
	    .established = answer_date(r, &life->life.from),
	    .ended = answer_date(r, &life->life.to),
	    .certainty = certainty_of(life->truth),
	    .revision = life->rev,
	};
	const struct attr_at *tasks = attr_named(r, list, n, "task");
	if (tasks)
		m->n_tasks = attr_values(r, tasks->attr.values, &m->tasks);
	int complete = msg_code_number(&msg_enum_completion, attr_text(r, list, n, "participants_complete"));
	m->participants_complete = complete > 0 ? (enum completion)complete : COMPLETION_UNKNOWN;
	participants(r, unit, day, m);
}

/* ---- observations ----------------------------------------------------------------------------------- */

void describe_observation(struct answer *r, const struct series *s, const char *period, const struct stated *one,
			  const struct choice *choice, bool chosen, struct msg_observation_row *m)
{
	struct when reference = {0};
	int32_t day = one->obs.expressed_in;
	if (!day && ref_when(r->v, one->obs.ref, &reference))
		day = when_reference_day(&reference);
	*m = (struct msg_observation_row){
	    .unit = answer_text(r, SPACE_UNIT, one->obs.unit),
	    .unit_name = known_name(r->c->known, r->v, one->obs.unit, day, r->row),
	    .indicator = s->indicator,
	    .n_categories = s->n_categories,
	    .categories = s->categories,
	    .period = period,
	    .value = answer_value(r, one->obs.value),
	    .status = (enum observation_status)one->obs.status,
	    .source = answer_text(r, SPACE_SOURCE, one->obs.src),
	    .locator = one->obs.locator.len ? arena_text(r->row, one->obs.locator.data, one->obs.locator.len) : "",
	    .round = answer_text(r, SPACE_ROUND, one->obs.round),
	    .revision = one->rev,
	    .chosen = chosen,
	    .alternatives = choice->values - 1,
	    .rule = choice_name(choice->rule),
	};
}
