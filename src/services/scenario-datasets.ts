/**
 * Datasets that a scenario names, as the plain values that a run is made of: prices and sizes of instruments, corporate actions, and
 * delays. What comes out names no dataset any more; the manifest of the run keeps which ones it was, with their content hashes.
 */

import { resolve } from 'node:path';
import { TwinError } from '../base/index.ts';
import { contentHash, Lake, qualityMask } from '../data/index.ts';
import type { DataId } from '../runs/index.ts';
import { DATASET_PREFIX } from './replay-inputs.ts';

type Plain = Record<string, unknown>;

export interface ResolvedDatasets {
  readonly value: Plain;
  readonly dataIds: readonly DataId[];
}

/** Rows of one query as values by column. */
type Row = readonly unknown[];

const DELAY_QUANTILES = 100;
/** Schemas that tell a price, the best first, with the column that has it. */
const PRICES = [
  ['trade', 'price', ''],
  ['bar', 'close', " AND basis = 'trade'"],
  ['bbo', '(bidPrice + askPrice) / 2', ''],
  ['mbo', 'price', " AND action = 'execute'"],
] as const;
/** Records whose two times are no delay: snapshots tell of old orders, and some times are guesses. */
const NO_DELAY = qualityMask('snapshot') | qualityMask('estimatedTime') | qualityMask('badReceiveTime');
const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?Z)?$/;

/**
 * Puts values of datasets into a scenario as it was read. What cannot be found goes to `problems` as `path: text`. Raises DATA_LAKE
 * for a lake that cannot be read.
 */
export async function resolveDatasets(
  value: Plain,
  lakeFolder: string,
  problems: string[],
): Promise<ResolvedDatasets> {
  const lake = new Lake(lakeFolder);
  const resolver = new Resolver(lake, problems);
  try {
    const resolved = { ...value };
    if (Array.isArray(value.instruments))
      resolved.instruments = await eachOf(value.instruments, (one, at) =>
        resolver.instrument(one, `instruments[${at}]`),
      );
    if (Array.isArray(value.agents))
      resolved.agents = await eachOf(value.agents, (one, at) => resolver.delays(one, `agents[${at}].links`));
    if (Array.isArray(value.corporateActions))
      resolved.corporateActions = (
        await eachOf(value.corporateActions, (one, at) => resolver.actions(one, `corporateActions[${at}]`))
      ).flat();
    return { value: resolved, dataIds: resolver.dataIds(lakeFolder) };
  } finally {
    lake.close();
  }
}

/** In order, since each may open an engine. */
async function eachOf<T>(
  list: readonly unknown[],
  make: (one: unknown, at: number) => Promise<T>,
): Promise<T[]> {
  const made: T[] = [];
  for (const [at, one] of list.entries()) made.push(await make(one, at));
  return made;
}

class Resolver {
  readonly #lake: Lake;
  readonly #problems: string[];
  readonly #used = new Set<string>();

  constructor(lake: Lake, problems: string[]) {
    this.#lake = lake;
    this.#problems = problems;
  }

