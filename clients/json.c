/* SPDX-License-Identifier: Apache-2.0
 *
 * The walk is the same for every message; what people would find tedious to write out has a short form (json_short.c),
 * tried first. Faults are collected, so that one run shows them all.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "clients/json_walk.h"

/* ---- places ---- */

static size_t at_write(const struct at *at, char *out, size_t room)
{
	size_t len = 0;
	if (!at)
		return 0;
	if (at->up)
		len = at_write(at->up, out, room);
	if (len >= room)
		return len;
	const char *dot = len && at->name && *at->name && out[len - 1] != ' ' ? "." : "";
	int n;
	if (at->indexed)
		n = snprintf(out + len, room - len, "[%zu]", at->index);
	else
		n = snprintf(out + len, room - len, "%s%s", dot, at->name ? at->name : "");
	return len + (n > 0 ? (size_t)n : 0);
}

void walk_fault(struct walk *w, const struct at *at, const char *remedy, const char *fmt, ...)
{
	char path[512] = "", text[400];
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	at_write(at, path, sizeof path);
	fault_add(w->faults, path, 0, NULL, remedy, "%s", text);
}

const char *walk_kind(const json_t *j)
{
	switch (json_typeof(j)) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "a list";
	case JSON_STRING:
		return "a text";
	case JSON_INTEGER:
		return "an integer";
	case JSON_REAL:
		return "a number with a point or exponent";
	case JSON_TRUE:
	case JSON_FALSE:
		return "true or false";
	case JSON_NULL:
		return "null";
	}
	return "nothing";
}

/* ---- scalars in ---- */

bool walk_text(struct walk *w, const json_t *j, const struct at *at, const char **ret)
{
	if (!json_is_string(j)) {
		walk_fault(w, at,
			   json_is_number(j) ? "write it in quotes, as dates and codes are" : "write a text in quotes",
			   "is %s, not a text", walk_kind(j));
		return false;
	}
	*ret = arena_text(w->arena, json_string_value(j), json_string_length(j));
	return true;
}

bool walk_integer(struct walk *w, const json_t *j, const struct at *at, int64_t low, uint64_t high, int64_t *ret)
{
	if (json_is_real(j)) {
		walk_fault(w, at, "write decimals as strings: \"12.10\"", "is a number with a point or exponent");
		return false;
	}
	if (!json_is_integer(j)) {
		walk_fault(w, at, "write a whole number, without quotes", "is %s, not an integer", walk_kind(j));
		return false;
	}
	*ret = json_integer_value(j);
	if (*ret < low || (*ret > 0 && (uint64_t)*ret > high)) {
		walk_fault(w, at, NULL, "%" PRId64 " is outside %" PRId64 " to %" PRIu64, *ret, low, high);
		return false;
	}
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool take_bytes(struct walk *w, const json_t *j, const struct at *at, struct slice *ret)
{
	const char *text;
	if (!walk_text(w, j, at, &text))
		return false;
	size_t len = strlen(text);
	uint8_t *bytes = arena_alloc(w->arena, len / 2 + 1);
	bool good = len % 2 == 0;
	for (size_t i = 0; good && i < len; i += 2) {
		int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);
		good = high >= 0 && low >= 0;
		bytes[i / 2] = (uint8_t)(high * 16 + low);
	}
	if (!good)
		walk_fault(w, at, "two digits 0-9 a-f for each byte", "is not written in hex");
	*ret = (struct slice){bytes, len / 2};
	return good;
}

bool walk_code(struct walk *w, const json_t *j, const struct msg_enum *codes, const struct at *at, int *ret)
{
	const char *text;
	char names[256];
	if (!walk_text(w, j, at, &text))
		return false;
	*ret = msg_code_number(codes, text);
	if (*ret > 0)
		return true;
	size_t n = 0;
	for (unsigned i = 0; i < codes->count && n < sizeof names; i++) {
		if (codes->values[i].number == 0)
			continue;
		char low[48];
		walk_code_text(codes, codes->values[i].number, low);
		n += (size_t)snprintf(names + n, sizeof names - n, "%s%s", n ? ", " : "one of ", low);
	}
	walk_fault(w, at, names, "\"%s\" is not known here", text);
	return false;
}

/* ---- messages in ---- */

static const struct msg_field *field_named(const struct msg_type *type, const char *name)
{
	for (unsigned i = 0; i < type->count; i++)
		if (strcmp(type->fields[i].name, name) == 0)
			return &type->fields[i];
	return NULL;
}

