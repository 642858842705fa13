/** What two runs have in common and what not, from their manifests. */

import { canonicalJson } from './canonical-json.ts';
import type { RunManifest } from './manifest.ts';

export interface Difference {
  /** Path of a value, as in config.agents[2].count. */
  readonly path: string;
  /** Undefined where one run has no such value. */
  readonly a: unknown;
  readonly b: unknown;
}

export interface RunDiff {
  readonly a: string;
  readonly b: string;
  /** Null unless both runs have a digest. */
  readonly hasSameDigest: boolean | null;
  readonly digest: { readonly a: string | null; readonly b: string | null };
  readonly config: readonly Difference[];
  /** Seed, data, code and runtime versions. */
  readonly inputs: readonly Difference[];
  readonly counts: readonly Difference[];
  readonly timings: readonly Difference[];
}

export function diffManifests(a: RunManifest, b: RunManifest): RunDiff {
  const inputsOf = ({
    kind,
    seed,
    dataIds,
    epochNs,
    codeVersion,
    nodeVersion,
    platform,
  }: RunManifest): unknown => ({
    kind,
    seed,
    dataIds,
    epochNs,
    codeVersion,
    nodeVersion,
    platform,
  });
  return {
    a: a.id,
    b: b.id,
    hasSameDigest: a.digest === null || b.digest === null ? null : a.digest === b.digest,
    digest: { a: a.digest, b: b.digest },
    config: differences(a.config, b.config),
    inputs: differences(inputsOf(a), inputsOf(b)),
    counts: differences(a.counts, b.counts),
    timings: differences(a.timings, b.timings),
  };
}

/** Leaves that differ, by path, in the order of the paths. */
export function differences(a: unknown, b: unknown, path = ''): Difference[] {
  if (isBranch(a) && isBranch(b) && Array.isArray(a) === Array.isArray(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    if (!Array.isArray(a)) keys.sort();
    return keys.flatMap((key) => {
      const step = Array.isArray(a) ? `[${key}]` : path === '' ? key : `.${key}`;
      return differences(valueAt(a, key), valueAt(b, key), path + step);
    });
  }
  const isSame = a === b || (a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b));
  return isSame ? [] : [{ path, a, b }];
}

function isBranch(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function valueAt(branch: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(branch, key) ? branch[key] : undefined;
}
