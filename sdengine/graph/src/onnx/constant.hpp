// A tensor whose values are known when the model is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace onnx {
class TensorProto;
}

namespace sd::graph {

using Dims = std::vector<std::int64_t>;

/// Elements of any ONNX type are held as float (float16, float, double) or as 64-bit integer
/// (integers and bool).
struct Constant {
  Dims dims;
  bool floating = false;
  std::vector<float> floats;           ///< used if floating
  std::vector<std::int64_t> integers;  ///< used if not

  [[nodiscard]] std::size_t size() const { return floating ? floats.size() : integers.size(); }
  [[nodiscard]] int rank() const { return static_cast<int>(dims.size()); }
};

using ConstantPtr = std::shared_ptr<const Constant>;

/// Product of dims. Throws ImportError if a dim is negative or the product is above 2^31, naming
/// `what`.
[[nodiscard]] std::size_t element_count(const Dims& dims, const std::string& what);

/// Checks the payload against the dims. Throws ImportError for other lengths, types that are not
/// numbers, and data in other files.
[[nodiscard]] Constant read_tensor(const onnx::TensorProto& tensor, const std::string& what);

[[nodiscard]] Constant integer_vector(std::vector<std::int64_t> values);
[[nodiscard]] Constant integer_scalar(std::int64_t value);

/// A result of the same type whose element i is element `source[i]` of `from`.
[[nodiscard]] Constant take(const Constant& from, Dims dims,
                            const std::vector<std::size_t>& source);

/// A result of the same type whose element at a position is element `start` plus the sum of the
/// position times `steps` of `from`: slices, transposes, repetitions. Throws std::logic_error if
/// that leaves `from`.
[[nodiscard]] Constant take_strided(const Constant& from, Dims dims, std::int64_t start,
                                    const std::vector<std::int64_t>& steps);

/// Row-major strides in elements.
[[nodiscard]] std::vector<std::size_t> strides_of(const Dims& dims);

/// "2 x 3 x 4", or "scalar".
[[nodiscard]] std::string to_text(const Dims& dims);

/// A name from an untrusted file for messages and reports: no control characters, valid UTF-8, at
/// most 200 bytes.
[[nodiscard]] std::string printable(const std::string& name);

}  // namespace sd::graph
