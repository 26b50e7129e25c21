/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/integration/site.h"
#include <stdio.h>
#include "tests/integration/sheet.h"
#include "tests/test.h"

void site_start(struct site *s)
{
	char argument[240];
	snprintf(argument, sizeof argument, "--endpoints-file=%s", s->endpoints);
	daemon_start(&s->d, (const char *[]){argument, NULL});
}

void site_begin(struct site *s)
{
	daemon_init(&s->d);
	snprintf(s->endpoints, sizeof s->endpoints, "%s/endpoints", s->d.dir);
	site_start(s);
}

void site_end(struct site *s)
{
	assert_int_equal(daemon_stop(&s->d), 0);
	daemon_fini(&s->d);
}

int site_setup(void **state)
{
	static struct site s;
	site_begin(&s);
	*state = &s;
	return 0;
}

int site_teardown(void **state)
{
	site_end(*state);
	return 0;
}

uint64_t site_revision(const struct site *s)
{
	struct sheet x = SHEET("status", AT);
	const char *text = sheet_cell(&x, sheet_row(&x, x.csv.header[0], "durable revision"), x.csv.header[1]);
	uint64_t revision = strtoull(text, NULL, 10);
	sheet_free(&x);
	return revision;
}
