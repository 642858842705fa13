/**
 * Market maker protection: counts the fills of a participant's quotes in a sliding time window, and says when there were
 * too many. The quotes are to be pulled then, and new ones refused until the participant resets it or its time is over.
 */

import { type BinaryReader, type BinaryWriter, TwinError } from '../../base/index.ts';
import type { ProtectionLimits, Stateful } from '../../domain/index.ts';

export type { ProtectionLimits } from '../../domain/index.ts';

/** Fills that one window may hold; a limit by number lies below it, and so many of them trip every protection. */
export const PROTECTED_FILLS_MAX = 1 << 16;

/** Instrument of a window over all of the venue, and of the pull that it leads to. */
export const WHOLE_VENUE = -1;

/** Raises MKT_CONFIG for limits that are no whole numbers in their range. */
export function checkProtection(limits: ProtectionLimits): ProtectionLimits {
  const { windowNs, fillsMax, lotsMax, stoppedNs } = limits;
  const isWhole = (value: number, min: number, max = Number.MAX_SAFE_INTEGER): boolean =>
    Number.isSafeInteger(value) && value >= min && value <= max;
  const isFine =
    isWhole(windowNs, 1) &&
    (fillsMax === null || isWhole(fillsMax, 1, PROTECTED_FILLS_MAX)) &&
    (lotsMax === null || isWhole(lotsMax, 1)) &&
    (stoppedNs === null || isWhole(stoppedNs, 0));
  if (!isFine)
    throw new TwinError(
      'MKT_CONFIG',
      'limits of market maker protection are null or whole numbers from 1, and its stop lasts 0 ns or more',
      { windowNs, fillsMax, lotsMax, stoppedNs, PROTECTED_FILLS_MAX },
    );
  return limits;
}

/** One window. Times never go back. */
interface Window {
  /** Quotes are refused before this, ns; Infinity: until a reset. */
  stoppedUntilNs: number;
  fills: { readonly timeNs: number; readonly lots: number }[];
  lots: number;
}

interface Participant {
  readonly limits: ProtectionLimits;
  /** By instrument, or WHOLE_VENUE. */
  readonly windows: Map<number, Window>;
}

/** The protection of every participant of a venue that has one. */
export class QuoteProtection implements Stateful {
  readonly #participants = new Map<number, Participant>();

  /** New limits count from now on: what was counted, and a stop, are gone. Null ends the protection. */
  set(accountId: number, limits: ProtectionLimits | null): void {
    if (limits === null) this.#participants.delete(accountId);
    else this.#participants.set(accountId, { limits: checkProtection(limits), windows: new Map() });
  }

  /** The participant wants to quote again: what was counted, and a stop, are gone. */
  reset(accountId: number): void {
    this.#participants.get(accountId)?.windows.clear();
  }

  /** Whether new quotes of an account are refused now. */
  isStopped(accountId: number, instrument: number, timeNs: number): boolean {
    const participant = this.#participants.get(accountId);
    if (participant === undefined) return false;
    const window = participant.windows.get(windowKey(participant.limits, instrument));
    return window !== undefined && timeNs < window.stoppedUntilNs;
  }

  /** Counts a fill of a quote. Gives the instrument whose quotes are to be pulled, WHOLE_VENUE for all, null for none. */
  fill(accountId: number, instrument: number, timeNs: number, lots: number): number | null {
    const participant = this.#participants.get(accountId);
    if (participant === undefined) return null;
    const { limits, windows } = participant;
    const key = windowKey(limits, instrument);
    const window = windows.get(key) ?? { stoppedUntilNs: Number.NEGATIVE_INFINITY, fills: [], lots: 0 };
    windows.set(key, window);
    if (!count(window, limits, timeNs, lots)) return null;
    window.stoppedUntilNs = limits.stoppedNs === null ? Number.POSITIVE_INFINITY : timeNs + limits.stoppedNs;
    window.fills = [];
    window.lots = 0;
    return key;
  }

  writeState(writer: BinaryWriter): void {
    writer.int32(this.#participants.size);
    for (const [accountId, { limits, windows }] of this.#participants) {
      writer.int32(accountId);
      writer.float64(limits.windowNs);
      writer.float64(limits.fillsMax ?? 0);
      writer.float64(limits.lotsMax ?? 0);
      writer.uint8(Number(limits.scope === 'venue'));
      writer.float64(limits.stoppedNs ?? -1);
      writer.int32(windows.size);
      for (const [key, { stoppedUntilNs, fills }] of windows) {
        writer.int32(key);
        writer.float64(stoppedUntilNs);
        writer.array(Float64Array.from(fills.flatMap(({ timeNs, lots }) => [timeNs, lots])));
      }
    }
  }

  readState(reader: BinaryReader): void {
    this.#participants.clear();
    for (let left = reader.int32(); left > 0; left--) {
      const accountId = reader.int32();
      const windowNs = reader.float64();
      // No limit is 0, and no stop lasts below 0: these stand for null.
      const fillsMax = reader.float64() || null;
      const lotsMax = reader.float64() || null;
      const scope = reader.uint8() === 1 ? 'venue' : 'instrument';
      const stopNs = reader.float64();
      const windows = new Map<number, Window>();
      for (let inside = reader.int32(); inside > 0; inside--) windows.set(reader.int32(), readWindow(reader));
      const limits: ProtectionLimits = {
        windowNs,
        fillsMax,
        lotsMax,
        scope,
        stoppedNs: stopNs < 0 ? null : stopNs,
      };
      this.#participants.set(accountId, { limits, windows });
    }
  }
}

function windowKey({ scope }: ProtectionLimits, instrument: number): number {
  return scope === 'venue' ? WHOLE_VENUE : instrument;
}

/** Adds a fill and drops those that are too old; whether it trips. */
function count(window: Window, limits: ProtectionLimits, timeNs: number, lots: number): boolean {
  const oldest = window.fills.findIndex((fill) => fill.timeNs > timeNs - limits.windowNs);
  const passed = window.fills.splice(0, oldest < 0 ? window.fills.length : oldest);
  window.lots -= passed.reduce((sum, fill) => sum + fill.lots, 0);
  window.fills.push({ timeNs, lots });
  window.lots += lots;
  return (
    window.fills.length >= (limits.fillsMax ?? PROTECTED_FILLS_MAX) ||
    (limits.lotsMax !== null && window.lots >= limits.lotsMax)
  );
}

function readWindow(reader: BinaryReader): Window {
  const stoppedUntilNs = reader.float64();
  const values = reader.float64Array();
  const fills: { timeNs: number; lots: number }[] = [];
  for (let at = 0; at < values.length; at += 2) fills.push({ timeNs: values[at]!, lots: values[at + 1]! });
  return { stoppedUntilNs, fills, lots: fills.reduce((sum, fill) => sum + fill.lots, 0) };
}
