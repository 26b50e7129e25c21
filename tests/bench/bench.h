/* SPDX-License-Identifier: Apache-2.0
 *
 * bench.h - what the bench programs share: a clock, percentiles, and one way to print a figure.
 *
 * A figure is a line `name value`; tests/bench/run turns the lines of one run into ratios.
 */
#pragma once
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static inline void bench_die(const char *what)
{
	fprintf(stderr, "bench: %s\n", what);
	exit(1);
}
/* Of the daemon: ingest, query, feed. */
static inline void bench_endpoints(const char *path, char ret[3][128])
{
	static const char *const names[] = {"ingest=", "query=", "feed="};
	char line[256];
	FILE *f = fopen(path, "r");
	if (!f)
		bench_die("no endpoints file");
	while (fgets(line, sizeof line, f))
		for (int i = 0; i < 3; i++)
			if (strncmp(line, names[i], strlen(names[i])) == 0)
				snprintf(ret[i], 128, "%.*s", (int)strcspn(line + strlen(names[i]), "\n"),
					 line + strlen(names[i]));
	fclose(f);
}

static inline double bench_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct bench_times {
	double *list;
	size_t n, room;
};
static inline void bench_time(struct bench_times *t, double s)
{
	if (t->n == t->room) {
		t->room = t->room ? t->room * 2 : 4096;
		t->list = realloc(t->list, t->room * sizeof *t->list);
		if (!t->list)
			abort();
	}
	t->list[t->n++] = s;
}
static inline int bench_order(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}
/* The q-quantile in microseconds. Sorts. */
static inline double bench_quantile(struct bench_times *t, double q)
{
	if (t->n == 0)
		return 0;
	qsort(t->list, t->n, sizeof *t->list, bench_order);
	size_t i = (size_t)(q * (double)(t->n - 1) + 0.5);
	return t->list[i] * 1e6;
}
static inline void bench_say(const char *name, double value)
{
	printf("%s %.3f\n", name, value);
	fflush(stdout);
}
static inline uint64_t bench_random(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}
