/* SPDX-License-Identifier: Apache-2.0
 *
 * What the server has of what is about to be sent: events that are on record with other content are amended, and a dry
 * run has judged what stands on nothing that is not stored yet.
 *
 * An event's versions and the ids of their messages are in the change log; the id of a message is made of its content,
 * so that a version that we would send is recognised without reading it. An identical one is never sent twice: each
 * content amends a version once. A version that an import made is amended by the next one; one that a person made after
 * the file had said its own is left alone, with a warning.
 */
#include <string.h>
#include "clients/import.h"

#define REASON "the register says otherwise now"
#define WINDOW 100000 /* revisions looked through by one question, so that none takes long */

struct version {
	uint64_t revision;
	uint8_t message[16];
	bool imported; /* an amendment by an import */
};
struct event_known {
	struct version *list; /* oldest first */
	size_t n, room;
};
struct asking {
	struct import *im;
	struct lookup events;  /* id → struct event_known */
	uint64_t next, newest; /* revision to ask on from; the last there is */
};

/* ---- the change log ---- */

static void take_change(struct asking *x, const struct msg_change_set *set, const struct msg_change *c)
{
	struct arena *a = x->im->r->arena;
	const char *space = strchr(c->field, ' '); /* "MERGING kommune/2020-01-01/1850" */
	if (c->subject != SUBJECT_EVENT || !space || set->message_id.len != 16 ||
	    (c->kind != CHANGE_KIND_REORGANISED && c->kind != CHANGE_KIND_ANNULLED))
		return;
	struct event_known *k = lookup_get(&x->events, space + 1);
	if (!k) {
		k = arena_alloc(a, sizeof *k);
		*lookup_put(&x->events, arena_text(a, space + 1, strlen(space + 1))) = k;
	}
	k->list = arena_grow(a, k->list, k->n, k->n + 1, sizeof *k->list, &k->room);
	struct version *v = &k->list[k->n++];
	v->revision = set->revision;
	v->imported = strcmp(c->reason, REASON) == 0;
	memcpy(v->message, set->message_id.data, sizeof v->message);
}

static enum err take_part(void *arg, const struct msg_query_reply *part)
{
	struct asking *x = arg;
	if (!part->changes)
		return ERR_INTERNAL;
	for (size_t i = 0; i < part->changes->n_sets; i++)
		for (size_t k = 0; k < part->changes->sets[i].n_changes; k++)
			take_change(x, &part->changes->sets[i], &part->changes->sets[i].changes[k]);
	if (part->changes->next_revision)
		x->next = part->changes->next_revision;
	x->newest = part->revision;
	return ERR_OK;
}

/* Up to the newest revision that the first question knew. */
static enum err read_log(struct asking *x, struct why *why)
{
	enum change_kind kinds[] = {CHANGE_KIND_REORGANISED, CHANGE_KIND_ANNULLED};
	struct msg_changes_question c = {.from_revision = 1, .to_revision = WINDOW, .kinds = kinds, .n_kinds = 2};
	struct msg_query_request q = {.changes = &c};
	struct arena *page = arena_new(0);
	uint64_t newest = 1;
	enum err e = run_newest(x->im->r, &q, why);
	while (e == ERR_OK && c.from_revision <= newest) {
		x->next = 0;
		e = varde_ask(x->im->r->varde, &q, page, take_part, x, why);
		newest = newest > 1 ? newest : x->newest;
		/* Where the answer ended early, the next one begins; else after the window. */
		c.from_revision = x->next > c.from_revision && x->next <= c.to_revision ? x->next : c.to_revision + 1;
		if (c.from_revision > c.to_revision)
			c.to_revision += WINDOW;
		arena_reset(page);
	}
	arena_free(page);
	return e;
}

/* ---- versions ---- */

static struct msg_supersedes *superseding(struct import *im, uint64_t revision)
{
	struct msg_supersedes *s = arena_alloc(im->r->arena, sizeof *s);
	*s = (struct msg_supersedes){.revision = revision, .reason = REASON};
	return s;
}

/* Was this message accepted, under the id of its content or one that it got after a refusal? */
static enum err was_said(struct import *im, const struct msg_message *m, const struct version *v, bool *ret,
			 struct why *why)
{
	struct msg_item item = varde_item(im->r->arena, m);
	uint64_t refusal = 0;
	*ret = false;
	for (int i = 0; i < IMPORT_AGAIN_MAX; i++) {
		struct msg_receipt *r;
		import_item_id(im, &item, refusal);
		*ret = memcmp(item.message_id.data, v->message, sizeof v->message) == 0;
		if (*ret)
			return ERR_OK;
		item.dry_run = true;
		enum err e = varde_submit(im->r->varde, &item, 1, im->r->arena, &r, why);
		if (e != ERR_OK || r->verdict != VERDICT_REFUSED || !r->position)
			return e;
		refusal = r->position;
	}
	return ERR_OK;
}

