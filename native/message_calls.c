// Messages: one at a time, and several in one crossing.

#include "addon.h"

#include <sys/syscall.h>
#include <unistd.h>

// One message of a batch, as src/native/addon.ts lays it out in an Int32Array. All regions lie in one slab.
struct row {
  int32_t data_offset;
  int32_t data_bytes;
  int32_t address_offset;
  int32_t address_bytes;
  int32_t control_offset;
  int32_t control_bytes;
  int32_t flags;
};

#define ROW_LENGTH (sizeof(struct row) / sizeof(int32_t))

static void set_address(struct msghdr *message, struct bytes address) {
  message->msg_name = address.length > 0 ? address.data : NULL;
  message->msg_namelen = (socklen_t)address.length;
}

static void set_control(struct msghdr *message, struct bytes control) {
  message->msg_control = control.length > 0 ? control.data : NULL;
  message->msg_controllen = (socklen_t)control.length;
}

// Lists the pieces of a message: the value itself, or the elements of an array. Reading elements can run
// getters, and those can do anything, such as closing the socket or detaching a buffer: nothing else may be
// taken before.
static uint32_t list_pieces(struct arguments *arguments, napi_value value, napi_value pieces[BATCH_MAX]) {
  napi_env env = arguments->instance->env;
  bool is_array = false;
  uint32_t length = 0;
  if (napi_is_array(env, value, &is_array) == napi_ok && !is_array) {
    pieces[0] = value;
    return 1;
  }
  napi_status status = napi_get_array_length(env, value, &length);
  if (length > BATCH_MAX) status = napi_invalid_arg;
  for (uint32_t index = 0; index < length && status == napi_ok; index += 1) {
    status = napi_get_element(env, value, index, &pieces[index]);
  }
  if (status == napi_ok) return length;
  arguments->refusal = -EINVAL;
  napi_value thrown;
  napi_get_and_clear_last_exception(env, &thrown);
  return 0;
}

int32_t call_sendmsg(struct arguments *arguments) {
  struct instance *instance = arguments->instance;
  napi_value listed[BATCH_MAX];
  uint32_t count = list_pieces(arguments, arguments->values[1], listed);
  int descriptor = take_socket(arguments);
  take_value(arguments);
  for (uint32_t index = 0; index < count; index += 1) {
    struct bytes piece = bytes_of(arguments, listed[index]);
    instance->pieces[index] = (struct iovec){.iov_base = piece.data, .iov_len = piece.length};
  }
  struct bytes address = take_optional_bytes(arguments);
  struct bytes control = take_optional_bytes(arguments);
  int32_t flags = take_integer(arguments);
  if (arguments->refusal < 0) return arguments->refusal;
  struct msghdr message = {.msg_iov = instance->pieces};
  message.msg_iovlen = count;
  set_address(&message, address);
  set_control(&message, control);
  ssize_t result;
  UNINTERRUPTED(result, sendmsg(descriptor, &message, flags));
  return answer(result);
}

int32_t call_recvmsg(struct arguments *arguments) {
  int descriptor = take_socket(arguments);
  struct bytes data = take_bytes(arguments);
  struct bytes address = take_optional_bytes(arguments);
  struct bytes control = take_optional_bytes(arguments);
  int32_t flags = take_integer(arguments);
  struct integers out = take_integers(arguments);
  if (arguments->refusal < 0) return arguments->refusal;
  if (out.length < 3) return -EINVAL;
  struct iovec piece = {.iov_base = data.data, .iov_len = data.length};
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
  set_address(&message, address);
  set_control(&message, control);
  ssize_t result;
  UNINTERRUPTED(result, recvmsg(descriptor, &message, flags));
  if (result < 0) return -errno;
  out.data[0] = (int32_t)message.msg_namelen;
  out.data[1] = (int32_t)message.msg_controllen;
  out.data[2] = message.msg_flags;
  return (int32_t)result;
}

// Finds a region of the slab; answers false when any of it is outside.
bool find_region(struct bytes slab, int32_t offset, int32_t length, struct bytes *region) {
  if (offset < 0 || length < 0 || (size_t)offset + (size_t)length > slab.length) return false;
  *region = (struct bytes){slab.data + offset, (size_t)length};
  return true;
}

static bool set_message(struct instance *instance, int32_t index, struct bytes slab, const struct row *row) {
  struct bytes data, address, control;
  if (!find_region(slab, row->data_offset, row->data_bytes, &data) ||
      !find_region(slab, row->address_offset, row->address_bytes, &address) ||
      !find_region(slab, row->control_offset, row->control_bytes, &control)) {
    return false;
  }
  struct iovec *piece = &instance->pieces[index];
  struct mmsghdr *message = &instance->messages[index];
  *piece = (struct iovec){.iov_base = data.data, .iov_len = data.length};
  *message = (struct mmsghdr){.msg_hdr = {.msg_iov = piece, .msg_iovlen = 1}};
  set_address(&message->msg_hdr, address);
  set_control(&message->msg_hdr, control);
  return true;
}

struct batch {
  int descriptor;
  struct row *rows;
  int32_t count;
  int32_t flags;
};

// Takes the arguments of sendmmsg and recvmmsg, and lays the messages out in the instance's scratch.
static struct batch take_batch(struct arguments *arguments) {
  struct batch batch;
  batch.descriptor = take_socket(arguments);
  struct bytes slab = take_bytes(arguments);
  struct integers rows = take_integers(arguments);
  batch.rows = (struct row *)rows.data;
  batch.count = take_integer(arguments);
  batch.flags = take_integer(arguments);
  if (arguments->refusal < 0) return batch;
  if (batch.count < 0 || batch.count > BATCH_MAX || rows.length < (size_t)batch.count * ROW_LENGTH) {
    arguments->refusal = -EINVAL;
    return batch;
  }
  for (int32_t index = 0; index < batch.count && arguments->refusal == 0; index += 1) {
    if (!set_message(arguments->instance, index, slab, &batch.rows[index])) arguments->refusal = -EINVAL;
  }
  return batch;
}

// musl's sendmmsg is a loop of sendmsg, because its structures leave gaps where the kernel has longer fields.
// Ours are zero there, so they can go to the kernel as they are.
int send_messages(int descriptor, struct mmsghdr *messages, int32_t count, int32_t flags) {
#ifdef __linux__
  return (int)syscall(SYS_sendmmsg, descriptor, messages, count, flags);
#else
  return (int)sendmmsg(descriptor, messages, (size_t)count, flags);
#endif
}

int32_t call_sendmmsg(struct arguments *arguments) {
  struct batch batch = take_batch(arguments);
  if (arguments->refusal < 0) return arguments->refusal;
  int result;
  UNINTERRUPTED(result, send_messages(batch.descriptor, arguments->instance->messages, batch.count, batch.flags));
  return answer(result);
}

int32_t call_recvmmsg(struct arguments *arguments) {
  struct batch batch = take_batch(arguments);
  if (arguments->refusal < 0) return arguments->refusal;
  const struct mmsghdr *messages = arguments->instance->messages;
  int result;
  UNINTERRUPTED(result, (int)recvmmsg(batch.descriptor, arguments->instance->messages, (unsigned)batch.count,
                                      batch.flags, NULL));
  for (int32_t index = 0; index < result; index += 1) {
    struct row *row = &batch.rows[index];
    row->data_bytes = (int32_t)messages[index].msg_len;
    row->address_bytes = (int32_t)messages[index].msg_hdr.msg_namelen;
    row->control_bytes = (int32_t)messages[index].msg_hdr.msg_controllen;
    row->flags = messages[index].msg_hdr.msg_flags;
  }
  return answer(result);
}
