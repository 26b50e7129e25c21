/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_unit.c - units, links and arrangements as a submission states them.
 *
 * The same statement again adds nothing. A known unit gets what is new: another name, a code, an end, a further life.
 * What contradicts a life that is on record is refused; it is corrected by retracting first.
 */
#include "query/judging.h"
#include <string.h>

/* What the fields of a statement that gives a unit a life are called, for paths: an arrangement has other words. */
struct fields {
	const char *period[2], *kind, *names;
};
static const struct fields of_unit = {{"valid_from", "valid_to"}, "kind", "names"};
static const struct fields of_arrangement = {{"established", "ended"}, "id", "name"};

/* ---- lives ---- */

static void put_life(struct judging *c, uint32_t unit, uint16_t number, uint32_t kind, const struct when *from,
		     const struct when *to, const struct unit_life *old)
{
	struct fact_life l = {.unit = unit,
			      .life = number,
			      .kind = kind,
			      .state = STATE_ASSERTED,
			      .from = *from,
			      .to = *to,
			      .src = c->src};
	if (old) {
		l = old->life;
		l.to = *to;
	}
	judging_fact(c, FACT_LIFE)->life = l;
	struct msg_change *m = judging_change(c, old ? CHANGE_KIND_ENDED : CHANGE_KIND_ASSERTED, SUBJECT_UNIT);
	change_units(c, m, unit, 0);
	m->field = word_text(c, SPACE_TERM, kind);
	m->valid_from = when_text(c, &l.from);
	m->valid_to = when_text(c, to);
	m->supersedes = old ? old->rev : 0;
	if (!old)
		due_add(c, from, DUE_LIFE_BEGINS, unit, 0);
	due_add(c, to, DUE_LIFE_ENDS, unit, 0);
}

static bool overlap(const struct when *from, const struct when *to, const struct fact_life *l)
{
	int64_t a = from->precision == WHEN_NONE ? WHEN_DAY_MIN : from->lo;
	int64_t b = to->precision == WHEN_NONE ? WHEN_DAY_MAX : to->lo;
	int64_t la = l->from.precision == WHEN_NONE ? WHEN_DAY_MIN : l->from.lo;
	int64_t lb = l->to.precision == WHEN_NONE ? WHEN_DAY_MAX : l->to.lo;
	return a < lb && la < b;
}

/* A life of a known unit: one that is on record (perhaps ended now), or a further one. */
static bool known_life(struct judging *c, const struct msg_unit_statement *m, uint32_t unit, uint32_t kind,
		       struct when *from, struct when *to, const char *path, const struct fields *fields)
{
	struct unit_life *lives;
	size_t n = unit_lives(c->v, unit, c->a, &lives);
	uint16_t last = 0;
	for (size_t i = 0; i < n; i++) {
		const struct fact_life *l = &lives[i].life;
		last = l->life > last ? l->life : last;
		/* Without a start the statement is about the newest life. */
		bool same = *m->valid_from ? when_eq(&l->from, from) : i + 1 == n;
		if (!same)
			continue;
		*from = l->from;
		if (when_eq(&l->to, to) || !*m->valid_to) {
			*to = l->to;
			return true;
		}
		if (l->to.precision == WHEN_NONE) {
			if (!in_order(c, from, to, PATH(c, "%s.%s", path, fields->period[1])))
				return false;
			put_life(c, unit, l->life, kind, from, to, &lives[i]);
			return true;
		}
		finding_add(&c->f, RULE_OVERLAPPING_LIVES, PATH(c, "%s.%s", path, fields->period[1]), m->id,
			    when_text(c, &l->from), when_text(c, &l->to), NULL);
		return false;
	}
	for (size_t i = 0; i < n; i++)
		if (overlap(from, to, &lives[i].life)) {
			finding_add(&c->f, RULE_OVERLAPPING_LIVES, PATH(c, "%s.%s", path, fields->period[0]), m->id,
				    when_text(c, &lives[i].life.from), when_text(c, &lives[i].life.to), NULL);
			return false;
		}
	put_life(c, unit, (uint16_t)(last + 1), kind, from, to, NULL);
	return true;
}

/* ---- names, codes, attributes of a statement ---- */

static bool name_stands(struct judging *c, uint32_t unit, const char *text, const struct when *from,
			const struct when *to)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row r;
	struct fact f;
	key_unit(&key, unit);
	walk_begin(&w, c->v, TABLE_NAME_OF, buf_view(&key));
	while (walk_next(&w, &r))
		if (row_fact(&r, &f) == ERR_OK && f.name.state != STATE_RETRACTED && when_eq(&f.name.from, from) &&
		    when_eq(&f.name.to, to) && slice_eq(f.name.text, slice_text(text)))
			return true;
	return false;
}

