// The calls of RFC 6458 §9 that concern several addresses, or one association of a socket. Linux has them as
// socket options, which libsctp merely dresses up; FreeBSD has them in its C library.

#include "addon.h"

#include <netinet/in.h>
#include <string.h>

#ifdef __linux__
#include <linux/sctp.h>
#else
#include <fcntl.h>
#include <netinet/sctp.h>
#include <unistd.h>
#endif

// How long the addresses of a family are; 0 for one that has no place here.
size_t address_bytes(sa_family_t family) {
  if (family == AF_INET) return sizeof(struct sockaddr_in);
  if (family == AF_INET6) return sizeof(struct sockaddr_in6);
  return 0;
}

// How long this many packed addresses are; 0 when they are not all there, or when there are none.
static size_t packed_bytes(struct bytes addresses, int32_t count) {
  size_t offset = 0;
  for (int32_t index = 0; index < count; index += 1) {
    // Copied, because a packed address may stand at an odd place.
    struct sockaddr header;
    if (addresses.length - offset < sizeof header) return 0;
    memcpy(&header, addresses.data + offset, sizeof header);
    size_t length = address_bytes(header.sa_family);
    if (length == 0 || addresses.length - offset < length) return 0;
    offset += length;
  }
  return offset;
}

#ifdef __linux__

static int32_t bind_addresses(int descriptor, struct bytes addresses, int32_t count, int32_t flags) {
  (void)count;
  int option = flags == SCTP_BINDX_ADD_ADDR ? SCTP_SOCKOPT_BINDX_ADD : SCTP_SOCKOPT_BINDX_REM;
  return answer(setsockopt(descriptor, IPPROTO_SCTP, option, addresses.data, (socklen_t)addresses.length));
}

static int32_t connect_addresses(int descriptor, struct bytes addresses, int32_t count,
                                 int32_t *association) {
  (void)count;
  struct sctp_getaddrs_old request = {
      // The option takes their length where the field's name speaks of their number.
      .addr_num = (int)addresses.length,
      .addrs = (struct sockaddr *)addresses.data,
  };
  socklen_t length = sizeof request;
  int32_t result = answer(getsockopt(descriptor, IPPROTO_SCTP, SCTP_SOCKOPT_CONNECTX3, &request, &length));
  if (result == 0 || result == -EINPROGRESS) *association = request.assoc_id;
  return result;
}

static int32_t peel_off(int descriptor, int32_t association) {
  sctp_peeloff_flags_arg_t request = {
      .p_arg = {.associd = association},
      .flags = SOCK_NONBLOCK | SOCK_CLOEXEC,
  };
  socklen_t length = sizeof request;
  int result = getsockopt(descriptor, IPPROTO_SCTP, SCTP_SOCKOPT_PEELOFF_FLAGS, &request, &length);
  return result < 0 ? -errno : request.p_arg.sd;
}

// The kernel puts a header before the addresses. Both go into the caller's buffer, and the header is then
// closed up.
static int32_t list_addresses(int descriptor, int option, int32_t association, struct bytes addresses) {
  struct sctp_getaddrs header = {.assoc_id = association};
  if (addresses.length < sizeof header) return -ENOMEM;
  memcpy(addresses.data, &header, sizeof header);
  socklen_t length = (socklen_t)addresses.length;
  if (getsockopt(descriptor, IPPROTO_SCTP, option, addresses.data, &length) < 0) return -errno;
  memcpy(&header, addresses.data, sizeof header);
  // All that could be there: SCTP_GET_LOCAL_ADDRS answers the length without the header, SCTP_GET_PEER_ADDRS
  // with it.
  memmove(addresses.data, addresses.data + sizeof header, addresses.length - sizeof header);
  return (int32_t)header.addr_num;
}

static int32_t list_local(int descriptor, int32_t association, struct bytes addresses) {
  return list_addresses(descriptor, SCTP_GET_LOCAL_ADDRS, association, addresses);
}

static int32_t list_peer(int descriptor, int32_t association, struct bytes addresses) {
  return list_addresses(descriptor, SCTP_GET_PEER_ADDRS, association, addresses);
}

#else

static int32_t bind_addresses(int descriptor, struct bytes addresses, int32_t count, int32_t flags) {
  return answer(sctp_bindx(descriptor, (struct sockaddr *)addresses.data, count, flags));
}

