// The safetensors layout: 8 bytes of header length (little endian), a JSON header, the tensors'
// data without gaps (https://github.com/huggingface/safetensors, "Format").
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sd::pack {

/// One-dimensional tensors are all that the packed file has.
enum class DataType { f32, i32, i16, i8, u8 };
[[nodiscard]] const char* to_string(DataType type);  ///< "F32", ...
[[nodiscard]] std::size_t size_of(DataType type);    ///< in bytes

struct Tensor {
  std::string name;
  DataType type = DataType::u8;
  std::string bytes;
};

struct Container {
  std::vector<std::pair<std::string, std::string>> metadata;  ///< in the order of the file
  std::vector<Tensor> tensors;
};

/// Length, header (padded with spaces to a multiple of 8 bytes) and data. Tensors without elements
/// are left out; the others are written in their order, which must be one of falling alignment.
/// Throws FileError if a text is not UTF-8, or the header larger than the reader takes.
[[nodiscard]] std::string write_container(const Container& container);
/// Bytes of length and header.
[[nodiscard]] std::size_t header_bytes(const Container& container);

struct TensorView {
  DataType type = DataType::u8;
  std::string_view bytes;
};

struct ContainerView {
  std::string_view header;
  std::map<std::string, std::string> metadata;
  std::map<std::string, TensorView> tensors;
};

/// Checks every length and offset against the bytes; throws FileError naming the tensor or field.
/// The views point into `bytes`.
[[nodiscard]] ContainerView read_container(std::string_view bytes);

}  // namespace sd::pack
