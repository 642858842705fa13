/**
 * The messages of CME's MDP 3.0 that are read, in all versions since 5: template ids are never used again, and fields are only
 * added at the end of a block, so one list serves them all. A schema file of the exchange can take its place (option `schema`).
 * Prices of templates up to 44 have seven decimals, later ones nine.
 * Source: CME MDP 3.0 SBE schemas 1.5 to 1.13; the tests hold every line against them.
 */

import { declareMessage, type GroupDeclaration, type SbeMessage, type SbeSchema } from '../sbe/index.ts';

const INCREMENTAL = 'TransactTime u64, MatchEventIndicator u8';

const entries = (fields: string): GroupDeclaration => ({ name: 'NoMDEntries', fields });

const EVENTS: GroupDeclaration = { name: 'NoEvents', fields: 'EventType u8, EventTime u64' };
const FEED_TYPES: GroupDeclaration = { name: 'NoMDFeedTypes', fields: 'MDFeedType s3, MarketDepth i8' };
const ATTRIBUTES: GroupDeclaration = { name: 'NoInstAttrib', fields: 'InstAttribValue u32' };
const LOT_RULES: GroupDeclaration = { name: 'NoLotTypeRules', fields: 'LotType i8, MinLotSize qty4?' };
const DEFINITION_GROUPS = [EVENTS, FEED_TYPES, ATTRIBUTES, LOT_RULES];
const LEGS = (digits: 7 | 9): GroupDeclaration => ({
  name: 'NoLegs',
  fields: `LegSecurityID i32, LegSide u8?, LegRatioQty i8, LegPrice price${digits}?, LegOptionDelta qty4?`,
});
const UNDERLYINGS: GroupDeclaration = {
  name: 'NoUnderlyings',
  fields: 'UnderlyingSecurityID i32, UnderlyingSymbol s20',
};

/** Fields with which every definition starts. */
const DEFINITION_HEAD =
  'MatchEventIndicator u8, TotNumReports u32?, SecurityUpdateAction char, LastUpdateTime u64, MDSecurityTradingStatus u8?, ' +
  'ApplID i16, MarketSegmentID u8, UnderlyingProduct u8, SecurityExchange s4, SecurityGroup s6, Asset s6, Symbol s20, ' +
  'SecurityID i32, SecurityType s6, CFICode s6';

function futureDefinition(digits: 7 | 9): string {
  const price = `price${digits}`;
  const factor = digits === 9 ? 'decimal9' : 'float7';
  return (
    `${DEFINITION_HEAD}, MaturityMonthYear month, Currency s3, SettlCurrency s3, MatchAlgorithm char, MinTradeVol u32, ` +
    `MaxTradeVol u32, MinPriceIncrement ${price}, DisplayFactor ${factor}, UnitOfMeasureQty ${price}?@140, ` +
    `TradingReferencePrice ${price}?, SettlPriceType u8, OpenInterestQty i32?, ClearedVolume i32?, ` +
    `HighLimitPrice ${price}?, LowLimitPrice ${price}?, MaxPriceVariation ${price}?, ` +
    `MinPriceIncrementAmount ${price}?@205, UserDefinedInstrument char, TradingReferenceDate u16?`
  );
}

function optionDefinition(digits: 7 | 9): string {
  const price = `price${digits}`;
  const factor = digits === 9 ? 'decimal9' : 'float7';
  return (
    `${DEFINITION_HEAD}, PutOrCall u8?, MaturityMonthYear month, Currency s3, StrikePrice ${price}?, StrikeCurrency s3, ` +
    `SettlCurrency s3, MinCabPrice ${price}?, MatchAlgorithm char, MinTradeVol u32, MaxTradeVol u32, ` +
    `MinPriceIncrement ${price}?, MinPriceIncrementAmount ${price}?, DisplayFactor ${factor}, ` +
    `UnitOfMeasureQty ${price}?@169, TradingReferencePrice ${price}?, SettlPriceType u8, ClearedVolume i32?, ` +
    `OpenInterestQty i32?, LowLimitPrice ${price}?, HighLimitPrice ${price}?, UserDefinedInstrument char, ` +
    'TradingReferenceDate u16?'
  );
}

function spreadDefinition(digits: 7 | 9): string {
  const price = `price${digits}`;
  const factor = digits === 9 ? 'decimal9' : 'float7';
  const head = DEFINITION_HEAD.replace('UnderlyingProduct u8', 'UnderlyingProduct u8?');
  return (
    `${head}, MaturityMonthYear month, Currency s3, SecuritySubType s5, UserDefinedInstrument char, MatchAlgorithm char, ` +
    `MinTradeVol u32, MaxTradeVol u32, MinPriceIncrement ${price}${digits === 9 ? '?' : ''}, DisplayFactor ${factor}, ` +
    `TradingReferencePrice ${price}?@150, SettlPriceType u8, OpenInterestQty i32?, ClearedVolume i32?, ` +
    `HighLimitPrice ${price}?, LowLimitPrice ${price}?, MaxPriceVariation ${price}?, TradingReferenceDate u16?@193`
  );
}

