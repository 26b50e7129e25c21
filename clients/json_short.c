/* SPDX-License-Identifier: Apache-2.0
 *
 * The short forms of json.h: what each type may also be written as, and when it is.
 */
#include <string.h>
#include "base/num.h"
#include "clients/json_walk.h"

/* ---- in ---- */

static enum short_form taken(bool good)
{
	return good ? SHORT_TAKEN : SHORT_FAULT;
}

static enum short_form take_decimal(struct walk *w, const json_t *j, const struct at *at, struct msg_decimal *ret)
{
	struct why why = {{0}};
	struct num n;
	if (json_is_object(j))
		return SHORT_NOT;
	if (json_is_integer(j)) {
		*ret = (struct msg_decimal){.digits = json_integer_value(j)};
		return SHORT_TAKEN;
	}
	if (json_is_real(j))
		walk_fault(w, at, "write decimals as strings: \"12.10\"", "is a number with a point or exponent");
	else if (!json_is_string(j))
		walk_fault(w, at, "write 12 or \"12.10\"", "is %s, not a number", walk_kind(j));
	else if (num_parse(json_string_value(j), &n, &why) != ERR_OK)
		walk_fault(w, at,
			   "write digits with a decimal point: \"12.10\"; words go into {\"words\": …}, a gap into "
			   "{\"missing\": …}",
			   "%s", why.text);
	else {
		*ret = (struct msg_decimal){.digits = n.digits, .scale = n.scale};
		return SHORT_TAKEN;
	}
	return SHORT_FAULT;
}

static struct msg_decimal *new_decimal(struct walk *w, const json_t *j, const struct at *up, const char *name)
{
	struct at at = {.up = up, .name = name};
	struct msg_decimal *d = arena_alloc(w->arena, sizeof *d);
	return walk_message(w, &msg_type_decimal, j, &at, d) ? d : NULL;
}

static enum short_form take_bound(struct walk *w, const json_t *j, const struct at *at, struct msg_bound *ret)
{
	if (json_is_object(j))
		return SHORT_NOT;
	ret->value = arena_alloc(w->arena, sizeof *ret->value);
	return take_decimal(w, j, at, ret->value);
}

/* Only these keys, beside what the short form needs. */
static bool keys_only(struct walk *w, const json_t *j, const struct at *at, const char *const *known)
{
	bool good = true;
	const char *key;
	json_t *value;
	json_object_foreach((json_t *)(uintptr_t)j, key, value)
	{
		bool found = false;
		for (const char *const *k = known; *k; k++)
			found |= strcmp(*k, key) == 0;
		if (!found) {
			struct at here = {.up = at, .name = key};
			walk_fault(w, &here, NULL, "there is no such field beside \"%s\"", known[0]);
			good = false;
		}
	}
	return good;
}

static bool take_key_text(struct walk *w, const json_t *j, const struct at *up, const char *key, const char **ret)
{
	const json_t *value = json_object_get(j, key);
	struct at at = {.up = up, .name = key};
	*ret = "";
	return !value || json_is_null(value) || walk_text(w, value, &at, ret);
}

static bool take_end(struct walk *w, const json_t *j, const struct at *up, const char *key, struct msg_bound **ret)
{
	const json_t *value = json_object_get(j, key);
	struct at at = {.up = up, .name = key};
	if (!value || json_is_null(value))
		return true;
	*ret = arena_alloc(w->arena, sizeof **ret);
	return walk_message(w, &msg_type_bound, value, &at, *ret);
}

static bool take_interval(struct walk *w, const json_t *j, const struct at *at, struct msg_value *ret)
{
	static const char *const known[] = {"low", "high", "printed", NULL};
	bool good = keys_only(w, j, at, known);
	ret->interval = arena_alloc(w->arena, sizeof *ret->interval);
	good &= take_end(w, j, at, "low", &ret->interval->low);
	good &= take_end(w, j, at, "high", &ret->interval->high);
	if (good && !ret->interval->low && !ret->interval->high) {
		walk_fault(w, at, "give one end at least; {\"missing\": …} where nothing is known",
			   "an interval without ends");
		good = false;
	}
	return good;
}

