import { once } from 'node:events';
import { TwinError } from '../../base/index.ts';
import { Lake } from '../../data/index.ts';
import { AS_FAST_AS_POSSIBLE, EMULATORS, FAULTS_KNOWN } from '../../emulators/index.ts';
import { type EmulationRequest, loadScenario, emulate as openEmulation } from '../../services/index.ts';
import { withInterrupt } from '../interrupt.ts';
import { formatTable } from '../table.ts';

interface Options {
  readonly data?: string[];
  readonly file?: string[];
  readonly scenario?: string;
  readonly format?: string;
  readonly fileOption: Readonly<Record<string, string>>;
  readonly symbols?: string[];
  readonly port: number;
  readonly speed: string;
  readonly begin: 'start' | 'end';
  readonly option: Readonly<Record<string, string>>;
  readonly fault: Readonly<Record<string, string>>;
  readonly seed: number;
  readonly lake: string;
  readonly json?: boolean;
}

/** twin emulate */
export async function emulate(vendor: string, options: Options): Promise<void> {
  if (vendor === 'list') {
    list(options.json === true);
    return;
  }
  const lake = new Lake(options.lake);
  const failed: { error: unknown }[] = [];
  try {
    await withInterrupt(async (signal) => {
      const stop = new AbortController();
      signal.addEventListener('abort', () => stop.abort());
      const server = await openEmulation({
        vendor,
        from: fromOf(options, lake),
        symbols: options.symbols ?? null,
        port: options.port,
        speed: speedOf(options.speed),
        begin: options.begin,
        options: options.option,
        faults: Object.entries(options.fault).map(([name, spec]) => ({ name, spec })),
        seed: options.seed,
        onFailure: (error) => {
          failed.push({ error });
          stop.abort();
        },
      });
      tell(server.urls, options.json === true);
      if (!stop.signal.aborted) await once(stop.signal, 'abort');
      await server.close();
    });
  } finally {
    lake.close();
  }
  if (failed[0] !== undefined) throw failed[0].error;
}

function fromOf(options: Options, lake: Lake): EmulationRequest['from'] {
  const { data = [], file = [], scenario } = options;
  const given = [data.length > 0, file.length > 0, scenario !== undefined].filter((is) => is).length;
  if (given !== 1)
    throw new TwinError('CLI_USAGE', 'an emulated vendor plays one of --data, --file and --scenario', {
      data,
      file,
      scenario: scenario ?? null,
    });
  if (scenario !== undefined) return { kind: 'scenario', scenario: loadScenario(scenario) };
  if (data.length > 0) return { kind: 'lake', lake, datasets: data };
  const files = { paths: file, format: options.format ?? null, options: options.fileOption, name: null };
  return { kind: 'files', files };
}

function speedOf(text: string): number {
  if (text === 'max') return AS_FAST_AS_POSSIBLE;
  const speed = Number(text);
  if (speed > 0 && speed <= 1e6) return speed;
  throw new TwinError('CLI_USAGE', 'a speed is a number above 0, up to 1000000, or max', { speed: text });
}

function tell(urls: readonly { readonly what: string; readonly url: string }[], isJson: boolean): void {
  if (isJson)
    console.log(JSON.stringify({ urls: Object.fromEntries(urls.map(({ what, url }) => [what, url])) }));
  else for (const { what, url } of urls) console.log(`${what.padEnd(18)}${url}`);
}

function list(isJson: boolean): void {
  const vendors = EMULATORS.map(({ name, about, options }) => ({ name, about, options }));
  const faults = Object.entries(FAULTS_KNOWN).map(([name, { on, parameters, about }]) => ({
    name,
    on,
    parameters,
    about,
  }));
  if (isJson) {
    console.log(JSON.stringify({ vendors, faults }));
    return;
  }
  const optionText = (options: (typeof vendors)[number]['options']): string =>
    Object.entries(options)
      .map(([name, { allowed }]) => `${name}=${allowed.join('|')}`)
      .join(' ');
  console.log(
    formatTable(
      ['vendor', 'what', 'options'],
      vendors.map(({ name, about, options }) => [name, about, optionText(options)]),
    ),
  );
  console.log('');
  const parameterText = (parameters: object): string =>
    Object.entries(parameters)
      .map(([name, value]) => `${name}:${value}`)
      .join(' ');
  console.log(
    formatTable(
      ['fault', 'of', 'what', 'parameters'],
      faults.map(({ name, on, about, parameters }) => [
        name,
        on.join(', '),
        about,
        parameterText(parameters),
      ]),
    ),
  );
}
