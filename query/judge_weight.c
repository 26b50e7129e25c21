/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_weight.c - how much of a source flowed to a target: with the event, or years later.
 *
 * A weight is a statement of a source about one flow and one basis. Another source's stands beside it; another value of
 * the same source needs to say what it supersedes. Values are absolute, and shares are made of them when they are used;
 * only on the basis "share" they are shares themselves, and together at most 1.
 */
#include "query/judging.h"
#include <string.h>

#define SCALE_MAX 18u

/* The weight itself, and who says so; false and findings when it cannot be taken. */
static bool take_weight(struct judging *c, const struct msg_weight *m, const char *path, struct fact_weight *ret)
{
	bool ok = take_id(c, m->basis, PATH(c, "%s.basis", path));
	if (!m->value) {
		finding_add(&c->f, RULE_REQUIRED, PATH(c, "%s.value", path), "the value", NULL);
		ok = false;
	} else if (m->value->digits < 0 || m->value->scale > SCALE_MAX) {
		finding_add(&c->f, RULE_BAD_VALUE, PATH(c, "%s.value", path), "weight",
			    m->value->digits < 0 ? "it is negative" : "it has more than 18 decimals", NULL);
		ok = false;
	}
	ok = take_when(c, m->date, path, "date", &ret->date) && ok;
	ret->src = *m->source ? take_source(c, m->source, PATH(c, "%s.source", path)) : c->src;
	if (!ok || !ret->src)
		return false;
	ret->basis = word_take(c, SPACE_TERM, m->basis);
	ret->digits = m->value->digits;
	ret->scale = (uint8_t)m->value->scale;
	ret->state = STATE_ASSERTED;
	return true;
}

static struct num num_of(int64_t digits, uint32_t scale)
{
	return (struct num){.digits = digits, .scale = (uint8_t)scale};
}

static const char *shown(struct judging *c, struct num n)
{
	char text[NUM_TEXT_MAX];
	num_format(n, text);
	return arena_text(c->a, text, strlen(text));
}

static void check_sum(struct judging *c, const struct num *sum, bool fits, const char *unit, const char *path)
{
	if (!fits || num_cmp(*sum, num_of(1, 0)) > 0)
		finding_add(&c->f, RULE_WEIGHTS_OVER_ONE, path, unit, fits ? shown(c, *sum) : "far more", NULL);
}

/* ---- with the event ---- */

static const char *who(const struct msg_reorganisation_event *m, const struct msg_weight *w)
{
	return *w->source ? w->source : m->source;
}

/* The shares of one source's flows said by one source of information. */
static void check_shares(struct judging *c, const struct reform *r, size_t flow, size_t weight)
{
	const struct msg_reorganisation_event *m = r->m;
	const struct msg_weight *said = &m->flows[flow].weights[weight];
	struct num sum = num_of(0, 0);
	bool fits = true, first = true;
	for (size_t i = 0; i < m->n_flows; i++)
		for (size_t k = 0; m->flows[i].source == m->flows[flow].source && k < m->flows[i].n_weights; k++) {
			const struct msg_weight *w = &m->flows[i].weights[k];
			if (strcmp(w->basis, said->basis) != 0 || strcmp(who(m, w), who(m, said)) != 0 || !w->value)
				continue;
			first = first && (i > flow || (i == flow && k >= weight));
			fits = fits && w->value->scale <= SCALE_MAX &&
			       num_add(sum, num_of(w->value->digits, w->value->scale), &sum) == ERR_OK;
		}
	if (first && m->flows[flow].source < m->n_sources)
		check_sum(c, &sum, fits, word_text(c, SPACE_UNIT, r->sources[m->flows[flow].source]),
			  PATH(c, "event.flows[%zu].weights[%zu]", flow, weight));
}

void take_flow_weights(struct judging *c, const struct reform *r)
{
	for (size_t i = 0; i < r->m->n_flows; i++)
		for (size_t k = 0; k < r->m->flows[i].n_weights; k++) {
			const struct msg_weight *w = &r->m->flows[i].weights[k];
			const char *path = PATH(c, "event.flows[%zu].weights[%zu]", i, k);
			struct fact_weight f = {0};
			if (!take_weight(c, w, path, &f))
				continue;
			for (size_t x = 0; x < k; x++) {
				const struct msg_weight *o = &r->m->flows[i].weights[x];
				if (strcmp(o->basis, w->basis) == 0 && strcmp(who(r->m, o), who(r->m, w)) == 0)
					finding_add(&c->f, RULE_DUPLICATE_IN_MESSAGE, path, "the weight", NULL);
			}
			if (strcmp(w->basis, "share") == 0)
				check_shares(c, r, i, k);
		}
}

