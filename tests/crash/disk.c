/* SPDX-License-Identifier: Apache-2.0
 *
 * disk.c - see disk.h. Nodes are files and directories; a name leads to a node through changes of its directory.
 */
#include "tests/crash/disk.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/mem.h"
#include "tests/crash/trace.h"

#define FDS_MAX 1024
#define SECTOR  512u
#define NEVER   SIZE_MAX

/* A change of a file's bytes (a write, or a new length) or of a directory's entries. */
struct change {
	size_t op, certain; /* when it happened; the sync that made it certain, or NEVER */
	/* of a file */
	bool truncate;
	uint64_t at;
	size_t len;
	const uint8_t *data;
	/* of a directory: `from` loses its node, `to` gets it; either may be NULL */
	const char *from, *to;
	struct node *node;
};

struct entry {
	const char *name;
	struct node *node;
};

struct node {
	bool is_dir;
	struct change *changes;
	size_t n, room;
	struct entry *entries; /* of a directory: as they are while the trace is read, and while a crash is made */
	size_t n_entries, room_entries;
	struct node *next; /* of all */
};

struct disk {
	uint8_t *bytes;
	size_t n_ops;
	uint64_t *promised;
	size_t *in_flight;
	struct node *root, *all;
	size_t root_len;
};

static uint64_t next_random(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15u;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static struct node *node_new(struct disk *d, bool is_dir)
{
	struct node *n = mem_zero(1, sizeof *n);
	n->is_dir = is_dir;
	n->next = d->all;
	d->all = n;
	return n;
}

static struct change *change_new(struct node *n, size_t op)
{
	if (n->n == n->room) {
		n->room = n->room ? n->room * 2 : 16;
		n->changes = mem_grow(n->changes, n->room * sizeof *n->changes);
	}
	struct change *c = &n->changes[n->n++];
	*c = (struct change){.op = op, .certain = NEVER};
	return c;
}

static struct entry *entry_find(struct node *dir, const char *name)
{
	for (size_t i = 0; i < dir->n_entries; i++) {
		if (strcmp(dir->entries[i].name, name) == 0)
			return &dir->entries[i];
	}
	return NULL;
}

static void apply_entry(struct node *dir, const struct change *c)
{
	struct entry *e = c->from ? entry_find(dir, c->from) : NULL;
	if (e)
		*e = dir->entries[--dir->n_entries];
	if (!c->to)
		return;
	e = entry_find(dir, c->to);
	if (e) {
		e->node = c->node;
		return;
	}
	if (dir->n_entries == dir->room_entries) {
		dir->room_entries = dir->room_entries ? dir->room_entries * 2 : 8;
		dir->entries = mem_grow(dir->entries, dir->room_entries * sizeof *dir->entries);
	}
	dir->entries[dir->n_entries++] = (struct entry){c->to, c->node};
}

/* ---- reading a trace -------------------------------------------------------------------------------------- */

struct loading {
	struct disk *d;
	struct node *fds[FDS_MAX];
	bool dsync[FDS_MAX];
	size_t op;
};

/* The directory of a path under the root, and the last part of its name. NULL name: the root itself. */
static struct node *parent_of(struct disk *d, const char *path, const char **name)
{
	struct node *dir = d->root;
	const char *p = path + d->root_len;
	while (*p == '/')
		p++;
	*name = *p ? p : NULL;
	for (const char *slash; *name && (slash = strchr(p, '/')); p = slash + 1, *name = p) {
		char part[256];
		snprintf(part, sizeof part, "%.*s", (int)(slash - p), p);
		const struct entry *e = entry_find(dir, part);
		if (!e)
			return NULL;
		dir = e->node;
	}
	return dir;
}

static bool change_entry(struct loading *l, const char *from, const char *to, struct node *node)
{
	const char *from_name = NULL, *to_name = NULL;
	struct node *dir = parent_of(l->d, from ? from : to, from ? &from_name : &to_name);
	if (from && to && parent_of(l->d, to, &to_name) != dir)
		return false; /* moves between directories are not made by varde, and not simulated */
	if (!dir)
		return false;
	if (from && to) {
		const struct entry *e = entry_find(dir, from_name);
		if (!e)
			return false;
		node = e->node;
	}
	struct change *c = change_new(dir, l->op);
	c->from = from_name;
	c->to = to_name;
	c->node = node;
	apply_entry(dir, c);
	return true;
}

static bool load_open(struct loading *l, const struct trace_op *op, const char *path)
{
	const char *name;
	struct node *dir = parent_of(l->d, path, &name);
	if (!dir || op->fd < 0 || op->fd >= FDS_MAX)
		return false;
	if (name && op->a && !change_entry(l, NULL, path, node_new(l->d, false)))
		return false;
	const struct entry *e = name ? entry_find(dir, name) : NULL;
	l->fds[op->fd] = name ? (e ? e->node : NULL) : l->d->root;
	l->dsync[op->fd] = op->b != 0;
	return l->fds[op->fd] != NULL;
}

static bool load_bytes(struct loading *l, const struct trace_op *op, const uint8_t *payload)
{
	struct node *n = op->fd >= 0 && op->fd < FDS_MAX ? l->fds[op->fd] : NULL;
	if (!n)
		return false;
	if (op->kind == TRACE_SYNC) {
		for (size_t i = 0; i < n->n; i++) {
			if (n->changes[i].certain == NEVER)
				n->changes[i].certain = l->op;
		}
		return true;
	}
	struct change *c = change_new(n, l->op);
	c->truncate = op->kind == TRACE_TRUNCATE;
	c->at = op->a;
	c->len = op->len;
	c->data = payload;
	if (l->dsync[op->fd])
		c->certain = l->op; /* once the call has ended */
	return true;
}

static bool load_op(struct loading *l, const struct trace_op *op, const uint8_t *payload)
{
	const char *text = (const char *)payload;
	switch ((enum trace_kind)op->kind) {
	case TRACE_OPEN:
		return load_open(l, op, text);
	case TRACE_CLOSE:
		l->fds[op->fd] = NULL;
		return true;
	case TRACE_WRITE:
	case TRACE_TRUNCATE:
	case TRACE_SYNC:
		return load_bytes(l, op, payload);
	case TRACE_MKDIR:
		return change_entry(l, NULL, text, node_new(l->d, true));
	case TRACE_RENAME:
		return change_entry(l, text, text + strlen(text) + 1, NULL);
	case TRACE_UNLINK:
		return change_entry(l, text, NULL, NULL);
	case TRACE_NOTE:
		return true;
	}
	return false;
}

/* Count what is not certain before each operation. */
static void count_in_flight(struct disk *d)
{
	for (const struct node *n = d->all; n; n = n->next) {
		for (size_t i = 0; i < n->n; i++) {
			const struct change *c = &n->changes[i];
			if (n->is_dir || c->certain == NEVER) /* LMDB's lock file is never synced */
				continue;
			for (size_t op = c->op; op <= c->certain; op++)
				d->in_flight[op]++;
		}
	}
}

static uint8_t *read_all(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		return NULL;
	fseek(f, 0, SEEK_END);
	long size = ftell(f);
	rewind(f);
	uint8_t *bytes = mem_alloc(size > 0 ? (size_t)size : 1);
	*len = fread(bytes, 1, size > 0 ? (size_t)size : 0, f);
	fclose(f);
	return bytes;
}

static bool load(struct disk *d, size_t len)
{
	struct loading *l = mem_zero(1, sizeof *l);
	l->d = d;
	uint64_t promised = 0;
	bool ok = true;
	size_t room = 0;
	for (size_t at = 0; ok && at < len; l->op++) {
		struct trace_op op;
		if (len - at < sizeof op)
			break;
		memcpy(&op, d->bytes + at, sizeof op);
		at += sizeof op;
		if (l->op == room) {
			room = room ? room * 2 : 1024;
			d->promised = mem_grow(d->promised, room * sizeof *d->promised);
		}
		d->promised[l->op] = promised;
		if (op.kind == TRACE_NOTE)
			promised = op.a;
		ok = op.len <= len - at && load_op(l, &op, d->bytes + at);
		at += op.len;
	}
	d->n_ops = l->op;
	free(l);
	return ok && d->n_ops > 0;
}

struct disk *disk_load(const char *trace_file, const char *root)
{
	struct disk *d = mem_zero(1, sizeof *d);
	size_t len = 0;
	d->root_len = strlen(root);
	d->root = node_new(d, true);
	d->bytes = read_all(trace_file, &len);
	if (!d->bytes || !load(d, len))
		return disk_free(d);
	d->in_flight = mem_zero(d->n_ops, sizeof *d->in_flight);
	count_in_flight(d);
	return d;
}

struct disk *disk_free(struct disk *d)
{
	if (!d)
		return NULL;
	while (d->all) {
		struct node *n = d->all;
		d->all = n->next;
		free(n->changes);
		free(n->entries);
		free(n);
	}
	free(d->bytes);
	free(d->promised);
	free(d->in_flight);
	free(d);
	return NULL;
}

size_t disk_ops(const struct disk *d)
{
	return d->n_ops;
}

uint64_t disk_promised(const struct disk *d, size_t op)
{
	return d->promised[op];
}

size_t disk_in_flight(const struct disk *d, size_t op)
{
	return d->in_flight[op];
}

/* ---- a crash ---------------------------------------------------------------------------------------------- */

struct crash {
	size_t op;
	uint64_t seed;
	bool lies;
};

/* Had the change happened for good when the power went? */
static bool is_certain(const struct crash *c, const struct change *ch)
{
	return !c->lies && ch->certain < c->op;
}

static bool put_sectors(struct crash *c, int fd, const struct change *ch)
{
	bool whole = is_certain(c, ch);
	if (!whole && next_random(&c->seed) % 2) { /* the length came, the bytes perhaps not */
		struct stat st;
		if (fstat(fd, &st) == 0 && (uint64_t)st.st_size < ch->at + ch->len &&
		    ftruncate(fd, (off_t)(ch->at + ch->len)) != 0)
			return false;
	}
	unsigned odds = (unsigned)(next_random(&c->seed) % 5); /* none, few, half, most, all */
	for (size_t done = 0; done < ch->len;) {
		size_t len = SECTOR - (ch->at + done) % SECTOR;
		if (len > ch->len - done)
			len = ch->len - done;
		if ((whole || next_random(&c->seed) % 4 < odds) &&
		    pwrite(fd, ch->data + done, len, (off_t)(ch->at + done)) != (ssize_t)len)
			return false;
		done += len;
	}
	return true;
}

static bool put_file(struct crash *c, const struct node *n, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool ok = fd >= 0;
	for (size_t i = 0; ok && i < n->n && n->changes[i].op <= c->op; i++) {
		const struct change *ch = &n->changes[i];
		if (!ch->truncate)
			ok = put_sectors(c, fd, ch);
		else if (is_certain(c, ch) || next_random(&c->seed) % 2)
			ok = ftruncate(fd, (off_t)ch->at) == 0;
	}
	if (fd >= 0)
		close(fd);
	return ok;
}

static bool put_dir(struct crash *c, struct node *n, const char *path)
{
	size_t sure = 0, happened = 0;
	for (size_t i = 0; i < n->n && n->changes[i].op <= c->op; i++, happened++)
		sure += is_certain(c, &n->changes[i]);
	size_t kept = sure + next_random(&c->seed) % (happened - sure + 1);
	n->n_entries = 0;
	for (size_t i = 0; i < kept; i++)
		apply_entry(n, &n->changes[i]);
	bool ok = true;
	for (size_t i = 0; ok && i < n->n_entries; i++) {
		char child[1024];
		snprintf(child, sizeof child, "%s/%s", path, n->entries[i].name);
		if (n->entries[i].node->is_dir)
			ok = mkdir(child, 0700) == 0 && put_dir(c, n->entries[i].node, child);
		else
			ok = put_file(c, n->entries[i].node, child);
	}
	return ok;
}

bool disk_crash(const struct disk *d, size_t op, uint64_t seed, bool lies, const char *into)
{
	struct crash c = {op, seed, lies};
	return put_dir(&c, d->root, into);
}