static bool take_list(struct walk *w, const struct msg_field *f, const json_t *j, const struct at *at, char *out)
{
	size_t n = json_array_size(j);
	size_t each = f->kind == MSG_TEXTS ? sizeof(char *) : f->kind == MSG_CODES ? sizeof(int) : f->sub->size;
	bool good = true;
	if (!json_is_array(j)) {
		walk_fault(w, at, "write it in brackets: […]", "is %s, not a list", walk_kind(j));
		return false;
	}
	char *list = n ? arena_alloc(w->arena, n * each) : NULL;
	for (size_t i = 0; i < n; i++) {
		const json_t *one = json_array_get(j, i);
		struct at here = {.up = at, .index = i, .indexed = true};
		char *place = list + i * each;
		int code = 0;
		if (f->kind == MSG_TEXTS)
			good &= walk_text(w, one, &here, (const char **)(void *)place);
		else if (f->kind == MSG_CODES) {
			good &= walk_code(w, one, f->codes, &here, &code);
			memcpy(place, &code, sizeof code);
		} else
			good &= walk_message(w, f->sub, one, &here, place);
	}
	memcpy(out + f->offset, &list, sizeof list);
	memcpy(out + f->count_offset, &n, sizeof n);
	return good;
}

static bool take_sub(struct walk *w, const struct msg_field *f, const json_t *j, const struct at *at, char *out)
{
	void *sub = arena_alloc(w->arena, f->sub->size);
	memcpy(out + f->offset, &sub, sizeof sub);
	return walk_message(w, f->sub, j, at, sub);
}

static bool take_integer(struct walk *w, const struct msg_field *f, const json_t *j, const struct at *at, char *out)
{
	int64_t n;
	if (f->kind == MSG_U32) {
		if (!walk_integer(w, j, at, 0, UINT32_MAX, &n))
			return false;
		uint32_t v = (uint32_t)n;
		memcpy(out + f->offset, &v, sizeof v);
		return true;
	}
	if (!walk_integer(w, j, at, f->kind == MSG_U64 ? 0 : INT64_MIN, INT64_MAX, &n))
		return false;
	memcpy(out + f->offset, &n, sizeof n);
	return true;
}

bool walk_field(struct walk *w, const struct msg_field *f, const json_t *j, const struct at *at, char *out)
{
	int code;
	switch (f->kind) {
	case MSG_TEXT:
		return walk_text(w, j, at, (const char **)(void *)(out + f->offset));
	case MSG_BYTES:
		return take_bytes(w, j, at, (struct slice *)(void *)(out + f->offset));
	case MSG_U32:
	case MSG_U64:
	case MSG_S64:
		return take_integer(w, f, j, at, out);
	case MSG_BOOL:
		if (!json_is_boolean(j)) {
			walk_fault(w, at, "write true or false, without quotes", "is %s", walk_kind(j));
			return false;
		}
		*(bool *)(void *)(out + f->offset) = json_is_true(j);
		return true;
	case MSG_CODE:
		if (!walk_code(w, j, f->codes, at, &code))
			return false;
		memcpy(out + f->offset, &code, sizeof code);
		return true;
	case MSG_TEXTS:
	case MSG_CODES:
		return take_list(w, f, j, at, out);
	case MSG_SUBS:
		if (json_is_object(j) && short_pairs(f->sub))
			return short_take_pairs(w, f, j, at, out);
		return take_list(w, f, j, at, out);
	case MSG_SUB:
	case MSG_ALT:
		return take_sub(w, f, j, at, out);
	}
	return false;
}

static void fault_unknown_key(struct walk *w, const struct msg_type *type, const struct at *at)
{
	char names[300] = "known here: ";
	size_t n = strlen(names);
	for (unsigned i = 0; i < type->count && n < sizeof names; i++)
		n += (size_t)snprintf(names + n, sizeof names - n, "%s%s", i ? ", " : "", type->fields[i].name);
	walk_fault(w, at, names, "there is no such field");
}

