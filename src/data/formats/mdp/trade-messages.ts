/**
 * Trade summaries: one record per price at which something traded, and one of `mbo` per order that took part, where the message lists
 * them. `NumberOfOrders` of each trade says how many of the listed orders are its own; with an aggressor the first is his.
 * Source: market-rules §12.4.
 */

import { type SchemaOf, TRADE } from '../../registry.ts';
import { type Columns, UNDEF_UINT8 } from '../../schema/record-batch.ts';
import { QUALITY_GAP, SIDE_BUY, SIDE_SELL } from './book-rows.ts';
import type { MdpFeed } from './feed.ts';
import { NONE_LOW, readCount, readSize } from './fields.ts';
import type { MdpInstrument } from './instrument.ts';
import type { EntryLayout, MdpTemplate } from './layouts.ts';
import { MBO_FILL, MBO_TRADE, newOrderChange, type OrderRows } from './order-rows.ts';
import type { PriceScale } from './price-scale.ts';

const kinds = TRADE.fields.kind.values;
/** By MDUpdateAction: new, changed, deleted. */
const KINDS = [kinds.indexOf('regular'), kinds.indexOf('correction'), kinds.indexOf('bust')];
const AGGRESSOR_BUY = 1;
const AGGRESSOR_SELL = 2;

/** Where the orders of a message lie; none where it lists none. */
export interface TradeOrders {
  readonly at: number;
  readonly entryBytes: number;
  readonly count: number;
}

export class TradeMessages {
  readonly #feed: MdpFeed;
  readonly #rows: OrderRows;
  readonly #order = newOrderChange();

  constructor(feed: MdpFeed, rows: OrderRows) {
    this.#feed = feed;
    this.#rows = rows;
  }

  read(
    view: DataView,
    at: number,
    entryBytes: number,
    count: number,
    template: MdpTemplate,
    orders: TradeOrders,
  ): void {
    const layout = template.entries!.entry;
    let order = 0;
    for (let i = 0; i < count; i++) {
      const entryAt = at + i * entryBytes;
      const own = Math.max(0, readCount(view, entryAt + layout.orders));
      const from = Math.min(order, orders.count);
      order = Math.min(from + own, orders.count);
      this.#entry(view, entryAt, template, orders, from, order);
    }
    if (orders.count > 0 && order < orders.count)
      this.#feed.output.sink.remark('order-of-no-trade', orders.count - order);
  }

  #entry(
    view: DataView,
    at: number,
    template: MdpTemplate,
    orders: TradeOrders,
    from: number,
    to: number,
  ): void {
    const feed = this.#feed;
    const layout = template.entries!.entry;
    const instrument = feed.instrument(view.getInt32(at + layout.securityId, true));
    if (!feed.follow(instrument, view.getUint32(at + layout.rptSeq, true), false)) return;
    const scale = layout.digits === 7 ? instrument.scale7 : instrument.scale9;
    const qty = readSize(view, at + layout.size, layout.isLong);
    const kind = KINDS[view.getUint8(at + layout.action)];
    if (!scale.make(view.getInt32(at + layout.price + 4, true), view.getUint32(at + layout.price, true))) {
      feed.reject('price-range', `${instrument.facts.symbol} trade`);
      return;
    }
    if (qty < 0 || kind === undefined) {
      feed.reject(qty < 0 ? 'missing-value' : 'unknown-type', `${instrument.facts.symbol} trade`);
      return;
    }
    const aggressor = sideOf(view.getUint8(at + layout.aggressor));
    const row = this.#writeTrade(instrument, scale, qty, kind, aggressor);
    this.#writeTradeId(view, at, layout, row);
    if (from < to) this.#orders(view, instrument, template, orders, from, to, aggressor, row, scale);
  }

  /** Returns the row; its batch is the one that the sink gives until the next row is asked for. */
  #writeTrade(
    instrument: MdpInstrument,
    scale: PriceScale,
    qty: number,
    kind: number,
    aggressor: number,
  ): TradeRow {
    const batch = this.#feed.output.sink.batch('trade');
    const row = batch.count++;
    const { columns } = batch;
    const quality = instrument.isAfterGap ? QUALITY_GAP : 0;
    instrument.isAfterGap = false;
    this.#feed.output.writeHead(columns, row, instrument.facts.symbol, quality);
    columns.price.setWords(row, scale.high, scale.low);
    columns.qty[row] = qty;
    columns.aggressor[row] = aggressor;
    columns.kind[row] = kind;
    columns.isPrintable[row] = UNDEF_UINT8;
    columns.tradeId[row] = null;
    columns.buyOrderId.setAbsent(row);
    columns.sellOrderId.setAbsent(row);
    columns.exchange[row] = null;
    columns.conditions[row] = null;
    columns.tsPublished.setAbsent(row);
    return { columns, row };
  }

  #writeTradeId(view: DataView, at: number, layout: EntryLayout, { columns, row }: TradeRow): void {
    if (layout.tradeId < 0) return;
    const id = view.getUint32(at + layout.tradeId, true);
    if (id !== NONE_LOW) columns.tradeId[row] = String(id);
  }

  #orders(
    view: DataView,
    instrument: MdpInstrument,
    template: MdpTemplate,
    orders: TradeOrders,
    from: number,
    to: number,
    aggressor: number,
    trade: TradeRow,
    scale: PriceScale,
  ): void {
    const layout = template.orders!.entry;
    const order = this.#order;
    const hasAggressor = aggressor !== UNDEF_UINT8;
    const resting = hasAggressor ? 1 - aggressor : UNDEF_UINT8;
    order.hasPrice = true;
    order.high = scale.high;
    order.low = scale.low;
    for (let i = from; i < to; i++) {
      const at = orders.at + i * orders.entryBytes;
      const isAggressor = hasAggressor && i === from;
      order.action = isAggressor ? MBO_TRADE : MBO_FILL;
      order.side = isAggressor ? aggressor : resting;
      order.idLow = view.getUint32(at + layout.orderId, true);
      order.idHigh = view.getUint32(at + layout.orderId + 4, true);
      order.qty = readCount(view, at + layout.qty);
      this.#rows.add(instrument, order, 0, 0);
      // Of several resting orders none is the one that traded.
      if (isAggressor || (hasAggressor && to - from === 2))
        nameOrder(trade, order.side, order.idHigh, order.idLow);
    }
  }
}

interface TradeRow {
  readonly columns: Columns<SchemaOf<'trade'>>;
  readonly row: number;
}

function nameOrder({ columns, row }: TradeRow, side: number, high: number, low: number): void {
  if (high === 0 && low === 0) return;
  if (side === SIDE_BUY) columns.buyOrderId.setWords(row, high, low);
  else columns.sellOrderId.setWords(row, high, low);
}

function sideOf(aggressor: number): number {
  if (aggressor === AGGRESSOR_BUY) return SIDE_BUY;
  return aggressor === AGGRESSOR_SELL ? SIDE_SELL : UNDEF_UINT8;
}
