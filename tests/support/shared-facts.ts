/** Truths about the shared recordings that were counted once by other means: `facts.json` beside them. */

import { readFileSync } from 'node:fs';
import { sharedFile } from './shared-data.ts';

export type Facts = Readonly<Record<string, number | readonly number[]>>;

/** Facts about one file of a group ('crypto'), by its path in the group's folder; {} where the shared data is absent. */
export function sharedFacts(group: string, file: string): Facts {
  const path = sharedFile('data/facts.json');
  if (path === null) return {};
  const all = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Record<string, Facts>>;
  const facts = all[group]?.[file];
  if (facts === undefined) throw new Error(`facts.json has no facts about ${group}/${file}`);
  return facts;
}
