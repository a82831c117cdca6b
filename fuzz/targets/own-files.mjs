// Files that Theriac wrote itself: runs, scans, patches, attestations, configurations. One of them is damaged, then it is read as a command would.
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readPublicKey } from "../../dist/node/attest/keys.js";
import { verify } from "../../dist/node/attest/verify.js";
import { clean } from "../../dist/node/clean.js";
import { readConfigFile } from "../../dist/node/config-file.js";
import { undoPatch } from "../../dist/node/poison-file.js";
import { checkConfig } from "../../dist/node/resolve-study.js";
import { writeReport } from "../../dist/node/run-report.js";
import { theriac } from "../command.mjs";
import { mutateBytes, mutateJson, pick } from "../mutate.mjs";

const small = ["--budget", "5%", "--seeds", "2", "--jobs", "1", "--quiet"];

const yaml = `data:
  path: data.csv
  labels: [label]
  source: &who account
budgets: ["1%", 0.05]
attacks: [label-flip, { id: flipped-copies, params: {} }]
seeds: 3
limits:
  - accuracyDrop@1% <= 0.05
strict: true
`;

/** Everything that is damaged later, made once by the commands themselves. */
async function prepare(folder) {
  const rows = Array.from({ length: 80 }, (_, i) => `${((i * 37) % 17) / 4 + (i % 2)},${(i * 11) % 5},u${i % 9},${i % 2 ? "a" : "b"}`);
  writeFileSync(join(folder, "data.csv"), ["x,z,account,label", ...rows].join("\n") + "\n");
  const stars = Array.from({ length: 400 }, (_, i) => `${i % 20},${(i * 7 + ((i / 20) | 0)) % 23},${1 + ((i * 3) % 5)},${i}`);
  writeFileSync(join(folder, "ratings.csv"), ["user,item,rating,time", ...stars].join("\n") + "\n");
  const table = ["data.csv", "--label", "label", "--features", "x,z", "--source", "account"];
  const commands = [
    ["audit", ...table, "--attack", "label-flip", "--repair", "none", "--detector", "loss", ...small, "--out", "run"],
    [
      "audit",
      "ratings.csv",
      "--ratings",
      "--learner",
      "item-knn",
      "--repair",
      "none",
      "--detector",
      "none",
      ...small,
      "--out",
      "ratings-run",
    ],
    ["scan", ...table, "--detector", "loss", "--quiet", "--out", "scan"],
    ["attack", ...table, "--attack", "label-flip", "--budget", "5%", "--quiet", "--out", "attack"],
    ["attest", "--new-key", "key.pem"],
    ["attest", ...table, "--key", "key.pem", "--quiet", "--out", "attest"],
  ];
  for (const args of commands) {
    const { code, stderr } = await theriac(folder, args);
    if (code !== 0) throw new Error(`theriac ${args.join(" ")} ended with ${code}: ${stderr}`);
  }
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
}

/** JSON by its structure, lines of JSON one of them, anything else by its bytes. */
function damage(name, bytes, rng) {
  const text = bytes.toString("utf8");
  if (name.endsWith(".jsonl")) {
    const lines = text.split("\n");
    const at = rng.integer(lines.length);
    if (rng.integer(4) === 0) return mutateBytes(bytes, rng);
    return Buffer.concat([
      Buffer.from(`${lines.slice(0, at).join("\n")}\n`),
      mutateJson(lines[at], rng),
      Buffer.from(`\n${lines.slice(at + 1).join("\n")}`),
    ]);
  }
  return name.endsWith(".json") ? mutateJson(text, rng) : mutateBytes(bytes, rng);
}

/** A folder that lies in the worker's place once; the damaged file is put back after each input. */
function ofFolder(id, share, source, isDamaged, use) {
  return {
    id,
    share,
    load(folder) {
      const names = filesBelow(join(folder, source)).filter(isDamaged);
      return { folder, files: names.map((name) => ({ name, bytes: readFileSync(join(folder, source, name)) })) };
    },
    make(rng, { folder, files }) {
      const { name, bytes } = pick(rng, files);
      return { folder, name, bytes: damage(name, bytes, rng) };
    },
    keepsFolder: true,
    async run({ folder, name, bytes }, place) {
      const own = join(place.folder, source);
      if (!existsSync(own)) {
        cpSync(join(folder, source), own, { recursive: true });
        cpSync(join(folder, "data.csv"), join(place.folder, "data.csv"));
        cpSync(join(folder, "key.pem.pub"), join(place.folder, "key.pem.pub"));
      }
      const path = join(own, name);
      writeFileSync(path, bytes);
      try {
        await use(own, place.folder);
      } finally {
        cpSync(join(folder, source, name), path);
      }
    },
  };
}

const isJson = (name) => /\.jsonl?$/.test(name);

export const targets = [
  { ...ofFolder("run", 30, "run", isJson, (own) => writeReport(own)), prepare },
  ofFolder("ratings-run", 15, "ratings-run", isJson, (own) => writeReport(own)),
  ofFolder(
    "scan",
    3,
    "scan",
    () => true,
    async (own, place) => {
      const out = join(place, "cleaned");
      rmSync(out, { recursive: true, force: true });
      await clean({ data: join(place, "data.csv"), scan: own, review: join(own, "review.csv"), out });
    },
  ),
  ofFolder(
    "patch",
    40,
    "attack",
    (name) => name.endsWith(".patch.json"),
    async (own, place) => {
      const patch = filesBelow(own).find((name) => name.endsWith(".patch.json"));
      const out = join(place, "undone");
      rmSync(out, { recursive: true, force: true });
      await undoPatch(join(own, patch), { out });
    },
  ),
  ofFolder("attestation", 2.5, "attest", isJson, async (own, place) => {
    const publicKey = readPublicKey(join(place, "key.pem.pub"));
    await verify({ attestation: join(own, "attestation.json"), data: join(place, "data.csv"), publicKey, probes: 5 });
  }),
  {
    id: "config",
    share: 40,
    make(rng) {
      const isYaml = rng.integer(2) === 0;
      const document = {
        data: { path: "data.csv", labels: ["label"] },
        budgets: ["1%", 0.05],
        attacks: ["label-flip"],
        seeds: 2,
        limits: ["accuracyDrop@1% <= 0.05"],
      };
      const bytes = isYaml ? mutateBytes(Buffer.from(yaml), rng) : mutateJson(JSON.stringify(document), rng);
      return { name: `theriac.config.${isYaml ? "yaml" : "json"}`, bytes };
    },
    async run({ name, bytes }, place) {
      checkConfig(await readConfigFile(place.write(name, bytes)));
    },
  },
];
