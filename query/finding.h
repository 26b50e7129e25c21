/* SPDX-License-Identifier: Apache-2.0
 *
 * finding.h - what is to be said about a message: all of it at once, by rule, with its path.
 */
#pragma once
#include "base/mem.h"
#include "proto/msg.h"

enum rule {
#define RULE(id, severity, text, remedy) RULE_##id,
#include "query/rule.def"
#undef RULE
	RULE_COUNT
};
#define FINDINGS_MAX 200 /* of one message; further ones are counted in the last */

struct findings {
	struct arena *arena;
	size_t n, room, more;
	struct msg_finding *list;
	bool errors;             /* at least one ERROR or FATAL */
	const char *last_remedy; /* of the last that found room, without the count of the others */
	char *more_text;
	struct msg_finding spare; /* stands for those that found no room */
};
void findings_init(struct findings *f, struct arena *a);
/* Add one. `path` is copied. Arguments are texts, NULL-terminated; {1} in the rule's text is the first. Returns the
 * finding, so that candidates can be added; it is dead after the next one. */
struct msg_finding *finding_add(struct findings *f, enum rule r, const char *path, ...) __attribute__((sentinel));
const char *rule_id(enum rule r); /* "SUM_MISMATCH" */
