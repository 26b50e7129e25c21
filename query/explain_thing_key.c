/* SPDX-License-Identifier: Apache-2.0
 *
 * explain_thing_key.c - which groups what a count counts stands in, looked up once more.
 *
 * A group is known by its id, "" where a thing is in none. Of two groupings a key is both ids, with a mark between
 * them that no id has.
 */
#include "query/explain_things.h"
#include <string.h>

#define BETWEEN '\x1f'
#define ANY     "\x1e" /* in the place of a group: whichever */

static const char *const no_key[] = {""};

static bool of_arrangements(const char *by)
{
	static const char *const words[] = {"task", "sector", "legal_form", "level", "host"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(by, words[i]) == 0)
			return true;
	return false;
}

static enum err ask_axis(struct things *t, struct things_axis *x, const char *by)
{
	struct answer *r = t->x->r;
	const struct msg_count_question *q = t->q;
	bool attr = strncmp(by, "attr:", 5) == 0;
	bool said = of_arrangements(by);
	*x = (struct things_axis){.by = by};
	/* Of units, what is said of arrangements under these names is an attribute. */
	x->by_attr = attr || (said && q->counted == COUNTED_UNITS);
	if (strcmp(by, "size") == 0) {
		x->sizes = (struct explain_sizes){q->size_indicator, q->n_size_limits, q->size_limits};
		x->size_of = arena_alloc(r->a, ((size_t)view_terms(r->v, SPACE_UNIT) + 1) * sizeof *x->size_of);
	}
	x->by_units = *by && (q->counted == COUNTED_UNITS || !said) && !(attr && q->counted == COUNTED_ARRANGEMENTS);
	t->by_units |= x->by_units;
	if (!x->by_units || x->by_attr || x->size_of)
		return ERR_OK;
	enum err e = ERR_OK;
	x->scope = t->scope;
	if (x != t->axes) /* a scope knows one grouping */
		e = scope_ask(r, q->units, q->n_units, q->subtree, t->place, &x->scope);
	return e == ERR_OK ? scope_group_ask(x->scope, by) : e;
}

enum err things_group_ask(struct things *t)
{
	t->grouped = *t->q->group_by;
	t->pairs = t->q->counted == COUNTED_PARTICIPANTS ||
		   (t->q->counted == COUNTED_ARRANGEMENTS &&
		    (t->x->figure.measure == MEASURE_MEAN || t->x->figure.measure == MEASURE_CONCENTRATION));
	t->n_axes = *t->q->then_by ? 2 : 1;
	enum err e = ask_axis(t, &t->axes[0], t->q->group_by);
	return e == ERR_OK && t->n_axes == 2 ? ask_axis(t, &t->axes[1], t->q->then_by) : e;
}

bool things_each_its_own(const struct things *t)
{
	return strcmp(t->axes[0].by, "unit") == 0 || (t->n_axes == 2 && strcmp(t->axes[1].by, "unit") == 0);
}

/* ---- of one grouping ---------------------------------------------------------------------------------- */

const char *const *things_key_list(struct things *t, const char *key)
{
	const char **list = arena_alloc(t->x->r->a, sizeof *list);
	list[0] = key;
	return list;
}

static size_t one(struct things *t, const char *key, const char *const **ret)
{
	*ret = things_key_list(t, key);
	return 1;
}

/* Texts that outlive what they were read from. */
static size_t texts(struct things *t, const char *const *list, size_t n, const char *const **ret)
{
	const char **kept = arena_alloc(t->x->r->a, (n + 1) * sizeof *kept);
	for (size_t i = 0; i < n; i++)
		kept[i] = arena_text(t->x->r->a, list[i], strlen(list[i]));
	*ret = n ? kept : no_key;
	return n ? n : 1;
}

static size_t attr_keys(struct things *t, const struct things_axis *x, const struct attr_at *list, size_t n,
			const char *const **ret)
{
	const char **values = NULL, *name = strncmp(x->by, "attr:", 5) == 0 ? x->by + 5 : x->by;
	const struct attr_at *a = attribute_named(list, n, view_term(t->x->r->v, SPACE_TERM, slice_text(name)));
	size_t k = a ? attribute_values(t->x->r->v, a->attr.values, t->x->r->a, &values) : 0;
	return texts(t, values, k, ret);
}

/* Its group; of values of an attribute there may be several. */
static size_t unit_keys(struct things *t, struct things_axis *x, uint32_t unit, const char *const **ret)
{
	struct attr_at *attrs;
	if (x->size_of && !x->size_of[unit])
		x->size_of[unit] = explain_size(t->x, &x->sizes, unit, t->place);
	if (x->size_of)
		return one(t, x->size_of[unit], ret);
	if (!x->by_attr)
		return one(t, unit_id(t->x->r->v, scope_group(x->scope, unit, t->place), t->x->r->a), ret);
	size_t n = attributes_at(t->x->r->v, unit, t->place, t->x->r->a, &attrs);
	return attr_keys(t, x, attrs, n, ret);
}