bool walk_message(struct walk *w, const struct msg_type *type, const json_t *j, const struct at *at, void *ret)
{
	bool good = true;
	const char *one = NULL;
	memset(ret, 0, type->size);
	for (unsigned i = 0; i < type->count; i++) /* as after decoding: no text is NULL */
		if (type->fields[i].kind == MSG_TEXT)
			*(const char **)(void *)((char *)ret + type->fields[i].offset) = "";
	switch (short_take(w, type, j, at, ret)) {
	case SHORT_TAKEN:
		return true;
	case SHORT_FAULT:
		return false;
	case SHORT_NOT:
		break;
	}
	if (!json_is_object(j)) {
		walk_fault(w, at, "see `varde help json`", "is %s, not a %s", walk_kind(j), type->name);
		return false;
	}
	const char *key;
	json_t *value;
	/* jansson's iteration does not change the object, whatever its types say. */
	json_object_foreach((json_t *)(uintptr_t)j, key, value)
	{
		struct at here = {.up = at, .name = key};
		const struct msg_field *f = field_named(type, key);
		if (!f) {
			fault_unknown_key(w, type, &here);
			good = false;
			continue;
		}
		if (json_is_null(value))
			continue;
		if (f->kind == MSG_ALT && one) {
			walk_fault(w, &here, NULL, "stands beside %s: only one of them may be given", one);
			good = false;
			continue;
		}
		if (f->kind == MSG_ALT)
			one = f->name;
		good &= walk_field(w, f, value, &here, ret);
	}
	return good;
}

void *json_to_msg(const struct msg_type *type, const json_t *json, const char *where, struct arena *a,
		  struct faults *faults)
{
	struct walk w = {.arena = a, .faults = faults};
	struct at at = {.name = where};
	void *msg = arena_alloc(a, type->size);
	return walk_message(&w, type, json, &at, msg) ? msg : NULL;
}

/* ---- several messages ---- */

struct messages {
	struct arena *arena;
	struct faults *faults;
	const char *wrap;
	struct msg_message **list;
	size_t n, room, seen;
	bool good;
};

/* A submission that is not wrapped in {"submission": …} although only submissions are expected. */
static bool bare(const struct messages *m, const json_t *j)
{
	if (!m->wrap || !json_is_object(j) || !json_object_size(j))
		return false;
	for (unsigned i = 0; i < msg_type_message.count; i++)
		if (json_object_get(j, msg_type_message.fields[i].name))
			return false;
	return true;
}

static void message_take(struct messages *m, json_t *j, bool alone)
{
	char where[48] = "";
	m->seen++;
	if (!alone)
		snprintf(where, sizeof where, "message %zu: ", m->seen);
	json_t *wrapped = bare(m, j) ? json_pack("{sO}", m->wrap, j) : json_incref(j);
	struct msg_message *msg = json_to_msg(&msg_type_message, wrapped, where, m->arena, m->faults);
	json_decref(wrapped);
	if (!msg) {
		m->good = false;
		return;
	}
	if (!msg->define && !msg->submission && !msg->event && !msg->tag && !msg->tick) {
		fault_add(m->faults, where, 0, NULL, "write {\"submission\": {…}}, or define, event or tag",
			  "the message says nothing");
		m->good = false;
	}
	m->list = arena_grow(m->arena, m->list, m->n, m->n + 1, sizeof(struct msg_message *), &m->room);
	m->list[m->n++] = msg;
}

static size_t blanks(const char *text, size_t len)
{
	size_t n = 0;
	while (n < len && strchr(" \t\r\n", text[n]) && text[n])
		n++;
	return n;
}

static void fault_syntax(struct messages *m, const json_error_t *error, const char *text, size_t at)
{
	size_t line = 1;
	char where[48];
	for (size_t i = 0; i < at; i++)
		line += text[i] == '\n';
	line += error->line > 0 ? (size_t)error->line - 1 : 0;
	snprintf(where, sizeof where, "line %zu", line);
	fault_add(m->faults, where, 0, NULL, "JSON is wanted: {\"submission\": {…}}; for a table add --input csv", "%s",
		  error->text);
	m->good = false;
}

bool json_messages(const char *text, size_t len, const char *wrap, struct arena *a, struct msg_message ***ret,
		   size_t *n, struct faults *faults)
{
	struct messages m = {.arena = a, .faults = faults, .wrap = wrap, .good = true};
	size_t at = len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	at += blanks(text + at, len - at);
	while (at < len) {
		json_error_t error;
		json_t *j = json_loadb(text + at, len - at, JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK, &error);
		if (!j) {
			fault_syntax(&m, &error, text, at);
			break;
		}
		size_t used = (size_t)error.position;
		size_t next = at + used + blanks(text + at + used, len - at - used);
		bool alone = next >= len && !m.seen;
		size_t members = json_array_size(j);
		for (size_t i = 0; i < members; i++)
			message_take(&m, json_array_get(j, i), alone && members == 1);
		if (!json_is_array(j))
			message_take(&m, j, alone);
		json_decref(j);
		at = used ? next : len;
	}
	if (m.good && !m.n) {
		fault_add(faults, NULL, 0, NULL, "write {\"submission\": {…}}, or define, event or tag",
			  "there is no message in the input");
		m.good = false;
	}
	*ret = m.list;
	*n = m.n;
	return m.good;
}
