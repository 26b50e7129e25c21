/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include "clients/ref.h"

struct msg_unit_ref *ref_id(const char *id, struct arena *a)
{
	struct msg_unit_ref *ref = arena_alloc(a, sizeof *ref);
	ref->id = arena_alloc(a, sizeof *ref->id);
	ref->id->id = arena_text(a, id, strlen(id));
	return ref;
}

struct msg_unit_ref *ref_code(const char *code, const char *scheme, struct arena *a)
{
	struct msg_unit_ref *ref = arena_alloc(a, sizeof *ref);
	ref->code = arena_alloc(a, sizeof *ref->code);
	ref->code->code = arena_text(a, code, strlen(code));
	ref->code->scheme = arena_text(a, scheme, strlen(scheme));
	return ref;
}

struct msg_unit_ref *ref_name(const char *name, const char *kind, const char *within, struct arena *a)
{
	struct msg_unit_ref *ref = arena_alloc(a, sizeof *ref);
	const char *at = strchr(name, '@');
	ref->name = arena_alloc(a, sizeof *ref->name);
	ref->name->name = arena_text(a, name, at ? (size_t)(at - name) : strlen(name));
	ref->name->kind = arena_text(a, kind, strlen(kind));
	ref->name->within = at ? arena_text(a, at + 1, strlen(at + 1)) : arena_text(a, within, strlen(within));
	return ref;
}

enum key { KEY_NAME, KEY_CODE, KEY_ID, KEY_SCHEME, KEY_KIND, KEY_WITHIN, KEY_COUNT };
static const char *const key_name[KEY_COUNT] = {"name", "code", "id", "scheme", "kind", "within"};

static int key_at(const char *text)
{
	for (int k = 0; k < KEY_COUNT; k++) {
		size_t len = strlen(key_name[k]);
		if (strncmp(text, key_name[k], len) == 0 && text[len] == '=')
			return k;
	}
	return -1;
}

/* The comma that begins another key=; one inside a name ("Bø, Telemark") does not. */
static const char *value_end(const char *text)
{
	const char *comma = text;
	while ((comma = strchr(comma, ',')) && key_at(comma + 1) < 0)
		comma++;
	return comma ? comma : text + strlen(text);
}

struct msg_unit_ref *ref_parse(const char *text, struct arena *a, struct why *why)
{
	const char *value[KEY_COUNT] = {0};
	int first = key_at(text);
	if (!*text)
		return NULL;
	if (first < 0)
		return ref_id(text, a);
	for (const char *p = text; *p;) {
		int k = key_at(p);
		if (k < 0)
			break; /* a comma at the end */
		const char *from = p + strlen(key_name[k]) + 1, *to = value_end(from);
		if (value[k]) {
			(void)fail(why, ERR_INVALID, "%s is said twice in \"%.100s\"", key_name[k], text);
			return NULL;
		}
		value[k] = arena_text(a, from, (size_t)(to - from));
		p = *to ? to + 1 : to;
	}
	bool named = value[KEY_NAME] && !value[KEY_CODE] && !value[KEY_ID] && !value[KEY_SCHEME];
	bool coded = value[KEY_CODE] && !value[KEY_NAME] && !value[KEY_ID] && !value[KEY_KIND] && !value[KEY_WITHIN];
	bool known = value[KEY_ID] && !value[KEY_NAME] && !value[KEY_CODE] && !value[KEY_SCHEME] && !value[KEY_KIND] &&
		     !value[KEY_WITHIN];
	if (named)
		return ref_name(value[KEY_NAME], value[KEY_KIND] ? value[KEY_KIND] : "",
				value[KEY_WITHIN] ? value[KEY_WITHIN] : "", a);
	if (coded && !value[KEY_SCHEME]) { /* a code means nothing without it */
		(void)fail(why, ERR_INVALID, "\"%.100s\" does not say whose code it is: add ,scheme=SCHEME", text);
		return NULL;
	}
	if (coded)
		return ref_code(value[KEY_CODE], value[KEY_SCHEME] ? value[KEY_SCHEME] : "", a);
	if (known)
		return ref_id(value[KEY_ID], a);
	(void)fail(why, ERR_INVALID,
		   "\"%.100s\" names no unit: write ID, code=CODE,scheme=SCHEME or name=NAME,kind=KIND,within=UNIT",
		   text);
	return NULL;
}
