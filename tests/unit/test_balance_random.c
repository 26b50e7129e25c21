/* SPDX-License-Identifier: Apache-2.0
 *
 * test_balance_random.c - random reorganisations, told to a judge: on record nothing is ever unexplained, in any group,
 * and what is counted is what a plain list of who lives where says; of units that are said to be one, and said not to be
 * any more, one by a plain table of pairs; and "at least" so many by a plain list of what was declared of the counties.
 */
#include "tests/unit/balance_explained.h"

#define COUNTIES 3
#define FIRST    8   /* municipalities at the start */
#define UNITS    240 /* that may ever be */
#define YEARS    24

static const char *const county_ids[COUNTIES] = {"c0", "c1", "c2"};

/* Who lives where at the end of each year; 0 = nowhere, else county + 1. */
struct twin {
	int in[YEARS + 1][UNITS];
	bool one[YEARS + 1][UNITS][UNITS]; /* said to be, the lower number first */
	uint64_t rev[YEARS + 1];           /* the last of what happened by the year */
	bool busy[UNITS];                  /* in the year at hand */
	int n;
	int n_lists;
	struct {
		int county, said, from; /* the years in which it was said, and of whose round */
		bool complete;
	} lists[YEARS]; /* as they were said */
};

/* For each the lowest number of all that are one with it, as said by a year. */
static void lowest(const struct twin *t, int said, int ret[UNITS])
{
	bool more = true;
	for (int u = 0; u < t->n; u++)
		ret[u] = u;
	while (more) {
		more = false;
		for (int a = 0; a < t->n; a++)
			for (int b = a + 1; b < t->n; b++)
				if (t->one[said][a][b] && ret[a] != ret[b]) {
					ret[a] = ret[b] = ret[a] < ret[b] ? ret[a] : ret[b];
					more = true;
				}
	}
}

/* How many there are in a county, or in all (-1). */
static int counted(const struct twin *t, int year, int said, int county)
{
	int low[UNITS], n = 0;
	bool there[UNITS] = {false};
	lowest(t, said, low);
	for (int u = 0; u < t->n; u++) {
		int in = t->in[year][u];
		if (!in || (county >= 0 && in != county + 1) || there[low[u]])
			continue;
		there[low[u]] = true;
		n++;
	}
	return n;
}

/* May a county have more than are on record, or any of them (-1)? The newest round that has begun says so, else the
 * earliest, where it is not complete. */
static bool gaps(const struct twin *t, int year, int said, int county)
{
	int now = -1, first = -1;
	bool any = false;
	for (int c = 0; c < COUNTIES && county < 0; c++)
		any |= gaps(t, year, said, c);
	for (int i = 0; i < t->n_lists; i++) {
		if (t->lists[i].county != county || t->lists[i].said > said)
			continue;
		if (t->lists[i].from <= year && (now < 0 || t->lists[i].from >= t->lists[now].from))
			now = i;
		if (first < 0 || t->lists[i].from <= t->lists[first].from)
			first = i;
	}
	return any || (now >= 0 ? !t->lists[now].complete : first >= 0 && !t->lists[first].complete);
}

/* How many are told, of those that lived at the end of a year as far as it was known by another. */
static const char *there(struct world *w, const struct twin *t, int year, int lived, int said, int county)
{
	return arena_printf(w->a, "%s%d", gaps(t, year, said, county) ? "at least " : "",
			    counted(t, lived, said, county));
}

/* One to which nothing has happened in the year. */
static int pick(struct twin *t, uint64_t *seed, int year)
{
	for (;;) {
		int u = (int)kit_below(seed, (uint64_t)t->n);
		if (t->in[year][u] && year && t->in[year - 1][u] && !t->busy[u]) {
			t->busy[u] = true;
			return u;
		}
	}
}

static int idle(const struct twin *t, int year)
{
	int n = 0;
	for (int u = 0; u < t->n; u++)
		n += t->in[year][u] && t->in[year - 1][u] && !t->busy[u];
	return n;
}

