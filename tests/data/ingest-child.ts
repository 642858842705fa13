/** The process that `ingest-kill.test.ts` kills: an ingest of the vendor that never was. Arguments: lake, address. */

import { PagedVendor } from '../../src/data/ingest/paged-vendor.fixture.ts';
import { runIngest } from '../../src/data/ingest/run-ingest.ts';
import { resolveRequest, vendorDataset, vendorTasks } from '../../src/data/ingest/vendor-ingest.ts';
import { Lake } from '../../src/data/lake/lake.ts';
import { HttpClient } from '../../src/data/transport/http-client.ts';

const [folder, base] = process.argv.slice(2) as [string, string];
const adapter = new PagedVendor(base);
const request = resolveRequest(adapter, {
  symbols: ['AAA', 'BBB', 'CCC', 'DDD'],
  schemas: ['trade'],
  from: null,
  to: null,
  options: {},
});
const plan = adapter.plan(request);
const lake = new Lake(folder);
const http = new HttpClient({ limits: adapter.limits });
const head = vendorDataset(adapter, request, plan, 'killed', 'test');
lake.beginOnce(head);
console.log('ready');
await runIngest(vendorTasks(adapter, plan, http, {}), {
  lake,
  dataset: head.id,
  maker: head.maker,
  mode: 'strict',
  concurrent: 2,
  signal: new AbortController().signal,
});
await http.close();
lake.close();
console.log('done');
