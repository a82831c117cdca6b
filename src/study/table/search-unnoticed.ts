import type { Attack, AttackInput } from "../../core/attack.ts";
import type { RunContext } from "../../core/context.ts";
import { NumericalError } from "../../core/errors.ts";
import { type DataPoison, type TablePoison, noDataPoison } from "../../core/poison.ts";
import type { Budget, ThreatModel } from "../../core/threat.ts";
import { type AttackChoice, methodOf } from "../config.ts";
import { type Sifted, dropFlagged } from "../unnoticed/drop-flagged.ts";
import type { UnnoticedResult } from "../unnoticed/result.ts";
import { type Seen, keepBelow } from "../unnoticed/search.ts";
import { harmOutOfFold } from "./harm-out-of-fold.ts";
import type { EncodedTraining } from "./make-pipeline.ts";
import { poisonedExamples } from "./poisoned-examples.ts";
import { type ScanFlags, scanFlags } from "./scan-flags.ts";
import type { SeedSetup, StudyInput } from "./seed-setup.ts";

export interface TableUnnoticed {
  /** The strongest first. */
  readonly choices: readonly AttackChoice[];
  readonly budgetOf: (attack: Attack) => Budget;
  /** What an attack makes with the whole budget, and without a thought of the scan. */
  readonly blind: (choice: AttackChoice) => Promise<TablePoison>;
  readonly refuse: (poison: TablePoison, threat: ThreatModel, setup: SeedSetup, budget: Budget) => void;
}

interface Look extends Seen {
  readonly poison: DataPoison;
  readonly encoded: EncodedTraining;
  readonly poisoned: Uint8Array;
  readonly flags: ScanFlags;
  readonly sifted: Sifted;
}

/**
 * The poison that an attacker would use who scans it at home, as it will be scanned: of several attacks, with the whole budget and with half of it, kept below the cut, the one that does
 * most harm by the attacker's own estimate; none at all where each makes the model better.
 *
 * @throws NumericalError where no attack can be made
 */
export async function searchUnnoticed(
  { config, methods }: StudyInput,
  setup: SeedSetup,
  { choices, budgetOf, blind: blindly, refuse }: TableUnnoticed,
  options: RunContext,
): Promise<{ readonly poison: DataPoison; readonly result: UnnoticedResult }> {
  const { clean, undefended } = setup;
  const setting = { learner: undefended.learner, sharing: config.sharing };
  const watchers = (config.unnoticed?.watchers ?? [])
    .map(({ id, params }) => ({ method: methodOf("detector", methods.detectors, id), params }))
    .filter(({ method }) => (method.refuses?.(setting) ?? null) === null);
  const start = (await setup.victim()).model;
  const cleanY = undefended.encode(clean, null).data.y;

  const known = new Map<DataPoison, Promise<Look>>();
  const look = async (poison: DataPoison): Promise<Look> => {
    const encoded = undefended.encode(clean, poison);
    const poisoned = poisonedExamples(encoded.data, poison, clean.table);
    const flags = await scanFlags(encoded, undefended, watchers, options);
    const sifted = dropFlagged(poison, encoded.data, clean.table.rows, flags.together);
    const keptRows = sum(poisonedExamples(undefended.encode(clean, sifted.kept).data, sifted.kept, clean.table));
    const rows = sum(poisoned);
    return { poison, encoded, poisoned, flags, sifted, rows, flagged: sum(both(poisoned, flags.together)), keptRows };
  };
  const scan = (poison: DataPoison): Promise<Look> => {
    let seen = known.get(poison);
    if (seen === undefined) known.set(poison, (seen = look(poison)));
    return seen;
  };

  const harmOf = async ({ encoded }: Pick<Look, "encoded">): Promise<number> => {
    const learn = async (data: EncodedTraining["data"], from: typeof start): Promise<typeof start> =>
      (await undefended.learn({ ...encoded, data }, null, { ...options, start: from, patch: null })).model;
    const model = undefended.learner.followsOrder === true ? start : await learn(encoded.data, start);
    const value = await harmOutOfFold({
      poisoned: encoded.data,
      y: cleanY,
      clean: setup.examplesThrough(encoded.encoder).clean,
      metric: setup.primary,
      labels: setup.labels,
      learn: (data) => learn(data, model),
      rng: setup.rng.fork("attacker's folds"),
    });
    return value ?? -Infinity;
  };

  const nothing = await scan(noDataPoison);
  let best: { look: Look; choice: AttackChoice | null; harm: number } = { look: nothing, choice: null, harm: await harmOf(nothing) };
  let blind: UnnoticedResult["blind"] | null = null;
  let failure: NumericalError | null = null;
  for (const choice of choices) {
    // The strongest attack goes unnoticed as it is: what keeps others below the cut would gain nothing.
    if (blind?.flagged === 0 && best.choice !== null) break;
    const attack = methodOf("attack", methods.attacks, choice.id);
    const view = await setup.viewOf(choice.knowledge ?? "white-box");
    const whole = budgetOf(attack);
    const maker = makerOf(attack, choice.params, whole, {
      ...{ input: { ...view, target: setup.target }, setup, refuse, options },
      blindly: () => blindly(choice),
    });
    for (const plan of plansWithin(whole, attack.threat)) {
      try {
        const { first, kept } = await followPlan(plan, maker, scan);
        blind ??= blindOf(attack.id, first);
        const harm = kept === null ? -Infinity : await harmOf(kept);
        if (kept !== null && (harm > best.harm || best.harm === -Infinity)) best = { look: kept, choice, harm };
        if (first.flagged === 0) break;
      } catch (error) {
        if (!(error instanceof NumericalError)) throw error;
        failure = error;
      }
    }
  }
  if (blind === null) throw failure ?? new NumericalError("no attack has ended that could be kept below the cut of a scan");
  const { look: kept, choice } = best;
  const again = await scanFlags(kept.encoded, undefended, watchers, { ...options, rng: setup.rng.fork("another scan") });
  return {
    poison: kept.poison,
    result: {
      attack: choice?.id ?? null,
      access: choice === null ? null : methodOf("attack", methods.attacks, choice.id).threat.access,
      rows: kept.rows,
      flaggedAgain: sum(both(kept.poisoned, again.together)),
      blind,
      falseAlarms: sum(kept.flags.together) - kept.flagged,
      tried: choices.map(({ id }) => id),
    },
  };
}

