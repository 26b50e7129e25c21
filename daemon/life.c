/* SPDX-License-Identifier: Apache-2.0
 *
 * life.c - the table is the machine; the entry actions only talk.
 */
#include "daemon/life.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <systemd/sd-daemon.h>

static const struct {
	enum life_event event;
	enum life_state from, to;
} moves[] = {
    {LIFE_STARTED, LIFE_STARTING, LIFE_READY},   {LIFE_STOP, LIFE_STARTING, LIFE_DRAINING},
    {LIFE_FAILED, LIFE_STARTING, LIFE_DRAINING}, {LIFE_STOP, LIFE_READY, LIFE_DRAINING},
    {LIFE_FAILED, LIFE_READY, LIFE_DRAINING},    {LIFE_DRAINED, LIFE_DRAINING, LIFE_STOPPED},
};

void life_init(struct life *l)
{
	*l = (struct life){.state = LIFE_STARTING};
}

void life_ready_status(struct life *l, const char *status)
{
	snprintf(l->status, sizeof l->status, "%s", status);
}

static void enter(const struct life *l)
{
	switch (l->state) {
	case LIFE_READY:
		sd_notifyf(0, "READY=1\nSTATUS=%s", l->status);
		break;
	case LIFE_DRAINING:
		sd_notify(0, l->failed ? "STOPPING=1\nSTATUS=stopping after a failure" : "STOPPING=1\nSTATUS=draining");
		break;
	case LIFE_STOPPED:
		sd_notify(0, "STATUS=stopped");
		break;
	case LIFE_STARTING: /* no event leads here */
	case LIFE_STATES:
		break;
	}
}

bool life_handle(struct life *l, enum life_event e)
{
	if (e == LIFE_FAILED)
		l->failed = true;
	for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
		if (moves[i].event == e && moves[i].from == l->state) {
			l->state = moves[i].to;
			enter(l);
			return true;
		}
	return false;
}

const char *life_name(enum life_state s)
{
	switch (s) {
	case LIFE_STARTING:
		return "starting";
	case LIFE_READY:
		return "ready";
	case LIFE_DRAINING:
		return "draining";
	case LIFE_STOPPED:
		return "stopped";
	case LIFE_STATES:
		break;
	}
	return "?";
}

void life_working(unsigned seconds, const char *fmt, ...)
{
	char text[256];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	sd_notifyf(0, "EXTEND_TIMEOUT_USEC=%" PRIu64 "\nSTATUS=%s", (uint64_t)seconds * 1000000, text);
}

void life_watchdog_ping(void)
{
	sd_notify(0, "WATCHDOG=1");
}

int64_t life_watchdog_us(void)
{
	uint64_t us = 0;
	return sd_watchdog_enabled(0, &us) > 0 ? (int64_t)us : 0;
}
