import type { Attack } from "../../core/attack.ts";
import type { RunContext } from "../../core/context.ts";
import { NumericalError } from "../../core/errors.ts";
import { type DataPoison, type TablePoison, noDataPoison } from "../../core/poison.ts";
import type { Budget, ThreatModel } from "../../core/threat.ts";
import { type AttackChoice, methodOf } from "../config.ts";
import { type Sifted, dropFlagged } from "../unnoticed/drop-flagged.ts";
import type { UnnoticedResult } from "../unnoticed/result.ts";
import { type Seen, keepBelow } from "../unnoticed/search.ts";
import { estimateHarm } from "./attacker-estimate.ts";
import type { EncodedTraining } from "./make-pipeline.ts";
import { poisonedExamples } from "./poisoned-examples.ts";
import { type ScanFlags, scanFlags } from "./scan-flags.ts";
import type { SeedSetup, StudyInput } from "./seed-setup.ts";

export interface TableUnnoticed {
  /** The strongest first. */
  readonly choices: readonly AttackChoice[];
  readonly budgetOf: (attack: Attack) => Budget;
  readonly refuse: (poison: TablePoison, threat: ThreatModel, setup: SeedSetup, budget: Budget) => void;
}

interface Look extends Seen<DataPoison> {
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
  { choices, budgetOf, refuse }: TableUnnoticed,
  options: RunContext,
): Promise<{ readonly poison: DataPoison; readonly result: UnnoticedResult }> {
  const { clean, undefended } = setup;
  const setting = { learner: undefended.learner, sharing: config.sharing };
  const watchers = (config.unnoticed?.watchers ?? [])
    .map(({ id, params }) => ({ method: methodOf("detector", methods.detectors, id), params }))
    .filter(({ method }) => (method.refuses?.(setting) ?? null) === null);
  const start = (await setup.victim()).model;
  const cleanY = undefended.encode(clean, null).data.y;

  const scan = async (poison: DataPoison): Promise<Look> => {
    const encoded = undefended.encode(clean, poison);
    const poisoned = poisonedExamples(encoded.data, poison, clean.table);
    const flags = await scanFlags(encoded, undefended, watchers, options);
    const sifted = dropFlagged(poison, encoded.data, clean.table.rows, flags.together);
    const rows = sum(poisoned);
    const keptRows = sum(poisonedExamples(undefended.encode(clean, sifted.kept).data, sifted.kept, clean.table));
    return { poison, encoded, poisoned, flags, sifted, rows, flagged: sum(both(poisoned, flags.together)), kept: sifted.kept, keptRows };
  };

  const harmOf = async ({ encoded }: Pick<Look, "encoded">): Promise<number> => {
    const learn = async (data: EncodedTraining["data"], from: typeof start): Promise<typeof start> =>
      (await undefended.learn({ ...encoded, data }, null, { ...options, start: from, patch: null })).model;
    const model = undefended.learner.followsOrder === true ? start : await learn(encoded.data, start);
    const value = await estimateHarm({
      poisoned: encoded.data,
      y: cleanY,
      clean: setup.examplesThrough(encoded.encoder).clean,
      metric: setup.primary,
      unit: setup.unit,
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
    const whole = budgetOf(attack);
    const view = await setup.viewOf(choice.knowledge ?? "white-box");
    const make = async (budget: Budget, closed: ReadonlySet<number>, rng: RunContext["rng"]): Promise<DataPoison> => {
      const reach =
        closed.size === 0 ? setup.reach : { ...setup.reach, attackRows: openRows(clean.table.rows, closed, setup.reach.attackRows) };
      const given = { ...view, budget, reach, target: setup.target };
      const poison = await attack.poison(given, { ...options, rng, params: choice.params });
      if (poison.kind !== "data") throw new NumericalError(`${attack.id} leaves no trace in the rows that a scan could flag`);
      refuse(poison, attack.threat, setup, budget);
      return poison;
    };
    const rng = setup.rng.fork("attack").fork(attack.id);
    let first: Look | null = null;
    for (const [k, { budget, instead }] of plansWithin(whole, attack.threat).entries()) {
      try {
        if (first === null || k === 0 || budget !== whole) first = await scan(await make(budget, new Set(), rng));
        blind ??= blindOf(attack.id, first);
        const closed = new Set<number>();
        const looks = new Map<DataPoison, Look>([[first.poison, first]]);
        const found = await keepBelow<DataPoison>(first, {
          async scan(poison) {
            const look = await scan(poison);
            looks.set(poison, look);
            return look;
          },
          async refill(seen, rows, round) {
            const { sifted } = seen as Look;
            for (const row of sifted.flaggedRows) closed.add(row);
            if (instead === "nothing") return null;
            if (instead === "copies") return copiesBeside(sifted.kept, rows);
            // What is inserted closes no row.
            const taken = new Set([...closed, ...[...sifted.kept.relabel, ...sifted.kept.edit].map(({ row }) => row)]);
            try {
              const own = setup.rng.fork("unnoticed").fork(attack.id).fork(k).fork(round);
              return joined(sifted.kept, await make({ ...budget, rows }, taken, own));
            } catch (error) {
              if (error instanceof NumericalError) return null;
              throw error;
            }
          },
        });
        if (found !== null) {
          const look = looks.get(found) as Look;
          const harm = await harmOf(look);
          if (harm > best.harm) best = { look, choice, harm };
        }
        if (first.flagged === 0) break;
      } catch (error) {
        if (!(error instanceof NumericalError)) throw error;
        failure = error;
      }
    }
  }
  if (blind === null) throw failure ?? new NumericalError("no attack has ended that could be kept below the cut of a scan");
  const { look, choice } = best;
  return {
    poison: look.poison,
    result: {
      attack: choice?.id ?? null,
      access: choice === null ? null : methodOf("attack", methods.attacks, choice.id).threat.access,
      rows: look.rows,
      blind,
      falseAlarms: sum(look.flags.together) - look.flagged,
      tried: choices.map(({ id }) => id),
    },
  };
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

function joined(a: DataPoison, b: DataPoison): DataPoison {
  return { ...a, relabel: [...a.relabel, ...b.relabel], edit: [...a.edit, ...b.edit], insert: [...a.insert, ...b.insert] };
}

/** Of what was not flagged as many copies more, in turn; null where nothing is left. */
function copiesBeside(kept: DataPoison, rows: number): DataPoison | null {
  if (kept.insert.length === 0) return null;
  return { ...kept, insert: [...kept.insert, ...Array.from({ length: rows }, (_, k) => kept.insert[k % kept.insert.length])] };
}

function both(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((is, i) => is & b[i]);
}

function sum(mask: Uint8Array): number {
  return mask.reduce((total, is) => total + is, 0);
}
