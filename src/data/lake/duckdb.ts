/**
 * DuckDB in memory: the engine that writes and reads the lake's Parquet files. It opens no database file, so that server, command
 * line and an ingest may work side by side, and it never looks for extensions on the network.
 */

import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

export interface DuckOptions {
  /** One keeps rows in their order and files the same on every machine. */
  readonly threads?: number;
  readonly memoryMb?: number;
  /** Where it puts what does not fit into memory. */
  readonly spillFolder?: string;
}

const MEMORY_MB = 1024;

/** A connection that owns its engine. */
export class Duck {
  readonly connection: DuckDBConnection;
  readonly #instance: DuckDBInstance;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.connection = connection;
  }

  static async open(options: DuckOptions = {}): Promise<Duck> {
    const { DuckDBInstance: Instance } = await import('@duckdb/node-api');
    const instance = await Instance.create(':memory:', {
      threads: String(options.threads ?? 1),
      memory_limit: `${options.memoryMb ?? MEMORY_MB}MB`,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      ...(options.spillFolder === undefined ? {} : { temp_directory: options.spillFolder }),
    });
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    return new Duck(instance, connection);
  }

  close(): void {
    this.connection.closeSync();
    this.#instance.closeSync();
  }
}

/** A text as SQL. */
export function sqlText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** A name as SQL. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function sqlList(values: readonly string[]): string {
  return `[${values.map(sqlText).join(', ')}]`;
}
