/**
 * The canonical records: one language for every feed, file and simulation (design §7). From these declarations come the types,
 * the columns in memory, the checks, the Parquet files and the reference page `docs/records.md`. What a venue is called, which
 * instrument and which day stand in the path of a file, so every record has a symbol and every dataset a venue.
 *
 * Changing a schema: change its fields, and add the steps from the version before to its migrations (`schema/migrations.ts`). The
 * version follows from them, and `tests/tidy/schema-versions.test.ts` fails for a change without steps.
 */

import { ACTION_KINDS } from '../domain/index.ts';
import { MBO_ACTION_NAMES } from './mbo-batch.ts';
import {
  bool,
  count,
  date,
  enumeration,
  type Fields,
  flags,
  id,
  int,
  price,
  qty,
  type RecordInput,
  type RecordOutput,
  real,
  required,
  type Schema,
  symbol,
  text,
  time,
} from './schema/field.ts';

/** What may be doubted of a record, or was done to it; bits of the field `quality`. */
export const QUALITY_BITS = [
  'timeBackwards',
  'duplicate',
  'gapBefore',
  'outOfSession',
  'crossed',
  'locked',
  'stale',
  'outsideQuote',
  'barMismatch',
  'outlier',
  'jump',
  'unusualSpread',
  'unusualVolume',
  'filledPrevious',
  'filledLinear',
  'filledFromTrades',
  'badReceiveTime',
  'maybeBadBook',
  'snapshot',
  'estimatedTime',
  'readmitted',
] as const;
export type QualityBit = (typeof QUALITY_BITS)[number];

/** Mask of one quality bit: `batch.columns.quality[row] |= qualityMask('crossed')`. */
export function qualityMask(bit: QualityBit): number {
  return 1 << QUALITY_BITS.indexOf(bit);
}

/** Fields of every record. */
const HEAD = {
  symbol: required(
    symbol('Instrument, as the source names it on that day; symbol mapping makes one name of several.'),
  ),
  tsEvent: required(time('When it happened, by the clock of the venue.', { clock: 'venue' })),
  tsRecv: time('When it was received, by the clock of the receiver.', { clock: 'receiver' }),
  sequence: count('Number of the message in its feed; numbers without a gap prove completeness.', { min: 0 }),
  quality: flags(QUALITY_BITS, 'What may be doubted of the record, or was done to it.'),
  source: required(int('Index of the raw object the record came from, in the list of its part.', { min: 0 })),
  sourceIndex: required(
    count('Place of the record in its raw object, from 0: row, message, or element.', { min: 0 }),
  ),
} as const;

/** What an adapter leaves to the ingest: it knows the raw object. */
export type HeadField = keyof typeof HEAD;

const SIDES = ['buy', 'sell'] as const;

function define<const N extends string, F extends Fields>(
  name: N,
  meaning: string,
  key: readonly string[],
  partition: Schema['partition'],
  fields: F,
  migrations: Schema['migrations'] = [],
): Schema<typeof HEAD & F> & { readonly name: N } {
  const version = 1 + migrations.length;
  return { name, version, migrations, meaning, key, partition, fields: { ...HEAD, ...fields } };
}

export const MBO = define(
  'mbo',
  'One change of one order, or what a feed says between such changes.',
  ['symbol', 'tsEvent', 'sequence', 'source', 'sourceIndex'],
  'day',
  {
    action: required(enumeration(MBO_ACTION_NAMES, 'What happened: the actions of `MboBatch`.')),
    side: enumeration(SIDES, 'Side of the resting order; of the aggressor for `trade`.'),
    orderId: id('Order, unique in its feed and day; the first 64 bits of longer ids.'),
    newOrderId: id('Order that takes the place of the old one (`replace`).'),
    price: price('Limit of the order, or price of the execution.'),
    qty: qty('Quantity added, taken off, or executed.', { min: 0 }),
    priority: id('Rank in the queue of its price where the venue tells it: lower ones trade first.'),
    flags: flags(
      ['last', 'snapshot', 'maybeBadBook', 'notPrintable', 'badReceiveTime'],
      'The book is whole after `last`; the others as in `MboBatch`.',
    ),
    code: int('Letter or number that the action needs: kind of cross, status.', { min: 0, max: 255 }),
  },
);

