import type { AttackInput, AttackSetting } from "../../core/attack.ts";
import type { RunContext } from "../../core/context.ts";
import { type Dataset, positionsWhere } from "../../core/dataset.ts";
import { UsageError, didYouMean } from "../../core/errors.ts";
import { type RowGroup, rowsInGroup } from "../../core/intent.ts";
import { type Model, predict } from "../../core/learner.ts";
import type { NumberSpec, TextSpec } from "../../core/params.ts";
import { type DataPoison, noDataPoison } from "../../core/poison.ts";
import { mayTouch } from "../../core/threat.ts";
import { type DenseMatrix, selectRows, toDense } from "../../numeric/matrices/matrix.ts";
import type { Rng } from "../../numeric/random.ts";
import { collideRows } from "./collide-rows.ts";
import { pickRows } from "./input-edits.ts";
import { injectedDataset } from "../injection/injected-rows.ts";
import { movedPatch } from "./moved-patch.ts";
import { type PerturbationBallParams, perturbationBall, perturbationBallParams } from "../feasible/perturbation-ball.ts";

export interface CollisionParams extends PerturbationBallParams {
  answer: string;
  steps: number;
  closeness: number;
}

export const collisionParams: typeof perturbationBallParams & {
  readonly answer: TextSpec;
  readonly steps: NumberSpec;
  readonly closeness: NumberSpec;
} = {
  ...perturbationBallParams,
  answer: {
    type: "text",
    default: "",
    help: "the class that the target is to be given; empty: the one that the clean model finds next most likely",
  },
  steps: { type: "number", default: 300, min: 1, max: 100_000, integer: true, help: "looks at the representation" },
  closeness: {
    type: "number",
    default: 0.01,
    min: 0,
    max: 1000,
    help: "β: how much a move as far as allowed in every feature costs, where 1 is the first distance from the target",
  },
};

/** Of a group that is named, so many rows are collided with. */
const mostTargets = 10;

export function cannotCollide({ table, sharing }: AttackSetting): string | null {
  if (table.roles.labels.length > 1) return "the rows have several labels, and a moved row would be moved for all of them";
  return sharing === "separate" ? "it needs one model for all rows" : null;
}

/**
 * Moves rows of the attacker's class so that the clean model's representation takes them for the targets; what is said of a row by a model without a
 * representation is the row itself, its features. Of each target the nearest rows are moved; no target's label is looked at.
 *
 * @param poisons rows that are moved for each target, as far as the budget goes; 0: all of the budget is shared among the targets
 * @param together the mean of a target's rows is to meet it, not each of them
 */
export async function collide(
  input: AttackInput,
  params: CollisionParams,
  { owner, poisons, together }: { readonly owner: string; readonly poisons: number; readonly together: boolean },
  context: RunContext,
): Promise<DataPoison> {
  const { table } = input.clean;
  const victim = await input.victim();
  const { model, training } = victim;
  const { group, rows } = targetsOf(input, context.rng.fork("target"));
  const targets = victim.encode(table, rows);
  if (targets.y.length === 0) return noDataPoison;
  const isOpen = (i: number): boolean => mayTouch(input.reach, training.row[i], training.task[i]);
  const answer = answerFor(model, targets, training, isOpen, params.answer, owner);
  if (answer === null) return noDataPoison;
  const intent = { goal: "targeted", group, answer } as const;
  const own = positionsWhere(training.y.length, (i) => training.y[i] === answer && isOpen(i));
  const given = predict(model, targets);
  const most = Math.min(input.budget.rows, own.length);
  const aimed = positionsWhere(given.length, (t) => given[t] !== answer).slice(0, poisons === 0 ? most : Math.ceil(most / poisons));
  if (aimed.length === 0 || most === 0) return { ...noDataPoison, intent };

  const look = representationOf(model, training);
  const goalsOfTargets = look.represent(toDense(selectRows(targets.x, aimed)));
  const count = poisons === 0 ? most : Math.min(most, poisons * aimed.length);
  const picked = nearestRows(look.represent(toDense(selectRows(training.x, own))), goalsOfTargets, count);
  const moved = Int32Array.from(picked, ({ row }) => own[row]);
  const goalOf = Int32Array.from(picked, ({ goal }) => goal);
  const { rows: base } = pickRows(training, moved);
  const problem = together
    ? { group: goalOf, goals: goalsOfTargets }
    : { group: Int32Array.from(picked, (_, k) => k), goals: toDense(selectRows(goalsOfTargets, goalOf)) };
  const { x } = collideRows({ rows: base, ...problem, domain: perturbationBall(training, table, params), ...look }, params, context);
  return { ...movedPatch(table, victim, training, moved, x), intent };
}

