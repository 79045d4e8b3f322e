// Many packets of a UDP or raw socket in one crossing: checksums, segmentation offload, and one sendmmsg for all.

#include "../addon.h"

#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>

// One packet, as src/native/packet-batch.ts lays it out in an Int32Array.
struct packet_row {
  int32_t data_offset;
  int32_t data_bytes;
  int32_t address_offset;
  int32_t control_bytes;  // of ancillary data behind the address
};

#define ROW_LENGTH (sizeof(struct packet_row) / sizeof(int32_t))

// Bits of the last argument.
#define FILL_CHECKSUMS 1
#define SEGMENT 2
#define BY_TABLE 4

// How many packets Linux takes in one message, before version 6.9.
#define SEGMENTS_MAX 64
// With all headers it is less than 64 KiB, beyond which the system would cut a message by itself.
#define SEGMENTED_BYTES_MAX 65000

// The packets of one message: all go to one address, all are as long as the first, and only the last may be
// shorter. What has ancillary data of its own travels alone.
struct run {
  int32_t packets;
  int32_t first_bytes;
  int32_t last_bytes;
  int32_t total_bytes;
  int32_t address_offset;
  int32_t control_bytes;
};

static bool continues_run(const struct run *run, const struct packet_row *row) {
  return row->address_offset == run->address_offset && row->control_bytes == 0 && run->control_bytes == 0 &&
         run->last_bytes == run->first_bytes &&
         row->data_bytes > 0 && row->data_bytes <= run->first_bytes && run->packets < SEGMENTS_MAX &&
         run->total_bytes + row->data_bytes <= SEGMENTED_BYTES_MAX;
}

// Tells the system how long the packets in a message are.
static void set_segment_bytes(struct mmsghdr *message, struct batch_control *control, int32_t segment_bytes) {
#ifdef UDP_SEGMENT
  uint16_t value = (uint16_t)segment_bytes;
  message->msg_hdr.msg_control = control->bytes;
  message->msg_hdr.msg_controllen = CMSG_SPACE(sizeof value);
  memset(control->bytes, 0, CMSG_SPACE(sizeof value));
  struct cmsghdr *header = CMSG_FIRSTHDR(&message->msg_hdr);
  header->cmsg_level = IPPROTO_UDP;
  header->cmsg_type = UDP_SEGMENT;
  header->cmsg_len = CMSG_LEN(sizeof value);
  memcpy(CMSG_DATA(header), &value, sizeof value);
#else
  (void)message;
  (void)control;
  (void)segment_bytes;
#endif
}

// Packets that stand one behind the other are one piece.
static void append_piece(struct msghdr *message, struct bytes data) {
  if (message->msg_iovlen > 0) {
    struct iovec *last = &message->msg_iov[message->msg_iovlen - 1];
    if ((uint8_t *)last->iov_base + last->iov_len == data.data) {
      last->iov_len += data.length;
      return;
    }
  }
  message->msg_iov[message->msg_iovlen] = (struct iovec){.iov_base = data.data, .iov_len = data.length};
  message->msg_iovlen += 1;
}

// A batch and how far it has been laid out in the instance's scratch.
struct outgoing {
  struct instance *instance;
  struct bytes slab;
  struct bytes addresses;
  int32_t flags;
  int32_t messages;
  struct run run;       // of the last message
  struct iovec *piece;  // where the next message begins
  uint8_t packets[BATCH_MAX];  // how many are in each message
};

// Finds an address with the length that its family says; answers false when it is not all there.
static bool find_address(struct bytes addresses, int32_t offset, struct bytes *address) {
  struct sockaddr header;
  if (!find_region(addresses, offset, sizeof header, address)) return false;
  memcpy(&header, address->data, sizeof header);
  size_t length = address_bytes(header.sa_family);
  return length > 0 && find_region(addresses, offset, (int32_t)length, address);
}

static void fill_checksum(const struct outgoing *outgoing, struct bytes packet) {
  if ((outgoing->flags & FILL_CHECKSUMS) == 0 || packet.length < COMMON_HEADER_BYTES) return;
  const struct crc32c *crc32c = &outgoing->instance->crc32c;
  crc32c_update update = (outgoing->flags & BY_TABLE) != 0 ? crc32c_by_table : crc32c->update;
  write_checksum(packet.data, packet_checksum(crc32c, update, packet.data, packet.length));
}

// Adds a packet to the last message or begins the next. The row is a copy: the rows may lie in the slab that
// checksums are written to, and what has been checked must not change. False: the row points outside.
static bool add_packet(struct outgoing *outgoing, struct packet_row row) {
  struct instance *instance = outgoing->instance;
  struct run *run = &outgoing->run;
  struct bytes data, address, control;
  if (!find_region(outgoing->slab, row.data_offset, row.data_bytes, &data) ||
      !find_address(outgoing->addresses, row.address_offset, &address) ||
      !find_region(outgoing->addresses, row.address_offset + (int32_t)address.length, row.control_bytes, &control)) {
    return false;
  }
  fill_checksum(outgoing, data);
  bool continues = (outgoing->flags & SEGMENT) != 0 && outgoing->messages > 0 && continues_run(run, &row);
  if (continues) {
    run->packets += 1;
    run->total_bytes += row.data_bytes;
    run->last_bytes = row.data_bytes;
  } else {
    instance->messages[outgoing->messages] = (struct mmsghdr){
        .msg_hdr = {
            .msg_name = address.data,
            .msg_namelen = (socklen_t)address.length,
            .msg_iov = outgoing->piece,
            .msg_control = control.length > 0 ? control.data : NULL,
            .msg_controllen = control.length,
        }};
    *run = (struct run){1, row.data_bytes, row.data_bytes, row.data_bytes, row.address_offset, row.control_bytes};
    outgoing->messages += 1;
  }
  int32_t index = outgoing->messages - 1;
  struct mmsghdr *message = &instance->messages[index];
  append_piece(&message->msg_hdr, data);
  outgoing->piece = message->msg_hdr.msg_iov + message->msg_hdr.msg_iovlen;
  if (run->packets == 2) set_segment_bytes(message, &instance->controls[index], run->first_bytes);
  outgoing->packets[index] = (uint8_t)run->packets;
  return true;
}

int32_t call_send_batch(struct arguments *arguments) {
  struct instance *instance = arguments->instance;
  struct outgoing outgoing = {.instance = instance, .piece = instance->pieces};
  int descriptor = take_socket(arguments);
  outgoing.slab = take_bytes(arguments);
  struct integers rows = take_integers(arguments);
  int32_t count = take_integer(arguments);
  outgoing.addresses = take_bytes(arguments);
  outgoing.flags = take_integer(arguments);
  if (arguments->refusal < 0) return arguments->refusal;
  if (count < 0 || count > BATCH_MAX || rows.length < (size_t)count * ROW_LENGTH) return -EINVAL;
  for (int32_t index = 0; index < count; index += 1) {
    struct packet_row row;
    memcpy(&row, rows.data + (size_t)index * ROW_LENGTH, sizeof row);
    if (!add_packet(&outgoing, row)) return -EINVAL;
  }
  int result;
  UNINTERRUPTED(result, send_messages(descriptor, instance->messages, outgoing.messages, 0));
  int32_t taken = 0;
  for (int32_t index = 0; index < result; index += 1) taken += outgoing.packets[index];
  return result < 0 ? -errno : taken;
}
