// Packed files taken apart, changed and put together again.
#pragma once

#include <cstring>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "sdengine/pack/sd_file.hpp"

namespace sd::pack::testing {

using Json = nlohmann::ordered_json;

[[nodiscard]] inline SdFile read_text(const std::string& bytes,
                                      Checksum checksum = Checksum::ignore) {
  return from_bytes(std::as_bytes(std::span(bytes)), "model.sd", checksum);
}

[[nodiscard]] inline std::string with_length(const std::string& header, const std::string& data) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(header.size() >> (8 * i) & 0xFF);
  return bytes + header + data;
}

/// The pieces of a file that to_bytes() wrote.
struct Pieces {
  Json header;
  std::string data;

  explicit Pieces(const std::string& bytes) {
    std::size_t length = 0;
    for (std::size_t i = 8; i-- > 0;) length = length << 8 | static_cast<unsigned char>(bytes[i]);
    header = Json::parse(bytes.substr(8, length));
    data = bytes.substr(8 + length);
  }
  [[nodiscard]] std::string bytes() const { return with_length(header.dump(), data); }

  /// Changes a text of the metadata that is JSON itself.
  void edit(const char* key, const std::function<void(Json&)>& change) {
    Json inner = Json::parse(header["__metadata__"][key].get<std::string>());
    change(inner);
    header["__metadata__"][key] = inner.dump();
  }
  /// Where a tensor's data start in `data`.
  [[nodiscard]] std::size_t start_of(const char* tensor) const {
    return header.at(tensor).at("data_offsets").at(0).get<std::size_t>();
  }
  void set_float(const char* tensor, std::size_t index, float value) {
    std::memcpy(data.data() + start_of(tensor) + index * sizeof value, &value, sizeof value);
  }
};

}  // namespace sd::pack::testing
