import { CancelledError, NumericalError, StorageError, UsageError } from "../../core/errors.ts";
import type { MethodInfo } from "../../core/method.ts";
import { parseExactly, stringifyExactly } from "../schemas/exact-json.ts";
import { describeIssue } from "../schemas/describe-issue.ts";
import { patchSchema } from "../schemas/run-poison-file.ts";

type Call = (...args: readonly unknown[]) => unknown;
type Method = MethodInfo & { readonly kind: string };

/** What is asked before anything is run: an error there is a wrong request. */
const asked = ["refuses", "atQuick", "lacks"];
/** What else a function of a method has to give, in words; null where it does. */
const looks: Readonly<Record<string, (given: unknown) => string | null>> = {
  poison: patchFault,
  score: (given) => (ArrayBuffer.isView((given as { readonly values?: unknown } | null)?.values) ? null : "gave no scores: { values }"),
  repair: (given) => (typeof given === "object" && given !== null ? null : "gave nothing that was repaired"),
  fit: (given) =>
    typeof (given as { readonly scores?: unknown } | null)?.scores === "function" ? null : "gave no model: it has no scores",
};

/**
 * A method of somebody's own whose faults are its own: whatever it throws, and what it gives that is nothing of the kind, fails the trial, says whose fault it is and
 * ends no audit.
 *
 * @param file the module that it stands in, as messages call it
 */
export function holdFaults<M extends Method>(file: string, method: M): M {
  const whose = `${method.kind} ${method.id} of ${file}`;
  const held: Record<string, unknown> = {};
  const own = method as unknown as Readonly<Record<string, unknown>>;
  for (const name of namesOf(method)) {
    const value = own[name];
    held[name] =
      typeof value === "function"
        ? holdCall(whose, value.bind(method) as Call, {
            isAsked: asked.includes(name),
            // Only what a method of this kind gives is known.
            look: method.kind === kindOf[name] ? looks[name] : undefined,
            holdsResult: name === "fit",
          })
        : value;
  }
  return held as unknown as M;
}

const kindOf: Readonly<Record<string, string>> = { poison: "attack", score: "detector", repair: "repair", fit: "learner" };

function namesOf(method: object): Set<string> {
  const names = new Set<string>();
  for (let at: object | null = method; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at) as object | null)
    for (const name of Object.getOwnPropertyNames(at)) if (name !== "constructor") names.add(name);
  return names;
}

interface Holding {
  readonly isAsked: boolean;
  readonly look?: ((given: unknown) => string | null) | undefined;
  readonly holdsResult: boolean;
}

function holdCall(whose: string, call: Call, { isAsked, look, holdsResult }: Holding): Call {
  const fail = (error: unknown): never => {
    if (isKnown(error)) throw error;
    const text = `${whose} threw ${error instanceof Error ? `${error.name}: ${error.message}` : `what is no error: ${String(error)}`}`;
    throw isAsked ? new UsageError(text) : new NumericalError(text);
  };
  const taken = (given: unknown): unknown => {
    const fault = look?.(given) ?? null;
    if (fault !== null) throw new NumericalError(`${whose} ${fault}`);
    if (holdsResult) holdModel(whose, given as Record<string, unknown>);
    return given;
  };
  return (...args) => {
    let given: unknown;
    try {
      given = call(...args);
    } catch (error) {
      return fail(error);
    }
    return given instanceof Promise ? given.then(taken, fail) : taken(given);
  };
}

/** Its functions, in place: what else knows the model knows the same one. One that is frozen stays as it is. */
function holdModel(whose: string, model: Record<string, unknown>): void {
  if (heldModels.has(model) || !Object.isExtensible(model)) return;
  heldModels.add(model);
  for (const name of ["scores", "probabilities", "losses", "represent"]) {
    const value = model[name];
    if (typeof value === "function")
      Object.defineProperty(model, name, {
        value: holdCall(whose, value.bind(model) as Call, { isAsked: false, holdsResult: false }),
        ...{ configurable: true, writable: true, enumerable: true },
      });
  }
}

const heldModels = new WeakSet();

/** The module may have come by classes of another copy of Theriac. */
function isKnown(error: unknown): boolean {
  return [NumericalError, UsageError, CancelledError, StorageError].some(
    (known) => error instanceof known || (error instanceof Error && error.name === known.name && error.constructor.name === known.name),
  );
}

/** Looked at as it would be read from the file of a patch. */
function patchFault(given: unknown): string | null {
  let read: unknown;
  try {
    read = given === undefined ? null : parseExactly(stringifyExactly(given));
  } catch (error) {
    return `gave a patch that cannot be written: ${String(error)}`;
  }
  const { success, error } = patchSchema.safeParse(read);
  return success ? null : `gave no patch: ${describeIssue(error.issues[0], read)}`;
}
