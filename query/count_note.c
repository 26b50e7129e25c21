/* SPDX-License-Identifier: Apache-2.0
 *
 * count_note.c - what holds for all rows of a count, said once.
 */
#include "query/count.h"

static enum err note(struct count *c, const char *text)
{
	return answer_bytes(c->r, 5, slice_text(text));
}

static const char *what_counts(const struct count *c, const struct count_axis *x)
{
	switch (c->q->counted) {
	case COUNTED_UNITS:
		return x->overlapping ? "a unit with two values stands in both groups: rows are not to be totalled"
				      : "";
	case COUNTED_ARRANGEMENTS:
		if (x->by == COUNT_BY_SAID || x->by == COUNT_BY_ATTR)
			return x->overlapping ? "an arrangement with two of them stands in both groups: rows are not "
						"to be totalled"
					      : "";
		if (x->by == COUNT_BY_UNIT || x->by == COUNT_BY_SIZE)
			return "an arrangement stands in each group that a participant or its host is in: rows are not "
			       "to "
			       "be totalled";
		return "each arrangement counts once, however many units take part";
	case COUNTED_PARTICIPANTS:
		return x->overlapping ? "a unit stands in each group that it takes part in: rows are not to be totalled"
				      : "each unit counts once, however many arrangements it takes part in";
	case COUNTED_LINKS:
		return x->overlapping ? "a link stands in the group of either end: rows are not to be totalled"
				      : "what several sources say of the same two units is one link";
	case COUNTED_UNSPECIFIED:
		break;
	}
	return "";
}

/* Of two groupings, of each, and what shares and ranks are of. */
static enum err two_groupings_notes(struct count *c)
{
	struct arena *a = c->r->a;
	enum err e = ERR_OK;
	for (size_t i = 0; i < c->n_axes && e == ERR_OK; i++) {
		const struct count_axis *x = &c->axes[i];
		const char *text = what_counts(c, x);
		if (*text)
			e = note(c, arena_printf(a, "by %s: %s", x->asked, text));
	}
	if (e == ERR_OK && count_asked(c, MEASURE_SHARE))
		e = note(c,
			 c->share_of == c->n_axes
			     ? "shares are of everything counted on the day"
			     : arena_printf(a, "shares are of everything counted in the row's group by %s on the day",
					    c->axes[c->share_of].asked));
	if (e == ERR_OK && count_asked(c, MEASURE_RANK))
		e = note(c, arena_printf(a, "ranks are among the groups by %s that are of one group by %s",
					 c->axes[0].asked, c->axes[1].asked));
	return e;
}

/* What the rounds of a day, whose lists are declared complete, do not speak of. */
static enum err unspoken_note(struct count *c, const struct count_day *d)
{
	const char *what = c->q->counted == COUNTED_LINKS ? "links of arrangements" : "arrangements",
		   *rounds = d->unspoken || d->unsure ? round_word_names(c->word, d->day, true) : "";
	enum err e = ERR_OK;
	if (d->unspoken)
		e = note(c, arena_printf(c->r->a,
					 "%s: %u %s on record are not counted: %s, whose list is declared complete, "
					 "does not speak of them",
					 d->text, d->unspoken, what, rounds));
	if (e == ERR_OK && d->unsure)
		e = note(c, arena_printf(c->r->a,
					 "%s: %u %s on record are only possible: %s, whose list is declared complete "
					 "where some of their units are, does not speak of them",
					 d->text, d->unsure, what, rounds));
	if (e == ERR_OK && d->unnamed)
		e = note(c,
			 arena_printf(c->r->a,
				      "%s: %u participations on record are not counted: %s, which names all who take "
				      "part, does not name them",
				      d->text, d->unnamed, round_word_names(c->word, d->day, false)));
	return e;
}

enum err count_notes(struct count *c)
{
	const char *text = what_counts(c, &c->axes[0]);
	enum err e = c->published ? note(c, published_note(c->published)) : ERR_OK;
	if (e == ERR_OK && c->n_axes == 2)
		e = two_groupings_notes(c);
	else if (e == ERR_OK && *text)
		e = note(c, text);
	if (e == ERR_OK && *c->absent)
		e = note(c, arena_printf(c->r->a, "no row for %s: none of the units named lives then", c->absent));
	if (e == ERR_OK && count_asked(c, MEASURE_MEAN) && c->of_arrangements)
		e = note(c, arena_printf(c->r->a, "the mean is of arrangements that a %s takes part in", c->q->kind));
	if (e == ERR_OK && count_asked(c, MEASURE_CONCENTRATION))
		e = note(c, "concentration is of the units' participations");
	if (e == ERR_OK && c->told_open)
		e = note(c, "at least so many: what is on record is not declared complete there");
	for (size_t i = 0; i < c->n_days && e == ERR_OK; i++) {
		const struct count_day *d = &c->days[i];
		if (d->gap && c->told_gap)
			e = count_gap_notes(c, d);
		if (e == ERR_OK)
			e = unspoken_note(c, d);
		if (e == ERR_OK && d->open_lists)
			e = note(c, arena_printf(c->r->a,
						 "%s: %u arrangements do not say that their participants are all named",
						 d->text, d->open_lists));
		if (e == ERR_OK && d->silent)
			e = note(c, arena_printf(c->r->a,
						 "%s: %u arrangements are left out, since nothing is said of what is "
						 "filtered: they may be among them",
						 d->text, d->silent));
		if (e == ERR_OK && d->internalised)
			e = note(
			    c, arena_printf(c->r->a,
					    "%s: %u arrangements are internalised: all their participants are one unit "
					    "on %s",
					    d->text, d->internalised, c->q->structure_at));
	}
	return e;
}