export const MBP = define(
  'mbp',
  'What stands at one price from now on, or that a side was emptied.',
  ['symbol', 'tsEvent', 'sequence', 'source', 'sourceIndex'],
  'day',
  {
    action: required(
      enumeration(
        ['set', 'clear'],
        '`set`: the level has this quantity (0: it is gone); `clear`: the side, or both, are empty.',
      ),
    ),
    side: enumeration(SIDES, 'Side of the level; absent clears both.'),
    price: price('Price of the level.'),
    qty: qty('Quantity that stands at the price.', { min: 0 }),
    orders: int('Number of orders at the price.', { min: 0 }),
    level: int('Rank of the level as the feed tells it, from 1 for the best.', { min: 1 }),
    flags: flags(
      ['last', 'snapshot', 'implied'],
      'The book is whole after `last`; `implied` levels stand apart from outright ones.',
    ),
  },
);

export const BBO = define(
  'bbo',
  'The best bid and the best ask; an absent side is empty.',
  ['symbol', 'tsEvent', 'sequence', 'source', 'sourceIndex'],
  'day',
  {
    bidPrice: price('Best bid.'),
    bidQty: qty('Quantity at the best bid.', { min: 0 }),
    bidOrders: int('Orders at the best bid.', { min: 0 }),
    bidExchange: text('Who quotes the bid, where several venues do.'),
    askPrice: price('Best ask.'),
    askQty: qty('Quantity at the best ask.', { min: 0 }),
    askOrders: int('Orders at the best ask.', { min: 0 }),
    askExchange: text('Who quotes the ask.'),
    conditions: text('Codes of the feed, separated by commas.'),
  },
);

export const TRADE = define(
  'trade',
  'One trade that was made public.',
  ['symbol', 'tsEvent', 'sequence', 'tradeId', 'source', 'sourceIndex'],
  'day',
  {
    price: required(price('Price.')),
    qty: required(qty('Quantity.', { min: 0 })),
    aggressor: enumeration(
      SIDES,
      'Side of whoever took liquidity; absent where nobody did or the feed does not say.',
    ),
    kind: required(
      enumeration(
        ['regular', 'auction', 'hidden', 'offBook', 'correction', 'bust'],
        'How it came about, or that it was corrected or taken back.',
      ),
    ),
    isPrintable: bool('Whether it counts in volume and last price; absent: yes.'),
    tradeId: text('Id that the venue gave it.'),
    buyOrderId: id('Order that bought.'),
    sellOrderId: id('Order that sold.'),
    exchange: text('Where it was executed, where the feed is of several venues.'),
    conditions: text('Codes of the feed, separated by commas.'),
    tsPublished: time('When it was made public, where that is later.', { clock: 'publisher' }),
  },
);

export const BAR = define(
  'bar',
  'Prices and volume of one interval, which starts at `tsEvent`.',
  ['symbol', 'tsEvent', 'intervalS', 'basis', 'adjusted'],
  'year',
  {
    intervalS: required(
      int('Length of the interval; 86400 is a trading day, whatever its hours.', { unit: 's', min: 1 }),
    ),
    basis: required(enumeration(['trade', 'bid', 'ask', 'mid', 'index'], 'Prices of what.')),
    open: required(price('First price.')),
    high: required(price('Highest price.')),
    low: required(price('Lowest price.')),
    close: required(price('Last price.')),
    volume: qty('Quantity traded.', { min: 0 }),
    turnover: real('Money traded.', { min: 0 }),
    vwap: real('Average price weighted by quantity.'),
    trades: count('Number of trades.', { min: 0 }),
    openInterest: qty('Contracts open at the end.', { min: 0 }),
    adjusted: required(
      enumeration(
        ['raw', 'splits', 'total'],
        'For which corporate actions the source adjusted: none, splits, splits and dividends.',
      ),
    ),
  },
);