  dataIds(lakeFolder: string): DataId[] {
    return [...this.#used].sort().map((id) => {
      const { parts } = this.#lake.dataset(id);
      const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
      return { path: `${DATASET_PREFIX}${id}`, bytes, sha256: contentHash(parts), lake: resolve(lakeFolder) };
    });
  }

  /** `data: { dataset, symbol, at }` gives the reference price, and tick, lot and terms of an option where a definition tells them. */
  async instrument(one: unknown, at: string): Promise<unknown> {
    if (!isPlain(one) || one.data === undefined) return one;
    const { data, ...given } = one;
    const source = this.#source(data, ['dataset', 'symbol', 'at'], `${at}.data`);
    if (source === null) return given;
    const symbol = textOf(source.symbol) ?? textOf(given.symbol) ?? '';
    const until = source.at === undefined ? null : textOf(source.at);
    if (source.at !== undefined && (until === null || !INSTANT.test(until))) {
      this.#problems.push(
        `${at}.data.at: "${source.at}" is a day or an instant in UTC, as 2024-01-02T14:30:00Z`,
      );
      return given;
    }
    const price = await this.#priceOf(source.dataset as string, symbol, until);
    if (price === null)
      this.#problems.push(
        `${at}.data: dataset "${source.dataset}" has no price of "${symbol}"${until === null ? '' : ` until ${until}`}`,
      );
    const sizes = await this.#query(
      source.dataset as string,
      'definition',
      `SELECT CAST(tick AS VARCHAR), lot, CAST("right" AS VARCHAR), underlying, CAST(strike AS DOUBLE), CAST(expiry AS VARCHAR),
        multiplier, CAST(style AS VARCHAR) FROM definition WHERE symbol = $1 ORDER BY tsEvent DESC LIMIT 1`,
      [symbol],
    );
    const [tick, lot, ...terms] = sizes[0] ?? [null, null];
    const option = optionOf(terms);
    return {
      symbol: option === null ? symbol : symbol.replaceAll(' ', ''),
      ...(price === null ? {} : { referencePrice: shortDecimal(price) }),
      ...(tick === null || Number(tick) === 0 ? {} : { tickSize: shortDecimal(String(tick)) }),
      ...(typeof lot === 'number' && lot > 0 ? { lotSize: lot } : {}),
      ...given,
      ...(option === null ? {} : { option: isPlain(given.option) ? { ...option, ...given.option } : option }),
    };
  }

  /** `{ kind: empirical, dataset, symbol }` in place of quantiles: how long records took from the venue to the receiver. */
  async delays(group: unknown, at: string): Promise<unknown> {
    if (!isPlain(group) || !isPlain(group.links)) return group;
    const links: Plain = { ...group.links };
    for (const way of ['orderUs', 'answerUs']) {
      const delay = links[way];
      if (!isPlain(delay) || delay.dataset === undefined) continue;
      const source = this.#source(delay, ['kind', 'dataset', 'symbol', 'schema'], `${at}.${way}`);
      if (source === null) continue;
      const quantiles = await this.#delayQuantiles(source, `${at}.${way}`);
      if (quantiles !== null) links[way] = { kind: 'empirical', quantiles };
    }
    return { ...group, links };
  }

  /**
   * `{ dataset, symbol, instrument }` in place of an action: all that the dataset knows of a symbol; with `exDate` that of one date,
   * and with `day` it plays on that day of the run.
   */
  async actions(one: unknown, at: string): Promise<unknown[]> {
    if (!isPlain(one) || one.dataset === undefined) return [one];
    const source = this.#source(
      one,
      [
        'dataset',
        'symbol',
        'instrument',
        'exDate',
        'day',
        'withdraw',
        'roundLot',
        'sizes',
        'optionOrders',
        'optionMethod',
      ],
      at,
    );
    if (source === null) return [];
    const { dataset, symbol, exDate: wanted, ...kept } = source;
    const name = textOf(symbol) ?? textOf(kept.instrument) ?? '';
    const rows = await this.#query(
      dataset as string,
      'corporate_action',
      `SELECT CAST(kind AS VARCHAR), CAST(exDate AS VARCHAR), newShares, oldShares, CAST(amount AS DOUBLE),
        CAST(subscriptionPrice AS DOUBLE), otherSymbol FROM corporate_action WHERE symbol = $1 ORDER BY exDate, sourceIndex`,
      [name],
    );
    const found = rows.filter(([, exDate]) => wanted === undefined || exDate === wanted);
    if (found.length === 0)
      this.#problems.push(
        `${at}: dataset "${dataset}" has no corporate actions of "${name}"${wanted === undefined ? '' : ` on ${wanted}`}`,
      );
    return found.map(([kind, exDate, newShares, oldShares, amount, subscriptionPrice, otherSymbol]) => {
      const told = { newShares, oldShares, amount, subscriptionPrice };
      return {
        instrument: name,
        ...kept,
        kind,
        ...(kept.day === undefined ? { exDate } : {}),
        ...Object.fromEntries(Object.entries(told).filter(([, number]) => number !== null && number !== 0)),
        ...(otherSymbol === null || kind === 'symbolChange' ? {} : { other: otherSymbol }),
      };
    });
  }

  async #priceOf(dataset: string, symbol: string, until: string | null): Promise<string | null> {
    for (const [schema, price, where] of PRICES) {
      const time = until === null ? '' : ' AND tsEvent <= CAST($2 AS TIMESTAMP_NS)';
      const order = until === null ? 'tsEvent, sourceIndex' : 'tsEvent DESC, sourceIndex DESC';
      const rows = await this.#query(
        dataset,
        schema,
        `SELECT CAST(${price} AS VARCHAR) FROM ${schema} WHERE symbol = $1 AND ${price} > 0${where}${time} ORDER BY ${order} LIMIT 1`,
        [symbol, ...(until === null ? [] : [until.replace('Z', '')])],
      );
      if (rows.length > 0) return String(rows[0]![0]);
    }
    return null;
  }

  async #delayQuantiles(source: Plain, at: string): Promise<{ p: number; us: number }[] | null> {
    const dataset = source.dataset as string;
    const asked = textOf(source.schema);
    const schemas = [
      ...new Set(this.#lake.dataset(dataset).parts.map(({ schema }) => schema as string)),
    ].sort();
    const symbol = textOf(source.symbol);
    for (const schema of asked === null ? schemas : schemas.filter((name) => name === asked)) {
      const shares = Array.from({ length: DELAY_QUANTILES + 1 }, (_, p) => p / DELAY_QUANTILES);
      const delay = 'epoch_ns(tsRecv) - epoch_ns(tsEvent)';
      const columns = shares.map((p) => `quantile_disc(${delay}, ${p})`).join(', ');
      const where = symbol === null ? '' : ' AND symbol = $1';
      const [found] = await this.#query(
        dataset,
        schema,
        `SELECT ${columns} FROM ${schema} WHERE tsRecv >= tsEvent AND coalesce(quality, 0) & ${NO_DELAY} = 0${where}`,
        symbol === null ? [] : [symbol],
      );
      if (found === undefined || found[0] === null) continue;
      return shares.map((p, index) => ({ p, us: Number(found[index]) / 1000 }));
    }
    this.#problems.push(`${at}: dataset "${dataset}" has no records with both clocks`);
    return null;
  }

  /** The reference with its keys checked and its dataset found; null after a problem was told. */
  #source(value: unknown, keys: readonly string[], at: string): Plain | null {
    if (!isPlain(value) || textOf(value.dataset) === null) {
      this.#problems.push(`${at}: names a dataset, as { dataset: <id>, symbol: <symbol> }`);
      return null;
    }
    for (const key of Object.keys(value)) {
      if (!keys.includes(key))
        this.#problems.push(`${at}.${key}: is not a key of a dataset that is named here: ${keys.join(', ')}`);
    }
    const id = value.dataset as string;
    if (this.#lake.findDataset(id) === null) {
      const known = this.#lake.list().map((entry) => entry.id);
      this.#problems.push(
        `${at}.dataset: "${id}" is a dataset of the lake ${this.#lake.layout.folder}: ${known.slice(-20).join(', ') || 'it has none'}`,
      );
      return null;
    }
    this.#used.add(id);
    return value;
  }

  async #query(
    dataset: string,
    schema: string,
    sql: string,
    values: readonly string[],
  ): Promise<readonly Row[]> {
    if (!this.#lake.dataset(dataset).parts.some((part) => part.schema === schema)) return [];
    const duck = await this.#lake.openSql([dataset]);
    try {
      return (await duck.connection.runAndReadAll(sql, [...values])).getRows() as Row[];
    } finally {
      duck.close();
    }
  }
}

