#include <fmt/format.h>

#include <new>

#include "lowering.hpp"
#include "metadata.hpp"
#include "read_model.hpp"
#include "sdengine/graph/onnx_import.hpp"

namespace sd::graph {
namespace {

Network import_checked(const std::filesystem::path& file, const ImportOptions& options) {
  const Model model = read_model(file);
  Network network = Lowering(model.proto.graph(), model.opset, file.stem().string(), options).run();
  read_metadata(model.proto, network);
  validate(network);
  return network;
}

}  // namespace

Network import_onnx(const std::filesystem::path& file, const ImportOptions& options) {
  try {
    return import_checked(file, options);
  } catch (const ImportError& error) {
    throw ImportError(fmt::format("cannot import '{}': {}", file.string(), error.what()));
  } catch (const std::bad_alloc&) {
    throw ImportError(
        fmt::format("cannot import '{}': it needs more memory than there is", file.string()));
  }
}

}  // namespace sd::graph