/* A new one somewhere, as a target. */
static const char *born(struct world *w, struct twin *t, uint64_t *seed, int year)
{
	int c = (int)kit_below(seed, COUNTIES), u = t->n++;
	t->in[year][u] = c + 1;
	return arena_printf(w->a, "{'id': 'm%d', 'names': ['M%d'], 'part_of': 'c%d'}", u, u, c);
}

static void event(struct world *w, int year, const char *type, const char *sources, const char *targets)
{
	accepted(
	    w,
	    "{'event': {'id': 'e%llu', 'type': '%s', 'effective': '%d-01-01', 'status': 'effective', 'source': 'a',"
	    "'sources': [%s], 'targets': [%s]}}",
	    (unsigned long long)w->rev, type, 2000 + year, sources, targets);
}

static const char *two(struct world *w, int a, int b)
{
	return arena_printf(w->a, "'m%d', 'm%d'", a, b);
}

/* Something happens on the first day of the year. */
static void happen(struct world *w, struct twin *t, uint64_t *seed, int year)
{
	int *in = t->in[year], few = idle(t, year) < 5;
	uint64_t what = few ? 2 + kit_below(seed, 3) : kit_below(seed, 9);
	int a = pick(t, seed, year), b = pick(t, seed, year), c = pick(t, seed, year);
	const char *x, *y;
	switch (what) {
	case 0:
		event(w, year, "merging", two(w, a, b), born(w, t, seed, year));
		in[a] = in[b] = 0;
		break;
	case 1:
		event(w, year, "take_over", two(w, a, b), arena_printf(w->a, "{'unit': 'm%d'}", a));
		in[b] = 0;
		break;
	case 2:
		x = born(w, t, seed, year);
		event(w, year, "split_off", arena_printf(w->a, "'m%d'", a),
		      arena_printf(w->a, "{'unit': 'm%d'}, %s", a, x));
		break;
	case 3:
		x = born(w, t, seed, year);
		y = born(w, t, seed, year);
		event(w, year, "breakdown", arena_printf(w->a, "'m%d'", a), arena_printf(w->a, "%s, %s", x, y));
		in[a] = 0;
		break;
	case 4: {
		int u = t->n++, where = (int)kit_below(seed, COUNTIES);
		accepted(
		    w,
		    "{'submission': {'mode': 'patch', 'source': 'a', 'units': [{'id': 'm%d', 'kind': 'municipality',"
		    "'names': ['M%d'], 'valid_from': '%d-01-01', 'part_of': 'c%d'}]}}",
		    u, u, 2000 + year, where);
		in[u] = where + 1;
		break;
	}
	case 5:
		event(w, year, "transfer_of_part", two(w, a, b),
		      arena_printf(w->a, "{'unit': 'm%d'}, {'unit': 'm%d'}", a, b));
		break;
	case 6: {
		int to = (in[a] - 1 + 1) % COUNTIES;
		event(w, year, "reparenting", arena_printf(w->a, "'m%d'", a),
		      arena_printf(w->a, "{'unit': 'm%d', 'part_of': 'c%d'}", a, to));
		in[a] = to + 1;
		break;
	}
	case 7:
		event(w, year, "deletion", arena_printf(w->a, "'m%d'", a), "");
		in[a] = 0;
		break;
	default: /* three become two, of which one lives on; every one flows to both */
		x = born(w, t, seed, year);
		event(w, year, "reorganisation", arena_printf(w->a, "%s, 'm%d'", two(w, a, b), c),
		      arena_printf(w->a, "%s, {'unit': 'm%d'}", x, c));
		in[a] = in[b] = 0;
	}
}