static bool code_stands(struct judging *c, uint32_t unit, uint32_t scheme, const char *text, const struct when *from,
			const struct when *to)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row r;
	struct fact f;
	key_unit(&key, unit);
	walk_begin(&w, c->v, TABLE_CODE_OF, buf_view(&key));
	while (walk_next(&w, &r))
		if (row_fact(&r, &f) == ERR_OK && f.code.state != STATE_RETRACTED && f.code.scheme == scheme &&
		    when_eq(&f.code.from, from) && when_eq(&f.code.to, to) && slice_eq(f.code.text, slice_text(text)))
			return true;
	return false;
}

/* The part of a life that a name, code or attribute is about: what it says, else the whole life. */
static bool part_of_life(struct judging *c, const char *from, const char *to, const struct when *life_from,
			 const struct when *life_to, const char *path, struct when *ret_from, struct when *ret_to)
{
	if (!take_when(c, from, path, "valid_from", ret_from) || !take_when(c, to, path, "valid_to", ret_to))
		return false;
	if (ret_from->precision == WHEN_NONE)
		*ret_from = *life_from;
	if (ret_to->precision == WHEN_NONE)
		*ret_to = *life_to;
	return in_order(c, ret_from, ret_to, PATH(c, "%s.valid_to", path));
}

static void put_details(struct judging *c, const struct msg_unit_statement *m, uint32_t unit, const struct when *from,
			const struct when *to, const char *path)
{
	struct when f, t;
	for (size_t k = 0; k < m->n_names; k++) {
		const struct msg_name *n = &m->names[k];
		const char *at = PATH(c, "%s.names[%zu]", path, k);
		if (take_name(c, n->text, PATH(c, "%s.text", at)) &&
		    part_of_life(c, n->valid_from, n->valid_to, from, to, at, &f, &t) &&
		    !name_stands(c, unit, n->text, &f, &t))
			put_name(c, unit, n->text, &f, &t);
	}
	for (size_t k = 0; k < m->n_codes; k++) {
		const struct msg_code_value *v = &m->codes[k];
		const char *at = PATH(c, "%s.codes[%zu]", path, k);
		if (!take_id(c, v->scheme, PATH(c, "%s.scheme", at)) || !take_id(c, v->code, PATH(c, "%s.code", at)))
			continue;
		if (part_of_life(c, v->valid_from, v->valid_to, from, to, at, &f, &t) &&
		    !code_stands(c, unit, word_take(c, SPACE_TERM, v->scheme), v->code, &f, &t))
			put_code(c, unit, v->scheme, v->code, &f, &t);
	}
	for (size_t k = 0; k < m->n_attributes; k++) {
		const struct msg_attribute *v = &m->attributes[k];
		const char *at = PATH(c, "%s.attributes[%zu]", path, k);
		if (v->n_values == 0)
			finding_add(&c->f, RULE_REQUIRED, PATH(c, "%s.values", at), "at least one value", NULL);
		else if (take_id(c, v->name, PATH(c, "%s.name", at)) &&
			 part_of_life(c, v->valid_from, v->valid_to, from, to, at, &f, &t))
			put_attr(c, unit, v->name, v->values, v->n_values, &f, &t,
				 *m->locator ? m->locator : c->locator);
	}
}

static uint32_t new_unit(struct judging *c, const struct msg_unit_statement *m, const struct when *from,
			 const struct when *to, const char *path, const struct fields *fields)
{
	bool ok = true;
	if (!*m->kind || !text_is_id(m->kind, ID_BYTES_MAX)) {
		finding_add(&c->f, RULE_NEW_UNIT_NEEDS, PATH(c, "%s.%s", path, fields->kind), "a kind", NULL);
		ok = false;
	}
	if (m->n_names == 0) {
		finding_add(&c->f, RULE_NEW_UNIT_NEEDS, PATH(c, "%s.%s", path, fields->names), "a name", NULL);
		ok = false;
	}
	if (!ok)
		return 0;
	uint32_t unit = word_take(c, SPACE_UNIT, m->id);
	put_life(c, unit, 1, word_take(c, SPACE_TERM, m->kind), from, to, NULL);
	return unit;
}

