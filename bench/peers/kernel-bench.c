/*
 * What the kernel's SCTP costs a plain C program, for the bench of the kernel provider: one-to-one sockets on loopback,
 * blocking calls, one sendmsg or recvmsg for each message. bench/kernel-peer.ts does the same through sctpkit: the same
 * roles, arguments, options and results.
 *
 *   kernel-bench receive|send PORT MESSAGE_BYTES MESSAGES WARM_UP_MESSAGES
 *
 * "receive" listens and prints "ready". It counts every byte, and times the MESSAGES that follow WARM_UP_MESSAGES. The
 * clock is read twice and never in the loop: under user-mode Linux reading it is a system call like any other.
 *
 * Only the kernel's own headers are needed, not libsctp.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/sctp.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER_BYTES = 1 << 20 };

static char buffer[BUFFER_BYTES];

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void fail(const char *what) {
  fprintf(stderr, "kernel-bench: %s: %s\n", what, strerror(errno));
  exit(1);
}

static struct sockaddr_in loopback(int port) {
  struct sockaddr_in address;
  memset(&address, 0, sizeof(address));
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons((uint16_t)port);
  return address;
}

static int open_socket(void) {
  const int on = 1;
  const int descriptor = socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP);
  if (descriptor < 0) fail("socket");
  if (setsockopt(descriptor, IPPROTO_SCTP, SCTP_NODELAY, &on, sizeof(on)) < 0) fail("SCTP_NODELAY");
  if (setsockopt(descriptor, IPPROTO_SCTP, SCTP_RECVRCVINFO, &on, sizeof(on)) < 0) fail("SCTP_RECVRCVINFO");
  return descriptor;
}

static int accept_one(int port) {
  const int listening = open_socket();
  struct sockaddr_in local = loopback(port);
  if (bind(listening, (struct sockaddr *)&local, sizeof(local)) < 0) fail("bind");
  if (listen(listening, 1) < 0) fail("listen");
  puts("ready");
  fflush(stdout);
  const int accepted = accept(listening, NULL, NULL);
  if (accepted < 0) fail("accept");
  close(listening);
  return accepted;
}

/* RFC 6458, Section 4.1.8, with the struct sctp_rcvinfo of Section 5.3.5 beside the bytes. */
static ssize_t receive_some(int descriptor, int *flags) {
  struct sockaddr_in from;
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(struct sctp_rcvinfo))];
  } control;
  struct iovec part = {.iov_base = buffer, .iov_len = sizeof(buffer)};
  struct msghdr message = {.msg_name = &from,
                           .msg_namelen = sizeof(from),
                           .msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = sizeof(control)};
  const ssize_t length = recvmsg(descriptor, &message, 0);
  *flags = message.msg_flags;
  return length;
}

static void receive_all(int descriptor, unsigned long wanted, unsigned long warm_up) {
  unsigned long long bytes = 0;
  unsigned long messages = 0;
  double first = 0, last = 0;
  for (;;) {
    int flags;
    const ssize_t length = receive_some(descriptor, &flags);
    if (length < 0) fail("recvmsg");
    if (length == 0) break;
    bytes += (unsigned long long)length;
    if (!(flags & MSG_EOR)) continue;
    messages++;
    if (messages == warm_up) first = now();
    if (messages == warm_up + wanted) last = now();
  }
  printf("{\"messages\":%lu,\"bytes\":%llu,\"seconds\":%.6f}\n", messages, bytes, last - first);
}

/* RFC 6458, Section 4.1.8, with the struct sctp_sndinfo of Section 5.3.4 beside the bytes. */
static void send_all(int descriptor, size_t length, unsigned long messages) {
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(struct sctp_sndinfo))];
  } control;
  memset(&control, 0, sizeof(control));
  control.header.cmsg_level = IPPROTO_SCTP;
  control.header.cmsg_type = SCTP_SNDINFO;
  control.header.cmsg_len = CMSG_LEN(sizeof(struct sctp_sndinfo));
  struct iovec part = {.iov_base = buffer, .iov_len = length};
  const struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
  for (unsigned long sent = 0; sent < messages; sent++)
    if (sendmsg(descriptor, &message, 0) != (ssize_t)length) fail("sendmsg");
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "usage: kernel-bench receive|send PORT MESSAGE_BYTES MESSAGES WARM_UP_MESSAGES\n");
    return 2;
  }
  const int port = atoi(argv[2]);
  const size_t length = strtoul(argv[3], NULL, 10);
  const unsigned long messages = strtoul(argv[4], NULL, 10);
  const unsigned long warm_up = strtoul(argv[5], NULL, 10);
  if (length < 1 || length > BUFFER_BYTES) {
    fprintf(stderr, "kernel-bench: %s bytes do not fit\n", argv[3]);
    return 2;
  }
  if (strcmp(argv[1], "receive") == 0) {
    const int descriptor = accept_one(port);
    receive_all(descriptor, messages, warm_up);
    close(descriptor);
    return 0;
  }
  const int descriptor = open_socket();
  struct sockaddr_in peer = loopback(port);
  if (connect(descriptor, (struct sockaddr *)&peer, sizeof(peer)) < 0) fail("connect");
  send_all(descriptor, length, warm_up + messages);
  close(descriptor);
  return 0;
}
