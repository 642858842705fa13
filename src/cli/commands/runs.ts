import { RunStore } from '../../runs/index.ts';
import { formatTable } from '../table.ts';

interface Options {
  readonly runs: string;
  readonly json?: boolean;
}

/** twin runs ls */
export function listRuns(options: Options): void {
  const entries = new RunStore(options.runs).list();
  if (options.json === true) {
    console.log(JSON.stringify({ runs: entries }));
    return;
  }
  if (entries.length === 0) {
    console.log(`no runs in ${options.runs}: make one with "npx twin run configs/exchange-day.yaml"`);
    return;
  }
  const rows = entries.map((entry) => [
    entry.id,
    entry.kind ?? '?',
    entry.status,
    entry.digest ?? '',
    entry.counts.trades ?? entry.counts.executions ?? 0,
    entry.problem ?? '',
  ]);
  console.log(formatTable(['run', 'kind', 'status', 'digest', 'trades', 'problem'], rows));
}

/** twin runs show */
export function showRun(id: string, options: Options): void {
  const { manifest, folder } = new RunStore(options.runs).load(id);
  console.log(JSON.stringify({ ...manifest, folder }, null, options.json === true ? 0 : 2));
}

/** twin runs diff */
export function diffRuns(a: string, b: string, options: Options): void {
  const diff = new RunStore(options.runs).diff(a, b);
  if (options.json === true) {
    console.log(JSON.stringify(diff));
    return;
  }
  const {
    a: left,
    b: right,
    ...parts
  } = diff as unknown as Record<string, unknown> & { a: string; b: string };
  console.log(`a  ${left}\nb  ${right}`);
  for (const [name, value] of Object.entries(parts)) {
    if (Array.isArray(value)) {
      console.log(`${name}: ${value.length === 0 ? 'same' : ''}`);
      for (const one of value as { path: string; a: unknown; b: unknown }[]) {
        console.log(`  ${one.path}: ${JSON.stringify(one.a)} -> ${JSON.stringify(one.b)}`);
      }
    } else {
      console.log(`${name}: ${JSON.stringify(value)}`);
    }
  }
}
