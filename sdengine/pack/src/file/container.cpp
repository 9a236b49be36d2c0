#include "container.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "strict_json.hpp"

namespace sd::pack {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::size_t length_bytes = 8;
/// A network of 1,000 operators needs some 200 KiB. Parsed, a header takes some 20 times its size.
constexpr std::size_t largest_header = std::size_t{8} << 20;
/// Header, tensor, array of offsets.
constexpr int header_depth = 3;

constexpr std::array all_types = {DataType::f32, DataType::i32, DataType::i16, DataType::i8,
                                  DataType::u8};

/// Where one tensor's data lie, in bytes from the start of the data.
struct Extent {
  std::uint64_t begin = 0, end = 0;
};

std::string quoted(const std::string& name) {
  return fmt::format("tensor {}", json(name).dump(-1, ' ', false, json::error_handler_t::replace));
}

std::vector<std::uint64_t> unsigned_integers(const json& tensor, const char* key,
                                             const std::string& what) {
  const auto found = tensor.find(key);
  if (found == tensor.end() || !found->is_array())
    throw FileError(fmt::format("{} has no array '{}'", what, key));
  std::vector<std::uint64_t> values;
  for (const json& value : *found) {
    if (!value.is_number_unsigned())
      throw FileError(
          fmt::format("{} has something else than integers from 0 on in '{}'", what, key));
    values.push_back(value.get<std::uint64_t>());
  }
  return values;
}

DataType type_of(const json& tensor, const std::string& what) {
  const auto found = tensor.find("dtype");
  if (found == tensor.end() || !found->is_string())
    throw FileError(fmt::format("{} has no text 'dtype'", what));
  for (const DataType type : all_types)
    if (*found == to_string(type)) return type;
  throw FileError(fmt::format("{} is of type {}; a packed model has F32, I32, I16, I8 and U8", what,
                              found->dump()));
}

/// Extent and type of one tensor, by its entry alone; the extent lies inside the data.
std::pair<Extent, DataType> read_entry(const std::string& name, const json& entry,
                                       std::uint64_t data_size) {
  const std::string what = quoted(name);
  if (!entry.is_object()) throw FileError(fmt::format("{} is not described by an object", what));
  if (entry.size() != 3)
    throw FileError(fmt::format("{} must have 'dtype', 'shape' and 'data_offsets' alone", what));
  const DataType type = type_of(entry, what);
  const std::vector<std::uint64_t> shape = unsigned_integers(entry, "shape", what);
  const std::vector<std::uint64_t> offsets = unsigned_integers(entry, "data_offsets", what);
  if (shape.size() != 1)
    throw FileError(fmt::format("{} has {} dimensions; it must have 1", what, shape.size()));
  if (offsets.size() != 2 || offsets[0] > offsets[1])
    throw FileError(fmt::format("{} must have a begin and an end in 'data_offsets'", what));
  const Extent extent{offsets[0], offsets[1]};
  if (extent.end > data_size)
    throw FileError(
        fmt::format("{} ends at byte {} of the data, of which there are {}; the file is "
                    "cut short or damaged",
                    what, extent.end, data_size));
  const std::uint64_t size = extent.end - extent.begin;
  if (size % size_of(type) != 0 || size / size_of(type) != shape[0])
    throw FileError(fmt::format("{} has {} elements of type {} in {} bytes", what, shape[0],
                                to_string(type), size));
  return {extent, type};
}

/// The tensors, in the order of their data, have to cover all of it without overlap.
void require_cover(const std::map<std::uint64_t, std::pair<std::uint64_t, std::string>>& ends,
                   std::uint64_t data_size) {
  std::uint64_t position = 0;
  for (const auto& [begin, end_and_name] : ends) {
    if (begin != position)
      throw FileError(
          fmt::format("{} starts at byte {} of the data, but the one before it ends at {}",
                      quoted(end_and_name.second), begin, position));
    position = end_and_name.first;
  }
  if (position != data_size)
    throw FileError(fmt::format("the tensors end at byte {} of the data, but there are {}",
                                position, data_size));
}

std::map<std::string, std::string> read_metadata(const json& header) {
  const auto found = header.find("__metadata__");
  if (found == header.end() || !found->is_object())
    throw FileError("the header has no '__metadata__'; this is not a packed model");
  std::map<std::string, std::string> metadata;
  for (const auto& [key, value] : found->items()) {
    if (!value.is_string())
      throw FileError(fmt::format("metadata {} is not a text", json(key).dump()));
    metadata.emplace(key, value.get<std::string>());
  }
  return metadata;
}

std::string dump(const ordered_json& header, const Container& container) try {
  return header.dump();
} catch (const json::type_error&) {
  for (const auto& [key, value] : container.metadata) try {
      (void)json(value).dump();
    } catch (const json::type_error&) {
      throw FileError(fmt::format("'{}' has a text that is not UTF-8; rename it", key));
    }
  throw;
}

std::string length_and_header(const Container& container) {
  ordered_json header;
  ordered_json& metadata = header["__metadata__"] = ordered_json::object();
  for (const auto& [key, value] : container.metadata) metadata[key] = value;
  std::size_t offset = 0;
  for (const Tensor& tensor : container.tensors) {
    const std::size_t size = tensor.bytes.size();
    if (size == 0) continue;
    header[tensor.name] = {{"dtype", to_string(tensor.type)},
                           {"shape", {size / size_of(tensor.type)}},
                           {"data_offsets", {offset, offset + size}}};
    offset += size;
  }
  std::string text = dump(header, container);
  text.resize((text.size() + 7) / 8 * 8, ' ');
  if (text.size() > largest_header)
    throw FileError(fmt::format("its header (graph, names, settings) has {} bytes; {} is the most",
                                text.size(), largest_header));
  std::string length;
  for (std::size_t i = 0; i < length_bytes; ++i)
    length += static_cast<char>(text.size() >> (8 * i) & 0xFF);
  return length + text;
}

}  // namespace

