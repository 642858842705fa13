/** Turns what the file system refuses into faults that name the path, the cause and the mend. */

import { TwinError } from '../base/index.ts';

/** Code of a Node file system error ('ENOSPC'), or null when the value is none. */
export function errnoCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

const CAUSES: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is larger than the limit of the process or the disk',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the disk is mounted read-only',
  EIO: 'the disk reports an input/output error',
  EEXIST: 'something of that name exists already',
  ENOENT: 'the folder does not exist',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'the path is a folder',
  EMFILE: 'the process has too many files open',
  ENFILE: 'the system has too many files open',
};

/** RUNS_WRITE for a failed write; a fault that is one already passes through. Anything but an I/O error is rethrown. */
export function writeFault(path: string, error: unknown): TwinError {
  if (error instanceof TwinError) return error;
  const code = errnoCode(error);
  if (code === null) throw error;
  const why = CAUSES[code] ?? 'the file system refuses';
  return new TwinError('RUNS_WRITE', 'a file of a run can be written', { path, cause: why, code }, error);
}

/** RUNS_NOT_FOUND for what is not there, RUNS_DAMAGED for what cannot be read. */
export function readFault(path: string, error: unknown): TwinError {
  if (error instanceof TwinError) return error;
  const code = errnoCode(error);
  if (code === null) throw error;
  const isAbsent = code === 'ENOENT' || code === 'ENOTDIR';
  const why = CAUSES[code] ?? 'the file system refuses';
  return isAbsent
    ? new TwinError('RUNS_NOT_FOUND', 'a file of a run exists', { path }, error)
    : new TwinError('RUNS_DAMAGED', 'a file of a run can be read', { path, cause: why, code }, error);
}
