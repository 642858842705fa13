/** What a user sees when something goes wrong, and the exit code: 1 failed, 2 bad input. Never a stack trace for a mistake. */

import { CommanderError } from 'commander';
import { BrokenInvariant, type FaultCode, TwinError } from '../base/index.ts';

/** Faults that the input caused; the others are failures of the world around. */
const BAD_INPUT: ReadonlySet<FaultCode> = new Set([
  'BASE_INPUT_FILE',
  'MKT_CONFIG',
  'WORLD_CONFIG',
  'DATA_FORMAT',
  'DATA_RECORD',
  'DATA_PAIR',
  'DATA_REQUEST',
  'DATA_SECRET',
  'DATA_NOT_FOUND',
  'SCENARIO_CONFIG',
  'CALIBRATION_DATA',
  'CALIBRATION_MODEL',
  'CALIBRATION_PROBLEM',
  'CALIBRATION_SEARCH',
  'FIDELITY_INPUT',
  'RUNS_NOT_FOUND',
  'RUNS_NO_ORDER',
  'CLI_USAGE',
]);

/** Writes the error to stderr (as JSON if asked) and returns the exit code. */
export function reportError(error: unknown, asJson: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const { code, message, mend, exitCode } = describe(error);
  if (asJson) console.error(JSON.stringify({ error: { code, message, mend } }));
  else console.error(`error ${code}: ${message}\n  mend: ${mend}`);
  if (process.env.TWIN_DEBUG === '1' && error instanceof Error) console.error(error.stack, error.cause ?? '');
  return exitCode;
}

function describe(error: unknown): { code: string; message: string; mend: string; exitCode: number } {
  if (error instanceof TwinError) {
    return {
      code: error.code,
      message: error.message,
      mend: error.mend,
      exitCode: BAD_INPUT.has(error.code) ? 2 : 1,
    };
  }
  const mend = 'This is a fault of the program. Please report it with the command and TWIN_DEBUG=1.';
  if (error instanceof BrokenInvariant)
    return { code: 'INVARIANT', message: error.message, mend, exitCode: 1 };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'UNEXPECTED', message, mend, exitCode: 1 };
}
