#include "constant.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <string_view>

#include "sdengine/graph/onnx_import.hpp"

namespace sd::graph {
namespace {

static_assert(std::endian::native == std::endian::little, "ONNX raw data is little-endian");

constexpr std::int64_t max_elements = std::int64_t{1} << 31;

/// IEEE 754 binary16.
float half_to_float(std::uint16_t half) {
  const int exponent = (half >> 10) & 31;
  const int fraction = half & 1023;
  float value = 0;
  if (exponent == 31) {
    value = fraction == 0 ? INFINITY : NAN;
  } else if (exponent == 0) {
    value = std::ldexp(static_cast<float>(fraction), -24);
  } else {
    value = std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
  }
  return (half & 0x8000) != 0 ? -value : value;
}

/// Values of stored type T from the raw bytes if there are any, else from the typed field.
template <typename T, typename Field, typename Result, typename Convert>
void read_values(const onnx::TensorProto& tensor, const Field& field, std::size_t count,
                 const std::string& what, std::vector<Result>& result, Convert convert) {
  if (tensor.has_raw_data()) {
    const std::string& raw = tensor.raw_data();
    if (raw.size() != count * sizeof(T)) {
      throw ImportError(
          fmt::format("{} holds {} bytes where its shape asks for {}; the file is damaged", what,
                      raw.size(), count * sizeof(T)));
    }
    result.resize(count);  // not before the file is known to hold so many
    for (std::size_t i = 0; i < count; ++i) {
      T value;
      std::memcpy(&value, raw.data() + i * sizeof(T), sizeof(T));
      result[i] = convert(value);
    }
    return;
  }
  if (static_cast<std::size_t>(field.size()) != count) {
    throw ImportError(
        fmt::format("{} holds {} values where its shape asks for {}; the file is damaged", what,
                    field.size(), count));
  }
  result.resize(count);
  for (std::size_t i = 0; i < count; ++i)
    result[i] = convert(static_cast<T>(field.Get(static_cast<int>(i))));
}

template <typename T>
void read_integers(const onnx::TensorProto& tensor, std::size_t count, const std::string& what,
                   Constant& result) {
  const auto convert = [](T value) { return static_cast<std::int64_t>(value); };
  if constexpr (std::is_same_v<T, std::int64_t>) {
    read_values<T>(tensor, tensor.int64_data(), count, what, result.integers, convert);
  } else if constexpr (std::is_same_v<T, std::uint32_t> || std::is_same_v<T, std::uint64_t>) {
    read_values<T>(tensor, tensor.uint64_data(), count, what, result.integers, convert);
  } else {
    read_values<T>(tensor, tensor.int32_data(), count, what, result.integers, convert);
  }
}

}  // namespace

std::size_t element_count(const Dims& dims, const std::string& what) {
  std::int64_t count = 1;
  for (const std::int64_t dim : dims) {
    if (dim < 0 || dim > max_elements) {
      throw ImportError(
          fmt::format("{} has a dimension of {}; the file is damaged or not supported", what, dim));
    }
    count *= dim;
    if (count > max_elements) {
      throw ImportError(
          fmt::format("{} has more than {} elements; the file is damaged or not supported", what,
                      max_elements));
    }
  }
  return static_cast<std::size_t>(count);
}

Constant read_tensor(const onnx::TensorProto& tensor, const std::string& what) {
  using Tensor = onnx::TensorProto;
  if (tensor.data_location() == Tensor::EXTERNAL || tensor.external_data_size() > 0) {
    throw ImportError(
        fmt::format("{} keeps its values in another file, which is not supported; save the model "
                    "as a single file",
                    what));
  }
  if (tensor.has_segment())
    throw ImportError(fmt::format("{} is stored in segments, which is not supported", what));
  Constant result;
  result.dims.assign(tensor.dims().begin(), tensor.dims().end());
  const std::size_t count = element_count(result.dims, what);
  const auto same = [](float value) { return value; };
  switch (tensor.data_type()) {
    case Tensor::FLOAT:
      result.floating = true;
      read_values<float>(tensor, tensor.float_data(), count, what, result.floats, same);
      break;
    case Tensor::DOUBLE:
      result.floating = true;
      read_values<double>(tensor, tensor.double_data(), count, what, result.floats,
                          [](double value) { return static_cast<float>(value); });
      break;
    case Tensor::FLOAT16:
      result.floating = true;
      read_values<std::uint16_t>(tensor, tensor.int32_data(), count, what, result.floats,
                                 half_to_float);
      break;
    case Tensor::INT64:
      read_integers<std::int64_t>(tensor, count, what, result);
      break;
    case Tensor::INT32:
      read_integers<std::int32_t>(tensor, count, what, result);
      break;
    case Tensor::INT16:
      read_integers<std::int16_t>(tensor, count, what, result);
      break;
    case Tensor::INT8:
      read_integers<std::int8_t>(tensor, count, what, result);
      break;
    case Tensor::UINT8:
    case Tensor::BOOL:
      read_integers<std::uint8_t>(tensor, count, what, result);
      break;
    case Tensor::UINT16:
      read_integers<std::uint16_t>(tensor, count, what, result);
      break;
    case Tensor::UINT32:
      read_integers<std::uint32_t>(tensor, count, what, result);
      break;
    case Tensor::UINT64:
      read_integers<std::uint64_t>(tensor, count, what, result);
      break;
    default:
      throw ImportError(fmt::format("{} has element type {}, which is not supported; use float32",
                                    what, tensor.data_type()));
  }
  return result;
}

Constant integer_vector(std::vector<std::int64_t> values) {
  return {{static_cast<std::int64_t>(values.size())}, false, {}, std::move(values)};
}

Constant integer_scalar(std::int64_t value) {
  return {{}, false, {}, {value}};
}

Constant take(const Constant& from, Dims dims, const std::vector<std::size_t>& source) {
  Constant result{std::move(dims), from.floating, {}, {}};
  if (from.floating) {
    result.floats.reserve(source.size());
    for (const std::size_t index : source) result.floats.push_back(from.floats.at(index));
  } else {
    result.integers.reserve(source.size());
    for (const std::size_t index : source) result.integers.push_back(from.integers.at(index));
  }
  return result;
}

namespace {

template <typename T>
std::vector<T> strided(const std::vector<T>& from, const Dims& dims, std::int64_t start,
                       const std::vector<std::int64_t>& steps) {
  std::vector<T> result;
  if (std::find(dims.begin(), dims.end(), 0) != dims.end()) return result;
  std::int64_t lowest = start, highest = start, count = 1;
  for (std::size_t axis = 0; axis < dims.size(); ++axis) {
    count *= dims[axis];
    const std::int64_t reach = (dims[axis] - 1) * steps[axis];
    (reach < 0 ? lowest : highest) += reach;
  }
  if (lowest < 0 || highest >= static_cast<std::int64_t>(from.size()))
    throw std::logic_error("a constant is read outside its elements");
  result.reserve(static_cast<std::size_t>(count));
  const std::int64_t inner = dims.empty() ? 1 : dims.back();
  const std::int64_t inner_step = steps.empty() ? 0 : steps.back();
  Dims position(dims.size(), 0);
  for (std::int64_t at = start;;) {
    for (std::int64_t i = 0; i < inner; ++i)
      result.push_back(from[static_cast<std::size_t>(at + i * inner_step)]);
    std::size_t axis = dims.empty() ? 0 : dims.size() - 1;  // the innermost is done
    for (; axis > 0; --axis) {
      at += steps[axis - 1];
      if (++position[axis - 1] < dims[axis - 1]) break;
      at -= dims[axis - 1] * steps[axis - 1];
      position[axis - 1] = 0;
    }
    if (axis == 0) return result;
  }
}

}  // namespace

Constant take_strided(const Constant& from, Dims dims, std::int64_t start,
                      const std::vector<std::int64_t>& steps) {
  Constant result{std::move(dims), from.floating, {}, {}};
  if (from.floating) {
    result.floats = strided(from.floats, result.dims, start, steps);
  } else {
    result.integers = strided(from.integers, result.dims, start, steps);
  }
  return result;
}

std::vector<std::size_t> strides_of(const Dims& dims) {
  std::vector<std::size_t> strides(dims.size(), 1);
  for (std::size_t axis = dims.size(); axis-- > 1;) {
    strides[axis - 1] = strides[axis] * static_cast<std::size_t>(dims[axis]);
  }
  return strides;
}

std::string to_text(const Dims& dims) {
  return dims.empty() ? "scalar" : fmt::format("{}", fmt::join(dims, " x "));
}

namespace {

/// Length of the valid, printable UTF-8 sequence at the front of `text`; 0 if there is none.
std::size_t printable_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return first >= 0x20 && first != 0x7f ? 1 : 0;
  const std::size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
  const bool surrogate = first == 0xed && byte(1) >= 0xa0;
  const bool too_large = first == 0xf4 && byte(1) >= 0x90;
  return overlong || surrogate || too_large ? 0 : length;
}

}  // namespace

std::string printable(const std::string& name) {
  constexpr std::size_t longest = 200;
  std::string result;
  std::string_view rest = name;
  while (!rest.empty() && result.size() < longest) {
    const std::size_t length = printable_length(rest);
    result += length == 0 ? "?" : rest.substr(0, length);
    rest.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

}  // namespace sd::graph
