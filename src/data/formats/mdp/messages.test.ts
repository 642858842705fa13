import { describe, expect, it } from 'vitest';
import { readMdp } from '../../../../tests/support/mdp-reader.ts';
import { type Given, MDP_EPOCH_NS, mdpFile, mdpMessage } from '../../../../tests/support/sbe-messages.ts';

const px = (value: number): bigint => BigInt(Math.round(value * 1e4)) * 100_000n;
const END = 0x80;

const file = (...messages: Uint8Array[]): Uint8Array =>
  mdpFile(messages.map((message, index) => ({ sequence: index + 1, messages: [message] })));

const trade = (given: Given): Given => ({
  MDEntryPx: px(100),
  MDEntrySize: 4,
  SecurityID: 5,
  RptSeq: 1,
  NumberOfOrders: 0,
  AggressorSide: 1,
  MDUpdateAction: 0,
  ...given,
});

describe('trades of MDP 3.0', () => {
  const summary = (entries: Given[], orders: Given[]): Uint8Array =>
    mdpMessage(
      48,
      { TransactTime: 9n, MatchEventIndicator: END },
      { NoMDEntries: entries, NoOrderIDEntries: orders },
    );

  it('the first order is the aggressor, the others rested, and each trade has its own', () => {
    const read = readMdp(
      file(
        summary(
          [
            trade({ NumberOfOrders: 3, MDTradeEntryID: 77 }),
            trade({ RptSeq: 2, NumberOfOrders: 2, AggressorSide: 2, MDEntryPx: px(99) }),
          ],
          [
            { OrderID: 1n, LastQty: 4 },
            { OrderID: 2n, LastQty: 3 },
            { OrderID: 0n, LastQty: 1 },
            { OrderID: 4n, LastQty: 4 },
            { OrderID: 5n, LastQty: 4 },
          ],
        ),
      ),
    );
    expect(read.sink.records('trade')).toMatchObject([
      {
        price: 100,
        qty: 4,
        aggressor: 'buy',
        kind: 'regular',
        tradeId: '77',
        buyOrderId: 1n,
        sellOrderId: null,
        tsEvent: 9n,
        sequence: 1,
      },
      { price: 99, qty: 4, aggressor: 'sell', tradeId: null, buyOrderId: 5n, sellOrderId: 4n },
    ]);
    expect(
      read.sink
        .records('mbo')
        .map(({ action, side, orderId, price, qty, flags }) => [action, side, orderId, price, qty, flags]),
    ).toEqual([
      ['trade', 'buy', 1n, 100, 4, 0],
      ['fill', 'sell', 2n, 100, 3, 0],
      ['fill', 'sell', null, 100, 1, 0],
      ['trade', 'sell', 4n, 99, 4, 0],
      ['fill', 'buy', 5n, 99, 4, 1],
    ]);
  });

  it('a trade without an aggressor has none, and its orders have no side', () => {
    const read = readMdp(
      file(summary([trade({ AggressorSide: 0, NumberOfOrders: 1 })], [{ OrderID: 1n, LastQty: 4 }])),
    );
    expect(read.sink.records('trade')).toMatchObject([{ aggressor: null, buyOrderId: null }]);
    expect(read.sink.records('mbo')).toMatchObject([{ action: 'fill', side: null }]);
  });

  it('corrections and busts are told as such', () => {
    const read = readMdp(
      file(summary([trade({ MDUpdateAction: 1 }), trade({ RptSeq: 2, MDUpdateAction: 2 })], [])),
    );
    expect(read.sink.records('trade').map(({ kind }) => kind)).toEqual(['correction', 'bust']);
  });

  it('an order that belongs to no trade is counted', () => {
    const read = readMdp(file(summary([trade({})], [{ OrderID: 1n, LastQty: 4 }])));
    expect(read.sink.remarks.get('order-of-no-trade')).toBe(1);
  });

  it('a field that a version did not have is not read from what lies in its place', () => {
    const entry = {
      MDEntryPx: 1_000_000_000n,
      MDEntrySize: 1,
      SecurityID: 5,
      RptSeq: 1,
      NumberOfOrders: 0,
      AggressorSide: 1,
      MDTradeEntryID: 3,
    };
    const make = (version: number): Uint8Array =>
      mdpMessage(42, { MatchEventIndicator: END }, { NoMDEntries: [entry] }, version);
    expect(readMdp(file(make(6))).sink.records('trade')).toMatchObject([{ price: 100, tradeId: null }]);
    expect(readMdp(file(make(7))).sink.records('trade')).toMatchObject([{ price: 100, tradeId: '3' }]);
  });

  it('quantities of 64 bits are whole', () => {
    const message = mdpMessage(
      65,
      { MatchEventIndicator: END },
      { NoMDEntries: [trade({ MDEntrySize: 2n ** 40n + 1n, MDTradeEntryID: 1 })] },
    );
    expect(readMdp(file(message)).sink.records('trade')).toMatchObject([{ qty: 2 ** 40 + 1 }]);
  });
});

