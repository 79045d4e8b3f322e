/*
 * Bare UDP for the bench: what the system carries without any protocol on top. The same roles, arguments and results as
 * the other peers, and a way at the end.
 *
 *   udp-bench receive|send|echo|ping LOCAL_UDP_PORT REMOTE_UDP_PORT BYTES SECONDS plain|batched|segmented
 *
 * "plain" makes a system call for each packet, "batched" uses sendmmsg and recvmmsg, and "segmented" UDP_SEGMENT and
 * UDP_GRO besides. One way, packets have 1,500 bytes with all headers, whatever BYTES says; a round trip carries BYTES.
 * Nothing is acknowledged: the receiver counts what arrived.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

enum {
  PAYLOAD_BYTES = 1472,
  SEGMENTS = 44,
  BATCH = 64,
  SLOT_BYTES = 65536,
  DEFAULT_BUFFER_BYTES = 1 << 20,
  WARM_UP_ROUND_TRIPS = 500,
  ROUND_TRIPS_MAX = 4 << 20,
  /* Packets may be lost, the ones that say the end too. */
  FAREWELLS = 20,
  PATIENCE_SECONDS = 10,
};

static char slots[BATCH][SLOT_BYTES];
static struct iovec pieces[BATCH];
static struct mmsghdr messages[BATCH];

static double seconds_of(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static double now(void) { return seconds_of(CLOCK_MONOTONIC); }

static double cpu_time(void) { return seconds_of(CLOCK_PROCESS_CPUTIME_ID); }

static void fail(const char *what) {
  fprintf(stderr, "udp-bench: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void say_ready(void) {
  puts("ready");
  fflush(stdout);
}

static struct sockaddr_in loopback(int port) {
  struct sockaddr_in address;
  memset(&address, 0, sizeof(address));
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons((uint16_t)port);
  return address;
}

static int open_socket(int local_port, int remote_port) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) fail("socket");
  const char *asked = getenv("SCTPKIT_BENCH_UDP_BUFFER");
  const int size = asked == NULL ? DEFAULT_BUFFER_BYTES : atoi(asked);
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) < 0) fail("SO_RCVBUF");
  if (setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)) < 0) fail("SO_SNDBUF");
  const struct timeval patience = {PATIENCE_SECONDS, 0};
  if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0) fail("SO_RCVTIMEO");
  const struct sockaddr_in local = loopback(local_port), remote = loopback(remote_port);
  if (bind(fd, (const struct sockaddr *)&local, sizeof(local)) < 0) fail("bind");
  if (connect(fd, (const struct sockaddr *)&remote, sizeof(remote)) < 0) fail("connect");
  return fd;
}

static void prepare_batch(size_t length) {
  memset(messages, 0, sizeof(messages));
  for (int index = 0; index < BATCH; index++) {
    pieces[index].iov_base = slots[index];
    pieces[index].iov_len = length;
    messages[index].msg_hdr.msg_iov = &pieces[index];
    messages[index].msg_hdr.msg_iovlen = 1;
  }
}

static void print_one_way(unsigned long long bytes, double seconds, double cpu) {
  printf("{\"messages\":%llu,\"bytes\":%llu,\"seconds\":%.6f,\"cpuSeconds\":%.6f}\n", bytes / PAYLOAD_BYTES, bytes,
         seconds, cpu);
}

/* Answers how many messages came, and stops at the end. */
static int receive_some(int fd, int is_plain) {
  if (!is_plain) return recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, NULL);
  const ssize_t length = recv(fd, slots[0], SLOT_BYTES, 0);
  messages[0].msg_len = length < 0 ? 0 : (unsigned int)length;
  return length < 0 ? -1 : 1;
}

static void receive_all(int fd, const char *way) {
  const int on = 1;
  if (strcmp(way, "segmented") == 0 && setsockopt(fd, IPPROTO_UDP, UDP_GRO, &on, sizeof(on)) < 0) fail("UDP_GRO");
  prepare_batch(SLOT_BYTES);
  unsigned long long bytes = 0;
  double first = 0, last = 0, cpu_at_first = 0;
  for (int is_over = 0; !is_over;) {
    const int count = receive_some(fd, strcmp(way, "plain") == 0);
    if (count < 0) fail("receive");
    last = now();
    if (first == 0) {
      first = last;
      cpu_at_first = cpu_time();
    }
    for (int index = 0; index < count; index++) {
      if (messages[index].msg_len == 1) is_over = 1;
      else bytes += messages[index].msg_len;
    }
  }
  print_one_way(bytes, last - first, cpu_time() - cpu_at_first);
}

