import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { OutsideAnswers } from "../../core/learner.ts";
import { replaceFile } from "../write/replace-file.ts";

/** Answers that this thread remembers. */
const most = 64;
const remembered = new Map<string, OutsideAnswers>();

/**
 * What a command answered to the very same question before.
 *
 * @param key the digest of all that shapes the answer
 * @param folder of answers kept from run to run; empty = none
 */
export function recall(key: string, folder: string, rows: number): OutsideAnswers | null {
  const known = remembered.get(key);
  if (known !== undefined || folder === "") return known ?? null;
  try {
    const { outputs, scores } = JSON.parse(readFileSync(join(folder, `${key}.json`), "utf8")) as { outputs: unknown; scores: unknown };
    if (typeof outputs !== "number" || !Array.isArray(scores) || scores.length !== rows * outputs || !scores.every(Number.isFinite))
      return null;
    return keep(key, { outputs, scores: Float64Array.from(scores as number[]) });
  } catch {
    // Not there, or not whole: the command is asked.
    return null;
  }
}

export async function remember(key: string, folder: string, answers: OutsideAnswers): Promise<void> {
  keep(key, answers);
  if (folder === "") return;
  mkdirSync(folder, { recursive: true });
  await replaceFile(join(folder, `${key}.json`), JSON.stringify({ outputs: answers.outputs, scores: Array.from(answers.scores) }));
}

function keep(key: string, answers: OutsideAnswers): OutsideAnswers {
  remembered.set(key, answers);
  for (const oldest of remembered.keys()) if (remembered.size > most) remembered.delete(oldest);
  return answers;
}
