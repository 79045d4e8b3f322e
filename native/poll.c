// Readiness. One uv_poll_t for each socket that is watched; one function of JavaScript is told of all.

#include "addon.h"

#include <poll.h>
#include <stdlib.h>

// The longest that the event loop can be kept awake: one second.
#define AWAKE_MICROSECONDS_MAX 1000000

// Lives on its own, because libuv closes a handle later than we close the socket.
struct watcher {
  uv_poll_t handle;
  struct instance *instance;
  int32_t id;
  int events;
};

// The last handle of an ending environment has closed: nothing of libuv points to the instance any more.
static void handle_closed(struct instance *instance) {
  instance->open_handles -= 1;
  if (instance->open_handles > 0) return;
  napi_remove_async_cleanup_hook(instance->cleanup);
  free(instance);
}

static void watcher_closed(uv_handle_t *handle) {
  struct watcher *watcher = handle->data;
  struct instance *instance = watcher->instance;
  free(watcher);
  handle_closed(instance);
}

static void own_handle_closed(uv_handle_t *handle) { handle_closed(handle->data); }

void close_watcher(struct watcher *watcher) { uv_close((uv_handle_t *)&watcher->handle, watcher_closed); }

// Nobody ever sends it.
static void ignore(uv_async_t *handle) { (void)handle; }

