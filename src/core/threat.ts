/** What the attacker may touch, strongest first. */
export const accesses = ["logic", "modify", "modify-labels", "modify-inputs", "inject", "upstream"] as const;
export type Access = (typeof accesses)[number];

export const goals = ["availability", "targeted", "backdoor", "promote", "demote"] as const;
export type Goal = (typeof goals)[number];

/** What the attacker knows, most first. */
export const knowledges = ["white-box", "gray-box", "black-box", "none"] as const;
export type Knowledge = (typeof knowledges)[number];

export interface ThreatModel {
  readonly access: Access;
  readonly goal: Goal;
  readonly knowledge: Knowledge;
  /** Who labels inserted rows. */
  readonly labelling?: "attacker" | "honest";
}

/** With several tasks: which receive poison and which are meant to suffer. Indices into the tasks of the data; null = all. */
export interface Reach {
  readonly attackTasks: Int32Array | null;
  readonly targetTasks: Int32Array | null;
  /** 1 for each row that may be changed; absent = every row of the attack tasks. Shape: [rows of the table]. */
  readonly attackRows?: Uint8Array;
}

/** Whether an attacker with this reach may touch the example that this row has in this task. */
export function mayTouch({ attackTasks, attackRows }: Reach, row: number, task: number): boolean {
  return (attackRows === undefined || attackRows[row] === 1) && (attackTasks === null || attackTasks.includes(task));
}

export type ReachKind = "direct" | "indirect" | "hybrid";

export function reachKind(reach: Reach): ReachKind {
  if (reach.attackTasks === null && reach.targetTasks === null) return "direct";
  if (reach.attackTasks === null || reach.targetTasks === null) return "hybrid";
  const attacked = new Set(reach.attackTasks);
  const shared = new Set(reach.targetTasks.filter((task) => attacked.has(task))).size;
  if (shared === 0) return "indirect";
  return shared === attacked.size && shared === new Set(reach.targetTasks).size ? "direct" : "hybrid";
}

/** How much may be touched. */
export interface Budget {
  /** Of the clean training examples within reach. */
  readonly fraction: number;
  /** floor(fraction × examples), at least 1: relabelled, edited and inserted examples together. */
  readonly rows: number;
  /** Through whose rows poison enters; absent = anybody's. */
  readonly sources?: SourceBudget;
}

/** Poison enters through rows of so many accounts alone, fake ones or captured ones, each of which has so many poisoned examples at most. */
export interface SourceBudget {
  readonly accounts: number;
  readonly rowsEach: number;
}

export function budgetOf(fraction: number, cleanExamples: number): Budget {
  // The nudge keeps 0.07 × 100 from falling below 7 in binary.
  return { fraction, rows: Math.max(1, Math.floor(fraction * cleanExamples + 1e-9)) };
}
