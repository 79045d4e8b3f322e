// The layout table: what this platform's headers say of structures, constants and errors. Its source is generated.

#ifndef SCTPKIT_LAYOUT_H
#define SCTPKIT_LAYOUT_H

#include <node_api.h>

// Sets `structures`, `constants` and `errnos` of the addon's exports. Runs once for each environment, at load.
napi_status sctpkit_export_layout(napi_env env, napi_value exports);

#endif
