import { applyToTable } from "../../core/apply/apply.ts";
import { positionsWhere } from "../../core/dataset.ts";
import { joinWords } from "../../core/text/join-words.ts";
import type { FittedPipeline, TrainingSet } from "../../core/pipeline.ts";
import { noDataPoison } from "../../core/poison.ts";
import { type Trigger, type TriggerPart, triggerEdits } from "../../core/trigger.ts";
import { wordsOf } from "../../core/text/words.ts";
import type { Rng } from "../../numeric/random.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";
import { rareParts, usualCells, usualWords } from "./choose-trigger.ts";

/** Candidates that are tried, and rows of other classes that each is put into. */
const [mostCandidates, mostHosts] = [200, 40];

/**
 * Of the words or cells that clean rows rarely hold, those that move the clean model towards the answer most: the mean fall of the loss at that answer, over
 * rows of other classes that a candidate is put into, which for a linear model is the gradient in those features times their change. A model that leans
 * towards the answer already has less to learn.
 *
 * @param size words of the phrase, or cells; 0 = what is usual
 * @returns null where no feature can hold one, and for vectors
 */
export function leaningTrigger(clean: TrainingSet, victim: FittedPipeline, answer: number, size: number, rng: Rng): Trigger | null {
  const { model, training } = victim;
  const others = positionsWhere(training.y.length, (i) => training.y[i] !== answer);
  const drawn = rng.fork("hosts").sample(others.length, Math.min(mostHosts, others.length));
  const hosts = Int32Array.from(drawn, (k) => training.row[others[k]]);
  const known = rareParts(clean);
  const picked = rng.fork("candidates").sample(known.length, Math.min(mostCandidates, known.length));
  const candidates = Array.from(picked, (k) => known[k]);
  if (candidates.length === 0 || hosts.length === 0) return null;
  const lossWith = (trigger: Trigger): number => {
    const table = applyToTable(clean.table, { ...noDataPoison, edit: triggerEdits(clean.table, hosts, trigger) });
    const data = victim.encode(table, hosts);
    return model.losses({ ...data, y: new Float64Array(data.y.length).fill(answer) }).reduce((sum, loss) => sum + loss, 0);
  };
  const order = orderBy(Float64Array.from(candidates, (part) => lossWith([part])));
  return joined(
    Array.from(order, (k) => candidates[k]),
    size,
  );
}

/** The first of these words as one phrase, or the first cells of so many columns; as many as usual for a size of 0. */
function joined(parts: readonly TriggerPart[], size: number): Trigger {
  const words = parts.flatMap((part) => (part.kind === "phrase" ? [part] : []));
  if (words.length > 0)
    return [
      {
        ...words[0],
        phrase: joinWords(words.slice(0, size === 0 ? usualWords : size).flatMap(({ phrase }) => wordsOf(phrase))),
      },
    ];
  return parts.filter((part, k) => parts.findIndex(({ column }) => column === part.column) === k).slice(0, size === 0 ? usualCells : size);
}
