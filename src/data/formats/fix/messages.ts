/**
 * FIX messages as bytes: fields `tag=value`, each ended by SOH, a message from `8=` to its check sum `10=`. In files they stand one
 * after another or one a line, and tools write `|` or `^A` for SOH.
 *
 *   8=FIX.4.2␁9=120␁35=X␁ … ␁10=087␁
 *
 * Source: FIX 4.2 to 5.0 SP2, tag=value encoding.
 */

/** One field. */
export interface FixField {
  readonly tag: number;
  readonly value: string;
}

/** Bytes of one message; a longer one is damaged. */
export const FIX_MESSAGE_BYTES_MAX = 4 * 1024 * 1024;

/** What ends a field: the byte 1, or how tools write it. */
const SOH = '\u0001';
const SEPARATORS = `${SOH}|\\||\\^A`;
const CHECK_SUM = new RegExp(`(?:^|${SEPARATORS})10=\\d{3}(?:${SEPARATORS}|[\\r\\n]|$)`, 'g');
const SEPARATOR = new RegExp(SEPARATORS);

/** How a message begins: its version, its length, its type. */
export const FIX_START = new RegExp(`8=FIXT?\\.\\d\\.\\d(?:${SEPARATORS})9=\\d+(?:${SEPARATORS})35=`);

/** What was found: a message with its fields, or what is wrong with a piece of the file. */
export type FixFound =
  | { readonly kind: 'message'; readonly fields: readonly FixField[] }
  | { readonly kind: 'damaged'; readonly detail: string };

/** Takes bytes in pieces of any size and gives whole messages, in their order. */
export class FixReader {
  readonly #decoder = new TextDecoder('latin1');
  #text = '';

  *write(bytes: Uint8Array): Generator<FixFound> {
    this.#text += this.#decoder.decode(bytes, { stream: true });
    yield* this.#messages(false);
  }

  /** What is left when no more bytes come. */
  *end(): Generator<FixFound> {
    yield* this.#messages(true);
    const rest = this.#text.trim();
    this.#text = '';
    if (rest !== '')
      yield { kind: 'damaged', detail: `${rest.length} bytes without an end: ${rest.slice(0, 60)}` };
  }

  *#messages(isEnd: boolean): Generator<FixFound> {
    let from = 0;
    for (const match of this.#text.matchAll(CHECK_SUM)) {
      const end = match.index + match[0].length;
      // The separator behind the check sum may be the first of its two bytes, or come with the next piece.
      if (!isEnd && end >= this.#text.length - 1) break;
      yield readMessage(this.#text.slice(from, end));
      from = end;
    }
    this.#text = this.#text.slice(from);
    if (this.#text.length > FIX_MESSAGE_BYTES_MAX) {
      yield { kind: 'damaged', detail: `more than ${FIX_MESSAGE_BYTES_MAX} bytes without a check sum` };
      this.#text = '';
    }
  }
}

function readMessage(written: string): FixFound {
  const start = written.search(/8=FIX/);
  if (start < 0) return { kind: 'damaged', detail: written.trim().slice(0, 80) };
  const fields: FixField[] = [];
  for (const part of written.slice(start).split(SEPARATOR)) {
    const field = part.replace(/^[\r\n]+|[\r\n]+$/g, '');
    if (field === '') continue;
    const at = field.indexOf('=');
    const tag = at > 0 && /^\d{1,6}$/.test(field.slice(0, at)) ? Number(field.slice(0, at)) : 0;
    if (tag === 0) return { kind: 'damaged', detail: `no tag: ${field.slice(0, 60)}` };
    fields.push({ tag, value: field.slice(at + 1) });
  }
  const fault = checkSumFault(written.slice(start), fields);
  return fault === null ? { kind: 'message', fields } : { kind: 'damaged', detail: fault };
}

/** The sum of all bytes before tag 10, modulo 256, with SOH as the separator; null when it is right. */
function checkSumFault(written: string, fields: readonly FixField[]): string | null {
  const told = Number(fields.at(-1)?.value);
  let sum = 0;
  for (const { tag, value } of fields.slice(0, -1)) {
    const field = `${tag}=${value}`;
    for (let i = 0; i < field.length; i++) sum += field.charCodeAt(i);
    sum += 1;
  }
  // Where a tool replaced SOH it may have edited more: the sum is the sender's.
  if (sum % 256 === told || !written.includes(SOH)) return null;
  return `check sum ${told}, not ${sum % 256}`;
}