/* Two are said to be one, wherever they lived and whenever; or that it was a mistake. */
static void identify(struct world *w, struct twin *t, uint64_t *seed, int year)
{
	int a = (int)kit_below(seed, (uint64_t)t->n), b = (int)kit_below(seed, (uint64_t)t->n);
	int low = a < b ? a : b, high = a < b ? b : a;
	bool wrong = false;
	if (!kit_below(seed, 3)) /* the next of those that were said */
		for (int k = 0, at = low * t->n + high; k < t->n * t->n && !wrong; k++) {
			low = (at + k) / t->n % t->n;
			high = (at + k) % t->n;
			wrong = t->one[year][low][high];
		}
	if (low >= high)
		return;
	accepted(w,
		 "{'submission': {'mode': 'patch', 'source': 'a', 'reason': 'told', 'identities': ["
		 "{'type': '%s', 'a': 'm%d', 'b': 'm%d'}]}}",
		 wrong ? "not_same_as" : "same_as", low, high);
	t->one[year][low][high] = !wrong;
}

/* A county's list is declared to have gaps, or not to, from the first day of some year on. */
static void declare(struct world *w, struct twin *t, uint64_t *seed, int year)
{
	int i = t->n_lists++, county = (int)kit_below(seed, COUNTIES), from = (int)kit_below(seed, YEARS + 1);
	bool complete = !kit_below(seed, 2);
	accepted(w,
		 "{'submission': {'round': 'r%d', 'mode': 'patch', 'source': 'a', 'completeness': ["
		 "{'scope': 'c%d', 'kind': 'municipality', 'complete': '%s'}]}}",
		 from, county, complete ? "yes" : "no");
	t->lists[i].county = county;
	t->lists[i].said = year;
	t->lists[i].from = from;
	t->lists[i].complete = complete;
}

static int number_of(const char *text)
{
	char *end;
	long n = strtol(text, &end, 10);
	assert_true(end != text && !*end);
	return (int)n;
}

static void check(struct world *w, const struct twin *t, int from, int to, bool explained)
{
	const char *question =
	    arena_printf(w->a,
			 "'from': {'valid_at': '%d-06-01'}, 'to': {'valid_at': '%d-06-01'}, 'counted': 'units',"
			 "'kind': 'municipality', 'group_by': 'county'",
			 2000 + from, 2000 + to);
	struct answers all = asked(w, "{'balance': {%s}}", question);
	if (explained)
		balance_explained(w, question, &all);
	for (size_t p = 0; p < all.n; p++)
		for (size_t i = 0; i < all.list[p].balance->n_rows; i++) {
			const struct msg_balance_row *x = &all.list[p].balance->rows[i];
			int c = 0;
			while (c < COUNTIES && strcmp(county_ids[c], x->group) != 0)
				c++;
			assert_true(c < COUNTIES);
			assert_string_equal(x->unexplained->shown, "0");
			assert_string_equal(x->opening->shown, there(w, t, from, from, YEARS, c));
			assert_string_equal(x->closing->shown, there(w, t, to, to, YEARS, c));
		}
	all = asked(w,
		    "{'balance': {'from': {'valid_at': '%d-06-01'}, 'to': {'valid_at': '%d-06-01'}, 'counted': 'units',"
		    "'kind': 'municipality'}}",
		    2000 + from, 2000 + to);
	assert_string_equal(all.list[0].balance->rows[0].unexplained->shown, "0");
	assert_string_equal(all.list[0].balance->rows[0].closing->shown, there(w, t, to, to, YEARS, -1));
}

