import type { MethodInfo } from "../../core/method.ts";
import { type Chosen, methodOf } from "../../study/config.ts";
import { choose, isSaid, textOfChoice } from "./choose-method.ts";

/** Said where the command line has no option for what was asked. */
export const ownParametersNote =
  "Some methods were given parameters of their own, which a configuration file can hold (--config) and the command above does not; manifest.json has them.";

/** Whether the command line can name a method with the parameters that it has. */
export function isWritable(chosen: Chosen, methods: readonly MethodInfo[]): boolean {
  if (methods.every(({ id }) => id !== chosen.id)) return false;
  const { params } = choose("method", methods, textOfChoice(chosen, methods));
  const { params: specs } = methodOf("method", methods, chosen.id);
  const said = (given: unknown): string => JSON.stringify(Object.entries(given as object).filter(([name]) => isSaid(specs[name])));
  return said(params) === said(chosen.params);
}
