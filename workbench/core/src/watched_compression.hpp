// Calls of the compression room under a job's observer.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

#include "sdengine/compress/compress.hpp"
#include "stages.hpp"
#include "verilator_tb/errors.hpp"
#include "workbench/core/job.hpp"

namespace sd::core {

/// Returns `call(progress, stop)`; its stages become the job's, with `prefix` before their names,
/// and its exceptions those that the programs know.
template <typename Call>
auto compress_watched(const std::string& network, const std::string& prefix, Stages& stages,
                      Call&& call) {
  std::string stage;
  const compress::Progress progress = [&](const std::string& now, double fraction,
                                          const std::string& detail) {
    if (now != stage) {
      stage = now;
      stages.begin(prefix + now, detail);
    } else {
      stages.update(fraction, detail);
    }
  };
  try {
    return std::forward<Call>(call)(progress, stages.stop());
  } catch (const compress::Cancelled&) {
    throw tb::Cancelled();
  } catch (const std::invalid_argument& error) {
    throw InputError(fmt::format("{}: {}", network, error.what()));
  }
}

}  // namespace sd::core
