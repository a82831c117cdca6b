// A training command that is started once and handed a line for every trial. It takes long to start; with some seeds it goes wrong in one way.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

const ok = '{"ok": true}\n';

/** What each seed from 1 on does once it has answered, with what the record must say of it; null = it is an answer. */
export const ways = [
  ["answers", null, () => say(ok)],
  ["says something else", /its answer is not \{"ok": true\}: "Epoch 1"/, () => say("Epoch 1\n")],
  ["says two lines", /said a line on standard output that nobody had asked for: "more"|its answer is not/, () => say(`more\nmore\n`)],
  [
    "says why not",
    /it answered that it could not: "no memory for \\"a\\""/,
    () => say(`${JSON.stringify({ ok: false, error: 'no memory for "a"' })}\n`),
  ],
  ["says nothing", /its time limit/, () => {}],
  ["ends", /ended with exit status 0 in place of an answer/, () => process.exit(0)],
  ["is killed", /ended by the signal SIGKILL/, () => process.kill(process.pid, "SIGKILL")],
  ["never ends its line", /a line of more than 1 MiB/, () => say("x".repeat(1 << 21))],
  ["writes nothing", /the file was not written/, ({ predictions }) => (rmSync(predictions), say(ok))],
  ["answers and ends", null, () => say(ok, () => process.exit(0))],
];

if (process.env.THERIAC_MODE === "long-lived") {
  const until = Date.now() + Number(process.env.SERVING_STARTS_MS ?? 0);
  while (Date.now() < until);
  for await (const line of createInterface({ input: process.stdin })) {
    const task = JSON.parse(line);
    answer(task);
    ways[(task.seed - 1) % ways.length][2](task);
  }
} else if (process.env.THERIAC_REQUEST !== undefined) {
  const until = Date.now() + Number(process.env.SERVING_STARTS_MS ?? 0);
  while (Date.now() < until);
  answer(JSON.parse(readFileSync(process.env.THERIAC_REQUEST, "utf8")));
}

/** The class whose mean of the first column is nearest. */
function answer({ train, test, predictions, label, id, numbers, classes }) {
  const rows = (path) => {
    const [header, ...lines] = readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => line.split(","));
    return lines.map((cells) => Object.fromEntries(header.map((name, j) => [name, cells[j]])));
  };
  const learned = rows(train);
  const means = classes.map((name) => {
    const own = learned.filter((row) => row[label] === name);
    return own.reduce((sum, row) => sum + Number(row[numbers[0]]), 0) / Math.max(1, own.length);
  });
  const lines = rows(test).map((row) => {
    const far = means.map((mean) => Math.abs(Number(row[numbers[0]]) - mean));
    return `${row[id]},${classes[far.indexOf(Math.min(...far))]}`;
  });
  writeFileSync(predictions, `${id},prediction\n${lines.join("\n")}\n`);
}

function say(text, then) {
  process.stdout.write(text, then);
}
