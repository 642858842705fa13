/** Datasets of a lake as what a replay reads: their records of orders, and how those of their feed belong together. */

import { TwinError } from '../base/index.ts';
import {
  contentHash,
  type Dataset,
  Lake,
  MboRecords,
  midnightIn,
  numberSymbols,
  type Part,
  type VenueWording,
} from '../data/index.ts';
import type { FeedStyle, RecordsInput, RecordsReplay } from '../replay/index.ts';

/** Feeds whose prices are whole in 1e-4 of their currency; replays of their recordings count in it. */
const IN_E4 = /^(itch|itch-pcap|pitch|lobster)$/;
const OF_EVENTS = /^(dbn|mdp|cme)$/;
const E4_STEPS = 100_000;
/** Digits behind the point that a quantity may have; lots of more would not fit the books. */
const QTY_DECIMALS_MAX = 8;

interface Feed {
  /** Formats or vendors that the records came from first. */
  readonly makers: readonly string[];
  readonly style: FeedStyle;
  /** In which its days begin at midnight. */
  readonly zone: string;
  /** Recordings, or segments of a live feed. */
  readonly tasks: number;
}

/** What the orders of some datasets are like. */
interface Survey {
  readonly isInE4: boolean;
  /** Lots of one unit of quantity by symbol, where not 1. */
  readonly lotsPerUnit: ReadonlyMap<string, number>;
}

/**
 * Opens the records of datasets for a replay. Raises DATA_NOT_FOUND, DATA_REQUEST for datasets without orders and for those that one
 * replay cannot join. Close it when the replay is over.
 */
export async function openRecords(
  lake: Lake,
  ids: readonly string[],
  symbols: readonly string[] | undefined,
): Promise<RecordsReplay> {
  const datasets = ids.map((id) => lake.dataset(id));
  const feeds = datasets.map((dataset) => feedOf(lake, dataset));
  const style = feeds[0]!.style;
  if (feeds.some((feed) => feed.style !== style)) {
    throw new TwinError('DATA_REQUEST', 'datasets of one replay are of feeds of one kind', {
      datasets: ids.map((id, at) => `${id} of ${feeds[at]!.makers.join('+')}`).join(', '),
    });
  }
  const withOrders = ids.filter((_, at) => ordersOf(datasets[at]!, symbols).length > 0);
  if (withOrders.length === 0) throw noOrders(ids, datasets, symbols);
  const survey = await surveyOrders(lake, withOrders, symbols);
  const symbol = style === 'lobster' ? onlySymbol(datasets, symbols) : '';
  const isInE4 = survey.isInE4 && feeds.every(({ makers }) => makers.every((maker) => IN_E4.test(maker)));
  const wording: VenueWording = {
    hasGroups: style === 'events',
    isOutageOfService: style !== 'events',
    isZeroNoPrice: style === 'messages',
    priceSteps: isInE4 ? E4_STEPS : 1,
  };
  const numbers = numberSymbols(
    datasets.flatMap(({ parts }) => parts.filter(isOfVenue).map((part) => part.symbol)),
  );
  // All datasets count from the day of the first record that is read.
  let epochNs: bigint | null = null;
  const inputOf = (at: number, hasOrders: boolean): RecordsInput => {
    const { head, parts } = datasets[at]!;
    const order = orderOf(datasets[at]!, feeds[at]!);
    return {
      name: `dataset:${head.id}`,
      priceUnit: isInE4 ? '0.0001' : '0.000000001',
      lotsPerUnit: (name) => survey.lotsPerUnit.get(name) ?? 1,
      rows: parts.filter(isOfVenue).reduce((sum, { rows }) => sum + rows, 0),
      open: () =>
        new MboRecords({
          source: lake.source([head.id], { order }),
          ...(symbols === undefined ? {} : { symbols }),
          hasOrders,
          numbers,
          lotsPerUnit: (name) => survey.lotsPerUnit.get(name) ?? 1,
          epochOf: (firstNs) => {
            epochNs ??= midnightIn(feeds[at]!.zone, firstNs);
            return epochNs;
          },
          wording,
        }),
    };
  };
  const places = ids.map((_, at) => at);
  const isMain = (at: number): boolean => withOrders.includes(ids[at]!);
  return {
    style,
    symbol,
    inputs: inTime(places.filter(isMain), datasets).map((at) => inputOf(at, true)),
    beside: places.filter((at) => !isMain(at)).map((at) => inputOf(at, false)),
  };
}

/** Datasets whose orders end earlier go first, whatever the order in which they were named: one may begin with a snapshot of old orders. */
function inTime(places: readonly number[], datasets: readonly Dataset[]): number[] {
  const lastNs = (at: number): bigint =>
    ordersOf(datasets[at]!, undefined).reduce<bigint>(
      (last, part) => (BigInt(part.lastNs) > last ? BigInt(part.lastNs) : last),
      -(2n ** 63n),
    );
  return places.toSorted((a, b) => (lastNs(a) < lastNs(b) ? -1 : lastNs(a) > lastNs(b) ? 1 : a - b));
}