/** An attack at home. What it makes is held against threat and budget. */
interface Maker {
  /** As it is made without a thought of the scan. Made once for each budget. */
  first(budget: Budget): Promise<DataPoison>;
  /** Beside what is kept, as much more of rows that were not flagged before; null where there is none. */
  beside(kept: DataPoison, rows: number, plan: Plan, closed: ReadonlySet<number>, round: number): Promise<DataPoison | null>;
}

function makerOf(
  attack: Attack,
  params: unknown,
  whole: Budget,
  {
    input,
    setup,
    refuse,
    options,
    blindly,
  }: {
    readonly blindly: () => Promise<TablePoison>;
    readonly input: Omit<AttackInput, "budget" | "reach">;
    readonly setup: SeedSetup;
    readonly refuse: TableUnnoticed["refuse"];
    readonly options: RunContext;
  },
): Maker {
  const { reach, clean, rng } = setup;
  const make = async (budget: Budget, closed: ReadonlySet<number>, own: RunContext["rng"]): Promise<DataPoison> => {
    const open = closed.size === 0 ? reach : { ...reach, attackRows: openRows(clean.table.rows, closed, reach.attackRows) };
    const isWhole = closed.size === 0 && budget === whole;
    const poison = isWhole ? await blindly() : await attack.poison({ ...input, budget, reach: open }, { ...options, rng: own, params });
    if (poison.kind !== "data") throw new NumericalError(`${attack.id} leaves no trace in the rows that a scan could flag`);
    refuse(poison, attack.threat, setup, budget);
    return poison;
  };
  const firsts = new Map<number, Promise<DataPoison>>();
  return {
    first(budget) {
      let made = firsts.get(budget.rows);
      if (made === undefined) firsts.set(budget.rows, (made = make(budget, new Set(), rng.fork("attack").fork(attack.id))));
      return made;
    },
    async beside(kept, rows, { instead, budget }, closed, round) {
      if (instead === "nothing") return null;
      try {
        const taken = new Set([...closed, ...[...kept.relabel, ...kept.edit].map(({ row }) => row)]);
        const own = rng.fork("unnoticed").fork(attack.id).fork(budget.rows).fork(round);
        const more = instead === "copies" ? copiesOf(kept, rows) : await make({ ...budget, rows }, taken, own);
        const together = {
          ...kept,
          relabel: [...kept.relabel, ...more.relabel],
          edit: [...kept.edit, ...more.edit],
          insert: [...kept.insert, ...more.insert],
        };
        refuse(together, attack.threat, setup, whole);
        return together;
      } catch (error) {
        if (error instanceof NumericalError) return null;
        throw error;
      }
    },
  };
}

async function followPlan(
  plan: Plan,
  maker: Maker,
  scan: (poison: DataPoison) => Promise<Look>,
): Promise<{ readonly first: Look; readonly kept: Look | null }> {
  const first = await scan(await maker.first(plan.budget));
  const closed = new Set<number>();
  const kept = await keepBelow<Look, DataPoison>(first, {
    scan,
    keep: ({ sifted }) => sifted.kept,
    refill(look, rows, round) {
      for (const row of look.sifted.flaggedRows) closed.add(row);
      return maker.beside(look.sifted.kept, rows, plan, closed, round);
    },
  });
  return { first, kept };
}

/** How an attempt is made: with how much, and what takes the place of what was flagged: what the attack would do next, copies of what was not flagged, or nothing. */
interface Plan {
  readonly budget: Budget;
  readonly instead: "more" | "copies" | "nothing";
}

function plansWithin(whole: Budget, { access }: ThreatModel): Plan[] {
  const half = { ...whole, fraction: whole.fraction / 2, rows: whole.rows >> 1 };
  return [
    { budget: whole, instead: "more" },
    ...(access === "inject" ? [{ budget: whole, instead: "copies" } as const] : []),
    { budget: whole, instead: "nothing" },
    ...(half.rows > 0 ? [{ budget: half, instead: "more" } as const] : []),
  ];
}

function blindOf(attack: string, { rows, flagged, poisoned, flags }: Look): UnnoticedResult["blind"] {
  const byDetector = flags.byDetector.map((one) => ({ detector: one.detector, flagged: sum(both(poisoned, one.flagged)) }));
  return { attack, rows, flagged, byDetector };
}

function openRows(rows: number, closed: ReadonlySet<number>, within: Uint8Array | undefined): Uint8Array {
  return Uint8Array.from({ length: rows }, (_, row) => (closed.has(row) ? 0 : (within?.[row] ?? 1)));
}

/** As many copies, in turn. @throws NumericalError where nothing can be copied */
function copiesOf(kept: DataPoison, rows: number): DataPoison {
  if (kept.insert.length === 0) throw new NumericalError("nothing was kept that could be copied");
  return { ...noDataPoison, insert: Array.from({ length: rows }, (_, k) => kept.insert[k % kept.insert.length]) };
}

function both(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((is, i) => is & b[i]);
}

function sum(mask: Uint8Array): number {
  return mask.reduce((total, is) => total + is, 0);
}
