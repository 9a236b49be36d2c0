#include "stage_of_scales.hpp"

#include <string>

#include "structure.hpp"

namespace sd::pack {

OutputStage stage_of_scales(const graph::Operator& op, float weight_scale, float input_scale,
                            float output_scale) try {
  return stage_for(static_cast<double>(weight_scale) * input_scale / output_scale);
} catch (const PackError& error) {
  fail(op, std::string("needs ") + error.what());
}

}  // namespace sd::pack
