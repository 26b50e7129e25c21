/* SPDX-License-Identifier: Apache-2.0
 *
 * past.c - see past.h.
 */
#include "past.h"
#include <stdlib.h>
#include <string.h>
#include "bench.h"

/* ---- a country -------------------------------------------------------------------------------------- */

#define BUSY 12u /* places of a county where half of all happens */

struct county {
	size_t n;
	uint32_t *units; /* as they lie beside one another */
};
struct making {
	struct past *p;
	struct arena *a;
	struct county counties[PAST_COUNTIES];
	uint64_t seed;
};

static uint64_t below(struct making *m, uint64_t n)
{
	return bench_random(&m->seed) % n;
}

static void put(struct making *m, unsigned county, size_t at, uint32_t unit)
{
	struct county *c = &m->counties[county];
	memmove(c->units + at + 1, c->units + at, (c->n - at) * sizeof *c->units);
	c->units[at] = unit;
	c->n++;
	m->p->county[unit] = (uint16_t)county;
}

static void drop(struct making *m, unsigned county, size_t at)
{
	struct county *c = &m->counties[county];
	memmove(c->units + at, c->units + at + 1, (c->n - at - 1) * sizeof *c->units);
	c->n--;
}

/* How many of each: sources, targets, and whether the first source is the first target. */
static enum past_kind choose(struct making *m, size_t *sources, size_t *targets)
{
	uint64_t r = below(m, 100);
	*sources = *targets = 1;
	if (r < 50) {
		*sources = 2 + below(m, 3);
		return PAST_MERGER;
	}
	if (r < 70) {
		*sources = 2 + below(m, 2);
		return PAST_TAKE_OVER;
	}
	*targets = 2;
	if (r < 82)
		return PAST_BREAKDOWN;
	if (r < 92)
		return PAST_SPLIT_OFF;
	*sources = 2;
	*targets = 3;
	return PAST_MIXED;
}

static void happen(struct making *m, struct past_event *e)
{
	unsigned county = (unsigned)below(m, PAST_COUNTIES);
	e->kind = choose(m, &e->n_sources, &e->n_targets);
	struct county *c = &m->counties[county];
	size_t room = c->n - e->n_sources, busy = room < BUSY ? room : BUSY,
	       at = below(m, (below(m, 2) ? busy : room) + 1);
	bool lives = e->kind == PAST_TAKE_OVER || e->kind == PAST_SPLIT_OFF;
	for (size_t i = 0; i < e->n_sources; i++) {
		e->sources[i] = c->units[at];
		drop(m, county, at);
	}
	for (size_t i = 0; i < e->n_targets; i++) {
		bool over = i && below(m, 8) == 0;
		e->targets[i] = lives && i == 0 ? e->sources[0] : m->p->n_units++;
		if (over)
			put(m, (county + 1) % PAST_COUNTIES, 0, e->targets[i]);
		else
			put(m, county, at, e->targets[i]);
	}
}

static void census(struct making *m, unsigned round)
{
	struct past *p = m->p;
	size_t n = 0;
	for (unsigned c = 0; c < PAST_COUNTIES; c++)
		n += m->counties[c].n;
	p->live[round] = arena_alloc(m->a, n * sizeof **p->live);
	for (unsigned c = 0; c < PAST_COUNTIES; c++) {
		memcpy(p->live[round] + p->n_live[round], m->counties[c].units, m->counties[c].n * sizeof **p->live);
		p->n_live[round] += m->counties[c].n;
	}
}

static void date(struct past_event *e, size_t i, size_t n)
{
	size_t day = 1 + i * 334 / n; /* of the year, from 0: from 2 January to the end of November */
	static const unsigned lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	unsigned month = 0;
	for (; day >= lengths[month]; month++)
		day -= lengths[month];
	snprintf(e->day, sizeof e->day, "%04u-%02u-%02u", PAST_FIRST + e->year, month + 1, (unsigned)day + 1);
}

struct past *past_make(struct arena *a, uint32_t units, unsigned n_rounds, size_t n_events)
{
	struct past *p = arena_alloc(a, sizeof *p);
	struct making m = {.p = p, .a = a, .seed = 88172645463325252};
	size_t most = units + n_events * PAST_ENDS, each = units / PAST_COUNTIES;
	p->n_rounds = n_rounds;
	p->n_events = n_events;
	p->events = arena_alloc(a, n_events * sizeof *p->events);
	p->county = arena_alloc(a, most * sizeof *p->county);
	p->n_live = arena_alloc(a, n_rounds * sizeof *p->n_live);
	p->live = arena_alloc(a, n_rounds * sizeof *p->live);
	for (unsigned c = 0; c < PAST_COUNTIES; c++) {
		m.counties[c].units = arena_alloc(a, (each + n_events * PAST_ENDS) * sizeof(uint32_t));
		for (size_t i = 0; i < each; i++)
			put(&m, c, i, p->n_units++);
	}
	p->n_first = p->n_units;
	for (unsigned r = 0; r < n_rounds; r++) {
		size_t from = n_events * r / n_rounds, to = n_events * (r + 1) / n_rounds;
		census(&m, r);
		for (size_t i = from; i < to; i++) {
			p->events[i].year = r;
			date(&p->events[i], i - from, to - from);
			happen(&m, &p->events[i]);
		}
	}
	return p;
}

