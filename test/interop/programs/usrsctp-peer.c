/*
 * One end of an association of usrsctp in which messages need not all arrive (RFC 3758, RFC 7496), and both ends may
 * want the other's to be authenticated (RFC 4895): what usrsctp's own example programs never do.
 *
 *   usrsctp-peer [-k KEY] client|server LOCAL_UDP_PORT REMOTE_UDP_PORT SCTP_PORT [MESSAGES POLICY...]
 *
 * A server prints "ready" when it may be connected to. With MESSAGES it sends as many, which take the policies in turn
 * ("reliable", "ttl:50", "rtx:0"), and ends the association gracefully; without, it receives until the peer does that.
 * It prints "received N" for a message that has come, "given up N" for one that usrsctp reports as failed, and "ended"
 * after a graceful end; then it waits for the end of its input, for the peer may not have heard of the end yet. It
 * stops with a complaint and status 1 when anything else happens. Both ends know what message N is: its bytes, its
 * stream, and its payload protocol identifier, which is N. With a KEY, whose number is 1, it wants DATA and FORWARD TSN
 * authenticated, and authenticates with it what the peer wants authenticated. Loopback, RFC 6951 encapsulation.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <usrsctp.h>

enum {
  CHUNK_DATA = 0,
  CHUNK_FORWARD_TSN = 192,
  KEY_NUMBER = 1,
  STREAMS = 10,
  MESSAGE_BYTES_MAX = 4000,
  SEND_BUFFER_BYTES = 1 << 16,
  /* What is given up is reported with its bytes, and nobody reads that before everything has been sent. */
  RECEIVE_BUFFER_BYTES = 1 << 21,
  RTO_INITIAL_MS = 200,
  RTO_MIN_MS = 100,
  RTO_MAX_MS = 500,
  FINISH_TRIES = 500,
  FINISH_PAUSE_MICROS = 10000,
};

static void fail(const char *what) {
  fprintf(stderr, "usrsctp-peer: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void complain(const char *what, uint32_t number) {
  fprintf(stderr, "usrsctp-peer: %s %u\n", what, number);
  exit(1);
}

static void set_option(struct socket *socket, int option, const void *value, size_t length) {
  if (usrsctp_setsockopt(socket, IPPROTO_SCTP, option, value, (socklen_t)length) < 0) fail("setsockopt");
}

static void set_buffer(struct socket *socket, int option, int bytes) {
  if (usrsctp_setsockopt(socket, SOL_SOCKET, option, &bytes, sizeof(bytes)) < 0) fail("setsockopt");
}

static struct socket *open_socket(uint16_t remote_udp_port) {
  struct socket *socket = usrsctp_socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP, NULL, NULL, 0, NULL);
  if (socket == NULL) fail("socket");
  set_buffer(socket, SO_SNDBUF, SEND_BUFFER_BYTES);
  set_buffer(socket, SO_RCVBUF, RECEIVE_BUFFER_BYTES);

  struct sctp_udpencaps encapsulation = {0};
  encapsulation.sue_address.ss_family = AF_INET;
  encapsulation.sue_port = htons(remote_udp_port);
  set_option(socket, SCTP_REMOTE_UDP_ENCAPS_PORT, &encapsulation, sizeof(encapsulation));
  const struct sctp_rtoinfo timeouts = {
      .srto_initial = RTO_INITIAL_MS, .srto_min = RTO_MIN_MS, .srto_max = RTO_MAX_MS};
  set_option(socket, SCTP_RTOINFO, &timeouts, sizeof(timeouts));
  const int on = 1;
  set_option(socket, SCTP_NODELAY, &on, sizeof(on));
  set_option(socket, SCTP_RECVRCVINFO, &on, sizeof(on));
  const uint16_t events[] = {SCTP_ASSOC_CHANGE, SCTP_SEND_FAILED_EVENT, SCTP_REMOTE_ERROR};
  for (size_t index = 0; index < sizeof(events) / sizeof(events[0]); index++) {
    const struct sctp_event event = {.se_assoc_id = SCTP_FUTURE_ASSOC, .se_type = events[index], .se_on = 1};
    set_option(socket, SCTP_EVENT, &event, sizeof(event));
  }
  return socket;
}

