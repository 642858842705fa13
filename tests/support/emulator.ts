/** An emulated vendor for one test. */

import type { RecordSource } from '../../src/data/index.ts';
import { EMULATORS, type EmulateOptions, EmulatorServer } from '../../src/emulators/index.ts';

export async function openEmulator(
  name: string,
  source: RecordSource,
  more: Partial<EmulateOptions> = {},
): Promise<EmulatorServer> {
  const vendor = EMULATORS.find((one) => one.name === name)!;
  const defaults = Object.fromEntries(
    Object.entries(vendor.options).map(([key, option]) => [key, option.default]),
  );
  return EmulatorServer.open(vendor, {
    source,
    symbols: null,
    port: 0,
    speed: 10,
    begin: 'start',
    faults: [],
    seed: 1,
    onFailure: (error) => {
      throw error;
    },
    ...more,
    options: { ...defaults, ...more.options },
  });
}
