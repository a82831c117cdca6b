import { UsageError } from "../../../core/errors.ts";
import type { RawVectors } from "../raw.ts";
import type { ReadRequest } from "../request.ts";

export interface ChosenVectors {
  /** Columns of vectors that the model learns from, in the order of the file. */
  readonly features: readonly string[];
  /** The request without them. */
  readonly request: ReadRequest;
  /** Whether nothing else is to be learned from, or others may be; absent where no vectors are learned from. */
  readonly vectors?: "alone" | "beside";
}

/** Vectors are features unless others are named; they can be nothing else. @throws UsageError where another role is asked of them */
export function chooseVectors(request: ReadRequest, vectors: readonly RawVectors[]): ChosenVectors {
  const names = vectors.map(({ name }) => name);
  const { labels, text, task, source, id } = request;
  const roles = { label: labels, text, task: [task], source: [source], id: [id] };
  for (const [role, given] of Object.entries(roles)) {
    const wrong = given.find((name) => name !== undefined && names.includes(name));
    if (wrong !== undefined)
      throw new UsageError(`--${role} "${wrong}" is a column of lists of numbers: it can be a feature and nothing else`);
  }
  const isOther = (name: string): boolean => !names.includes(name);
  const plain = { ...request, features: request.features.filter(isOther), drop: request.drop.filter(isOther) };
  const isNamed = request.features.length > 0 || text.length > 0;
  const features = names.filter((name) => (isNamed ? request.features.includes(name) : !request.drop.includes(name)));
  if (features.length === 0) return { features, request: plain };
  return { features, request: plain, vectors: isNamed && plain.features.length === 0 && text.length === 0 ? "alone" : "beside" };
}
