import { expect, it } from "vitest";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { solveHingeByInteriorPoint } from "../../numeric/solvers/hinge-interior-point.ts";
import { type HingeGame, type SphereAndSlab, hingeBound, worstRow } from "./hinge-bound.ts";

const rng = makeRng("hinge bound");
const cols = 2;

function drawFilter(shift: number): SphereAndSlab {
  const angle = rng.uniform() * 2 * Math.PI;
  return {
    centre: Float64Array.of(shift + 0.3 * rng.normal(), 0.3 * rng.normal()),
    radius: 0.5 + 2 * rng.uniform(),
    direction: Float64Array.of(Math.cos(angle), Math.sin(angle)),
    halfWidth: 0.1 + 1.5 * rng.uniform(),
  };
}

/** Points of a fine grid that a filter lets through. */
function* inside({ centre, radius, direction, halfWidth }: SphereAndSlab, steps: number): Generator<Float64Array> {
  for (let a = -steps; a <= steps; a++)
    for (let b = -steps; b <= steps; b++) {
      const [p, q] = [(a / steps) * radius, (b / steps) * radius];
      if (Math.hypot(p, q) <= radius && Math.abs(p * direction[0] + q * direction[1]) <= halfWidth)
        yield Float64Array.of(centre[0] + p, centre[1] + q);
    }
}

it("finds the feasible row of the least margin", () => {
  for (let trial = 0; trial < 100; trial++) {
    const filter = drawFilter(0);
    const theta = Float64Array.of(rng.normal(), rng.normal(), rng.normal());
    const t = trial % 2 === 0 ? 1 : -1;
    const marginOf = (x: Float64Array): number => t * (theta[0] * x[0] + theta[1] * x[1] + theta[2]);
    const { x, margin } = worstRow(filter, theta, t);
    expect(margin).toBeCloseTo(marginOf(x), 9);
    const away = [x[0] - filter.centre[0], x[1] - filter.centre[1]];
    expect(Math.hypot(...away)).toBeLessThanOrEqual(filter.radius * (1 + 1e-9));
    expect(Math.abs(away[0] * filter.direction[0] + away[1] * filter.direction[1])).toBeLessThanOrEqual(filter.halfWidth * (1 + 1e-9));
    let least = Infinity;
    for (const point of inside(filter, 60)) least = Math.min(least, marginOf(point));
    expect(margin).toBeLessThanOrEqual(least + 1e-9);
    expect(margin).toBeGreaterThan(least - 0.1 * filter.radius * Math.hypot(theta[0], theta[1]));
  }
});

it("bounds the loss under any feasible insertions that are tried, from above, and is reached from below", () => {
  let tight = 0;
  for (let trial = 0; trial < 12; trial++) {
    const n = 20;
    const t = Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 : -1));
    const x = denseMatrix(
      n,
      cols,
      Float64Array.from({ length: n * cols }, (_, p) => (p % cols === 0 ? t[Math.floor(p / cols)] : 0) + 0.5 * rng.normal()),
    );
    const game: HingeGame = { x, t, decay: [0.01, 0.1, 1][trial % 3], filters: [drawFilter(-1), drawFilter(1)] };
    const k = trial % 4;
    const { upper, reached, attack } = hingeBound(game, k, { steps: 60 });
    const lossWith = (rows: readonly Float64Array[], signs: readonly number[]): number => {
      const data = Float64Array.from([...x.data, ...rows.flatMap((row) => [...row])]);
      const limits = new Float64Array(n + rows.length).fill(1 / (game.decay * n));
      const problem = {
        x: denseMatrix(n + rows.length, cols, data),
        t: Float64Array.from([...t, ...signs]),
        upper: limits,
        freeBias: false,
      };
      return game.decay * solveHingeByInteriorPoint(problem, { tolerance: 1e-8 }).primal;
    };
    expect(reached).toBeLessThanOrEqual(upper);
    expect(attack.t).toHaveLength(k);
    const found = lossWith(
      Array.from({ length: k }, (_, i) => attack.x.data.subarray(i * cols, (i + 1) * cols)),
      [...attack.t],
    );
    expect(found).toBeLessThanOrEqual(upper);
    expect(found).toBeGreaterThanOrEqual(reached - 1e-9);
    if (reached >= 0.9 * upper) tight++;
    const points = [-1, 1].map((_, c) => [...inside(game.filters[c], 8)]);
    for (let attempt = 0; attempt < 60 && k > 0; attempt++) {
      const classes = Array.from({ length: k }, () => rng.integer(2));
      const one = points[classes[0]][rng.integer(points[classes[0]].length)];
      // Rows that all say the same are the strongest of the simple ones.
      const rows = classes.map((c) => (attempt % 2 === 0 && c === classes[0] ? one : points[c][rng.integer(points[c].length)]));
      expect(
        lossWith(
          rows,
          classes.map((c) => 2 * c - 1),
        ),
      ).toBeLessThanOrEqual(upper);
    }
  }
  expect(tight).toBeGreaterThan(9);
});
