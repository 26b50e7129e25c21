/* SPDX-License-Identifier: Apache-2.0
 *
 * view.c - one look-up is one seek: a versioned key is followed by its inverted revision, so the first row at or behind
 * key‖~as_of is the newest one known then, if it still has that key.
 *
 * With an overlay two ordered streams are merged. Where both know a key the overlay has the newer row, since it holds
 * everything behind what is indexed.
 */
#include "storage/view.h"
#include <stdlib.h>
#include <string.h>
#include "storage/lmdb_env.h"
#include "storage/overlay.h"

#define STEPS_BEFORE_SEEK 4 /* older revisions passed one by one before seeking past all of them */

struct view_txn {
	MDB_txn *txn;
	MDB_cursor *cursors[TABLE_COUNT]; /* of view_get(), opened when first needed */
	bool old[TABLE_COUNT];            /* that cursor is of the index as it was before the last renewal */
	MDB_cursor *spare, *out;          /* of observations: to hand out; handed out since the last renewal */
};

static MDB_txn *txn_of(const struct view *v)
{
	return ((const struct view_txn *)v->txn)->txn;
}

MDB_txn *view_mdb_txn(const struct view *v)
{
	return txn_of(v);
}

static enum err read_mark(struct view *v)
{
	struct index_mark m;
	enum err e = index_mark_get(&v->store->index, txn_of(v), &m);
	if (e != ERR_OK)
		return e;
	v->reached_pos = m.pos;
	v->reached_rev = m.rev;
	return ERR_OK;
}

enum err view_open(struct store *s, struct view *ret)
{
	struct view v = {.store = s, .as_of = REV_NEWEST};
	struct view_txn *t = mem_zero(1, sizeof *t);
	v.txn = t;
	enum err e = env_read(s->index.env, &t->txn);
	if (e == ERR_OK)
		e = read_mark(&v);
	if (e != ERR_OK) {
		view_close(&v);
		return e;
	}
	*ret = v;
	return ERR_OK;
}

enum err view_renew(struct view *v)
{
	struct view_txn *t = v->txn;
	mdb_txn_reset(t->txn);
	int rc = mdb_txn_renew(t->txn);
	memset(t->old, true, sizeof t->old); /* a renewed cursor looks its table up: those that are used do */
	t->out = NULL;                       /* it stands where the index was before */
	if (rc == 0 && t->spare)
		rc = mdb_cursor_renew(t->txn, t->spare);
	v->err = store_lmdb_err(rc);
	if (v->err == ERR_OK)
		v->err = read_mark(v);
	return v->err;
}

bool view_newest(const struct view *v)
{
	return env_newest(v->store->index.env, txn_of(v));
}

void view_rest(struct view *v)
{
	struct view_txn *t = v->txn;
	mdb_txn_reset(t->txn);
}

void view_close(struct view *v)
{
	struct view_txn *t = v->txn;
	if (!t)
		return;
	for (int i = 0; i < TABLE_COUNT; i++) {
		if (t->cursors[i])
			mdb_cursor_close(t->cursors[i]);
	}
	if (t->spare)
		mdb_cursor_close(t->spare);
	if (t->txn)
		mdb_txn_abort(t->txn);
	free(t);
	*v = (struct view){0};
}

/* Absence is an answer; anything else sticks. */
static bool ok(struct view *v, int rc)
{
	if (rc != 0 && rc != MDB_NOTFOUND && v->err == ERR_OK)
		v->err = store_lmdb_err(rc);
	return rc == 0;
}

static bool begins_with(struct slice key, struct slice prefix)
{
	return key.len >= prefix.len && (prefix.len == 0 || memcmp(key.data, prefix.data, prefix.len) == 0);
}

MDB_cursor *view_obs_cursor(struct view *v)
{
	struct view_txn *t = v->txn;
	MDB_cursor *c = t->spare;
	t->spare = NULL;
	if (!c && v->err == ERR_OK)
		ok(v, mdb_cursor_open(t->txn, v->store->index.tab[TABLE_OBS], &c));
	t->out = c ? c : t->out;
	return c;
}

void view_obs_cursor_back(struct view *v, MDB_cursor *c)
{
	struct view_txn *t = v->txn;
	if (!t->spare && c == t->out)
		t->spare = c;
	else
		mdb_cursor_close(c);
}

