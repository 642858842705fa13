/** Makes records of the pages of a task. */

import { type IngestTask, type Normaliser, type RecordSink, wholePages } from '../../ingest/adapter.ts';
import { writeDefinitions } from '../../venues/binance/definitions.ts';
import {
  writeCandle,
  writeFunding,
  writeOpenInterest,
  writePremium,
  writeRestQuote,
  writeRestTicker,
} from '../../venues/binance/figures.ts';
import { BinanceMessages } from '../../venues/binance/messages.ts';
import { type Instant, instantOfMs } from '../../venues/instant.ts';
import { isMessage, type Message, messagesOf, parsed, rowsOf, wholeOf } from '../../venues/messages.ts';
import type { BinanceKind } from './plan.ts';

export function normaliseBinance(task: IngestTask, sink: RecordSink): Normaliser {
  const messages = new BinanceMessages(sink, 'recorded', new Set(task.schemas));
  const pages = new BinancePages(task, messages);
  return wholePages(
    (bytes) => pages.page(parsed(new TextDecoder().decode(bytes))),
    () => messages.end(),
  );
}

class BinancePages {
  readonly #kind: BinanceKind;
  readonly #symbol: string;
  readonly #interval: string;
  readonly #toMs: number;
  readonly #messages: BinanceMessages;
  /** Time of the venue, asked right before a book that has none of its own. */
  #serverTime: Instant | null = null;

  constructor(task: IngestTask, messages: BinanceMessages) {
    this.#kind = task.parameters.kind as BinanceKind;
    this.#symbol = String(task.parameters.symbol);
    this.#interval = String(task.parameters.interval);
    this.#toMs = Number(task.parameters.toMs);
    this.#messages = messages;
  }

  page(body: unknown): void {
    const { writer } = this.#messages;
    const rows = this.#kind === 'candles' ? rowsOf(body) : messagesOf(body);
    if (rows !== null && (this.#kind === 'candles' || this.#kind === 'trades' || this.#kind === 'funding')) {
      for (const row of rows) this.#row(row);
    } else if (isMessage(body)) {
      this.#object(body);
    } else {
      writer.reject('not-json', `page of ${this.#kind}`);
    }
  }

  #row(row: Message | readonly unknown[]): void {
    const { writer } = this.#messages;
    if (this.#kind === 'candles') {
      writeCandle(writer, this.#symbol, this.#interval, row as readonly unknown[], null);
    } else if (this.#kind === 'funding') {
      writeFunding(writer, row as Message);
    } else if ((wholeOf((row as Message).T) ?? 0) >= this.#toMs) {
      // Pages by id run over the end of the day.
      writer.skip('outside-the-day');
    } else {
      this.#messages.frame({ e: 'aggTrade', s: this.#symbol, ...row }, null);
    }
  }

  #object(body: Message): void {
    const { writer } = this.#messages;
    switch (this.#kind) {
      case 'definition':
        writeDefinitions(writer, body, null, new Set(this.#symbol.split(',')));
        break;
      case 'book':
        if ('serverTime' in body) this.#serverTime = instantOfMs(body.serverTime);
        else this.#messages.depthSnapshot(this.#symbol, body, null, this.#serverTime);
        break;
      case 'ticker':
        writeRestTicker(writer, body, null);
        break;
      case 'quote':
        writeRestQuote(writer, body);
        break;
      case 'premium': {
        const {
          symbol,
          time,
          markPrice: mark,
          indexPrice: index,
          lastFundingRate: rate,
          nextFundingTime: next,
        } = body;
        writePremium(writer, { symbol, time, mark, index, rate, next }, null);
        break;
      }
      case 'openInterest':
        writeOpenInterest(writer, body);
        break;
      default:
        writer.reject('vendor-error', JSON.stringify(body).slice(0, 200));
    }
  }
}
