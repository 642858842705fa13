/** The vectors of market-rules §7, with the tables of configs/venues/increments, and what the tables promise. */

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNDEF_INT32 } from '../../src/domain/index.ts';
import {
  checkPriceText,
  checkRts11,
  compileTickTable,
  consolidatedQuote,
  FIX_INVALID_PRICE_INCREMENT,
  type FilterOrder,
  formatExact,
  formatThirtySeconds,
  generateRts11,
  impliedBack,
  impliedFront,
  impliedSpread,
  isOnTick,
  NO_QUOTE,
  nextTick,
  nmsTickBands,
  parseExact,
  parseThirtySeconds,
  publishedShares,
  roundLotEvaluation,
  roundLotShares,
  roundToTick,
  rts11Bands,
  SymbolFilters,
  type TickBand,
  TickTimeline,
  tickEvaluation,
  twaqs,
} from '../../src/market/index.ts';
import {
  parseFuturesIncrements,
  parseRts11,
  parseSymbolFilters,
  parseUsEquityIncrements,
} from '../../src/scenarios/index.ts';

const read = (name: string): string =>
  readFileSync(new URL(`../../configs/venues/increments/${name}.yaml`, import.meta.url), 'utf8');
const usEquity = parseUsEquityIncrements(read('us-equity'), 'us-equity.yaml');
const rts11 = parseRts11(read('mifid-rts11'), 'mifid-rts11.yaml');
const futures = parseFuturesIncrements(read('cme'), 'cme.yaml');
const filters = parseSymbolFilters(read('crypto'), 'crypto.yaml');

const TODAY = '2026-01-05';
const AMENDED = '2026-11-02';
const bandsOf = (product: string): readonly TickBand[] => futures.find(({ name }) => name === product)!.bands;
const answer = (bands: readonly TickBand[], price: string): number => checkPriceText(bands, price).fixReason;
const OK = 0;
const OFF = FIX_INVALID_PRICE_INCREMENT;

