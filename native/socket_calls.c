// The calls of POSIX that concern one socket and no message.

#include "addon.h"

// Whoever forks and executes a program must not hand it our sockets, and no call may wait.
#define SOCKET_FLAGS (SOCK_NONBLOCK | SOCK_CLOEXEC)

typedef int (*name_call)(int descriptor, struct sockaddr *address, socklen_t *length);

int32_t call_socket(struct arguments *arguments) {
  int32_t domain = take_integer(arguments);
  int32_t type = take_integer(arguments);
  int32_t protocol = take_integer(arguments);
  if (arguments->refusal < 0) return arguments->refusal;
  int descriptor = socket(domain, type | SOCKET_FLAGS, protocol);
  return descriptor < 0 ? -errno : add_socket(arguments->instance, descriptor);
}

int32_t call_close(struct arguments *arguments) {
  int32_t id = take_integer(arguments);
  return arguments->refusal < 0 ? arguments->refusal : remove_socket(arguments->instance, id);
}

int32_t call_bind(struct arguments *arguments) {
  int descriptor = take_socket(arguments);
  struct bytes address = take_bytes(arguments);
  if (arguments->refusal < 0) return arguments->refusal;
  return answer(bind(descriptor, (struct sockaddr *)address.data, (socklen_t)address.length));
}

// Not repeated after a signal: POSIX lets an interrupted connect go on in the background, and a second one
// would fail.
int32_t call_connect(struct arguments *arguments) {
  int descriptor = take_socket(arguments);
  struct bytes address = take_bytes(arguments);
  if (arguments->refusal < 0) return arguments->refusal;
  int32_t result = answer(connect(descriptor, (struct sockaddr *)address.data, (socklen_t)address.length));
  return result == -EINTR ? -EINPROGRESS : result;
}

int32_t call_listen(struct arguments *arguments) {
  int descriptor = take_socket(arguments);
  int32_t backlog = take_integer(arguments);
  if (arguments->refusal < 0) return arguments->refusal;
  return answer(listen(descriptor, backlog));
}

int32_t call_accept(struct arguments *arguments) {
  int descriptor = take_socket(arguments);
  struct bytes address = take_bytes(arguments);
  if (arguments->refusal < 0) return arguments->refusal;
  // Its length is not answered, so it must never be cut short: the family in it tells where it ends.
  if (address.length < sizeof(struct sockaddr_storage)) return -EINVAL;
  int accepted;
  socklen_t length = (socklen_t)address.length;
  UNINTERRUPTED(accepted, accept4(descriptor, (struct sockaddr *)address.data, &length, SOCKET_FLAGS));
  return accepted < 0 ? -errno : add_socket(arguments->instance, accepted);
}

int32_t call_shutdown(struct arguments *arguments) {
  int descriptor = take_socket(arguments);
  int32_t how = take_integer(arguments);
  if (arguments->refusal < 0) return arguments->refusal;
  return answer(shutdown(descriptor, how));
}

static int32_t ask_name(struct arguments *arguments, name_call call) {
  int descriptor = take_socket(arguments);
  struct bytes address = take_bytes(arguments);
  if (arguments->refusal < 0) return arguments->refusal;
  socklen_t length = (socklen_t)address.length;
  int result = call(descriptor, (struct sockaddr *)address.data, &length);
  return result < 0 ? -errno : (int32_t)length;
}

int32_t call_getsockname(struct arguments *arguments) { return ask_name(arguments, getsockname); }

int32_t call_getpeername(struct arguments *arguments) { return ask_name(arguments, getpeername); }

// Whether an option's length does not count bytes, so that its value could end beyond the buffer. Linux
// counts the instructions of a packet filter there.
static bool counts_no_bytes(int32_t level, int32_t name) {
#ifdef SO_GET_FILTER
  return level == SOL_SOCKET && name == SO_GET_FILTER;
#else
  (void)level;
  (void)name;
  return false;
#endif
}

int32_t call_getsockopt(struct arguments *arguments) {
  int descriptor = take_socket(arguments);
  int32_t level = take_integer(arguments);
  int32_t name = take_integer(arguments);
  struct bytes value = take_bytes(arguments);
  if (arguments->refusal < 0) return arguments->refusal;
  if (counts_no_bytes(level, name)) return -EOPNOTSUPP;
  socklen_t length = (socklen_t)value.length;
  int result = getsockopt(descriptor, level, name, value.data, &length);
  return result < 0 ? -errno : (int32_t)length;
}

int32_t call_setsockopt(struct arguments *arguments) {
  int descriptor = take_socket(arguments);
  int32_t level = take_integer(arguments);
  int32_t name = take_integer(arguments);
  struct bytes value = take_bytes(arguments);
  if (arguments->refusal < 0) return arguments->refusal;
  return answer(setsockopt(descriptor, level, name, value.data, (socklen_t)value.length));
}
