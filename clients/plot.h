/* SPDX-License-Identifier: Apache-2.0
 *
 * plot.h - a cube of one measure as a chart: the gnuplot program that draws it, and running gnuplot.
 *
 * What is between bounds has a bar from end to end (in files also a ribbon), an arrow where one end is open; what is
 * missing, refused or in words is a gap, never a zero. Periods stand at their true distance, each at the middle of what
 * it names. A definition that changed is a dashed line and a gap; a frame that changed is marked below.
 *
 * Safety     names and notes come from outside: they reach gnuplot in single quotes, where nothing is substituted, with
 *            every apostrophe made a typographic one, control characters made blanks, and enhanced text switched off.
 * Memory     texts are in the arena.
 * Limits     of lines, bars and panels, beyond which nobody can read a chart: TOO_LARGE with what to do.
 */
#pragma once
#include "base/bytes.h"
#include "clients/cube.h"

enum plot_kind { PLOT_LINES, PLOT_BARS, PLOT_SLOPES, PLOT_MULTIPLES };
enum plot_target { PLOT_TERMINAL, PLOT_SVG, PLOT_PNG };
struct plot_how {
	enum plot_kind kind;
	enum plot_target target;
	unsigned width, height; /* of a terminal, in characters */
};

bool plot_kind_parse(const char *text, enum plot_kind *ret); /* "" = lines */
/* The program, into `ret`. NOT_FOUND when there is nothing to draw. Rows that could not be placed are counted in
 * *ret_left: their period names no time. */
enum err plot_script(struct arena *a, const struct cube *c, const struct plot_how *how, struct buf *ret,
		     unsigned *ret_left, struct why *why) MUST_CHECK;
/* Text for gnuplot, quotes included; cut after `max` characters. Lines are joined. */
const char *plot_quote(struct arena *a, const char *text, unsigned max);
/* Run `program` (found as a shell would, but with no shell) on a script and gather what it writes. NOT_FOUND with the
 * package to install where it is not there. */
enum err plot_run(const char *program, struct slice script, struct buf *ret, struct why *why) MUST_CHECK;
