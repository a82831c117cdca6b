import { type DialoguePoison, type Dialogues, answerRoles } from "../dialogues.ts";
import type { Access, ThreatModel } from "../threat.ts";

export interface DialogueGuardInput {
  readonly poison: DialoguePoison;
  readonly clean: Dialogues;
  readonly threat: ThreatModel;
  /** Records that may be touched or added. */
  readonly budget: number;
}

const [chosen, rejected] = [answerRoles.indexOf("chosen"), answerRoles.indexOf("rejected")];

/** What each access lets an attacker do to fine-tuning data: change prompts, change or swap answers, add records. */
const rights: Readonly<Record<Access, { readonly prompts: boolean; readonly answers: boolean; readonly inserts: boolean }>> = {
  logic: { prompts: false, answers: false, inserts: false },
  modify: { prompts: true, answers: true, inserts: true },
  "modify-labels": { prompts: false, answers: true, inserts: false },
  "modify-inputs": { prompts: true, answers: false, inserts: false },
  inject: { prompts: false, answers: false, inserts: true },
  upstream: { prompts: false, answers: false, inserts: false },
};

/** How poison goes beyond its budget or its access, or touches what is not there, in words in which records and turns count from 1; null when it keeps to all. */
export function findDialogueBreach({ poison, clean, threat, budget }: DialogueGuardInput): string | null {
  const { edit, insert, swap } = poison;
  const touched = new Set([...edit.map(({ turn }) => clean.record[turn]), ...swap]);
  const spent = touched.size + insert.length;
  return (
    findBadEdit(poison, clean) ??
    findBadSwap(poison, clean) ??
    findBadInsert(poison, clean) ??
    (spent > budget ? `the patch touches or adds ${spent} records where the budget is ${budget}` : null) ??
    findForbidden(poison, threat.access)
  );
}

function findBadEdit({ edit }: DialoguePoison, { answers }: Dialogues): string | null {
  let last = -1;
  for (const { turn, prompt, answer } of edit) {
    if (!Number.isInteger(turn) || turn < 0 || turn >= answers.length)
      return `the patch edits turn ${turn + 1}, and there are ${answers.length}`;
    if (turn <= last) return `the patch edits turn ${turn + 1} after turn ${last + 1}`;
    if (prompt === undefined && answer === undefined) return `the patch edits turn ${turn + 1} and changes nothing`;
    last = turn;
  }
  return null;
}

function findBadSwap({ swap }: DialoguePoison, { records, record, role }: Dialogues): string | null {
  if (swap.length === 0) return null;
  const pairs = new Uint8Array(records);
  for (let turn = 0; turn + 1 < record.length; turn++)
    if (record[turn] === record[turn + 1] && role[turn] === chosen && role[turn + 1] === rejected) pairs[record[turn]] = 1;
  let last = -1;
  for (const one of swap) {
    if (pairs[one] !== 1) return `the patch swaps record ${one + 1}, which is no pair of preferences`;
    if (one <= last) return `the patch swaps record ${one + 1} after record ${last + 1}`;
    last = one;
  }
  return null;
}

function findBadInsert({ insert }: DialoguePoison, { records, record }: Dialogues): string | null {
  if (insert.length === 0) return null;
  const hasTurn = new Uint8Array(records);
  for (const own of record) hasTurn[own] = 1;
  for (const { like } of insert) {
    if (!Number.isInteger(like) || like < 0 || like >= records) return `the patch copies record ${like + 1}, and there are ${records}`;
    if (hasTurn[like] === 0) return `the patch copies record ${like + 1}, which has no answer`;
  }
  return null;
}

function findForbidden({ edit, insert, swap }: DialoguePoison, access: Access): string | null {
  const { prompts, answers, inserts } = rights[access];
  if (!prompts && edit.some(({ prompt }) => prompt !== undefined))
    return `the patch changes a prompt, which access "${access}" does not allow`;
  if (!answers && (swap.length > 0 || edit.some(({ answer }) => answer !== undefined)))
    return `the patch changes an answer, which access "${access}" does not allow`;
  if (!inserts && insert.length > 0) return `the patch adds records, which access "${access}" does not allow`;
  return null;
}
