// The network as the product sees it: hardware operators in topological order, batch norm folded
// unless asked, ReLU fused.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sd::graph {

/// Shape of one image's tensor, channels first. The batch is always implicit.
struct TensorShape {
  int channels = 0;
  int height = 1;
  int width = 1;

  [[nodiscard]] std::size_t elements() const {
    return static_cast<std::size_t>(channels) * static_cast<std::size_t>(height) *
           static_cast<std::size_t>(width);
  }
  friend bool operator==(const TensorShape&, const TensorShape&) = default;
};

enum class OperatorKind {
  input,            ///< the image; exactly one, operator 0
  convolution,      ///< weights [M][C/groups][R][S], bias [M]
  fully_connected,  ///< weights [M][C], bias [M]; its input is read flattened, channel-major
  add,              ///< element-wise sum of two inputs of equal shape
  max_pool,
  average_pool,   ///< global average pooling is an average_pool whose window is the whole plane
  subsample_pad,  ///< strided slice, then zero channels before and after ("option A" shortcuts)
  concat,         ///< along channels
  activation,     ///< a ReLU that could not be fused
  softmax,        ///< last operator only; does not change the decision
};

/// The word for reports and error messages ("convolution", "fully connected", ...).
[[nodiscard]] const char* to_string(OperatorKind kind);

/// Geometry of a sliding window (convolution and pooling). Pads are zero for convolution, "not
/// there" for max pooling.
struct Window {
  int kernel_height = 1, kernel_width = 1;
  int stride_height = 1, stride_width = 1;
  int dilation_height = 1, dilation_width = 1;
  int pad_top = 0, pad_left = 0, pad_bottom = 0, pad_right = 0;
  bool count_include_pad = false;  ///< average pooling only
  friend bool operator==(const Window&, const Window&) = default;
};

struct SubsamplePad {
  int stride_height = 1, stride_width = 1;
  int channels_before = 0, channels_after = 0;
  friend bool operator==(const SubsamplePad&, const SubsamplePad&) = default;
};

/// Batch normalisation of a layer's result: gamma * (y - mean) / sqrt(variance + epsilon) + beta,
/// per filter.
struct BatchNorm {
  std::vector<float> gamma, beta, mean, variance;  ///< one per filter
  float epsilon = 1e-5F;
  friend bool operator==(const BatchNorm&, const BatchNorm&) = default;
};

struct Operator {
  OperatorKind kind = OperatorKind::input;
  std::string name;  ///< the ONNX node's name (or its output's, where a node has none); unique
  std::vector<int> inputs;  ///< indices of the operators that produce the inputs, in order
  TensorShape output;
  bool relu =
      false;  ///< a ReLU is applied to the result (convolution, fully connected, add, activation)
  std::optional<float> clip_upper;  ///< ReLU6 and Clip: upper bound after ReLU

  Window window;               ///< convolution, pooling
  int groups = 1;              ///< convolution
  SubsamplePad subsample;      ///< subsample_pad
  std::vector<float> weights;  ///< convolution [M][C/groups][R][S]; fully_connected [M][C]
  std::vector<float> bias;  ///< [M]; always present for convolution and fully_connected (zeros if
                            ///< the node had none)

  /// Convolution and fully connected: applied to the result (bias included) before the ReLU. Only
  /// where the importer was asked to keep it (ImportOptions) or unfold_batch_norm() put it;
  /// `weights` and `bias` are then the raw ones.
  std::optional<BatchNorm> batch_norm;

  [[nodiscard]] bool has_weights() const {
    return kind == OperatorKind::convolution || kind == OperatorKind::fully_connected;
  }
};

/// How pixels become the network's input: (value / 255 - mean[c]) / std[c].
struct Preprocessing {
  std::vector<float> mean, stddev;  ///< one per input channel
  bool from_model =
      false;  ///< true if the ONNX file's metadata said so; false if it is the default
};

/// How an ONNX file knows one of the network's outputs.
struct OutputTensor {
  std::string name;
  std::vector<std::int64_t> dims;  ///< batch first, 0 where it is open; elements() of the operator
                                   ///< in the same order in memory
  friend bool operator==(const OutputTensor&, const OutputTensor&) = default;
};

struct Network {
  std::string name;
  std::vector<Operator> operators;  ///< topological order; operators[0] is the input
  std::vector<int>
      outputs;  ///< indices of the operators whose results are the network's outputs; at least one
  /// Parallel to `outputs`, or empty (operators' names and shapes). Names the model's outputs or,
  /// with postprocessing, the tensors that it reads.
  std::vector<OutputTensor> output_tensors;
  /// Of the ONNX file's input, batch first (0 where it is open); empty: [0, channels, height,
  /// width].
  std::vector<std::int64_t> input_dims;
  /// What the ONNX graph does after the cut (boxes from scores and such), untouched: a serialised
  /// ONNX ModelProto whose inputs are `output_tensors` and whose outputs are the original model's.
  /// Empty if there was no cut. Executors and the hardware stop at `outputs`; exports contain it
  /// again.
  std::string postprocessing;
  Preprocessing preprocessing;
  std::vector<std::string> class_names;  ///< may be empty
  std::vector<std::string> notes;  ///< what the importer did that a reader of a report should know

  [[nodiscard]] const TensorShape& input_shape() const { return operators.front().output; }
  /// The only output, for those that need a classifier. Throws ImportError if the network has
  /// several, or none.
  [[nodiscard]] int output() const;
  /// Multiply-accumulates of one image through operator `index` (0 for operators without weights).
  [[nodiscard]] std::int64_t macs(int index) const;
};

/// Checks every index, shape and array length; throws ImportError naming the operator on the first
/// violation.
void validate(const Network& network);

}  // namespace sd::graph
