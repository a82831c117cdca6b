import type { Attack } from "../../core/attack.ts";
import { partOf } from "../../core/context.ts";
import { inTurn, worstFeasible } from "../../blocks/injection/feasible-starts.ts";
import { injectedPatch } from "../../blocks/injection/injected-patch.ts";
import type { InjectedRows } from "../../blocks/injection/injected-rows.ts";
import { type Atom, exchangeRows, rowsOf } from "../../blocks/injection/coordinate-exchange.ts";
import { sanitisedParams } from "../../blocks/injection/sanitised-params.ts";
import { type SanitisedParams, cannotBeSanitised, setSanitisedScene, thetaOf } from "../../blocks/injection/sanitised-training.ts";

interface InfluenceInjectionParams extends Omit<SanitisedParams, "temperature"> {
  temperature: number | "auto";
  steps: number;
}

/** Searches, each a series of temperatures of which the next begins where the one before it ended. */
const coolings = [[0.3], [0.5, 0.3, 0.1]];

export const influenceInjection: Attack<InfluenceInjectionParams> = {
  kind: "attack",
  id: "influence-injection",
  title: "Influence injection past sanitisation",
  summary:
    "Inserts few distinct rows many times, each within what clean rows of its class look like, exchanged for those of the greatest influence until they raise the error most even after a filter by loss.",
  source: {
    cite: "the influence attack of Koh, Steinhardt & Liang 2018, Stronger Data Poisoning Attacks Break Data Sanitization Defenses; by exchange of whole rows in place of gradient steps, and with the filter in the loop",
    url: "https://arxiv.org/abs/1811.00741",
  },
  params: {
    percentile: sanitisedParams.percentile,
    removed: sanitisedParams.removed,
    temperature: {
      type: "number-or-auto",
      default: sanitisedParams.temperature.default,
      min: 1e-3,
      max: 100,
      help: 'of the smoothed error that is raised, in units of the score: the cooler, the nearer to the error itself; "auto" also cools from 0.5 to 0.1, takes four times as long, and keeps what makes most errors on clean rows',
    },
    steps: {
      type: "number",
      default: 40,
      min: 1,
      max: 10_000,
      integer: true,
      help: "exchanges tried, before and again after the filter is put in the loop",
    },
  },
  data: "table",
  targets: ["classes"],
  threat: { access: "inject", goal: "availability", knowledge: "white-box", labelling: "attacker" },
  movesFeatures: true,
  effort: "full",
  refuses: cannotBeSanitised,
  async poison(input, { params, ...context }) {
    const victim = await input.victim();
    const searches = params.temperature === "auto" ? coolings : [[params.temperature]];
    const climbs = searches.reduce((sum, temperatures) => sum + temperatures.length + (params.removed > 0 ? 1 : 0), 0);
    let climbed = 0;
    let best: { rows: InjectedRows; error: number } | null = null;
    for (const temperatures of searches) {
      let atoms: readonly Atom[] | null = null;
      for (const temperature of temperatures) {
        const scene = await setSanitisedScene(input, { ...params, temperature }, context);
        const { clean, set } = scene;
        const climb = async (from: readonly Atom[], removed: number): Promise<readonly Atom[]> =>
          (await exchangeRows({ clean, set, judge: scene.judgeWith(removed) }, from, params, partOf(context, climbed++, climbs))).atoms;
        if (atoms === null) {
          atoms = inTurn(worstFeasible(set, clean, thetaOf(victim.model)), input.budget.rows, set, clean);
          if (params.removed > 0) atoms = await climb(atoms, 0);
        }
        atoms = await climb(atoms, params.removed);
        const rows = rowsOf(clean, atoms);
        const error = await scene.errorWith(rows, params.removed);
        if (best === null || error > best.error) best = { rows, error };
      }
    }
    if (best === null) throw new Error("there is at least one temperature");
    return injectedPatch(input.clean.table, victim, best.rows);
  },
};
