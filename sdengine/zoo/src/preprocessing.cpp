#include "families.hpp"

namespace sd::zoo {

graph::Preprocessing imagenet_preprocessing() {
  return {.mean = {0.485F, 0.456F, 0.406F}, .stddev = {0.229F, 0.224F, 0.225F}, .from_model = true};
}

graph::Preprocessing cifar_preprocessing() {
  return {.mean = {0.4914F, 0.4822F, 0.4465F},
          .stddev = {0.2470F, 0.2435F, 0.2616F},
          .from_model = true};
}

graph::Preprocessing mnist_preprocessing() {
  return {.mean = {0.1307F}, .stddev = {0.3081F}, .from_model = true};
}

}  // namespace sd::zoo
