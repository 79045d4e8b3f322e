/*
 * Drives usrsctp for the bench, in the way in which bench/our-peer.ts drives our own stack: the same roles, arguments
 * and results, so that the two can stand side by side.
 *
 *   usrsctp-bench receive|send|echo|ping LOCAL_UDP_PORT REMOTE_UDP_PORT MESSAGE_BYTES SECONDS
 *   usrsctp-bench accept|connect LOCAL_UDP_PORT REMOTE_UDP_PORT ASSOCIATIONS OUTSTANDING
 *
 * "connect" sets up so many associations, each on a socket of its own, with so many handshakes under way at a
 * time. "receive", "echo" and "accept" listen. Each role prints "ready" when it may be connected to (or has
 * connected), and one line of JSON at its end. Loopback, RFC 6951 encapsulation, an MTU of 1500 bytes, 1 MiB of
 * socket buffers, checksums on.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <usrsctp.h>

enum {
  SCTP_PORT = 5001,
  MTU_BYTES = 1500,
  SOCKET_BUFFER_BYTES = 1 << 20,
  BUFFER_BYTES = 1 << 20,
  BACKLOG = 1024,
  WARM_UP_ROUND_TRIPS = 500,
  ROUND_TRIPS_MAX = 4 << 20,
};

static char buffer[BUFFER_BYTES];

static double seconds_of(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static double now(void) { return seconds_of(CLOCK_MONOTONIC); }

/* Of all threads: usrsctp has some of its own. */
static double cpu_time(void) { return seconds_of(CLOCK_PROCESS_CPUTIME_ID); }

static void fail(const char *what) {
  fprintf(stderr, "usrsctp-bench: %s: %s\n", what, strerror(errno));
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

static void set_path_mtu(struct socket *socket, const struct sockaddr_in *peer) {
  struct sctp_paddrparams parameters;
  memset(&parameters, 0, sizeof(parameters));
  if (peer == NULL)
    parameters.spp_address.ss_family = AF_INET;
  else
    memcpy(&parameters.spp_address, peer, sizeof(*peer));
  parameters.spp_pathmtu = MTU_BYTES;
  parameters.spp_flags = SPP_PMTUD_DISABLE;
  if (usrsctp_setsockopt(socket, IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, &parameters, sizeof(parameters)) < 0)
    fail("SCTP_PEER_ADDR_PARAMS");
}

static void set_no_delay(struct socket *socket) {
  const int on = 1;
  if (usrsctp_setsockopt(socket, IPPROTO_SCTP, SCTP_NODELAY, &on, sizeof(on)) < 0) fail("SCTP_NODELAY");
}

static struct socket *open_socket(int remote_udp_port, int is_listening) {
  struct socket *socket = usrsctp_socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP, NULL, NULL, 0, NULL);
  if (socket == NULL) fail("socket");
  const int size = SOCKET_BUFFER_BYTES;
  if (usrsctp_setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)) < 0) fail("SO_SNDBUF");
  if (usrsctp_setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) < 0) fail("SO_RCVBUF");
  struct sctp_udpencaps encapsulation;
  memset(&encapsulation, 0, sizeof(encapsulation));
  encapsulation.sue_address.ss_family = AF_INET;
  encapsulation.sue_port = htons((uint16_t)remote_udp_port);
  if (usrsctp_setsockopt(socket, IPPROTO_SCTP, SCTP_REMOTE_UDP_ENCAPS_PORT, &encapsulation,
                         sizeof(encapsulation)) < 0)
    fail("SCTP_REMOTE_UDP_ENCAPS_PORT");
  set_path_mtu(socket, NULL);
  struct sockaddr_in local = loopback(is_listening ? SCTP_PORT : 0);
  if (usrsctp_bind(socket, (struct sockaddr *)&local, sizeof(local)) < 0) fail("bind");
  return socket;
}

static struct socket *accept_one(struct socket *listening) {
  struct socket *accepted = usrsctp_accept(listening, NULL, NULL);
  if (accepted == NULL) fail("accept");
  return accepted;
}

static void connect_to_peer(struct socket *socket) {
  struct sockaddr_in peer = loopback(SCTP_PORT);
  if (usrsctp_connect(socket, (struct sockaddr *)&peer, sizeof(peer)) < 0) fail("connect");
  set_path_mtu(socket, &peer);
  say_ready();
}

