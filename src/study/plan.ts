import { type Arrival, arrivals, starts } from "./arrival.ts";
import type { AttackChoice, StudyConfig } from "./config.ts";
import { noRepair } from "./record.ts";

/** One trial to be run. */
export interface TrialSpec {
  readonly id: string;
  /** null = none. */
  readonly repair: StudyConfig["repairs"][number] | null;
  /** When the model is looked at, where poisoning stops and clean rows arrive. */
  readonly arrival?: Arrival;
}

/** The trials that share poison: one attack at one budget with one seed, under each repair. `attack` is null for the baseline. */
export interface Cell {
  readonly seed: number;
  readonly attack: AttackChoice | null;
  readonly budgetFraction: number;
  readonly trials: readonly TrialSpec[];
}

/** An attack that plans around a repair meets that one alone. */
function isMet(attack: AttackChoice | null): (repair: TrialSpec["repair"]) => boolean {
  return (repair) => attack?.against === undefined || repair?.id === attack.against;
}

/**
 * Every cell of a study, seed by seed and attack by attack along its budgets.
 *
 * @param identity what else shapes the results: digests of the data, roles of the columns, the version
 * @param digest a hash of text; a trial's id is the hash of everything that shapes its record
 */
export function planStudy(config: StudyConfig, identity: unknown, digest: (text: string) => string): Cell[] {
  const { attacks, repairs, budgets, seeds, firstSeed, ...shared } = config;
  const budgetsUp = [...budgets].sort((a, b) => a - b);
  const lastingTrials = (seed: number, attack: AttackChoice, budgetFraction: number): TrialSpec[] =>
    arrivals.flatMap((times) =>
      starts.map((start) => ({
        id: digest(JSON.stringify({ identity, shared, seed, attack, budgetFraction, times, start })).slice(0, 16),
        repair: null,
        arrival: { times, start },
      })),
    );
  const makeCell = (seed: number, attack: AttackChoice | null, budgetFraction: number): Cell => ({
    seed,
    attack,
    budgetFraction,
    trials:
      attack?.lasting === true
        ? lastingTrials(seed, attack, budgetFraction)
        : [null, ...repairs].filter(isMet(attack)).map((repair) => ({
            id: digest(JSON.stringify({ identity, shared, seed, attack, budgetFraction, repair })).slice(0, 16),
            repair,
          })),
  });
  return Array.from({ length: seeds }, (_, i) => firstSeed + i).flatMap((seed) => [
    makeCell(seed, null, 0),
    ...attacks.flatMap((attack) => budgetsUp.map((budgetFraction) => makeCell(seed, attack, budgetFraction))),
  ]);
}

export function repairName(spec: TrialSpec): string {
  return spec.repair?.id ?? noRepair;
}