const FIXED_INCOME_DEFINITION =
  `${DEFINITION_HEAD}, Currency s3, SettlCurrency s3, MatchAlgorithm char, MinTradeVol u32, MaxTradeVol u32, ` +
  'MinPriceIncrement price9?, DisplayFactor decimal9, UnitOfMeasureQty decimal9?@135, TradingReferencePrice price9?, ' +
  'TradingReferenceDate u16?, HighLimitPrice price9?, LowLimitPrice price9?, MaxPriceVariation price9?, ' +
  'MinPriceIncrementAmount price9?, IssueDate u16?, DatedDate u16?, MaturityDate u16?, CountryOfIssue s2@232, Issuer s25, ' +
  'FinancialInstrumentFullName s35, SecurityAltID s12, SecurityAltIDSource u8?, UserDefinedInstrument char@317';

const REPO_DEFINITION =
  `${DEFINITION_HEAD}, Currency s3, SettlCurrency s3, MatchAlgorithm char, MinTradeVol u32, MaxTradeVol u32, ` +
  'MinPriceIncrement price9, DisplayFactor decimal9, UnitOfMeasureQty decimal9?@132, TradingReferencePrice price9?, ' +
  'TradingReferenceDate u16?, HighLimitPrice price9?, LowLimitPrice price9?, MaxPriceVariation price9?, ' +
  'FinancialInstrumentFullName s35, StartDate u16?@214, EndDate u16?, UserDefinedInstrument char@234';

const FX_DEFINITION =
  `${DEFINITION_HEAD}, Currency s3, SettlCurrency s3, PriceQuoteCurrency s3, MatchAlgorithm char, MinTradeVol u32, ` +
  'MaxTradeVol u32, MinPriceIncrement price9, DisplayFactor decimal9, UnitOfMeasureQty decimal9?@136, ' +
  'HighLimitPrice price9?, LowLimitPrice price9?, MaxPriceVariation price9?, UserDefinedInstrument char, ' +
  'FinancialInstrumentFullName s35, FXCurrencySymbol s7, SettlType s3, MaturityMonthYear month@296';

function bookEntries(price: string): GroupDeclaration {
  return entries(
    `MDEntryPx ${price}?, MDEntrySize i32?, SecurityID i32, RptSeq u32, NumberOfOrders i32?, MDPriceLevel u8, ` +
      'MDUpdateAction u8, MDEntryType char',
  );
}

/** Orders behind the levels of the same message; `ReferenceID` counts its entries from 1. */
const BOOK_ORDERS: GroupDeclaration = {
  name: 'NoOrderIDEntries',
  fields: 'OrderID u64, MDOrderPriority u64?, MDDisplayQty i32?, ReferenceID u8?, OrderUpdateAction u8',
  isPadded: true,
};

const orderEntries = (price: string): GroupDeclaration =>
  entries(
    `OrderID u64?, MDOrderPriority u64?, MDEntryPx ${price}?, MDDisplayQty i32?, SecurityID i32, MDUpdateAction u8, ` +
      'MDEntryType char',
  );

const TRADE_ORDERS: GroupDeclaration = {
  name: 'NoOrderIDEntries',
  fields: 'OrderID u64, LastQty i32',
  isPadded: true,
};

const dailyEntries = (price: string): GroupDeclaration =>
  entries(
    `MDEntryPx ${price}?, MDEntrySize i32?, SecurityID i32, RptSeq u32, TradingReferenceDate u16?, SettlPriceType u8, ` +
      'MDUpdateAction u8, MDEntryType char',
  );

const limitEntries = (price: string): GroupDeclaration =>
  entries(
    `HighLimitPrice ${price}?, LowLimitPrice ${price}?, MaxPriceVariation ${price}?, SecurityID i32, RptSeq u32`,
  );

const SNAPSHOT_HEAD = 'LastMsgSeqNumProcessed u32, TotNumReports u32, SecurityID i32';

const snapshotFields = (price: string): string =>
  `${SNAPSHOT_HEAD}, RptSeq u32, TransactTime u64, LastUpdateTime u64, TradeDate u16?, MDSecurityTradingStatus u8?, ` +
  `HighLimitPrice ${price}?, LowLimitPrice ${price}?, MaxPriceVariation ${price}?`;

const snapshotEntries = (price: string): GroupDeclaration =>
  entries(
    `MDEntryPx ${price}?, MDEntrySize i32?, NumberOfOrders i32?, MDPriceLevel i8?, TradingReferenceDate u16?, ` +
      'OpenCloseSettlFlag u8?, SettlPriceType u8, MDEntryType char',
  );

