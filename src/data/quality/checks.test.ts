import { describe, expect, it } from 'vitest';
import { type NewRecord, QUALITY_BITS, SCHEMAS, type SchemaName } from '../registry.ts';
import { RecordBatch } from '../schema/record-batch.ts';
import { ALWAYS_OPEN } from './calendar.ts';
import { jumpThreshold } from './jump-test.ts';
import { QUALITY_DEFAULTS, type QualityOptions, qualityOptionsOf } from './options.ts';
import { RollingMedian } from './rolling-median.ts';
import { CheckStage } from './stage.ts';

const SECOND = 1_000_000_000n;
const START = 1_700_006_400n * SECOND;
const SEEDS = [1, 2, 3, 4, 5];

function createDraw(seed: number): (limit: number) => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

type Given<N extends SchemaName> = NewRecord<N> & { readonly source?: number };

/** Bits of records that go through a stage in batches of `capacity`, as a feed gives them. */
function marksOf<N extends SchemaName>(
  schema: N,
  records: readonly Given<N>[],
  options: Partial<QualityOptions> = {},
  capacity = 7,
): { readonly marks: string[]; readonly stage: CheckStage } {
  const stage = new CheckStage({ ...QUALITY_DEFAULTS, ...options });
  const marks: string[] = [];
  for (let at = 0; at < records.length; at += capacity) {
    const batch = new RecordBatch(SCHEMAS[schema], capacity) as unknown as RecordBatch;
    for (const record of records.slice(at, at + capacity))
      expect(batch.push({ source: 0, ...record } as never)).toBeNull();
    stage.check(batch, (aside) => expect.fail(aside.detail));
    const quality = batch.column('quality') as Int32Array;
    for (let row = 0; row < batch.count; row++)
      marks.push(QUALITY_BITS.filter((_, bit) => ((quality[row]! >> bit) & 1) === 1).join('+'));
  }
  return { marks, stage };
}

function trade(index: number, more: Partial<Given<'trade'>> = {}): Given<'trade'> {
  return {
    symbol: 'A',
    tsEvent: START + BigInt(index) * SECOND,
    price: 100,
    qty: 1,
    kind: 'regular',
    sourceIndex: index,
    ...more,
  };
}

function quote(index: number, bidPrice: number, askPrice: number, more: Partial<Given<'bbo'>> = {}) {
  const tsEvent = START + BigInt(index) * SECOND;
  return { symbol: 'A', tsEvent, bidPrice, askPrice, bidQty: 1, askQty: 1, sourceIndex: index, ...more };
}

function bar(index: number, more: Partial<Given<'bar'>> = {}): Given<'bar'> {
  return {
    symbol: 'A',
    tsEvent: START + BigInt(60 * index) * SECOND,
    intervalS: 60,
    basis: 'trade',
    open: 100,
    high: 101,
    low: 99,
    close: 100,
    adjusted: 'raw',
    sourceIndex: index,
    ...more,
  };
}

describe('order of time', () => {
  it('marks each record that is earlier than the one of its symbol before it', () => {
    const times = [0, 1, 0, 1, 5, 4, 4];
    const { marks } = marksOf(
      'trade',
      times.flatMap((second, index) => [
        trade(second, { sourceIndex: 2 * index }),
        trade(index, { symbol: 'B', sourceIndex: 2 * index + 1 }),
      ]),
    );
    expect(marks.filter((_, index) => index % 2 === 0)).toEqual([
      '',
      '',
      'timeBackwards',
      '',
      '',
      'timeBackwards',
      '',
    ]);
    expect(marks.filter((_, index) => index % 2 === 1).join('')).toBe('');
  });
});

