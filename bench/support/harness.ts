/**
 * What every benchmark shares: its options, interleaved rounds, medians, and one JSON line as the result.
 *
 * Contestants take turns in each round, so that a disturbance of the machine hits all of them; a ratio is the median of
 * the ratios within the rounds. Both clocks are told: CPU time of the process (which holds V8's helper threads) is the
 * steadier one on a shared machine, wall time is what a user waits for.
 */

import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { invariant, TwinError } from '../../src/base/index.ts';

/** Pause before each measured run. */
const PAUSE_MS = 20;

export interface BenchOptions {
  /** A smoke run: the same code on a small input. */
  readonly isTiny: boolean;
  /** Whether a table for people follows the JSON line. */
  readonly isPretty: boolean;
  readonly rounds: number;
  /** Arguments without a dash. */
  readonly files: readonly string[];
  /** Values of the options that the benchmark itself declares. */
  readonly own: Readonly<Record<string, string | undefined>>;
}

/** One way of doing the work at hand. */
export interface Contestant {
  readonly name: string;
  /** Units of work of one run: messages, rows, events. */
  readonly units: number;
  readonly run: () => void;
  /** Prepares a run outside the measured time. */
  readonly before?: () => void;
}

/** One way of doing work that waits. */
export interface AsyncContestant {
  readonly name: string;
  readonly units: number;
  readonly run: () => Promise<void>;
}

/** Medians of one contestant over the rounds. */
export interface Timing {
  readonly name: string;
  readonly units: number;
  /** CPU and wall time per unit, ns. */
  readonly cpuNs: number;
  readonly wallNs: number;
  /** Millions of units per second of wall time. */
  readonly millionPerSecond: number;
  readonly cpuRounds: readonly number[];
  readonly wallRounds: readonly number[];
}

/** What a benchmark prints. `ratio` is how many times faster than its baseline it is. */
export interface BenchResult {
  readonly bench: string;
  readonly workload: string;
  readonly hash: string;
  readonly rounds: number;
  readonly baseline: string;
  readonly ratio: number;
  readonly [figure: string]: unknown;
}

/** Reads `--tiny`, `--pretty`, `--rounds n`, the benchmark's own options and its files. */
export function benchOptions(defaultRounds: number, ownNames: readonly string[] = []): BenchOptions {
  const { values, positionals } = parsedArguments(ownNames);
  const given = values as Record<string, string | boolean | undefined>;
  const isTiny = given.tiny === true;
  return {
    isTiny,
    isPretty: given.pretty === true,
    rounds: given.rounds === undefined ? (isTiny ? 2 : defaultRounds) : Number(given.rounds),
    files: positionals,
    own: Object.fromEntries(ownNames.map((name) => [name, given[name] as string | undefined])),
  };
}

function parsedArguments(ownNames: readonly string[]) {
  const options = {
    help: { type: 'boolean', short: 'h', default: false },
    tiny: { type: 'boolean', default: false },
    pretty: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    ...Object.fromEntries(ownNames.map((name) => [name, { type: 'string' as const }])),
  } as const;
  try {
    const parsed = parseArgs({ allowPositionals: true, options });
    const rounds = parsed.values.rounds as string | undefined;
    if (rounds !== undefined && !/^[1-9]\d{0,3}$/.test(rounds))
      throw new Error(`--rounds is 1 to 9999, found ${rounds}`);
    if (parsed.values.help !== true) return parsed;
    console.log(usageOf(ownNames));
    process.exit(0);
  } catch (error) {
    console.error(`${(error as Error).message}\n${usageOf(ownNames)}`);
    process.exit(2);
  }
}

function usageOf(ownNames: readonly string[]): string {
  const own = ownNames.map((name) => ` [--${name} value]`).join('');
  return `usage: [--tiny] [--pretty] [--rounds n]${own} [file]\nWorkloads, baselines and targets are in docs/performance.md.`;
}

/** Runs a benchmark; an input that is wrong ends it with the rule, the value and the mend instead of a stack trace. */
export async function runBenchmark(main: () => void | Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof TwinError)) throw error;
    console.error(`error ${error.code}: ${error.message}\n  mend: ${error.mend}`);
    process.exitCode = 2;
  }
}

/** Runs every contestant once per round, in turn, after `warmups` rounds that do not count. */
export function interleave(contestants: readonly Contestant[], rounds: number, warmups = 1): Timing[] {
  const cpuRounds: number[][] = contestants.map(() => []);
  const wallRounds: number[][] = contestants.map(() => []);
  for (let round = -warmups; round < rounds; round++) {
    contestants.forEach((contestant, index) => {
      contestant.before?.();
      pause();
      const cpuBefore = process.cpuUsage();
      const wallBefore = process.hrtime.bigint();
      contestant.run();
      const wallNs = Number(process.hrtime.bigint() - wallBefore);
      const cpu = process.cpuUsage(cpuBefore);
      if (round < 0) return;
      wallRounds[index]!.push(wallNs / contestant.units);
      cpuRounds[index]!.push(((cpu.user + cpu.system) * 1000) / contestant.units);
    });
  }
  return contestants.map(({ name, units }, index) =>
    timingOf(name, units, cpuRounds[index]!, wallRounds[index]!),
  );
}

