// A whole network -> SD: each layer's settings by measured rate-distortion, each layer's codes for
// the least error of its output.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

#include "sdengine/decompose/decompose.hpp"
#include "sdengine/decompose/paper.hpp"
#include "sdengine/graph/network.hpp"
#include "sdengine/pack/packed_model.hpp"

namespace sd::compress {

enum class Algorithm {
  exact,  ///< best code of every row, closed-form basis; data-aware where images are given
  paper,  ///< the published procedure
};

/// What a user wants of some layers. Rules are tried in order; the first whose pattern matches the
/// layer's name holds for it.
struct LayerRule {
  std::string pattern;  ///< of the whole name; * stands for any text, ? for one character
  bool dense = false;   ///< leave the layer in dense 8-bit weights
  std::optional<int> rank, levels;  ///< both or none: the allocation then chooses lambda only
  std::optional<int> pointwise_columns, slice_rows, filters_per_basis;
};

/// One setting that the allocation may choose for a layer.
struct Candidate {
  int rank = 0, levels = 0;
  friend bool operator==(const Candidate&, const Candidate&) = default;
};
[[nodiscard]] std::vector<Candidate> default_candidates();

/// How the allocation weighs the relative output errors of the layers against each other.
enum class Importance {
  alike,     ///< one by one
  measured,  ///< by what noise in each layer does to the network's outputs
};

struct Options {
  Algorithm algorithm = Algorithm::exact;
  decompose::PaperSettings paper;  ///< algorithm paper
  /// Algorithm exact: rank, levels and prune_energy where there is no target; all else always.
  decompose::Settings exact;
  /// 32 bits per weight / bits by the reference's count with an 8-bit basis (`b8`), over the
  /// decomposed layers. The result's is at least this, and as near to it as the last layer's codes
  /// allow.
  std::optional<double> target_ratio;
  /// Percentage points that may be lost: of accuracy where `labels` are given, of agreement with
  /// the float network's decisions otherwise. Needs images and a network with one output; every
  /// second image is kept from the fits and measures the loss.
  std::optional<double> target_drop;
  std::vector<int> labels;  ///< one for each image, or none; only target_drop reads them
  std::vector<LayerRule> rules;
  std::vector<Candidate> candidates = default_candidates();  ///< where there is a target
  Importance importance = Importance::measured;  ///< where there are a target and images
  bool dense_first = false, dense_last = false;  ///< leave that layer in dense 8-bit weights
  bool data_aware = true;       ///< minimise the error of outputs, where there are images
  bool bias_correction = true;  ///< where there are images
  /// Restore mean and deviation of every output channel to the float network's, where there are
  /// images: what re-estimating batch norm does for a network whose batch norm is folded.
  bool norm_reestimation = false;
};

/// One operator with weights.
struct LayerResult {
  int operator_index = 0;
  std::string name, kind;
  bool decomposed = false;
  std::string reason;  ///< why it is left dense, where it is
  decompose::WeightShape shape;
  int rank = 0, levels = 0, columns = 0, slice_rows = 0, filters_per_basis = 0;
  double relative_error = 0;  ///< of the weights
  double output_error = 0;    ///< relative, on the calibration images; 0 without them
  double row_sparsity = 0;    ///< rows of Ce that are zero
  double sparsity = 0;        ///< coefficients that are zero
  std::int64_t weights = 0;
  std::int64_t bits_b8 = 0, bits_b32 = 0;        ///< the reference's count with 8- and 32-bit bases
  std::int64_t bits_packed = 0, bits_dense = 0;  ///< this project's packed form; 8-bit weights
};

/// One measured point of the rate-distortion curve of the network.
struct CurvePoint {
  double ratio_b8 = 0;
  double distortion = 0;  ///< sum over layers of the relative output (or weight) error squared
};

struct Result {
  /// "SD float": the network with the weights that Ce * B rebuilds, biases corrected where asked.
  /// With it (not with the original network), pack::pack() makes the integer model.
  graph::Network network;
  std::vector<pack::LayerChoice>
      choices;  ///< per operator; input means of `network` where images were given
  std::vector<LayerResult> layers;
  double relative_error = 0;                             ///< of all decomposed weights together
  double ratio_b8 = 0, ratio_b32 = 0, ratio_packed = 0;  ///< of the decomposed layers
  std::vector<CurvePoint> curve;                         ///< where there was a target
  std::vector<std::string> notes;
};

using Progress =
    std::function<void(const std::string& stage, double fraction, const std::string& detail)>;

/// Thrown when the stop token asks for it.
class Cancelled : public std::runtime_error {
 public:
  Cancelled() : std::runtime_error("cancelled") {}
};

/// `images` are normalised, channels first; none: the error of the weights is minimised. The result
/// is the same for every number of threads. Throws std::invalid_argument for options that do not
/// fit the network or each other, naming the field; Cancelled.
[[nodiscard]] Result compress(const graph::Network& network,
                              std::span<const std::vector<float>> images, const Options& options,
                              const Progress& progress, std::stop_token stop);

/// compress() for several target ratios, whose curves are measured once. options.target_ratio is
/// not read.
[[nodiscard]] std::vector<Result> compress_at_ratios(const graph::Network& network,
                                                     std::span<const std::vector<float>> images,
                                                     const Options& options,
                                                     std::span<const double> ratios,
                                                     const Progress& progress,
                                                     std::stop_token stop);

}  // namespace sd::compress
