# Results must not depend on the vector instructions of the machine: no fused multiply-add behind the code's back.
target_compile_options(sd_sdengine_decompose PRIVATE -ffp-contract=off)
