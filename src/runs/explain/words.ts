/** Parts of sentences that the outcome and the rest of an explanation share. */

import { formatCount } from '../report/format.ts';
import type { Place } from './explanation.ts';

export function lotsText(lots: number): string {
  return `${formatCount(lots)} lot${lots === 1 ? '' : 's'}`;
}

export function ticksText(ticks: number): string {
  return `${formatCount(ticks)} tick${ticks === 1 ? '' : 's'}`;
}

/** Lots and orders ahead: "140 lots in 3 orders", "nothing". */
export function aheadText({ ordersAhead, displayedLotsAhead, hiddenLotsAhead }: Place): string {
  if (ordersAhead === 0) return 'nothing';
  const hidden = hiddenLotsAhead > 0 ? ` (${formatCount(hiddenLotsAhead)} not displayed)` : '';
  const orders = `${formatCount(ordersAhead)} order${ordersAhead === 1 ? '' : 's'}`;
  return `${lotsText(displayedLotsAhead + hiddenLotsAhead)}${hidden} in ${orders}`;
}

/** A range of prices; null leaves an end open. */
export function bandText(low: number | null, high: number | null, price: (ticks: number) => string): string {
  if (low === null) return high === null ? 'open' : `up to ${price(high)}`;
  return high === null ? `from ${price(low)} up` : `${price(low)} to ${price(high)}`;
}

/** A name in the words of people: hiddenMaker as hidden maker. */
export function wordsOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