export const STATUS = define(
  'status',
  'What may be done in an instrument from now on.',
  ['symbol', 'tsEvent', 'sequence', 'source', 'sourceIndex'],
  'day',
  {
    status: required(
      enumeration(
        [
          'unknown',
          'closed',
          'preOpen',
          'noCancel',
          'opening',
          'trading',
          'auction',
          'preClose',
          'postClose',
          'halted',
          'paused',
          'quoting',
        ],
        'Phase, in the words of `VenueStatus`.',
      ),
    ),
    rule: text('Rule behind it: news, volatility, market-wide, …'),
    reason: text('Code or words of the source.'),
    limitUp: price('Highest price allowed.'),
    limitDown: price('Lowest price allowed.'),
    isShortRestricted: bool('Whether short sales are restricted by price.'),
  },
);

export const IMBALANCE = define(
  'imbalance',
  'State of an auction that is being called.',
  ['symbol', 'tsEvent', 'sequence', 'source', 'sourceIndex'],
  'day',
  {
    auction: required(
      enumeration(['opening', 'closing', 'intraday', 'reopening', 'ipo', 'unknown'], 'Which auction.'),
    ),
    referencePrice: price('Price for which the quantities are counted.'),
    nearPrice: price('Clearing price with the continuous book.'),
    farPrice: price('Clearing price of auction orders alone.'),
    pairedQty: qty('Quantity that trades at the reference price.', { min: 0 }),
    imbalanceQty: qty('Quantity that does not.', { min: 0 }),
    direction: enumeration(
      ['buy', 'sell', 'none', 'insufficient', 'paused'],
      'Side of what does not trade; `paused`: the venue does not reckon it now.',
    ),
    collarLow: price('Lowest price the auction may have.'),
    collarHigh: price('Highest price the auction may have.'),
    tsAuction: time('When it is to take place.', { clock: 'venue' }),
    matchPrice: price('Price at which most would trade now.'),
    shortSalePrice: price('Price for sales that are held to the rule on short sales.'),
    marketImbalanceQty: qty('Quantity of market orders that does not trade.', { min: 0 }),
    unpairedQty: qty('Quantity that finds no other side at any price.', { min: 0 }),
    unpairedSide: enumeration(SIDES, 'Side of it.'),
    auctionStatus: int('State of the auction, as the venue numbers it.', { min: 0 }),
    isFrozen: bool('Whether orders against the imbalance alone may come in.'),
    extensions: int('How often the auction was extended.', { min: 0 }),
    variation: text(
      'Letter of the venue: how far the near price is from the quote (Nasdaq), whether the imbalance is significant (NYSE).',
    ),
  },
  [
    [
      { step: 'words', field: 'direction', added: ['paused'] },
      { step: 'add', field: 'matchPrice' },
      { step: 'add', field: 'shortSalePrice' },
      { step: 'add', field: 'marketImbalanceQty' },
      { step: 'add', field: 'unpairedQty' },
      { step: 'add', field: 'unpairedSide' },
      { step: 'add', field: 'auctionStatus' },
      { step: 'add', field: 'isFrozen' },
      { step: 'add', field: 'extensions' },
      { step: 'add', field: 'variation' },
    ],
  ],
);

