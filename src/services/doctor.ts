/** What is installed, what is missing, and what that means for the user. */

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { availableParallelism, endianness, freemem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { packageVersion } from '../runs/index.ts';

export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'missing' | 'wrong';
  readonly found: string;
  /** What it is for, or what its absence means. */
  readonly meaning: string;
}

const NODE_MAJOR_MIN = 20;
const NODE_MINOR_MIN = 19;
const DISK_FREE_BYTES_MIN = 1e9;
const MEMORY_FREE_BYTES_MIN = 512e6;
const GIGABYTE = 1e9;

/** Looks at the machine; starts no network connection and changes nothing. */
export function diagnose(runsFolder: string): Finding[] {
  return [
    node(),
    machine(),
    memory(),
    runsPlace(runsFolder),
    disk(runsFolder),
    ...packages(),
    git(),
    browser(),
  ];
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isFine = major > NODE_MAJOR_MIN || (major === NODE_MAJOR_MIN && minor >= NODE_MINOR_MIN);
  return {
    name: 'Node.js',
    state: isFine ? 'ok' : 'wrong',
    found: process.version,
    meaning: isFine
      ? `runs Market Twin ${packageVersion()}; digests are promised for one Node version only`
      : `install Node ${NODE_MAJOR_MIN}.${NODE_MINOR_MIN} or newer`,
  };
}

function machine(): Finding {
  const isFine = endianness() === 'LE';
  return {
    name: 'processor',
    state: isFine ? 'ok' : 'wrong',
    found: `${process.platform}-${process.arch}, ${availableParallelism()} cores, ${endianness()}`,
    meaning: isFine ? 'one simulation uses one core' : 'journals are written on little endian machines only',
  };
}

function memory(): Finding {
  const free = freemem();
  return {
    name: 'memory',
    state: free >= MEMORY_FREE_BYTES_MIN ? 'ok' : 'wrong',
    found: `${(free / GIGABYTE).toFixed(1)} GB free`,
    meaning: 'a run of 1,000 agents needs about 300 MB',
  };
}

/** The nearest existing folder on the way to a path. */
function nearestFolder(path: string): string {
  let folder = resolve(path);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

function runsPlace(runsFolder: string): Finding {
  const folder = nearestFolder(runsFolder);
  try {
    accessSync(folder, constants.W_OK);
    return {
      name: 'runs folder',
      state: 'ok',
      found: resolve(runsFolder),
      meaning: 'runs are written here; --runs names another',
    };
  } catch {
    return {
      name: 'runs folder',
      state: 'wrong',
      found: `${folder} cannot be written`,
      meaning: 'name a folder of yours with --runs',
    };
  }
}

function disk(runsFolder: string): Finding {
  const { bavail, bsize } = statfsSync(nearestFolder(runsFolder));
  const free = bavail * bsize;
  return {
    name: 'disk',
    state: free >= DISK_FREE_BYTES_MIN ? 'ok' : 'wrong',
    found: `${(free / GIGABYTE).toFixed(1)} GB free`,
    meaning: 'a journal takes 48 bytes per record; the exchange day writes about 100 MB',
  };
}

function packages(): Finding[] {
  const wanted: readonly [string, string][] = [
    ['vega-lite', 'draws the charts of reports'],
    ['fzstd', 'unpacks .zst recordings'],
    ['yaml', 'reads scenario files'],
  ];
  return wanted.map(([name, meaning]) => {
    try {
      import.meta.resolve(name);
      return { name: `package ${name}`, state: 'ok', found: 'installed', meaning };
    } catch {
      return {
        name: `package ${name}`,
        state: 'missing',
        found: 'not installed',
        meaning: `${meaning}: run "npm ci"`,
      };
    }
  });
}

function git(): Finding {
  const version = firstLine('git', ['--version']);
  return {
    name: 'git (optional)',
    state: version === null ? 'missing' : 'ok',
    found: version ?? 'not found',
    meaning: 'notes the commit in each manifest; without it the manifest says null',
  };
}

function browser(): Finding {
  const version = ['chromium', 'chromium-browser', 'google-chrome', 'firefox']
    .map((command) => firstLine(command, ['--version']))
    .find((line) => line !== null);
  return {
    name: 'browser (optional)',
    state: version === undefined ? 'missing' : 'ok',
    found: version ?? 'none found on the path',
    meaning: 'opens report.html; any browser on any machine does, the file needs nothing else',
  };
}

function firstLine(command: string, args: readonly string[]): string | null {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', timeout: 5000 });
  return status === 0 ? (stdout.split('\n')[0] ?? '').trim() : null;
}