static void tell_weight(struct judging *c, const struct fact_weight *f, enum change_kind kind, uint64_t old,
			const char *reason)
{
	struct msg_change *m = judging_change(c, kind, SUBJECT_EVENT);
	change_units(c, m, f->from, f->to);
	m->field = PATH(c, "weight %s of %s", word_text(c, SPACE_TERM, f->basis), word_text(c, SPACE_EVENT, f->event));
	m->after_text = shown(c, num_of(f->digits, f->scale));
	m->valid_from = when_text(c, &f->date);
	m->supersedes = old;
	m->reason = reason;
	m->source = word_text(c, SPACE_SOURCE, f->src);
}

/* What stands under the key of a weight; 0 = nothing, else its revision. */
static uint64_t standing(struct judging *c, const struct fact_weight *f, struct fact_weight *ret)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row r;
	struct fact o;
	key_event(&key, f->event);
	walk_begin(&w, c->v, TABLE_WEIGHT, buf_view(&key));
	while (walk_next(&w, &r))
		if (row_fact(&r, &o) == ERR_OK && o.weight.from == f->from && o.weight.to == f->to &&
		    o.weight.basis == f->basis && o.weight.src == f->src && o.weight.state != STATE_RETRACTED) {
			*ret = o.weight;
			return r.rev;
		}
	return 0;
}

static bool same_value(const struct fact_weight *a, const struct fact_weight *b)
{
	return num_cmp(num_of(a->digits, a->scale), num_of(b->digits, b->scale)) == 0;
}

void put_flow_weights(struct judging *c, const struct reform *r)
{
	for (size_t i = 0; i < r->m->n_flows; i++)
		for (size_t k = 0; !r->again && k < r->m->flows[i].n_weights; k++) {
			struct fact_weight f = {.event = r->event,
						.from = r->sources[r->m->flows[i].source],
						.to = r->targets[r->m->flows[i].target]},
					   old;
			if (!take_weight(c, &r->m->flows[i].weights[k], "event", &f))
				continue;
			uint64_t rev = standing(c, &f, &old);
			if (rev && same_value(&f, &old) && when_eq(&f.date, &old.date))
				continue;
			f.state = rev ? STATE_CORRECTED : STATE_ASSERTED;
			judging_fact(c, FACT_WEIGHT)->weight = f;
			tell_weight(c, &f, rev ? CHANGE_KIND_CORRECTED : CHANGE_KIND_ASSERTED, rev, c->reason);
		}
}

void retract_flow_weights(struct judging *c, const struct msg_reorganisation_event *old, uint32_t event)
{
	for (size_t i = 0; i < old->n_flows; i++)
		for (size_t k = 0; k < old->flows[i].n_weights; k++) {
			const struct msg_weight *w = &old->flows[i].weights[k];
			const struct msg_target *t = &old->targets[old->flows[i].target];
			struct fact_weight f = {.event = event,
						.from = ref_unit(c, &old->sources[old->flows[i].source]),
						.to = target_unit(c, t),
						.basis = word_find(c, SPACE_TERM, w->basis),
						.src = word_find(c, SPACE_SOURCE, who(old, w))};
			struct fact_weight gone;
			if (!standing(c, &f, &gone))
				continue;
			gone.state = STATE_RETRACTED;
			judging_fact(c, FACT_WEIGHT)->weight = gone;
		}
}

/* ---- later ---- */

static bool is_flow(struct judging *c, const struct msg_reorganisation_event *m, uint32_t from, uint32_t to)
{
	for (size_t i = 0; i < m->n_flows; i++)
		if (ref_unit(c, &m->sources[m->flows[i].source]) == from &&
		    target_unit(c, &m->targets[m->flows[i].target]) == to)
			return true;
	bool source = false;
	for (size_t i = 0; i < m->n_sources; i++)
		source |= ref_unit(c, &m->sources[i]) == from;
	bool stays = from == to && source && all_live_on(m);
	return stays || (m->n_flows == 0 && source && among_targets(c, m, to));
}

