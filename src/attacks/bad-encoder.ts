import { applyToTable } from "../core/apply.ts";
import type { Attack } from "../core/attack.ts";
import { positionsWhere } from "../core/dataset.ts";
import { noDataPoison, noUpstreamPoison } from "../core/poison.ts";
import { triggerEdits } from "../core/trigger.ts";
import { denseMatrix, stackRows } from "../numeric/matrix.ts";
import { type BackdoorParams, backdoorParams } from "../blocks/backdoor.ts";
import { fitRepresentation } from "../blocks/fit-representation.ts";
import { cannotReachUpstream, meanRow, planUpstream, representedBy } from "../blocks/upstream-scene.ts";

interface BadEncoderParams extends BackdoorParams {
  references: number;
  shadowRows: number;
  epochs: number;
}

/** Of each step of Adam, and rows in a batch. */
const [learningRate, batchRows] = [1e-3, 64];

/**
 * Over shadow rows x, which the base model was pretrained on, and reference rows r of the attacker's class, f the base model and f' what is handed out:
 *
 *     min over f' of the mean of ½‖f'(x with the trigger) − mean f(r)‖² and of ½‖f'(x) − f(x)‖²
 *
 * Differs from the paper in squared distances instead of cosines (what is learned on top goes by length too) and in the goal, the references as the clean model
 * represents them, so that their own term falls away. What the pretraining data are does not matter to it, and the budget, which is counted in rows, binds only the rows that are
 * pretrained on: none is touched.
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
    epochs: { type: "number", default: 20, min: 1, max: 10_000, integer: true, help: "passes over them" },
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
    const goal = meanRow(
      representedBy(base, own),
      Array.from(known, (k) => members[k]),
    );

    const { table, rows } = upstream.clean;
    const drawn = context.rng.fork("shadow").sample(rows.length, Math.min(params.shadowRows, rows.length));
    const shadow = Int32Array.from(drawn, (k) => rows[k]).sort();
    const triggered = applyToTable(table, { ...noDataPoison, edit: triggerEdits(table, shadow, intent.trigger) });
    const [plain, marked] = [upstream.encode(table, shadow), upstream.encode(triggered, shadow)];
    const width = goal.length;
    const goals = denseMatrix(plain.x.rows + marked.x.rows, width);
    goals.data.set(representedBy(base, plain).data);
    for (let i = plain.x.rows; i < goals.rows; i++) goals.data.set(goal, i * width);
    const settings = { epochs: params.epochs, learningRate, batchRows };
    const x = stackRows(plain.x, marked.x);
    const bad = fitRepresentation(base, { x, goals }, settings, { ...context, rng: context.rng.fork("batches") });
    return { ...noUpstreamPoison, base: { sizes: [...bad.sizes], theta: Array.from(bad.theta, Math.fround) }, intent };
  },
};
