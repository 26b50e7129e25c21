/* SPDX-License-Identifier: Apache-2.0
 *
 * test_cooperation.c - counts and networks of random worlds, against arrays that know nothing of stores or lineage.
 *
 * Each seed lays twelve municipalities in three counties (or none), some of which merge or are divided on 2020-01-01,
 * and ten arrangements with participants, hosts and tasks, some of them of uncertain dates, some with lists that are
 * not complete. Asked is 2014-06-30, as reported and in the units of 2020. VARDE_SEED=17   only this one
 */
#include <stdlib.h>
#include "tests/unit/answer_kit.h"

/* A text of the answer that is a whole number. */
static int whole_of(const char *text)
{
	return (int)strtol(text, NULL, 10);
}

#define OLD      12
#define UNITS    (OLD + 12)
#define COUNTIES 3
#define ARR      10
#define TASKS    3
#define SEEDS    80

struct spot { /* how a thing stands: 0 not, 1 possibly, 2 for certain */
	int low, high;
};
struct model {
	struct world *w;
	uint64_t random;
	bool explains; /* of many worlds it is enough to ask some */
	size_t n_explained;
	int life[UNITS];      /* of units on the day; new ones 0 */
	int life_then[UNITS]; /* in 2020 */
	int county[UNITS];    /* -1 = none */
	int into[UNITS][2];   /* in 2020: itself, one other, or two */
	int n_into[UNITS];
	int arr_life[ARR], said[ARR][OLD], host[ARR], complete[ARR];
	bool task[ARR][TASKS];
	bool declared[COUNTIES];
	bool tidy, moved;
	/* in the structure asked for */
	int part[ARR][UNITS], hosts[ARR][UNITS];
};

static uint32_t dice(struct model *m, uint32_t sides)
{
	m->random ^= m->random << 13;
	m->random ^= m->random >> 7;
	m->random ^= m->random << 17;
	return (uint32_t)((m->random * UINT64_C(0x2545f4914f6cdd1d)) >> 33) % sides;
}

static const char *name(struct model *m, char letter, int i)
{
	return arena_printf(m->w->a, "%c%02d", letter, i);
}

/* ---- the world -------------------------------------------------------------------------------------- */

static void lay_units(struct model *m)
{
	struct world *w = m->w;
	int next = OLD;
	bool tidy = dice(m, 2); /* no unit outside the counties, and more is declared */
	m->tidy = tidy;
	for (int i = 0; i < COUNTIES; i++)
		w_unit(w, name(m, 'c', i), "county", "", "", name(m, 'c', i));
	for (int i = 0; i < UNITS; i++) {
		m->county[i] = tidy ? (int)dice(m, COUNTIES) : (int)dice(m, COUNTIES + 1) - 1;
		m->n_into[i] = 1;
		m->into[i][0] = i;
	}
	for (int i = 0; i < OLD; i++) {
		m->life[i] = dice(m, 6) ? 2 : 1;
		m->life_then[i] = 2;
	}
	for (int i = 0; i + 1 < OLD; i += 2) {
		uint32_t what = dice(m, 3);
		if (what == 1 && next < UNITS) { /* two become one */
			m->into[i][0] = m->into[i + 1][0] = next;
			m->life_then[i] = m->life_then[i + 1] = 0;
			m->life_then[next++] = 2;
			h_event(w, name(m, 'e', i), "2020-01-01",
				arena_printf(w->a, "u%02d>u%02d u%02d>u%02d", i, next - 1, i + 1, next - 1));
		} else if (what == 2 && next + 1 < UNITS) { /* one becomes two */
			m->n_into[i] = 2;
			for (int k = 0; k < 2; k++) {
				m->into[i][k] = next;
				m->life_then[next] = 2;
				h_event(w, name(m, 'e', i), "2020-01-01",
					arena_printf(w->a, "u%02d>*u%02d", i, next++));
			}
			m->life_then[i] = 0;
		}
	}
	for (int i = 0; i < next; i++) {
		const char *from = i >= OLD          ? "2020-01-01"
				   : m->life[i] == 2 ? ""
						     : "2014",
			   *to = i < OLD && !m->life_then[i] ? "2020-01-01" : "";
		w_unit(w, name(m, 'u', i), "municipality", from, to, name(m, 'u', i));
		if (m->county[i] >= 0)
			w_link(w, LINK_TYPE_PART_OF, name(m, 'u', i), name(m, 'c', m->county[i]), from, to);
	}
}

