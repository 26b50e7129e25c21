/* SPDX-License-Identifier: Apache-2.0
 *
 * day_text.c - options that several questions share.
 */
#include "clients/day_text.h"
#include <string.h>
#include "base/num.h"

#define YEARS_MAX 200

static bool year_of(const char *text, size_t len, int *ret)
{
	*ret = 0;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		*ret = *ret * 10 + (text[i] - '0');
	}
	return len == 4 && *ret > 0;
}

enum err option_days(const struct options *o, const char ***ret, size_t *n, struct why *why)
{
	const char *years = option_text(o, OPT_YEARS, NULL), *slash = years ? strchr(years, '/') : NULL;
	int from = 1, to = 0;
	if (years && (!slash || !year_of(years, (size_t)(slash - years), &from) ||
		      !year_of(slash + 1, strlen(slash + 1), &to) || from > to))
		return fail(why, ERR_INVALID, "--years %.40s: write the first and the last, such as 2010/2020", years);
	if (to - from >= YEARS_MAX)
		return fail(why, ERR_INVALID, "--years %.40s: these are more than %d years", years, YEARS_MAX);
	size_t given = o->given[OPT_DATE].n, all = given + (years ? (size_t)(to - from) + 1 : 0);
	const char **list = arena_alloc(o->arena, (all + 1) * sizeof *list);
	for (size_t i = 0; i < given; i++)
		list[i] = o->given[OPT_DATE].list[i];
	for (int year = from; year <= to; year++)
		list[given + (size_t)(year - from)] = arena_printf(o->arena, "%04d", year);
	*ret = list;
	*n = all;
	return ERR_OK;
}

enum err option_where(const struct options *o, struct msg_filter **ret, size_t *n, struct why *why)
{
	size_t given = o->given[OPT_WHERE].n;
	struct msg_filter *list = arena_alloc(o->arena, (given + 1) * sizeof *list);
	*n = 0;
	for (size_t i = 0; i < given; i++) {
		const char *text = o->given[OPT_WHERE].list[i], *equals = strchr(text, '=');
		if (!equals || equals == text || !equals[1])
			return fail(why, ERR_INVALID, "--where %.60s: write a field and its value, such as task=brann",
				    text);
		const char *field = arena_text(o->arena, text, (size_t)(equals - text));
		size_t k = 0;
		while (k < *n && strcmp(list[k].field, field) != 0)
			k++;
		if (k == *n)
			list[(*n)++] = (struct msg_filter){
			    .field = field, .values = arena_alloc(o->arena, given * sizeof *list[k].values)};
		list[k].values[list[k].n_values++] = equals + 1;
	}
	*ret = list;
	return ERR_OK;
}

enum err option_size(const struct options *o, const char **ret_indicator, struct msg_decimal **ret, size_t *n,
		     struct why *why)
{
	const char *text = option_text(o, OPT_SIZE, ""), *colon = strchr(text, ':');
	*ret_indicator = "";
	*n = 0;
	if (!*text)
		return ERR_OK;
	if (!colon || colon == text || !colon[1])
		return fail(why, ERR_INVALID, "--size %.60s: write an indicator and limits: population:2000,5000",
			    text);
	*ret_indicator = arena_text(o->arena, text, (size_t)(colon - text));
	*ret = arena_alloc(o->arena, strlen(colon) * sizeof **ret);
	for (const char *p = colon + 1; *p;) {
		size_t len = strcspn(p, ",");
		struct num limit;
		if (num_parse(arena_text(o->arena, p, len), &limit, NULL) != ERR_OK)
			return fail(why, ERR_INVALID, "--size: \"%.*s\" is no number", (int)(len < 40 ? len : 40), p);
		(*ret)[(*n)++] = (struct msg_decimal){.digits = limit.digits, .scale = limit.scale};
		p += len + (p[len] == ',');
	}
	return ERR_OK;
}
