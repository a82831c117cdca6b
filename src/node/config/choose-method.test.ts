import { describe, expect, it } from "vitest";
import { catalog } from "../../catalog.ts";
import { choose, textOfChoice } from "./choose-method.ts";

describe("a method by name with parameters of its own", () => {
  it("is read as a configuration would give it, and written so again", () => {
    const chosen = choose("attack", catalog.attacks, "gradient-injection:steps=12:objective=validation");
    expect(chosen).toEqual(choose("attack", catalog.attacks, { id: "gradient-injection", params: { steps: 12, objective: "validation" } }));
    expect(textOfChoice(chosen, catalog.attacks)).toBe("gradient-injection:objective=validation:steps=12");
    expect(textOfChoice(choose("attack", catalog.attacks, "gradient-injection"), catalog.attacks)).toBe("gradient-injection");
  });

  it("keeps a number apart from a word where both are allowed", () => {
    expect(choose("learner", catalog.learners, "logistic:weightDecay=0.1").params).toMatchObject({ weightDecay: 0.1 });
    expect(choose("learner", catalog.learners, "logistic:weightDecay=auto").params).toMatchObject({ weightDecay: "auto" });
  });

  it("is refused with the parameter and what is allowed", () => {
    expect(() => choose("attack", catalog.attacks, "alfa:round=3")).toThrow(/alfa has no parameter "round".*allowed: rounds/);
    expect(() => choose("attack", catalog.attacks, "alfa:rounds=some")).toThrow(/alfa.rounds must be .*, got "some"/);
    expect(() => choose("attack", catalog.attacks, "alfa:rounds")).toThrow(/name=value/);
    expect(() => choose("attack", catalog.attacks, "alfaa:rounds=3")).toThrow(/there is no attack "alfaa"/);
  });
});
