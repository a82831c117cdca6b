import type { RowBuilder } from "./row-builder.ts";
import type { TermCounts, Tokenizer } from "./tokens.ts";

/** A vocabulary with its inverse document frequencies. Shapes: idf, terms [features]. */
export interface TfIdf {
  /** Feature of each tokenizer id; −1 = not in the vocabulary. */
  readonly featureOf: Int32Array;
  readonly terms: readonly string[];
  readonly idf: Float64Array;
}

/**
 * Term weights tf · idf with idf = ln((1 + n) / (1 + df)) + 1, rows scaled to length 1: scikit-learn's TfidfVectorizer with its defaults, but
 * for terms in fewer than `minDocuments` documents, which are left out.
 *
 * Ids below `firstNew` belong to the clean table and are in a fixed order; later ones depend on what was encoded before, so they are ordered
 * by their text: the same documents give the same features whatever came before.
 */
export function fitTfIdf(
  documents: readonly TermCounts[],
  tokenizer: Tokenizer,
  options: { minDocuments: number; firstNew: number },
): TfIdf {
  const frequency = new Int32Array(tokenizer.terms.length);
  for (const { ids } of documents) for (let p = 0; p < ids.length; p++) frequency[ids[p]]++;
  const kept: number[] = [];
  for (let id = 0; id < frequency.length; id++) if (frequency[id] >= options.minDocuments) kept.push(id);
  const split = kept.findIndex((id) => id >= options.firstNew);
  const ordered =
    split < 0 ? kept : [...kept.slice(0, split), ...kept.slice(split).sort((a, b) => (tokenizer.terms[a] < tokenizer.terms[b] ? -1 : 1))];
  const featureOf = new Int32Array(frequency.length).fill(-1);
  ordered.forEach((id, feature) => (featureOf[id] = feature));
  const idf = Float64Array.from(ordered, (id) => Math.log((1 + documents.length) / (1 + frequency[id])) + 1);
  return { featureOf, terms: ordered.map((id) => tokenizer.terms[id]), idf };
}

/** Appends one document's weights to a row of a sparse matrix under construction, features ascending from `firstFeature`. */
export function appendTfIdf(out: RowBuilder, { ids, counts }: TermCounts, fitted: TfIdf, firstFeature: number): void {
  const { indices, values } = out;
  const start = out.length;
  let end = start;
  let ascending = true;
  for (let p = 0; p < ids.length; p++) {
    const feature = ids[p] < fitted.featureOf.length ? fitted.featureOf[ids[p]] : -1;
    if (feature < 0) continue;
    const value = counts[p] * fitted.idf[feature];
    if (end > start && indices[end - 1] > firstFeature + feature) ascending = false;
    indices[end] = firstFeature + feature;
    values[end++] = value;
  }
  out.length = end;
  // Before the sum, so that its rounding does not depend on the order in which words were first met.
  if (!ascending) sortEntries(indices.subarray(start, end), values.subarray(start, end));
  let squares = 0;
  for (let p = start; p < end; p++) squares += values[p] * values[p];
  const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares);
  for (let p = start; p < end; p++) values[p] *= scale;
}

/** The terms of a document that are in the vocabulary: features ascending, with their counts. */
export function knownWords({ ids, counts }: TermCounts, { featureOf }: TfIdf): { features: Int32Array; counts: Float64Array } {
  const known = Array.from(ids, (id, p) => ({ feature: id < featureOf.length ? featureOf[id] : -1, count: counts[p] }))
    .filter(({ feature }) => feature >= 0)
    .sort((a, b) => a.feature - b.feature);
  return { features: Int32Array.from(known, ({ feature }) => feature), counts: Float64Array.from(known, ({ count }) => count) };
}

function sortEntries(indices: Int32Array, values: Float64Array): void {
  const pairs = Array.from(indices, (index, p) => ({ index, value: values[p] })).sort((a, b) => a.index - b.index);
  pairs.forEach(({ index, value }, p) => {
    indices[p] = index;
    values[p] = value;
  });
}