/* The version that says what the message says, or the number of versions. The message is made what said it. */
static enum err find_version(struct import *im, struct msg_message *m, const struct event_known *k, size_t *ret,
			     struct why *why)
{
	for (*ret = k->n; *ret > 0; --*ret) {
		const struct version *v = &k->list[*ret - 1];
		bool said;
		m->event->supersedes = NULL;
		enum err e = was_said(im, m, v, &said, why);
		if (e == ERR_OK && !said && *ret > 1) {
			m->event->supersedes = superseding(im, v[-1].revision);
			e = was_said(im, m, v, &said, why);
		}
		if (e != ERR_OK)
			return e;
		if (said) {
			--*ret;
			return ERR_OK;
		}
	}
	*ret = k->n;
	return ERR_OK;
}

static enum err choose_version(struct import *im, size_t i, const struct event_known *k, struct why *why)
{
	struct msg_message *m = im->messages[i];
	const struct version *last = &k->list[k->n - 1];
	size_t which;
	enum err e = find_version(im, m, k, &which, why);
	if (e != ERR_OK)
		return e;
	im->known[i] = which + 1 == k->n ? IMPORT_STORED : IMPORT_AMENDS;
	if (which + 1 < k->n && !last->imported) {
		im->known[i] = IMPORT_STORED;
		register_say(&im->findings, REGISTER_WARNING, "server", 0, "SUPERSEDED",
			     "%s says otherwise since revision %llu, and no import said so: it is left as it is",
			     m->event->id, (unsigned long long)last->revision);
	}
	if (im->known[i] == IMPORT_AMENDS)
		m->event->supersedes = superseding(im, last->revision);
	return ERR_OK;
}

enum err import_know(struct import *im, struct why *why)
{
	struct asking x = {.im = im};
	bool any = false;
	im->known = arena_alloc(im->r->arena, (im->n + 1) * sizeof *im->known);
	for (size_t i = 0; i < im->n; i++)
		any |= im->messages[i]->event != NULL;
	lookup_init(&x.events, im->r->arena);
	enum err e = any ? read_log(&x, why) : ERR_OK;
	for (size_t i = 0; e == ERR_OK && i < im->n; i++) {
		const struct event_known *k =
		    im->messages[i]->event ? lookup_get(&x.events, im->messages[i]->event->id) : NULL;
		if (k)
			e = choose_version(im, i, k, why);
	}
	return e;
}

/* ---- what a dry run can have judged ---- */

static enum err is_stored(struct import *im, const struct msg_message *m, bool *ret, struct why *why)
{
	struct msg_item item = varde_item(im->r->arena, m);
	struct msg_receipt *r;
	item.dry_run = true;
	import_item_id(im, &item, 0);
	enum err e = varde_submit(im->r->varde, &item, 1, im->r->arena, &r, why);
	*ret = e == ERR_OK && r->verdict == VERDICT_ACCEPTED;
	return e;
}

static const char *target_id(const struct msg_target *t)
{
	return t->unit ? t->unit->id->id : t->id;
}

static bool touches(const struct msg_reorganisation_event *m, const struct lookup *pending)
{
	bool any = false;
	for (size_t i = 0; i < m->n_sources; i++)
		any |= lookup_get(pending, m->sources[i].id->id) != NULL;
	for (size_t i = 0; i < m->n_targets; i++)
		any |= lookup_get(pending, target_id(&m->targets[i])) != NULL;
	return any;
}

static void touch(const struct msg_message *m, struct lookup *pending)
{
	for (size_t i = 0; m->submission && i < m->submission->n_units; i++)
		*lookup_put(pending, m->submission->units[i].id) = pending;
	for (size_t i = 0; m->event && i < m->event->n_sources; i++)
		*lookup_put(pending, m->event->sources[i].id->id) = pending;
	for (size_t i = 0; m->event && i < m->event->n_targets; i++)
		*lookup_put(pending, target_id(&m->event->targets[i])) = pending;
}

enum err import_stand(struct import *im, struct why *why)
{
	struct lookup pending; /* units that a message before this one would make or change */
	bool defined = true;
	enum err e = ERR_OK;
	lookup_init(&pending, im->r->arena);
	for (size_t i = 0; e == ERR_OK && i < im->n; i++) {
		const struct msg_message *m = im->messages[i];
		bool stored = im->known[i] == IMPORT_STORED;
		if (!m->event)
			e = is_stored(im, m, &stored, why);
		if (!stored && !m->define && (!defined || (m->event && touches(m->event, &pending))))
			im->known[i] = IMPORT_STANDS_ON_OTHERS;
		if (!stored)
			touch(m, &pending);
		defined &= stored || !m->define;
	}
	return e;
}
