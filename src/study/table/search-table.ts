import type { Attack } from "../../core/attack.ts";
import type { RunContext } from "../../core/context.ts";
import { NumericalError } from "../../core/errors.ts";
import type { TablePoison } from "../../core/poison.ts";
import type { Budget, ThreatModel } from "../../core/threat.ts";
import type { UntilAim } from "../until/aim.ts";
import { type UntilGoal, figureOf, figureWithout, turned } from "../until/goal.ts";
import { type SearchResult, searchBudget } from "../until/search.ts";
import { intentQuantities, measureIntent } from "./intent-metrics.ts";
import { measure } from "./measure.ts";
import type { SeedSetup, StudyInput } from "./seed-setup.ts";

/** Budgets that are tried on a split; see `SearchInput`. */
const tries = 4;

export interface SearchSetting {
  readonly input: StudyInput;
  readonly setup: SeedSetup;
  readonly goal: UntilGoal;
  readonly aim: UntilAim;
  readonly attack: Attack;
  /** The examples that the budget is a share of. */
  readonly count: number;
  readonly refuse: (poison: TablePoison, threat: ThreatModel, setup: SeedSetup, budget: Budget) => void;
}

export interface Searched {
  readonly result: SearchResult;
  /** Of the least poison that was enough, else of the most. */
  readonly poison: TablePoison;
  readonly rows: number;
}

/** How few rows of one attack do on one split what is asked: what the test rows show is what is searched. @throws NumericalError */
export async function searchTable(
  { input, setup, goal, aim, attack, count, refuse }: SearchSetting,
  options: RunContext,
): Promise<Searched> {
  const quantities = [...input.methods.metrics, ...intentQuantities];
  const { model } = await setup.victim();
  const { table } = setup.clean;
  const encoder = setup.undefended.encode(setup.clean, null).encoder;
  const clean = measure(input.methods.metrics, model, setup.examplesThrough(encoder).test, setup.unit);
  const view = await setup.viewOf(aim.attack.knowledge ?? "white-box");
  const made = new Map<number, TablePoison>();
  const valueAt = async (rows: number): Promise<number> => {
    const budget = { fraction: rows / count, rows };
    const rng = setup.rng.fork("attack").fork(attack.id);
    const given = { ...view, budget, reach: setup.reach, target: setup.target };
    const poison = await attack.poison(given, { ...options, rng, params: aim.attack.params });
    refuse(poison, attack.threat, setup, budget);
    made.set(rows, poison);
    const on = poison.kind === "upstream" ? await setup.afterUpstream(poison) : setup;
    const encoded = on.undefended.encode(setup.clean, poison.kind === "upstream" ? null : poison);
    const patch = poison.kind === "logic" ? poison : null;
    const attacked = await on.undefended.learn(encoded, null, { ...options, start: model, patch });
    const test = setup.examplesThrough(encoded.encoder).test;
    const meant =
      poison.intent === undefined
        ? {}
        : measureIntent(
            poison.intent,
            { model: attacked.model, encoder: encoded.encoder },
            { model, encoder },
            table,
            (through, changed) =>
              changed === undefined ? setup.examplesThrough(through).test : setup.examplesOf("test", through, changed),
          );
    const value = figureOf(goal, { ...measure(input.methods.metrics, attacked.model, test, setup.unit), ...meant }, clean, quantities);
    if (value === undefined) throw new NumericalError(`the test rows of this split do not tell ${goal.metric}`);
    return turned(goal, value);
  };
  const { rows, tried } = await searchBudget({
    start: turned(goal, figureWithout(goal, clean, quantities)),
    bound: turned(goal, goal.bound),
    guess: aim.fraction * count,
    most: Math.max(1, Math.floor(count / 2)),
    tries,
    valueAt,
  });
  const enough = tried.filter(({ value }) => value >= turned(goal, goal.bound)).map((one) => one.rows);
  const shown = enough.length > 0 ? Math.min(...enough) : Math.max(...tried.map((one) => one.rows));
  return {
    result: { rows, tried: tried.map((one) => ({ rows: one.rows, value: turned(goal, one.value) })) },
    poison: made.get(shown) as TablePoison,
    rows: shown,
  };
}
