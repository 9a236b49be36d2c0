#include "formal/report.hpp"

#include <fmt/format.h>

namespace sd::formal {
namespace {

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n')
      result += "\\n";
    else if (static_cast<unsigned char>(c) < 0x20)
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    else
      result += c;
  }
  return result + '"';
}

std::string strings(const std::vector<std::string>& list) {
  std::vector<std::string> all;
  for (const std::string& text : list) all.push_back(quoted(text));
  return fmt::format("[{}]", fmt::join(all, ", "));
}

std::string json(const Counterexample& trace) {
  std::vector<std::string> values;
  for (const auto& [name, value] : trace.values)
    values.push_back(quoted(name) + ": " + quoted(value));
  return fmt::format("{{\"property\": {}, \"cycle\": {}, \"waveform\": {}, \"values\": {{{}}}}}",
                     quoted(trace.property), trace.cycle, quoted(trace.waveform.string()),
                     fmt::join(values, ", "));
}

std::string json(const Result& result) {
  std::string extra;
  if (!result.reached.empty()) extra += ", \"reached\": " + strings(result.reached);
  if (result.counterexample) extra += ", \"counterexample\": " + json(*result.counterexample);
  return fmt::format(
      "{{\"method\": \"{}\", \"status\": \"{}\", \"depth\": {}, \"seconds\": {:.2f}{}}}",
      text(result.method), text(result.status), result.depth, result.seconds, extra);
}

std::string json(const ProofReport& report) {
  std::vector<std::string> faults;
  for (const FaultOutcome& fault : report.faults)
    faults.push_back(fmt::format("{{\"fault\": {}, \"refuted\": {}, \"by\": {}}}",
                                 quoted(fault.description), fault.refuted, quoted(fault.by)));
  return fmt::format(
      "{{\"name\": {}, \"what\": {}, \"parameters\": {}, \"passed\": {}, \"seconds\": {:.2f}, "
      "\"result\": {}{}, \"faults\": [{}]}}",
      quoted(report.name), quoted(report.what), quoted(report.parameters), report.passed,
      report.seconds, json(report.result),
      report.covers ? ", \"covers\": " + json(*report.covers) : "", fmt::join(faults, ", "));
}

}  // namespace

std::string to_markdown(const std::vector<ProofReport>& reports) {
  std::string table =
      "| proof | what | parameters | method | depth (cycles) | result | covers | faults refuted | "
      "seconds |\n|---|---|---|---|---|---|---|---|---|\n";
  for (const ProofReport& r : reports)
    table += fmt::format(
        "| `{}` | {} | {} | {} | {} | {} | {} | {} of {} | {:.1f} |\n", r.name, r.what,
        r.parameters, text(r.result.method), r.result.depth, text(r.result.status),
        r.covers ? fmt::format("{} in {}", r.covers->reached.size(), r.covers->depth) : "",
        r.faults_refuted(), r.faults.size(), r.seconds);
  return table;
}

std::string to_json(const std::vector<ProofReport>& reports) {
  std::vector<std::string> proofs;
  for (const ProofReport& report : reports) proofs.push_back(json(report));
  return fmt::format("{{\"schema\": \"smartdeal.formal/1\", \"proofs\": [\n{}\n]}}\n",
                     fmt::join(proofs, ",\n"));
}

}  // namespace sd::formal
