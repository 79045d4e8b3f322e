// CRC32c by tables, and by the processor's instruction: SSE4.2 with PCLMULQDQ on x86, and ARMv8's.

#include "crc32c.h"

#include <string.h>

#define POLYNOMIAL_REVERSED 0x82f63b78u

// Eight bytes as a number, the first one least significant.
static inline uint64_t load64(const uint8_t *data) {
  uint64_t word;
  memcpy(&word, data, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

// Table n says what each value of a byte contributes to the remainder when n bytes follow it.
static void fill_tables(uint32_t tables[8][256]) {
  for (uint32_t byte = 0; byte < 256; byte += 1) {
    uint32_t remainder = byte;
    for (int bit = 0; bit < 8; bit += 1) {
      remainder = (remainder & 1) == 0 ? remainder >> 1 : remainder >> 1 ^ POLYNOMIAL_REVERSED;
    }
    tables[0][byte] = remainder;
  }
  for (int following = 1; following < 8; following += 1) {
    for (int byte = 0; byte < 256; byte += 1) {
      uint32_t before = tables[following - 1][byte];
      tables[following][byte] = before >> 8 ^ tables[0][before & 0xff];
    }
  }
}

static inline uint32_t take_word_by_table(const uint32_t tables[8][256], uint32_t remainder, uint64_t word) {
  uint64_t mixed = word ^ remainder;
  return tables[7][mixed & 0xff] ^ tables[6][mixed >> 8 & 0xff] ^ tables[5][mixed >> 16 & 0xff] ^
         tables[4][mixed >> 24 & 0xff] ^ tables[3][mixed >> 32 & 0xff] ^ tables[2][mixed >> 40 & 0xff] ^
         tables[1][mixed >> 48 & 0xff] ^ tables[0][mixed >> 56];
}

uint32_t crc32c_by_table(const struct crc32c *crc32c, uint32_t remainder, const uint8_t *data, size_t length) {
  for (; length >= 8; length -= 8, data += 8) {
    remainder = take_word_by_table(crc32c->tables, remainder, load64(data));
  }
  for (; length > 0; length -= 1, data += 1) {
    remainder = remainder >> 8 ^ crc32c->tables[0][(remainder ^ *data) & 0xff];
  }
  return remainder;
}

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

// Clang counts the instruction as a feature of its own.
#ifdef __clang__
#define WITH_INSTRUCTION __attribute__((target("sse4.2,crc32,pclmul")))
#else
#define WITH_INSTRUCTION __attribute__((target("sse4.2,pclmul")))
#endif

static bool has_instruction(void) {
  unsigned int a, b, c = 0, d;
  return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_SSE4_2) != 0 && (c & bit_PCLMUL) != 0;
}

WITH_INSTRUCTION static inline uint64_t take_word(uint64_t remainder, uint64_t word) {
  return _mm_crc32_u64(remainder, word);
}

WITH_INSTRUCTION static inline uint64_t take_byte(uint64_t remainder, uint8_t byte) {
  return _mm_crc32_u8((uint32_t)remainder, byte);
}

WITH_INSTRUCTION static inline uint64_t multiply(uint64_t left, uint64_t right) {
  __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((int64_t)left), _mm_cvtsi64_si128((int64_t)right), 0);
  return (uint64_t)_mm_cvtsi128_si64(product);
}

#elif defined(__aarch64__)

#include <sys/auxv.h>

#define WITH_INSTRUCTION

#ifndef HWCAP_CRC32
#define HWCAP_CRC32 (1 << 7)
#endif

static bool has_instruction(void) {
#ifdef __linux__
  return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0;
#else
  unsigned long capabilities = 0;
  return elf_aux_info(AT_HWCAP, &capabilities, sizeof capabilities) == 0 && (capabilities & HWCAP_CRC32) != 0;
#endif
}

static inline uint64_t take_word(uint64_t remainder, uint64_t word) {
  __asm__(".arch_extension crc\n\tcrc32cx %w0, %w0, %x1" : "+r"(remainder) : "r"(word));
  return remainder;
}

static inline uint64_t take_byte(uint64_t remainder, uint8_t byte) {
  __asm__(".arch_extension crc\n\tcrc32cb %w0, %w0, %w1" : "+r"(remainder) : "r"((uint32_t)byte));
  return remainder;
}

// Many of these processors have no instruction for it.
static inline uint64_t multiply(uint64_t left, uint64_t right) {
  uint64_t product = 0;
  for (int bit = 0; bit < 32; bit += 1) product ^= left << bit & -(right >> bit & 1);
  return product;
}

#endif

#ifdef WITH_INSTRUCTION

// Fewer words than these are not worth three runs.
#define RUN_WORDS_MIN 8

// The instruction answers after three cycles and can begin in each, so three runs of bytes go on at a time.
// Then the first two are moved to where the third ends: a product with a power of x, see `fill_shifts`.
WITH_INSTRUCTION static uint32_t by_instruction(const struct crc32c *crc32c, uint32_t remainder,
                                                const uint8_t *data, size_t length) {
  uint64_t first = remainder;
  size_t words = length / 24;
  while (words >= RUN_WORDS_MIN) {
    if (words > CRC32C_RUN_WORDS_MAX) words = CRC32C_RUN_WORDS_MAX;
    uint64_t second = 0, third = 0;
    for (const uint8_t *end = data + 8 * words; data < end; data += 8) {
      first = take_word(first, load64(data));
      second = take_word(second, load64(data + 8 * words));
      third = take_word(third, load64(data + 16 * words));
    }
    const uint32_t *shifts = crc32c->shifts;
    first = take_word(0, multiply(first, shifts[2 * words]) ^ multiply(second, shifts[words])) ^ third;
    data += 16 * words;
    length -= 24 * words;
    words = length / 24;
  }
  for (; length >= 8; length -= 8, data += 8) first = take_word(first, load64(data));
  for (; length > 0; length -= 1, data += 1) first = take_byte(first, *data);
  return (uint32_t)first;
}

// Remainders are polynomials with their bits reversed: bit n stands for x^(31 - n). Entry n is x^(64n - 33)
// modulo CRC32c's polynomial: `multiply` leaves the product one bit lower than a word of 64 bits has it, and
// `take_word` adds 32 zeros to it, so that both together move a remainder behind n words.
static void fill_shifts(struct crc32c *crc32c) {
  crc32c->shifts[0] = 0;
  crc32c->shifts[1] = 1;  // x^31
  for (int words = 2; words <= 2 * CRC32C_RUN_WORDS_MAX; words += 1) {
    crc32c->shifts[words] = take_word_by_table(crc32c->tables, crc32c->shifts[words - 1], 0);
  }
}

#endif

void crc32c_open(struct crc32c *crc32c) {
  fill_tables(crc32c->tables);
  crc32c->update = crc32c_by_table;
#ifdef WITH_INSTRUCTION
  fill_shifts(crc32c);
  if (has_instruction()) crc32c->update = by_instruction;
#endif
}

uint32_t packet_checksum(const struct crc32c *crc32c, crc32c_update update, const uint8_t *packet,
                         size_t length) {
  uint8_t header[COMMON_HEADER_BYTES];
  memcpy(header, packet, sizeof header);
  memset(header + CHECKSUM_OFFSET, 0, sizeof header - CHECKSUM_OFFSET);
  uint32_t remainder = update(crc32c, UINT32_MAX, header, sizeof header);
  return ~update(crc32c, remainder, packet + sizeof header, length - sizeof header);
}
