import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quotedWhereNeeded, splitUnquoted, unquoted } from "./quoted.ts";

describe("splitUnquoted", () => {
  it.each([
    ["a,b, c", ",", ["a", "b", "c"]],
    ['mlp:hidden="128,64",logistic', ",", ['mlp:hidden="128,64"', "logistic"]],
    ["x:trigger=\"review = 'one, two: three'\":size=2", ":", ["x", "trigger=\"review = 'one, two: three'\"", "size=2"]],
    ["x:answer=don't know,y:answer=it's", ",", ["x:answer=don't know", "y:answer=it's"]],
    ['x:answer="open,y', ",", ['x:answer="open', "y"]],
    ['x:answer="a"b,c', ",", ['x:answer="a"b', "c"]],
    ["", ",", [""]],
  ] as const)("%s at %s", (text, mark, parts) => {
    expect(splitUnquoted(text, mark)).toEqual(parts);
  });
});

describe("quotedWhereNeeded", () => {
  it("writes what is read back as it was, or nothing", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom("a", "'", '"', ",", ":", " ", "=") }), { minLength: 1 }), (values) => {
        const written = values.map(quotedWhereNeeded);
        fc.pre(!written.includes(null));
        const text = written.map((value, k) => `m${k}:p=${value!}:q=1`).join(",");
        const read = splitUnquoted(text, ",").map((part) => splitUnquoted(part, ":").map((word) => unquoted(word.replace(/^\w=/, ""))));
        expect(read.map(([, value]) => value)).toEqual(values);
      }),
    );
  });

  it("leaves plain texts as they are", () => {
    expect(["128", "don't", "a b", "128,64", 'say "x"'].map(quotedWhereNeeded)).toEqual(["128", "don't", "a b", '"128,64"', null]);
  });
});
