#include "session.hpp"

namespace sd::regression {

Ending run_faults(const Request& request) {
  Session session(request, 4096);
  return {session.finish(), 0};
}

}  // namespace sd::regression
