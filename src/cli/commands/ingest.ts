import { TwinError } from '../../base/index.ts';
import { ADAPTERS, FILE_FORMATS, Lake, type QualityReport, sumOf } from '../../data/index.ts';
import { RunStore } from '../../runs/index.ts';
import {
  type Control,
  type IngestResult,
  ingestFiles,
  ingestLive,
  ingestVendor,
  namesOnDays,
  planIngest,
} from '../../services/index.ts';
import { EXIT_INTERRUPTED, withInterrupt } from '../interrupt.ts';
import { toJson } from '../lake-output.ts';
import { createProgressView } from '../progress.ts';
import { formatTable } from '../table.ts';

interface Options {
  readonly symbols?: string[];
  readonly schema?: string[];
  readonly from?: string;
  readonly to?: string;
  readonly option: Readonly<Record<string, string>>;
  readonly names?: string[];
  readonly format?: string;
  readonly name?: string;
  readonly plan?: boolean;
  readonly live?: boolean;
  readonly for?: number;
  readonly strict?: boolean;
  readonly check?: boolean;
  readonly lake: string;
  readonly runs: string;
  readonly json?: boolean;
}

const BYTES_PER_MB = 1e6;
/** Tasks of a plan that are listed; the rest is counted. */
const PLAN_ROWS_MAX = 40;

/** twin ingest */
export async function ingest(source: string, paths: string[], options: Options): Promise<void> {
  if (source === 'list') {
    listSources(options.json === true);
    return;
  }
  let asked = {
    symbols: options.symbols ?? [],
    schemas: options.schema ?? [],
    from: options.from ?? null,
    to: options.to ?? null,
    options: options.option,
  };
  const isFile = source === 'file';
  if (options.names !== undefined) {
    if (isFile || options.live === true)
      throw new TwinError('CLI_USAGE', '--names is for days that a vendor is asked for', { source });
    asked = { ...asked, symbols: await namesOfDays(options.names, asked, options.lake) };
  }
  if (!isFile && paths.length > 0)
    throw new TwinError('CLI_USAGE', 'only `ingest file` takes paths', { source, paths });
  if (options.plan === true) {
    if (isFile) throw new TwinError('CLI_USAGE', 'files are read at once: a plan is for vendors', { source });
    showPlan(planIngest(source, asked), options.json === true);
    return;
  }
  if (options.live === true && isFile)
    throw new TwinError('CLI_USAGE', 'a live feed is one of a vendor', { source });
  if (options.for !== undefined && options.live !== true) {
    throw new TwinError('CLI_USAGE', '--for goes with --live', { for: options.for });
  }
  const view = createProgressView(`ingest ${source}`, options.json === true);
  const lake = new Lake(options.lake);
  const places = { lake, store: new RunStore(options.runs), environment: process.env };
  const how = {
    name: options.name ?? null,
    mode: options.strict === true ? ('strict' as const) : ('lenient' as const),
    isChecked: options.check === true,
  };
  const work = (signal: AbortSignal): Promise<IngestResult> => {
    const control = { signal, onProgress: view.show };
    if (options.live === true) return ingestLive(source, asked, how, places, limited(control, options.for));
    if (!isFile) return ingestVendor(source, asked, how, places, control);
    const files = { paths, format: options.format ?? null, options: options.option, name: how.name };
    return ingestFiles(files, how, places, control);
  };
  try {
    const result = await withInterrupt(async (signal) => {
      try {
        return await work(signal);
      } catch (error) {
        if (!signal.aborted) throw error;
        return null;
      }
    }).finally(() => view.end());
    if (result === null) {
      process.exitCode = EXIT_INTERRUPTED;
      console.error('stopped: the same command goes on from here');
      return;
    }
    if (options.json === true) console.log(toJson(result));
    else for (const line of describeResult(result)) console.log(line);
  } finally {
    lake.close();
  }
}

/** Names, on the days that are asked for, of what has the given names today. */
async function namesOfDays(
  actions: readonly string[],
  asked: { readonly symbols: readonly string[]; readonly from: string | null; readonly to: string | null },
  folder: string,
): Promise<string[]> {
  const lake = new Lake(folder);
  try {
    return await namesOnDays(lake, actions, asked, new Date().toISOString().slice(0, 10));
  } finally {
    lake.close();
  }
}

