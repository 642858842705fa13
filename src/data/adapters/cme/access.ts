/** OAuth tokens of CME Group: client credentials for a token that lives half an hour or so. */

import { TwinError } from '../../../base/index.ts';
import type { HttpAnswer, HttpClient, Verdict } from '../../transport/http-client.ts';
import { classifyByStatus } from '../../transport/http-client.ts';
import { numberOf, objectOf, textOf } from './json.ts';

export const API_ID = 'CME_API_ID';
export const API_SECRET = 'CME_API_SECRET';

/** A token is asked for anew this long before its end. */
const SPARE_S = 60;
const LIFE_S = 1800;

export class CmeAccess {
  readonly #url: string;
  readonly #secrets: Readonly<Record<string, string>>;
  readonly #nowMs: () => number;
  #token = '';
  #untilMs = 0;

  constructor(
    url: string,
    secrets: Readonly<Record<string, string>>,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#url = url;
    this.#secrets = secrets;
    this.#nowMs = nowMs;
  }

  /** Headers that show who asks. Raises DATA_SECRET when the keys are not accepted. */
  async headers(http: HttpClient, signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    if (this.#nowMs() >= this.#untilMs) await this.#renew(http, signal);
    return { Authorization: `Bearer ${this.#token}` };
  }

  /** The token was refused: the next request asks for another one. */
  forget(): void {
    this.#untilMs = 0;
  }

  async #renew(http: HttpClient, signal: AbortSignal): Promise<void> {
    const pair = `${this.#secrets[API_ID] ?? ''}:${this.#secrets[API_SECRET] ?? ''}`;
    const answer = await http.ask(
      {
        url: this.#url,
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        secretHeaders: { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
        body: 'grant_type=client_credentials',
      },
      signal,
      classifyToken,
    );
    const given = objectOf(parseJson(answer.bytes));
    this.#token = textOf(given.access_token)!;
    this.#untilMs = this.#nowMs() + 1000 * Math.max(1, (numberOf(given.expires_in) ?? LIFE_S) - SPARE_S);
  }
}

function classifyToken(answer: HttpAnswer): Verdict {
  const { status, url } = answer;
  // A wrong pair is answered with 400 or 401.
  if (status === 400 || status === 401) {
    return new TwinError('DATA_SECRET', 'CME gives a token for an API ID and its secret', { url, status });
  }
  const verdict = classifyByStatus(answer);
  if (verdict !== 'ok') return verdict;
  if (textOf(objectOf(parseJson(answer.bytes)).access_token) !== null) return 'ok';
  return new TwinError('DATA_SECRET', 'an answer of the token address has an access_token', { url, status });
}

/** JSON of bytes; undefined for what is none. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
