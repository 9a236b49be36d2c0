#include "stages.hpp"

#include <utility>

namespace sd::core {

namespace {
constexpr auto update_interval = std::chrono::milliseconds(50);
}

void Stages::check() const {
  if (stop_.stop_requested()) throw tb::Cancelled();
}

void Stages::begin(std::string stage, const std::string& detail) {
  check();
  const std::scoped_lock lock(one_call_);
  stage_ = std::move(stage);
  last_update_ = {};
  if (observer_.progress) observer_.progress(stage_, -1, detail);
}

void Stages::update(double fraction, const std::string& detail) {
  check();
  const std::scoped_lock lock(one_call_);
  const auto now = std::chrono::steady_clock::now();
  if (now - last_update_ < update_interval) return;
  last_update_ = now;
  if (observer_.progress) observer_.progress(stage_, fraction, detail);
}

void Stages::layers(const std::vector<LayerReport>& layers) {
  const std::scoped_lock lock(one_call_);
  if (layers_ != nullptr && *layers_) (*layers_)(layers);
}

}  // namespace sd::core