// What open_instance needs before the first call.
int32_t open_polling(struct instance *instance) {
  napi_value name;
  if (napi_create_string_utf8(instance->env, "sctpkit", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_async_init(instance->env, NULL, name, &instance->context) != napi_ok) {
    return -ENOMEM;
  }
  int status = uv_async_init(instance->loop, &instance->hold, ignore);
  if (status < 0) return status;
  // It cannot fail.
  uv_prepare_init(instance->loop, &instance->awake);
  instance->hold.data = instance;
  instance->awake.data = instance;
  instance->open_handles = 2;
  uv_unref((uv_handle_t *)&instance->hold);
  uv_unref((uv_handle_t *)&instance->awake);
  return 0;
}

// Both handles are always open, so the instance is freed by a handle's closing and never here.
void close_polling(struct instance *instance) {
  if (instance->on_ready != NULL) napi_delete_reference(instance->env, instance->on_ready);
  napi_async_destroy(instance->env, instance->context);
  uv_close((uv_handle_t *)&instance->hold, own_handle_closed);
  uv_close((uv_handle_t *)&instance->awake, own_handle_closed);
}

// Tells JavaScript. The callback may close this socket or any other, so that the watcher may not be touched
// afterwards.
static void tell(struct instance *instance, int32_t id, int events) {
  napi_env env = instance->env;
  napi_handle_scope scope;
  napi_value callback, receiver, arguments[2];
  if (napi_open_handle_scope(env, &scope) != napi_ok) return;
  napi_get_reference_value(env, instance->on_ready, &callback);
  napi_get_global(env, &receiver);
  napi_create_int32(env, id, &arguments[0]);
  napi_create_int32(env, events, &arguments[1]);
  napi_status status = napi_make_callback(env, instance->context, receiver, callback, 2, arguments, NULL);
  if (status == napi_pending_exception) {
    napi_value thrown;
    napi_get_and_clear_last_exception(env, &thrown);
    napi_fatal_exception(env, thrown);
  }
  napi_close_handle_scope(env, scope);
}

// libuv has stopped the handle when it reports an error, because an error that nobody takes would be reported
// for ever. Whoever receives or sends learns the error itself.
static void on_poll(uv_poll_t *handle, int status, int events) {
  struct watcher *watcher = handle->data;
  if (status < 0) watcher->events = 0;
  tell(watcher->instance, watcher->id, status < 0 ? UV_READABLE | UV_WRITABLE : events);
}

static int32_t open_watcher(struct instance *instance, int32_t id, struct socket_slot *slot) {
  struct watcher *watcher = calloc(1, sizeof *watcher);
  if (watcher == NULL) return -ENOMEM;
  int status = uv_poll_init(instance->loop, &watcher->handle, slot->descriptor);
  if (status < 0) {
    free(watcher);
    return status;
  }
  watcher->handle.data = watcher;
  watcher->instance = instance;
  watcher->id = id;
  uv_unref((uv_handle_t *)&watcher->handle);
  instance->open_handles += 1;
  slot->watcher = watcher;
  return 0;
}

static int32_t watch(struct watcher *watcher, int events) {
  if (watcher->events == events) return 0;
  int status =
      events == 0 ? uv_poll_stop(&watcher->handle) : uv_poll_start(&watcher->handle, events, on_poll);
  if (status == 0) watcher->events = events;
  return status;
}

int32_t call_poll(struct arguments *arguments) {
  struct instance *instance = arguments->instance;
  int32_t id = take_integer(arguments);
  int32_t events = take_integer(arguments);
  if (arguments->refusal < 0) return arguments->refusal;
  struct socket_slot *slot = find_socket(instance, id);
  if (slot == NULL) return -EBADF;
  // Without somebody to tell, a ready socket would be found ready in each turn of the loop.
  if ((events & ~(UV_READABLE | UV_WRITABLE)) != 0 || instance->on_ready == NULL) return -EINVAL;
  int32_t failure = slot->watcher == NULL && events != 0 ? open_watcher(instance, id, slot) : 0;
  if (failure < 0 || slot->watcher == NULL) return failure;
  return watch(slot->watcher, events);
}

int32_t call_on_ready(struct arguments *arguments) {
  struct instance *instance = arguments->instance;
  napi_value callback = take_value(arguments);
  napi_valuetype type;
  napi_ref reference;
  if (napi_typeof(instance->env, callback, &type) != napi_ok || type != napi_function) return -EINVAL;
  if (napi_create_reference(instance->env, callback, 1, &reference) != napi_ok) return -ENOMEM;
  if (instance->on_ready != NULL) napi_delete_reference(instance->env, instance->on_ready);
  instance->on_ready = reference;
  return 0;
}

int32_t call_hold(struct arguments *arguments) {
  bool is_held = take_boolean(arguments);
  if (arguments->refusal < 0) return arguments->refusal;
  uv_handle_t *hold = (uv_handle_t *)&arguments->instance->hold;
  if (is_held) uv_ref(hold);
  else uv_unref(hold);
  return 0;
}

// The event loop is about to ask the system what is ready, and to sleep until something is. Until something is, or the
// loop would wake up by itself, the same is asked again and again: the loop's own file is ready when any is that it
// waits for. It is left to the loop to tell of that.
static void before_sleep(uv_prepare_t *handle) {
  struct instance *instance = handle->data;
  uint64_t now = uv_hrtime();
  if (now >= instance->awake_until) {
    uv_prepare_stop(handle);
    return;
  }
  int sleep_milliseconds = uv_backend_timeout(instance->loop);
  if (sleep_milliseconds == 0) return;
  uint64_t end = now + (uint64_t)sleep_milliseconds * 1000000;
  if (sleep_milliseconds < 0 || end > instance->awake_until) end = instance->awake_until;
  struct pollfd loop = {.fd = uv_backend_fd(instance->loop), .events = POLLIN};
  while (poll(&loop, 1, 0) == 0 && uv_hrtime() < end) continue;
  // Or it would sleep for as long again.
  uv_update_time(instance->loop);
}

int32_t call_stay_awake(struct arguments *arguments) {
  struct instance *instance = arguments->instance;
  int32_t microseconds = take_integer(arguments);
  if (arguments->refusal < 0) return arguments->refusal;
  if (microseconds < 0 || microseconds > AWAKE_MICROSECONDS_MAX) return -EINVAL;
  uint64_t until = uv_hrtime() + (uint64_t)microseconds * 1000;
  if (microseconds == 0 || until > instance->awake_until) instance->awake_until = until;
  return uv_prepare_start(&instance->awake, before_sleep);
}
