// Holds the methods of this example against the contracts that every method of the catalog passes: node examples/own-methods/check.mjs
import { checkAttack, checkDetector } from "theriac";
import { shortTexts, shortestFlip } from "./methods.mjs";

await checkAttack(shortestFlip, { runs: 30 });
await checkDetector(shortTexts, { runs: 30 });
console.log("shortest-flip and short-texts do what they declare");
