// Bit-exact integer inference: THE definition of a right answer.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "sdengine/integer/trace.hpp"
#include "sdengine/pack/packed_model.hpp"

namespace sd::integer {

using Tensor = std::vector<std::int8_t>;  ///< channels first

class Executor {
 public:
  explicit Executor(std::shared_ptr<const pack::PackedModel> model);

  /// Real pixels (normalised) -> integers, by round-half-away and saturation to -128..127.
  [[nodiscard]] Tensor quantise_input(std::span<const float> image) const;

  /// One operator on given inputs (in the operator's input order).
  [[nodiscard]] Tensor run_operator(int operator_index,
                                    std::span<const Tensor* const> inputs) const;

  using Observer = std::function<void(int operator_index, const Tensor& values)>;
  /// The whole network; returns the outputs' values, one output after the other. A softmax at the
  /// end passes its input through.
  [[nodiscard]] Tensor run(const Tensor& image) const;
  [[nodiscard]] Tensor run(const Tensor& image, const Observer& see) const;
  /// The same, adding what the image does to `trace` (docs/numerics.md, "Traces"): an empty one, or
  /// one of the same model. Throws std::invalid_argument for the trace of another model.
  [[nodiscard]] Tensor run(const Tensor& image, Trace& trace) const;

  [[nodiscard]] const pack::PackedModel& model() const { return *model_; }

 private:
  struct Prepared;
  [[nodiscard]] Tensor run(const Tensor& image, const Observer& see, Trace* trace) const;
  [[nodiscard]] Tensor execute(int operator_index, std::span<const Tensor* const> inputs,
                               std::int64_t* saturated) const;
  std::shared_ptr<const pack::PackedModel> model_;
  std::shared_ptr<const Prepared> prepared_;
};

/// Index of the largest value, the lowest index on a tie.
[[nodiscard]] int argmax(std::span<const std::int8_t> values);

}  // namespace sd::integer