describe('duplicates', () => {
  it.each(SEEDS)('are found among the last records as by comparing each with each, seed %i', (seed) => {
    const draw = createDraw(seed);
    const window = 16;
    const records = Array.from({ length: 3000 }, (_, index): Given<'trade'> => {
      const names = [{ tradeId: `${draw(12)}` }, { sequence: draw(12) }, {}];
      return {
        ...trade(draw(2), { symbol: 'AB'[draw(2)]!, price: 100 + draw(2) }),
        ...names[draw(3)],
        source: draw(2),
        sourceIndex: draw(3) === 0 ? draw(8) : 1000 + index,
      };
    });
    const contentOf = ({ source: _source, sourceIndex: _place, ...content }: Given<'trade'>): string =>
      JSON.stringify(content, (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    const expected = records.map((record, index) =>
      records.slice(Math.max(0, index - window), index).some((earlier) => {
        if (contentOf(earlier) !== contentOf(record)) return false;
        if (record.tradeId !== undefined) return true;
        const isSamePlace = earlier.source === record.source && earlier.sourceIndex === record.sourceIndex;
        return isSamePlace || (record.sequence !== undefined && earlier.source !== record.source);
      }),
    );
    const { marks } = marksOf('trade', records, { duplicateWindow: window, order: false, sequence: 'none' });
    expect(marks.map((mark) => mark.includes('duplicate'))).toEqual(expected);
    expect(expected.filter(Boolean).length).toBeGreaterThan(20);
  });

  it('keeps equal records of one message, and marks a bar that comes again with other prices', () => {
    const twice = [trade(0, { sequence: 7 }), trade(0, { sequence: 7, sourceIndex: 1 })];
    expect(marksOf('trade', twice).marks).toEqual(['', '']);
    expect(marksOf('bar', [bar(0), bar(1), bar(0, { close: 100.5 })]).marks).toEqual(['', '', 'duplicate']);
  });

  it('keeps records that differ in any field', () => {
    const base = trade(0, { tradeId: 'x', exchange: 'Q', conditions: '1', aggressor: 'buy', sequence: 1 });
    const others: Partial<Given<'trade'>>[] = [
      { symbol: 'B' },
      { tsEvent: START + 1n },
      { price: 100.000000001 },
      { qty: 1.5 },
      { kind: 'auction' },
      { tradeId: 'y' },
      { exchange: 'N' },
      { conditions: '2' },
      { conditions: null },
      { aggressor: 'sell' },
      { sequence: 2 },
      { isPrintable: true },
    ];
    const records = [base, ...others.map((other) => ({ ...base, ...other })), { ...base, tsRecv: START }];
    const { marks } = marksOf('trade', records, { order: false, sequence: 'none' });
    expect(marks.map((mark) => mark.includes('duplicate'))).toEqual([
      ...others.map(() => false),
      false,
      true,
    ]);
  });
});

describe('gaps of numbers', () => {
  const dense = (count: number, symbols = 1): Given<'trade'>[] =>
    Array.from({ length: count }, (_, index) =>
      trade(index, { symbol: `S${index % symbols}`, sequence: index + 1 }),
    );

  it('are found in a feed whose numbers run over all symbols, with what is missing and when', () => {
    const records = dense(300, 3).filter(({ sequence }) => sequence !== 201 && sequence !== 202);
    const { marks, stage } = marksOf('trade', records);
    expect(
      marks.flatMap((mark, index) => (mark === '' ? [] : [`${mark} ${records[index]!.sequence}`])),
    ).toEqual(['gapBefore 203']);
    expect(stage.gaps.kept).toEqual([
      {
        kind: 'sequence',
        schema: 'trade',
        symbol: '',
        from: 201n,
        to: 202n,
        missing: 2,
        afterNs: START + 199n * SECOND,
        beforeNs: START + 202n * SECOND,
      },
    ]);
  });

  it('are found within symbols that count by themselves', () => {
    const records = dense(600).flatMap((record) => [
      { ...record, symbol: 'A' },
      { ...record, symbol: 'B', sequence: record.sequence! + 5_000_000 },
    ]);
    const { stage } = marksOf(
      'trade',
      records.filter(({ symbol, sequence }) => symbol !== 'B' || sequence !== 5_000_400),
    );
    expect(stage.gaps.kept).toMatchObject([{ symbol: 'B', from: 5_000_400n, to: 5_000_400n, missing: 1 }]);
  });

  it('are no gaps where numbers only grow, unless the user says what they count', () => {
    const records = dense(300).map((record, index) => ({ ...record, sequence: 3 * index }));
    expect(marksOf('trade', records).stage.gaps.counts()).toEqual({});
    expect(marksOf('trade', records, { sequence: 'feed' }).stage.gaps.counts()).toEqual({
      sequence: { gaps: 299, missing: 598 },
    });
    expect(marksOf('trade', records, { sequence: 'none' }).stage.gaps.counts()).toEqual({});
  });

  it('are no gaps when a message comes late or the numbers start anew', () => {
    const numbers = [...Array.from({ length: 200 }, (_, i) => 5000 + i), 5150, 5200, 1, 2, 3];
    const records = numbers.map((sequence, index) => trade(index, { sequence }));
    expect(marksOf('trade', records, { sequence: 'feed' }).stage.gaps.kept).toEqual([]);
  });
});

describe('bars by the calendar', () => {
  it('are missing while the market is open, and trades out of hours are told', () => {
    const bars = [bar(0), bar(1), bar(4), bar(5)];
    const closed = {
      ...ALWAYS_OPEN,
      name: 'shut',
      isOpen: (ns: bigint) => ns !== START + 180n * SECOND,
      isTraded: (ns: bigint) => ns !== START + 180n * SECOND,
    };
    const { marks, stage } = marksOf('bar', bars, { calendar: closed });
    expect(marks).toEqual(['', '', 'gapBefore', '']);
    expect(stage.gaps.kept).toMatchObject([
      { kind: 'interval', from: START + 120n * SECOND, to: START + 120n * SECOND, missing: 1 },
    ]);
    expect(marksOf('bar', bars, { calendar: ALWAYS_OPEN }).stage.gaps.counts()).toEqual({
      interval: { gaps: 1, missing: 2 },
    });
    expect(marksOf('bar', bars).stage.gaps.counts()).toEqual({});
    expect(marksOf('trade', [trade(179), trade(180), trade(181)], { calendar: closed }).marks).toEqual([
      '',
      'outOfSession',
      '',
    ]);
  });

  it('mark what does not fit to itself', () => {
    const bars = [bar(0), bar(1, { open: 102 }), bar(2, { vwap: 98 }), bar(3, { vwap: 99 })];
    expect(marksOf('bar', bars).marks).toEqual(['', 'barMismatch', 'barMismatch', '']);
  });
});

describe('books', () => {
  it('tells crossed and locked quotes, and leaves empty sides alone', () => {
    const quotes = [
      quote(0, 100, 101),
      quote(1, 101, 101),
      quote(2, 102, 101),
      quote(3, 102, 101, { askPrice: null }),
    ];
    expect(marksOf('bbo', quotes).marks).toEqual(['', 'locked', 'crossed', '']);
  });

  it.each(SEEDS)(
    'tells the book of levels as one that is sorted anew after each message, seed %i',
    (seed) => {
      const draw = createDraw(seed);
      const levels = { buy: new Map<number, number>(), sell: new Map<number, number>() };
      const expected: string[] = [];
      const records = Array.from({ length: 500 }, (_, index): Given<'mbp'> => {
        const side = draw(2) === 0 ? 'buy' : 'sell';
        const price = side === 'buy' ? 90 + draw(12) : 100 + draw(12);
        const qty = draw(3);
        const isClear = draw(50) === 0;
        const isLast = draw(3) > 0;
        if (isClear) levels[side].clear();
        else if (qty === 0) levels[side].delete(price);
        else levels[side].set(price, qty);
        const spread = Math.min(...levels.sell.keys()) - Math.max(...levels.buy.keys());
        expected.push(!isLast || spread > 0 ? '' : spread === 0 ? 'locked' : 'crossed');
        const content = isClear ? { action: 'clear' as const } : { action: 'set' as const, price, qty };
        const tsEvent = START + BigInt(index);
        return { symbol: 'A', tsEvent, side, sourceIndex: index, flags: isLast ? 1 : 0, ...content };
      });
      expect(marksOf('mbp', records).marks).toEqual(expected);
      expect(new Set(expected)).toEqual(new Set(['', 'locked', 'crossed']));
    },
  );
});

describe('stale quotes', () => {
  it('are those received late, and those that repeat themselves for much longer than they do otherwise', () => {
    const moving = Array.from({ length: 40 }, (_, index) => quote(index, 100 + (index % 2) * 0.5, 101));
    const last = moving.at(-1)!;
    const repeated = [100, 101].map((second) => ({
      ...last,
      tsEvent: START + BigInt(second) * SECOND,
      sourceIndex: second,
    }));
    const late = quote(102, 99, 101, { tsRecv: START + 108n * SECOND });
    const { marks } = marksOf('bbo', [...moving, ...repeated, late], { outliers: false, jumps: false });
    expect(marks.slice(0, 40).join('')).toBe('');
    expect(marks.slice(40)).toEqual(['stale', 'stale', 'stale']);
  });
});

describe('scores', () => {
  it.each(SEEDS)('have the median and deviation that sorting gives, seed %i', (seed) => {
    const draw = createDraw(seed);
    const rolling = new RollingMedian(16);
    const values: number[] = [];
    for (let i = 0; i < 300; i++) {
      const value = draw(3) === 0 ? 5 : draw(1000) - 500;
      values.push(value);
      rolling.push(value);
      const last = values.slice(-16);
      expect(rolling.median).toBe(middle(last));
      expect(rolling.deviation).toBe(middle(last.map((one) => Math.abs(one - rolling.median))));
    }
  });

  it('mark a bad tick and not the way back, and believe a level that lasts', () => {
    const draw = createDraw(7);
    const prices = Array.from({ length: 100 }, () => 100 + draw(5) / 100);
    prices[60] = 130;
    const marksBy = (series: readonly number[]): number[] => {
      const { marks } = marksOf(
        'trade',
        series.map((price, index) => trade(index, { price })),
        { jumps: false },
      );
      return marks.flatMap((mark, index) => (mark === 'outlier' ? [index] : []));
    };
    expect(marksBy(prices)).toEqual([60]);
    expect(marksBy(prices.map((price, index) => (index < 70 ? price : price + 30)))).toEqual([
      60, 70, 71, 72,
    ]);
  });

  it('have the critical value of Lee and Mykland', () => {
    // n = 1440, level 0.1 %: C = 4.2659, S = 0.32862, quantile 6.90726.
    expect(jumpThreshold(1440, 0.001)).toBeCloseTo(6.5358, 3);
  });

  it('find the bar that jumps, and next to nothing in a walk without jumps', () => {
    const draw = createDraw(11);
    let price = 100;
    const bars = Array.from({ length: 2000 }, (_, index) => {
      const normal = Array.from({ length: 12 }, () => draw(1000) / 1000).reduce((a, b) => a + b, -6);
      price *= Math.exp(0.0005 * normal + (index === 1500 ? 0.01 : 0));
      return bar(index, { open: price, high: price, low: price, close: price });
    });
    const { marks } = marksOf('bar', bars, { outliers: false });
    const found = marks.flatMap((mark, index) => (mark === 'jump' ? [index] : []));
    expect(found).toContain(1500);
    expect(found.length).toBeLessThanOrEqual(3);
  });

  it('measure spreads by the time of day, and rise until few are unusual', () => {
    const hour = 3600;
    const quotes: Given<'bbo'>[] = [];
    for (let day = 0; day < 3; day++) {
      for (let i = 0; i < 400; i++) {
        const isOpening = i < 100;
        const second = day * 24 * hour + (isOpening ? 0 : hour) + i;
        const isOdd = day === 2 && (i === 50 || i === 300);
        quotes.push(quote(second, 100, 100 + (isOpening || isOdd ? 0.4 : 0.02), { bidQty: i + 1 }));
      }
    }
    const { marks } = marksOf('bbo', quotes, { outliers: false, jumps: false });
    const unusual = marks.flatMap((mark, index) => (mark === 'unusualSpread' ? [index - 800] : []));
    expect(unusual).toEqual([300]);
    const wild = quotes.map((one, index) => ({ ...one, askPrice: 100 + (index % 10 === 0 ? 5 : 0.02) }));
    const count = marksOf('bbo', wild, { outliers: false, jumps: false }).marks.filter(
      (mark) => mark === 'unusualSpread',
    ).length;
    expect(count).toBeLessThan(60);
    expect(count).toBeGreaterThan(0);
  });

  it('mark a size far above what is usual', () => {
    const draw = createDraw(3);
    const trades = Array.from({ length: 400 }, (_, index) =>
      trade(index, { qty: index === 350 ? 1e6 : 1 + draw(100) }),
    );
    const { marks } = marksOf('trade', trades);
    expect(marks.flatMap((mark, index) => (mark === '' ? [] : [`${mark} ${index}`]))).toEqual([
      'unusualVolume 350',
    ]);
  });
});

describe('options', () => {
  it('switch each check off', () => {
    const off = { order: false, duplicates: false, sequence: 'none', books: false, stale: false } as const;
    const records = [quote(5, 102, 101, { tsRecv: START + 100n * SECOND }), quote(0, 101, 101)];
    expect(marksOf('bbo', records).marks).toEqual(
      ['crossed+stale', 'timeBackwards+locked'].map((mark) =>
        QUALITY_BITS.filter((bit) => mark.split('+').includes(bit)).join('+'),
      ),
    );
    expect(marksOf('bbo', records, off).marks).toEqual(['', '']);
  });

  it('are read from texts, all problems at once', () => {
    expect(qualityOptionsOf({ order: 'off', outlierScore: '12.5', sequence: 'feed' })).toEqual({
      ...QUALITY_DEFAULTS,
      order: false,
      outlierScore: 12.5,
      sequence: 'feed',
    });
    const wrong = { order: 'no', duplicateWindow: '100', outlierScore: '0', sequence: 'all', speed: '1' };
    expect(() => qualityOptionsOf(wrong)).toThrow(
      /order=no \(on, off\).*a power of two.*1 to 1000000.*auto, symbol, feed, none.*speed=1 \(allowed: order/,
    );
  });
});

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[at]! : (sorted[at - 1]! + sorted[at]!) / 2;
}
