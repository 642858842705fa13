/**
 * The lock file installs everywhere and always the same: npm leaves out packages of other platforms without a word when
 * the registry at hand lacks them, and `npm ci` on such a platform then refuses.
 */

import { describe, expect, it } from 'vitest';
import { readProjectFile } from './project-files.ts';

interface LockEntry {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

type Lock = Readonly<Record<string, LockEntry>>;

interface PackageJson {
  readonly version: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const PACKAGES_MIN = 100;
const OPTIONAL_MIN = 20;

const packageJson = JSON.parse(readProjectFile('package.json')) as PackageJson;
const lockText = readProjectFile('package-lock.json');
const lockFile = JSON.parse(lockText) as { lockfileVersion: number; version: string; packages: Lock };
const lock = lockFile.packages;

/** Entry that a name means inside a package: the nearest node_modules upwards. */
function resolveEntry(entries: Lock, from: string, name: string): LockEntry | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    const found = entries[folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`];
    if (found !== undefined || folder === '') return found;
  }
}

/** Dependencies without an entry of a version, and entries without integrity. */
function gapsOf(entries: Lock): string[] {
  const gaps: string[] = [];
  for (const [path, entry] of Object.entries(entries)) {
    const names = Object.keys({ ...entry.dependencies, ...entry.optionalDependencies });
    for (const name of names) {
      if (resolveEntry(entries, path, name)?.version === undefined)
        gaps.push(`${path || 'the project'} needs ${name}`);
    }
    if (path !== '' && entry.link !== true && !/^sha512-[\w+/]{86}==$/.test(entry.integrity ?? '')) {
      gaps.push(`${path} has no integrity`);
    }
  }
  return gaps;
}

describe('package-lock.json', () => {
  it('has an entry for every dependency, those of other platforms included, each with its integrity', () => {
    expect(gapsOf(lock)).toEqual([]);
  });

  it('was looked at as a whole', () => {
    expect(lockFile.lockfileVersion).toBe(3);
    expect(Object.keys(lock).length).toBeGreaterThan(PACKAGES_MIN);
    const optional = Object.values(lock).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
    expect(optional.length).toBeGreaterThan(OPTIONAL_MIN);
  });

  it('names no registry, so that it installs from whichever one a machine is set to', () => {
    expect(Object.entries(lock).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
    expect(lockText).not.toMatch(/https?:\/\/(?:registry\.|npm\.|[^"]*\/-\/[^"]*\.tgz)/);
  });

  it('agrees with package.json, which pins every version exactly', () => {
    const { dependencies, devDependencies } = packageJson;
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      expect(version, name).toMatch(/^(?:npm:(?:@[\w-]+\/)?[\w-]+@)?\d+\.\d+\.\d+(?:-r\.\d+)?$/);
      expect(lock[`node_modules/${name}`]?.version, name).toBe(version.replace(/^npm:.*@/, ''));
    }
    const root = lock[''] as unknown as PackageJson;
    expect(root.dependencies).toEqual(dependencies);
    expect(root.devDependencies).toEqual(devDependencies);
    expect(lockFile.version).toBe(packageJson.version);
  });

  it('asks for the same Node everywhere: package.json, the lock file and the check of the scripts', () => {
    const [major, minor] = JSON.parse(
      /NODE_MIN = (\[[^\]]*\])/.exec(readProjectFile('scripts/support/check-node.mjs'))![1]!,
    ) as number[];
    expect(packageJson.engines).toEqual({ node: `>=${major}.${minor}` });
    expect((lock[''] as unknown as PackageJson).engines).toEqual(packageJson.engines);
  });

  it('canary: finds a platform package that was left out, and an entry without integrity', () => {
    const integrity = `sha512-${'a'.repeat(86)}==`;
    const whole: Lock = {
      '': { dependencies: { tool: '1.0.0' } },
      'node_modules/tool': { version: '1.0.0', integrity, optionalDependencies: { 'tool-arm': '1.0.0' } },
      'node_modules/tool/node_modules/tool-arm': { version: '1.0.0', integrity },
    };
    expect(gapsOf(whole)).toEqual([]);
    const { 'node_modules/tool/node_modules/tool-arm': _, ...gap } = whole;
    expect(gapsOf(gap)).toEqual(['node_modules/tool needs tool-arm']);
    expect(gapsOf({ ...gap, 'node_modules/tool-arm': {} })).toHaveLength(2);
    expect(
      gapsOf({ ...whole, 'node_modules/tool': { ...whole['node_modules/tool'], integrity: '' } }),
    ).toHaveLength(1);
  });
});