enum err view_work(struct view *v, size_t n)
{
	v->worked = n < UINT32_MAX - v->worked ? v->worked + (uint32_t)n : UINT32_MAX;
	if (!v->look || v->worked < v->look_every)
		return v->err;
	v->worked = 0;
	enum err e = v->err == ERR_OK ? v->look(v->look_arg) : ERR_OK;
	if (e != ERR_OK) {
		v->err = e;
		v->late = true;
	}
	return v->err;
}

/* ---- one key ---------------------------------------------------------------------------------------------- */

static MDB_cursor *cursor_of(struct view *v, enum table t)
{
	struct view_txn *tx = v->txn;
	MDB_cursor *c = tx->cursors[t];
	if (!c)
		ok(v, mdb_cursor_open(tx->txn, v->store->index.tab[t], &tx->cursors[t]));
	else if (tx->old[t] && !ok(v, mdb_cursor_renew(tx->txn, c)))
		return NULL;
	tx->old[t] = false;
	return tx->cursors[t];
}

static bool index_get(struct view *v, enum table t, struct slice key, struct row *ret)
{
	uint8_t bytes[KEY_MAX];
	MDB_val k, val;
	if (key.len == 0 || key.len > KEY_MAX - 6)
		return false;
	if (!table_versioned(t)) {
		k = val_of(key.data, key.len);
		if (!ok(v, mdb_get(txn_of(v), v->store->index.tab[t], &k, &val)))
			return false;
		*ret = (struct row){t, key, slice_of(val), 0};
		return true;
	}
	memcpy(bytes, key.data, key.len);
	rev_put(bytes + key.len, v->as_of);
	k = val_of(bytes, key.len + 6);
	MDB_cursor *c = cursor_of(v, t);
	if (!c || !ok(v, mdb_cursor_get(c, &k, &val, MDB_SET_RANGE)))
		return false;
	if (k.mv_size != key.len + 6 || memcmp(k.mv_data, key.data, key.len) != 0)
		return false;
	*ret = (struct row){t, {k.mv_data, key.len}, slice_of(val), rev_get((const uint8_t *)k.mv_data + key.len)};
	return true;
}

static struct row row_of(enum table t, const struct over_row *r)
{
	return (struct row){t, over_key(r), over_val(r), r->rev};
}

static bool over_get(const struct view *v, enum table t, struct slice key, struct row *ret)
{
	size_t n;
	struct over_row **rows = overlay_bucket(v->over, t, key, &n);
	if (!rows)
		return false;
	for (size_t i = overlay_lower(rows, n, key); i < n && slice_eq(over_key(rows[i]), key); i++) {
		if (rows[i]->rev <= v->as_of) {
			*ret = row_of(t, rows[i]);
			return true;
		}
	}
	return false;
}

bool view_get(struct view *v, enum table t, struct slice key, struct row *ret)
{
	if (view_work(v, 1) != ERR_OK)
		return false;
	return (v->over && over_get(v, t, key, ret)) || index_get(v, t, key, ret);
}

/* ---- a walk ----------------------------------------------------------------------------------------------- */

void walk_begin(struct walk *w, struct view *v, enum table t, struct slice prefix)
{
	*w = (struct walk){.view = v, .tab = t};
	buf_put(&w->prefix, prefix.data, prefix.len);
	if (v->over) {
		struct over_row **rows = overlay_bucket(v->over, t, prefix, &w->over_n);
		w->over_rows = rows;
		w->over_at = rows ? overlay_lower(rows, w->over_n, prefix) : 0;
	}
	MDB_cursor *c = NULL;
	if (v->err == ERR_OK)
		ok(v, mdb_cursor_open(txn_of(v), v->store->index.tab[t], &c));
	w->cursor = c;
	w->index_done = !c;
}

void walk_end(struct walk *w)
{
	if (w->cursor)
		mdb_cursor_close(w->cursor);
	w->cursor = NULL;
	buf_free(&w->prefix);
	w->index_done = true;
	w->over_n = 0;
}

/* Move the cursor to the first row at or behind `key` with this revision or an older one. */
static bool seek(struct walk *w, struct slice key, uint64_t rev, MDB_val *k, MDB_val *val)
{
	uint8_t bytes[KEY_MAX];
	ALWAYS(key.len <= KEY_MAX - 6);
	memcpy(bytes, key.data, key.len);
	rev_put(bytes + key.len, rev);
	*k = val_of(bytes, key.len + 6);
	return ok(w->view, mdb_cursor_get(w->cursor, k, val, MDB_SET_RANGE));
}

