import { catalog } from "../../catalog.ts";
import { UsageError } from "../../core/errors.ts";
import { absoluteWords } from "../command/command-files.ts";
import { commandText } from "../config/command-line.ts";

/** A command as a study has it. */
interface StudyCommand {
  readonly run: readonly string[];
  /** The folder that files among the words are seen from. */
  readonly from: string;
  readonly startIn: unknown;
}

/** The training commands that a study runs, at whatever depth they stand. */
export function commandsOf(study: unknown): StudyCommand[] {
  if (typeof study !== "object" || study === null) return [];
  const inner = Object.values(study).flatMap(commandsOf);
  const { id, params } = study as { readonly id?: unknown; readonly params?: Readonly<Record<string, unknown>> | null };
  if (catalog.learners.find((learner) => learner.id === id)?.outside === undefined) return inner;
  const { run, from, startIn } = params ?? {};
  const words = Array.isArray(run) ? run.map(String) : [];
  return [{ run: words, from: typeof from === "string" ? from : "", startIn }, ...inner];
}

/** What a command line that goes on with a study ends with: its training command, or nothing. */
export function wordsBehind(study: unknown): string {
  const [command] = commandsOf(study);
  return command === undefined ? "" : ` -- ${commandText(command.run)}`;
}

/**
 * A study that is read says which command trains, and that alone starts nothing: whoever goes on with it names the command again.
 *
 * @param whose what has the study, as messages call it
 * @param words what was named
 * @param asked the command line without the words, as it is told to type them
 * @throws UsageError where another was named, or none, or files would be others than those that it was begun with
 */
export function refuseUnnamedCommand(whose: string, study: unknown, words: readonly string[], asked: string): void {
  const commands = commandsOf(study);
  if (commands.length === 0 && words.length > 0)
    throw new UsageError(`${whose} runs no training command, and one stands behind --: ${commandText(words)}`);
  const here = process.cwd();
  for (const { run, from, startIn } of commands) {
    if (!areEqual(run, words))
      throw new UsageError(
        `${whose} runs a training command, and nothing that is read starts one by itself: ${words.length === 0 ? "name it again" : "another was named"}, if you trust it: ${asked} -- ${commandText(run)}`,
      );
    const seenFrom = from === "" ? here : from;
    if (!areEqual(absoluteWords(run, seenFrom), absoluteWords(words, here)) || (startIn === "own-folder" && seenFrom !== here))
      throw new UsageError(
        `${whose} runs ${commandText(run)} as it is seen from ${seenFrom}, which is not this folder: if you trust what is there, go there first: cd ${commandText([seenFrom])}`,
      );
  }
}

function areEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, i) => word === b[i]);
}
