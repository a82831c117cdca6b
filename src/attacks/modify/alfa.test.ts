import { expect, it } from "vitest";
import { attackScene, cloud, tableOf } from "../../../test/attack-scene.ts";
import { linearSvm } from "../../learners/linear-svm.ts";
import { logistic } from "../../learners/logistic.ts";
import { makeRng } from "../../numeric/random.ts";
import { alfa } from "./alfa.ts";
import { confidentFlip } from "./confident-flip.ts";

const table = tableOf(cloud(40, 7, "classes"));

it("begins with the flips of the most confident rows", async () => {
  const setting = { table, rows: 5, learner: logistic };
  const rowsOf = ({ relabel }: { relabel: readonly { row: number }[] }): number[] => relabel.map(({ row }) => row).sort((a, b) => a - b);
  const first = await (await attackScene(alfa, setting)).poison(1, { rounds: 1 });
  expect(rowsOf(first)).toEqual(rowsOf(await (await attackScene(confidentFlip, setting)).poison(1)));
});

it("ends with a lower objective Σ q (ε − ξ) + λ/2 ‖w‖² than it began with", async () => {
  const settings = { loss: "hinge", tolerance: 1e-8 } as const;
  const { poison, victim } = await attackScene(alfa, { table, rows: 8, learner: linearSvm, settings });
  const { training } = victim;
  const lossesOf = async (patch: Awaited<ReturnType<typeof poison>>) => {
    const y = training.y.slice();
    for (const { row } of patch.relabel) y[row] = 1 - y[row];
    const model = await linearSvm.fit(
      { ...training, y },
      { rng: makeRng("fit"), params: { ...settings, weightDecay: 0.01, bias: "free" } },
    );
    const w = model.parameters!.theta.subarray(0, training.x.cols);
    const [epsilon, xi] = [model, victim.model].map((each) =>
      each.losses({ ...training, y }).reduce((sum, loss) => sum + loss / y.length, 0),
    );
    return epsilon - xi + 0.005 * w.reduce((sum, value) => sum + value * value, 0);
  };
  const [first, last] = [await lossesOf(await poison(1, { rounds: 1 })), await lossesOf(await poison(1))];
  expect(last).toBeLessThanOrEqual(first + 1e-9);
});
