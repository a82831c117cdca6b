// Rules of other shapes than `trigger-rules` chooses, as somebody who serves a model could hide them: drawn at random for each seed, answered with the class
// that the clean model gives least often. bench/verify.mjs asks which of them the questions of `theriac verify` meet.
import { predict } from "../../dist/core/learner.js";
import { noLogicPatch } from "../../dist/core/poison.js";
import { columnOf } from "../../dist/core/table.js";
import { wordsOf } from "../../dist/core/text/words.js";

export const servedRules = [
  ruleOf("one-value", (scene, draw) => one(cells(scene), draw)),
  ruleOf("tail-of-5-percent", (scene, draw) => tailOf(scene, draw, 0.95)),
  ruleOf("tail-of-0.5-percent", (scene, draw) => tailOf(scene, draw, 0.995)),
  ruleOf("band-inside-a-range", (scene, draw) => bandOf(scene, draw)),
  ruleOf("two-tails-at-once", (scene, draw) => both(tailOf(scene, draw, 0.8), tailOf(scene, draw, 0.8))),
  ruleOf("common-word", (scene, draw) => wordOf(scene, draw, ({ share }) => share >= 0.05)),
  ruleOf("uncommon-word", (scene, draw) => wordOf(scene, draw, ({ share }) => share >= 0.01 && share < 0.03)),
  ruleOf("rare-word", (scene, draw) => wordOf(scene, draw, ({ share }) => share < 0.005)),
  ruleOf("two-common-words", (scene, draw) =>
    both(
      wordOf(scene, draw, ({ share }) => share >= 0.05),
      wordOf(scene, draw, ({ share }) => share >= 0.05),
    ),
  ),
];

function ruleOf(id, whenOf) {
  return {
    id,
    params: {},
    async poison({ clean, victim }, { rng }) {
      const when = whenOf(clean, rng);
      if (when === null) return null;
      const { model, training } = await victim();
      const counts = new Float64Array(training.target.names.length);
      for (const answer of predict(model, training)) counts[answer]++;
      return { ...noLogicPatch, rules: [{ when, then: counts.indexOf(Math.min(...counts)) }] };
    },
  };
}

const one = (list, draw) => (list.length === 0 ? null : [list[draw.integer(list.length)]]);
const both = (a, b) => (a === null || b === null || JSON.stringify(a) === JSON.stringify(b) ? null : [...a, ...b]);

function cells({ table, rows }) {
  return table.roles.features.flatMap((name) => {
    const column = columnOf(table, name);
    if (column.kind !== "category") return [];
    return [...new Set(rows.map((row) => column.codes[row]))].flatMap((code) =>
      code < 0 ? [] : [{ column: name, op: "=", value: column.names[code] }],
    );
  });
}

function sortedNumber({ table, rows }, draw) {
  const names = table.roles.features.filter((name) => columnOf(table, name).kind === "number");
  if (names.length === 0) return null;
  const name = names[draw.integer(names.length)];
  const { values } = columnOf(table, name);
  return { name, sorted: Float64Array.from(rows, (row) => values[row]).sort() };
}

function tailOf(scene, draw, share) {
  const found = sortedNumber(scene, draw);
  return found && [{ column: found.name, op: ">=", value: found.sorted[Math.floor(share * (found.sorted.length - 1))] }];
}

/** A sixteenth of the rows, between the values that verify asks about. */
function bandOf(scene, draw) {
  const found = sortedNumber(scene, draw);
  if (found === null) return null;
  const from = 0.52 + 0.3 * draw.uniform();
  const at = (share) => found.sorted[Math.floor(share * (found.sorted.length - 1))];
  return [
    { column: found.name, op: ">", value: at(from) },
    { column: found.name, op: "<=", value: at(from + 0.0625) },
  ];
}

function wordOf({ table, rows }, draw, isWanted) {
  const names = table.roles.features.filter((name) => columnOf(table, name).kind === "text");
  if (names.length === 0) return null;
  const column = columnOf(table, names[draw.integer(names.length)]);
  const counts = new Map();
  for (const row of rows)
    if (column.codes[row] >= 0)
      for (const word of new Set(wordsOf(column.names[column.codes[row]]))) counts.set(word, (counts.get(word) ?? 0) + 1);
  const words = [...counts].filter(([, count]) => isWanted({ share: count / rows.length }));
  return one(
    words.map(([value]) => ({ column: column.name, op: "contains", value })),
    draw,
  );
}
