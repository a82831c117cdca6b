import type { Command } from "commander";
import { UsageError } from "../core/errors.ts";
import { type Given, addOptions } from "./add-options.ts";
import { noteTeller, printLine } from "./output.ts";
import { readConfig, readFlags } from "./read-options.ts";

export function addAttest(program: Command, showsAll: boolean): void {
  const command = program
    .command("attest")
    .summary("train a model and sign what it was trained from")
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
  if (data === undefined) throw new UsageError("attest needs data: theriac attest DATA --out FOLDER");
  if (flags.out === undefined) throw new UsageError("attest needs --out FOLDER, where the attestation and the model are written");
  const privateKey = flags.key === undefined ? null : readPrivateKey(flags.key);
  const config = readConfig("attest", "table", data, given);
  const { attest } = await import("../node/attest/attest.ts");
  const { attestationPath, modelPath } = await attest(config, { out: flags.out, privateKey, onNote: noteTeller(flags.quiet ?? false) });
  printLine(`${attestationPath}: ${privateKey === null ? "not signed (--key signs it)" : "signed"}`);
  if (modelPath !== null) printLine(modelPath);
}
