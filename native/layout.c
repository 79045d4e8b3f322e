// Hands the layout table to JavaScript.

#include "layout.h"

#include "layout_table.h"

#define TRY(call)                                   \
  do {                                              \
    napi_status status = (call);                    \
    if (status != napi_ok) return status;           \
  } while (0)

static napi_status set_number(napi_env env, napi_value object, const char *name, int64_t number) {
  napi_value value;
  TRY(napi_create_int64(env, number, &value));
  return napi_set_named_property(env, object, name, value);
}

static napi_status export_numbers(napi_env env, napi_value exports, const char *name,
                                  const struct sctpkit_layout_number *numbers) {
  napi_value object;
  TRY(napi_create_object(env, &object));
  for (; numbers->name[0] != '\0'; numbers += 1) {
    TRY(set_number(env, object, numbers->name, numbers->value));
  }
  return napi_set_named_property(env, exports, name, object);
}

static napi_status export_structures(napi_env env, napi_value exports) {
  napi_value structures;
  napi_value fields = NULL;
  TRY(napi_create_object(env, &structures));
  const struct sctpkit_layout_field *row = sctpkit_layout_structures;
  for (; row->structure[0] != '\0'; row += 1) {
    napi_value entry;
    TRY(napi_create_object(env, &entry));
    TRY(set_number(env, entry, "sizeBytes", row->size_bytes));
    if (row->field[0] == '\0') {
      TRY(napi_create_object(env, &fields));
      TRY(napi_set_named_property(env, entry, "fields", fields));
      TRY(napi_set_named_property(env, structures, row->structure, entry));
    } else {
      TRY(set_number(env, entry, "offsetBytes", row->offset_bytes));
      TRY(napi_set_named_property(env, fields, row->field, entry));
    }
  }
  return napi_set_named_property(env, exports, "structures", structures);
}

napi_status sctpkit_export_layout(napi_env env, napi_value exports) {
  TRY(export_structures(env, exports));
  TRY(export_numbers(env, exports, "constants", sctpkit_layout_constants));
  return export_numbers(env, exports, "errnos", sctpkit_layout_errnos);
}
