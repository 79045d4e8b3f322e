// What the files of the addon share: an environment's state, its table of sockets, and how a call reads its
// arguments.

#ifndef SCTPKIT_ADDON_H
#define SCTPKIT_ADDON_H

// accept4, sendmmsg and recvmmsg are no POSIX.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#define NAPI_VERSION 8

#include <errno.h>
#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <uv.h>

#include "batch/crc32c.h"

// The most messages of one sendmmsg or recvmmsg, and the most pieces of one message. Linux takes no more of
// either.
#define BATCH_MAX 1024
#define ARGUMENTS_MAX 6

struct watcher;

// One slot of the table of sockets.
struct socket_slot {
  int descriptor;           // -1 while the slot is free
  int32_t generation;       // part of the id, so that the id of a closed socket does not name its successor
  int32_t next_free;        // the free slot after this one, or -1
  struct watcher *watcher;  // NULL until the socket is polled for the first time
};

// Slots are reused in the order in which they became free, so that a stale id stays stale for as long as
// possible.
struct socket_table {
  struct socket_slot *slots;
  int32_t length;
  int32_t first_free;  // -1: none is free
  int32_t last_free;
};

// Room for the ancillary data of one message of a batch of packets: one integer, and what else there may be.
struct batch_control {
  _Alignas(struct cmsghdr) uint8_t bytes[64];
};

// Everything that one environment (a main thread, a worker) has. There are no statics.
struct instance {
  napi_env env;
  uv_loop_t *loop;
  napi_async_cleanup_hook_handle cleanup;
  napi_async_context context;  // what onReady runs in, for async_hooks
  napi_ref on_ready;           // NULL until there is a callback
  uv_async_t hold;             // never sent: referenced, it holds the event loop
  uv_prepare_t awake;          // runs before each sleep of the event loop, while it is not to sleep
  uint64_t awake_until;        // when it may again, by uv_hrtime
  size_t open_handles;         // of libuv, those included that are closing
  struct socket_table sockets;
  // Scratch of one call. Nothing of JavaScript runs while it is in use.
  struct iovec pieces[BATCH_MAX];
  struct mmsghdr messages[BATCH_MAX];
  struct batch_control controls[BATCH_MAX];
  struct crc32c crc32c;
};

// A view of JavaScript's memory, at most INT32_MAX bytes long, so that every length fits the system's types.
struct bytes {
  uint8_t *data;
  size_t length;
};

struct integers {
  int32_t *data;
  size_t length;
};

// The arguments of one call. They are taken in their order; the first that does not fit sets `refusal`, which
// the call answers after it has taken all. What is taken in spite of a refusal is empty, and is not used.
struct arguments {
  struct instance *instance;
  napi_value values[ARGUMENTS_MAX];  // undefined beyond what JavaScript gave
  size_t taken;
  int32_t refusal;  // 0, -EINVAL or -EBADF
};

// A call answers 0 or more, or a negative errno.
typedef int32_t (*addon_call)(struct arguments *arguments);

// addon.c: arguments and answers
napi_value take_value(struct arguments *arguments);
int32_t take_integer(struct arguments *arguments);
int32_t take_association(struct arguments *arguments);
bool take_boolean(struct arguments *arguments);
struct bytes take_bytes(struct arguments *arguments);
struct bytes take_optional_bytes(struct arguments *arguments);
struct integers take_integers(struct arguments *arguments);
int take_socket(struct arguments *arguments);
struct bytes bytes_of(struct arguments *arguments, napi_value value);

// What a system call answered: its result, or the negative errno.
static inline int32_t answer(long result) { return result < 0 ? -errno : (int32_t)result; }

// Repeats a system call that a signal interrupted. What does not wait is seldom interrupted, but the pages of
// a message may have to be fetched.
#define UNINTERRUPTED(result, call)  \
  do {                               \
    result = (call);                 \
  } while (result < 0 && errno == EINTR)

// socket_table.c
int32_t add_socket(struct instance *instance, int descriptor);
struct socket_slot *find_socket(struct instance *instance, int32_t id);
int32_t remove_socket(struct instance *instance, int32_t id);
void remove_all_sockets(struct instance *instance);

// poll.c
int32_t open_polling(struct instance *instance);
void close_polling(struct instance *instance);
void close_watcher(struct watcher *watcher);
int32_t call_poll(struct arguments *arguments);
int32_t call_on_ready(struct arguments *arguments);
int32_t call_hold(struct arguments *arguments);
int32_t call_stay_awake(struct arguments *arguments);

// socket_calls.c
int32_t call_socket(struct arguments *arguments);
int32_t call_close(struct arguments *arguments);
int32_t call_bind(struct arguments *arguments);
int32_t call_connect(struct arguments *arguments);
int32_t call_listen(struct arguments *arguments);
int32_t call_accept(struct arguments *arguments);
int32_t call_shutdown(struct arguments *arguments);
int32_t call_getsockname(struct arguments *arguments);
int32_t call_getpeername(struct arguments *arguments);
int32_t call_getsockopt(struct arguments *arguments);
int32_t call_setsockopt(struct arguments *arguments);

// address_calls.c
int32_t call_bindx(struct arguments *arguments);
int32_t call_connectx(struct arguments *arguments);
int32_t call_peeloff(struct arguments *arguments);
int32_t call_getladdrs(struct arguments *arguments);
int32_t call_getpaddrs(struct arguments *arguments);
size_t address_bytes(sa_family_t family);

// message_calls.c
bool find_region(struct bytes slab, int32_t offset, int32_t length, struct bytes *region);
int send_messages(int descriptor, struct mmsghdr *messages, int32_t count, int32_t flags);
int32_t call_sendmsg(struct arguments *arguments);
int32_t call_recvmsg(struct arguments *arguments);
int32_t call_sendmmsg(struct arguments *arguments);
int32_t call_recvmmsg(struct arguments *arguments);

// batch/
int32_t call_send_batch(struct arguments *arguments);
int32_t call_receive_batch(struct arguments *arguments);

#endif
