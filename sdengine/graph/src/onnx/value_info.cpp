#include "value_info.hpp"

namespace sd::graph {

void set_value_info(onnx::ValueInfoProto& value, const std::string& name,
                    const std::vector<std::int64_t>& dims) {
  value.set_name(name);
  auto* tensor = value.mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(onnx::TensorProto::FLOAT);
  for (const std::int64_t dim : dims) {
    auto* added = tensor->mutable_shape()->add_dim();
    if (dim == 0) {
      added->set_dim_param("N");
    } else {
      added->set_dim_value(dim);
    }
  }
}

}  // namespace sd::graph
