/** Records of every kind as flow, by hand, and recordings whose end is known. */

import { describe, expect, it } from 'vitest';
import {
  MBO_ADD,
  MBO_CLEAR,
  MBO_DELETE,
  MBO_EXECUTE,
  MBO_FILL,
  MBO_FLAG_LAST,
  MBO_FLAG_SNAPSHOT,
  MBO_HIDDEN_TRADE,
  MBO_MODIFY,
  MBO_REDUCE,
  MBO_REPLACE,
  MBO_STATUS,
  MBO_TRADE,
  MboBatch,
} from '../../src/data/index.ts';
import { BUY, SELL } from '../../src/domain/index.ts';
import { FLOW_KIND_NAMES, FlowFromMbo, type FlowLevels } from '../../src/fidelity/index.ts';
import { bookText, readFiles } from '../support/fidelity-flow.ts';
import { sharedFile } from '../support/shared-data.ts';
import { sharedFacts } from '../support/shared-facts.ts';

interface Row {
  readonly action: number;
  readonly side?: number;
  readonly price?: number;
  readonly qty?: number;
  readonly id?: number;
  readonly newId?: number;
  readonly flags?: number;
  readonly timeNs?: number;
}

const INFO = { symbol: 'X', tickSize: '0.01', lotSize: '1', levels: 3, dayOffsetNs: 0 };

function flowOf(rows: readonly Row[], opening: FlowLevels | null = null): FlowFromMbo {
  const batch = new MboBatch(rows.length);
  rows.forEach((row, r) => {
    batch.tsEventNs[r] = row.timeNs ?? r;
    batch.action[r] = row.action;
    batch.side[r] = row.side ?? BUY;
    batch.price[r] = row.price ?? 10_000;
    batch.qty[r] = row.qty ?? 0;
    batch.orderIdLo[r] = row.id ?? 1;
    batch.newOrderIdLo[r] = row.newId ?? 0;
    batch.flags[r] = row.flags ?? MBO_FLAG_LAST;
    batch.count++;
  });
  const flow = new FlowFromMbo({ ...INFO, unitsPerTick: 100, unitsPerLot: 1, instrument: null, opening });
  flow.take(batch);
  return flow;
}

function messagesOf({ stream }: FlowFromMbo): string[] {
  return Array.from(
    { length: stream.count },
    (_, row) => `${FLOW_KIND_NAMES[stream.kind[row]!]} ${stream.priceTicks[row]} x ${stream.sizeLots[row]}`,
  );
}

const add = (id: number, qty: number, price = 10_000, side = BUY): Row => ({
  action: MBO_ADD,
  id,
  qty,
  price,
  side,
});

