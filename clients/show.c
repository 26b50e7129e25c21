/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <string.h>
#include <time.h>
#include "base/num.h"
#include "clients/show.h"
#include "base/text.h"

static const char *safe(const char *text)
{
	return text ? text : "";
}

static const char *decimal(struct arena *a, const struct msg_decimal *d)
{
	char text[NUM_TEXT_MAX];
	if (!d)
		return "?";
	if (d->scale > NUM_SCALE_MAX)
		return arena_printf(a, "%lldE-%u", (long long)d->digits, d->scale);
	return arena_printf(a, "%s", num_format((struct num){d->digits, (uint8_t)d->scale}, text));
}

static const char *interval(struct arena *a, const struct msg_interval *i)
{
	const struct msg_bound *low = i->low, *high = i->high;
	if (low && high)
		return arena_printf(a, "%s%s to %s%s", low->exclusive ? "over " : "", decimal(a, low->value),
				    high->exclusive ? "under " : "", decimal(a, high->value));
	if (low)
		return arena_printf(a, "%s %s", low->exclusive ? "over" : "at least", decimal(a, low->value));
	if (high)
		return arena_printf(a, "%s %s", high->exclusive ? "under" : "at most", decimal(a, high->value));
	return "?";
}

const char *show_value(struct arena *a, const struct msg_value *v)
{
	if (!v)
		return "";
	if (v->exact)
		return decimal(a, v->exact);
	if (v->interval)
		return interval(a, v->interval);
	if (v->approximate)
		return arena_printf(a, "%s %s", safe(v->approximate->qualifier), decimal(a, v->approximate->value));
	if (v->verbal)
		return safe(v->verbal->text);
	if (v->missing)
		return arena_printf(a, "(%s)", show_code(a, &msg_enum_missing_kind, (int)v->missing->kind));
	return "";
}

const char *show_time(struct arena *a, int64_t us)
{
	char text[40];
	struct tm tm;
	time_t t = (time_t)(us / 1000000);
	if (!us || !gmtime_r(&t, &tm) || !strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm))
		return "";
	return arena_printf(a, "%s", text);
}

const char *show_categories(struct arena *a, const struct msg_category *list, size_t n)
{
	const char *text = "";
	for (size_t i = 0; i < n; i++)
		text = arena_printf(a, "%s%s%s=%s", text, i ? ", " : "", safe(list[i].dimension), safe(list[i].code));
	return text;
}

const char *show_code(struct arena *a, const struct msg_enum *codes, int number)
{
	if (!number)
		return "";
	char *text = arena_printf(a, "%s", msg_code_name(codes, number));
	for (char *p = text; *p; p++)
		*p = *p == '_' ? ' ' : (char)tolower((unsigned char)*p);
	return text;
}

const char *show_codes(struct arena *a, const struct msg_enum *codes)
{
	const char *text = "";
	for (size_t i = 1; i < codes->count; i++)
		text = arena_printf(a, "%s%s%s", text, *text ? ", " : "", show_code(a, codes, codes->values[i].number));
	return text;
}

const char *show_number(struct arena *a, uint64_t n)
{
	return n ? arena_printf(a, "%llu", (unsigned long long)n) : "";
}

const char *show_list(struct arena *a, const char *const *list, size_t n)
{
	const char *text = "";
	for (size_t i = 0; i < n; i++)
		text = arena_printf(a, "%s%s%s", text, i ? "; " : "", safe(list[i]));
	return text;
}

const char *show_hex(struct arena *a, struct slice bytes)
{
	char *text = arena_alloc(a, bytes.len * 2 + 1);
	const uint8_t *p = bytes.data;
	for (size_t i = 0; i < bytes.len; i++) {
		text[2 * i] = "0123456789abcdef"[p[i] >> 4];
		text[2 * i + 1] = "0123456789abcdef"[p[i] & 15];
	}
	return text;
}

const char *show_span(struct arena *a, const char *from, const char *to)
{
	if (*safe(from) && *safe(to))
		return arena_printf(a, "%s until %s", from, to);
	if (*safe(from))
		return arena_printf(a, "since %s", from);
	if (*safe(to))
		return arena_printf(a, "until %s", to);
	return "";
}

const char *show_change(struct arena *a, const struct msg_change *c)
{
	const char *parts[] = {safe(c->field), show_categories(a, c->categories, c->n_categories), safe(c->period),
			       show_span(a, c->valid_from, c->valid_to)};
	const char *text = "";
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (*parts[i])
			text = arena_printf(a, "%s%s%s", text, *text ? " " : "", parts[i]);
	return text;
}

const char *show_quoted(struct arena *a, const char *text)
{
	char *copy = arena_alloc(a, 2 * strlen(text) + 1), *p = copy;
	while (*text) {
		size_t control = text_control(text); /* nothing that a terminal would obey */
		if (*text == '"' || *text == '\\')
			*p++ = '\\';
		*p++ = control ? ' ' : *text;
		text += control ? control : 1;
	}
	*p = '\0';
	return copy;
}