static uint32_t mix(uint32_t unit, unsigned round)
{
	uint64_t s = ((uint64_t)unit + 1) * 2654435761u + (round + 1) * 40503u;
	bench_random(&s);
	return (uint32_t)(bench_random(&s) >> 16);
}

bool past_corrected(uint32_t unit, unsigned round)
{
	return mix(unit, round) % 20 == 0;
}

uint32_t past_value(uint32_t unit, unsigned round, bool corrected)
{
	return mix(unit, round) / 20 % 1000 + (corrected && past_corrected(unit, round) ? 1000 : 0);
}

/* ---- a register ------------------------------------------------------------------------------------- */

#define DATES 139u
#define FIRST 390u
#define MUCH  2600u

struct code {
	unsigned code, name;
};
struct list {
	FILE *f;
	uint64_t seed;
	size_t n, rows, n_next;
	struct code live[MUCH], next[MUCH]; /* `next`: from the end of the day on */
	unsigned fresh, n_ended, ended[MUCH];
	char day[48];
};

static uint64_t pick(struct list *l, uint64_t n)
{
	return bench_random(&l->seed) % n;
}

static struct code take(struct list *l)
{
	size_t i = pick(l, l->n);
	struct code c = l->live[i];
	l->live[i] = l->live[--l->n];
	return c;
}

/* Now and then a number that somebody bore before. */
static struct code make(struct list *l)
{
	unsigned i, code = 0;
	if (l->n_ended > 40 && pick(l, 20) == 0) {
		i = (unsigned)pick(l, 20); /* of the oldest: long enough ago */
		code = l->ended[i];
		memmove(l->ended + i, l->ended + i + 1, (--l->n_ended - i) * sizeof *l->ended);
	}
	unsigned name = ++l->fresh;
	return (struct code){code ? code : 100 + name, name};
}

static void row(struct list *l, struct code from, struct code to)
{
	fprintf(l->f, "%04u,Place %u,%04u,Place %u,%s,1,1\n", from.code, from.name, to.code, to.name, l->day);
	l->rows++;
}

static void end(struct list *l, struct code c)
{
	l->ended[l->n_ended++] = c.code;
}

static void live(struct list *l, struct code c)
{
	l->next[l->n_next++] = c;
}

static void split(struct list *l, bool survives)
{
	struct code a = take(l), b = survives ? a : make(l), c = make(l);
	row(l, a, b);
	row(l, a, c);
	if (!survives)
		end(l, a);
	live(l, b);
	live(l, c);
}

static void merge(struct list *l, bool survives)
{
	struct code a = take(l), to = survives ? a : make(l);
	row(l, a, to);
	if (!survives)
		end(l, a);
	for (uint64_t n = 1 + pick(l, 3); n > 0; n--) {
		a = take(l);
		row(l, a, to);
		end(l, a);
	}
	live(l, to);
}

static void mixed(struct list *l)
{
	struct code a = take(l), b = take(l), c = make(l), d = make(l);
	row(l, a, c);
	row(l, a, d);
	row(l, b, d);
	end(l, a);
	end(l, b);
	live(l, c);
	live(l, d);
}

static void rename_one(struct list *l, bool code)
{
	struct code a = take(l), b = make(l);
	if (code)
		end(l, a);
	else
		b.code = a.code;
	row(l, a, b);
	live(l, b);
}

static void change(struct list *l)
{
	uint64_t r = pick(l, 100);
	if (r < 33)
		split(l, r < 31);
	else if (r < 53)
		merge(l, r < 40);
	else if (r < 58)
		mixed(l);
	else
		rename_one(l, r < 87);
}

size_t past_register(FILE *f)
{
	static const size_t large[] = {402, 317, 140, 118, 58, 56, 31, 31};
	struct list *l = mem_zero(1, sizeof *l);
	l->f = f;
	l->seed = 2463534242;
	for (unsigned i = 0; i < FIRST; i++)
		live(l, make(l));
	fputs("oldCode,oldName,newCode,newName,changeOccurred,oldVariant,newVariant\n", f);
	for (unsigned d = 0; d < DATES; d++) {
		size_t many = d % 17 == 9 ? large[d / 17 % 8] : 4 + pick(l, 8), before = l->rows;
		snprintf(l->day, sizeof l->day, "%u-%s", 1838 + d * 187 / DATES, d % 3 ? "01-01" : "07-01");
		memcpy(l->live + l->n, l->next, l->n_next * sizeof *l->next);
		l->n += l->n_next;
		l->n_next = 0;
		while (l->rows - before < many && l->n > 8)
			change(l);
	}
	size_t rows = l->rows;
	free(l);
	return rows;
}
