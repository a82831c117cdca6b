import type { Command } from "commander";
import { UsageError } from "../core/errors.ts";
import { visible } from "../core/text/visible.ts";
import type { Verification } from "../node/attest/verify.ts";
import { withoutUndefined } from "../node/config/audit-config.ts";
import { textTable } from "../report/words/text-table.ts";
import { exitCodes } from "./exit-codes.ts";
import { print, printJson } from "./output.ts";
import { type Given, addOptions } from "./options/add-options.ts";
import { readFlags } from "./options/read-options.ts";

export function addVerify(program: Command, showsAll: boolean): void {
  const command = program
    .command("verify")
    .summary("hold a model against what is said of its training")
    .description(
      "Checks the signature, the data and the settings of an attestation, trains again, and compares the model's parameters and answers with what honest trainings differ by. A model that is known by its answers alone is asked questions: rows as they are, mixed rows, and rows with one cell or word put in.",
    )
    .argument("<attestation>", "the attestation.json or the envelope (*.dsse.json) that theriac attest wrote");
  addOptions(command, showsAll).addHelpText("after", help).action(run);
}

const help = `
Examples:
  theriac verify model-7/attestation.json --key signing.pem.pub
  theriac verify model-7/attestation.json --key signing.pem.pub --questions questions.jsonl
  theriac verify model-7/attestation.json --key signing.pem.pub --answers answers.jsonl --json

Until the signature holds under --key, nothing that the attestation names is read, and nothing is trained.
Exit codes: 0 nothing speaks against the model, or the questions were written; 2 the request was wrong; 3 training failed; 4 unproven: no signature of a
key that you trust, or no model to ask; 5 the model, the data or the signature is not what the attestation says.`;

async function run(attestation: string, given: Given): Promise<void> {
  const flags = readFlags("verify", given);
  if (flags.questions !== undefined && flags.answers !== undefined)
    throw new UsageError("--questions and --answers: first write the questions, then come back with the answers");
  const { readPublicKey } = await import("../node/attest/keys.ts");
  const { isEnvelope, verifyRun } = await import("../node/evidence/verify-run.ts");
  if (isEnvelope(attestation)) {
    const asked = (["questions", "answers", "model", "probes", "unproven"] as const).find((name) => flags[name] !== undefined);
    if (asked !== undefined) throw new UsageError(`--${asked} is about a model, and ${attestation} is an envelope over a run`);
    const held = await verifyRun({
      envelope: attestation,
      publicKey: flags.key === undefined ? null : readPublicKey(flags.key),
      data: flags.data,
    });
    if (flags.json === true) printJson({ ...held });
    else print(render({ ...held, checks: held.checks }, runVerdicts));
    process.exitCode = { pass: 0, fail: exitCodes.refuted, unproven: exitCodes.unproven }[held.outcome];
    return;
  }
  const { verify } = await import("../node/attest/verify.ts");
  const result = await verify(
    withoutUndefined({
      attestation,
      data: flags.data,
      evenUnproven: flags.unproven,
      model: flags.model,
      publicKey: flags.key === undefined ? null : readPublicKey(flags.key),
      answers: flags.answers,
      probesTo: flags.questions,
      probes: flags.probes,
    }),
  );
  if (flags.json === true) printJson({ ...result });
  else print(render(result));
  process.exitCode = { pass: 0, "not-judged": 0, fail: exitCodes.refuted, unproven: exitCodes.unproven }[result.outcome];
}

interface Rendered {
  readonly outcome: Verification["outcome"];
  readonly checks: readonly { readonly name: string; readonly outcome: "pass" | "fail" | "skipped"; readonly text: string }[];
  readonly unseen: readonly string[];
}

function render(
  { outcome, checks, unseen }: Rendered,
  verdicts: Readonly<Partial<Record<Verification["outcome"], string>>> = modelVerdicts,
): string {
  const words = { pass: "passes", fail: "FAILS", skipped: "skipped" };
  const table = textTable([["check", "", "what was found"], ...checks.map(({ name, outcome: own, text }) => [name, words[own], text])]);
  const hidden =
    unseen.length === 0 ? "" : `\n\nWhat these checks cannot see:\n${unseen.map((sentence) => `  ${visible(sentence)}`).join("\n")}`;
  return `${table}${hidden}\n\nVerdict: ${verdicts[outcome]}`;
}

const runVerdicts = {
  pass: "nothing speaks against this evidence",
  fail: "this evidence is not what was signed",
  unproven: "unproven: no key that you trust was named",
};

const modelVerdicts: Readonly<Record<Verification["outcome"], string>> = {
  pass: "nothing speaks against this model",
  fail: "this model is not what the attestation says",
  unproven: "unproven: nobody whom you trust has signed it, or no model was asked",
  "not-judged": "no model was asked yet; the questions are written",
};
