#include "rtl/hcl/emit.hpp"

#include <unordered_set>

#include "emit/module_text.hpp"

namespace hcl {

namespace {

std::string text_of(const graph::Module& module, const EmitOptions& options) {
  if (module.sram) return emitter::sram_text(module, options);
  if (module.black_box) return emitter::black_box_text(module, options);
  return emitter::module_text(module, options);
}

}  // namespace

std::vector<EmittedFile> emit(const Design& design, const EmitOptions& options) {
  std::vector<EmittedFile> files;
  std::unordered_set<std::string> written;
  for (const auto& module : design.graph().modules) {
    // A black box without a body is in somebody else's file; of those with equal bodies one is
    // kept.
    if (module->black_box && module->black_box->body.empty()) continue;
    if (!written.insert(module->text_name()).second) continue;
    files.push_back({module->text_name() + ".sv", text_of(*module, options)});
  }
  return files;
}

std::string file_list(const std::vector<EmittedFile>& files, const std::string& folder) {
  std::string text;
  for (const EmittedFile& file : files)
    text += (folder.empty() || folder.ends_with('/') ? folder : folder + "/") + file.name + "\n";
  return text;
}

}  // namespace hcl
