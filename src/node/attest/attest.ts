import { join } from "node:path";
import type { KeyObject } from "node:crypto";
import { listExamples } from "../../core/examples.ts";
import type { FittedPipeline } from "../../core/pipeline.ts";
import type { LogicPatch } from "../../core/poison.ts";
import { type AuditConfig, readRequestOf } from "../config/audit-config.ts";
import { stringifyExactly } from "../schemas/exact-json.ts";
import { digest, provenance } from "../runs/provenance.ts";
import { readTable } from "../read/read-table.ts";
import type { Note } from "../read/request.ts";
import { checkConfig, resolveStudy } from "../config/resolve-study.ts";
import { tuneOnWhole } from "../train-whole.ts";
import { holdFolder } from "../write/hold-folder.ts";
import { refuseExisting, writeFiles } from "../write/write-files.ts";
import { type ModelFile, type Statement, makeAttestation } from "./attestation.ts";

const attestationName = "attestation.json";
export const modelName = "model.json";

type AttestConfig = Pick<AuditConfig, "data" | "learner" | "encoder" | "sharing" | "seed">;

export interface AttestOptions {
  /** Folder for the attestation and the model; made if it is not there. */
  readonly out: string;
  readonly privateKey: KeyObject | null;
  /** What somebody did to the training, for trying out what verification sees of it. */
  readonly corruption?: LogicPatch;
  readonly onNote?: (note: Note) => void;
}

export interface Attested {
  readonly attestationPath: string;
  /** null where the model has no parameters to store. */
  readonly modelPath: string | null;
  readonly fitted: FittedPipeline;
}

/** Trains on all labelled rows and writes the model with a statement of what it was trained from. @throws UsageError where it cannot */
export async function attest(config: AttestConfig, options: AttestOptions): Promise<Attested> {
  checkConfig(config);
  const release = await holdFolder(options.out, "--out");
  try {
    return await attestInto(config, options);
  } finally {
    await release();
  }
}

async function attestInto(config: AttestConfig, options: AttestOptions): Promise<Attested> {
  const [attestationPath, modelPath] = [attestationName, modelName].map((name) => join(options.out, name));
  for (const path of [attestationPath, modelPath]) refuseExisting(path);
  const request = readRequestOf(config.data ?? {});
  const read = await readTable(request);
  const { study, notes } = resolveStudy({ ...config, detectors: [], repairs: [] }, read.table);
  for (const note of [...read.notes, ...notes]) options.onNote?.(note);
  const { pipeline, clean, rng } = await tuneOnWhole(read.table, study);
  const fitted = await pipeline.fit(clean, { rng: rng.fork("fit"), poison: options.corruption ?? null });

  const model = modelText(study.learner.id, fitted);
  const statement: Statement = {
    ...(await provenance()),
    trainedAt: new Date().toISOString(),
    read: request,
    files: read.files,
    rows: read.table.rows,
    examples: listExamples(read.table).y.length,
    pipeline: { encoder: study.encoder, learner: study.learner, sharing: study.sharing },
    seed: study.firstSeed,
    learnerParams: pipeline.learnerParams,
    modelSha256: model === null ? null : digest(model),
    modelName: model === null ? null : modelName,
  };
  const attestation = makeAttestation(statement, options.privateKey);
  writeFiles([
    ...(model === null ? [] : [{ path: modelPath, content: model }]),
    { path: attestationPath, content: `${stringifyExactly(attestation, 2)}\n` },
  ]);
  return { attestationPath, modelPath: model === null ? null : modelPath, fitted };
}

function modelText(learner: string, { model }: FittedPipeline): string | null {
  if (model.parameters === null) return null;
  const { theta, features } = model.parameters;
  const file: ModelFile = { schema: 1, kind: "theriac-model", learner, features: features.names, parameters: [...theta] };
  return `${stringifyExactly(file)}\n`;
}
