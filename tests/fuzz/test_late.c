/* SPDX-License-Identifier: Apache-2.0
 *
 * test_late.c - the deadline of every question of the corpus passes at every row that it reads.
 *
 * What reads the store then finds nothing more, in the middle of whatever it was at: fuzz_ask() holds that the answer is
 * the deadline all the same, and the sanitizers that nothing is read, or written, where nothing is.
 */
#include "tests/test.h"
#include <dirent.h>
#include <stdlib.h>
#include "base/mem.h"

#define CORPUS   "tests/fuzz/corpus/ask"
#define FILE_MAX (1 << 16)

void fuzz_ask(const uint8_t *data, size_t size);

static size_t read_file(const char *name, uint8_t *ret)
{
	char path[800];
	snprintf(path, sizeof path, "%s/%s", CORPUS, name);
	FILE *f = fopen(path, "rb");
	assert_non_null(f);
	size_t len = fread(ret, 1, FILE_MAX, f);
	fclose(f);
	assert_in_range(len, 1, FILE_MAX - 1);
	return len;
}

static void a_deadline_may_pass_at_any_row_that_a_question_reads(void **state)
{
	(void)state;
	uint8_t *bytes = mem_alloc(FILE_MAX);
	unsigned step = getenv("VARDE_SMALL") ? 7 : 1, files = 0;
	DIR *d = opendir(CORPUS);
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));) {
		if (e->d_name[0] == '.')
			continue;
		size_t len = read_file(e->d_name, bytes);
		for (unsigned i = files++ % step; i < 255; i += step) {
			bytes[0] = (uint8_t)i;
			fuzz_ask(bytes, len);
		}
	}
	closedir(d);
	free(bytes);
	assert_true(files > 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_deadline_may_pass_at_any_row_that_a_question_reads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
