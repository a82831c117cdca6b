import type { Attack, AttackInput } from "../../core/attack.ts";
import type { RunContext } from "../../core/context.ts";
import { NumericalError } from "../../core/errors.ts";
import type { DataPoison, RawRow, TablePoison } from "../../core/poison.ts";
import { type Sources, sourcesOf } from "../../core/sources.ts";
import { type Table, cellIn, replaceCells } from "../../core/table.ts";
import { type SourceBudget, type ThreatModel, budgetOf } from "../../core/threat.ts";
import { freshAccounts } from "../../data/fresh-accounts.ts";
import type { Rng } from "../../numeric/random.ts";
import { rowsByAccount } from "./budget.ts";
import { reachableCount } from "./reach.ts";

/** Why an attack cannot spend a budget in accounts, in words; null where it can. */
export function refusesAccounts({ access }: ThreatModel, { roles }: Table): string | null {
  if (access === "logic") return "it changes the learner, which is no account's row";
  if (access === "upstream") return "it touches what others pretrained";
  if (access === "inject" && roles.source !== null && roles.source === roles.task)
    return "each account is a task here, and a new one would be a new task";
  return null;
}

/**
 * The poison of an attack. Where its budget is in accounts, what it may change are rows of captured ones, and what it inserts gets the names of new ones.
 *
 * @param whose draws the accounts: the same for every attack on a seed
 */
export async function poisonWithin(
  attack: Attack,
  input: AttackInput,
  options: RunContext & { readonly params: unknown },
  whose: Rng,
): Promise<TablePoison> {
  const { budget, clean, reach } = input;
  const sources = sourcesOf(clean.table);
  if (budget.sources === undefined || sources === null) return attack.poison(input, options);
  if (attack.threat.access === "inject") {
    const poison = await attack.poison(input, options);
    return poison.kind === "data" ? throughNewAccounts(poison, budget.sources, sources, clean.table, whose) : poison;
  }
  const wanted = await wantedRows(attack, input, options, sources);
  const captured = { ...reach, attackRows: capturedRows(input, budget.sources, { sources, wanted }, whose) };
  const rows = Math.min(budget.rows, reachableCount(clean, captured));
  if (rows === 0) throw new NumericalError("the attacker knows no row within reach that is of a known account");
  return attack.poison({ ...input, reach: captured, budget: { ...budget, rows } }, options);
}

/** The share of the rows of known accounts that an attack is asked for to learn whose it wants. */
const wantedShare = 0.1;

/** The rows that the attack would take if it could take those of any account, the same however many accounts it has in the end; empty where it fails. */
async function wantedRows(
  attack: Attack,
  input: AttackInput,
  options: RunContext & { readonly params: unknown },
  { codes }: Sources,
): Promise<ReadonlySet<number>> {
  const { clean, reach } = input;
  const attackRows = Uint8Array.from(codes, (code, row) => (code >= 0 && (reach.attackRows?.[row] ?? 1) === 1 ? 1 : 0));
  const known = reachableCount(clean, { ...reach, attackRows });
  if (known === 0) return new Set();
  const { findings: _, ...anew } = input;
  try {
    const free = { ...anew, reach: { ...reach, attackRows }, budget: budgetOf(wantedShare, known) };
    const poison = await attack.poison(free, { ...options, rng: options.rng.fork("wanted accounts") });
    return new Set(poison.kind === "data" ? [...poison.relabel, ...poison.edit].map(({ row }) => row) : []);
  } catch (error) {
    if (error instanceof NumericalError) return new Set();
    throw error;
  }
}

/**
 * The accounts worth capturing are those that may poison the most rows, of equals those of which the attack wants the most, then those with the most rows; of each as many rows as it may poison, the wanted ones first and
 * then drawn. Fewer accounts are the first of more.
 */
function capturedRows(
  { clean, reach }: AttackInput,
  { accounts, rowsEach }: SourceBudget,
  { sources, wanted }: { readonly sources: Sources; readonly wanted: ReadonlySet<number> },
  whose: Rng,
): Uint8Array {
  const rows = rowsByAccount(clean, reach, sources);
  const codes = [...rows.keys()].sort((a, b) => a - b);
  const drawn = whose.fork("ties").sample(codes.length, codes.length);
  const capped = (count: number): number => Math.min(rowsEach, count);
  const accountOf = (code: number): { code: number; may: number; wants: number; has: number } => {
    const own = rows.get(code)!;
    return { code, may: capped(own.length), wants: capped(own.filter((row) => wanted.has(row)).length), has: own.length };
  };
  const best = Array.from(drawn, (k) => accountOf(codes[k]))
    .sort((a, b) => b.may - a.may || b.wants - a.wants || b.has - a.has)
    .map(({ code }) => code);
  const mask = new Uint8Array(clean.table.rows);
  for (const code of best.slice(0, accounts)) {
    const examples = new Map<number, number>();
    for (const row of rows.get(code)!) examples.set(row, (examples.get(row) ?? 0) + 1);
    const own = [...examples];
    const order = Array.from(whose.fork("rows").fork(sources.names[code]).sample(own.length, own.length), (k) => own[k]);
    let left = rowsEach;
    for (const [row, count] of [...order.filter(([row]) => wanted.has(row)), ...order.filter(([row]) => !wanted.has(row))]) {
      if (count > left) continue;
      mask[row] = 1;
      left -= count;
    }
  }
  return mask;
}

/** Inserted rows dealt evenly to new accounts. Of several labels each is a row of its account's; a row that no account has room for is dropped. */
function throughNewAccounts(
  poison: DataPoison,
  { accounts, rowsEach }: SourceBudget,
  { column, names }: Sources,
  table: Table,
  whose: Rng,
): DataPoison {
  const fresh = freshAccounts(names, accounts, whose.fork("names"), mayMeanNobody);
  const used = new Int32Array(accounts);
  const insert = poison.insert.flatMap((row): (typeof row)[] => {
    if (row.kind === "features") return [row];
    const least = used.reduce((best, count, k) => (count < used[best] ? k : best), 0);
    const examples = examplesOf(row, table);
    if (used[least] + examples > rowsEach) return [];
    used[least] += examples;
    return [{ ...row, cells: replaceCells(row.cells, [[column, fresh[least]]]) }];
  });
  return { ...poison, insert };
}

/** Short words without a number: among them are all that stand for a missing cell. */
function mayMeanNobody(name: string): boolean {
  return name.trim().length <= 4 && !/\d/.test(name);
}

function examplesOf(row: RawRow, { roles: { labels } }: Table): number {
  return labels.length === 1 ? 1 : labels.filter((label) => cellIn(row.cells, label) !== null).length;
}
