import { describe, expect, it } from "vitest";
import { catalog } from "../../src/catalog.ts";
import { type AnswerBound, type Bound, type Certificate, type UnitCosts, certificateUnits } from "../../src/core/certificate.ts";
import { resolveParams } from "../../src/core/params.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { type PoisonedRow, type TinyProblem, boundOf, counts, drawProblem, isRefused, movesOf } from "../tiny-certificates.ts";

const seconds = 60_000;

describe.each(catalog.certificates.map((method) => [method.id, method] as const))("%s", (id, method) => {
  // Hundreds of models for each poisoning.
  const isDear = id === "bagging";
  const problems = drawProblems(method, isDear ? 16 : 100);

  it("holds against every poisoning within its radius, encoder and training included", { timeout: 3 * seconds }, async () => {
    const found = { problems: 0, poisonings: 0, losses: 0, violated: [] as string[] };
    for (const problem of problems) {
      const bound = await boundOf(method, problem, problem.rows);
      if (bound?.kind === "loss") found.losses++;
      const most = bound === null ? 0 : mostUnits(bound);
      if (bound === null || most < 1) continue;
      found.problems++;
      for (const poisoned of poisonings(problem, bound.costs, most, isDear ? 60 : 150)) {
        const after = await boundOf(method, { ...problem, params: bound.settled }, poisoned.rows);
        found.poisonings++;
        const broken = after === null ? "refused" : breach(bound, after, poisoned, problem);
        if (broken !== null) found.violated.push(`${problem.name}: ${broken} after ${poisoned.units} (${JSON.stringify(poisoned.rows)})`);
      }
    }
    expect(found.violated.slice(0, 3)).toEqual([]);
    if (found.losses > 0) return;
    expect(found.problems).toBeGreaterThan(4);
    expect(found.poisonings).toBeGreaterThan(100);
  });

  it("says what it counts, gives the same for the same seed, and no radius below −1", async () => {
    for (const problem of problems.slice(0, 8)) {
      const [bound, again] = [await boundOf(method, problem, problem.rows), await boundOf(method, problem, problem.rows)];
      if (bound === null || again === null) continue;
      expect(certificateUnits).toContain(bound.unit);
      expect(bound.costs[bound.unit]).toBe(1);
      for (const [unit, cost] of Object.entries(bound.costs)) {
        expect(certificateUnits).toContain(unit);
        expect(cost).toBeGreaterThanOrEqual(1);
      }
      if (bound.confidence !== null) expect(bound.confidence).toBeGreaterThan(0.5);
      if (bound.kind === "answers" && again.kind === "answers") {
        expect(again.answers).toEqual(bound.answers);
        expect(again.radii).toEqual(bound.radii);
        for (const radius of bound.radii)
          expect(radius === -1 || radius === Infinity || (radius >= 0 && Number.isInteger(radius))).toBe(true);
      } else if (bound.kind === "values" && again.kind === "values") expect(again.values).toEqual(bound.values);
      else if (bound.kind === "loss" && again.kind === "loss") {
        expect(again.curve).toEqual(bound.curve);
        expect(bound.curve[0].units).toBe(0);
        bound.curve.forEach(({ units, upper, reached }, k) => {
          if (reached !== null) expect(reached).toBeLessThanOrEqual(upper);
          if (k === 0) return;
          expect(units).toBeGreaterThan(bound.curve[k - 1].units);
          expect(upper).toBeGreaterThanOrEqual(bound.curve[k - 1].upper);
        });
      }
    }
  });

  it("does not mind the order of the rows", async () => {
    for (const problem of problems.slice(0, 10)) {
      const rows = [...problem.rows];
      const order = makeRng(`order of ${problem.name}`).sample(rows.length, rows.length);
      const [bound, moved] = [
        await boundOf(method, problem, rows),
        await boundOf(
          method,
          problem,
          Array.from(order, (i) => rows[i]),
        ),
      ];
      if (bound?.kind === "answers" && moved?.kind === "answers") {
        expect(moved.answers).toEqual(bound.answers);
        expect(moved.radii).toEqual(bound.radii);
      } else if (bound?.kind === "values" && moved?.kind === "values") expect(moved.values).toEqual(bound.values);
    }
  });
});

