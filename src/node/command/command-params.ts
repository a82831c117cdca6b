import type { CommandSettings } from "./ask.ts";
import { rowFormats } from "./write-rows.ts";

/** How a command is run, whatever it learns from. */
export const commandParams = {
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
    namesFile: true,
    help: "a folder in which answers are kept from run to run, by all that shapes them but what the command's files load; empty: for this run alone",
  },
  from: {
    type: "text",
    default: "",
    isFilledIn: true,
    help: "the folder that files of the command are seen from; empty: where theriac is started",
  },
  digest: { type: "text", default: "", isFilledIn: true, help: "SHA-256 of the words and the files among them; filled in" },
} as const;

/** Where a command stands on this machine is nobody's business who reads a report. */
export function shownCommand({ from: _, cache: __, run, ...params }: CommandSettings): object {
  return { run: run.map((word) => word.replace(/^.*[\\/]/, "")), ...params };
}