describe('figures of MDP 3.0', () => {
  it('each kind of figure, with the day it is about', () => {
    const daily = (type: string, given: Given): Given => ({
      SecurityID: 5,
      MDUpdateAction: 0,
      SettlPriceType: 128,
      MDEntryType: type,
      ...given,
    });
    const read = readMdp(
      file(
        mdpMessage(
          49,
          { TransactTime: 5n, MatchEventIndicator: END },
          {
            NoMDEntries: [
              daily('6', { RptSeq: 1, MDEntryPx: px(-3.5), SettlPriceType: 0b1110, TradingReferenceDate: 1 }),
              daily('B', { RptSeq: 2, MDEntrySize: 10 }),
              daily('C', { RptSeq: 3, MDEntrySize: 11 }),
              daily('W', { RptSeq: 4, MDEntryPx: px(7) }),
              daily('6', { RptSeq: 5, MDEntryPx: px(7), MDUpdateAction: 2 }),
              daily('x', { RptSeq: 6 }),
            ],
          },
        ),
        mdpMessage(
          51,
          { MatchEventIndicator: END },
          {
            NoMDEntries: ['4', '7', '8', 'N', 'O'].map((type, index) => ({
              SecurityID: 5,
              RptSeq: 7 + index,
              MDEntryType: type,
              MDEntryPx: px(index + 1),
            })),
          },
        ),
        mdpMessage(
          37,
          { MatchEventIndicator: END },
          { NoMDEntries: [{ SecurityID: 5, RptSeq: 12, MDEntrySize: 999 }] },
        ),
        mdpMessage(
          50,
          { MatchEventIndicator: END },
          {
            NoMDEntries: [
              {
                SecurityID: 5,
                RptSeq: 13,
                HighLimitPrice: px(9),
                LowLimitPrice: px(1),
                MaxPriceVariation: px(2),
              },
            ],
          },
        ),
      ),
    );
    expect(
      read.sink.records('statistics').map(({ kind, price, value, detail }) => [kind, price ?? value, detail]),
    ).toEqual([
      ['settlement', -3.5, 'preliminary actual rounded intraday'],
      ['clearedVolume', 10, null],
      ['openInterest', 11, null],
      ['fixing', 7, null],
      ['settlement', null, 'deleted'],
      ['open', 1, null],
      ['high', 2, null],
      ['low', 3, null],
      ['highestBid', 4, null],
      ['lowestAsk', 5, null],
      ['volume', 999, null],
      ['limitUp', 9, null],
      ['limitDown', 1, null],
      ['other', 2, 'maxPriceVariation'],
    ]);
    expect(read.sink.records('statistics')[0]).toMatchObject({
      isFinal: false,
      tsReference: 86_400_000_000_000n,
      tsEvent: 5n,
    });
    expect(Object.fromEntries(read.sink.quarantine.counts)).toEqual({ 'unknown-type': 1 });
  });
});

const future = (given: Given = {}, groups: Readonly<Record<string, readonly Given[]>> = {}): Uint8Array =>
  mdpMessage(
    54,
    {
      SecurityUpdateAction: 'A',
      LastUpdateTime: MDP_EPOCH_NS,
      MDSecurityTradingStatus: 17,
      SecurityExchange: 'XCME',
      SecurityGroup: 'ES',
      Asset: 'ES',
      Symbol: 'ESH4',
      SecurityID: 5,
      SecurityType: 'FUT',
      CFICode: 'FFIXSX',
      Currency: 'USD',
      MatchAlgorithm: 'F',
      MinTradeVol: 1,
      MaxTradeVol: 3000,
      MinPriceIncrement: px(25),
      MinPriceIncrementAmount: px(12.5),
      DisplayFactor: 10_000_000n,
      SettlPriceType: 3,
      TradingReferencePrice: px(445_000),
      OpenInterestQty: 77,
      HighLimitPrice: px(460_000),
      UserDefinedInstrument: 'N',
      ...given,
    },
    {
      NoEvents: [
        { EventType: 5, EventTime: MDP_EPOCH_NS - 86_400_000_000_000n },
        { EventType: 7, EventTime: MDP_EPOCH_NS + 86_400_000_000_000n },
      ],
      NoMDFeedTypes: [{ MDFeedType: 'GBX', MarketDepth: 5 }],
      ...groups,
    },
  );

