// Indirect attacks on the targets of a split (bench/parts/task-sets.mjs), by an attacker who knows the targets' training rows or has stand-ins for them.
import { heldoutUtility, pseudoUtility } from "../../dist/blocks/injection/attack-utility.js";
import { lossAim } from "../../dist/blocks/injection/attack-aim.js";
import { bilevelAscent } from "../../dist/blocks/injection/bilevel-ascent.js";
import { implicitGradient } from "../../dist/blocks/injection/implicit-gradient.js";
import { joinFloats, joinIntegers, withInjected } from "../../dist/blocks/injection/injected-rows.js";
import { flippedSeeds } from "../../dist/blocks/injection/injection-starts.js";
import { boxDomain, percentileBox } from "../../dist/blocks/feasible/box.js";
import { mtrlObjective } from "../../dist/blocks/mtrl/objective.js";
import { selectExamples } from "../../dist/core/dataset.js";
import { stackRows } from "../../dist/numeric/matrices/matrix.js";
import { makeRng } from "../../dist/numeric/random.js";
import { mtrl } from "../../dist/learners/mtrl.js";

export const settingsOf = (relationDecay) => ({ relationDecay, weightDecay: 0, bias: "regularised", epsilon: 1e-6, tolerance: 1e-6 });

export function fitMtrl(data, relationDecay, start = null) {
  return mtrl.fit(data, { rng: makeRng("fit"), params: settingsOf(relationDecay), start });
}

/** Two sets of rows of the same features, one below the other. */
export function below(a, b) {
  return {
    ...a,
    x: stackRows(a.x, b.x),
    y: joinFloats(a.y, b.y),
    task: joinIntegers(a.task, b.task),
    source: joinIntegers(a.source, b.source),
    row: joinIntegers(a.row, b.row),
  };
}

const only = (data, keep) => selectExamples(data, Int32Array.from([...data.y.keys()].filter((i) => keep(data.task[i], i))));

/**
 * The training rows with poison below them: `ratio` of the rows of each attacked task.
 *
 * @param aim "heldout", "pseudo" or "flip"
 * @param knows "rows": the targets' training rows; "law": other rows of the same tasks stand in, drawn anew at every step
 */
export async function poisoned({ train, standIns, set }, { attacked, aim, knows, ratio = 0.3, steps = 40 }, seed) {
  const { targets, shared } = set;
  const rng = makeRng("task-attacks").fork(seed).fork(aim);
  const counts = Int32Array.from(train.tasks, (_, task) => {
    const own = train.task.reduce((sum, t) => sum + (t === task ? 1 : 0), 0);
    return attacked.includes(task) ? Math.floor(ratio * own) : 0;
  });
  const seeds = flippedSeeds(train, counts, rng.fork("seeds"));
  if (aim === "flip") return withInjected(train, seeds);
  const isTarget = (task) => targets.includes(task);
  const pools = targets.map((target) => only(standIns, (task) => task === target));
  const heldOut = pools.map((pool) => only(pool, (_, i) => i >= 40)).reduce(below);
  const stand = pools.map((pool) => only(pool, (_, i) => i < 40));
  const sources = only(train, (task) => !isTarget(task));
  const clean = knows === "rows" ? train : below(sources, stand.reduce(below));
  const climbing = { ...settingsOf(shared), epsilon: 1e-3, tolerance: 1e-5 };
  const fit = (data, start) => mtrl.fit(data, { rng, params: climbing, start });
  const utility =
    aim === "heldout"
      ? heldoutUtility(heldOut, targets)
      : pseudoUtility(clean, await fit(clean, null), targets, attacked, rng.fork("utility"));
  // What the attacker trains on at each step: under "law" as many stand-ins as the target has rows, drawn anew.
  const seen = new WeakMap();
  let step = 0;
  const view = (data) => {
    if (knows === "rows") return data;
    if (!seen.has(data)) {
      const draw = rng.fork("stand-ins").fork(step++);
      const drawn = stand
        .map((pool, k) => selectExamples(pool, draw.fork(k).sample(pool.y.length, Math.min(set.rows, pool.y.length))))
        .reduce(below);
      seen.set(
        data,
        below(
          drawn,
          only(data, (task) => !isTarget(task)),
        ),
      );
    }
    return seen.get(data);
  };
  const objectiveOf = (data) => mtrlObjective(view(data), climbing, { relation: "exact", solveTolerance: 1e-6 });
  const { rows } = await bilevelAscent(
    {
      ...implicitGradient(objectiveOf, lossAim(utility)),
      clean,
      seeds,
      domain: boxDomain(percentileBox(sources.x, sources.features, 0.01)),
      fit: (data, start) => fit(view(data), start),
      labels: null,
    },
    { steps, firstRate: 0.3, lastRate: 0.03 },
    { rng },
  );
  return withInjected(train, rows);
}
