// One module as one file.
#pragma once

#include <string>

#include "graph/module.hpp"
#include "rtl/hcl/emit.hpp"

namespace hcl::emitter {

[[nodiscard]] std::string module_text(const graph::Module& module, const EmitOptions& options);

/// A memory wrapper: behavioural for simulation, a black box for synthesis.
[[nodiscard]] std::string sram_text(const graph::Module& module, const EmitOptions& options);

/// A black box that has a body.
[[nodiscard]] std::string black_box_text(const graph::Module& module, const EmitOptions& options);

/// The comment at the head of a file.
[[nodiscard]] std::string head_comment(const graph::Module& module, const EmitOptions& options);

/// `module NAME (`, the ports in columns, `);`
[[nodiscard]] std::string port_list(const graph::Module& module);

/// `clk_i`, `clk_fast_i`; `rst_ni`, `rst_fast_ni`.
[[nodiscard]] std::string clock_text(const std::string& domain);
[[nodiscard]] std::string reset_text(const std::string& domain);

/// `logic`, `logic [7:0]`, `logic signed [7:0]`.
[[nodiscard]] std::string type_text(int width, bool is_signed);

}  // namespace hcl::emitter