export const STATISTICS = define(
  'statistics',
  'One figure that a venue or vendor states about an instrument.',
  ['symbol', 'tsEvent', 'kind', 'sequence', 'source', 'sourceIndex'],
  'year',
  {
    kind: required(
      enumeration(
        [
          'open',
          'high',
          'low',
          'close',
          'last',
          'settlement',
          'indicativeOpen',
          'previousClose',
          'limitUp',
          'limitDown',
          'lowestAsk',
          'highestBid',
          'volume',
          'clearedVolume',
          'openInterest',
          'vwap',
          'fixing',
          'change',
          'impliedVolatility',
          'delta',
          'gamma',
          'theta',
          'vega',
          'rho',
          'theoretical',
          'other',
        ],
        'What is stated.',
      ),
    ),
    price: price('The figure, where it is a price.'),
    value: real('The figure, where it is none.'),
    tsReference: time('Day or instant the figure is about.', { clock: 'venue' }),
    isFinal: bool('Whether it will not change; absent: the source does not say.'),
    detail: text('The name the source has for it.'),
  },
);

export const DEFINITION = define(
  'definition',
  'What an instrument is, as known from `tsEvent` on.',
  ['symbol', 'tsEvent', 'source', 'sourceIndex'],
  'year',
  {
    assetClass: required(
      enumeration(
        [
          'equity',
          'etf',
          'fund',
          'index',
          'option',
          'future',
          'futureOption',
          'spread',
          'fx',
          'crypto',
          'cryptoFuture',
          'bond',
          'other',
        ],
        'What kind of thing it is.',
      ),
    ),
    name: text('Name of the issuer or product.'),
    mic: text('ISO 10383 code of the venue where it is listed first.'),
    currency: text('ISO 4217 code, or coin, of its prices.'),
    baseCurrency: text('What one unit is, for pairs.'),
    tick: price('Smallest step of its price.', { min: 0 }),
    lot: qty('Smallest step of a quantity.', { min: 0 }),
    roundLot: qty('Units of a round lot; fewer are an odd lot.', { min: 0 }),
    multiplier: real('Money per price unit and contract.'),
    minQty: qty('Smallest order.', { min: 0 }),
    maxQty: qty('Largest order.', { min: 0 }),
    minNotional: real('Smallest value of an order.', { min: 0 }),
    underlying: text('Symbol of what it is derived from.'),
    legs: text('Legs of a spread, separated by commas: ratio, minus for sold ones, `x` and the symbol.'),
    strike: price('Exercise price.'),
    right: enumeration(['call', 'put'], 'Kind of option.'),
    style: enumeration(['american', 'european', 'bermudan'], 'When an option may be exercised.'),
    expiry: date('Last day of trading or exercise.'),
    tsExpiry: time('The instant of it.', { clock: 'venue' }),
    listed: date('First day of trading.'),
    delisted: date('Last day of trading of what is gone.'),
    isActive: bool('Whether it trades.'),
    matching: text('Algorithm, as the venue calls it.'),
    productCode: text('Group of contracts it belongs to.'),
    figi: text('Open FIGI.'),
    cusip: text('CUSIP.'),
    isin: text('ISIN.'),
    cik: text('Number of the issuer at the SEC.'),
    sector: text('Sector or industry.'),
    country: text('ISO 3166 code of the issuer.'),
    vendorId: text('Number or id that the source uses in its messages.'),
  },
);

export const CORPORATE_ACTION = define(
  'corporate_action',
  'One event that changes what a share is (market-rules §8); `tsEvent` is when it became known.',
  ['symbol', 'exDate', 'kind', 'source', 'sourceIndex'],
  'year',
  {
    kind: required(
      enumeration(
        ACTION_KINDS,
        'What happens; a reverse split is a split of fewer new shares than old ones.',
      ),
    ),
    exDate: required(date('First day of trading without it.')),
    declaredDate: date('Day of announcement.'),
    recordDate: date('Day on which holders are recorded.'),
    payDate: date('Day of payment.'),
    newShares: real('New shares for `oldShares`: split, stock dividend (new ones on top), rights, merger.', {
      min: 0,
    }),
    oldShares: real('Old shares they are for.', { min: 0 }),
    amount: price('Money per share: dividend, cash of a merger, value of a spun-off share.'),
    currency: text('Currency of the amount.'),
    frequency: int('Payments a year.', { min: 0 }),
    subscriptionPrice: price('Price of a new share, for rights.'),
    referencePrice: price('Close before the ex-date, where the source tells it.'),
    priceFactor: real('Factor for prices before the ex-date, where the source tells it.', { min: 0 }),
    volumeFactor: real('Factor for volumes before the ex-date, where the source tells it.', { min: 0 }),
    otherSymbol: text('New symbol, spun-off child, or acquirer.'),
  },
);

