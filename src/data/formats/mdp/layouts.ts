/**
 * Where the fields of each message lie: the numbers that the fast readers use, looked up once in the schema. -1 stands for a field
 * that the message does not have.
 */

import { TwinError } from '../../../base/index.ts';
import {
  encodedBytes,
  fieldNamed,
  groupNamed,
  type SbeBlock,
  type SbeGroup,
  type SbeMessage,
  type SbeSchema,
} from '../sbe/index.ts';

/** What a message is about. 'other' is valid and passed over. */
export type MdpKind =
  | 'book'
  | 'orders'
  | 'trade'
  | 'volume'
  | 'daily'
  | 'session'
  | 'limits'
  | 'snapshot'
  | 'tcpSnapshot'
  | 'orderSnapshot'
  | 'status'
  | 'definition'
  | 'reset'
  | 'heartbeat'
  | 'other';

/** By the names of the messages, without the number at their end and `LongQty`. */
const KINDS: Readonly<Record<string, MdpKind>> = {
  MDIncrementalRefreshBook: 'book',
  MDIncrementalRefreshOrderBook: 'orders',
  MDIncrementalRefreshTradeSummary: 'trade',
  MDIncrementalRefreshTrade: 'trade',
  MDIncrementalRefreshVolume: 'volume',
  MDIncrementalRefreshDailyStatistics: 'daily',
  MDIncrementalRefreshSessionStatistics: 'session',
  MDIncrementalRefreshLimitsBanding: 'limits',
  SnapshotFullRefresh: 'snapshot',
  SnapshotFullRefreshTCP: 'tcpSnapshot',
  SnapshotFullRefreshOrderBook: 'orderSnapshot',
  SecurityStatus: 'status',
  ChannelReset: 'reset',
  AdminHeartbeat: 'heartbeat',
  MDInstrumentDefinitionFuture: 'definition',
  MDInstrumentDefinitionOption: 'definition',
  MDInstrumentDefinitionSpread: 'definition',
  MDInstrumentDefinitionFixedIncome: 'definition',
  MDInstrumentDefinitionRepo: 'definition',
  MDInstrumentDefinitionFX: 'definition',
};

/** Offsets in an entry of `NoMDEntries`. */
export interface EntryLayout {
  /** Decimals of the prices. */
  readonly digits: number;
  readonly price: number;
  readonly size: number;
  /** Sizes are u64 instead of i32. */
  readonly isLong: boolean;
  readonly securityId: number;
  readonly rptSeq: number;
  readonly orders: number;
  readonly level: number;
  readonly action: number;
  readonly type: number;
  readonly aggressor: number;
  readonly tradeId: number;
  readonly openCloseFlag: number;
  readonly settleType: number;
  readonly referenceDate: number;
  readonly highLimit: number;
  readonly lowLimit: number;
  readonly variation: number;
  readonly orderId: number;
  readonly priority: number;
  readonly displayQty: number;
}

/** Offsets in an entry of `NoOrderIDEntries`. */
export interface OrderLayout {
  readonly orderId: number;
  readonly priority: number;
  readonly qty: number;
  readonly referenceId: number;
  readonly action: number;
}

/** A group's header: block length u16 first, number of entries one byte. */
export interface GroupLayout<L> {
  readonly headBytes: number;
  readonly countAt: number;
  /** Bytes that an entry has at least: up to its last field. */
  readonly entryBytes: number;
  readonly entry: L;
}

export interface MdpTemplate {
  readonly kind: MdpKind;
  readonly message: SbeMessage;
  readonly transactTime: number;
  readonly eventBits: number;
  readonly entries: GroupLayout<EntryLayout> | null;
  readonly orders: GroupLayout<OrderLayout> | null;
}

/**
 * Templates by their id, as messages of a version have them: what is younger is not there, though its place may hold bytes. Raises
 * DATA_FORMAT for a schema whose messages lack what the readers need.
 */
export function mdpTemplates(schema: SbeSchema, version: number): ReadonlyMap<number, MdpTemplate> {
  const templates = new Map<number, MdpTemplate>();
  for (const message of schema.messages.values()) {
    templates.set(message.id, templateOf(asOf(message, version)));
  }
  if (![...templates.values()].some(({ kind }) => kind === 'book')) {
    throw new TwinError('DATA_FORMAT', 'a schema of MDP 3.0 has messages of its books', {
      schema: schema.id,
      version: schema.version,
    });
  }
  return templates;
}

function asOf<B extends SbeBlock>(block: B, version: number): B {
  return {
    ...block,
    fields: block.fields.filter(({ sinceVersion }) => sinceVersion <= version),
    groups: block.groups
      .filter(({ sinceVersion }) => sinceVersion <= version)
      .map((group) => asOf(group, version)),
  };
}