static void authenticate(struct socket *socket, const char *key) {
  const struct sctp_authchunk chunks[] = {{CHUNK_DATA}, {CHUNK_FORWARD_TSN}};
  for (size_t index = 0; index < sizeof(chunks) / sizeof(chunks[0]); index++)
    set_option(socket, SCTP_AUTH_CHUNK, &chunks[index], sizeof(chunks[0]));
  const size_t length = sizeof(struct sctp_authkey) + strlen(key);
  struct sctp_authkey *shared = calloc(1, length);
  if (shared == NULL) fail("calloc");
  shared->sca_assoc_id = SCTP_FUTURE_ASSOC;
  shared->sca_keynumber = KEY_NUMBER;
  shared->sca_keylength = (uint16_t)strlen(key);
  memcpy(shared->sca_key, key, strlen(key));
  set_option(socket, SCTP_AUTH_KEY, shared, length);
  free(shared);
  const struct sctp_authkeyid active = {.scact_assoc_id = SCTP_FUTURE_ASSOC, .scact_keynumber = KEY_NUMBER};
  set_option(socket, SCTP_AUTH_ACTIVE_KEY, &active, sizeof(active));
}

static struct sockaddr_in loopback(uint16_t port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

static void bind_to(struct socket *socket, uint16_t port) {
  struct sockaddr_in local = loopback(port);
  if (usrsctp_bind(socket, (struct sockaddr *)&local, sizeof(local)) < 0) fail("bind");
}

static struct socket *accept_one(struct socket *listening, uint16_t port) {
  bind_to(listening, port);
  if (usrsctp_listen(listening, 1) < 0) fail("listen");
  puts("ready");
  struct socket *accepted = usrsctp_accept(listening, NULL, NULL);
  if (accepted == NULL) fail("accept");
  return accepted;
}

static void connect_to(struct socket *socket, uint16_t port) {
  /* Not to every address of the host, which the peer would be told of. */
  bind_to(socket, 0);
  struct sockaddr_in peer = loopback(port);
  if (usrsctp_connect(socket, (struct sockaddr *)&peer, sizeof(peer)) < 0) fail("connect");
}

/* Fills in message N and answers its length. */
static size_t make_message(uint32_t number, uint8_t *bytes) {
  const size_t length = 1 + (number * 331) % MESSAGE_BYTES_MAX;
  for (size_t index = 0; index < length; index++)
    bytes[index] = (uint8_t)(index * 31 + (index >> 8) * 7 + number * 13);
  return length;
}

static struct sctp_prinfo policy_of(const char *text) {
  static const struct {
    const char *name;
    uint16_t policy;
  } policies[] = {{"reliable", SCTP_PR_SCTP_NONE},
                  {"ttl", SCTP_PR_SCTP_TTL},
                  {"rtx", SCTP_PR_SCTP_RTX}};
  const size_t name_length = strcspn(text, ":");
  const char *value = text[name_length] == ':' ? text + name_length + 1 : "0";
  for (size_t index = 0; index < sizeof(policies) / sizeof(policies[0]); index++)
    if (strlen(policies[index].name) == name_length && strncmp(policies[index].name, text, name_length) == 0)
      return (struct sctp_prinfo){.pr_policy = policies[index].policy, .pr_value = (uint32_t)atoi(value)};
  fprintf(stderr, "usrsctp-peer: there is no policy %s\n", text);
  exit(2);
}

static void send_all(struct socket *socket, uint32_t messages, char **policies, int policy_count) {
  uint8_t bytes[MESSAGE_BYTES_MAX];
  for (uint32_t number = 0; number < messages; number++) {
    struct sctp_sendv_spa info = {.sendv_flags = SCTP_SEND_SNDINFO_VALID | SCTP_SEND_PRINFO_VALID};
    info.sendv_sndinfo.snd_sid = number % STREAMS;
    info.sendv_sndinfo.snd_ppid = htonl(number);
    info.sendv_prinfo = policy_of(policies[number % (uint32_t)policy_count]);
    const size_t length = make_message(number, bytes);
    if (usrsctp_sendv(socket, bytes, length, NULL, 0, &info, sizeof(info), SCTP_SENDV_SPA, 0) < 0) fail("send");
  }
  if (usrsctp_shutdown(socket, SHUT_WR) < 0) fail("shutdown");
}

static void check_message(const uint8_t *received, size_t length, const struct sctp_rcvinfo *info) {
  uint8_t expected[MESSAGE_BYTES_MAX];
  const uint32_t number = ntohl(info->rcv_ppid);
  if (length != make_message(number, expected) || memcmp(received, expected, length) != 0)
    complain("there are other bytes in message", number);
  if (info->rcv_sid != number % STREAMS) complain("the wrong stream for message", number);
  printf("received %u\n", number);
}

/* Answers whether the association has ended. */
static int note(const union sctp_notification *notification) {
  switch (notification->sn_header.sn_type) {
    case SCTP_SEND_FAILED_EVENT:
      /* One for each chunk of a message. */
      printf("given up %u\n", ntohl(notification->sn_send_failed_event.ssfe_info.snd_ppid));
      return 0;
    case SCTP_ASSOC_CHANGE: {
      const uint16_t state = notification->sn_assoc_change.sac_state;
      if (state == SCTP_SHUTDOWN_COMP) puts("ended");
      else if (state != SCTP_COMM_UP) complain("the association came into state", state);
      return state == SCTP_SHUTDOWN_COMP;
    }
    default:
      complain("there was a notification of type", notification->sn_header.sn_type);
      return 1;
  }
}

static void receive_to_the_end(struct socket *socket) {
  static union {
    uint8_t bytes[2 * MESSAGE_BYTES_MAX];
    union sctp_notification notification;
  } buffer;
  for (int has_ended = 0; !has_ended;) {
    struct sctp_rcvinfo info = {0};
    struct sockaddr_in from;
    socklen_t from_length = sizeof(from), info_length = sizeof(info);
    unsigned int info_type = SCTP_RECVV_NOINFO;
    int flags = 0;
    const ssize_t length = usrsctp_recvv(socket, &buffer, sizeof(buffer), (struct sockaddr *)&from, &from_length,
                                         &info, &info_length, &info_type, &flags);
    if (length <= 0) fail("receive");
    if (!(flags & MSG_EOR)) complain("there is more than fits of a message of bytes", (uint32_t)length);
    if (flags & MSG_NOTIFICATION)
      has_ended = note(&buffer.notification);
    else
      check_message(buffer.bytes, (size_t)length, &info);
  }
}

static int usage(void) {
  fputs("usage: usrsctp-peer [-k KEY] client|server LOCAL_UDP_PORT REMOTE_UDP_PORT SCTP_PORT [MESSAGES POLICY...]\n",
        stderr);
  return 2;
}

int main(int argc, char **argv) {
  const char *key = NULL;
  for (int option; (option = getopt(argc, argv, "+k:")) != -1;) {
    if (option != 'k') return usage();
    key = optarg;
  }
  const int word_count = argc - optind;
  char **words = argv + optind;
  if (word_count < 4 || word_count == 5) return usage();
  const int is_server = strcmp(words[0], "server") == 0;
  const uint16_t sctp_port = (uint16_t)atoi(words[3]);

  usrsctp_init((uint16_t)atoi(words[1]), NULL, NULL);
  /* Its default computes no checksums on loopback. */
  usrsctp_sysctl_set_sctp_no_csum_on_loopback(0);
  struct socket *socket = open_socket((uint16_t)atoi(words[2]));
  if (key != NULL) authenticate(socket, key);
  struct socket *connected = socket;
  if (is_server)
    connected = accept_one(socket, sctp_port);
  else
    connect_to(socket, sctp_port);
  if (word_count > 5) send_all(connected, (uint32_t)atoi(words[4]), words + 5, word_count - 5);
  receive_to_the_end(connected);
  while (getchar() != EOF);

  usrsctp_close(connected);
  if (is_server) usrsctp_close(socket);
  /* It answers -1 while something of an association is left. */
  for (int tries = 0; tries < FINISH_TRIES && usrsctp_finish() != 0; tries++) usleep(FINISH_PAUSE_MICROS);
  return 0;
}
