/** Our own adapters against an emulated vendor, over real connections, into a lake: what came, and what was said about what did not. */

import {
  ADAPTERS,
  type CanonicalRecord,
  type DatasetHead,
  HttpClient,
  Lake,
  liveDataset,
  resolveRequest,
  runIngest,
  runLive,
  type SchemaName,
  sumOf,
  vendorDataset,
  vendorTasks,
} from '../../src/data/index.ts';
import type { EmulatorServer } from '../../src/emulators/index.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder('emulated');
let lakes = 0;

/** Any keys will do. */
const SECRETS = {
  POLYGON_API_KEY: 'any',
  ALPHAVANTAGE_API_KEY: 'any',
  CME_API_ID: 'any',
  CME_API_SECRET: 'any',
};

export interface Asked {
  readonly symbols: readonly string[];
  readonly schemas: readonly SchemaName[];
  readonly from?: string;
  readonly to?: string;
  readonly options?: Readonly<Record<string, string>>;
}

export class Received {
  readonly lake: Lake;
  readonly dataset: string;

  constructor(lake: Lake, dataset: string) {
    this.lake = lake;
    this.dataset = dataset;
  }

  /** Records in the order of time. */
  async records<N extends SchemaName>(schema: N): Promise<CanonicalRecord<N>[]> {
    const records: CanonicalRecord<N>[] = [];
    for await (const batch of this.lake.source([this.dataset]).read({ schema }))
      records.push(...([...batch.rows()] as CanonicalRecord<N>[]));
    return records;
  }

  /** What was set aside, remarked and marked, by name: reasons, remarks and bits of quality together. */
  findings(): Record<string, number> {
    const done = [...this.lake.dataset(this.dataset).done.values()];
    return sumOf(done.flatMap(({ quarantined, remarks, quality }) => [quarantined, remarks, quality]));
  }
}

const adapterOf = (vendor: string) => ADAPTERS.find(({ name }) => name === vendor)!;

function addressesOf(vendor: string, { port }: EmulatorServer): Readonly<Record<string, string>> {
  const [http, ws] = [`http://127.0.0.1:${port}`, `ws://127.0.0.1:${port}`];
  if (vendor === 'cme')
    return {
      rest: `${http}/refdata/v3`,
      token: `${http}/as/token.oauth2`,
      socket: `${ws}/marketdatastream/v1`,
    };
  return vendor === 'alphavantage' ? { restUrl: http } : { restUrl: http, socketUrl: ws };
}

function requestOf(vendor: string, server: EmulatorServer, { symbols, schemas, from, to, options }: Asked) {
  return resolveRequest(adapterOf(vendor), {
    symbols,
    schemas,
    from: from ?? null,
    to: to ?? null,
    options: { ...addressesOf(vendor, server), ...options },
  });
}

function openLake(head: DatasetHead): Lake {
  const lake = new Lake(`${folder}/${lakes++}`);
  lake.begin(head);
  return lake;
}

/** Many requests a second: nobody limits them here. */
const httpClient = (): HttpClient =>
  new HttpClient({ limits: { requests: 10_000, perMs: 1000, concurrent: 4 } });

/** Follows a vendor's feed until the emulated market is over, and `settleMs` more: what was asked for again has come by then. */
export async function receive(
  vendor: string,
  server: EmulatorServer,
  asked: Asked,
  settleMs = 500,
): Promise<Received> {
  const adapter = adapterOf(vendor);
  const request = requestOf(vendor, server, asked);
  const head = liveDataset(adapter, request, null, 'test');
  const lake = openLake(head);
  const http = httpClient();
  const stop = new AbortController();
  const running = runLive(adapter.live(request, SECRETS)!, {
    lake,
    dataset: head.id,
    maker: head.maker,
    http,
    signal: stop.signal,
    segmentMs: 300,
  });
  while (server.playback.state !== 'ended') await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  stop.abort();
  await running;
  await http.close();
  return new Received(lake, head.id);
}

/** Asks a vendor for what was. */
export async function ingest(vendor: string, server: EmulatorServer, asked: Asked): Promise<Received> {
  const adapter = adapterOf(vendor);
  const request = requestOf(vendor, server, asked);
  const plan = adapter.plan(request);
  const head = vendorDataset(adapter, request, plan, null, 'test');
  const lake = openLake(head);
  const http = httpClient();
  await runIngest(vendorTasks(adapter, plan, http, SECRETS), {
    lake,
    dataset: head.id,
    maker: head.maker,
    mode: 'strict',
    concurrent: 2,
    signal: new AbortController().signal,
  });
  await http.close();
  return new Received(lake, head.id);
}

/** The book that rows of levels end with: 'buy 100.5' to quantity. */
export function bookOf(records: readonly CanonicalRecord<'mbp'>[]): Record<string, number> {
  const levels: Record<string, number> = {};
  for (const { action, side, price, qty } of records) {
    if (action === 'clear') for (const key of Object.keys(levels)) delete levels[key];
    else if (qty === 0) delete levels[`${side} ${price}`];
    else levels[`${side} ${price}`] = qty!;
  }
  return levels;
}

/** Orders that rest after rows of orders: id to quantity. */
export function ordersOf(records: readonly CanonicalRecord<'mbo'>[]): Map<bigint, number> {
  const orders = new Map<bigint, number>();
  for (const { action, orderId, qty } of records) {
    if (action === 'clear') orders.clear();
    else if (action === 'add' || action === 'modify') orders.set(orderId!, qty!);
    else if (action === 'delete') orders.delete(orderId!);
    else if (action === 'execute') {
      const left = (orders.get(orderId!) ?? 0) - qty!;
      if (left > 1e-9) orders.set(orderId!, left);
      else orders.delete(orderId!);
    }
  }
  return orders;
}
