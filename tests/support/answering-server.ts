/** A vendor's server on loopback for tests of requests: answers by a script, and some of them cut off. */

import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ServedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is, anything else as JSON. */
  readonly body: unknown;
  /** Ends the connection in the middle of the body. */
  readonly isCut?: boolean;
}

export class AnsweringServer {
  readonly #server: Server;
  /** Paths with queries, in the order in which they were asked for. */
  readonly asked: string[] = [];
  readonly keys: (string | undefined)[] = [];

  /** `answer` gets the path with its query and how often any path was asked for before. */
  constructor(answer: (path: string, before: number, request: IncomingMessage) => ServedAnswer) {
    this.#server = createServer((request, response) => {
      const path = request.url ?? '';
      const served = answer(path, this.asked.length, request);
      this.asked.push(path);
      this.keys.push(request.headers.authorization);
      const body = typeof served.body === 'string' ? served.body : JSON.stringify(served.body);
      const headers = { 'content-type': 'application/json', ...served.headers };
      if (served.isCut !== true) {
        response.writeHead(served.status ?? 200, headers).end(body);
        return;
      }
      response.writeHead(served.status ?? 200, { ...headers, 'content-length': String(body.length) });
      response.write(body.slice(0, Math.ceil(body.length / 2)), () => request.socket.destroy());
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