static bool take_missing(struct walk *w, const json_t *j, const struct at *up, struct msg_value *ret)
{
	static const char *const known[] = {"missing", "printed", NULL};
	struct at at = {.up = up, .name = "missing"};
	int code = 0;
	bool good = keys_only(w, j, up, known);
	ret->missing = arena_alloc(w->arena, sizeof *ret->missing);
	good &= walk_code(w, json_object_get(j, "missing"), &msg_enum_missing_kind, &at, &code);
	ret->missing->kind = (enum missing_kind)code;
	return good;
}

static bool take_about(struct walk *w, const json_t *j, const struct at *at, struct msg_value *ret)
{
	static const char *const known[] = {"about", "qualifier", "printed", NULL};
	bool good = keys_only(w, j, at, known);
	ret->approximate = arena_alloc(w->arena, sizeof *ret->approximate);
	ret->approximate->value = new_decimal(w, json_object_get(j, "about"), at, "about");
	good &= take_key_text(w, j, at, "qualifier", &ret->approximate->qualifier);
	return good && ret->approximate->value;
}

static bool take_words(struct walk *w, const json_t *j, const struct at *at, struct msg_value *ret)
{
	static const char *const known[] = {"words", "printed", NULL};
	bool good = keys_only(w, j, at, known);
	ret->verbal = arena_alloc(w->arena, sizeof *ret->verbal);
	return take_key_text(w, j, at, "words", &ret->verbal->text) && good;
}

static enum short_form take_value(struct walk *w, const json_t *j, const struct at *at, struct msg_value *ret)
{
	bool good;
	if (!json_is_object(j)) {
		ret->exact = arena_alloc(w->arena, sizeof *ret->exact);
		return take_decimal(w, j, at, ret->exact);
	}
	if (json_is_string(json_object_get(j, "missing")))
		good = take_missing(w, j, at, ret);
	else if (json_object_get(j, "low") || json_object_get(j, "high"))
		good = take_interval(w, j, at, ret);
	else if (json_object_get(j, "about"))
		good = take_about(w, j, at, ret);
	else if (json_object_get(j, "words"))
		good = take_words(w, j, at, ret);
	else
		return SHORT_NOT;
	return taken(take_key_text(w, j, at, "printed", &ret->printed) && good);
}

static enum short_form take_unit_ref(struct walk *w, const json_t *j, const struct at *at, struct msg_unit_ref *ret)
{
	static const char *const with_code[] = {"code", "scheme", NULL};
	static const char *const with_name[] = {"name", "kind", "within", NULL};
	static const char *const with_id[] = {"id", NULL};
	bool good;
	if (json_is_string(j)) {
		ret->id = arena_alloc(w->arena, sizeof *ret->id);
		return taken(walk_text(w, j, at, &ret->id->id));
	}
	if (json_is_string(json_object_get(j, "code"))) {
		ret->code = arena_alloc(w->arena, sizeof *ret->code);
		good = keys_only(w, j, at, with_code);
		good &= take_key_text(w, j, at, "code", &ret->code->code);
		return taken(take_key_text(w, j, at, "scheme", &ret->code->scheme) && good);
	}
	if (json_is_string(json_object_get(j, "name"))) {
		ret->name = arena_alloc(w->arena, sizeof *ret->name);
		good = keys_only(w, j, at, with_name);
		good &= take_key_text(w, j, at, "name", &ret->name->name);
		good &= take_key_text(w, j, at, "kind", &ret->name->kind);
		return taken(take_key_text(w, j, at, "within", &ret->name->within) && good);
	}
	if (json_is_string(json_object_get(j, "id"))) {
		ret->id = arena_alloc(w->arena, sizeof *ret->id);
		good = keys_only(w, j, at, with_id);
		return taken(take_key_text(w, j, at, "id", &ret->id->id) && good);
	}
	if (json_is_object(j))
		return SHORT_NOT;
	walk_fault(w, at, "write \"id\", {\"code\": …, \"scheme\": …} or {\"name\": …}", "is %s, not a unit",
		   walk_kind(j));
	return SHORT_FAULT;
}

