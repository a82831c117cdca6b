import type { MethodInfo } from "../../core/method.ts";
import { resolveParams } from "../../core/params.ts";
import type { Chosen } from "../../study/config.ts";

/** Said where the command line has no option for what was asked. */
export const ownParametersNote =
  "Some methods were given parameters of their own, which a configuration file can hold (--config) and the command above does not; manifest.json has them.";

/** Whether a method has the parameters that it has by default. */
export function hasDefaults({ id, params }: Chosen, methods: readonly MethodInfo[]): boolean {
  const method = methods.find((one) => one.id === id);
  return method !== undefined && JSON.stringify(params) === JSON.stringify(resolveParams(id, method.params));
}
