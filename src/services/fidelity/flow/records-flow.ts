/** Records of a world, or of a journal, as flow: the displayed book of one instrument. */

import { MBO_FLAG_LAST, MBO_HIDDEN_TRADE, MboBatch } from '../../../data/index.ts';
import { DOUBLE_TIME, type EventSink, RECORD_WORDS, WORD_INSTRUMENT } from '../../../domain/index.ts';
import { FlowFromMbo, type FlowRemarks, type FlowStream } from '../../../fidelity/index.ts';
import { DisplayedBook, type DisplayedEvent, MBO_ACTION_OF_CHANGE } from '../../../runs/index.ts';

export interface RecordsFlowOptions {
  readonly symbol: string;
  readonly tickSize: string;
  readonly unitsPerLot: number;
  readonly levels: number;
  /** Number of the instrument in the records. */
  readonly instrument: number;
}

export class RecordsFlow implements EventSink {
  readonly #instrument: number;
  readonly #unitsPerLot: number;
  readonly #flow: FlowFromMbo;
  readonly #book: DisplayedBook;
  readonly #one = new MboBatch(1);
  #timeNs = 0;
  #index = 0;

  constructor({ symbol, tickSize, unitsPerLot, levels, instrument }: RecordsFlowOptions) {
    this.#instrument = instrument;
    this.#unitsPerLot = unitsPerLot;
    this.#one.count = 1;
    this.#one.flags[0] = MBO_FLAG_LAST;
    this.#flow = new FlowFromMbo({
      symbol,
      tickSize,
      lotSize: '1',
      levels,
      // A run's time counts from midnight at its venue.
      dayOffsetNs: 0,
      unitsPerTick: 1,
      unitsPerLot: 1,
      instrument: null,
    });
    this.#book = new DisplayedBook((event) => this.#show(event));
  }

  get stream(): FlowStream {
    return this.#flow.stream;
  }

  get remarks(): FlowRemarks {
    return this.#flow.remarks;
  }

  write(words: Int32Array, recordCount: number): void {
    this.take({
      words,
      doubles: new Float64Array(words.buffer, words.byteOffset, (recordCount * RECORD_WORDS) / 2),
      count: recordCount,
    });
  }

  take(batch: { readonly words: Int32Array; readonly doubles: Float64Array; readonly count: number }): void {
    for (let r = 0; r < batch.count; r++, this.#index++) {
      if (batch.words[r * RECORD_WORDS + WORD_INSTRUMENT] !== this.#instrument) continue;
      this.#timeNs = batch.doubles[((r * RECORD_WORDS) >> 1) + DOUBLE_TIME]!;
      this.#book.take(batch, r, this.#index);
    }
  }

  /** What waits for its next record is settled. */
  end(): void {
    this.#book.end();
  }

  /** Each display of an order is a new order to the public. */
  #show(event: DisplayedEvent): void {
    const one = this.#one;
    const action = MBO_ACTION_OF_CHANGE[event.change];
    one.tsEventNs[0] = this.#timeNs;
    one.action[0] = action;
    one.side[0] = event.side;
    one.price[0] = event.priceTicks;
    one.qty[0] = event.qtyLots * this.#unitsPerLot;
    one.orderIdHi[0] = action === MBO_HIDDEN_TRADE ? 0 : event.displays;
    one.orderIdLo[0] = action === MBO_HIDDEN_TRADE ? 0 : event.orderId;
    this.#flow.takeRecord(one, 0, null);
  }
}
