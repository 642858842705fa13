/**
 * Requests to vendors, with everything that can be said once for all of them: a limit of rate, time-outs at each stage, retries
 * with growing waits and jitter, Retry-After, a breaker that stops asking a vendor that is down, keys that never reach a log.
 *
 *   rate limit ─► breaker ─► request (connect, headers, body, size) ─► classify ─► answer │ retry │ fault
 */

import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  handleType,
  retry,
  wrap,
} from 'cockatiel';
import { Agent, request as sendRequest } from 'undici';
import { TwinError } from '../../base/index.ts';
import { SYSTEM_CLOCK } from './clock.ts';
import { type Clock, RateLimiter } from './rate-limiter.ts';

export interface HttpRequest {
  readonly url: string;
  /** Added to the query of the URL, and shown as '***' wherever the address is. */
  readonly secretQuery?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers that are never shown. */
  readonly secretHeaders?: Readonly<Record<string, string>>;
  readonly method?: 'GET' | 'POST';
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
  /** Address without keys. */
  readonly url: string;
}

/**
 * What an answer means. 'retry' asks again (after the vendor's own wait, if it told one); a fault ends the task: a wrong key,
 * an unknown symbol. Adapters look here at errors that come with status 200.
 */
export type Verdict = 'ok' | { readonly retryAfterMs: number | null; readonly why: string } | TwinError;

export interface HttpLimits {
  readonly requests: number;
  readonly perMs: number;
  readonly concurrent: number;
}

export interface HttpOptions {
  readonly limits: HttpLimits;
  readonly clock?: Clock;
  /** From 0 to 1, for the jitter of waits. */
  readonly random?: () => number;
  readonly retriesMax?: number;
  readonly timeouts?: Partial<HttpTimeouts>;
  /** Told of every retry, for progress and logs. */
  readonly onRetry?: (note: {
    readonly url: string;
    readonly attempt: number;
    readonly waitMs: number;
    readonly why: string;
  }) => void;
}

export interface HttpTimeouts {
  readonly connectMs: number;
  /** From the request to the end of the headers. */
  readonly headersMs: number;
  /** Between two pieces of the body. */
  readonly bodyMs: number;
}

/** Largest answer that is taken. */
export const ANSWER_BYTES_MAX = 512 * 1024 * 1024;
const TIMEOUTS: HttpTimeouts = { connectMs: 10_000, headersMs: 30_000, bodyMs: 30_000 };
const RETRIES_MAX = 6;
const FIRST_WAIT_MS = 500;
const WAIT_MAX_MS = 60_000;
/** A vendor may ask for a longer wait than we would choose, up to this. */
const RETRY_AFTER_MAX_MS = 15 * 60_000;
const BREAKER_FAILURES = 12;
const BREAKER_REST_MS = 30_000;

class Retryable extends Error {
  readonly retryAfterMs: number | null;

  constructor(why: string, retryAfterMs: number | null, cause?: unknown) {
    super(why, { cause });
    this.retryAfterMs = retryAfterMs;
  }
}

export class HttpClient {
  readonly #options: Required<Omit<HttpOptions, 'timeouts' | 'onRetry' | 'limits'>>;
  readonly #onRetry: HttpOptions['onRetry'];
  readonly #limiter: RateLimiter;
  readonly #agent: Agent;
  readonly #breaker;

