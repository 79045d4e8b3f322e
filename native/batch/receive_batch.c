// Many packets of a UDP or raw socket in one crossing: one recvmmsg, what the system has put together taken apart,
// and the checksums looked at.

#include "../addon.h"

#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>

// One packet, as src/native/packet-batch.ts reads it from an Int32Array.
struct packet_row {
  int32_t data_offset;
  int32_t data_bytes;
  int32_t message;  // the place of its sender's address
  int32_t flags;
};

#define ROW_LENGTH (sizeof(struct packet_row) / sizeof(int32_t))

// Bits of a row's flags.
#define CHECKSUM_WRONG 1
#define CUT_SHORT 2

// Bits of the last argument.
#define VERIFY_CHECKSUMS 1
#define BY_TABLE 4
#define IP_HEADERS 8

// How much room there is for each address; what there is beyond that takes the ancillary data.
#define ADDRESS_ROOM 32

// The length of an IPv4 header without options.
#define IP_HEADER_BYTES 20

struct incoming {
  struct bytes slab;
  struct bytes addresses;
  struct packet_row *rows;
  int32_t capacity;  // of rows
  int32_t messages;
  int32_t flags;
};

// Where a message's bytes begin.
static uint8_t *slot_of(const struct incoming *incoming, int32_t index) {
  return incoming->slab.data + (size_t)index * (incoming->slab.length / (size_t)incoming->messages);
}

static void lay_out(struct instance *instance, const struct incoming *incoming) {
  size_t slot_bytes = incoming->slab.length / (size_t)incoming->messages;
  size_t stride = incoming->addresses.length / (size_t)incoming->messages;
  for (int32_t index = 0; index < incoming->messages; index += 1) {
    uint8_t *address = incoming->addresses.data + (size_t)index * stride;
    bool is_wanted = stride > ADDRESS_ROOM;
    uint8_t *control = is_wanted ? address + ADDRESS_ROOM : instance->controls[index].bytes;
    size_t control_bytes = is_wanted ? stride - ADDRESS_ROOM : sizeof instance->controls[index].bytes;
    // Nothing says where ancillary data ends but the zeros behind it.
    if (is_wanted) memset(control, 0, control_bytes);
    instance->pieces[index] = (struct iovec){.iov_base = slot_of(incoming, index), .iov_len = slot_bytes};
    instance->messages[index] = (struct mmsghdr){
        .msg_hdr = {
            .msg_name = address,
            .msg_namelen = ADDRESS_ROOM,
            .msg_iov = &instance->pieces[index],
            .msg_iovlen = 1,
            .msg_control = control,
            .msg_controllen = control_bytes,
        }};
  }
}

// How long each packet in a message is but the last. The system says nothing of a message that is one packet.
static size_t segment_bytes(const struct mmsghdr *message) {
#ifdef UDP_GRO
  const struct msghdr *header = &message->msg_hdr;
  for (size_t offset = 0; offset + CMSG_LEN(0) <= header->msg_controllen;) {
    struct cmsghdr control;
    int value = 0;
    const uint8_t *start = (const uint8_t *)header->msg_control + offset;
    memcpy(&control, start, sizeof control);
    if (control.cmsg_len < CMSG_LEN(0)) break;
    offset += CMSG_SPACE(control.cmsg_len - CMSG_LEN(0));
    if (control.cmsg_level != IPPROTO_UDP || control.cmsg_type != UDP_GRO) continue;
    if (control.cmsg_len >= CMSG_LEN(sizeof value)) memcpy(&value, start + CMSG_LEN(0), sizeof value);
    if (value > 0) return (size_t)value;
  }
#endif
  return message->msg_len;
}

static int32_t flags_of(const struct crc32c *crc32c, const struct incoming *incoming, const uint8_t *packet,
                        size_t length) {
  if ((incoming->flags & VERIFY_CHECKSUMS) == 0 || length < COMMON_HEADER_BYTES) return 0;
  crc32c_update update = (incoming->flags & BY_TABLE) != 0 ? crc32c_by_table : crc32c->update;
  return packet_checksum(crc32c, update, packet, length) == read_checksum(packet) ? 0 : CHECKSUM_WRONG;
}

// Takes a message apart into rows from `next` on and answers which row is next. What there are no rows for is
// cut off: the caller has rows for more packets than the system puts together.
static int32_t take_apart(struct instance *instance, const struct incoming *incoming, int32_t index, int32_t next) {
  const struct mmsghdr *message = &instance->messages[index];
  const uint8_t *data = slot_of(incoming, index);
  size_t total = message->msg_len;
  bool is_cut = (message->msg_hdr.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0;
  size_t step = segment_bytes(message);
  size_t offset = 0;
  if ((incoming->flags & IP_HEADERS) != 0) {
    offset = total > 0 ? (size_t)(data[0] & 0x0f) * 4 : 0;
    is_cut = is_cut || offset < IP_HEADER_BYTES || offset > total;
    if (is_cut) offset = 0;
  }
  do {
    if (next == incoming->capacity) break;
    size_t length = total - offset < step ? total - offset : step;
    incoming->rows[next] = (struct packet_row){
        .data_offset = (int32_t)(data + offset - incoming->slab.data),
        .data_bytes = (int32_t)length,
        .message = index,
        .flags = is_cut ? CUT_SHORT : flags_of(&instance->crc32c, incoming, data + offset, length),
    };
    next += 1;
    offset += length;
  } while (offset < total);
  return next;
}

int32_t call_receive_batch(struct arguments *arguments) {
  struct instance *instance = arguments->instance;
  struct incoming incoming;
  int descriptor = take_socket(arguments);
  incoming.slab = take_bytes(arguments);
  struct integers rows = take_integers(arguments);
  incoming.rows = (struct packet_row *)rows.data;
  incoming.capacity = (int32_t)(rows.length / ROW_LENGTH);
  incoming.addresses = take_bytes(arguments);
  incoming.messages = take_integer(arguments);
  incoming.flags = take_integer(arguments);
  if (arguments->refusal < 0) return arguments->refusal;
  if (incoming.messages < 1 || incoming.messages > BATCH_MAX || incoming.capacity < incoming.messages ||
      incoming.addresses.length < (size_t)incoming.messages * ADDRESS_ROOM) {
    return -EINVAL;
  }
  lay_out(instance, &incoming);
  int result;
  UNINTERRUPTED(result, (int)recvmmsg(descriptor, instance->messages, (unsigned)incoming.messages, 0, NULL));
  if (result < 0) return -errno;
  int32_t next = 0;
  for (int32_t index = 0; index < result; index += 1) next = take_apart(instance, &incoming, index, next);
  return next;
}
