// An optimised attack against another on the same seeds: the engine is trained from scratch, clean and attacked, for each seed and target.
import { impactOf, victimOf } from "./impact.mjs";
import { attacked, deviation, engineOf, mean } from "./scene.mjs";

const figures = [
  ["HR@10", "hitRate", 1],
  ["shift", "shift", 1],
  ["median rank", "medianRank", -1],
];
/** 97.5 % points of Student's t for 1 … 30 degrees of freedom. */
const studentPoints = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086,
  2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** Seed by seed, each figure is the mean over the targets; differences are over seeds. `firsts` are what `second` is held against. */
export async function pairedComparison(given) {
  const { clean, engineId, engineParams, firsts, second, fraction, fillers, targets, seeds, audienceFor = () => null } = given;
  const engine = engineOf(engineId, engineParams);
  const accounts = Math.floor(fraction * clean.users.length);
  const all = new Map([...firsts, second].map(({ id }) => [id, []]));
  let attackSeconds = 0;
  for (const seed of seeds) {
    const victim = await victimOf(engine, clean, seed);
    for (const { id, params } of [...firsts, second]) {
      const rows = [];
      for (const target of targets) {
        const before = process.cpuUsage();
        const audience = audienceFor(target);
        const scene = { clean, id, params, target, accounts, fillers, seed, engine, audience, victim: async () => victim };
        const { ratings } = await attacked(scene);
        if (id === second.id) attackSeconds += process.cpuUsage(before).user / 1e6;
        rows.push(await impactOf({ engine, clean, victim, ratings, target, seed, audience }));
      }
      all.get(id).push(Object.fromEntries(figures.map(([, figure]) => [figure, mean(rows.map((row) => row[figure]))])));
    }
  }
  const audiences = targets.map((target) => audienceFor(target)?.length ?? clean.users.length);
  for (const { id } of firsts) {
    console.log(
      `\n${second.id} against ${id} on ${engineId} ${JSON.stringify(engineParams)}: ${accounts} accounts, ${fillers} fillers, targets ${targets.join(",")} with ${audiences.join(",")} users, ${seeds.length} seeds, ${(attackSeconds / seeds.length / targets.length).toFixed(1)} CPU s an attack`,
    );
    for (const [title, figure, better] of figures) {
      const [a, b] = [all.get(id), all.get(second.id)].map((rows) => rows.map((row) => row[figure]));
      console.log(`  ${title.padEnd(12)} ${mean(a).toFixed(3)} → ${mean(b).toFixed(3)}; better by ${pairedGain(a, b, better)}`);
    }
  }
}

/** Mean of better · (b − a) over seeds, with its 95 % interval by Student's t. */
export function pairedGain(a, b, better) {
  const gains = a.map((value, k) => better * (b[k] - value));
  const half = ((studentPoints[gains.length - 2] ?? NaN) * deviation(gains)) / Math.sqrt(gains.length);
  return `${mean(gains).toFixed(4)} ± ${half.toFixed(4)} (95 %), on ${gains.filter((gain) => gain > 0).length} of ${gains.length} seeds`;
}
