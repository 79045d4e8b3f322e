// CRC32c, the checksum of SCTP packets (RFC 9260 §6.8, Appendix A).

#ifndef SCTPKIT_CRC32C_H
#define SCTPKIT_CRC32C_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// How many words of 8 bytes each of three interleaved runs has at most: jumbo frames are the longest packets
// that are usual.
#define CRC32C_RUN_WORDS_MAX 384

struct crc32c;

// Takes bytes into a remainder.
typedef uint32_t (*crc32c_update)(const struct crc32c *crc32c, uint32_t remainder, const uint8_t *data,
                                  size_t length);

// What an environment computes checksums with.
struct crc32c {
  crc32c_update update;  // by the processor's instruction where it has one, else `crc32c_by_table`
  uint32_t tables[8][256];
  uint32_t shifts[2 * CRC32C_RUN_WORDS_MAX + 1];
};

void crc32c_open(struct crc32c *crc32c);
uint32_t crc32c_by_table(const struct crc32c *crc32c, uint32_t remainder, const uint8_t *data, size_t length);

// What the four bytes of a packet's checksum field make with the least significant one first. Nothing is
// written, and what stands in the field does not matter. The packet has a whole common header.
uint32_t packet_checksum(const struct crc32c *crc32c, crc32c_update update, const uint8_t *packet,
                         size_t length);

#define COMMON_HEADER_BYTES 12
#define CHECKSUM_OFFSET 8

static inline void write_checksum(uint8_t *packet, uint32_t checksum) {
  for (int index = 0; index < 4; index += 1) packet[CHECKSUM_OFFSET + index] = (uint8_t)(checksum >> 8 * index);
}

static inline uint32_t read_checksum(const uint8_t *packet) {
  uint32_t checksum = 0;
  for (int index = 0; index < 4; index += 1) {
    checksum |= (uint32_t)packet[CHECKSUM_OFFSET + index] << 8 * index;
  }
  return checksum;
}

#endif
