// Tasks -> steps: the commands' operands, with every buffer's places given out.
#pragma once

#include <vector>

#include "network_plan.hpp"
#include "residence.hpp"
#include "step.hpp"
#include "stores.hpp"
#include "tiling.hpp"

namespace sd::schedule {

/// The buffers while commands are made, in the order of execution.
struct Rings {
  explicit Rings(const design::DesignPoint& design);
  Ring weights, index, parameters, output;
};

/// A convolution or fully connected layer, planned and placed.
struct ArrayTask {
  const Task& task;
  const LayerFacts& facts;
  const Tiling& tiling;
  int layer = 0;  ///< number of its LayerSchedule; keys of its groups in the rings
  bool residual_relu = false;
  pack::ElementwiseStage add;  ///< of the fused addition
  bool own_first = true;       ///< the addition's first input is this layer
};

/// Number of the zero flag that a map or tile at this word of the input buffer begins with.
[[nodiscard]] std::int64_t flag_of(std::int64_t word, const design::DesignPoint& design);

/// The word at which a slot holds the tile; if none does, a LOAD_INPUT brings it first.
std::int64_t load_tile(TileSlots& slots, const TileKey& tile, const std::vector<Map>& maps,
                       const design::DesignPoint& design, Step& step);

/// Destination of rows of some channels of a map: where it lies in the input buffer, and a place in
/// the output buffer with the STORE behind it.
void place_results(Destination& to, Step& step, const Map& map, int channel, int channels,
                   int first_row, int rows, const design::DesignPoint& design, Rings& rings);

void append_array_steps(const ArrayTask& array, const std::vector<Map>& maps,
                        const design::DesignPoint& design, Rings& rings, std::vector<Step>& steps);

/// Cuts a part into channels and rows that fit the room and half the output buffer. The room is
/// enough for the least tile (least_words).
void append_vector_steps(const VectorPart& part, int layer, const Room& room,
                         const std::vector<Map>& maps, const design::DesignPoint& design,
                         Rings& rings, std::vector<Step>& steps);

}  // namespace sd::schedule