/* All that the source says of shares of `from`, with the new one in the place of what stood. */
static void check_standing_shares(struct judging *c, const struct fact_weight *f, const char *path)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row r;
	struct fact o;
	struct num sum = num_of(f->digits, f->scale);
	bool fits = true;
	key_event(&key, f->event);
	walk_begin(&w, c->v, TABLE_WEIGHT, buf_view(&key));
	while (walk_next(&w, &r))
		if (row_fact(&r, &o) == ERR_OK && o.weight.from == f->from && o.weight.to != f->to &&
		    o.weight.basis == f->basis && o.weight.src == f->src && o.weight.state != STATE_RETRACTED)
			fits = fits && num_add(sum, num_of(o.weight.digits, o.weight.scale), &sum) == ERR_OK;
	check_sum(c, &sum, fits, word_text(c, SPACE_UNIT, f->from), path);
}

/* What was said of it before allows it: *ret_old is what it supersedes, 0 = nothing. false: nothing is to be said. */
static bool may_stand(struct judging *c, const struct msg_weight_statement *s, const struct fact_weight *f,
		      const char *path, uint64_t *ret_old, const char **ret_reason)
{
	struct fact_weight old;
	uint64_t rev = standing(c, f, &old);
	*ret_old = 0;
	*ret_reason = c->reason;
	if (s->supersedes) {
		*ret_old = rev;
		bool ok = take_reason(c, s->supersedes->reason, PATH(c, "%s.supersedes.reason", path), ret_reason);
		if (rev && rev == s->supersedes->revision)
			return ok;
		finding_add(&c->f, RULE_SUPERSEDES_NOTHING, PATH(c, "%s.supersedes.revision", path),
			    PATH(c, "%llu", (unsigned long long)s->supersedes->revision), NULL);
		return false;
	}
	if (!rev)
		return true;
	if (same_value(&old, f))
		finding_add(&c->f, RULE_CONFIRMED, PATH(c, "%s.weight", path), PATH(c, "%llu", (unsigned long long)rev),
			    NULL);
	else
		finding_add(&c->f, RULE_WEIGHT_STANDS, PATH(c, "%s.weight", path), word_text(c, SPACE_SOURCE, f->src),
			    shown(c, num_of(old.digits, old.scale)), NULL);
	return false;
}

static void judge_weight(struct judging *c, const struct msg_weight_statement *s, const char *path)
{
	struct replay_event e;
	struct fact_weight f = {0};
	uint64_t old;
	const char *reason;
	f.event = *s->event ? word_find(c, SPACE_EVENT, s->event) : 0;
	if (!f.event || !event_on_record(c, f.event, &e)) {
		finding_add(&c->f, RULE_UNKNOWN_EVENT, PATH(c, "%s.event", path), s->event, NULL);
		return;
	}
	f.from = take_unit(c, s->from, PATH(c, "%s.from", path), e.effective.lo - 1);
	f.to = take_unit(c, s->to, PATH(c, "%s.to", path), e.effective.hi);
	if (!s->weight)
		finding_add(&c->f, RULE_REQUIRED, PATH(c, "%s.weight", path), "the weight", NULL);
	if (!s->weight || !take_weight(c, s->weight, PATH(c, "%s.weight", path), &f) || !f.from || !f.to)
		return;
	if (!is_flow(c, e.m, f.from, f.to)) {
		finding_add(&c->f, RULE_NOT_A_FLOW, path, word_text(c, SPACE_UNIT, f.from),
			    word_text(c, SPACE_UNIT, f.to), s->event, NULL);
		return;
	}
	judging_lay(c);
	if (strcmp(s->weight->basis, "share") == 0)
		check_standing_shares(c, &f, PATH(c, "%s.weight", path));
	if (!may_stand(c, s, &f, path, &old, &reason))
		return;
	f.state = old ? STATE_CORRECTED : STATE_ASSERTED;
	judging_fact(c, FACT_WEIGHT)->weight = f;
	tell_weight(c, &f, old ? CHANGE_KIND_CORRECTED : CHANGE_KIND_ASSERTED, old, reason);
	c->changes[c->n_changes - 1].locator = *s->locator ? s->locator : c->locator;
	judging_lay(c);
}

void judge_weights(struct judging *c, const struct msg_submission *m)
{
	for (size_t i = 0; i < m->n_weights; i++)
		judge_weight(c, &m->weights[i], PATH(c, "submission.weights[%zu]", i));
}