static void lay_arrangements(struct model *m)
{
	struct world *w = m->w;
	static const char *const froms[] = {"2010-01-01", "2014"};
	for (int x = 0; x < ARR; x++) {
		const char *id = name(m, 'x', x), *tasks = "";
		uint32_t life = dice(m, 5), few = 2 + dice(m, 20);
		m->arr_life[x] = life == 0 ? 0 : life == 1 ? 1 : 2;
		w_unit(w, id, "arrangement", froms[m->arr_life[x] == 1], m->arr_life[x] ? "" : "2013-01-01", id);
		for (int u = 0; u < OLD; u++) {
			if (dice(m, few))
				continue;
			int sure = dice(m, 5) ? 2 : 1;
			w_link(w, LINK_TYPE_PARTICIPATES_IN, name(m, 'u', u), id, froms[sure == 1], "");
			sure = sure < m->life[u] ? sure : m->life[u];
			m->said[x][u] = sure >= m->arr_life[x] ? 2 : 1;
		}
		m->host[x] = (int)dice(m, OLD + 4);
		if (m->host[x] < OLD)
			w_link(w, LINK_TYPE_HOSTS, name(m, 'u', m->host[x]), id, "2010-01-01", "");
		else
			m->host[x] = -1;
		for (int t = 0; t < TASKS; t++) {
			m->task[x][t] = dice(m, 2);
			if (m->task[x][t])
				tasks = arena_printf(w->a, "%s%st%d", tasks, *tasks ? ";" : "", t);
		}
		if (*tasks)
			w_attrs(w, id, "task", "", "", tasks);
		m->complete[x] = dice(m, m->tidy ? 40 : 8) != 0;
		if (m->complete[x])
			w_attrs(w, id, "participants_complete", "", "", "yes");
	}
}

static void lay(struct model *m)
{
	struct world *w = m->w;
	lay_units(m);
	lay_arrangements(m);
	w_round(w, "r", "2014-06-30", 0);
	for (int i = 0; i < COUNTIES; i++) {
		m->declared[i] = dice(m, m->tidy ? 10 : 3) != 0;
		if (m->declared[i])
			w_fact(w, FACT_SCOPE)->scope =
			    (struct fact_scope){.round = w_word(w, SPACE_ROUND, "r"),
						.unit = w_word(w, SPACE_UNIT, name(m, 'c', i)),
						.kind = w_word(w, SPACE_TERM, "arrangement"),
						.state = STATE_ASSERTED,
						.completion = COMPLETION_YES,
						.src = w_word(w, SPACE_SOURCE, "s1")};
	}
	/* Of sizes the arrays know nothing: what is counted by them is only made once more. */
	w_indicator(w, "people", VALUE_TYPE_COUNT, AGGREGATION_ADDITIVE, "municipality");
	for (int i = 0; i < UNITS; i++)
		if (dice(m, 4))
			w_obs(w, name(m, 'u', i), "people", dice(m, 3) ? "2013" : "2016",
			      arena_printf(w->a, "%u", dice(m, 30)));
	w_commit(w);
}

/* ---- the arrays' answers ---------------------------------------------------------------------------- */

static int larger(int a, int b)
{
	return a > b ? a : b;
}

static void express(struct model *m)
{
	memset(m->part, 0, sizeof m->part);
	memset(m->hosts, 0, sizeof m->hosts);
	for (int x = 0; x < ARR; x++) {
		for (int u = 0; u < OLD; u++) {
			int n = m->moved ? m->n_into[u] : 1;
			for (int k = 0; k < n && m->said[x][u]; k++) {
				int to = m->moved ? m->into[u][k] : u;
				m->part[x][to] = larger(m->part[x][to], n == 1 ? m->said[x][u] : 1);
			}
			for (int k = 0; k < n && m->host[x] == u; k++)
				m->hosts[x][m->moved ? m->into[u][k] : u] =
				    n == 1 && m->life[u] >= m->arr_life[x] ? 2 : 1;
		}
	}
}

static bool lives(const struct model *m, int x)
{
	return m->arr_life[x] != 0;
}

