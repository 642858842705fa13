/** Makes records of the pages of a task. */

import { type IngestTask, type Normaliser, type RecordSink, wholePages } from '../../ingest/adapter.ts';
import type { SchemaName } from '../../registry.ts';
import { writeCandle, writeProduct, writeRestTicker, writeStats } from '../../venues/coinbase/figures.ts';
import { writeMatch } from '../../venues/coinbase/full-book.ts';
import { CoinbaseMessages } from '../../venues/coinbase/messages.ts';
import { writeRestBook } from '../../venues/coinbase/rest-book.ts';
import { type Instant, instantOfIso, msOfInstant } from '../../venues/instant.ts';
import { isMessage, type Message, messagesOf, parsed, rowsOf, wholeOf } from '../../venues/messages.ts';
import type { CoinbaseKind } from './plan.ts';

export function normaliseCoinbase(task: IngestTask, sink: RecordSink): Normaliser {
  const pages = new CoinbasePages(task, sink);
  return wholePages(
    (bytes) => pages.page(parsed(new TextDecoder().decode(bytes))),
    () => pages.end(),
  );
}

class CoinbasePages {
  readonly #task: IngestTask;
  readonly #kind: CoinbaseKind;
  readonly #symbol: string;
  readonly #messages: CoinbaseMessages;
  #serverTime: Instant | null = null;
  /** Id of the last trade: they come newest first, without a hole, over all pages. */
  #lastTrade: number | null = null;

  constructor(task: IngestTask, sink: RecordSink) {
    this.#task = task;
    this.#kind = task.parameters.kind as CoinbaseKind;
    this.#symbol = String(task.parameters.symbol);
    this.#messages = new CoinbaseMessages(sink, 'recorded', new Set<SchemaName>(task.schemas));
  }

  page(body: unknown): void {
    const { writer } = this.#messages;
    const rows = this.#kind === 'candles' ? rowsOf(body) : messagesOf(body);
    if (isMessage(body)) {
      this.#object(body);
    } else if (rows === null) {
      writer.reject('not-json', `page of ${this.#kind}`);
    } else if (this.#kind === 'products') {
      this.#products(rows as readonly Message[]);
    } else if (this.#kind === 'candles') {
      for (const row of rows) this.#candle(row as readonly unknown[]);
    } else {
      for (const row of rows) this.#trade(row as Message);
    }
  }

  end(): void {
    this.#messages.end();
  }

  #object(body: Message): void {
    const { writer } = this.#messages;
    if ('epoch' in body && 'iso' in body) {
      this.#serverTime = instantOfIso(body.iso);
      return;
    }
    const tsEvent = this.#serverTime;
    if ('message' in body || tsEvent === null) {
      writer.reject('vendor-error', JSON.stringify(body).slice(0, 200));
      return;
    }
    const head = { symbol: this.#symbol, tsEvent, tsRecv: null, sequence: null, quality: 0 };
    if (this.#kind === 'book') {
      writeRestBook(this.#messages, this.#symbol, Number(this.#task.parameters.level), body, null, tsEvent);
    } else if (this.#kind === 'ticker') writeRestTicker(writer, head, body);
    else writeStats(writer, head, body);
  }

  #products(products: readonly Message[]): void {
    const { writer } = this.#messages;
    const tsEvent = this.#serverTime;
    const wanted = new Set(this.#symbol.split(','));
    for (const product of products) {
      if (tsEvent === null) writer.reject('missing-value', 'products: the time of the venue');
      else if (!wanted.has(String(product.id))) writer.skip('product-not-asked-for');
      else writeProduct(writer, { tsEvent, tsRecv: null, sequence: null, quality: 0 }, product);
    }
  }

  #candle(row: readonly unknown[]): void {
    const { fromMs, toMs, granularity } = this.#task.parameters;
    const startMs = (wholeOf(row[0]) ?? 0) * 1000;
    if (startMs < Number(fromMs) || startMs >= Number(toMs)) this.#messages.writer.skip('outside-the-span');
    else writeCandle(this.#messages.writer, this.#symbol, Number(granularity), row);
  }

  #trade(row: Message): void {
    const { writer } = this.#messages;
    const { fromMs, toMs } = this.#task.parameters;
    const tsEvent = instantOfIso(row.time);
    const id = wholeOf(row.trade_id);
    if (tsEvent === null || id === null) {
      writer.reject('missing-value', `trade: trade_id=${String(row.trade_id)} time=${String(row.time)}`);
      return;
    }
    const last = this.#lastTrade;
    if (last !== null && id >= last) {
      writer.skip('trade-already-known');
      return;
    }
    if (last !== null && id < last - 1) writer.sink.remark('trade-missing', last - 1 - id);
    this.#lastTrade = id;
    const ms = msOfInstant(tsEvent);
    if (ms < Number(fromMs) || ms >= Number(toMs)) writer.skip('outside-the-span');
    else writeMatch(writer, { symbol: this.#symbol, tsEvent, tsRecv: null, sequence: id, quality: 0 }, row);
  }
}
