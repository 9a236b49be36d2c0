#include "provenance_json.hpp"

namespace sd::core {

Json provenance_json(const pack::Provenance& provenance) {
  Json json = {
      {"source", provenance.source_name},
      {"source_hash",
       provenance.source_sha256.empty() ? Json() : Json("sha256:" + provenance.source_sha256)},
      {"tool", provenance.tool},
      {"version", provenance.product_version}};
  // A file that load() took has JSON there; parsed without exceptions all the same.
  Json settings = Json::parse(provenance.settings, nullptr, false);
  if (!settings.is_discarded()) json["settings"] = std::move(settings);
  return json;
}

}  // namespace sd::core
