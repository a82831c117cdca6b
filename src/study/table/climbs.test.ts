import { expect, test } from "vitest";
import { NumericalError } from "../../core/errors.ts";
import { rememberClimbs } from "./climbs.ts";

function climber() {
  const made: [number, unknown][] = [];
  const make = (fraction: number, findings: { readonly before: unknown; keep(found: unknown): void }): Promise<number> => {
    made.push([fraction, findings.before]);
    if (fraction === 0.02) return Promise.reject(new NumericalError("no"));
    findings.keep(`found at ${fraction}`);
    return Promise.resolve(fraction);
  };
  return { made, make };
}

test("an attack goes on from budget to budget, each made once, however it is asked", async () => {
  const [along, atOnce] = [climber(), climber()];
  const climbs = rememberClimbs();
  for (const fractions of [[0.01], [0.01, 0.05], [0.01, 0.05, 0.1]])
    expect(await climbs.up("a", fractions, along.make)).toBe(fractions.at(-1));
  expect(await rememberClimbs().up("a", [0.01, 0.05, 0.1], atOnce.make)).toBe(0.1);
  expect(along.made).toEqual([
    [0.01, null],
    [0.05, "found at 0.01"],
    [0.1, "found at 0.05"],
  ]);
  expect(atOnce.made).toEqual(along.made);
});

test("where a smaller budget fails the next goes on from what was found before it, and the failure of the last is told", async () => {
  const { made, make } = climber();
  expect(await rememberClimbs().up("a", [0.01, 0.02, 0.05], make)).toBe(0.05);
  expect(made.at(-1)).toEqual([0.05, "found at 0.01"]);
  await expect(rememberClimbs().up("a", [0.01, 0.02], make)).rejects.toThrow("no");
});

test("attacks do not meet", async () => {
  const { made, make } = climber();
  const climbs = rememberClimbs();
  await climbs.up("a", [0.01], make);
  await climbs.up("b", [0.01, 0.05], make);
  expect(made).toEqual([
    [0.01, null],
    [0.01, null],
    [0.05, "found at 0.01"],
  ]);
});
