// Files that Theriac wrote itself: runs, scans, patches, attestations, configurations, with what the commands do with them.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseExactly } from "../dist/node/schemas/exact-json.js";
import { clean } from "../dist/node/clean.js";
import { readConfigFile } from "../dist/node/config/config-file.js";
import { openRun, writeReport } from "../dist/node/audit.js";
import { manifestText, storedPlan } from "../dist/node/runs/manifest.js";
import { undoPatch } from "../dist/node/poison/poison-file.js";
import { digest } from "../dist/node/runs/provenance.js";
import { kindIn } from "../dist/node/runs/run-kind.js";
import { kinds } from "../dist/node/kinds/kinds.js";
import { readTable } from "../dist/node/read/read-table.js";
import { readPoison } from "../dist/node/runs/run-folder.js";
import { planAnew } from "../dist/node/runs/run-plan.js";
import { scan } from "../dist/node/scan.js";
import { readAttestation, readModelFile } from "../dist/node/attest/attestation-file.js";
import { readOwnFile } from "../dist/node/schemas/read-own-file.js";
import { trustedRelationFile } from "../dist/node/schemas/trusted-relation-file.js";
import { proofOf } from "../dist/node/attest/signature.js";
import { verify } from "../dist/node/attest/verify.js";
import { mutateJson, mutateLines } from "./mutate.mjs";

const oldFiles = fileURLToPath(new URL("../test/own-files/0.1.0/", import.meta.url));

/**
 * Every own file in a folder that may be written into, with whole files around the one that is changed. Each case has a name, the `text` as it was written, `mutate(text, rng)`
 * and `use(text)`, which writes the text in place of the file and does what the commands do with it.
 */
export async function ownFileCases(folder) {
  return [
    ...runCases(folder, "audit", upgraded),
    ...runCases(folder, "ratings", upgraded),
    ...runCases(folder, "audit", (manifest) => JSON.stringify(manifest)).map((one) => ({ ...one, name: `${one.name} of 0.1.0` })),
    ...patchCases(folder),
    ...(await scanCases(folder)),
    ...attestationCases(folder),
    ...configCases(folder),
  ];
}

/** The same run as this version writes it. */
function upgraded(manifest) {
  return manifestText({ ...manifest, schema: 2, notes: [], plan: storedPlan(planAnew(manifest, kindIn(kinds, manifest.kind))) });
}

let copies = 0;

function runCases(folder, kind, textOf) {
  const path = join(folder, `${kind}-${copies++}`);
  cpSync(join(oldFiles, kind), path, { recursive: true });
  const at = (name) => join(path, name);
  const manifest = textOf(parseExactly(readFileSync(at("manifest.json"), "utf8")));
  const records = readFileSync(at("records.jsonl"), "utf8");
  const patch = join("poison", readdirSync(at("poison"))[0]);
  const poison = readFileSync(at(patch), "utf8");
  const restore = () => {
    writeFileSync(at("manifest.json"), manifest);
    writeFileSync(at("records.jsonl"), records);
    writeFileSync(at(patch), poison);
  };
  restore();
  const judge = async () => {
    const run = await openRun(path);
    await writeReport(path);
    await run.kind.renderText(run, { tables: true });
    JSON.stringify(await run.kind.renderJson(run));
    for (const { id, attack } of run.records) if (attack !== null) await readPoison(path, run.manifest, run.kind, id);
  };
  const inPlaceOf = async (name, text) => {
    const before = readFileSync(at(name));
    writeFileSync(at(name), text);
    try {
      await judge();
    } finally {
      writeFileSync(at(name), before);
    }
  };
  const line = (text) => text.split("\n")[1];
  return [
    { name: `${kind} manifest`, text: manifest, mutate: mutateJson, use: (text) => inPlaceOf("manifest.json", text) },
    { name: `${kind} records`, text: records, mutate: mutateLines, use: (text) => inPlaceOf("records.jsonl", text) },
    {
      // Whoever changes a record can make its check anew.
      name: `${kind} record with a check that fits`,
      text: line(records).replace(/,"check":"[0-9a-f]{16}"\}$/, "}"),
      mutate: mutateJson,
      use: (text) => {
        const kept = records.split("\n").filter((own) => own !== "" && own !== line(records));
        const changed = `${text.slice(0, -1)},"check":"${digest(text).slice(0, 16)}"}`;
        return inPlaceOf("records.jsonl", `${[...kept, changed].join("\n")}\n`);
      },
    },
    {
      name: `${kind} poison with a digest that fits`,
      text: poison,
      mutate: mutateJson,
      use: async (text) => {
        const lines = records.split("\n").map((own) => {
          const body = own.replace(/,"check":"[0-9a-f]{16}"\}$/, "}").replace(digest(poison), digest(text));
          return own === "" ? "" : `${body.slice(0, -1)},"check":"${digest(body).slice(0, 16)}"}`;
        });
        writeFileSync(at("records.jsonl"), lines.join("\n"));
        try {
          await inPlaceOf(patch, text);
        } finally {
          restore();
        }
      },
    },
    ...(kind === "audit"
      ? []
      : [
          {
            name: "harm",
            text: readFileSync(at("harm.json"), "utf8"),
            mutate: mutateJson,
            use: (text) => inPlaceOf("harm.json", text),
          },
        ]),
  ];
}