static bool all_lists(const struct model *m)
{
	bool all = true;
	for (int x = 0; x < ARR; x++)
		all &= !lives(m, x) || m->complete[x];
	return all;
}

static bool everywhere(const struct model *m)
{
	bool any = false, all = true;
	for (int i = 0; i < COUNTIES; i++)
		any |= m->declared[i];
	for (int u = 0; u < OLD; u++)
		all &= m->county[u] >= 0 && m->declared[m->county[u]];
	return any && all;
}

/* group: -2 = all, -1 = in no county, else the county; task: -2 = any, -1 = none, else the task. */
static bool has_task(const struct model *m, int x, int task)
{
	bool any = false;
	for (int t = 0; t < TASKS; t++)
		any |= m->task[x][t];
	return task == -2 || (task == -1 ? !any : m->task[x][task]);
}

static struct spot count_arrangements(const struct model *m, int group, int task)
{
	struct spot s = {0};
	for (int x = 0; x < ARR; x++) {
		int best = group == -2 ? 2 : 0, members = 0;
		for (int u = 0; u < UNITS; u++) {
			int here = larger(m->part[x][u], m->hosts[x][u]);
			members += here != 0;
			if (group != -2 && here && m->county[u] == group)
				best = larger(best, here);
		}
		if (group == -1 && !members)
			best = 2;
		if (!best || !lives(m, x) || !has_task(m, x, task))
			continue;
		s.high++;
		s.low += best == 2 && m->arr_life[x] == 2;
	}
	return s;
}

static struct spot count_participants(const struct model *m, int group, int task)
{
	struct spot s = {0};
	for (int u = 0; u < UNITS; u++) {
		int best = 0;
		for (int x = 0; x < ARR; x++) {
			int here = m->part[x][u] && lives(m, x) && has_task(m, x, task)
				       ? (m->part[x][u] == 2 && m->arr_life[x] == 2 ? 2 : 1)
				       : 0;
			best = larger(best, here);
		}
		if (!best || (group != -2 && m->county[u] != group))
			continue;
		s.high++;
		s.low += best == 2;
	}
	return s;
}

static int all_units(const struct model *m, int group)
{
	int n = 0;
	for (int u = 0; u < UNITS; u++)
		n += (m->moved ? m->life_then[u] : m->life[u]) && (group == -2 || m->county[u] == group);
	return n;
}

/* ---- comparing -------------------------------------------------------------------------------------- */

static struct msg_query_reply *ask_it(struct model *m, struct msg_query_request *r)
{
	struct msg_query_reply *reply = w_ask(m->w, r);
	if (reply->error)
		fail_msg("%s", reply->error->text);
	return reply;
}

static void same(const struct msg_figure *f, struct spot s, bool open, int cap, const char *what)
{
	int low = whole_of(*f->low ? f->low : f->numerator), high = whole_of(*f->high ? f->high : f->numerator);
	bool exact = *f->numerator, open_end = !exact && !*f->high;
	int want = open ? cap : s.high;
	if (low != s.low || (want >= 0 && high != want) || open_end != (open && cap < 0))
		fail_msg("%s: \"%s\", wanted %d to %d%s", what, f->shown, s.low, want, open ? ", open" : "");
}

static int group_of(const char *name)
{
	return *name == 'c' ? whole_of(name + 1) : *name == 't' ? whole_of(name + 1) : -1;
}

/* All measures of it, made once more of the log. */
static void check_explained(struct model *m, const struct msg_count_question *of)
{
	static const enum measure all[] = {MEASURE_COUNT, MEASURE_SHARE, MEASURE_RANK,
					   MEASURE_MEAN,  MEASURE_RATE,  MEASURE_CONCENTRATION};
	struct msg_count_question q = *of;
	struct msg_query_request r = w_request();
	if (!m->explains)
		return;
	q.kind = "municipality";
	q.decimals = 2;
	q.measures = (enum measure *)(uintptr_t)all;
	q.n_measures = q.counted == COUNTED_PARTICIPANTS ? 6 : 4;
	r.count = &q;
	m->n_explained += w_count_explained(m->w, &q, ask_it(m, &r)->trend);
}

