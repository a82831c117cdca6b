import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { reluNetwork } from "../../blocks/network/relu-network.ts";
import { UsageError } from "../../core/errors.ts";
import { makeRng } from "../../numeric/random.ts";
import { smallData } from "../../../test/small-data.ts";
import { readNetwork } from "./read-network.ts";
import { loadRuntime, missingRuntime, openSession } from "./runtime.ts";

const folder = mkdtempSync(join(tmpdir(), "theriac-onnx-"));
afterAll(() => rmSync(folder, { recursive: true }));

// A writer of its own, so that the reader is not held against itself.
const varint = (value: number): number[] => (value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]);
const whole = (number: number, value: number): Buffer => Buffer.from([...varint(number * 8), ...varint(value)]);
const part = (number: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(body.length)]), body]);
};
const text = (number: number, value: string): Buffer => part(number, Buffer.from(value));
const tensor = (name: string, shape: readonly number[], values: readonly number[], ...more: Buffer[]): Buffer =>
  part(
    5,
    ...shape.map((side) => whole(1, side)),
    whole(2, 1),
    text(8, name),
    part(9, Buffer.from(Float32Array.from(values).buffer)),
    ...more,
  );
const node = (op: string, inputs: readonly string[], output: string, ...more: Buffer[]): Buffer =>
  part(1, ...inputs.map((name) => text(1, name)), text(2, output), text(4, op), ...more);
const flag = (name: string, value: number): Buffer => part(5, text(1, name), whole(3, value), whole(20, 2));
const port = (number: number, name: string, width: number): Buffer =>
  part(number, text(1, name), part(2, part(1, whole(1, 1), part(2, part(1, text(2, "rows")), part(1, whole(1, width))))));
const model = (...parts: readonly Buffer[]): Buffer =>
  Buffer.concat([whole(1, 8), part(7, ...parts, text(2, "g")), part(8, text(1, ""), whole(2, 13))]);

const rng = makeRng("onnx");
const draw = (count: number): number[] => Array.from({ length: count }, () => Math.fround(rng.normal()));
const [w0, b0, w1, b1, w2] = [draw(12), draw(4), draw(20), draw(5), draw(10)];
const good = [
  port(11, "x", 3),
  node("Gemm", ["x", "w0", "b0"], "z0", flag("transB", 1)),
  node("Relu", ["z0"], "h0"),
  node("MatMul", ["h0", "w1"], "m1"),
  node("Add", ["m1", "b1"], "z1"),
  node("Relu", ["z1"], "h1"),
  tensor("w0", [4, 3], w0),
  tensor("b0", [4], b0),
  tensor("w1", [4, 5], w1),
  tensor("b1", [5], b1),
];
const head = [node("MatMul", ["h1", "w2"], "answer"), tensor("w2", [5, 2], w2)];

let files = 0;
function write(bytes: Buffer): string {
  const path = join(folder, `${files++}.onnx`);
  writeFileSync(path, bytes);
  return path;
}

describe("an encoder in an ONNX file", () => {
  it.skipIf(missingRuntime() !== null)("says what onnxruntime says, with or without the head that follows it", async () => {
    const data = smallData({ seed: 1, rows: 6, cols: 3, classes: 2, sparse: false, weighted: false });
    const runtime = await loadRuntime();
    const session = await openSession(runtime, model(...good, port(12, "h1", 5)));
    const x = new runtime.Tensor("float32", Float32Array.from((data.x as { data: Float64Array }).data), [6, 3]);
    const expected = (await session.run({ x }))["h1"].data;
    for (const bytes of [model(...good, port(12, "h1", 5)), model(...good, ...head, port(12, "answer", 2))]) {
      const { sizes, theta } = readNetwork(write(bytes));
      expect(sizes).toEqual([3, 4, 5]);
      const shape = { sizes: [...sizes, 1], loss: "square" as const };
      const network = reluNetwork({
        shape,
        theta: Float64Array.from([...theta, ...new Array<number>(6).fill(0)]),
        features: data.features,
        target: { kind: "real" },
      });
      network.represent?.(data).data.forEach((value, p) => expect(value).toBeCloseTo(expected[p], 5));
    }
  });

  it("is refused in words where it is anything else", () => {
    const [input, gemm, relu, ...rest] = good;
    const external = part(13, text(1, "location"), text(2, "../../etc/passwd"));
    const cases: readonly (readonly [Buffer, string])[] = [
      [model(input, gemm, relu, tensor("w0", [4, 3], w0, external), tensor("b0", [4], b0)), "lie in another file"],
      [model(input, gemm, relu, tensor("w0", [4, 3], w0, whole(14, 1)), tensor("b0", [4], b0)), "lie in another file"],
      [model(...good, node("Loop", ["h1"], "out")), 'operator "Loop" is not among'],
      [model(...good, node("Relu", ["h1"], "out", text(7, "evil.domain"))), 'operator "evil.domain.Relu" is not among'],
      [model(...good, node("Relu", ["h1"], "out", part(5, text(1, "body"), part(6)))), "graphs within graphs"],
      [model(...good, node("Relu", ["x"], "out")), "it must be one chain"],
      [model(input, port(11, "y", 3), ...good.slice(1)), "one input, and has 2"],
      [model(input, gemm, relu, tensor("w0", [4, 3], w0.slice(1)), tensor("b0", [4], b0)), "shape 4 × 3 holds 11 numbers"],
      [model(input, gemm, relu, tensor("w0", [2 ** 40, 2 ** 40], w0), tensor("b0", [4], b0)), "holds 12 numbers"],
      [model(input, gemm, relu, tensor("w0", [4, 3], w0), tensor("b0", [3], b0.slice(1))), "a layer of 4 units has 3 biases"],
      [model(input, gemm, relu, tensor("w0", [4, 3], [...w0.slice(1), NaN]), tensor("b0", [4], b0)), "not finite"],
      [model(input, relu, ...rest), "it must be one chain"],
      [model(input, gemm, ...good.slice(6)), "no layer with a relu"],
      [model(...good, part(15)), "sparse tensors"],
      [Buffer.concat([model(...good), part(25)]), "functions or training graphs"],
      [Buffer.from("not protobuf at all"), "is no ONNX file, or cut off"],
      [Buffer.alloc(0), "one graph"],
    ];
    for (const [bytes, message] of cases) expect(() => readNetwork(write(bytes))).toThrow(message);
    expect(() => readNetwork(join(folder, "nowhere.onnx"))).toThrow("cannot be read");
    expect(() => readNetwork(folder)).toThrow("is no file");
    const huge = write(Buffer.alloc(0));
    truncateSync(huge, 300 * 2 ** 20);
    expect(() => readNetwork(huge)).toThrow("an encoder may have");
  });

  it("is refused and never crashes, wherever it is cut off or whatever byte of it is changed", () => {
    const whole = model(...good);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, change, isCut) => {
        const bytes = Buffer.from(isCut ? whole.subarray(0, at) : whole);
        if (!isCut) bytes[at] ^= change;
        try {
          const { sizes, theta } = readNetwork(write(bytes));
          expect(theta.every(Number.isFinite) && sizes.length > 1).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
      { numRuns: 400 },
    );
  });
});
