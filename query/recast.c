/* SPDX-License-Identifier: Apache-2.0
 *
 * recast.c - where the entries of a block lie on another day, gathered by the units of that day.
 *
 * Most units of a country were never touched: they cost one look at their slot and no fraction. A slot keeps where its
 * unit lay last, so that the series of one reference share the work.
 */
#include "query/recasting.h"
#include <stdlib.h>
#include <string.h>
#include "query/twice.h"
#include "query/unit.h"

#define OUTSIDE_TOLD 3u /* units in no unit of the structure that are named */

/* ---- the block -------------------------------------------------------------------------------------- */

struct recast *recast_new(const struct recast_ask *ask)
{
	struct recast *c = mem_zero(1, sizeof *c);
	c->ask = *ask;
	c->a = arena_new(0);
	c->cell_of = mem_zero((size_t)ask->n_units + 1, sizeof *c->cell_of);
	c->all_of = mem_zero((size_t)ask->n_units + 1, sizeof *c->all_of);
	c->slots = mem_zero((size_t)ask->n_units + 1, sizeof *c->slots);
	c->covers = mem_zero((size_t)ask->n_units + 1, sizeof *c->covers);
	return c;
}

struct recast *recast_free(struct recast *c)
{
	if (!c)
		return NULL;
	for (uint32_t i = 0; i <= c->ask.n_units; i++) {
		if (c->slots[i].have)
			project_clear(&c->slots[i].p);
	}
	pool_free(&c->pool);
	arena_free(c->a);
	free(c->slots);
	free(c->covers);
	free(c->cell_of);
	free(c->all_of);
	free(c->kinds);
	free(c->entries);
	free(c->cells);
	free(c->rests);
	free(c);
	return NULL;
}

static void unplace(struct recast *c)
{
	for (size_t i = 0; i < c->n_cells; i++)
		c->cell_of[c->cells[i].unit] = 0;
	c->n_cells = c->n_rests = 0;
}

void recast_begin(struct recast *c, const struct series *of)
{
	c->series = of;
	c->n_entries = 0;
	unplace(c);
	c->pool.n = 0;
	arena_reset(c->a);
}

void recast_add(struct recast *c, const struct recast_entry *e)
{
	if (c->n_entries == c->entries_room) {
		c->entries_room = c->entries_room ? c->entries_room * 2 : 64;
		c->entries = mem_grow(c->entries, c->entries_room * sizeof *c->entries);
	}
	c->entries[c->n_entries++] = *e;
}

size_t recast_cells(const struct recast *c, struct recast_cell **ret)
{
	*ret = c->cells;
	return c->n_cells;
}

size_t recast_rests(const struct recast *c, struct recast_rest **ret)
{
	*ret = c->rests;
	return c->n_rests;
}

const struct recast_entry *recast_entry(const struct recast *c, uint32_t entry)
{
	return &c->entries[entry];
}

struct arena *recast_arena(struct recast *c)
{
	return c->a;
}

/* ---- where entries lie ------------------------------------------------------------------------------ */

/* By the number of the unit: what was asked of the atoms last is mostly asked again. */
enum err recast_where(struct recast *c, uint32_t unit, int32_t day, uint32_t kind, const struct projected **ret)
{
	struct recast_slot *s = &c->slots[unit];
	if (!s->have || day < s->from || day > s->until) {
		if (s->have)
			project_clear(&s->p);
		*s = (struct recast_slot){.number = ++c->n_looked};
		project_span(c->ask.atoms, unit, day, c->ask.day, &s->from, &s->until);
		enum err err = project_unit(c->ask.atoms, unit, day, c->ask.day, kind, &s->p);
		if (err == ERR_NOT_FOUND) {
			/* Said of a unit on a day on which it did not live: outside everything, and not lost. */
			s->p = (struct projected){.method = METHOD_MERGED, .n = 0};
		} else if (err != ERR_OK) {
			return err;
		}
		s->have = true;
	}
	*ret = &s->p;
	return ERR_OK;
}

static struct recast_cell *cell_of(struct recast *c, uint32_t unit, uint32_t kind)
{
	if (c->cell_of[unit])
		return &c->cells[c->cell_of[unit] - 1];
	if (c->n_cells == c->cells_room) {
		c->cells_room = c->cells_room ? c->cells_room * 2 : 64;
		c->cells = mem_grow(c->cells, c->cells_room * sizeof *c->cells);
	}
	struct recast_cell *cell = &c->cells[c->n_cells++];
	*cell = (struct recast_cell){.unit = unit, .kind = kind, .note = ""};
	c->cell_of[unit] = (uint32_t)c->n_cells;
	return cell;
}