/* The unit's identity and its life, on record from here on; 0 and a finding otherwise. */
static uint32_t take_life(struct judging *c, const struct msg_unit_statement *m, const char *path,
			  const struct fields *fields, struct when *from, struct when *to, bool *ret_known)
{
	if (!take_id(c, m->id, PATH(c, "%s.id", path)) ||
	    !take_period(c, m->valid_from, m->valid_to, path, fields->period, from, to))
		return 0;
	uint32_t unit = word_find(c, SPACE_UNIT, m->id);
	uint32_t kind = unit ? unit_kind(c->v, unit) : 0;
	*ret_known = kind;
	if (!kind)
		return new_unit(c, m, from, to, path, fields);
	if (*m->kind && strcmp(word_text(c, SPACE_TERM, kind), m->kind) != 0) {
		finding_add(&c->f, RULE_CHANGED_KIND, PATH(c, "%s.%s", path, fields->kind), m->id,
			    word_text(c, SPACE_TERM, kind), NULL);
		return 0;
	}
	return known_life(c, m, unit, kind, from, to, path, fields) ? unit : 0;
}

struct said_unit *judge_units(struct judging *c, const struct msg_submission *m)
{
	struct said_unit *said = arena_alloc(c->a, (m->n_units + 1) * sizeof *said);
	for (size_t i = 0; i < m->n_units; i++) {
		const char *path = PATH(c, "submission.units[%zu]", i);
		bool known;
		said[i].unit = take_life(c, &m->units[i], path, &of_unit, &said[i].from, &said[i].to, &known);
		if (said[i].unit)
			put_details(c, &m->units[i], said[i].unit, &said[i].from, &said[i].to, path);
		judging_lay(c); /* the next one may be another life of it */
	}
	return said;
}

void judge_containers(struct judging *c, const struct msg_submission *m, const struct said_unit *said)
{
	for (size_t i = 0; i < m->n_units; i++) {
		if (!said[i].unit || !m->units[i].part_of)
			continue;
		const char *path = PATH(c, "submission.units[%zu].part_of", i);
		int32_t day = said[i].from.precision == WHEN_NONE || said[i].from.hi == WHEN_DAY_MAX ? c->structure_day
												     : said[i].from.hi;
		uint32_t whole = take_unit(c, m->units[i].part_of, path, day);
		if (whole)
			put_link(c, LINK_TYPE_PART_OF, said[i].unit, whole, &said[i].from, &said[i].to, "", "",
				 *m->units[i].locator ? m->units[i].locator : c->locator, path);
	}
}

/* ---- links ---- */

/* The superseded statement: the same ends and type, accepted by that revision, still standing; of several the one with
 * the same role and part. */
static bool find_link(struct judging *c, const struct msg_link_statement *m, uint32_t a, uint32_t b,
		      struct unit_link *ret)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row r;
	struct fact f;
	bool found = false;
	uint32_t role = word_find(c, SPACE_TERM, m->role), part = word_find(c, SPACE_TERM, m->part);
	key_link(&key, (uint8_t)m->type, a);
	walk_begin(&w, c->v, TABLE_LINK, buf_view(&key));
	while (walk_next(&w, &r)) {
		if (row_fact(&r, &f) != ERR_OK || f.link.b != b || r.rev != m->supersedes->revision ||
		    f.link.state == STATE_RETRACTED)
			continue;
		if (found && (f.link.role != role || f.link.part != part))
			continue;
		found = true;
		ret->link = f.link;
		ret->link.locator.data = arena_text(c->a, f.link.locator.data, f.link.locator.len);
		ret->rev = r.rev;
	}
	return found;
}

