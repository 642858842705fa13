/**
 * Reads TypeScript as far as the tidy tests need it: where code is and where it is only text, where functions begin and
 * end, and what a file imports. Blanked characters become spaces, so that positions and line numbers stay.
 */

/** A slash after one of these starts a regular expression, after anything else it divides. */
const BEFORE_REGEX =
  /(?:^|[=(,:;!&|?{}[+\-*%<>~^]|\b(?:return|typeof|case|in|of|do|else|void|yield|await))\s*$/;

interface Scan {
  readonly text: string;
  readonly out: string[];
  at: number;
}

/** The text with comments, strings, template text and regular expressions blanked: only code is left. */
export function codeOnly(text: string): string {
  const scan: Scan = { text, out: text.split(''), at: 0 };
  scanCode(scan, false);
  return scan.out.join('');
}

/** Goes through code up to the end of the text, or up to the brace that closes a `${`. */
function scanCode(scan: Scan, isInTemplate: boolean): void {
  const { text } = scan;
  let depth = 0;
  while (scan.at < text.length) {
    const char = text[scan.at]!;
    const next = text[scan.at + 1];
    if (char === '/' && next === '/') blankTo(scan, endOf(text, '\n', scan.at));
    else if (char === '/' && next === '*') blankTo(scan, endOf(text, '*/', scan.at + 2) + 2);
    else if (char === "'" || char === '"') blankTo(scan, endOfQuoted(text, scan.at));
    else if (char === '`') scanTemplate(scan);
    else if (char === '/' && startsRegex(scan)) blankTo(scan, endOfRegex(text, scan.at));
    else {
      if (char === '{') depth++;
      if (char === '}' && depth-- === 0 && isInTemplate) return;
      scan.at++;
    }
  }
}

function scanTemplate(scan: Scan): void {
  const { text } = scan;
  blankTo(scan, scan.at + 1);
  while (scan.at < text.length && text[scan.at] !== '`') {
    if (text[scan.at] === '\\') blankTo(scan, scan.at + 2);
    else if (text.startsWith('${', scan.at)) {
      scan.at += 2;
      scanCode(scan, true);
      scan.at++;
    } else blankTo(scan, scan.at + 1);
  }
  blankTo(scan, scan.at + 1);
}

function startsRegex(scan: Scan): boolean {
  const before = scan.out.slice(Math.max(0, scan.at - 200), scan.at).join('');
  return BEFORE_REGEX.test(before);
}

function blankTo(scan: Scan, end: number): void {
  const stop = Math.min(end, scan.text.length);
  for (; scan.at < stop; scan.at++) if (scan.text[scan.at] !== '\n') scan.out[scan.at] = ' ';
}

function endOf(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? text.length : found;
}

function endOfQuoted(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== text[start]) at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function endOfRegex(text: string, start: number): number {
  let isInClass = false;
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at];
    if (char === '\\') at++;
    else if (char === '\n') return start + 1;
    else if (char === '[') isInClass = true;
    else if (char === ']') isInClass = false;
    else if (char === '/' && !isInClass) return at + 1;
  }
  return start + 1;
}

export interface ImportLine {
  readonly line: number;
  /** As written: './x.ts', '../base/index.ts', 'node:fs', 'zod'. */
  readonly specifier: string;
}

/** Every import and re-export of a file: static ones, types included, dynamic ones, and files named by `new URL`. */
export function importsOf(text: string): ImportLine[] {
  const code = codeOnly(text);
  const found: ImportLine[] = [];
  const opening = /\b(?:from|import)\s*\(?\s*$|\bnew URL\(\s*$/;
  for (const match of text.matchAll(/(['"])([^'"\n]+)\1/g)) {
    const before = code.slice(Math.max(0, match.index - 40), match.index);
    // Inside a comment or another string the quotes' surroundings are blank too.
    if (!opening.test(before)) continue;
    if (/URL\(\s*$/.test(before) && !match[2]!.endsWith('.ts')) continue;
    found.push({ line: lineAt(text, match.index), specifier: match[2]! });
  }
  return found;
}

export interface FunctionSpan {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

const CONTROL = /^(?:\}\s*)?(?:if|else|for|while|switch|catch|do|try|finally|class|interface|return)\b/;
const METHOD =
  /^(?:(?:static|async|override|get|set|private|protected|public|\*)\s+)*([#\w$]+)\s*(?:<[^>]*>)?\s*\(.*\)\s*(?::[^=]*)?$/s;

/** Functions, methods and arrow functions with a body in braces. */
export function functionsOf(text: string): FunctionSpan[] {
  const code = codeOnly(text);
  const found: FunctionSpan[] = [];
  const open: { start: number; name: string | null }[] = [];
  for (let at = 0; at < code.length; at++) {
    if (code[at] === '{') open.push({ start: at, name: functionName(headerBefore(code, at)) });
    if (code[at] !== '}') continue;
    const block = open.pop();
    if (block === undefined || block.name === null) continue;
    const line = lineAt(code, block.start);
    found.push({ name: block.name, line, lines: lineAt(code, at) - line + 1 });
  }
  return found;
}

/** What stands between a brace and the end of the statement before it. Parentheses may hold braces of their own. */
function headerBefore(code: string, brace: number): string {
  let depth = 0;
  let at = brace - 1;
  for (; at >= 0; at--) {
    const char = code[at]!;
    if (char === ')') depth++;
    else if (char === '(') {
      if (depth === 0) break;
      depth--;
    } else if (depth === 0 && (char === ';' || char === '{' || char === '}')) break;
  }
  return code.slice(at + 1, brace).trim();
}

/** Name of the function that a header opens, or null when the brace belongs to something else. */
function functionName(header: string): string | null {
  if (header.endsWith('=>'))
    return /([\w$]+)\s*=\s*(?:async\s*)?[(\w<]/.exec(header)?.[1] ?? '(arrow function)';
  const named = /\bfunction\b\s*\*?\s*([\w$]*)/.exec(header);
  if (named !== null) return named[1] === '' ? '(function)' : named[1]!;
  if (CONTROL.test(header)) return null;
  return METHOD.exec(header)?.[1] ?? null;
}

export function lineAt(text: string, position: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < position; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