static struct recast_part *part_add(struct recast *c, uint32_t unit, uint32_t entry)
{
	struct recast_cell *cell = cell_of(c, unit, c->entries[entry].kind);
	/* Room for 1, 2, 4, 8 …: full whenever the number is a power of two. */
	size_t n = cell->n_parts, room = n && (n & (n - 1)) ? 2 * n : n;
	if (!n || !(n & (n - 1)))
		cell->parts = arena_grow(c->a, cell->parts, n, n + 1, sizeof *cell->parts, &room);
	struct recast_part *part = &cell->parts[cell->n_parts++];
	*part = (struct recast_part){.entry = entry};
	return part;
}

static void rest_add(struct recast *c, uint32_t entry, const struct projected *p, const struct amount *amount)
{
	if (c->n_rests == c->rests_room) {
		c->rests_room = c->rests_room ? c->rests_room * 2 : 16;
		c->rests = mem_grow(c->rests, c->rests_room * sizeof *c->rests);
	}
	struct recast_rest *rest = &c->rests[c->n_rests++];
	*rest = (struct recast_rest){.entry = entry, .amount = *amount};
	c->entries[entry].rest = (uint32_t)c->n_rests;
	rest->targets = arena_alloc(c->a, (p->n + 1) * sizeof *rest->targets);
	for (size_t i = 0; i < p->n; i++) {
		if (!p->parts[i].known)
			rest->targets[rest->n++] = p->parts[i].target;
	}
}

static void unmoved(struct recast *c, uint32_t entry, uint32_t unit)
{
	struct recast_part *part = part_add(c, unit, entry);
	part->whole = part->known = true;
	struct recast_cell *cell = cell_of(c, unit, c->entries[entry].kind);
	cell->same = c->entries[entry].said;
}

static enum err place(struct recast *c, uint32_t i)
{
	struct recast_entry *e = &c->entries[i];
	struct msg_value *v;
	const struct projected *p;
	enum err err = value_get(e->value, c->a, &v);
	if (err != ERR_OK || !v || e->unit > c->ask.n_units)
		return err != ERR_OK ? err : ERR_CORRUPT;
	e->said = v;
	e->rest = 0;
	if (!c->ask.atoms) {
		unmoved(c, i, e->unit);
		return ERR_OK;
	}
	err = recast_where(c, e->unit, e->day, e->kind, &p);
	if (err != ERR_OK)
		return err;
	if (p->method == METHOD_EXACT && p->n == 1) {
		unmoved(c, i, p->parts[0].target);
		return ERR_OK;
	}
	if (!p->n) {
		struct recast_part *part = part_add(c, 0, i);
		part->whole = part->known = true;
		return ERR_OK;
	}
	bool additive = c->ask.def->over_units == AGGREGATION_ADDITIVE, has_rest = false, number = false;
	struct amount *amounts = arena_alloc(c->a, (p->n + 1) * sizeof *amounts), rest;
	if (additive)
		number = recast_divide(c, e, p, amounts, &rest, &has_rest);
	for (size_t k = 0; k < p->n; k++) {
		if (p->parts[k].target > c->ask.n_units)
			return ERR_CORRUPT;
		struct recast_part *part = part_add(c, p->parts[k].target, i);
		part->whole = p->n == 1 && p->parts[k].known;
		part->known = p->parts[k].known;
		part->amount = amounts[k];
	}
	if (number && has_rest)
		rest_add(c, i, p, &rest);
	return ERR_OK;
}

/* ---- how much of a cell is covered ------------------------------------------------------------------ */

static uint32_t all_of(struct recast *c, uint32_t unit)
{
	const uint32_t *list;
	if (!c->all_of[unit])
		c->all_of[unit] = 1 + (uint32_t)atoms_parts(c->ask.atoms, unit, c->ask.day, &list);
	return c->all_of[unit] - 1;
}

/* How many its parts cover; with `told` only those that say a value. */
static uint32_t covered(struct recast *c, const struct recast_cell *cell, bool told, uint32_t *ret_all)
{
	uint32_t *units = arena_alloc(c->a, cell->n_parts * sizeof *units), of, sum = 0;
	bool *done = arena_alloc(c->a, cell->n_parts * sizeof *done);
	for (size_t i = 0; i < cell->n_parts; i++) {
		int32_t day = c->entries[cell->parts[i].entry].day;
		size_t n = 0;
		for (size_t k = i; k < cell->n_parts && !done[i]; k++) {
			const struct recast_entry *e = &c->entries[cell->parts[k].entry];
			if (e->day == day && !(told && e->said->missing)) {
				units[n++] = e->unit;
				done[k] = k != i;
			}
		}
		if (!n)
			continue;
		project_coverage(c->ask.atoms, cell->unit, c->ask.day, units, n, day, &of, ret_all);
		sum += of;
	}
	return sum > *ret_all ? *ret_all : sum;
}

