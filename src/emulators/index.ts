import { ALPHA_VANTAGE_EMULATOR } from './alphavantage/index.ts';
import { BINANCE_EMULATOR } from './binance/index.ts';
import { CME_EMULATOR } from './cme/index.ts';
import { COINBASE_EMULATOR } from './coinbase/index.ts';
import type { VendorEmulator } from './contract.ts';
import { POLYGON_EMULATOR } from './polygon/index.ts';

export type { VendorEmulator } from './contract.ts';
export { FAULTS_KNOWN } from './faults.ts';
export { AS_FAST_AS_POSSIBLE } from './playback.ts';
export { type EmulateOptions, EmulatorServer } from './server.ts';

/** Every emulated vendor, by the word after `twin emulate`. */
export const EMULATORS: readonly VendorEmulator[] = [
  ALPHA_VANTAGE_EMULATOR,
  BINANCE_EMULATOR,
  CME_EMULATOR,
  COINBASE_EMULATOR,
  POLYGON_EMULATOR,
];