/* Begin: at the prefix, or where walk_seek() has put the cursor. */
static bool index_first(struct walk *w, MDB_val *k, MDB_val *val)
{
	w->started = true;
	if (w->prefix.len == 0)
		return ok(w->view, mdb_cursor_get(w->cursor, k, val, MDB_FIRST));
	*k = val_of(w->prefix.data, w->prefix.len);
	return ok(w->view, mdb_cursor_get(w->cursor, k, val, MDB_SET_RANGE));
}

static bool admitted(const struct walk *w, const struct row *row)
{
	const struct view *v = w->view;
	return !v->admit || w->all_revisions || v->admit(v->admit_arg, row);
}

/* The cursor stands on (k, val): go on until a row that is asked for, or the end. */
static bool index_settle(struct walk *w, MDB_val *k, MDB_val *val)
{
	bool versioned = table_versioned(w->tab);
	for (unsigned passed = 0;; passed++) {
		struct slice key = slice_of(*k);
		if (!begins_with(key, buf_view(&w->prefix)))
			return false;
		if (!versioned) {
			w->index_row = (struct row){w->tab, key, slice_of(*val), 0};
			return true;
		}
		if (key.len < 6) {
			w->view->err = ERR_CORRUPT;
			return false;
		}
		key.len -= 6;
		uint64_t rev = rev_get((const uint8_t *)key.data + key.len);
		bool again = !w->all_revisions && w->index_last.data && slice_eq(key, w->index_last);
		bool known = !again && rev <= w->view->as_of;
		struct row row = {w->tab, key, slice_of(*val), rev};
		if (known && admitted(w, &row)) {
			w->index_last = key;
			w->index_row = row;
			return true;
		}
		/* Too new, an older revision of the key just given, or not there for the view: an older one may be. */
		bool there;
		if (known || passed % (STEPS_BEFORE_SEEK + 1) < STEPS_BEFORE_SEEK || rev == 0)
			there = ok(w->view, mdb_cursor_get(w->cursor, k, val, MDB_NEXT));
		else
			there = seek(w, key, again ? 0 : w->view->as_of, k, val);
		if (!there)
			return false;
	}
}

static void index_step(struct walk *w)
{
	if (w->index_has || w->index_done)
		return;
	MDB_val k, val;
	bool there = w->started ? ok(w->view, mdb_cursor_get(w->cursor, &k, &val, MDB_NEXT)) : index_first(w, &k, &val);
	w->index_has = there && index_settle(w, &k, &val);
	w->index_done = !w->index_has;
}

/* The overlay's next row that is asked for, not yet taken. */
static const struct over_row *over_peek(struct walk *w)
{
	struct over_row **rows = w->over_rows;
	for (; w->over_at < w->over_n; w->over_at++) {
		const struct over_row *r = rows[w->over_at];
		if (!begins_with(over_key(r), buf_view(&w->prefix)))
			break;
		if (r->rev > w->view->as_of)
			continue;
		bool same = w->over_last.data && slice_eq(over_key(r), w->over_last);
		if (same && (!w->all_revisions || r->rev == w->over_last_rev))
			continue;
		return r;
	}
	w->over_n = 0;
	return NULL;
}

bool walk_next(struct walk *w, struct row *ret)
{
	if (view_work(w->view, 1) != ERR_OK)
		return false;
	index_step(w);
	const struct over_row *o = w->over_n ? over_peek(w) : NULL;
	if (!o) {
		if (!w->index_has)
			return false;
		*ret = w->index_row;
		w->index_has = false;
		return true;
	}
	int d = -1;
	if (w->index_has) {
		d = slice_cmp(over_key(o), w->index_row.key);
		if (d == 0 && w->all_revisions && o->rev != w->index_row.rev)
			d = o->rev > w->index_row.rev ? -1 : 1;
	}
	if (d > 0) {
		*ret = w->index_row;
		w->index_has = false;
		return true;
	}
	*ret = row_of(w->tab, o);
	w->over_last = over_key(o);
	w->over_last_rev = o->rev;
	w->over_at++;
	if (d == 0) /* the same key: the overlay's is the newer one, or the same row */
		w->index_has = false;
	return true;
}

