// Many images on several simulations at once, with one result whatever their number.
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>
#include <vector>

#include "verilator_tb/simulate.hpp"

namespace sd::tb {

struct NumberedImage {
  std::size_t number = 0;  ///< in messages, and for the seeds of the memory
  integer::Tensor values;
};

/// Simulates each image by itself, on an accelerator fresh from reset: what comes out depends on
/// the image and its number alone. `jobs` images are worked on at a time (0: as many as there are
/// cores), in order. SimulationOptions::first_image and trace_file are not looked at.
///
/// `done`, one call at a time, takes the result of each image that is finished, in the order in
/// which they are. After an image that differs or makes the design fail, those behind it are given
/// up, those before it are finished. Returns the results in the order of `images`, up to the first
/// one that differs. Throws DesignFault for the first image at which the design failed, if none
/// before it differs, and Cancelled.
[[nodiscard]] std::vector<SimulationResult> simulate_each(
    const BuiltModel& model, const schedule::Program& program, const integer::Executor& reference,
    const std::vector<NumberedImage>& images, const SimulationOptions& options, std::size_t jobs,
    const std::function<void(std::size_t number, const SimulationResult& result)>& done,
    const std::function<void(const SimulationProgress&)>& progress, std::stop_token stop);

}  // namespace sd::tb
