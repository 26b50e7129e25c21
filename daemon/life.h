/* SPDX-License-Identifier: Apache-2.0
 *
 * life.h - where the daemon is between its first and last breath, and who is told.
 *
 *   starting ──started──▶ ready ──stop──▶ draining ──drained──▶ stopped
 *      └──────────────── failed, stop ──────▲   (failed, from ready too)
 *
 * Every state tells the service manager on entry (sd_notify). An event that a state does not know is ignored: a
 * second SIGTERM changes nothing.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum life_state { LIFE_STARTING, LIFE_READY, LIFE_DRAINING, LIFE_STOPPED, LIFE_STATES };
enum life_event { LIFE_STARTED, LIFE_STOP, LIFE_FAILED, LIFE_DRAINED, LIFE_EVENTS };

struct life {
	enum life_state state;
	bool failed;       /* a failure was among the events: exit non-zero */
	char status[2048]; /* STATUS= of the ready state */
};

void life_init(struct life *l);
void life_ready_status(struct life *l, const char *status); /* "ready ingest=… query=… feed=…"; copied */
/* One event; true when the state changed. */
bool life_handle(struct life *l, enum life_event e);
const char *life_name(enum life_state s);

/* While starting takes long: what is going on, and that the manager should wait another `seconds`. */
void life_working(unsigned seconds, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void life_watchdog_ping(void);
int64_t life_watchdog_us(void); /* 0 = the manager does not watch */