const SNAPSHOT_LONG_ENTRIES = entries(
  'MDEntryPx price9?, MDEntrySize u64?, NumberOfOrders i32?, MDPriceLevel u8?, OpenCloseSettlFlag u8?, MDEntryType char',
);

const TCP_SNAPSHOT_FIELDS = `${INCREMENTAL}, SecurityID i32, HighLimitPrice price9?, LowLimitPrice price9?, MaxPriceVariation price9?`;

const orderSnapshotEntries = (price: string): GroupDeclaration =>
  entries(`OrderID u64, MDOrderPriority u64?, MDEntryPx ${price}, MDDisplayQty i32, MDEntryType char`);

const MESSAGES: readonly SbeMessage[] = [
  declareMessage(4, 'ChannelReset4', INCREMENTAL, [entries('ApplID i16+3')]),
  declareMessage(12, 'AdminHeartbeat12', ''),
  declareMessage(15, 'AdminLogin15', 'HeartBtInt i8'),
  declareMessage(16, 'AdminLogout16', 'Text s180'),
  declareMessage(27, 'MDInstrumentDefinitionFuture27', futureDefinition(7), DEFINITION_GROUPS),
  declareMessage(29, 'MDInstrumentDefinitionSpread29', spreadDefinition(7), [...DEFINITION_GROUPS, LEGS(7)]),
  declareMessage(
    30,
    'SecurityStatus30',
    'TransactTime u64, SecurityGroup s6, Asset s6, SecurityID i32?, TradeDate u16?, MatchEventIndicator u8, ' +
      'SecurityTradingStatus u8?, HaltReason u8?, SecurityTradingEvent u8?',
  ),
  declareMessage(32, 'MDIncrementalRefreshBook32', INCREMENTAL, [
    bookEntries('price7'),
    { ...BOOK_ORDERS, sinceVersion: 7 },
  ]),
  declareMessage(33, 'MDIncrementalRefreshDailyStatistics33', INCREMENTAL, [dailyEntries('price7')]),
  declareMessage(34, 'MDIncrementalRefreshLimitsBanding34', INCREMENTAL, [limitEntries('price7')]),
  declareMessage(35, 'MDIncrementalRefreshSessionStatistics35', INCREMENTAL, [
    entries(
      'MDEntryPx price7, SecurityID i32, RptSeq u32, OpenCloseSettlFlag u8?, MDUpdateAction u8, MDEntryType char, ' +
        'MDEntrySize i32?+8',
    ),
  ]),
  declareMessage(36, 'MDIncrementalRefreshTrade36', INCREMENTAL, [
    entries(
      'MDEntryPx price7, MDEntrySize i32, SecurityID i32, RptSeq u32, NumberOfOrders i32?, TradeID i32, ' +
        'AggressorSide u8?, MDUpdateAction u8',
    ),
  ]),
  declareMessage(37, 'MDIncrementalRefreshVolume37', INCREMENTAL, [
    entries('MDEntrySize i32, SecurityID i32, RptSeq u32, MDUpdateAction u8'),
  ]),
  declareMessage(38, 'SnapshotFullRefresh38', snapshotFields('price7'), [snapshotEntries('price7')]),
  declareMessage(39, 'QuoteRequest39', 'TransactTime u64, QuoteReqID s23, MatchEventIndicator u8', [
    {
      name: 'NoRelatedSym',
      fields: 'Symbol s20, SecurityID i32, OrderQty i32?, QuoteType i8, Side i8?',
    },
  ]),
  declareMessage(41, 'MDInstrumentDefinitionOption41', optionDefinition(7), [
    ...DEFINITION_GROUPS,
    UNDERLYINGS,
  ]),
  declareMessage(42, 'MDIncrementalRefreshTradeSummary42', INCREMENTAL, [
    entries(
      'MDEntryPx price7, MDEntrySize i32, SecurityID i32, RptSeq u32, NumberOfOrders i32?, AggressorSide u8?, ' +
        'MDUpdateAction u8, MDTradeEntryID u32?+7',
    ),
    TRADE_ORDERS,
  ]),
  declareMessage(43, 'MDIncrementalRefreshOrderBook43', INCREMENTAL, [orderEntries('price7')]),
  declareMessage(
    44,
    'SnapshotFullRefreshOrderBook44',
    `${SNAPSHOT_HEAD}, NoChunks u32, CurrentChunk u32, TransactTime u64`,
    [orderSnapshotEntries('price7')],
  ),
  declareMessage(46, 'MDIncrementalRefreshBook46', INCREMENTAL, [bookEntries('price9'), BOOK_ORDERS]),
  declareMessage(47, 'MDIncrementalRefreshOrderBook47', INCREMENTAL, [orderEntries('price9')]),
  declareMessage(48, 'MDIncrementalRefreshTradeSummary48', INCREMENTAL, [
    entries(
      'MDEntryPx price9, MDEntrySize i32, SecurityID i32, RptSeq u32, NumberOfOrders i32, AggressorSide u8?, ' +
        'MDUpdateAction u8, MDTradeEntryID u32?',
    ),
    TRADE_ORDERS,
  ]),
  declareMessage(49, 'MDIncrementalRefreshDailyStatistics49', INCREMENTAL, [dailyEntries('price9')]),
  declareMessage(50, 'MDIncrementalRefreshLimitsBanding50', INCREMENTAL, [limitEntries('price9')]),
  declareMessage(51, 'MDIncrementalRefreshSessionStatistics51', INCREMENTAL, [
    entries(
      'MDEntryPx price9, SecurityID i32, RptSeq u32, OpenCloseSettlFlag u8?, MDUpdateAction u8, MDEntryType char, ' +
        'MDEntrySize i32?',
    ),
  ]),
  declareMessage(52, 'SnapshotFullRefresh52', snapshotFields('price9'), [snapshotEntries('price9')]),
  declareMessage(
    53,
    'SnapshotFullRefreshOrderBook53',
    `${SNAPSHOT_HEAD}, NoChunks u32, CurrentChunk u32, TransactTime u64`,
    [orderSnapshotEntries('price9')],
  ),
  declareMessage(54, 'MDInstrumentDefinitionFuture54', futureDefinition(9), DEFINITION_GROUPS),
  declareMessage(55, 'MDInstrumentDefinitionOption55', optionDefinition(9), [
    ...DEFINITION_GROUPS,
    UNDERLYINGS,
  ]),
  declareMessage(56, 'MDInstrumentDefinitionSpread56', spreadDefinition(9), [...DEFINITION_GROUPS, LEGS(9)]),
  declareMessage(57, 'MDInstrumentDefinitionFixedIncome57', FIXED_INCOME_DEFINITION, DEFINITION_GROUPS),
  declareMessage(58, 'MDInstrumentDefinitionRepo58', REPO_DEFINITION, DEFINITION_GROUPS),
  declareMessage(61, 'SnapshotFullRefreshTCP61', TCP_SNAPSHOT_FIELDS, [
    entries(
      'MDEntryPx price9?, MDEntrySize i32?, TradeableSize i32?, NumberOfOrders i32?, MDPriceLevel i8?, ' +
        'OpenCloseSettlFlag u8?, MDEntryType char, TradingReferenceDate u16?, SettlPriceType u8',
    ),
  ]),
  declareMessage(63, 'MDInstrumentDefinitionFX63', FX_DEFINITION, [EVENTS, FEED_TYPES, ATTRIBUTES]),
  declareMessage(64, 'MDIncrementalRefreshBookLongQty64', INCREMENTAL, [
    entries(
      'MDEntryPx price9?, MDEntrySize u64?, SecurityID i32, RptSeq u32, NumberOfOrders i32?, MDPriceLevel u8, ' +
        'MDUpdateAction u8, MDEntryType char',
    ),
    BOOK_ORDERS,
  ]),
  declareMessage(65, 'MDIncrementalRefreshTradeSummaryLongQty65', INCREMENTAL, [
    entries(
      'MDEntryPx price9, MDEntrySize u64, SecurityID i32, RptSeq u32, NumberOfOrders i32, MDTradeEntryID u32, ' +
        'AggressorSide u8?, MDUpdateAction u8',
    ),
    TRADE_ORDERS,
  ]),
  declareMessage(66, 'MDIncrementalRefreshVolumeLongQty66', INCREMENTAL, [
    entries('MDEntrySize u64, SecurityID i32, RptSeq u32, MDUpdateAction u8'),
  ]),
  declareMessage(67, 'MDIncrementalRefreshSessionStatisticsLongQty67', INCREMENTAL, [
    entries(
      'MDEntryPx price9, MDEntrySize u64?, SecurityID i32, RptSeq u32, OpenCloseSettlFlag u8?, MDUpdateAction u8, ' +
        'MDEntryType char',
    ),
  ]),
  declareMessage(68, 'SnapshotFullRefreshTCPLongQty68', TCP_SNAPSHOT_FIELDS, [SNAPSHOT_LONG_ENTRIES]),
  declareMessage(69, 'SnapshotFullRefreshLongQty69', snapshotFields('price9'), [SNAPSHOT_LONG_ENTRIES]),
];

/** What is read where no schema file is named. */
export const MDP_SCHEMA: SbeSchema = {
  id: 1,
  version: 13,
  isLittle: true,
  messages: new Map(MESSAGES.map((message) => [message.id, message])),
};
