import { createRequire } from "node:module";
import { installCommand, loadOptionalPackage } from "../optional-package.ts";

/** The part of onnxruntime-node that is used here; the package is optional, so its own types may be absent. */
export interface Runtime {
  readonly Tensor: new (type: "float32", values: Float32Array, dims: readonly number[]) => Tensor;
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> };
}

export interface Tensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

export interface Session {
  run(inputs: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
  release(): Promise<void>;
}

const packageName = "onnxruntime-node";

/** Why there is no native runtime here, in words; null where it is installed. */
export function missingRuntime(): string | null {
  try {
    createRequire(import.meta.url).resolve(packageName);
    return null;
  } catch {
    return `it needs the optional package ${packageName}, which is not installed here; this installs it: ${installCommand(packageName)}`;
  }
}

/** The native runtime, loaded when it is first asked for. @throws UsageError where it is not installed for this platform */
export function loadRuntime(): Promise<Runtime> {
  return loadOptionalPackage<Runtime>(packageName, "networks");
}

/** One thread inside an operator: the same sums in the same order, whatever else the machine does. */
export function openSession(runtime: Runtime, model: Uint8Array): Promise<Session> {
  return runtime.InferenceSession.create(model, {
    executionProviders: ["cpu"],
    executionMode: "sequential",
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
  });
}
