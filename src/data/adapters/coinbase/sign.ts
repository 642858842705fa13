/** Signs requests and subscriptions of Coinbase Exchange: an HMAC over time, method and path, with the secret of a key. */

import { createHmac } from 'node:crypto';

export const COINBASE_SECRETS = [
  {
    name: 'COINBASE_API_KEY',
    isRequired: false,
    about: 'key, for the channels full and level2 and books of level 3',
  },
  { name: 'COINBASE_API_SECRET', isRequired: false, about: 'secret of the key, base64' },
  { name: 'COINBASE_API_PASSPHRASE', isRequired: false, about: 'passphrase of the key' },
] as const;

export interface Signature {
  readonly key: string;
  readonly passphrase: string;
  readonly timestamp: string;
  readonly signature: string;
}

/** Null without a whole key. `seconds` since 1970 is the time of the request. */
export function signCoinbase(
  secrets: Readonly<Record<string, string>>,
  path: string,
  seconds: number,
): Signature | null {
  const { COINBASE_API_KEY: key, COINBASE_API_SECRET: secret, COINBASE_API_PASSPHRASE: passphrase } = secrets;
  if (key === undefined || secret === undefined || passphrase === undefined) return null;
  const timestamp = String(seconds);
  const signature = createHmac('sha256', Buffer.from(secret, 'base64'))
    .update(`${timestamp}GET${path}`)
    .digest('base64');
  return { key, passphrase, timestamp, signature };
}

export function signedHeaders(signature: Signature | null): Readonly<Record<string, string>> {
  if (signature === null) return {};
  return {
    'CB-ACCESS-KEY': signature.key,
    'CB-ACCESS-SIGN': signature.signature,
    'CB-ACCESS-TIMESTAMP': signature.timestamp,
    'CB-ACCESS-PASSPHRASE': signature.passphrase,
  };
}
