/**
 * What Polygon's sockets tell of their own losses. Their numbers (`q`) are unique within a ticker and only grow: the same number twice
 * is the same event twice, while a hole between two says nothing. Bars of minutes tell how much was traded: less than that came over
 * the wire, and trades are missing.
 * Source: Polygon, WebSocket stocks trades, field q: "increasing and unique per ticker symbol, but will not always be sequential".
 */

import { type Message, numberOf } from '../../venues/messages.ts';

/** Numbers of a series that are remembered: copies come close behind each other. */
const NUMBERS_KEPT = 64;
/** Minutes of a ticker whose bar has not come yet. */
const MINUTES_KEPT = 10;
const MINUTE_MS = 60_000;
/** Sums of decimals carry noise. */
const TOLERANCE = 1e-9;

const TRADES: ReadonlySet<unknown> = new Set(['T', 'XT']);
const MINUTES: ReadonlySet<unknown> = new Set(['AM', 'XA']);

export interface MissingVolume {
  readonly ticker: string;
  /** Begin of the minute, ms since 1970 UTC. */
  readonly startMs: number;
  readonly came: number;
  readonly traded: number;
}

interface Tape {
  /** Time of the first trade or minute of this connection, ms: minutes that began earlier were not heard wholly. */
  readonly sinceMs: number;
  readonly volumes: Map<number, number>;
}

export class LiveControl {
  readonly #numbers = new Map<string, number[]>();
  readonly #tapes = new Map<string, Tape>();

  /** Another connection begins: what was traded meanwhile did not come, and that is known already. */
  restart(): void {
    this.#tapes.clear();
  }

  /** Whether an event came before. */
  isRepeated(event: Message): boolean {
    const number = numberOf(event.q);
    if (number === null) return false;
    const series = `${String(event.ev)} ${tickerOf(event)}`;
    const numbers = this.#numbers.get(series) ?? [];
    this.#numbers.set(series, numbers);
    if (numbers.includes(number)) return true;
    numbers.push(number);
    if (numbers.length > NUMBERS_KEPT) numbers.shift();
    return false;
  }

  /** Takes trades and bars of minutes; returns what is missing of a minute whose bar tells of more than came. */
  follow(event: Message): MissingVolume | null {
    if (TRADES.has(event.ev)) this.#trade(event);
    return MINUTES.has(event.ev) ? this.#minute(event) : null;
  }

  #trade(event: Message): void {
    const [atMs, qty] = [numberOf(event.t), numberOf(event.s)];
    if (atMs === null || qty === null) return;
    const { volumes } = this.#tape(tickerOf(event), atMs);
    const startMs = Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
    volumes.set(startMs, (volumes.get(startMs) ?? 0) + qty);
    if (volumes.size > MINUTES_KEPT) volumes.delete(Math.min(...volumes.keys()));
  }

  #minute(event: Message): MissingVolume | null {
    const [startMs, traded] = [numberOf(event.s), numberOf(event.v)];
    if (startMs === null || traded === null) return null;
    const ticker = tickerOf(event);
    const { sinceMs, volumes } = this.#tape(ticker, startMs + MINUTE_MS);
    const came = volumes.get(startMs) ?? 0;
    volumes.delete(startMs);
    if (startMs < sinceMs || came >= traded - TOLERANCE * Math.max(1, traded)) return null;
    return { ticker, startMs, came, traded };
  }

  #tape(ticker: string, nowMs: number): Tape {
    const tape = this.#tapes.get(ticker) ?? { sinceMs: nowMs, volumes: new Map() };
    this.#tapes.set(ticker, tape);
    return tape;
  }
}

function tickerOf({ sym, pair }: Message): string {
  return String(sym ?? pair);
}
