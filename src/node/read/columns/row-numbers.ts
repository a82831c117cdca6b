import type { NumberProfile } from "../profile.ts";

/** Whether a column counts the rows in their order, by any whole step; a few cells may be missing. */
export function countsRows({ values, allDistinct }: NumberProfile): boolean {
  if (!allDistinct || values.length < 10) return false;
  let first = -1;
  let step = NaN;
  for (let row = 0; row < values.length; row++) {
    if (Number.isNaN(values[row])) continue;
    if (first < 0) first = row;
    else if (Number.isNaN(step)) step = (values[row] - values[first]) / (row - first);
    else if (values[row] !== values[first] + step * (row - first)) return false;
  }
  return Number.isInteger(step) && step !== 0;
}

/** Names that indexes bear: of pandas, of R, of people. */
export function isIndexName(name: string): boolean {
  return /^(unnamed: ?\d+(\.\d+)*|__index_level_\d+__|level_\d+|index|idx|row|rows?[ _.-]?(id|no|num|nr|number|names?|index)|rownames|record([ _-]?(id|no|number))?|#|no\.?|nr\.?|num|s\.? ?no\.?|sr\.? ?no\.?|serial([ _-]?(no|number))?|obs|\.\.\.\d+|.*[_ -]index)$/i.test(
    name.trim(),
  );
}

/** Names of what identifies rows, if no value stands twice. */
export function isIdName(name: string): boolean {
  return (
    /^(id|uuid|guid|key|.*[_ .-]id|.*[a-z]I[dD]|id[_ .-].*)$/i.test(name.trim()) &&
    !/^(valid|grid|paid|void|acid|fluid|solid|rapid|bid|kid|mid|lid)$/i.test(name.trim())
  );
}