/* The opening as known when nothing after the year `known` had been heard of, the closing as known now. */
static void check_known(struct world *w, const struct twin *t, int known, int from, int to, bool explained)
{
	int then = known < from ? known : from;
	const char *question =
	    arena_printf(w->a,
			 "'from': {'valid_at': '%d-06-01', 'as_of_revision': %llu}, 'to': {'valid_at': '%d-06-01'},"
			 "'counted': 'units', 'kind': 'municipality', 'group_by': 'county'",
			 2000 + from, (unsigned long long)t->rev[known], 2000 + to);
	struct answers all = asked(w, "{'balance': {%s}}", question);
	if (explained)
		balance_explained(w, question, &all);
	for (size_t p = 0; p < all.n; p++)
		for (size_t i = 0; i < all.list[p].balance->n_rows; i++) {
			const struct msg_balance_row *x = &all.list[p].balance->rows[i];
			int learned = 0, c = 0;
			while (c < COUNTIES && strcmp(county_ids[c], x->group) != 0)
				c++;
			assert_true(c < COUNTIES);
			assert_string_equal(x->unexplained->shown, "0");
			assert_string_equal(x->opening->shown, there(w, t, from, then, known, c));
			assert_string_equal(x->closing->shown, there(w, t, to, to, YEARS, c));
			for (size_t k = 0; k < x->n_flows; k++)
				if (x->flows[k].kind == FLOW_KIND_FOUND_LATE || x->flows[k].kind == FLOW_KIND_CORRECTED)
					learned += number_of(x->flows[k].figure->shown);
			assert_int_equal(learned, counted(t, from, YEARS, c) - counted(t, then, known, c));
		}
}

static void one_history(uint64_t seed, bool ones, bool lists)
{
	void *state = NULL;
	static struct twin t;
	memset(&t, 0, sizeof t);
	assert_int_equal(world_folded(&state), 0);
	struct world *w = state;
	accepted(w, "{'define': {'sources': [{'id': 'a', 'title': 'A'}], 'surveys': [{'id': 'v', 'title': 'V'}]}}");
	for (int year = 0; year <= YEARS; year++)
		accepted(w, "{'define': {'rounds': [{'id': 'r%d', 'survey': 'v', 'reference': '%d'}]}}", year,
			 2000 + year);
	for (int c = 0; c < COUNTIES; c++)
		accepted(w,
			 "{'submission': {'mode': 'patch', 'source': 'a', 'units': [{'id': 'c%d', 'kind': 'county',"
			 "'names': ['C%d']}]}}",
			 c, c);
	for (t.n = 0; t.n < FIRST; t.n++) {
		accepted(
		    w,
		    "{'submission': {'mode': 'patch', 'source': 'a', 'units': [{'id': 'm%d', 'kind': 'municipality',"
		    "'names': ['M%d'], 'part_of': 'c%d'}]}}",
		    t.n, t.n, t.n % COUNTIES);
		t.in[0][t.n] = t.n % COUNTIES + 1;
	}
	t.rev[0] = w->rev;
	for (int year = 1; year <= YEARS; year++) {
		memcpy(t.in[year], t.in[year - 1], sizeof t.in[year]);
		memcpy(t.one[year], t.one[year - 1], sizeof t.one[year]);
		memset(t.busy, 0, sizeof t.busy);
		for (uint64_t k = kit_below(&seed, 3) + 1; k-- && idle(&t, year) > 3;)
			happen(w, &t, &seed, year);
		for (uint64_t k = ones ? kit_below(&seed, 3) : 0; k--;)
			identify(w, &t, &seed, year);
		if (lists && !kit_below(&seed, 3))
			declare(w, &t, &seed, year);
		t.rev[year] = w->rev;
	}
	for (int i = 0; i < 30; i++) {
		int from = (int)kit_below(&seed, YEARS),
		    to = from + 1 + (int)kit_below(&seed, (uint64_t)(YEARS - from));
		bool explained = i % 10 == 5; /* of many balances it is enough to explain some */
		check(w, &t, from, to, explained);
		check_known(w, &t, (int)kit_below(&seed, YEARS + 1), from, i % 5 ? to : from, explained);
	}
	world_gone(&state);
}

static void nothing_on_record_is_unexplained(void **state)
{
	(void)state;
	const char *given = getenv("VARDE_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 0) : 20260222;
	for (unsigned i = 0; i < test_rounds(30); i++) {
		print_message("seed %llu\n", (unsigned long long)(seed + i));
		one_history(seed + i, i % 3 != 0, i % 2 == 0);
	}
	print_message("%zu lines explained\n", balance_lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_on_record_is_unexplained)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
