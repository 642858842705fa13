/** Emulated vendors over datasets of the lake, recorded files, or a simulation that runs. */

import { basename } from 'node:path';
import { TwinError } from '../base/index.ts';
import {
  type FileRequest,
  type Lake,
  MemorySink,
  MemorySource,
  openByteSource,
  type RecordSource,
  recogniseFiles,
} from '../data/index.ts';
import { EMULATORS, type EmulateOptions, EmulatorServer, type VendorEmulator } from '../emulators/index.ts';
import type { Scenario } from '../scenarios/index.ts';
import { simulatedFeed } from './simulated-feed.ts';

export interface EmulationRequest extends Omit<EmulateOptions, 'source' | 'slices' | 'options'> {
  readonly vendor: string;
  /** Of the vendor, by name; what is left out has its default. */
  readonly options: Readonly<Record<string, string>>;
  /** Datasets of the lake, files with the options of their formats, or a simulation that runs. */
  readonly from:
    | { readonly kind: 'lake'; readonly lake: Lake; readonly datasets: readonly string[] }
    | { readonly kind: 'files'; readonly files: FileRequest }
    | { readonly kind: 'scenario'; readonly scenario: Scenario };
}

/** Opens an emulated vendor. Raises DATA_REQUEST, DATA_NOT_FOUND, DATA_FORMAT, BASE_INPUT_FILE, SCENARIO_CONFIG, MKT_CONFIG. */
export async function emulate(request: EmulationRequest): Promise<EmulatorServer> {
  const vendor = emulatorNamed(request.vendor);
  const options = optionsOf(vendor, request.options);
  return EmulatorServer.open(vendor, { ...request, options, ...(await played(request.from)) });
}

async function played(from: EmulationRequest['from']): Promise<Pick<EmulateOptions, 'source' | 'slices'>> {
  switch (from.kind) {
    case 'lake':
      return { source: from.lake.source(from.datasets) };
    case 'files':
      return { source: await filesAsSource(from.files) };
    case 'scenario': {
      const { past, slices } = await simulatedFeed(from.scenario);
      return { source: past, slices };
    }
  }
}

function emulatorNamed(name: string): VendorEmulator {
  const vendor = EMULATORS.find((one) => one.name === name);
  if (vendor !== undefined) return vendor;
  throw new TwinError('DATA_REQUEST', 'an emulated vendor is one that is known', {
    vendor: name,
    allowed: EMULATORS.map((one) => one.name),
  });
}

function optionsOf(vendor: VendorEmulator, given: Readonly<Record<string, string>>): Record<string, string> {
  const problems: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    const option = vendor.options[name];
    const known = Object.keys(vendor.options).join(', ') || 'none';
    if (option === undefined) problems.push(`option ${name} (${known})`);
    else if (!option.allowed.includes(value))
      problems.push(`option ${name}=${value} (${option.allowed.join(', ')})`);
  }
  if (problems.length > 0)
    throw new TwinError('DATA_REQUEST', 'an option is one of the emulated vendor', {
      vendor: vendor.name,
      problems,
    });
  const defaults = Object.entries(vendor.options).map(([name, option]) => [name, option.default] as const);
  return { ...Object.fromEntries(defaults), ...given };
}

/** The records of files, in memory. Bad records are left out, as an ingest would set them aside. */
async function filesAsSource(request: FileRequest): Promise<RecordSource> {
  const sink = new MemorySink('emulate');
  for (const { path, format, options } of await recogniseFiles(request)) {
    const normaliser = format.open({ fileName: basename(path), options }, sink);
    for await (const chunk of openByteSource(path)) normaliser.write(chunk);
    normaliser.endPage();
    normaliser.end();
  }
  return new MemorySource(sink);
}
