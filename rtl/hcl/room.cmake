# `!valid | ready` is how conditions read here: operators of signals, not of C++ integers.
target_compile_options(sd_rtl_hcl INTERFACE -Wno-parentheses)
