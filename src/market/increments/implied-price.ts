/**
 * Prices implied by a calendar spread = front - back (market-rules §7.4). All prices are ticks of one grid that legs and spread
 * share (their common divisor). A quote of zero lots does not exist and implies nothing.
 */

export interface ImpliedQuote {
  readonly priceTicks: number;
  readonly qtyLots: number;
}

export interface TwoSided {
  readonly bid: ImpliedQuote;
  readonly ask: ImpliedQuote;
}

/** Nobody there. */
export const NO_QUOTE: ImpliedQuote = { priceTicks: 0, qtyLots: 0 };

/** Implied out: the spread that both legs make. */
export function impliedSpread(front: TwoSided, back: TwoSided): TwoSided {
  return { bid: difference(front.bid, back.ask), ask: difference(front.ask, back.bid) };
}

/** Implied in: the front leg that spread and back leg make. */
export function impliedFront(spread: TwoSided, back: TwoSided): TwoSided {
  return { bid: sum(spread.bid, back.bid), ask: sum(spread.ask, back.ask) };
}

/** Implied in: the back leg that front leg and spread make. */
export function impliedBack(spread: TwoSided, front: TwoSided): TwoSided {
  return { bid: difference(front.bid, spread.ask), ask: difference(front.ask, spread.bid) };
}

function sum(a: ImpliedQuote, b: ImpliedQuote): ImpliedQuote {
  return joined(a, b, a.priceTicks + b.priceTicks);
}

function difference(a: ImpliedQuote, b: ImpliedQuote): ImpliedQuote {
  return joined(a, b, a.priceTicks - b.priceTicks);
}

function joined(a: ImpliedQuote, b: ImpliedQuote, priceTicks: number): ImpliedQuote {
  const qtyLots = Math.min(a.qtyLots, b.qtyLots);
  return qtyLots > 0 ? { priceTicks, qtyLots } : NO_QUOTE;
}
