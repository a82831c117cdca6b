import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseExactly } from "../../src/node/exact-json.ts";
import { auditJson, ratingsJson } from "../../src/cli/audit-json.ts";
import { clean } from "../../src/node/clean.ts";
import { readConfigFile } from "../../src/node/config-file.ts";
import { judgeRun } from "../../src/node/judge-run.ts";
import { type AnyManifest, manifestText, storedPlan } from "../../src/node/manifest.ts";
import { undoPatch } from "../../src/node/poison-file.ts";
import { digest } from "../../src/node/provenance.ts";
import { judgeRatings } from "../../src/node/ratings/judge-ratings.ts";
import { readHarm } from "../../src/node/ratings/ratings-harm-file.ts";
import { readTable } from "../../src/node/read/read-table.ts";
import { readPoison, readRun } from "../../src/node/run-folder.ts";
import { planAnew } from "../../src/node/run-plan.ts";
import { writeReport } from "../../src/node/run-report.ts";
import { scan } from "../../src/node/scan.ts";
import { readAttestation, readModelFile } from "../../src/node/schemas/attestation-file.ts";
import { readOwnFile } from "../../src/node/schemas/read-own-file.ts";
import { trustedRelationFile } from "../../src/node/schemas/trusted-relation-file.ts";
import { proofOf } from "../../src/node/attest/signature.ts";
import { verify } from "../../src/node/attest/verify.ts";
import { renderRatings } from "../../src/report/ratings-text.ts";
import { renderAudit } from "../../src/report/tables.ts";
import type { Rng } from "../../src/numeric/random.ts";
import { mutateJson, mutateLines } from "./mutate.ts";

export const oldFiles = fileURLToPath(new URL("../own-files/0.1.0/", import.meta.url));

/** A file that Theriac reads back, and what is done with it. */
export interface OwnFileCase {
  readonly name: string;
  /** What it holds as it was written. */
  readonly text: string;
  mutate(text: string, rng: Rng): string;
  /** Writes the text in place of the file and does what the commands do with it. */
  use(text: string): Promise<void>;
}

/** Every own file in a folder that may be written into, with whole files around the one that is changed. */
export async function ownFileCases(folder: string): Promise<OwnFileCase[]> {
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
function upgraded(manifest: AnyManifest): string {
  return manifestText({ ...manifest, schema: 2, notes: [], plan: storedPlan(planAnew(manifest)) });
}

let copies = 0;

function runCases(folder: string, kind: "audit" | "ratings", textOf: (manifest: AnyManifest) => string): OwnFileCase[] {
  const path = join(folder, `${kind}-${copies++}`);
  cpSync(join(oldFiles, kind), path, { recursive: true });
  const at = (name: string): string => join(path, name);
  const manifest = textOf(parseExactly(readFileSync(at("manifest.json"), "utf8")) as AnyManifest);
  const records = readFileSync(at("records.jsonl"), "utf8");
  const patch = join("poison", readdirSync(at("poison"))[0]);
  const poison = readFileSync(at(patch), "utf8");
  const restore = (): void => {
    writeFileSync(at("manifest.json"), manifest);
    writeFileSync(at("records.jsonl"), records);
    writeFileSync(at(patch), poison);
  };
  restore();
  const judge = async (): Promise<void> => {
    const run = await readRun(path);
    await writeReport(path);
    if (run.manifest.kind === "audit") {
      const judged = judgeRun(run.manifest, run.records);
      renderAudit(judged.summary, judged.verdict);
      JSON.stringify(auditJson(path, judged, run.records));
    } else {
      const judged = judgeRatings(run.manifest, run.records);
      const harm = await readHarm(path);
      renderRatings(judged.engines, judged.verdict, harm);
      JSON.stringify(ratingsJson(path, judged, run.records, harm));
    }
    for (const { id, attack } of run.records) if (attack !== null) await readPoison(path, run.manifest, id);
  };
  const inPlaceOf = async (name: string, text: string): Promise<void> => {
    const before = readFileSync(at(name));
    writeFileSync(at(name), text);
    try {
      await judge();
    } finally {
      writeFileSync(at(name), before);
    }
  };
  const line = (text: string): string => text.split("\n")[1];
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
            use: (text: string) => inPlaceOf("harm.json", text),
          },
        ]),
  ];
}

function patchCases(folder: string): OwnFileCase[] {
  const path = join(folder, "poisoned");
  cpSync(join(oldFiles, "poisoned"), path, { recursive: true });
  const file = join(path, readdirSync(path).find((name) => name.endsWith(".patch.json")) ?? "");
  let count = 0;
  return [
    {
      name: "patch",
      text: readFileSync(file, "utf8"),
      mutate: mutateJson,
      use: async (text) => {
        writeFileSync(file, text);
        await undoPatch(file, { out: join(path, `restored-${count++}.csv`) });
      },
    },
  ];
}

async function scanCases(folder: string): Promise<OwnFileCase[]> {
  const data = join(folder, "loans.csv");
  cpSync(join(oldFiles, "attestation", "loans.csv"), data);
  const path = join(folder, "scan");
  await scan({ data: { path: data, labels: ["default"] }, detectors: ["loss"], out: path });
  const at = (name: string): string => join(path, name);
  const [manifest, findings] = ["manifest.json", "findings.jsonl"].map((name) => readFileSync(at(name), "utf8"));
  let count = 0;
  const cleaned = async (): Promise<void> => void (await clean({ data, scan: path, out: join(folder, `cleaned-${count++}`) }));
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

function attestationCases(folder: string): OwnFileCase[] {
  const path = join(folder, "attested");
  cpSync(join(oldFiles, "attestation"), path, { recursive: true });
  const file = join(path, "attestation.json");
  const old = JSON.parse(readFileSync(file, "utf8")) as object;
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

function configCases(folder: string): OwnFileCase[] {
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
  const use = (name: string) => async (text: string) => {
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