static ssize_t receive_some(struct socket *socket, int *flags) {
  struct sockaddr_in from;
  struct sctp_rcvinfo info;
  socklen_t from_length = sizeof(from), info_length = sizeof(info);
  unsigned int info_type = 0;
  *flags = 0;
  return usrsctp_recvv(socket, buffer, sizeof(buffer), (struct sockaddr *)&from, &from_length, &info, &info_length,
                       &info_type, flags);
}

static ssize_t send_message(struct socket *socket, size_t length) {
  struct sctp_sndinfo info;
  memset(&info, 0, sizeof(info));
  return usrsctp_sendv(socket, buffer, length, NULL, 0, &info, sizeof(info), SCTP_SENDV_SNDINFO, 0);
}

static void receive_all(struct socket *socket) {
  unsigned long long bytes = 0, messages = 0;
  double first = 0, last = 0, cpu_at_first = 0;
  for (;;) {
    int flags;
    const ssize_t length = receive_some(socket, &flags);
    if (length <= 0) break;
    last = now();
    if (first == 0) {
      first = last;
      cpu_at_first = cpu_time();
    }
    bytes += (unsigned long long)length;
    if (flags & MSG_EOR) messages++;
  }
  const double seconds = last - first;
  printf("{\"messages\":%llu,\"bytes\":%llu,\"seconds\":%.6f,\"cpuSeconds\":%.6f}\n", messages, bytes, seconds,
         cpu_time() - cpu_at_first);
}

static void send_for(struct socket *socket, size_t length, double seconds) {
  unsigned long long messages = 0;
  const double start = now(), cpu_at_start = cpu_time();
  while (now() - start < seconds) {
    if (send_message(socket, length) < 0) fail("send");
    messages++;
  }
  printf("{\"messages\":%llu,\"bytes\":%llu,\"seconds\":%.6f,\"cpuSeconds\":%.6f}\n", messages, messages * length,
         now() - start, cpu_time() - cpu_at_start);
}

static void echo_all(struct socket *socket) {
  int flags;
  ssize_t length;
  set_no_delay(socket);
  while ((length = receive_some(socket, &flags)) > 0)
    if (send_message(socket, (size_t)length) < 0) fail("send");
  puts("{}");
}