/** Where records came from first: made out of others they keep the ways of their feed. */
function feedOf(lake: Lake, dataset: Dataset): Feed {
  let root = dataset;
  while (root.head.kind === 'derived' && root.head.parents.length > 0)
    root = lake.dataset(root.head.parents[0]!);
  const makers = root.head.maker.name.split('+');
  const style = makers.includes('lobster')
    ? 'lobster'
    : makers.some((maker) => OF_EVENTS.test(maker))
      ? 'events'
      : 'messages';
  const files = (root.head.request as { files?: readonly { options?: Record<string, string> }[] }).files;
  const zone = style === 'events' ? 'UTC' : (files?.[0]?.options?.zone ?? 'UTC');
  return { makers, style, zone, tasks: root.done.size };
}

/**
 * How the records of a feed come in its own order. Feeds of single messages tell them in the order of time; where one does not, places
 * count, as long as they are of one recording or of a live feed, which numbers on. Raises DATA_REQUEST where places do not compare.
 */
function orderOf(dataset: Dataset, feed: Feed): 'time' | 'place' | 'task' {
  const { head, parts, done } = dataset;
  if (feed.style !== 'events' && head.kind !== 'live') return 'time';
  const isMerged = head.kind === 'derived' || parts.some(({ task }) => !done.has(task));
  if (!isMerged) return 'task';
  if (head.kind === 'live' || feed.tasks === 1) return 'place';
  throw new TwinError(
    'DATA_REQUEST',
    'records of several recordings of events that were joined since have no order: replay --from recording, or each recording as a dataset',
    { dataset: head.id, recordings: feed.tasks },
  );
}

function isOfVenue({ schema }: Part): boolean {
  return schema === 'mbo' || schema === 'status' || schema === 'imbalance';
}

function ordersOf({ parts }: Dataset, symbols: readonly string[] | undefined): Part[] {
  return parts.filter(
    ({ schema, symbol }) =>
      schema === 'mbo' && (symbols === undefined || symbol === '*' || symbols.includes(symbol)),
  );
}

function noOrders(
  ids: readonly string[],
  datasets: readonly Dataset[],
  symbols: readonly string[] | undefined,
): TwinError {
  const schemas = [...new Set(datasets.flatMap(({ parts }) => parts.map(({ schema }) => schema)))].sort();
  if (schemas.includes('mbo')) {
    const found = [
      ...new Set(datasets.flatMap((dataset) => ordersOf(dataset, undefined).map((part) => part.symbol))),
    ];
    return new TwinError('DATA_FORMAT', 'a symbol that is asked for is in the source', {
      missing: symbols!.join(', '),
      found: found.sort().slice(0, 20),
    });
  }
  return new TwinError(
    'DATA_REQUEST',
    'a dataset that is replayed has records of single orders (mbo): ingest an order-by-order feed, as ITCH, LOBSTER, PITCH, DBN mbo, CME MBO or the full channel of Coinbase are',
    { dataset: ids.join(', '), schemas },
  );
}

/** A book that is cut off is of one symbol and day. */
function onlySymbol(datasets: readonly Dataset[], symbols: readonly string[] | undefined): string {
  const parts = datasets.flatMap((dataset) => ordersOf(dataset, symbols));
  const names = [...new Set(parts.map(({ symbol }) => symbol))].filter((name) => name !== '*').sort();
  const days = [...new Set(parts.map(({ date }) => date))].sort();
  if (datasets.length === 1 && names.length === 1 && days.length === 1) return names[0]!;
  throw new TwinError('DATA_REQUEST', 'records of LOBSTER are replayed one symbol and day at a time', {
    datasets: datasets.map(({ head }) => head.id),
    symbols: names,
    days,
  });
}

async function surveyOrders(
  lake: Lake,
  ids: readonly string[],
  symbols: readonly string[] | undefined,
): Promise<Survey> {
  const duck = await lake.openSql(ids);
  try {
    const wanted = symbols === undefined ? '' : ` WHERE symbol IN (${symbols.map((_, at) => `$${at + 1}`)})`;
    const decimals = Array.from(
      { length: QTY_DECIMALS_MAX },
      (_, digits) => `WHEN round(qty, ${digits}) = qty THEN ${digits}`,
    );
    const found = await duck.connection.runAndReadAll(
      `SELECT symbol, coalesce(bool_and(price * 10000 = floor(price * 10000)), true),
        coalesce(max(CASE WHEN qty IS NULL THEN 0 ${decimals.join(' ')} ELSE ${QTY_DECIMALS_MAX} END), 0)
        FROM mbo${wanted} GROUP BY symbol`,
      [...(symbols ?? [])],
    );
    const rows = found.getRows() as [string, boolean, number][];
    return {
      isInE4: rows.every(([, isInE4]) => isInE4),
      lotsPerUnit: new Map(rows.map(([symbol, , digits]) => [symbol, 10 ** Number(digits)])),
    };
  } finally {
    duck.close();
  }
}

/** Hash of what a dataset holds, with its size. Raises DATA_NOT_FOUND. */
export function identifyDataset(lakeFolder: string, id: string): { bytes: number; sha256: string } {
  const lake = new Lake(lakeFolder);
  try {
    const { parts } = lake.dataset(id);
    return { bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0), sha256: contentHash(parts) };
  } finally {
    lake.close();
  }
}
