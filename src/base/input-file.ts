/** The one error for a file that a user named and that cannot be read: what is wrong, and what to do about it. */

import { TwinError } from './fault.ts';

const CAUSES: Readonly<Record<string, readonly [found: string, hint: string]>> = {
  ENOENT: ['there is no such file', 'check the name and the folder'],
  ENOTDIR: ['a part of the path is not a folder', 'check the name and the folder'],
  EISDIR: ['it is a folder', 'name a file in it'],
  EACCES: ['reading it is not permitted', 'change its permissions, or copy it to a folder of your own'],
  EPERM: ['reading it is not permitted', 'change its permissions, or copy it to a folder of your own'],
};

/** BASE_INPUT_FILE from what the file system said. */
export function inputFileFault(path: string, cause: unknown): TwinError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  const [found, hint] = CAUSES[code] ?? [`the system says ${code}`, 'check the disk and the path'];
  return new TwinError('BASE_INPUT_FILE', 'a file that is named can be read', { path, found, hint }, cause);
}