describe('Rule 612', () => {
  it('T7.1-a: 25.005 is off today and fine at a tick of 0.005; four decimals below one dollar only', () => {
    expect(OFF).toBe(18);
    const today = nmsTickBands(usEquity.ticks, TODAY, null);
    expect(answer(today, '25.005')).toBe(OFF);
    expect(answer(today, '25.01')).toBe(OK);
    const tight = nmsTickBands(usEquity.ticks, AMENDED, parseExact('0.015'));
    expect(checkPriceText(tight, '25.005')).toEqual({ fixReason: OK, tick: '0.005' });
    expect(answer(today, '0.99995')).toBe(OFF);
    expect(answer(today, '0.9999')).toBe(OK);
    expect(answer(today, '1.0001')).toBe(OFF);
    // The same on the grid of the book, where 0.99995 cannot be said at all.
    const table = compileTickTable(today, '0.0001');
    expect([250_050, 250_100, 9999, 10_000, 10_001].map((ticks) => isOnTick(table, ticks))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });

  it('T7.1-b: TWAQS 0.012308 gives a tick of 0.005, 0.016581 one of 0.01', () => {
    const spread = (cent: number, twoCents: number) =>
      twaqs([
        { spread: '0.01', durationNs: cent * 1e9 },
        { spread: '0.02', durationNs: twoCents * 1e9 },
      ]);
    const tight = spread(18_000, 5400);
    const wide = spread(8000, 15_400);
    const value = ({ numerator, denominator }: { numerator: bigint; denominator: bigint }): number =>
      Number(numerator) / Number(denominator);
    expect(value(tight)).toBeCloseTo(0.012308, 6);
    expect(value(wide)).toBeCloseTo(0.016581, 6);
    const tickAtTen = (average: typeof tight | null): string =>
      checkPriceText(nmsTickBands(usEquity.ticks, AMENDED, average), '10').tick;
    expect([tickAtTen(tight), tickAtTen(wide), tickAtTen(null)]).toEqual(['0.005', '0.01', '0.01']);
    expect(() => twaqs([])).toThrow('averaged over some time');
  });

  it('spreads of January to March count from the first business day of May, of July to September from November', () => {
    expect(tickEvaluation('2026-11-02')).toEqual({
      year: 2026,
      firstMonth: 7,
      lastMonth: 9,
      operativeFrom: '2026-11-02',
      operativeTo: '2027-05-03',
    });
    expect(tickEvaluation('2026-11-01')).toMatchObject({
      year: 2026,
      firstMonth: 1,
      operativeFrom: '2026-05-01',
    });
    expect(tickEvaluation('2027-05-02')).toMatchObject({
      year: 2026,
      firstMonth: 7,
      operativeTo: '2027-05-03',
    });
    expect(roundLotEvaluation('2025-11-03')).toMatchObject({ firstMonth: 9, lastMonth: 9, year: 2025 });
    expect(roundLotEvaluation('2026-07-01')).toMatchObject({ firstMonth: 3, lastMonth: 3, year: 2026 });
  });
});

describe('round and odd lots', () => {
  it('T7.2-a: 612.40 has a lot of 40 and shows 120 of 130; 250.00, 1,000.00 and 1,000.01 at the bounds', () => {
    const lot = (close: string, day = TODAY): number => roundLotShares(usEquity.roundLots, day, close);
    expect(lot('612.40')).toBe(40);
    expect(publishedShares(130, 40)).toBe(120);
    expect(
      ['1000.00', '1000.01', '250.00', '250.01', '10000.00', '10000.01'].map((close) => lot(close)),
    ).toEqual([40, 10, 100, 40, 10, 1]);
    expect(lot('612.40', '2025-11-02')).toBe(100);
    expect(lot('612.40', '2025-11-03')).toBe(40);
  });

  it('T7.2-b: 10.03x40, 10.02x30, 10.01x50 show as 10.01x100', () => {
    const levels = [
      { priceTicks: 1003, shares: 40 },
      { priceTicks: 1002, shares: 30 },
      { priceTicks: 1001, shares: 50 },
    ];
    expect(consolidatedQuote(levels, 100)).toEqual({ priceTicks: 1001, shares: 100 });
    expect(consolidatedQuote(levels.slice(0, 2), 100)).toBeNull();
    expect(consolidatedQuote([{ priceTicks: 1003, shares: 240 }, ...levels], 100)).toEqual({
      priceTicks: 1003,
      shares: 200,
    });
  });
});

describe('RTS 11', () => {
  it.each([
    ['T7.3-a: 7.235', 700, '7.235', '0.005', OK],
    ['T7.3-a: 7.233', 700, '7.233', '0.005', OFF],
    ['T7.3-b: 52.30', 12_000, '52.30', '0.01', OK],
    ['T7.3-c: 0.35', 50, '0.35', '0.001', OK],
    ['T7.3-d: exactly 10.00', 700, '10.00', '0.01', OK],
    ['T7.3-e: 9.998', 700, '9.998', '0.005', OFF],
    ['T7.3-e: 9.995', 700, '9.995', '0.005', OK],
  ])('%s at %i transactions a day', (_, transactions, price, tick, fixReason) => {
    expect(checkPriceText(rts11Bands(rts11, transactions, false), price)).toEqual({ fixReason, tick });
  });

  it('columns begin at their number of transactions, and ETFs use the last', () => {
    const tickAtTwo = (transactions: number, isEtf = false): string =>
      checkPriceText(rts11Bands(rts11, transactions, isEtf), '2').tick;
    expect([9.9, 10, 79, 80, 600, 2000, 9000].map((count) => tickAtTwo(count))).toEqual([
      '0.02',
      '0.01',
      '0.01',
      '0.005',
      '0.002',
      '0.001',
      '0.0005',
    ]);
    expect(tickAtTwo(0, true)).toBe('0.0005');
    expect(() => rts11Bands(rts11, Number.NaN, false)).toThrow('at least 0');
  });

  it('the table is what its rule generates, and a wrong cell is found', () => {
    expect(checkRts11(rts11)).toEqual([]);
    expect(generateRts11().rows).toHaveLength(19);
    expect(() =>
      parseRts11(read('mifid-rts11').replace('"0.02", "0.01", "0.005"', '"0.02", "0.02", "0.005"'), 'x'),
    ).toThrow(/breaks 1 rule:\n {2}- rows\[5\]\.ticks\[1\]: 0\.01, found 0\.02/);
  });

  it('compiles for the finest grid of a stock', () => {
    const table = compileTickTable(rts11Bands(rts11, 700, false), '0.0001');
    expect([72_350, 72_330, 100_000, 99_980].map((ticks) => isOnTick(table, ticks))).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});

describe('CME increments', () => {
  it('T7.4-a: ZN 110-16+ is 110.515625; 110-162 is off for ZN and fine for ZF', () => {
    expect(formatExact(parseThirtySeconds('110-16+'))).toBe('110.515625');
    expect(formatExact(parseThirtySeconds('110-162'))).toBe('110.5078125');
    const check = (product: string, text: string): number =>
      answer(bandsOf(product), formatExact(parseThirtySeconds(text)));
    expect([check('ZN', '110-16+'), check('ZN', '110-162'), check('ZF', '110-162')]).toEqual([OK, OFF, OK]);
    expect([check('ZB', '110-16+'), check('ZB', '110-16'), check('ZT', '110-161')]).toEqual([OFF, OK, OK]);
  });

  it('T7.4-b: ES 4500.10 is off, a calendar spread of -3.35 is fine', () => {
    expect(answer(bandsOf('ES'), '4500.10')).toBe(OFF);
    expect(answer(bandsOf('ES-spread'), '-3.35')).toBe(OK);
    expect(answer(bandsOf('ES-spread'), '-3.33')).toBe(OFF);
    const spread = compileTickTable(bandsOf('ES-spread'), '0.01');
    expect([isOnTick(spread, -335), isOnTick(spread, -333)]).toEqual([true, false]);
  });

  it('T7.4-c: spread bid 5.00x20 and back bid 4510.00x12 imply a front bid of 4515.00x12', () => {
    // Ticks of 0.05, which leg and spread share.
    const at = (price: number, qtyLots: number) => ({ priceTicks: Math.round(price * 20), qtyLots });
    const spread = { bid: at(5, 20), ask: at(5.05, 7) };
    const back = { bid: at(4510, 12), ask: at(4510.25, 30) };
    const front = impliedFront(spread, back);
    expect(front.bid).toEqual(at(4515, 12));
    expect(front.ask).toEqual(at(4515.3, 7));
    expect(impliedSpread({ bid: at(4515, 3), ask: at(4515.5, 4) }, back)).toEqual({
      bid: at(4.75, 3),
      ask: at(5.5, 4),
    });
    expect(impliedBack(spread, { bid: at(4515, 3), ask: at(4515.5, 4) })).toEqual({
      bid: at(4509.95, 3),
      ask: at(4510.5, 4),
    });
    expect(impliedFront({ bid: NO_QUOTE, ask: spread.ask }, back).bid).toEqual(NO_QUOTE);
  });

  it('tick values are those of the rules', () => {
    const values = Object.fromEntries(
      futures.map(({ name, multiplier, bands }) => [
        name,
        bands.map(({ tick }) => {
          const step = parseExact(tick);
          const size = parseExact(multiplier);
          return Number(step.numerator * size.numerator) / Number(step.denominator * size.denominator);
        }),
      ]),
    );
    expect(values).toMatchObject({
      ...{ ES: [12.5], MES: [1.25], NQ: [5], YM: [5], RTY: [5], CL: [10], NG: [10], GC: [10], ZB: [31.25] },
      ...{ ZN: [15.625], ZF: [7.8125], ZT: [7.8125], SR3: [12.5], 'SR3-front': [6.25], '6E': [6.25] },
      ...{ ZC: [12.5], ZS: [12.5], ZW: [12.5], 'ES-spread': [2.5], 'ES-option': [2.5, 12.5], BTC: [25] },
    });
  });

  it('options on ES go by 0.05 up to 10.00 and by 0.25 above', () => {
    const check = (price: string) => checkPriceText(bandsOf('ES-option'), price);
    expect([check('9.95'), check('10.00'), check('10.05'), check('10.25')]).toEqual([
      { fixReason: OK, tick: '0.05' },
      { fixReason: OK, tick: '0.05' },
      { fixReason: OFF, tick: '0.25' },
      { fixReason: OK, tick: '0.25' },
    ]);
    const table = compileTickTable(bandsOf('ES-option'), '0.05');
    expect([nextTick(table, 199, 'up'), nextTick(table, 200, 'up'), nextTick(table, 205, 'down')]).toEqual([
      200, 205, 200,
    ]);
  });

  it('every price in 32nds comes back as it was, and other texts are refused', () => {
    for (let eighths = -600; eighths <= 600; eighths++) {
      const price = parseExact(`${eighths}/256`);
      expect(parseThirtySeconds(formatThirtySeconds(price))).toEqual(price);
    }
    expect([parseThirtySeconds('110-165'), parseThirtySeconds('110-167')].map(formatThirtySeconds)).toEqual([
      '110-16+',
      '110-167',
    ]);
    for (const text of ['110-32', '110-1', '110-164', '110-169', '110.5', '110-16++', '']) {
      expect(() => parseThirtySeconds(text), text).toThrow('a price in 32nds is points');
    }
    expect(() => formatThirtySeconds(parseExact('110.001'))).toThrow('a whole number of eighths');
  });
});

describe('crypto filters', () => {
  const btc = new SymbolFilters(
    filters.find(({ name }) => name === 'binance-spot-BTCUSDT')!,
    '0.01',
    '0.00000001',
  );
  const order = (qtyLots: number, overrides: Partial<FilterOrder> = {}): FilterOrder => ({
    priceTicks: 4_000_000,
    qtyLots,
    displayQtyLots: 0,
    hasNewPrice: true,
    hasNewQty: true,
    ...overrides,
  });
  const average = (ticks: number) => ({ numerator: BigInt(ticks), denominator: 1n });
  const MARKET = { priceTicks: UNDEF_INT32 };

  it('T7.5-a: 0.0001 at 40,000 is below the minimum notional, 0.00013 is fine, 0.000125 is off the step', () => {
    expect(btc.check(order(10_000), null)).toBe('MIN_NOTIONAL');
    expect(btc.check(order(13_000), null)).toBe('OK');
    expect(btc.check(order(12_500), null)).toBe('LOT_SIZE');
  });

  it('T1.17-c: average 100, factor 1.3: 130.00 passes, 130.01 does not', () => {
    const at = (priceTicks: number, mean: number | null = 10_000) =>
      btc.check(order(100_000_000, { priceTicks }), mean === null ? null : average(mean));
    expect([13_000, 13_001, 7000, 6999].map((ticks) => at(ticks))).toEqual([
      'OK',
      'PERCENT_PRICE',
      'OK',
      'PERCENT_PRICE',
    ]);
    expect(at(13_001, null)).toBe('OK');
    expect(btc.check(order(100_000_000, { priceTicks: 13_001, hasNewPrice: false }), average(10_000))).toBe(
      'OK',
    );
  });

  it('each filter answers by its name, and zero switches it off', () => {
    const spec = {
      ...filters[0]!,
      ...{ minPrice: '1', maxPrice: '50000', maxQty: '10', marketMaxQty: '1', maxNotional: '100000' },
      ...{ maxIcebergParts: 3 },
    };
    const all = new SymbolFilters(spec, '0.01', '0.00000001');
    const coin = 100_000_000;
    const cases: [FilterOrder, string][] = [
      [order(coin), 'OK'],
      [order(coin, { priceTicks: 99 }), 'PRICE_FILTER'],
      [order(coin, { priceTicks: 5_000_001 }), 'PRICE_FILTER'],
      [order(11 * coin), 'LOT_SIZE'],
      [order(11 * coin, { hasNewQty: false, hasNewPrice: false }), 'OK'],
      [order(2 * coin, MARKET), 'MARKET_LOT_SIZE'],
      [order(2 * coin), 'OK'],
      [order(3 * coin), 'NOTIONAL'],
      [order(coin, { displayQtyLots: coin / 4 }), 'ICEBERG_PARTS'],
      [order(10_000, MARKET), 'MIN_NOTIONAL'],
    ];
    expect(cases.map(([one]) => all.check(one, average(4_000_000)))).toEqual(cases.map(([, name]) => name));
    // Without an average price there is nothing to hold a market order to.
    expect(all.check(order(10_000, MARKET), null)).toBe('OK');
  });

  it('a step that divides the grid of the instrument is on it everywhere', () => {
    const coarse = new SymbolFilters({ ...filters[0]!, minQty: '0', minNotional: '0' }, '0.1', '1');
    expect(coarse.check(order(7, { priceTicks: 3 }), null)).toBe('OK');
  });

  it('counts ticks from zero or from the minimum, as the venue reads it', () => {
    const spec = { ...filters[0]!, minPrice: '0.05', tickSize: '0.10', minNotional: '0' };
    const from = (stepOrigin: 'zero' | 'minimum') =>
      new SymbolFilters({ ...spec, stepOrigin }, '0.01', '0.00000001').check(
        order(1000, { priceTicks: 15 }),
        null,
      );
    expect([from('zero'), from('minimum')]).toEqual(['PRICE_FILTER', 'OK']);
  });

  it('lists what is wrong with a spec, and refuses one that is finer than the grid', () => {
    const broken = { ...filters[0]!, tickSize: '-1', stepSize: 'x', maxIcebergParts: -1 };
    expect(() => new SymbolFilters(broken, '0.01', '0.00000001')).toThrow(
      /tickSize.*stepSize.*maxIcebergParts/,
    );
    expect(() => new SymbolFilters(filters[0]!, '0.004', '0.00000001')).toThrow(/tickSize is a whole number/);
  });
});

describe('tick tables', () => {
  const bands = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 12 })), {
      minLength: 1,
      maxLength: 5,
    })
    .map((parts) => {
      let from = 0;
      return parts.map(([width, tick], index) => {
        from += index === 0 ? 0 : width;
        return { from: String(from), tick: String(tick) };
      });
    });

  it('rounding gives the nearest valid price, across bands and below zero (against a search)', () => {
    let crossings = 0;
    fc.assert(
      fc.property(
        bands,
        fc.integer({ min: -200, max: 200 }),
        fc.constantFrom('up', 'down'),
        (list, price, direction) => {
          const table = compileTickTable(list, '1');
          const way = direction === 'up' ? 1 : -1;
          let expected = price;
          while (!isOnTick(table, expected)) expected += way;
          const found = roundToTick(table, price, direction as 'up' | 'down');
          expect(found).toBe(expected + 0);
          if (checkPriceText(list, String(price)).tick !== checkPriceText(list, String(found)).tick)
            crossings++;
          const isOn = checkPriceText(list, String(price)).fixReason === 0;
          expect(isOnTick(table, price)).toBe(isOn);
        },
      ),
      { seed: 7, numRuns: 5000 },
    );
    expect(crossings).toBeGreaterThan(50);
  });

  it('change within a run at their effective time', () => {
    const penny = compileTickTable(nmsTickBands(usEquity.ticks, TODAY, null), '0.0001');
    const half = compileTickTable(nmsTickBands(usEquity.ticks, AMENDED, parseExact('0.01')), '0.0001');
    const timeline = new TickTimeline([
      { fromNs: 0, table: penny },
      { fromNs: 1000, table: half },
    ]);
    expect([999, 1000].map((timeNs) => isOnTick(timeline.at(timeNs), 250_050))).toEqual([false, true]);
    expect([timeline.nextChangeNs(0), timeline.nextChangeNs(999), timeline.nextChangeNs(1000)]).toEqual([
      1000,
      1000,
      Number.POSITIVE_INFINITY,
    ]);
    expect(() => new TickTimeline([])).toThrow('rising times');
    expect(() => new TickTimeline([{ fromNs: 1, table: penny }])).toThrow('fromNs=1');
    expect(() => new TickTimeline([0, 0].map((fromNs) => ({ fromNs, table: penny })))).toThrow(
      'rising times',
    );
  });

  it('say everything that is wrong with them', () => {
    const broken = [
      { from: '1', tick: '0' },
      { from: '0.5', after: '0.5', tick: '1' },
      { from: '0.5', tick: 'x' },
    ];
    expect(() => compileTickTable(broken, '0')).toThrow(
      /bands\[0\]\.tick: .*bands\[0\]\.from: gap.*bands\[1\]: exactly one.*bands\[2\]\.tick.*bands\[2\]: bands rise.*gridTick/,
    );
    expect(() => compileTickTable([{ from: '0', tick: '0.005' }], '0.01')).toThrow(
      'bands[0].tick: 0.005 is a whole number of grid ticks of 0.01',
    );
    const text = read('us-equity')
      .replace('to: "2025-11-03"', 'to: "2025-10-03"')
      .replace('averageCloseAtMost: "1000.00"', 'averageCloseAtMost: "100.00"')
      .replace('{ from: "1", tick: "0.005" }', '{ from: "0", tick: "0.005" }');
    expect(() => parseUsEquityIncrements(text, 'x.yaml')).toThrow(
      /x\.yaml breaks 3 rules:[\s\S]*roundLots\[1\]\.from: gap[\s\S]*classes\[0\]\.bands\[1\]: bands rise[\s\S]*lots\[1\]\.averageCloseAtMost: bounds rise/,
    );
  });
});
