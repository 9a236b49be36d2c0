#include "regression/random_program.hpp"

#include <algorithm>
#include <array>

#include "program_workplace.hpp"

namespace sd::regression {

namespace {

constexpr std::array numbers{&ProgramContents::computes,
                             &ProgramContents::vectors,
                             &ProgramContents::windows,
                             &ProgramContents::pointwise,
                             &ProgramContents::fully_connected,
                             &ProgramContents::dilated,
                             &ProgramContents::bypassed,
                             &ProgramContents::several_slices,
                             &ProgramContents::kept_bases,
                             &ProgramContents::no_rows,
                             &ProgramContents::several_groups,
                             &ProgramContents::several_tiles,
                             &ProgramContents::grouped,
                             &ProgramContents::blocks_of_rows,
                             &ProgramContents::residuals,
                             &ProgramContents::in_place,
                             &ProgramContents::both_destinations,
                             &ProgramContents::local_only,
                             &ProgramContents::skipping,
                             &ProgramContents::strided,
                             &ProgramContents::maxima,
                             &ProgramContents::sums,
                             &ProgramContents::two_operands,
                             &ProgramContents::across,
                             &ProgramContents::zeros,
                             &ProgramContents::store_to_load,
                             &ProgramContents::without_fence};

}  // namespace

ProgramContents& ProgramContents::operator+=(const ProgramContents& other) {
  for (const auto number : numbers) this->*number += other.*number;
  return *this;
}

std::vector<std::uint8_t> RandomProgram::expected_image() const {
  auto result = image;
  for (const ExpectedBytes& region : expected)
    std::copy(region.bytes.begin(), region.bytes.end(), result.begin() + region.address);
  return result;
}

RandomProgram random_program(const design::DesignPoint& design, std::uint64_t seed,
                             const ProgramOptions& options) {
  Workplace w(design, seed, options);
  int made = 0;
  for (int tries = 0; made < options.layers && tries < 8 * options.layers; ++tries) {
    made += w.dice.chance(0.65) ? add_array_layer(w) : add_vector_layer(w);
    w.pinned.clear();
    w.drop_some(0.1);
  }
  w.prove_all();
  w.builder.finish();
  RandomProgram result{
      design,     w.builder.image(), w.builder.address(), w.builder.program(), w.builder.expected(),
      w.contents, w.values};
  for (const schedule::Command& command : result.commands)
    if (const auto* compute = std::get_if<schedule::Compute>(&command.operation))
      result.contents.without_fence += compute->fence == 0;
  return result;
}

}  // namespace sd::regression