/* What the same parts, said of one day, covered before they cover again: mostly nothing happened between two references.
 * false = nobody knows if they are the same. */
static bool parts_of(const struct recast *c, const struct recast_cell *cell, struct recast_cover *ret)
{
	*ret = (struct recast_cover){.n = (uint32_t)cell->n_parts};
	if (cell->n_parts > RECAST_COVER_PARTS)
		return false;
	int32_t day = c->entries[cell->parts[0].entry].day;
	for (size_t i = 0; i < cell->n_parts; i++) {
		const struct recast_entry *e = &c->entries[cell->parts[i].entry];
		const struct recast_slot *s = &c->slots[e->unit];
		if (e->day != day || day < s->from || day > s->until)
			return false;
		ret->parts[i] = s->number;
	}
	return true;
}

static void cover(struct recast *c, struct recast_cell *cell)
{
	struct recast_cover parts, *last = &c->covers[cell->unit];
	size_t missing = 0;
	if (!c->ask.atoms || !cell->unit)
		return;
	if (cell->same) {
		cell->of = cell->all = cell->told = all_of(c, cell->unit);
		return;
	}
	bool known = parts_of(c, cell, &parts);
	if (known && parts.n == last->n && memcmp(parts.parts, last->parts, sizeof parts.parts) == 0)
		parts = *last;
	else
		parts.of = covered(c, cell, false, &parts.all);
	if (known)
		*last = parts;
	cell->of = cell->told = parts.of;
	cell->all = parts.all;
	for (size_t i = 0; i < cell->n_parts; i++)
		missing += c->entries[cell->parts[i].entry].said->missing != NULL;
	if (missing && missing < cell->n_parts)
		cell->told = covered(c, cell, true, &cell->all);
}

/* ---- what is told twice ------------------------------------------------------------------------------ */

/* The entries of cells that have several of them. */
static size_t together(struct recast *c, uint32_t *ret)
{
	size_t n = 0;
	bool *seen = arena_alloc(c->a, c->n_entries + 1);
	for (size_t i = 0; i < c->n_cells; i++) {
		const struct recast_cell *cell = &c->cells[i];
		for (size_t k = 0; k < cell->n_parts && cell->n_parts > 1; k++) {
			uint32_t entry = cell->parts[k].entry;
			if (!seen[entry])
				ret[n++] = entry;
			seen[entry] = true;
		}
	}
	return n;
}

static bool exact_entry(struct recast *c, const struct recast_entry *e)
{
	const struct projected *p;
	return recast_where(c, e->unit, e->day, e->kind, &p) == ERR_OK && p->method == METHOD_EXACT && p->n == 1;
}

static const char *told_twice(struct recast *c, const struct recast_entry *e, const char *so_far)
{
	const char *one =
	    arena_printf(c->a, "%s %s", unit_name(c->ask.view, e->unit, e->day, c->a), value_text(c->a, e->said));
	return *so_far ? arena_printf(c->a, "%s, %s", so_far, one)
		       : arena_printf(c->a, "the same territory is told of twice: left out is %s", one);
}

/* Leaves out what others say already, and notes it with these. true: place all others anew. */
static bool settle_twice(struct recast *c)
{
	bool several = false, days = false;
	if (!c->ask.atoms || c->ask.all)
		return false;
	for (size_t i = 1; i < c->n_entries && !days; i++)
		days = c->entries[i].day != c->entries[0].day;
	if (!days && !twice_on_one_day(c->ask.atoms))
		return false;
	for (size_t i = 0; i < c->n_cells && !several; i++)
		several = c->cells[i].n_parts > 1;
	if (!several)
		return false;
	uint32_t *entries = arena_alloc(c->a, (c->n_entries + 1) * sizeof *entries);
	size_t n = together(c, entries);
	struct twice_claim *claims = arena_alloc(c->a, (n + 1) * sizeof *claims);
	for (size_t i = 0; i < n; i++) {
		const struct recast_entry *e = &c->entries[entries[i]];
		claims[i] = (struct twice_claim){.unit = e->unit,
						 .kind = e->kind,
						 .day = e->day,
						 .number = e->said->exact || e->said->interval,
						 .exact = exact_entry(c, e),
						 .rev = e->rev};
	}
	if (!twice_settle(c->ask.atoms, claims, n))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct recast_entry *e = &c->entries[entries[i]];
		if (!claims[i].by)
			continue;
		struct recast_entry *other = &c->entries[entries[claims[i].by - 1]];
		e->out = true;
		other->twice = told_twice(c, e, other->twice);
	}
	return true;
}

