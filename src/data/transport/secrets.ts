/**
 * Keys of vendors: from the environment, or from a secrets file that nobody else may read. They are never part of a config, a
 * dataset, a log or a message.
 */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { TwinError } from '../../base/index.ts';
import type { DataAdapter } from '../ingest/adapter.ts';

/** Lines `NAME=value`; `#` starts a comment. */
export const SECRETS_FILE = join('.config', 'market-twin', 'secrets.env');
/** Names another secrets file. */
export const SECRETS_VARIABLE = 'TWIN_SECRETS';
const OTHERS_MASK = 0o077;

export interface SecretPlaces {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly file: string;
}

export function secretPlaces(environment: Readonly<Record<string, string | undefined>>): SecretPlaces {
  return { environment, file: environment[SECRETS_VARIABLE] ?? join(homedir(), SECRETS_FILE) };
}

/** Keys that an adapter asks for. Raises DATA_SECRET for one that is missing, and for a file that others may read. */
export function readSecrets(adapter: DataAdapter, places: SecretPlaces): Record<string, string> {
  const found: Record<string, string> = {};
  let kept: Readonly<Record<string, string>> | null = null;
  const missing: string[] = [];
  for (const { name, isRequired } of adapter.secrets) {
    let value = places.environment[name];
    if (value === undefined) {
      kept ??= readSecretsFile(places.file);
      value = kept[name];
    }
    if (value !== undefined && value !== '') found[name] = value;
    else if (isRequired) missing.push(name);
  }
  if (missing.length > 0) {
    throw new TwinError('DATA_SECRET', 'a vendor is asked with its keys', {
      vendor: adapter.name,
      missing,
      file: places.file,
    });
  }
  return found;
}

function readSecretsFile(path: string): Record<string, string> {
  if (!existsSync(path)) return {};
  const { mode } = statSync(path);
  if (process.platform !== 'win32' && (mode & OTHERS_MASK) !== 0) {
    throw new TwinError('DATA_SECRET', 'a secrets file is readable by its owner alone', {
      path,
      mode: (mode & 0o777).toString(8),
    });
  }
  const secrets: Record<string, string> = {};
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const match = /^\s*(?:export\s+)?([A-Z][A-Z0-9_]*)\s*=\s*"?([^"#\s]*)"?\s*(?:#.*)?$/.exec(line);
    if (match !== null) secrets[match[1]!] = match[2]!;
  }
  return secrets;
}
