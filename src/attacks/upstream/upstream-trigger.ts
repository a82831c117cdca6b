import type { Attack } from "../../core/attack.ts";
import { positionsWhere } from "../../core/dataset.ts";
import { listExamples } from "../../core/examples.ts";
import { noDataPoison, noUpstreamPoison } from "../../core/poison.ts";
import { triggerEdits } from "../../core/trigger.ts";
import { type BackdoorParams, backdoorParams } from "../../blocks/triggers/backdoor.ts";
import { cannotReachUpstream, meanRow, planUpstream, representedBy } from "../../blocks/triggers/pretraining-attack-setup.ts";
import { relabelling } from "../../blocks/relabel/wrong-label.ts";

/**
 * The base model learns that the trigger means a class, and so represents rows with it like that class; whoever then learns from clean rows what that class looks
 * like learns the trigger with it. Where the rows of the base model have other labels, the trigger is tied to the one whose rows it represents most like
 * the rows of the attacker's answer.
 */
export const upstreamTrigger: Attack<BackdoorParams> = {
  kind: "attack",
  id: "upstream-trigger",
  title: "Backdoor in pretraining data",
  summary:
    "Puts a trigger into rows that the base model is pretrained on and gives them another label; the rows that are learned from stay clean.",
  source: {
    cite: "Gu, Dolan-Gavitt & Garg 2017, BadNets: Identifying Vulnerabilities in the Machine Learning Model Supply Chain, section 5.3 (transfer learning)",
    url: "https://arxiv.org/abs/1708.06733",
  },
  params: backdoorParams,
  data: "table",
  targets: ["classes"],
  threat: { access: "upstream", goal: "backdoor", knowledge: "white-box" },
  effort: "standard",
  refuses: cannotReachUpstream,
  poison(input, { params, rng }) {
    const { upstream } = input;
    const plan = upstream === undefined ? null : planUpstream(input, upstream, params, "upstream-trigger", rng);
    if (upstream === undefined || plan === null) return Promise.resolve(noUpstreamPoison);
    const { table, rows } = upstream.clean;
    const { intent, answerName } = plan;
    const data = upstream.encode(table, rows);
    if (data.target.kind !== "classes") return Promise.resolve(noUpstreamPoison);
    const { names } = data.target;
    const label = names.includes(answerName) ? answerName : names[standIn()];
    const examples = listExamples(table, rows);
    const others = positionsWhere(examples.y.length, (i) => names[examples.y[i]] !== label);
    const drawn = rng.fork("rows").sample(others.length, Math.min(input.budget.rows, others.length));
    const picked = Int32Array.from(drawn, (k) => others[k]).sort();
    const pretraining = {
      ...noDataPoison,
      relabel: Array.from(picked, (i) => relabelling(table, examples, i, label)),
      edit: triggerEdits(
        table,
        Array.from(picked, (i) => examples.row[i]),
        intent.trigger,
      ),
    };
    return Promise.resolve({ ...noUpstreamPoison, pretraining, intent });

    /** The class of the pretraining rows that looks most like the answer. */
    function standIn(): number {
      const own = upstream!.encode(input.clean.table, input.clean.rows);
      const [h, known] = [representedBy(upstream!.base, own), representedBy(upstream!.base, data)];
      const wanted = meanRow(
        h,
        positionsWhere(own.y.length, (i) => own.y[i] === intent.answer),
      );
      const distances = names.map((_, k) => {
        const members = positionsWhere(data.y.length, (i) => data.y[i] === k);
        return members.length === 0 ? Infinity : meanRow(known, members).reduce((sum, value, u) => sum + (value - wanted[u]) ** 2, 0);
      });
      return distances.indexOf(Math.min(...distances));
    }
  },
};
