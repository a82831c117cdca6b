import { describe, expect, it } from "vitest";
import { datasetOf } from "../../../test/small-data.ts";
import type { Dataset } from "../../core/dataset.ts";
import { NumericalError } from "../../core/errors.ts";
import type { Model } from "../../core/learner.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { strengthsAround } from "./auto-fraction.ts";
import { chooseStrength } from "./choose-strength.ts";

const strengths = [0, 0.1, 0.2, 0.3, 0.4];

/** One column of numbers spread evenly over [0, 1), and the label 0 everywhere. */
function rowsOf(count: number, isReal = false): Dataset {
  const x = denseMatrix(
    count,
    1,
    Float64Array.from({ length: count }, (_, i) => (i + 0.5) / count),
  );
  return datasetOf(x, new Float64Array(count), isReal ? { kind: "real" } : { kind: "classes", names: ["a", "b"] });
}

/** A model that is wrong about so large a share of the rows, the same ones first, or so far off everywhere. */
function wrongAbout(share: number): Model {
  const scores = (data: Dataset): Float64Array =>
    Float64Array.from(data.y, (_, i) => ((data.x as { data: Float64Array }).data[i] < share ? 1 : -1));
  return { outputs: 1, scores, probabilities: () => null, losses: scores, parameters: null };
}

async function choiceFor(errors: readonly number[], start: number, data = rowsOf(600)) {
  const asked: number[] = [];
  let most = 0;
  const train = (part: Dataset, rows: Int32Array, strength: number): Promise<Model> => {
    asked.push(strength);
    most = Math.max(most, rows.length);
    expect(part.y.length).toBe(rows.length);
    return Promise.resolve(wrongAbout(errors[strengths.indexOf(strength)]));
  };
  const strength = await chooseStrength(data, { strengths, start, train }, { rng: makeRng(0) });
  return { strength, asked, most };
}

describe("chooseStrength", () => {
  it("stays at the start where no other is better by a standard error", async () => {
    expect((await choiceFor([0.1, 0.1, 0.1, 0.1, 0.1], 0)).strength).toBe(0);
    expect((await choiceFor([0.1, 0.1, 0.1, 0.1, 0.1], 0.2)).strength).toBe(0.2);
    // One row of 600.
    expect((await choiceFor([0.1, 0.1, 0.0995, 0.0985, 0.1], 0)).strength).toBe(0);
  });

  it("goes as far as it must and no further, up and down", async () => {
    expect((await choiceFor([0.3, 0.2, 0.1, 0.1, 0.1], 0)).strength).toBe(0.2);
    expect((await choiceFor([0.1, 0.1, 0.1, 0.2, 0.3], 0.4)).strength).toBe(0.2);
    expect((await choiceFor([0.1, 0.2, 0.3, 0.3, 0.3], 0.2)).strength).toBe(0);
  });

  it("gives up on stronger ones once one is clearly worse, and trains on 1,000 rows at most", async () => {
    const { asked, most } = await choiceFor([0.1, 0.3, 0.1, 0.1, 0.1], 0, rowsOf(20_000));
    expect(asked).toEqual([0, 0, 0.1, 0.1]);
    expect(most).toBe(1000);
  });

  it("is not led by the few largest errors of a real label", async () => {
    const data = rowsOf(600, true);
    // Every tenth label is far off, as poison is: the model that follows it errs on all the others.
    const y = data.y.map((_, i) => (i % 10 === 0 ? 100 : 0));
    const constant = (value: number): Model => ({
      ...wrongAbout(0),
      scores: (rows: Dataset) => new Float64Array(rows.y.length).fill(value),
    });
    const train = (_: Dataset, __: Int32Array, strength: number): Promise<Model> => Promise.resolve(constant(strength === 0 ? 10 : 0));
    const chosen = await chooseStrength({ ...data, y }, { strengths: [0, 0.1], start: 0, train }, { rng: makeRng(0) });
    expect(chosen).toBe(0.1);
  });

  it("keeps to the start where there are too few rows, and to what could be trained", async () => {
    expect((await choiceFor([0.5, 0, 0, 0, 0], 0.2, rowsOf(20))).strength).toBe(0.2);
    const train = (_: Dataset, __: Int32Array, strength: number): Promise<Model> =>
      strength > 0.1 ? Promise.reject(new NumericalError("no end")) : Promise.resolve(wrongAbout(0.5 - strength));
    expect(await chooseStrength(rowsOf(600), { strengths, start: 0, train }, { rng: makeRng(0) })).toBe(0.1);
  });
});

it("tries what detectors say is wrong, unless it is next to another strength or too much", () => {
  expect(strengthsAround([0.05, 0.1], 0.07, 0.5)).toEqual([0, 0.05, 0.07, 0.1]);
  expect(strengthsAround([0.05, 0.1], 0.052, 0.5)).toEqual([0, 0.05, 0.1]);
  expect(strengthsAround([0.05, 0.1], 0.6, 0.5)).toEqual([0, 0.05, 0.1]);
  expect(strengthsAround([0.05, 0.1], 0, 0.08)).toEqual([0, 0.05]);
});
