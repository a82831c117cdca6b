// CPU of one exact gradient of the optimised attack on als-explicit, rank 8: the slope of the utility and the solve.
import { ratingDerivative, ratingSensitivity, zeroFactorGradient } from "../../dist/blocks/ratings/implicit-als-gradient.js";
import { ratingUtility } from "../../dist/blocks/ratings/attack-utility.js";
import { fitExplicitAls } from "../../dist/blocks/ratings/explicit-als.js";
import { factorModel } from "../../dist/blocks/ratings/factor-model.js";
import { makeRng } from "../../dist/numeric/random.js";
import { attacked, cpuMs } from "./scene.mjs";

export async function gradientTimes({ clean, fraction, fillers }) {
  const accounts = Math.floor(fraction * clean.users.length);
  const { ratings } = await attacked({ clean, id: "average-profiles", target: 62, accounts, fillers, seed: 1 });
  console.log(`\nCPU ms of an exact gradient, als-explicit rank 8, ${accounts} accounts, best of 9`);
  for (const sweeps of [15, 400]) {
    const settings = { rank: 8, decay: 0.1, sweeps, solver: "cholesky", start: null, userWeight: null };
    const factors = fitExplicitAls(ratings, settings, { rng: makeRng("gradient") });
    const model = factorModel(factors, "rating");
    for (const kind of ["shift", "softmax", "margin"]) {
      const goal = { goal: "promote", targets: Int32Array.of(62), audience: null };
      const utility = ratingUtility(clean, goal, { kind, listLength: 10, temperature: 0.5, margin: 0.5 }, model);
      let steps = 0;
      const ms = await cpuMs(() => {
        const gradient = zeroFactorGradient(factors);
        utility.addGradientInto(gradient, model, factors);
        const z = ratingSensitivity(ratings, factors, 0.1, gradient, { kind: "exact", tolerance: 1e-6, maxSteps: 60 });
        for (let p = clean.value.length; p < ratings.value.length; p++) ratingDerivative(z, factors, ratings.user[p], ratings.item[p]);
        steps = z.iterations;
      }, 9);
      console.log(`  ${sweeps} sweeps, ${kind.padEnd(8)} ${ms.toFixed(1)}  (${steps} steps of conjugate gradients)`);
    }
  }
}