  constructor(options: HttpOptions) {
    const timeouts = { ...TIMEOUTS, ...options.timeouts };
    this.#options = {
      clock: options.clock ?? SYSTEM_CLOCK,
      random: options.random ?? Math.random,
      retriesMax: options.retriesMax ?? RETRIES_MAX,
    };
    this.#onRetry = options.onRetry;
    this.#limiter = new RateLimiter(options.limits.requests, options.limits.perMs, this.#options.clock);
    this.#agent = new Agent({
      connections: options.limits.concurrent,
      connect: { timeout: timeouts.connectMs },
      headersTimeout: timeouts.headersMs,
      bodyTimeout: timeouts.bodyMs,
      maxResponseSize: ANSWER_BYTES_MAX,
    });
    this.#breaker = circuitBreaker(handleType(Retryable), {
      halfOpenAfter: BREAKER_REST_MS,
      breaker: new ConsecutiveBreaker(BREAKER_FAILURES),
    });
  }

  /**
   * Asks, and asks again while it makes sense. Raises DATA_UNREACHABLE when it made none any more, and the fault that
   * `classify` found.
   */
  async ask(
    request: HttpRequest,
    signal: AbortSignal,
    classify: (answer: HttpAnswer) => Verdict = classifyByStatus,
  ): Promise<HttpAnswer> {
    const url = shownUrl(request);
    const retries = retry(handleType(Retryable), {
      maxAttempts: this.#options.retriesMax,
      backoff: new DelegateBackoff((context) =>
        this.#waitMs(context.attempt, 'error' in context.result ? context.result.error : null),
      ),
    });
    retries.onRetry((note) => {
      const why = 'error' in note ? note.error.message : '';
      this.#onRetry?.({ url, attempt: note.attempt, waitMs: note.delay, why });
    });
    try {
      return await wrap(retries, this.#breaker).execute(
        () => this.#once(request, url, signal, classify),
        signal,
      );
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Retryable) {
        throw new TwinError(
          'DATA_UNREACHABLE',
          'a vendor answers within the retries',
          { url, retries: this.#options.retriesMax, why: error.message },
          error,
        );
      }
      if (error instanceof BrokenCircuitError) {
        throw new TwinError(
          'DATA_UNREACHABLE',
          'a vendor is not asked again soon after many failures in a row',
          { url, restMs: BREAKER_REST_MS },
          error,
        );
      }
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  async #once(
    request: HttpRequest,
    url: string,
    signal: AbortSignal,
    classify: (answer: HttpAnswer) => Verdict,
  ): Promise<HttpAnswer> {
    await this.#limiter.take(signal);
    const answer = await this.#send(request, url, signal);
    const verdict = classify(answer);
    if (verdict === 'ok') return answer;
    if (verdict instanceof TwinError) throw verdict;
    throw new Retryable(verdict.why, verdict.retryAfterMs);
  }

  async #send(request: HttpRequest, url: string, signal: AbortSignal): Promise<HttpAnswer> {
    try {
      const { statusCode, headers, body } = await sendRequest(realUrl(request), {
        dispatcher: this.#agent,
        method: request.method ?? 'GET',
        headers: { ...request.headers, ...request.secretHeaders },
        body: request.body ?? null,
        signal,
      });
      const bytes = new Uint8Array(await body.arrayBuffer());
      const single = Object.entries(headers).map(([name, value]) => [name, String(value)]);
      return { status: statusCode, headers: Object.fromEntries(single), bytes, url };
    } catch (error) {
      if (signal.aborted) throw error;
      throw new Retryable(describeNetworkError(error), null, error);
    }
  }

  /** Full jitter: a random part of a wait that doubles, so that many clients do not come back together. */
  #waitMs(attempt: number, error: unknown): number {
    const asked = error instanceof Retryable ? error.retryAfterMs : null;
    if (asked !== null) return Math.min(asked, RETRY_AFTER_MAX_MS);
    const longest = Math.min(WAIT_MAX_MS, FIRST_WAIT_MS * 2 ** attempt);
    return Math.round(longest / 2 + (this.#options.random() * longest) / 2);
  }
}

/** The ordinary meaning of a status: 2xx is right, 429 and 5xx may mend themselves, everything else will not. */
export function classifyByStatus(answer: HttpAnswer): Verdict {
  const { status, url } = answer;
  if (status >= 200 && status < 300) return 'ok';
  if (status === 429 || status === 408 || status >= 500) {
    return { retryAfterMs: retryAfterMs(answer.headers['retry-after']), why: `status ${status}` };
  }
  const said = new TextDecoder().decode(answer.bytes.subarray(0, 300));
  if (status === 401 || status === 403) {
    return new TwinError('DATA_SECRET', 'a key is valid for what is asked', { url, status, said });
  }
  return new TwinError('DATA_REQUEST', 'a request is one that the vendor grants', { url, status, said });
}

/** Retry-After as ms: whole seconds, or a date. */
export function retryAfterMs(header: string | undefined, nowMs: number = Date.now()): number | null {
  if (header === undefined) return null;
  if (/^\d+(\.\d+)?$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}

function realUrl(request: HttpRequest): string {
  const url = new URL(request.url);
  for (const [name, value] of Object.entries(request.secretQuery ?? {})) url.searchParams.set(name, value);
  return url.toString();
}

function shownUrl(request: HttpRequest): string {
  const url = new URL(request.url);
  for (const name of Object.keys(request.secretQuery ?? {})) url.searchParams.set(name, '***');
  return url.toString();
}

/** What went wrong below HTTP, without the address of the request (it has the key). */
function describeNetworkError(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  const code = (error as { code?: unknown }).code ?? (error.cause as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? `no answer (${code})` : `no answer (${error.name})`;
}
