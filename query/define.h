/* SPDX-License-Identifier: Apache-2.0
 *
 * define.h - definitions as the view knows them, decoded.
 */
#pragma once
#include "proto/msg.h"
#include "storage/view.h"

/* The newest version of a definition, in the arena; NULL = unknown (or view.err). `type` must fit the space:
 * SPACE_SOURCE msg_source, SPACE_CODE_LIST msg_code_list, SPACE_INDICATOR msg_indicator, SPACE_SURVEY msg_survey,
 * SPACE_ROUND msg_round, SPACE_TAG msg_tag. *ret_rev (may be NULL) is the revision that said it. */
const void *define_get(struct view *v, enum space s, uint32_t id, struct arena *a, uint64_t *ret_rev);
/* By text id. *ret_id may be NULL. */
const void *define_find(struct view *v, enum space s, const char *text, struct arena *a, uint32_t *ret_id);

/* Did a version of an indicator that is not comparable with the one before come between two revisions? Either may be the
 * earlier; the later one counts, the earlier does not. */
bool define_breaks(struct view *v, const char *indicator, uint64_t one, uint64_t other, struct arena *a);

/* The text of a series: "ID|dim=code|…" with dimensions sorted; categories need not be. */
const char *series_text(struct arena *a, const char *indicator, const struct msg_category *c, size_t n);
/* And back. false when broken. */
bool series_parts(struct arena *a, struct slice text, const char **ret_indicator, struct msg_category **ret,
		  size_t *ret_n);
