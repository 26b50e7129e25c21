/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/point_text.h"
#include <string.h>
#include "base/when.h"

static bool revision_parse(const char *text, uint64_t *ret)
{
	uint64_t n = 0;
	for (; *text >= '0' && *text <= '9'; text++) {
		if (n > ((uint64_t)INT64_MAX - 9) / 10)
			return false;
		n = n * 10 + (uint64_t)(*text - '0');
	}
	*ret = *text ? 0 : n; /* a day begins with digits too, and is no revision */
	return *ret != 0;
}

bool as_of_parse(const char *text, struct arena *a, struct as_of_text *ret)
{
	size_t len = strlen(text);
	*ret = (struct as_of_text){.time = "", .tag = ""};
	if (strncmp(text, "tag:", 4) == 0 && text[4])
		ret->tag = arena_text(a, text + 4, len - 4);
	else if (revision_parse(text, &ret->revision))
		return true;
	else if (len == 10 && text[4] == '-' && text[7] == '-') /* a day: as known when it ended */
		ret->time = arena_printf(a, "%sT23:59:59.999999Z", text);
	else if (len >= 20 && text[10] == 'T' && text[len - 1] == 'Z')
		ret->time = arena_text(a, text, len);
	else
		return false;
	return true;
}

/* A day stands alone; anything else says what it is, since "2014" may be a year's figures or its last day. */
static enum err when_take(const char *text, struct msg_point *p, struct why *why)
{
	struct when w;
	if (strncmp(text, "round=", 6) == 0 && text[6]) {
		p->round = text + 6;
		return ERR_OK;
	}
	if (strncmp(text, "period=", 7) == 0 && text[7]) {
		p->period = text + 7;
		return when_parse(p->period, &w, why);
	}
	if (when_parse(text, &w, NULL) != ERR_OK || w.precision == WHEN_NONE)
		return fail(
		    why, ERR_INVALID,
		    "\"%.100s\" is no point in time: write a day (2020-06-30), round=ID or period=2014, each with "
		    "@REVISION where it is meant as known then",
		    text);
	if (w.precision != WHEN_DAY)
		return fail(why, ERR_INVALID,
			    "\"%.32s\" is not one day: write period=%.32s for its figures, or a day such as 2020-06-30",
			    text, text);
	p->valid_at = text;
	return ERR_OK;
}

enum err point_parse(const char *text, struct arena *a, struct msg_point **ret, struct why *why)
{
	const char *at = strrchr(text, '@');
	struct msg_point *p = arena_alloc(a, sizeof *p);
	*p = (struct msg_point){.valid_at = "", .round = "", .period = "", .as_of_time = "", .as_of_tag = ""};
	*ret = p;
	if (at) {
		struct as_of_text known;
		if (!as_of_parse(at + 1, a, &known))
			return fail(why, ERR_INVALID,
				    "\"%.100s\": behind @ stands a revision, tag:NAME, a day, or a time in UTC: "
				    "2026-11-21T10:00:00Z",
				    text);
		p->as_of_revision = known.revision;
		p->as_of_time = known.time;
		p->as_of_tag = known.tag;
		if (at == text)
			return ERR_OK;
	}
	return when_take(arena_text(a, text, at ? (size_t)(at - text) : strlen(text)), p, why);
}

enum err point_both(const struct options *o, const char *example, struct arena *a, struct msg_point **ret_from,
		    struct msg_point **ret_to, struct why *why)
{
	const char *from = option_text(o, OPT_FROM, NULL), *to = option_text(o, OPT_TO, NULL);
	if (!from || !to)
		return fail(why, ERR_INVALID, "two points are wanted: %s", example);
	enum err e = point_parse(from, a, ret_from, why);
	return e == ERR_OK ? point_parse(to, a, ret_to, why) : e;
}