export const FUNDAMENTAL = define(
  'fundamental',
  'One figure of a report of a company; `tsEvent` is when it was published.',
  ['symbol', 'metric', 'periodStart', 'periodEnd', 'tsEvent', 'form', 'unit'],
  'year',
  {
    metric: required(
      text('Name of the figure, as the source has it (a US-GAAP concept where there is one).'),
    ),
    value: real('The figure.'),
    textValue: text('The figure, where it is words.'),
    unit: text('Unit: USD, shares, USD/shares, …'),
    periodStart: date('First day of the period; absent for a state at its end.'),
    periodEnd: date('Last day of the period.'),
    fiscalPeriod: text('FY, Q1, … and the year.'),
    form: text('Report: 10-K, 10-Q, …'),
    accession: text('Number of the filing.'),
  },
);

export const NEWS = define(
  'news',
  'One news item; `symbol` is the first one it is about.',
  ['symbol', 'newsId'],
  'year',
  {
    newsId: required(text('Id or address of the item.')),
    headline: required(text('Headline.')),
    summary: text('First sentences.'),
    publisher: text('Who published it.'),
    url: text('Address.'),
    symbols: text('All symbols, separated by commas.'),
    topics: text('Topics, separated by commas.'),
    sentiment: real('Sentiment for `symbol` as the source scores it.', { min: -1, max: 1 }),
    relevance: real('How much it is about `symbol`.', { min: 0, max: 1 }),
  },
);

export const ALT = define(
  'alt',
  'One value of any other series: holdings, indicators, macro figures.',
  ['symbol', 'series', 'entity', 'tsEvent'],
  'year',
  {
    series: required(text('Name of the series.')),
    entity: text('Whose it is, where the symbol does not say it: a fund, a country.'),
    value: real('The value.'),
    textValue: text('The value, where it is words.'),
    unit: text('Unit.'),
  },
);

export const FX_RATE = define(
  'fx_rate',
  'What one unit of a currency costs in another; `symbol` is both codes.',
  ['symbol', 'tsEvent', 'source', 'sourceIndex'],
  'year',
  {
    base: required(text('Currency of which one unit is priced.')),
    quote: required(text('Currency of the price.')),
    rate: required(price('Price of one unit of the base.')),
    bid: price('What is paid for it.'),
    ask: price('What is asked for it.'),
  },
);

/** Every schema by its name. */
export const SCHEMAS = {
  mbo: MBO,
  mbp: MBP,
  bbo: BBO,
  trade: TRADE,
  bar: BAR,
  status: STATUS,
  imbalance: IMBALANCE,
  statistics: STATISTICS,
  definition: DEFINITION,
  corporate_action: CORPORATE_ACTION,
  fundamental: FUNDAMENTAL,
  news: NEWS,
  alt: ALT,
  fx_rate: FX_RATE,
} as const;

export type SchemaName = keyof typeof SCHEMAS;
export const SCHEMA_NAMES = Object.keys(SCHEMAS) as SchemaName[];
export type SchemaOf<N extends SchemaName> = (typeof SCHEMAS)[N];

/** A record as an adapter gives it: `source` and `quality` are the ingest's. */
export type NewRecord<N extends SchemaName> = Omit<RecordInput<SchemaOf<N>>, 'source'>;
/** A record as it is read. */
export type CanonicalRecord<N extends SchemaName> = RecordOutput<SchemaOf<N>>;
