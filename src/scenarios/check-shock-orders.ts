/** What the schema of orders and quotes in shocks cannot see: prices by the instrument, and terms that contradict each other. */

import { TwinError } from '../base/index.ts';
import { type InstrumentSpec, PRICE_TICKS_MAX, PRICE_TICKS_MIN, parseTicks } from '../domain/index.ts';
import { listedInstruments } from './listed.ts';
import type { Scenario } from './schema.ts';
import type { OrdersConfig, OrderTerms, QuotesConfig } from './shocks.ts';

/** Problems of the order of a shock and of those that come with it. */
export function orderProblems(shock: OrdersConfig, scenario: Scenario, path: string): string[] {
  const instrument = specsNamed(scenario, [shock.instrument])[0];
  const { oco, exits, onFill, routing, peg, stop, trailTicks } = shock;
  const problems = termProblems(shock, instrument, path);
  if (routing !== 'venue' && (peg !== undefined || trailTicks !== undefined))
    problems.push(`${path}.routing: the venue sets the price of pegs and trailing stops, and routes none`);
  if (routing !== 'venue' && stop !== undefined)
    problems.push(`${path}.routing: a stop is neither routed nor held to the quotes of other venues`);
  if (routing !== 'venue' && (oco !== undefined || exits !== undefined))
    problems.push(
      `${path}.routing: orders of a group and orders with exits are for one venue, which routes none`,
    );
  if (oco !== undefined && exits !== undefined)
    problems.push(`${path}: oco and exits exclude each other: an order is in a group, or has exits`);
  if (oco === undefined && exits === undefined && onFill !== 'reduce')
    problems.push(`${path}: onFill belongs to oco or exits`);
  for (const [name, linked] of Object.entries({ oco, exits }))
    linked?.forEach((order, at) => {
      problems.push(...termProblems(order, instrument, `${path}.${name}[${at}]`));
    });
  return problems;
}

export function quoteProblems(shock: QuotesConfig, scenario: Scenario, path: string): string[] {
  const { bid, ask, behindTicks, protect } = shock;
  const problems: string[] = [];
  const hasPrices = bid !== undefined || ask !== undefined;
  if (hasPrices === (behindTicks !== undefined))
    problems.push(`${path}: quotes have prices (bid, ask) or behindTicks, not both`);
  if (bid !== undefined && ask !== undefined && Number(bid) >= Number(ask))
    problems.push(`${path}.bid: "${bid}" is below the ask "${ask}"`);
  if (protect !== undefined && protect.fillsMax === undefined && protect.lotsMax === undefined)
    problems.push(`${path}.protect: has fillsMax, lotsMax, or both`);
  const quoted = specsNamed(scenario, shock.instruments ?? null);
  if (hasPrices && new Set(quoted.map(({ tickSize }) => tickSize)).size > 1)
    problems.push(`${path}.instruments: have one tickSize where quotes have prices`);
  for (const [name, price] of Object.entries({ bid, ask }))
    if (price !== undefined && quoted[0] !== undefined)
      problems.push(...priceProblems(price, quoted[0], `${path}.${name}`));
  return problems;
}

function termProblems(order: OrderTerms, instrument: InstrumentSpec | undefined, path: string): string[] {
  const { price, stop, ticksThrough, peg, pegOffsetTicks, trailTicks, trailLimitTicks } = order;
  const problems: string[] = [];
  if (instrument !== undefined)
    for (const [name, text] of Object.entries({ price, stop }))
      if (text !== undefined) problems.push(...priceProblems(text, instrument, `${path}.${name}`));
  if (peg !== undefined && trailTicks !== undefined)
    problems.push(`${path}: peg and trailTicks exclude each other`);
  if (peg !== undefined && ticksThrough !== undefined)
    problems.push(`${path}: the cap of a peg is a price, not ticksThrough`);
  if (peg === undefined && pegOffsetTicks !== 0) problems.push(`${path}: pegOffsetTicks belongs to a peg`);
  if (trailTicks !== undefined && (price !== undefined || ticksThrough !== undefined))
    problems.push(`${path}: the venue sets the price of a trailing stop`);
  if (stop !== undefined && (peg !== undefined || trailTicks !== undefined))
    problems.push(`${path}: a stop is neither pegged nor trailing`);
  if (trailTicks === undefined && trailLimitTicks !== undefined)
    problems.push(`${path}: trailLimitTicks belongs to trailTicks`);
  return problems;
}

function priceProblems(price: string, instrument: InstrumentSpec, path: string): string[] {
  try {
    const ticks = parseTicks(instrument, price);
    if (ticks >= PRICE_TICKS_MIN && ticks <= PRICE_TICKS_MAX) return [];
    return [`${path}: "${price}" is at most ${PRICE_TICKS_MAX} ticks of ${instrument.tickSize}`];
  } catch (error) {
    if (!(error instanceof TwinError)) throw error;
    return [`${path}: "${price}" is a multiple of tickSize ${instrument.tickSize}`];
  }
}

/** Listings of symbols, or of products at all their venues; all for null. */
function specsNamed(scenario: Scenario, names: readonly string[] | null): InstrumentSpec[] {
  return listedInstruments(scenario)
    .filter(({ spec, of }) => names === null || names.includes(spec.symbol) || names.includes(of.symbol))
    .map(({ spec }) => spec);
}
