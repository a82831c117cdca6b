interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** The part of the standard that is used here; the pure layers know no ambient types. */
declare const WebAssembly: {
  readonly Memory: new (size: { initial: number }) => Memory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

export interface KernelMemory {
  readonly floats: Float64Array<ArrayBuffer>;
  readonly integers: Int32Array<ArrayBuffer>;
}

/** Compiled kernels and the one memory that they work in. */
export interface WasmModule<T> {
  readonly kernels: T;
  /** The memory, at least so large. It is scratch, which whoever calls lays out anew; who wants to find it again as it was left has to know that nobody called since. Growing it replaces both views. */
  memory(bytes: number): KernelMemory;
}

const pageBytes = 65_536;

export function openWasm<T>(bytes: Uint8Array<ArrayBuffer>): WasmModule<T> {
  const memory = new WebAssembly.Memory({ initial: 16 });
  let views = viewsOf(memory.buffer);
  return {
    kernels: new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports as T,
    memory(needed) {
      const missing = needed - memory.buffer.byteLength;
      if (missing > 0) {
        memory.grow(Math.ceil(missing / pageBytes));
        views = viewsOf(memory.buffer);
      }
      return views;
    },
  };
}

function viewsOf(buffer: ArrayBuffer): KernelMemory {
  return { floats: new Float64Array(buffer), integers: new Int32Array(buffer) };
}