static void check_sizes(struct model *m, enum counted what)
{
	static const char *const day[] = {"2014-06-30"};
	struct msg_decimal limits[] = {{.digits = 10}, {.digits = 20}};
	struct msg_count_question q = {.counted = what,
				       .group_by = "size",
				       .size_indicator = "people",
				       .n_size_limits = 2,
				       .size_limits = limits,
				       .n_dates = 1,
				       .dates = (const char **)(uintptr_t)day,
				       .structure_at = m->moved ? "2020-01-01" : ""};
	check_explained(m, &q);
}

static void check_count(struct model *m, enum counted what, const char *by)
{
	static const enum measure count[] = {MEASURE_COUNT};
	static const char *const day[] = {"2014-06-30"};
	bool participants = what == COUNTED_PARTICIPANTS, tasks = strcmp(by, "task") == 0;
	struct msg_count_question q = {.counted = what,
				       .kind = participants ? "municipality" : "",
				       .group_by = by,
				       .n_dates = 1,
				       .dates = (const char **)(uintptr_t)day,
				       .n_measures = 1,
				       .measures = (enum measure *)(uintptr_t)count,
				       .structure_at = m->moved ? "2020-01-01" : ""};
	struct msg_query_request r = w_request();
	r.count = &q;
	struct msg_trend_answer *t = ask_it(m, &r)->trend;
	bool seen[COUNTIES + 2] = {false}, whole = everywhere(m), lists = all_lists(m);
	for (size_t i = 0; i < t->n_rows; i++) {
		int g = *by ? group_of(t->rows[i].group_name) : -2, county = tasks ? -2 : g, task = tasks ? g : -2;
		struct spot s =
		    participants ? count_participants(m, county, task) : count_arrangements(m, county, task);
		bool itself = county == -2 ? whole : county >= 0 && m->declared[county];
		bool open = participants ? !((itself || whole) && lists) : !(itself || (whole && lists));
		int cap = participants ? larger(all_units(m, county), s.high) : -1;
		open = open && cap != s.high; /* all there are */
		same(&t->rows[i].figures[0], s, open, cap,
		     arena_printf(m->w->a, "%d by %s %s", (int)what, by, t->rows[i].group_name));
		seen[g + 2] = true;
	}
	for (int g = *by ? -1 : -2; g < (*by ? COUNTIES : -1); g++) {
		struct spot s = tasks ? (participants ? count_participants(m, -2, g) : count_arrangements(m, -2, g))
				      : (participants ? count_participants(m, g, -2) : count_arrangements(m, g, -2));
		if (s.high && !seen[g + 2])
			fail_msg("no row of %d by %s %d", (int)what, by, g);
	}
	check_explained(m, &q);
}

static int number(const char *id)
{
	return whole_of(id + 1);
}

static void check_pairs(struct model *m, const struct msg_network_answer *n)
{
	size_t rows = 0;
	for (int a = 0; a < UNITS; a++) {
		for (int b = a + 1; b < UNITS; b++) {
			uint32_t sure = 0, may = 0;
			for (int x = 0; x < ARR; x++) {
				bool both = lives(m, x) && m->part[x][a] && m->part[x][b];
				bool certain = both && m->arr_life[x] == 2 && m->part[x][a] == 2 && m->part[x][b] == 2;
				sure += certain;
				may += both && !certain;
			}
			if (!sure && !may)
				continue;
			size_t i = 0;
			while (i < n->n_pairs && (number(n->pairs[i].a) != a || number(n->pairs[i].b) != b))
				i++;
			assert_true(i < n->n_pairs);
			assert_int_equal(n->pairs[i].arrangements, sure);
			assert_int_equal(n->pairs[i].possible, may);
			rows++;
		}
	}
	assert_int_equal(n->n_pairs, rows);
}

static bool same_set(const struct model *m, int x, int y)
{
	bool same = true;
	for (int u = 0; u < UNITS; u++)
		same &= (m->part[x][u] == 2) == (m->part[y][u] == 2);
	return same;
}

static bool has_set(const struct model *m, int x)
{
	bool any = false;
	for (int u = 0; u < UNITS; u++)
		any |= m->part[x][u] == 2;
	return any && m->arr_life[x] == 2;
}

static bool crosses(const struct model *m, int x)
{
	int sides = 0;
	for (int c = 0; c < COUNTIES; c++) {
		bool any = false;
		for (int u = 0; u < UNITS; u++)
			any |= m->part[x][u] == 2 && m->county[u] == c;
		sides += any;
	}
	return sides > 1 && m->arr_life[x] == 2;
}

