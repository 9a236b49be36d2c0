// The rooms' own errors about a user's input, as the one type that the programs catch.
#pragma once

#include <exception>
#include <utility>

#include "energy_model/energy.hpp"
#include "rtl/design/design_point.hpp"
#include "sdengine/data/dataset.hpp"
#include "sdengine/graph/onnx_import.hpp"
#include "sdengine/pack/packed_model.hpp"
#include "sdengine/zoo/zoo.hpp"
#include "workbench/core/job.hpp"

namespace sd::core {

/// Calls `work`; what it throws about its input becomes an InputError with the same words.
template <typename Work>
auto as_input_error(Work&& work) {
  try {
    return std::forward<Work>(work)();
  } catch (const graph::ImportError& error) {
    throw InputError(error.what());
  } catch (const zoo::ZooError& error) {
    throw InputError(error.what());
  } catch (const data::DataError& error) {
    throw InputError(error.what());
  } catch (const design::DesignError& error) {
    throw InputError(error.what());
  } catch (const pack::PackError& error) {
    throw InputError(error.what());
  } catch (const energy::TechnologyError& error) {
    throw InputError(error.what());
  }
}

}  // namespace sd::core