static void send_for(int fd, const char *way, double seconds) {
  const int is_plain = strcmp(way, "plain") == 0, is_segmented = strcmp(way, "segmented") == 0;
  const int payload = PAYLOAD_BYTES, none = 0;
  if (is_segmented && setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &payload, sizeof(payload)) < 0) fail("UDP_SEGMENT");
  prepare_batch(is_segmented ? PAYLOAD_BYTES * SEGMENTS : PAYLOAD_BYTES);
  unsigned long long bytes = 0;
  const double start = now(), cpu_at_start = cpu_time();
  while (now() - start < seconds) {
    const int count = is_plain ? 1 : is_segmented ? 4 : BATCH;
    const int sent = is_plain ? (send(fd, slots[0], PAYLOAD_BYTES, 0) < 0 ? -1 : 1) : sendmmsg(fd, messages, count, 0);
    if (sent < 0 && errno != EAGAIN && errno != ENOBUFS && errno != ECONNREFUSED) fail("send");
    if (sent > 0) bytes += (unsigned long long)sent * pieces[0].iov_len;
  }
  print_one_way(bytes, now() - start, cpu_time() - cpu_at_start);
  if (is_segmented && setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &none, sizeof(none)) < 0) fail("UDP_SEGMENT");
  for (int farewell = 0; farewell < FAREWELLS; farewell++) {
    const struct timespec pause = {0, 10000000};
    nanosleep(&pause, NULL);
    if (send(fd, slots[0], 1, 0) < 0) break;
  }
}

static void echo_all(int fd) {
  for (;;) {
    const ssize_t length = recv(fd, slots[0], SLOT_BYTES, 0);
    if (length < 0) fail("receive");
    if (length == 1) break;
    if (send(fd, slots[0], (size_t)length, 0) < 0) fail("send");
  }
  puts("{}");
}

static int compare_doubles(const void *left, const void *right) {
  const double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

static void ping_for(int fd, size_t length, double seconds) {
  double *micros = malloc(ROUND_TRIPS_MAX * sizeof(double));
  if (micros == NULL) fail("malloc");
  size_t count = 0;
  double start = 0;
  for (long round_trip = -WARM_UP_ROUND_TRIPS; count < ROUND_TRIPS_MAX; round_trip++) {
    const double sent = now();
    if (round_trip == 0) start = sent;
    if (round_trip > 0 && sent - start >= seconds) break;
    if (send(fd, slots[0], length, 0) < 0) fail("send");
    if (recv(fd, slots[1], SLOT_BYTES, 0) < 0) fail("receive");
    if (round_trip >= 0) micros[count++] = (now() - sent) * 1e6;
  }
  if (send(fd, slots[0], 1, 0) < 0) fail("send");
  qsort(micros, count, sizeof(double), compare_doubles);
  printf("{\"roundTrips\":%zu,\"p50Micros\":%.2f,\"p99Micros\":%.2f}\n", count, micros[count / 2],
         micros[count * 99 / 100]);
  free(micros);
}

int main(int argc, char **argv) {
  if (argc != 7) {
    fprintf(stderr, "usage: udp-bench receive|send|echo|ping LOCAL REMOTE BYTES SECONDS plain|batched|segmented\n");
    return 2;
  }
  const char *role = argv[1], *way = argv[6];
  const size_t length = strtoul(argv[4], NULL, 10);
  const double seconds = strtod(argv[5], NULL);
  const int fd = open_socket(atoi(argv[2]), atoi(argv[3]));
  say_ready();
  if (strcmp(role, "receive") == 0) receive_all(fd, way);
  if (strcmp(role, "send") == 0) send_for(fd, way, seconds);
  if (strcmp(role, "echo") == 0) echo_all(fd);
  if (strcmp(role, "ping") == 0) ping_for(fd, length, seconds);
  return 0;
}