static enum err place_all(struct recast *c)
{
	enum err e = ERR_OK;
	for (uint32_t i = 0; i < c->n_entries && e == ERR_OK; i++)
		e = c->entries[i].out ? ERR_OK : place(c, i);
	return e;
}

static void note_twice(struct recast *c, struct recast_cell *cell)
{
	for (size_t i = 0; i < cell->n_parts; i++) {
		const char *text = c->entries[cell->parts[i].entry].twice;
		if (*text)
			cell->note = *cell->note ? arena_printf(c->a, "%s; %s", cell->note, text) : text;
	}
}

/* Of what lies in no unit: whose it is, and why. */
static void note_outside(struct recast *c, struct recast_cell *cell)
{
	char day[WHEN_TEXT_MAX];
	for (size_t i = 0; i < cell->n_parts && i < OUTSIDE_TOLD; i++) {
		const struct recast_entry *e = &c->entries[cell->parts[i].entry];
		struct unit_life life;
		bool lives = unit_life_at(c->ask.view, e->unit, e->day, &life);
		struct when when = when_day(lives ? c->ask.day : e->day);
		cell->note = arena_printf(c->a, "%s%s%s %s %s", cell->note, *cell->note ? "; " : "",
					  unit_name(c->ask.view, e->unit, e->day, c->a),
					  lives ? "lies in no unit of" : "does not live on", when_format(&when, day));
	}
	if (cell->n_parts > OUTSIDE_TOLD)
		cell->note = arena_printf(c->a, "%s; and %zu more", cell->note, cell->n_parts - OUTSIDE_TOLD);
}

enum err recast_run(struct recast *c)
{
	for (uint32_t i = 0; i < c->n_entries; i++) {
		c->entries[i].out = false;
		c->entries[i].twice = "";
	}
	enum err e = place_all(c);
	if (e == ERR_OK && settle_twice(c)) {
		unplace(c);
		e = place_all(c);
	}
	if (e != ERR_OK)
		return e;
	for (size_t i = 0; i < c->n_cells; i++) {
		struct recast_cell *cell = &c->cells[i];
		/* The same territory said twice, or said of its parts too: nothing is the value as it stands. */
		if (cell->n_parts > 1)
			cell->same = NULL;
		cover(c, cell);
		recast_value(c, cell);
		note_twice(c, cell);
		if (!cell->unit)
			note_outside(c, cell);
	}
	return c->ask.view->err;
}

/* For certain: units that nobody attests by the day are no structure. */
static bool kind_lives(struct view *v, uint32_t kind, int32_t day)
{
	AUTO_WALK struct walk w = {0};
	AUTO_BUF struct buf key = {0};
	struct row row;
	struct fact f;
	key_kind(&key, kind);
	walk_begin(&w, v, TABLE_KIND, buf_view(&key));
	while (walk_next(&w, &row)) {
		struct unit_life life;
		enum err e = row_fact(&row, &f);
		if (e != ERR_OK) {
			v->err = v->err ? v->err : e;
			break;
		}
		if (unit_life_at(v, f.life.unit, day, &life) && life.life.kind == kind && life.truth == TRUTH_CERTAIN)
			return true;
	}
	return false;
}

bool recast_kind_lives(struct recast *c, uint32_t kind)
{
	for (size_t i = 0; i < c->n_kinds; i++) {
		if (c->kinds[i] == kind)
			return true;
	}
	if (!kind_lives(c->ask.view, kind, c->ask.day))
		return false;
	if (c->n_kinds == c->kinds_room) {
		c->kinds_room = c->kinds_room ? c->kinds_room * 2 : 8;
		c->kinds = mem_grow(c->kinds, c->kinds_room * sizeof *c->kinds);
	}
	c->kinds[c->n_kinds++] = kind;
	return true;
}

const char *recast_why_left(struct recast *c, const struct recast_entry *e, const char *name, const char *why,
			    struct arena *a)
{
	uint32_t kind = atoms_gaps(c->ask.atoms, e->unit, e->day);
	if (!kind)
		return arena_printf(a, "of %s, which was divided: %s", name, why);
	struct slice text = view_text(c->ask.view, SPACE_TERM, kind);
	return arena_printf(
	    a,
	    "of %s, of which not all units of kind %.*s are on record: nobody knows how much of it lies in "
	    "which",
	    name, (int)text.len, (const char *)text.data);
}
