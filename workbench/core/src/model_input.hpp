// A model that a user names: an ONNX network, or a .sd file.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "sdengine/graph/network.hpp"
#include "sdengine/pack/sd_file.hpp"

namespace sd::core {

/// True for what pack::load() should read: by the first bytes, or where those say nothing (a
/// damaged file), by the name's ending.
[[nodiscard]] bool is_sd_file(const std::filesystem::path& file);

/// A .sd file with its model's hash. Throws InputError for an ONNX file, pack::FileError.
struct SdInput {
  pack::SdFile file;
  std::string hash;  ///< of the file's bytes
};
[[nodiscard]] SdInput load_sd(const std::filesystem::path& file);

/// A network that is to be decomposed. Throws InputError for a .sd file, graph::ImportError.
[[nodiscard]] graph::Network load_onnx(const std::filesystem::path& file);

struct ModelInput {
  graph::Network network;  ///< with float weights: the network's own, or those that a .sd rebuilds
  std::shared_ptr<const pack::PackedModel> packed;  ///< of a .sd file; null for ONNX
  std::string hash;                                 ///< of the file's bytes
  std::vector<std::string> notes;
};

/// Throws InputError, graph::ImportError, pack::FileError.
[[nodiscard]] ModelInput load_model(const std::filesystem::path& file);

}  // namespace sd::core
