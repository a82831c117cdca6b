// Counts the calls of node:fs that change files, and kills the process with SIGKILL at one of them: node --import ./preload.mjs …
// THERIAC_KILL_COUNT=FILE writes how many there were; THERIAC_KILL_AT=N THERIAC_KILL_WHEN=before|half|after kills at the N-th, from 1. "half" writes one half of
// the bytes first where the call writes bytes.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { isMainThread } from "node:worker_threads";

const { THERIAC_KILL_COUNT: countFile, THERIAC_KILL_AT: killAt, THERIAC_KILL_WHEN: when = "before" } = process.env;
const at = killAt === undefined ? Infinity : Number(killAt);
const original = { ...fs };
const calls = [];

function die() {
  process.kill(process.pid, "SIGKILL");
  // The signal comes before the next instruction of this process, or almost.
  for (;;);
}

/** Flags that can change something: "r" alone does not. */
function opensForWriting([, flags = "r"]) {
  const { O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND } = fs.constants;
  return typeof flags === "number" ? (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND)) !== 0 : !/^rs?$/.test(flags);
}

const always = () => true;
/** What goes to standard output or error changes no file. */
const isFile = ([file]) => typeof file !== "number" || file > 2;
/** Of each function that changes files, when it does, and which argument holds its bytes. */
const changing = {
  open: { counts: opensForWriting },
  openSync: { counts: opensForWriting },
  createWriteStream: { counts: always },
  ...Object.fromEntries(
    [
      "write",
      "writev",
      "fsync",
      "fdatasync",
      "rename",
      "link",
      "symlink",
      "mkdir",
      "mkdtemp",
      "unlink",
      "rm",
      "rmdir",
      "copyFile",
      "cp",
      "truncate",
      "ftruncate",
      "chmod",
      "fchmod",
    ]
      .flatMap((name) => [name, `${name}Sync`])
      .map((name) => [name, name.startsWith("write") ? { counts: isFile, bytes: 1 } : { counts: always }]),
  ),
  ...Object.fromEntries(["writeFile", "writeFileSync", "appendFile", "appendFileSync"].map((name) => [name, { counts: isFile, bytes: 1 }])),
};
/** Methods of a FileHandle. */
const ofHandles = {
  ...Object.fromEntries(["write", "writeFile", "appendFile"].map((name) => [name, { counts: always, bytes: 0 }])),
  ...Object.fromEntries(["writev", "sync", "datasync", "truncate", "chmod"].map((name) => [name, { counts: always }])),
};

function wrap(target, name, { counts, bytes }, isPromise) {
  const call = target[name];
  if (typeof call !== "function") return;
  target[name] = function (...args) {
    if (!counts(args)) return call.apply(this, args);
    calls.push(name);
    if (calls.length !== at) return call.apply(this, args);
    if (when === "before") die();
    const cut = when === "half" && bytes !== undefined ? args.with(bytes, halfOf(args[bytes])) : args;
    if (isPromise) return call.apply(this, cut).then(die, die);
    const last = cut.at(-1);
    if (!name.endsWith("Sync") && typeof last === "function") return call.apply(this, cut.with(-1, die));
    try {
      return call.apply(this, cut);
    } finally {
      // A call that failed is one after which a process can be killed too.
      die();
    }
  };
}

function halfOf(content) {
  return content.slice(0, Math.floor(content.length / 2));
}

// Threads of workers do not write; should one, its calls are told.
if (!isMainThread) {
  for (const name of Object.keys(changing)) wrap(fs, name, { counts: always }, false);
} else {
  for (const [name, rule] of Object.entries(changing)) {
    wrap(fs.promises, name, rule, true);
    wrap(fs, name, rule, false);
  }
  const own = await fs.promises.open(new URL(import.meta.url));
  for (const [name, rule] of Object.entries(ofHandles)) wrap(Object.getPrototypeOf(own), name, rule, true);
  await own.close();
}
syncBuiltinESMExports();
calls.length = 0;

process.on("exit", () => {
  if (countFile === undefined) return;
  if (isMainThread) original.writeFileSync(countFile, JSON.stringify(calls));
  else if (calls.length > 0) original.writeFileSync(`${countFile}.worker`, JSON.stringify(calls));
});
