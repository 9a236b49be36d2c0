#include "trace.hpp"

#include <algorithm>
#include <map>
#include <sstream>

#include "harness.hpp"

namespace sd::formal {

std::string hexadecimal(const std::string& binary) {
  std::string padded((4 - binary.size() % 4) % 4, '0');
  padded += binary;
  std::string digits;
  for (std::size_t i = 0; i < padded.size(); i += 4) {
    unsigned value = 0;
    for (std::size_t j = 0; j < 4; ++j) value = value * 2 + (padded[i + j] == '1' ? 1 : 0);
    digits += "0123456789abcdef"[value];
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return digits;
}

std::vector<std::pair<std::string, std::string>> values_in_step(const std::string& vcd, int step) {
  std::vector<std::string> scopes;
  std::vector<std::pair<std::string, std::string>> wanted;  // name, code
  std::map<std::string, std::string> now;                   // code -> bits
  std::istringstream in(vcd);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string first, second;
    words >> first >> second;
    if (first == "$scope") {
      words >> second;
      scopes.push_back(second);
    } else if (first == "$upscope") {
      if (!scopes.empty()) scopes.pop_back();
    } else if (first == "$var") {
      std::string width, code, name;
      words >> width >> code >> name;
      if (scopes == std::vector<std::string>{harness_module, top_instance} && name != "clk_i" &&
          !name.ends_with("_d"))
        wanted.emplace_back(name, code);
    } else if (first.starts_with("#")) {
      // Steps are ten units of time apart, the clock falls halfway.
      if (std::stol(first.substr(1)) > 10L * step) break;
    } else if (first.starts_with("b")) {
      now[second] = first.substr(1);
    }
  }
  std::vector<std::pair<std::string, std::string>> values;
  for (const auto& [name, code] : wanted)
    if (const auto found = now.find(code); found != now.end())
      values.emplace_back(name, hexadecimal(found->second));
  std::sort(values.begin(), values.end());
  return values;
}

}  // namespace sd::formal
