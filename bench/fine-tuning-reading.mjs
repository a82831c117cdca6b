// Time and memory of reading fine-tuning data alone, in a process of its own, or with --scan of the whole of `theriac scan`, on synthetic examples that are written to a temporary folder.
//   node bench/fine-tuning-reading.mjs [--records 100000,1000000] [--layouts lines,list,chats,parquet] [--scan]
// Asked: 100,000 examples are read in a few seconds, 1,000,000 short ones within 6 GiB; the whole scan takes 40 s and 2 GiB, and 600 s and 6 GiB. From 500,000
// records on an example has 8 words in its prompt and 12 in its answer, below 25 and 100. The peak is the resident memory of the process, as the system counts it.
import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { openDatabase } from "../dist/node/open-database.js";
import { makeRng } from "../dist/numeric/random.js";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    records: { type: "string", default: "100000,1000000" },
    layouts: { type: "string", default: "lines,list,chats,parquet" },
    scan: { type: "boolean", default: false },
  },
});

if (positionals[0] === "read") {
  const { readDialogues } = await import("../dist/node/read/dialogues/read-dialogues.js");
  const { dialogues } = await readDialogues({ data: positionals[1] });
  console.log(dialogues.records);
} else await measureAll();

async function measureAll() {
  const folder = mkdtempSync(join(tmpdir(), "fine-tuning-reading-"));
  console.log("layout    records   file MiB  s       CPU s   peak MiB");
  try {
    for (const records of options.records.split(",").map(Number))
      for (const layout of options.layouts.split(",")) {
        const path = await write(folder, layout, records);
        const { seconds, cpuSeconds, peakBytes, code } = await run(path, join(folder, `run-${layout}-${records}`));
        if (code !== 0) throw new Error(`${layout}: it ended with ${code}`);
        const mib = (bytes) => (bytes / 2 ** 20).toFixed(0);
        console.log(
          [
            layout.padEnd(9),
            String(records).padEnd(9),
            mib(statSync(path).size).padEnd(9),
            seconds.toFixed(1).padEnd(7),
            cpuSeconds.toFixed(1).padEnd(7),
            mib(peakBytes),
          ].join(" "),
        );
        rmSync(path);
      }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function write(folder, layout, records) {
  const plain = layout === "parquet" ? "lines" : layout;
  const path = join(folder, `${layout}-${records}.${plain === "list" ? "json" : "jsonl"}`);
  const rng = makeRng(`${records}`);
  const words = Array.from({ length: 20_000 }, (_, i) => `${"bcdfghklmnprst"[i % 14]}${"aeiou"[i % 5]}${i.toString(36)}`);
  const [asked, answered] = records < 500_000 ? [25, 100] : [8, 12];
  const text = (count) => Array.from({ length: count }, () => words[Math.floor(words.length * rng.uniform() ** 3)]).join(" ");
  const file = openSync(path, "w");
  let piece = plain === "list" ? "[\n" : "";
  for (let i = 0; i < records; i++) {
    const [prompt, answer] = [text(asked), text(answered)];
    const record =
      plain === "chats"
        ? {
            messages: [
              { role: "system", content: "You are helpful." },
              { role: "user", content: prompt },
              { role: "assistant", content: answer },
            ],
          }
        : { instruction: prompt, input: "", output: answer };
    piece += `${JSON.stringify(record)}${plain === "list" && i + 1 < records ? "," : ""}\n`;
    if (piece.length > 1 << 22) {
      writeSync(file, piece);
      piece = "";
    }
  }
  writeSync(file, plain === "list" ? `${piece}]\n` : piece);
  closeSync(file);
  if (layout !== "parquet") return path;
  const packed = join(folder, `${records}.parquet`);
  const connection = await openDatabase([path, packed], 2 ** 31);
  await connection.run(`COPY (SELECT * FROM read_json($1)) TO '${packed}' (FORMAT parquet)`, [path]);
  rmSync(path);
  return packed;
}

function run(path, out) {
  const args = options.scan
    ? [resolve(import.meta.dirname, "../dist/cli/main.js"), "scan", path, "--out", out, "--quiet"]
    : [import.meta.filename, "read", path];
  const before = performance.now();
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  let [peakBytes, cpuSeconds] = [0, 0];
  const watch = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      peakBytes = Math.max(peakBytes, 1024 * Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
      const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1].split(" ");
      cpuSeconds = (Number(fields[11]) + Number(fields[12])) / 100;
    } catch {
      // It has ended.
    }
  }, 20);
  return new Promise((done) =>
    child.on("close", (code) => {
      clearInterval(watch);
      done({ seconds: (performance.now() - before) / 1000, cpuSeconds, peakBytes, code });
    }),
  );
}
