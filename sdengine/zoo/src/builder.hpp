// Adds operators to a Network one after the other, inferring each one's output shape.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sdengine/graph/network.hpp"

namespace sd::zoo {

/// Throws ZooError naming the operator where an input is too small or a tensor too large.
class Builder {
 public:
  Builder(std::string name, graph::TensorShape input, std::uint64_t seed, bool weights = true);

  struct Convolution {
    int filters = 1, kernel = 1, stride = 1, dilation = 1, groups = 1;
    std::optional<int> pad = std::nullopt;  ///< on all sides; default "same": dilation * (kernel/2)
    bool relu = true;
    bool clip6 = false;  ///< ReLU6
    double gain = 1;     ///< deviation of the weights, relative to He's
  };
  /// Each function returns the new operator's index.
  int convolution(const std::string& name, int from, const Convolution& settings);
  /// A batch norm that no convolution can take in, and its ReLU: a depthwise 1 x 1 convolution, as
  /// the ONNX importer makes of it; factors one.
  int batch_norm_relu(const std::string& name, int from);

  struct Pool {
    int size = 2, stride = 2, pad = 0;
  };
  int max_pool(const std::string& name, int from, const Pool& settings);
  int average_pool(const std::string& name, int from, const Pool& settings);
  int global_average_pool(const std::string& name, int from);
  int add(const std::string& name, int a, int b, bool relu);
  int concat(const std::string& name, const std::vector<int>& from);
  int subsample_pad(const std::string& name, int from, const graph::SubsamplePad& settings);
  int fully_connected(const std::string& name, int from, int outputs, bool relu = false);

  [[nodiscard]] const graph::TensorShape& shape(int index) const;
  /// Without `outputs`, the last operator is the output.
  [[nodiscard]] graph::Network finish(graph::Preprocessing preprocessing,
                                      std::vector<int> outputs = {});

 private:
  int append(graph::Operator op);
  int pool(graph::OperatorKind kind, const std::string& name, int from, const Pool& settings);
  void fill(graph::Operator& op, std::int64_t fan_in, double gain);
  [[nodiscard]] double normal();

  graph::Network network_;
  std::uint64_t state_;
  bool weights_;
};

}  // namespace sd::zoo
