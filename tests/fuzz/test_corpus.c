/* SPDX-License-Identifier: Apache-2.0
 *
 * test_corpus.c - every input that was ever worth keeping, through its fuzz target again.
 *
 * tests/fuzz/corpus/<target>/ holds the inputs of fuzz_<target>(), which fuzz_<target>.c defines; the function is found
 * by its name in this program. A target that breaks ends the program through ALWAYS() or a sanitizer, after the name
 * of the file was printed.
 */
#include "tests/test.h"
#include <dirent.h>
#include <dlfcn.h>
#include "base/mem.h"

#define CORPUS   "tests/fuzz/corpus"
#define FILE_MAX (1 << 20)

typedef void target_f(const uint8_t *data, size_t size);

static target_f *target_named(const char *name)
{
	char symbol[300];
	target_f *f = NULL;
	snprintf(symbol, sizeof symbol, "fuzz_%s", name);
	void *found = dlsym(RTLD_DEFAULT, symbol);
	memcpy(&f, &found, sizeof f);
	return f;
}

static void replay_file(target_f *target, const char *path)
{
	FILE *f = fopen(path, "rb");
	assert_non_null(f);
	uint8_t *room = mem_alloc(FILE_MAX);
	size_t len = fread(room, 1, FILE_MAX, f);
	fclose(f);
	assert_true(len < FILE_MAX);
	uint8_t *exact = mem_alloc(len); /* so that a sanitizer sees a read past the end */
	memcpy(exact, room, len);
	print_message("%s\n", path);
	target(exact, len);
	free(exact);
	free(room);
}

static size_t replay_target(const char *name)
{
	char folder[400], path[800];
	size_t files = 0;
	target_f *target = target_named(name);
	if (!target)
		fail_msg("%s/%s has no fuzz_%s()", CORPUS, name, name);
	snprintf(folder, sizeof folder, "%s/%s", CORPUS, name);
	DIR *d = opendir(folder);
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		replay_file(target, path);
		files++;
	}
	closedir(d);
	return files;
}

static void every_kept_input_passes_its_target(void **state)
{
	(void)state;
	size_t targets = 0;
	DIR *d = opendir(CORPUS);
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));) {
		if (e->d_name[0] == '.')
			continue;
		assert_true(replay_target(e->d_name) > 0);
		targets++;
	}
	closedir(d);
	assert_true(targets > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_kept_input_passes_its_target),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
