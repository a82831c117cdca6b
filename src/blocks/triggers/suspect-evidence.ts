import { logTail } from "../../numeric/statistics/binomial-tail.ts";
import { type LabelView, clippedDenial } from "./label-view.ts";
import { type Suspect, honestShift } from "./suspect-expressions.ts";

/** Rows of a trigger are denied as those of other labels are, but for so many standard errors. */
const lessDenied = 1.5;
/** Without the word that denies it most the label may be likelier by so much. */
const oneWordLess = 0.1;
/** In a shorter text every word says more: as the values of tf · idf do, with the root of how much shorter it is than so many words. */
const longText = 50;

/**
 * −ln of the chance that so many of its rows bear the label if an honest word doubled the odds, by rows that nothing explains yet, one of each flood; 0 where the rest
 * of its labelled rows does not deny the label, or less than that of rows of other labels does: an honest word may do more than double the odds, but stands in rows of its label. In
 * short texts an honest word adds more.
 */
export function natsOf(
  { rows, logits, shift, mostChance }: Suspect,
  { isOf, floodOf, priorOdds, denied, length }: LabelView,
  explained: Uint8Array,
  floodSeen: Int32Array,
  stamp: number,
): number {
  const kept = new Float64Array(rows.length);
  let count = 0;
  let observed = 0;
  let chances = 0;
  let denial = 0;
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r];
    if (explained[row] === 1) continue;
    if (floodOf[row] >= 0) {
      if (floodSeen[floodOf[row]] === stamp) continue;
      floodSeen[floodOf[row]] = stamp;
    }
    kept[count++] = logits[r] + honestShift * Math.max(0, Math.sqrt(longText / length[row]) - 1);
    if (isOf[row] === 0) continue;
    observed++;
    chances += 1 / (1 + Math.exp(-logits[r]));
    denial += clippedDenial(priorOdds - logits[r]);
  }
  const isDenied =
    chances <= mostChance * observed && denial / observed >= denied.mean - (lessDenied * denied.deviation) / Math.sqrt(observed);
  return observed > 0 && isDenied ? logTail(kept, count, shift, observed) : 0;
}

/**
 * Whether the rest of the labelled rows that nothing explains yet denies their label even without the word of each that denies it most: honest words turn each other round (not great). A
 * text that has no other words is denied by nothing, whatever a model says of no words.
 */
export function isDeniedByMore(suspects: readonly Suspect[], { isOf, length, nothing }: LabelView, explained: Uint8Array): boolean {
  let most = 0;
  let count = 0;
  let chances = 0;
  for (const { rows, logits, oneWord, places, mostChance } of suspects) {
    const own = places.reduce((sum, place) => sum + place.length, 0);
    for (let r = 0; r < rows.length; r++) {
      const row = rows[r];
      if (isOf[row] === 0 || explained[row] === 1) continue;
      most += mostChance;
      count++;
      const unsaid = Math.min(0, nothing[row]) * Math.min(1, own / length[row]);
      chances += 1 / (1 + Math.exp(unsaid - logits[r] - oneWord[r]));
    }
  }
  return chances <= most + oneWordLess * count;
}
