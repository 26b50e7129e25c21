/* SPDX-License-Identifier: Apache-2.0 */
#include "query/answer.h"

enum err ask_balance(struct answer *r, const struct msg_balance_question *q)
{
	(void)q;
	return fail(&r->why, ERR_NOT_YET_APPLIED, "not there yet");
}