bool walk_fact(struct walk *w, struct fact *ret, uint64_t *ret_rev)
{
	struct row row;
	if (!walk_next(w, &row))
		return false;
	enum err e = row_fact(&row, ret);
	if (e != ERR_OK && w->view->err == ERR_OK)
		w->view->err = e;
	if (ret_rev)
		*ret_rev = row.rev;
	return e == ERR_OK;
}

void walk_seek(struct walk *w, struct slice key)
{
	ALWAYS(!w->over_rows && !w->view->over);
	if (w->view->err != ERR_OK || !w->cursor)
		return;
	if (slice_cmp(key, buf_view(&w->prefix)) < 0)
		key = buf_view(&w->prefix);
	MDB_val k = val_of(key.data, key.len), val;
	w->index_last = (struct slice){0};
	w->started = true;
	bool there = ok(w->view, mdb_cursor_get(w->cursor, &k, &val, key.len ? MDB_SET_RANGE : MDB_FIRST));
	w->index_has = there && index_settle(w, &k, &val);
	w->index_done = !w->index_has;
}

/* ---- words ------------------------------------------------------------------------------------------------ */

uint32_t view_term(struct view *v, enum space s, struct slice text)
{
	uint8_t key[1 + KEY_TEXT_MAX];
	struct row r;
	if (text.len > KEY_TEXT_MAX)
		return 0;
	uint32_t kept = v->words ? words_number(v->words, s, text) : 0;
	if (kept)
		return kept;
	key[0] = (uint8_t)s;
	if (text.len)
		memcpy(key + 1, text.data, text.len);
	if (!view_get(v, TABLE_TERM, (struct slice){key, 1 + text.len}, &r))
		return 0;
	if (r.val.len != 10) {
		v->err = ERR_CORRUPT;
		return 0;
	}
	if (v->words)
		words_keep(v->words, s, text, be32_get(r.val.data));
	return be32_get(r.val.data);
}

struct slice view_text(struct view *v, enum space s, uint32_t id)
{
	uint8_t key[5];
	struct row r;
	struct slice kept = v->words ? words_text(v->words, s, id) : (struct slice){0};
	if (kept.len)
		return kept;
	key[0] = (uint8_t)s;
	be32_put(key + 1, id);
	if (!view_get(v, TABLE_TERM_BY_ID, (struct slice){key, sizeof key}, &r))
		return (struct slice){0};
	if (v->words)
		words_keep(v->words, s, r.val, id);
	return r.val;
}

uint32_t view_terms(struct view *v, enum space s)
{
	uint8_t key[1] = {(uint8_t)((int)s + 1)};
	MDB_val k = val_of(key, 1), val;
	MDB_cursor *c = v->err == ERR_OK || v->late ? cursor_of(v, TABLE_TERM_BY_ID) : NULL;
	if (!c)
		return 0;
	int rc = mdb_cursor_get(c, &k, &val, MDB_SET_RANGE);
	rc = mdb_cursor_get(c, &k, &val, rc == MDB_NOTFOUND ? MDB_LAST : MDB_PREV);
	if (!ok(v, rc) || k.mv_size != 5 || *(const uint8_t *)k.mv_data != (uint8_t)s)
		return 0;
	return be32_get((const uint8_t *)k.mv_data + 1);
}

uint64_t view_structure(struct view *v)
{
	uint8_t key[6];
	MDB_val k = val_of(key, sizeof key), val;
	MDB_cursor *c = v->err == ERR_OK ? cursor_of(v, TABLE_STRUCTURE) : NULL;
	if (!c)
		return 0;
	be48_put(key, v->as_of);
	int rc = mdb_cursor_get(c, &k, &val, MDB_SET_RANGE);
	if (rc == MDB_NOTFOUND)
		rc = mdb_cursor_get(c, &k, &val, MDB_LAST);
	else if (rc == 0 && k.mv_size == sizeof key && be48_get(k.mv_data) > v->as_of)
		rc = mdb_cursor_get(c, &k, &val, MDB_PREV);
	if (!ok(v, rc))
		return 0;
	if (k.mv_size != sizeof key) {
		v->err = ERR_CORRUPT;
		return 0;
	}
	return be48_get(k.mv_data);
}
