// The steps of compress(): rate-distortion curves once, then fits for a budget of bits, as often as
// a target needs.
#pragma once

#include <optional>

#include "allocation.hpp"

namespace sd::compress {

/// Reports progress and stops when asked to.
class Reporter {
 public:
  Reporter(const Progress& progress, std::stop_token stop)
      : progress_(progress), stop_(std::move(stop)) {}
  /// Throws Cancelled if the stop token asks for it.
  void at(const std::string& stage, double fraction, const std::string& detail) const {
    if (stop_.stop_requested()) throw Cancelled();
    if (progress_) progress_(stage, fraction, detail);
  }

 private:
  const Progress& progress_;
  std::stop_token stop_;
};

class Pipeline {
 public:
  /// `original` has its batch norm folded. All arguments must outlive the pipeline.
  Pipeline(const graph::Network& original, std::span<const std::vector<float>> images,
           const Options& options, const Reporter& report);

  /// Fits every layer. `bits` is what the decomposed layers may take together; without it each
  /// layer has the setting of its plan.
  [[nodiscard]] Result realise(std::optional<double> bits, const std::string& stage);

  /// Measured when a budget first asks for them.
  [[nodiscard]] const std::vector<LayerCurve>& curves();
  /// Weights of the layers that are decomposed.
  [[nodiscard]] double weights() const;

 private:
  struct Budget;
  [[nodiscard]] bool data_aware() const { return options_.data_aware && !images_.empty(); }
  [[nodiscard]] LayerFit fit_within(const LayerProblem& problem, std::size_t curve, Budget& budget);
  void realise_weights(Result& result, Budget* budget, const std::string& stage);
  void realise_outputs(Result& result, Budget* budget, const std::string& stage);
  [[nodiscard]] decompose::Decomposition fit_paper(const LayerPlan& plan,
                                                   const LayerProblem& problem) const;
  void fit_layer(Result& result, const LayerPlan& plan, const LayerProblem& problem,
                 std::size_t curve, Budget* budget);

  const graph::Network& original_;
  std::span<const std::vector<float>> images_;
  const Options& options_;
  const Reporter& report_;
  std::vector<LayerPlan> plans_;
  std::vector<LayerCurve> curves_;  ///< of the decomposed layers, in the order of the plans
};

}  // namespace sd::compress
