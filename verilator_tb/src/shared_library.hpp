// A compiled model in this process.
#pragma once

#include <filesystem>
#include <string>

namespace sd::tb {

class SharedLibrary {
 public:
  /// Throws ToolError naming the file.
  explicit SharedLibrary(const std::filesystem::path& file);
  SharedLibrary(SharedLibrary&& other) noexcept;
  SharedLibrary& operator=(SharedLibrary&&) = delete;
  ~SharedLibrary();

  /// The function of that name. Throws ToolError if the library does not offer it.
  template <class Function>
  [[nodiscard]] Function* function(const std::string& name) const {
    return reinterpret_cast<Function*>(symbol(name));
  }

 private:
  [[nodiscard]] void* symbol(const std::string& name) const;
  std::filesystem::path file_;
  void* handle_ = nullptr;
};

}  // namespace sd::tb