/** The same control, ended after a time. A timer of our own: Node 20 may forget a signal of a time-out that only `any` knows. */
function limited(control: Control & { readonly signal: AbortSignal }, seconds: number | undefined): Control {
  if (seconds === undefined) return control;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), seconds * 1000).unref();
  control.signal.addEventListener('abort', () => {
    clearTimeout(timer);
    stop.abort();
  });
  stop.signal.addEventListener('abort', () => clearTimeout(timer));
  return { ...control, signal: stop.signal };
}

function describeResult(result: IngestResult): string[] {
  const { tasksDone, tasksSkipped } = result;
  return [
    `dataset    ${result.dataset}${result.isComplete ? '' : ' (not complete)'}`,
    `records    ${counts(result.counts)}`,
    `tasks      ${tasksDone} done${tasksSkipped > 0 ? `, ${tasksSkipped} done before` : ''}, in ${result.seconds} s`,
    ...(Object.keys(result.quarantined).length > 0 ? [`set aside  ${counts(result.quarantined)}`] : []),
    ...(Object.keys(result.quality).length > 0 ? [`marked     ${counts(result.quality)}`] : []),
    ...(Object.keys(result.remarks).length > 0 ? [`remarks    ${counts(result.remarks)}`] : []),
    ...(result.check === null ? [] : describeCheck(result.check)),
    `run        ${result.run}`,
    `next       npx twin data head ${result.dataset}`,
  ];
}

/** What the checks over all tasks found that those of single tasks had not. */
function describeCheck({ records, schemas, gaps }: QualityReport): string[] {
  const found = counts(sumOf(schemas.map(({ unmarked }) => unmarked)));
  const missing = Object.entries(gaps).map(([kind, gap]) => `${gap.gaps} ${kind} (${gap.missing} missing)`);
  return [
    `checked    ${records} records in one order; marked now: ${found}`,
    `gaps       ${missing.length === 0 ? 'none' : missing.join(', ')}`,
  ];
}

function counts(numbers: Readonly<Record<string, number>>): string {
  const entries = Object.entries(numbers).filter(([, count]) => count > 0);
  return entries.length === 0 ? 'none' : entries.map(([name, count]) => `${count} ${name}`).join(', ');
}

function showPlan(plan: ReturnType<typeof planIngest>, isJson: boolean): void {
  if (isJson) {
    console.log(JSON.stringify(plan));
    return;
  }
  const rows = plan.tasks
    .slice(0, PLAN_ROWS_MAX)
    .map(({ label, schemas, expected }) => [
      label,
      schemas.join(','),
      expected.requests,
      (expected.bytes / BYTES_PER_MB).toFixed(1),
    ]);
  console.log(formatTable(['task', 'schema', 'requests', 'MB'], rows));
  if (plan.tasks.length > PLAN_ROWS_MAX) console.log(`… and ${plan.tasks.length - PLAN_ROWS_MAX} more tasks`);
  console.log(
    `about ${plan.requests} requests, ${(plan.bytes / BYTES_PER_MB).toFixed(1)} MB, at least ${Math.ceil(plan.seconds)} s by the vendor's limit of rate`,
  );
}

function listSources(isJson: boolean): void {
  if (isJson) {
    const vendors = ADAPTERS.map(({ name, about, schemas, options, secrets }) => ({
      name,
      about,
      schemas,
      options,
      secrets,
    }));
    const formats = FILE_FORMATS.map(({ name, about, schemas, options }) => ({
      name,
      about,
      schemas,
      options,
    }));
    console.log(JSON.stringify({ vendors, formats }));
    return;
  }
  console.log('Vendors (twin ingest <vendor> --symbols …):');
  for (const { name, about, schemas, secrets, options } of ADAPTERS) {
    console.log(`  ${name.padEnd(14)} ${about}`);
    console.log(`  ${''.padEnd(14)} records: ${schemas.join(', ')}`);
    if (secrets.length > 0)
      console.log(`  ${''.padEnd(14)} keys: ${secrets.map((secret) => secret.name).join(', ')}`);
    for (const [option, { about: meaning, default: value }] of Object.entries(options)) {
      console.log(`  ${''.padEnd(14)} --option ${option}=${value}  ${meaning}`);
    }
  }
  console.log('Files (twin ingest file <paths>):');
  for (const { name, about, schemas, options } of FILE_FORMATS) {
    console.log(`  ${name.padEnd(14)} ${about}`);
    console.log(`  ${''.padEnd(14)} records: ${schemas.join(', ')}`);
    for (const [option, { about: meaning, default: value }] of Object.entries(options)) {
      console.log(`  ${''.padEnd(14)} --option ${option}=${value}  ${meaning}`);
    }
  }
}