/** With every choice that a method offers, whatever it may be called, and sizes that suit few rows. */
function drawProblems(method: Certificate, count: number): TinyProblem[] {
  const small: Record<string, readonly (number | string)[]> = {
    ...{ partitions: [3, 5, 7, "auto"], spread: [1, 2], neighbours: [3, 5, "auto"], models: [200], draws: [5], risk: [0.01] },
    ...{ decay: [0.01, 0.1, 1], width: [0, 0.5, 2], sharing: [0, 0.5, 1], noise: [0.05, 0.1], distance: [0.5, 1, 1.5], steps: [20] },
  };
  return Array.from({ length: count }, (_, k) => {
    const rng = makeRng(`${method.id}/${k}`);
    const given: Record<string, unknown> = {};
    for (const [name, spec] of Object.entries(method.params)) {
      if (spec.type === "choice") given[name] = spec.options[rng.integer(spec.options.length)];
      // Tuning makes it slow.
      if (name === "base" && (method.id === "bagging" || k % 10 !== 0)) given[name] = "ridge";
      if (name in small) given[name] = small[name][rng.integer(small[name].length)];
    }
    const params = resolveParams(method.id, method.params, given);
    const problem = drawProblem(method.targets, k, rng, params);
    if (!isRefused(method, problem)) return problem;
    const plain = drawProblem(method.targets, k, rng, params, true);
    return isRefused(method, plain) ? { ...problem, hasTask: true } : plain;
  });
}

/** What is tried: two units at most, and no more than what the strongest statement covers. A loss is of filters that stay, which training anew does not keep: its bound is tried where it is made. */
function mostUnits(bound: Bound): number {
  if (bound.kind === "values") return Math.min(2, bound.mostRadius);
  if (bound.kind === "loss") return 0;
  return Math.min(2, Math.max(...bound.radii));
}

/** Every set of rows that so many units lead to, each with the fewest; beyond `cap` a sample. */
function poisonings(problem: TinyProblem, costs: UnitCosts, most: number, cap: number): { rows: readonly PoisonedRow[]; units: number }[] {
  const keyOf = (rows: readonly PoisonedRow[]): string => rows.map(String).sort().join("|");
  const seen = new Set([keyOf(problem.rows)]);
  const reached: { rows: readonly PoisonedRow[]; units: number }[] = [{ rows: problem.rows, units: 0 }];
  const rng = makeRng(`sample of ${problem.name}`);
  for (let units = 1; units <= most; units++)
    for (const place of rng.sample(reached.length, reached.length)) {
      // What is beyond a few times as many is a sample in any case.
      if (reached.length > 4 * cap) break;
      const before = reached[place];
      for (const move of movesOf(problem, before.rows, costs)) {
        if (before.units + move.cost !== units) continue;
        const key = keyOf(move.rows);
        if (seen.has(key)) continue;
        seen.add(key);
        reached.push({ rows: move.rows, units });
      }
    }
  const own = reached.slice(1);
  if (own.length <= cap) return own;
  return Array.from(rng.sample(own.length, cap), (i) => own[i]);
}

/** How the answer to a row changed although so many units cannot change it; null where none did. Both are sure of what they say, or nothing is compared. */
function breach(
  before: Bound,
  after: Bound,
  { rows, units }: { readonly rows: readonly PoisonedRow[]; readonly units: number },
  problem: TinyProblem,
): string | null {
  if (before.kind === "answers" && after.kind === "answers") {
    const broken = before.radii.findIndex(
      (radius, i) =>
        radius >= units &&
        counts(before.reach, problem, i, rows) &&
        after.answers[i] !== before.answers[i] &&
        (before.confidence === null || (after as AnswerBound).radii[i] >= 0),
    );
    return broken < 0 ? null : `answer ${broken} with radius ${before.radii[broken]} became ${after.answers[broken]}`;
  }
  if (before.kind === "values" && after.kind === "values") {
    const { low, high } = before.intervals(units);
    const broken = after.values.findIndex((value, i) => counts(before.reach, problem, i, rows) && (value < low[i] || value > high[i]));
    return broken < 0 ? null : `value ${broken} became ${after.values[broken]}, outside [${low[broken]}, ${high[broken]}]`;
  }
  return null;
}