describe('definitions of MDP 3.0', () => {
  const level = (place: number, shown: number): Given => ({
    SecurityID: 5,
    RptSeq: place,
    MDPriceLevel: place,
    MDEntryType: '0',
    MDEntryPx: px(shown),
    MDEntrySize: 1,
  });

  it('a future with its figures, and the books go by its name, factor and depth', () => {
    const levels = [1, 2, 3, 4, 5, 6].map((place) => level(place, 445_000 - 25 * place));
    const read = readMdp(
      file(future(), mdpMessage(46, { MatchEventIndicator: END }, { NoMDEntries: levels })),
    );
    expect(read.sink.records('definition')).toMatchObject([
      {
        symbol: 'ESH4',
        assetClass: 'future',
        mic: 'XCME',
        currency: 'USD',
        tick: 0.25,
        multiplier: 50,
        minQty: 1,
        maxQty: 3000,
        expiry: '2023-11-16',
        listed: '2023-11-14',
        isActive: true,
        matching: 'F',
        productCode: 'ES',
        vendorId: '5',
        tsEvent: MDP_EPOCH_NS,
      },
    ]);
    expect(read.sink.records('statistics').map(({ kind, price, value }) => [kind, price ?? value])).toEqual([
      ['settlement', 4450],
      ['openInterest', 77],
      ['limitUp', 4600],
    ]);
    expect(read.sink.records('status')).toMatchObject([{ symbol: 'ESH4', status: 'trading' }]);
    expect(read.sink.records('mbp').map(({ symbol, price }) => [symbol, price])).toEqual(
      [1, 2, 3, 4, 5].map((place) => ['ESH4', 4450 - 0.25 * place]),
    );
    expect(Object.fromEntries(read.sink.quarantine.counts)).toEqual({ 'level-order': 1 });
  });

  it('one that says nothing new is counted, one that does is told', () => {
    const read = readMdp(file(future(), future(), future({ SecurityUpdateAction: 'D' })));
    expect(read.sink.records('definition').map(({ isActive, delisted }) => [isActive, delisted])).toEqual([
      [true, null],
      [false, '2023-11-15'],
    ]);
    expect(read.sink.remarks.get('repeated-definition')).toBe(1);
  });

  it('one that comes behind the first prices does not rename what was written', () => {
    const read = readMdp(
      file(mdpMessage(46, { MatchEventIndicator: END }, { NoMDEntries: [level(1, 445_000)] }), future()),
    );
    expect(read.sink.records('mbp')).toMatchObject([{ symbol: '5', price: 445_000 }]);
    expect(read.sink.records('definition')).toMatchObject([{ symbol: 'ESH4', tick: 0.25 }]);
    expect(read.sink.remarks.get('late-definition')).toBe(1);
  });

  it('options, spreads, bonds and spot FX', () => {
    const read = readMdp(
      file(
        future(),
        mdpMessage(
          55,
          {
            SecurityUpdateAction: 'A',
            Symbol: 'ESH4 C4500',
            SecurityID: 6,
            Asset: 'ES',
            SecurityGroup: 'EZ',
            CFICode: 'OCAFPS',
            PutOrCall: 1,
            StrikePrice: px(450_000),
            DisplayFactor: 10_000_000n,
            MinPriceIncrement: px(5),
            SettlPriceType: 128,
          },
          { NoUnderlyings: [{ UnderlyingSecurityID: 5, UnderlyingSymbol: 'ESH4' }] },
        ),
        mdpMessage(
          56,
          {
            SecurityUpdateAction: 'A',
            Symbol: 'ESH4-ESM4',
            SecurityID: 7,
            SecurityGroup: 'ES',
            Asset: 'ES',
            DisplayFactor: 10_000_000n,
            SettlPriceType: 128,
          },
          {
            NoLegs: [
              { LegSecurityID: 5, LegSide: 1, LegRatioQty: 1 },
              { LegSecurityID: 9, LegSide: 2, LegRatioQty: 2 },
            ],
          },
        ),
        mdpMessage(57, {
          SecurityUpdateAction: 'A',
          Symbol: 'T 4.5',
          SecurityID: 8,
          DisplayFactor: 1_000_000_000n,
          MaturityDate: 20_000,
          SecurityAltID: '912810TV0',
          SecurityAltIDSource: 1,
          CountryOfIssue: 'US',
          FinancialInstrumentFullName: 'US Treasury',
        }),
        mdpMessage(63, {
          SecurityUpdateAction: 'A',
          Symbol: 'EUR/USD',
          SecurityID: 10,
          DisplayFactor: 1_000_000_000n,
          MinPriceIncrement: 50_000n,
        }),
      ),
    );
    expect(read.sink.records('definition').slice(1)).toMatchObject([
      {
        assetClass: 'futureOption',
        strike: 4500,
        right: 'call',
        style: 'american',
        underlying: 'ESH4',
        tick: 0.05,
      },
      { assetClass: 'spread', legs: '1xESH4,-2x9', tick: null },
      {
        assetClass: 'bond',
        expiry: '2024-10-04',
        cusip: '912810TV0',
        isin: null,
        country: 'US',
        name: 'US Treasury',
      },
      { assetClass: 'fx', tick: 0.00005 },
    ]);
    expect(read.sink.quarantine.total).toBe(0);
  });
});