function patchCases(folder) {
  const path = join(folder, "poisoned");
  cpSync(join(oldFiles, "poisoned"), path, { recursive: true });
  const file = join(path, readdirSync(path).find((name) => name.endsWith(".patch.json")) ?? "");
  const restored = join(path, "restored.csv");
  return [
    {
      name: "patch",
      text: readFileSync(file, "utf8"),
      mutate: mutateJson,
      use: async (text) => {
        writeFileSync(file, text);
        rmSync(restored, { force: true });
        await undoPatch(file, { out: restored });
      },
    },
  ];
}

async function scanCases(folder) {
  const data = join(folder, "loans.csv");
  cpSync(join(oldFiles, "attestation", "loans.csv"), data);
  const path = join(folder, "scan");
  await scan({ data: { path: data, labels: ["default"] }, detectors: ["loss"], out: path });
  const at = (name) => join(path, name);
  const [manifest, findings] = ["manifest.json", "findings.jsonl"].map((name) => readFileSync(at(name), "utf8"));
  const out = join(folder, "cleaned");
  const cleaned = async () => {
    rmSync(out, { recursive: true, force: true });
    await clean({ data, scan: path, out });
  };
  const trusted = join(folder, "tasks.json");
  return [
    {
      name: "scan manifest",
      text: manifest,
      mutate: mutateJson,
      use: async (text) => {
        writeFileSync(at("manifest.json"), text);
        writeFileSync(at("findings.jsonl"), findings);
        await cleaned();
      },
    },
    {
      name: "findings with a digest that fits",
      text: findings,
      mutate: mutateLines,
      use: async (text) => {
        writeFileSync(at("findings.jsonl"), text);
        writeFileSync(at("manifest.json"), manifest.replace(digest(findings), digest(text)));
        await cleaned();
      },
    },
    {
      name: "trusted relation",
      text: JSON.stringify({
        schema: 1,
        tasks: ["a", "b"],
        relation: [
          [1, 0.5],
          [0.5, 1],
        ],
        metric: "accuracy",
      }),
      mutate: mutateJson,
      use: async (text) => {
        writeFileSync(trusted, text);
        const { tasks, relation } = readOwnFile(trusted, trustedRelationFile).value;
        tasks.forEach((_, i) => tasks.forEach((__, j) => relation[i][j]));
        await Promise.resolve();
      },
    },
  ];
}

function attestationCases(folder) {
  const path = join(folder, "attested");
  cpSync(join(oldFiles, "attestation"), path, { recursive: true });
  const file = join(path, "attestation.json");
  const old = JSON.parse(readFileSync(file, "utf8"));
  const model = join(path, "model.json");
  return [
    {
      name: "attestation",
      text: JSON.stringify({ ...old, schema: 2 }),
      mutate: mutateJson,
      use: async (text) => {
        writeFileSync(file, text);
        proofOf(readAttestation(file), null);
        await verify({ attestation: file });
      },
    },
    {
      name: "model",
      text: readFileSync(model, "utf8"),
      mutate: mutateJson,
      use: async (text) => {
        writeFileSync(model, text);
        readModelFile(model);
        await Promise.resolve();
      },
    },
  ];
}

function configCases(folder) {
  const config = {
    data: { path: "none.csv", labels: ["y"], text: ["t"], drop: [2], header: true },
    learner: { id: "ridge", params: { weightDecay: 0.1 } },
    attacks: ["label-flip", { id: "gradient-injection", params: { steps: 3 } }],
    repairs: [{ id: "drop", params: { fraction: 0.1 }, detector: "loss" }],
    budgets: [0.01, "5%"],
    limits: ["accuracyDrop@1% <= 0.05"],
    seeds: 3,
    strict: true,
    out: "run",
  };
  const yaml = `data: &d\n  path: none.csv\n  labels: [y]\nattacks:\n  - label-flip\n  - id: random-injection\nbudgets: ["1%", 0.05]\nseeds: 3\nlimits:\n  - accuracyDrop@1% <= 0.05\n`;
  mkdirSync(join(folder, "config"));
  const use = (name) => async (text) => {
    const file = join(folder, "config", name);
    writeFileSync(file, text);
    const { data } = await readConfigFile(file);
    // Whatever it names is not there, or is no table.
    if (data?.path !== undefined)
      await readTable({ ...data, data: data.path, labels: [], text: [], features: [], drop: [], task: "t", source: "s", id: "i" });
  };
  return [
    { name: "configuration in JSON", text: JSON.stringify(config), mutate: mutateJson, use: use("c.json") },
    { name: "configuration in JSON read as YAML", text: JSON.stringify(config), mutate: mutateJson, use: use("c.yaml") },
    { name: "configuration in YAML", text: yaml, mutate: mutateLines, use: use("d.yaml") },
  ];
}
