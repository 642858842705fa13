/** Tables of what happened in the sessions of an instrument. Long ones show their first rows and say how many follow. */

import type { InstrumentSpec } from '../../../domain/index.ts';
import { formatCount, formatDuration, formatPrice } from '../format.ts';
import { type Html, type HtmlPart, html } from '../html.ts';
import { table } from '../parts.ts';
import { clockText, type RunClock } from './run-clock.ts';
import type {
  AuctionResult,
  Halt,
  Kept,
  LimitStateChange,
  SessionSummary,
  StateChange,
} from './session-summary.ts';
import { lookOf } from './state-looks.ts';
import { AUCTION_WORDS, CAUSE_WORDS, limitStateWords, noPriceWords, ruleWords } from './words.ts';

/** Rows of a table. */
export const ROWS_MAX = 60;

/** The tables that have rows: none for what did not happen. */
export function sessionTables(spec: InstrumentSpec, sessions: SessionSummary, clock: RunClock): Html {
  const { auctions, reopenings, changes, halts, limitStates } = sessions;
  const beside = [
    keptTable('State changes', ['Time', 'State', 'Cause and rule'], changes, (change) =>
      changeRow(change, clock),
    ),
    keptTable('Halts and interruptions', ['From', 'Until', 'Lasted', 'State', 'Rule'], halts, (halt) =>
      haltRow(halt, clock),
    ),
    keptTable('Limit states and restrictions', ['Time', 'What', 'Price', 'Rule'], limitStates, (change) =>
      limitStateRow(spec, change, clock),
    ),
  ];
  const auctionRow = (auction: AuctionResult): HtmlPart[] => auctionCells(spec, auction, clock);
  return html`<div class="tall">${keptTable('Auctions', AUCTION_COLUMNS, auctions, auctionRow, [2, 3, 4, 5])}
${keptTable('Reopening auctions', AUCTION_COLUMNS, reopenings, auctionRow, [2, 3, 4, 5])}</div><div class="tables broad tall">${beside}</div>`;
}

const AUCTION_COLUMNS = ['Time', 'Auction', 'Price', 'Lots', 'Imbalance, lots', 'Trades'];

function auctionCells(spec: InstrumentSpec, auction: AuctionResult, clock: RunClock): HtmlPart[] {
  const { timeNs, kind, priceTicks, noPrice, volumeLots, imbalanceLots, imbalanceSide, trades } = auction;
  // Recordings tell of a cross no more than its price and volume.
  const isTold = trades > 0 || volumeLots === 0;
  return [
    clockText(clock, timeNs),
    AUCTION_WORDS[kind],
    priceTicks === null ? noPriceWords(noPrice) : formatPrice(spec, priceTicks),
    formatCount(volumeLots),
    !isTold ? '–' : imbalanceSide === null ? 'none' : `${formatCount(imbalanceLots)} to ${imbalanceSide}`,
    isTold ? formatCount(trades) : '–',
  ];
}

function changeRow({ timeNs, state, stateBefore, cause, rule }: StateChange, clock: RunClock): HtmlPart[] {
  const why = rule === '' ? CAUSE_WORDS[cause] : `${CAUSE_WORDS[cause]}: ${ruleWords(rule)}`;
  // A phase of the schedule may follow another one of the same state.
  const stays = cause === 'schedule' && state === stateBefore ? ', next phase' : '';
  return [clockText(clock, timeNs), lookOf(state).name, `${why}${stays}`];
}

function haltRow({ startNs, endNs, state, cause, rule }: Halt, clock: RunClock): HtmlPart[] {
  return [
    clockText(clock, startNs),
    endNs === null ? 'end of the run' : clockText(clock, endNs),
    endNs === null ? '–' : formatDuration(endNs - startNs),
    lookOf(state).name,
    rule === '' ? CAUSE_WORDS[cause] : ruleWords(rule),
  ];
}

function limitStateRow(spec: InstrumentSpec, change: LimitStateChange, clock: RunClock): HtmlPart[] {
  const { timeNs, what, limitTicks, side, rule } = change;
  return [
    clockText(clock, timeNs),
    limitStateWords(what),
    limitTicks === null ? '–' : `${side === 'buy' ? 'bid' : 'ask'} at ${formatPrice(spec, limitTicks)}`,
    ruleWords(rule),
  ];
}

/** Null without entries. */
function keptTable<T>(
  caption: string,
  columns: readonly string[],
  { list, leftOut }: Kept<T>,
  rowOf: (entry: T) => HtmlPart[],
  numeric: readonly number[] = [],
): Html | null {
  const count = list.length + leftOut;
  if (count === 0) return null;
  const rows = list.slice(0, ROWS_MAX).map(rowOf);
  const shown = count > rows.length ? `, the first ${formatCount(rows.length)} of ${formatCount(count)}` : '';
  return table(`${caption}${shown}`, columns, rows, numeric);
}
