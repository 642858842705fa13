import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sharedFile } from '../../../../tests/support/shared-data.ts';
import { readSbeSchema, type SbeBlock, type SbeEncoding } from '../sbe/index.ts';
import { MDP_SCHEMA } from './templates.ts';

const VERSIONS = [5, 6, 8, 9, 10, 11, 12, 13];

/** An encoding as it lies in memory: what an enum or a set means is not looked at. */
function layout(encoding: SbeEncoding): unknown {
  if (encoding.kind === 'composite')
    return encoding.members.map(({ name, offset, encoding: member }) => [name, offset, layout(member)]);
  const { primitive, length, nullValue, constant } = encoding.kind === 'scalar' ? encoding : encoding.scalar;
  // Enums of the exchange are optional by a value of their own or not at all; here only by what is declared.
  return [primitive, length, encoding.kind === 'scalar' ? nullValue : 'any', constant];
}

/** Everything the declaration says of a block that the schema of the exchange says otherwise. */
function differences(declared: SbeBlock, published: SbeBlock, version: number, path: string): string[] {
  const found: string[] = [];
  for (const field of declared.fields) {
    const other = published.fields.find(({ name }) => name === field.name);
    const where = `${path}.${field.name}`;
    if (other === undefined) {
      if (field.sinceVersion <= version && field.offset < published.blockLength)
        found.push(`${where}: absent`);
      continue;
    }
    if (field.offset !== other.offset) found.push(`${where}: offset ${field.offset}, not ${other.offset}`);
    const [mine, theirs] = [layout(field.encoding), layout(other.encoding)];
    if (other.encoding.kind === 'enum' || other.encoding.kind === 'set') {
      if (
        JSON.stringify((mine as unknown[]).slice(0, 2)) !== JSON.stringify((theirs as unknown[]).slice(0, 2))
      )
        found.push(`${where}: ${String(mine)}, not ${String(theirs)}`);
    } else {
      try {
        expect(mine).toEqual(theirs);
      } catch {
        found.push(`${where}: ${String(mine)}, not ${String(theirs)}`);
      }
    }
  }
  const theirs = published.groups.map(({ name }) => name);
  const mine = declared.groups.filter(({ sinceVersion }) => sinceVersion <= version).map(({ name }) => name);
  if (mine.some((name, index) => theirs[index] !== name)) found.push(`${path}: groups ${theirs.join()}`);
  for (const group of declared.groups) {
    const other = published.groups.find(({ name }) => name === group.name);
    if (other === undefined) continue;
    try {
      expect(group.dimension).toEqual(other.dimension);
    } catch {
      found.push(`${path}.${group.name}: dimension`);
    }
    found.push(...differences(group, other, version, `${path}.${group.name}`));
  }
  return found;
}

describe('the declared messages of MDP 3.0', () => {
  for (const version of VERSIONS) {
    const path = sharedFile(`data/cme/schema/Cme.Futures.Mdp3.Sbe.v1.${version}.xml.gz`);
    it.skipIf(path === null)(`are those of schema 1.${version}`, () => {
      const schema = readSbeSchema(gunzipSync(readFileSync(path!)).toString('utf8'), `1.${version}`);
      expect([schema.id, schema.version]).toEqual([1, version]);
      const compared = [...MDP_SCHEMA.messages.values()].filter(({ id }) => schema.messages.has(id));
      expect(compared.length).toBeGreaterThan(15);
      const found = compared.flatMap((message) => {
        const published = schema.messages.get(message.id)!;
        const names = message.name === published.name ? [] : [`${message.name}: ${published.name}`];
        return [...names, ...differences(message, published, version, message.name)];
      });
      expect(found).toEqual([]);
      const left = [...schema.messages.values()].filter(({ id }) => !MDP_SCHEMA.messages.has(id));
      // Orders at the top, workups and collateral: valid and passed over.
      expect(left.map(({ id }) => id).filter((id) => ![59, 60, 62].includes(id))).toEqual([]);
    });
  }
});
