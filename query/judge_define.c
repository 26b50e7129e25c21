/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_define.c - definitions and tags.
 *
 * A definition is stored as it was said, but for the units that a round names: they are resolved now, and their ids
 * stored. The same definition again is no new version.
 */
#include "query/judging.h"
#include <string.h>

#define DIMENSIONS_MAX 32u /* of one indicator; each figure names them all */

static void put_def(struct judging *c, enum space s, const char *id, const struct msg_type *type, const void *msg,
		    const char *label, const char *path)
{
	uint32_t known = word_find(c, s, id);
	struct slice body = judge_encoded(c->a, type, msg);
	uint64_t rev = 0;
	if (known) {
		AUTO_BUF struct buf key = {0};
		struct row r;
		key_number(&key, s, known);
		if (view_get(c->v, TABLE_DEF, buf_view(&key), &r)) {
			rev = r.rev;
			if (slice_eq(r.val, body)) {
				finding_add(&c->f, RULE_CONFIRMED, path, PATH(c, "%llu", (unsigned long long)rev),
					    NULL);
				return;
			}
		}
	}
	uint32_t number = word_take(c, s, id);
	judging_fact(c, FACT_DEF)->def = (struct fact_def){s, number, body};
	struct msg_change *m = judging_change(c, CHANGE_KIND_DEFINED, SUBJECT_DEFINITION);
	m->field = PATH(c, "%s %s", type->name, id);
	m->after_text = label;
	m->supersedes = rev;
	c->defines = true;
}

static bool repeated(struct judging *c, const char *id, const char *const *before, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(before[i], id) == 0) {
			finding_add(&c->f, RULE_DUPLICATE_IN_MESSAGE, path, id, NULL);
			return true;
		}
	return false;
}

static bool take_text(struct judging *c, const char *text, const char *what, const char *path)
{
	if (!*text)
		finding_add(&c->f, RULE_REQUIRED, path, what, NULL);
	return *text && take_short(c, text, what, path);
}

static void sources(struct judging *c, const struct msg_define *m, const char **ids)
{
	for (size_t i = 0; i < m->n_sources; i++) {
		const struct msg_source *s = &m->sources[i];
		const char *path = PATH(c, "define.sources[%zu]", i);
		struct when w;
		bool ok = take_id(c, s->id, PATH(c, "%s.id", path)) && !repeated(c, s->id, ids, i, path);
		ok = take_text(c, s->title, "the title", PATH(c, "%s.title", path)) && ok;
		ok = take_when(c, s->published, path, "published", &w) && ok;
		if (ok)
			put_def(c, SPACE_SOURCE, s->id, &msg_type_source, s, s->title, path);
		ids[i] = s->id;
	}
}

/* A code never disappears from its list: figures name it. */
static void keeps_codes(struct judging *c, const struct msg_code_list *l, const char *path)
{
	const struct msg_code_list *old = define_find(c->v, SPACE_CODE_LIST, l->id, c->a, NULL);
	for (size_t i = 0; old && i < old->n_codes; i++) {
		bool found = false;
		for (size_t k = 0; k < l->n_codes && !found; k++)
			found = strcmp(l->codes[k].code, old->codes[i].code) == 0;
		if (!found)
			finding_add(&c->f, RULE_BAD_VALUE, PATH(c, "%s.codes", path), l->id,
				    PATH(c, "code \"%s\" of the version before is not there", old->codes[i].code),
				    NULL);
	}
}

static void code_lists(struct judging *c, const struct msg_define *m, const char **ids)
{
	for (size_t i = 0; i < m->n_code_lists; i++) {
		const struct msg_code_list *l = &m->code_lists[i];
		const char *path = PATH(c, "define.code_lists[%zu]", i);
		bool ok = take_id(c, l->id, PATH(c, "%s.id", path)) && !repeated(c, l->id, ids, i, path);
		ids[i] = l->id;
		if (l->n_codes == 0)
			ok = take_text(c, "", "at least one code", PATH(c, "%s.codes", path));
		const char **codes = arena_alloc(c->a, (l->n_codes + 1) * sizeof *codes);
		for (size_t k = 0; k < l->n_codes; k++) {
			const char *at = PATH(c, "%s.codes[%zu].code", path, k);
			ok = take_id(c, l->codes[k].code, at) && !repeated(c, l->codes[k].code, codes, k, at) && ok;
			codes[k] = l->codes[k].code;
		}
		if (!ok)
			continue;
		keeps_codes(c, l, path);
		put_def(c, SPACE_CODE_LIST, l->id, &msg_type_code_list, l, PATH(c, "%zu codes", l->n_codes), path);
	}
}

