// The back end: a design as SystemVerilog.
#pragma once

#include <string>
#include <vector>

#include "rtl/hcl/design.hpp"

namespace hcl {

/// Whether the text says from which line of C++ each statement comes.
enum class Locations {
  none,
  comments,    ///< `// queue.cpp:31` above it
  directives,  ///< `` `line``: messages of tools then name the C++ file
};

struct EmitOptions {
  std::string banner;  ///< comment lines at the head of every file, without `//`; may be empty
  int line_length = 100;
  Locations locations = Locations::none;
  std::string source_root{};  ///< file names of locations are relative to it; those outside of it,
                              ///< or all if it is empty, stand without their folders
};

struct EmittedFile {
  std::string name;  ///< `<module>.sv`
  std::string text;
};

/// One file a module, in compile order; the last one holds the top. The same design gives the same
/// bytes.
[[nodiscard]] std::vector<EmittedFile> emit(const Design& design, const EmitOptions& options = {});

/// A list of the files, one a line, each behind `folder` (may be empty): what `verilator -f` reads.
[[nodiscard]] std::string file_list(const std::vector<EmittedFile>& files,
                                    const std::string& folder = "");

/// JSON: top, files in compile order, and of each module its parameters, ports, instances, how
/// often it is instantiated, register bits, memories, assertions, assumptions, covers and counters.
[[nodiscard]] std::string manifest(const Design& design, const std::vector<EmittedFile>& files);

}  // namespace hcl
