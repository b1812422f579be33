// Turns the process's standard error off and on again, around the loading of libtensorflow.
//
// TensorFlow logs from its static initialisers, before TF_CPP_MIN_LOG_LEVEL is applied and below what JavaScript can
// catch; those lines would stand among the user's own messages. Failures to load arrive as exceptions, not as log lines.
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "node_api.h"

namespace {

int saved = -1;

napi_value Silence(napi_env, napi_callback_info) {
  if (saved >= 0) return nullptr;
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0) return nullptr;
  fflush(stderr);
  saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (saved >= 0) dup2(nowhere, STDERR_FILENO);
  close(nowhere);
  return nullptr;
}

napi_value Restore(napi_env, napi_callback_info) {
  if (saved < 0) return nullptr;
  fflush(stderr);
  dup2(saved, STDERR_FILENO);
  close(saved);
  saved = -1;
  return nullptr;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_value function;
  if (napi_create_function(env, "silence", NAPI_AUTO_LENGTH, Silence, nullptr, &function) == napi_ok) {
    napi_set_named_property(env, exports, "silence", function);
  }
  if (napi_create_function(env, "restore", NAPI_AUTO_LENGTH, Restore, nullptr, &function) == napi_ok) {
    napi_set_named_property(env, exports, "restore", function);
  }
  return exports;
}
