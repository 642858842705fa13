/**
 * How far V8 may inline in a program that runs markets. The way of a command through world, venue and book is many small
 * functions, more than the engine's default budget takes into one piece of machine code: bench/simulation.ts gains about a
 * seventh. To be called before the first run, since code that is compiled stays as it is; safe at any time.
 */

import { setFlagsFromString } from 'node:v8';

/** Bytes of bytecode: of one function to inline, and of all that are inlined into one. */
const FLAGS = ['--max-inlined-bytecode-size=1000', '--max-inlined-bytecode-size-cumulative=3000'];

export function raiseInliningBudget(): void {
  for (const flag of FLAGS) setFlagsFromString(flag);
}
