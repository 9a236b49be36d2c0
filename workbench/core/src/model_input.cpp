#include "model_input.hpp"

#include <fmt/format.h>

#include <utility>

#include "content_hash.hpp"
#include "sdengine/graph/onnx_import.hpp"
#include "sdengine/pack/rebuilt.hpp"
#include "workbench/core/job.hpp"

namespace sd::core {

bool is_sd_file(const std::filesystem::path& file) {
  return pack::looks_like_sd_file(file) || file.extension() == ".sd";
}

SdInput load_sd(const std::filesystem::path& file) {
  if (!is_sd_file(file) && file.extension() == ".onnx") {
    throw InputError(fmt::format("{} is not a .sd file; make one of it with smartdeal decompose",
                                 file.string()));
  }
  SdInput input;
  input.file = pack::load(file);
  input.hash = hash_of_file(file);
  return input;
}

graph::Network load_onnx(const std::filesystem::path& file) {
  if (is_sd_file(file))
    throw InputError(fmt::format(
        "{} is decomposed already; give the ONNX network that it was made from", file.string()));
  return graph::import_onnx(file);
}

ModelInput load_model(const std::filesystem::path& file) {
  ModelInput input;
  if (is_sd_file(file)) {
    SdInput sd = load_sd(file);
    input.network = pack::rebuilt_network(sd.file.model);
    input.packed = std::make_shared<const pack::PackedModel>(std::move(sd.file.model));
    input.hash = std::move(sd.hash);
  } else {
    input.network = graph::import_onnx(file);
    input.hash = hash_of_file(file);
  }
  input.notes = input.network.notes;
  return input;
}

}  // namespace sd::core
