import type { Command } from "commander";
import { UsageError } from "../core/errors.ts";
import { type Given, addOptions } from "./options/add-options.ts";
import { noteTeller, printLine } from "./output.ts";
import type { FlagsOf } from "../node/config/options/options.ts";
import { readConfig, readFlags } from "./options/read-options.ts";

export function addAttest(program: Command, showsAll: boolean): void {
  const command = program
    .command("attest")
    .summary("sign what a model was trained from, or what a run is evidence of")
    .description(
      "Trains on all labelled rows and writes the model with a statement: digests of the data, settings, versions, seed, digest of the model; signed where a key is given. theriac verify holds a model against it.",
    )
    .argument("[data]", "a file, a glob or a folder");
  addOptions(command, showsAll).addHelpText("after", help).action(run);
}

const help = `
Examples:
  theriac attest --new-key signing.pem
  theriac attest reviews.csv --label stars --text review --key signing.pem --out model-7
  theriac verify model-7/attestation.json --key signing.pem.pub
  theriac attest --run theriac-runs/reviews-20260301-101500 --key signing.pem --out evidence --decision "accepted until May" --by "Ada, security"
  theriac verify evidence/evidence.dsse.json --key signing.pem.pub --data reviews.csv

With --run nothing is trained: it writes evidence.json (what ran and what did not, figures, certificates, digests), evidence.dsse.json and test-result.dsse.json (in-toto statements in
signed DSSE envelopes, where --key is given) and ml-bom.cdx.json (CycloneDX 1.6).
Nothing is written over. Keep the private key where the training runs and nowhere else.
Exit codes: 0 written, 2 the request was wrong, 3 training failed.`;

async function run(data: string | undefined, given: Given): Promise<void> {
  const flags = readFlags("attest", given);
  const { writeKeyPair } = await import("../node/attest/attestation.ts");
  const { readPrivateKey } = await import("../node/attest/keys.ts");
  if (flags.newKey !== undefined) {
    if (data !== undefined || flags.out !== undefined) throw new UsageError("--new-key stands alone: it only writes a pair of keys");
    const { publicPath, fingerprint } = writeKeyPair(flags.newKey);
    printLine(`${flags.newKey}: private key, for its owner alone`);
    printLine(`${publicPath}: public key ${fingerprint}, for whoever verifies`);
    return;
  }
  if (flags.run === undefined && (flags.decision ?? flags.by) !== undefined)
    throw new UsageError("--decision and --by go with --run: they are about the findings of a run");
  if (flags.run !== undefined) return attestRunOf(flags.run, data, flags);
  if (data === undefined) throw new UsageError("attest needs data: theriac attest DATA --out FOLDER, or a finished run: --run RUN");
  if (flags.out === undefined) throw new UsageError("attest needs --out FOLDER, where the attestation and the model are written");
  const privateKey = flags.key === undefined ? null : readPrivateKey(flags.key);
  const config = readConfig("attest", "table", data, given);
  const { attest } = await import("../node/attest/attest.ts");
  const { attestationPath, modelPath } = await attest(config, { out: flags.out, privateKey, onNote: noteTeller(flags.quiet ?? false) });
  printLine(`${attestationPath}: ${privateKey === null ? "not signed (--key signs it)" : "signed"}`);
  if (modelPath !== null) printLine(modelPath);
}

async function attestRunOf(run: string, data: string | undefined, { out, key, decision, by }: FlagsOf<"attest">): Promise<void> {
  if (data !== undefined) throw new UsageError(`--run takes no data: the run knows its own, got ${data}`);
  if (out === undefined) throw new UsageError("attest --run needs --out FOLDER, where the evidence is written");
  if ((decision === undefined) !== (by === undefined))
    throw new UsageError("--decision and --by go together: what was decided, and who decided it");
  const { readPrivateKey } = await import("../node/attest/keys.ts");
  const { attestRun } = await import("../node/evidence/attest-run.ts");
  const decisions = decision === undefined || by === undefined ? [] : [{ decision, by, at: new Date().toISOString() }];
  const privateKey = key === undefined ? null : readPrivateKey(key);
  for (const path of await attestRun(run, { out, privateKey, decisions })) printLine(path);
  if (privateKey === null) printLine("not signed, so no envelope was written (--key signs it)");
}
