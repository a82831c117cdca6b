import { catalog } from "../../catalog.ts";
import type { RunContext } from "../../core/context.ts";
import type { DialogueDetector, Dialogues } from "../../core/dialogues.ts";
import { UsageError } from "../../core/errors.ts";
import { makeRng } from "../../numeric/random.ts";
import { methodOf } from "../../study/config.ts";
import { cannotSeeInDialogues } from "../../study/scan/cannot-see.ts";
import { turnsOf } from "../../study/scan/dialogue-examples.ts";
import { dialogueDetectorsNotRun } from "../../study/scan/not-run.ts";
import {
  type ChosenDialogueDetector,
  type DialogueSaid,
  type DialogueUnit,
  hearDialogues,
  scanDialogues,
} from "../../study/scan/scan-dialogues.ts";
import { defaults } from "../config/options/study-defaults.ts";
import { type DialoguesRead, type DialoguesRequest, readDialogues } from "../read/dialogues/read-dialogues.ts";
import { splitFile } from "../read/dialogues/split-records.ts";
import { dialoguesRequest } from "../schemas/parts.ts";
import { type DialoguesScanConfig, chooseDialogueDetectors, dialoguesRequestOf } from "../config/dialogues-config.ts";
import type { RowsOfScan, ScanHooks, Scannable, Sight } from "./scannable.ts";

/** What is looked for among records, and how. */
interface DialogueScan {
  readonly config: DialoguesScanConfig;
  readonly detectors: readonly ChosenDialogueDetector[];
}

function chosenOf({ id, params }: { readonly id: string; readonly params: unknown }): ChosenDialogueDetector {
  return { method: methodOf<DialogueDetector>("detector", catalog.dialogues.detectors, id), params };
}

/** Fine-tuning and retrieval data: records are judged by what they have in common. */
export const dialoguesScan: Scannable<DialoguesScanConfig, DialoguesRequest, DialoguesRead, DialogueScan> = {
  id: "dialogues",
  request: dialoguesRequest,
  checkConfig: ({ detectors, effort }) => void chooseDialogueDetectors(detectors, effort ?? defaults.effort),
  requestOf: ({ data = {} }) => dialoguesRequestOf(data),
  read: readDialogues,
  resolve(config, { dialogues }) {
    const chosen = chooseDialogueDetectors(config.detectors, config.effort ?? defaults.effort);
    const detectors = chosen.map(chosenOf);
    const refused = detectors.flatMap(({ method }) => {
      const why = method.refuses?.(dialogues) ?? null;
      return why === null ? [] : [{ id: method.id, why }];
    });
    if (config.detectors !== undefined && refused.length > 0)
      throw new UsageError(`detector "${refused[0].id}" cannot be used here: ${refused[0].why}`);
    return { asked: { config, detectors: detectors.filter(({ method }) => refused.every(({ id }) => id !== method.id)) }, notes: [] };
  },
  look,
  units: { module: import.meta.url, open: openDetectors },
  rowsOf,
  linesOf: ({ lines }) => lines,
  split: splitFile,
};

async function look({ dialogues }: DialoguesRead, asked: DialogueScan, { signal, onProgress, share }: ScanHooks): Promise<Sight> {
  const { config, detectors } = asked;
  const seed = config.seed ?? defaults.seed;
  const chosen = detectors.map(({ method: { id }, params }) => ({ id, params }));
  const runner = share?.({ dialogues, seed, detectors: chosen } satisfies SharedScan);
  const result = await scanDialogues(dialogues, detectors, {
    ...contextOf(seed),
    signal,
    hear: runner && ((units, onStart) => runner.run<DialogueUnit, DialogueSaid>(units, onStart)),
    onDetector: (done, total, id) => onProgress?.(done, total, id),
  });
  const setting = { effort: config.effort ?? defaults.effort, isNamed: config.detectors !== undefined };
  return {
    result,
    settings: { seed, detectors: chosen },
    notRun: dialogueDetectorsNotRun(catalog.dialogues.detectors, result.detectors, dialogues, setting),
    cannotSee: cannotSeeInDialogues(result.detectors, dialogues.sources.length > 0),
  };
}

function contextOf(seed: number): RunContext {
  return { rng: makeRng(seed).fork("scan"), breathe: () => new Promise((resolve) => void setImmediate(resolve)) };
}

/** What threads that hear detectors are given. */
interface SharedScan {
  readonly dialogues: Dialogues;
  readonly seed: number;
  readonly detectors: readonly { readonly id: string; readonly params: unknown }[];
}

function openDetectors(shared: object): (unit: DialogueUnit) => Promise<DialogueSaid> {
  const { dialogues, seed, detectors } = shared as SharedScan;
  const context = contextOf(seed);
  return ({ detector }) => hearDialogues(dialogues, chosenOf(detectors[detector]), context);
}

/** Characters of a text that a moderator sees. */
const longestCell = 2000;

/** A record goes by its number; of one with several turns all are shown, one below the other. */
function rowsOf({ dialogues, misfits }: DialoguesRead): RowsOfScan {
  const { prompts, answers, records, source, sources } = dialogues;
  const textsOf = (texts: readonly string[]) => (row: number) => {
    let out = "";
    for (const turn of turnsOf(dialogues, row)) {
      if (texts[turn] === "") continue;
      out += `${out === "" ? "" : "\n"}${texts[turn]}`;
      if (out.length > longestCell) return `${out.slice(0, longestCell)}…`;
    }
    return out;
  };
  const answerOf = textsOf(answers);
  return {
    rows: records,
    columns: [
      { name: "prompt", cellOf: textsOf(prompts) },
      { name: "answer", cellOf: (row) => misfits.get(row) ?? answerOf(row) },
      ...(sources.length === 0 ? [] : [{ name: "source", cellOf: (row: number) => (source[row] < 0 ? "" : sources[source[row]]) }]),
    ],
    known: [],
    nameOf: (row) => String(row + 1),
  };
}
