// What every attack does to every engine: HR@10 / prediction shift / median rank, means over targets and seeds.
import { catalog } from "../../dist/catalog.js";
import { impactOf, victimOf } from "./impact.mjs";
import { attacked, engineOf, mean } from "./scene.mjs";

/** Small enough that a table takes minutes; the explicit one as in the study it is compared with. */
const engines = [
  ["als-explicit", { rank: 16 }],
  ["item-knn", { neighbours: 20, shrink: 10 }],
  ["als-implicit", { rank: 16 }],
  ["item-knn-implicit", {}],
  ["bpr", { rank: 16 }],
  ["mtrl-users", { rank: 16 }],
];

export async function effectTable({ clean, fractions, fillers, targets, seeds, attacks, engineIds }) {
  for (const [engineId, engineParams] of engines.filter(([id]) => engineIds === undefined || engineIds.includes(id))) {
    const engine = engineOf(engineId, engineParams);
    console.log(
      `\n${engineId} ${JSON.stringify(engineParams)}: HR@10 / shift / median rank at ${fractions.map((f) => `${100 * f} %`).join(", ")}`,
    );
    const victims = new Map();
    for (const seed of seeds) victims.set(seed, await victimOf(engine, clean, seed));
    const chosen = catalog.ratings.attacks.filter(
      ({ id, goals, refuses }) =>
        goals.includes("promote") && (attacks === undefined || attacks.includes(id)) && (refuses?.(engine) ?? null) === null,
    );
    const clear = [];
    for (const seed of seeds)
      for (const target of targets) clear.push(await impactOf({ engine, clean, victim: victims.get(seed), ratings: clean, target, seed }));
    console.log(`  ${"(no attack)".padEnd(28)} ${cell(clear)}`);
    for (const { id } of chosen) {
      const cells = [];
      for (const fraction of fractions) {
        const accounts = Math.floor(fraction * clean.users.length);
        const rows = [];
        for (const seed of seeds)
          for (const target of targets) {
            const victim = victims.get(seed);
            const { ratings } = await attacked({ clean, id, target, accounts, fillers, seed, engine, victim: async () => victim });
            rows.push(await impactOf({ engine, clean, victim, ratings, target, seed }));
          }
        cells.push(cell(rows));
      }
      console.log(`  ${id.padEnd(28)} ${cells.join("   ")}`);
    }
  }
}

function cell(rows) {
  const figure = (name, digits) => mean(rows.map((row) => row[name])).toFixed(digits);
  return `${figure("hitRate", 3)}/${figure("shift", 2)}/${figure("medianRank", 0)}`.padEnd(16);
}
