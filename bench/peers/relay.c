/*
 * A link that loses packets, for the bench: whatever comes in on one of two UDP ports of the loopback interface leaves
 * from the other, later by a fixed time, but for a share of packets that a seeded generator picks, one by one, in both
 * directions.
 *
 *   relay NEAR_PORT NEAR_PEER_PORT FAR_PORT FAR_PEER_PORT LOSS_PER_MILLE DELAY_MS SEED
 *
 * It prints "ready", ends at SIGTERM, and then prints what it did as one line of JSON. Loss does not depend on timing:
 * the n-th packet of a direction meets the same fate in every run with the same seed.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum {
  BATCH = 32,
  PACKET_BYTES = 2048,
  /* What may be on the way in one direction; more is dropped, as a switch does, and counted apart. */
  QUEUE_PACKETS = 16384,
  SOCKET_BUFFER_BYTES = 4 << 20,
};

struct packet {
  double due;
  size_t length;
  char bytes[PACKET_BYTES];
};

/* From one port to the other. */
struct direction {
  int from, to;
  uint64_t random;
  struct packet *queue;
  unsigned long head, tail;
  unsigned long long forwarded, lost, overflowed;
};

static volatile sig_atomic_t is_over;

static void end(int signal) {
  (void)signal;
  is_over = 1;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void fail(const char *what) {
  fprintf(stderr, "relay: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int open_socket(const char *local_port, const char *remote_port) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0), size = SOCKET_BUFFER_BYTES;
  if (fd < 0) fail("socket");
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) < 0) fail("SO_RCVBUF");
  struct sockaddr_in address;
  memset(&address, 0, sizeof(address));
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons((uint16_t)atoi(local_port));
  if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0) fail("bind");
  address.sin_port = htons((uint16_t)atoi(remote_port));
  if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) fail("connect");
  return fd;
}

/* xorshift64*: small, and good enough to pick packets. */
static unsigned int per_mille(uint64_t *state) {
  *state ^= *state >> 12;
  *state ^= *state << 25;
  *state ^= *state >> 27;
  return (unsigned int)(((*state * 2685821657736338717ULL) >> 33) % 1000);
}

static struct direction open_direction(int from, int to, uint64_t seed) {
  struct direction direction = {.from = from, .to = to, .random = seed * 0x9e3779b97f4a7c15ULL | 1};
  direction.queue = malloc(QUEUE_PACKETS * sizeof(struct packet));
  if (direction.queue == NULL) fail("malloc");
  return direction;
}

static void take_in(struct direction *direction, unsigned int loss, double delay) {
  static char slots[BATCH][PACKET_BYTES];
  struct iovec pieces[BATCH];
  struct mmsghdr messages[BATCH];
  memset(messages, 0, sizeof(messages));
  for (int index = 0; index < BATCH; index++) {
    pieces[index] = (struct iovec){slots[index], PACKET_BYTES};
    messages[index].msg_hdr.msg_iov = &pieces[index];
    messages[index].msg_hdr.msg_iovlen = 1;
  }
  const int count = recvmmsg(direction->from, messages, BATCH, MSG_DONTWAIT, NULL);
  const double due = now() + delay;
  for (int index = 0; index < count; index++) {
    if (per_mille(&direction->random) < loss) {
      direction->lost++;
    } else if (direction->tail - direction->head == QUEUE_PACKETS) {
      direction->overflowed++;
    } else {
      struct packet *packet = &direction->queue[direction->tail++ % QUEUE_PACKETS];
      packet->due = due;
      packet->length = messages[index].msg_len;
      memcpy(packet->bytes, slots[index], packet->length);
    }
  }
}

static void let_out(struct direction *direction) {
  const double time = now();
  while (direction->head != direction->tail && direction->queue[direction->head % QUEUE_PACKETS].due <= time) {
    struct iovec pieces[BATCH];
    struct mmsghdr messages[BATCH];
    memset(messages, 0, sizeof(messages));
    unsigned int count = 0;
    for (; count < BATCH && direction->head + count != direction->tail; count++) {
      struct packet *packet = &direction->queue[(direction->head + count) % QUEUE_PACKETS];
      if (packet->due > time) break;
      pieces[count] = (struct iovec){packet->bytes, packet->length};
      messages[count].msg_hdr.msg_iov = &pieces[count];
      messages[count].msg_hdr.msg_iovlen = 1;
    }
    const int sent = sendmmsg(direction->to, messages, count, 0);
    /* A peer that has ended refuses packets: so much the better for whoever waits for the end. */
    const unsigned int done = sent > 0 ? (unsigned int)sent : 1;
    direction->head += done;
    direction->forwarded += done;
  }
}

/* How long poll may sleep: until the first packet is due. */
static struct timespec until_due(const struct direction directions[2]) {
  double wait = 0.2;
  for (int index = 0; index < 2; index++) {
    const struct direction *direction = &directions[index];
    if (direction->head == direction->tail) continue;
    const double due = direction->queue[direction->head % QUEUE_PACKETS].due - now();
    if (due < wait) wait = due < 0 ? 0 : due;
  }
  return (struct timespec){(time_t)wait, (long)((wait - (double)(time_t)wait) * 1e9)};
}

int main(int argc, char **argv) {
  if (argc != 8) {
    fprintf(stderr, "usage: relay NEAR_PORT NEAR_PEER_PORT FAR_PORT FAR_PEER_PORT LOSS_PER_MILLE DELAY_MS SEED\n");
    return 2;
  }
  const int near = open_socket(argv[1], argv[2]), far = open_socket(argv[3], argv[4]);
  const unsigned int loss = (unsigned int)atoi(argv[5]);
  const double delay = strtod(argv[6], NULL) / 1000;
  const uint64_t seed = strtoull(argv[7], NULL, 10);
  struct direction directions[2] = {open_direction(near, far, 2 * seed + 1), open_direction(far, near, 2 * seed + 2)};
  signal(SIGTERM, end);
  puts("ready");
  fflush(stdout);
  while (!is_over) {
    struct pollfd watched[2] = {{near, POLLIN, 0}, {far, POLLIN, 0}};
    const struct timespec wait = until_due(directions);
    if (ppoll(watched, 2, &wait, NULL) < 0 && errno != EINTR) fail("poll");
    for (int index = 0; index < 2; index++) {
      if (watched[index].revents != 0) take_in(&directions[index], loss, delay);
      let_out(&directions[index]);
    }
  }
  printf("{\"forwarded\":%llu,\"lost\":%llu,\"overflowed\":%llu}\n", directions[0].forwarded + directions[1].forwarded,
         directions[0].lost + directions[1].lost, directions[0].overflowed + directions[1].overflowed);
  return 0;
}