describe('records as flow', () => {
  it('LOBSTER: submit, partial cancel, execution, hidden trade, delete, halt', () => {
    const flow = flowOf([
      add(1, 50),
      { action: MBO_REDUCE, qty: 10 },
      { action: MBO_EXECUTE, qty: 15 },
      { action: MBO_HIDDEN_TRADE, id: 0, qty: 5, price: 10_050, side: SELL },
      { action: MBO_STATUS, id: 0 },
      { action: MBO_DELETE, qty: 25 },
    ]);
    expect(messagesOf(flow)).toEqual([
      'limit 100 x 50',
      'reduce 100 x 10',
      'trade 100 x 15',
      'hiddenTrade 100.5 x 5',
      'halt 0 x 0',
      'cancel 100 x 25',
    ]);
    expect(bookText(flow.stream, 3)).toEqual({ bids: ['100 x 25'], asks: [] });
    expect(bookText(flow.stream, 5)).toEqual({ bids: [], asks: [] });
  });

  it('ITCH: a replace is a cancel and a limit of the same side; a delete knows no size', () => {
    const flow = flowOf([
      add(1, 50, 10_100, SELL),
      { action: MBO_REPLACE, id: 1, newId: 2, qty: 30, price: 10_200 },
      { action: MBO_DELETE, id: 2 },
    ]);
    expect(messagesOf(flow)).toEqual([
      'limit 101 x 50',
      'cancel 101 x 50',
      'limit 102 x 30',
      'cancel 102 x 30',
    ]);
    expect([...flow.stream.side.subarray(0, 4)]).toEqual([SELL, SELL, SELL, SELL]);
  });

  it('DBN: a fill and the cancel or modify that it causes are one trade', () => {
    const flow = flowOf([
      add(1, 50),
      add(2, 20),
      { action: MBO_TRADE, id: 0, qty: 60, side: SELL, flags: 0 },
      { action: MBO_FILL, id: 1, qty: 50, flags: 0 },
      { action: MBO_FILL, id: 2, qty: 10, flags: 0 },
      { action: MBO_DELETE, id: 1, qty: 50, flags: 0 },
      { action: MBO_MODIFY, id: 2, qty: 10 },
    ]);
    expect(messagesOf(flow)).toEqual([
      'limit 100 x 50',
      'limit 100 x 20',
      'trade 100 x 50',
      'trade 100 x 10',
    ]);
    expect(bookText(flow.stream, 3).bids).toEqual(['100 x 10']);
  });

  it('a reduce of all that an order has left is a cancel', () => {
    const flow = flowOf([add(1, 50), { action: MBO_REDUCE, qty: 20 }, { action: MBO_REDUCE, qty: 30 }]);
    expect(messagesOf(flow)).toEqual(['limit 100 x 50', 'reduce 100 x 20', 'cancel 100 x 30']);
  });

  it('DBN: the rest of an aggressor, told before what it took, stands after that is off', () => {
    const flow = flowOf([
      add(1, 5, 10_100, SELL),
      add(2, 9, 10_100, SELL),
      add(3, 4, 10_100, SELL),
      { action: MBO_TRADE, id: 8, qty: 13, price: 10_100, flags: 0 },
      { action: MBO_FILL, id: 1, qty: 5, price: 10_100, side: SELL, flags: 0 },
      { action: MBO_FILL, id: 2, qty: 6, price: 10_100, side: SELL, flags: 0 },
      { action: MBO_FILL, id: 3, qty: 4, price: 10_100, side: SELL, flags: 0 },
      { ...add(8, 70, 10_100), flags: 0 },
      { action: MBO_REDUCE, id: 1, qty: 5, price: 10_100, side: SELL, flags: 0 },
      // One cancels the rest of what was hit, one comes back as an iceberg does.
      { action: MBO_REDUCE, id: 2, qty: 9, price: 10_100, side: SELL, flags: 0 },
      { action: MBO_MODIFY, id: 3, qty: 2, price: 10_200, side: SELL },
    ]);
    expect(messagesOf(flow).slice(3)).toEqual([
      'trade 101 x 5',
      'trade 101 x 6',
      'trade 101 x 4',
      'limit 101 x 70',
      'cancel 101 x 3',
      'limit 102 x 2',
    ]);
    expect(bookText(flow.stream, 8)).toEqual({ bids: ['101 x 70'], asks: ['102 x 2'] });
    expect(flow.remarks).toMatchObject({ unknownOrders: 0, missingRemovals: 0, fillsWithoutEffect: 0 });
  });

  it('DBN: an iceberg is filled and comes back; a fill without an effect is a hidden trade', () => {
    const flow = flowOf([
      add(1, 5),
      { action: MBO_FILL, id: 1, qty: 5, flags: 0 },
      { action: MBO_MODIFY, id: 1, qty: 7 },
      { action: MBO_FILL, id: 1, qty: 2 },
    ]);
    expect(messagesOf(flow)).toEqual([
      'limit 100 x 5',
      'trade 100 x 5',
      'limit 100 x 7',
      'hiddenTrade 100 x 2',
    ]);
    expect(flow.remarks.fillsWithoutEffect).toBe(1);
  });

  it('a modify to less keeps its place, one to another price or to more is a cancel and a limit', () => {
    const flow = flowOf([
      add(1, 50),
      { action: MBO_MODIFY, qty: 20 },
      { action: MBO_MODIFY, qty: 20, price: 10_100 },
      { action: MBO_MODIFY, qty: 30, price: 10_100 },
    ]);
    expect(messagesOf(flow)).toEqual([
      'limit 100 x 50',
      'reduce 100 x 30',
      'cancel 100 x 20',
      'limit 101 x 20',
      'cancel 101 x 20',
      'limit 101 x 30',
    ]);
  });

  it('a book that is crossed within an event is shown as at its end', () => {
    const flow = flowOf([
      add(1, 50, 10_100, SELL),
      { ...add(2, 50, 10_200, BUY), flags: 0 },
      { action: MBO_DELETE, id: 1, qty: 50 },
    ]);
    expect(bookText(flow.stream, 1)).toEqual({ bids: ['102 x 50'], asks: [] });
  });

  it('a snapshot is no message: its book stands in a row before the next one', () => {
    const snapshot = MBO_FLAG_SNAPSHOT | MBO_FLAG_LAST;
    const flow = flowOf([
      add(9, 5),
      { action: MBO_CLEAR, id: 0, flags: snapshot },
      { ...add(1, 50), flags: snapshot },
      { ...add(2, 40, 10_100, SELL), flags: snapshot },
      add(3, 10),
    ]);
    expect(messagesOf(flow)).toEqual(['limit 100 x 5', 'opening 0 x 0', 'limit 100 x 10']);
    expect(bookText(flow.stream, 1)).toEqual({ bids: ['100 x 50'], asks: ['101 x 40'] });
    expect(bookText(flow.stream, 2)).toEqual({ bids: ['100 x 60'], asks: ['101 x 40'] });
  });

  it('the book before the records opens the flow, and orders in it are known by their level', () => {
    const opening = { bidTicks: [100], bidLots: [30], askTicks: [101], askLots: [20] };
    const flow = flowOf([{ action: MBO_DELETE, id: 7, qty: 30 }], opening);
    expect(messagesOf(flow)).toEqual(['opening 0 x 0', 'cancel 100 x 30']);
    expect(bookText(flow.stream, 1)).toEqual({ bids: [], asks: ['101 x 20'] });
    expect(flow.remarks.unknownOrders).toBe(1);
  });

  it('a row that the vendor shows corrects what was rebuilt, as deep as it shows it', () => {
    const flow = new FlowFromMbo({ ...INFO, unitsPerTick: 100, unitsPerLot: 1, instrument: null });
    const batch = new MboBatch(1);
    for (const [id, price] of [
      [1, 10_000],
      [2, 9_900],
      [3, 9_800],
    ] as const) {
      Object.assign(batch, { count: 1 });
      batch.action[0] = MBO_ADD;
      batch.price[0] = price;
      batch.qty[0] = 10;
      batch.orderIdLo[0] = id;
      batch.flags[0] = MBO_FLAG_LAST;
      const isLast = id === 3;
      // Without order 1, which left unseen; the ask side has no level at all.
      flow.takeRecord(
        batch,
        0,
        isLast ? { bidTicks: [99], bidLots: [12], askTicks: [0], askLots: [0] } : null,
      );
    }
    expect(bookText(flow.stream, 2)).toEqual({ bids: ['99 x 12', '98 x 10'], asks: [] });
    expect(flow.remarks.touchCorrections).toBe(1);
  });

  it('what does not fit is counted and bounded', () => {
    const flow = flowOf([
      { ...add(1, 50), timeNs: 100 },
      { ...add(1, 20, 10_050), timeNs: 40 },
      { action: MBO_DELETE, id: 8, qty: 5, price: 9_000, timeNs: 200 },
      { action: MBO_MODIFY, id: 9, qty: 5, timeNs: 201 },
    ]);
    expect(flow.remarks).toEqual({
      clockResets: 1,
      unknownOrders: 2,
      duplicateOrders: 1,
      missingRemovals: 1,
      offTickPrices: 1,
      fillsWithoutEffect: 0,
      touchCorrections: 0,
    });
    expect([...flow.stream.timeNs.subarray(0, 3)]).toEqual([100, 100, 200]);
    expect(bookText(flow.stream, 1).bids).toEqual(['101 x 20']);
  });
});

