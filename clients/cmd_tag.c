/* SPDX-License-Identifier: Apache-2.0
 *
 * varde tag NAME: give a revision a name for ever.
 */
#include "clients/send.h"

int cmd_tag(struct run *r)
{
	struct why why = {{0}};
	struct msg_tag tag = {.note = option_text(&r->o, OPT_NOTE, "")};
	struct msg_message message = {.tag = &tag}, *list[1] = {&message};
	struct sending s = {.messages = list, .n = 1};
	if (r->o.n_args != 1)
		return run_usage_text("one NAME is wanted: varde tag nordland-report-2020 --revision 17");
	tag.name = r->o.args[0];
	if (option_number(&r->o, OPT_REVISION, 0, INT64_MAX, &tag.revision, &why) != ERR_OK)
		return run_usage(&why);
	return send_messages(r, &s);
}
