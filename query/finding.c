/* SPDX-License-Identifier: Apache-2.0
 *
 * finding.c - the texts of rule.def, filled in.
 */
#include "query/finding.h"
#include "base/err.h"
#include "base/text.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define ARGUMENT_MAX 400 /* bytes of an argument: what was said may be long, and may be wrong in many places */
#define MORE_ROOM    64  /* bytes of " (and 18446744073709551615 findings more)" */

static const struct {
	const char *id, *text, *remedy;
	enum severity severity;
} rules[RULE_COUNT] = {
#define RULE(id, severity, text, remedy) [RULE_##id] = {#id, text, remedy, SEVERITY_##severity},
#include "query/rule.def"
#undef RULE
};

const char *rule_id(enum rule r)
{
	return rules[r].id;
}

void findings_init(struct findings *f, struct arena *a)
{
	memset(f, 0, sizeof *f);
	f->arena = a;
}

/* Put the arguments where the rule's text says {1}, {2} … */
static const char *fill(struct arena *a, const char *text, const char **args, size_t n)
{
	size_t len = strlen(text) + 1;
	for (size_t i = 0; i < n; i++)
		len += 3 * strlen(args[i]); /* an argument may be named more than once */
	char *out = arena_alloc(a, len);
	size_t at = 0;
	while (*text) {
		if (text[0] == '{' && text[1] >= '1' && text[1] <= '9' && text[2] == '}') {
			size_t i = (size_t)(text[1] - '1');
			const char *arg = i < n ? args[i] : "";
			size_t l = strlen(arg);
			ALWAYS(at + l < len);
			memcpy(out + at, arg, l);
			at += l;
			text += 3;
		} else {
			out[at++] = *text++;
		}
	}
	out[at] = 0;
	return out;
}

/* The list is full: the last in it tells how many there are besides. */
static void tell_more(struct findings *f)
{
	struct msg_finding *last = &f->list[f->n - 1];
	f->more++;
	if (last->remedy != f->more_text) {
		f->last_remedy = last->remedy;
		f->more_text = arena_alloc(f->arena, strlen(last->remedy) + MORE_ROOM);
	}
	snprintf(f->more_text, strlen(f->last_remedy) + MORE_ROOM, "%s (and %zu findings more)", f->last_remedy,
		 f->more);
	last->remedy = f->more_text;
}

/* Where the next finding goes; NULL = nowhere. Many warnings do not hide why a message is refused: the first error
 * takes the place of the last of them. */
static struct msg_finding *next_place(struct findings *f, bool first_error)
{
	if (f->n >= FINDINGS_MAX)
		return first_error ? &f->list[f->n - 1] : NULL;
	if (f->n == f->room)
		f->list = arena_grow(f->arena, f->list, f->n, f->n + 1, sizeof *f->list, &f->room);
	return &f->list[f->n++];
}

struct msg_finding *finding_add(struct findings *f, enum rule r, const char *path, ...)
{
	enum severity sev = rules[r].severity;
	bool error = sev == SEVERITY_ERROR || sev == SEVERITY_FATAL, full = f->n >= FINDINGS_MAX;
	struct msg_finding *m = next_place(f, error && !f->errors);
	f->errors |= error;
	if (!m) {
		tell_more(f);
		return memset(&f->spare, 0, sizeof f->spare);
	}
	memset(m, 0, sizeof *m);

	const char *args[9];
	size_t n = 0;
	va_list ap;
	va_start(ap, path);
	for (const char *arg = va_arg(ap, const char *); arg; arg = va_arg(ap, const char *)) {
		ALWAYS(n < 9);
		size_t len = strlen(arg);
		args[n++] = len <= ARGUMENT_MAX
				? arena_text(f->arena, arg, len)
				: arena_printf(f->arena, "%.*s…", (int)text_cut(arg, ARGUMENT_MAX), arg);
	}
	va_end(ap);
	m->severity = sev;
	m->rule = rules[r].id;
	m->n_arguments = n;
	m->arguments = arena_alloc(f->arena, n * sizeof *m->arguments + 1);
	memcpy(m->arguments, args, n * sizeof *args);
	m->path = arena_text(f->arena, path, strlen(path));
	m->text = fill(f->arena, rules[r].text, args, n);
	m->remedy = rules[r].remedy;
	if (full)
		tell_more(f);
	return m;
}
