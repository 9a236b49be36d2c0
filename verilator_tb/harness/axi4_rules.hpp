// The rules that the checkers hold. Names with AXI4 are those of Arm's protocol assertions
// (DUI 0534), the sections are those of IHI 0022; names with SD are rules of this project: the
// subset of AXI4 that the accelerator uses, and memory hazards that AXI leaves to the manager.
// Arm's _X rules are missing, since the simulator has two states: what is unknown starts random
// instead. Its EXCL and AxLEN_LOCK rules are covered by SD_SUBSET_EXCLUSIVE.
#pragma once

#include <array>

namespace axi::rule {

// clang-format off
#define SD_AXI4_RULES(X) \
  X(AXI4_ERRM_AWADDR_BOUNDARY,    "a write burst stays inside 4 KiB (A3.4.1)") \
  X(AXI4_ERRM_AWADDR_WRAP_ALIGN,  "a WRAP write starts at a multiple of its beat (A3.4.1)") \
  X(AXI4_ERRM_AWBURST,            "AWBURST is not 3 (A3.4.1)") \
  X(AXI4_ERRM_AWLEN_FIXED,        "a FIXED write has at most 16 beats (A3.4.1)") \
  X(AXI4_ERRM_AWLEN_WRAP,         "a WRAP write has 2, 4, 8 or 16 beats (A3.4.1)") \
  X(AXI4_ERRM_AWSIZE,             "a beat is not wider than the bus (A3.4.1)") \
  X(AXI4_ERRM_AWCACHE,            "a transaction that is not modifiable has no allocation hint (A4.4)") \
  X(AXI4_ERRM_AWVALID_RESET,      "AWVALID is low in the first cycle after reset (A3.1.2)") \
  X(AXI4_ERRM_AWVALID_STABLE,     "AWVALID stays until AWREADY (A3.2.1)") \
  X(AXI4_ERRM_AWID_STABLE,        "AWID keeps its value until AWREADY (A3.2.1)") \
  X(AXI4_ERRM_AWADDR_STABLE,      "AWADDR keeps its value until AWREADY (A3.2.1)") \
  X(AXI4_ERRM_AWLEN_STABLE,       "AWLEN keeps its value until AWREADY (A3.2.1)") \
  X(AXI4_ERRM_AWSIZE_STABLE,      "AWSIZE keeps its value until AWREADY (A3.2.1)") \
  X(AXI4_ERRM_AWBURST_STABLE,     "AWBURST keeps its value until AWREADY (A3.2.1)") \
  X(AXI4_ERRM_AWLOCK_STABLE,      "AWLOCK keeps its value until AWREADY (A3.2.1)") \
  X(AXI4_ERRM_AWCACHE_STABLE,     "AWCACHE keeps its value until AWREADY (A3.2.1)") \
  X(AXI4_ERRM_AWPROT_STABLE,      "AWPROT keeps its value until AWREADY (A3.2.1)") \
  X(AXI4_ERRM_AWQOS_STABLE,       "AWQOS keeps its value until AWREADY (A3.2.1)") \
  X(AXI4_ERRM_AWREGION_STABLE,    "AWREGION keeps its value until AWREADY (A3.2.1)") \
  X(AXI4_RECS_AWREADY_MAX_WAIT,   "AWREADY comes within max_wait_cycles of AWVALID") \
  X(AXI4_ERRM_WDATA_NUM,          "WLAST comes with the beat that AWLEN says (A3.4.1)") \
  X(AXI4_ERRM_WSTRB,              "strobes lie in the lanes of the beat (A3.4.3)") \
  X(AXI4_ERRM_WVALID_RESET,       "WVALID is low in the first cycle after reset (A3.1.2)") \
  X(AXI4_ERRM_WVALID_STABLE,      "WVALID stays until WREADY (A3.2.1)") \
  X(AXI4_ERRM_WDATA_STABLE,       "WDATA keeps its value until WREADY (A3.2.1)") \
  X(AXI4_ERRM_WSTRB_STABLE,       "WSTRB keeps its value until WREADY (A3.2.1)") \
  X(AXI4_ERRM_WLAST_STABLE,       "WLAST keeps its value until WREADY (A3.2.1)") \
  X(AXI4_RECS_WREADY_MAX_WAIT,    "WREADY comes within max_wait_cycles of WVALID") \
  X(AXI4_ERRS_BRESP_AW,           "a write response follows a write address of its id (A3.3.1)") \
  X(AXI4_ERRS_BRESP_WLAST,        "a write response follows the last write data (A3.3.1)") \
  X(AXI4_ERRS_BRESP_EXOKAY,       "EXOKAY answers only exclusive writes (A7.2)") \
  X(AXI4_ERRS_BRESP_ALL_DONE_EOS, "every write has its response at the end (A3.4.4)") \
  X(AXI4_ERRS_BVALID_RESET,       "BVALID is low in the first cycle after reset (A3.1.2)") \
  X(AXI4_ERRS_BVALID_STABLE,      "BVALID stays until BREADY (A3.2.1)") \
  X(AXI4_ERRS_BID_STABLE,         "BID keeps its value until BREADY (A3.2.1)") \
  X(AXI4_ERRS_BRESP_STABLE,       "BRESP keeps its value until BREADY (A3.2.1)") \
  X(AXI4_RECM_BREADY_MAX_WAIT,    "BREADY comes within max_wait_cycles of BVALID") \
  X(AXI4_ERRM_ARADDR_BOUNDARY,    "a read burst stays inside 4 KiB (A3.4.1)") \
  X(AXI4_ERRM_ARADDR_WRAP_ALIGN,  "a WRAP read starts at a multiple of its beat (A3.4.1)") \
  X(AXI4_ERRM_ARBURST,            "ARBURST is not 3 (A3.4.1)") \
  X(AXI4_ERRM_ARLEN_FIXED,        "a FIXED read has at most 16 beats (A3.4.1)") \
  X(AXI4_ERRM_ARLEN_WRAP,         "a WRAP read has 2, 4, 8 or 16 beats (A3.4.1)") \
  X(AXI4_ERRM_ARSIZE,             "a beat is not wider than the bus (A3.4.1)") \
  X(AXI4_ERRM_ARCACHE,            "a transaction that is not modifiable has no allocation hint (A4.4)") \
  X(AXI4_ERRM_ARVALID_RESET,      "ARVALID is low in the first cycle after reset (A3.1.2)") \
  X(AXI4_ERRM_ARVALID_STABLE,     "ARVALID stays until ARREADY (A3.2.1)") \
  X(AXI4_ERRM_ARID_STABLE,        "ARID keeps its value until ARREADY (A3.2.1)") \
  X(AXI4_ERRM_ARADDR_STABLE,      "ARADDR keeps its value until ARREADY (A3.2.1)") \
  X(AXI4_ERRM_ARLEN_STABLE,       "ARLEN keeps its value until ARREADY (A3.2.1)") \
  X(AXI4_ERRM_ARSIZE_STABLE,      "ARSIZE keeps its value until ARREADY (A3.2.1)") \
  X(AXI4_ERRM_ARBURST_STABLE,     "ARBURST keeps its value until ARREADY (A3.2.1)") \
  X(AXI4_ERRM_ARLOCK_STABLE,      "ARLOCK keeps its value until ARREADY (A3.2.1)") \
  X(AXI4_ERRM_ARCACHE_STABLE,     "ARCACHE keeps its value until ARREADY (A3.2.1)") \
  X(AXI4_ERRM_ARPROT_STABLE,      "ARPROT keeps its value until ARREADY (A3.2.1)") \
  X(AXI4_ERRM_ARQOS_STABLE,       "ARQOS keeps its value until ARREADY (A3.2.1)") \
  X(AXI4_ERRM_ARREGION_STABLE,    "ARREGION keeps its value until ARREADY (A3.2.1)") \
  X(AXI4_RECS_ARREADY_MAX_WAIT,   "ARREADY comes within max_wait_cycles of ARVALID") \
  X(AXI4_ERRS_RID,                "read data follow a read address of their id (A3.3.1, A5.3.1)") \
  X(AXI4_ERRS_RDATA_NUM,          "RLAST comes with the beat that ARLEN says (A3.4.1)") \
  X(AXI4_ERRS_RRESP_EXOKAY,       "EXOKAY answers only exclusive reads (A7.2)") \
  X(AXI4_ERRS_RLAST_ALL_DONE_EOS, "every read has its last beat at the end (A3.4.1)") \
  X(AXI4_ERRS_RVALID_RESET,       "RVALID is low in the first cycle after reset (A3.1.2)") \
  X(AXI4_ERRS_RVALID_STABLE,      "RVALID stays until RREADY (A3.2.1)") \
  X(AXI4_ERRS_RID_STABLE,         "RID keeps its value until RREADY (A3.2.1)") \
  X(AXI4_ERRS_RDATA_STABLE,       "RDATA keeps its value until RREADY (A3.2.1)") \
  X(AXI4_ERRS_RRESP_STABLE,       "RRESP keeps its value until RREADY (A3.2.1)") \
  X(AXI4_ERRS_RLAST_STABLE,       "RLAST keeps its value until RREADY (A3.2.1)") \
  X(AXI4_RECM_RREADY_MAX_WAIT,    "RREADY comes within max_wait_cycles of RVALID") \
  X(SD_SUBSET_EXCLUSIVE,          "AxLOCK is low: no exclusive access") \
  X(SD_SUBSET_INCR,               "bursts are INCR") \
  X(SD_SUBSET_FULL_WIDTH,         "beats are as wide as the bus") \
  X(SD_SUBSET_ALIGNED,            "bursts start at a multiple of the bus width") \
  X(SD_HAZARD_READ_AFTER_WRITE,   "no read of bytes whose write has no response yet: it may see either value") \
  X(SD_HAZARD_WRITE_AFTER_READ,   "no write of bytes whose read has not ended: it may see either value") \
  X(SD_HAZARD_WRITE_AFTER_WRITE,  "no write of bytes that a write of another id without response covers")

#define SD_AXI4_LITE_RULES(X) \
  X(AXI4_ERRM_AWVALID_RESET)  X(AXI4_ERRM_AWVALID_STABLE) X(AXI4_ERRM_AWADDR_STABLE) X(AXI4_ERRM_AWPROT_STABLE) \
  X(AXI4_RECS_AWREADY_MAX_WAIT) \
  X(AXI4_ERRM_WVALID_RESET)   X(AXI4_ERRM_WVALID_STABLE)  X(AXI4_ERRM_WDATA_STABLE)  X(AXI4_ERRM_WSTRB_STABLE) \
  X(AXI4_RECS_WREADY_MAX_WAIT) \
  X(AXI4_ERRS_BVALID_RESET)   X(AXI4_ERRS_BVALID_STABLE)  X(AXI4_ERRS_BRESP_STABLE)  X(AXI4_ERRS_BRESP_AW) \
  X(AXI4_ERRS_BRESP_WLAST)    X(AXI4LITE_ERRS_BRESP_EXOKAY) X(AXI4_RECM_BREADY_MAX_WAIT) X(AXI4_ERRS_BRESP_ALL_DONE_EOS) \
  X(AXI4_ERRM_ARVALID_RESET)  X(AXI4_ERRM_ARVALID_STABLE) X(AXI4_ERRM_ARADDR_STABLE) X(AXI4_ERRM_ARPROT_STABLE) \
  X(AXI4_RECS_ARREADY_MAX_WAIT) \
  X(AXI4_ERRS_RVALID_RESET)   X(AXI4_ERRS_RVALID_STABLE)  X(AXI4_ERRS_RDATA_STABLE)  X(AXI4_ERRS_RRESP_STABLE) \
  X(AXI4_ERRS_RID)            X(AXI4LITE_ERRS_RRESP_EXOKAY) X(AXI4_RECM_RREADY_MAX_WAIT) X(AXI4_ERRS_RLAST_ALL_DONE_EOS)
// clang-format on

#define SD_RULE(name, meaning) inline constexpr const char* name = #name;
SD_AXI4_RULES(SD_RULE)
#undef SD_RULE
inline constexpr const char* AXI4LITE_ERRS_BRESP_EXOKAY = "AXI4LITE_ERRS_BRESP_EXOKAY";
inline constexpr const char* AXI4LITE_ERRS_RRESP_EXOKAY = "AXI4LITE_ERRS_RRESP_EXOKAY";

struct Entry {
  const char* name;
  const char* meaning;
};

#define SD_ENTRY(name, meaning) Entry{#name, meaning},
inline constexpr std::array axi4_rules = {SD_AXI4_RULES(SD_ENTRY)};
#undef SD_ENTRY
#define SD_NAME(name) name,
inline constexpr std::array axi4_lite_rules = {SD_AXI4_LITE_RULES(SD_NAME)};
#undef SD_NAME

}  // namespace axi::rule
