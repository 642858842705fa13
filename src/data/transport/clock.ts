/** The machine's clock, as the transports use it; tests bring one of their own. */

import { setTimeout as sleepFor } from 'node:timers/promises';
import type { Clock } from './rate-limiter.ts';

export const SYSTEM_CLOCK: Clock = {
  nowMs: () => performance.now(),
  sleep: async (delayMs, signal) => {
    await sleepFor(delayMs, undefined, { signal });
  },
};

const NS_PER_MS = 1_000_000n;
const originNs = BigInt(Math.round(performance.timeOrigin * 1000)) * 1000n;

/** Time of receipt, ns since 1970 UTC, in steps of about a microsecond. Never goes back while the process lives. */
export function receiveTimeNs(): bigint {
  const ms = performance.now();
  const whole = Math.trunc(ms);
  return originNs + BigInt(whole) * NS_PER_MS + BigInt(Math.round((ms - whole) * 1e6));
}
