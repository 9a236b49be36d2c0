// The subcommands. Each adds its options and returns its exit status.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace sd::cli {

/// 0 done, 1 the work failed its check. Throws core::InputError, tb::ToolError, tb::Cancelled.
using Command = std::function<int()>;

Command add_run(CLI::App& program);
Command add_decompose(CLI::App& program);
Command add_eval(CLI::App& program);
Command add_compare(CLI::App& program);
Command add_inspect(CLI::App& program);
Command add_convert(CLI::App& program);
Command add_bench(CLI::App& program);
Command add_schedule(CLI::App& program);
Command add_simulate(CLI::App& program);
Command add_verify(CLI::App& program);
Command add_generate(CLI::App& program);
Command add_doctor(CLI::App& program);

}  // namespace sd::cli
