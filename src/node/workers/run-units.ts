import { UsageError } from "../../core/errors.ts";
import type { UnitRunner } from "../kinds/scannable.ts";
import { share } from "../kinds/share.ts";
import { ownModules } from "../methods/own-methods.ts";
import { type PoolOptions, type WorkerPool, openPool } from "./worker-pool.ts";

/** What the worker of units is started with. */
export interface UnitData {
  /** The module that exports the kind of this id. */
  readonly module: string;
  readonly id: string;
  readonly input: unknown;
  /** Modules whose methods join the catalog first. */
  readonly methods: readonly string[];
}

export interface UnitTask {
  readonly place: number;
  readonly unit: object;
}

export interface UnitDone {
  readonly result: object;
}

/** Worker threads for the units of one job; they start with the first and stay until they are closed. */
export interface UnitPool extends UnitRunner {
  close(): Promise<void>;
}

/** @param data plain data, shared with all workers @throws UsageError where a worker dies: what it was running is not known, and no result stands for it */
export function openUnits(kind: { readonly id: string; readonly module: string }, data: object, options: PoolOptions): UnitPool {
  let pool: WorkerPool<UnitTask, UnitDone> | null = null;
  const open = (): WorkerPool<UnitTask, UnitDone> => {
    const input: UnitData = { ...kind, input: share(data), methods: ownModules().map(({ path }) => path) };
    return openPool<UnitTask, UnitDone>(
      {
        script: new URL("./unit-worker.js", import.meta.url),
        data: input,
        groupOf: () => "",
        isTuned: false,
        died(_, error) {
          throw new UsageError(`${error}; try fewer --jobs`);
        },
      },
      options,
    );
  };
  return {
    async run<U extends object, R extends object>(units: readonly U[], onStart?: (unit: U) => void): Promise<R[]> {
      pool ??= open();
      const out = new Array<R>(units.length);
      await pool.run(
        units.map((unit, place) => ({ place, unit })),
        {
          onStart: ({ unit }) => onStart?.(unit as U),
          onDone({ place }, { result }) {
            out[place] = result as R;
          },
        },
      );
      return out;
    },
    close: async () => pool?.close(),
  };
}
