/* SPDX-License-Identifier: Apache-2.0
 *
 * known.c - see known.h. One place a unit may stand in.
 *
 * Most units bear one name for ever; then it is the one to show on any day. Of others the day is remembered too.
 */
#include "query/known.h"
#include <string.h>
#include <sys/mman.h>

enum named { NAMED_NOT = 0, NAMED_ALWAYS, NAMED_ON_DAY };
struct place {
	uint64_t as_of;
	uint32_t unit; /* 0 = free */
	uint32_t kind; /* + 1; 0 = not looked up */
	int32_t day;   /* NAMED_ON_DAY */
	uint8_t named, len, unused[2];
	char text[KNOWN_NAME_MAX + 1]; /* not ended */
};
struct known {
	struct place places[KNOWN_UNITS];
};
_Static_assert(sizeof(struct place) == 64, "as known.h says");

/* Mapped, not allocated: places that are never used cost nothing. */
struct known *known_new(void)
{
	void *k = mmap(NULL, sizeof(struct known), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ALWAYS(k != MAP_FAILED);
	return k;
}

struct known *known_free(struct known *k)
{
	if (k)
		munmap(k, sizeof *k);
	return NULL;
}

/* The unit's place as of the view, emptied where it was another's; NULL = nothing is remembered. */
static struct place *place_of(struct known *k, const struct view *v, uint32_t unit)
{
	if (!k || !unit || v->over || v->as_of == REV_NEWEST)
		return NULL;
	struct place *p = &k->places[unit & (KNOWN_UNITS - 1)]; /* numbers are given out one after the other */
	if (p->unit != unit || p->as_of != v->as_of)
		*p = (struct place){.as_of = v->as_of, .unit = unit};
	return p;
}

uint32_t known_kind(struct known *k, struct view *v, uint32_t unit)
{
	struct place *p = place_of(k, v, unit);
	if (p && p->kind)
		return p->kind - 1;
	uint32_t kind = unit_kind(v, unit);
	if (p && v->err == ERR_OK && kind < UINT32_MAX)
		p->kind = kind + 1;
	return kind;
}

const char *known_name(struct known *k, struct view *v, uint32_t unit, int32_t day, struct arena *a)
{
	struct place *p = place_of(k, v, unit);
	if (p && (p->named == NAMED_ALWAYS || (p->named == NAMED_ON_DAY && p->day == day)))
		return arena_text(a, p->text, p->len);
	bool always;
	const char *name = unit_name_told(v, unit, day, a, &always);
	size_t len = strlen(name);
	if (p && v->err == ERR_OK && len <= KNOWN_NAME_MAX) {
		p->named = always ? NAMED_ALWAYS : NAMED_ON_DAY;
		p->day = day;
		p->len = (uint8_t)len;
		memcpy(p->text, name, len);
	}
	return name;
}
