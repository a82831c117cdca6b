// A training command that goes wrong in one way for every seed. With an even seed it does so from the start, with an odd one once it is given all training rows.
import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

const isCommand = process.env.THERIAC_REQUEST !== undefined;
const lines = (path) => readFileSync(path, "utf8").trimEnd().split("\n");
const request = isCommand ? JSON.parse(readFileSync(process.env.THERIAC_REQUEST, "utf8")) : {};
const { train, test, predictions, folder, id, classes, seed } = request;
const ids = isCommand
  ? lines(test)
      .slice(1)
      .map((line) => line.split(",")[0])
  : [];
const says = (class_ = () => classes[0]) => ids.map((name, k) => `${name},${class_(k)}`);
const write = (rows, header = `${id},prediction`) => writeFileSync(predictions, `${[header, ...rows].join("\n")}\n`);
const forEver = () => setInterval(() => {}, 1000);

/** What each seed does, with what the record must say of it. */
export const ways = [
  [
    "ends with 1",
    /exit status 1; the last of its error output: "no such \\"thing\\"\\nas 'this'"/,
    () => end(1, `no such "thing"\nas 'this'\n`),
  ],
  ["is killed", /ended by the signal SIGKILL/, () => process.kill(process.pid, "SIGKILL")],
  ["hangs", /its time limit/, forEver],
  ["stops itself", /its time limit/, () => process.kill(process.pid, "SIGSTOP")],
  ["writes nothing", /the file was not written/, () => {}],
  ["leaves rows out", /\d+ of \d+ rows are answered, and others are missing, row "\d+" first/, () => write(says().slice(0, -3))],
  ["repeats rows", /row "1" is answered twice/, () => write([...says(), says()[0]])],
  ["answers rows that there are not", /there is no row "100000"/, () => write([...says(), `100000,${classes[0]}`])],
  [
    "says NaN",
    /"NaN" is no finite number/,
    () =>
      write(
        says(() => "NaN,0.5"),
        `${id},${classes}`,
      ),
  ],
  [
    "says infinity",
    /"1e999" is no finite number/,
    () =>
      write(
        says(() => "1e999,0"),
        `${id},${classes}`,
      ),
  ],
  [
    "says what is no probability",
    /the probabilities come to 1\.4 and not to 1/,
    () =>
      write(
        says(() => "0.7,0.7"),
        `${id},${classes}`,
      ),
  ],
  ["says a class that there is not", /there is no class "perhaps"; there are: "no", "yes"/, () => write(says(() => "perhaps"))],
  ["talks for ever", /said more than 8 MiB/, () => talk()],
  [
    "writes noise",
    /no text in UTF-8/,
    () => writeFileSync(predictions, Buffer.from(Array.from({ length: 4096 }, (_, k) => (k * 151) % 256))),
  ],
  ["writes an empty file", /the file is empty/, () => writeFileSync(predictions, "")],
  ["names no column", /no column is named "row_id"/, () => write(says(), "name,value")],
  ["never closes a quotation mark", /is never closed/, () => write([...says(), '"'])],
  ["writes far too much", /the file has \d+ bytes/, () => write(Array.from({ length: 200_000 }, () => says()[0]))],
  ["changes its training rows", /it changed train\.csv/, () => (write(says()), appendFileSync(train, "1,1,1,no\n"))],
  ["changes its request", /it changed request\.json/, () => (write(says()), appendFileSync(join(folder, "request.json"), " "))],
  ["removes its test rows", /it changed test\.csv/, () => (write(says()), rmSync(test))],
  ["removes its folder", /it changed train\.csv|was not written/, () => rmSync(folder, { recursive: true })],
  ["leaves a child in its group", /it left a process running/, () => (write(says()), leave(false))],
  ["leaves a child in a session of its own", /it left a process running/, () => (write(says()), leave(true))],
  ["fills the disk", /written more than 20 MiB/, () => fill()],
  ["takes all memory", /above 300 MiB of memory/, () => take()],
  ["writes a link", /no plain file/, () => symlinkSync("/etc/hostname", predictions)],
  ["writes a folder", /no plain file/, () => mkdirSync(predictions)],
  ["writes a pipe", /no plain file/, () => spawnSync("mkfifo", [predictions])],
  ["ends with escapes", /exit status 7; the last of its error output: "\\u001b\[31mred"/, () => end(7, "\u001b[31mred")],
];

if (isCommand) {
  // Two thirds of the training rows are what a surrogate is chosen by.
  const isSetUp = lines(train).length < 150;
  if (isSetUp && seed % 2 === 1) write(says((k) => classes[(digest(train) >> (k % 16)) & 1]));
  else ways[(seed - 1) % ways.length][2]();
}

/** What differs where the training rows do. */
function digest(path) {
  return Array.from(readFileSync(path)).reduce((sum, byte) => (sum * 31 + byte) % 65_521, 1);
}

function end(code, words) {
  process.stderr.write(words, () => process.exit(code));
}

function talk() {
  process.stdout.write("x".repeat(1 << 16), talk);
}

function leave(detached) {
  spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore", detached }).unref();
}

function fill() {
  const file = openSync(join(folder, "model.bin"), "w");
  const part = Buffer.alloc(1 << 20, 1);
  const timer = setInterval(() => writeSync(file, part), 1);
  process.on("exit", () => (clearInterval(timer), closeSync(file)));
}

function take() {
  const taken = [];
  setInterval(() => taken.push(Buffer.alloc(1 << 24, 1)), 5);
}
