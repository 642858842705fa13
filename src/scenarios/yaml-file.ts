/** Text of a file that people write in YAML to plain values, and the one error that lists everything wrong with them. */

import { parseDocument } from 'yaml';
import { type FaultCode, TwinError } from '../base/index.ts';

export interface YamlFile {
  /** Fault of a text that is no YAML. */
  readonly code: FaultCode;
  /** What the file is, with its article: 'a scenario'. */
  readonly noun: string;
  /** Names the file in messages. */
  readonly source: string;
}

/** Reads YAML (or JSON, which is YAML). Raises the code of the file. */
export function yamlValue(text: string, { code, noun, source }: YamlFile): unknown {
  const rule = `${noun} is a YAML document`;
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken !== undefined) throw new TwinError(code, rule, { source, found: broken.message.split('\n')[0] });
  // An alias without its anchor, within it, or one that multiplies without end, shows only here.
  try {
    const value: unknown = document.toJS();
    // Whatever is kept of a run is JSON: an alias within its own anchor shows here.
    JSON.stringify(value);
    return value;
  } catch (error) {
    const found = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new TwinError(code, rule, { source, found }, error);
  }
}

/** A file with its problems, each as `path: text`. */
export function brokenRules(code: FaultCode, source: string, problems: readonly string[]): TwinError {
  const list = problems.map((problem) => `\n  - ${problem}`).join('');
  return new TwinError(
    code,
    `${source} breaks ${problems.length} rule${problems.length === 1 ? '' : 's'}:${list}`,
  );
}
