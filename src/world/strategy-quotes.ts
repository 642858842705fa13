/** Quotes of strategies: prices and quantities as people write them, and the numbers by which bid and ask of a symbol are known. */

import { TwinError } from '../base/index.ts';
import {
  type AgentQuote,
  type Instrument,
  parseLots,
  parseTicks,
  type TimeInForceName,
  UNDEF_INT32,
} from '../domain/index.ts';

interface QuoteSide {
  readonly price: string | number;
  readonly qty: string | number;
}

/** What is to stand of a symbol; a side that is left out is pulled. */
export interface StrategyQuote {
  readonly symbol: string;
  readonly bid?: QuoteSide;
  readonly ask?: QuoteSide;
}

/** What all quotes of one message have in common. */
export interface QuoteStyle {
  /** 'day' unless it says otherwise. */
  readonly timeInForce?: TimeInForceName;
  readonly isPostOnly?: boolean;
}

/** Numbers under which the quotes of a symbol answer. */
export interface QuoteNumbers {
  readonly symbol: string;
  readonly bid: number;
  readonly ask: number;
}

/** The numbers of one strategy's quotes. */
export class StrategyQuotes {
  readonly #bySymbol = new Map<string, QuoteNumbers>();

  /** Numbers of a symbol, given when it is quoted for the first time. */
  numbersOf(symbol: string, next: () => number): QuoteNumbers {
    const known = this.#bySymbol.get(symbol);
    if (known !== undefined) return known;
    const numbers = { symbol, bid: next(), ask: next() };
    this.#bySymbol.set(symbol, numbers);
    return numbers;
  }

  save(): readonly QuoteNumbers[] {
    return [...this.#bySymbol.values()];
  }

  load(saved: readonly QuoteNumbers[]): void {
    this.#bySymbol.clear();
    for (const numbers of saved) this.#bySymbol.set(numbers.symbol, numbers);
  }
}

/** Raises WORLD_CONFIG and MKT_CONFIG for what is no price or quantity of the instrument. */
export function readQuote(
  { bid, ask }: StrategyQuote,
  instrument: Instrument,
  numbers: QuoteNumbers,
): AgentQuote {
  const ticks = (name: string, side: QuoteSide | undefined): number =>
    side === undefined ? 0 : requireInt32(`${name}.price`, parseTicks(instrument, side.price));
  const lots = (name: string, side: QuoteSide | undefined): number =>
    side === undefined ? 0 : requireInt32(`${name}.qty`, parseLots(instrument, side.qty));
  return {
    instrument: instrument.index,
    bidRef: numbers.bid,
    bidTicks: ticks('bid', bid),
    bidLots: lots('bid', bid),
    askRef: numbers.ask,
    askTicks: ticks('ask', ask),
    askLots: lots('ask', ask),
  };
}

/** Commands travel as 32-bit words: a larger number would arrive as another one. */
export function requireInt32(name: string, value: number): number {
  if (value === (value | 0) && value !== UNDEF_INT32) return value;
  throw new TwinError('WORLD_CONFIG', 'ticks and lots fit 32 bits', { [name]: value });
}
