/** Every switch and threshold of the checks, with its default. A check that is switched off costs nothing. */

import { TwinError } from '../../base/index.ts';
import type { SessionCalendar } from './calendar.ts';

export interface QualityOptions {
  /** Time order per symbol: `timeBackwards`. */
  readonly order: boolean;
  /** Records that came before: `duplicate`. */
  readonly duplicates: boolean;
  /** Records of one schema among which duplicates are looked for; a power of two. */
  readonly duplicateWindow: number;
  /** What the numbers of messages count: a symbol, the whole feed, found out by themselves (`auto`), or nothing. */
  readonly sequence: 'auto' | 'symbol' | 'feed' | 'none';
  /** Missing bars and records out of hours, when there is a calendar: `gapBefore`, `outOfSession`. */
  readonly calendar: SessionCalendar | null;
  /** Bid at or above ask: `locked`, `crossed`. */
  readonly books: boolean;
  /** Quotes that are late or frozen: `stale`. */
  readonly stale: boolean;
  /** A quote received so much later than it was made is stale, s. */
  readonly staleDelayS: number;
  /** A quote that repeats itself is stale after this many s at least, */
  readonly staleFrozenS: number;
  /** and after this many times the usual time between two changes. */
  readonly staleFrozenTimes: number;
  /** Trades against quotes, where both are in one dataset: `outsideQuote`. */
  readonly tradesInQuote: boolean;
  /** By so much the clocks of trades and quotes may differ, ms. */
  readonly quoteSlackMs: number;
  /** A quote older than this says nothing about a trade, s. */
  readonly quoteAgeS: number;
  /** Bars against trades, where both are in one dataset, and against themselves: `barMismatch`. */
  readonly bars: boolean;
  /** Volumes of bars and trades may differ by this fraction. */
  readonly barVolumeTolerance: number;
  /** Robust score of returns: `outlier`. */
  readonly outliers: boolean;
  /** Returns of a symbol that make up what is usual. */
  readonly outlierWindow: number;
  /** Score from which a return is an outlier, in robust standard deviations. */
  readonly outlierScore: number;
  /** Smallest standard deviation of a return that is believed. */
  readonly outlierFloor: number;
  /** Records after which a new level of prices is believed. */
  readonly outlierLevelAfter: number;
  /** Test of Lee and Mykland: `jump`. */
  readonly jumps: boolean;
  /** Length of the cells of time in which trades and quotes are tested, s; bars are their own. */
  readonly jumpCellS: number;
  /** Cells whose returns make up the volatility. */
  readonly jumpWindow: number;
  /** Share of cells that may be called jumps by mistake: the level of the test, over a day. */
  readonly jumpLevel: number;
  /** Spread and volume against what is usual at that time of day: `unusualSpread`, `unusualVolume`. */
  readonly seasons: boolean;
  /** Length of a season of the day (UTC), min. */
  readonly seasonMinutes: number;
  /** Score from which a spread is unusual, in mean absolute deviations of its logarithm. */
  readonly spreadScore: number;
  readonly volumeScore: number;
  /** Share of records that may be unusual in the long run: the scores rise until it holds. */
  readonly unusualShare: number;
}

export const QUALITY_DEFAULTS: QualityOptions = {
  order: true,
  duplicates: true,
  duplicateWindow: 65_536,
  sequence: 'auto',
  calendar: null,
  books: true,
  stale: true,
  staleDelayS: 5,
  staleFrozenS: 60,
  staleFrozenTimes: 20,
  tradesInQuote: true,
  quoteSlackMs: 100,
  quoteAgeS: 60,
  bars: true,
  barVolumeTolerance: 0.01,
  outliers: true,
  outlierWindow: 64,
  outlierScore: 10,
  outlierFloor: 1e-4,
  outlierLevelAfter: 3,
  jumps: true,
  jumpCellS: 60,
  jumpWindow: 270,
  jumpLevel: 0.001,
  seasons: true,
  seasonMinutes: 30,
  spreadScore: 6,
  volumeScore: 5,
  unusualShare: 0.001,
};

/** Smallest and largest values, both included. */
const RANGES: Readonly<Record<string, readonly [min: number, max: number]>> = {
  duplicateWindow: [2, 2 ** 24],
  staleDelayS: [0.001, 1e6],
  staleFrozenS: [0.001, 1e6],
  staleFrozenTimes: [1, 1e6],
  quoteSlackMs: [0, 60_000],
  quoteAgeS: [0.001, 1e6],
  barVolumeTolerance: [0, 1],
  outlierWindow: [16, 4096],
  outlierScore: [1, 1e6],
  outlierFloor: [1e-9, 1],
  outlierLevelAfter: [1, 1000],
  jumpCellS: [1, 86_400],
  jumpWindow: [16, 4096],
  jumpLevel: [1e-9, 0.5],
  seasonMinutes: [1, 1440],
  spreadScore: [1, 1e6],
  volumeScore: [1, 1e6],
  unusualShare: [0, 0.5],
};

const WHOLE = new Set([
  'duplicateWindow',
  'outlierWindow',
  'outlierLevelAfter',
  'jumpCellS',
  'jumpWindow',
  'seasonMinutes',
]);
const SEQUENCE_WORDS = ['auto', 'symbol', 'feed', 'none'];

/** Options out of texts `name=value`; what is not named has its default. Raises DATA_REQUEST with every problem. */
export function qualityOptionsOf(
  given: Readonly<Record<string, string>>,
  calendar: SessionCalendar | null = null,
): QualityOptions {
  const problems: string[] = [];
  const options: Record<string, unknown> = { ...QUALITY_DEFAULTS, calendar };
  const names = Object.keys(QUALITY_DEFAULTS).filter((name) => name !== 'calendar');
  for (const [name, text] of Object.entries(given)) {
    const problem = names.includes(name) ? readOption(options, name, text) : `allowed: ${names.join(', ')}`;
    if (problem !== null) problems.push(`${name}=${text} (${problem})`);
  }
  if (problems.length > 0)
    throw new TwinError('DATA_REQUEST', 'an option of the checks has a value that it allows', { problems });
  return options as unknown as QualityOptions;
}

/** Sets an option; returns what it allows when the text is not of it. */
function readOption(options: Record<string, unknown>, name: string, text: string): string | null {
  if (name === 'sequence') {
    options[name] = text;
    return SEQUENCE_WORDS.includes(text) ? null : SEQUENCE_WORDS.join(', ');
  }
  const range = RANGES[name];
  if (range === undefined) {
    options[name] = text === 'on';
    return text === 'on' || text === 'off' ? null : 'on, off';
  }
  const value = text.trim() === '' ? Number.NaN : Number(text);
  options[name] = value;
  const [min, max] = range;
  if (!(value >= min && value <= max)) return `${min} to ${max}`;
  if (WHOLE.has(name) && !Number.isInteger(value)) return 'a whole number';
  return name === 'duplicateWindow' && (value & (value - 1)) !== 0 ? 'a power of two' : null;
}
