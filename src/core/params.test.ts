import { describe, expect, it } from "vitest";
import { didYouMean } from "./errors.ts";
import { type ParamSpecs, paramsSchema, resolveParams } from "./params.ts";

interface Example {
  fraction: number;
  rounds: number;
  decay: number | "auto";
  loss: "hinge" | "square";
  loud: boolean;
}

const specs: ParamSpecs<Example> = {
  fraction: { type: "number", default: 0.1, min: 0, max: 1, help: "a share" },
  rounds: { type: "number", default: 3, min: 1, max: Infinity, integer: true, help: "how often" },
  decay: { type: "number-or-auto", default: "auto", min: 0, max: 10, help: "how strong" },
  loss: { type: "choice", default: "hinge", options: ["hinge", "square"], help: "which" },
  loud: { type: "boolean", default: false, help: "whether" },
};

describe("resolveParams", () => {
  it("fills in defaults and keeps what is allowed", () => {
    expect(resolveParams("example", specs, { fraction: 1, decay: 2 })).toEqual({
      fraction: 1,
      rounds: 3,
      decay: 2,
      loss: "hinge",
      loud: false,
    });
  });

  it.each([
    [{ fraction: 3 }, "example.fraction must be a number in [0, 1], got 3"],
    [{ fraction: NaN }, "example.fraction must be a number in [0, 1], got null"],
    [{ rounds: 1.5 }, "example.rounds must be a whole number in [1, ∞), got 1.5"],
    [{ decay: "none" }, 'example.decay must be "auto" or a number in [0, 10], got "none"'],
    [{ loss: "log" }, 'example.loss must be one of hinge, square, got "log"'],
    [{ loud: 1 }, "example.loud must be true or false, got 1"],
    [{ fractoin: 1 }, 'example has no parameter "fractoin" (did you mean "fraction"?); allowed: fraction, rounds, decay, loss, loud'],
  ])("refuses %j", (given, message) => {
    expect(() => resolveParams("example", specs, given)).toThrow(message);
  });

  it("describes itself as JSON Schema", () => {
    expect(paramsSchema(specs)).toMatchObject({
      additionalProperties: false,
      properties: {
        fraction: { type: "number", minimum: 0, maximum: 1, default: 0.1 },
        rounds: { type: "integer", minimum: 1 },
        loss: { enum: ["hinge", "square"] },
      },
    });
  });
});

describe("didYouMean", () => {
  it("names the nearest and stays silent when nothing is near", () => {
    expect(didYouMean("lable", ["label", "text"])).toBe(' (did you mean "label"?)');
    expect(didYouMean("LABEL", ["label", "text"])).toBe(' (did you mean "label"?)');
    expect(didYouMean("zebra", ["label", "text"])).toBe("");
  });
});
