/* SPDX-License-Identifier: Apache-2.0
 *
 * judge_identity.c - two units that are, or are not, one.
 *
 * The link is symmetric: it is kept once, from the unit with the lower number, without dates. Each of the two types
 * takes back the other where that stands, and so a mistake is corrected either way.
 */
#include "query/judging.h"

/* Take back what stands of the type between the two. */
static void take_back(struct judging *c, enum link_type type, uint32_t a, uint32_t b)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row r;
	struct fact f;
	key_link(&key, (uint8_t)type, a);
	walk_begin(&w, c->v, TABLE_LINK, buf_view(&key));
	while (walk_next(&w, &r)) {
		if (row_fact(&r, &f) != ERR_OK || f.link.b != b || f.link.state == STATE_RETRACTED)
			continue;
		keep_texts(c, &f);
		f.link.state = STATE_RETRACTED;
		struct msg_change *m = judging_change(c, CHANGE_KIND_RETRACTED, SUBJECT_LINK);
		change_units(c, m, a, b);
		m->field = msg_code_name(&msg_enum_link_type, type);
		m->supersedes = r.rev;
		m->reason = c->reason;
		*judging_fact(c, FACT_LINK) = f;
	}
}

static bool stands(struct judging *c, enum link_type type, uint32_t a, uint32_t b)
{
	AUTO_BUF struct buf key = {0};
	AUTO_WALK struct walk w = {0};
	struct row r;
	struct fact f;
	key_link(&key, (uint8_t)type, a);
	walk_begin(&w, c->v, TABLE_LINK, buf_view(&key));
	while (walk_next(&w, &r))
		if (row_fact(&r, &f) == ERR_OK && f.link.b == b && f.link.state != STATE_RETRACTED)
			return true;
	return false;
}

void judge_identities(struct judging *c, const struct msg_submission *m)
{
	static const struct when open = {0};
	for (size_t i = 0; i < m->n_identities; i++) {
		const struct msg_identity_statement *s = &m->identities[i];
		const char *path = PATH(c, "submission.identities[%zu]", i);
		if (s->type == IDENTITY_TYPE_UNSPECIFIED)
			finding_add(&c->f, RULE_REQUIRED, PATH(c, "%s.type", path), "whether they are one", NULL);
		uint32_t a = take_unit(c, s->a, PATH(c, "%s.a", path), c->structure_day);
		uint32_t b = take_unit(c, s->b, PATH(c, "%s.b", path), c->structure_day);
		if (!a || !b || s->type == IDENTITY_TYPE_UNSPECIFIED)
			continue;
		if (a == b) {
			finding_add(&c->f, RULE_BAD_VALUE, PATH(c, "%s.b", path), "identity",
				    "it is the same unit already", NULL);
			continue;
		}
		if (kind_of(c, a) != kind_of(c, b)) {
			finding_add(&c->f, RULE_WRONG_KIND, PATH(c, "%s.b", path), word_text(c, SPACE_UNIT, b),
				    word_text(c, SPACE_TERM, kind_of(c, b)), word_text(c, SPACE_TERM, kind_of(c, a)),
				    NULL);
			continue;
		}
		uint32_t low = a < b ? a : b, high = a < b ? b : a;
		bool same = s->type == IDENTITY_TYPE_SAME_AS;
		enum link_type type = same ? LINK_TYPE_SAME_AS : LINK_TYPE_NOT_SAME_AS;
		judging_lay(c);
		take_back(c, same ? LINK_TYPE_NOT_SAME_AS : LINK_TYPE_SAME_AS, low, high);
		if (!stands(c, type, low, high)) /* also where another source has said it */
			put_link(c, type, low, high, &open, &open, "", "", c->locator, path);
	}
}
