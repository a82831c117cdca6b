/** How often an account that lies gives a wrong label. */
export const lieShares = [0.2, 0.35, 0.5, 0.7, 0.9];

/** ln(share · e^nats + 1 − share), whatever the size of nats. */
export function lnMixed(nats: number, share: number): number {
  return nats > 30 ? nats + Math.log(share) : Math.log(share * Math.exp(nats) + 1 - share);
}

/** Chance of what has this share beforehand and is likelier by so many nats. */
export function posterior(nats: number, share: number): number {
  return share / (share + (1 - share) * Math.exp(-nats));
}