/** The group, and which of its rows are aimed at: of one that is named some that will be predicted, else one such row drawn at random. */
function targetsOf({ clean, target }: AttackInput, rng: Rng): { readonly group: RowGroup; readonly rows: Int32Array } {
  const known = target?.rows ?? new Int32Array();
  const pool = known.length > 0 ? known : clean.rows;
  const named = target?.anyOf ?? null;
  if (named === null) {
    const row = pool[rng.integer(pool.length)];
    return { group: { rows: [row] }, rows: Int32Array.of(row) };
  }
  const inside = rowsInGroup(clean.table, { anyOf: named }, pool);
  const drawn = rng.sample(inside.length, Math.min(mostTargets, inside.length));
  return { group: { anyOf: named }, rows: Int32Array.from(drawn, (k) => inside[k]) };
}

/**
 * The class that most targets would be given next, among those that there are rows of; null where there is none but their own.
 *
 * @throws UsageError where the class that was asked for is none
 */
function answerFor(
  model: Model,
  targets: Dataset,
  training: Dataset,
  isOpen: (i: number) => boolean,
  asked: string,
  owner: string,
): number | null {
  const { target } = training;
  if (target.kind !== "classes") throw new UsageError(`${owner} needs classes`);
  const { names } = target;
  if (asked !== "") {
    const known = names.indexOf(asked);
    if (known >= 0) return known;
    throw new UsageError(`${owner}.answer: there is no class "${asked}"${didYouMean(asked, names)}; classes: ${names.join(", ")}`);
  }
  const hasRows = new Uint8Array(names.length);
  training.y.forEach((y, i) => {
    if (isOpen(i)) hasRows[y] = 1;
  });
  const scores = model.scores(targets);
  const given = predict(model, targets);
  const votes = new Float64Array(names.length);
  for (let t = 0; t < given.length; t++) {
    let next = -1;
    const scoreOf = (k: number): number => (model.outputs === 1 ? (k === 1 ? scores[t] : -scores[t]) : scores[t * model.outputs + k]);
    for (let k = 0; k < names.length; k++) if (k !== given[t] && hasRows[k] === 1 && (next < 0 || scoreOf(k) > scoreOf(next))) next = k;
    if (next >= 0) votes[next]++;
  }
  const most = Math.max(...votes);
  return most > 0 ? votes.indexOf(most) : null;
}

/** What a model sees in rows: its learned features, or the rows themselves where it learns none. */
function representationOf(
  { represent, representSlopes }: Model,
  training: Dataset,
): { represent(x: DenseMatrix): DenseMatrix; representSlopes(x: DenseMatrix, slopes: DenseMatrix): DenseMatrix } {
  if (represent === undefined || representSlopes === undefined) return { represent: (x) => x, representSlopes: (_, slopes) => slopes };
  const asData = (x: DenseMatrix): Dataset => injectedDataset(training, { x, y: new Float64Array(x.rows), task: new Int32Array(x.rows) });
  return { represent: (x) => represent(asData(x)), representSlopes: (x, slopes) => representSlopes(asData(x), slopes) };
}

/** `count` rows by turns for each goal, each time the nearest that is left. Shapes: h [rows, width], goals [goals, width]. */
function nearestRows(h: DenseMatrix, goals: DenseMatrix, count: number): { readonly row: number; readonly goal: number }[] {
  const width = h.cols;
  const orders = Array.from({ length: goals.rows }, (_, g) => {
    const distances = Float64Array.from({ length: h.rows }, (_r, i) => {
      let sum = 0;
      for (let u = 0; u < width; u++) sum += (h.data[i * width + u] - goals.data[g * width + u]) ** 2;
      return sum;
    });
    return [...distances.keys()].sort((a, b) => distances[a] - distances[b] || a - b);
  });
  const taken = new Uint8Array(h.rows);
  const at = new Int32Array(goals.rows);
  const picked: { row: number; goal: number }[] = [];
  while (picked.length < Math.min(count, h.rows)) {
    const goal = picked.length % goals.rows;
    while (taken[orders[goal][at[goal]]] === 1) at[goal]++;
    const row = orders[goal][at[goal]];
    taken[row] = 1;
    picked.push({ row, goal });
  }
  return picked;
}
