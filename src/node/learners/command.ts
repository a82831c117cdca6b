import { UsageError } from "../../core/errors.ts";
import type { Learner } from "../../core/learner.ts";
import { answerOf } from "../command/answer.ts";
import type { CommandSettings } from "../command/ask.ts";
import { commandParams, shownCommand } from "../command/command-params.ts";

export interface CommandParams extends CommandSettings {
  readonly surrogates: string;
  readonly queries: number;
}

/** Learners that may stand for a command: each has an objective, so that every attack that climbs one can be made on them. */
const usual = { classes: ["logistic", "linear-svm"], real: ["ridge"] } as const;

/** Somebody's own training, in whatever language. Nobody looks into it: raw rows go in, answers come out. */
export const command: Learner<CommandParams> = {
  kind: "learner",
  id: "command",
  title: "Training command",
  summary:
    "Your own training, run as a command on files of poisoned rows: what poison does to it is measured on what it then predicts (docs/training-commands.md).",
  source: {
    cite: "poison made on a surrogate and handed over: Biggio, Nelson & Laskov 2012, ICML; how well it transfers: Demontis et al. 2019, USENIX Security",
    url: "https://arxiv.org/abs/1809.02861",
  },
  targets: ["classes", "real"],
  refuses: () =>
    process.platform === "win32" ? "a command and all that it starts can be ended as a whole on Linux and macOS alone" : null,
  params: {
    ...commandParams,
    surrogates: {
      type: "text",
      default: "auto",
      help: 'learners with + between, of which the one that agrees best with the command stands for it where poison is made; "auto": logistic and linear-svm for classes, ridge for a number',
    },
    queries: {
      type: "number",
      default: 1,
      min: 0,
      max: 1000,
      integer: true,
      help: "what attackers may ask the command, for each attack on availability, budget and seed. 0: nothing, and the strongest attack is chosen by the surrogate; 1: how a rehearsal of it goes, by which the strongest is chosen; more: so many patches too, of which the one that hurts it most on held-out training rows is used",
    },
  },
  outside: {
    surrogates: ({ surrogates }, { kind }) => (surrogates === "auto" ? usual[kind] : surrogates.split("+").map((id) => id.trim())),
    queries: ({ queries }) => queries,
    answer: (params, task, options) => answerOf(params, task, options),
    shown: shownCommand,
  },
  tune: () => Promise.reject(notInside()),
  fit: () => Promise.reject(notInside()),
};

function notInside(): UsageError {
  return new UsageError('the learner "command" learns from files of rows and not in here: only audits and certificates can run it');
}