static int32_t connect_addresses(int descriptor, struct bytes addresses, int32_t count,
                                 int32_t *association) {
  sctp_assoc_t id = 0;
  int32_t result = answer(sctp_connectx(descriptor, (struct sockaddr *)addresses.data, count, &id));
  if (result == 0 || result == -EINPROGRESS) *association = (int32_t)id;
  return result;
}

// The flags of the descriptor are not inherited.
static int32_t peel_off(int descriptor, int32_t association) {
  int peeled = sctp_peeloff(descriptor, (sctp_assoc_t)association);
  if (peeled < 0) return -errno;
  if (fcntl(peeled, F_SETFD, FD_CLOEXEC) == 0 && fcntl(peeled, F_SETFL, O_NONBLOCK) == 0) return peeled;
  int32_t failure = -errno;
  close(peeled);
  return failure;
}

// Moves what the library has allocated into the caller's buffer.
static int32_t copy_addresses(const struct sockaddr *listed, int32_t count, struct bytes addresses) {
  const uint8_t *bytes = (const uint8_t *)listed;
  size_t length = packed_bytes((struct bytes){(uint8_t *)listed, SIZE_MAX}, count);
  if (length > addresses.length) return -ENOBUFS;
  memcpy(addresses.data, bytes, length);
  return count;
}

static int32_t list_local(int descriptor, int32_t association, struct bytes addresses) {
  struct sockaddr *listed = NULL;
  int count = sctp_getladdrs(descriptor, (sctp_assoc_t)association, &listed);
  if (count <= 0) return answer(count);
  int32_t result = copy_addresses(listed, count, addresses);
  sctp_freeladdrs(listed);
  return result;
}

static int32_t list_peer(int descriptor, int32_t association, struct bytes addresses) {
  struct sockaddr *listed = NULL;
  int count = sctp_getpaddrs(descriptor, (sctp_assoc_t)association, &listed);
  if (count <= 0) return answer(count);
  int32_t result = copy_addresses(listed, count, addresses);
  sctp_freepaddrs(listed);
  return result;
}

#endif

int32_t call_bindx(struct arguments *arguments) {
  int descriptor = take_socket(arguments);
  struct bytes addresses = take_bytes(arguments);
  int32_t count = take_integer(arguments);
  int32_t flags = take_integer(arguments);
  if (arguments->refusal < 0) return arguments->refusal;
  addresses.length = packed_bytes(addresses, count);
  if (addresses.length == 0) return -EINVAL;
  if (flags != SCTP_BINDX_ADD_ADDR && flags != SCTP_BINDX_REM_ADDR) return -EINVAL;
  return bind_addresses(descriptor, addresses, count, flags);
}

int32_t call_connectx(struct arguments *arguments) {
  int descriptor = take_socket(arguments);
  struct bytes addresses = take_bytes(arguments);
  int32_t count = take_integer(arguments);
  struct integers association = take_integers(arguments);
  if (arguments->refusal < 0) return arguments->refusal;
  addresses.length = packed_bytes(addresses, count);
  if (addresses.length == 0 || association.length == 0) return -EINVAL;
  return connect_addresses(descriptor, addresses, count, association.data);
}

int32_t call_peeloff(struct arguments *arguments) {
  int descriptor = take_socket(arguments);
  int32_t association = take_association(arguments);
  if (arguments->refusal < 0) return arguments->refusal;
  int32_t peeled = peel_off(descriptor, association);
  return peeled < 0 ? peeled : add_socket(arguments->instance, peeled);
}

int32_t call_getladdrs(struct arguments *arguments) {
  int descriptor = take_socket(arguments);
  int32_t association = take_association(arguments);
  struct bytes addresses = take_bytes(arguments);
  if (arguments->refusal < 0) return arguments->refusal;
  return list_local(descriptor, association, addresses);
}

int32_t call_getpaddrs(struct arguments *arguments) {
  int descriptor = take_socket(arguments);
  int32_t association = take_association(arguments);
  struct bytes addresses = take_bytes(arguments);
  if (arguments->refusal < 0) return arguments->refusal;
  return list_peer(descriptor, association, addresses);
}