describe('recordings', () => {
  const FILES = ['24', '25'].map((day) => `esh4-glbx-mdp3-202312${day}.mbo.dbn.zst`);
  const paths = FILES.map((file) => sharedFile(`data/dbn/nautilus/${file}`));

  it.skipIf(paths.includes(null))(
    'an ES day ends with the book that others found, and crosses only before the open',
    async () => {
      const { stream, remarks } = await readFiles(paths as string[]);
      const facts = sharedFacts('dbn', `nautilus/${FILES[1]}`) as unknown as {
        final: Record<string, number>;
      };
      const { best_bid, bid_size, best_ask, ask_size } = facts.final;
      const tick = Number(stream.tickSize);
      expect(tick).toBe(0.25);
      const last = bookText(stream, stream.count - 1);
      expect(last.bids[0]).toBe(`${best_bid! / tick} x ${bid_size}`);
      expect(last.asks[0]).toBe(`${best_ask! / tick} x ${ask_size}`);
      let lastCrossed = 0;
      let trades = 0;
      for (let row = 0; row < stream.count; row++) {
        const at = row * stream.levels;
        if (stream.askLots[at]! > 0 && stream.bidTicks[at]! >= stream.askTicks[at]!) lastCrossed = row;
        if (trades === 0 && FLOW_KIND_NAMES[stream.kind[row]!] === 'trade') trades = row;
      }
      expect(lastCrossed).toBeLessThanOrEqual(trades);
      expect(remarks).toMatchObject({
        clockResets: 0,
        duplicateOrders: 0,
        missingRemovals: 0,
        offTickPrices: 0,
      });
    },
  );
});
