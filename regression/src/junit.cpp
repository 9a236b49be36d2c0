#include "regression/junit.hpp"

#include <fmt/format.h>

namespace sd::regression {

namespace {

/// Length of the UTF-8 sequence that begins at `at`; 0 if none does. Surrogates and what lies
/// beyond U+10FFFF are none (Unicode 15, table 3-7); nor are U+FFFE and U+FFFF, which XML forbids.
std::size_t sequence(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t size = first >= 0xc2 && first <= 0xdf   ? 2
                           : first >= 0xe0 && first <= 0xef ? 3
                           : first >= 0xf0 && first <= 0xf4 ? 4
                                                            : 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xc0U) != 0x80U) return 0;
  const unsigned second = byte(1);
  if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
      (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f) ||
      (first == 0xef && second == 0xbf && byte(2) >= 0xbe))
    return 0;
  return size;
}

/// As the content of an element or an attribute of XML 1.0; what may not stand there becomes `?`.
std::string escaped(std::string_view text, bool attribute) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = sequence(text, at);
    const char c = text[at];
    if (size == 0) {
      result += '?';
      ++at;
      continue;
    }
    if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else if (c == '"')
      result += "&quot;";
    else if (c == '\n' && attribute)
      result += "&#10;";
    else if (size == 1 && static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t')
      result += '?';
    else
      result += text.substr(at, size);
    at += size;
  }
  return result;
}

std::string attribute(const char* name, std::string_view value) {
  return fmt::format(" {}=\"{}\"", name, escaped(value, true));
}

struct Counts {
  std::size_t tests = 0, failures = 0, skipped = 0;
  double seconds = 0;
  Counts& operator+=(const Counts& other) {
    tests += other.tests;
    failures += other.failures;
    skipped += other.skipped;
    seconds += other.seconds;
    return *this;
  }
  [[nodiscard]] std::string attributes() const {
    return fmt::format(" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{:.3f}\"",
                       tests, failures, skipped, seconds);
  }
};

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

std::string failure(const std::string& message, const std::string& text) {
  return fmt::format("      <failure{}>{}</failure>\n", attribute("message", message),
                     escaped(text, false));
}

std::string test_case(const RegressionReport& report, const PairReport& pair) {
  const std::string& design = report.plan.designs[pair.design].design.name;
  std::string xml =
      fmt::format("    <testcase{}{} time=\"{:.3f}\"", attribute("classname", design),
                  attribute("name", fmt::format("pair {} {} seed {}", pair.number,
                                                name_of(pair.workload.kind), pair.workload.seed)),
                  pair.seconds);
  switch (pair.state) {
    case PairState::passed:
      return xml + "/>\n";
    case PairState::not_run:
      xml += ">\n      <skipped/>\n";
      break;
    case PairState::failed:
      xml += ">\n" + failure(first_line(pair.failure), failure_text(report.plan, pair));
      break;
  }
  return xml + "    </testcase>\n";
}

std::string suite(const std::string& name, const Counts& counts, const std::string& cases) {
  return fmt::format("  <testsuite{}{}>\n{}  </testsuite>\n", attribute("name", name),
                     counts.attributes(), cases);
}

}  // namespace

std::string junit_text(const RegressionReport& report,
                       const std::vector<CoverageVerdict>& coverage) {
  std::string suites;
  Counts all;
  for (std::size_t d = 0; d < report.plan.designs.size(); ++d) {
    Counts counts;
    std::string cases;
    for (const PairReport& pair : report.pairs) {
      if (pair.design != d) continue;
      ++counts.tests;
      counts.failures += pair.state == PairState::failed ? 1 : 0;
      counts.skipped += pair.state == PairState::not_run ? 1 : 0;
      counts.seconds += pair.seconds;
      cases += test_case(report, pair);
    }
    if (counts.tests == 0) continue;
    suites += suite(report.plan.designs[d].design.name, counts, cases);
    all += counts;
  }
  Counts counts;
  std::string cases;
  for (const CoverageVerdict& verdict : coverage) {
    ++counts.tests;
    counts.failures += verdict.reached ? 0 : 1;
    cases += fmt::format("    <testcase classname=\"coverage\"{} time=\"0.000\"",
                         attribute("name", verdict.name));
    cases += verdict.reached ? "/>\n"
                             : ">\n" + failure(verdict.text, verdict.text) + "    </testcase>\n";
  }
  if (counts.tests != 0) suites += suite("coverage", counts, cases);
  all += counts;
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites{}{}>\n{}</testsuites>\n",
      attribute("name", fmt::format("smartdeal verify --suite {} --seed {}",
                                    name_of(report.plan.suite), report.plan.seed)),
      all.attributes(), suites);
}

}  // namespace sd::regression
