/* SPDX-License-Identifier: Apache-2.0
 *
 * crc.h - CRC-32C (Castagnoli), the checksum of every record of the log.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* Go on from `crc` (0 at first) over more bytes. */
uint32_t crc32c(uint32_t crc, const void *data, size_t len);