static bool dimensions(struct judging *c, const struct msg_indicator *d, const char *path)
{
	bool ok = true;
	if (d->n_dimensions > DIMENSIONS_MAX) {
		finding_add(&c->f, RULE_TOO_MANY, PATH(c, "%s.dimensions", path), "dimensions",
			    PATH(c, "%zu", d->n_dimensions), PATH(c, "%u", DIMENSIONS_MAX), NULL);
		return false;
	}
	const char **ids = arena_alloc(c->a, (d->n_dimensions + 1) * sizeof *ids);
	for (size_t k = 0; k < d->n_dimensions; k++) {
		const struct msg_dimension *dim = &d->dimensions[k];
		const char *at = PATH(c, "%s.dimensions[%zu]", path, k);
		ok = take_id(c, dim->id, PATH(c, "%s.id", at)) && !repeated(c, dim->id, ids, k, at) && ok;
		ids[k] = dim->id;
		if (!word_find(c, SPACE_CODE_LIST, dim->code_list)) {
			finding_add(&c->f, RULE_UNKNOWN_CODE_LIST, PATH(c, "%s.code_list", at), dim->code_list, NULL);
			ok = false;
		}
		if (dim->aggregation == AGGREGATION_UNSPECIFIED)
			ok = take_text(c, "", "how it aggregates", PATH(c, "%s.aggregation", at));
	}
	return ok;
}

/* The dimensions of an indicator are its shape: another shape is another indicator, or its old figures could not be
 * read. */
static bool keeps_shape(struct judging *c, const struct msg_indicator *d, const char *path)
{
	const struct msg_indicator *old = define_find(c->v, SPACE_INDICATOR, d->id, c->a, NULL);
	if (!old)
		return true;
	bool same = old->n_dimensions == d->n_dimensions && old->type == d->type;
	for (size_t i = 0; same && i < d->n_dimensions; i++)
		same = strcmp(old->dimensions[i].id, d->dimensions[i].id) == 0;
	if (!same)
		finding_add(&c->f, RULE_BAD_VALUE, PATH(c, "%s.dimensions", path), d->id,
			    "another type or other dimensions make it another indicator: give it an id of its own and "
			    "corresponds_to",
			    NULL);
	return same;
}

static void indicators(struct judging *c, const struct msg_define *m, const char **ids)
{
	for (size_t i = 0; i < m->n_indicators; i++) {
		const struct msg_indicator *d = &m->indicators[i];
		const char *path = PATH(c, "define.indicators[%zu]", i);
		bool ok = take_id(c, d->id, PATH(c, "%s.id", path)) && !repeated(c, d->id, ids, i, path);
		ids[i] = d->id;
		ok = take_text(c, d->label, "the label", PATH(c, "%s.label", path)) && ok;
		if (d->type == VALUE_TYPE_UNSPECIFIED)
			ok = take_text(c, "", "the type of its values", PATH(c, "%s.type", path));
		if (d->over_units == AGGREGATION_UNSPECIFIED)
			ok = take_text(c, "", "how it aggregates over units", PATH(c, "%s.over_units", path));
		if (d->over_time == AGGREGATION_UNSPECIFIED)
			ok = take_text(c, "", "how it aggregates over time", PATH(c, "%s.over_time", path));
		ok = dimensions(c, d, path) && ok;
		if (*d->denominator && strcmp(d->denominator, "frame") != 0 &&
		    !word_find(c, SPACE_INDICATOR, d->denominator)) {
			finding_add(&c->f, RULE_UNKNOWN_INDICATOR, PATH(c, "%s.denominator", path), d->denominator,
				    NULL);
			ok = false;
		}
		if (d->over_units == AGGREGATION_RELATIVE)
			ok = take_text(c, d->denominator, "the denominator", PATH(c, "%s.denominator", path)) && ok;
		if (*d->corresponds_to && !word_find(c, SPACE_INDICATOR, d->corresponds_to)) {
			finding_add(&c->f, RULE_UNKNOWN_INDICATOR, PATH(c, "%s.corresponds_to", path),
				    d->corresponds_to, NULL);
			ok = false;
		}
		if (*d->unit_kind)
			ok = take_id(c, d->unit_kind, PATH(c, "%s.unit_kind", path)) && ok;
		if (ok && keeps_shape(c, d, path)) {
			if (*d->unit_kind)
				word_take(c, SPACE_TERM, d->unit_kind);
			put_def(c, SPACE_INDICATOR, d->id, &msg_type_indicator, d, d->label, path);
		}
	}
}

static void surveys(struct judging *c, const struct msg_define *m, const char **ids)
{
	for (size_t i = 0; i < m->n_surveys; i++) {
		const struct msg_survey *s = &m->surveys[i];
		const char *path = PATH(c, "define.surveys[%zu]", i);
		bool ok = take_id(c, s->id, PATH(c, "%s.id", path)) && !repeated(c, s->id, ids, i, path);
		ok = take_text(c, s->title, "the title", PATH(c, "%s.title", path)) && ok;
		ids[i] = s->id;
		if (ok)
			put_def(c, SPACE_SURVEY, s->id, &msg_type_survey, s, s->title, path);
	}
}

/* Put the id of the resolved unit where a reference stood. */
static struct msg_unit_ref *by_id(struct judging *c, uint32_t unit)
{
	struct msg_unit_ref *ref = arena_alloc(c->a, sizeof *ref);
	ref->id = arena_alloc(c->a, sizeof *ref->id);
	ref->id->id = word_text(c, SPACE_UNIT, unit);
	return ref;
}