/** What the readers of each kind cannot do without. */
const NEEDED: Partial<Record<MdpKind, readonly string[]>> = {
  book: ['MDEntryPx', 'MDEntrySize', 'SecurityID', 'RptSeq', 'MDPriceLevel', 'MDUpdateAction', 'MDEntryType'],
  orders: ['OrderID', 'MDEntryPx', 'MDDisplayQty', 'SecurityID', 'MDUpdateAction', 'MDEntryType'],
  trade: ['MDEntryPx', 'MDEntrySize', 'SecurityID', 'RptSeq', 'AggressorSide', 'MDUpdateAction'],
  volume: ['MDEntrySize', 'SecurityID', 'RptSeq'],
  daily: ['MDEntryPx', 'MDEntrySize', 'SecurityID', 'RptSeq', 'MDUpdateAction', 'MDEntryType'],
  session: ['MDEntryPx', 'SecurityID', 'RptSeq', 'MDUpdateAction', 'MDEntryType'],
  limits: ['HighLimitPrice', 'LowLimitPrice', 'MaxPriceVariation', 'SecurityID', 'RptSeq'],
};

function templateOf(message: SbeMessage): MdpTemplate {
  const kind = KINDS[message.name.replace(/(?:LongQty)?\d*$/, '')] ?? 'other';
  const entries = groupNamed(message, 'NoMDEntries');
  const needed = NEEDED[kind] ?? [];
  const missing = needed.filter((name) => entries === null || fieldNamed(entries, name) === null);
  if (missing.length > 0) {
    throw new TwinError('DATA_FORMAT', 'a message of MDP 3.0 has the fields that are read', {
      message: message.name,
      missing,
    });
  }
  const orders = groupNamed(message, 'NoOrderIDEntries');
  const hasOrders = orders !== null && (kind === 'book' || kind === 'trade');
  return {
    kind,
    message,
    transactTime: offsetOf(message, 'TransactTime'),
    eventBits: offsetOf(message, 'MatchEventIndicator'),
    entries: entries === null || needed.length === 0 ? null : groupLayout(entries, entryOf(entries)),
    orders: hasOrders ? groupLayout(orders, orderOf(orders)) : null,
  };
}

function groupLayout<L>(group: SbeGroup, entry: L): GroupLayout<L> {
  const { bytes, entries } = group.dimension;
  const ends = group.fields.map(({ offset, encoding }) => offset + encodedBytes(encoding));
  return { headBytes: bytes, countAt: entries.offset, entryBytes: Math.max(0, ...ends), entry };
}

function entryOf(block: SbeBlock): EntryLayout {
  const price = fieldNamed(block, 'MDEntryPx') ?? fieldNamed(block, 'HighLimitPrice');
  const size = fieldNamed(block, 'MDEntrySize')?.encoding;
  const tradeId = fieldNamed(block, 'MDTradeEntryID') ?? fieldNamed(block, 'TradeID');
  const exponent =
    price?.encoding.kind === 'composite'
      ? price.encoding.members.find(({ name }) => name === 'exponent')?.encoding
      : undefined;
  return {
    digits: exponent?.kind === 'scalar' && exponent.constant !== null ? -Number(exponent.constant) : 9,
    price: offsetOf(block, 'MDEntryPx'),
    size: offsetOf(block, 'MDEntrySize'),
    isLong: size?.kind === 'scalar' && size.primitive === 'uint64',
    securityId: offsetOf(block, 'SecurityID'),
    rptSeq: offsetOf(block, 'RptSeq'),
    orders: offsetOf(block, 'NumberOfOrders'),
    level: offsetOf(block, 'MDPriceLevel'),
    action: offsetOf(block, 'MDUpdateAction'),
    type: offsetOf(block, 'MDEntryType'),
    aggressor: offsetOf(block, 'AggressorSide'),
    tradeId: tradeId?.offset ?? -1,
    openCloseFlag: offsetOf(block, 'OpenCloseSettlFlag'),
    settleType: offsetOf(block, 'SettlPriceType'),
    referenceDate: offsetOf(block, 'TradingReferenceDate'),
    highLimit: offsetOf(block, 'HighLimitPrice'),
    lowLimit: offsetOf(block, 'LowLimitPrice'),
    variation: offsetOf(block, 'MaxPriceVariation'),
    orderId: offsetOf(block, 'OrderID'),
    priority: offsetOf(block, 'MDOrderPriority'),
    displayQty: offsetOf(block, 'MDDisplayQty'),
  };
}

function orderOf(block: SbeBlock): OrderLayout {
  return {
    orderId: offsetOf(block, 'OrderID'),
    priority: offsetOf(block, 'MDOrderPriority'),
    qty: Math.max(offsetOf(block, 'MDDisplayQty'), offsetOf(block, 'LastQty')),
    referenceId: offsetOf(block, 'ReferenceID'),
    action: offsetOf(block, 'OrderUpdateAction'),
  };
}

/** Constants take no bytes: their offset would be that of what follows. */
function offsetOf(block: SbeBlock, name: string): number {
  const field = fieldNamed(block, name);
  if (field === null) return -1;
  const { encoding } = field;
  const isConstant = encoding.kind === 'scalar' && encoding.constant !== null;
  return isConstant ? -1 : field.offset;
}
