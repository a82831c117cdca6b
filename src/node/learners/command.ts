import { UsageError } from "../../core/errors.ts";
import type { Learner } from "../../core/learner.ts";
import { type CommandSettings, answerOf } from "../command/answer.ts";
import { rowFormats } from "../command/write-rows.ts";

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
    run: {
      type: "words",
      default: [],
      help: "the program and its arguments, each by itself; no shell reads them. On the command line they stand after --, as in -- python train.py",
    },
    mode: {
      type: "choice",
      default: "each-trial",
      options: ["each-trial", "long-lived"],
      help: "each-trial: it is started for every trial; long-lived: once for each worker thread, and then handed a line for every trial",
    },
    format: { type: "choice", default: "csv", options: rowFormats, help: "of the files of rows, and of the predictions" },
    startIn: {
      type: "choice",
      default: "trial-folder",
      options: ["trial-folder", "own-folder"],
      help: "where it is started: in a new folder for every trial, or where theriac was started",
    },
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
    seconds: { type: "number", default: 600, min: 0.1, max: 1e6, help: "time that a trial may take" },
    memoryMiB: { type: "number", default: 8192, min: 16, max: 1e7, help: "memory that all its processes may hold together (Linux)" },
    diskMiB: {
      type: "number",
      default: 1024,
      min: 1,
      max: 1e7,
      help: "what a trial may have in its folder, the rows that it is given included",
    },
    outputMiB: { type: "number", default: 64, min: 1, max: 1e5, help: "what it may say on standard output and error in a trial" },
    cache: {
      type: "text",
      default: "",
      help: "a folder in which answers are kept from run to run, by all that shapes them but what the command's files load; empty: for this run alone",
    },
    from: {
      type: "text",
      default: "",
      isFilledIn: true,
      help: "the folder that files of the command are seen from; empty: where theriac is started",
    },
    digest: { type: "text", default: "", isFilledIn: true, help: "SHA-256 of the words and the files among them; filled in" },
  },
  outside: {
    surrogates: ({ surrogates }, { kind }) => (surrogates === "auto" ? usual[kind] : surrogates.split("+").map((id) => id.trim())),
    queries: ({ queries }) => queries,
    answer: (params, task, options) => answerOf(params, task, options),
    // Where it stands on this machine is nobody's business who reads a report.
    shown: ({ from: _, cache: __, run, ...params }) => ({ run: run.map((word) => word.replace(/^.*[\\/]/, "")), ...params }),
  },
  tune: () => Promise.reject(notInside()),
  fit: () => Promise.reject(notInside()),
};

function notInside(): UsageError {
  return new UsageError('the learner "command" learns from files of rows and not in here: only audits and certificates can run it');
}
