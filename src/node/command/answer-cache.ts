import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { OutsideAnswers } from "../../core/learner.ts";
import { replaceFile } from "../write/replace-file.ts";

/** How answers are kept in a file. */
export interface Codec<T> {
  /** As JSON has it. */
  plain(answers: T): unknown;
  /** What `plain` gave, or null where it is not whole. */
  read(stored: unknown): T | null;
  /** How many numbers or texts it holds. */
  size(answers: T): number;
}

/** Answers that this thread remembers, and how many numbers and texts they may hold together. */
const [most, mostHeld] = [64, 8e6];
const remembered = new Map<string, { readonly answers: unknown; readonly size: number }>();

/**
 * What a command answered to the very same question before.
 *
 * @param key the digest of all that shapes the answer
 * @param folder of answers kept from run to run; empty = none
 */
export function recall<T>(key: string, folder: string, codec: Codec<T>): T | null {
  const known = remembered.get(key);
  if (known !== undefined) return known.answers as T;
  if (folder === "") return null;
  try {
    const answers = codec.read(JSON.parse(readFileSync(join(folder, `${key}.json`), "utf8")));
    if (answers !== null) keep(key, answers, codec);
    return answers;
  } catch {
    // Not there, or not whole: the command is asked.
    return null;
  }
}

export async function remember<T>(key: string, folder: string, answers: T, codec: Codec<T>): Promise<void> {
  keep(key, answers, codec);
  if (folder === "") return;
  mkdirSync(folder, { recursive: true });
  await replaceFile(join(folder, `${key}.json`), JSON.stringify(codec.plain(answers)));
}

function keep<T>(key: string, answers: T, codec: Codec<T>): void {
  remembered.set(key, { answers, size: codec.size(answers) });
  let held = 0;
  for (const { size } of remembered.values()) held += size;
  for (const [oldest, { size }] of remembered) {
    if (remembered.size <= most && held <= mostHeld) break;
    remembered.delete(oldest);
    held -= size;
  }
}

/** Answers that are scores of so many rows. */
export function scoresCodec(rows: number): Codec<OutsideAnswers> {
  return {
    plain: ({ outputs, scores }) => ({ outputs, scores: Array.from(scores) }),
    read(stored) {
      const { outputs, scores } = stored as { outputs: unknown; scores: unknown };
      if (typeof outputs !== "number" || !Array.isArray(scores) || scores.length !== rows * outputs || !scores.every(Number.isFinite))
        return null;
      return { outputs, scores: Float64Array.from(scores as number[]) };
    },
    size: ({ scores }) => scores.length,
  };
}
