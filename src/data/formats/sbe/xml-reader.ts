/**
 * Reads an XML document into its elements: as much of XML as schemas and reports use. Comments, processing instructions and a
 * document type without own entities are passed over; prefixes of names are cut off; text is kept where an element has any.
 */

import { TwinError } from '../../../base/index.ts';

export interface XmlElement {
  /** Without prefix. */
  readonly name: string;
  /** Values by name, without prefixes. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Its own text, without that of its children, trimmed. */
  readonly text: string;
}

/** Elements within each other. */
const DEPTH_MAX = 200;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const TOKEN =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<!DOCTYPE[^>[]*>|<(\/?)([^\s/>!?]+)((?:\s+[^\s=/>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/gy;
const ATTRIBUTE = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

interface Open {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: XmlElement[];
  text: string;
}

/** The root element. Raises DATA_FORMAT for what is no well-formed document; `source` names it in the words of the fault. */
export function readXml(text: string, source: string): XmlElement {
  const fault = (found: string, at: number): TwinError =>
    new TwinError('DATA_FORMAT', 'an XML document has one root, and every element ends', {
      source,
      found,
      at,
    });
  const open: Open[] = [];
  let root: XmlElement | null = null;
  const token = new RegExp(TOKEN);
  // A byte order mark is no content.
  token.lastIndex = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (match === null) throw fault(text.slice(at, at + 40), at);
    const [, cdata, isEnd, name, attributes = '', isEmpty, characters] = match;
    const parent = open.at(-1);
    if (cdata !== undefined || characters !== undefined) {
      if (parent !== undefined) parent.text += cdata ?? unescapeXml(characters!);
      else if ((cdata ?? characters)!.trim() !== '') throw fault('text outside of the root', at);
    } else if (name !== undefined && isEnd === '/') {
      const element = open.pop();
      if (element === undefined || element.name !== name) throw fault(`</${name}>`, at);
      root = close(element, open) ?? root;
    } else if (name !== undefined) {
      if (root !== null) throw fault('a second root', at);
      if (open.length === DEPTH_MAX) throw fault(`more than ${DEPTH_MAX} elements within each other`, at);
      open.push({ name, attributes: readAttributes(attributes), children: [], text: '' });
      if (isEmpty === '/') root = close(open.pop()!, open) ?? root;
    }
  }
  if (root === null || open.length > 0) throw fault('the end', text.length);
  return root;
}

/** Puts an element that is whole into its parent; the root, which has none, is returned. */
function close(element: Open, open: readonly Open[]): XmlElement | null {
  const { name, attributes, children, text } = element;
  const whole: XmlElement = { name: withoutPrefix(name), attributes, children, text: text.trim() };
  const parent = open.at(-1);
  if (parent === undefined) return whole;
  parent.children.push(whole);
  return null;
}

function readAttributes(written: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name, double, single] of written.matchAll(ATTRIBUTE)) {
    attributes[withoutPrefix(name!)] = unescapeXml(double ?? single ?? '');
  }
  return attributes;
}

function withoutPrefix(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function unescapeXml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d+)|#x([\da-fA-F]+)|(\w+));/g, (whole, decimal, hex, word) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return ENTITIES[word] ?? whole;
  });
}
