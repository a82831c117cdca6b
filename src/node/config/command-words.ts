import { basename, isAbsolute } from "node:path";
import { catalog } from "../../catalog.ts";
import { UsageError } from "../../core/errors.ts";
import type { MethodInfo } from "../../core/method.ts";
import type { AuditConfig } from "./audit-config.ts";
import { commandText } from "./command-line.ts";
import { choose, idOfChoice } from "./choose-method.ts";
import type { MethodChoice } from "./options/choices.ts";
import { isOutside } from "./outside-learner.ts";
import { learnersAsked } from "./resolve-learners.ts";

/** The learner that is handed rows. */
const commandId = "command";

/**
 * A configuration with the training command that stands behind `--` of a command line. Where no learner is named, it is the learner.
 *
 * @throws UsageError where other learners alone are asked for
 */
export function withCommand(config: AuditConfig, words: readonly string[]): AuditConfig {
  if (words.length === 0) return config;
  const asked = learnersAsked(config) ?? [commandId];
  const learner = asked.map((choice) => {
    const id = idOfChoice(choice);
    if (id !== commandId) return choice;
    const { params } = choose("learner", catalog.learners, choice);
    return { id, params: { ...(params as object), run: words } };
  });
  if (!learner.some((choice) => typeof choice === "object" && isOutside(choice) && choice.id === commandId))
    throw new UsageError(`what stands after -- is a training command, which the learner "${commandId}" runs: say --learner ${commandId}`);
  return { ...config, learner };
}

/**
 * The same for data whose learners are other methods.
 *
 * @param learners of such data, which the command is among
 */
export function withCommandAmong<C extends { readonly learners?: readonly MethodChoice[] }>(
  config: C,
  learners: readonly MethodInfo[],
  words: readonly string[],
): C {
  if (words.length === 0) return config;
  const asked = config.learners ?? [commandId];
  if (!asked.some((choice) => idOfChoice(choice) === commandId))
    throw new UsageError(`what stands after -- is a training command, which the learner "${commandId}" runs: say --learner ${commandId}`);
  const withWords = asked.map((choice): MethodChoice => {
    if (idOfChoice(choice) !== commandId) return choice;
    const { params } = choose("learner", learners, choice);
    return { id: commandId, params: { ...(params as object), run: words } };
  });
  return { ...config, learners: withWords };
}

/** The words of the commands among learners, as a command line ends with them; none where there is no command. */
function wordsOf(learners: readonly { readonly id: string; readonly params: unknown }[]): readonly string[] {
  const found = learners.find(({ id }) => id === commandId);
  return (found?.params as { readonly run?: readonly string[] } | undefined)?.run ?? [];
}

/** What a command line ends with that trains them: somebody's own command, by the names of its files; where they stand is nobody's business who reads a report. */
export function trainingCommand(learners: Parameters<typeof wordsOf>[0]): string[] {
  const words = wordsOf(learners);
  return words.length === 0 ? [] : [`-- ${commandText(words.map((word) => (isAbsolute(word) ? basename(word) : word)))}`];
}
