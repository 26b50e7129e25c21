/* SPDX-License-Identifier: Apache-2.0
 *
 * reader.h - threads for long questions, so that short ones do not wait behind them.
 *
 * A job goes to an idle reader; its replies come back one by one, and then the job itself. Only the query thread touches
 * the socket of the peers, and it must go on taking until a reader is idle; the last reply comes when the reader has put
 * everything away. A reader whose replies are not taken waits: an answer is not made faster than it is sent.
 */
#pragma once
#include "daemon/job.h"
#include "daemon/outlet.h"

struct reader;
/* One thread, with tools for the same store and limits as those. `wake` is the eventfd of the query thread: there is
 * something to take. */
enum err reader_start(int wake, const struct job_tools *like, struct reader **ret, struct why *why) MUST_CHECK;
/* Ends the thread once it is idle. The reader must be idle, or nobody would take its replies. NULL allowed. */
struct reader *reader_stop(struct reader *r);
bool reader_idle(const struct reader *r);
void reader_give(struct reader *r, struct job *j, const struct ask_status *status); /* it is idle; status is copied */
struct job *reader_job(const struct reader *r);                                     /* what it is at; NULL = idle */
/* Take the next reply without waiting: the caller's from now on. NULL = there is none yet, or *ret_done: the job is
 * finished, and the reader idle. */
struct outlet_part *reader_take(struct reader *r, bool *ret_done);
