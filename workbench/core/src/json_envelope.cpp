#include "json_envelope.hpp"

#include <utility>

#include "workbench/core/version.hpp"

namespace sd::core {

std::string envelope(const std::string& command, Json inputs, Json results) {
  Json report;
  report["schema"] = "smartdeal-report/1";
  report["command"] = command;
  report["version"] = version();
  report["inputs"] = std::move(inputs);
  report["results"] = std::move(results);
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json design_json(const design::DesignPoint& design) {
  return {
      {"name", design.name},
      {"hash", design::content_hash(design)},
      {"slices", design.slices},
      {"lines", design.lines},
      {"macs", design.macs},
      {"mac_kind", design.mac_kind == design::MacKind::booth_serial ? "booth_serial" : "parallel"},
      {"rebuild", design.rebuild},
      {"skip_weight_rows", design.skip_weight_rows},
      {"skip_activation_rows", design.skip_activation_rows},
      {"rank", design.rank},
      {"levels", design.levels},
      {"columns", design.columns},
      {"slice_rows", design.slice_rows},
      {"input_buffer_bytes", design.input_buffer_bytes},
      {"weight_buffer_bytes", design.weight_buffer_bytes},
      {"index_buffer_entries", design.index_buffer_entries},
      {"output_buffer_bytes", design.output_buffer_bytes},
      {"axi_data_bits", design.axi_data_bits},
      {"axi_burst_beats", design.axi_burst_beats},
      {"clock_mhz", design.clock_mhz},
  };
}

}  // namespace sd::core
