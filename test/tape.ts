/** Scalars that remember how they were made, for derivatives that share no code with what they check. */
export interface Scalar {
  readonly value: number;
  slope: number;
  readonly from: readonly { readonly scalar: Scalar; readonly local: number }[];
}

export function constant(value: number): Scalar {
  return { value, slope: 0, from: [] };
}

export const add = (a: Scalar, b: Scalar): Scalar => made(a.value + b.value, [a, 1], [b, 1]);
export const times = (a: Scalar, b: Scalar): Scalar => made(a.value * b.value, [a, b.value], [b, a.value]);
export const relu = (a: Scalar): Scalar => made(Math.max(0, a.value), [a, a.value > 0 ? 1 : 0]);
export const exp = (a: Scalar): Scalar => made(Math.exp(a.value), [a, Math.exp(a.value)]);
export const log = (a: Scalar): Scalar => made(Math.log(a.value), [a, 1 / a.value]);
export const sum = (all: readonly Scalar[]): Scalar => all.reduce(add, constant(0));

function made(value: number, ...from: (readonly [Scalar, number])[]): Scalar {
  return { value, slope: 0, from: from.map(([scalar, local]) => ({ scalar, local })) };
}

/** Adds to the slope of every scalar that `top` was made of. */
export function differentiate(top: Scalar): void {
  const order: Scalar[] = [];
  const seen = new Set<Scalar>();
  const visit = (scalar: Scalar): void => {
    if (seen.has(scalar)) return;
    seen.add(scalar);
    for (const { scalar: below } of scalar.from) visit(below);
    order.push(scalar);
  };
  visit(top);
  top.slope = 1;
  for (const scalar of order.reverse()) for (const { scalar: below, local } of scalar.from) below.slope += scalar.slope * local;
}
