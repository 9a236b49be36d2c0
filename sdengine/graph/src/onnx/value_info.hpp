#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <string>
#include <vector>

namespace sd::graph {

/// Declares a float32 tensor; a first dimension of 0 becomes the open batch "N".
void set_value_info(onnx::ValueInfoProto& value, const std::string& name,
                    const std::vector<std::int64_t>& dims);

}  // namespace sd::graph
