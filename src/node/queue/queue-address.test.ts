import { describe, expect, it } from "vitest";
import { parseQueue } from "./queue-address.ts";

describe("the address of a queue", () => {
  it("is said without user, password and settings", () => {
    const { shown, scrub } = parseQueue("postgres://me:s3cret%2Fword@db.example:5433/studies?sslpassword=hush-hush");
    expect(shown).toBe("postgres://db.example:5433/studies");
    for (const said of [
      "s3cret/word",
      "s3cret%2Fword",
      "hush-hush",
      "postgres://me:s3cret%2Fword@db.example:5433/studies?sslpassword=hush-hush",
    ])
      expect(scrub(`no: ${said} is wrong`)).toBe("no: … is wrong");
  });

  it.each(["postgres//me:s3cret@db", "s3cret", "mysql://me:s3cret@db/x", "postgres://me:s3cret@db:port/x"])(
    "%s is refused, and not repeated",
    (text) => {
      let message = "";
      try {
        parseQueue(text);
      } catch (error) {
        message = (error as Error).message;
      }
      expect(message).toMatch(/^--queue must b/);
      expect(message).not.toContain("s3cret");
    },
  );
});