static void correct_link(struct judging *c, const struct msg_link_statement *m, uint32_t a, uint32_t b,
			 const struct when *from, const struct when *to, const char *path)
{
	struct unit_link old;
	const char *reason;
	if (!take_reason(c, m->supersedes->reason, PATH(c, "%s.supersedes.reason", path), &reason))
		return;
	if (!find_link(c, m, a, b, &old)) {
		finding_add(&c->f, RULE_SUPERSEDES_NOTHING, PATH(c, "%s.supersedes.revision", path),
			    PATH(c, "%llu", (unsigned long long)m->supersedes->revision), NULL);
		return;
	}
	if (m->type == LINK_TYPE_PART_OF && would_cycle(c, a, b, from)) {
		finding_add(&c->f, RULE_CYCLE, path, word_text(c, SPACE_UNIT, a), NULL);
		return;
	}
	struct fact_link l = old.link;
	bool same_key = when_eq(&l.from, from) && l.src == c->src;
	if (!same_key) {
		l.seq = link_number(c, m->type, a, b, from);
		struct fact_link *gone = &judging_fact(c, FACT_LINK)->link;
		*gone = old.link;
		gone->state = STATE_RETRACTED;
	}
	l.from = *from;
	l.to = *to;
	l.src = c->src;
	l.state = STATE_CORRECTED;
	l.role = word_take(c, SPACE_TERM, m->role);
	l.part = word_take(c, SPACE_TERM, m->part);
	l.locator = text_slice(c, *m->locator ? m->locator : c->locator);
	judging_fact(c, FACT_LINK)->link = l;
	due_add(c, from, DUE_LINK_BEGINS, a, b);
	due_add(c, to, DUE_LINK_ENDS, a, b);
	struct msg_change *ch = judging_change(c, CHANGE_KIND_CORRECTED, SUBJECT_LINK);
	change_units(c, ch, a, b);
	ch->field = msg_code_name(&msg_enum_link_type, m->type);
	ch->before_text = PATH(c, "%s – %s", when_text(c, &old.link.from), when_text(c, &old.link.to));
	ch->after_text = PATH(c, "%s – %s", when_text(c, from), when_text(c, to));
	ch->valid_from = when_text(c, from);
	ch->valid_to = when_text(c, to);
	ch->supersedes = old.rev;
	ch->reason = reason;
}

/* An end that is named by its id is taken as said, also where it does not live when the link begins: a plan of 2015 is
 * printed under a county of 2020. A name has been told so when it was resolved. */
static void outside_life(struct judging *c, const struct msg_unit_ref *ref, uint32_t unit, const struct when *from,
			 const char *path)
{
	struct unit_life life;
	int32_t day = when_reference_day(from);
	if (!ref || !ref->id || !unit || from->precision == WHEN_NONE || day == WHEN_DAY_MAX)
		return;
	for (const int32_t *d = (const int32_t[]){day, from->lo}, *end = d + 2; d < end; d++) {
		if (unit_life_at(c->v, unit, *d, &life))
			return;
	}
	finding_add(&c->f, RULE_OUTSIDE_LIFE, path, word_text(c, SPACE_UNIT, unit), when_text(c, from), NULL);
}

void judge_links(struct judging *c, const struct msg_submission *m)
{
	for (size_t i = 0; i < m->n_links; i++) {
		const struct msg_link_statement *l = &m->links[i];
		const char *path = PATH(c, "submission.links[%zu]", i);
		struct when from, to;
		bool ok = take_period(c, l->valid_from, l->valid_to, path, of_unit.period, &from, &to);
		ok = take_word(c, l->role, "role", PATH(c, "%s.role", path)) && ok;
		ok = take_word(c, l->part, "part", PATH(c, "%s.part", path)) && ok;
		if (l->type == LINK_TYPE_UNSPECIFIED) {
			finding_add(&c->f, RULE_REQUIRED, PATH(c, "%s.type", path), "the type of the link", NULL);
			ok = false;
		} else if (l->type >= LINK_TYPE_SAME_AS) {
			finding_add(&c->f, RULE_BAD_VALUE, PATH(c, "%s.type", path), "type",
				    "say it among the identities", NULL);
			ok = false;
		}
		int32_t day = from.precision == WHEN_NONE || from.hi == WHEN_DAY_MAX ? c->structure_day : from.hi;
		uint32_t a = take_unit(c, l->from, PATH(c, "%s.from", path), day);
		uint32_t b = take_unit(c, l->to, PATH(c, "%s.to", path), day);
		if (!ok || !a || !b)
			continue;
		outside_life(c, l->from, a, &from, PATH(c, "%s.from", path));
		outside_life(c, l->to, b, &from, PATH(c, "%s.to", path));
		if (l->supersedes)
			correct_link(c, l, a, b, &from, &to, path);
		else
			put_link(c, l->type, a, b, &from, &to, l->role, l->part, *l->locator ? l->locator : c->locator,
				 path);
		judging_lay(c);
	}
}

/* ---- arrangements ---- */

static void put_text_attr(struct judging *c, uint32_t unit, const char *name, const char *value,
			  const struct when *from, const struct when *to, const char *locator)
{
	if (*value)
		put_attr(c, unit, name, &value, 1, from, to, locator);
}

