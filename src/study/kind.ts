import type { RunContext } from "../core/context.ts";
import type { Access, Goal, Knowledge, ReachKind } from "../core/threat.ts";
import type { Arrival } from "./arrival.ts";
import type { StudyBudgets } from "./budgets.ts";
import type { AttackChoice, Chosen } from "./config.ts";
import type { DetectionCut, TrialRecord } from "./record.ts";
import type { Decided } from "./stopping/decided.ts";

/**
 * A kind of data that a study can be of: what is planned, how an attacker poisons it, what is learned and what is measured. Everything else (cells, workers,
 * records, judging) is the same for all kinds.
 *
 * `I` is what a study is given: the data, a configuration (plain data) and the methods. `P` is the poison, a patch that can be stored.
 */
export interface StudyKind<I, P> {
  /** Every trial of a study: which learners, attacks, repairs; see `planCells`. */
  readonly plan: PlanOf<I>;
  /** Whether a learner is tuned once for each seed; who tunes passes on what was found. */
  readonly isTuned: boolean;
  /**
   * Cells that wait for what others show; absent = none. Those of stage 0 wait for nothing; those of each stage after it are aimed by the records of all stages
   * before it. `aim` is a function of the records alone.
   */
  readonly later?: {
    stageOf(cell: Cell, config: ConfigOf<I>): number;
    aim(input: I, records: readonly TrialRecord[]): I;
    /** Whether a cell may turn out not to be needed; absent = none may. */
    canBeLeftOut?(cell: Cell): boolean;
    /** Cells of a stage that need not be run, by the records of all stages before it; absent = there are none. @param cells all of the plan */
    leftOut?(input: I, cells: readonly Cell[], stage: number, records: readonly TrialRecord[]): ReadonlyMap<Cell, Decided>;
  };
  /** Detectors whose precision and recall are recorded, and the share of the subjects that they look at. */
  detection(input: I, learner: Chosen): { readonly detectors: readonly Chosen[]; readonly flagFraction: number };
  /** What a record says of the threat before anything is run. */
  threatOf(input: I, cell: Cell): ThreatOfRecord;
  /** Opens a study: gives back what sets up a seed for a learner, and may remember what they share. */
  open(input: I): SetUp<P>;
}

/** @param tuned what an earlier call for the same seed and learner found; undefined = find it. @throws NumericalError where the numbers do not allow it */
export type SetUp<P> = (at: Pick<Cell, "seed" | "learner">, context: Omit<RunContext, "rng">, tuned?: unknown) => Promise<Scene<P>>;

export interface PlanOf<I> {
  readonly seeds: (config: ConfigOf<I>) => StudyBudgets & { readonly seeds: number; readonly firstSeed: number };
  learnersOf(config: ConfigOf<I>): readonly Chosen[];
  /** The attacks that can attack a learner. */
  attacksOn(config: ConfigOf<I>, learner: Chosen): readonly AttackChoice[];
  /** Cells that follow the seeds, each with a seed of its own, on one learner; absent = none. */
  after?(config: ConfigOf<I>): readonly Pick<Cell, "seed" | "attack" | "budgetFraction">[];
  /** The trials of a cell: one without repair, and so on. */
  trialsOf(config: ConfigOf<I>, learner: Chosen, attack: AttackChoice | null): readonly Omit<TrialSpec, "id">[];
  /** Everything that shapes the record of a trial, as plain data whose order of keys stays: the id is its digest. */
  keyOf(config: ConfigOf<I>, cell: Omit<Cell, "trials">, trial: Omit<TrialSpec, "id">): object;
}

export type ConfigOf<I> = I extends { readonly config: infer C } ? C : never;

/** What the trials of one seed and learner share: the split, the tuned learner, the clean model. */
export interface Scene<P> {
  /** The learner's parameters, what was tuned included. */
  readonly learnerParams: unknown;
  /** What a share buys for an attack: rows, or accounts. */
  budgetRows(attack: AttackChoice, budgetFraction: number): number;
  /**
   * The poison of an attacker, held against threat and budget; null where there is nothing to be poisoned.
   *
   * @param repair the repair that an attacker who plans around one meets
   * @param draw another number gives another patch of the same attack, where it draws anything; 0 by default
   * @throws NumericalError where the attack fails or the guard refuses what it made
   */
  poison(
    attack: AttackChoice,
    budgetFraction: number,
    repair: Repair | null,
    context: Omit<RunContext, "rng">,
    draw?: number,
  ): Promise<P | null>;
  /** What is learned from under that poison; null = under none. */
  ground(poison: P | null, attack: AttackChoice | null, context: Omit<RunContext, "rng">): Promise<Ground>;
}

/** Data under some poison. */
export interface Ground {
  readonly trainingRows: number;
  /** Examples, or accounts, that the patch touched. */
  readonly touchedRows: number;
  /** 1 for each subject of the detectors that is poisoned; null where there is none that they could find. Shape: [subjects]. */
  readonly poisoned: Uint8Array | null;
  /** Of a detector, computed once. Shape: [subjects]. */
  suspicion(detector: Chosen): Promise<Float64Array>;
  /** Repairs, learns and measures. @throws NumericalError */
  look(trial: TrialSpec): Promise<Look>;
}

/** What one trial shows; what takes the place of the ground's or the scene's own figures may be among it. */
export interface Look extends Partial<
  Pick<
    TrialRecord,
    | "attack"
    | "access"
    | "encoder"
    | "inFeatureSpace"
    | "budgetRows"
    | "trainingRows"
    | "arrival"
    | "shareRows"
    | "recalls"
    | "tasks"
    | "attackerEstimate"
    | "until"
    | "unnoticed"
    | "transfer"
    | "doubts"
  >
> {
  readonly testRows: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly attackerObjective: number | null;
  readonly cuts?: readonly DetectionCut[];
}

export interface ThreatOfRecord {
  readonly encoder?: "poisoned" | "frozen";
  readonly attack: string | null;
  readonly access: Access | null;
  readonly goal: Goal | null;
  readonly knowledge: Knowledge | null;
  readonly adaptive?: true;
  readonly reach: ReachKind | null;
  readonly target: string | null;
}

/** A repair, with the detector whose scores it uses. */
export type Repair = Chosen & { readonly detector: Chosen | null };

/** One trial to be run. */
export interface TrialSpec {
  readonly id: string;
  /** null = none. */
  readonly repair: Repair | null;
  /** When the model is looked at, where poisoning stops and clean rows arrive. */
  readonly arrival?: Arrival;
}

/** The trials that share poison: one attack on one learner at one budget with one seed, under each repair. `attack` is null for the baseline. */
export interface Cell {
  readonly seed: number;
  readonly learner: Chosen;
  readonly attack: AttackChoice | null;
  readonly budgetFraction: number;
  readonly trials: readonly TrialSpec[];
}
