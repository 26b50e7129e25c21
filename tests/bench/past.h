/* SPDX-License-Identifier: Apache-2.0
 *
 * past.h - a made-up past for the bench: a country whose units are merged, taken over, divided and mixed, year by year.
 *
 * The same numbers give the same past. Every reorganisation has a day of its own. The country's units keep together in
 * counties; one division in eight goes across a border of counties. Half of all reorganisations happen in the same few
 * places of a county, so that they follow one another: chains, and divisions that are undone.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "base/mem.h"

#define PAST_FIRST    2001u
#define PAST_COUNTIES 100u
#define PAST_ENDS     4u

enum past_kind { PAST_MERGER, PAST_TAKE_OVER, PAST_BREAKDOWN, PAST_SPLIT_OFF, PAST_MIXED };
struct past_event {
	enum past_kind kind;
	unsigned year; /* from 0 */
	char day[48];
	size_t n_sources, n_targets;
	uint32_t sources[PAST_ENDS], targets[PAST_ENDS]; /* one in both lives on */
};
struct past {
	uint32_t n_first, n_units; /* there from the start; all that ever were */
	uint16_t *county;          /* by unit */
	unsigned n_rounds;
	size_t n_events;
	struct past_event *events; /* by day */
	size_t *n_live;            /* by round: on its first of January */
	uint32_t **live;
};
/* `n_rounds` years from PAST_FIRST on, a round on each first of January. Into the arena. */
struct past *past_make(struct arena *a, uint32_t units, unsigned n_rounds, size_t n_events);
/* What a unit says in a round; `corrected`: what it says in the end. */
uint32_t past_value(uint32_t unit, unsigned round, bool corrected);
bool past_corrected(uint32_t unit, unsigned round); /* one of twenty */

/* A register of changes as long, and of the same mix, as that of Norway's municipalities 1838 to 2024, as Klass has
 * it: returns the number of rows. */
size_t past_register(FILE *f);
