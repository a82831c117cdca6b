import { catalog } from "../../catalog.ts";
import type { DialogueDetector } from "../../core/dialogues.ts";
import { UsageError } from "../../core/errors.ts";
import { makeRng } from "../../numeric/random.ts";
import { methodOf } from "../../study/config.ts";
import { cannotSeeInDialogues } from "../../study/scan/cannot-see.ts";
import { turnsOf } from "../../study/scan/dialogue-examples.ts";
import { dialogueDetectorsNotRun } from "../../study/scan/not-run.ts";
import { type ChosenDialogueDetector, scanDialogues } from "../../study/scan/scan-dialogues.ts";
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

/** Fine-tuning and retrieval data: records are judged by what they have in common. */
export const dialoguesScan: Scannable<DialoguesScanConfig, DialoguesRequest, DialoguesRead, DialogueScan> = {
  id: "dialogues",
  request: dialoguesRequest,
  checkConfig: ({ detectors, effort }) => void chooseDialogueDetectors(detectors, effort ?? defaults.effort),
  requestOf: ({ data = {} }) => dialoguesRequestOf(data),
  read: readDialogues,
  resolve(config, { dialogues }) {
    const chosen = chooseDialogueDetectors(config.detectors, config.effort ?? defaults.effort);
    const detectors = chosen.map(({ id, params }) => ({
      method: methodOf<DialogueDetector>("detector", catalog.dialogues.detectors, id),
      params,
    }));
    const refused = detectors.flatMap(({ method }) => {
      const why = method.refuses?.(dialogues) ?? null;
      return why === null ? [] : [{ id: method.id, why }];
    });
    if (config.detectors !== undefined && refused.length > 0)
      throw new UsageError(`detector "${refused[0].id}" cannot be used here: ${refused[0].why}`);
    return { asked: { config, detectors: detectors.filter(({ method }) => refused.every(({ id }) => id !== method.id)) }, notes: [] };
  },
  look,
  rowsOf,
  linesOf: ({ lines }) => lines,
  split: splitFile,
};

async function look({ dialogues }: DialoguesRead, asked: DialogueScan, { signal, onProgress }: ScanHooks): Promise<Sight> {
  const { config, detectors } = asked;
  const seed = config.seed ?? defaults.seed;
  const result = await scanDialogues(dialogues, detectors, {
    rng: makeRng(seed).fork("scan"),
    signal,
    breathe: () => new Promise((resolve) => void setImmediate(resolve)),
    onDetector: (done, total, id) => onProgress?.(done, total, id),
  });
  const setting = { effort: config.effort ?? defaults.effort, isNamed: config.detectors !== undefined };
  return {
    result,
    settings: { seed, detectors: detectors.map(({ method, params }) => ({ id: method.id, params })) },
    notRun: dialogueDetectorsNotRun(catalog.dialogues.detectors, result.detectors, dialogues, setting),
    cannotSee: cannotSeeInDialogues(result.detectors, dialogues.sources.length > 0),
  };
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
