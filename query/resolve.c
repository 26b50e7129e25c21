/* SPDX-License-Identifier: Apache-2.0
 *
 * resolve.c - the four steps of rule 7.
 *
 * A code or name is looked up in its table, which gives every unit that ever bore it, with the time it did. A bearer
 * counts at a day when both the name and the unit are valid then. The steps only choose among these bearers.
 */
#include "query/resolve.h"
#include "base/text.h"
#include "query/define.h"
#include <string.h>

struct bearer {
	uint32_t unit;
	bool now; /* bore it, and lived, at the day */
};
struct bearers {
	struct arena *a;
	size_t n, room;
	struct bearer *list;
};

static void bearer_add(struct bearers *b, uint32_t unit, bool now)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->list[i].unit == unit) {
			b->list[i].now |= now;
			return;
		}
	if (b->n == b->room)
		b->list = arena_grow(b->a, b->list, b->n, b->n + 1, sizeof *b->list, &b->room);
	b->list[b->n++] = (struct bearer){unit, now};
}

static void bearers_of(struct view *v, enum table t, struct slice prefix, uint32_t kind, int32_t day, struct bearers *b)
{
	AUTO_WALK struct walk w = {0};
	struct row r;
	walk_begin(&w, v, t, prefix);
	while (walk_next(&w, &r)) {
		struct fact f;
		if (row_fact(&r, &f) != ERR_OK)
			continue;
		uint32_t unit = f.kind == FACT_NAME ? f.name.unit : f.code.unit;
		enum fact_state state = f.kind == FACT_NAME ? f.name.state : f.code.state;
		const struct when *from = f.kind == FACT_NAME ? &f.name.from : &f.code.from;
		const struct when *to = f.kind == FACT_NAME ? &f.name.to : &f.code.to;
		if (state == STATE_RETRACTED || (kind && unit_kind(v, unit) != kind))
			continue;
		struct unit_life life;
		bool now = when_covers(from, to, day) != TRUTH_NO && unit_life_at(v, unit, day, &life);
		if (now || unit_kind(v, unit)) /* all that was ever said of it may have been retracted */
			bearer_add(b, unit, now);
	}
}

static size_t keep(struct bearers *b, uint32_t *ret)
{
	size_t n = 0;
	for (size_t i = 0; i < b->n && n < RESOLVE_CANDIDATES_MAX; i++)
		ret[n++] = b->list[i].unit;
	return n;
}

/* Choose among the bearers: inside the scope, then everywhere, then the only one that ever bore it. */
static void choose(struct view *v, struct bearers *b, uint32_t scope, bool only_scope, int32_t day,
		   struct resolved *ret)
{
	uint32_t inside[RESOLVE_CANDIDATES_MAX], now[RESOLVE_CANDIDATES_MAX];
	size_t n_inside = 0, n_now = 0;
	for (size_t i = 0; i < b->n; i++) {
		uint32_t u = b->list[i].unit;
		if (!b->list[i].now)
			continue;
		if (n_now < RESOLVE_CANDIDATES_MAX)
			now[n_now] = u;
		n_now++;
		if (scope && unit_inside(v, u, scope, day)) {
			if (n_inside < RESOLVE_CANDIDATES_MAX)
				inside[n_inside] = u;
			n_inside++;
		}
	}
	const uint32_t *from = now;
	size_t n = n_now;
	if (n_inside || only_scope) {
		from = inside;
		n = n_inside;
	}
	if (n == 1) {
		ret->unit = from[0];
		ret->how = n_inside ? RESOLVED_SCOPE : RESOLVED_EVERYWHERE;
		return;
	}
	if (n == 0 && b->n == 1 && !only_scope) {
		ret->unit = b->list[0].unit;
		ret->how = RESOLVED_ONLY_LIFE;
		return;
	}
	uint32_t all[RESOLVE_CANDIDATES_MAX];
	if (n == 0) {
		n = keep(b, all);
		from = all;
	}
	ret->n_candidates = n < RESOLVE_CANDIDATES_MAX ? n : RESOLVE_CANDIDATES_MAX;
	ret->candidates = arena_alloc(b->a, (ret->n_candidates + 1) * sizeof *ret->candidates);
	memcpy(ret->candidates, from, ret->n_candidates * sizeof *from);
}

static void by_name(struct view *v, const struct msg_unit_by_name *name, uint32_t scope, int32_t day, struct arena *a,
		    struct resolved *ret);

/* `within` is an id first, a name second. */
static uint32_t container_of(struct view *v, const char *within, int32_t day, struct arena *a)
{
	uint32_t unit = view_term(v, SPACE_UNIT, slice_text(within));
	if (unit && unit_kind(v, unit))
		return unit;
	struct resolved r = {0};
	struct msg_unit_by_name name = {.name = within, .kind = "", .within = ""};
	by_name(v, &name, 0, day, a, &r);
	return r.unit;
}

static void by_name(struct view *v, const struct msg_unit_by_name *name, uint32_t scope, int32_t day, struct arena *a,
		    struct resolved *ret)
{
	char folded[TEXT_FOLD_MAX + 1];
	size_t len;
	ret->said = arena_printf(a, "name \"%s\"%s%s", name->name, *name->within ? " within " : "", name->within);
	if (text_fold(name->name, folded, &len) != ERR_OK)
		return;
	uint32_t kind = 0;
	if (*name->kind) {
		kind = view_term(v, SPACE_TERM, slice_text(name->kind));
		if (!kind)
			return;
	}
	bool only = false;
	if (*name->within) {
		scope = container_of(v, name->within, day, a);
		only = true;
		if (!scope)
			return;
	}
	struct bearers b = {.a = a};
	AUTO_BUF struct buf key = {0};
	key_name(&key, folded, len);
	bearers_of(v, TABLE_NAME, buf_view(&key), kind, day, &b);
	choose(v, &b, scope, only, day, ret);
}

static void by_code(struct view *v, const struct msg_unit_by_code *code, uint32_t scope, int32_t day, struct arena *a,
		    struct resolved *ret)
{
	ret->said = arena_printf(a, "%s %s", code->scheme, code->code);
	uint32_t scheme = view_term(v, SPACE_TERM, slice_text(code->scheme));
	if (!scheme || !*code->code || strlen(code->code) > KEY_TEXT_MAX) /* nothing that long is a code */
		return;
	struct bearers b = {.a = a};
	AUTO_BUF struct buf key = {0};
	key_code(&key, scheme, slice_text(code->code));
	bearers_of(v, TABLE_CODE, buf_view(&key), 0, day, &b);
	choose(v, &b, scope, false, day, ret);
}

void resolve_unit(struct view *v, const struct msg_unit_ref *ref, uint32_t scope, int32_t day, struct arena *a,
		  struct resolved *ret)
{
	memset(ret, 0, sizeof *ret);
	ret->said = "nothing";
	if (ref && ref->id) {
		ret->said = arena_printf(a, "id \"%s\"", ref->id->id);
		uint32_t unit = view_term(v, SPACE_UNIT, slice_text(ref->id->id));
		if (unit && unit_kind(v, unit)) {
			ret->unit = unit;
			ret->how = RESOLVED_ID;
		}
	} else if (ref && ref->code) {
		by_code(v, ref->code, scope, day, a, ret);
	} else if (ref && ref->name) {
		by_name(v, ref->name, scope, day, a, ret);
	}
}
