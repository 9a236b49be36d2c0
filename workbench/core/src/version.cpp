#include "workbench/core/version.hpp"

namespace sd::core {

const char* version() {
  return SD_VERSION;
}

}  // namespace sd::core
