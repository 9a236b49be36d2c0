#pragma once

namespace sd::core {

/// "MAJOR.MINOR.PATCH" of the product.
[[nodiscard]] const char* version();

}  // namespace sd::core
