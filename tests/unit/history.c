/* SPDX-License-Identifier: Apache-2.0
 *
 * history.c - see history.h.
 */
#include "tests/unit/history.h"

/* What a list says of one unit. */
typedef void one_f(struct world *w, const char *arg, const char *id, const char *from, const char *to);

/* "" is open, a year its first day. */
static const char *date(struct world *w, const char *text, size_t len)
{
	const char *one = arena_text(w->a, text, len);
	return len == 4 ? arena_printf(w->a, "%s-01-01", one) : one;
}

static void each(struct world *w, const char *list, one_f *one, const char *arg)
{
	const char *ids[64], *from = "", *to = "";
	size_t n = 0;
	while (*list) {
		size_t len = strcspn(list, " ,");
		const char *word = arena_text(w->a, list, len), *dots = strstr(word, "..");
		if (dots) {
			from = date(w, word, (size_t)(dots - word));
			to = date(w, dots + 2, strlen(dots + 2));
		} else {
			assert_true(len > 0 && n < 64);
			ids[n++] = word;
		}
		list += len;
		bool last = !*list || *list == ',';
		for (size_t i = 0; last && i < n; i++)
			one(w, arg, ids[i], from, to);
		if (last) {
			n = 0;
			from = to = "";
		}
		list += strspn(list, " ,");
	}
}

/* A unit that is said twice between commits lives twice. */
static void unit(struct world *w, const char *kind, const char *id, const char *from, const char *to)
{
	uint32_t u = w_word(w, SPACE_UNIT, id);
	uint16_t lives = 1;
	for (size_t i = 0; i < w->n_facts; i++)
		if (w->facts[i].kind == FACT_LIFE && w->facts[i].life.unit == u)
			lives++;
	w_unit(w, id, kind, from, to, NULL);
	w->facts[w->n_facts - 1].life.life = lives;
	w_name(w, id, from, to, id);
}

static void town(struct world *w, const char *county, const char *id, const char *from, const char *to)
{
	unit(w, "municipality", id, from, to);
	if (county)
		w_link(w, LINK_TYPE_PART_OF, id, county, from, to);
}

void h_towns(struct world *w, const char *list)
{
	each(w, list, town, NULL);
}

void h_towns_of(struct world *w, const char *county, const char *list)
{
	each(w, list, town, county);
}

static void county(struct world *w, const char *none, const char *id, const char *from, const char *to)
{
	(void)none;
	unit(w, "county", id, from, to);
}

void h_counties(struct world *w, const char *list)
{
	each(w, list, county, NULL);
}

static void inside(struct world *w, const char *id, const char *whole, const char *from, const char *to)
{
	w_link(w, LINK_TYPE_PART_OF, id, whole, from, to);
}

void h_inside(struct world *w, const char *unit_id, const char *whole_list)
{
	each(w, whole_list, inside, unit_id);
}

struct fact_edge *h_event(struct world *w, const char *event, const char *day, const char *flows)
{
	char text[512], *rest = text, *flow;
	struct fact *last = NULL;
	assert_true(strlen(flows) < sizeof text);
	memcpy(text, flows, strlen(flows) + 1);
	while ((flow = strtok_r(rest, " ", &rest))) {
		char *to = strchr(flow, '>'), *of = strchr(flow, '=');
		assert_non_null(to);
		*to++ = 0;
		if (of)
			*of++ = 0;
		bool part = *to == '*';
		uint32_t source = w_word(w, SPACE_UNIT, flow), target = w_word(w, SPACE_UNIT, to + part),
			 territory = of ? w_word(w, SPACE_UNIT, of) : 0, e = w_word(w, SPACE_EVENT, event);
		last = w_fact(w, FACT_EDGE);
		last->edge = (struct fact_edge){.from = source,
						.to = target,
						.event = e,
						.state = STATE_ASSERTED,
						.effective = w_when(day),
						.part = part,
						.territory = territory};
	}
	assert_non_null(last);
	return &last->edge;
}

void h_weight(struct world *w, const char *event, const char *flow, int64_t digits, uint8_t scale)
{
	char from[64];
	const char *to = strchr(flow, '>');
	snprintf(from, sizeof from, "%.*s", (int)(to - flow), flow);
	struct fact_weight f = {.event = w_word(w, SPACE_EVENT, event),
				.from = w_word(w, SPACE_UNIT, from),
				.to = w_word(w, SPACE_UNIT, to + 1),
				.basis = w_word(w, SPACE_TERM, "population"),
				.src = w_word(w, SPACE_SOURCE, w->source),
				.state = STATE_ASSERTED,
				.digits = digits,
				.scale = scale};
	w_fact(w, FACT_WEIGHT)->weight = f;
}

void h_same(struct world *w, const char *a, const char *b)
{
	w_link(w, (enum link_type)8, a, b, "", "");
}

/* By id, so that the answer does not depend on the order of entry. */
static int by_id(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *projected_text(struct world *w, struct view *v, const struct projected *p)
{
	static const char *const names[] = {[METHOD_EXACT] = "EXACT",
					    [METHOD_MERGED] = "MERGED",
					    [METHOD_APPORTIONED] = "APPORTIONED",
					    [METHOD_UNALLOCATED] = "UNALLOCATED"};
	const char **parts = arena_alloc(w->a, (p->n + 1) * sizeof *parts);
	const char *text = names[p->method];
	bool unknown = false;
	mpq_t sum;
	mpq_init(sum);
	for (size_t i = 0; i < p->n; i++) {
		const char *id = p->parts[i].target ? unit_id(v, p->parts[i].target, w->a) : "-";
		char *share = mpq_get_str(NULL, 10, p->parts[i].share);
		bool all = !p->parts[i].known || strcmp(share, "1") == 0;
		parts[i] = arena_printf(w->a, "%s%s%s", id, all ? "" : " ", all ? "" : share);
		unknown |= !p->parts[i].known;
		assert_true(p->parts[i].known || mpq_sgn(p->parts[i].share) == 0);
		assert_true(i == 0 || p->parts[i - 1].target < p->parts[i].target);
		mpq_add(sum, sum, p->parts[i].share);
		free(share);
	}
	assert_true(unknown ? mpq_cmp_ui(sum, 1, 1) <= 0 : mpq_cmp_ui(sum, 1, 1) == 0);
	mpq_clear(sum);
	if (p->n)
		qsort(parts, p->n, sizeof *parts, by_id);
	for (size_t i = 0; i < p->n; i++)
		text = arena_printf(w->a, "%s %s", text, parts[i]);
	return unknown ? arena_printf(w->a, "%s ?", text) : text;
}

const char *h_project(struct world *w, const char *unit, const char *from, const char *to, const char *kind)
{
	uint32_t u = w_word(w, SPACE_UNIT, unit), basis = w_word(w, SPACE_TERM, "population"),
		 k = kind ? w_word(w, SPACE_TERM, kind) : 0;
	if (w->n_facts)
		w_commit(w);
	struct view *v = w_view(w);
	AUTO_ARENA struct arena *a = arena_new(0);
	struct atoms *t = atoms_new(v, basis, a);
	struct projected p;
	enum err e = project_unit(t, u, w_when(from).lo, w_when(to).lo, k, &p);
	const char *text = e == ERR_OK ? projected_text(w, v, &p) : err_symbol(e);
	assert_int_equal(v->err, ERR_OK);
	project_clear(&p);
	atoms_free(t);
	return text;
}
