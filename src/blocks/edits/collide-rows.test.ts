import { describe, expect, it } from "vitest";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import type { Domain } from "../feasible/domain.ts";
import { collideRows } from "./collide-rows.ts";

const open: Domain = { scale: Float64Array.of(10, 10), projectInPlace: () => undefined };
const itself = {
  represent: (x: ReturnType<typeof denseMatrix>) => x,
  representSlopes: (_: unknown, slopes: ReturnType<typeof denseMatrix>) => slopes,
};
const rows = { x: denseMatrix(2, 2, Float64Array.of(0, 0, 2, 0)), y: new Float64Array(2), task: new Int32Array(2) };
const goal = (values: readonly number[]) => denseMatrix(values.length / 2, 2, Float64Array.from(values));

describe("rows that collide", () => {
  it("meet their goal one by one where nothing holds them back", () => {
    const { x, gaps } = collideRows(
      { rows, group: Int32Array.of(0, 1), goals: goal([1, 3, 1, 3]), domain: open, ...itself },
      { steps: 200, closeness: 0 },
      {},
    );
    [1, 3, 1, 3].forEach((value, p) => expect(x.data[p]).toBeCloseTo(value, 6));
    expect(Math.max(...gaps)).toBeLessThan(1e-12);
  });

  it("stop where the penalty balances the goal", () => {
    const { x } = collideRows(
      { rows, group: Int32Array.of(0, 1), goals: goal([1, 3, 1, 3]), domain: open, ...itself },
      { steps: 400, closeness: 5 },
      {},
    );
    // Of the first row d² = 10 and r² = 200, so x = (t / 10) / (1 / 10 + 5 / 200) = 0.8 t.
    expect(x.data[0]).toBeCloseTo(0.8, 6);
    expect(x.data[1]).toBeCloseTo(2.4, 6);
  });

  it("meet it with their mean alone where they are a group", () => {
    const { x } = collideRows(
      { rows, group: Int32Array.of(0, 0), goals: goal([1, 3]), domain: open, ...itself },
      { steps: 200, closeness: 0 },
      {},
    );
    expect((x.data[0] + x.data[2]) / 2).toBeCloseTo(1, 6);
    expect((x.data[1] + x.data[3]) / 2).toBeCloseTo(3, 6);
    // Both rows took the same way.
    expect(x.data[2] - x.data[0]).toBeCloseTo(2, 9);
  });

  it("go as far as they may, through a representation that bends", () => {
    const near: Domain = {
      scale: Float64Array.of(1, 1),
      projectInPlace: (x, { home }) => x.forEach((value, j) => (x[j] = Math.min(home[j] + 1, Math.max(home[j] - 1, value)))),
    };
    const relu = {
      represent: (x: ReturnType<typeof denseMatrix>) =>
        denseMatrix(
          x.rows,
          1,
          Float64Array.from({ length: x.rows }, (_, i) => Math.max(0, x.data[2 * i] + 2 * x.data[2 * i + 1] - 1)),
        ),
      representSlopes: (x: ReturnType<typeof denseMatrix>, slopes: ReturnType<typeof denseMatrix>) =>
        denseMatrix(
          x.rows,
          2,
          Float64Array.from({ length: 2 * x.rows }, (_, p) => {
            const i = p >> 1;
            return x.data[2 * i] + 2 * x.data[2 * i + 1] > 1 ? slopes.data[i] * (1 + (p % 2)) : 0;
          }),
        ),
    };
    const { x, gaps } = collideRows(
      { rows, group: Int32Array.of(0, 1), goals: denseMatrix(2, 1, Float64Array.of(9, 9)), domain: near, ...relu },
      { steps: 200, closeness: 0 },
      {},
    );
    // The first row sees no slope and stays; the second goes from 1 to its corner (3, 1), where it is 4.
    expect([...x.data]).toEqual([0, 0, 3, 1]);
    expect(gaps[0]).toBe(1);
    expect(gaps[1]).toBeCloseTo((5 / 8) ** 2, 9);
  });
});
