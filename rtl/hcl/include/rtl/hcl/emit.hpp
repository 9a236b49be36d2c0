// The back end: a design as SystemVerilog.
#pragma once

#include <string>
#include <vector>

#include "rtl/hcl/design.hpp"

namespace hcl {

struct EmitOptions {
  std::string banner;  ///< comment lines at the head of every file, without `//`; may be empty
  int line_length = 100;
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

/// JSON: top, modules with parameters, ports and instances, files in compile order.
[[nodiscard]] std::string manifest(const Design& design, const std::vector<EmittedFile>& files);

}  // namespace hcl
