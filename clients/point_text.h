/* SPDX-License-Identifier: Apache-2.0
 *
 * point_text.h - a point in time as people write it on a command line: true when, as known when.
 *
 *   2020-06-30              a day
 *   round=nordland-2014     the observations of a round
 *   period=2014             the observations of a reference date or period
 *   …@17                    each as known as of a revision,
 *   …@2026-11-21T10:00:00Z  a time (or a day: when it ended),
 *   …@tag:nordland-report   or a tag
 *   @17                     today, as known then
 */
#pragma once
#include "base/err.h"
#include "base/mem.h"
#include "clients/options.h"
#include "proto/msg.h"

/* "17", "2026-11-21T10:00:00Z", "2026-11-21" or "tag:NAME": one of the three is set, the texts in the arena or "";
 * false when it is none of these. Whether there is such a revision or tag the server says. */
struct as_of_text {
	uint64_t revision;
	const char *time, *tag;
};
bool as_of_parse(const char *text, struct arena *a, struct as_of_text *ret);

/* ERR_INVALID with a sentence. What stands behind the last @ is the revision; a round's id may hold others. */
enum err point_parse(const char *text, struct arena *a, struct msg_point **ret, struct why *why) MUST_CHECK;
/* --from and --to, which are both wanted; `example` is the command as it should be. */
enum err point_both(const struct options *o, const char *example, struct arena *a, struct msg_point **ret_from,
		    struct msg_point **ret_to, struct why *why) MUST_CHECK;
