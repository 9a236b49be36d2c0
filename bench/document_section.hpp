// A benchmark's part of a Markdown document: between two comments, so that a later run replaces it
// and leaves the rest as it is.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace sd::benchmark {

/// Puts `text` (whole lines) between `<!-- NAME: begin -->` and `<!-- NAME: end -->` of the file;
/// at its end, behind `heading`, if there is no such part yet. Written aside, then renamed.
inline void write_section(const std::filesystem::path& file, const std::string& name,
                          const std::string& heading, const std::string& text) {
  const std::string begin = "<!-- " + name + ": begin -->\n", end = "<!-- " + name + ": end -->\n";
  std::string document;
  {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream all;
    all << in.rdbuf();
    document = all.str();
  }
  const std::size_t from = document.find(begin), to = document.find(end);
  if (from != std::string::npos && to != std::string::npos && from < to) {
    document.replace(from, to - from, begin + text);
  } else {
    if (!document.empty()) document += "\n";
    document += heading + "\n\n" + begin + text + end;
  }
  const std::filesystem::path aside = file.string() + ".part";
  std::ofstream out(aside, std::ios::binary);
  out << document;
  out.close();
  if (!out) throw std::runtime_error("cannot write " + aside.string());
  std::filesystem::rename(aside, file);
}

}  // namespace sd::benchmark
