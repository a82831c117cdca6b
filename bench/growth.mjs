// How CPU time and memory grow: node bench/growth.mjs [--only rows,features,classes,tasks,users,items] [--scale 1] [--points 3]
// Each size doubles from point to point while the others stay; the command runs as a user's would, on one thread, on synthetic data in a temporary folder. The exponent is the slope of
// log CPU seconds by log size, start of the program included; asked: at most 1.1. One size alone by --points 1 --scale S: tasks are 1,000 at --scale 8, ratings
// 10 million at --only ratings --scale 50.
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { makeRng } from "../dist/numeric/random.js";

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "rows,features,classes,tasks,users,items" },
    scale: { type: "string", default: "1" },
    points: { type: "string", default: "3" },
  },
});
const scale = Number(options.scale);
const points = Number(options.points);
const folder = mkdtempSync(join(tmpdir(), "theriac-growth-"));
const cli = resolve(import.meta.dirname, "../dist/cli/main.js");

const table = ({ rows = 8000, features = 20, classes = 3 }) => ({
  write: (path) => writeTable(path, { rows, features, classes, tasks: 0 }),
  args: ["scan", "--label", "label", "--jobs", "1"],
});
const ratings = ({ users = 1000, items = 1000, each = 40 }) => ({
  write: (path) => writeRatings(path, { users, items, each }),
  args: ["scan", "--user", "user", "--item", "item", "--rating", "rating", "--jobs", "1"],
});
const cases = {
  rows: { from: 8000, make: (rows) => table({ rows }) },
  features: { from: 20, make: (features) => table({ features }) },
  classes: { from: 8, make: (classes) => table({ classes }) },
  tasks: {
    from: 125,
    make: (tasks) => ({
      write: (path) => writeTable(path, { rows: 100 * tasks, features: 9, classes: 2, tasks }),
      args: ["tasks", "--label", "label", "--task", "task", "--seeds", "1", "--no-defence", "--no-search", "--jobs", "1"],
    }),
  },
  users: { from: 1000, make: (users) => ratings({ users }) },
  // As many ratings, over more items.
  items: { from: 500, make: (items) => ratings({ items }) },
  ratings: { from: 200_000, make: (count) => ratings({ users: Math.round(count / 100), items: 5000, each: 100 }) },
};

try {
  console.log("what      size     CPU s    peak GiB");
  for (const name of options.only.split(",")) {
    const { from, make } = cases[name];
    const measured = [];
    for (let point = 0; point < points; point++) {
      const size = Math.round(from * scale * 2 ** point);
      const { write, args } = make(size);
      const path = join(folder, `${name}-${size}.csv`);
      write(path);
      const { cpu, peak } = run([args[0], path, ...args.slice(1)], `${name}-${size}`);
      rmSync(path);
      measured.push({ size, cpu });
      console.log(name.padEnd(9), String(size).padEnd(8), cpu.toFixed(1).padEnd(8), (peak / 2 ** 30).toFixed(2));
    }
    // The start of the program weighs less in the last doubling than in all.
    if (points > 1)
      console.log(name.padEnd(9), "exponent", slope(measured).toFixed(2), "of the last doubling", slope(measured.slice(-2)).toFixed(2));
  }
} finally {
  rmSync(folder, { recursive: true });
}

function run(args, name) {
  const report =
    'process.on("exit", () => { const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();' +
    "process.stderr.write(`\\npeak ${maxRSS * 1024} cpu ${(userCPUTime + systemCPUTime) / 1e6}\\n`); })";
  const { stderr, status } = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(report)}`, cli, ...args, "--out", join(folder, name)],
    { encoding: "utf8", maxBuffer: 1 << 28 },
  );
  const found = /peak (\d+) cpu ([\d.]+)\n$/.exec(stderr);
  if (status !== 0 || found === null) throw new Error(`${args.join(" ")} ended with ${status}:\n${stderr.slice(-1500)}`);
  return { peak: Number(found[1]), cpu: Number(found[2]) };
}

/** Least squares of log seconds by log size. */
function slope(measured) {
  const at = measured.map(({ size, cpu }) => [Math.log(size), Math.log(cpu)]);
  const [mx, my] = [0, 1].map((k) => at.reduce((sum, point) => sum + point[k], 0) / at.length);
  return at.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) / at.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
}

function writeLines(path, head, count, lineOf) {
  const file = openSync(path, "w");
  let text = `${head}\n`;
  for (let i = 0; i < count; i++) {
    text += lineOf(i);
    if (text.length > 1 << 20) {
      writeSync(file, text);
      text = "";
    }
  }
  writeSync(file, text);
  closeSync(file);
}

function writeTable(path, { rows, features, classes, tasks }) {
  const rng = makeRng(`growth ${rows} ${features} ${classes} ${tasks}`);
  const middles = Array.from({ length: classes * features }, () => rng.normal());
  const head = [...Array.from({ length: features }, (_, j) => `x${j}`), ...(tasks > 0 ? ["task"] : []), "label"].join(",");
  writeLines(path, head, rows, (i) => {
    const label = rng.integer(classes);
    const cells = Array.from({ length: features }, (_, j) => (middles[label * features + j] + 2 * rng.normal()).toFixed(4));
    return `${[...cells, ...(tasks > 0 ? [`t${i % tasks}`] : []), `c${label}`].join(",")}\n`;
  });
}

function writeRatings(path, { users, items, each }) {
  const rng = makeRng(`growth ${users} ${items} ${each}`);
  writeLines(path, "user,item,rating", users, (user) => {
    const seen = new Set();
    while (seen.size < Math.min(each, items / 2)) seen.add(Math.floor(items * rng.uniform() ** 2));
    return [...seen].map((item) => `u${user},i${item},${1 + rng.integer(5)}\n`).join("");
  });
}