const char* to_string(DataType type) {
  switch (type) {
    case DataType::f32:
      return "F32";
    case DataType::i32:
      return "I32";
    case DataType::i16:
      return "I16";
    case DataType::i8:
      return "I8";
    case DataType::u8:
      return "U8";
  }
  return "?";
}

std::size_t size_of(DataType type) {
  switch (type) {
    case DataType::f32:
    case DataType::i32:
      return 4;
    case DataType::i16:
      return 2;
    case DataType::i8:
    case DataType::u8:
      return 1;
  }
  return 1;
}

std::string write_container(const Container& container) {
  std::string bytes = length_and_header(container);
  for (const Tensor& tensor : container.tensors) bytes += tensor.bytes;
  return bytes;
}

std::size_t header_bytes(const Container& container) {
  return length_and_header(container).size();
}

ContainerView read_container(std::string_view bytes) {
  if (bytes.size() < length_bytes)
    throw FileError(
        fmt::format("it has {} bytes, too few for the length of a header", bytes.size()));
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < length_bytes; ++i)
    length |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  if (length > largest_header || length > bytes.size() - length_bytes)
    throw FileError(
        fmt::format("its header would have {} bytes, of a file of {} and at most {}; it "
                    "is not a packed model, or is cut short",
                    length, bytes.size(), largest_header));
  ContainerView view;
  view.header = bytes.substr(length_bytes, static_cast<std::size_t>(length));
  const std::string_view data = bytes.substr(length_bytes + view.header.size());
  const json header = parse_json(view.header, "the header", header_depth);
  if (!header.is_object()) throw FileError("the header must be a JSON object");
  view.metadata = read_metadata(header);
  std::map<std::uint64_t, std::pair<std::uint64_t, std::string>> ends;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") continue;
    const auto [extent, type] = read_entry(name, entry, data.size());
    if (extent.begin == extent.end)
      throw FileError(fmt::format("{} has no elements; it must be left out", quoted(name)));
    if (!ends.emplace(extent.begin, std::pair(extent.end, name)).second)
      throw FileError(fmt::format("{} starts where another one does", quoted(name)));
    view.tensors[name] = {type, data.substr(extent.begin, extent.end - extent.begin)};
  }
  require_cover(ends, data.size());
  return view;
}

}  // namespace sd::pack
