// The sockets of one environment. JavaScript names a socket by an id: the slot in the lower 20 bits, the
// slot's generation in the 11 above. It never sees a descriptor, so it cannot touch one that is not its own.

#include "addon.h"

#include <stdlib.h>
#include <unistd.h>

#define SLOT_BITS 20
#define SLOTS_MAX (1 << SLOT_BITS)
#define SLOTS_MIN 64
#define GENERATION_MAX ((1 << 11) - 1)

static void release_slot(struct socket_table *table, int32_t index) {
  struct socket_slot *slot = &table->slots[index];
  slot->descriptor = -1;
  slot->watcher = NULL;
  slot->next_free = -1;
  // From 1 on, so that no id is 0.
  slot->generation = slot->generation % GENERATION_MAX + 1;
  if (table->first_free < 0) table->first_free = index;
  else table->slots[table->last_free].next_free = index;
  table->last_free = index;
}

static int32_t grow(struct socket_table *table) {
  int32_t length = table->length == 0 ? SLOTS_MIN : table->length * 2;
  if (length > SLOTS_MAX) return -EMFILE;
  struct socket_slot *slots = realloc(table->slots, (size_t)length * sizeof *slots);
  if (slots == NULL) return -ENOMEM;
  table->slots = slots;
  for (int32_t index = table->length; index < length; index += 1) {
    slots[index].generation = 0;
    release_slot(table, index);
  }
  table->length = length;
  return 0;
}

// Takes a descriptor over and answers its id; closes it when there is no room.
int32_t add_socket(struct instance *instance, int descriptor) {
  struct socket_table *table = &instance->sockets;
  int32_t failure = table->first_free < 0 ? grow(table) : 0;
  if (failure < 0) {
    close(descriptor);
    return failure;
  }
  int32_t index = table->first_free;
  struct socket_slot *slot = &table->slots[index];
  table->first_free = slot->next_free;
  slot->descriptor = descriptor;
  return slot->generation << SLOT_BITS | index;
}

// NULL when the id names no socket that is open. The pointer holds until a socket is added.
struct socket_slot *find_socket(struct instance *instance, int32_t id) {
  struct socket_table *table = &instance->sockets;
  int32_t index = id & (SLOTS_MAX - 1);
  if (id < 0 || index >= table->length) return NULL;
  struct socket_slot *slot = &table->slots[index];
  return slot->descriptor >= 0 && slot->generation == id >> SLOT_BITS ? slot : NULL;
}

// Closes a socket, and its watcher first: libuv must not poll a descriptor that may already be another
// file's.
int32_t remove_socket(struct instance *instance, int32_t id) {
  struct socket_slot *slot = find_socket(instance, id);
  if (slot == NULL) return -EBADF;
  int descriptor = slot->descriptor;
  if (slot->watcher != NULL) close_watcher(slot->watcher);
  release_slot(&instance->sockets, id & (SLOTS_MAX - 1));
  int32_t result = answer(close(descriptor));
  // The descriptor is gone all the same; closing again could close another file's.
  return result == -EINTR ? 0 : result;
}

void remove_all_sockets(struct instance *instance) {
  struct socket_table *table = &instance->sockets;
  for (int32_t index = 0; index < table->length; index += 1) {
    if (table->slots[index].descriptor >= 0) {
      remove_socket(instance, table->slots[index].generation << SLOT_BITS | index);
    }
  }
  free(table->slots);
  *table = (struct socket_table){.first_free = -1};
}
