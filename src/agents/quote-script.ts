/** An agent that quotes at set times and thinks nothing: a market maker by the clock, whose quotes pass the gateway like everybody's. */

import type { BinaryReader, BinaryWriter } from '../base/index.ts';
import {
  type AgentGroup,
  type AgentPort,
  type AgentQuote,
  BUY,
  FLAG_POST_ONLY_REJECT,
  GTC,
  type ProtectionLimits,
  SELL,
  type Side,
  UNDEF_INT32,
} from '../domain/index.ts';

/** Mass quotes sent at equal distances. */
export interface QuoteBurst {
  readonly atNs: number;
  readonly everyNs: number;
  readonly count: number;
  readonly instruments: readonly number[];
  readonly qtyLots: number;
  /** Prices of the sides; null: that side is not quoted, unless `behindTicks` says so. */
  readonly bidTicks: number | null;
  readonly askTicks: number | null;
  /** Both sides so many ticks behind the best of their own side as it is seen then; below zero before it. Null: by price. */
  readonly behindTicks: number | null;
  readonly isPostOnly: boolean;
  /** Asked for before the first quote; null: nothing is. */
  readonly protection: ProtectionLimits | null;
  /** All are pulled this long after the last one; null: they stay. */
  readonly lifeNs: number | null;
}

export class QuoteScript implements AgentGroup {
  readonly name: string;
  readonly count = 1;
  readonly feeds = 0;
  readonly answers = 'endings';
  readonly #bursts: readonly QuoteBurst[];
  /** Messages sent so far, by burst; the last one pulls. */
  readonly #sent: Int32Array;
  #port!: AgentPort;

  constructor(name: string, bursts: readonly QuoteBurst[]) {
    this.name = name;
    this.#bursts = bursts;
    this.#sent = new Int32Array(bursts.length);
  }

  start(port: AgentPort, first: number): void {
    this.#port = port;
    this.#bursts.forEach(({ atNs }, index) => {
      if (atNs >= port.nowNs) port.wakeAt(first, atNs, index);
    });
  }

  /** A tag is a burst whose next message is due. */
  onWake(agent: number, tag: number): void {
    const port = this.#port;
    const burst = this.#bursts[tag]!;
    const sent = this.#sent[tag]!++;
    const { count, everyNs, instruments, isPostOnly, lifeNs, protection } = burst;
    if (sent === 0 && protection !== null)
      for (const instrument of instruments) port.protectQuotes(agent, instrument, protection);
    const quotes = instruments.flatMap(
      (instrument) => (sent < count ? this.#quoteOf(agent, instrument, burst) : noQuote(instrument)) ?? [],
    );
    const flags = isPostOnly ? FLAG_POST_ONLY_REJECT : 0;
    if (quotes.length > 0)
      port.massQuote(agent, { timeInForce: GTC, flags, stpGroup: 0, stpMode: 0 }, quotes);
    if (sent + 1 < count) port.wakeAt(agent, port.nowNs + everyNs, tag);
    else if (sent + 1 === count && lifeNs !== null) port.wakeAt(agent, port.nowNs + lifeNs, tag);
  }

  onPrivate(): void {}

  onFeed(): void {}

  writeState(writer: BinaryWriter): void {
    writer.section('quoteScript');
    writer.array(this.#sent);
  }

  readState(reader: BinaryReader): void {
    reader.section('quoteScript');
    this.#sent.set(reader.int32Array());
  }

  /** Null where a side has no best to stand behind. */
  #quoteOf(agent: number, instrument: number, burst: QuoteBurst): AgentQuote | null {
    const { behindTicks, qtyLots } = burst;
    if (behindTicks === null) {
      const { bidTicks, askTicks } = burst;
      return quote(
        instrument,
        bidTicks === null ? 0 : qtyLots,
        bidTicks,
        askTicks === null ? 0 : qtyLots,
        askTicks,
      );
    }
    const best = (side: Side): number => this.#port.bestTicks(agent, instrument, side);
    const [bid, ask] = [best(BUY), best(SELL)];
    if (bid === UNDEF_INT32 || ask === UNDEF_INT32) return null;
    return quote(instrument, qtyLots, bid - behindTicks, qtyLots, ask + behindTicks);
  }
}

function noQuote(instrument: number): AgentQuote {
  return quote(instrument, 0, null, 0, null);
}

function quote(
  instrument: number,
  bidLots: number,
  bidTicks: number | null,
  askLots: number,
  askTicks: number | null,
): AgentQuote {
  return {
    instrument,
    bidRef: 2 * instrument,
    bidTicks: bidTicks ?? 0,
    bidLots,
    askRef: 2 * instrument + 1,
    askTicks: askTicks ?? 0,
    askLots,
  };
}