/* The host, or any of those that it was divided among. */
static size_t host_keys(struct things *t, const struct arrangement *in, const char *const **ret)
{
	size_t n = in->n_possible_hosts;
	const uint32_t *hosts = n ? in->possible_hosts : &in->host;
	const char **list = arena_alloc(t->x->r->a, (n + 1) * sizeof *list);
	for (size_t i = 0; i < (n ? n : 1); i++)
		list[i] = unit_id(t->x->r->v, hosts[i], t->x->r->a);
	*ret = list;
	return n ? n : 1;
}

enum truth things_host_truth(const struct arrangement *x)
{
	return x->n_possible_hosts ? TRUTH_POSSIBLE : TRUTH_CERTAIN;
}

static size_t axis_keys(struct things *t, struct things_axis *x, uint32_t unit, const struct arrangement *in,
			const char *const **ret)
{
	*ret = no_key;
	if (!*x->by || !(x->by_units ? unit != 0 : in != NULL))
		return 1;
	if (x->by_units)
		return unit_keys(t, x, unit, ret);
	if (strcmp(x->by, "host") == 0)
		return host_keys(t, in, ret);
	return attr_keys(t, x, in->attrs, in->n_attrs, ret);
}

/* ---- of two ------------------------------------------------------------------------------------------- */

static const char *joined(struct things *t, const char *first, const char *second)
{
	return arena_printf(t->x->r->a, "%s%c%s", first, BETWEEN, second);
}

size_t things_keys(struct things *t, uint32_t unit, const struct arrangement *in, const char *const **ret)
{
	const char *const *first, *const *second;
	size_t n = axis_keys(t, &t->axes[0], unit, in, &first);
	*ret = first;
	if (t->n_axes == 1)
		return n;
	size_t k = axis_keys(t, &t->axes[1], unit, in, &second);
	const char **all = arena_alloc(t->x->r->a, n * k * sizeof *all);
	for (size_t i = 0; i < n * k; i++)
		all[i] = joined(t, first[i / k], second[i % k]);
	*ret = all;
	return n * k;
}

const char *things_row_key(struct things *t, const struct msg_trend_row *row)
{
	return t->n_axes == 1 ? row->group : joined(t, row->group, row->n_categories ? row->categories[0].code : "");
}

const char *things_key_part(struct things *t, const char *key, size_t axis)
{
	const char *between = strchr(key, BETWEEN);
	if (!between)
		return key;
	return axis ? between + 1 : arena_text(t->x->r->a, key, (size_t)(between - key));
}

enum truth things_truth(struct things *t, const struct thing *thing, const char *key)
{
	enum truth truth = thing->truth;
	for (size_t i = 0; i < t->n_axes; i++)
		if (strcmp(t->axes[i].by, "host") == 0 && strcmp(things_key_part(t, key, i), ANY) != 0)
			truth = thing->by_host < truth ? thing->by_host : truth;
	return truth;
}

const char *things_whole_key(struct things *t, const char *key, size_t axis)
{
	const char *group = things_key_part(t, key, axis);
	return t->n_axes == 1 ? key : joined(t, axis ? ANY : group, axis ? group : ANY);
}

const char *things_units_key(struct things *t, const char *key)
{
	if (t->n_axes == 1)
		return key;
	return joined(t, t->axes[0].by_units ? things_key_part(t, key, 0) : ANY,
		      t->axes[1].by_units ? things_key_part(t, key, 1) : ANY);
}

/* One group of a key, up to the mark or the end. */
static bool same_group(const char *x, size_t x_len, const char *wanted, size_t len)
{
	return (len == sizeof ANY - 1 && memcmp(wanted, ANY, len) == 0) ||
	       (x_len == len && memcmp(x, wanted, len) == 0);
}

bool things_has_key(const char *const *keys, size_t n, const char *key)
{
	const char *second = strchr(key, BETWEEN);
	if (!second)
		return explain_has_key(keys, n, key);
	for (size_t i = 0; i < n; i++) {
		const char *at = strchr(keys[i], BETWEEN);
		if (at && same_group(keys[i], (size_t)(at - keys[i]), key, (size_t)(second - key)) &&
		    same_group(at, strlen(at), second, strlen(second)))
			return true;
		if (at && strcmp(second + 1, ANY) == 0 &&
		    same_group(keys[i], (size_t)(at - keys[i]), key, (size_t)(second - key)))
			return true;
	}
	return false;
}

bool things_key_less(const struct things *t, const char *x, const char *y)
{
	const char *x_second = strchr(x, BETWEEN), *y_second = strchr(y, BETWEEN);
	if (t->n_axes == 1)
		return !*x && *y;
	size_t n = (size_t)(x_second - x), k = (size_t)(y_second - y);
	bool first = !n || (n == k && memcmp(x, y, n) == 0), second = !x_second[1] || strcmp(x_second, y_second) == 0;
	return first && second && strcmp(x, y) != 0;
}
