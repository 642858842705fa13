/** JSON in which whole numbers of more than 15 digits stay exact: they come as text. Times in ns are such numbers. */

const LONG = /([:,[]\s*)(-?\d{16,})(?=\s*[,}\]])/g;
const TEXT_OR_LONG = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?=\s*[,}\]])/g;

/** Undefined for what is no JSON. */
export function exactJson(text: string): unknown {
  // Quotation marks that come to stand within a text break it, so that what parses is right.
  return parsed(text.replace(LONG, '$1"$2"')) ?? parsed(text.replace(TEXT_OR_LONG, quoted));
}

function quoted(found: string): string {
  return found.startsWith('"') ? found : `"${found}"`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