static int compare_doubles(const void *left, const void *right) {
  const double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

static void ping_for(struct socket *socket, size_t length, double seconds) {
  double *micros = malloc(ROUND_TRIPS_MAX * sizeof(double));
  if (micros == NULL) fail("malloc");
  set_no_delay(socket);
  size_t count = 0;
  double start = 0;
  for (long round_trip = -WARM_UP_ROUND_TRIPS; count < ROUND_TRIPS_MAX; round_trip++) {
    int flags;
    const double sent = now();
    if (round_trip == 0) start = sent;
    if (round_trip > 0 && sent - start >= seconds) break;
    if (send_message(socket, length) < 0) fail("send");
    if (receive_some(socket, &flags) <= 0) fail("receive");
    if (round_trip >= 0) micros[count++] = (now() - sent) * 1e6;
  }
  qsort(micros, count, sizeof(double), compare_doubles);
  printf("{\"roundTrips\":%zu,\"p50Micros\":%.2f,\"p99Micros\":%.2f}\n", count, micros[count / 2],
         micros[count * 99 / 100]);
  free(micros);
}

static void accept_many(struct socket *listening, long count) {
  double first = 0, cpu_at_first = 0;
  for (long accepted = 0; accepted < count; accepted++) {
    accept_one(listening);
    if (first != 0) continue;
    first = now();
    cpu_at_first = cpu_time();
  }
  printf("{\"associations\":%ld,\"seconds\":%.6f,\"cpuSeconds\":%.6f}\n", count, now() - first,
         cpu_time() - cpu_at_first);
}

/* An upcall may come more than once, and from a thread of usrsctp's. */
struct attempt {
  atomic_flag is_counted;
  atomic_bool has_failed;
};

static sem_t settled;

static void settle(struct socket *socket, void *argument, int flags) {
  struct attempt *attempt = argument;
  (void)flags;
  const int events = usrsctp_get_events(socket);
  if ((events & (SCTP_EVENT_WRITE | SCTP_EVENT_ERROR)) == 0) return;
  if (atomic_flag_test_and_set(&attempt->is_counted)) return;
  if (events & SCTP_EVENT_ERROR) atomic_store(&attempt->has_failed, 1);
  sem_post(&settled);
}

static void connect_many(int remote_udp_port, long count, long outstanding) {
  struct attempt *attempts = calloc((size_t)count, sizeof(*attempts));
  if (attempts == NULL || sem_init(&settled, 0, 0) < 0) fail("calloc");
  struct sockaddr_in peer = loopback(SCTP_PORT);
  const double start = now(), cpu_at_start = cpu_time();
  for (long begun = 0, done = 0; done < count; done++) {
    for (; begun < count && begun - done < outstanding; begun++) {
      struct socket *socket = open_socket(remote_udp_port, 0);
      usrsctp_set_non_blocking(socket, 1);
      usrsctp_set_upcall(socket, settle, &attempts[begun]);
      if (usrsctp_connect(socket, (struct sockaddr *)&peer, sizeof(peer)) < 0 && errno != EINPROGRESS)
        fail("connect");
    }
    while (sem_wait(&settled) < 0)
      if (errno != EINTR) fail("sem_wait");
  }
  const double seconds = now() - start;
  for (long index = 0; index < count; index++)
    if (atomic_load(&attempts[index].has_failed)) fail("an association was refused");
  printf("{\"associations\":%ld,\"seconds\":%.6f,\"cpuSeconds\":%.6f}\n", count, seconds,
         cpu_time() - cpu_at_start);
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "usage: usrsctp-bench ROLE LOCAL_UDP REMOTE_UDP MESSAGE_BYTES|ASSOCIATIONS SECONDS|OUTSTANDING\n");
    return 2;
  }
  const char *role = argv[1];
  const size_t length = strtoul(argv[4], NULL, 10);
  const double seconds = strtod(argv[5], NULL);
  const int is_set_up = strcmp(role, "accept") == 0 || strcmp(role, "connect") == 0;
  const int is_listening = strcmp(role, "receive") == 0 || strcmp(role, "echo") == 0 || strcmp(role, "accept") == 0;
  if (length < 1 || length > BUFFER_BYTES) {
    fprintf(stderr, "usrsctp-bench: %s bytes do not fit\n", argv[4]);
    return 2;
  }

  usrsctp_init((uint16_t)atoi(argv[2]), NULL, NULL);
  usrsctp_sysctl_set_sctp_no_csum_on_loopback(0);
  /* What does not belong to an association is not answered. */
  usrsctp_sysctl_set_sctp_blackhole(2);
  usrsctp_sysctl_set_sctp_sendspace(SOCKET_BUFFER_BYTES);
  usrsctp_sysctl_set_sctp_recvspace(SOCKET_BUFFER_BYTES);

  if (strcmp(role, "connect") == 0) {
    say_ready();
    connect_many(atoi(argv[3]), (long)length, (long)seconds);
    fflush(stdout);
    _exit(0);
  }
  struct socket *socket = open_socket(atoi(argv[3]), is_listening);
  if (is_listening) {
    if (usrsctp_listen(socket, is_set_up ? BACKLOG : 1) < 0) fail("listen");
    say_ready();
  }
  if (is_set_up) {
    accept_many(socket, (long)length);
    fflush(stdout);
    _exit(0);
  }
  struct socket *connected = socket;
  if (is_listening)
    connected = accept_one(socket);
  else
    connect_to_peer(socket);
  if (strcmp(role, "receive") == 0) receive_all(connected);
  if (strcmp(role, "send") == 0) send_for(connected, length, seconds);
  if (strcmp(role, "echo") == 0) echo_all(connected);
  if (strcmp(role, "ping") == 0) ping_for(connected, length, seconds);
  fflush(stdout);

  usrsctp_close(connected);
  if (connected != socket) usrsctp_close(socket);
  /* It answers -1 while an association is still being shut down. */
  for (int tries = 0; tries < 500 && usrsctp_finish() != 0; tries++) usleep(10000);
  return 0;
}
