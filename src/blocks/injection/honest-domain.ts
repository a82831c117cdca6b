import type { Dataset } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import type { Domain } from "../feasible/domain.ts";

/** Projections onto the domain and onto where the label holds, in turn, before a row is drawn back to where it began. */
const turns = 8;
/** Beyond the boundary, as a share of how far a row was on the wrong side of it. */
const overshoot = 0.05;
const halvings = 40;

/**
 * The part of a domain in which a linear model, who labels what is inserted, gives each row the label that it has at home. A row that was moved across the
 * boundary is put back along the normal of the boundary, so that it may go along it; where that leaves the domain, towards its home.
 *
 * @param labeller with parameters θ of a weight for each feature and a bias, in one block for each output or task
 */
export function honestDomain(domain: Domain, labeller: Model, { x: { cols }, tasks }: Dataset): Domain {
  const theta = labeller.parameters?.theta ?? new Float64Array();
  const size = cols + 1;
  const blocks = theta.length / size;
  const byTask = labeller.outputs === 1 && blocks === tasks.length;
  const { scale } = domain;
  const normal = new Float64Array(cols);

  function scoreOf(block: number, x: Float64Array): number {
    let sum = theta[block * size + cols];
    for (let j = 0; j < cols; j++) sum += theta[block * size + j] * x[j];
    return sum;
  }

  /** By how much the label outscores every other, and, in `normal`, the direction in which that grows fastest. */
  function leadOf(x: Float64Array, y: number, task: number): number {
    if (labeller.outputs === 1) {
      const block = byTask ? task : 0;
      const sign = y === 1 ? 1 : -1;
      for (let j = 0; j < cols; j++) normal[j] = scale[j] === 0 ? 0 : sign * theta[block * size + j];
      // A score of 0 means the smaller class.
      return sign * scoreOf(block, x);
    }
    let [rival, strongest] = [-1, -Infinity];
    for (let k = 0; k < blocks; k++) {
      const score = k === y ? -Infinity : scoreOf(k, x);
      if (score > strongest) [rival, strongest] = [k, score];
    }
    for (let j = 0; j < cols; j++) normal[j] = scale[j] === 0 ? 0 : theta[y * size + j] - theta[rival * size + j];
    return scoreOf(y, x) - strongest;
  }

  return {
    scale,
    projectInPlace(x, row) {
      const { label, task, home } = row;
      domain.projectInPlace(x, row);
      for (let turn = 0; turn < turns; turn++) {
        const lead = leadOf(x, label, task);
        if (lead > 0) return;
        const squares = normal.reduce((sum, value) => sum + value * value, 0);
        if (!(squares > 0)) break;
        const step = (-lead * (1 + overshoot) + 1e-9 * Math.sqrt(squares)) / squares;
        for (let j = 0; j < cols; j++) x[j] += step * normal[j];
        domain.projectInPlace(x, row);
      }
      for (let halving = 0; halving < halvings && !(leadOf(x, label, task) > 0); halving++)
        for (let j = 0; j < cols; j++) x[j] = (x[j] + home[j]) / 2;
      if (!(leadOf(x, label, task) > 0)) x.set(home);
    },
  };
}
