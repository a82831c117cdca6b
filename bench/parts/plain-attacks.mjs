// The random counterparts of attacks that plan, where the catalog has none: the same threat and budget, and nothing chosen.
import { rowsInGroup } from "../../dist/core/intent.js";
import { noDataPoison, noLogicPatch } from "../../dist/core/poison.js";
import { catalog } from "../../dist/catalog.js";
import { planBackdoor } from "../../dist/blocks/triggers/backdoor.js";
import { groupOf } from "../../dist/blocks/relabel/target-group.js";
import { triggerEdits } from "../../dist/core/trigger.js";
import { cellOf } from "../../dist/core/table.js";
import { resolveParams } from "../../dist/core/params.js";

const attackOf = (id) => catalog.attacks.find((attack) => attack.id === id);
const like = (id, name, poison) => ({ ...attackOf(id), id: name, params: {}, poison });

/** Random rows of the group are flipped first, then random others. */
export const groupFlips = like("targeted-flip", "group-flips", (input, { rng }) => {
  const { table, rows } = input.clean;
  const group = groupOf(input.clean, input.target, rng.fork("group"));
  const order = rows.slice();
  rng.fork("rows").shuffleInPlace(order);
  const inside = new Set(rowsInGroup(table, group, rows));
  const groupFirst = [...order].sort((a, b) => Number(inside.has(b)) - Number(inside.has(a)));
  const label = table.columns.find(({ name }) => name === table.roles.labels[0]);
  const relabel = groupFirst.slice(0, input.budget.rows).map((row) => {
    const before = cellOf(label, row);
    const choices = label.kind === "number" ? [farEnd(label, rows, before)] : label.names.filter((name) => name !== before);
    return { row, column: label.name, before, after: choices[rng.fork("label").fork(row).integer(choices.length)] };
  });
  return { ...noDataPoison, relabel, intent: { goal: "targeted", group, answer: null } };
});

function farEnd({ values }, rows, before) {
  const ends = [Math.min, Math.max].map((end) => rows.reduce((found, row) => end(found, values[row]), values[rows[0]]));
  return ends[before > (ends[0] + ends[1]) / 2 ? 0 : 1];
}

/** The trigger in random rows of the class, as they are. */
export const triggerOfOwnClass = like("clean-label-trigger", "trigger-in-any-rows", (input, { rng }) => {
  const params = resolveParams("clean-label-trigger", attackOf("clean-label-trigger").params);
  const plan = planBackdoor(input, params, "trigger-in-any-rows", rng);
  if (plan === null) return noDataPoison;
  const { table } = input.clean;
  const own = [...plan.examples.row].filter((_, i) => plan.examples.y[i] === plan.intent.answer);
  const drawn = [...rng.fork("rows").sample(own.length, Math.min(own.length, input.budget.rows))].map((k) => own[k]);
  return { ...noDataPoison, edit: triggerEdits(table, drawn, plan.intent.trigger), intent: plan.intent };
});

/** Training leaves out random rows. */
export const randomDrop = like("silent-reweight", "random-drop", async (input, { rng }) => {
  const { training } = await input.victim();
  const drawn = rng.sample(training.y.length, Math.min(training.y.length, input.budget.rows));
  return { ...noLogicPatch, reweight: Array.from(drawn, (i) => ({ row: training.row[i], task: training.task[i], factor: 0 })) };
});

/** Random weights are reversed, as many as `tampered-weights` reverses. */
export const randomWeights = like("tampered-weights", "random-weights", async (input, { rng }) => {
  const { theta } = (await input.victim()).model.parameters;
  const count = Math.max(1, Math.floor(attackOf("tampered-weights").params.share.default * theta.length));
  return { ...noLogicPatch, parameters: Array.from(rng.sample(theta.length, count), (index) => ({ index, value: -theta[index] })) };
});