static enum short_form take_participant(struct walk *w, const json_t *j, const struct at *at,
					struct msg_participant *ret)
{
	if (json_is_object(j) && (json_object_get(j, "unit") || !json_object_size(j)))
		return SHORT_NOT;
	ret->unit = arena_alloc(w->arena, sizeof *ret->unit);
	return taken(walk_message(w, &msg_type_unit_ref, j, at, ret->unit));
}

static enum short_form take_count(struct walk *w, const json_t *j, const struct at *at, uint32_t *ret)
{
	int64_t n = 0;
	if (!json_is_number(j))
		return SHORT_NOT;
	if (!walk_integer(w, j, at, 0, UINT32_MAX, &n))
		return SHORT_FAULT;
	*ret = (uint32_t)n;
	return SHORT_TAKEN;
}

enum short_form short_take(struct walk *w, const struct msg_type *type, const json_t *j, const struct at *at, void *ret)
{
	if (type == &msg_type_value)
		return take_value(w, j, at, ret);
	if (type == &msg_type_unit_ref)
		return take_unit_ref(w, j, at, ret);
	if (type == &msg_type_decimal)
		return take_decimal(w, j, at, ret);
	if (type == &msg_type_bound)
		return take_bound(w, j, at, ret);
	if (type == &msg_type_participant)
		return take_participant(w, j, at, ret);
	if (type == &msg_type_printed_count)
		return take_count(w, j, at, &((struct msg_printed_count *)ret)->count);
	if (type == &msg_type_frame_size)
		return take_count(w, j, at, &((struct msg_frame_size *)ret)->population);
	if (type == &msg_type_name && json_is_string(j))
		return taken(walk_text(w, j, at, &((struct msg_name *)ret)->text));
	if (type == &msg_type_supersedes && json_is_number(j)) {
		int64_t n = 0;
		bool good = walk_integer(w, j, at, 0, INT64_MAX, &n);
		((struct msg_supersedes *)ret)->revision = (uint64_t)n;
		return taken(good);
	}
	return SHORT_NOT;
}

/* ---- lists of pairs ---- */

/* The two first fields of these are a key and its code. */
bool short_pairs(const struct msg_type *type)
{
	return type == &msg_type_category || type == &msg_type_code_value;
}

bool short_take_pairs(struct walk *w, const struct msg_field *f, const json_t *j, const struct at *at, char *out)
{
	size_t n = json_object_size(j), i = 0;
	char *list = n ? arena_alloc(w->arena, n * f->sub->size) : NULL;
	bool good = true;
	const char *key;
	json_t *value;
	json_object_foreach((json_t *)(uintptr_t)j, key, value)
	{
		struct at here = {.up = at, .name = key};
		char *place = list + i++ * f->sub->size;
		const char *copy = arena_text(w->arena, key, strlen(key));
		memcpy(place + f->sub->fields[0].offset, &copy, sizeof copy);
		good &= walk_field(w, &f->sub->fields[1], value, &here, place);
	}
	memcpy(out + f->offset, &list, sizeof list);
	memcpy(out + f->count_offset, &n, sizeof n);
	return good;
}

json_t *short_give_pairs(const struct msg_type *type, const void *list, size_t n)
{
	json_t *j = json_object();
	for (size_t i = 0; i < n; i++) {
		const char *one = (const char *)list + i * type->size, *field[4] = {0};
		for (unsigned k = 0; k < type->count && k < 4; k++)
			field[k] = *(const char *const *)(const void *)(one + type->fields[k].offset);
		bool more = (field[2] && *field[2]) || (field[3] && *field[3]);
		if (more || !field[0] || !field[1] || json_object_get(j, field[0]) ||
		    json_object_set_new(j, field[0], json_string(field[1])) != 0) {
			json_decref(j);
			return NULL;
		}
	}
	return j;
}

