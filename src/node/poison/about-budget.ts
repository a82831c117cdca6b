import { type AskedBudget, type StudyBudgets, countedAt, askedAs } from "../../study/budgets.ts";

/** What a patch remembers of its budget, the first of a study; `budget` is there where it was asked for as a count, and names the copy. */
export function aboutBudget({ budgets: [budgetFraction], counted }: StudyBudgets): { budgetFraction: number; budget?: AskedBudget } {
  const own = countedAt(counted, budgetFraction);
  return { budgetFraction, ...(own === undefined ? {} : { budget: askedAs(own) }) };
}
