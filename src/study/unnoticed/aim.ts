import type { AttackChoice, UnnoticedAsked } from "../config.ts";
import type { Cell } from "../kind.ts";
import { type TrialRecord, noRepair } from "../record.ts";
import { standing } from "../stopping/stopping.ts";
import { strongestAttacks } from "../strongest.ts";

/** The name of a search among attacks for poison that a scan does not flag. */
export const unnoticedId = "unnoticed";

/** The cells of the search: one for each seed. */
export function unnoticedCells(
  asked: UnnoticedAsked | undefined,
  { firstSeed, seeds }: { readonly firstSeed: number; readonly seeds: number },
): Pick<Cell, "seed" | "attack" | "budgetFraction">[] {
  if (asked === undefined) return [];
  const attack: AttackChoice = { id: unnoticedId, params: {}, unseen: true };
  return Array.from({ length: seeds }, (_, i) => ({ seed: firstSeed + i, attack, budgetFraction: asked.budgetFraction }));
}

/** As many attacks are tried at home. */
const mostAttacks = 3;

/**
 * The attacks on availability that are to be kept below the cut: of those that leave a trace in the rows the strongest, by what attackers take it for, and behind it the strongest of
 * other accesses. Empty where none ended.
 *
 * @param records of one learner
 */
export function aimUnnoticed(
  { budgetFraction }: UnnoticedAsked,
  attacks: readonly AttackChoice[],
  records: readonly TrialRecord[],
): AttackChoice[] {
  const own = standing(records).filter(
    (record) =>
      record.status === "ok" &&
      record.attack !== null &&
      record.repair === noRepair &&
      record.goal === "availability" &&
      record.access !== "logic" &&
      record.access !== "upstream" &&
      record.adaptive !== true &&
      record.arrival === undefined &&
      record.until === undefined &&
      record.unnoticed === undefined &&
      record.budgetFraction === budgetFraction,
  );
  const first = strongestAttacks(own, () => "");
  // Where nothing could be posted as rows, what is left is made of features.
  const isBound = own.filter(({ attack }) => attack === first.at(0)?.attack).some(({ inFeatureSpace }) => inFeatureSpace === true);
  const others = strongestAttacks(
    own.filter(({ inFeatureSpace }) => isBound || inFeatureSpace !== true),
    ({ access }) => String(access),
  );
  const ids = [...new Set([...first, ...others].map(({ attack }) => attack))].slice(0, mostAttacks);
  return ids.flatMap((id) => {
    const choice = attacks.find((one) => one.id === id && one.against === undefined && one.lasting !== true);
    return choice === undefined ? [] : [choice];
  });
}

/** What is aimed for each learner of a study, by its own records. */
export function aimEach(
  learners: readonly { readonly id: string; readonly attacks: readonly AttackChoice[] }[],
  records: readonly TrialRecord[],
  aim: (attacks: readonly AttackChoice[], records: readonly TrialRecord[]) => AttackChoice[],
): Readonly<Record<string, readonly AttackChoice[]>> {
  return Object.fromEntries(
    learners.map(({ id, attacks }) => [
      id,
      aim(
        attacks,
        records.filter(({ learner }) => learner === id),
      ),
    ]),
  );
}
