/** A folder of its own for one test file, removed afterwards. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** Makes the folder now and registers its removal. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `twin-${name}-`));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
