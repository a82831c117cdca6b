import type { AskedBudget } from "../study/budgets.ts";
import type { Attackable, CopiedReading } from "./kinds/attackable.ts";
import { type PoisonedCopy, checkPoisonedCopy, writePoisonedCopy } from "./poison/poison-file.ts";
import { type Note, notesOf } from "./read/request.ts";

export interface AttackAsked {
  /** Folder of the copy and its patch; made if it is not there. */
  readonly out: string;
  /** What names the copy: the id of the attack, and what it may spend. */
  readonly attack: string;
  readonly budget: AskedBudget;
  readonly onNote?: (note: Note) => void;
  /** How far the attack is, in [0, 1]. */
  readonly onProgress?: (share: number) => void;
}

export interface Attacked extends PoisonedCopy {
  /** What was touched and what could be, in words. */
  readonly told: string;
}

/**
 * Poisons a copy of data of any kind and writes it beside its patch.
 *
 * @throws UsageError where the request is wrong; then nothing was written
 */
export async function attackData<C, Q extends { readonly data: string }, R extends CopiedReading>(
  kind: Attackable<C, Q, R>,
  config: C,
  { out: outFolder, attack, budget, onNote, onProgress }: AttackAsked,
): Promise<Attacked> {
  kind.checkConfig(config);
  const request = kind.requestOf(config);
  const read = await kind.read(request);
  const tell = (notes: readonly Note[]): void => notes.forEach((note) => onNote?.(note));
  tell(notesOf(read, "warning"));
  checkPoisonedCopy({
    request,
    read,
    outFolder,
    about: { attack, ...(typeof budget === "number" ? { budgetFraction: budget } : { budget }) },
  });
  const { poison, about, told, notes } = await kind.makePoison(read, config, onProgress);
  const copy = await writePoisonedCopy({ request, read, poison, outFolder, about });
  tell([...notesOf(read, "info"), ...notes, ...(copy.note === undefined ? [] : [{ level: "info", text: copy.note } as const])]);
  return { ...copy, told };
}
