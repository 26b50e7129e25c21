/* SPDX-License-Identifier: Apache-2.0
 *
 * reader.h - threads for long questions, so that short ones do not wait behind them.
 *
 * A job goes to an idle reader by its address; its replies come back one by one as [job][bytes], the last one with what
 * says that it is done, as [job][bytes][job]; a job without any is done with [job] alone. Only the query thread touches
 * the socket of the peers, and it must go on taking until a reader is idle.
 */
#pragma once
#include "daemon/job.h"

struct reader;
/* One thread, with its end of a pair of sockets. */
enum err reader_start(void *ctx, unsigned number, struct store *s, const struct ask_limits *l, struct reader **ret,
		      struct why *why) MUST_CHECK;
/* Ends the thread once it is idle. The reader must be idle, or nobody would take its replies. NULL allowed. */
struct reader *reader_stop(struct reader *r);
void *reader_socket(struct reader *r); /* to poll */
bool reader_idle(const struct reader *r);
void reader_give(struct reader *r, struct job *j, const struct ask_status *status); /* it is idle; status is copied */
struct job *reader_job(const struct reader *r);                                     /* what it is at; NULL = idle */
/* Take one message without waiting: false = there is none. *ret_done is set when the job is finished (and the reader
 * idle); otherwise `bytes` is a reply to be sent on. */
bool reader_take(struct reader *r, struct job **ret, bool *ret_done, zmq_msg_t *bytes);
