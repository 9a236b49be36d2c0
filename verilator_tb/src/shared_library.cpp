#include "shared_library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <utility>

#include "verilator_tb/errors.hpp"

namespace sd::tb {

SharedLibrary::SharedLibrary(const std::filesystem::path& file) : file_(file) {
  handle_ = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle_ == nullptr) {
    const char* reason = ::dlerror();
    throw ToolError(fmt::format(
        "cannot load the compiled model {}: {}; remove its folder, so that it is built again",
        file.string(), reason != nullptr ? reason : "unknown reason"));
  }
}

SharedLibrary::SharedLibrary(SharedLibrary&& other) noexcept
    : file_(std::move(other.file_)), handle_(std::exchange(other.handle_, nullptr)) {}

SharedLibrary::~SharedLibrary() {
  if (handle_ != nullptr) ::dlclose(handle_);
}

void* SharedLibrary::symbol(const std::string& name) const {
  if (void* found = ::dlsym(handle_, name.c_str())) return found;
  throw ToolError(fmt::format(
      "the compiled model {} does not offer {}: remove its folder, so that it is built again",
      file_.string(), name));
}

}  // namespace sd::tb
