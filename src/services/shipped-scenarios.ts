/** Scenarios that come with the package (configs and configs/templates), and where the file of a scenario is looked for. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TwinError } from '../base/index.ts';

const FOLDERS = ['', 'templates/'] as const;
const YAML_NAME = /\.ya?ml$/;

export interface ShippedScenario {
  /** As `twin run` takes it from any folder: `templates/halt-luld.yaml`. */
  readonly name: string;
  /** First line of its header. */
  readonly about: string;
}

/** All of them, by name within their folder. */
export function shippedScenarios(): ShippedScenario[] {
  return shippedNames().map((name) => {
    const [first = ''] = readFileSync(join(configsFolder(), name), 'utf8').split('\n');
    return { name, about: first.replace(/^#\s*/, '') };
  });
}

/** Path of a scenario's file: as it is given, else within the configs of the package. Raises BASE_INPUT_FILE. */
export function findScenario(path: string): string {
  if (existsSync(path)) return path;
  const name = normalize(path).replaceAll(sep, '/');
  const names = shippedNames();
  if (names.includes(name)) return join(configsFolder(), name);
  throw new TwinError('BASE_INPUT_FILE', 'a scenario is a file, or one that comes with the package', {
    path,
    package: names.join(', '),
  });
}

function shippedNames(): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(configsFolder(), folder))
      .filter((name) => YAML_NAME.test(name))
      .sort()
      .map((name) => `${folder}${name}`),
  );
}

/** configs of the package, from the sources and from dist alike. */
export function configsFolder(): string {
  return fileURLToPath(new URL('../../configs', import.meta.url));
}
