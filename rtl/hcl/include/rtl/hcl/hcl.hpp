// The hardware construction library: docs/hcl.md.
#pragma once

#include "rtl/hcl/black_box.hpp"
#include "rtl/hcl/bundle.hpp"
#include "rtl/hcl/design.hpp"
#include "rtl/hcl/elaborate.hpp"
#include "rtl/hcl/emit.hpp"
#include "rtl/hcl/error.hpp"
#include "rtl/hcl/inspect.hpp"
#include "rtl/hcl/memory.hpp"
#include "rtl/hcl/module.hpp"
#include "rtl/hcl/operators.hpp"
#include "rtl/hcl/register_map.hpp"
#include "rtl/hcl/state.hpp"
#include "rtl/hcl/value.hpp"
