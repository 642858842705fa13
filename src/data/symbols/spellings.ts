/** How vendors, and the adapters that ask them, write the name of one instrument: shares with classes, options, futures, pairs of currencies and coins. */

import { parsePair } from '../currency/pairs.ts';
import { type FuturesCode, MONTH_LETTERS, parseFutureSymbol } from './futures-code.ts';
import { type OccContract, occSymbol, parseOccSymbol } from './occ.ts';

export type SpelledInstrument =
  /** `name` with a dot before the class: BRK.B. */
  | { readonly kind: 'share'; readonly name: string }
  | ({ readonly kind: 'option' } & OccContract)
  | ({ readonly kind: 'future' } & FuturesCode)
  | { readonly kind: 'currencies' | 'coin'; readonly base: string; readonly quote: string };

export const SPELLERS = [
  'databento',
  'polygon',
  'alphavantage',
  'lean',
  'cme',
  'coinbase',
  'binance',
] as const;
export type Speller = (typeof SPELLERS)[number];

const SHARE = /^([A-Za-z]{1,6})(?:[./-]([A-Za-z]{1,2}))?$/;
/** Currencies of states that are traded most: a pair of two of them is no coin. ISO 4217. */
const MONEY = new Set(
  'AUD BRL CAD CHF CNH CNY CZK DKK EUR GBP HKD HUF ILS INR JPY KRW MXN NOK NZD PLN RUB SEK SGD THB TRY TWD USD ZAR'.split(
    ' ',
  ),
);

/**
 * Reads a name in any of the spellings. The single digit of a future's year means the first such year from `knownYear` on. Six letters are
 * two currencies, not a share. Null for what is none of them.
 */
export function readSpelling(symbol: string, knownYear: number): SpelledInstrument | null {
  const option = parseOccSymbol(symbol);
  if (option !== null) return { kind: 'option', ...option };
  const pair = parsePair(symbol.toUpperCase());
  if (pair !== null)
    return { kind: MONEY.has(pair.base) && MONEY.has(pair.quote) ? 'currencies' : 'coin', ...pair };
  const future = parseFutureSymbol(symbol, knownYear);
  if (future !== null) return { kind: 'future', ...future };
  const share = SHARE.exec(symbol);
  if (share === null) return null;
  const [, root, letters] = share;
  return { kind: 'share', name: `${root}${letters === undefined ? '' : `.${letters}`}`.toUpperCase() };
}

/** What a vendor calls an instrument; null where it has no such thing. */
export function spell(instrument: SpelledInstrument, vendor: Speller): string | null {
  switch (instrument.kind) {
    case 'share':
      return spellShare(instrument.name, vendor);
    case 'option':
      return spellOption(instrument, vendor);
    case 'future':
      return spellFuture(instrument, vendor);
    default:
      return spellPair(instrument, vendor);
  }
}

function spellShare(name: string, vendor: Speller): string | null {
  switch (vendor) {
    case 'databento':
    case 'polygon':
      return name;
    case 'alphavantage':
      return name.replace('.', '-');
    case 'lean':
      return name.toLowerCase();
    default:
      return null;
  }
}

function spellOption(option: OccContract, vendor: Speller): string | null {
  const symbol = occSymbol(option);
  if (symbol === null) return null;
  if (vendor === 'databento') return symbol;
  return vendor === 'polygon' ? `O:${symbol.replaceAll(' ', '')}` : null;
}

function spellFuture({ root, month, year }: FuturesCode, vendor: Speller): string | null {
  const name = `${root}${MONTH_LETTERS[month - 1]}`;
  if (vendor === 'databento' || vendor === 'cme') return `${name}${year % 10}`;
  return vendor === 'lean' ? `${name}${String(year % 100).padStart(2, '0')}` : null;
}

function spellPair(
  {
    kind,
    base,
    quote,
  }: { readonly kind: 'currencies' | 'coin'; readonly base: string; readonly quote: string },
  vendor: Speller,
): string | null {
  const isCoin = kind === 'coin';
  switch (vendor) {
    case 'polygon':
      return `${isCoin ? 'X' : 'C'}:${base}${quote}`;
    case 'alphavantage':
      return isCoin ? `${base}-${quote}` : `${base}/${quote}`;
    case 'lean':
      return `${base}${quote}`.toLowerCase();
    case 'coinbase':
      return isCoin ? `${base}-${quote}` : null;
    case 'binance':
      return isCoin ? `${base}${quote}` : null;
    default:
      return null;
  }
}
