/** What `manifest.json` of a run says, and how a stored one is checked before it is believed. */

import { TwinError } from '../base/index.ts';
import { isProcessAlive, type ProcessMark } from '../disk/index.ts';
import { readJsonFile } from './atomic-file.ts';
import type { CodeVersion } from './code-version.ts';

export const MANIFEST_FILE = 'manifest.json';
export const MANIFEST_VERSION = 1;

export const RUN_STATUSES = ['running', 'finished', 'failed', 'interrupted'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];
export const RUN_KINDS = ['simulation', 'replay', 'ingest'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** An input by its content: a file, or a dataset as `dataset:<id>`. */
export interface DataId {
  readonly path: string;
  /** Folder of the lake of a dataset that a scenario names. */
  readonly lake?: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface RunError {
  /** Fault code, or the name of the error when it is none. */
  readonly code: string;
  readonly message: string;
  readonly mend: string;
}

export interface RunManifest {
  readonly manifestVersion: number;
  readonly id: string;
  readonly name: string;
  readonly kind: RunKind;
  readonly status: RunStatus;
  /** Wall clock, ISO 8601 in UTC. */
  readonly createdAt: string;
  readonly endedAt: string | null;
  readonly codeVersion: CodeVersion;
  /** As resolved: with every default filled in. */
  readonly config: unknown;
  /** sha256 of the config as canonical JSON. */
  readonly configSha256: string;
  readonly seed: number | string | null;
  readonly dataIds: readonly DataId[];
  /** Nanoseconds since 1970 UTC at which the run's time starts, in decimal; null for a time of its own. */
  readonly epochNs: string | null;
  readonly nodeVersion: string;
  readonly platform: string;
  readonly process: ProcessMark;
  readonly counts: Readonly<Record<string, number>>;
  /** Digest of the journal, null until the run has finished. */
  readonly digest: string | null;
  /** Durations in seconds by name. */
  readonly timings: Readonly<Record<string, number>>;
  readonly error: RunError | null;
}

/** Reads and checks a manifest. A run whose process is gone is given as 'interrupted'. Raises RUNS_*. */
export function readManifest(path: string): RunManifest {
  const value = readJsonFile(path);
  if (!isManifest(value)) {
    throw new TwinError('RUNS_DAMAGED', 'a manifest has id, kind, status, config, inputs and results', {
      path,
    });
  }
  if (value.manifestVersion !== MANIFEST_VERSION) {
    throw new TwinError('RUNS_DAMAGED', `a manifest is of version ${MANIFEST_VERSION}`, {
      path,
      version: value.manifestVersion,
    });
  }
  return value.status === 'running' && !isProcessAlive(value.process)
    ? { ...value, status: 'interrupted' }
    : value;
}

const KIND_OF_FIELD: Readonly<Record<string, string>> = {
  manifestVersion: 'number',
  id: 'string',
  name: 'string',
  createdAt: 'string',
  configSha256: 'string',
  nodeVersion: 'string',
  platform: 'string',
  codeVersion: 'object',
  process: 'object',
  counts: 'object',
  timings: 'object',
};

function isManifest(value: unknown): value is RunManifest {
  if (typeof value !== 'object' || value === null) return false;
  const manifest = value as Record<string, unknown>;
  for (const [field, kind] of Object.entries(KIND_OF_FIELD)) {
    const found = manifest[field];
    if (typeof found !== kind || found === null) return false;
  }
  const mark = manifest.process as Record<string, unknown>;
  return (
    'config' in manifest &&
    RUN_KINDS.includes(manifest.kind as RunKind) &&
    RUN_STATUSES.some((status) => status === manifest.status) &&
    Array.isArray(manifest.dataIds) &&
    typeof mark.pid === 'number' &&
    typeof mark.host === 'string'
  );
}