static bool frame(struct judging *c, struct msg_round *r, int32_t day, const char *path)
{
	bool ok = true;
	const struct msg_frame_size *said = r->frame;
	if (said->n_members > said->population) {
		finding_add(&c->f, RULE_FRAME_MEMBERS, PATH(c, "%s.frame", path), PATH(c, "%zu", said->n_members),
			    PATH(c, "%u", said->population), NULL);
		ok = false;
	}
	struct msg_frame_size *stored = arena_alloc(c->a, sizeof *stored);
	stored->population = said->population;
	stored->members = arena_alloc(c->a, (said->n_members + 1) * sizeof *stored->members);
	for (size_t k = 0; k < said->n_members; k++) {
		uint32_t unit = take_unit(c, &said->members[k], PATH(c, "%s.frame.members[%zu]", path, k), day);
		if (unit)
			stored->members[stored->n_members++] = *by_id(c, unit);
		ok = ok && unit;
	}
	r->frame = stored;
	return ok;
}

static void rounds(struct judging *c, const struct msg_define *m, const char **ids)
{
	for (size_t i = 0; i < m->n_rounds; i++) {
		struct msg_round r = m->rounds[i];
		const char *path = PATH(c, "define.rounds[%zu]", i);
		struct when ref = {0};
		bool ok = take_id(c, r.id, PATH(c, "%s.id", path)) && !repeated(c, r.id, ids, i, path);
		ids[i] = r.id;
		ok = take_text(c, r.reference, "the reference date or period", PATH(c, "%s.reference", path)) && ok;
		ok = take_when(c, r.reference, path, "reference", &ref) && ok;
		if (!word_find(c, SPACE_SURVEY, r.survey)) {
			finding_add(&c->f, RULE_UNKNOWN_SURVEY, PATH(c, "%s.survey", path), r.survey, NULL);
			ok = false;
		}
		if (*r.source)
			ok = take_source(c, r.source, PATH(c, "%s.source", path)) && ok;
		int32_t day = ref.precision == WHEN_NONE ? c->today : when_reference_day(&ref);
		c->scope = 0;
		if (r.area) {
			uint32_t area = take_unit(c, r.area, PATH(c, "%s.area", path), day);
			ok = ok && area;
			if (area) {
				r.area = by_id(c, area);
				c->scope = area;
			}
		}
		if (r.frame)
			ok = frame(c, &r, day, path) && ok;
		if (ok)
			put_def(c, SPACE_ROUND, r.id, &msg_type_round, &r, r.reference, path);
	}
	c->scope = 0;
}

void judge_define(struct judging *c, const struct msg_define *m)
{
	size_t n = m->n_sources + m->n_code_lists + m->n_indicators + m->n_surveys + m->n_rounds, parts = n;
	for (size_t i = 0; i < m->n_code_lists; i++)
		parts += m->code_lists[i].n_codes;
	for (size_t i = 0; i < m->n_indicators; i++)
		parts += m->indicators[i].n_dimensions;
	if (n == 0)
		finding_add(&c->f, RULE_EMPTY_MESSAGE, "define", NULL);
	if (parts > c->j->limits.statements_max) {
		finding_add(&c->f, RULE_TOO_MANY, "define", "definitions with their codes and dimensions",
			    PATH(c, "%zu", parts), PATH(c, "%u", c->j->limits.statements_max), NULL);
		return;
	}
	const char **ids = arena_alloc(c->a, (n + 1) * sizeof *ids);
	sources(c, m, ids);
	judging_lay(c);
	code_lists(c, m, ids);
	judging_lay(c);
	indicators(c, m, ids);
	surveys(c, m, ids);
	judging_lay(c);
	rounds(c, m, ids);
}

void judge_tag(struct judging *c, const struct msg_tag *m)
{
	if (!take_id(c, m->name, "tag.name"))
		return;
	const struct msg_tag *old = define_find(c->v, SPACE_TAG, m->name, c->a, NULL);
	if (old) {
		finding_add(&c->f, RULE_TAG_EXISTS, "tag.name", m->name,
			    PATH(c, "%llu", (unsigned long long)old->revision), NULL);
		return;
	}
	struct msg_tag tag = *m;
	if (tag.revision == 0)
		tag.revision = c->in->rev - 1;
	if (tag.revision == 0 || tag.revision >= c->in->rev) {
		finding_add(&c->f, RULE_NO_SUCH_REVISION, "tag.revision",
			    PATH(c, "%llu", (unsigned long long)tag.revision), NULL);
		return;
	}
	uint32_t id = word_take(c, SPACE_TAG, tag.name);
	judging_fact(c, FACT_DEF)->def = (struct fact_def){SPACE_TAG, id, judge_encoded(c->a, &msg_type_tag, &tag)};
	struct msg_change *ch = judging_change(c, CHANGE_KIND_TAGGED, SUBJECT_TAG);
	ch->field = tag.name;
	ch->after_text = PATH(c, "revision %llu", (unsigned long long)tag.revision);
	ch->reason = tag.note;
}