/** The same for work that waits: engines and files. Only the wall clock of such work is what a user feels. */
export async function interleaveAsync(
  contestants: readonly AsyncContestant[],
  rounds: number,
  warmups = 1,
): Promise<Timing[]> {
  const cpuRounds: number[][] = contestants.map(() => []);
  const wallRounds: number[][] = contestants.map(() => []);
  for (let round = -warmups; round < rounds; round++) {
    for (const [index, contestant] of contestants.entries()) {
      pause();
      const cpuBefore = process.cpuUsage();
      const wallBefore = process.hrtime.bigint();
      await contestant.run();
      const wallNs = Number(process.hrtime.bigint() - wallBefore);
      const cpu = process.cpuUsage(cpuBefore);
      if (round < 0) continue;
      wallRounds[index]!.push(wallNs / contestant.units);
      cpuRounds[index]!.push(((cpu.user + cpu.system) * 1000) / contestant.units);
    }
  }
  return contestants.map(({ name, units }, index) =>
    timingOf(name, units, cpuRounds[index]!, wallRounds[index]!),
  );
}

/**
 * Lets V8's helper threads finish, which else would clear away one contestant's garbage on the CPU time of the next. A
 * forced collection would do more harm: it drops optimized code.
 */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}

/** The medians of rounds measured elsewhere, for instance in processes of their own; ns per unit. */
export function timingOf(
  name: string,
  units: number,
  cpuRounds: readonly number[],
  wallRounds: readonly number[],
): Timing {
  const wallNs = median(wallRounds);
  return {
    name,
    units,
    cpuNs: median(cpuRounds),
    wallNs,
    millionPerSecond: 1000 / wallNs,
    cpuRounds,
    wallRounds,
  };
}

/** How many times less CPU time per unit `fast` takes than `slow`: median of the ratios within the rounds. */
export function ratioOf(slow: Timing, fast: Timing): number {
  return median(
    slow.cpuRounds.map((value, round) => value / Math.max(fast.cpuRounds[round]!, Number.EPSILON)),
  );
}

/** Middle value; of an even number the upper middle one. */
export function median(values: readonly number[]): number {
  invariant(values.length > 0, 'a median is of at least one value');
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** The figures of a timing as they appear in a result. */
export function figuresOf(timing: Timing): Record<string, number> {
  return {
    units: timing.units,
    cpuNs: rounded(timing.cpuNs),
    wallNs: rounded(timing.wallNs),
    millionPerSecond: rounded(timing.millionPerSecond),
  };
}

/** Four significant digits. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** Prints the result as one JSON line, and the timings as a table for people if asked to. */
export function printResult(options: BenchOptions, result: BenchResult, timings: readonly Timing[]): void {
  const processor = cpus()[0]?.model.trim() ?? 'unknown';
  console.log(JSON.stringify({ ...result, ratio: rounded(result.ratio), node: process.version, processor }));
  if (!options.isPretty) return;
  const width = Math.max(...timings.map((timing) => timing.name.length));
  console.log(`${'contestant'.padEnd(width)}  ns CPU  ns wall  M/s wall`);
  for (const timing of timings) {
    const cells = [timing.cpuNs.toFixed(1).padStart(6), timing.wallNs.toFixed(1).padStart(7)];
    console.log(
      `${timing.name.padEnd(width)}  ${cells.join('  ')}  ${timing.millionPerSecond.toFixed(3).padStart(8)}`,
    );
  }
}

/** FNV-1a over int32 values: what benchmarks prove the equality of results with. */
export class ResultHash {
  #hash = 0x811c9dc5;

  mix(value: number): void {
    this.#hash = Math.imul(this.#hash ^ value, 0x01000193);
  }

  get hex(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }
}

/** Bytes of JavaScript heap and of typed arrays in use, after a full collection. */
export function memoryInUse(): { heap: number; arrays: number } {
  collectGarbage();
  const usage = process.memoryUsage();
  return { heap: usage.heapUsed, arrays: usage.arrayBuffers };
}

/** Bytes of JavaScript heap that `work` allocates and does not get back by a scavenge. */
export function heapGrowthOf(work: () => void): number {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  work();
  return process.memoryUsage().heapUsed - before;
}

let collect: (() => void) | null = null;

function collectGarbage(): void {
  if (collect === null) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}