/** Raises RUNS_DIFFER when a dataset that a run was made from holds something else now; hints where it cannot be looked at. */
export function checkDatasets(dataIds: readonly DataId[]): string[] {
  const hints: string[] = [];
  for (const { path, sha256, lake: folder } of dataIds) {
    if (folder === undefined || !path.startsWith(DATASET_PREFIX)) continue;
    const lake = new Lake(folder);
    try {
      const dataset = lake.findDataset(path.slice(DATASET_PREFIX.length));
      const found = dataset === null ? null : contentHash(dataset.parts);
      if (found === null)
        hints.push(`${path} is not in the lake ${folder} any more; its values are in the config`);
      else if (found !== sha256) {
        throw new TwinError('RUNS_DIFFER', 'a dataset is the one that the run was made from', {
          dataset: path,
          expectedSha256: sha256,
          foundSha256: found,
        });
      }
    } finally {
      lake.close();
    }
  }
  return hints;
}

/** Terms of an option as a definition has them; null for what is none. Those that it leaves out have their usual values. */
function optionOf([right, underlying, strike, expiry, multiplier, style]: readonly unknown[]): Plain | null {
  if (right == null || underlying == null || strike == null || expiry == null) return null;
  return {
    underlying,
    right,
    strike,
    expiry,
    ...(typeof multiplier === 'number' && multiplier > 0 ? { multiplier } : {}),
    ...(style === 'american' || style === 'european' ? { style } : {}),
  };
}

/** Decimal text without needless zeros. */
function shortDecimal(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