static uint32_t arrangement_unit(struct judging *c, const struct msg_arrangement_statement *s, const char *path,
				 struct when *from, struct when *to)
{
	struct msg_name name = {.text = s->name, .valid_from = "", .valid_to = ""};
	struct msg_unit_statement u = {
	    .id = s->id,
	    .kind = "arrangement",
	    .valid_from = s->established,
	    .valid_to = s->ended,
	    .n_names = *s->name ? 1 : 0,
	    .names = &name,
	    .locator = s->locator,
	};
	bool known = false;
	uint32_t unit = take_life(c, &u, path, &of_arrangement, from, to, &known);
	if (unit && u.n_names && take_name(c, s->name, PATH(c, "%s.name", path)) &&
	    !name_stands(c, unit, s->name, from, to))
		put_name(c, unit, s->name, from, to);
	if (known &&
	    c->round) { /* a later round attests its participants and tasks for its own time, not from the start */
		*from = (struct when){0};
		attest(c, from);
	}
	return unit;
}

static void put_participants(struct judging *c, const struct msg_arrangement_statement *s, uint32_t unit,
			     const struct when *from, const struct when *to, const char *locator, const char *path)
{
	uint32_t *seen = arena_alloc(c->a, (s->n_participants + 1) * sizeof *seen);
	size_t named = 0; /* units: one may take part in two roles */
	for (size_t k = 0; k < s->n_participants; k++) {
		const struct msg_participant *p = &s->participants[k];
		const char *at = PATH(c, "%s.participants[%zu].unit", path, k);
		uint32_t member = take_unit(c, p->unit, at, c->structure_day);
		bool again = false, ok = member;
		ok = take_word(c, p->role, "role", PATH(c, "%s.participants[%zu].role", path, k)) && ok;
		ok = take_word(c, p->part, "part", PATH(c, "%s.participants[%zu].part", path, k)) && ok;
		seen[k] = member;
		for (size_t i = 0; ok && i < k; i++) {
			if (seen[i] != member)
				continue;
			again = true;
			if (strcmp(s->participants[i].role, p->role) == 0 &&
			    strcmp(s->participants[i].part, p->part) == 0) {
				finding_add(&c->f, RULE_DUPLICATE_IN_MESSAGE, at, word_text(c, SPACE_UNIT, member),
					    NULL);
				break;
			}
		}
		if (!ok)
			continue;
		named += !again;
		put_link(c, LINK_TYPE_PARTICIPATES_IN, member, unit, from, to, p->role, p->part, locator, at);
	}
	if (s->printed_participants && s->printed_participants->count != named)
		finding_add(&c->f, RULE_PARTICIPANT_COUNT, PATH(c, "%s.printed_participants", path),
			    PATH(c, "%u", s->printed_participants->count), PATH(c, "%zu", named), NULL);
}

static void one_arrangement(struct judging *c, const struct msg_arrangement_statement *s, const char *path)
{
	struct when from, to;
	if (s->participants_complete == COMPLETION_UNSPECIFIED)
		finding_add(&c->f, RULE_REQUIRED, PATH(c, "%s.participants_complete", path),
			    "whether the participants are complete", NULL);
	uint32_t unit = arrangement_unit(c, s, path, &from, &to);
	if (!unit)
		return;
	const char *locator = *s->locator ? s->locator : c->locator;
	if (s->n_tasks)
		put_attr(c, unit, "task", s->tasks, s->n_tasks, &from, &to, locator);
	put_text_attr(c, unit, "sector", s->sector, &from, &to, locator);
	put_text_attr(c, unit, "legal_form", s->legal_form, &from, &to, locator);
	put_text_attr(c, unit, "level", s->level, &from, &to, locator);
	put_text_attr(c, unit, "participants_complete", msg_code_name(&msg_enum_completion, s->participants_complete),
		      &from, &to, locator);
	if (s->printed_participants)
		put_text_attr(c, unit, "printed_participants", PATH(c, "%u", s->printed_participants->count), &from,
			      &to, locator);
	judging_lay(c);
	put_participants(c, s, unit, &from, &to, locator, path);
	if (s->host) {
		const char *at = PATH(c, "%s.host", path);
		uint32_t host = take_unit(c, s->host, at, c->structure_day);
		if (host)
			put_link(c, LINK_TYPE_HOSTS, host, unit, &from, &to, "", "", locator, at);
	}
	if (s->part_of) {
		const char *at = PATH(c, "%s.part_of", path);
		uint32_t whole = take_unit(c, s->part_of, at, c->structure_day);
		if (whole)
			put_link(c, LINK_TYPE_PART_OF, unit, whole, &from, &to, "", "", locator, at);
	}
}

void judge_arrangements(struct judging *c, const struct msg_submission *m)
{
	for (size_t i = 0; i < m->n_arrangements; i++) {
		one_arrangement(c, &m->arrangements[i], PATH(c, "submission.arrangements[%zu]", i));
		judging_lay(c);
	}
}
