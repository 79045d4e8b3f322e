// Registration: what JavaScript calls by name, and how a call's arguments become C's. See src/native/addon.ts
// for the contract of each call.

#include "addon.h"
#include "layout.h"

#include <stdlib.h>

struct binding {
  const char *name;
  addon_call call;
};

static const struct binding bindings[] = {
    {"socket", call_socket},
    {"close", call_close},
    {"bind", call_bind},
    {"connect", call_connect},
    {"listen", call_listen},
    {"accept", call_accept},
    {"shutdown", call_shutdown},
    {"getsockname", call_getsockname},
    {"getpeername", call_getpeername},
    {"getsockopt", call_getsockopt},
    {"setsockopt", call_setsockopt},
    {"bindx", call_bindx},
    {"connectx", call_connectx},
    {"peeloff", call_peeloff},
    {"getladdrs", call_getladdrs},
    {"getpaddrs", call_getpaddrs},
    {"sendmsg", call_sendmsg},
    {"recvmsg", call_recvmsg},
    {"sendmmsg", call_sendmmsg},
    {"recvmmsg", call_recvmmsg},
    {"sendBatch", call_send_batch},
    {"receiveBatch", call_receive_batch},
    {"poll", call_poll},
    {"onReady", call_on_ready},
    {"hold", call_hold},
    {"stayAwake", call_stay_awake},
};

static const size_t bindings_count = sizeof bindings / sizeof bindings[0];

static void refuse(struct arguments *arguments, int error) {
  if (arguments->refusal == 0) arguments->refusal = -error;
}

napi_value take_value(struct arguments *arguments) { return arguments->values[arguments->taken++]; }

// Takes a whole number between the limits. Node-API's own conversion would cut others to size.
static int64_t take_number(struct arguments *arguments, int64_t min, int64_t max) {
  double number;
  napi_status status = napi_get_value_double(arguments->instance->env, take_value(arguments), &number);
  // NaN is refused as well, since it compares with nothing.
  bool fits = status == napi_ok && number >= (double)min && number <= (double)max;
  if (fits && number == (double)(int64_t)number) return (int64_t)number;
  refuse(arguments, EINVAL);
  return 0;
}

int32_t take_integer(struct arguments *arguments) {
  return (int32_t)take_number(arguments, INT32_MIN, INT32_MAX);
}

// Association ids are signed on Linux and unsigned on FreeBSD; the bits are the same.
int32_t take_association(struct arguments *arguments) {
  return (int32_t)(uint32_t)take_number(arguments, INT32_MIN, UINT32_MAX);
}

bool take_boolean(struct arguments *arguments) {
  bool value = false;
  if (napi_get_value_bool(arguments->instance->env, take_value(arguments), &value) != napi_ok) {
    refuse(arguments, EINVAL);
  }
  return value;
}

// The memory of a typed array of the wanted type. Shared memory is refused, for another thread could change
// what has just been checked; so is a detached buffer, which looks empty and would send an empty message.
static void *take_array(struct arguments *arguments, napi_value value, napi_typedarray_type wanted,
                        size_t *length) {
  napi_env env = arguments->instance->env;
  napi_typedarray_type type;
  napi_value buffer;
  size_t offset;
  void *data = NULL;
  bool fits = false;
  napi_status status = napi_get_typedarray_info(env, value, &type, length, &data, &buffer, &offset);
  if (status == napi_ok && type == wanted && *length <= INT32_MAX) {
    napi_is_arraybuffer(env, buffer, &fits);
    if (fits && *length == 0) {
      bool is_detached = true;
      napi_is_detached_arraybuffer(env, buffer, &is_detached);
      fits = !is_detached;
    }
  }
  if (fits) return data;
  refuse(arguments, EINVAL);
  *length = 0;
  return NULL;
}

struct bytes bytes_of(struct arguments *arguments, napi_value value) {
  struct bytes bytes;
  bytes.data = take_array(arguments, value, napi_uint8_array, &bytes.length);
  return bytes;
}

struct bytes take_bytes(struct arguments *arguments) { return bytes_of(arguments, take_value(arguments)); }

struct bytes take_optional_bytes(struct arguments *arguments) {
  napi_value value = take_value(arguments);
  napi_valuetype type;
  if (napi_typeof(arguments->instance->env, value, &type) == napi_ok && type == napi_undefined) {
    return (struct bytes){NULL, 0};
  }
  return bytes_of(arguments, value);
}

struct integers take_integers(struct arguments *arguments) {
  struct integers integers;
  integers.data = take_array(arguments, take_value(arguments), napi_int32_array, &integers.length);
  return integers;
}

int take_socket(struct arguments *arguments) {
  int32_t id = take_integer(arguments);
  const struct socket_slot *slot = find_socket(arguments->instance, id);
  if (slot != NULL) return slot->descriptor;
  refuse(arguments, EBADF);
  return -1;
}

// What JavaScript calls, whichever function it is: the binding comes as the function's data.
static napi_value dispatch(napi_env env, napi_callback_info info) {
  struct arguments arguments = {0};
  size_t count = ARGUMENTS_MAX;
  void *data = NULL;
  void *instance = NULL;
  napi_value result = NULL;
  int32_t number = -EINVAL;
  if (napi_get_cb_info(env, info, &count, arguments.values, NULL, &data) == napi_ok &&
      napi_get_instance_data(env, &instance) == napi_ok) {
    const struct binding *binding = data;
    arguments.instance = instance;
    number = binding->call(&arguments);
  }
  napi_create_int32(env, number, &result);
  return result;
}

static napi_status export_calls(napi_env env, napi_value exports) {
  napi_property_descriptor properties[sizeof bindings / sizeof bindings[0]];
  for (size_t index = 0; index < bindings_count; index += 1) {
    properties[index] = (napi_property_descriptor){
        .utf8name = bindings[index].name,
        .method = dispatch,
        .attributes = napi_enumerable,
        .data = (void *)&bindings[index],
    };
  }
  return napi_define_properties(env, exports, bindings_count, properties);
}

// The environment ends. Handles of libuv close in a later turn of the loop, and the environment waits for us
// until the last has done so: see `close_polling`.
static void end_instance(napi_async_cleanup_hook_handle cleanup, void *data) {
  struct instance *instance = data;
  (void)cleanup;
  remove_all_sockets(instance);
  close_polling(instance);
}

static napi_status open_instance(napi_env env) {
  struct instance *instance = calloc(1, sizeof *instance);
  if (instance == NULL) return napi_generic_failure;
  instance->env = env;
  instance->sockets.first_free = -1;
  crc32c_open(&instance->crc32c);
  napi_status status = napi_get_uv_event_loop(env, &instance->loop);
  if (status == napi_ok) status = napi_set_instance_data(env, instance, NULL, NULL);
  if (status == napi_ok && open_polling(instance) < 0) status = napi_generic_failure;
  if (status != napi_ok) {
    free(instance);
    return status;
  }
  // From here on the hook owns the instance.
  return napi_add_async_cleanup_hook(env, end_instance, instance, &instance->cleanup);
}

NAPI_MODULE_INIT() {
  if (open_instance(env) == napi_ok && export_calls(env, exports) == napi_ok &&
      sctpkit_export_layout(env, exports) == napi_ok) {
    return exports;
  }
  napi_throw_error(env, NULL, "sctpkit's addon could not be set up");
  return NULL;
}
