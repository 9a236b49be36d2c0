#include "rtl/accelerator/accelerator.hpp"

#include "rtl/accelerator/compute/compute_side.hpp"
#include "rtl/accelerator/control/control_side.hpp"

namespace sd::rtl {

using namespace hcl;

namespace {

/// The pins of docs/accelerator.md, "Top-level ports".
struct AcceleratorIo {
  Bool irq;
  AxiReadPort read;
  AxiWritePort write;
  AxiLitePort axil;
  AcceleratorIo(Ports& p, const design::DesignPoint& point)
      : irq(p.output<Bool>("irq")),
        read(p, "m_axi", point),
        write(p, "m_axi", point),
        axil(p, "s_axil") {}
};

class Accelerator : public Module<AcceleratorIo> {
 public:
  Accelerator(Context& at, const design::DesignPoint& point)
      : Module(at,
               ModuleName("sd_accelerator")
                   .about("The SmartDeal accelerator: control side and compute side."),
               point) {
    auto control = instance<ControlSide>("u_control", point);
    auto compute = instance<ComputeSide>("u_compute", point);
    connect(io.read, control.read);
    connect(io.write, control.write);
    connect(io.axil, control.axil);
    io.irq <<= control.irq;
    compute.command <<= control.command;
    compute.vector <<= control.vector;
    control.done <<= compute.done;
    control.load_hold <<= compute.load_hold;
    compute.input_write <<= control.input_write;
    compute.flag_write <<= control.flag_write;
    compute.weight_write <<= control.weight_write;
    compute.index_write <<= control.index_write;
    compute.parameter_write <<= control.parameter_write;
    compute.output_read <<= control.output_read;
    control.output_data <<= compute.output_data;
    control.events <<= compute.events;
  }
};

}  // namespace

hcl::Design elaborate_accelerator(const design::DesignPoint& point) {
  design::validate(point);
  return hcl::elaborate<Accelerator>(point);
}

}  // namespace sd::rtl