describe('status of MDP 3.0', () => {
  const status = (given: Given): Uint8Array =>
    mdpMessage(30, { TransactTime: 3n, MatchEventIndicator: END, ...given });

  it('of a group is one of each of its instruments, of an unknown one stands under its code', () => {
    const read = readMdp(
      file(
        future(),
        future({ SecurityID: 6, Symbol: 'ESM4' }),
        future({ SecurityID: 7, Symbol: 'NQH4', SecurityGroup: 'NQ' }),
        status({ SecurityGroup: 'ES', SecurityTradingStatus: 2, HaltReason: 1 }),
        status({ SecurityGroup: 'CL', SecurityTradingStatus: 21, SecurityTradingEvent: 1 }),
        status({ SecurityID: 7, SecurityTradingStatus: 4, HaltReason: 0 }),
        status({ SecurityID: 7, SecurityTradingStatus: 103 }),
        status({ SecurityID: 7, SecurityTradingStatus: 99 }),
        status({ SecurityTradingStatus: 2 }),
      ),
    );
    expect(
      read.sink
        .records('status')
        .slice(3)
        .map(({ symbol, status: said, rule, reason }) => [symbol, said, rule, reason]),
    ).toEqual([
      ['ESH4', 'paused', 'operator', '1'],
      ['ESM4', 'paused', 'operator', '1'],
      ['CL', 'noCancel', null, null],
      ['NQH4', 'closed', null, '0'],
    ]);
    expect(Object.fromEntries(read.sink.quarantine.counts)).toEqual({ 'field-value': 2 });
    expect(read.sink.remarks.get('status-without-change')).toBe(1);
  });
});

describe('damaged packets of MDP 3.0', () => {
  const good = mdpMessage(
    37,
    { TransactTime: 1n, MatchEventIndicator: END },
    { NoMDEntries: [{ SecurityID: 5, RptSeq: 1, MDEntrySize: 9 }] },
  );

  it('a message that is shorter than it says is set aside and those before it are kept', () => {
    for (let bytes = 10; bytes < good.length; bytes++) {
      const cut = Buffer.from(good.subarray(0, bytes));
      cut.writeUInt16LE(bytes, 0);
      const read = readMdp(mdpFile([{ sequence: 1, messages: [good, cut] }]));
      expect(read.sink.records('statistics'), String(bytes)).toHaveLength(1);
      expect(Object.fromEntries(read.sink.quarantine.counts), String(bytes)).toEqual({
        'length-mismatch': 1,
      });
    }
  });

  it('a size that reaches beyond the packet ends it', () => {
    const long = Buffer.from(good);
    long.writeUInt16LE(good.length + 1, 0);
    const read = readMdp(mdpFile([{ sequence: 1, messages: [good, long] }]));
    expect(Object.fromEntries(read.sink.quarantine.counts)).toEqual({ 'packet-damaged': 1 });
  });

  it('templates that are unknown, and those that are passed over, are counted', () => {
    const unknown = Buffer.from(good);
    unknown.writeUInt16LE(999, 4);
    const quote = mdpMessage(39, { TransactTime: 1n });
    const read = readMdp(mdpFile([{ sequence: 1, messages: [unknown, quote, good] }]));
    expect(Object.fromEntries(read.sink.remarks)).toMatchObject({
      'unknown-template-999': 1,
      'other-message': 1,
    });
    expect(read.sink.records('statistics')).toHaveLength(1);
  });

  it('a capture without MDP 3.0 is refused', () => {
    expect(() => readMdp(mdpFile([]))).toThrow(expect.objectContaining({ code: 'DATA_FORMAT' }));
  });
});
