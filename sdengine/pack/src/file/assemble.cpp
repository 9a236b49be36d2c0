#include "assemble.hpp"

#include "arrays.hpp"
#include "checksum.hpp"
#include "layer_table.hpp"
#include "network_json.hpp"

namespace sd::pack {

Container assemble(const PackedModel& model, const Provenance& provenance) {
  require_provenance(provenance);
  const auto& [source_name, source_sha256, settings, product_version, tool] = provenance;
  return {{{"format", format_name},
           {"format_version", std::to_string(format_version)},
           {"sha256", unset_checksum()},
           {"source_name", source_name},
           {"source_sha256", source_sha256},
           {"product_version", product_version},
           {"tool", tool},
           {"settings", settings},
           {"network", network_to_json(model.network)},
           {"layers", layers_to_json(model)}},
          to_tensors(model)};
}

}  // namespace sd::pack