/* ---- out ---- */

static bool said(const char *text)
{
	return text && *text;
}

static void put_text(json_t *j, const char *key, const char *text)
{
	if (said(text))
		json_object_set_new(j, key, json_string(text));
}

static json_t *give_decimal(const struct msg_decimal *d)
{
	char text[NUM_TEXT_MAX];
	if (d->scale > NUM_SCALE_MAX)
		return NULL;
	if (d->scale == 0)
		return json_integer(d->digits);
	return json_string(num_format((struct num){d->digits, (uint8_t)d->scale}, text));
}

static json_t *give_value(const struct msg_value *v)
{
	char text[48];
	json_t *j = NULL;
	if (v->exact && !said(v->printed))
		return give_decimal(v->exact);
	if (v->interval && (v->interval->low || v->interval->high)) {
		j = json_object();
		json_object_set_new(j, "low",
				    v->interval->low ? json_from_msg(&msg_type_bound, v->interval->low) : json_null());
		json_object_set_new(
		    j, "high", v->interval->high ? json_from_msg(&msg_type_bound, v->interval->high) : json_null());
	} else if (v->approximate && v->approximate->value) {
		j = json_object();
		json_object_set_new(j, "about", json_from_msg(&msg_type_decimal, v->approximate->value));
		put_text(j, "qualifier", v->approximate->qualifier);
	} else if (v->verbal) {
		j = json_object();
		json_object_set_new(j, "words", json_string(v->verbal->text ? v->verbal->text : ""));
	} else if (v->missing && v->missing->kind) {
		j = json_object();
		walk_code_text(&msg_enum_missing_kind, (int)v->missing->kind, text);
		json_object_set_new(j, "missing", json_string(text));
	}
	if (j)
		put_text(j, "printed", v->printed);
	return j;
}

static json_t *give_unit_ref(const struct msg_unit_ref *u)
{
	json_t *j;
	if (u->id)
		return json_string(u->id->id ? u->id->id : "");
	if (!u->code && !u->name)
		return NULL;
	j = json_object();
	if (u->code) {
		json_object_set_new(j, "code", json_string(u->code->code ? u->code->code : ""));
		put_text(j, "scheme", u->code->scheme);
	} else {
		json_object_set_new(j, "name", json_string(u->name->name ? u->name->name : ""));
		put_text(j, "kind", u->name->kind);
		put_text(j, "within", u->name->within);
	}
	return j;
}

json_t *short_give(const struct msg_type *type, const void *msg)
{
	if (type == &msg_type_value)
		return give_value(msg);
	if (type == &msg_type_unit_ref)
		return give_unit_ref(msg);
	if (type == &msg_type_decimal)
		return give_decimal(msg);
	if (type == &msg_type_bound) {
		const struct msg_bound *b = msg;
		return b->value && !b->exclusive ? give_decimal(b->value) : NULL;
	}
	if (type == &msg_type_participant) {
		const struct msg_participant *p = msg;
		return p->unit && !said(p->role) && !said(p->part) ? give_unit_ref(p->unit) : NULL;
	}
	if (type == &msg_type_printed_count)
		return json_integer(((const struct msg_printed_count *)msg)->count);
	if (type == &msg_type_frame_size) {
		const struct msg_frame_size *f = msg;
		return f->n_members ? NULL : json_integer(f->population);
	}
	if (type == &msg_type_name) {
		const struct msg_name *n = msg;
		return said(n->valid_from) || said(n->valid_to) ? NULL : json_string(n->text ? n->text : "");
	}
	if (type == &msg_type_supersedes) {
		const struct msg_supersedes *s = msg;
		return said(s->reason) || s->revision > INT64_MAX ? NULL : json_integer((json_int_t)s->revision);
	}
	return NULL;
}
