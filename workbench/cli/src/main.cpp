// smartdeal: the workbench from the command line.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <exception>
#include <map>
#include <new>
#include <sstream>
#include <string>

#include "commands.hpp"
#include "interrupts.hpp"
#include "output.hpp"
#include "verilator_tb/errors.hpp"
#include "workbench/core/run_job.hpp"
#include "workbench/core/version.hpp"

namespace {

constexpr int wrong_input = 2;
constexpr int cancelled = 128;  // plus the signal, as a shell counts

int complain(const std::string& sentence) {
  fmt::print(stderr, "smartdeal: {}\n", sentence);
  return wrong_input;
}

std::string help_hint(const CLI::App& program) {
  std::string command = "smartdeal";
  for (const CLI::App* at = &program; !at->get_subcommands().empty();) {
    at = at->get_subcommands().front();
    command += " " + at->get_name();
  }
  return command + " --help";
}

int run(int argc, char** argv) {
  CLI::App program(
      "From a trained network to a verified accelerator: decompose, generate, simulate, compare, "
      "cost.",
      "smartdeal");
  program.set_version_flag("--version", std::string("smartdeal ") + sd::core::version());
  program.require_subcommand(0, 1);
  program.footer(
      "smartdeal COMMAND --help says the rest. Exit status: 0 done, 1 the work failed its check, 2 "
      "wrong usage or input.");
  const std::map<std::string, sd::cli::Command> commands = {
      {"run", sd::cli::add_run(program)},           {"decompose", sd::cli::add_decompose(program)},
      {"eval", sd::cli::add_eval(program)},         {"compare", sd::cli::add_compare(program)},
      {"inspect", sd::cli::add_inspect(program)},   {"convert", sd::cli::add_convert(program)},
      {"schedule", sd::cli::add_schedule(program)}, {"simulate", sd::cli::add_simulate(program)},
      {"verify", sd::cli::add_verify(program)},     {"bench", sd::cli::add_bench(program)},
      {"generate", sd::cli::add_generate(program)}, {"doctor", sd::cli::add_doctor(program)}};
  try {
    program.parse(argc, argv);
  } catch (const CLI::Success& wish) {  // --help, --version
    std::ostringstream text;
    program.exit(wish, text, text);
    sd::cli::print(text.str());
    return 0;
  } catch (const CLI::ParseError& error) {
    return complain(fmt::format("{}; see {}", error.what(), help_hint(program)));
  }
  const auto chosen = program.get_subcommands();
  if (chosen.empty()) {
    fmt::print(stderr, "{}", program.help());
    return wrong_input;
  }
  return commands.at(chosen.front()->get_name())();
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that went away is a write error, told like any other
  try {
    return run(argc, argv);
  } catch (const sd::tb::Cancelled&) {
    fmt::print(stderr, "smartdeal: cancelled\n");
    return cancelled + sd::cli::Interrupts::signal();
  } catch (const sd::core::InputError& error) {
    return complain(error.what());
  } catch (const sd::tb::ToolError& error) {
    return complain(error.what());
  } catch (const std::bad_alloc&) {
    return complain("out of memory; try fewer images or a smaller design");
  } catch (const std::exception& error) {
    return complain(fmt::format(
        "internal error: {}; please report it with the command that led to it", error.what()));
  }
}
