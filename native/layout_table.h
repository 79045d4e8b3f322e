// The records of the layout table. They hold no pointers, so that a program that cannot run the addon, because it was
// built for another platform, can still read them out of the file.

#ifndef SCTPKIT_LAYOUT_TABLE_H
#define SCTPKIT_LAYOUT_TABLE_H

#include <stdint.h>

#define SCTPKIT_LAYOUT_EXPORT __attribute__((visibility("default")))

// A structure, when `field` is empty: `size_bytes` is its own then. Its fields follow it.
struct sctpkit_layout_field {
  char structure[32];
  char field[32];
  uint32_t offset_bytes;
  uint32_t size_bytes;
};

struct sctpkit_layout_number {
  char name[40];
  int64_t value;
};

// Each array ends with a record whose name is empty.
extern const struct sctpkit_layout_field sctpkit_layout_structures[] SCTPKIT_LAYOUT_EXPORT;
extern const struct sctpkit_layout_number sctpkit_layout_constants[] SCTPKIT_LAYOUT_EXPORT;
extern const struct sctpkit_layout_number sctpkit_layout_errnos[] SCTPKIT_LAYOUT_EXPORT;

#endif
