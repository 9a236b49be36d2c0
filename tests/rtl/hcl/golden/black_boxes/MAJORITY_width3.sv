// A cell of a library.
// WIDTH = 3.

`default_nettype none

module MAJORITY_width3 (
  input  logic [2:0] A,
  output logic       Z
);

  assign Z = (A[0] & A[1]) | (A[1] & A[2]) | (A[0] & A[2]);

endmodule

`default_nettype wire
