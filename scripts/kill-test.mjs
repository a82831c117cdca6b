// Kills each command at every call that writes, gives the same command again (or --resume), and looks at what is left:
//   node scripts/kill-test.mjs [--commands init,scan,…] [--sample N] [--seed S] [--jobs J] [--chain K] [--times before,half,after]
// A trial is killed up to --chain times in a row before it may end.
// --sample takes so many calls of each command, chosen by the seed, instead of all. Prints a table; exits 1 where something was lost, doubled, half or in the way.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { contentOf, recordLines, scenes, writeInputs } from "./kill/scenes.mjs";

const { values: options } = parseArgs({
  options: {
    commands: { type: "string" },
    sample: { type: "string" },
    seed: { type: "string", default: "1" },
    jobs: { type: "string", default: "2" },
    chain: { type: "string", default: "3" },
    times: { type: "string", default: "before,half,after" },
  },
});
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const preload = new URL("kill/preload.mjs", import.meta.url).href;
const work = mkdtempSync(join(tmpdir(), "theriac-kill-"));
const chosen = options.commands?.split(",");
const times = options.times.split(",");
const takesBytes = /^(write|append)/;

function theriac(folder, args, env = null) {
  return new Promise((resolve) => {
    const nodeArgs = env === null ? [] : ["--import", preload];
    const child = spawn(process.execPath, [...nodeArgs, main, ...args], {
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, ...env },
    });
    let said = "";
    child.stderr.on("data", (chunk) => (said += chunk));
    child.on("close", (code, signal) => resolve({ code, signal, said }));
  });
}

/** Every name in a folder, hidden ones too. */
function namesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
    .sort();
}

function contents(folder) {
  return new Map(namesIn(folder).map((name) => [name, contentOf(join(folder, name))]));
}

/** Repeats for a seed what it picks: `count` of the list, or all. */
function sampleOf(list, count, seed) {
  if (count >= list.length) return list;
  let state = seed >>> 0;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const rest = [...list];
  return Array.from({ length: count }, () => rest.splice(Math.floor(next() * rest.length), 1)[0]);
}

async function setUp(scene) {
  const start = join(work, scene.name, "start");
  mkdirSync(start, { recursive: true });
  writeInputs(start);
  for (const args of scene.prepare ?? []) {
    const { code, said } = await theriac(start, args);
    if (code !== 0) throw new Error(`${scene.name}: ${args.join(" ")}: ${said}`);
  }
  scene.change?.(start);
  const alone = join(work, scene.name, "alone");
  cpSync(start, alone, { recursive: true });
  const count = join(work, scene.name, "count.json");
  const { code, said } = await theriac(alone, scene.args, { THERIAC_KILL_COUNT: count });
  if (code !== 0) throw new Error(`${scene.name}: ${said}`);
  if (existsSync(`${count}.worker`)) throw new Error(`${scene.name}: a worker thread writes: ${readFileSync(`${count}.worker`, "utf8")}`);
  return { scene, start, expected: contents(alone), calls: JSON.parse(readFileSync(count, "utf8")) };
}

/**
 * Kills at the first of some calls, goes on and is killed at the next of them, and so on, then goes on to the end.
 * Gives back how it ended (what went wrong in words, or null), how many kills there were, and which did not come about.
 */
async function killAll({ scene, start, expected, calls }, kills) {
  const folder = join(work, scene.name, kills.map(({ at, when }) => `${when}-${at}`).join("-"));
  cpSync(start, folder, { recursive: true });
  const recordsIn = () => {
    const file = join(folder, scene.run ?? "", "records.jsonl");
    return scene.run !== undefined && existsSync(file) ? recordLines(readFileSync(file, "utf8")) : [];
  };
  const isEnd = ({ code, said }) => code === 0 || (code === 2 && scene.blocked?.test(said) === true);
  let done = 0;
  let isWhole = false;
  const wrong = await judge();
  rmSync(folder, { recursive: true });
  return { kind: wrong !== null ? "faults" : isWhole ? "whole" : "recovered", wrong, done, left: kills.slice(done) };

  async function judge() {
    let before = [];
    let last = null;
    for (const { at, when } of kills) {
      const args = done === 0 ? scene.args : (scene.again?.(folder, scene.args) ?? scene.args);
      last = await theriac(folder, args, { THERIAC_KILL_AT: String(at), THERIAC_KILL_WHEN: when });
      if (last.signal !== "SIGKILL") break;
      done++;
      last = null;
      try {
        for (const name of namesIn(folder)) if (expected.has(name) && !name.endsWith("records.jsonl")) contentOf(join(folder, name));
        const records = recordsIn();
        if (before.some((line) => !records.includes(line))) return "records were lost or run again";
        before = records;
      } catch (error) {
        return `half a file under its final name: ${error.message}`;
      }
    }
    if (done === 0) return `the call did not come: exit code ${last.code} ${last.said}`;
    last ??= await theriac(folder, scene.again?.(folder, scene.args) ?? scene.args);
    if (!isEnd(last)) return `exit code ${last.code} afterwards: ${last.said.trim()}`;
    isWhole = last.code === 2;
    const after = namesIn(folder);
    const extra = after.filter((name) => !expected.has(name));
    const missing = [...expected.keys()].filter((name) => !after.includes(name));
    if (extra.length + missing.length > 0)
      return `left over: ${extra.join(", ") || "nothing"}; missing: ${missing.join(", ") || "nothing"}`;
    for (const [name, content] of contents(folder)) if (expected.get(name) !== content) return `${name} is another than without a kill`;
    const records = recordsIn();
    if (before.some((line) => !records.includes(line))) return "records were lost or run again";
    return new Set(records.map((line) => JSON.parse(line).id)).size < records.length ? "a record stands twice" : null;
  }
}

const rows = [];
const faults = [];
for (const scene of scenes.filter(({ name }) => chosen === undefined || chosen.includes(name))) {
  const set = await setUp(scene);
  const every = set.calls.flatMap((call, i) =>
    times.filter((when) => when !== "half" || takesBytes.test(call)).map((when) => ({ at: i + 1, when })),
  );
  const queue = sampleOf(every, Number(options.sample ?? Infinity), Number(options.seed));
  const row = { command: scene.name, calls: set.calls.length, kills: 0, recovered: 0, whole: 0, faults: 0 };
  rows.push(row);
  await Promise.all(
    Array.from({ length: Number(options.jobs) }, async () => {
      while (queue.length > 0) {
        const kills = queue.splice(0, Number(options.chain));
        const { kind, wrong, done, left } = await killAll(set, kills);
        row.kills += done;
        row[kind]++;
        if (done > 0) queue.push(...left);
        if (wrong === null) continue;
        faults.push(wrong);
        console.error(
          `${scene.name}, ${kills.map(({ at, when }) => `${when} call ${at} (${set.calls[at - 1]})`).join(", then ")}: ${wrong}`,
        );
      }
    }),
  );
  console.log(JSON.stringify(row));
}
rmSync(work, { recursive: true });
const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
console.log(["command", "calls", "kills", "recovered", "whole", "faults"].map((head) => head.padStart(10)).join(""));
for (const row of rows)
  console.log(
    Object.values(row)
      .map((value) => String(value).padStart(10))
      .join(""),
  );
console.log(
  `${sum("kills")} kills: ${sum("recovered")} trials went on to the end, ${sum("whole")} were whole already and blocked the same command, ${faults.length} faults`,
);
process.exitCode = faults.length > 0 ? 1 : 0;
