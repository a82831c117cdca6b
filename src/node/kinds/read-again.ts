import { UsageError } from "../../core/errors.ts";
import { type OwnModule, methodsIn, modulesOf, ownModules } from "../methods/own-methods.ts";
import { refuseGone } from "../read/find/standard-input.ts";
import type { AnyManifest } from "../runs/manifest.ts";
import type { AuditKind, Reading } from "./audit-kind.ts";

/** What has to be known of a study to go on with it. */
export type BegunStudy = Pick<AnyManifest, "read" | "data" | "identity" | "study" | "methods">;

/**
 * Reads the data of a study again.
 *
 * @param whose what was begun with them, as messages call it
 * @throws UsageError where the data are not what it was begun with
 */
export async function readAgain<I>(kind: AuditKind<any, any, any, I>, whose: string, begun: BegunStudy): Promise<I> {
  refuseGone(whose, begun.read.data);
  const read: Reading = await kind.read(begun.read);
  const changed = read.files.find((file, i) => file.sha256 !== begun.data.files[i]?.sha256);
  if (changed !== undefined || read.files.length !== begun.data.files.length)
    throw new UsageError(`${changed?.path ?? begun.read.data} is not what ${whose} was begun with: the data have changed since`);
  const own = modulesOf(methodsIn(begun.study));
  const other = begun.methods?.find(({ sha256 }) => own.every((module) => module.sha256 !== sha256));
  if (other !== undefined) throw new UsageError(`${other.path} is not what ${whose} was begun with: the module has changed since`);
  if (JSON.stringify(identityWith(kind.identityOf(read), own)) !== JSON.stringify(begun.identity))
    throw new UsageError(`${whose}: the manifest was changed, so its trials cannot be told from others`);
  return kind.inputOf(read, begun.study);
}

/** A run says which modules it used, and never loads them: whoever opens it does. @throws UsageError where one of them was not named */
export function refuseUnknownMethods(whose: string, { methods = [] }: Pick<AnyManifest, "methods">): void {
  const unknown = methods.filter((module) =>
    ownModules().every(({ sha256, path: own }) => sha256 !== module.sha256 && own !== module.path),
  );
  if (unknown.length > 0)
    throw new UsageError(
      `${whose} used methods of one's own, and no run loads code by itself: name ${unknown.map((module) => module.path).join(" and ")} with --methods`,
    );
}

/** Methods of one's own shape the trials by their code. */
export function identityWith(identity: unknown, own: readonly OwnModule[]): unknown {
  return own.length === 0 ? identity : { ...(identity as object), methods: own.map(({ sha256 }) => sha256) };
}
