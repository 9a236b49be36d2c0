#include "rtl/hcl/emit.hpp"

#include "emit/module_text.hpp"

namespace hcl {

std::vector<EmittedFile> emit(const Design& design, const EmitOptions& options) {
  std::vector<EmittedFile> files;
  for (const auto& module : design.graph().modules)
    files.push_back({module->name + ".sv", module->sram ? emitter::sram_text(*module, options)
                                                        : emitter::module_text(*module, options)});
  return files;
}

std::string file_list(const std::vector<EmittedFile>& files, const std::string& folder) {
  std::string text;
  for (const EmittedFile& file : files)
    text += (folder.empty() || folder.ends_with('/') ? folder : folder + "/") + file.name + "\n";
  return text;
}

}  // namespace hcl
