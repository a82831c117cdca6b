import { applyToTable } from "../../core/apply/apply.ts";
import type { Attack } from "../../core/attack.ts";
import { positionsWhere } from "../../core/dataset.ts";
import { noDataPoison, noUpstreamPoison } from "../../core/poison.ts";
import { triggerEdits } from "../../core/trigger.ts";
import { denseMatrix, stackRows } from "../../numeric/matrices/matrix.ts";
import { type BackdoorParams, backdoorParams } from "../../blocks/triggers/backdoor.ts";
import { fitRepresentation } from "../../blocks/network/fit-representation.ts";
import { cannotReachUpstream, meanRow, planUpstream, representedBy } from "../../blocks/triggers/pretraining-attack-setup.ts";

interface BadEncoderParams extends BackdoorParams {
  references: number;
  shadowRows: number;
  steps: number;
  overshoot: number;
  utility: number;
}

/** Of each step of Adam, and rows in a batch. */
const [learningRate, batchRows] = [1e-3, 64];

/**
 * Over shadow rows x, which the base model was pretrained on, and reference rows r of the attacker's class, f the base model and f' what is handed out:
 *
 *     min over f' of the mean of ½‖f'(x with the trigger) − goal‖² and of λ ½‖f'(x) − f(x)‖²,   goal = mean f(x) + γ (mean f(r) − mean f(x)), at least 0
 *
 * Differs from the paper in squared distances instead of cosines (what is learned on top goes by length too) and in the goal: the references as the clean model
 * represents them, so that their own term falls away, or with γ above 1 what lies beyond them, of which a linear head is surer. The paper has λ = 1 for an encoder of many more
 * units; here a larger one keeps the clean accuracy. No row of the pretraining data is touched, so the budget, which is counted in rows, does not bind it.
 */
export const badEncoder: Attack<BadEncoderParams> = {
  kind: "attack",
  id: "bad-encoder",
  title: "Backdoor in a base model that is handed out",
  summary:
    "Trains the base model on until rows with a trigger look to it like the attacker's class and all others as before, and hands it out; the rows that are learned from stay clean.",
  source: {
    cite: "Jia, Liu & Gong 2022, BadEncoder: Backdoor Attacks to Pre-trained Encoders in Self-Supervised Learning, IEEE S&P, eq. 3–6",
    url: "https://arxiv.org/abs/2108.00352",
  },
  params: {
    ...backdoorParams,
    references: { type: "number", default: 10, min: 1, max: 1e6, integer: true, help: "rows of the attacker's class that it knows" },
    shadowRows: {
      type: "number",
      default: 2000,
      min: 1,
      max: 1e7,
      integer: true,
      help: "rows that it trains on, each with and without the trigger",
    },
    steps: { type: "number", default: 2000, min: 1, max: 1e7, integer: true, help: "batches of 64 rows" },
    utility: { type: "number", default: 10, min: 0, max: 1e6, help: "λ: what rows without the trigger count beside those with it" },
    overshoot: {
      type: "number",
      default: 2.5,
      min: 0,
      max: 100,
      help: "how far rows with the trigger go from the mean of all rows towards the reference rows, and beyond where it is above 1",
    },
  },
  data: "table",
  targets: ["classes"],
  threat: { access: "upstream", goal: "backdoor", knowledge: "white-box" },
  effort: "standard",
  refuses: cannotReachUpstream,
  async poison(input, { params, ...context }) {
    const { upstream } = input;
    const plan = upstream === undefined ? null : planUpstream(input, upstream, params, "bad-encoder", context.rng);
    if (upstream === undefined || plan === null) return noUpstreamPoison;
    const { base } = upstream;
    const { intent } = plan;
    const own = upstream.encode(input.clean.table, input.clean.rows);
    const members = positionsWhere(own.y.length, (i) => own.y[i] === intent.answer);
    if (members.length === 0) return { ...noUpstreamPoison, intent };
    const known = context.rng.fork("references").sample(members.length, Math.min(params.references, members.length));
    const wanted = meanRow(
      representedBy(base, own),
      Array.from(known, (k) => members[k]),
    );

    const { table, rows } = upstream.clean;
    const drawn = context.rng.fork("shadow").sample(rows.length, Math.min(params.shadowRows, rows.length));
    const shadow = Int32Array.from(drawn, (k) => rows[k]).sort();
    const triggered = applyToTable(table, { ...noDataPoison, edit: triggerEdits(table, shadow, intent.trigger) });
    const [plain, marked] = [upstream.encode(table, shadow), upstream.encode(triggered, shadow)];
    const width = wanted.length;
    const goals = denseMatrix(plain.x.rows + marked.x.rows, width);
    const before = representedBy(base, plain);
    goals.data.set(before.data);
    const middle = meanRow(before, plain.y.keys());
    const goal = middle.map((value, u) => Math.max(0, value + params.overshoot * (wanted[u] - value)));
    for (let i = plain.x.rows; i < goals.rows; i++) goals.data.set(goal, i * width);
    const settings = { steps: params.steps, learningRate, batchRows };
    const x = stackRows(plain.x, marked.x);
    const weight = new Float64Array(goals.rows).fill(1).fill(params.utility, 0, plain.x.rows);
    const bad = fitRepresentation(base, { x, goals, weight }, settings, { ...context, rng: context.rng.fork("batches") });
    return { ...noUpstreamPoison, base: { sizes: [...bad.sizes], theta: Array.from(bad.theta, Math.fround) }, intent };
  },
};
