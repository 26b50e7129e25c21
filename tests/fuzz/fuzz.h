/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz.h - a fuzz target, once: FUZZ_TARGET(codec)(const uint8_t *data, size_t size) { … }
 *
 * `make fuzz-codec` builds it for libFuzzer, which looks for inputs that break it; test_corpus.c calls the same
 * function as fuzz_codec() with every file of tests/fuzz/corpus/codec/. What must hold is said with ALWAYS().
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef FUZZ_MAIN
#define FUZZ_TARGET(name)                                                                                              \
	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);                                                  \
	static void fuzz_##name(const uint8_t *data, size_t size);                                                     \
	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)                                                   \
	{                                                                                                              \
		fuzz_##name(data, size);                                                                               \
		return 0;                                                                                              \
	}                                                                                                              \
	static void fuzz_##name
#else
#define FUZZ_TARGET(name)                                                                                              \
	void fuzz_##name(const uint8_t *data, size_t size);                                                            \
	void fuzz_##name
#endif