static void check_sets(struct model *m, const struct msg_network_answer *n)
{
	size_t sets = 0, crossing = 0, arrangements = 0, told = 0;
	for (int x = 0; x < ARR; x++) {
		bool first = has_set(m, x);
		arrangements += first;
		for (int y = 0; y < x; y++)
			first &= !has_set(m, y) || !same_set(m, x, y);
		sets += first;
		crossing += crosses(m, x);
	}
	assert_int_equal(n->n_constellations, sets);
	assert_int_equal(n->n_crossings, crossing);
	for (size_t i = 0; i < sets; i++)
		told += n->constellations[i].arrangements;
	assert_int_equal(told, arrangements);
	for (size_t i = 0; i < crossing; i++)
		assert_true(crosses(m, number(n->crossings[i].arrangement)));
}

static void check_unit(struct model *m, const struct msg_network_unit *row)
{
	int u = number(row->unit);
	uint32_t sure = 0, may = 0, hosts = 0, crossing = 0, sets = 0, partners = 0;
	bool met[UNITS] = {false};
	for (int x = 0; x < ARR; x++) {
		bool certain = m->arr_life[x] == 2 && m->part[x][u] == 2, first = certain;
		sure += certain;
		may += lives(m, x) && m->part[x][u] && !certain;
		hosts += m->arr_life[x] == 2 && m->hosts[x][u] == 2;
		crossing += certain && crosses(m, x);
		for (int y = 0; y < x; y++)
			first &= !(m->arr_life[y] == 2 && m->part[y][u] == 2) || !same_set(m, x, y);
		sets += first;
		for (int b = 0; b < UNITS && certain; b++)
			met[b] |= b != u && m->part[x][b] == 2;
	}
	for (int b = 0; b < UNITS; b++)
		partners += met[b];
	assert_int_equal(row->arrangements, sure);
	assert_int_equal(row->possible, may);
	assert_int_equal(row->hosts, hosts);
	assert_int_equal(row->crossing, crossing);
	assert_int_equal(row->constellations, sets);
	assert_int_equal(row->partners, partners);
}

static void check_network(struct model *m)
{
	static const char *const day[] = {"2014-06-30"};
	struct msg_network_question q = {.n_dates = 1,
					 .dates = (const char **)(uintptr_t)day,
					 .border_kind = "county",
					 .structure_at = m->moved ? "2020-01-01" : ""};
	struct msg_query_request r = w_request();
	r.network = &q;
	struct msg_network_answer *n = ask_it(m, &r)->network;
	check_pairs(m, n);
	check_sets(m, n);
	size_t rows = 0;
	for (int u = 0; u < UNITS; u++) {
		bool any = false;
		for (int x = 0; x < ARR; x++)
			any |= lives(m, x) && (m->part[x][u] || (m->hosts[x][u] == 2 && m->arr_life[x] == 2));
		rows += any;
	}
	assert_int_equal(n->n_units, rows);
	for (size_t i = 0; i < n->n_units; i++)
		check_unit(m, &n->units[i]);
}

static void one_seed(uint64_t seed)
{
	static const char *const groups[] = {"", "county", "task"};
	void *state;
	assert_int_equal(world_setup(&state), 0);
	struct model *m = mem_zero(1, sizeof *m);
	m->w = state;
	m->explains = seed % 3 == 1;
	m->random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	lay(m);
	for (int moved = 0; moved < 2; moved++) {
		m->moved = moved;
		express(m);
		for (size_t g = 0; g < 3; g++) {
			check_count(m, COUNTED_ARRANGEMENTS, groups[g]);
			check_count(m, COUNTED_PARTICIPANTS, groups[g]);
		}
		check_sizes(m, COUNTED_ARRANGEMENTS);
		check_sizes(m, COUNTED_PARTICIPANTS);
		check_network(m);
	}
	assert_true(!m->explains || m->n_explained > 50);
	free(m);
	world_teardown(&state);
}

static void counts_and_networks_are_those_of_the_arrays(void **state)
{
	const char *only = getenv("VARDE_SEED");
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		if (only && strtoull(only, NULL, 10) != seed)
			continue;
		print_message("VARDE_SEED=%llu\n", (unsigned long long)seed);
		one_seed(seed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(counts_and_networks_are_those_of_the_arrays)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
