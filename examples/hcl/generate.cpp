// Writes the SystemVerilog of the three examples into a folder: `hcl_examples FOLDER`.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "fifo.hpp"
#include "fir.hpp"
#include "gcd.hpp"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: hcl_examples FOLDER\n";
    return 2;
  }
  try {
    const std::filesystem::path folder = argv[1];
    std::filesystem::create_directories(folder);
    for (const hcl::Design& design :
         {hcl::elaborate<examples::Fifo>(8, 6), hcl::elaborate<examples::Gcd>(16),
          hcl::elaborate<examples::Fir>(12, std::vector<int>{-3, 12, 40, 12, -3})})
      for (const hcl::EmittedFile& file : hcl::emit(design)) {
        std::ofstream out(folder / file.name);
        out << file.text;
        if (!out.flush()) throw std::runtime_error("cannot write " + (folder / file.name).string());
        std::cout << file.name << '\n';
      }
  } catch (const std::exception& error) {  // ElaborationError: one line a problem
    std::cerr << error.what() << '\n';
    return 1;
  }
}
