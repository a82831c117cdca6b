import { applyAccounts, withoutAccounts } from "./apply/apply-accounts.ts";
import { applyToTable, undoOnTable } from "./apply/apply.ts";
import { type AccountGuardInput, findAccountBreach } from "./guard/accounts.ts";
import { type TableGuardInput, findTableBreach } from "./guard/table.ts";
import type { AccountPoison, Poison } from "./poison.ts";
import type { Ratings } from "./ratings.ts";
import type { Table } from "./table.ts";

export type GuardInput = TableGuardInput | AccountGuardInput;

/** What a patch of some kind is to: ratings, or a table. */
export type PatchedData<P extends Poison> = P extends AccountPoison ? Ratings : Table;

/** What is done with a patch of one kind. */
interface PatchKind {
  breach(input: GuardInput): string | null;
  apply(clean: unknown, poison: Poison): unknown;
  undo(poisoned: unknown, poison: Poison): unknown;
}

/** How a patch goes beyond its threat model, its budget or its reach, in words, in which rows count from 1; null when it keeps to all of them. Runs on every trial. */
export function findBreach(input: GuardInput): string | null {
  return patches[input.poison.kind].breach(input);
}

/** The data as the patch leaves them; a table stays as it is under poison upstream, in the learner, or in feature space. */
export function applyPoison<P extends Poison>(clean: PatchedData<P>, poison: P): PatchedData<P> {
  return patches[poison.kind].apply(clean, poison) as PatchedData<P>;
}

/** The clean data: the inverse of `applyPoison` for the same patch. */
export function undoPoison<P extends Poison>(poisoned: PatchedData<P>, poison: P): PatchedData<P> {
  return patches[poison.kind].undo(poisoned, poison) as PatchedData<P>;
}

const elsewhere = { breach: findTableBreach, apply: (clean: Table) => clean, undo: (poisoned: Table) => poisoned };

const patches: Readonly<Record<Poison["kind"], PatchKind>> = {
  data: { breach: findTableBreach, apply: applyToTable, undo: undoOnTable },
  upstream: elsewhere,
  logic: elsewhere,
  accounts: {
    breach: findAccountBreach,
    apply: applyAccounts,
    undo: (poisoned: Ratings, poison: AccountPoison) => withoutAccounts(poisoned, poisoned.users.length - poison.accounts.length),
  },
};
