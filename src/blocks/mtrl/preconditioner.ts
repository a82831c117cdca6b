import { productWithTransposeInto, transposeInto } from "../../numeric/matrices/dense-product.ts";
import { symmetricEigen } from "../../numeric/solvers/symmetric-eigen.ts";
import type { Curvature, MeanCurvature } from "./curvature.ts";
import type { Penalty } from "./penalty.ts";

/** Beyond so many features their mean curvature is not decomposed; each one's own bend has to do. */
const turnedFeatures = 128;

/**
 * Nearly H⁻¹, for conjugate gradients: the tasks' curvatures are replaced by their mean C̄. With Ω held, what is left is A ⊗ I + I ⊗ C̄, which the
 * eigenvectors of C̄ take apart; with Ω following W, the penalty may know better.
 */
export function makePreconditioner(
  penalty: Penalty,
  curvature: Curvature,
  tasks: number,
  relation: "exact" | "fixed",
): (out: Float64Array, r: Float64Array) => void {
  const mean = curvature.mean();
  const exact = relation === "exact" && mean.matrix !== null ? penalty.prepareExact(mean.matrix) : null;
  if (exact !== null) return exact;
  const { basis, bend } = decompose(mean, curvature.width);
  if (basis === null) return (out, r) => penalty.solveShiftedInto(out, r, bend);
  const { width } = curvature;
  const back = new Float64Array(width * width);
  transposeInto(back, basis, width, width);
  const turned = new Float64Array(tasks * width);
  const solved = new Float64Array(tasks * width);
  return (out, r) => {
    productWithTransposeInto(turned, r, basis, tasks, width, width);
    penalty.solveShiftedInto(solved, turned, bend);
    productWithTransposeInto(out, solved, back, tasks, width, width);
  };
}

function decompose(mean: MeanCurvature, width: number): { basis: Float64Array | null; bend: Float64Array } {
  if (mean.matrix === null || width > turnedFeatures) return { basis: null, bend: raised(mean.diagonal) };
  const { values, vectors } = symmetricEigen(mean.matrix, width);
  return { basis: vectors, bend: raised(values) };
}

/** A preconditioner must not divide by 0. */
function raised(bend: Float64Array): Float64Array {
  const largest = bend.reduce((top, value) => Math.max(top, value), 0);
  return bend.map((value) => Math.max(value, 1e-12 * largest, 1e-100));
}
